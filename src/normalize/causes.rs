//! One cause, one finding: a fault that nearly every cell of a column has is the column's.

use crate::domain::{Finding, Lang, Mend, Text};

/// One finding for all of a kind in a column; the first shows what stood there.
pub(super) fn together(members: &[Finding]) -> Option<Finding> {
    let first = members.first()?;
    let said = |lang| first.template(lang).to_owned();
    Some(Finding {
        mend: common_mend(members),
        message: Some(Text::new(
            said(Lang::Zh) + "；整列同一问题，共 {count} 行",
            said(Lang::En) + "; {count} rows of the column have it",
        )),
        ..first.clone()
    })
}

/// The suggested fix of all cells; where they differ, that of the first is the example.
fn common_mend(members: &[Finding]) -> Option<Mend> {
    let mends: Vec<&Mend> = members
        .iter()
        .map(|finding| finding.mend.as_ref())
        .collect::<Option<_>>()?;
    let first = mends.first()?;
    if mends.iter().all(|mend| mend == first) {
        return Some((*first).clone());
    }
    Some(format!("{} → {} …", members[0].raw.as_deref()?, first.text()).into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Code;

    fn fault(raw: &str, mend: Option<&str>) -> Finding {
        let finding = Finding::new(Code::NotACategory).raw(raw).expected("城|村");
        let mend = mend.map(Into::into);
        Finding { mend, ..finding }
    }

    #[test]
    fn mends_of_one_kind_are_told_once() {
        let of = |members: &[Finding]| Some(together(members).unwrap().mend_text()?.into_owned());
        assert_eq!(
            of(&[fault("城市", Some("城")), fault("城市", Some("城"))]).as_deref(),
            Some("城")
        );
        let each = of(&[fault("城市", Some("城")), fault("村庄", Some("村"))]);
        assert_eq!(each.as_deref(), Some("城市 → 城 …"));
        assert_eq!(of(&[fault("城市", Some("城")), fault("?", None)]), None);
        let said = together(&[fault("城市", None)])
            .unwrap()
            .count(12)
            .message(Lang::En, Some("Class"));
        assert_eq!(
            said,
            "Class must be one of 城, 村, found “城市”; 12 rows of the column have it"
        );
    }
}

//! One cause, one finding: what nearly every row of a submission has at one column is not the rows' fault but the column's.

use super::blame::Blame;
use super::factor::Factor;
use super::mends::{add_reason, factor_text};
use crate::domain::{Finding, Mend, Text, agreeing, plural};

/// One finding for all that have it, at a column. The cells of the first row stand as an example. `blame`: all figures of the
/// column are held back.
pub(super) fn together(members: &[Finding], blame: Option<&Blame>) -> Option<Finding> {
    let mend = blame.map_or_else(|| common_factor(members), |blame| blame.factor);
    let same_expected = members.windows(2).all(|pair| pair[0].expected == pair[1].expected);
    let first = members.first()?;
    let mut one = Finding {
        mend: mend.map(Mend::Factor),
        message: common(members),
        ..first.clone()
    };
    if !same_expected && let Some(expected) = &mut one.expected {
        expected.push_str(" …");
    }
    add_reason(&mut one, &reason(mend));
    if let Some(blame) = blame {
        add_reason(&mut one, &held(blame));
        one.rows.clone_from(&blame.others);
    }
    Some(one)
}

/// How many rows were judged, and how many are quarantined with them.
fn held(blame: &Blame) -> Text {
    let (judged, others) = (blame.judged, blame.others.len());
    if others == 0 {
        return Text::new(
            format!("可判定 {judged} 行"),
            format!("{} could be judged", plural(judged, "row")),
        );
    }
    Text::new(
        format!("可判定 {judged} 行，该列其余 {others} 行的数值同样不可信，所在行一并暂不计入"),
        format!(
            "{} could be judged, and {others} more with a value in the column {} quarantined with {}",
            plural(judged, "row"),
            agreeing(others, "is", "are"),
            agreeing(judged, "it", "them")
        ),
    )
}

/// What the messages begin with alike: reasons that hold for single rows are left out.
fn common(members: &[Finding]) -> Option<Text> {
    let mut common = members.first()?.message.clone()?;
    for (lang, text) in &mut common.0 {
        let messages = members.iter().filter_map(|finding| finding.message.as_ref());
        for other in messages.filter_map(|message| message.0.get(lang)) {
            let alike = text.chars().zip(other.chars()).take_while(|(a, b)| a == b);
            let length = alike.map(|(a, _)| a.len_utf8()).sum();
            if length < text.len() {
                // Whole parts only: a reason begins after a semicolon.
                let whole = text[length..].starts_with([';', '；']);
                let end = text[..length].rfind([';', '；']).filter(|_| !whole).unwrap_or(length);
                text.truncate(end);
            }
        }
    }
    Some(common)
}

fn reason(mend: Option<i32>) -> Text {
    let (zh, en) = match mend {
        Some(power) => {
            let factor = factor_text(power);
            (
                format!("，整列疑似单位错误，应{factor}"),
                format!(" and {factor} corrects all of them: the unit of the column seems to be wrong"),
            )
        }
        None => Default::default(),
    };
    Text::new(
        format!("整列同一问题，共 {{count}} 行{zh}"),
        format!("{{count}} rows of the column have it{en}"),
    )
}

/// The factor that the mends have in common, as [`Factor::common`].
fn common_factor(members: &[Finding]) -> Option<i32> {
    let mut factor = Factor::default();
    members.iter().for_each(|finding| factor.see(finding));
    factor.common()
}

#[cfg(test)]
mod tests {
    use super::super::mends::in_place_of;
    use super::*;
    use crate::domain::{CellValue, Lang, Place, Severity};

    fn mended(figure: f64) -> Mend {
        in_place_of(70000.0, figure.to_string(), figure)
    }

    fn broken(row: u32, value: &str, mend: Option<Mend>, reason: &str) -> Finding {
        let place = Place {
            row: Some(row),
            column: Some("fund".into()),
            column_index: Some(3),
            sheet: None,
        };
        let cell = CellValue {
            place: place.clone(),
            path: None,
            value: value.to_owned(),
        };
        let message = Text::new("错", format!("wrong{reason}"));
        let finding = Finding::of_rule("r", Severity::Hard, message).at(place);
        Finding { mend, ..finding }.raw(value).cells(vec![cell])
    }

    #[test]
    fn one_finding_says_how_to_mend_them_all() {
        let mut members: Vec<_> = (0..20).map(|row| broken(row, "70000", Some(mended(7.0)), "")).collect();
        let one = together(&members, None).unwrap();
        assert_eq!(one.mend, Some(Mend::Factor(-4)));
        let said = one.message(Lang::En, None);
        assert!(
            said.starts_with("wrong; 1 rows of the column have it and ÷10000 corrects all"),
            "{said}"
        );
        members[3].mend = None;
        assert_eq!(together(&members, None).unwrap().mend, Some(Mend::Factor(-4)), "most");
        members[10..].iter_mut().for_each(|member| member.mend = None);
        assert_eq!(together(&members, None).unwrap().mend, None, "fewer than half");
        members[3].mend = Some(mended(7.0));
        assert_eq!(together(&members, None).unwrap().mend, Some(Mend::Factor(-4)), "half");
        members[4].mend = Some(mended(8.0));
        assert_eq!(together(&members, None).unwrap().mend, None, "another");
    }

    #[test]
    fn reasons_of_single_rows_are_left_out() {
        let said = |reasons: [&str; 2]| {
            let members = reasons.map(|reason| broken(1, "7", None, reason));
            let text = together(&members, None).unwrap().message.unwrap();
            text.0["en"].clone()
        };
        let counted = "{count} rows of the column have it";
        assert_eq!(said(["", "; twice"]), format!("wrong; {counted}"));
        assert_eq!(said(["; twice", ""]), format!("wrong; {counted}"));
        assert_eq!(said(["; the a", "; the b"]), format!("wrong; {counted}"));
        assert_eq!(said(["; twice", "; twice"]), format!("wrong; twice; {counted}"));
    }
}

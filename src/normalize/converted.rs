//! Findings on figures beyond a column's range, or with too many decimals, where these were written in another unit: what they come to.

use super::cell::tidy;
use crate::domain::{Code, Finding, RawTable, Text, half_width};
use crate::pipeline::units::Units;
use crate::pipeline::{ColumnKind, Form};

/// The findings, those on figures beyond the range and with too many decimals with the figure after its conversion.
pub(super) fn with_figures<'a>(
    findings: impl Iterator<Item = Finding> + 'a,
    table: &'a RawTable,
    form: &'a Form,
    units: &'a Units,
) -> impl Iterator<Item = Finding> + 'a {
    findings.map(move |finding| match read(&finding, table, form, units) {
        Some(read) => finding.with_more(&Text::new(format!("（{read}）"), format!(" ({read})"))),
        None => finding,
    })
}

/// `1200 万人 = 12000000`.
fn read(finding: &Finding, table: &RawTable, form: &Form, units: &Units) -> Option<String> {
    if finding.code != Code::OutOfRange && finding.code != Code::TooPrecise {
        return None;
    }
    let index = finding.place.column_index?;
    let matched = table.columns.iter().find(|matched| matched.index == index)?;
    let (ColumnKind::Integer { unit } | ColumnKind::Decimal { unit, .. }) = &form.columns[matched.column].kind else {
        return None;
    };
    let narrow = half_width(tidy(finding.raw.as_deref()?)).into_owned();
    let (number, unit, own) = match (units.strip_suffix(&narrow), unit.as_deref()) {
        (Some((number, _)), own) => (number, narrow[number.len()..].trim(), own),
        (None, own) => (narrow.as_str(), matched.unit.as_deref()?, own),
    };
    let ratio = units.convert(unit, own).filter(|ratio| !ratio.is_one())?;
    let figure: f64 = number.replace(',', "").trim().parse().ok()?;
    let converted = figure * ratio.num as f64 / ratio.den as f64;
    converted
        .is_finite()
        .then(|| format!("{number} {unit} = {converted}").replace(['{', '}'], ""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Grid, MatchedColumn, Place};
    use crate::pipeline::{RowUnit, testing};

    #[test]
    fn a_figure_is_shown_as_it_was_converted() {
        let residents = testing::column(
            "residents",
            ColumnKind::Integer {
                unit: Some("人".into()),
            },
        );
        let form = testing::form("stats", RowUnit::Below("x".into()), vec![residents]);
        let read_of = |code, raw: &str, unit: Option<&str>| {
            let column = MatchedColumn {
                column: 0,
                index: 0,
                unit: unit.map(str::to_owned),
            };
            let table = RawTable::plain(Grid::new(false), vec![column], Vec::new());
            let place = Place {
                column_index: Some(0),
                ..Place::default()
            };
            let finding = Finding::new(code).at(place).raw(raw);
            super::read(&finding, &table, &form, Units::built_in())
        };
        let read = |raw: &str, unit| read_of(Code::OutOfRange, raw, unit);
        assert_eq!(
            read_of(Code::TooPrecise, "3.25", Some("万人")).as_deref(),
            Some("3.25 万人 = 32500")
        );
        assert_eq!(read_of(Code::CodeUnknown, "3.25", Some("万人")), None);
        assert_eq!(read("1200", Some("万人")).as_deref(), Some("1200 万人 = 12000000"));
        assert_eq!(read("1,200", Some("万人")).as_deref(), Some("1,200 万人 = 12000000"));
        assert_eq!(read("120万", None).as_deref(), Some("120 万 = 1200000"));
        assert_eq!(read("400000", None), None);
        assert_eq!(read("400000人", Some("人")), None);
    }
}

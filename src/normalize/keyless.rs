//! Rows with figures but without a known key or name: the finding on their key suggests what they may be.

use super::cell::tidy;
use crate::domain::{Code, Finding, RawTable, Text};
use crate::pipeline::{ColumnKind, Form};

/// Characters of a row's name that are shown.
const SHOWN: usize = 60;

/// The findings, those on keys with what the row may be.
pub(super) fn with_hints<'a>(
    findings: impl Iterator<Item = Finding> + 'a,
    table: &'a RawTable,
    form: &'a Form,
) -> impl Iterator<Item = Finding> + 'a {
    findings.map(move |finding| match hint(&finding, table, form) {
        Some(hint) => finding.with_more(&hint),
        None => finding,
    })
}

fn hint(finding: &Finding, table: &RawTable, form: &Form) -> Option<Text> {
    let is_own = |column: &usize| finding.place.column.as_deref() == Some(form.columns[*column].id.as_str());
    let is_lone = finding.message.is_none() && finding.mend.is_none() && finding.expected.is_none();
    let row = finding.place.row.filter(|_| is_lone && form.key.iter().any(is_own))?;
    let at = table
        .records
        .binary_search_by_key(&row, |record| table.grid.number(*record as usize))
        .ok()?;
    let record = table.records[at];
    let has_figure = table.columns.iter().any(|matched| {
        let is_number = form.columns[matched.column].kind.is_number();
        is_number
            && table
                .said(record, matched.index)
                .0
                .contains(|c: char| c.is_ascii_digit())
    });
    match finding.code.engine()? {
        _ if !has_figure => None,
        Code::CellMissing => Some(match name(table, form, record) {
            Some(name) => Text::new(
                format!("；该行写有“{name}”并填有数字，可能是名称未收录的合计或对比行，也可能漏填了代码"),
                format!(
                    "; the row says “{name}” and has figures: it may be a total or a comparison by a name that is not known, or its code was left out"
                ),
            ),
            None => Text::new(
                "；该行填有数字而没有名称，可能是合计行，也可能漏填了代码",
                "; the row has figures and no name: it may be a total, or its code was left out",
            ),
        }),
        Code::CodeUnknown if !finding.raw.as_deref()?.contains(|c: char| c.is_numeric()) => Some(Text::new(
            "；该行填有数字，如为合计或对比行，请改用约定的名称（如“合计”）",
            "; if the row is a total or a comparison, name it so that this can be told, as in “Total”",
        )),
        _ => None,
    }
}

/// The first text of a row in a column of texts or of names.
fn name(table: &RawTable, form: &Form, record: u32) -> Option<String> {
    let texts = table.columns.iter().filter(|matched| {
        let kind = &form.columns[matched.column].kind;
        matches!(kind, ColumnKind::Text | ColumnKind::DivisionName { .. })
    });
    let mut said = texts.map(|matched| tidy(table.said(record, matched.index).0));
    let name = said.find(|text| text.chars().any(char::is_alphabetic))?;
    // Braces are placeholders in a message.
    Some(name.chars().filter(|c| !matches!(c, '{' | '}')).take(SHOWN).collect())
}

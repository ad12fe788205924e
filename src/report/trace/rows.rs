//! A trace as the rows of a CSV.

use super::parts::{TraceArea, TraceCell, TraceRecord, TraceReport, TraceRest};
use crate::domain::Lang;
use crate::report::look::number;

impl TraceReport {
    pub(super) fn record_row(&self, record: &TraceRecord, lang: Lang) -> Vec<String> {
        let file = &self.files[record.file];
        vec![
            record.form.clone(),
            record.key.join(" "),
            record.area.get(lang).to_owned(),
            record.numerator.to_string(),
            record.denominator.to_string(),
            number(record.value),
            number(record.share),
            file.path.clone(),
            file.sha256.clone(),
            record.sheet.clone().unwrap_or_default(),
            record.row.map_or(String::new(), |row| row.to_string()),
            record.cells.iter().map(TraceCell::named).collect::<Vec<_>>().join("; "),
        ]
    }
}

pub(super) fn area_row(level: &str, area: &TraceArea, lang: Lang) -> Vec<String> {
    let mut row = vec![
        level.to_owned(),
        area.code.clone(),
        area.name.get(lang).to_owned(),
        area.numerator.to_string(),
        area.denominator.to_string(),
        number(area.value),
        number(area.share),
    ];
    row.resize(12, String::new());
    row
}

/// A line without a code: what the lines above leave out.
pub(super) fn rest_row(level: &str, rest: &TraceRest) -> Option<Vec<String>> {
    let mut row = vec![
        level.to_owned(),
        String::new(),
        format!("others: {}", rest.count),
        rest.numerator.to_string(),
        rest.denominator.to_string(),
    ];
    row.resize(12, String::new());
    (rest.count > 0).then_some(row)
}

//! Cells whose text was broken before it came, or that could not be read in the encoding of the file.

use std::collections::BTreeMap;

use super::{Merges, ShownCheck};
use crate::domain::{Code, Finding, Severity, Text, visible};
use crate::normalize::tally::Tally;
use crate::pipeline::ColumnKind;

/// Most findings on broken text for a column; where there are more, one finding covers them all.
const GARBLED: usize = 20;

/// Findings on cells with the row of each, by physical column.
type Told = BTreeMap<u32, Vec<(u32, Finding)>>;

impl ShownCheck<'_> {
    /// Cells with broken text. A remark stays as it came; what says who a row is about, or how much, is not read.
    pub(super) fn garbled(&self, lost: &mut Merges, tally: &mut Tally) {
        let mut told = Told::new();
        for (&(row, index), garbled) in &self.shown.garbled {
            let (Some(matched), Some(position)) = (self.columns.get(&index), self.position(row)) else {
                continue;
            };
            if self.table.corrected.get(row, index).is_some() {
                continue;
            }
            let is_text = matches!(self.form.columns[matched.column].kind, ColumnKind::Text);
            let required = (self.required)(matched.column);
            let mut finding = garbled.finding(self.table.grid.cell(row as usize, index as usize));
            let in_key = self.form.key.contains(&matched.column);
            if !is_text || (in_key && garbled.lossy) {
                lost.entry(index).or_default().insert(row);
                if required {
                    finding = finding.severity(Severity::Hard);
                    tally.statuses.quarantine(position, finding.code.clone());
                }
            }
            told.entry(index)
                .or_default()
                .push((row, finding.at(self.place(Some(row), matched))));
        }
        let all = || told.values().flatten().map(|(_, finding)| finding);
        if all().count() > 1 && self.is_in_other_encoding(all()) {
            return self.other_encoding(told, tally);
        }
        for findings in told.into_values() {
            if findings.len() <= GARBLED {
                findings.into_iter().for_each(|(_, finding)| tally.tell(finding));
                continue;
            }
            let count = findings.len() as u64;
            let rows = findings
                .iter()
                .skip(1)
                .map(|(row, _)| self.table.grid.number(*row as usize))
                .collect();
            let severity = findings.iter().map(|(_, finding)| finding.severity).max();
            if let Some((_, first)) = findings.into_iter().next() {
                let severity = severity.unwrap_or(first.severity);
                tally.tell(Finding {
                    rows,
                    severity,
                    ..first.count(count)
                });
            }
        }
    }

    /// Whether no character beyond ASCII could be read: the file as a whole is in an encoding that nothing in it proves.
    fn is_in_other_encoding<'f>(&self, mut findings: impl Iterator<Item = &'f Finding>) -> bool {
        let mut characters = self.table.grid.text().chars();
        findings.all(|finding| finding.code == Code::EncodingDamaged)
            && characters.all(|c| c.is_ascii() || c == char::REPLACEMENT_CHARACTER)
    }

    /// One finding for all cells of such a file.
    fn other_encoding(&self, told: Told, tally: &mut Tally) {
        let in_column = |(index, found): (u32, Vec<(u32, Finding)>)| {
            found.into_iter().map(move |(row, finding)| (index, row, finding))
        };
        let mut found: Vec<(u32, u32, Finding)> = told.into_iter().flat_map(in_column).collect();
        found.sort_by_key(|(index, row, _)| (*row, *index));
        let severity = found.iter().map(|(.., finding)| finding.severity).max();
        let cells: Vec<(u32, u32)> = found.iter().map(|(index, row, _)| (*index, *row)).collect();
        let likely = found
            .iter()
            .find_map(|(.., finding)| Some((finding.mend_text()?.into_owned(), finding.raw.clone()?)));
        let Some((.., first)) = found.into_iter().next() else {
            return;
        };
        let message = of_other_encoding(first.raw.as_deref(), likely);
        let finding = Finding {
            message: Some(message),
            mend: None,
            severity: severity.unwrap_or(Severity::Explain),
            ..first
        };
        self.tell_cells(finding, cells, tally);
    }
}

/// The message on a file that is in an encoding nobody knows. `likely` is what one of its cells may say, and the cell.
fn of_other_encoding(first: Option<&str>, likely: Option<(String, String)>) -> Text {
    // What a county sent is no template.
    let plain = |text: &str| visible(text).replace(['{', '}'], "");
    let (zh, en) = match likely {
        Some((likely, cell)) => {
            let (likely, cell) = (plain(&likely), plain(&cell));
            (
                format!("“{cell}”可能是“{likely}”"),
                format!("“{cell}” is probably “{likely}”"),
            )
        }
        None => {
            let first = plain(first.unwrap_or_default());
            (format!("如“{first}”"), format!("such as “{first}”"))
        }
    };
    Text::new(
        format!(
            "文件采用 {{expected}} 以外的编码，但无从证实是哪一种，有 {{count}} 个单元格含无法解读的字符（{zh}）：{{raw}}"
        ),
        format!(
            "the file is in another encoding than {{expected}}, and nothing in it proves which, so that cells hold characters that cannot be read ({en}; cells: {{count}}): {{raw}}"
        ),
    )
}

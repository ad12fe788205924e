//! Blocks of merged cells that reach over several cells of records.

use super::{Merges, ShownCheck};
use crate::domain::{Code, Finding, MatchedColumn, Merged, Severity, a1};
use crate::normalize::cell::tidy;
use crate::normalize::tally::Tally;

impl ShownCheck<'_> {
    /// Blocks that reach over several cells of records.
    pub(super) fn merged(&self, tally: &mut Tally) -> Merges {
        let mut merges = Merges::new();
        for block in &self.shown.merged {
            let (top, left) = block.first;
            let text = self.table.grid.cell(top as usize, left as usize);
            let columns: Vec<&MatchedColumn> = self.columns.range(left..=block.last.1).map(|(_, m)| *m).collect();
            let from = self.table.records.partition_point(|row| *row < top);
            let to = self.table.records.partition_point(|row| *row <= block.last.0);
            let rows = &self.table.records[from..to];
            let several = rows.len() * columns.len() > 1 || rows.first().is_some_and(|row| *row != top);
            if tidy(text).is_empty() || !several {
                continue;
            }
            for matched in columns {
                let lost = self.lost(block, text, rows, matched);
                if !lost.is_empty() {
                    self.report_merged(block, text, matched, &lost, tally);
                    merges.entry(matched.index).or_default().extend(lost);
                }
            }
        }
        merges
    }

    /// Rows of a block whose cell in a column cannot be known. A text is at least that of the first; a number may be that of one
    /// row or of all of them together.
    fn lost(&self, block: &Merged, text: &str, rows: &[u32], matched: &MatchedColumn) -> Vec<u32> {
        let is_lost = |row: &u32| {
            if (*row, matched.index) == block.first {
                self.is_number(matched) && holds_digits(text)
            } else {
                !self.repeats(*row, matched.index)
            }
        };
        let corrected = |row: &u32| self.table.corrected.get(*row, matched.index).is_some();
        rows.iter()
            .copied()
            .filter(|row| is_lost(row) && !corrected(row))
            .collect()
    }

    fn report_merged(&self, block: &Merged, text: &str, matched: &MatchedColumn, lost: &[u32], tally: &mut Tally) {
        let (top, left) = block.first;
        let required = (self.required)(matched.column);
        let holds = matched.index == left && self.position(top).is_some();
        let at = if holds { top } else { lost[0] };
        let number = |row: u32| self.table.grid.number(row as usize);
        let last = number(top) + (block.last.0 - top);
        let range = format!("{}:{}", a1(left, number(top)), a1(block.last.1, last));
        let code = if self.is_number(matched) && holds_digits(text) {
            Code::NumberMerged
        } else {
            Code::CellsMerged
        };
        if required {
            for position in lost.iter().filter_map(|row| self.position(*row)) {
                tally.statuses.quarantine(position, code);
            }
        }
        let severity = if required { Severity::Hard } else { Severity::Explain };
        let finding = Finding::new(code).severity(severity).at(self.place(Some(at), matched));
        tally.tell(Finding {
            rows: lost.iter().filter(|row| **row != at).map(|row| number(*row)).collect(),
            ..finding.raw(text).expected(range).count(lost.len() as u64)
        });
    }
}

/// Whether a text can be a number: a name that reaches over a column of numbers is none.
fn holds_digits(text: &str) -> bool {
    text.chars().any(char::is_numeric)
}

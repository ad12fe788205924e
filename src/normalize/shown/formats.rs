//! Numbers that their formats show as other ones, as blanks, or not at all.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Merges, ShownCheck, is_read};
use crate::domain::{Code, Finding, MatchedColumn, Severity, Text, row_ranges};
use crate::normalize::symbol::Symbols;
use crate::normalize::tally::Tally;
use crate::pipeline::ColumnKind;

impl ShownCheck<'_> {
    /// Zeros that the sheet shows as blanks, where the form takes a blank for missing: one finding a column.
    pub(super) fn blank_zeros(&self, tally: &mut Tally) {
        if self.shown.blank_zeros.is_empty() || !Symbols::new(&self.form.missing).blank_is_missing() {
            return;
        }
        for matched in self.columns.values().filter(|matched| self.is_number(matched)) {
            let own = |(row, index): &&(u32, u32)| {
                let corrected = self.table.corrected.get(*row, *index).is_some();
                *index == matched.index && self.position(*row).is_some() && !corrected
            };
            let rows: Vec<u32> = self.shown.blank_zeros.iter().filter(own).map(|(row, _)| *row).collect();
            let Some((&first, others)) = rows.split_first() else {
                continue;
            };
            let finding = Finding::new(Code::NumberShownOtherwise).at(self.place(Some(first), matched));
            tally.tell(Finding {
                message: Some(of_blank_zeros()),
                rows: others.iter().map(|row| self.table.grid.number(*row as usize)).collect(),
                ..finding.raw("0").count(rows.len() as u64)
            });
        }
    }

    /// Numbers in columns of text that are shown as another text, or not at all: what they show is not known, so they are not read.
    pub(super) fn unshown_texts(&self, lost: &mut Merges, tally: &mut Tally) {
        for (&(row, index), format) in &self.shown.formats {
            let (Some(matched), Some(position)) = (self.columns.get(&index), self.position(row)) else {
                continue;
            };
            let is_text = matches!(self.form.columns[matched.column].kind, ColumnKind::Text);
            if !is_text || self.table.corrected.get(row, index).is_some() {
                continue;
            }
            lost.entry(index).or_default().insert(row);
            let finding = Finding::new(Code::NumberShownOtherwise).at(self.place(Some(row), matched));
            let mut finding = finding
                .raw(self.table.grid.cell(row as usize, index as usize))
                .expected(&**format);
            finding.message = Some(of_text());
            if (self.required)(matched.column) {
                finding = finding.severity(Severity::Hard);
                tally.statuses.quarantine(position, Code::NumberShownOtherwise);
            }
            tally.tell(finding);
        }
    }

    /// Numbers that are shown as other ones: one finding for each column and format.
    pub(super) fn formats(&self, tally: &mut Tally) {
        for matched in self.columns.values().filter(|matched| self.is_number(matched)) {
            let own = |(at, _): &(&(u32, u32), &Arc<str>)| {
                let is_read = |affix| is_read(self.shown, **at, affix, self.units);
                at.1 == matched.index
                    && self.position(at.0).is_some()
                    && self.table.corrected.get(at.0, at.1).is_none()
                    && !self.shown.affixes.get(at).is_some_and(|affix| is_read(affix))
            };
            let mut by_format: BTreeMap<&Arc<str>, Vec<u32>> = BTreeMap::new();
            for ((row, _), format) in self.shown.formats.iter().filter(own) {
                by_format.entry(format).or_default().push(*row);
            }
            let mut found: Vec<_> = by_format.into_iter().collect();
            found.sort_by_key(|(_, rows)| rows[0]);
            for (format, rows) in found {
                tally.tell(self.of_format(matched, format, &rows));
            }
        }
    }

    /// Numbers of a column that one format shows as other ones.
    fn of_format(&self, matched: &MatchedColumn, format: &str, rows: &[u32]) -> Finding {
        let first = rows[0];
        let stored = self.shown.stored.get(&(first, matched.index)).map(String::as_str);
        let finding = Finding::new(Code::NumberShownOtherwise).at(self.place(Some(first), matched));
        let numbers: Vec<u32> = rows.iter().map(|row| self.table.grid.number(*row as usize)).collect();
        Finding {
            message: (rows.len() > 1).then(|| of_rows(&row_ranges(&numbers))),
            rows: numbers[1..].to_vec(),
            ..finding
                .raw(stored.unwrap_or(self.table.grid.cell(first as usize, matched.index as usize)))
                .expected(format)
                .count(rows.len() as u64)
        }
    }
}

/// The message on several numbers that are shown as other ones.
fn of_rows(rows: &str) -> Text {
    Text::new(
        format!(
            "数字格式“{{expected}}”使存储的数（如 {{raw}}）显示为另一个数；按存储的数读取（此列共 {{count}} 处，第 {rows} 行）"
        ),
        format!(
            "the number format {{expected}} shows stored numbers such as {{raw}} as other ones; the stored numbers were read (cells of the column: {{count}}, rows {rows})"
        ),
    )
}

/// The message on a number in a column of text of which something else is shown.
fn of_text() -> Text {
    Text::new(
        "数字格式“{expected}”使存储的 {raw} 显示为别的文字，或不显示；不能确定所填内容，按缺失处理",
        "the number format {expected} shows the stored {raw} as another text, or does not show it; what was meant is not known, so the cell counts as missing",
    )
}

/// The message on zeros that are shown as blanks.
fn of_blank_zeros() -> Text {
    Text::new(
        "“{column}”有 {count} 个单元格存储的是 0，而显示为空白，表式以空白表示缺失；按存储的 0 读取",
        "{column} shows stored zeros as blanks, and the form takes a blank for missing; they were read as 0 (cells: {count})",
    )
}

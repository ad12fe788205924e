//! What is noted of columns of days.

use super::{At, Tally};
use crate::domain::{Code, Finding, Held, Text, a1};

impl Tally<'_> {
    /// Notes that the days of a column are in both orders. Those that could be either, if there are any, are noted already.
    pub(in crate::normalize) fn dates_mixed(&mut self, at: &At, raw: String, positions: &[usize]) {
        let new = Finding::new(Code::DateOrderMixed).at(self.whole(at));
        let rows = self.rows(positions);
        let finding = self.unclear.entry(at.index).or_insert(new);
        finding.raw = Some(raw);
        finding.rows.extend(rows);
        finding.rows.sort_unstable();
        finding.rows.dedup();
        finding.count = finding.rows.len() as u64;
    }

    /// The message on a cell of a workbook that holds no day, whatever it shows; None: the usual one.
    pub(in crate::normalize) fn no_day(&self, position: usize, at: &At) -> Option<Text> {
        let row = self.table.records[position];
        let is_received = self.table.corrected.get(row, at.index).is_none();
        (is_received && self.table.held(row, at.index) == Held::Time).then(|| {
            Text::new(
                "“{column}”应为日期；此单元格只有时刻，或是按日期格式显示的数字 0、1（“{raw}”）",
                "{column} must be a date; the cell holds a time of day, or the number 0 or 1 shown as a date (“{raw}”)",
            )
        })
    }

    /// The text of a cell as it is read, and its place: `E4`.
    pub(in crate::normalize) fn cell(&self, position: usize, at: &At) -> (&str, String) {
        let row = self.table.records[position];
        let text = match self.table.corrected.get(row, at.index) {
            Some(corrected) => &corrected.text,
            None => self.table.said(row, at.index).0,
        };
        (text, a1(at.index, self.table.grid.number(row as usize)))
    }

    /// Whether the table is of a workbook or of JSON.
    pub(in crate::normalize) fn is_typed(&self) -> bool {
        self.table.grid.is_typed()
    }

    /// Whether the sheet shows parts of days anywhere.
    pub(in crate::normalize) fn has_partial_days(&self) -> bool {
        let shown = self.table.grid.markings();
        shown.is_some_and(|shown| !shown.partial_days.is_empty())
    }

    /// Whether a workbook shows a part of the day that it holds in a cell: the format.
    pub(in crate::normalize) fn partial_day(&self, position: usize, at: &At) -> Option<&str> {
        let row = self.table.records[position];
        let format = self.table.grid.markings()?.partial_days.get(&(row, at.index))?;
        self.table.corrected.get(row, at.index).is_none().then_some(&**format)
    }
}

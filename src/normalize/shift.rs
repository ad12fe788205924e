//! Cells that stand one column beside their header: a column more in the data than in the header, or one less. Where types
//! differ that is seen; where they do not, the wrong figures would pass, so nothing of such a sheet is read.

use super::cell::{Cleaned, tidy};
use super::judge::Judge;
use super::sheet::Sheet;
use crate::domain::{Code, Finding, Lang, MatchedColumn, Place, RawTable, Text, a1};
use crate::pipeline::{ColumnKind, Form};

/// Rows looked at: enough to know.
const SAMPLE: usize = 400;
/// Fewer rows are not judged, unless the form has a single one.
const ROWS: usize = 5;
/// Rows that prove something where all of them have a cell less than the header.
const PROOF: usize = 2;

/// A run of columns whose cells belong one column beside them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shift {
    /// Physical columns, both included.
    first: u32,
    last: u32,
    /// Where the cells belong: -1 to the left, 1 to the right.
    to: i64,
}

/// What the cells of one physical column are like.
#[derive(Clone, Copy, Debug, Default)]
struct Cells {
    filled: usize,
    /// Of another type than the column's.
    wrong: usize,
    /// Of the column's type or not, not a value of it.
    fail: usize,
    /// Digits where the column holds free text.
    odd: usize,
    /// Values of the column to the left, to the right.
    fits: [usize; 2],
}

/// Whether a sheet may be shifted although no column is at fault as a whole: it has a column that no form knows, or a plain file
/// has a header for one column more than its rows have cells.
pub(super) fn is_suspect(table: &RawTable) -> bool {
    !table.unmatched.is_empty() || is_narrow(table)
}

/// Whether each row of a plain file has one cell less than the header.
fn is_narrow(table: &RawTable) -> bool {
    let is_less = |row: &u32| table.grid.width(*row as usize) as u32 + 1 == table.width;
    table.grid.separator().is_some() && table.records.len() >= PROOF && table.records.iter().all(is_less)
}

/// The shift of a sheet, if there is one. Asked only of sheets with a column that is at fault as a whole, and of those that
/// [`is_suspect`] names.
pub(super) fn find(sheet: &Sheet, form: &Form) -> Option<Shift> {
    let rows = sheet.table.records.len();
    let is_one_row = form.key.is_empty() && rows == 1;
    if rows < ROWS && !is_one_row && !is_narrow(sheet.table) {
        return None;
    }
    let columns = Columns::new(sheet, form);
    let cells: Vec<Cells> = (0..columns.width).map(|index| columns.cells(index)).collect();
    let runs = [-1, 1].into_iter().flat_map(|to| columns.runs(&cells, to));
    runs.max_by_key(|(weight, shift)| (*weight, std::cmp::Reverse(shift.first)))
        .map(|(_, shift)| shift)
}

struct Columns<'s, 'a> {
    sheet: &'s Sheet<'a>,
    form: &'a Form,
    /// The column of the form at each physical position, one beyond the header included.
    at: Vec<Option<&'a MatchedColumn>>,
    /// What judges the cells of each, where it can be read.
    judges: Vec<Option<Judge<'s, 'a>>>,
    width: usize,
    rows: Vec<usize>,
    is_narrow: bool,
}

impl<'s, 'a> Columns<'s, 'a> {
    fn new(sheet: &'s Sheet<'a>, form: &'a Form) -> Columns<'s, 'a> {
        let table = sheet.table;
        let width = table.width as usize + 1;
        let mut at = vec![None; width];
        for matched in &table.columns {
            if let Some(place) = at.get_mut(matched.index as usize) {
                *place = Some(matched);
            }
        }
        let judge = |matched: &'a MatchedColumn| Judge::new(sheet, &form.columns[matched.column], matched);
        let step = table.records.len().div_ceil(SAMPLE).max(1);
        Columns {
            sheet,
            form,
            judges: at.iter().map(|matched| matched.and_then(judge)).collect(),
            at,
            width,
            is_narrow: is_narrow(table),
            rows: table.records.iter().step_by(step).map(|row| *row as usize).collect(),
        }
    }

    fn kind(&self, index: usize) -> Option<&'a ColumnKind> {
        let matched = self.at.get(index).copied().flatten()?;
        Some(&self.form.columns[matched.column].kind)
    }

    fn is_text(&self, index: usize) -> bool {
        matches!(self.kind(index), Some(ColumnKind::Text))
    }

    fn cells(&self, index: usize) -> Cells {
        let mut cells = Cells::default();
        for &row in &self.rows {
            let text = self.sheet.table.said(row as u32, index as u32).0;
            if tidy(text).is_empty() {
                continue;
            }
            cells.filled += 1;
            match self.fault(row, index, index) {
                Some(Some(code)) => {
                    cells.fail += 1;
                    cells.wrong += usize::from(code != Code::OutOfRange);
                }
                Some(None) => cells.odd += usize::from(self.is_text(index) && is_figure(text)),
                None => {}
            }
            for (side, beside) in [index.checked_sub(1), Some(index + 1)].into_iter().enumerate() {
                let fits = beside.and_then(|beside| self.fault(row, index, beside)) == Some(None);
                cells.fits[side] += usize::from(fits);
            }
        }
        cells
    }

    /// What is wrong with a cell as a value of the column at `as_of`; None: there is no such column, or a sign for no value.
    fn fault(&self, row: usize, index: usize, as_of: usize) -> Option<Option<Code>> {
        let judge = self.judges.get(as_of)?.as_ref()?;
        let (text, numeric) = self.sheet.table.said(row as u32, index as u32);
        match judge.judge(text, numeric) {
            Cleaned::Value(()) | Cleaned::Converted((), _) | Cleaned::Rounded((), _) | Cleaned::Noted((), _) => {
                Some(None)
            }
            Cleaned::Missing => None,
            // A number in whatever notation, or a day in whatever order.
            Cleaned::Fault(fault)
                if matches!(
                    fault.code,
                    Code::DecimalMarkMixed | Code::DecimalMarkUnclear | Code::DateOrderUnclear
                ) =>
            {
                Some(None)
            }
            Cleaned::Fault(fault) => Some(Some(fault.code)),
        }
    }

    /// Runs of columns whose cells fit the column beside them, with how much speaks for it: at least two that cannot be
    /// where they stand, one of them of another type than its own column, one fitting another type than text.
    fn runs(&self, cells: &[Cells], to: i64) -> Vec<(usize, Shift)> {
        let side = usize::from(to > 0);
        let fits = |index: usize| self.most(cells[index].fits[side], cells[index].filled);
        // Between two that fit, a blank column or one that no form knows says nothing.
        let silent = |index: usize| cells[index].filled == 0 || self.kind(index).is_none();
        let mut runs = Vec::new();
        let mut index = 0;
        while index < self.width {
            if !fits(index) {
                index += 1;
                continue;
            }
            let first = index;
            let mut last = index;
            while index < self.width && (fits(index) || silent(index)) {
                if fits(index) {
                    last = index;
                }
                index += 1;
            }
            let (first, last) = self.trimmed(cells, (first, last), to);
            let weight = self.weight(cells, first..=last, to);
            let shift = Shift {
                first: first as u32,
                last: last as u32,
                to,
            };
            runs.extend(weight.map(|weight| (weight, shift)));
        }
        runs
    }

    /// Without the foremost column, where that would move into free text that is sound as it stands: anything fits there, and
    /// it is more likely the surplus cell.
    fn trimmed(&self, cells: &[Cells], (first, last): (usize, usize), to: i64) -> (usize, usize) {
        let foremost = if to < 0 { first } else { last };
        let home = (foremost as i64 + to) as usize;
        let is_sound = cells.get(home).is_some_and(|of| {
            self.is_text(home) && of.filled > 0 && !self.most(of.fail, of.filled) && !self.most(of.odd, of.filled)
        });
        // What is blank behind it does not move either.
        let fits = |at: &usize| self.most(cells[*at].fits[usize::from(to > 0)], cells[*at].filled);
        match (is_sound && first < last, to < 0) {
            (true, true) => ((first + 1..=last).find(fits).unwrap_or(last), last),
            (true, false) => (first, (first..last).rev().find(fits).unwrap_or(first)),
            (false, _) => (first, last),
        }
    }

    fn weight(&self, cells: &[Cells], run: std::ops::RangeInclusive<usize>, to: i64) -> Option<usize> {
        let (mut misplaced, mut of_other_type, mut strong) = (0, 0, 0);
        // The cell that each row lacks is the last one of the header.
        if self.is_narrow && to > 0 && *run.end() + 2 == self.sheet.table.width as usize {
            (misplaced, of_other_type) = (1, 1);
        }
        for index in run {
            let of = &cells[index];
            let home = (index as i64 + to) as usize;
            let beyond = self.kind(index).is_none() && index + 1 == self.width;
            let odd = self.most(of.odd, of.filled) && !self.is_text(home);
            let nameless = self.is_narrow && self.is_nameless(index) && of.filled > 0;
            if !(beyond && of.filled > 0 || nameless || odd || self.most(of.fail, of.filled)) {
                continue;
            }
            misplaced += 1;
            of_other_type += usize::from(beyond || self.most(of.wrong, of.filled));
            strong += usize::from(!self.is_text(home));
        }
        (misplaced >= 2 && of_other_type >= 1 && strong >= 1).then_some(misplaced)
    }

    /// Whether a physical column of the header has no name.
    fn is_nameless(&self, index: usize) -> bool {
        let mut unmatched = self.sheet.table.unmatched.iter();
        unmatched.any(|(at, name)| *at as usize == index && name.is_empty())
    }

    /// At least four fifths of what is filled, which is most of the rows.
    fn most(&self, count: usize, filled: usize) -> bool {
        count > 0 && count * 5 >= filled * 4 && filled * 2 > self.rows.len()
    }
}

fn is_figure(text: &str) -> bool {
    let text = tidy(text);
    let plain = |c: char| c.is_ascii_digit() || matches!(c, '.' | '-' | '/' | ',');
    text.starts_with(|c: char| c.is_ascii_digit()) && text.chars().all(plain)
}

impl Shift {
    /// Whether a physical column takes part: as the place where cells stand, or where they belong.
    pub(super) fn touches(&self, index: u32) -> bool {
        let beside = |index: u32| (i64::from(index) + self.to).max(0) as u32;
        (self.first.min(beside(self.first))..=self.last.max(beside(self.last))).contains(&index)
    }

    /// The finding on the sheet: it takes the place of those on the cells.
    pub(super) fn finding(&self, sheet: &Sheet, form: &Form) -> Finding {
        let matched = |index: i64| {
            let found = sheet.table.columns.iter().find(|m| i64::from(m.index) == index);
            found.map(|matched| &form.columns[matched.column])
        };
        let letters = |index: i64| a1(index.max(0) as u32, 1).trim_end_matches('1').to_owned();
        let range = |by: i64| {
            let (first, last) = (i64::from(self.first) + by, i64::from(self.last) + by);
            format!("{}:{}", letters(first), letters(last))
        };
        let (from, to) = (range(0), range(self.to));
        let entry = Code::ColumnsShifted.entry();
        let message = {
            let worded = |lang: Lang| {
                let title = |index: u32| {
                    let own = matched(i64::from(index)).or_else(|| matched(i64::from(index) + self.to));
                    own.map_or(String::new(), |column| column.title.get(lang).to_owned())
                };
                let template = entry.message.get(lang).replace("{column}", &title(self.first));
                template.replace("{last}", &title(self.last))
            };
            Text::new(worded(Lang::Zh), worded(Lang::En))
        };
        let place = Place {
            sheet: sheet.table.sheet.clone(),
            row: None,
            column: matched(i64::from(self.first)).map(|column| column.id.as_str().into()),
            column_index: Some(self.first),
        };
        let mend = format!("{from} → {to}");
        let finding = Finding::new(Code::ColumnsShifted).at(place).raw(from).expected(to);
        Finding {
            message: Some(message),
            ..finding.mend(mend).count(sheet.table.records.len() as u64)
        }
    }
}

//! What a sheet shows beside the text of its records: notes, struck text, hidden rows and columns, merged cells. Nothing of it
//! changes a figure without a finding.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::cell::tidy;
use super::symbol::Symbols;
use super::tally::Tally;
use crate::domain::{
    Affix, Code, Finding, Markings, MatchedColumn, Merged, Place, RawTable, Severity, Text, Unseen, a1, cell_ranges,
    counted_text, findings_on_runs, row_ranges, visible,
};
use crate::pipeline::units::Units;
use crate::pipeline::{ColumnKind, Form};

/// Most findings on broken text for a column; where there are more, one finding covers them all.
const GARBLED: usize = 20;

/// Cells of records whose own value in a merged block is unknown: by physical column, rows of the grid.
pub(super) type Merges = BTreeMap<u32, BTreeSet<u32>>;

/// Reports everything, and returns the cells that are not to be read.
pub(super) fn tell(
    table: &RawTable,
    form: &Form,
    units: &Units,
    required: &dyn Fn(usize) -> bool,
    tally: &mut Tally,
) -> Merges {
    let Some(shown) = table.grid.markings() else {
        return Merges::new();
    };
    let check = ShownCheck {
        table,
        form,
        units,
        shown,
        required,
        columns: table.columns.iter().map(|matched| (matched.index, matched)).collect(),
    };
    check.struck_rows(tally);
    check.runs(tally);
    check.formats(tally);
    check.raised(tally);
    check.hidden(tally);
    check.unseen(tally);
    let mut lost = check.merged(tally);
    check.blank_zeros(tally);
    check.unshown_texts(&mut lost, tally);
    check.garbled(&mut lost, tally);
    lost
}

/// Whether what a number format puts around a number is read with it. It is not where the format shows another number, unless by a unit
/// such as 万元.
pub(super) fn is_read(shown: &Markings, place: (u32, u32), affix: &Affix, units: &Units) -> bool {
    let is_unit = || units.knows(&affix.behind) && !units.is_multiplier(&affix.behind);
    !shown.formats.contains_key(&place) || is_unit()
}

struct ShownCheck<'a> {
    table: &'a RawTable,
    form: &'a Form,
    units: &'a Units,
    shown: &'a Markings,
    required: &'a dyn Fn(usize) -> bool,
    columns: BTreeMap<u32, &'a MatchedColumn>,
}

impl ShownCheck<'_> {
    fn position(&self, row: u32) -> Option<usize> {
        self.table.records.binary_search(&row).ok()
    }

    fn place(&self, row: Option<u32>, matched: &MatchedColumn) -> Place {
        Place {
            sheet: self.table.sheet.clone(),
            row: row.map(|row| self.table.grid.number(row as usize)),
            column: Some(Arc::from(self.form.columns[matched.column].id.as_str())),
            column_index: Some(matched.index),
        }
    }

    fn struck_rows(&self, tally: &mut Tally) {
        for &row in &self.shown.struck_rows {
            let Some(position) = self.position(row) else { continue };
            let text = self.table.grid.row(row as usize).find(|cell| !tidy(cell).is_empty());
            let place = tally.place(row as usize);
            tally.tell(Finding::new(Code::RowStruck).at(place).raw(text.unwrap_or_default()));
            tally.statuses.quarantine(position, Code::RowStruck);
        }
    }

    /// Notes and struck text in cells of records and stated totals.
    fn runs(&self, tally: &mut Tally) {
        let totals: BTreeSet<u32> = self
            .table
            .set_aside
            .iter()
            .filter(|(_, kind)| kind.is_total())
            .map(|(row, _)| *row)
            .collect();
        let mut unseen: Vec<(u32, u32, Finding)> = Vec::new();
        for (&(row, index), runs) in &self.shown.runs {
            let Some(matched) = self.columns.get(&index) else {
                continue;
            };
            let position = self.position(row);
            let corrected = self.table.corrected.get(row, index).is_some();
            if corrected || (position.is_none() && !totals.contains(&row)) {
                continue;
            }
            // Nothing is left of a cell that the row cannot do without.
            let out = position.is_some() && (self.required)(matched.column) && tidy(&counted_text(runs)).is_empty();
            for finding in findings_on_runs(runs) {
                let finding = self
                    .may_be_decimals(finding, matched)
                    .at(self.place(Some(row), matched));
                if finding.code == Code::TextUnseen && finding.expected.is_some() {
                    unseen.push((index, row, finding));
                    continue;
                }
                tally.tell(if out { finding.severity(Severity::Hard) } else { finding });
            }
        }
        self.unseen_parts(unseen, tally);
    }

    /// Parts of cells that are not seen, where others are: one finding for the sheet.
    fn unseen_parts(&self, found: Vec<(u32, u32, Finding)>, tally: &mut Tally) {
        let cells: Vec<(u32, u32)> = found.iter().map(|(index, row, _)| (*index, *row)).collect();
        let Some((_, _, first)) = found.into_iter().next() else {
            return;
        };
        if cells.len() == 1 {
            tally.tell(first);
            return;
        }
        let message = of_unseen_parts(first.raw.as_deref(), first.expected.as_deref());
        let first = Finding {
            expected: None,
            message: Some(message),
            ..first
        };
        self.tell_cells(first, cells, tally);
    }

    /// Cells whose whole content is not seen: one finding for the sheet and each reason.
    fn unseen(&self, tally: &mut Tally) {
        let mut found: BTreeMap<Unseen, Vec<(u32, u32)>> = BTreeMap::new();
        for (&(row, index), why) in &self.shown.unseen {
            let Some(matched) = self.columns.get(&index).filter(|_| self.position(row).is_some()) else {
                continue;
            };
            let corrected = self.table.corrected.get(row, index).is_some();
            // Formats that show nothing of a number are told with others that show another one.
            let is_told = *why == Unseen::Format && self.shown.formats.contains_key(&(row, index));
            let kind = &self.form.columns[matched.column].kind;
            if !corrected && !(is_told && (kind.is_number() || matches!(kind, ColumnKind::Text))) {
                found.entry(*why).or_default().push((index, row));
            }
        }
        for (why, cells) in found {
            let finding = Finding {
                message: Some(of_unseen(why)),
                ..Finding::new(Code::CellsUnseen)
            };
            let finding = match why {
                Unseen::Perhaps => finding.severity(Severity::Info),
                _ => finding,
            };
            self.tell_cells(finding, cells, tally);
        }
    }

    /// Tells of cells, given as column and row. It stands at their column where they have one, and at the first of their rows.
    fn tell_cells(&self, finding: Finding, mut cells: Vec<(u32, u32)>, tally: &mut Tally) {
        let number = |row: u32| self.table.grid.number(row as usize);
        let count = cells.len() as u64;
        let mut rows: Vec<u32> = cells.iter().map(|(_, row)| *row).collect();
        rows.sort_unstable();
        rows.dedup();
        let Some((&first, others)) = rows.split_first() else {
            return;
        };
        let of_one = cells.iter().all(|(index, _)| *index == cells[0].0);
        let matched = self.columns.get(&cells[0].0).filter(|_| of_one);
        let place = match matched {
            Some(matched) => self.place(Some(first), matched),
            None => Place {
                sheet: self.table.sheet.clone(),
                row: Some(number(first)),
                ..Place::default()
            },
        };
        cells.sort_unstable();
        cells.iter_mut().for_each(|(_, row)| *row = number(*row));
        let rows = others.iter().map(|row| number(*row)).collect();
        tally.tell(Finding {
            rows,
            ..finding.at(place).raw(cell_ranges(&cells)).count(count)
        });
    }

    /// Raised digits behind a whole number, as many as the column has decimals, may be these: prices are written so.
    fn may_be_decimals(&self, finding: Finding, matched: &MatchedColumn) -> Finding {
        /// Decimals of a price, and fewer digits than those are a note.
        const CENTS: usize = 2;
        let decimals = match self.form.columns[matched.column].kind {
            ColumnKind::Decimal { double: true, .. } => CENTS,
            ColumnKind::Decimal { scale, .. } => scale as usize,
            _ => 0,
        };
        let is_digits = |text: Option<&str>| {
            text.is_some_and(|text| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()))
        };
        let raw = finding.raw.as_deref().map(str::trim);
        let is_long = decimals >= CENTS && raw.is_some_and(|raw| raw.len() == decimals);
        // Signs of currencies and groups of thousands may stand there, a decimal point not.
        let number = finding.expected.as_deref().map(|number| number.replace([',', ' '], ""));
        let number = number
            .as_deref()
            .map(|number| number.trim_start_matches(|c: char| !c.is_ascii_digit()));
        if finding.code == Code::TextNoted && is_long && is_digits(raw) && is_digits(number) {
            let doubtful = Finding::new(Code::NoteDoubtful);
            return Finding {
                raw: finding.raw,
                expected: finding.expected,
                ..doubtful
            };
        }
        finding
    }

    /// Zeros that the sheet shows as blanks, where the form takes a blank for missing: one finding a column.
    fn blank_zeros(&self, tally: &mut Tally) {
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
    fn unshown_texts(&self, lost: &mut Merges, tally: &mut Tally) {
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
    fn formats(&self, tally: &mut Tally) {
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

    /// Cells that are raised or lowered as a whole, as the mark of a note alone is: one finding a column.
    fn raised(&self, tally: &mut Tally) {
        for matched in self.columns.values() {
            let own = |(row, index): &&(u32, u32)| {
                let corrected = self.table.corrected.get(*row, *index).is_some();
                *index == matched.index && self.position(*row).is_some() && !corrected
            };
            let rows: Vec<u32> = self.shown.raised.iter().filter(own).map(|(row, _)| *row).collect();
            let Some((&first, others)) = rows.split_first() else {
                continue;
            };
            let finding = Finding::new(Code::CellRaised).at(self.place(Some(first), matched));
            let text = self.table.grid.cell(first as usize, matched.index as usize);
            tally.tell(Finding {
                rows: others.iter().map(|row| self.table.grid.number(*row as usize)).collect(),
                ..finding.raw(text).count(rows.len() as u64)
            });
        }
    }

    fn hidden(&self, tally: &mut Tally) {
        let hidden: Vec<u32> = (self.shown.hidden_rows.iter().copied())
            .filter(|row| self.position(*row).is_some())
            .map(|row| self.table.grid.number(row as usize))
            .collect();
        if !hidden.is_empty() {
            let place = Place {
                sheet: self.table.sheet.clone(),
                ..Place::default()
            };
            let count = hidden.len() as u64;
            tally.tell(
                Finding::new(Code::RowsHidden)
                    .at(place)
                    .raw(row_ranges(&hidden))
                    .count(count),
            );
        }
        for index in &self.shown.hidden_columns {
            if let Some(matched) = self.columns.get(index) {
                let letters = a1(*index, 1).trim_end_matches('1').to_owned();
                let finding = Finding::new(Code::ColumnHidden).at(self.place(None, matched));
                tally.tell(finding.raw(letters));
            }
        }
    }

    /// Cells with broken text. A remark stays as it came; what says who a row is about, or how much, is not read.
    fn garbled(&self, lost: &mut Merges, tally: &mut Tally) {
        let mut told: BTreeMap<u32, Vec<(u32, Finding)>> = BTreeMap::new();
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

    /// Blocks that reach over several cells of records.
    fn merged(&self, tally: &mut Tally) -> Merges {
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

    fn is_number(&self, matched: &MatchedColumn) -> bool {
        self.form.columns[matched.column].kind.is_number()
    }

    fn repeats(&self, row: u32, index: u32) -> bool {
        self.table
            .repeated
            .get(&index)
            .is_some_and(|rows| rows.contains_key(&row))
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

/// The message on parts of several cells that are not seen. `example` is the part of the first one, `read` what is left of it.
fn of_unseen_parts(example: Option<&str>, read: Option<&str>) -> Text {
    // What a county sent is no template.
    let plain = |text: Option<&str>| visible(text.unwrap_or_default()).replace(['{', '}'], "");
    let (example, read) = (plain(example), plain(read));
    Text::new(
        format!(
            "有 {{count}} 个单元格的一部分内容在表中看不见（与底色同色、字号过小或已隐藏），未计入，如“{example}”，该格按“{read}”读取：{{raw}}"
        ),
        format!(
            "parts of cells that are not seen in the sheet (in the colour of their background, too small to read, or hidden) were left out, such as “{example}” of a cell that was read as “{read}” (cells: {{count}}): {{raw}}"
        ),
    )
}

/// The message on cells whose content is not seen.
fn of_unseen(why: Unseen) -> Text {
    let (zh, en) = match why {
        Unseen::Colour => ("文字颜色与底色相同", "set in the colour of their background"),
        Unseen::Small => ("字号小得无法阅读", "set in a font too small to read"),
        Unseen::Hidden => ("内容已隐藏", "hidden"),
        Unseen::Format => ("数字格式不显示任何内容", "with a number format that shows nothing"),
        Unseen::Conditional => (
            "条件格式使文字与底色同色",
            "set by a conditional format in the colour of their background",
        ),
        Unseen::Struck => ("条件格式加了删除线", "struck through by a conditional format"),
        Unseen::Perhaps => {
            return Text::new(
                "有 {count} 个单元格可能因条件格式看不见或带删除线（条件无法判断），已按原样读取：{raw}",
                "cells that a conditional format may make invisible or strike through, by a condition that cannot be judged here, were read as they stand (cells: {count}): {raw}",
            );
        }
    };
    Text::new(
        format!("有 {{count}} 个单元格{zh}，仍已按原样读取：{{raw}}"),
        format!("cells {en} were read as they stand (cells: {{count}}): {{raw}}"),
    )
}

/// The message on zeros that are shown as blanks.
fn of_blank_zeros() -> Text {
    Text::new(
        "“{column}”有 {count} 个单元格存储的是 0，而显示为空白，表式以空白表示缺失；按存储的 0 读取",
        "{column} shows stored zeros as blanks, and the form takes a blank for missing; they were read as 0 (cells: {count})",
    )
}

/// Whether a text can be a number: a name that reaches over a column of numbers is none.
fn holds_digits(text: &str) -> bool {
    text.chars().any(char::is_numeric)
}

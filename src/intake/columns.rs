//! What is wrong with the columns of a sheet: unknown, unnamed, merged, there twice, or missing.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::body::Body;
use super::header::{Book, Header};
use super::header_periods;
use super::sheet::Sheet;
use super::unit_words::unit_words;
use super::units;
use super::words::words;
use crate::domain::{Code, Finding, Merged, Period, Place, Severity, Text, a1};

/// Rows from which on running numbers in a column without a header number the rows.
const NUMBERED: usize = 3;

/// The finding on a column that only numbers the rows.
fn numbering(finding: Finding) -> Finding {
    Finding {
        message: Some(Text::new(
            "“{raw}”列只是行的序号，未读取",
            "the column “{raw}” only numbers the rows, so it was not read",
        )),
        ..finding.severity(Severity::Info)
    }
}

/// What is wrong with the columns of a sheet.
pub(super) struct Columns<'a> {
    book: &'a Book<'a>,
    sheet: &'a Sheet,
    header: &'a Header,
    body: &'a Body,
    pub(super) findings: Vec<Finding>,
    pub(super) unmatched: Vec<(u32, String)>,
    /// Columns of the form that were recognised and cannot be read.
    pub(super) unread: Vec<usize>,
    /// Physical columns below a merged header on which there is a finding already.
    beneath: Vec<u32>,
    pub(super) width: u32,
    pub(super) rejected: bool,
}

impl<'a> Columns<'a> {
    pub(super) fn new(book: &'a Book<'a>, sheet: &'a Sheet, header: &'a Header, body: &'a Body) -> Self {
        let (findings, unmatched) = (Vec::new(), Vec::new());
        Columns {
            book,
            sheet,
            header,
            body,
            findings,
            unmatched,
            unread: Vec::new(),
            beneath: Vec::new(),
            width: header.width(),
            rejected: false,
        }
    }

    /// `period`: that of the submission.
    pub(super) fn judge(&mut self, period: Option<Period>) {
        self.merged();
        self.parted();
        self.periods(period);
        self.remarks();
        self.other_figures();
        self.unknown();
        self.unnamed();
        self.doubled();
        self.missing();
    }

    fn place(&self, column: Option<&str>, index: Option<u32>) -> Place {
        let in_rows = self.header.end > self.header.top;
        let row = index
            .filter(|_| in_rows)
            .map(|_| self.sheet.grid.number(self.header.end - 1));
        Place {
            sheet: self.sheet.name.clone(),
            row,
            column: column.map(Arc::from),
            column_index: index,
        }
    }

    /// Header cells merged over several columns, of which more than the first hold something: which of them it heads cannot be known.
    fn merged(&mut self) {
        let Some(shown) = self.sheet.grid.markings() else {
            return;
        };
        let (top, end) = (self.header.top as u32, self.header.end as u32);
        // Above the last row of the header it heads a group, whose columns have headers of their own.
        let heads = |block: &&Merged| block.first.0 >= top && block.last.0 + 1 == end && block.first.1 < block.last.1;
        for block in shown.merged.iter().filter(heads) {
            let text = self
                .sheet
                .grid
                .cell(block.first.0 as usize, block.first.1 as usize)
                .trim();
            let matched = self
                .header
                .columns
                .iter()
                .find(|matched| matched.index == block.first.1);
            let is_number = matched.is_some_and(|matched| self.book.form.columns[matched.column].kind.is_number());
            let holds = |index: u32, is_value: &dyn Fn(&str) -> bool| {
                let mut rows = self.body.records.iter();
                rows.any(|row| is_value(self.sheet.grid.cell(*row as usize, index as usize).trim()))
            };
            let own = block.first.1..=block.last.1;
            let filled: Vec<u32> = own.filter(|&index| holds(index, &|cell| !cell.is_empty())).collect();
            if text.is_empty() || filled.iter().all(|index| *index == block.first.1) {
                continue;
            }
            let is_value = |cell: &str| !cell.is_empty() && (!is_number || cell.contains(|c: char| c.is_ascii_digit()));
            let valued = filled.iter().filter(|&&index| holds(index, &is_value)).count();
            let column = matched.map(|matched| &self.book.form.columns[matched.column]);
            let number = |row: u32| self.sheet.grid.number(row as usize);
            let (first, last) = (
                a1(block.first.1, number(block.first.0)),
                a1(block.last.1, number(block.last.0)),
            );
            let finding = Finding::new(Code::HeaderMerged)
                .at(self.place(Some(column.map_or(text, |column| &column.id)), Some(block.first.1)))
                .raw(text)
                .expected(format!("{first}:{last}"))
                .count(filled.len() as u64);
            self.findings.push(match column {
                Some(column) if valued > 1 && column.required => finding.severity(Severity::Hard),
                Some(_) if valued < 2 => Finding {
                    message: Some(Text::new(
                        "表头“{raw}”合并在 {expected}；只读取了其中第一列，其余各列未读取",
                        "header “{raw}” is merged over {expected}; only the first of these columns was read, the others were not",
                    )),
                    ..finding
                },
                _ => finding,
            });
            if let Some(matched) = matched.filter(|_| valued > 1) {
                self.unread.push(matched.column);
                self.unmatched.push((matched.index, text.to_owned()));
                self.rejected |= column.is_some_and(|column| column.required);
            }
            self.beneath.extend(block.first.1 + 1..=block.last.1);
            // What stands below a header that reaches beyond all others is within the table, and has a finding already.
            self.width = self.width.max(block.last.1 + 1);
        }
    }

    /// Headers with parts in the row beneath, of which more than the first stand below columns without a header: which of them is
    /// meant cannot be known.
    fn parted(&mut self) {
        let Some(row) = self.body.parts else { return };
        let said = |index: u32| self.sheet.grid.cell(row as usize, index as usize).trim();
        let is_nameless = |index: &u32| {
            let names = &self.header.names;
            names.get(*index as usize).is_none_or(String::is_empty) && !said(*index).is_empty()
        };
        for matched in &self.header.columns {
            let index = matched.index;
            let last = (index + 1..).take_while(is_nameless).last().unwrap_or(index);
            if said(index).is_empty() || self.beneath.contains(&last) || self.unread.contains(&matched.column) {
                continue;
            }
            let column = &self.book.form.columns[matched.column];
            let name = self.header.names.get(index as usize).cloned().unwrap_or_default();
            let place = self.place(Some(&column.id), Some(index));
            if last == index {
                let finding = Finding::new(Code::HeaderRemark).at(place).raw(name);
                self.findings.push(finding.expected(said(index)));
                continue;
            }
            let number = self.sheet.grid.number(row as usize);
            let parts: Vec<&str> = (index..=last).map(said).collect();
            let finding = Finding {
                message: Some(Text::new(
                    "表头“{raw}”下分为若干列：{expected}；无法判断填报哪一列，均未读取",
                    "header “{raw}” has several columns beneath it, {expected}; it is not clear which of them is meant, so none was read",
                )),
                ..Finding::new(Code::HeaderMerged)
            };
            let range = format!("{}:{} ({})", a1(index, number), a1(last, number), parts.join(", "));
            let finding = finding.at(place).raw(&*name).expected(range).count(parts.len() as u64);
            self.findings.push(match column.required {
                true => finding.severity(Severity::Hard),
                false => finding,
            });
            self.unread.push(matched.column);
            self.unmatched.push((index, name));
            self.rejected |= column.required;
            self.beneath.extend(index + 1..=last);
            self.width = self.width.max(last + 1);
        }
    }

    /// Headers that name another time than that of the submission; one finding for the columns beneath one upper header.
    fn periods(&mut self, period: Option<Period>) {
        let Some(period) = period else { return };
        let mut told: BTreeMap<&[String], usize> = BTreeMap::new();
        for matched in &self.header.columns {
            let column = &self.book.form.columns[matched.column];
            let Some(name) = self.header.names.get(matched.index as usize) else {
                continue;
            };
            if column.headers.contains(name) || !header_periods::names_other(name, period) {
                continue;
            }
            let above = self.header.above.get(&matched.index).map_or(&[][..], Vec::as_slice);
            let is_above = header_periods::names_other(&above.join("/"), period);
            if let Some(&at) = told.get(above).filter(|_| is_above) {
                self.findings[at].count += 1;
                continue;
            }
            let finding = Finding::new(Code::HeaderPeriod).at(self.place(Some(&column.id), Some(matched.index)));
            let finding = finding.raw(&**name).expected(period.to_string());
            if is_above {
                told.insert(above, self.findings.len());
            }
            self.findings.push(finding);
        }
    }

    /// Brackets behind headers that name no unit, with words that the form does not define.
    fn remarks(&mut self) {
        for matched in &self.header.columns {
            let is_told = |finding: &Finding| {
                finding.code == Code::HeaderPeriod && finding.place.column_index == Some(matched.index)
            };
            let remark = self.header.remarks.get(&matched.index);
            let Some(remark) = remark.filter(|remark| !remark.is_agreed && !self.findings.iter().any(is_told)) else {
                continue;
            };
            let id = &self.book.form.columns[matched.column].id;
            let name = self.header.names.get(matched.index as usize);
            let finding = Finding::new(Code::HeaderRemark).at(self.place(Some(id), Some(matched.index)));
            let finding = finding.raw(name.cloned().unwrap_or_default());
            self.findings.push(finding.expected(&*remark.text));
        }
    }

    /// Columns of figures beneath a header that says that they are others than the form's own: plans, ranks, those of last year.
    fn other_figures(&mut self) {
        for matched in &self.header.columns {
            let column = &self.book.form.columns[matched.column];
            let above = self.header.above.get(&matched.index).into_iter().flatten();
            let above = above.map(String::as_str).chain(self.title_over(matched.index));
            let says_other = |text: &&str| unit_words().is_of_other_figures(units::lowered(text).trim());
            let Some(text) = above.filter(|_| units::is_numeric(column)).find(says_other) else {
                continue;
            };
            let name = self
                .header
                .names
                .get(matched.index as usize)
                .cloned()
                .unwrap_or_default();
            let place = self.place(Some(&column.id), Some(matched.index));
            let finding = Finding::new(Code::HeaderOtherFigures).at(place);
            let finding = finding.raw(&*name).expected(text.trim());
            self.findings.push(match column.required {
                true => finding.severity(Severity::Hard),
                false => finding,
            });
            self.unread.push(matched.column);
            self.unmatched.push((matched.index, name));
            self.rejected |= column.required;
        }
    }

    /// The cell of the row right above the header that stands over a column, or left of it with nothing between.
    fn title_over(&self, index: u32) -> Option<&'a str> {
        let row = self.header.top.checked_sub(1)?;
        let mut cells = (0..=index as usize)
            .rev()
            .map(|at| self.sheet.grid.cell(row, at).trim());
        cells.find(|cell| !cell.is_empty())
    }

    fn unknown(&mut self) {
        for (index, name) in self.header.names.iter().enumerate() {
            let index = index as u32;
            if name.is_empty() || self.header.knows(index) {
                continue;
            }
            let finding = Finding::new(Code::ColumnUnknown)
                .at(self.place(Some(name), Some(index)))
                .raw(name);
            let nearest = self.book.nearest(name);
            self.findings.push(match nearest {
                _ if words().is_serial(name) && self.numbers_rows(index, 1) => numbering(finding),
                Some(nearest) => finding.expected(nearest),
                None => finding,
            });
            self.unmatched.push((index, name.clone()));
        }
    }

    /// Columns without a header that hold something, and columns behind the header that most records fill: fewer are
    /// ragged rows, and so are those of a plain file whose cells may belong to the columns before them.
    fn unnamed(&mut self) {
        let grid = &self.sheet.grid;
        let blank: Vec<u32> = (0..self.width)
            .filter(|index| self.header.names.get(*index as usize).is_none_or(String::is_empty))
            .collect();
        let mut filled: Vec<(u32, usize)> = blank.iter().map(|index| (*index, 0)).collect();
        for row in self.body.records.iter().map(|row| *row as usize) {
            for (index, count) in &mut filled {
                *count += usize::from(!grid.cell(row, *index as usize).trim().is_empty());
            }
            let known_width = filled.last().map_or(self.width, |(last, _)| self.width.max(last + 1));
            for index in known_width..grid.width(row) as u32 {
                filled.push((index, usize::from(!grid.cell(row, index as usize).trim().is_empty())));
            }
        }
        let most = self.body.records.len() / 2 + 1;
        for (index, count) in filled {
            let is_headed = index < self.header.width() || self.beneath.contains(&index);
            let needed = if is_headed { 1 } else { most.max(2) };
            if count >= needed && (is_headed || !self.may_be_pushed_out(index)) {
                if !self.beneath.contains(&index) {
                    let letters = a1(index, 1).trim_end_matches('1').to_owned();
                    let finding = Finding::new(Code::ColumnUnknown).at(self.place(None, Some(index)));
                    let finding = match self.numbers_rows(index, NUMBERED) {
                        true => finding.severity(Severity::Info),
                        false => finding,
                    };
                    self.findings.push(Finding {
                        message: Some(Text::new(
                            format!("{letters} 列没有表头，未读取"),
                            format!("column {letters} has no header, so it was not read"),
                        )),
                        ..finding.raw("")
                    });
                }
                self.unmatched.push((index, String::new()));
                self.width = self.width.max(index + 1);
            }
        }
        self.unmatched.sort();
    }

    /// Whether a column only numbers the records, of which it numbers so many at least: each number is the next one, or the first again.
    fn numbers_rows(&self, index: u32, least: usize) -> bool {
        let cells = self
            .body
            .records
            .iter()
            .map(|row| self.sheet.grid.cell(*row as usize, index as usize).trim());
        let (mut last, mut count) = (None, 0);
        for cell in cells.filter(|cell| !cell.is_empty()) {
            let Ok(number) = cell.parse::<u64>() else { return false };
            if number > 1 && last.and_then(|last: u64| last.checked_add(1)) != Some(number) {
                return false;
            }
            (last, count) = (Some(number), count + 1);
        }
        count >= least
    }

    /// Whether the cells of a plain file behind its header may be values of the columns before them, pushed to the right by a
    /// separator within a value: `12,500`. A column of words behind one of numbers is a column of its own.
    fn may_be_pushed_out(&self, index: u32) -> bool {
        let grid = &self.sheet.grid;
        let last = self.header.width().checked_sub(1);
        let mut columns = self.header.columns.iter();
        let behind = columns.find(|matched| Some(matched.index) == last);
        let is_number = behind.is_some_and(|matched| self.book.form.columns[matched.column].kind.is_number());
        let is_word = |cell: &str| cell.chars().any(char::is_alphabetic);
        let cells = self
            .body
            .records
            .iter()
            .map(|row| grid.cell(*row as usize, index as usize));
        let mut filled = cells.filter(|cell| !cell.trim().is_empty());
        grid.separator().is_some() && !(is_number && filled.all(is_word))
    }

    fn doubled(&mut self) {
        for (column, places) in &self.header.doubled {
            let definition = &self.book.form.columns[*column];
            let first = places.first().copied();
            let name = first
                .and_then(|index| self.header.names.get(index as usize))
                .cloned()
                .unwrap_or_default();
            let place = self.place(Some(&definition.id), first);
            self.findings.push(
                Finding::new(Code::ColumnDuplicate)
                    .at(place)
                    .raw(name)
                    .count(places.len() as u64),
            );
            self.rejected |= definition.required;
        }
    }

    fn missing(&mut self) {
        let received: Vec<&str> = self
            .unmatched
            .iter()
            .map(|(_, name)| name.as_str())
            .filter(|n| !n.is_empty())
            .collect();
        let received = self.book.normal_of(&received);
        let mut findings = Vec::new();
        for (index, column) in self.book.form.columns.iter().enumerate() {
            let present = self.header.columns.iter().any(|matched| matched.column == index);
            if present || self.header.doubled.contains_key(&index) {
                continue;
            }
            let code = if column.required {
                Code::ColumnMissing
            } else {
                Code::ColumnAbsent
            };
            let finding = Finding::new(code).at(self.place(Some(&column.id), None));
            let finding = finding.expected(column.headers.join(" | "));
            findings.push(match self.book.nearest_received(index, &received) {
                Some(near) => finding.raw(near),
                None => finding,
            });
            self.rejected |= column.required;
        }
        self.findings.append(&mut findings);
    }
}

//! Files that are odd as a whole and count all the same, and their lawful neighbours.

use jiff::ToSpan;
use jiff::civil::Date;

use super::SampleError;
use super::amend::Patch;
use super::chance::{Chance, happens, one};
use super::damage::{hold, nudge};
use super::draw::Row;
use super::faults::{NOTHING, Named, REJECTED, ROW_OUT, Spoilt};
use super::lay::{Counted, Table};
use super::model::FormModel;
use super::plan::{FilePlan, Oddity};
use super::recipe::Encoding;
use super::reporters::Reporter;
use super::sheet::{Cell, Laid, Style};
use super::shift;
use super::submit::{Outcome, Sent, Stage, Standing, plain, sheet_name};
use super::truth::{Line, near};
use super::value::Value;
use super::write::{Page, encode};
use crate::domain::Code;
use crate::pipeline::{Column, ColumnKind, FileTemplate};

/// Rows beneath a second header that differs.
const BENEATH: usize = 3;
/// A sheet beside that of the table.
const OTHER_SHEET: &str = "Sheet2";
/// The last day that could be a month.
const LAST_MONTH: i8 = 12;
/// Orders of day and month.
const DAY_FIRST: &str = "%d/%m/%Y";
const MONTH_FIRST: &str = "%m/%d/%Y";
/// Days between the receipts of two files of one revision.
const EARLIER: i64 = 3;

/// A file to be sent, and what is odd about it.
pub(super) struct OddFile<'a> {
    pub(super) reporter: &'a Reporter,
    pub(super) file: &'a FilePlan,
    pub(super) template: &'a FileTemplate,
    pub(super) oddity: Oddity,
    pub(super) is_near: bool,
    /// Index of the model.
    pub(super) at: usize,
    /// Whether no bytes are made.
    pub(super) dry: bool,
}

/// Where an oddity stands.
#[derive(Default)]
struct Spot {
    /// Id of the column.
    column: String,
    row: Option<usize>,
    /// The column of the form that is not read.
    unread: Option<usize>,
}

impl Oddity {
    /// The code that finds it.
    fn code(self) -> Code {
        match self {
            Oddity::EncodingMixed => Code::EncodingMixed,
            Oddity::SectionDiffers => Code::SectionDiffers,
            Oddity::OtherFigures => Code::HeaderOtherFigures,
            Oddity::HeaderPeriod => Code::HeaderPeriod,
            Oddity::UnitContradicted => Code::UnitLineContradicted,
            Oddity::RevisionChosen => Code::RevisionChosen,
            Oddity::DaysShownPartly => Code::DateShownPartly,
            Oddity::DaysConverted => Code::DateOrderConverted,
            Oddity::DaysMixed => Code::DateOrderMixed,
            Oddity::DayUnclear => Code::DateOrderUnclear,
            Oddity::SheetHidden => Code::SheetHidden,
            Oddity::SheetContinued => Code::SheetContinued,
        }
    }
}

impl Stage<'_> {
    /// Sends a file that is odd, or nearly so.
    pub(super) fn odd(
        &self,
        rng: &mut Chance,
        of: &OddFile,
        style: &mut Style,
        rows: &[Row],
        outcome: &mut Outcome,
    ) -> Result<(), SampleError> {
        let model = &self.models[of.at];
        let path = self.path(model, of.template, of.reporter, self.period, 0, of.file.format);
        let sheet = sheet_name(model, of.file.format).to_owned();
        let received = self.received(model, of.file.days_late);
        let spot = self.change_style(rng, of, style);
        let days = odd_days(of, model, style, rows);
        let mut spot = spot.filter(|_| days.is_some());
        let (mut bytes, _, mut records, total) = self.content(
            rng,
            of.reporter,
            of.at,
            style,
            rows,
            of.file,
            &path,
            days.unwrap_or_default(),
            None,
            of.dry,
        )?;
        if of.oddity == Oddity::EncodingMixed && !of.is_near {
            let joined = join(&bytes, &records);
            // Where the second part is all ASCII, it has no other encoding.
            spot = spot.filter(|_| joined != bytes);
            bytes = joined;
        }
        if of.oddity == Oddity::RevisionChosen {
            self.send_older(rng, of, style, rows, (&path, &bytes), outcome)?;
        }
        if let Some(spot) = spot {
            outcome.truth.push(self.line(of, &path, &sheet, spot, &mut records));
        }
        outcome.standing.push(Standing {
            path: path.clone(),
            sheet,
            model: of.at,
            is_plain: false,
            records,
            total,
        });
        outcome.sent.push(Sent { path, bytes, received });
        Ok(())
    }

    /// Changes headers and titles; says where that is to be found. None: the sheet has no place for it.
    fn change_style(&self, rng: &mut Chance, of: &OddFile, style: &mut Style) -> Option<Spot> {
        let recipe = self.wishes.recipe;
        let columns = &self.models[of.at].form.columns;
        match of.oddity {
            Oddity::OtherFigures => {
                let at = *one(rng, &headed(style, columns, |column| !column.required))?;
                let words = if of.is_near {
                    &recipe.words.own_figures
                } else {
                    &recipe.faults.other_figures
                };
                style.head_with(at, one(rng, words)?);
                let slot = style.columns[at].slot;
                let column = slot.map_or(String::new(), |slot| columns[slot].id.clone());
                Some(Spot {
                    column,
                    row: style.header_row(),
                    unread: slot,
                })
            }
            Oddity::HeaderPeriod => {
                let at = *one(rng, &headed(style, columns, |_| true))?;
                let year = self.period.year() - i16::from(!of.is_near);
                let year = recipe.words.title_period.replace("{period}", &year.to_string());
                let laid = &mut style.columns[at];
                laid.header = format!("{}（{year}）", laid.header);
                let column = laid.slot.map_or(String::new(), |slot| columns[slot].id.clone());
                Some(Spot {
                    column,
                    row: style.header_row(),
                    unread: None,
                })
            }
            Oddity::UnitContradicted => {
                let has = |unit: &str| columns.iter().any(|column| column.kind.unit() == Some(unit));
                let (unit, other) = recipe.faults.other_units.iter().find(|(unit, _)| has(unit))?;
                let said = if of.is_near { unit } else { other };
                let line = recipe.words.unit_line.replace("{unit}", said);
                style.state_unit(columns, unit, line);
                Some(Spot {
                    row: Some(1),
                    ..Spot::default()
                })
            }
            Oddity::DaysShownPartly | Oddity::DaysConverted | Oddity::DaysMixed | Oddity::DayUnclear => {
                let slot = columns.iter().position(|column| column.kind == ColumnKind::Date)?;
                let format = match of.oddity {
                    Oddity::DaysShownPartly if !of.is_near => recipe.faults.day_format.as_ref(),
                    Oddity::DaysShownPartly | Oddity::DaysConverted => recipe.words.day_formats.first(),
                    _ => None,
                };
                format.iter().for_each(|format| style.show_days(format));
                Some(Spot {
                    column: columns[slot].id.clone(),
                    row: None,
                    unread: (of.oddity == Oddity::DayUnclear).then_some(slot),
                })
            }
            // Two columns change places.
            Oddity::SectionDiffers if figures(style, columns).len() < 2 => None,
            Oddity::EncodingMixed
            | Oddity::SectionDiffers
            | Oddity::RevisionChosen
            | Oddity::SheetHidden
            | Oddity::SheetContinued => Some(Spot::default()),
        }
    }

    /// The line of the truth; takes out of what counts what is not read.
    fn line(&self, of: &OddFile, path: &str, sheet: &str, spot: Spot, records: &mut [Counted]) -> Line {
        let code = of.oddity.code();
        if of.is_near {
            return near(path, "", code);
        }
        match of.oddity {
            Oddity::EncodingMixed | Oddity::RevisionChosen => Line::of_file(path, code, NOTHING),
            Oddity::SectionDiffers => {
                let first = records.iter().find(|record| record.kept.is_none());
                let row = first.map(|record| record.line - 1);
                Line::of_column(path, sheet, "", code, ROW_OUT).at_row(row)
            }
            Oddity::SheetContinued => Line::of_column(path, OTHER_SHEET, "", code, REJECTED),
            _ => {
                hold(records, spot.unread);
                let consequence = if spot.unread.is_some() { "column null" } else { NOTHING };
                Line::of_column(path, sheet, &spot.column, code, consequence).at_row(spot.row)
            }
        }
    }

    /// Sends a file of the same revision that does not count: it is older by its name or its receipt. Near: it holds the same.
    fn send_older(
        &self,
        rng: &mut Chance,
        of: &OddFile,
        style: &Style,
        rows: &[Row],
        (path, bytes): (&str, &[u8]),
        outcome: &mut Outcome,
    ) -> Result<(), SampleError> {
        let model = &self.models[of.at];
        let second = plain(model).into_iter().find(|template| *template != of.template);
        let mut received = self.received(model, of.file.days_late);
        let other = match second.filter(|_| happens(rng, 0.5)) {
            Some(second) => {
                received = received.and_then(|day| day.checked_sub(EARLIER.days()).ok());
                self.path(model, second, of.reporter, self.period, 0, of.file.format)
            }
            None => {
                let (stem, ending) = path.rsplit_once('.').unwrap_or((path, ""));
                format!("{stem}{}.{ending}", self.wishes.recipe.faults.old_name)
            }
        };
        let bytes = if of.is_near {
            bytes.to_vec()
        } else {
            let mut changed = rows.to_vec();
            nudge(model, &mut changed);
            let (reporter, file) = (of.reporter, of.file);
            let none = Vec::new();
            self.content(rng, reporter, of.at, style, &changed, file, &other, none, None, of.dry)?
                .0
        };
        outcome.sent.push(Sent {
            path: other,
            bytes,
            received,
        });
        Ok(())
    }
}

/// Places of columns of figures with a header of their own, and no bracket behind it, that fit.
fn headed(style: &Style, columns: &[Column], fits: impl Fn(&Column) -> bool) -> Vec<usize> {
    let is_plain = |laid: &Laid| !laid.header.contains('（');
    let fits_too = |laid: &Laid| laid.slot.is_some_and(|slot| fits(&columns[slot]));
    let all = figures(style, columns).into_iter();
    all.filter(|&at| is_plain(&style.columns[at]) && fits_too(&style.columns[at]))
        .collect()
}

/// Places of columns of figures beneath no other header than their own.
fn figures(style: &Style, columns: &[Column]) -> Vec<usize> {
    let is_figure = |slot: usize| {
        matches!(
            columns[slot].kind,
            ColumnKind::Integer { .. } | ColumnKind::Decimal { .. }
        )
    };
    let able = style.columns.iter().enumerate().skip(2);
    let able = able.filter(|(_, laid)| laid.group.is_none() && laid.slot.is_some_and(is_figure));
    able.map(|(at, _)| at).collect()
}

/// Changes the lines of an odd sheet.
pub(super) fn edit(table: &mut Table, style: &Style, model: &FormModel, oddity: Oddity, is_near: bool) {
    let count = table.counted.len();
    match (oddity, is_near) {
        (Oddity::SectionDiffers, _) => {
            let Some(line) = shift::repeat_header(table, style, count.saturating_sub(BENEATH)) else {
                return;
            };
            if !is_near {
                differ(table, style, model, line);
            }
        }
        (Oddity::EncodingMixed, true) => {
            let first =
                shift::repeat_header(table, style, count / 2).and_then(|line| table.lines.get_mut(line)?.first_mut());
            if let Some(cell) = first {
                cell.text.insert(0, '\u{feff}');
            }
        }
        (Oddity::SheetHidden, false) => {
            table.is_hidden = true;
            table.beside.push(other_sheet(Vec::new(), false));
        }
        (Oddity::SheetHidden, true) => {
            let lines = ["1", "2"].map(|text| vec![Cell::text(text)]);
            table.beside.push(other_sheet(lines.to_vec(), true));
        }
        (Oddity::SheetContinued, _) => {
            let header = style
                .header()
                .and_then(|header| table.lines.get(header))
                .unwrap_or_default();
            let mut lines = header.to_vec();
            let records = table.counted.iter().take(if is_near { 0 } else { BENEATH });
            lines.extend(records.filter_map(|record| table.lines.get(record.line - 1).cloned()));
            table.beside.push(other_sheet(lines, false));
        }
        _ => {}
    }
}

fn other_sheet(lines: Vec<Vec<Cell>>, is_hidden: bool) -> Page {
    Page {
        sheet: OTHER_SHEET.to_owned(),
        lines,
        merges: Vec::new(),
        is_hidden,
    }
}

/// The sheets of a workbook, in order: a program shows the first one, which is not hidden.
pub(super) fn pages(page: Page, beside: Vec<Page>) -> Vec<Page> {
    let mut all = vec![page];
    all.extend(beside);
    all.sort_by_key(|page| page.is_hidden);
    all
}

/// Rows whose days are written in an odd way; None where the rows have no days for that. Empty: as they are.
fn odd_days(of: &OddFile, model: &FormModel, style: &Style, rows: &[Row]) -> Option<Vec<Option<Spoilt>>> {
    let slot = model
        .form
        .columns
        .iter()
        .position(|column| column.kind == ColumnKind::Date);
    let day_of = |row: &Row| row[slot?].member().parse::<Date>().ok();
    let days: Vec<(usize, Date)> = (rows.iter().enumerate())
        .filter_map(|(at, row)| Some((at, day_of(row)?)))
        .collect();
    let text = |day: &Date, pattern: &str| Cell::text(day.strftime(pattern).to_string());
    let late: Vec<(usize, Date)> = days.iter().copied().filter(|(_, day)| day.day() > LAST_MONTH).collect();
    let cells: Vec<(usize, Cell)> = match (of.oddity, of.is_near) {
        (Oddity::DaysShownPartly, _) => {
            days.first()?;
            Vec::new()
        }
        (Oddity::DaysConverted, true) => {
            late.get(1)?;
            late.iter()
                .take(1)
                .map(|(at, day)| (*at, text(day, DAY_FIRST)))
                .collect()
        }
        (Oddity::DaysConverted, false) => {
            late.first()?;
            days.iter()
                .find(|(_, day)| day.day() <= LAST_MONTH && day.day() != day.month())?;
            let written = |(at, day): &(usize, Date)| match Date::new(day.year(), day.day(), day.month()) {
                Ok(swapped) => (
                    *at,
                    style.cell(model, slot.unwrap_or(0), &Value::Word(swapped.to_string())),
                ),
                Err(_) => (*at, text(day, DAY_FIRST)),
            };
            days.iter().map(written).collect()
        }
        (Oddity::DaysMixed, is_near) => {
            late.get(2)?;
            let patterns = [DAY_FIRST, if is_near { DAY_FIRST } else { MONTH_FIRST }];
            late.iter()
                .zip(patterns)
                .map(|((at, day), pattern)| (*at, text(day, pattern)))
                .collect()
        }
        (Oddity::DayUnclear, is_near) => {
            let (at, day) = days.first()?;
            let early = if day.month() == 3 { 4 } else { 3 };
            let day = Date::new(day.year(), day.month(), if is_near { 25 } else { early }).ok()?;
            vec![(*at, text(&day, DAY_FIRST))]
        }
        _ => return Some(Vec::new()),
    };
    let mut spoilt: Vec<Option<Spoilt>> = rows.iter().map(|_| None).collect();
    for (at, cell) in cells {
        let patch = Patch {
            at,
            row: rows[at].clone(),
            expected: None,
            cells: vec![(slot?, cell)],
            blanks: 0,
            is_twice: false,
        };
        spoilt[at] = Some(patch.spoilt(model, style));
    }
    Some(spoilt)
}

/// Exchanges two columns of figures in all records and headers from a line on; none of the records counts.
fn differ(table: &mut Table, style: &Style, model: &FormModel, from: usize) {
    let columns = figures(style, &model.form.columns);
    let (Some(&one), Some(&other)) = (columns.first(), columns.last().filter(|_| columns.len() > 1)) else {
        return;
    };
    let last = table
        .counted
        .last()
        .map_or(from, |record| record.line + usize::from(record.is_twice));
    for line in table
        .lines
        .iter_mut()
        .take(last)
        .skip(from)
        .filter(|line| line.len() == style.columns.len())
    {
        line.swap(one, other);
    }
    for record in table.counted.iter_mut().filter(|record| record.line > from) {
        if let Some(row) = record.kept.take() {
            record.named = Named::As(row);
            record.is_twice = false;
        }
    }
}

/// Writes the second half of a text in an older encoding.
fn join(bytes: &[u8], records: &[Counted]) -> Vec<u8> {
    let above = records.get(records.len() / 2).map_or(0, |record| record.line - 1);
    let ends = bytes
        .iter()
        .enumerate()
        .filter(|(_, byte)| **byte == b'\n')
        .map(|(at, _)| at + 1);
    let (head, tail) = bytes.split_at(ends.take(above).last().unwrap_or(0));
    let tail = encode(&String::from_utf8_lossy(tail), Encoding::Gbk);
    [head, &tail].concat()
}

//! A sheet with columns of several periods, seen period by period: each view is the sheet with the columns of the others blank, and with
//! headers that say no period. Every cell stays where it is, so that whatever is said of one names its true place.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::claim::Claim;
use super::header::{Book, Header, SEARCHED};
use super::header_names::{Said, read};
use super::sheet::Sheet;
use super::table::TableRead;
use crate::domain::{Code, Finding, Grid, HeaderLayout, Period, PeriodKind, Place, Severity, Text};
use crate::pipeline::Unpivot;

/// The sheet as it is for one period.
struct View {
    period: Period,
    sheet: Sheet,
}

/// A sheet with columns of several periods.
struct Unpivoted {
    /// In order of the periods.
    views: Vec<View>,
    /// Of columns that are in no view.
    findings: Vec<Finding>,
    /// Headers of the columns with a period, as received.
    said: BTreeMap<u32, String>,
    /// Columns up to the last one with a header.
    width: u32,
}

/// The views of a sheet; None: no header says a period.
fn views(book: &Book<'_>, unpivot: &Unpivot, kind: PeriodKind, sheet: &Sheet) -> Option<Unpivoted> {
    let head = Head::of(book, unpivot, kind, sheet)?;
    let periods: BTreeSet<Period> = head.columns.values().map(|(period, _)| *period).collect();
    let mut said = BTreeMap::new();
    for index in head.columns.keys() {
        said.insert(*index, head.received(sheet, *index));
    }
    let mut blank: BTreeSet<u32> = head.unclear.clone();
    let views = periods.into_iter().map(|period| {
        let others = head.columns.iter().filter(|(_, (of, _))| *of != period);
        let unread = blank.iter().copied().chain(others.map(|(index, _)| *index)).collect();
        let view = head.view(sheet, period, &unread);
        // What no period has is told once.
        blank.extend(head.unknown.iter().copied());
        view
    });
    let views = views.collect();
    let findings = head.unclear.iter().map(|index| head.finding(sheet, *index, kind));
    Some(Unpivoted {
        views,
        findings: findings.collect(),
        width: head.width(),
        said,
    })
}

/// A sheet, or what is read of it for one period.
pub(super) struct Part {
    pub(super) claim: Claim,
    pub(super) path: String,
    pub(super) sheet: Option<Sheet>,
    pub(super) header: Option<Header>,
    /// The sheet as received, where this is a view of it.
    pub(super) whole: Option<Whole>,
}

/// What is a submission of its own in a sheet: all of it, or the columns of each period. A sheet that comes back as the answer to some
/// periods answers these alone.
pub(super) fn parts(
    (book, kind): (&Book<'_>, PeriodKind),
    (claim, path): (Claim, String),
    (sheet, header): (Option<Sheet>, Option<Header>),
    answered: &[Period],
) -> Vec<Part> {
    let of_sheet = sheet.as_ref().zip(book.form.unpivot.as_ref());
    let unpivoted = of_sheet.and_then(|(sheet, unpivot)| views(book, unpivot, kind, sheet));
    let Some((sheet, unpivoted)) = sheet.as_ref().zip(unpivoted) else {
        return vec![Part {
            claim,
            path,
            sheet,
            header,
            whole: None,
        }];
    };
    let (whole, views) = Whole::of(sheet, unpivoted);
    let joint = if path.contains('#') { '/' } else { '#' };
    let asked = views
        .into_iter()
        .filter(|view| answered.is_empty() || answered.contains(&view.period));
    let part = |(at, View { period, sheet }): (usize, View)| Part {
        claim: Claim {
            period: Some(period),
            period_text: Some(period.to_string()),
            ..claim.clone()
        },
        path: format!("{path}{joint}{period}"),
        header: book.find(&sheet),
        sheet: Some(sheet),
        whole: Some(whole.of_part(at)),
    };
    asked.enumerate().map(part).collect()
}

/// A sheet as received, of which one period has been read.
#[derive(Clone)]
pub(super) struct Whole {
    grid: Arc<Grid>,
    /// Headers of the columns with a period, as received.
    said: Arc<BTreeMap<u32, String>>,
    /// Columns up to the last one with a header.
    width: u32,
    /// What is told with this part.
    findings: Vec<Finding>,
}

impl Whole {
    /// The sheet, and its views.
    fn of(sheet: &Sheet, unpivoted: Unpivoted) -> (Whole, Vec<View>) {
        let whole = Whole {
            grid: Arc::new(sheet.grid.clone()),
            said: Arc::new(unpivoted.said),
            width: unpivoted.width,
            findings: unpivoted.findings,
        };
        (whole, unpivoted.views)
    }

    /// The same for one of the parts; the first tells what is in none.
    fn of_part(&self, at: usize) -> Whole {
        let findings = if at == 0 { self.findings.clone() } else { Vec::new() };
        Whole {
            findings,
            ..self.clone()
        }
    }

    /// Puts the sheet as received into the place of the view from which it was read.
    pub(super) fn settle(self, read: &mut TableRead) {
        read.findings.extend(self.findings);
        let Some(table) = &mut read.table else { return };
        table.grid = Grid::clone(&self.grid);
        table.width = table.width.max(self.width);
        let Some(layout) = &table.layout else { return };
        let mut layout = HeaderLayout::clone(layout);
        for header in &mut layout.headers {
            if let Some(said) = self.said.get(&header.index) {
                header.text.clone_from(said);
            }
        }
        table.layout = Some(Arc::new(layout));
    }
}

/// The row in which the periods stand.
struct Head {
    /// None: the keys of a JSON file.
    row: Option<usize>,
    /// Of each column with a period: which one, and the header that is left.
    columns: BTreeMap<u32, (Period, String)>,
    /// Columns whose headers may say a period.
    unclear: BTreeSet<u32>,
    /// Columns with a header that is neither a period's nor one of the form.
    unknown: BTreeSet<u32>,
}

impl Head {
    /// The row with the most headers that say a period.
    fn of(book: &Book<'_>, unpivot: &Unpivot, kind: PeriodKind, sheet: &Sheet) -> Option<Head> {
        if let Some(keys) = &sheet.keys {
            let cells: Vec<&str> = keys.iter().map(String::as_str).collect();
            return Head::of_cells(book, unpivot, kind, &cells).filter(|head| !head.columns.is_empty());
        }
        let rows = 0..sheet.grid.height().min(SEARCHED);
        let heads = rows.filter_map(|row| {
            let cells: Vec<&str> = sheet.grid.row(row).collect();
            let head = Head::of_cells(book, unpivot, kind, &cells)?;
            Some(Head { row: Some(row), ..head })
        });
        // Of equal ones the last: a title may name one period, too.
        let mut head = heads
            .max_by_key(|head| head.columns.len())
            .filter(|head| !head.columns.is_empty())?;
        head.spread(book, unpivot, sheet);
        Some(head)
    }

    fn of_cells(book: &Book<'_>, unpivot: &Unpivot, kind: PeriodKind, cells: &[&str]) -> Option<Head> {
        let mut head = Head {
            row: None,
            columns: BTreeMap::new(),
            unclear: BTreeSet::new(),
            unknown: BTreeSet::new(),
        };
        let alone = value_header(book, unpivot);
        for (index, cell) in (0..).zip(cells) {
            match read(cell, kind, &unpivot.names) {
                _ if cell.trim().is_empty() || book.knows(cell) => {}
                Said::Period(period, rest) => {
                    let header = match rest.starts_with(['(', '[']) || rest.is_empty() {
                        true => format!("{alone}{rest}"),
                        false => rest,
                    };
                    // A sentence that names a year is a title, or the header of another column.
                    let is_of_values = !alone.is_empty() && header.starts_with(&alone);
                    if header.is_empty() || is_of_values || book.knows(&header) {
                        head.columns.insert(index, (period, header));
                    } else {
                        head.unknown.insert(index);
                    }
                }
                Said::Unclear => drop(head.unclear.insert(index)),
                Said::Nothing => drop(head.unknown.insert(index)),
            }
        }
        Some(head)
    }

    /// A header beneath which others stand is that of all of them.
    fn spread(&mut self, book: &Book<'_>, unpivot: &Unpivot, sheet: &Sheet) {
        let Some(row) = self.row else { return };
        let beneath = |index: u32| {
            let cell = match row + 1 < sheet.grid.height() {
                true => sheet.grid.cell(row + 1, index as usize),
                false => "",
            };
            book.knows(cell)
        };
        let merged = |first: u32, index: u32| {
            let blocks = sheet.grid.markings().into_iter().flat_map(|shown| &shown.merged);
            let row = row as u32;
            let mut over = blocks.filter(|block| block.first.0 <= row && row <= block.last.0);
            over.any(|block| block.first.1 == first && index <= block.last.1)
        };
        let alone = value_header(book, unpivot);
        let width = sheet.grid.width(row).max(
            sheet
                .grid
                .height()
                .min(row + 2)
                .checked_sub(1)
                .map_or(0, |row| sheet.grid.width(row)),
        );
        for (first, (period, header)) in self.columns.clone() {
            if header != alone || !beneath(first) {
                continue;
            }
            // The measure stands in the row beneath.
            self.columns.insert(first, (period, String::new()));
            let is_its = |index: &u32| {
                let is_blank = sheet.grid.cell(row, *index as usize).trim().is_empty();
                is_blank && (merged(first, *index) || beneath(*index))
            };
            for index in (first + 1..width as u32).take_while(is_its) {
                self.columns.insert(index, (period, String::new()));
            }
        }
        self.columns
            .retain(|index, (_, header)| !header.is_empty() || beneath(*index));
    }

    /// Columns up to the last one with a header.
    fn width(&self) -> u32 {
        let last = self.columns.keys().chain(&self.unclear).chain(&self.unknown).max();
        last.map_or(0, |last| last + 1)
    }

    /// The header of a column as received.
    fn received(&self, sheet: &Sheet, index: u32) -> String {
        match (self.row, &sheet.keys) {
            (Some(row), _) => sheet.grid.cell(row, index as usize).trim().to_owned(),
            (None, Some(keys)) => keys.get(index as usize).cloned().unwrap_or_default(),
            (None, None) => String::new(),
        }
    }

    /// The sheet with these columns blank and the headers of the period without it.
    fn view(&self, sheet: &Sheet, period: Period, unread: &BTreeSet<u32>) -> View {
        let mut grid = sheet.grid.clone();
        let mut keys = sheet.keys.clone();
        let first = self.row.unwrap_or(0);
        for row in first..grid.height() {
            unread.iter().for_each(|index| grid.replace(row, *index as usize, ""));
        }
        let own = self.columns.iter().filter(|(_, (of, _))| *of == period);
        let heads = own.map(|(index, (_, header))| (*index, header.as_str()));
        for (index, header) in heads.chain(unread.iter().map(|index| (*index, ""))) {
            match (&mut keys, self.row) {
                (Some(keys), _) => keys[index as usize] = header.to_owned(),
                (None, Some(row)) => grid.replace(row, index as usize, header),
                (None, None) => {}
            }
        }
        View {
            period,
            sheet: Sheet {
                name: sheet.name.clone(),
                grid,
                keys,
                hidden: sheet.hidden,
                search_bytes: sheet.search_bytes,
            },
        }
    }

    /// What is told of a column whose header may say a period.
    fn finding(&self, sheet: &Sheet, index: u32, kind: PeriodKind) -> Finding {
        let place = Place {
            sheet: sheet.name.clone(),
            row: self.row.map(|row| sheet.grid.number(row)),
            column: None,
            column_index: Some(index),
        };
        let (zh, en) = match kind {
            PeriodKind::Year => ("年份", "year"),
            PeriodKind::Half => ("半年", "half-year"),
            PeriodKind::Quarter => ("季度", "quarter"),
            PeriodKind::Month => ("月份", "month"),
        };
        let message = Text::new(
            format!("表头“{{raw}}”不能确定是哪一个{zh}，该列未读取"),
            format!("header “{{raw}}” does not say one {en} for certain, so its column was not read"),
        );
        Finding {
            message: Some(message),
            ..Finding::new(Code::HeaderPeriod)
                .at(place)
                .raw(self.received(sheet, index))
                .severity(Severity::Explain)
        }
    }
}

/// The header under which cells of the form's column of values come; empty where none is declared.
fn value_header(book: &Book<'_>, unpivot: &Unpivot) -> String {
    let column = unpivot.values_to.map(|at| &book.form.columns[at]);
    column.map_or_else(String::new, |column| {
        column.headers.first().unwrap_or(&column.id).clone()
    })
}

/// The header of a sheet, where the form reads periods from headers that of its first view.
pub(super) fn find(book: &Book<'_>, kind: PeriodKind, sheet: &Sheet) -> Option<Header> {
    match &book.form.unpivot {
        None => book.find(sheet),
        Some(unpivot) => book.find(&views(book, unpivot, kind, sheet)?.views.first()?.sheet),
    }
}

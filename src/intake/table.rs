//! A sheet and its header → a raw table, and what is wrong with its columns and its title block.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::body::Body;
use super::columns::Columns;
use super::footer;
use super::header::{Book, Header, SEARCHED};
use super::header_periods;
use super::layout::likeness;
use super::other_sections;
use super::repeat;
use super::rows;
use super::separators;
use super::sheet::Sheet;
use super::stated::stated;
use super::title_years::{self, Year};
use super::unit_cells;
use super::unit_columns;
use super::unit_lines::Lines;
use crate::domain::{
    Code, Finding, Grid, Lang, Overlay, Period, Place, RawTable, Run, SetAside, Text, findings_on_runs,
};

/// Bytes of cells that are compared with headers where no header was found.
const COMPARED: usize = 1 << 20;

/// What a sheet gives.
#[derive(Debug, Default)]
pub(super) struct TableRead {
    pub(super) table: Option<RawTable>,
    pub(super) findings: Vec<Finding>,
    pub(super) rejected: bool,
    pub(super) stated_period: Option<String>,
}

/// A claim without its sheet: what the form's templates call it, and the names that a person would give it.
pub(super) fn missing(wanted: &str, names: &[Text], present: &str) -> TableRead {
    let words = |lang| {
        let names: Vec<&str> = names.iter().map(|name| name.get(lang)).collect();
        names.join(" | ")
    };
    let finding = Finding::new(Code::SheetMissing).raw(present).expected(wanted);
    TableRead {
        findings: vec![finding.with_expected_words(words(Lang::Zh), words(Lang::En))],
        rejected: true,
        ..TableRead::default()
    }
}

pub(super) fn read(book: &Book<'_>, sheet: Sheet, header: Option<Header>, period: Option<Period>) -> TableRead {
    let Some(header) = header else {
        return without_header(book, sheet);
    };
    let body = rows::classify(book, &sheet.grid, &header, period);
    let mut columns = Columns::new(book, &sheet, &header, &body);
    columns.judge(period);
    let Columns {
        findings,
        unmatched,
        width,
        mut rejected,
        unread,
        ..
    } = columns;
    let mut read = TableRead {
        findings,
        ..TableRead::default()
    };
    // Of a table of several periods the headers say which column is of which, whatever its title says.
    let titled = period.filter(|_| book.form.unpivot.is_none());
    if let Some(period) = titled
        && let Some((place, text)) = contradiction(&sheet, &body, period)
    {
        read.findings.push(
            Finding::new(Code::PeriodContradicted)
                .at(place)
                .raw(&*text)
                .expected(period.to_string()),
        );
        read.stated_period = Some(text);
        rejected = true;
    }
    read.rejected = rejected;
    read.findings
        .extend(titled.and_then(|period| earlier_day(&sheet, &body, period)));
    if let Some(period) = titled.filter(|_| read.stated_period.is_none()) {
        read.findings.extend(other_year(&sheet, &body, period));
    }
    // What is doubtful of a whole sheet or column is so of each of its records.
    let records = || body.records.iter().map(|row| sheet.grid.number(*row as usize));
    let periods = |finding: &&mut Finding| finding.code == Code::HeaderPeriod;
    for finding in read.findings.iter_mut().filter(periods) {
        finding.rows = records().collect();
    }
    let lines = Lines::of(book, &sheet.grid, &header, &body);
    let columns = unit_columns::with_units(book, &sheet, &header, &body, &lines);
    read.findings.extend(runs_in_header(&sheet, &header, &columns.raised));
    read.findings.extend(footer::remarks_found(&sheet, &body.remarks));
    read.findings.extend(garbled_elsewhere(&sheet, Some((&header, &body))));
    read.findings.extend(columns.findings);
    let unit_cells = columns.cells;
    let mut columns = columns.matched;
    columns.retain(|matched| !unread.contains(&matched.column));
    let of_rows = unit_cells::apply(book, &sheet, &header, &body.records, &mut columns);
    read.findings.extend(of_rows);
    let others = other_sections::of(book, &sheet.grid, &header, &body, &lines, &columns);
    let undeclared = unit_columns::undeclared(book, &sheet, &header, &lines, &columns);
    // Where the rows beneath a line do not count, no figure of them stands as it is.
    let is_other = |finding: &Finding| {
        let said_at = |row: u32| Some(sheet.grid.number(row as usize)) == finding.place.row;
        others.iter().any(|other| said_at(other.at.0))
    };
    read.findings
        .extend(undeclared.into_iter().filter(|finding| !is_other(finding)));
    let (records, set_aside, named_totals) = (body.records, body.set_aside, body.named_totals);
    let repeats = repeat::cells(book.form, &sheet.grid, &columns, &records, &set_aside);
    read.findings
        .extend(repeat::findings(book.form, &sheet, &columns, &repeats));
    let likeness = likeness(&sheet.grid, &records, &unmatched);
    let mut unmatched = unmatched;
    unmatched.sort_unstable();
    read.table = Some(RawTable {
        sheet: sheet.name,
        likeness,
        grid: sheet.grid,
        layout: Some(header.described(book)),
        keys: sheet.keys,
        columns,
        unmatched,
        width,
        records,
        named_totals,
        worded_totals: body.worded_totals,
        loose_totals: body.loose_totals,
        unit_cells,
        set_aside,
        others,
        repeated: repeats.cells,
        corrected: Overlay::default(),
    });
    read
}

/// Notes and struck text in the rows of the header. `units` are cells whose raised or lowered text is the unit of a column.
fn runs_in_header(sheet: &Sheet, header: &Header, units: &BTreeSet<(u32, u32)>) -> Vec<Finding> {
    let Some(shown) = sheet.grid.markings() else {
        return Vec::new();
    };
    let rows = (header.top as u32, 0)..(header.end as u32, 0);
    let told = |(&(row, index), runs): (&(u32, u32), &Arc<[Run]>)| {
        let place = Place {
            sheet: sheet.name.clone(),
            row: Some(sheet.grid.number(row as usize)),
            column: header.names.get(index as usize).map(|name| Arc::from(name.as_str())),
            column_index: Some(index),
        };
        let findings = findings_on_runs(runs).into_iter();
        findings
            .map(|finding| in_header(finding).at(place.clone()))
            .collect::<Vec<_>>()
    };
    let is_note = |(at, _): &(&(u32, u32), &Arc<[Run]>)| !units.contains(at);
    shown.runs.range(rows).filter(is_note).flat_map(told).collect()
}

/// The same finding on a header: it holds no number, and nothing of it counts as missing.
fn in_header(finding: Finding) -> Finding {
    match finding.code.engine() {
        Some(Code::NoteDoubtful) => Finding {
            raw: finding.raw,
            expected: finding.expected,
            ..Finding::new(Code::TextNoted)
        },
        Some(Code::TextStruck) if finding.expected.is_none() => Finding {
            message: Some(Text::new(
                "“{raw}”带删除线，未计入；该表头单元格没有其他内容，按空白处理",
                "“{raw}” is struck through, so it was left out; nothing else stands in this cell of the header, which was read as blank",
            )),
            ..finding
        },
        _ => finding,
    }
}

/// Most cells of broken text that are told outside of the records.
const GARBLED: u64 = 5;

/// Cells of broken text that no cleaner looks at: in titles, headers, other rows, and columns that the form does not know.
fn garbled_elsewhere(sheet: &Sheet, read: Option<(&Header, &Body)>) -> Vec<Finding> {
    let Some(shown) = sheet.grid.markings() else {
        return Vec::new();
    };
    let is_read = |row: u32, index: u32| {
        read.is_some_and(|(header, body)| {
            let known = header.columns.iter().any(|column| column.index == index);
            known && body.records.binary_search(&row).is_ok()
        })
    };
    let (mut found, mut count) = (Vec::new(), 0);
    for (&(row, index), garbled) in shown.garbled.iter().filter(|((row, index), _)| !is_read(*row, *index)) {
        count += 1;
        if count <= GARBLED {
            let place = Place {
                sheet: sheet.name.clone(),
                row: Some(sheet.grid.number(row as usize)),
                column: None,
                column_index: Some(index),
            };
            found.push(garbled.finding(sheet.grid.cell(row as usize, index as usize)).at(place));
        }
    }
    if let Some(last) = found.last_mut() {
        last.count += count.saturating_sub(GARBLED);
    }
    found
}

/// A header of each column that none of the rows searched names, those that must be there first; of a sheet that names them
/// all, but in no row together, all.
fn missing_headers<'b>(book: &'b Book<'_>, grid: &Grid) -> Vec<&'b str> {
    let mut known = vec![false; book.form.columns.len()];
    let rows = 0..grid.height().min(SEARCHED);
    let mut left = COMPARED;
    for cell in rows.flat_map(|row| grid.row(row)).filter(|cell| !cell.is_empty()) {
        left = left.saturating_sub(cell.len());
        if left == 0 {
            break;
        }
        if let Some(column) = book.column_of(cell) {
            known[column] = true;
        }
    }
    if known.iter().all(|known| *known) {
        known.fill(false);
    }
    let needed = |column: &usize| book.form.columns[*column].required || book.form.key.contains(column);
    let (first, rest): (Vec<usize>, Vec<usize>) = (0..known.len()).filter(|column| !known[*column]).partition(needed);
    let header = |column: usize| book.form.columns[column].headers.first().map(String::as_str);
    first.into_iter().chain(rest).filter_map(header).collect()
}

/// Whether the headers of the form stand beneath one another in the first column, as in a sheet that is turned around: most of the
/// filled cells, and three at least.
fn header_stands_in_first_column(book: &Book<'_>, grid: &Grid) -> bool {
    const LEAST: usize = 3;
    let rows = 0..grid.height().min(SEARCHED);
    let first = rows.filter_map(|row| grid.row(row).map(str::trim).find(|cell| !cell.is_empty()));
    let (known, all) = first.fold((0, 0), |(known, all), cell| {
        (known + usize::from(book.knows(cell)), all + 1)
    });
    known >= LEAST && known * 2 > all
}

/// The headers of all columns that a sheet must have.
fn all_headers(book: &Book<'_>) -> Vec<String> {
    let needed = book.form.columns.iter().filter(|column| column.required);
    needed.filter_map(|column| column.headers.first().cloned()).collect()
}

/// Nobody can say what its rows are, so all that hold anything are kept as they came.
fn without_header(book: &Book<'_>, sheet: Sheet) -> TableRead {
    let missing = missing_headers(book, &sheet.grid);
    let place = Place {
        sheet: sheet.name.clone(),
        ..Place::default()
    };
    let searched = sheet.grid.height().min(SEARCHED) as u64;
    let finding = Finding::new(Code::HeaderMissing)
        .at(place)
        .expected(missing.join(", "))
        .count(searched);
    let finding = match separators::unread(book, &sheet.grid) {
        Some(separator) => Finding {
            message: separators::worded(separator, sheet.grid.is_typed()),
            ..finding.raw(separator)
        },
        None if header_stands_in_first_column(book, &sheet.grid) => Finding {
            message: Some(Text::new(
                "在前 {count} 行中找不到表头；第一列写的似为表头，每条记录占一列：请转置，使表头在第一行、每条记录占一行。缺少的表头：{expected}",
                "no header within the first {count} rows; the headers seem to stand in the first column, with a record in each column: transpose the sheet, so that the headers stand in a row and each record in a row beneath. Missing headers: {expected}",
            )),
            ..finding.expected(all_headers(book).join(", "))
        },
        None => finding,
    };
    let mut findings = vec![finding];
    findings.extend(garbled_elsewhere(&sheet, None));
    let grid = &sheet.grid;
    let rows = 0..grid.height() as u32;
    let (records, blank): (Vec<u32>, Vec<u32>) =
        rows.partition(|row| grid.row(*row as usize).any(|cell| !cell.trim().is_empty()));
    let nearest = book.nearest_to_header(&sheet);
    let layout = nearest.as_ref().map(|header| header.described(book));
    let beneath: Vec<u32> = records
        .iter()
        .copied()
        .filter(|row| nearest.as_ref().is_some_and(|h| *row as usize >= h.end))
        .collect();
    let headers: Vec<(u32, String)> = layout
        .iter()
        .flat_map(|layout| &layout.headers)
        .map(|h| (h.index, h.text.clone()))
        .collect();
    let likeness = likeness(grid, &beneath, &headers);
    let keys = sheet.keys.clone().unwrap_or_default();
    TableRead {
        findings,
        rejected: true,
        table: Some(RawTable {
            sheet: sheet.name,
            keys: sheet.keys,
            columns: Vec::new(),
            unmatched: (0..).zip(keys).collect(),
            layout,
            likeness,
            width: (0..grid.height()).map(|row| grid.width(row)).max().unwrap_or(0) as u32,
            records,
            named_totals: Vec::new(),
            worded_totals: Vec::new(),
            loose_totals: Vec::new(),
            unit_cells: BTreeMap::new(),
            set_aside: blank.into_iter().map(|row| (row, SetAside::Blank)).collect(),
            others: Vec::new(),
            repeated: BTreeMap::new(),
            corrected: Overlay::default(),
            grid: sheet.grid,
        }),
        ..TableRead::default()
    }
}

fn titles(body: &Body) -> impl Iterator<Item = usize> {
    body.set_aside
        .iter()
        .filter(|(_, kind)| *kind == SetAside::Title)
        .map(|(row, _)| *row as usize)
}

/// The first line above or below the table that says that the figures are of a day before the period.
fn earlier_day(sheet: &Sheet, body: &Body, period: Period) -> Option<Finding> {
    let rows = body.set_aside.iter();
    let rows = rows.filter(|(_, kind)| matches!(kind, SetAside::Title | SetAside::Footer));
    let mut cells = rows.take(SEARCHED).flat_map(|(row, _)| {
        let cells = sheet.grid.row(*row as usize).enumerate();
        cells.map(move |(index, cell)| (*row, index as u32, cell.trim()))
    });
    let (row, index, cell) = cells.find(|(.., cell)| header_periods::is_of_earlier_day(cell, period))?;
    let place = Place {
        sheet: sheet.name.clone(),
        row: Some(sheet.grid.number(row as usize)),
        column: None,
        column_index: Some(index),
    };
    let finding = Finding::new(Code::HeaderPeriod).at(place).raw(cell);
    Some(Finding {
        message: Some(Text::new(
            "“{raw}”所注的时点早于报告期 {expected}；数字按 {expected} 计入",
            "“{raw}” says that the figures are of a day before {expected}, for which the sheet was sent; they count for {expected}",
        )),
        ..finding.expected(period.to_string())
    })
}

/// What is asked where no title states a period, but one may, or the name of the sheet does.
fn other_year(sheet: &Sheet, body: &Body, period: Period) -> Option<Finding> {
    let cells =
        || titles(body).flat_map(|row| (sheet.grid.row(row).enumerate()).map(move |(at, cell)| (row, at, cell)));
    let year = |cell: &str| title_years::of_title(cell, period);
    let states = |cell: &str| year(cell) == Year::Own || stated(cell).iter().any(|one| one.fits(period));
    if cells().any(|(.., cell)| states(cell)) {
        return None;
    }
    let mut place = Place {
        sheet: sheet.name.clone(),
        ..Place::default()
    };
    let title =
        cells().find(|(.., cell)| year(cell) == Year::MayBeOther && !header_periods::is_of_earlier_day(cell, period));
    let (raw, message) = match (title, sheet.name.as_deref()) {
        (Some((row, index, cell)), _) => {
            place.row = Some(sheet.grid.number(row));
            place.column_index = Some(index as u32);
            let message = Text::new(
                "“{raw}”所写的时间不是报告期 {expected}；数字按 {expected} 计入",
                "“{raw}” names another time than {expected}, for which the sheet was sent; its figures count for {expected}",
            );
            (cell.trim(), message)
        }
        (None, Some(name)) if title_years::of_sheet(name, period) == Year::Other => {
            let message = Text::new(
                "工作表名为“{raw}”，而报告期为 {expected}；数字按 {expected} 计入",
                "the sheet is named “{raw}” and was sent for {expected}; its figures count for {expected}",
            );
            (name, message)
        }
        _ => return None,
    };
    Some(Finding {
        message: Some(message),
        ..Finding::new(Code::HeaderPeriod)
            .at(place)
            .raw(raw)
            .expected(period.to_string())
    })
}

/// The first stated period of the title block, where none of them fits.
fn contradiction(sheet: &Sheet, body: &Body, period: Period) -> Option<(Place, String)> {
    let mut first = None;
    for row in titles(body) {
        for (index, cell) in sheet.grid.row(row).enumerate() {
            let stated = stated(cell);
            for one in &stated {
                if one.fits(period) {
                    return None;
                }
                first.get_or_insert((row, index));
            }
            match title_years::of_title(cell, period) {
                _ if !stated.is_empty() => {}
                Year::Own => return None,
                Year::Other => {
                    first.get_or_insert((row, index));
                }
                Year::MayBeOther | Year::None => {}
            }
        }
    }
    first.map(|(row, index)| {
        let place = Place {
            sheet: sheet.name.clone(),
            row: Some(sheet.grid.number(row)),
            column: None,
            column_index: Some(index as u32),
        };
        (place, sheet.grid.cell(row, index).trim().to_owned())
    })
}

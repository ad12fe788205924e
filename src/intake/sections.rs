//! Second headers and lines of units in the middle of a table. A second header that puts columns elsewhere, or gives them other units,
//! begins a section that cannot be read like the rows above it. The same holds for a line of units between records. The records of such
//! a section wait in quarantine, under one finding.

use super::header::{Book, DEPTH, Header, LEAST, is_blank, is_figure};
use super::units;
use crate::domain::{Grid, MatchedColumn, fold};

/// First cells of a row among which a second header has a known one.
const FIRST_CELLS: usize = 3;

/// A header that stands beneath records or beneath the first header.
#[derive(Debug)]
pub(super) struct Section {
    header: Header,
    says: Says,
}

/// What the rows beneath are.
#[derive(Debug)]
enum Says {
    /// What the header names.
    Header,
    /// Those of another table, which names this column of figures otherwise.
    OtherTable(u32),
    /// Figures of another time, or others than the form's own, or its own again: a heading in this column says so.
    Part { index: u32, differs: bool },
}

impl Section {
    /// The header of another table in a row; `index`: a column of figures that it names otherwise.
    pub(super) fn of_other(book: &Book<'_>, grid: &Grid, row: usize, index: u32) -> Section {
        Section {
            header: book.block(grid, row, row + 1),
            says: Says::OtherTable(index),
        }
    }

    /// A heading above some of the rows: whether these have figures of another time, or others than the form's own.
    pub(super) fn of_part(book: &Book<'_>, grid: &Grid, (row, index): (usize, u32), differs: bool) -> Section {
        Section {
            header: book.block(grid, row, row + 1),
            says: Says::Part { index, differs },
        }
    }

    /// One past the last row of its header.
    pub(super) fn end(&self) -> usize {
        self.header.end
    }

    /// What its header says otherwise than the first one.
    pub(super) fn difference(
        &self,
        book: &Book<'_>,
        grid: &Grid,
        first: &Header,
        matched: &[MatchedColumn],
    ) -> Option<Difference> {
        let (index, column) = match self.says {
            Says::Header => return of_header(book, first, &self.header, matched),
            Says::OtherTable(index) => (index, Some(index)),
            Says::Part { differs: false, .. } => return None,
            Says::Part { index, .. } => {
                let is_number = |matched: &&MatchedColumn| book.form.columns[matched.column].kind.is_number();
                (index, first.columns.iter().find(is_number).map(|matched| matched.index))
            }
        };
        let instead = column.and_then(|column| first.names.get(column as usize));
        Some(Difference {
            at: (self.row(), index),
            said: grid.cell(self.header.top, index as usize).trim().to_owned(),
            instead: instead.cloned().unwrap_or_default(),
        })
    }

    /// Whether it is a heading above some of the rows.
    pub(super) fn is_part(&self) -> bool {
        matches!(self.says, Says::Part { .. })
    }

    /// First row of its header.
    pub(super) fn row(&self) -> u32 {
        self.header.top as u32
    }
}

/// The second header that begins at a row, if one does: at least two of its cells, and half of them, name columns of the form.
pub(super) fn begins(book: &Book<'_>, grid: &Grid, first: &Header, row: usize) -> Option<Section> {
    if first.end == first.top || !may_head(book, grid, row) {
        return None;
    }
    let depth = (first.end - first.top).min(DEPTH);
    let mut best: Option<Header> = None;
    for end in row + 1..=(row + depth).min(grid.height()) {
        let is_data = || is_blank(grid, end - 1) || grid.row(end - 1).any(|cell| is_figure(cell.trim()));
        if end > row + 1 && is_data() {
            break;
        }
        let found = book.block(grid, row, end);
        if best.as_ref().is_none_or(|best| found.score() > best.score()) {
            best = Some(found);
        }
    }
    let header = best?;
    let named = header.names.iter().filter(|name| !name.is_empty()).count();
    (header.score() >= LEAST && header.score() * 2 >= named).then_some(Section {
        header,
        says: Says::Header,
    })
}

/// Whether a row has several cells, none of them a figure, and a header of the form among the first: what most records have not.
fn may_head(book: &Book<'_>, grid: &Grid, row: usize) -> bool {
    let filled = || grid.row(row).map(str::trim).filter(|cell| !cell.is_empty());
    !filled().any(is_figure) && filled().nth(1).is_some() && filled().take(FIRST_CELLS).any(|cell| book.knows(cell))
}

/// Why rows are to be read otherwise than those above them: the cell that says so, and what it stands for there.
#[derive(Clone, Debug)]
pub(super) struct Difference {
    /// Row of the grid and physical column.
    pub(super) at: (u32, u32),
    pub(super) said: String,
    pub(super) instead: String,
}

/// Where a second header puts another column than the first one, or gives it another unit.
fn of_header(book: &Book<'_>, first: &Header, second: &Header, matched: &[MatchedColumn]) -> Option<Difference> {
    let own = |index: u32| second.columns.iter().find(|column| column.index == index);
    let is_other = |index: u32| {
        let above = first.columns.iter().find(|column| column.index == index);
        let named = second.names.get(index as usize).is_some_and(|name| !name.is_empty());
        let doubled = |header: &Header| header.doubled.values().any(|places| places.contains(&index));
        match (above, own(index)) {
            (Some(above), Some(own)) => above.column != own.column || is_other_unit(book, above, own, matched),
            (Some(_), None) => named,
            (None, Some(_)) => !doubled(first),
            (None, None) => doubled(second) && !doubled(first),
        }
    };
    let index = (0..second.names.len() as u32).find(|index| is_other(*index))?;
    let name = |header: &Header| {
        header
            .names
            .get(index as usize)
            .filter(|name| !name.is_empty())
            .cloned()
    };
    Some(Difference {
        at: (second.end as u32 - 1, index),
        said: name(second).unwrap_or_default(),
        instead: name(first).unwrap_or_else(|| "—".to_owned()),
    })
}

/// Whether a second header gives a column another unit than it is read with.
fn is_other_unit(book: &Book<'_>, above: &MatchedColumn, second: &MatchedColumn, matched: &[MatchedColumn]) -> bool {
    let read = matched.iter().find(|column| column.column == above.column);
    let read = read.and_then(|column| column.unit.as_deref());
    let column = &book.form.columns[above.column];
    let Some(own) = units::own(column) else {
        // Figures of a column without a unit are taken as they stand, whatever unit is said: then it has to be the same one.
        let scale = |unit: &Option<String>| unit.as_deref().and_then(|unit| book.units.scale(unit));
        let is_one = |unit: &Option<String>| scale(unit).is_none_or(|scale| scale.is_one());
        let (above, second) = (&above.unit, &second.unit);
        let said = matches!((above, second), (Some(above), Some(second)) if fold(above) != fold(second));
        return said || (units::lacks_unit(column) && is_one(above) != is_one(second));
    };
    let factor = |unit: Option<&str>| book.units.factor(unit.unwrap_or(own), own);
    match (second.unit.as_deref(), above.unit.as_deref()) {
        (None, None) => false,
        (said, _) if said == read => false,
        (said, _) => factor(said).is_none() || factor(said) != factor(read),
    }
}

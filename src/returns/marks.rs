//! Which cells a finding marks. What concerns no cell marks the first of its row, what concerns the whole sheet its first
//! cell.

use std::collections::BTreeMap;

use super::layout::Layout;
use super::merged::apart;
use crate::domain::{Finding, Merged, Severity};
use crate::pipeline::Form;

/// Further cells of one finding that are marked: a sum has a dozen parts, a whole column has thousands of cells.
const FURTHER: usize = 24;
/// Cells of a finding on a column that are coloured in a return; more of them nobody looks through.
const COLOURED: usize = 20_000;

/// What is said of one cell.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Mark {
    /// Findings that stand here: positions in the list.
    pub(super) own: Vec<usize>,
    /// Findings that stand elsewhere and looked at this cell, too.
    pub(super) further: Vec<usize>,
    /// Whether one of them must be mended.
    pub(super) hard: bool,
    /// Whether the cell itself is meant, and not the sheet as a whole.
    pub(super) coloured: bool,
}

/// All marks of a sheet, and the merged cells that it keeps.
#[derive(Debug)]
pub(super) struct Marks {
    /// By row and column of the return.
    pub(super) cells: BTreeMap<(u32, u16), Mark>,
    /// Merged cells beneath which nothing is hidden.
    pub(super) merged: Vec<Merged>,
}

impl Marks {
    /// `findings` in the order of the list.
    pub(super) fn of(findings: &[&Finding], layout: &Layout<'_>, form: &Form) -> Marks {
        let mut cells: BTreeMap<(u32, u16), Mark> = BTreeMap::new();
        for (at, finding) in findings.iter().enumerate() {
            let hard = finding.severity == Severity::Hard;
            let own = home(finding, layout, form);
            let mark = cells.entry(own.unwrap_or_default()).or_default();
            mark.own.push(at);
            mark.hard |= hard && own.is_some();
            mark.coloured |= own.is_some();
            for cell in of_column(finding, own, layout).take(COLOURED) {
                let mark = cells.entry(cell).or_default();
                mark.hard |= hard;
                mark.coloured = true;
            }
            let further = finding.cells.iter().filter(|cell| cell.path.is_none());
            for cell in further.filter_map(|cell| layout.cell(&cell.place)).take(FURTHER) {
                if Some(cell) != own {
                    let mark = cells.entry(cell).or_default();
                    mark.further.push(at);
                    mark.hard |= hard;
                    mark.coloured = true;
                }
            }
        }
        let received = layout.table.grid.markings().map(|markings| markings.merged.clone());
        let mut merged = apart(received.unwrap_or_default());
        merged.retain(|block| !hides(block, &cells, layout));
        Marks { cells, merged }
    }
}

/// The cells of the rows that a finding on a column stands for: they are coloured, and the note is at the header.
fn of_column(finding: &Finding, home: Option<(u32, u16)>, layout: &Layout<'_>) -> impl Iterator<Item = (u32, u16)> {
    let column = home.map(|(_, column)| column).filter(|_| finding.place.row.is_none());
    let rows = finding.rows.iter().filter_map(|&row| layout.numbered(row));
    rows.filter_map(move |row| Some((row, column?)))
}

/// The cell at which a finding stands; None: the sheet as a whole.
pub(super) fn home(finding: &Finding, layout: &Layout<'_>, form: &Form) -> Option<(u32, u16)> {
    let place = &finding.place;
    let of_column = || {
        // JSON names a column by its key, and a finding may name a column without saying where it stands.
        let id = place.column.as_deref()?;
        let column = form.column(id)?;
        let matched = layout.table.columns.iter().find(|matched| matched.column == column)?;
        Some(matched.index)
    };
    if place.column_index.is_none() && place.column.is_some() {
        let found = crate::domain::Place {
            column_index: of_column(),
            ..place.clone()
        };
        return layout.cell(&found);
    }
    layout.cell(place)
}

/// Whether a block would hide a text or a mark: only its first cell is seen.
fn hides(block: &Merged, cells: &BTreeMap<(u32, u16), Mark>, layout: &Layout<'_>) -> bool {
    let table = layout.table;
    if block.last.0 as usize >= table.grid.height() || block.last.1 >= u32::from(layout.width) {
        return true;
    }
    let rows = block.first.0..=block.last.0;
    rows.into_iter().any(|row| {
        (block.first.1..=block.last.1).any(|column| {
            let text = table.grid.cell(row as usize, column as usize);
            let marked = cells.contains_key(&(layout.row(row as usize), column as u16));
            (row, column) != block.first && (marked || !text.is_empty())
        })
    })
}

#[cfg(test)]
mod tests {
    use super::super::layout::sheet;
    use super::*;

    #[test]
    fn a_block_that_hides_a_text_or_a_mark_is_not_merged_again() {
        let table = sheet(&[["a", "b"], ["both", ""], ["", ""], ["1", "2"]]);
        let layout = Layout::plain(&table);
        let block = |last| Merged { first: (1, 0), last };
        let marked = |at: (u32, u16)| BTreeMap::from([(at, Mark::default())]);
        assert!(!hides(&block((2, 1)), &BTreeMap::new(), &layout));
        assert!(
            !hides(&block((2, 1)), &marked((1, 0)), &layout),
            "its first cell is seen"
        );
        assert!(hides(&block((2, 1)), &marked((2, 1)), &layout));
        assert!(hides(&block((3, 1)), &BTreeMap::new(), &layout), "a text");
        assert!(hides(&block((4, 1)), &BTreeMap::new(), &layout), "beyond the sheet");
        assert!(hides(&block((2, 2)), &BTreeMap::new(), &layout), "beyond its columns");
    }
}

//! The merged cells of a sheet: no record needs them, but a return shows them as received.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::io::Cursor;
use std::panic::AssertUnwindSafe;

use calamine::{Dimensions, Reader, Xls, Xlsx};

use super::ods::MOST_MERGED;
use super::sheet::Sheet;
use super::sniff::Kind;
use super::workbook::markup::Markup;
use super::{archive, load, ods, open, workbook};
use crate::domain::{Merged, visible};
use crate::pipeline::Limits;

/// Most cells in all of them together: writing the return visits each.
const AREA: u64 = 200_000;

/// Of a workbook's sheet, by its visible name; none where the workbook cannot be read. It was read before, but it may have
/// become another one since.
pub(super) fn of(bytes: &[u8], sheet: &str, limits: &Limits) -> Vec<Merged> {
    let Ok((opened, kind)) = open::opened(Cow::Borrowed(bytes)) else {
        return Vec::new();
    };
    let bytes = &*opened;
    let read = || match kind {
        Kind::Xlsx => {
            archive::check(bytes, limits).ok()?;
            let mut workbook = Xlsx::new(Cursor::new(bytes)).ok()?;
            let name = named(workbook.sheet_names(), sheet)?;
            Some(from(workbook.merge_cells_by_sheet_name(&name).ok()?))
        }
        Kind::Xls => {
            workbook::check_old(bytes, limits).ok()?;
            let workbook: Xls<Cursor<&[u8]>> = Xls::new(Cursor::new(bytes)).ok()?;
            let name = named(workbook.sheet_names(), sheet)?;
            Some(from(workbook.merge_cells_by_sheet_name(&name).ok()?))
        }
        // The library knows nothing of them here.
        Kind::Ods => {
            archive::check(bytes, limits).ok()?;
            let content = ods::check(bytes, limits).ok()?;
            let at = content.names.iter().position(|name| visible(name) == sheet)?;
            let own = content.merged.into_iter().filter(|(of, _)| *of == at);
            Some(own.map(|(_, block)| block).collect())
        }
        Kind::Text => of_markup(bytes, sheet, limits),
    };
    apart(workbook::quietly(AssertUnwindSafe(read)).flatten().unwrap_or_default())
}

/// Of a workbook that is markup: its cells were read with what stretches over others. The only sheet of a page may have no name.
fn of_markup(bytes: &[u8], sheet: &str, limits: &Limits) -> Option<Vec<Merged>> {
    let (kind, sheets) = load::markup_sheets(bytes, limits)?;
    let is_only = kind == Markup::Page && sheets.len() == 1;
    let named = |found: &&Sheet| is_only || found.name.as_deref() == Some(sheet);
    let found = sheets.iter().find(named)?;
    Some(found.grid.markings()?.merged.clone())
}

fn named(names: Vec<String>, sheet: &str) -> Option<String> {
    names.into_iter().find(|name| visible(name) == sheet)
}

fn from(found: Vec<Dimensions>) -> Vec<Merged> {
    let block = |block: Dimensions| Merged {
        first: block.start,
        last: block.end,
    };
    found.into_iter().map(block).collect()
}

/// Those that are blocks of several cells, in order; of two that share a cell the first: a program would refuse both.
fn apart(mut all: Vec<Merged>) -> Vec<Merged> {
    all.retain(|block| block.first < block.last && block.first.1 <= block.last.1);
    all.sort();
    all.dedup();
    if all.len() > MOST_MERGED {
        return Vec::new();
    }
    let mut taken: BTreeSet<(u32, u32)> = BTreeSet::new();
    all.retain(|block| {
        let size = |from: u32, to: u32| u64::from(to - from) + 1;
        let area = size(block.first.0, block.last.0).saturating_mul(size(block.first.1, block.last.1));
        if area.saturating_add(taken.len() as u64) > AREA {
            return false;
        }
        let rows = block.first.0..=block.last.0;
        let cells: Vec<(u32, u32)> = rows
            .flat_map(|row| (block.first.1..=block.last.1).map(move |column| (row, column)))
            .collect();
        let free = cells.iter().all(|cell| !taken.contains(cell));
        if free {
            taken.extend(cells);
        }
        free
    });
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_do_not_overlap_and_are_no_whole_sheet() {
        let block = |top, left, bottom, right| Merged {
            first: (top, left),
            last: (bottom, right),
        };
        let kept = apart(vec![
            block(3, 0, 3, 2),
            block(0, 0, 0, 6),
            block(0, 5, 1, 7),
            block(2, 2, 2, 2),
            block(5, 3, 6, 1),
            block(3, 0, 3, 2),
            block(7, 0, 1_048_575, 16_383),
            block(4, 0, 5, 0),
        ]);
        assert_eq!(kept, [block(0, 0, 0, 6), block(3, 0, 3, 2), block(4, 0, 5, 0)]);
        let many = (0..=MOST_MERGED as u32).map(|row| block(row, 0, row, 1));
        assert!(apart(many.collect()).is_empty());
    }
}

//! The merged cells of a sheet: no record needs them, but what goes back to a county looks as it came.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{Dimensions, Reader, Xls, Xlsx};

use super::sniff::{self, Kind};
use crate::domain::Merged;

/// A sheet with more of them is no form, and every one costs the reader of the return time.
const MOST: usize = 10_000;

/// Of a workbook's sheet; none where the format does not tell, or the workbook cannot be read.
pub(super) fn of(bytes: &[u8], sheet: &str) -> Vec<Merged> {
    let read = || match sniff::sniff(bytes) {
        Ok(Kind::Xlsx) => {
            let mut workbook = Xlsx::new(Cursor::new(bytes)).ok()?;
            workbook.merge_cells_by_sheet_name(sheet).ok()
        }
        Ok(Kind::Xls) => {
            let workbook: Xls<Cursor<&[u8]>> = Xls::new(Cursor::new(bytes)).ok()?;
            workbook.merge_cells_by_sheet_name(sheet).ok()
        }
        _ => None,
    };
    // The library may fail on a damaged file in any way.
    let found: Option<Vec<Dimensions>> = catch_unwind(AssertUnwindSafe(read)).unwrap_or_default();
    let mut all: Vec<Merged> = found
        .unwrap_or_default()
        .into_iter()
        .filter(|block| block.start < block.end && block.start.1 <= block.end.1)
        .map(|block| Merged {
            first: block.start,
            last: block.end,
        })
        .collect();
    all.sort();
    all.dedup();
    if all.len() > MOST { Vec::new() } else { all }
}

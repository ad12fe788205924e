//! The merged cells that a return keeps as received.

use std::collections::BTreeSet;

use crate::domain::Merged;

/// Merged blocks of a sheet: one with more of them is no form, and every one costs the reader of the return time.
const MOST: usize = 10_000;
/// Most cells in all of them together: writing the return visits each.
const AREA: u64 = 200_000;

/// Those that are blocks of several cells, in order; of two that share a cell the first: a program would refuse both.
pub(super) fn apart(mut all: Vec<Merged>) -> Vec<Merged> {
    all.retain(|block| block.first < block.last && block.first.1 <= block.last.1);
    all.sort();
    all.dedup();
    if all.len() > MOST {
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
        let many = (0..=MOST as u32).map(|row| block(row, 0, row, 1));
        assert!(apart(many.collect()).is_empty());
    }
}

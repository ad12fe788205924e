//! A grid as bytes: its text whole, and its cells by their lengths, which compress well.

use std::borrow::Cow;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Markings;
use super::grid::{Grid, Held};

#[derive(Serialize, Deserialize)]
struct Packed<'a> {
    text: Cow<'a, str>,
    /// Of each cell: bytes between the cell before it and it, and its length.
    cells: Vec<(u32, u32)>,
    /// Cells of each row.
    widths: Vec<u32>,
    numbers: Vec<u32>,
    held: Option<Cow<'a, [Held]>>,
    separator: Option<u8>,
    written: Option<Cow<'a, [u32]>>,
    unquoted: bool,
    markings: Option<Cow<'a, Markings>>,
}

impl Serialize for Grid {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut end = 0_u32;
        let cells = self.spans.iter().map(|&(from, to)| {
            let gap = from.wrapping_sub(end);
            end = to;
            (gap, to.wrapping_sub(from))
        });
        let mut last = 0_u32;
        let numbers = self.numbers.iter().map(|&number| {
            let step = number.wrapping_sub(last);
            last = number;
            step
        });
        let packed = Packed {
            text: Cow::Borrowed(&self.text),
            cells: cells.collect(),
            widths: self.starts.windows(2).map(|row| row[1] - row[0]).collect(),
            numbers: numbers.collect(),
            held: self.held.as_deref().map(Cow::Borrowed),
            separator: self.separator,
            written: self.written.as_deref().map(Cow::Borrowed),
            unquoted: self.unquoted,
            markings: self.markings.as_deref().map(Cow::Borrowed),
        };
        packed.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Grid {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Grid, D::Error> {
        let packed = Packed::deserialize(deserializer)?;
        let text = packed.text.into_owned();
        let mut spans = Vec::with_capacity(packed.cells.len());
        let mut end = 0_u32;
        for (gap, length) in packed.cells {
            let from = end.wrapping_add(gap);
            end = from.wrapping_add(length);
            if text.get(from as usize..end as usize).is_none() {
                return Err(D::Error::custom("a cell beyond its text"));
            }
            spans.push((from, end));
        }
        let mut starts = Vec::with_capacity(packed.widths.len() + 1);
        starts.push(0_u32);
        let mut cells = 0_u64;
        for width in &packed.widths {
            cells += u64::from(*width);
            starts.push(cells as u32);
        }
        let mut last = 0_u32;
        let numbers = packed.numbers.iter().map(|step| {
            last = last.wrapping_add(*step);
            last
        });
        let numbers: Vec<u32> = numbers.collect();
        let fits = cells == spans.len() as u64
            && numbers.len() == packed.widths.len()
            && packed.held.as_ref().is_none_or(|held| held.len() == spans.len());
        if !fits {
            return Err(D::Error::custom("rows that do not hold the cells"));
        }
        Ok(Grid {
            text,
            spans,
            starts,
            numbers,
            held: packed.held.map(Cow::into_owned),
            separator: packed.separator,
            written: packed.written.map(Cow::into_owned),
            unquoted: packed.unquoted,
            markings: packed.markings.map(|markings| Box::new(markings.into_owned())),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn again(grid: &Grid) -> Result<Grid, postcard::Error> {
        postcard::from_bytes(&postcard::to_stdvec(grid).expect("a grid can be written"))
    }

    #[test]
    fn a_grid_is_what_it_was() {
        let mut plain = Grid::new(false).separated_by(b',').unquoted();
        for (from, to) in [(0, 3), (4, 4), (5, 8)] {
            plain.push_span(from, to);
        }
        plain.end_row(1);
        plain.end_row(2);
        // A cell before the one in front of it.
        plain.push_span(0, 3);
        plain.end_row(7);
        let plain = plain.with_text("县,,人\n".to_owned());
        let mut typed = Grid::new(true);
        typed.push_cell("12", Held::Number);
        typed.push_text("a");
        typed.end_row(3);
        let typed = typed.written_with(vec![4]).with_markings(Markings {
            hidden_rows: BTreeSet::from([0]),
            ..Markings::default()
        });
        for grid in [plain, typed, Grid::new(false), Grid::new(true)] {
            assert_eq!(format!("{:?}", again(&grid).unwrap()), format!("{grid:?}"));
        }
    }

    #[test]
    fn cells_beyond_the_text_and_rows_without_cells_are_refused() {
        let mut grid = Grid::new(false);
        grid.push_span(0, 4);
        grid.end_row(1);
        assert!(again(&grid).is_err());
        assert!(
            again(&grid.clone().with_text("县县".to_owned())).is_err(),
            "within a letter"
        );
        assert!(again(&grid.with_text("abcd".to_owned())).is_ok());
    }
}

//! Rows of a frame: added, picked and ordered.

use super::compare::Frame;
use super::values::Values;

impl Frame {
    /// Adds the rows of another frame with the same columns; a frame without columns takes on those of the other.
    pub fn append(&mut self, other: Frame) {
        if self.columns.is_empty() {
            *self = other;
            return;
        }
        for ((_, own), (_, more)) in self.columns.iter_mut().zip(&other.columns) {
            own.append(more);
        }
        self.height += other.height;
    }

    /// Some of the rows, in this order.
    pub fn picked(&self, rows: &[usize]) -> Frame {
        let picked = |(name, values): &(String, Values)| (name.clone(), values.picked(rows));
        Frame {
            columns: self.columns.iter().map(picked).collect(),
            height: rows.len(),
        }
    }

    /// The same of rows of which some are not there, and null.
    pub fn picked_or_null(&self, rows: &[Option<usize>]) -> Frame {
        let picked = |(name, values): &(String, Values)| (name.clone(), values.picked_or_null(rows));
        Frame {
            columns: self.columns.iter().map(picked).collect(),
            height: rows.len(),
        }
    }

    /// The rows ordered by some columns, of which each may descend; nulls come last either way, and rows that are equal keep their
    /// order. A column that the frame does not have orders nothing.
    pub fn order<'a>(&self, by: impl IntoIterator<Item = (&'a str, bool)>) -> Vec<usize> {
        let places: Vec<Vec<u64>> = by
            .into_iter()
            .filter_map(|(name, descends)| Some(places(self.column(name)?, self.height, descends)))
            .collect();
        let mut rows: Vec<usize> = (0..self.height).collect();
        rows.sort_by(|&one, &other| {
            let each = places.iter().map(|places| places[one].cmp(&places[other]));
            each.fold(std::cmp::Ordering::Equal, std::cmp::Ordering::then)
        });
        rows
    }
}

/// The place of each value in the order that is asked for.
fn places(values: &Values, height: usize, descends: bool) -> Vec<u64> {
    let (ranks, different) = values.ranks();
    let place = |(row, rank): (usize, u64)| match (values.get(row).is_null(), descends) {
        (true, _) => u64::MAX,
        (false, true) => different - rank,
        (false, false) => rank,
    };
    (0..height).zip(ranks).map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(numbers: &[Option<i64>], flags: &[Option<bool>]) -> Frame {
        Frame {
            columns: vec![
                ("number".to_owned(), Values::Integer(numbers.iter().copied().collect())),
                ("flag".to_owned(), Values::Boolean(flags.to_vec())),
            ],
            height: numbers.len(),
        }
    }

    #[test]
    fn nulls_come_last_and_equal_rows_keep_their_order() {
        let (yes, no) = (Some(true), Some(false));
        let frame = frame(&[None, Some(2), Some(-1), Some(2)], &[yes, yes, None, no]);
        assert_eq!(frame.order([("number", false)]), [2, 1, 3, 0]);
        assert_eq!(frame.order([("number", true)]), [1, 3, 2, 0]);
        assert_eq!(frame.order([("number", true), ("flag", false)]), [3, 1, 2, 0]);
        assert_eq!(frame.order([("flag", true), ("number", false)]), [1, 0, 3, 2]);
        assert_eq!(frame.order([]), [0, 1, 2, 3]);
    }

    #[test]
    fn rows_are_added_below_and_picked_in_any_order() {
        let mut all = Frame::default();
        all.append(frame(&[Some(1)], &[None]));
        all.append(frame(&[Some(2), None], &[Some(true), Some(false)]));
        assert_eq!(all.height, 3);
        let picked = all.picked(&[2, 0]);
        assert_eq!(picked.columns, frame(&[None, Some(1)], &[Some(false), None]).columns);
        assert_eq!(picked.height, 2);
    }
}

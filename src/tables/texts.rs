//! The texts of a column of a table.

/// The texts of a column, each different one stored once, or few times: titles and codes repeat over all rows of a table.
#[derive(Clone, Debug, Default)]
pub struct Texts {
    buffer: String,
    /// Where each stored text begins and ends in the buffer.
    stored: Vec<(usize, usize)>,
    /// Per row, which of the stored texts; [`NULL`] for none.
    cells: Vec<u32>,
    /// Number of the text that was stored last, or met again.
    last: u32,
    /// Texts that were pushed not long ago, by [`place`].
    recent: Vec<u32>,
}

const NULL: u32 = u32::MAX;
/// Texts that are remembered: more than most columns of titles have. A power of two.
const RECENT: usize = 256;

/// Where a text is remembered: its length and its ends tell most texts of a column apart.
fn place(text: &str) -> usize {
    let bytes = text.as_bytes();
    let (first, last) = match (bytes.first_chunk(), bytes.last_chunk()) {
        (Some(first), Some(last)) => (u64::from_le_bytes(*first), u64::from_le_bytes(*last)),
        _ => (0, bytes.iter().fold(0, |all, byte| all << 8 | u64::from(*byte))),
    };
    let mixed = (first.rotate_left(29) ^ last ^ bytes.len() as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed >> 56) as usize % RECENT
}

/// Whether bytes of one length are the same. Most that are not differ in their first or last bytes, and short ones have no others.
#[inline]
fn is_same(one: &[u8], other: &[u8]) -> bool {
    if let (Some(first), Some(last)) = (one.first_chunk::<8>(), one.last_chunk::<8>()) {
        let ends = other.starts_with(first) && other.ends_with(last);
        return ends && (one.len() <= 16 || one == other);
    }
    if let (Some(first), Some(last)) = (one.first_chunk::<4>(), one.last_chunk::<4>()) {
        return other.starts_with(first) && other.ends_with(last);
    }
    one.iter().eq(other)
}

impl Texts {
    /// Whether no row has a text.
    pub(super) fn is_all_null(&self) -> bool {
        self.cells.iter().all(|&cell| cell == NULL)
    }

    pub(super) fn push(&mut self, text: Option<&str>) {
        let cell = text.map_or(NULL, |text| self.store(text));
        self.cells.push(cell);
    }

    /// The number of a text, which is stored unless it was lately.
    fn store(&mut self, text: &str) -> u32 {
        // A text is often that of the row above, the one that followed it before, or the first of the column.
        for number in [self.last, self.last + 1, 0] {
            if (number as usize) < self.stored.len() && self.is_at(number, text) {
                self.last = number;
                return number;
            }
        }
        if self.recent.is_empty() {
            self.recent = vec![NULL; RECENT];
        }
        let place = place(text);
        let known = self.recent[place];
        if known != NULL && self.is_at(known, text) {
            self.last = known;
            return known;
        }
        let start = self.buffer.len();
        self.buffer.push_str(text);
        let number = u32::try_from(self.stored.len()).expect("a table has fewer rows than 32 bits can count");
        self.stored.push((start, self.buffer.len()));
        self.recent[place] = number;
        self.last = number;
        number
    }

    pub(super) fn append(&mut self, other: &Texts) {
        let numbers: Vec<u32> = (0..other.stored.len() as u32)
            .map(|at| self.store(other.at(at)))
            .collect();
        let moved = |cell: &u32| numbers.get(*cell as usize).copied().unwrap_or(NULL);
        self.cells.extend(other.cells.iter().map(moved));
    }

    /// Adds rows of other columns: each from which column, and which of its rows.
    pub(super) fn gather(&mut self, from: &[&Texts], rows: &[(u32, u32)]) {
        let mut stored = |column: &&Texts| -> Vec<u32> { column.stored().map(|text| self.store(text)).collect() };
        let numbers: Vec<Vec<u32>> = from.iter().map(&mut stored).collect();
        let moved = |&(column, row): &(u32, u32)| {
            let cell = from[column as usize].cells[row as usize];
            numbers[column as usize].get(cell as usize).copied().unwrap_or(NULL)
        };
        self.cells.extend(rows.iter().map(moved));
    }

    pub(super) fn reserve_exact(&mut self, rows: usize) {
        self.cells.reserve_exact(rows);
    }

    /// Puts the rows into another order.
    pub(super) fn arrange(&mut self, order: &[usize]) {
        self.cells = order.iter().map(|&at| self.cells[at]).collect();
    }

    /// Whether a stored text is this one.
    #[inline]
    fn is_at(&self, number: u32, text: &str) -> bool {
        let (start, end) = self.stored[number as usize];
        end - start == text.len() && is_same(&self.buffer.as_bytes()[start..end], text.as_bytes())
    }

    fn at(&self, number: u32) -> &str {
        let (start, end) = self.stored[number as usize];
        &self.buffer[start..end]
    }

    /// One text, None where null.
    pub fn get(&self, row: usize) -> Option<&str> {
        let cell = self.cells[row];
        (cell != NULL).then(|| self.at(cell))
    }

    /// All of them, in order of the rows.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Option<&str>> {
        self.cells.iter().map(|&cell| (cell != NULL).then(|| self.at(cell)))
    }

    /// The stored texts, some of which may be equal.
    pub fn stored(&self) -> impl ExactSizeIterator<Item = &str> {
        self.stored.iter().map(|&(start, end)| &self.buffer[start..end])
    }

    /// Which of the stored texts a row has, None where null.
    pub fn stored_at(&self, row: usize) -> Option<usize> {
        Some(self.cells[row])
            .filter(|cell| *cell != NULL)
            .map(|cell| cell as usize)
    }

    /// The place of each text among all different ones, by bytes, nulls first; and how many places there are.
    pub(super) fn ranks(&self) -> (Vec<u64>, u64) {
        let mut order: Vec<u32> = (0..self.stored.len() as u32).collect();
        order.sort_unstable_by_key(|&number| self.at(number));
        let mut ranks = vec![0; self.stored.len()];
        let mut rank = 0;
        let mut above: Option<&str> = None;
        for number in order {
            let text = self.at(number);
            if above != Some(text) {
                rank += 1;
                above = Some(text);
            }
            ranks[number as usize] = rank;
        }
        let of = |cell: &u32| ranks.get(*cell as usize).copied().unwrap_or(0);
        (self.cells.iter().map(of).collect(), rank + 1)
    }
}

impl<'a> FromIterator<Option<&'a str>> for Texts {
    fn from_iter<I: IntoIterator<Item = Option<&'a str>>>(all: I) -> Texts {
        let mut texts = Texts::default();
        all.into_iter().for_each(|text| texts.push(text));
        texts
    }
}

impl PartialEq for Texts {
    fn eq(&self, other: &Texts) -> bool {
        self.iter().eq(other.iter())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn texts_come_back_as_they_were_pushed(
            one in prop::collection::vec(prop::option::of("[ab一]{0,2}|[a-z]{8,12}"), 0..40),
            two in prop::collection::vec(prop::option::of("[ab一]{0,2}"), 0..40),
        ) {
            let column = |all: &[Option<String>]| all.iter().map(Option::as_deref).collect::<Texts>();
            let mut texts = column(&one);
            texts.append(&column(&two));
            let expected: Vec<Option<&str>> = one.iter().chain(&two).map(Option::as_deref).collect();
            prop_assert_eq!(texts.iter().collect::<Vec<_>>(), expected.clone());
            let stored: Vec<&str> = texts.stored().collect();
            for (row, text) in expected.iter().enumerate() {
                prop_assert_eq!(texts.get(row), *text);
                prop_assert_eq!(texts.stored_at(row).map(|at| stored[at]), *text);
            }
            let (ranks, places) = texts.ranks();
            prop_assert!(ranks.iter().all(|rank| *rank < places));
            for (a, one) in expected.iter().enumerate() {
                for (b, other) in expected.iter().enumerate() {
                    prop_assert_eq!(ranks[a].cmp(&ranks[b]), one.cmp(other));
                }
            }
        }
    }

    #[test]
    fn a_text_that_repeats_is_stored_once() {
        let titles = ["Households", "Residents of the communities", "一", "二"];
        let texts: Texts = titles.iter().cycle().take(4000).map(|title| Some(*title)).collect();
        assert_eq!(texts.stored().collect::<Vec<_>>(), titles);
    }
}

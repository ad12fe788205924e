//! The numbers of a column of a table.

/// The numbers of a column: little more than half as large as options of them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Numbers<T> {
    /// The default where there is none.
    numbers: Vec<T>,
    is_null: Vec<bool>,
}

impl<T: Copy + Default> Numbers<T> {
    pub(super) fn push(&mut self, number: Option<T>) {
        self.numbers.push(number.unwrap_or_default());
        self.is_null.push(number.is_none());
    }

    pub(super) fn append(&mut self, other: &Numbers<T>) {
        self.numbers.extend_from_slice(&other.numbers);
        self.is_null.extend_from_slice(&other.is_null);
    }

    /// Adds rows of other columns: each from which column, and which of its rows.
    pub(super) fn gather(&mut self, from: &[&Numbers<T>], rows: &[(u32, u32)]) {
        let number = |&(column, row): &(u32, u32)| from[column as usize].numbers[row as usize];
        self.numbers.extend(rows.iter().map(number));
        let is_null = |&(column, row): &(u32, u32)| from[column as usize].is_null[row as usize];
        self.is_null.extend(rows.iter().map(is_null));
    }

    pub(super) fn reserve_exact(&mut self, rows: usize) {
        self.numbers.reserve_exact(rows);
        self.is_null.reserve_exact(rows);
    }

    /// Some of the rows, in this order.
    pub(super) fn picked(&self, rows: &[usize]) -> Numbers<T> {
        Numbers {
            numbers: rows.iter().map(|&row| self.numbers[row]).collect(),
            is_null: rows.iter().map(|&row| self.is_null[row]).collect(),
        }
    }

    /// One number, None where null.
    pub fn get(&self, row: usize) -> Option<T> {
        (!self.is_null[row]).then(|| self.numbers[row])
    }

    /// All of them, in order of the rows.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Option<T>> + Clone {
        let both = self.numbers.iter().zip(&self.is_null);
        both.map(|(number, is_null)| (!is_null).then_some(*number))
    }
}

impl<T: Copy + Default> FromIterator<Option<T>> for Numbers<T> {
    fn from_iter<I: IntoIterator<Item = Option<T>>>(all: I) -> Numbers<T> {
        let (mut numbers, all) = (Numbers::default(), all.into_iter());
        numbers.reserve_exact(all.size_hint().0);
        all.for_each(|number| numbers.push(number));
        numbers
    }
}

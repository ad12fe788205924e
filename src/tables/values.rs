//! The values of a column, and one of them.

use jiff::civil::Date;

use super::numbers::Numbers;
use super::texts::Texts;

/// Logical type of a table's column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueKind {
    /// UTF-8.
    Text,
    /// 64 bits, signed.
    Integer,
    /// Double.
    Real,
    /// True or false.
    Boolean,
    /// Calendar day.
    Date,
}

impl ValueKind {
    /// Whether its values can be calculated with.
    pub fn is_number(self) -> bool {
        matches!(self, ValueKind::Integer | ValueKind::Real)
    }
}

/// One value of a row, whatever its type; `None` is null.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'a> {
    /// For a text column.
    Text(Option<&'a str>),
    /// For an integer column.
    Integer(Option<i64>),
    /// For a real column.
    Real(Option<f64>),
    /// For a boolean column.
    Boolean(Option<bool>),
    /// For a date column.
    Date(Option<Date>),
}

impl Value<'_> {
    /// Whether there is none.
    pub fn is_null(&self) -> bool {
        match self {
            Value::Text(value) => value.is_none(),
            Value::Integer(value) => value.is_none(),
            Value::Real(value) => value.is_none(),
            Value::Boolean(value) => value.is_none(),
            Value::Date(value) => value.is_none(),
        }
    }
}

/// A column's values.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// Of a text column.
    Text(Texts),
    /// Of an integer column.
    Integer(Numbers<i64>),
    /// Of a real column.
    Real(Numbers<f64>),
    /// Of a boolean column.
    Boolean(Vec<Option<bool>>),
    /// Of a date column.
    Date(Vec<Option<Date>>),
}

impl Values {
    /// A column without a value.
    pub(super) fn new(kind: ValueKind) -> Values {
        match kind {
            ValueKind::Text => Values::Text(Texts::default()),
            ValueKind::Integer => Values::Integer(Numbers::default()),
            ValueKind::Real => Values::Real(Numbers::default()),
            ValueKind::Boolean => Values::Boolean(Vec::new()),
            ValueKind::Date => Values::Date(Vec::new()),
        }
    }

    /// What the column holds.
    pub fn kind(&self) -> ValueKind {
        match self {
            Values::Text(_) => ValueKind::Text,
            Values::Integer(_) => ValueKind::Integer,
            Values::Real(_) => ValueKind::Real,
            Values::Boolean(_) => ValueKind::Boolean,
            Values::Date(_) => ValueKind::Date,
        }
    }

    /// A column of the same kind without a value.
    pub fn emptied(&self) -> Values {
        Values::new(self.kind())
    }

    /// Makes room for so many values more; texts find theirs as they come.
    pub(super) fn reserve(&mut self, rows: usize) {
        match self {
            Values::Text(all) => all.reserve_exact(rows),
            Values::Integer(all) => all.reserve_exact(rows),
            Values::Real(all) => all.reserve_exact(rows),
            Values::Boolean(all) => all.reserve_exact(rows),
            Values::Date(all) => all.reserve_exact(rows),
        }
    }

    /// Adds another column of the same kind below this one.
    pub(super) fn append(&mut self, other: &Values) {
        match (self, other) {
            (Values::Text(all), Values::Text(more)) => all.append(more),
            (Values::Integer(all), Values::Integer(more)) => all.append(more),
            (Values::Real(all), Values::Real(more)) => all.append(more),
            (Values::Boolean(all), Values::Boolean(more)) => all.extend_from_slice(more),
            (Values::Date(all), Values::Date(more)) => all.extend_from_slice(more),
            (_, more) => panic!("columns of two kinds: {more:?}"),
        }
    }

    /// Adds rows of other columns of the same kind: each from which column, and which of its rows.
    pub(super) fn gather(&mut self, from: &[Values], rows: &[(u32, u32)]) {
        macro_rules! of_kind {
            ($kind:ident) => {{
                let own = from.iter().map(|column| match column {
                    Values::$kind(column) => column,
                    other => panic!("columns of two kinds: {other:?}"),
                });
                own.collect::<Vec<_>>()
            }};
        }
        fn gather<T: Copy>(all: &mut Vec<T>, from: &[&Vec<T>], rows: &[(u32, u32)]) {
            all.extend(rows.iter().map(|&(column, row)| from[column as usize][row as usize]));
        }
        match self {
            Values::Text(all) => all.gather(&of_kind!(Text), rows),
            Values::Integer(all) => all.gather(&of_kind!(Integer), rows),
            Values::Real(all) => all.gather(&of_kind!(Real), rows),
            Values::Boolean(all) => gather(all, &of_kind!(Boolean), rows),
            Values::Date(all) => gather(all, &of_kind!(Date), rows),
        }
    }

    /// The place of each value among all different ones, nulls first; and how many there are.
    pub(super) fn ranks(&self) -> (Vec<u64>, u64) {
        match self {
            Values::Text(all) => all.ranks(),
            Values::Integer(all) => ranks(all.iter()),
            // The bits of a double, with their sign turned, are in its order.
            Values::Real(all) => ranks(all.iter().map(|one| {
                one.map(|number| {
                    let bits = number.to_bits() as i64;
                    bits ^ ((bits >> 63) as u64 >> 1) as i64
                })
            })),
            Values::Boolean(all) => ranks(all.iter()),
            Values::Date(all) => ranks(all.iter()),
        }
    }

    /// Some of the rows, in this order.
    pub(super) fn picked(&self, rows: &[usize]) -> Values {
        fn picked<T: Copy>(all: &[T], rows: &[usize]) -> Vec<T> {
            rows.iter().map(|&at| all[at]).collect()
        }
        match self {
            Values::Text(all) => Values::Text(rows.iter().map(|&at| all.get(at)).collect()),
            Values::Integer(all) => Values::Integer(all.picked(rows)),
            Values::Real(all) => Values::Real(all.picked(rows)),
            Values::Boolean(all) => Values::Boolean(picked(all, rows)),
            Values::Date(all) => Values::Date(picked(all, rows)),
        }
    }

    /// Some of the rows, in this order; no row: null.
    pub(super) fn picked_or_null(&self, rows: &[Option<usize>]) -> Values {
        fn picked<T: Copy>(all: &[Option<T>], rows: &[Option<usize>]) -> Vec<Option<T>> {
            rows.iter().map(|at| at.and_then(|at| all[at])).collect()
        }
        match self {
            Values::Text(all) => Values::Text(rows.iter().map(|at| at.and_then(|at| all.get(at))).collect()),
            Values::Integer(all) => Values::Integer(rows.iter().map(|at| at.and_then(|at| all.get(at))).collect()),
            Values::Real(all) => Values::Real(rows.iter().map(|at| at.and_then(|at| all.get(at))).collect()),
            Values::Boolean(all) => Values::Boolean(picked(all, rows)),
            Values::Date(all) => Values::Date(picked(all, rows)),
        }
    }

    /// Puts the rows into another order.
    pub(super) fn arrange(&mut self, order: &[usize]) {
        fn arrange<T: Copy>(all: &mut Vec<T>, order: &[usize]) {
            *all = order.iter().map(|&at| all[at]).collect();
        }
        match self {
            Values::Text(all) => all.arrange(order),
            Values::Integer(all) => *all = all.picked(order),
            Values::Real(all) => *all = all.picked(order),
            Values::Boolean(all) => arrange(all, order),
            Values::Date(all) => arrange(all, order),
        }
    }

    /// Whether no row has a value.
    pub fn is_all_null(&self) -> bool {
        match self {
            Values::Text(all) => all.is_all_null(),
            Values::Integer(all) => all.iter().all(|one| one.is_none()),
            Values::Real(all) => all.iter().all(|one| one.is_none()),
            Values::Boolean(all) => all.iter().all(Option::is_none),
            Values::Date(all) => all.iter().all(Option::is_none),
        }
    }

    /// One value.
    pub fn get(&self, row: usize) -> Value<'_> {
        match self {
            Values::Text(all) => Value::Text(all.get(row)),
            Values::Integer(all) => Value::Integer(all.get(row)),
            Values::Real(all) => Value::Real(all.get(row)),
            Values::Boolean(all) => Value::Boolean(all[row]),
            Values::Date(all) => Value::Date(all[row]),
        }
    }
}

/// The place of each value among all different ones; and how many there are.
pub(super) fn ranks<T: Ord>(values: impl Iterator<Item = T> + Clone) -> (Vec<u64>, u64) {
    let mut different: Vec<T> = values.clone().collect();
    different.sort_unstable();
    different.dedup();
    let place = |value: T| different.partition_point(|other| *other < value) as u64;
    (values.map(place).collect(), different.len() as u64)
}

//! Two tables held against each other: rows by key, then column by column.

use super::values::{Values, ranks};

/// Columns of a table as they stand in a file.
#[derive(Clone, Debug, Default)]
pub struct Frame {
    /// Name and values of each, in the order of the file.
    pub columns: Vec<(String, Values)>,
    /// Number of rows.
    pub height: usize,
}

/// By how much two doubles may differ and still be the same; 0 and 0: not at all.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Tolerance {
    /// Difference that is allowed.
    pub absolute: f64,
    /// Difference that is allowed, as a share of the larger of the two.
    pub relative: f64,
}

/// Which rows of two tables have the same key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Aligned {
    /// Rows of both, in order of the key. Where a key stands several times, its rows are paired in their order.
    pub both: Vec<(usize, usize)>,
    /// Rows that only the first has.
    pub removed: Vec<usize>,
    /// Rows that only the second has.
    pub added: Vec<usize>,
}

impl Frame {
    /// A column by name.
    pub fn column(&self, name: &str) -> Option<&Values> {
        let found = self.columns.iter().find(|(own, _)| own == name);
        found.map(|(_, values)| values)
    }
}

impl Tolerance {
    /// Whether two doubles count as the same.
    pub fn allows(self, one: f64, other: f64) -> bool {
        if one == other || one.to_bits() == other.to_bits() {
            return true;
        }
        let largest = one.abs().max(other.abs());
        (one - other).abs() <= self.absolute.max(self.relative * largest)
    }
}

/// Pairs the rows of two tables by their key. None: there is no key, or one of them lacks a column of it or has it with another
/// type.
pub fn align(one: &Frame, other: &Frame, key: &[impl AsRef<str>]) -> Option<Aligned> {
    if key.is_empty() {
        return None;
    }
    // The places of a row's values among all different ones of both tables are the digits of one number, as where rows are sorted.
    let mut places = vec![0_u64; one.height + other.height];
    let mut different = 1_u64;
    for name in key {
        let (first, second) = (one.column(name.as_ref())?, other.column(name.as_ref())?);
        if first.kind() != second.kind() {
            return None;
        }
        let mut both = first.clone();
        both.append(second);
        let (column, in_column) = both.ranks();
        if different.checked_mul(in_column).is_none() {
            (places, different) = ranks(places.iter().copied());
        }
        for (place, own) in places.iter_mut().zip(column) {
            *place = *place * in_column + own;
        }
        different = different.saturating_mul(in_column);
    }
    let (first, second) = places.split_at(one.height);
    Some(merge(first, second))
}

fn merge(one: &[u64], other: &[u64]) -> Aligned {
    let ordered = |places: &[u64]| {
        let mut order: Vec<usize> = (0..places.len()).collect();
        if !places.is_sorted() {
            order.sort_by_key(|row| places[*row]);
        }
        order
    };
    let (mut first, mut second) = (
        ordered(one).into_iter().peekable(),
        ordered(other).into_iter().peekable(),
    );
    let mut aligned = Aligned::default();
    loop {
        match (first.peek(), second.peek()) {
            (Some(&a), Some(&b)) if one[a] == other[b] => {
                aligned.both.push((a, b));
                first.next();
                second.next();
            }
            (Some(&a), Some(&b)) if one[a] > other[b] => {
                aligned.added.push(b);
                second.next();
            }
            (Some(&a), _) => {
                aligned.removed.push(a);
                first.next();
            }
            (None, Some(&b)) => {
                aligned.added.push(b);
                second.next();
            }
            (None, None) => return aligned,
        }
    }
}

/// Pairs of rows in which a column has another value. None: it is of another type.
pub fn changed(
    one: &Values,
    other: &Values,
    both: &[(usize, usize)],
    tolerance: Tolerance,
) -> Option<Vec<(usize, usize)>> {
    let same = |one: Option<f64>, other: Option<f64>| match (one, other) {
        (Some(one), Some(other)) => tolerance.allows(one, other),
        (None, None) => true,
        _ => false,
    };
    let differing = |differs: &dyn Fn(usize, usize) -> bool| {
        let pairs = both.iter().copied();
        Some(pairs.filter(|&(a, b)| differs(a, b)).collect())
    };
    match (one, other) {
        (Values::Text(one), Values::Text(other)) => differing(&|a, b| one.get(a) != other.get(b)),
        (Values::Integer(one), Values::Integer(other)) => differing(&|a, b| one.get(a) != other.get(b)),
        (Values::Real(one), Values::Real(other)) => differing(&|a, b| !same(one.get(a), other.get(b))),
        (Values::Boolean(one), Values::Boolean(other)) => differing(&|a, b| one[a] != other[b]),
        (Values::Date(one), Values::Date(other)) => differing(&|a, b| one[a] != other[b]),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn frame(keys: &[(Option<&str>, i64)]) -> Frame {
        Frame {
            columns: vec![
                ("a".into(), Values::Text(keys.iter().map(|(text, _)| *text).collect())),
                (
                    "n".into(),
                    Values::Integer(keys.iter().map(|(_, n)| Some(*n)).collect()),
                ),
            ],
            height: keys.len(),
        }
    }

    #[test]
    fn rows_are_paired_by_their_key_whatever_their_order() {
        let one = frame(&[(Some("b"), 2), (None, 1), (Some("a"), 1), (Some("b"), 2)]);
        let other = frame(&[(Some("c"), 1), (Some("a"), 1), (None, 1), (Some("b"), 2)]);
        let found = align(&one, &other, &["a", "n"]).unwrap();
        assert_eq!(found.both, [(1, 2), (2, 1), (0, 3)]);
        assert_eq!((found.removed, found.added), (vec![3], vec![0]));
        assert_eq!(align(&one, &other, &["a", "none"]), None);
        assert_eq!(align(&one, &other, &[] as &[&str]), None);
        let mut retyped = other.clone();
        retyped.columns[1].1 = Values::Real([None; 4].into_iter().collect());
        assert_eq!(align(&one, &retyped, &["n"]), None);
    }

    #[test]
    fn doubles_may_differ_by_what_is_allowed_and_nulls_by_nothing() {
        let tolerance = |absolute, relative| Tolerance { absolute, relative };
        for (one, other, allowed, same) in [
            (1.0, 1.0 + f64::EPSILON, tolerance(0.0, 0.0), false),
            (1.0, 1.0 + f64::EPSILON, tolerance(0.0, 1e-12), true),
            (1e9, 1e9 + 1.0, tolerance(0.5, 0.0), false),
            (1e9, 1e9 + 1.0, tolerance(0.5, 1e-8), true),
            (0.0, 0.5, tolerance(0.5, 0.0), true),
            (0.0, 0.5, tolerance(0.0, 0.1), false),
            (f64::NAN, f64::NAN, tolerance(0.0, 0.0), true),
            (f64::NAN, 1.0, tolerance(9.0, 9.0), false),
            (0.0, -0.0, tolerance(0.0, 0.0), true),
        ] {
            assert_eq!(allowed.allows(one, other), same, "{one} {other} {allowed:?}");
        }
        let reals = |all: &[Option<f64>]| Values::Real(all.iter().copied().collect());
        let found = changed(
            &reals(&[None, Some(0.0), None]),
            &reals(&[None, None, Some(0.0)]),
            &[(0, 0), (1, 1), (2, 2)],
            tolerance(9.0, 9.0),
        );
        assert_eq!(found, Some(vec![(1, 1), (2, 2)]));
        assert_eq!(
            changed(&reals(&[]), &Values::Date(vec![]), &[], tolerance(0.0, 0.0)),
            None
        );
    }

    proptest! {
        #[test]
        fn each_row_is_paired_or_on_one_side(
            one in prop::collection::vec((prop::option::of("[ab]{0,2}"), -2_i64..3), 0..30),
            other in prop::collection::vec((prop::option::of("[ab]{0,2}"), -2_i64..3), 0..30),
        ) {
            let keys = |rows: &[(Option<String>, i64)]| -> Frame {
                frame(&rows.iter().map(|(text, n)| (text.as_deref(), *n)).collect::<Vec<_>>())
            };
            let found = align(&keys(&one), &keys(&other), &["a", "n"]).unwrap();
            prop_assert!(found.both.iter().all(|&(a, b)| one[a] == other[b]));
            let mut first: Vec<usize> = found.both.iter().map(|pair| pair.0).chain(found.removed.iter().copied()).collect();
            first.sort();
            prop_assert_eq!(first, (0..one.len()).collect::<Vec<_>>());
            prop_assert_eq!(found.both.len() + found.added.len(), other.len());
            prop_assert!(found.removed.iter().all(|&a| found.added.iter().all(|&b| one[a] != other[b])));
        }
    }
}

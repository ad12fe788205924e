//! Looking up ascending codes by going along others.

use std::cmp::Ordering;
use std::iter::Peekable;

/// Looks up ascending codes among others by going along them.
pub(super) struct Follow<I: Iterator> {
    rest: Peekable<I>,
}

impl<K: AsRef<str>, V: Copy, I: Iterator<Item = (K, V)>> Follow<I> {
    /// Among ascending codes, each with a value.
    pub(super) fn new(all: impl IntoIterator<IntoIter = I>) -> Self {
        Follow {
            rest: all.into_iter().peekable(),
        }
    }

    /// The value of a code that is no lower than the one asked for before.
    pub(super) fn at(&mut self, code: &str) -> Option<V> {
        loop {
            let (key, value) = self.rest.peek()?;
            match key.as_ref().cmp(code) {
                Ordering::Less => drop(self.rest.next()),
                Ordering::Equal => return Some(*value),
                Ordering::Greater => return None,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn ascending_codes_are_found_by_going_along_the_map() {
        let map: BTreeMap<String, u8> = [("11", 1), ("13", 3), ("1301", 4), ("15", 5)]
            .map(|(code, value)| (code.to_owned(), value))
            .into();
        let mut follow = Follow::new(&map);
        for (code, found) in [
            ("10", None),
            ("11", Some(1)),
            ("12", None),
            ("1301", Some(4)),
            ("1301", Some(4)),
            ("15", Some(5)),
            ("16", None),
        ] {
            assert_eq!(follow.at(code).copied(), found, "{code}");
        }
    }
}

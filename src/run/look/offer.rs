//! What is offered in place of an unknown name.

use crate::domain::near_names;

/// What is offered in place of an unknown name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Offer {
    /// The names that look like it, the best first.
    Near(Vec<String>),
    /// None looks like it: all there are; none where they are too many to read.
    Known(Vec<String>),
}

impl Offer {
    /// Names that look alike, and names that are listed, at most.
    const MOST: (usize, usize) = (3, 12);

    pub(in crate::run) fn new<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> Offer {
        let known: Vec<&str> = known.into_iter().collect();
        let names = |names: Vec<&str>| names.into_iter().map(str::to_owned).collect();
        let mut near = near_names(given, known.iter().copied());
        if near.is_empty() {
            let is_short = known.len() <= Offer::MOST.1;
            return Offer::Known(if is_short { names(known) } else { Vec::new() });
        }
        near.truncate(Offer::MOST.0);
        Offer::Near(names(near))
    }

    /// The same; where none looks alike, all there are, however many.
    pub(super) fn of_all<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> Offer {
        let known: Vec<&str> = known.into_iter().collect();
        match Offer::new(given, known.iter().copied()) {
            Offer::Known(_) => Offer::Known(known.into_iter().map(str::to_owned).collect()),
            near => near,
        }
    }

    /// The same with each name told in another way.
    pub(super) fn map(self, told: impl Fn(String) -> String) -> Offer {
        let all = |names: Vec<String>| {
            let mut told: Vec<String> = names.into_iter().map(&told).collect();
            told.dedup();
            told
        };
        match self {
            Offer::Near(names) => Offer::Near(all(names)),
            Offer::Known(names) => Offer::Known(all(names)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_near_is_offered_else_a_short_list() {
        let offer = |given: &str, known: &[&str]| Offer::new(given, known.iter().copied());
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let known = ["households", "area"];
        assert_eq!(offer("housholds", &known), Offer::Near(names(&["households"])));
        assert_eq!(offer("nope", &known), Offer::Known(names(&known)));
        let codes: Vec<String> = (110_101..110_200).map(|code| code.to_string()).collect();
        let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
        assert_eq!(offer("x", &codes), Offer::Known(Vec::new()));
    }
}

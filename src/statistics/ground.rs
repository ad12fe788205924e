//! Where the ground of an area lies: whole in one place, or, on constant boundaries, in lots among several.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::civil::Date;

use super::places::{Place, Places};
use crate::domain::Fraction;
use crate::registry::{Crosswalk, Piece};

/// A share of something that lies among others; of several nobody knows how much of it each has.
#[derive(Clone, Debug)]
pub(super) struct Lot<T> {
    pub(super) share: Fraction,
    /// At least one.
    pub(super) among: Vec<T>,
}

/// An area of the chosen day: its code, and where it lies.
pub(super) type Here<'a> = (&'a str, &'a Place);

/// The ground of an area.
#[derive(Clone, Copy)]
pub(super) enum Ground<'a> {
    Whole(&'a Place),
    /// Together all of it.
    Lots(&'a [Lot<Here<'a>>]),
}

/// How much of something lies in a scope, group or area.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Shares {
    /// Known to lie in it.
    pub(super) known: Fraction,
    /// May lie in it, or in part.
    pub(super) open: Fraction,
}

const ALL: Shares = Shares {
    known: Fraction::ONE,
    open: Fraction::ZERO,
};

const NONE: Shares = Shares {
    known: Fraction::ZERO,
    open: Fraction::ZERO,
};

impl Shares {
    /// Whether a part of it is known to lie here, and another elsewhere.
    pub(super) fn is_allocated(self) -> bool {
        self.known != Fraction::ZERO && self.known != Fraction::ONE
    }
}

/// Tells each label how much of the lots it has: known are those of which every place has the label, open those of which only some do. The
/// labels of one place differ.
pub(super) fn spread<T, L: Ord, I: Iterator<Item = L>>(
    lots: &[Lot<T>],
    labels: impl Fn(&T) -> I,
    mut each: impl FnMut(L, Shares),
) {
    if let [lot] = lots
        && let [place] = lot.among.as_slice()
    {
        labels(place).for_each(|label| each(label, ALL));
        return;
    }
    let mut all: BTreeMap<L, Shares> = BTreeMap::new();
    for lot in lots {
        let mut holders: BTreeMap<L, usize> = BTreeMap::new();
        for label in lot.among.iter().flat_map(&labels) {
            *holders.entry(label).or_default() += 1;
        }
        for (label, held) in holders {
            let shares = all.entry(label).or_insert(NONE);
            let to = if held == lot.among.len() {
                &mut shares.known
            } else {
                &mut shares.open
            };
            *to = to
                .plus(lot.share)
                .expect("shares of a common denominator of 64 bits add up");
        }
    }
    all.into_iter().for_each(|(label, shares)| each(label, shares));
}

impl<'a> Ground<'a> {
    /// Every place in which some of it may lie.
    pub(super) fn places(self) -> impl Iterator<Item = &'a Place> {
        let (whole, lots) = match self {
            Ground::Whole(place) => (Some(place), [].as_slice()),
            Ground::Lots(lots) => (None, lots),
        };
        let of_lots = lots.iter().flat_map(|lot| lot.among.iter().map(|(_, place)| *place));
        whole.into_iter().chain(of_lots)
    }

    /// As [`spread`].
    pub(super) fn spread<L: Ord, I: Iterator<Item = L>>(
        self,
        labels: impl Fn(&Place) -> I,
        mut each: impl FnMut(L, Shares),
    ) {
        match self {
            Ground::Whole(place) => labels(place).for_each(|label| each(label, ALL)),
            Ground::Lots(lots) => spread(lots, |(_, place)| labels(place), each),
        }
    }
}

/// The ground of the areas of one reference date among those of the chosen day.
pub(super) struct Grounds<'a> {
    /// The chosen day.
    pub(super) day: Date,
    /// Where the areas of that day lie.
    pub(super) places: &'a Places,
    /// Where those of the reference date lay.
    pub(super) reference: &'a Places,
    /// By code of an area of the reference date.
    lots: HashMap<&'a str, Vec<Lot<Here<'a>>>>,
    /// A common denominator of all shares: in so many parts of a unit what they allocate is an integer.
    pub(super) parts: i128,
}

/// Codes of the areas of the chosen day in which the areas of a reference date lie, or may.
pub(super) fn targets<'a>(reference: &Places, crosswalk: &'a Crosswalk) -> BTreeSet<&'a str> {
    let pieces = reference.areas.keys().flat_map(|code| crosswalk.pieces(code));
    pieces
        .flat_map(|piece| piece.among.iter().map(String::as_str))
        .collect()
}

impl<'a> Grounds<'a> {
    /// `places` has all of [`targets`]. Shares whose common denominator leaves 64 bits are as if nobody knew them.
    pub(super) fn new(day: Date, reference: &'a Places, crosswalk: &'a Crosswalk, places: &'a Places) -> Grounds<'a> {
        let mut parts = 1;
        let here = |code: &'a String| {
            places
                .areas
                .get_key_value(code)
                .map(|(code, place)| (code.as_str(), place))
        };
        let lot = |share: Fraction, pieces: &mut dyn Iterator<Item = &'a Piece>| Lot {
            share,
            among: (pieces.flat_map(|piece| &piece.among).filter_map(here))
                .collect::<BTreeMap<_, _>>()
                .into_iter()
                .collect(),
        };
        let mut lots = HashMap::new();
        for code in reference.areas.keys() {
            let pieces = || {
                let all = crosswalk.pieces(code).iter();
                all.filter(|piece| piece.share != Fraction::ZERO)
            };
            let of_area: Vec<Lot<Here>> = match pieces().try_fold(parts, |parts, piece| piece.share.common(parts)) {
                Some(common) => {
                    parts = common;
                    pieces()
                        .map(|piece| lot(piece.share, &mut [piece].into_iter()))
                        .collect()
                }
                None => {
                    tracing::warn!(area = %code, "its shares have no common denominator of 64 bits with those of other areas: they count as unknown");
                    vec![lot(Fraction::ONE, &mut pieces())]
                }
            };
            lots.insert(code.as_str(), of_area);
        }
        Grounds {
            day,
            places,
            reference,
            lots,
            parts,
        }
    }

    /// The ground of an area of the reference date; None of others.
    pub(super) fn of(&'a self, code: &str) -> Option<Ground<'a>> {
        let lots = self.lots.get(code)?;
        Some(match lots.as_slice() {
            [lot] if lot.among.len() == 1 => Ground::Whole(lot.among[0].1),
            lots => Ground::Lots(lots),
        })
    }

    /// Whether a place of the chosen day is that of an area above the level which an area of the reference date had.
    pub(super) fn is_above(&self, place: &Place, code: &str) -> bool {
        (self.reference.areas.get(code)).is_some_and(|before| place.level < before.level)
    }

    /// Its lots, with the codes of the areas.
    pub(super) fn lots(&self, code: &str) -> &[Lot<Here<'a>>] {
        self.lots.get(code).map_or(&[], Vec::as_slice)
    }
}

//! The figure of what an area or a group has where nobody knows how much of something lies in it.

use super::Reason;
use super::figure::{Bounds, Figure, Reporting, Scale, known};
use super::lack::ratio_with;

impl Scale<'_> {
    /// As [`Scale::figure_of`]. Where something is open, numerator and denominator or what is missing, there is no value, and its bounds
    /// hold every amount of it. `open` is in the units of the measures, like the amounts.
    pub(super) fn figure_with_open(
        &self,
        (rows, amounts): (i64, (f64, f64)),
        open: (f64, f64),
        reporting: &Reporting,
    ) -> Figure {
        if open == (0.0, 0.0) && reporting.open_missing.known == Ok(0.0) {
            return self.figure_of((rows, amounts), reporting);
        }
        Figure {
            bounds: self.open_bounds(amounts, open, reporting),
            ..Figure::none(Reason::ShareUnknown)
        }
    }

    fn open_bounds(&self, amounts: (f64, f64), open: (f64, f64), reporting: &Reporting) -> Bounds {
        let missing = reporting.missing.between?;
        let (_, open_missing) = reporting.open_missing.between?;
        let (numerator, denominator) = known(amounts)?;
        if [missing.0, missing.1, open_missing].iter().any(|one| one.is_nan()) {
            return Err(Reason::TooLarge);
        }
        let open = known(open)?;
        if denominator < 0.0 || open.1 < 0.0 {
            return Err(Reason::NegativeDenominator);
        }
        let factor = self.indicator.factor;
        let (lowest, highest) = self.indicator.plausible.ok_or(Reason::NoPlausible)?;
        let bounds = OpenBounds {
            known: (numerator * factor, denominator),
            missing,
            open: (open.0 * factor, open.1),
            open_missing,
        };
        bounds.of((lowest, highest))
    }
}

/// What bounds follow from, in the indicator's unit: pairs are numerator and denominator.
struct OpenBounds {
    known: (f64, f64),
    /// The least and the most that the denominator of what is missing here may be.
    missing: (f64, f64),
    /// What may lie here, or in part.
    open: (f64, f64),
    /// The most that the denominator of what is missing and may lie here, or in part, may be.
    open_missing: f64,
}

impl OpenBounds {
    /// Lowest and highest ratio, if every part of what is open has a plausible one, here and elsewhere.
    ///
    /// For the upper bound a part of denominator d of what is open has at most the numerator highest · d, and leaves elsewhere at least
    /// lowest for each other unit: the numerators that it can have rise with d by `highest` at first and by `lowest` then. Ratios of such
    /// sums are extreme where the slope changes or at an end, and with the least or the most that is missing. The lower bound is the same the other way round.
    ///
    /// # Errors
    /// There may be no denominator at all, or so little that what is known of the numerator exceeds every ratio.
    fn of(&self, (lowest, highest): (f64, f64)) -> Bounds {
        if self.known.1 + self.missing.0 == 0.0 && self.known.0 != 0.0 {
            return Err(Reason::NumeratorWithoutDenominator);
        }
        let (whole, size) = self.open;
        let width = highest - lowest;
        let steep = |at: f64| {
            if width > 0.0 {
                (at / width).clamp(0.0, size)
            } else {
                size
            }
        };
        let ratios = |slope: f64, length: f64| {
            let (numerator, denominator) = self.known;
            let with = move |missing: f64, (more, size): (f64, f64)| {
                let known = (numerator + more, denominator + size);
                (known.1 + missing > 0.0).then(|| ratio_with(known, missing, slope))
            };
            let of = move |missing: f64| {
                let all = missing + self.open_missing;
                let bend = (slope * length, length);
                [with(missing, (0.0, 0.0)), with(all, bend), with(all, (whole, size))]
            };
            [self.missing.0, self.missing.1].into_iter().flat_map(of).flatten()
        };
        let upper = ratios(highest, steep(whole - lowest * size)).reduce(f64::max);
        let lower = ratios(lowest, steep(highest * size - whole)).reduce(f64::min);
        lower.zip(upper).ok_or(Reason::DenominatorZero)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn bounds(known: (f64, f64), missing: f64, open: (f64, f64), open_missing: f64) -> Bounds {
        between(known, (missing, missing), open, open_missing)
    }

    fn between(known: (f64, f64), missing: (f64, f64), open: (f64, f64), open_missing: f64) -> Bounds {
        let bounds = OpenBounds {
            known,
            missing,
            open,
            open_missing,
        };
        bounds.of((0.0, 1.0))
    }

    #[test]
    fn a_part_has_nothing_or_all_of_what_is_open() {
        // Of 6 in 10, at most 6 of 6 come to 1 in 2, and at least 0 of 4.
        assert_eq!(bounds((1.0, 2.0), 0.0, (6.0, 10.0), 0.0), Ok((1.0 / 6.0, 7.0 / 8.0)));
        assert_eq!(bounds((0.0, 0.0), 0.0, (6.0, 10.0), 0.0), Ok((0.0, 1.0)));
        // What is missing has the ends of the bracket, here for certain, there perhaps.
        assert_eq!(bounds((1.0, 2.0), 2.0, (0.0, 0.0), 0.0), Ok((0.25, 0.75)));
        assert_eq!(bounds((1.0, 2.0), 0.0, (0.0, 0.0), 2.0), Ok((0.25, 0.75)));
        assert_eq!(bounds((0.0, 0.0), 0.0, (0.0, 0.0), 0.0), Err(Reason::DenominatorZero));
        // With little enough of what is open, three over it exceed every number; five that are missing keep them within limits.
        let unbounded = Err(Reason::NumeratorWithoutDenominator);
        assert_eq!(bounds((3.0, 0.0), 0.0, (6.0, 10.0), 0.0), unbounded);
        assert_eq!(between((3.0, 0.0), (0.0, 5.0), (6.0, 10.0), 0.0), unbounded);
        assert!(bounds((3.0, 0.0), 5.0, (6.0, 10.0), 0.0).is_ok());
        // Nothing limits what is missing, here or perhaps.
        let unlimited = between((1.0, 2.0), (0.0, f64::INFINITY), (6.0, 10.0), 0.0);
        assert_eq!(unlimited, Ok((0.0, 1.0)));
        assert_eq!(bounds((1.0, 2.0), 0.0, (6.0, 10.0), f64::INFINITY), Ok((0.0, 1.0)));
    }

    proptest! {
        #[test]
        fn no_plausible_part_lies_outside_and_one_lies_at_each_end(known in 1..20_i32, of in 0..20_i32, open in 0..20_i32, whole in 1..20_i32, missing in 0..4_i32, here in (0..3_i32, 0..3_i32)) {
            let (of, whole) = (known + of, open + whole);
            let pair = |one: i32, other: i32| (f64::from(one), f64::from(other));
            let (least, most) = (here.0, here.0 + here.1);
            let (lower, upper) = between(pair(known, of), pair(least, most), pair(open, whole), f64::from(missing)).unwrap();
            let (mut lowest, mut highest) = (f64::INFINITY, f64::NEG_INFINITY);
            for size in 0..=whole {
                for part in 0..=open.min(size) {
                    if open - part > whole - size {
                        continue;
                    }
                    for (lost, high) in (least..=missing + most).flat_map(|lost| (0..=lost).map(move |high| (lost, high))) {
                        let ratio = f64::from(known + part + high) / f64::from(of + size + lost);
                        (lowest, highest) = (lowest.min(ratio), highest.max(ratio));
                    }
                }
            }
            prop_assert!((lower - lowest).abs() < 1e-12 && (upper - highest).abs() < 1e-12, "{lower}..{upper} is not {lowest}..{highest}");
        }
    }
}

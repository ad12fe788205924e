//! The figure of an area or a group: numerator, denominator, value, and what the value could be. One rule for every table.

use super::Reason;
use super::lack::{Lack, ratio_with};
use super::reporters::Reporter;
use crate::domain::exact::{LOST, figure};
use crate::domain::{Portions, Sums};
use crate::pipeline::Indicator;

/// Lowest and highest possible value, in the indicator's unit.
pub(super) type Bounds = Result<(f64, f64), Reason>;

/// An indicator with the scales of its sums.
#[derive(Clone, Copy)]
pub struct Scale<'a> {
    pub(super) indicator: &'a Indicator,
    numerator: u32,
    denominator: u32,
    /// Parts of a unit that the sums count.
    parts: i128,
}

/// The reporters of an area or a group, and the denominator of what the figures lack of them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reporting {
    /// Those that owe the form, and those that have sent it all the same.
    senders: i64,
    pub(super) expected: i64,
    pub(super) reported: i64,
    pub(super) missing: Lack,
    /// What they lack and nobody knows whether it is lacking here.
    pub(super) open_missing: Lack,
    /// Whether something of any of them is not in the figures.
    pub(super) partial: bool,
    /// Something came that cannot count, of whatever denominator.
    has_unmatched: bool,
}

/// What is published of an area's or a group's ratio.
#[derive(Clone, Copy, Debug)]
pub(super) struct Figure {
    /// Numerator and denominator, in the units of their measures.
    pub(super) parts: Result<(f64, f64), Reason>,
    /// In the indicator's unit.
    pub(super) value: Result<f64, Reason>,
    pub(super) bounds: Bounds,
}

impl Default for Reporting {
    fn default() -> Reporting {
        Reporting {
            senders: 0,
            expected: 0,
            reported: 0,
            missing: Lack::NOTHING,
            open_missing: Lack::NOTHING,
            partial: false,
            has_unmatched: false,
        }
    }
}

impl Reporting {
    /// Adds a reporter, of which `missing` is lacking here.
    pub(super) fn add(&mut self, reporter: &Reporter, missing: Lack) {
        self.senders += 1;
        self.expected += i64::from(reporter.expected);
        self.reported += i64::from(reporter.reported);
        self.missing = self.missing.plus(missing);
        self.partial |= reporter.missing.partial;
        self.has_unmatched |= reporter.unmatched;
    }

    /// Adds what a reporter lacks here or elsewhere.
    pub(super) fn add_open(&mut self, missing: Lack) {
        self.open_missing = self.open_missing.plus(missing);
    }
}

impl Figure {
    /// Nothing, for one reason.
    pub(super) fn none(reason: Reason) -> Figure {
        Figure {
            parts: Err(reason),
            value: Err(reason),
            bounds: Err(reason),
        }
    }
}

impl<'a> Scale<'a> {
    /// `numerator`, `denominator`: 10^-scale turns the integers into the units of their measures.
    pub fn new(indicator: &'a Indicator, numerator: u32, denominator: u32) -> Scale<'a> {
        Scale {
            indicator,
            numerator,
            denominator,
            parts: 1,
        }
    }

    /// The same of sums that count parts of a unit.
    pub(super) fn in_parts(self, parts: i128) -> Scale<'a> {
        Scale { parts, ..self }
    }

    /// A sum in the unit of its measure. What comes to whole units is divided as integers, so that it is the same double as these.
    fn figure_in_parts(&self, sum: i128, scale: u32) -> f64 {
        match self.parts {
            1 => figure(sum, scale),
            parts if sum != LOST && sum % parts == 0 => figure(sum / parts, scale),
            parts => figure(sum, scale) / figure(parts, 0),
        }
    }

    /// The value of two sums, in the indicator's unit.
    ///
    /// # Errors
    /// The denominator is 0, or a sum leaves 128 bits.
    pub fn value(&self, numerator: i128, denominator: i128) -> Result<f64, Reason> {
        let parts = known((
            self.figure_in_parts(numerator, self.numerator),
            self.figure_in_parts(denominator, self.denominator),
        ))?;
        self.ratio(parts)
    }

    fn ratio(&self, parts: (f64, f64)) -> Result<f64, Reason> {
        match parts {
            (0.0, 0.0) => Err(Reason::DenominatorZero),
            (_, 0.0) => Err(Reason::NumeratorWithoutDenominator),
            (numerator, denominator) => Ok(numerator / denominator * self.indicator.factor),
        }
    }

    /// Numerator in the unit of its measure; NaN where the sum leaves 128 bits, as for the next two.
    pub(super) fn numerator(&self, sums: &Sums) -> f64 {
        self.figure_in_parts(sums.numerator, self.numerator)
    }

    /// Denominator in the unit of its measure.
    pub(super) fn denominator(&self, sums: &Sums) -> f64 {
        self.figure_in_parts(sums.denominator, self.denominator)
    }

    /// Exact shares of numerators, likewise.
    pub(super) fn numerator_of(&self, portions: Portions) -> f64 {
        portions.figure(self.numerator)
    }

    /// Exact shares of denominators, likewise.
    pub(super) fn denominator_of(&self, portions: Portions) -> f64 {
        portions.figure(self.denominator)
    }

    /// Denominator of the rows that count as unreported, likewise. What is refused may be negative; what is missing is not.
    pub(super) fn rest(&self, sums: &Sums) -> f64 {
        let rest = self.figure_in_parts(sums.rest, self.denominator);
        if rest < 0.0 { 0.0 } else { rest }
    }

    /// Numerator ÷ denominator in the units of their measures, 0 over nothing; NaN where a sum leaves 128 bits.
    pub(super) fn quotient(&self, numerator: i128, denominator: i128) -> f64 {
        if denominator == 0 {
            return 0.0;
        }
        self.figure_in_parts(numerator, self.numerator) / self.figure_in_parts(denominator, self.denominator)
    }

    /// The figure of sums, and of the reporters that they come from.
    pub(super) fn figure(&self, sums: &Sums, reporting: &Reporting) -> Figure {
        let amounts = (self.numerator(sums), self.denominator(sums));
        self.figure_of((sums.rows, amounts), reporting)
    }

    /// The same of numerator and denominator in the units of their measures, and of the records behind them.
    pub(super) fn figure_of(&self, (rows, amounts): (i64, (f64, f64)), reporting: &Reporting) -> Figure {
        let parts = parts((rows, amounts), reporting);
        let value = parts.and_then(|parts| self.ratio(parts));
        let bounds = match parts {
            Err(Reason::NoUnits) => Err(Reason::NoUnits),
            _ => self.bounds(amounts, reporting, value),
        };
        Figure { parts, value, bounds }
    }

    /// (Σ_R num + lo|hi · Σ_M den) / Σ den: the value if all that is missing were as low, and as high, as is plausible. Manski
    /// 1990.
    fn bounds(&self, amounts: (f64, f64), reporting: &Reporting, value: Result<f64, Reason>) -> Bounds {
        let (least, most) = reporting.missing.between?;
        let amounts = known(amounts)?;
        if least.is_nan() || most.is_nan() {
            return Err(Reason::TooLarge);
        }
        if (least, most) == (0.0, 0.0) {
            return value.map(|value| (value, value));
        }
        bounds_of(self.indicator, amounts, (least, most))
    }
}

/// Status of an observation, after SDMX: A nothing is missing, P something is, E nothing is and a part is allocated, O there is no value, M there
/// cannot be one.
pub(super) fn status(figure: &Figure, reporting: &Reporting, is_allocated: bool) -> &'static str {
    match figure.value {
        Ok(_) if reporting.partial => "P",
        Ok(_) if is_allocated => "E",
        Ok(_) => "A",
        Err(Reason::DenominatorZero | Reason::NumeratorWithoutDenominator) if reporting.missing.known == Ok(0.0) => "M",
        Err(_) => "O",
    }
}

/// Status of what is made of several figures, after SDMX: with a value, that of the one of which least is known.
pub(super) fn joint_status<'s>(has_value: bool, statuses: impl Iterator<Item = &'s str> + Clone) -> &'static str {
    let has = |status: &str| statuses.clone().any(|own| own == status);
    let (decisive, other): (&[&'static str], _) = if has_value { (&["P", "E"], "A") } else { (&["M"], "O") };
    let first = decisive.iter().find(|status| has(status));
    first.copied().unwrap_or(other)
}

/// Bounds of what is known, numerator and denominator, where the denominator of what is missing lies between `least` and `most`.
///
/// With all that is missing at one ratio, the figure moves one way only as its denominator grows: its extremes lie at the ends of the bracket.
fn bounds_of(indicator: &Indicator, (numerator, denominator): (f64, f64), (least, most): (f64, f64)) -> Bounds {
    let (lowest, highest) = indicator.plausible.ok_or(Reason::NoPlausible)?;
    if denominator + most <= 0.0 {
        return Err(if denominator < 0.0 {
            Reason::NegativeDenominator
        } else {
            Reason::DenominatorZero
        });
    }
    if denominator + least <= 0.0 {
        // The whole may be as near to 0 as one likes: then only where nothing is known does the figure keep within limits.
        return match (numerator, denominator) {
            (0.0, 0.0) => Ok((lowest, highest)),
            (_, 0.0) => Err(Reason::NumeratorWithoutDenominator),
            _ => Err(Reason::NegativeDenominator),
        };
    }
    let known = (numerator * indicator.factor, denominator);
    let ends = |ratio| [least, most].map(|missing| ratio_with(known, missing, ratio));
    let ([lower, other_lower], [upper, other_upper]) = (ends(lowest), ends(highest));
    Ok((lower.min(other_lower), upper.max(other_upper)))
}

/// Zero and missing are different things: a sum of 0 stands where records say so, or where all that is owed is known to hold nothing.
fn parts((rows, amounts): (i64, (f64, f64)), reporting: &Reporting) -> Result<(f64, f64), Reason> {
    let nothing_came = rows == 0;
    if nothing_came && reporting.senders == 0 {
        return Err(Reason::NoUnits);
    }
    if nothing_came && (reporting.missing.known != Ok(0.0) || reporting.has_unmatched) {
        let nobody_reported = reporting.expected > 0 && reporting.reported == 0;
        return Err(if nobody_reported {
            Reason::NotReported
        } else {
            Reason::NothingKnown
        });
    }
    known(amounts)
}

/// Both, where their sums fit 128 bits.
pub(super) fn known((numerator, denominator): (f64, f64)) -> Result<(f64, f64), Reason> {
    if numerator.is_nan() || denominator.is_nan() {
        return Err(Reason::TooLarge);
    }
    Ok((numerator, denominator))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::statistics::judgement::is_sign_identified;
    use crate::statistics::tests::indicator;

    /// Numerator and denominator that are known, and denominators of areas of which nothing came, with a place of each within the range.
    type Side = ((f64, f64), Vec<(f64, f64)>);

    fn side() -> impl Strategy<Value = Side> {
        let known = (0.0..=1.0_f64, 1.0..100.0_f64).prop_map(|(part, whole)| (part * whole, whole));
        (known, prop::collection::vec((0.1..50.0_f64, 0.0..=1.0_f64), 0..5))
    }

    fn value(known: (f64, f64)) -> f64 {
        known.0 / known.1 * 100.0
    }

    /// The value once what is missing has come, with ratios at these places of the range.
    fn completed((known, missing): &Side, (low, high): (f64, f64), place: impl Fn(f64) -> f64) -> f64 {
        let add = |(numerator, denominator): (f64, f64), (weight, part): &(f64, f64)| {
            let ratio = (low + (high - low) * place(*part)) / 100.0;
            (numerator + ratio * weight, denominator + weight)
        };
        value(missing.iter().fold(*known, add))
    }

    fn bounds((known, missing): &Side, plausible: (f64, f64)) -> (f64, f64) {
        let missing = missing.iter().map(|(weight, _)| weight).sum();
        bounds_of(&indicator(plausible), *known, (missing, missing)).unwrap()
    }

    proptest! {
        /// Known ratios may lie outside the plausible range, and so may a value outside its bounds.
        #[test]
        fn bounds_hold_every_completion_and_are_reached(side in side(), low in 0.0..60.0_f64, wide in 0.0..40.0_f64) {
            let range = (low, low + wide);
            let (lower, upper) = bounds(&side, range);
            let within = completed(&side, range, |part| part);
            prop_assert!(lower - 1e-9 <= within && within <= upper + 1e-9);
            prop_assert!((completed(&side, range, |_| 0.0) - lower).abs() < 1e-9);
            prop_assert!((completed(&side, range, |_| 1.0) - upper).abs() < 1e-9);
        }

        #[test]
        fn no_completion_turns_an_identified_sign(a in side(), b in side(), low in 0.0..60.0_f64, wide in 0.0..40.0_f64) {
            let range = (low, low + wide);
            let gap = value(a.0) - value(b.0);
            let ((low_a, high_a), (low_b, high_b)) = (bounds(&a, range), bounds(&b, range));
            if is_sign_identified(Some(gap), (low_a - high_b, high_a - low_b)) {
                for place in [|part| part, |_| 0.0, |_| 1.0] {
                    let other = completed(&a, range, place) - completed(&b, range, |part| 1.0 - place(part));
                    prop_assert!(other * gap > 0.0, "{gap} becomes {other}");
                }
            }
        }
    }

    #[test]
    fn refused_rows_below_0_lack_nothing_and_what_is_too_large_stays_unknown() {
        let (indicator, rest) = (indicator((0.0, 100.0)), |rest| Sums {
            rest,
            ..Sums::default()
        });
        let scale = Scale::new(&indicator, 0, 0);
        assert_eq!((scale.rest(&rest(-5)), scale.rest(&rest(7))), (0.0, 7.0));
        assert!(scale.rest(&rest(LOST)).is_nan());
    }

    #[test]
    fn a_gap_on_the_other_side_of_0_than_its_bounds_has_no_sign_of_its_own() {
        // 90 of 100 and 900 missing, against 70 of 100; at most 60 are plausible.
        let (a, b) = (((90.0, 100.0), vec![(900.0, 0.0)]), ((70.0, 100.0), Vec::new()));
        let ((low, high), (b, _)) = (bounds(&a, (0.0, 60.0)), bounds(&b, (0.0, 60.0)));
        assert_eq!((low - b, high - b), (-61.0, -7.0));
        assert!(!is_sign_identified(Some(20.0), (-61.0, -7.0)));
        assert!(is_sign_identified(None, (-61.0, -7.0)));
    }
}

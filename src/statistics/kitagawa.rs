//! A gap split into what differs in make-up and what differs in level.

use super::Reason;
use super::summation::sum;

/// Numerator and denominator of one stratum on both sides of a gap.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Stratum {
    /// Numerator and denominator of a.
    pub a: (f64, f64),
    /// Numerator and denominator of b.
    pub b: (f64, f64),
}

/// The two effects, in plain ratios; their sum is a's ratio − b's ratio.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Effects {
    /// Σ (p_a − p_b)(r_a + r_b)/2: a and b are made up of different strata.
    pub mix: f64,
    /// Σ (r_a − r_b)(p_a + p_b)/2: they differ within strata.
    pub rate: f64,
}

impl Effects {
    /// In the unit of an indicator with this factor; of a side that is taken away the factor has the other sign.
    pub(super) fn times(self, factor: f64) -> Effects {
        Effects {
            mix: self.mix * factor,
            rate: self.rate * factor,
        }
    }
}

/// How many strata are compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    /// Strata with a denominator on either side.
    pub(super) strata: i64,
    /// Those of them with a denominator on one side alone, which borrow the ratio of the other.
    pub(super) borrowed: i64,
}

impl Counts {
    pub(super) fn of<'s>(strata: impl Iterator<Item = &'s Stratum>) -> Counts {
        let mut counts = Counts::default();
        for of in strata {
            let (a, b) = (of.a.1 != 0.0, of.b.1 != 0.0);
            counts.strata += i64::from(a || b);
            counts.borrowed += i64::from(a != b);
        }
        counts
    }
}

/// The ratios of strata on both sides. A stratum absent from one side borrows the other's; one absent from both has none.
pub(super) struct Rates(Vec<Option<(f64, f64)>>);

impl Rates {
    /// # Errors
    /// A side without denominator, or a numerator over a denominator of 0.
    pub(super) fn new(strata: &[Stratum]) -> Result<Rates, Reason> {
        let sides = || strata.iter().flat_map(|s| [s.a, s.b]);
        if sides().any(|(numerator, denominator)| denominator == 0.0 && numerator != 0.0) {
            return Err(Reason::NumeratorWithoutDenominator);
        }
        if total(strata, |s| s.a) == 0.0 || total(strata, |s| s.b) == 0.0 {
            return Err(Reason::DenominatorZero);
        }
        let rate = |(numerator, denominator): (f64, f64)| (denominator != 0.0).then(|| numerator / denominator);
        let both = |s: &Stratum| Some((rate(s.a).or(rate(s.b))?, rate(s.b).or(rate(s.a))?));
        Ok(Rates(strata.iter().map(both).collect()))
    }

    /// Position of each stratum that has ratios, and these.
    pub(super) fn each(&self) -> impl Iterator<Item = (usize, (f64, f64))> {
        let all = self.0.iter().enumerate();
        all.filter_map(|(at, rates)| Some((at, (*rates)?)))
    }
}

/// Sum of the denominators of a side.
fn total(strata: &[Stratum], side: fn(&Stratum) -> (f64, f64)) -> f64 {
    sum(strata.iter().map(|s| side(s).1))
}

/// Mix and rate over strata; a stratum absent from one side borrows the other's rate. Kitagawa 1955.
///
/// # Errors
/// A side without denominator, or a numerator over a denominator of 0.
pub fn decompose(strata: &[Stratum]) -> Result<Effects, Reason> {
    let rates = Rates::new(strata)?;
    let (total_a, total_b) = (total(strata, |s| s.a), total(strata, |s| s.b));
    let term = |(at, (r_a, r_b)): (usize, (f64, f64))| {
        let (p_a, p_b) = (strata[at].a.1 / total_a, strata[at].b.1 / total_b);
        ((p_a - p_b) * (r_a + r_b) / 2.0, (r_a - r_b) * (p_a + p_b) / 2.0)
    };
    Ok(Effects {
        mix: sum(rates.each().map(|of| term(of).0)),
        rate: sum(rates.each().map(|of| term(of).1)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_absent_stratum_borrows_the_rate_and_so_is_all_mix() {
        // a is all town at ½, b half town at ½ and half village at 0: the gap ¼ comes from make-up alone.
        let strata = [
            Stratum {
                a: (5.0, 10.0),
                b: (5.0, 10.0),
            },
            Stratum {
                a: (0.0, 0.0),
                b: (0.0, 10.0),
            },
        ];
        let effects = decompose(&strata).unwrap();
        assert_eq!((effects.mix, effects.rate), (0.25, 0.0));
        // A stratum that neither side has is none.
        let counts = Counts::of(strata.iter().chain([&Stratum::default()]));
        assert_eq!((counts.strata, counts.borrowed), (2, 1));
    }

    #[test]
    fn a_numerator_over_nothing_has_no_effects() {
        let strata = [
            Stratum {
                a: (5.0, 10.0),
                b: (5.0, 10.0),
            },
            Stratum {
                a: (1.0, 0.0),
                b: (1.0, 1.0),
            },
        ];
        assert_eq!(decompose(&strata), Err(Reason::NumeratorWithoutDenominator));
        assert_eq!(decompose(&strata[..0]), Err(Reason::DenominatorZero));
    }
}

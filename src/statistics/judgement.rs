//! A value against its baseline and target.

use crate::domain::Period;
use crate::pipeline::{Better, Indicator, LevelIndex};

/// What an indicator is judged by in an area, in the indicator's unit.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Yardstick {
    /// The latest published starting point at or before the period.
    pub(super) baseline: Option<f64>,
    /// The target of the period or the next later one.
    pub(super) target: Option<f64>,
}

impl Yardstick {
    /// Of an area at `level`; nothing where another level is judged, since a nation's starting point is no province's.
    pub(super) fn new(indicator: &Indicator, period: Period, level: Option<LevelIndex>) -> Yardstick {
        if indicator.target_level.is_some() && indicator.target_level != level {
            return Yardstick::default();
        }
        Yardstick {
            baseline: indicator.baseline.range(..=period).next_back().map(|(_, &value)| value),
            target: indicator.target.range(period..).next().map(|(_, &value)| value),
        }
    }

    /// (value − baseline) ÷ (target − baseline).
    pub(super) fn attainment(&self, value: Option<f64>) -> Option<f64> {
        let (baseline, target) = (self.baseline?, self.target?);
        (target != baseline).then_some(())?;
        Some((value? - baseline) / (target - baseline))
    }

    /// Whether a value meets the target; None where there is no target, or no direction to judge by.
    pub(super) fn meets(&self, better: Better, value: f64) -> Option<bool> {
        let target = self.target?;
        match better {
            Better::Higher => Some(value >= target),
            Better::Lower => Some(value <= target),
            Better::Neither => None,
        }
    }

    /// The verdict as published, and whether both bounds share it.
    pub(super) fn verdict(
        &self,
        better: Better,
        value: Option<f64>,
        bounds: Option<(f64, f64)>,
    ) -> (&'static str, Option<bool>) {
        if self.target.is_none() || better == Better::Neither {
            return ("no_target", None);
        }
        let Some(met) = value.and_then(|value| self.meets(better, value)) else {
            return ("unknown", None);
        };
        let robust = bounds.map(|(lower, upper)| {
            [lower, upper]
                .into_iter()
                .all(|bound| self.meets(better, bound) == Some(met))
        });
        (if met { "met" } else { "not_met" }, robust)
    }
}

/// Whether a difference has the same sign whatever is missing: that of `value` where there is one. A value outside the plausible range can lie beyond
/// its bounds, and on the other side of 0.
pub(super) fn is_sign_identified(value: Option<f64>, (lower, upper): (f64, f64)) -> bool {
    let (is_above, is_below) = (lower > 0.0, upper < 0.0);
    match value {
        Some(value) => (value > 0.0 && is_above) || (value < 0.0 && is_below),
        None => is_above || is_below,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(baseline: f64, target: f64) -> Yardstick {
        Yardstick {
            baseline: Some(baseline),
            target: Some(target),
        }
    }

    #[test]
    fn verdicts_follow_the_direction() {
        let cases = [
            (Better::Higher, Some(50.0), "met"),
            (Better::Higher, Some(49.9), "not_met"),
            (Better::Lower, Some(50.0), "met"),
            (Better::Lower, Some(50.1), "not_met"),
            (Better::Neither, Some(50.0), "no_target"),
            (Better::Higher, None, "unknown"),
        ];
        for (better, value, verdict) in cases {
            assert_eq!(
                at(12.3, 50.0).verdict(better, value, None).0,
                verdict,
                "{better:?} {value:?}"
            );
        }
        assert_eq!(
            Yardstick::default().verdict(Better::Higher, Some(1.0), None),
            ("no_target", None)
        );
    }

    #[test]
    fn a_verdict_is_robust_when_both_bounds_share_it() {
        let cases = [
            (Better::Higher, 55.0, (51.0, 60.0), Some(true)),
            (Better::Higher, 55.0, (50.0, 60.0), Some(true)),
            (Better::Higher, 55.0, (49.0, 60.0), Some(false)),
            (Better::Higher, 45.0, (40.0, 49.0), Some(true)),
            (Better::Higher, 45.0, (40.0, 50.0), Some(false)),
            (Better::Lower, 45.0, (40.0, 50.0), Some(true)),
            (Better::Lower, 45.0, (40.0, 51.0), Some(false)),
        ];
        for (better, value, bounds, robust) in cases {
            assert_eq!(
                at(0.0, 50.0).verdict(better, Some(value), Some(bounds)).1,
                robust,
                "{better:?} {bounds:?}"
            );
        }
    }

    #[test]
    fn attainment_is_the_way_gone_from_the_baseline() {
        assert_eq!(at(10.0, 60.0).attainment(Some(35.0)), Some(0.5));
        assert_eq!(at(10.0, 60.0).attainment(Some(85.0)), Some(1.5), "never capped");
        assert_eq!(at(10.0, 60.0).attainment(None), None);
        assert_eq!(at(10.0, 10.0).attainment(Some(10.0)), None);
    }
}

//! The table `indicators`: keys and every column.

use std::collections::BTreeSet;

use huizong::pipeline::{Better, Indicator};

use super::records::Sum;
use super::reporters::{Lack, Reporter};
use super::{Scene, close};
use crate::support::{Published, Row};

/// Lowest and highest possible value.
pub(super) type Bounds = Option<(f64, f64)>;

impl Scene<'_> {
    /// Areas with an expected or accepted reporter at or below them, by indicator.
    pub(super) fn indicator_keys(&self) -> BTreeSet<Vec<String>> {
        let mut keys = BTreeSet::new();
        for (reporters, indicator) in self.reporters.iter().zip(&self.world.pipeline.indicators) {
            for area in reporters.keys().flat_map(|area| self.chain(area)) {
                keys.insert(vec![area.to_string(), indicator.id.clone()]);
            }
        }
        keys
    }

    pub(super) fn check_indicator(&self, row: &Row) {
        let at = self.world.indicator(row);
        let area = row["area_code"].text().unwrap();
        let here = |code: &str| self.chain(code).contains(&area);
        let reporters: Vec<&Reporter> = self.reporters[at]
            .iter()
            .filter(|(code, _)| here(code))
            .map(|(_, one)| one)
            .collect();
        let count = |test: fn(&Reporter) -> bool| Some(reporters.iter().filter(|one| test(one)).count() as f64);
        assert_eq!(
            row["n_expected"].number(),
            count(|one| one.expected),
            "n_expected of {row:?}"
        );
        assert_eq!(
            row["n_reported"].number(),
            count(|one| one.reported),
            "n_reported of {row:?}"
        );
        assert_eq!(
            row["n_quarantined"].number(),
            count(|one| one.quarantined),
            "n_quarantined of {row:?}"
        );

        assert_eq!(
            row["n_denominators_carried"].number(),
            count(|one| one.carried),
            "n_denominators_carried of {row:?}"
        );
        assert_eq!(
            row["n_denominators_bracketed"].number(),
            count(|one| one.bracketed),
            "n_denominators_bracketed of {row:?}"
        );

        let sum = self.sum(at, |record| record.lies_in(area));
        let lack = reporters.iter().fold(Lack::Of(0.0), |all, one| all.plus(one.lack));
        let complete = reporters.iter().all(|one| !one.partial);
        let value = self.check_ratio(row, at, &sum);
        self.check_status(row, at, &sum, (complete, lack));
        self.check_judgement(row, at, value);
        let bounds = self.bounds(at, &sum, lack, value);
        close(row, "lower", bounds.map(|bounds| bounds.0), value.unwrap_or(0.0));
        close(row, "upper", bounds.map(|bounds| bounds.1), value.unwrap_or(0.0));
        let told = match lack {
            Lack::Of(lack) => Some(lack),
            _ => None,
        };
        close(row, "missing_denominator", told, 1.0);
        let known = sum.denominator as f64 / self.world.scales(at).1;
        let share = match lack {
            Lack::Of(lack) if known + lack > 0.0 => Some(known / (known + lack)),
            _ => None,
        };
        close(row, "reported_weight_share", share, 1.0);
        self.check_robust(row, at, bounds);
    }

    /// Checks the value and returns it.
    fn check_ratio(&self, row: &Row, at: usize, sum: &Sum) -> Option<f64> {
        let (numerator, denominator) = self.decimal(at, sum);
        let factor = self.world.pipeline.indicators[at].factor;
        let value = (sum.denominator != 0).then(|| numerator / denominator * factor);
        assert_eq!(row["value"].number(), value, "value of {row:?}");
        if value.is_none() {
            assert!(row["null_reason"].text().is_some(), "a null without a reason: {row:?}");
        }
        value
    }

    pub(super) fn decimal(&self, at: usize, sum: &Sum) -> (f64, f64) {
        let scales = self.world.scales(at);
        (sum.numerator as f64 / scales.0, sum.denominator as f64 / scales.1)
    }

    /// A zero stands where there are records that say so, or where all that is owed is known to hold nothing: else both
    /// parts are null.
    fn check_status(&self, row: &Row, at: usize, sum: &Sum, (complete, lack): (bool, Lack)) {
        let parts = self.decimal(at, sum);
        let nothing_lacks = complete || lack == Lack::Of(0.0);
        let (status, stands) = match (sum.denominator != 0, nothing_lacks) {
            (true, _) => (if complete { "A" } else { "P" }, true),
            (false, true) => ("M", true),
            (false, false) => ("O", sum.rows > 0),
        };
        assert_eq!(row["obs_status"].text(), Some(status), "obs_status of {row:?}");
        assert_eq!(
            row["numerator"].number(),
            stands.then_some(parts.0),
            "numerator of {row:?}"
        );
        assert_eq!(
            row["denominator"].number(),
            stands.then_some(parts.1),
            "denominator of {row:?}"
        );
    }

    pub(super) fn bounds(&self, at: usize, sum: &Sum, lack: Lack, value: Option<f64>) -> Bounds {
        let indicator = &self.world.pipeline.indicators[at];
        let (least, most) = match lack {
            Lack::Unsplit => return None,
            Lack::Of(0.0) => return value.map(|value| (value, value)),
            Lack::Of(lack) => (lack, lack),
            Lack::Between(least, most) => (least, most),
        };
        let (low, high) = indicator.plausible?;
        let (numerator, denominator) = self.decimal(at, sum);
        let with = |lack: f64, each: f64| match lack {
            f64::INFINITY => each,
            _ => (numerator * indicator.factor + each * lack) / (denominator + lack),
        };
        match (denominator + least > 0.0, denominator + most > 0.0) {
            (true, _) => Some((
                with(least, low).min(with(most, low)),
                with(least, high).max(with(most, high)),
            )),
            // Of nothing that is known, what is missing is all there is.
            (false, true) if (numerator, denominator) == (0.0, 0.0) => Some((low, high)),
            _ => None,
        }
    }

    /// The indicator's baseline and target for the row's level.
    fn yardstick(&self, row: &Row, indicator: &Indicator) -> (Option<f64>, Option<f64>) {
        let level = self.areas[row["area_code"].text().unwrap()].level;
        if indicator.target_level.is_some_and(|judged| judged != level) {
            return (None, None);
        }
        let earlier = indicator.baseline.iter().filter(|(period, _)| **period <= self.period);
        let later = indicator.target.iter().filter(|(period, _)| **period >= self.period);
        let baseline = earlier.max_by_key(|(period, _)| **period).map(|(_, value)| *value);
        (
            baseline,
            later.min_by_key(|(period, _)| **period).map(|(_, value)| *value),
        )
    }

    fn check_judgement(&self, row: &Row, at: usize, value: Option<f64>) {
        let indicator = &self.world.pipeline.indicators[at];
        let (baseline, target) = self.yardstick(row, indicator);
        assert_eq!(row["baseline"].number(), baseline, "baseline of {row:?}");
        assert_eq!(row["target"].number(), target, "target of {row:?}");
        let attained = match (value, baseline, target) {
            (Some(value), Some(from), Some(to)) if from != to => Some((value - from) / (to - from)),
            _ => None,
        };
        close(row, "attainment_share", attained, 1.0);
        let verdict = match (target.filter(|_| indicator.better != Better::Neither), value) {
            (None, _) => "no_target",
            (Some(_), None) => "unknown",
            (Some(target), Some(value)) if met(indicator, value, target) => "met",
            _ => "not_met",
        };
        assert_eq!(row["verdict"].text(), Some(verdict), "verdict of {row:?}");
    }

    fn check_robust(&self, row: &Row, at: usize, bounds: Option<(f64, f64)>) {
        let indicator = &self.world.pipeline.indicators[at];
        let target = self.yardstick(row, indicator).1;
        let robust = match (row["verdict"].text().unwrap(), bounds, target) {
            (verdict @ ("met" | "not_met"), Some((lower, upper)), Some(target)) => {
                let both = (met(indicator, lower, target), met(indicator, upper, target));
                Published::Boolean(both == (verdict == "met", verdict == "met"))
            }
            _ => Published::Null,
        };
        assert_eq!(row["verdict_robust"], robust, "verdict_robust of {row:?}");
    }
}

fn met(indicator: &Indicator, value: f64, target: f64) -> bool {
    match indicator.better {
        Better::Lower => value <= target,
        _ => value >= target,
    }
}

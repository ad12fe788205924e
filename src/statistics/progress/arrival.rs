//! When a line meets the target, and when the ends of its intervals do.

use super::{Projection, Seen, Trend, Way};
use crate::domain::Period;
use crate::pipeline::Better;
use crate::statistics::Reason;

/// No line is followed further than this many years.
const HORIZON: f64 = 100.0;
/// A hair beyond a period is rounding.
const HAIR: f64 = 1e-9;

/// The first periods in which the better and the worse end of an interval meet the target. None: not within [`HORIZON`].
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Arrivals {
    pub(super) earliest: Option<Period>,
    pub(super) latest: Option<Period>,
}

impl Way<'_> {
    /// Years until the line meets the target, and the first period in which it does.
    pub(super) fn arrival(&self, trend: Result<&Trend, Reason>) -> Result<(f64, Period), Reason> {
        let value = self.now.value?;
        if self.meets(value) {
            return Err(Reason::TargetReached);
        }
        let line = trend?.line;
        let is_closing = match self.indicator.better {
            Better::Lower => line.slope < 0.0,
            Better::Higher | Better::Neither => line.slope > 0.0,
        };
        if !is_closing {
            return Err(Reason::NeverAtThisPace);
        }
        let years = (self.target - line.at(0.0)) / line.slope;
        if years <= 0.0 {
            return Err(Reason::FitBeyondTarget);
        }
        if years > HORIZON {
            return Err(Reason::TooFarOff);
        }
        let periods = (years * self.per_year() - HAIR).ceil() as usize;
        let reached = periods_from(self.now).nth(periods);
        Ok((years, reached.expect("there is always a next period")))
    }

    /// When the ends of an interval about the line meet the target, from this period on. The worse end of either interval is concave: once it recedes, it
    /// never meets a target that it has not met.
    pub(super) fn arrivals(&self, trend: &Trend, ends: fn(&Projection) -> Option<(f64, f64)>) -> Arrivals {
        let mut found = Arrivals::default();
        if self.now.value.is_ok_and(|value| self.meets(value)) {
            return found;
        }
        let (mut nearest, mut is_receding) = (f64::INFINITY, false);
        let last = (HORIZON * self.per_year()) as usize;
        for (step, period) in periods_from(self.now).take(last + 1).enumerate() {
            let projection = trend.projection((step as f64 + HAIR) / self.per_year());
            let Some((lower, upper)) = ends(&projection) else {
                break;
            };
            let (better, worse) = match self.indicator.better {
                Better::Lower => (lower, upper),
                Better::Higher | Better::Neither => (upper, lower),
            };
            if found.earliest.is_none() && self.meets(better) {
                found.earliest = Some(period);
            }
            if self.meets(worse) && !is_receding {
                found.latest = Some(period);
                break;
            }
            let off = (worse - self.target).abs();
            is_receding |= off > nearest;
            nearest = off;
            if is_receding && found.earliest.is_some() {
                break;
            }
        }
        found
    }

    fn per_year(&self) -> f64 {
        f64::from(self.now.period.kind().per_year())
    }
}

fn periods_from(now: Seen) -> impl Iterator<Item = Period> {
    std::iter::successors(Some(now.period), |period| Some(period.next()))
}

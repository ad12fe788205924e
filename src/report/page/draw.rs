//! Where values lie in a drawing.

/// Length of the line on which goals, gaps and bars are drawn.
pub const STRIP: f64 = 240.0;

/// Room at both ends of such a line, so that a mark at an end is whole.
pub const MARGIN: f64 = 8.0;

/// A scale of values along a line.
#[derive(Clone, Copy, Debug)]
pub struct Scale {
    from: f64,
    to: f64,
    start: f64,
    end: f64,
}

impl Scale {
    /// From values to places; values of no extent lie in the middle.
    pub fn new((from, to): (f64, f64), (start, end): (f64, f64)) -> Scale {
        let widen = if to > from { 0.0 } else { 1.0 };
        Scale {
            from: from - widen,
            to: to + widen,
            start,
            end,
        }
    }

    /// The place of a value, to a tenth; one beyond the scale lies at its end.
    pub fn at(&self, value: f64) -> f64 {
        let share = ((value - self.from) / (self.to - self.from)).clamp(0.0, 1.0);
        tenth(self.start + share * (self.end - self.start))
    }

    /// Whether a value lies beyond the scale.
    pub fn cuts(&self, value: f64) -> bool {
        value < self.from || value > self.to
    }

    /// Start and length of a bar from one value to another.
    pub fn bar(&self, one: f64, other: f64) -> (f64, f64) {
        let (one, other) = (self.at(one), self.at(other));
        (one.min(other), tenth((one - other).abs()))
    }

    /// A few round values within the scale.
    pub fn round_values(&self) -> Vec<f64> {
        let rough = (self.to - self.from) / 3.0;
        let power = 10f64.powf(rough.log10().floor());
        let steps = [1.0, 2.0, 5.0, 10.0];
        let step = steps.into_iter().find(|step| step * power >= rough).unwrap_or(10.0) * power;
        let (first, last) = ((self.from / step).ceil() as i64, (self.to / step).floor() as i64);
        (first..=last).map(|n| n as f64 * step).collect()
    }
}

/// To a tenth: enough for a screen, and short in the page.
pub fn tenth(place: f64) -> f64 {
    (place * 10.0).round() / 10.0
}

/// `12,34.5 20,30`, as `points` of a line or polygon.
pub fn points(places: &[(f64, f64)]) -> String {
    let each: Vec<String> = places.iter().map(|(x, y)| format!("{x},{y}")).collect();
    each.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_lie_where_the_scale_says_and_never_beyond_it() {
        let scale = Scale::new((0.0, 50.0), (0.0, 100.0));
        assert_eq!(
            [-1.0, 0.0, 12.34, 50.0, 60.0].map(|value| scale.at(value)),
            [0.0, 0.0, 24.7, 100.0, 100.0]
        );
        assert!(scale.cuts(50.1) && !scale.cuts(50.0));
        assert_eq!(scale.bar(30.0, 20.0), (40.0, 20.0));
        // From below to above.
        assert_eq!(Scale::new((0.0, 10.0), (200.0, 0.0)).at(2.5), 150.0);
        assert_eq!(Scale::new((7.0, 7.0), (0.0, 10.0)).at(7.0), 5.0);
    }

    #[test]
    fn marks_are_round_values() {
        let marks = |from, to| Scale::new((from, to), (0.0, 1.0)).round_values();
        assert_eq!(marks(0.0, 100.0), [0.0, 50.0, 100.0]);
        assert_eq!(marks(12.3, 64.2), [20.0, 40.0, 60.0]);
        assert_eq!(marks(0.0, 0.29), [0.0, 0.1, 0.2]);
        assert_eq!(marks(-3.0, 4.0), [0.0]);
    }
}

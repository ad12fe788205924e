//! A straight line through weighted points.

use super::reason::Reason;
use super::summation::{Sum, sum};

/// Differences up to this share of the numbers are what rounding leaves of none.
const ROUNDING: f64 = 1e-12;

/// A point with its weight, which is positive.
#[derive(Clone, Copy, Debug)]
pub(super) struct Weighed {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) weight: f64,
}

/// y = intercept + slope x, by weighted least squares.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    pub(super) slope: f64,
    /// Classical: the weights are taken to be proportional to the inverse variance of y. None with two points, through which the line goes.
    pub(super) slope_se: Option<f64>,
    /// Share of the weighted variance of y that lies along the line. None where y is the same in all points.
    pub(super) r_squared: Option<f64>,
    n: usize,
    mean_x: f64,
    mean_y: f64,
    /// Σ w.
    weight: f64,
    /// Σ w (x − x̄)².
    spread: f64,
    /// Σ w (y − ŷ)².
    left: f64,
}

impl Line {
    /// # Errors
    /// `TooFewUnits` with fewer than two points, `NoSpread` where all have the same x.
    pub(super) fn through(points: &[Weighed]) -> Result<Line, Reason> {
        if points.len() < 2 {
            return Err(Reason::TooFewUnits);
        }
        let (mut over_x, mut over_y) = (Extent::NONE, Extent::NONE);
        let [mut weight, mut x, mut y] = [Sum::default(); 3];
        for point in points {
            over_x.add(point.x);
            over_y.add(point.y);
            weight.add(point.weight);
            x.add(point.weight * point.x);
            y.add(point.weight * point.y);
        }
        if over_x.is_one() {
            return Err(Reason::NoSpread);
        }
        let weight = weight.total();
        let (mean_x, mean_y) = (x.total() / weight, y.total() / weight);
        let [mut spread, mut together, mut total] = [Sum::default(); 3];
        for point in points {
            let (from_x, from_y) = (point.x - mean_x, point.y - mean_y);
            spread.add(point.weight * from_x.powi(2));
            together.add(point.weight * (from_x * from_y));
            total.add(point.weight * from_y.powi(2));
        }
        let (spread, total) = (spread.total(), total.total());
        let is_level = over_y.is_one();
        let slope = if is_level { 0.0 } else { together.total() / spread };
        let left =
            sum((points.iter()).map(|point| point.weight * (point.y - mean_y - slope * (point.x - mean_x)).powi(2)));
        let n = points.len();
        let free = (n > 2).then_some(n as f64 - 2.0);
        Ok(Line {
            slope,
            slope_se: free.map(|free| (left / free / spread).sqrt()),
            r_squared: (!is_level).then(|| 1.0 - left / total),
            n,
            mean_x,
            mean_y,
            weight,
            spread,
            left,
        })
    }

    /// The fitted y.
    pub(super) fn at(&self, x: f64) -> f64 {
        self.mean_y + self.slope * (x - self.mean_x)
    }

    /// What the fitted y is made of: it is the sum of each y times its coefficient.
    pub(super) fn coefficient(&self, point: &Weighed, x: f64) -> f64 {
        point.weight * (1.0 / self.weight + (point.x - self.mean_x) * (x - self.mean_x) / self.spread)
    }

    /// Degrees of freedom, and the standard error of a new point of weight 1 about the fitted y. None with two points.
    pub(super) fn prediction_se(&self, x: f64) -> Option<(u32, f64)> {
        let free = u32::try_from(self.n).ok()?.checked_sub(2).filter(|free| *free > 0)?;
        let variance = self.left / f64::from(free);
        let own = 1.0 + 1.0 / self.weight + (x - self.mean_x).powi(2) / self.spread;
        Some((free, (variance * own).sqrt()))
    }
}

/// The lowest and the highest of some numbers.
#[derive(Clone, Copy)]
struct Extent {
    lowest: f64,
    highest: f64,
}

impl Extent {
    /// Of no number.
    const NONE: Extent = Extent {
        lowest: f64::INFINITY,
        highest: f64::NEG_INFINITY,
    };

    fn add(&mut self, number: f64) {
        self.lowest = self.lowest.min(number);
        self.highest = self.highest.max(number);
    }

    /// Whether they differ by no more than rounding.
    fn is_one(&self) -> bool {
        self.highest - self.lowest <= ROUNDING * self.highest.abs().max(self.lowest.abs())
    }
}

/// Whether numbers differ by no more than rounding.
pub(super) fn is_same(numbers: impl Iterator<Item = f64>) -> bool {
    let mut extent = Extent::NONE;
    numbers.for_each(|number| extent.add(number));
    extent.is_one()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(all: &[(f64, f64, f64)]) -> Vec<Weighed> {
        all.iter().map(|&(x, y, weight)| Weighed { x, y, weight }).collect()
    }

    #[test]
    fn a_weight_is_a_point_so_many_times() {
        let weighed = Line::through(&points(&[(0.0, 1.0, 1.0), (1.0, 2.0, 2.0), (4.0, 3.0, 1.0)])).unwrap();
        let repeated = points(&[(0.0, 1.0, 1.0), (1.0, 2.0, 1.0), (1.0, 2.0, 1.0), (4.0, 3.0, 1.0)]);
        let repeated = Line::through(&repeated).unwrap();
        assert!((weighed.slope - repeated.slope).abs() < 1e-15);
        assert!((weighed.at(7.0) - repeated.at(7.0)).abs() < 1e-14);
        assert!((weighed.r_squared.unwrap() - repeated.r_squared.unwrap()).abs() < 1e-15);
        // The standard error is not that of four points: a weight is a precision.
        let ratio = weighed.slope_se.unwrap() / repeated.slope_se.unwrap();
        assert!((ratio - 2f64.sqrt()).abs() < 1e-12, "{ratio}");
    }

    #[test]
    fn two_points_have_a_line_and_no_error() {
        let line = Line::through(&points(&[(1.0, 5.0, 3.0), (3.0, 9.0, 1.0)])).unwrap();
        assert!((line.slope - 2.0).abs() < 1e-14 && (line.at(0.0) - 3.0).abs() < 1e-14);
        assert_eq!((line.slope_se, line.prediction_se(5.0)), (None, None));
        assert!((line.r_squared.unwrap() - 1.0).abs() < 1e-14);
    }

    #[test]
    fn no_line_goes_through_one_place() {
        let found = |all: &[(f64, f64, f64)]| Line::through(&points(all)).err();
        assert_eq!(found(&[]), Some(Reason::TooFewUnits));
        assert_eq!(found(&[(1.0, 1.0, 1.0)]), Some(Reason::TooFewUnits));
        assert_eq!(found(&[(0.1 + 0.2, 1.0, 1.0), (0.3, 2.0, 1.0)]), Some(Reason::NoSpread));
        let level = Line::through(&points(&[(1.0, 0.3, 1.0), (2.0, 0.1 + 0.2, 1.0), (3.0, 0.3, 1.0)])).unwrap();
        assert_eq!((level.slope, level.r_squared), (0.0, None));
    }

    #[test]
    fn a_fitted_value_is_the_sum_of_its_parts() {
        let all = points(&[
            (2015.0, 10.0, 1.0),
            (2018.0, 14.0, 1.0),
            (2020.0, 13.0, 1.0),
            (2021.0, 19.0, 1.0),
        ]);
        let line = Line::through(&all).unwrap();
        let parts: f64 = all.iter().map(|point| line.coefficient(point, 2025.0) * point.y).sum();
        assert!((parts - line.at(2025.0)).abs() < 1e-11);
    }
}

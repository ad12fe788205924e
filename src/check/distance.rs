//! Robust distance of a value from the middle of its peers (Iglewicz and Hoaglin 1993): the outlier itself hardly moves it.

/// 0.6745 is the third quartile of the normal distribution: it makes the MAD comparable to a standard deviation.
const MAD_FACTOR: f64 = 0.6745;
/// The same for the mean deviation: the square root of π ÷ 2.
const MEAN_FACTOR: f64 = 1.253314;

/// The middle of a group and how far its members usually lie from it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Middle {
    pub(super) median: f64,
    /// Distance 1: MAD ÷ 0.6745; where most values are equal, 1.253314 × mean deviation; 0 where all are.
    pub(super) spread: f64,
}

impl Middle {
    /// Of sorted values, none of them NaN; None of an empty list.
    pub(super) fn of(sorted: &[f64]) -> Option<Middle> {
        if sorted.is_empty() {
            return None;
        }
        let median = middle(sorted.len(), |at| sorted[at]);
        let mad = median_deviation(sorted, median);
        let spread = if mad > 0.0 {
            mad / MAD_FACTOR
        } else {
            let sum: f64 = sorted.iter().map(|value| (value - median).abs()).sum();
            MEAN_FACTOR * sum / sorted.len() as f64
        };
        Some(Middle { median, spread })
    }

    /// The modified z of a value.
    pub(super) fn distance(&self, value: f64) -> f64 {
        match (value - self.median).abs() {
            0.0 => 0.0,
            deviation => deviation / self.spread,
        }
    }
}

/// The middle one of a number of values, or the mean of the two in the middle.
fn middle(count: usize, value: impl Fn(usize) -> f64) -> f64 {
    let upper = value(count / 2);
    if count % 2 == 1 {
        upper
    } else {
        let lower = value(count / 2 - 1);
        lower + (upper - lower) / 2.0
    }
}

/// The median of the deviations from the median. They grow to both sides of it, so the two sides are merged, not sorted.
fn median_deviation(sorted: &[f64], median: f64) -> f64 {
    let mut right = sorted.partition_point(|value| *value < median);
    let mut left = right;
    let mut last = [0.0; 2];
    for _ in 0..=sorted.len() / 2 {
        let below = left.checked_sub(1).map(|at| median - sorted[at]);
        let above = sorted.get(right).map(|value| value - median);
        let next = match (below, above) {
            (Some(below), Some(above)) if below < above => {
                left -= 1;
                below
            }
            (_, Some(above)) => {
                right += 1;
                above
            }
            (Some(below), None) => {
                left -= 1;
                below
            }
            (None, None) => break,
        };
        last = [last[1], next];
    }
    if sorted.len() % 2 == 1 {
        last[1]
    } else {
        last[0] + (last[1] - last[0]) / 2.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The formula as the book has it, by plain loops.
    fn plainly(values: &[f64], value: f64) -> f64 {
        let median = |values: &[f64]| {
            let mut sorted = values.to_vec();
            sorted.sort_by(f64::total_cmp);
            let n = sorted.len();
            (sorted[(n - 1) / 2] + sorted[n / 2]) / 2.0
        };
        let m = median(values);
        let deviations: Vec<f64> = values.iter().map(|x| (x - m).abs()).collect();
        let mad = median(&deviations);
        let mean = deviations.iter().sum::<f64>() / values.len() as f64;
        if mad > 0.0 {
            0.6745 * (value - m).abs() / mad
        } else if mean > 0.0 {
            (value - m).abs() / (1.253314 * mean)
        } else {
            0.0
        }
    }

    fn of(values: &[f64]) -> Middle {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        Middle::of(&sorted).unwrap()
    }

    #[test]
    fn a_published_series_gives_its_outlier() {
        // mass spectrometer measurements of a uranium isotope: Tietjen and Moore 1972
        let series = [199.31, 199.53, 200.19, 200.82, 201.92, 201.95, 202.18, 245.57];
        let middle = of(&series);
        assert!((middle.median - 201.37).abs() < 1e-9);
        // deviations 2.06 1.84 1.18 0.55 0.55 0.58 0.81 44.20, of which the median is (0.81 + 1.18) / 2
        let expected = 0.6745 * 44.20 / 0.995;
        assert!((middle.distance(245.57) - expected).abs() < 1e-9);
        assert!(series[..7].iter().all(|x| middle.distance(*x) < 1.5));
        for x in series {
            assert!((middle.distance(x) - plainly(&series, x)).abs() < 1e-9);
        }
    }

    #[test]
    fn where_most_are_equal_the_mean_deviation_judges() {
        let values = [10.0, 10.0, 10.0, 10.0, 10.0, 10.0, 10.0, 100.0];
        let middle = of(&values);
        // mean deviation 90 / 8
        assert!((middle.distance(100.0) - 90.0 / (1.253314 * 11.25)).abs() < 1e-12);
        assert_eq!(middle.distance(10.0), 0.0);
        let equal = of(&[7.0; 5]);
        assert_eq!((equal.spread, equal.distance(7.0)), (0.0, 0.0));
        assert_eq!(Middle::of(&[]), None);
    }

    proptest! {
        #[test]
        fn it_is_the_formula_of_the_book(values in prop::collection::vec(-50_i32..50, 1..40)) {
            let values: Vec<f64> = values.into_iter().map(|n| f64::from(n) / 2.0).collect();
            let middle = of(&values);
            for &value in &values {
                prop_assert!((middle.distance(value) - plainly(&values, value)).abs() < 1e-9);
            }
        }

        #[test]
        fn unit_and_origin_do_not_matter(
            values in prop::collection::vec(-1000_i32..1000, 3..40), power in -8_i32..8, shift in -1000_i32..1000
        ) {
            let plain: Vec<f64> = values.into_iter().map(f64::from).collect();
            // powers of two and whole numbers: nothing is rounded, so the distances are the same to the last bit
            let moved: Vec<f64> = plain.iter().map(|x| (x + f64::from(shift)) * 2_f64.powi(power)).collect();
            let (a, b) = (of(&plain), of(&moved));
            for (x, y) in plain.iter().zip(&moved) {
                let (x, y) = (a.distance(*x), b.distance(*y));
                prop_assert!((x - y).abs() <= 1e-12 * x.abs().max(1.0), "{x} {y}");
            }
        }
    }
}

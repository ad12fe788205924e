//! The Lorenz curve, with denominators as weights. Lorenz 1905.

use super::index::absolute_gini;
use super::{Distribution, Reason};

/// Corners of a curve that is kept to be drawn.
const CORNERS: usize = 40;

/// L(p) = Σ w x over the units below p, ÷ μ.
pub(super) struct Curve {
    /// 1 − Σ Δp (L + L₋), as the index `gini` has it.
    pub(super) gini: f64,
    corners: Vec<(f64, f64)>,
}

/// The curve of some units. Undefined where a ratio is negative or their mean is not positive.
pub(super) fn curve(all: &Distribution) -> Result<Curve, Reason> {
    all.no_negative()?;
    let mean = all.positive_mean()?;
    let shares: Vec<(f64, f64)> = all.points.iter().map(|p| (p.w, p.w * p.x / mean)).collect();
    let mut corners = vec![(0.0, 0.0)];
    for (weight, part) in shares.iter().take(shares.len() - 1) {
        let (p, l) = corners[corners.len() - 1];
        corners.push((f64::min(p + weight, 1.0), f64::min(l + part, 1.0)));
    }
    corners.push((1.0, 1.0));
    Ok(Curve {
        gini: absolute_gini(all) / mean,
        corners,
    })
}

impl Curve {
    /// The curve at each tenth of the weight.
    pub(super) fn tenths(&self) -> [f64; 11] {
        std::array::from_fn(|tenth| self.at(tenth as f64 / 10.0))
    }

    fn at(&self, p: f64) -> f64 {
        let after = self.corners.partition_point(|(own, _)| *own < p);
        let (p1, l1) = self.corners[after];
        if p1 == p {
            return l1;
        }
        let (p0, l0) = self.corners[after - 1];
        l0 + (l1 - l0) * (p - p0) / (p1 - p0)
    }

    /// Few enough corners to draw: all, or those that lie a good step apart.
    pub(super) fn thinned(self) -> Vec<(f64, f64)> {
        if self.corners.len() <= CORNERS {
            return self.corners;
        }
        let last = self.corners.len() - 1;
        let mut kept: Vec<(f64, f64)> = vec![self.corners[0]];
        for corner in &self.corners[1..last] {
            if corner.0 - kept[kept.len() - 1].0 >= 1.0 / CORNERS as f64 {
                kept.push(*corner);
            }
        }
        kept.push(self.corners[last]);
        kept
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Unit, summation::sum};
    use super::*;

    /// Twice the area between a curve and the line of equality.
    fn area(corners: &[(f64, f64)]) -> f64 {
        1.0 - sum(corners
            .windows(2)
            .map(|pair| (pair[1].0 - pair[0].0) * (pair[1].1 + pair[0].1)))
    }

    fn distribution(sums: &[(i128, i128)]) -> Distribution {
        let units = sums.iter().map(|&(numerator, denominator)| Unit {
            x: numerator as f64 / denominator as f64,
            numerator,
            denominator,
            group: 0,
        });
        Distribution::new(&units.collect::<Vec<_>>()).unwrap()
    }

    #[test]
    fn the_curve_begins_with_the_lowest_ratio() {
        // Ratios 3, 1 and 1 with weights 2, 1 and 1: 2 of 8 in the lower half.
        let curve = curve(&distribution(&[(6, 2), (1, 1), (1, 1)])).unwrap();
        assert_eq!(curve.tenths()[5], 0.25);
        assert_eq!((curve.tenths()[0], curve.tenths()[10]), (0.0, 1.0));
        assert!((curve.tenths()[9] - 0.85).abs() < 1e-12);
        assert_eq!(curve.gini, 0.25);
        assert_eq!(curve.thinned(), [(0.0, 0.0), (0.25, 0.125), (0.5, 0.25), (1.0, 1.0)]);
    }

    #[test]
    fn the_area_of_the_curve_is_the_gini_coefficient() {
        let sums: Vec<(i128, i128)> = (1..=900).map(|n| (n * n % 97, 1 + n % 13)).collect();
        for units in [&sums[..12], &sums[..]] {
            let curve = curve(&distribution(units)).unwrap();
            let gini = curve.gini;
            assert!((area(&curve.corners) - gini).abs() < 1e-12);
            let drawn = curve.thinned();
            assert!(drawn.len() <= CORNERS + 2, "{}", drawn.len());
            assert!((area(&drawn) - gini).abs() < 0.002, "{} {gini}", area(&drawn));
        }
    }

    #[test]
    fn equal_areas_lie_on_the_line_of_equality() {
        let curve = curve(&distribution(&[(2, 1), (4, 2), (14, 7)])).unwrap();
        assert_eq!(curve.gini, 0.0);
        assert!(
            curve
                .tenths()
                .iter()
                .enumerate()
                .all(|(at, l)| (l - at as f64 / 10.0).abs() < 1e-12)
        );
        assert_eq!(curve.at(1.0), 1.0);
    }

    #[test]
    fn what_has_no_positive_total_has_no_curve() {
        assert_eq!(
            curve(&distribution(&[(0, 1), (0, 2)])).err(),
            Some(Reason::MeanNotPositive)
        );
        assert_eq!(
            curve(&distribution(&[(-1, 1), (5, 2)])).err(),
            Some(Reason::NegativeValue)
        );
    }
}

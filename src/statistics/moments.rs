//! Sums over all units that several indices share, each made in one pass.

use super::points::{Group, Point};
use super::summation::{Sum, Sums};
use super::ties::Logs;

/// Sums of distances from the mean.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moments {
    /// Σ w (x − μ)².
    pub(super) variance: f64,
    /// Σ w (x − μ_k)².
    pub(super) variance_within: f64,
    /// Σ w |x − μ|.
    pub(super) deviation: f64,
    /// Σ w (x − μ)(F − ½).
    pub(super) rank_covariance: f64,
}

/// These sums while they are made, in the same order.
#[derive(Clone, Copy, Default)]
pub(super) struct Distances(Sums<4>);

impl Distances {
    #[inline]
    pub(super) fn add(&mut self, point: &Point, mean: f64, mean_of_group: f64) {
        let distance = point.x - mean;
        let of_group = point.x - mean_of_group;
        self.0.add([
            point.w * distance.powi(2),
            point.w * of_group.powi(2),
            point.w * distance.abs(),
            point.w * (distance * (point.rank - 0.5)),
        ]);
    }

    pub(super) fn moments(self) -> Moments {
        let [variance, variance_within, deviation, rank_covariance] = self.0.totals();
        Moments {
            variance,
            variance_within,
            deviation,
            rank_covariance,
        }
    }
}

/// The sums over all units of Theil's two entropies and of Atkinson's roots. Those of L are of no use where an x is 0.
///
/// Near equality each is next to nothing, and needs the logarithm of every ratio to a mean. Elsewhere the logarithms of the ratios
/// themselves do, which are the same whatever the mean: ln(x/μ) = ln x − ln μ.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entropies {
    /// T = Σ w (x/μ) ln(x/μ).
    pub(super) t: f64,
    /// Σ s_k T_k.
    pub(super) t_within: f64,
    /// L = −Σ w ln(x/μ).
    pub(super) l: f64,
    /// Σ p_k L_k.
    pub(super) l_within: f64,
    /// Σ w (√(x/μ) − 1): equality gives exactly 0.
    pub(super) roots: f64,
}

/// Below so much, differences of logarithms have lost too many digits: they are right to some 10⁻¹⁵, and so is a sum of them.
const TOO_SMALL: f64 = 1e-4;

impl Entropies {
    /// As [`Entropies::of`], from the logarithms and roots of the ratios by their numbers. None where that would not be exact to
    /// some 10⁻¹¹ of each sum.
    pub(super) fn quick(points: &[Point], groups: &[Group], mean: f64, logs: &[Logs]) -> Option<Entropies> {
        // By group, Σ w ln x and Σ w x ln x.
        let mut sums = vec![Sums::default(); groups.len()];
        let mut roots = Sum::default();
        for point in points {
            let Logs { ln, root } = logs[point.tie as usize];
            let of_ln = point.w * ln;
            sums[point.group].add([of_ln, of_ln * point.x]);
            roots.add(point.w * root);
        }
        let ln_mean = mean.ln();
        let [mut t, mut t_within, mut l, mut l_within, mut weights] = [Sum::default(); 5];
        let mut largest = ln_mean.abs().max(1.0);
        for (group, sums) in groups.iter().zip(sums) {
            // The mean differs from the quotient of these two in its last digits, which the terms of [`Terms`] make up for.
            let (weight, product) = (group.share, group.product);
            let [of_ln, of_product] = sums.totals();
            let own = group.mean;
            let ln = if own == 0.0 { 0.0 } else { own.ln() };
            largest = largest.max(ln.abs());
            weights.add(weight);
            t.add((of_product - product * ln_mean - product) / mean + weight);
            l.add(product / mean - weight - of_ln + weight * ln_mean);
            // A group of zeros has no entropy.
            if own != 0.0 {
                t_within.add((of_product - product * ln - product + weight * own) / mean);
                l_within.add(product / own - weight - of_ln + weight * ln);
            }
        }
        let mut found = Entropies {
            t: t.total(),
            t_within: t_within.total(),
            l: l.total(),
            l_within: l_within.total(),
            roots: roots.total() / mean.sqrt() - weights.total(),
        };
        let least = TOO_SMALL * largest;
        if points.first().is_some_and(|point| point.x == 0.0) {
            (found.l, found.l_within) = (f64::INFINITY, f64::INFINITY);
        }
        let is_exact = found.t > least
            && found.t_within > least
            && found.l > least
            && found.l_within > least
            && -found.roots > TOO_SMALL / 8.0;
        is_exact.then_some(found)
    }

    /// For x that are not negative and a positive mean. Equal x of one group stand together and share their logarithms.
    pub(super) fn of(points: &[Point], groups: &[Group], mean: f64) -> Entropies {
        let [mut t, mut t_within, mut l, mut l_within, mut roots] = [Sum::default(); 5];
        for alike in points.chunk_by(|a, b| a.tie == b.tie && a.group == b.group) {
            let own = groups[alike[0].group].mean;
            let ratio = alike[0].x / mean;
            let (overall, root) = (Terms::of(ratio), ratio.sqrt() - 1.0);
            let within = if own == mean {
                overall
            } else {
                Terms::of(alike[0].x / own)
            };
            for point in alike {
                t.add(point.w * overall.t);
                l.add(point.w * overall.l);
                roots.add(point.w * root);
                // A group of zeros has no entropy, and no share of the total to weigh it by.
                let of_group = if own == 0.0 {
                    0.0
                } else {
                    point.w * own / mean * within.t
                };
                t_within.add(of_group);
                l_within.add(point.w * within.l);
            }
        }
        Entropies {
            t: t.total(),
            t_within: t_within.total(),
            l: l.total(),
            l_within: l_within.total(),
            roots: roots.total(),
        }
    }
}

/// What a ratio r of an x to a mean adds to the entropies.
#[derive(Clone, Copy, Debug)]
pub(super) struct Terms {
    /// r ln r − r + 1: r ln r shifted by what sums to 0, so that no term is negative; 0·ln 0 = 0.
    pub(super) t: f64,
    /// r − 1 − ln r, shifted likewise.
    pub(super) l: f64,
}

impl Terms {
    pub(super) fn of(r: f64) -> Terms {
        let ln = ln(r);
        Terms {
            t: if r == 0.0 { 1.0 } else { r * ln - (r - 1.0) },
            l: (r - 1.0) - ln,
        }
    }
}

/// ln r, exact to the last digits near 1, where r ln r and −ln r are next to nothing.
fn ln(r: f64) -> f64 {
    if (r - 1.0).abs() < 0.5 {
        (r - 1.0).ln_1p()
    } else {
        r.ln()
    }
}

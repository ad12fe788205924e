//! Sums over all units that several indices share, each made in one pass.

use super::points::{Group, Point};
use super::summation::Sum;

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

impl Moments {
    pub(super) fn of(points: &[Point], groups: &[Group], mean: f64) -> Moments {
        let [mut variance, mut within, mut deviation, mut covariance] = [Sum::default(); 4];
        for point in points {
            let distance = point.x - mean;
            variance.add(point.w * distance.powi(2));
            within.add(point.w * (point.x - groups[point.group].mean).powi(2));
            deviation.add(point.w * distance.abs());
            covariance.add(point.w * (distance * (point.rank - 0.5)));
        }
        Moments {
            variance: variance.total(),
            variance_within: within.total(),
            deviation: deviation.total(),
            rank_covariance: covariance.total(),
        }
    }
}

/// The sums of Theil's two entropies over all units. Those of L are of no use where an x is 0.
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
}

impl Entropies {
    /// For x that are not negative and a positive mean. Equal x of one group stand together and share their logarithms.
    pub(super) fn of(points: &[Point], groups: &[Group], mean: f64) -> Entropies {
        let [mut t, mut t_within, mut l, mut l_within] = [Sum::default(); 4];
        for alike in points.chunk_by(|a, b| a.tie == b.tie && a.group == b.group) {
            let own = groups[alike[0].group].mean;
            let overall = Terms::of(alike[0].x / mean);
            let within = if own == mean {
                overall
            } else {
                Terms::of(alike[0].x / own)
            };
            for point in alike {
                t.add(point.w * overall.t);
                l.add(point.w * overall.l);
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

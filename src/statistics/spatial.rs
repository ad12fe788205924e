//! Moran's I and its local parts, with significance by permutation.
//!
//! `z` is the deviation of a unit from the unweighted mean, `lag` the mean of `z` over its neighbours, weights row-standardised:
//!
//! ```text
//! I   = Σ z lag / Σ z²                 Moran 1950; Cliff & Ord 1981
//! I_i = z_i lag_i / (Σ z² / n)         Anselin 1995; the mean of I_i is I
//! ```
//!
//! Permutations are drawn from a counter, so that they depend on nothing but the number of units.

use super::Reason;
use super::line::is_same;
use super::summation::sum;

/// Permutations behind each p-value.
pub(super) const PERMUTATIONS: usize = 999;
/// Fewest units of which anything is told: of fewer, too few arrangements differ.
const FEWEST: usize = 10;
/// Below this a p-value is called significant.
pub(super) const SIGNIFICANT: f64 = 0.05;
const SEED: u64 = 0x6875_697a_6f6e_6731;

/// Units with a value that have a neighbour with one.
pub(super) struct Lattice {
    pub(super) values: Vec<f64>,
    /// Of each unit its neighbours, with weights that add up to 1.
    pub(super) neighbours: Vec<Vec<(usize, f64)>>,
}

/// Moran's I of a lattice.
#[derive(Clone, Copy, Debug)]
pub(super) struct Global {
    pub(super) i: f64,
    /// Mean of I over all permutations: −1 / (n − 1).
    pub(super) expected: f64,
    /// Two-sided.
    pub(super) p: f64,
    /// (I − mean) / standard deviation over the permutations drawn. None: all of them give the same I.
    pub(super) z: Option<f64>,
}

/// What belongs to one unit.
#[derive(Clone, Copy, Debug)]
pub(super) struct Local {
    pub(super) i: f64,
    /// Mean value of the neighbours.
    pub(super) lag: f64,
    pub(super) is_high: bool,
    pub(super) is_lag_high: bool,
    /// Two-sided, the unit's own value in its place.
    pub(super) p: f64,
    /// Whether it stays significant at a false discovery rate of 5 %.
    pub(super) survives: bool,
}

impl Lattice {
    /// Moran's I and its local parts, a part for each unit.
    pub(super) fn moran(&self) -> Result<(Global, Vec<Local>), Reason> {
        let n = self.values.len();
        if n < FEWEST {
            return Err(Reason::TooFewNeighbours);
        }
        if is_same(self.values.iter().copied()) {
            return Err(Reason::NoVariation);
        }
        let mean = sum(self.values.iter().copied()) / n as f64;
        let z: Vec<f64> = self.values.iter().map(|value| value - mean).collect();
        let squares = sum(z.iter().map(|z| z * z));
        if squares <= 0.0 || !squares.is_finite() {
            return Err(Reason::NoVariation);
        }
        Ok((self.global(&z, squares), self.local(&z, squares, mean)))
    }

    fn lag(&self, unit: usize, z: &[f64]) -> f64 {
        self.neighbours[unit].iter().map(|&(at, weight)| weight * z[at]).sum()
    }

    fn product(&self, z: &[f64]) -> f64 {
        (0..z.len()).map(|unit| z[unit] * self.lag(unit, z)).sum()
    }

    fn global(&self, z: &[f64], squares: f64) -> Global {
        let i = self.product(z) / squares;
        let expected = -1.0 / (z.len() - 1) as f64;
        let mut draws = Draws::new(0);
        let mut shuffled = z.to_vec();
        let drawn: Vec<f64> = (0..PERMUTATIONS)
            .map(|_| {
                draws.shuffle(&mut shuffled, z.len());
                self.product(&shuffled) / squares
            })
            .collect();
        let mean = sum(drawn.iter().copied()) / PERMUTATIONS as f64;
        let variance = sum(drawn.iter().map(|one| (one - mean).powi(2))) / PERMUTATIONS as f64;
        Global {
            i,
            expected,
            p: pseudo_p(drawn.iter().filter(|one| is_as_far(**one, i, expected)).count()),
            // What is left of equal numbers by rounding is no deviation.
            z: (variance > 1e-24).then(|| (i - mean) / variance.sqrt()),
        }
    }

    fn local(&self, z: &[f64], squares: f64, mean: f64) -> Vec<Local> {
        let n = z.len();
        let spread = (squares / n as f64).sqrt();
        let of_unit = |unit: usize| {
            let lag = self.lag(unit, z);
            Local {
                i: z[unit] * lag / (squares / n as f64),
                lag: mean + lag,
                is_high: z[unit] > 0.0,
                is_lag_high: lag > 0.0,
                p: self.local_p(unit, z, (lag, spread)),
                survives: false,
            }
        };
        let mut all: Vec<Local> = (0..n).map(of_unit).collect();
        let flags = survivors(&all.iter().map(|local| local.p).collect::<Vec<_>>());
        all.iter_mut()
            .zip(flags)
            .for_each(|(local, flag)| local.survives = flag);
        all
    }

    /// Places the others at random around a unit.
    fn local_p(&self, unit: usize, z: &[f64], (lag, spread): (f64, f64)) -> f64 {
        let mut draws = Draws::new(unit as u64 + 1);
        let own = &self.neighbours[unit];
        let expected = -z[unit] / (z.len() - 1) as f64;
        let mut others: Vec<f64> = z
            .iter()
            .copied()
            .enumerate()
            .filter(|(at, _)| *at != unit)
            .map(|(_, z)| z)
            .collect();
        let mut as_far = 0;
        for _ in 0..PERMUTATIONS {
            draws.shuffle(&mut others, own.len());
            let drawn: f64 = own.iter().zip(&others).map(|((_, weight), z)| weight * z).sum();
            as_far += usize::from(is_as_far(drawn / spread, lag / spread, expected / spread));
        }
        pseudo_p(as_far)
    }
}

/// Whether a draw lies as far from what is expected as what was observed; rounding separates no equals.
fn is_as_far(drawn: f64, observed: f64, expected: f64) -> bool {
    (drawn - expected).abs() >= (observed - expected).abs() - 1e-10
}

fn pseudo_p(as_far: usize) -> f64 {
    (as_far + 1) as f64 / (PERMUTATIONS + 1) as f64
}

/// Which p-values are significant at a false discovery rate of [`SIGNIFICANT`] (Benjamini & Hochberg 1995).
fn survivors(p: &[f64]) -> Vec<bool> {
    let mut ascending = p.to_vec();
    ascending.sort_by(f64::total_cmp);
    let limit = |rank: usize| SIGNIFICANT * rank as f64 / p.len() as f64;
    let last = ascending.iter().zip(1..).filter(|(p, rank)| **p <= limit(*rank)).last();
    p.iter().map(|p| last.is_some_and(|(last, _)| p <= last)).collect()
}

/// A stream of random numbers (SplitMix64, Steele, Lea & Flood 2014).
struct Draws {
    state: u64,
}

impl Draws {
    fn new(stream: u64) -> Draws {
        let mut draws = Draws {
            state: SEED.wrapping_add(stream),
        };
        // Streams that begin beside each other would overlap.
        draws.state = draws.next();
        draws
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.state ^ (self.state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Puts random elements into the first places.
    fn shuffle(&mut self, all: &mut [f64], places: usize) {
        for at in 0..places.min(all.len()) {
            let left = (all.len() - at) as u128;
            let step = ((u128::from(self.next()) * left) >> 64) as usize;
            all.swap(at, at + step);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A square lattice whose units touch along edges.
    fn lattice(side: usize, value: impl Fn(usize, usize) -> f64) -> Lattice {
        let values = (0..side * side).map(|at| value(at / side, at % side)).collect();
        let touch = |a: usize, b: usize| (a / side).abs_diff(b / side) + (a % side).abs_diff(b % side) == 1;
        let neighbours = (0..side * side)
            .map(|a| {
                let own: Vec<usize> = (0..side * side).filter(|&b| touch(a, b)).collect();
                own.iter().map(|&b| (b, 1.0 / own.len() as f64)).collect()
            })
            .collect();
        Lattice { values, neighbours }
    }

    /// I by the double sum over all pairs.
    fn twin(lattice: &Lattice) -> f64 {
        let n = lattice.values.len();
        let mean = lattice.values.iter().sum::<f64>() / n as f64;
        let weight = |a: usize, b: usize| {
            lattice.neighbours[a]
                .iter()
                .find(|(at, _)| *at == b)
                .map_or(0.0, |own| own.1)
        };
        let (mut above, mut total) = (0.0, 0.0);
        for (a, b) in (0..n).flat_map(|a| (0..n).map(move |b| (a, b))) {
            above += weight(a, b) * (lattice.values[a] - mean) * (lattice.values[b] - mean);
            total += weight(a, b);
        }
        let below: f64 = lattice.values.iter().map(|value| (value - mean).powi(2)).sum();
        n as f64 / total * above / below
    }

    #[test]
    fn a_checkerboard_repels_and_a_gradient_attracts() {
        let board = lattice(4, |row, column| ((row + column) % 2) as f64);
        let (global, local) = board.moran().unwrap();
        // Every neighbour is of the other colour.
        assert!((global.i + 1.0).abs() < 1e-12);
        assert!(global.p < 0.01 && local.iter().all(|local| local.is_high != local.is_lag_high));
        let slope = lattice(4, |row, _| row as f64);
        let (global, _) = slope.moran().unwrap();
        // By hand: z is ±1.5 and ±0.5 by rows. In the outer rows two lags are ±1 and two ±7/6, in the inner ones all are ±½:
        // Σ z lag = 2 (1.5 · 13/3 + 0.5 · 2) = 15, Σ z² = 20.
        assert!((global.i - 0.75).abs() < 1e-12 && global.p < 0.01);
    }

    #[test]
    fn a_corner_of_high_values_is_a_cluster_and_the_middle_of_noise_is_none() {
        let corner = lattice(6, |row, column| {
            if row < 3 && column < 3 {
                10.0
            } else {
                ((row * 7 + column * 5) % 4) as f64
            }
        });
        let (_, local) = corner.moran().unwrap();
        let high = &local[7];
        assert!(high.is_high && high.is_lag_high && high.p < SIGNIFICANT && (high.lag - 10.0).abs() < 1e-12);
        assert!(local.iter().any(|local| local.p > 0.5));
        // The conditional mean and the share of draws, by all choices of two neighbours for a unit in a corner.
        let mean = corner.values.iter().sum::<f64>() / 36.0;
        let z: Vec<f64> = corner.values.iter().map(|value| value - mean).collect();
        let (own, lag, expected) = (z[0], (z[1] + z[6]) / 2.0, -z[0] / 35.0);
        assert!(own > 0.0);
        let pairs = (1..36).flat_map(|a| (1..a).map(move |b| (a, b)));
        let drawn: Vec<f64> = pairs.map(|(a, b)| (z[a] + z[b]) / 2.0 - expected).collect();
        let as_far = drawn
            .iter()
            .filter(|one| one.abs() >= (lag - expected).abs() - 1e-9)
            .count();
        let exact = as_far as f64 / drawn.len() as f64;
        // Four standard errors of a share over 999 draws.
        assert!((local[0].p - exact).abs() < 4.0 * (exact * (1.0 - exact) / 999.0).sqrt() + 0.001);
    }

    #[test]
    fn three_by_three_is_told_by_hand_but_is_too_few() {
        let small = lattice(3, |row, _| row as f64);
        // z = −1, 0, 1 by rows. Lags of the outer rows: corners (0 ∓ 1) / 2, middles 2 · ∓1 / 3. Σ z lag = 2 (½ + ⅔ + ½) = 10/3; Σ z² = 6.
        let z: Vec<f64> = small.values.iter().map(|value| value - 1.0).collect();
        assert!((small.product(&z) / 6.0 - 5.0 / 9.0).abs() < 1e-12);
        assert_eq!(small.moran().err(), Some(Reason::TooFewNeighbours));
        assert_eq!(lattice(4, |_, _| 2.0).moran().err(), Some(Reason::NoVariation));
    }

    #[test]
    fn a_false_discovery_rate_asks_more_of_many() {
        assert_eq!(survivors(&[0.04, 0.001, 0.03, 0.9]), [false, true, false, false]);
        assert_eq!(survivors(&[0.04, 0.03, 0.05, 0.02]), [true; 4]);
        assert_eq!(survivors(&[0.5, 0.6]), [false; 2]);
    }

    proptest! {
        #[test]
        fn i_is_the_mean_of_its_parts_and_ignores_scale(values in prop::collection::vec(-50..50_i32, 16), shift in -9..9_i32, scale in 1..9_i32) {
            prop_assume!(values.iter().any(|value| *value != values[0]));
            let of = |change: &dyn Fn(f64) -> f64| lattice(4, |row, column| change(f64::from(values[row * 4 + column])));
            let plain = of(&|x| x);
            let (global, local) = plain.moran().unwrap();
            let mean = local.iter().map(|local| local.i).sum::<f64>() / 16.0;
            prop_assert!((mean - global.i).abs() < 1e-12);
            prop_assert!((twin(&plain) - global.i).abs() < 1e-12);
            let (moved, parts) = of(&|x| f64::from(scale) * x + f64::from(shift)).moran().unwrap();
            prop_assert!((moved.i - global.i).abs() < 1e-9);
            prop_assert_eq!(moved.p, global.p);
            prop_assert!(parts.iter().zip(&local).all(|(a, b)| a.p == b.p));
        }
    }
}

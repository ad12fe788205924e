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
//!
//! A local p-value of 999 permutations is 0.001 at least, and among many units the false discovery rate asks for less. Where this alone decides, the units
//! of which few permutations are as far are permuted on, until ten are (Besag & Clifford 1991) or there are so many that one unit alone could pass.

mod draws;
mod significance;
#[cfg(test)]
mod tests;

use super::Reason;
use super::line::is_same;
use super::summation::sum;
use crate::registry::FEWEST_NEIGHBOURS;
use draws::Draws;
use significance::{ENOUGH, Test, pseudo_p, settled, share};

pub(super) use significance::{PERMUTATIONS, SIGNIFICANT};

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
    /// Behind the p-value.
    pub(super) permutations: usize,
    /// Whether it stays significant at a false discovery rate of 5 %.
    pub(super) survives: bool,
}

impl Lattice {
    /// Moran's I and its local parts, a part for each unit.
    pub(super) fn moran(&self) -> Result<(Global, Vec<Local>), Reason> {
        let n = self.values.len();
        if n < FEWEST_NEIGHBOURS {
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
        let spread = (squares / z.len() as f64).sqrt();
        let mut tests: Vec<Test> = (0..z.len()).map(|unit| self.test(unit, z, spread)).collect();
        let survives = settled(&mut tests, |test, most| self.test_on(test, z, spread, most));
        let of_unit = |(test, survives): (&Test, bool)| Local {
            i: z[test.unit] * test.lag / (squares / z.len() as f64),
            lag: mean + test.lag,
            is_high: z[test.unit] > 0.0,
            is_lag_high: test.lag > 0.0,
            p: test.p,
            permutations: test.permutations,
            survives,
        };
        tests.iter().zip(survives).map(of_unit).collect()
    }

    /// Places the others at random around a unit.
    fn test(&self, unit: usize, z: &[f64], spread: f64) -> Test {
        let lag = self.lag(unit, z);
        let mut around = Around::new(self, unit, z);
        let as_far = (0..PERMUTATIONS).filter(|_| around.is_as_far(lag, spread)).count();
        Test {
            unit,
            lag,
            as_far,
            permutations: PERMUTATIONS,
            p: pseudo_p(as_far),
        }
    }

    /// Goes on with the permutations of a unit until enough of them are as far, or there are `most`.
    fn test_on(&self, test: &mut Test, z: &[f64], spread: f64, most: usize) {
        let mut around = Around::new(self, test.unit, z);
        // The first permutations are drawn again, which takes less than to keep the state of all units.
        (0..PERMUTATIONS).for_each(|_| around.draw());
        while test.permutations < most && test.as_far < ENOUGH {
            test.permutations += 1;
            test.as_far += usize::from(around.is_as_far(test.lag, spread));
        }
        test.p = if test.as_far < ENOUGH {
            share(test.as_far + 1, test.permutations + 1)
        } else {
            // The last one drawn is one of them, so what was observed is not to be counted again.
            share(test.as_far, test.permutations)
        };
    }
}

/// Whether a draw lies as far from what is expected as what was observed; rounding separates no equals.
fn is_as_far(drawn: f64, observed: f64, expected: f64) -> bool {
    (drawn - expected).abs() >= (observed - expected).abs() - 1e-10
}

/// Units that may lie around one.
struct Around<'a> {
    weights: &'a [(usize, f64)],
    others: Vec<f64>,
    expected: f64,
    draws: Draws,
}

impl Around<'_> {
    fn new<'a>(lattice: &'a Lattice, unit: usize, z: &[f64]) -> Around<'a> {
        let others = z.iter().enumerate().filter(|(at, _)| *at != unit);
        Around {
            weights: &lattice.neighbours[unit],
            others: others.map(|(_, z)| *z).collect(),
            expected: -z[unit] / (z.len() - 1) as f64,
            draws: Draws::new(unit as u64 + 1),
        }
    }

    fn draw(&mut self) {
        self.draws.shuffle(&mut self.others, self.weights.len());
    }

    /// Draws neighbours, and says whether their lag is as far as the one observed.
    fn is_as_far(&mut self, lag: f64, spread: f64) -> bool {
        self.draw();
        let drawn: f64 = self
            .weights
            .iter()
            .zip(&self.others)
            .map(|((_, weight), z)| weight * z)
            .sum();
        is_as_far(drawn / spread, lag / spread, self.expected / spread)
    }
}

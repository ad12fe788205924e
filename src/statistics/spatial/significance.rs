//! When a unit stays significant among many, and how many permutations that takes.

/// Permutations behind a p-value, unless they are too few for the false discovery rate.
pub(in crate::statistics) const PERMUTATIONS: usize = 999;
/// Permutations as far as what was observed after which a unit is permuted no further: its p-value is then known to a third of itself.
pub(super) const ENOUGH: usize = 10;
/// Permutations for each unit of the lattice, at most: 2 ÷ (40 n + 1) is still below 0.05 ÷ n.
const MOST_PER_UNIT: usize = 40;
/// Below this a p-value is called significant.
pub(in crate::statistics) const SIGNIFICANT: f64 = 0.05;

/// The p-value of one unit.
pub(super) struct Test {
    pub(super) unit: usize,
    pub(super) lag: f64,
    /// Permutations that are as far.
    pub(super) as_far: usize,
    pub(super) permutations: usize,
    pub(super) p: f64,
}

/// Which units stay significant. Where one with the smallest p-value that there can be does not, those with few permutations as far are permuted on first.
pub(super) fn settled(tests: &mut [Test], test_on: impl Fn(&mut Test, usize)) -> Vec<bool> {
    let flags = |tests: &[Test]| survivors(&tests.iter().map(|test| test.p).collect::<Vec<_>>());
    let survive = flags(tests);
    let most = MOST_PER_UNIT * tests.len();
    let is_lacking = |(test, survives): (&Test, &bool)| test.as_far == 0 && !survives;
    if most <= PERMUTATIONS || !tests.iter().zip(&survive).any(is_lacking) {
        return survive;
    }
    let few = tests.iter_mut().filter(|test| test.as_far < ENOUGH);
    few.for_each(|test| test_on(test, most));
    flags(tests)
}

pub(super) fn pseudo_p(as_far: usize) -> f64 {
    share(as_far + 1, PERMUTATIONS + 1)
}

pub(super) fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole as f64
}

/// Which p-values are significant at a false discovery rate of [`SIGNIFICANT`] (Benjamini & Hochberg 1995).
pub(super) fn survivors(p: &[f64]) -> Vec<bool> {
    let mut ascending = p.to_vec();
    ascending.sort_by(f64::total_cmp);
    let limit = |rank: usize| SIGNIFICANT * rank as f64 / p.len() as f64;
    let last = ascending.iter().zip(1..).filter(|(p, rank)| **p <= limit(*rank)).last();
    p.iter().map(|p| last.is_some_and(|(last, _)| p <= last)).collect()
}

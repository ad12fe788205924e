//! How evenly the sums behind an indicator are spread over the areas of the root.

use serde::{Deserialize, Serialize};

use super::Period;

/// A Lorenz curve over the areas of the root, weighted by the indicator's own denominator. Shares are 0..1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Lorenz {
    /// The period.
    pub period: Period,
    /// Index of the indicator in the pipeline.
    pub indicator: usize,
    /// Index of the areas' level in the registry.
    pub level: usize,
    /// Areas with a denominator.
    pub units: usize,
    /// The Gini coefficient of the table `inequality`: twice the area between the curve and the line of equality.
    pub gini: f64,
    /// Corners from (0, 0) to (1, 1), areas with the lowest ratio first: share of all denominators, share of all numerators.
    pub corners: Vec<(f64, f64)>,
    /// Share of the numerators that each tenth of the denominators has together with those below it: 0, …, 1.
    pub tenths: [f64; 11],
}

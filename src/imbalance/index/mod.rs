//! The inequality indices: one file a family, one line each in [`INDICES`].

mod atkinson;
mod bounded;
mod differences;
mod gini;
mod ordered;
mod share;
mod theil;
mod variance;

use super::{Distribution, Reason};
use crate::pipeline::Better;

pub use gini::absolute as absolute_gini;

/// An index and its parts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Parts {
    /// The index.
    pub value: f64,
    /// Between groups.
    pub between: Option<f64>,
    /// Within groups.
    pub within: Option<f64>,
    /// Overlap of the groups (Gini only): value = between + within + overlap.
    pub overlap: Option<f64>,
}

impl Parts {
    fn whole(value: f64) -> Parts {
        Parts {
            value,
            between: None,
            within: None,
            overlap: None,
        }
    }

    fn split(value: f64, between: f64, within: f64) -> Parts {
        Parts {
            value,
            between: Some(between),
            within: Some(within),
            overlap: None,
        }
    }
}

/// What some indices need beside the distribution.
#[derive(Clone, Debug)]
pub struct Context {
    /// Direction of improvement.
    pub better: Better,
    /// Group whose mean differences are taken from.
    pub reference: Option<usize>,
    /// Groups in the order of an ordered dimension.
    pub order: Vec<usize>,
}

/// When an index has a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applies {
    /// Always.
    Always,
    /// Where the indicator lies in 0..1.
    Bounded,
    /// Where the dimension is ordered and the units are its members.
    Ordered,
}

/// How an index is computed.
pub type Compute = fn(&Distribution, &Context) -> Result<Parts, Reason>;

/// One index.
pub struct Index {
    /// Name in the table.
    pub name: &'static str,
    /// When it has a row.
    pub applies: Applies,
    /// How it is computed.
    pub compute: Compute,
}

const fn index(name: &'static str, applies: Applies, compute: Compute) -> Index {
    Index { name, applies, compute }
}

/// Every index of the `inequality` table.
pub const INDICES: &[Index] = &[
    index("variance_between", Applies::Always, variance::variance_between),
    index("sd_between", Applies::Always, variance::sd_between),
    index("williamson_cv", Applies::Always, variance::williamson),
    index("gini", Applies::Always, gini::yitzhaki),
    index("gini_two_term", Applies::Always, gini::two_term),
    index("theil_t", Applies::Always, theil::t),
    index("theil_l", Applies::Always, theil::l),
    index("atkinson_0_5", Applies::Always, atkinson::half),
    index("atkinson_1", Applies::Always, atkinson::one),
    index("hoover", Applies::Always, share::hoover),
    index("p90_p10", Applies::Always, share::p90_p10),
    index("mean_difference_from_mean", Applies::Always, differences::from_mean),
    index("mean_difference_from_best", Applies::Always, differences::from_best),
    index(
        "mean_difference_from_reference",
        Applies::Always,
        differences::from_reference,
    ),
    index(
        "population_attributable_risk",
        Applies::Always,
        differences::attributable_risk,
    ),
    index("abs_gini", Applies::Bounded, bounded::abs_gini),
    index("erreygers", Applies::Bounded, bounded::erreygers),
    index("sd2", Applies::Bounded, bounded::sd2),
    index("gini_normalised", Applies::Bounded, bounded::gini_normalised),
    index("hoover_normalised", Applies::Bounded, bounded::hoover_normalised),
    index("variance_normalised", Applies::Bounded, bounded::variance_normalised),
    index("slope_index", Applies::Ordered, ordered::slope),
    index("relative_index", Applies::Ordered, ordered::relative),
    index("concentration_index", Applies::Ordered, ordered::concentration),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_distinct() {
        let names: std::collections::BTreeSet<&str> = INDICES.iter().map(|i| i.name).collect();
        assert_eq!(names.len(), INDICES.len());
    }
}

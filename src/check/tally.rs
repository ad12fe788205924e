//! How often a rule was judged and broken.

use serde::{Deserialize, Serialize};

use crate::domain::{Unknown, Unknowns};

/// How often a rule was judged and broken: rows, or areas if the rule is about areas.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Rows that passed or broke the rule. A row that lacks a value breaks a rule that does not let missing values pass.
    pub n_judged: u64,
    /// Rows that broke the rule. A finding that stands for several rows counts once for each.
    pub n_fired: u64,
    /// Rows that could not be judged, by reason; no finding is made of them.
    pub unknown: Unknowns,
}

impl Tally {
    /// A tally of rows that could not be judged.
    pub(crate) fn unjudged(reason: Unknown, count: u64) -> Tally {
        Tally {
            unknown: Unknowns::of(reason, count),
            ..Tally::default()
        }
    }

    /// Adds another.
    pub fn add(&mut self, other: Tally) {
        self.n_judged += other.n_judged;
        self.n_fired += other.n_fired;
        self.unknown.add(other.unknown);
    }
}

//! How figures that were held against each other compare.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The comparisons of a rule, over all periods.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reconciled {
    /// Id of the rule.
    pub rule: String,
    /// Its title in Chinese; None: not given.
    pub title_zh: Option<String>,
    /// Its title in English; None: not given.
    pub title_en: Option<String>,
    /// Number of comparisons by status, in the words of the table `reconciliation`.
    pub counts: BTreeMap<String, u64>,
}

impl Reconciled {
    /// Adds the comparisons of other periods.
    pub fn add(&mut self, other: Reconciled) {
        for (status, count) in other.counts {
            *self.counts.entry(status).or_default() += count;
        }
    }
}

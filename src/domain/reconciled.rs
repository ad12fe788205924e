//! How figures that were held against each other compare.

use std::collections::BTreeMap;

/// The comparisons of a rule, over all periods.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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

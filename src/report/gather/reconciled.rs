//! How the comparisons of each rule ended.

use crate::domain::{Reconciled, Text};

/// What came of the comparisons of a rule.
pub(in crate::report) struct ReconciledRule {
    pub(in crate::report) id: String,
    pub(in crate::report) title: Text,
    /// Those that agree, differ, are explained, and cannot be compared.
    pub(in crate::report) counts: [i64; 4],
}

/// The place of a status of the table `reconciliation` among the counts.
fn kind_of(status: &str) -> usize {
    match status {
        "agrees" | "within_tolerance" => 0,
        "differs" => 1,
        "explained" => 2,
        _ => 3,
    }
}

pub(in crate::report) fn reconciled_rules(rules: &[Reconciled]) -> Vec<ReconciledRule> {
    let of_rule = |of: &Reconciled| {
        let mut counts = [0; 4];
        for (status, count) in &of.counts {
            counts[kind_of(status)] += *count as i64;
        }
        let title = of.title_zh.as_ref().or(of.title_en.as_ref()).unwrap_or(&of.rule);
        ReconciledRule {
            id: of.rule.clone(),
            title: Text::new(title, of.title_en.as_ref().unwrap_or(title)),
            counts,
        }
    };
    rules.iter().map(of_rule).collect()
}

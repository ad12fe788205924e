//! Columns that a hard rule blames as a whole. Whoever wrote nearly all figures of a column in another unit wrote those in it
//! that no rule could judge, too: none of them can be trusted, and what were left would be a selection.

use super::factor::Factor;
use crate::domain::{Finding, Severity, is_one_cause};
use crate::pipeline::{Rule, RuleKind};

/// The records of one submission that break one rule.
#[derive(Clone, Debug, Default)]
pub(super) struct Broken {
    /// By what they hold.
    by_value: u32,
    /// Because something is missing: that blames no figure.
    by_lack: u32,
    factor: Factor,
}

impl Broken {
    /// Adds a record that was judged.
    pub(super) fn by_value(&mut self, finding: &Finding) {
        self.by_value += 1;
        self.factor.see(finding);
    }

    /// Adds a record that could not be.
    pub(super) fn by_lack(&mut self) {
        self.by_lack += 1;
    }

    /// The column that a rule blames, where so many records count as judged. A rule about the figures of one column blames that;
    /// a relation between the columns of a row blames one only where a factor mends it.
    pub(super) fn blames(&self, rule: &Rule, judged: u32) -> Option<(usize, Blame)> {
        let judged = judged - self.by_lack.min(judged);
        if rule.severity != Severity::Hard || !is_one_cause(self.by_value.into(), judged.into()) {
            return None;
        }
        let factor = self.factor.common();
        let column = match &rule.kind {
            RuleKind::History(history) => Some(history.column),
            RuleKind::Outlier(outlier) => Some(outlier.column),
            RuleKind::Sum(sum) => factor.map(|_| sum.total),
            RuleKind::Row(assert) => factor.and(assert.columns.first().copied()),
            RuleKind::Cover(_) | RuleKind::Reconcile(_) => None,
        };
        let blame = Blame {
            judged,
            factor,
            others: Vec::new(),
        };
        Some((column?, blame))
    }
}

/// What a finding on a blamed column says beside its own rows.
#[derive(Clone, Debug)]
pub(super) struct Blame {
    /// Records of the submission that were judged.
    pub(super) judged: u32,
    /// What would mend the column.
    pub(super) factor: Option<i32>,
    /// Rows that are held back with those that break the rule, as the clerk counts.
    pub(super) others: Vec<u32>,
}

//! The rules of a pipeline that are reconciliations.

use crate::pipeline::{Pipeline, ReconcileRule, Rule, RuleKind};

/// Index of a pipeline's reconciliations.
pub(super) fn definition(pipeline: &Pipeline, rule: usize) -> Option<(&Rule, &ReconcileRule)> {
    let rule = pipeline.rules.get(rule)?;
    match &rule.kind {
        RuleKind::Reconcile(reconcile) => Some((rule, reconcile)),
        _ => None,
    }
}

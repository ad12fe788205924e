//! `checks.toml`

use super::{IdKind, Ids, SourcedForm, content, form_index};
use crate::domain::catalog;
use crate::pipeline::definition::{ChecksFile, Located, UnknownResult};
use crate::pipeline::faults::{Faults, Source};
use crate::pipeline::files::Read;
use crate::pipeline::formula::{self, Formula, Use, ValueType};
use crate::pipeline::model::{Column, RowRule};
use crate::pipeline::shape::first_line;

pub(super) fn resolve(file: Option<&Read<ChecksFile>>, forms: &[SourcedForm<'_>], faults: &mut Faults) -> Vec<RowRule> {
    let Some((source, file)) = content(file) else {
        return Vec::new();
    };
    let mut ids = Ids::default();
    let mut rules = Vec::new();
    for rule in &file.row {
        let fresh = ids.take(&rule.id, IdKind::Code, "rule", source, faults);
        if catalog().contains_key(rule.id.as_str()) {
            let message = format!("`{}` is the code of a finding that the engine itself makes", rule.id);
            faults.add(
                source,
                "reserved-id",
                rule.id.span(),
                message,
                "choose another id".to_owned(),
            );
        }
        if rule.message.is_empty() {
            let span = first_line(&source.text, rule.span());
            faults.add(
                source,
                "empty-text",
                span,
                format!("the rule `{}` has no message", rule.id),
                None,
            );
        }
        let Some(form) = form_index(&rule.form, forms, source, faults) else {
            continue;
        };
        let columns = &forms[form].0.columns;
        let Some(assert) = formula(&rule.assert, columns, Use::Check, source, faults) else {
            continue;
        };
        if assert.ty != ValueType::Boolean {
            let message = "a rule must be true or false".to_owned();
            let hint = "compare it with something, such as `… > 0`".to_owned();
            faults.add(source, "formula-type", rule.assert.span(), message, hint);
            continue;
        }
        if fresh {
            rules.push(RowRule {
                id: (*rule.id).clone(),
                form,
                assert,
                severity: rule.severity,
                missing_passes: rule.missing == UnknownResult::Pass,
                message: rule.message.clone(),
            });
        }
    }
    rules
}

/// Parses a formula; its faults point into the TOML string.
pub(super) fn formula(
    text: &Located<String>,
    columns: &[Column],
    usage: Use,
    source: &Source,
    faults: &mut Faults,
) -> Option<Formula> {
    match formula::parse(text, columns, usage) {
        Ok(formula) => Some(formula),
        Err(all) => {
            for fault in all {
                if fault.column.as_deref().is_some_and(|c| faults.is_broken(c)) {
                    continue;
                }
                faults.add_inside(source, fault.code, text, fault.span, fault.message, fault.hint);
            }
            None
        }
    }
}

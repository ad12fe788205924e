//! `checks.toml`

mod kinds;
mod reconcile;
mod statement;
mod wording;

use std::ops::Range;

use super::ids::{IdKind, Ids};
use super::plan::Plan;
use super::sourced::{SourcedForm, contents, form_index};
use crate::domain::{Code, Severity, Text};
use crate::pipeline::definition::{ChecksFile, Located, RowDef, ToleranceDef, UnknownResult};
use crate::pipeline::faults::{Faults, Source};
use crate::pipeline::files::Read;
use crate::pipeline::formula::{self, Formula, Use, ValueType};
use crate::pipeline::model::{Column, Dimension, FormIndex, Rule, RuleKind, Tolerance};
use crate::pipeline::shape::first_line;

/// Rules of every file, in the order of the kinds and then as they stand.
pub(super) fn resolve(
    files: &[Read<ChecksFile>],
    plan: &Plan,
    forms: &[SourcedForm<'_>],
    dimensions: &[Dimension],
    faults: &mut Faults,
) -> Vec<Rule> {
    let (mut ids, mut rules) = (Ids::default(), Vec::new());
    for (source, file) in contents(files) {
        let mut context = Context {
            plan,
            forms,
            dimensions,
            source,
            ids,
            rules,
        };
        file.row.iter().for_each(|rule| context.row(rule, faults));
        file.sum.iter().for_each(|rule| context.sum(rule, faults));
        file.history.iter().for_each(|rule| context.history(rule, faults));
        file.outlier.iter().for_each(|rule| context.outlier(rule, faults));
        file.cover.iter().for_each(|rule| context.cover(rule, faults));
        file.reconcile.iter().for_each(|rule| context.reconcile(rule, faults));
        (ids, rules) = (context.ids, context.rules);
    }
    rules
}

/// The parts of a definition that rules refer to, and the rules so far.
struct Context<'a> {
    plan: &'a Plan,
    forms: &'a [SourcedForm<'a>],
    dimensions: &'a [Dimension],
    source: &'a Source,
    ids: Ids,
    rules: Vec<Rule>,
}

/// The id of a rule, and whether it is new.
struct Named {
    id: String,
    fresh: bool,
}

impl Context<'_> {
    fn row(&mut self, written: &Located<RowDef>, faults: &mut Faults) {
        let source = self.source;
        let named = self.name(Some(&written.id), String::new(), written.span(), faults);
        if written.message.is_empty() {
            let span = first_line(&source.text, written.span());
            let message = format!("the rule `{}` has no message", written.id);
            faults.add(source, "empty-text", span, message, None);
        }
        let Some(form) = form_index(&written.form, self.forms, source, faults) else {
            return;
        };
        let columns = &self.forms[form].0.columns;
        let Some(assert) = formula(&written.assert, columns, Use::Check, source, faults) else {
            return;
        };
        if assert.ty != ValueType::Boolean {
            let message = "a rule must be true or false".to_owned();
            let hint = "compare it with something, such as `… > 0`".to_owned();
            faults.add(source, "formula-type", written.assert.span(), message, hint);
            return;
        }
        let in_words = statement::in_words(&assert.text, &self.forms[form].0);
        let rule = Rule {
            id: named.id,
            form,
            severity: written.severity,
            missing_passes: written.missing == UnknownResult::Pass,
            title: title_or(written.title.as_ref(), Some(&written.message), in_words.clone()),
            message: written.message.clone(),
            statement: assert.text.clone(),
            in_words,
            kind: RuleKind::Row(assert),
        };
        self.add(named.fresh, rule);
    }

    fn add(&mut self, fresh: bool, rule: Rule) {
        if fresh {
            self.rules.push(rule);
        }
    }

    /// The id as written, else the usual one; both must be new and no code of the engine.
    fn name(
        &mut self,
        written: Option<&Located<String>>,
        usual: String,
        rule: Range<usize>,
        faults: &mut Faults,
    ) -> Named {
        let source = self.source;
        let span = written.map_or_else(|| first_line(&source.text, rule), Located::span);
        let id = written.map_or(usual, |id| (**id).clone());
        let fresh = match written {
            Some(written) => self.ids.take(written, IdKind::Code, "rule", source, faults),
            None => {
                let hint = "give each an `id` of its own".to_owned();
                self.ids.take_new(&id, span.clone(), "rule", Some(hint), source, faults)
            }
        };
        if Code::named(&id).is_some() {
            let message = format!("`{id}` is the code of a finding that the engine itself makes");
            faults.add(source, "reserved-id", span, message, "choose another id".to_owned());
        }
        Named { id, fresh }
    }

    /// Index of a column that holds numbers.
    fn number(&self, form: FormIndex, id: &Located<String>, faults: &mut Faults) -> Option<usize> {
        let at = self.column(form, id, faults)?;
        if self.forms[form].0.columns[at].kind.is_number() {
            return Some(at);
        }
        let message = format!("the column `{id}` holds no numbers");
        faults.add(self.source, "wrong-type", id.span(), message, None);
        None
    }

    fn column(&self, form: FormIndex, id: &Located<String>, faults: &mut Faults) -> Option<usize> {
        let columns = &self.forms[form].0.columns;
        let found = columns.iter().position(|column| column.id == **id);
        if found.is_none() {
            let known = columns.iter().map(|column| column.id.as_str());
            faults.unknown(self.source, "unknown-column", id, "column", known);
        }
        found.filter(|_| !faults.is_broken(id))
    }

    /// A rule over what has no row, or that does not say which row is wrong, cannot hold one back.
    fn soft(&self, written: Option<&Located<Severity>>, why: &str, faults: &mut Faults) -> Severity {
        let Some(written) = written else {
            return Severity::Explain;
        };
        if **written == Severity::Hard {
            let hint = format!("explain or info: {why}");
            let message = "a rule of this kind cannot be hard";
            faults.add(self.source, "wrong-value", written.span(), message, hint);
        }
        **written
    }

    fn tolerance(&self, written: Option<&Located<ToleranceDef>>, faults: &mut Faults) -> Tolerance {
        let Some(written) = written else {
            return Tolerance::default();
        };
        let sound = |n: f64| n.is_finite() && n >= 0.0;
        if !sound(written.abs) || !sound(written.rel) {
            let hint = "such as { abs = 1, rel = 0.005 }: the larger of the two is allowed".to_owned();
            let message = "a tolerance is not less than 0";
            faults.add(self.source, "wrong-value", written.span(), message, hint);
        }
        Tolerance {
            abs: written.abs,
            rel: written.rel,
        }
    }
}

/// The message as written, else the usual one.
fn message_or(written: Option<&Text>, usual: Text) -> Text {
    written.filter(|text| !text.is_empty()).cloned().unwrap_or(usual)
}

/// What a rule is called: as written, else its message where that says the same of every finding, else the usual words.
fn title_or(written: Option<&Text>, message: Option<&Text>, usual: Text) -> Text {
    let written = written.filter(|text| !text.is_empty());
    let is_fixed = |message: &&Text| !message.is_empty() && message.0.values().all(|text| !text.contains('{'));
    written.or(message.filter(is_fixed)).cloned().unwrap_or(usual)
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

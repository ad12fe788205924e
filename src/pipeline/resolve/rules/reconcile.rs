//! `[[reconcile]]`: between two forms.

use std::ops::Range;

use super::kinds::dashed;
use super::wording;
use super::{Context, message_or, title_or};
use crate::domain::Period;
use crate::pipeline::definition::{Located, ReconcileDef, SideDef, UnknownResult};
use crate::pipeline::faults::{Faults, choices};
use crate::pipeline::model::{
    ColumnKind, Dimension, DimensionLevel, Form, FormIndex, ReconcileRule, RowUnit, Rule, RuleKind, Side,
};
use crate::pipeline::resolve::indicators::{applies, members};

impl Context<'_> {
    pub(super) fn reconcile(&mut self, written: &Located<ReconcileDef>, faults: &mut Faults) {
        let source = self.source;
        let stated = written.right.rsplit('.').next().unwrap_or_default();
        let usual = format!("reconcile-{}", dashed(stated));
        let named = self.name(written.id.as_ref(), usual, written.span(), faults);
        let why = "a difference does not say which of the two is wrong";
        let severity = self.soft(written.severity.as_ref(), why, faults);
        let tolerance = self.tolerance(written.tolerance.as_ref(), faults);
        let level = self.plan.require_level(&written.by, source, faults);
        let left = self.left(&written.left, faults);
        let right = self.right(&written.right, faults);
        let form = left.map(|(form, _)| &self.forms[form].0);
        let filter = members(
            &written.filter,
            form.as_slice(),
            self.dimensions,
            &of_row,
            source,
            faults,
        );
        let (Some((left_form, left_column)), Some((form, right_column)), Some(level)) = (left, right, level) else {
            return;
        };
        self.by(written, form, level, faults);
        self.days(written, (left_form, form), level, faults);
        self.units(written, (left_form, left_column), (form, right_column), faults);
        let reconcile = ReconcileRule {
            left_form,
            left_column,
            filter,
            right_column,
            level,
            tolerance,
            used: match written.used {
                SideDef::Left => Side::Left,
                SideDef::Right => Side::Right,
            },
        };
        let message = message_or(written.message.as_ref(), wording::reconcile());
        let column = &self.forms[form].0.columns[right_column];
        let title = title_or(
            written.title.as_ref(),
            written.message.as_ref(),
            wording::reconcile_title(column),
        );
        let rule = Rule {
            id: named.id,
            form,
            severity,
            missing_passes: written.missing == UnknownResult::Pass,
            title,
            message,
            statement: wording::reconcile_statement(&written.left, &written.right, &reconcile, self.dimensions),
            in_words: wording::reconcile_in_words(
                &reconcile,
                (&self.forms[left_form].0, &self.forms[form].0),
                self.dimensions,
            ),
            kind: RuleKind::Reconcile(reconcile),
        };
        self.add(named.fresh, rule);
    }

    /// `SUM(form.column)` or `COUNT(form)`.
    fn left(&self, written: &Located<String>, faults: &mut Faults) -> Option<(FormIndex, Option<usize>)> {
        let inside = |name: &str| {
            let text = written.trim();
            let rest = text
                .get(..name.len())
                .filter(|head| head.eq_ignore_ascii_case(name))
                .map(|_| &text[name.len()..])?;
            Some(rest.trim().strip_prefix('(')?.strip_suffix(')')?.trim())
        };
        if let Some(form) = inside("COUNT") {
            return Some((self.form_named(form, written, faults)?, None));
        }
        let Some((form, column)) = inside("SUM").and_then(|name| name.split_once('.')) else {
            let message = format!("`{written}` is no figure of a form");
            let hint = "SUM(form.column) or COUNT(form)".to_owned();
            faults.add(self.source, "formula-subset", written.span(), message, hint);
            return None;
        };
        let form = self.form_named(form.trim(), written, faults)?;
        let column = self.column_named(form, column.trim(), written, faults)?;
        let kind = &self.forms[form].0.columns[column];
        if !kind.kind.is_number() && !matches!(kind.kind, ColumnKind::Boolean { .. }) {
            let message = format!("the column `{}` cannot be summed", kind.id);
            let hint = "a number, or a truth value, which counts 1 where true".to_owned();
            faults.add(self.source, "wrong-type", written.span(), message, hint);
            return None;
        }
        Some((form, Some(column)))
    }

    /// `form.column`
    fn right(&self, written: &Located<String>, faults: &mut Faults) -> Option<(FormIndex, usize)> {
        let Some((form, column)) = written.split_once('.') else {
            let message = format!("`{written}` is no column of a form");
            faults.add(
                self.source,
                "formula-subset",
                written.span(),
                message,
                "form.column".to_owned(),
            );
            return None;
        };
        let form = self.form_named(form.trim(), written, faults)?;
        let column = self.column_named(form, column.trim(), written, faults)?;
        if !self.forms[form].0.columns[column].kind.is_number() {
            let message = format!("`{written}` holds no numbers");
            faults.add(self.source, "wrong-type", written.span(), message, None);
            return None;
        }
        Some((form, column))
    }

    /// Areas may change between the days that two forms are judged on: only the figures of the root are of the same area then.
    fn days(&self, written: &ReconcileDef, (left, right): (FormIndex, FormIndex), level: usize, faults: &mut Faults) {
        let (left, right) = (&self.forms[left].0, &self.forms[right].0);
        let differs = |&&period: &&Period| left.reference(period) != right.reference(period);
        let Some(&period) = self.plan.periods.iter().find(differs).filter(|_| level > 0) else {
            return;
        };
        let (left_day, right_day) = (left.reference(period), right.reference(period));
        let message = format!(
            "in {period} the form `{}` is judged on {left_day} and `{}` on {right_day}: an area of one day need not be that of the other",
            left.id, right.id
        );
        let hint = "give both forms the same `reference_date`".to_owned();
        faults.add(self.source, "wrong-value", written.by.span(), message, hint);
    }

    /// The stated figure must be one an area; the areas must lie within partitions.
    fn by(&self, written: &ReconcileDef, form: FormIndex, level: usize, faults: &mut Faults) {
        let source = self.source;
        let form = &self.forms[form].0;
        let Some(registry) = &self.plan.registry else { return };
        if form.unit != RowUnit::Area(level) {
            let message = format!("a row of the form `{}` is no {}", form.id, *written.by);
            let hint = "`by` is the level that a row of the stated form describes".to_owned();
            faults.add(source, "wrong-value", written.by.span(), message, hint);
        } else if level < registry.partition {
            let partition = &registry.levels[registry.partition];
            let message = format!("`{}` is above `{partition}`", *written.by);
            let hint =
                format!("rules are judged {partition} by {partition}: `by` is `{partition}` or a level below it");
            faults.add(source, "peers-too-wide", written.by.span(), message, hint);
        }
    }

    fn units(
        &self,
        written: &ReconcileDef,
        (left_form, left): (FormIndex, Option<usize>),
        (form, right): (FormIndex, usize),
        faults: &mut Faults,
    ) {
        let left = left
            .map(|at| &self.forms[left_form].0.columns[at])
            .filter(|column| column.kind.is_number());
        let right = &self.forms[form].0.columns[right];
        if let Some(left) = left.filter(|left| left.kind.unit() != right.kind.unit()) {
            let name = |unit: Option<&str>| unit.unwrap_or("no unit").to_owned();
            let message = format!(
                "the left is in {}, the right in {}",
                name(left.kind.unit()),
                name(right.kind.unit())
            );
            let hint = "figures that are held against each other have one unit".to_owned();
            faults.add(self.source, "different-units", written.right.span(), message, hint);
        }
    }

    fn form_named(&self, id: &str, written: &Located<String>, faults: &mut Faults) -> Option<FormIndex> {
        let found = self
            .forms
            .iter()
            .position(|(form, _)| form.id == id)
            .filter(|_| !faults.is_broken(id));
        if found.is_none() && !self.forms.is_empty() && !faults.is_broken(id) && !faults.forms_missing() {
            let known = self.forms.iter().map(|(form, _)| form.id.as_str());
            let (span, message) = inside(written, id, format!("unknown form `{id}`"));
            faults.add_inside(self.source, "unknown-form", written, span, message, choices(id, known));
        }
        found
    }

    fn column_named(&self, form: FormIndex, id: &str, written: &Located<String>, faults: &mut Faults) -> Option<usize> {
        let columns = &self.forms[form].0.columns;
        let found = columns.iter().position(|column| column.id == id);
        if found.is_none() && !faults.is_broken(id) {
            let known = columns.iter().map(|column| column.id.as_str());
            let (span, message) = inside(written, id, format!("unknown column `{id}`"));
            faults.add_inside(
                self.source,
                "unknown-column",
                written,
                span,
                message,
                choices(id, known),
            );
        }
        found.filter(|_| !faults.is_broken(id))
    }
}

/// Where a name stands in a text.
fn inside(text: &str, name: &str, message: String) -> (Range<usize>, String) {
    let from = text.rfind(name).unwrap_or(0);
    (from..from + name.len(), message)
}

/// Only what a row itself says can choose rows.
fn of_row(dimension: &Dimension, form: &Form) -> bool {
    matches!(dimension.level, DimensionLevel::Row { .. }) && applies(dimension, form)
}

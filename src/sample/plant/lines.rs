//! The lines of the truth that concern more than one row, and near misses that are found as they stand.

use std::collections::BTreeSet;

use super::wishes::{Aim, Wish};
use super::{Meant, Plot, Unit, standing};
use crate::domain::{Code, FindingCode, Severity};
use crate::pipeline::{Rule, RuleKind};
use crate::sample::chance::stream;
use crate::sample::faults::{EXPLAINED, NOTHING, ROW_OUT, usual};
use crate::sample::lay::Counted;
use crate::sample::oracle::Found;
use crate::sample::recipe::Format;
use crate::sample::truth::{Line, near};

/// Path, sheet and line of rows.
pub(super) type Explained<'a> = BTreeSet<(&'a str, &'a str, usize)>;

impl Plot<'_> {
    /// A total that is right, beside rows that are held back: nothing may be found.
    pub(super) fn right_total(&self, model: usize, code: Code) -> Option<Line> {
        self.units.iter().find_map(|unit| {
            let standing = standing(&unit.outcome, model).filter(|standing| standing.is_plain)?;
            let (line, _) = standing.total.as_ref()?;
            standing.records.iter().find(|record| record.kept.is_none())?;
            Some(near(&standing.path, &standing.sheet, code).at_row(Some(*line)))
        })
    }

    /// The line of a near miss of a sheet or its units; those of rows are told with the row.
    pub(super) fn near_line(&self, wish: &Wish, unit: usize) -> Option<Line> {
        let Aim::Rule(rule) = wish.aim else { return None };
        let rule = &self.pipeline.rules[rule];
        let standing = standing(&self.units[unit].outcome, wish.model).filter(|_| wish.is_near)?;
        if wish.recipe.is_some_and(|recipe| recipe.whole_sheet) {
            let line = near(&standing.path, &standing.sheet, FindingCode::rule(&rule.id));
            return Some(Line {
                column: self.column_of(rule),
                kind: format!("near whole column {}", rule.id),
                ..line
            });
        }
        matches!(rule.kind, RuleKind::Cover(_)).then(|| near(&standing.path, "", FindingCode::rule(&rule.id)))
    }

    /// The line of what lies at the bound of a rule as it is, in a unit: the row of a sheet, or the sheet.
    pub(super) fn as_it_stands(&self, wish: &Wish, unit: usize) -> Option<Line> {
        if let Aim::Former(_) = wish.aim {
            return self.code_in_force(wish.model, unit);
        }
        let Aim::Rule(rule) = wish.aim else { return None };
        let rule = &self.pipeline.rules[rule];
        let standing = standing(&self.units[unit].outcome, wish.model)?;
        let mut records = standing.records.iter();
        let at_row = |record: &Counted| Line {
            column: self.column_of(rule),
            ..near(&standing.path, &standing.sheet, FindingCode::rule(&rule.id)).at_row(Some(record.line))
        };
        match &rule.kind {
            RuleKind::Row(_) | RuleKind::Sum(_) => records
                .find(|record| self.is_judged(unit, wish, rule, record))
                .map(at_row),
            RuleKind::Reconcile(reconcile) => {
                let oracle = self.oracle_of(unit, None);
                let entry = self.entry(unit, wish.model)?;
                let agrees = |record: &&Counted| oracle.agrees_beside_odd_rows(reconcile, &entry, record);
                records.find(agrees).map(at_row)
            }
            RuleKind::Cover(cover) if cover.register.is_some() => {
                let oracle = self.oracle_of(unit, None);
                let is_exact = oracle.lists_all(&self.entry(unit, wish.model)?);
                is_exact.then(|| near(&standing.path, "", FindingCode::rule(&rule.id)))
            }
            _ => None,
        }
    }

    /// A row whose code is valid at its time and old later: it is known.
    fn code_in_force(&self, model: usize, unit: usize) -> Option<Line> {
        let Unit { stage, outcome, .. } = &self.units[unit];
        let reporter = self.units[unit].reporter();
        let standing = standing(outcome, model).filter(|_| stage.recoded.contains(&reporter.code))?;
        let slot = self.models[model].code.as_ref()?.slot;
        let is_own = |record: &&Counted| {
            let row = record.kept.as_ref();
            row.is_some_and(|row| row[slot].member().starts_with(&reporter.code))
        };
        let record = standing.records.iter().find(is_own)?;
        Some(Line {
            column: self.models[model].form.columns[slot].id.clone(),
            kind: "near code-unknown, old code".to_owned(),
            ..near(&standing.path, &standing.sheet, Code::CodeUnknown).at_row(Some(record.line))
        })
    }

    /// Whether a rule within a row can be judged, and holds.
    fn is_judged(&self, unit: usize, wish: &Wish, rule: &Rule, record: &Counted) -> bool {
        let Unit { stage, .. } = &self.units[unit];
        let (model, reporter) = (&self.models[wish.model], self.units[unit].reporter());
        let columns = match &rule.kind {
            RuleKind::Row(assert) => assert.columns.clone(),
            RuleKind::Sum(sum) => std::iter::once(sum.total).chain(sum.parts.iter().copied()).collect(),
            _ => return false,
        };
        let mut rng = stream(self.seed, &["plant", self.name]);
        let style = stage.style(&mut rng, model, reporter, Format::Csv);
        let laying = stage.laying(reporter, model, &style);
        let is_whole = |row: &crate::sample::draw::Row| {
            let is_meant = wish.recipe.is_none_or(|recipe| model.is_meant(recipe, row));
            is_meant && columns.iter().all(|&slot| row[slot].is_known()) && laying.spoiler().broken(row).is_empty()
        };
        record.kept.as_ref().is_some_and(is_whole)
    }

    pub(super) fn column_of(&self, rule: &Rule) -> String {
        let column = match &rule.kind {
            RuleKind::Row(assert) => assert.columns.first().copied(),
            RuleKind::Sum(sum) => Some(sum.total),
            RuleKind::History(history) => Some(history.column),
            RuleKind::Outlier(outlier) => Some(outlier.column),
            RuleKind::Reconcile(reconcile) => Some(reconcile.right_column),
            RuleKind::Cover(_) => None,
        };
        column.map_or(String::new(), |at| {
            self.pipeline.forms[rule.form].columns[at].id.clone()
        })
    }

    /// The line of a finding; `meant`: it is planted, and no consequence of something else.
    pub(super) fn line(&self, found: &Found, meant: Option<&Meant>, explained: &Explained) -> Line {
        let (kind, mend) = meant
            .cloned()
            .unwrap_or_else(|| (format!("follows {}", found.code), String::new()));
        Line {
            row: found.row,
            severity: self.severity(&found.code).as_str(),
            kind,
            mend,
            ..Line::of_column(
                &found.path,
                &found.sheet,
                &found.column,
                found.code.clone(),
                self.consequence(found, explained),
            )
        }
    }

    /// The rule's severity, or the catalog's.
    pub(super) fn severity(&self, code: &FindingCode) -> Severity {
        let rule = self.pipeline.rules.iter().find(|rule| code.is_rule(&rule.id));
        rule.map_or_else(|| usual(code), |rule| rule.severity)
    }

    /// The rows that say why they are as they are.
    pub(super) fn explained(&self) -> Explained<'_> {
        let standings = self.units.iter().flat_map(|unit| &unit.outcome.standing);
        let rows = standings.flat_map(|standing| {
            let slot = self.models[standing.model].form.explanation;
            let has_words = move |record: &&Counted| {
                let row = slot.zip(record.kept.as_ref());
                row.is_some_and(|(slot, row)| row[slot].is_known())
            };
            let records = standing.records.iter().filter(has_words);
            records.map(|record| (standing.path.as_str(), standing.sheet.as_str(), record.line))
        });
        rows.collect()
    }

    /// Whether the row is out, or says why.
    fn consequence(&self, found: &Found, explained: &Explained) -> &'static str {
        if self.severity(&found.code) == Severity::Hard {
            return ROW_OUT;
        }
        let is_explained = |row| explained.contains(&(found.path.as_str(), found.sheet.as_str(), row));
        if found.row.is_some_and(is_explained) {
            EXPLAINED
        } else {
            NOTHING
        }
    }
}

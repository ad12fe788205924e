//! From a figure of the release before to that of this one, cause by cause.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::before::{Old, Unfit};
use super::figures::{AllChanged, Changed, Figures, State};
use super::now::Now;
use super::old_areas;
use super::rows::Moved;
use super::senders::RowCause;
use crate::domain::exact::{LOST, figure};
use crate::domain::{Lang, Period, Sums};
use crate::pipeline::{FormIndex, Indicator, Pipeline};
use crate::registry::{Areas, Registry};
use crate::rollup::Cube;
use crate::statistics::Scale;
use crate::tables::{RevisionRow, Table};

/// What changes figures, in the order in which the steps follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cause {
    /// Formulas, rules, the reading of files; another version of the program.
    Definition,
    /// Where areas lie and how they are grouped.
    Registry,
    /// Rows of files that have not changed count otherwise, or what is owed has changed.
    Other,
    /// What rows tell by where they come from.
    Rows(RowCause),
}

impl Cause {
    fn token(self) -> &'static str {
        match self {
            Cause::Definition => "definition",
            Cause::Registry => "registry",
            Cause::Other => "other",
            Cause::Rows(RowCause::Correction) => "correction",
            Cause::Rows(RowCause::Resubmission) => "resubmission",
            Cause::Rows(RowCause::LateSubmission) => "late_submission",
        }
    }
}

/// What is known of the causes of a release's changes.
pub(super) struct Causes {
    rows: BTreeMap<RowCause, Cube>,
    /// The cause of what is left where all others are taken away.
    rest: Cause,
    /// All sums without the changes by rows, and the registry by which they were grouped before: where both the definition and the
    /// registry have changed.
    regrouped: Option<(Cube, Registry)>,
}

impl Causes {
    pub(super) fn of(old: &Old<'_>, now: Now<'_>, moved: Moved) -> Result<Causes, Unfit> {
        let pipeline = now.shared.pipeline;
        let other_rules = old.record.has_other_rules(pipeline);
        let other_digest = old.record.definition_sha256 != pipeline.digest;
        let regrouped = match now.cube.filter(|_| other_rules && other_digest) {
            Some(cube) => old_areas::registry(old, now)?.map(|registry| {
                let mut before = Cube::new(pipeline);
                before.add_all(cube);
                moved.cubes.values().for_each(|own| before.subtract(own));
                (before, registry)
            }),
            None => None,
        };
        let rest = match (other_rules, other_digest) {
            (true, _) => Cause::Definition,
            (false, true) => Cause::Registry,
            (false, false) => Cause::Other,
        };
        Ok(Causes {
            rows: moved.cubes,
            rest,
            regrouped,
        })
    }
}

/// One row for each step of each figure that changed.
pub(super) fn table(now: Now<'_>, changed: &AllChanged, causes: &Causes) -> Table {
    let mut parts: Vec<Table> = Vec::new();
    let all: Vec<(&(Period, usize), &Vec<Changed>)> = changed.iter().collect();
    for of_period in all.chunk_by(|(one, _), (other, _)| one.0 == other.0) {
        let cube = now.parts.of_period(now.shared.pipeline, of_period[0].0.0);
        let tables = of_period.par_iter().map(|&(&at, figures)| {
            let scene = Scene::of(now, (&cube, at), figures, causes);
            let mut table = Table::of::<RevisionRow>();
            figures.iter().for_each(|one| scene.push(&mut table, one));
            table
        });
        parts.extend(tables.collect::<Vec<_>>());
    }
    Table::joined::<RevisionRow>(parts)
}

/// One indicator in one period.
struct Scene<'a> {
    now: Now<'a>,
    period: String,
    indicator: &'a Indicator,
    scales: (u32, u32),
    after: Figures,
    /// Changes of sums, in the order of the steps.
    changes: Vec<(Cause, Change)>,
    rest: Cause,
}

/// What a cause changes: what its rows add, or the difference between figures before and after it.
enum Change {
    Added(Figures),
    Between(Figures, Figures),
}

/// The changes by rows of an indicator of two forms. What rows add depends on what the other form has of their area, so the rows of
/// each cause are taken away in turn, the last first.
fn one_by_one(
    pipeline: &Pipeline,
    now: &Cube,
    rows: &BTreeMap<RowCause, Cube>,
    of: impl Fn(&Cube) -> Figures,
) -> Vec<(Cause, Change)> {
    let mut left = Cube::new(pipeline);
    left.add_all(now);
    let mut changes = Vec::new();
    for (&cause, cube) in rows.iter().rev() {
        let after = of(&left);
        left.subtract(cube);
        changes.push((Cause::Rows(cause), Change::Between(of(&left), after)));
    }
    changes.reverse();
    changes
}

impl<'a> Scene<'a> {
    fn of(
        now: Now<'a>,
        (cube, (period, indicator)): (&Cube, (Period, usize)),
        figures: &[Changed],
        causes: &Causes,
    ) -> Scene<'a> {
        let pipeline = now.shared.pipeline;
        let spec = &pipeline.indicators[indicator];
        let form = &pipeline.forms[pipeline.measures[spec.denominator].form];
        let areas = now.shared.registry.of_form(form, period);
        let owed = |form: FormIndex, area: &str| now.shared.owed_rows(form, period, area);
        let cells_of = |cube: &Cube, areas: &Areas| cube.indicator(pipeline, areas, (period, indicator), &owed);
        let cells = cells_of(cube, &areas);
        let grouped = figures.iter().any(|one| one.whose.group.is_some());
        let mut changes = Vec::new();
        if let Some((cube, registry)) = &causes.regrouped {
            let old_areas = registry.of_form(form, period);
            let of = |areas| Figures::of(pipeline, areas, &cells_of(cube, areas), grouped);
            changes.push((Cause::Registry, Change::Between(of(&old_areas), of(&areas))));
        }
        if pipeline.has_two_forms(spec) {
            let of = |cube: &Cube| Figures::of(pipeline, &areas, &cells_of(cube, &areas), grouped);
            changes.extend(one_by_one(pipeline, cube, &causes.rows, of));
        } else {
            for (&cause, cube) in &causes.rows {
                let moved = cells_of(cube, &areas);
                if !moved.cells.is_empty() {
                    let figures = Figures::of(pipeline, &areas, &moved, grouped);
                    changes.push((Cause::Rows(cause), Change::Added(figures)));
                }
            }
        }
        Scene {
            now,
            period: period.to_string(),
            indicator: spec,
            scales: (cells.numerator_scale, cells.denominator_scale),
            after: Figures::of(pipeline, &areas, &cells, grouped),
            changes,
            rest: causes.rest,
        }
    }

    /// The steps of a figure: causes, and what it is after each.
    fn steps(&self, one: &Changed) -> Vec<(Cause, State)> {
        let mut sums = self.after.get(&one.whose);
        let mut before: Vec<(Cause, Sums, Sums)> = Vec::new();
        for (cause, change) in self.changes.iter().rev() {
            let change = match change {
                Change::Added(figures) => figures.get(&one.whose),
                Change::Between(old, new) => new.get(&one.whose).minus(&old.get(&one.whose)),
            };
            let is_none = change.numerator == 0 && change.denominator == 0 && change.rows == 0;
            if !is_none {
                let start = sums.minus(&change);
                before.push((*cause, start, sums));
                sums = start;
            }
        }
        before.reverse();
        let mut steps: Vec<(Cause, State)> = Vec::new();
        let mut state = one.before;
        let mut step = |cause: Cause, after: State| {
            if after != state {
                steps.push((cause, after));
                state = after;
            }
        };
        // Where nothing is left between the figure as it was published and the first sums, the figure stands as it was published: a
        // sum of no rows is 0 there if nothing is owed.
        let first = self.state(&sums);
        let is_empty = |state: State| state.numerator.unwrap_or(0.0) == 0.0 && state.denominator.unwrap_or(0.0) == 0.0;
        if !(first == one.before || sums.rows == 0 && is_empty(first) && is_empty(one.before)) {
            step(self.rest, if before.is_empty() { one.after } else { first });
        }
        let last = before.len();
        for (at, (cause, _, after)) in before.into_iter().enumerate() {
            step(cause, if at + 1 == last { one.after } else { self.state(&after) });
        }
        step(
            if self.rest == Cause::Definition {
                self.rest
            } else {
                Cause::Other
            },
            one.after,
        );
        steps
    }

    /// What would be published of sums.
    fn state(&self, sums: &Sums) -> State {
        let is_nothing = sums.rows == 0 && sums.numerator == 0 && sums.denominator == 0;
        if is_nothing || sums.numerator == LOST || sums.denominator == LOST {
            return State::default();
        }
        let (numerator, denominator) = self.scales;
        let scale = Scale::new(self.indicator, numerator, denominator);
        State {
            numerator: Some(figure(sums.numerator, numerator) + 0.0),
            denominator: Some(figure(sums.denominator, denominator) + 0.0),
            value: scale
                .value(sums.numerator, sums.denominator)
                .ok()
                .map(|value| value + 0.0),
        }
    }

    fn push(&self, table: &mut Table, one: &Changed) {
        let dimensions = &self.now.shared.pipeline.dimensions;
        let group = one.whose.group.map(|(at, member)| (&dimensions[at], member));
        let title = |lang: Lang| self.indicator.title.0.get(lang.tag()).map(String::as_str);
        let mut before = one.before;
        for ((cause, after), step) in self.steps(one).into_iter().zip(1..) {
            table.push(RevisionRow {
                period: &self.period,
                area_code: &one.whose.area,
                area_name: one.area_name.as_deref(),
                indicator: &self.indicator.id,
                indicator_title_zh: title(Lang::Zh),
                indicator_title_en: title(Lang::En),
                dimension: group.map(|(dimension, _)| dimension.id.as_str()),
                member: group.map(|(dimension, member)| dimension.member_id(member)),
                step,
                cause: cause.token(),
                numerator_before: before.numerator,
                numerator_after: after.numerator,
                denominator_before: before.denominator,
                denominator_after: after.denominator,
                value_before: before.value,
                value_after: after.value,
                value_change: before.value.zip(after.value).map(|(before, after)| after - before),
                unit: &self.indicator.unit,
                figure_before: one.before.value,
                figure_after: one.after.value,
            });
            before = after;
        }
    }
}

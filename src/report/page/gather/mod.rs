//! From the tables of a release to the context of its page.

mod gaps;
mod goals;
mod indicators;
mod lorenz;
mod quality;
mod reporting;
mod revisions;
mod tiles;
mod trend;

use std::collections::BTreeMap;

use super::Sources;
use super::context::{Context, Definition, Fact};
use super::words;
use crate::domain::{Lang, Period, Text};
use crate::pipeline::{Indicator, Pipeline};
use crate::report::codebook::formula;
use crate::report::gather::{Areas, Reasons, indicator_lines, row_account, unit_word};
use crate::report::number::{count, percent};
use crate::report::summary::{IndicatorLine, RowAccount};
use crate::tables::{IndicatorRow, ReportingRow, Table};

/// Periods of charts and tables, the latest ones; all are in the release.
const PERIODS: usize = 36;

/// What all parts of the page ask.
struct Gathering<'a> {
    pipeline: &'a Pipeline,
    sources: &'a Sources<'a>,
    reasons: &'a Reasons,
    areas: Areas,
    period: Option<Period>,
}

/// Gathers what the page shows.
pub fn context(pipeline: &Pipeline, sources: &Sources<'_>, reasons: &Reasons) -> Context {
    let areas = Areas::new(sources.table("areas"), &pipeline.registry.levels[0]);
    let period = latest_period(pipeline, sources, &areas.root);
    let all = Gathering {
        pipeline,
        sources,
        reasons,
        areas,
        period,
    };
    let lines = indicator_lines(pipeline, sources.table("indicators"), reasons, &all.areas.root, period);
    let goal_lines: Vec<&IndicatorLine> = lines.iter().filter(|line| line.target.is_some()).collect();
    let reporting = reporting::views(&all);
    let rows = row_account(sources.table("submissions"));
    let revisions = revisions::view(&all);
    Context {
        title: pipeline.title.clone(),
        root: all.areas.name(&all.areas.root),
        period: period.map(|period| period.to_string()),
        synthetic: pipeline.synthetic,
        notice: words::notice(sources.standing),
        lead: match pipeline.title.own(Lang::Zh) {
            Some(_) => "zh",
            None => "en",
        },
        facts: facts(&all, &goal_lines, &rows),
        goals: goals::goals(&all, &goal_lines),
        indicators: indicators::views(&all),
        gaps: gaps::views(&all),
        reporting,
        rows: quality::rows(&rows),
        findings: quality::findings(&all),
        reconciliation: quality::reconciliation(&all),
        revisions,
        definitions: goals_first(pipeline)
            .map(|(_, indicator)| definition(pipeline, indicator))
            .collect(),
        files: sources
            .heads
            .iter()
            .map(|head| (format!("tables/{}.parquet", head.name), head.spec.title.clone()))
            .collect(),
        licence: pipeline.licence.clone(),
    }
}

/// The latest period in which at least half of the reporters of a form sent something usable; where there is none, the latest one with
/// a figure of the root. The date of the run plays no part: the page of a release follows from what was sent.
fn latest_period(pipeline: &Pipeline, sources: &Sources<'_>, root: &str) -> Option<Period> {
    let of_root = || {
        let rows = sources.table("indicators").rows::<IndicatorRow>();
        rows.filter(|row| row.area_code == root && row.value.is_some())
            .filter_map(|row| Period::parse_any(row.period))
    };
    let reported = sources.table("reporting").rows::<ReportingRow>();
    let reported = reported
        .filter(|row| row.area_code == root && row.usable_share.is_some_and(|share| share >= 0.5))
        .filter_map(|row| Period::parse_any(row.period));
    let reported = reported.filter(|period| pipeline.periods.contains(period)).max();
    reported.or_else(|| of_root().max())
}

/// Indicators with their index, those with a target first, in the order of the definition.
fn goals_first(pipeline: &Pipeline) -> impl Iterator<Item = (usize, &Indicator)> {
    let all = || pipeline.indicators.iter().enumerate();
    let goals = all().filter(|(_, indicator)| !indicator.target.is_empty());
    goals.chain(all().filter(|(_, indicator)| indicator.target.is_empty()))
}

/// Title of an indicator with its unit, where the title does not say it.
fn titled(pipeline: &Pipeline, indicator: &Indicator) -> Text {
    words::with_unit(&indicator.title, &indicator.id, &unit_word(pipeline, &indicator.unit))
}

fn definition(pipeline: &Pipeline, indicator: &Indicator) -> Definition {
    Definition {
        title: titled(pipeline, indicator),
        id: indicator.id.clone(),
        formula: formula(pipeline, indicator),
        sources: indicator.sources.clone(),
        caveats: indicator.caveats.clone(),
    }
}

fn facts(all: &Gathering<'_>, goals: &[&IndicatorLine], rows: &RowAccount) -> Vec<Fact> {
    let mut facts = Vec::new();
    if !goals.is_empty() {
        let met = goals.iter().filter(|line| line.verdict == "met").count();
        let sure = goals
            .iter()
            .filter(|line| line.verdict == "met" && line.robust == Some(true));
        facts.push(Fact {
            label: Text::new("达标目标", "Goals met"),
            value: words::of(met, goals.len()),
            note: Some(words::of_them_sure(sure.count())),
        });
    }
    for (title, row) in all.reported_by_root() {
        facts.push(Fact {
            label: words::reporters_of(&title),
            value: words::of(row.usable, row.expected),
            note: row.usable_share.map(|share| Text::new(percent(share), percent(share))),
        });
    }
    facts.push(Fact {
        label: Text::new("计入的行", "Rows accepted"),
        value: Text::new(count(rows.accepted), count(rows.accepted)),
        note: Some(words::of_read(rows.read)),
    });
    facts
}

impl<'a> Gathering<'a> {
    fn root(&self) -> &str {
        &self.areas.root
    }

    fn partition_level(&self) -> &str {
        &self.pipeline.registry.levels[self.pipeline.registry.partition]
    }

    /// Title of a level, as a person reads it.
    fn level_title(&self, level: usize) -> Text {
        self.pipeline.registry.titles[level].clone()
    }

    fn period_text(&self) -> String {
        self.period.map(|period| period.to_string()).unwrap_or_default()
    }

    /// `China · 2020`, which every subtitle ends with.
    fn place_and_time(&self) -> Text {
        words::joined(&[self.areas.name(self.root()), words::same(&self.period_text())])
    }

    /// What the root has reported in the latest period, form by form.
    fn reported_by_root(&self) -> Vec<(Text, ReportingRow<'_>)> {
        let period = self.period_text();
        let rows = self.sources.table("reporting").rows::<ReportingRow>();
        let of_root: BTreeMap<&str, ReportingRow<'_>> = rows
            .filter(|row| row.area_code == self.root() && row.period == period && row.expected > 0)
            .map(|row| (row.form, row))
            .collect();
        let forms = self.pipeline.forms.iter();
        forms
            .filter_map(|form| Some((words::named(&form.title, &form.id), *of_root.get(form.id.as_str())?)))
            .collect()
    }
}

/// The rows of a table by what they are about, in order of the table.
fn by<'a, K: Ord, R>(rows: impl Iterator<Item = R>, key: impl Fn(&R) -> K) -> BTreeMap<K, Vec<R>> {
    let mut all: BTreeMap<K, Vec<R>> = BTreeMap::new();
    for row in rows {
        all.entry(key(&row)).or_default().push(row);
    }
    all
}

impl<'a> Sources<'a> {
    fn table(&self, name: &str) -> &'a Table {
        let mut tables = self.tables.iter();
        tables
            .find(|table| table.name == name)
            .expect("a release holds every table of tables.toml")
    }
}

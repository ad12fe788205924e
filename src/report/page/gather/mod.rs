//! From the tables of a release to the context of its page.

mod common;
mod gaps;
mod goals;
mod indicators;
mod lorenz;
mod quality;
mod reporting;
mod revisions;
mod tiles;
mod trend;

use super::context::{Context, Definition, Fact};
use super::sources::Sources;
use super::words;
use crate::domain::{Lang, Period, Text};
use crate::pipeline::{Indicator, Pipeline};
use crate::report::codebook::formula;
use crate::report::gather::{Areas, indicator_lines, row_account};
use crate::report::number::{count, percent};
use crate::report::summary::{IndicatorLine, RowAccount};
use crate::report::titles::Reasons;
use crate::tables::{IndicatorRow, ReportingRow};
use common::{Gathering, goals_first, titled};

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

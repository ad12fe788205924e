//! From what was gathered of a release to the context of its page.

mod boundaries;
mod changes;
mod common;
mod convergence;
mod crosses;
mod described;
mod estimates;
mod gap_changes;
mod gaps;
mod goals;
mod indicators;
mod inequality;
mod lorenz;
mod mixes;
mod neighbours;
mod pairs;
mod products;
mod progress;
mod quality;
mod reporting;
mod revisions;
mod tiles;
mod trend;

use super::context::{Context, Definition, Fact};
use crate::domain::{Lang, Text};
use crate::pipeline::{Indicator, Pipeline};
use crate::report::codebook::formula_in;
use crate::report::gather::{Gathering, goals_first, titled};
use crate::report::number::{count, percent};
use crate::report::summary::{IndicatorLine, RowAccount};
use crate::report::words;
use gap_changes::GapChanges;
use inequality::Inequality;
use mixes::Mixes;
use neighbours::Neighbours;
use pairs::Pairs;

/// Gathers what the page shows.
pub fn context(all: &Gathering<'_>) -> Context {
    let Gathering { pipeline, sources, .. } = all;
    let goal_lines: Vec<&IndicatorLine> = all.goals().collect();
    let inequality = Inequality::new(all);
    let neighbours = Neighbours::new(all);
    let pairs = Pairs::new(all);
    let gap_changes = GapChanges::new(all, &pairs);
    let crossed = crosses::crossed(all, &inequality);
    let (indicators, tiles_note) = indicators::views(all, &inequality, &neighbours);
    Context {
        title: pipeline.title.clone(),
        root: all.areas.name(&all.areas.root),
        period: all.period.map(|period| period.to_string()),
        synthetic: pipeline.synthetic,
        notice: words::notice(sources.standing),
        lead: match pipeline.title.own(Lang::Zh) {
            Some(_) => "zh",
            None => "en",
        },
        facts: facts(all, &goal_lines, &all.rows),
        goals: goals::goals(all, &goal_lines),
        indicators,
        tiles_note,
        gaps: gaps::views(all, &pairs, &gap_changes, &Mixes::new(all, &pairs)),
        gap_pairs: pairs.left_out(),
        gap_notes: gap_changes.notes(),
        crosses: crossed.views,
        cross_notes: crossed.notes,
        cross_effects: crosses::effects(all),
        changes: changes::views(all),
        products: products::products(all),
        inequality: inequality.table(),
        convergence: convergence::convergence(all),
        between: convergence::between(all),
        neighbours: neighbours.table(),
        estimates: estimates::estimates(all),
        boundaries: boundaries::boundaries(all),
        reporting: reporting::views(all),
        rows: quality::rows(&all.rows),
        findings: quality::findings(all),
        reconciliation: quality::reconciliation(all),
        revisions: revisions::view(all),
        definitions: goals_first(pipeline)
            .map(|(_, indicator)| definition(pipeline, indicator))
            .collect(),
        files: sources
            .heads
            .iter()
            .map(|head| (format!("tables/{}.parquet", head.name), head.spec.title.clone()))
            .collect(),
        licence: pipeline.licence.clone(),
        publisher: pipeline.credit.publisher.clone(),
        contact: pipeline.credit.contact.clone(),
    }
}

fn definition(pipeline: &Pipeline, indicator: &Indicator) -> Definition {
    Definition {
        title: titled(pipeline, indicator),
        id: indicator.id.clone(),
        formula: Text::new(
            formula_in(pipeline, indicator, Lang::Zh),
            formula_in(pipeline, indicator, Lang::En),
        ),
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

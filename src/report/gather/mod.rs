//! From the tables of a release to the context of its summary.

mod areas;
mod findings;
mod gaps;
mod indicators;
mod reconciled;
mod release;
mod reporting;
mod rows;

use std::borrow::Borrow;

use jiff::civil::Date;

use super::explain::explain_command;
use super::influential::influential;
use super::moved::{Moved, moved};
use super::rules::{rule_lines, unjudged_lines};
use super::summary::{NotDue, Summary};
use super::titles::Reasons;
use crate::pipeline::Pipeline;
use crate::tables::{Columns, RevisionRow, Table};
pub(super) use areas::Areas;
use findings::{feedback, finding_lines, returned};
use gaps::gap_sections;
pub(super) use gaps::{a_is_ahead, member_title};
use indicators::{indicator_lines, latest_period};
pub(super) use reconciled::{ReconciledRule, reconciled_rules};
pub use release::Gathering;
pub(super) use release::{goals_first, titled};
use reporting::{not_due_lines, reporting_sections};
use rows::row_account;

/// Gathers what a person wants to know of a run from its tables (`areas`, `submissions`, `findings`, `reporting`,
/// `indicators`, `gaps`; others are ignored).
/// `not_due`: the forms that are not due on the date of the run.
pub fn summarise(
    pipeline: &Pipeline,
    tables: &[impl Borrow<Table>],
    reasons: &Reasons,
    (as_of, not_due): (Date, &[NotDue]),
) -> Summary {
    let tables: Vec<&Table> = tables.iter().map(Borrow::borrow).collect();
    let tables = &*tables;
    let areas = Areas::new(table(tables, "areas"), &pipeline.registry.levels[0]);
    let indicators = table(tables, "indicators");
    let submissions = table(tables, "submissions");
    let period = latest_period(pipeline, indicators, &areas.root, not_due);
    let lines = indicator_lines(pipeline, indicators, reasons, &areas.root, period);
    let findings = finding_lines(pipeline, table(tables, "findings"), submissions);
    let rules = rule_lines(pipeline, tables.iter().copied().find(|table| table.name == "rules"));
    let codes = findings.iter().map(|line| line.code.as_str());
    let explain = explain_command(pipeline, codes.chain(rules.iter().map(|line| line.rule.as_str())));
    let (goals, others) = lines.into_iter().partition(|line| line.target.is_some());
    Summary {
        title: pipeline.title.clone(),
        synthetic: pipeline.synthetic,
        root: areas.name(&areas.root),
        partition_level: pipeline.registry.titles[pipeline.registry.partition].clone(),
        period: period.map(|p| p.to_string()),
        goals,
        others,
        moved: match tables.iter().find(|table| table.name == RevisionRow::TABLE) {
            Some(table) => moved(pipeline, &areas.root, table.rows()),
            None => Moved::default(),
        },
        gaps: gap_sections(pipeline, table(tables, "gaps"), &areas.root, period),
        reporting: reporting_sections(pipeline, table(tables, "reporting"), submissions, &areas, period),
        not_due: not_due_lines(pipeline, table(tables, "reporting"), &areas.root, (as_of, not_due)),
        findings,
        explain,
        rules,
        unjudged: unjudged_lines(tables.iter().copied().find(|table| table.name == "unjudged")),
        influential: influential(pipeline, table(tables, "findings").rows(), |_| true),
        returns: (pipeline.returns.write).then(|| returned(table(tables, "findings"), submissions)),
        feedback: feedback(table(tables, "findings"), table(tables, "corrections")),
        rows: row_account(submissions),
    }
}

fn table<'a>(tables: &[&'a Table], name: &str) -> &'a Table {
    tables
        .iter()
        .find(|t| t.name == name)
        .expect("a release holds every table of tables.toml")
}

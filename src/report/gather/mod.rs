//! From the tables of a release to the context of its summary.

mod findings;
mod gaps;
mod indicators;
mod reporting;

use std::borrow::Borrow;
use std::collections::BTreeMap;

use jiff::civil::Date;

use super::explain::explain_command;
use super::influential::influential;
use super::moved::{Moved, moved};
use super::rules::{rule_lines, unjudged_lines};
use super::summary::{NotDue, RowAccount, Summary};
use crate::domain::{Lang, Text};
use crate::pipeline::Pipeline;
use crate::tables::{AreaRow, Columns, RevisionRow, SubmissionRow, Table};
pub(super) use findings::finding_lines;
use findings::{feedback, returned};
pub use findings::{finding_title, indicator_title};
use gaps::gap_sections;
pub(super) use gaps::{a_is_ahead, member_title};
pub(super) use indicators::indicator_lines;
use indicators::latest_period;
use reporting::{not_due_lines, reporting_sections};

/// Tokens of reasons for which a figure is null, and what a person reads of each.
pub type Reasons = [(&'static str, Text)];

/// What a person reads of a token. One without words stands for itself.
pub fn reason_title(reasons: &Reasons, token: &str) -> Text {
    let known = reasons.iter().find(|(known, _)| *known == token);
    known.map_or_else(|| Text::new(token, token), |(_, text)| text.clone())
}

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

/// Names of areas and who lies in whom, by the latest entry of the registry.
pub(super) struct Areas {
    pub(super) root: String,
    by_code: BTreeMap<String, (Text, Option<String>)>,
}

impl Areas {
    pub(super) fn new(table: &Table, root_level: &str) -> Areas {
        let mut root = String::new();
        let mut by_code = BTreeMap::new();
        for area in table.rows::<AreaRow>() {
            if area.level == root_level {
                area.area_code.clone_into(&mut root);
            }
            let name = Text::new(area.area_name, area.area_name_en.unwrap_or(area.area_name));
            let parent = area.parent_code.map(str::to_owned);
            by_code.insert(area.area_code.to_owned(), (name, parent));
        }
        Areas { root, by_code }
    }

    pub(super) fn name(&self, code: &str) -> Text {
        self.by_code
            .get(code)
            .map_or_else(|| Text::new(code, code), |(name, _)| name.clone())
    }

    /// The area and all that it lies in; a faulty registry cannot make it run for ever.
    fn with_ancestors<'a>(&'a self, code: &'a str) -> Vec<&'a str> {
        let mut line = vec![code];
        while let Some((_, Some(parent))) = self.by_code.get(line[line.len() - 1])
            && !line.contains(&parent.as_str())
        {
            line.push(parent);
        }
        line
    }
}

pub(super) fn row_account(submissions: &Table) -> RowAccount {
    let rows = submissions.rows::<SubmissionRow>();
    let sum = |of: fn(SubmissionRow) -> i64| rows.clone().map(of).sum();
    RowAccount {
        submissions: rows.len(),
        read: sum(|row| row.rows_read),
        accepted: sum(|row| row.rows_accepted),
        quarantined: sum(|row| row.rows_quarantined),
        superseded: sum(|row| row.rows_superseded),
        set_aside: sum(|row| row.rows_set_aside),
    }
}

/// What stands behind a title. What comes after `_per_` is in every title; the column would have no room for it.
pub fn unit_word(pipeline: &Pipeline, unit: &str) -> Text {
    let word = |lang| match unit.split("_per_").next().unwrap_or_default() {
        "" | "1" => String::new(),
        quantity => pipeline.units.word(quantity, lang).unwrap_or_default(),
    };
    Text::new(word(Lang::Zh), word(Lang::En))
}

//! What `report.html` and the workbooks of a release are made of, gathered once for all of them.

use std::collections::BTreeMap;

use super::areas::Areas;
use super::findings::finding_lines;
use super::indicators::indicator_lines;
use super::rows::row_account;
use crate::domain::{Period, Text};
use crate::pipeline::{Indicator, Pipeline};
use crate::report::influential::{InfluentialLine, by_influence};
use crate::report::sources::Sources;
use crate::report::summary::{FindingLine, IndicatorLine, RowAccount};
use crate::report::titles::{Reasons, unit_word};
use crate::report::words;
use crate::tables::{IndicatorRow, ReportingRow};

/// A release, with what all of its readers are told.
pub struct Gathering<'a> {
    pub(in crate::report) pipeline: &'a Pipeline,
    pub(in crate::report) sources: &'a Sources<'a>,
    pub(in crate::report) reasons: &'a Reasons,
    pub(in crate::report) areas: Areas,
    /// The latest period of which enough was sent; None: none has a figure.
    pub(in crate::report) period: Option<Period>,
    /// Indicators in that period, in the order of the definition.
    pub(in crate::report) lines: Vec<IndicatorLine>,
    /// Kinds of finding.
    pub(in crate::report) findings: Vec<FindingLine>,
    /// Open findings that move a figure of the root, the largest change first.
    pub(in crate::report) influential: Vec<InfluentialLine>,
    /// Where every row went.
    pub(in crate::report) rows: RowAccount,
}

/// Indicators with their index, those with a target first, in the order of the definition.
pub(in crate::report) fn goals_first(pipeline: &Pipeline) -> impl Iterator<Item = (usize, &Indicator)> {
    let all = || pipeline.indicators.iter().enumerate();
    let goals = all().filter(|(_, indicator)| !indicator.target.is_empty());
    goals.chain(all().filter(|(_, indicator)| indicator.target.is_empty()))
}

/// Title of an indicator with its unit, where the title does not say it.
pub(in crate::report) fn titled(pipeline: &Pipeline, indicator: &Indicator) -> Text {
    words::with_unit(&indicator.title, &indicator.id, &unit_word(pipeline, &indicator.unit))
}

impl<'a> Gathering<'a> {
    /// Gathers what the tables of a release say. The same tables give the same.
    pub fn new(pipeline: &'a Pipeline, sources: &'a Sources<'a>, reasons: &'a Reasons) -> Gathering<'a> {
        let areas = Areas::new(sources.table("areas"), &pipeline.registry.levels[0]);
        let period = latest_period(pipeline, sources, &areas.root);
        let findings = sources.table("findings");
        Gathering {
            pipeline,
            sources,
            reasons,
            period,
            lines: indicator_lines(pipeline, sources.table("indicators"), reasons, &areas.root, period),
            areas,
            findings: finding_lines(pipeline, findings, sources.table("submissions")),
            influential: by_influence(pipeline, findings.rows(), |_| true),
            rows: row_account(sources.table("submissions")),
        }
    }

    pub(in crate::report) fn root(&self) -> &str {
        &self.areas.root
    }

    pub(in crate::report) fn partition_level(&self) -> &str {
        &self.pipeline.registry.levels[self.pipeline.registry.partition]
    }

    /// Title of a level, as a person reads it.
    pub(in crate::report) fn level_title(&self, level: usize) -> Text {
        self.pipeline.registry.titles[level].clone()
    }

    pub(in crate::report) fn period_text(&self) -> String {
        self.period.map(|period| period.to_string()).unwrap_or_default()
    }

    /// `China · 2020`, which every subtitle ends with.
    pub(in crate::report) fn place_and_time(&self) -> Text {
        words::joined(&[self.areas.name(self.root()), words::same(&self.period_text())])
    }

    /// Indicators with a target.
    pub(in crate::report) fn goals(&self) -> impl Iterator<Item = &IndicatorLine> {
        self.lines.iter().filter(|line| line.target.is_some())
    }

    /// What the root has reported in the latest period, form by form.
    pub(in crate::report) fn reported_by_root(&self) -> Vec<(Text, ReportingRow<'_>)> {
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

/// The latest period in which at least half of the reporters of a form sent something usable; where there is none, the latest one with
/// a figure of the root. The date of the run plays no part: what is told of a release follows from what was sent.
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

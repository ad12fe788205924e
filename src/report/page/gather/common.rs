//! What all parts of the page ask.

use std::collections::BTreeMap;

use crate::domain::{Period, Text};
use crate::pipeline::{Indicator, Pipeline};
use crate::report::gather::Areas;
use crate::report::page::context::Cell;
use crate::report::page::sources::Sources;
use crate::report::page::words;
use crate::report::titles::{Reasons, reason_title, unit_word};
use crate::tables::{IndicatorRow, ReportingRow};

/// Periods of charts and tables, the latest ones; all are in the release.
pub(super) const PERIODS: usize = 36;

/// A release whose page is gathered.
pub(super) struct Gathering<'a> {
    pub(super) pipeline: &'a Pipeline,
    pub(super) sources: &'a Sources<'a>,
    pub(super) reasons: &'a Reasons,
    pub(super) areas: Areas,
    pub(super) period: Option<Period>,
}

/// Indicators with their index, those with a target first, in the order of the definition.
pub(super) fn goals_first(pipeline: &Pipeline) -> impl Iterator<Item = (usize, &Indicator)> {
    let all = || pipeline.indicators.iter().enumerate();
    let goals = all().filter(|(_, indicator)| !indicator.target.is_empty());
    goals.chain(all().filter(|(_, indicator)| indicator.target.is_empty()))
}

/// Title of an indicator with its unit, where the title does not say it.
pub(super) fn titled(pipeline: &Pipeline, indicator: &Indicator) -> Text {
    words::with_unit(&indicator.title, &indicator.id, &unit_word(pipeline, &indicator.unit))
}

impl<'a> Gathering<'a> {
    pub(super) fn root(&self) -> &str {
        &self.areas.root
    }

    pub(super) fn partition_level(&self) -> &str {
        &self.pipeline.registry.levels[self.pipeline.registry.partition]
    }

    /// Title of a level, as a person reads it.
    pub(super) fn level_title(&self, level: usize) -> Text {
        self.pipeline.registry.titles[level].clone()
    }

    pub(super) fn period_text(&self) -> String {
        self.period.map(|period| period.to_string()).unwrap_or_default()
    }

    /// `China · 2020`, which every subtitle ends with.
    pub(super) fn place_and_time(&self) -> Text {
        words::joined(&[self.areas.name(self.root()), words::same(&self.period_text())])
    }

    /// What the root has reported in the latest period, form by form.
    pub(super) fn reported_by_root(&self) -> Vec<(Text, ReportingRow<'_>)> {
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
pub(super) fn by<K: Ord, R>(rows: impl Iterator<Item = R>, key: impl Fn(&R) -> K) -> BTreeMap<K, Vec<R>> {
    let mut all: BTreeMap<K, Vec<R>> = BTreeMap::new();
    for row in rows {
        all.entry(key(&row)).or_default().push(row);
    }
    all
}

/// A value, or why there is none.
pub(super) fn value_or_reason(all: &Gathering<'_>, row: &IndicatorRow<'_>) -> Cell {
    match (row.value, row.null_reason) {
        (None, Some(token)) => Cell::text(reason_title(all.reasons, token)),
        (value, _) => Cell::figure(value),
    }
}

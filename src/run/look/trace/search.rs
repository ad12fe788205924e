//! The figure that a trace is about, as published.

use std::collections::BTreeSet;

use crate::domain::Period;
use crate::domain::exact::figure;
use crate::pipeline::{Indicator, Pipeline};
use crate::registry::{Area, Areas};
use crate::run::look::error::LookError;
use crate::run::look::release::Release;
use crate::statistics::{Reason, Scale};
use crate::tables::{IndicatorRow, Table, columns};

columns! {
    /// What is published of the figure.
    pub(super) struct Published<'a> of IndicatorRow {
        pub(super) period: &'a str,
        pub(super) area_code: &'a str,
        pub(super) indicator: &'a str,
        pub(super) numerator: Option<f64>,
        pub(super) denominator: Option<f64>,
        pub(super) value: Option<f64>,
        pub(super) n_expected: i64,
        pub(super) n_reported: i64,
        pub(super) null_reason: Option<&'a str>,
    }
}

pub(super) struct Search<'a> {
    pub(super) pipeline: &'a Pipeline,
    pub(super) release: &'a Release,
    pub(super) indicator: &'a Indicator,
    pub(super) period: Period,
    pub(super) areas: &'a Areas,
    pub(super) area: &'a Area,
    pub(super) top: usize,
    /// Where numerator and denominator are of two forms: the areas of which everything has come from both, which alone count.
    pub(super) counting: Option<BTreeSet<&'a str>>,
}

/// The areas that have sums of an indicator in a period.
pub(super) fn counting<'t>(indicators: &'t Table, indicator: &str, period: Period) -> BTreeSet<&'t str> {
    let period = period.to_string();
    let rows = indicators.rows::<Published>();
    let own = rows.filter(|row| row.indicator == indicator && row.period == period && row.has_sums());
    own.map(|row| row.area_code).collect()
}

impl Published<'_> {
    /// Sums that are too large to be published count as some.
    fn has_sums(&self) -> bool {
        self.numerator.is_some() || self.null_reason == Some(Reason::TooLarge.token())
    }
}

impl Search<'_> {
    /// The row of the figure in the table `indicators`.
    pub(super) fn published<'t>(&self, indicators: &'t Table) -> Result<Published<'t>, LookError> {
        let period = self.period.to_string();
        let mut rows = indicators.rows::<Published>();
        let is_asked = |row: &Published| {
            row.indicator == self.indicator.id && row.area_code == self.area.code && row.period == period
        };
        rows.find(is_asked).ok_or_else(|| LookError::NoFigure {
            indicator: self.indicator.id.clone(),
            area: self.area.code.clone(),
            period: period.clone(),
        })
    }

    pub(super) fn numerator(&self, sum: i128) -> f64 {
        figure(sum, self.pipeline.measures[self.indicator.numerator].scale)
    }

    /// The indicator's value of two sums, as the statistics compute it; None where it has none.
    pub(super) fn value(&self, numerator: i128, denominator: i128) -> Option<f64> {
        let scale = |measure: usize| self.pipeline.measures[measure].scale;
        let (of_numerator, of_denominator) = (scale(self.indicator.numerator), scale(self.indicator.denominator));
        let scale = Scale::new(self.indicator, of_numerator, of_denominator);
        scale.value(numerator, denominator).ok()
    }

    pub(super) fn denominator(&self, sum: i128) -> f64 {
        figure(sum, self.pipeline.measures[self.indicator.denominator].scale)
    }
}

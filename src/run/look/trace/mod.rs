//! From a published figure down to the rows and cells it is summed from.

mod facts;
mod origin;
mod tell;

use super::{LookError, Offer, Release, area, period};
use crate::domain::Period;
use crate::domain::exact::figure;
use crate::pipeline::{Form, Indicator, Pipeline};
use crate::registry::{Area, Areas};
use crate::report::TraceReport;
use crate::rollup::Tracer;
use crate::tables::{IndicatorRow, Table, columns};
use facts::Found;

/// What is asked.
#[derive(Clone, Debug)]
pub struct TraceQuery {
    /// Id of the indicator.
    pub indicator: String,
    /// Code of the area.
    pub area: String,
    /// The period.
    pub period: String,
    /// Areas of a level, and records, that are listed; None: all.
    pub top: Option<usize>,
}

/// Looks. The sums are those of the facts; that they are what is published is checked.
///
/// # Errors
/// When a name is unknown, the release has no such figure, cannot be read, or does not add up.
pub fn trace(pipeline: &Pipeline, release: &Release, query: &TraceQuery) -> Result<TraceReport, LookError> {
    let at = pipeline
        .indicators
        .iter()
        .position(|indicator| indicator.id == query.indicator);
    let at = at.ok_or_else(|| LookError::Unknown {
        what: "indicator",
        given: query.indicator.clone(),
        offer: Offer::new(
            &query.indicator,
            pipeline.indicators.iter().map(|indicator| indicator.id.as_str()),
        ),
    })?;
    let period = period(&query.period, pipeline)?;
    let registry = &release.registry;
    let indicator = &pipeline.indicators[at];
    let form = &pipeline.forms[pipeline.measures[indicator.denominator].form];
    let areas = registry.of_form(form, period);
    let search = Search {
        pipeline,
        release,
        indicator,
        form,
        period,
        areas: &areas,
        area: area(&query.area, &areas)?,
        top: query.top.unwrap_or(usize::MAX),
    };
    let indicators = release.table::<Published>()?;
    let published = search.published(&indicators)?;
    let found = search.add_up(&Tracer::new(pipeline, at)?)?;
    search.compare(&found, &published)?;
    search.report(found, &published)
}

columns! {
    /// What is published of the figure.
    struct Published<'a> of IndicatorRow {
        period: &'a str,
        area_code: &'a str,
        indicator: &'a str,
        numerator: Option<f64>,
        denominator: Option<f64>,
        value: Option<f64>,
        n_expected: i64,
        n_reported: i64,
        null_reason: Option<&'a str>,
    }
}

struct Search<'a> {
    pipeline: &'a Pipeline,
    release: &'a Release,
    indicator: &'a Indicator,
    form: &'a Form,
    period: Period,
    areas: &'a Areas,
    area: &'a Area,
    top: usize,
}

impl Search<'_> {
    /// The row of the figure in the table `indicators`.
    fn published<'t>(&self, indicators: &'t Table) -> Result<Published<'t>, LookError> {
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

    fn numerator(&self, sum: i128) -> f64 {
        figure(sum, self.pipeline.measures[self.indicator.numerator].scale)
    }

    fn denominator(&self, sum: i128) -> f64 {
        figure(sum, self.pipeline.measures[self.indicator.denominator].scale)
    }

    /// The rows must add up to what is published, to the last digit.
    fn compare(&self, found: &Found, published: &Published) -> Result<(), LookError> {
        let (numerator, denominator) = (
            self.numerator(found.whole.numerator),
            self.denominator(found.whole.denominator),
        );
        let same = match (published.numerator, published.denominator) {
            (Some(a), Some(b)) => (a, b) == (numerator, denominator),
            // A sum that leaves 128 bits is published as none.
            _ => found.whole.rows == 0 || numerator.is_nan() || denominator.is_nan(),
        };
        let text = |value: Option<f64>| value.map_or("-".to_owned(), |value| value.to_string());
        if same {
            return Ok(());
        }
        Err(LookError::Mismatch {
            found: format!("{numerator} ÷ {denominator}"),
            published: format!("{} ÷ {}", text(published.numerator), text(published.denominator)),
            changed: self.release.source.definition_changed,
        })
    }
}

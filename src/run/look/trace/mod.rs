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
    let published = search.published()?;
    let found = search.add_up(&Tracer::new(pipeline, at)?)?;
    search.compare(&found, &published)?;
    search.report(found, &published)
}

/// The published row of the figure.
struct Published {
    numerator: Option<f64>,
    denominator: Option<f64>,
    value: Option<f64>,
    expected: i64,
    reported: i64,
    null_reason: Option<String>,
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
    fn published(&self) -> Result<Published, LookError> {
        let columns = [
            "period",
            "area_code",
            "indicator",
            "numerator",
            "denominator",
            "value",
            "n_expected",
            "n_reported",
            "null_reason",
        ];
        let table = self.release.table("indicators", &columns)?;
        let period = self.period.to_string();
        let row = (0..table.height()).find(|&row| {
            table.text(row, "indicator") == Some(&self.indicator.id)
                && table.text(row, "area_code") == Some(&self.area.code)
                && table.text(row, "period") == Some(&period)
        });
        let row = row.ok_or_else(|| LookError::NoFigure {
            indicator: self.indicator.id.clone(),
            area: self.area.code.clone(),
            period,
        })?;
        let number = |column: &str| table.number(row, column);
        Ok(Published {
            numerator: number("numerator"),
            denominator: number("denominator"),
            value: number("value"),
            expected: number("n_expected").map_or(0, |n| n as i64),
            reported: number("n_reported").map_or(0, |n| n as i64),
            null_reason: table.text(row, "null_reason").map(str::to_owned),
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

//! From a published figure down to the rows and cells it is summed from.

mod facts;
mod origin;
mod search;
mod tell;

use super::error::LookError;
use super::names::{area, period};
use super::offer::Offer;
use super::release::Release;
use crate::pipeline::Pipeline;
use crate::report::TraceReport;
use crate::rollup::Tracer;
use facts::Found;
use search::{Published, Search, counting};

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

/// The areas and records that a published figure is summed from. The sums are those of the facts, and must be what is published.
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
    let [above, below] = pipeline.forms_of(indicator);
    let areas = registry.of_form(&pipeline.forms[below], period);
    let indicators = release.table::<Published>()?;
    let mut forms = vec![above, below];
    forms.dedup();
    let search = Search {
        pipeline,
        release,
        indicator,
        period,
        areas: &areas,
        area: area(&query.area, &areas)?,
        top: query.top.unwrap_or(usize::MAX),
        counting: (forms.len() > 1).then(|| counting(&indicators, &query.indicator, period)),
    };
    let published = search.published(&indicators)?;
    let mut found = Found::default();
    for form in forms {
        search.add_up(form, &Tracer::new(pipeline, at, form)?, &mut found)?;
    }
    search.compare(&found, &published)?;
    search.report(found, &published)
}

impl Search<'_> {
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

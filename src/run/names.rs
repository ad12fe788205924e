//! Names beside the codes of areas, as the registry had them on the day that a form is judged on.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;

use crate::domain::Period;
use crate::pipeline::{FormIndex, Pipeline};
use crate::registry::{Area, Areas, Registry};

/// The areas of every form and period of a run.
pub struct Names<'a> {
    pipeline: &'a Pipeline,
    days: BTreeMap<Date, Arc<Areas>>,
}

impl Names<'_> {
    /// Of the periods of a pipeline.
    pub fn new<'a>(pipeline: &'a Pipeline, registry: &Registry) -> Names<'a> {
        let days = pipeline.reference_days();
        Names {
            pipeline,
            days: days.into_iter().map(|day| (day, registry.on(day))).collect(),
        }
    }

    /// Name of an area that sends a form; without a period, as it was in the last one. None where the registry does not have it
    /// then.
    pub fn of(&self, form: FormIndex, period: Option<Period>, code: &str) -> Option<&str> {
        Some(&self.area(form, period, code)?.name)
    }

    /// The area itself, with its English name; see [`Names::of`].
    pub fn area(&self, form: FormIndex, period: Option<Period>, code: &str) -> Option<&Area> {
        let areas = match period {
            Some(period) => self.days.get(&self.pipeline.forms[form].reference(period)),
            None => self.days.values().next_back(),
        };
        areas.and_then(|areas| areas.get(code))
    }
}

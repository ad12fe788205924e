//! Names beside the codes of areas, as the registry had them at the end of a period.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::domain::Period;
use crate::pipeline::Pipeline;
use crate::registry::{Areas, Registry};

/// The areas of every period of a run.
pub struct Names {
    periods: BTreeMap<Period, Arc<Areas>>,
}

impl Names {
    /// Of the periods of a pipeline.
    pub fn new(pipeline: &Pipeline, registry: &Registry) -> Names {
        let of_period = |&period: &Period| (period, registry.at(period));
        Names {
            periods: pipeline.periods.iter().map(of_period).collect(),
        }
    }

    /// Name of an area; without a period, as it was in the last one. None where the registry does not have it then.
    pub fn of(&self, period: Option<Period>, code: &str) -> Option<String> {
        let areas = match period {
            Some(period) => self.periods.get(&period),
            None => self.periods.values().next_back(),
        };
        areas.and_then(|areas| Some(areas.get(code)?.name.clone()))
    }
}

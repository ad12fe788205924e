//! What the figures of periods depend on.

use std::collections::BTreeSet;

use crate::domain::Period;
use crate::partition::Shared;
use crate::pipeline::DimensionLevel;
use crate::registry;
use crate::rollup::CubeParts;
use crate::run::dependencies::{Hash, hash, program};
use crate::statistics::Coverage;

/// What the figures of all periods depend on, and what is needed to tell those of one.
pub(super) struct Keys<'a> {
    shared: &'a Shared<'a>,
    areas: registry::Slices<'a>,
    common: Hash,
}

impl<'a> Keys<'a> {
    pub(super) fn of(shared: &'a Shared<'_>) -> Keys<'a> {
        let pipeline = shared.pipeline;
        let areas = shared.registry.slices();
        let dimensions = pipeline.dimensions.iter().enumerate();
        let members: Vec<Hash> = dimensions
            .filter(|(_, dimension)| matches!(dimension.level, DimensionLevel::Area { .. }))
            .map(|(at, _)| areas.members(at))
            .collect();
        Keys {
            shared,
            common: hash(&(
                program(),
                pipeline.comparisons_slice(),
                members,
                (areas.neighbours(), areas.limits()),
            )),
            areas,
        }
    }

    /// Of some periods that are computed together. `coverage` has theirs alone.
    pub(super) fn of_batch(&self, parts: &CubeParts, coverage: &Coverage, periods: &[Period]) -> Hash {
        let forms = &self.shared.pipeline.forms;
        let days: BTreeSet<_> = (periods.iter())
            .flat_map(|period| forms.iter().map(|form| form.reference(*period)))
            .collect();
        let areas: Vec<Hash> = days.iter().map(|day| self.areas.on(*day)).collect();
        // Between the day of a period and that of constant boundaries any area may begin and end.
        let constant = self.shared.pipeline.constant_boundaries;
        let all_areas = constant.map(|_| self.areas.whole());
        let sums: Vec<Hash> = periods.iter().map(|period| parts.digest(*period)).collect();
        let coverage: Vec<_> = coverage.iter().collect();
        hash(&(self.common, periods, (areas, all_areas), sums, coverage))
    }
}

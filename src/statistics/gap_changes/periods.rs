//! The gaps of one period with the sums of their strata.

use std::collections::BTreeMap;
use std::iter;

use super::super::figure::{Bounds, joint_status};
use super::super::gap_strata::GapStrata;
use super::super::reason::Reason;
use crate::domain::Period;
use crate::pipeline::{Dimension, DimensionIndex, Pipeline};
use crate::tables::GapRow;

/// A row of `gaps`, and its status (SDMX), which it has on constant boundaries.
pub type GapWithStatus<'r> = (GapRow<'r>, Option<&'r str>);

/// What a member holds: numerator and denominator by number of the stratum.
#[derive(Debug, Default)]
pub(super) struct Sums {
    pub(super) by_stratum: BTreeMap<u128, (f64, f64)>,
    /// Nobody knows how much one of the strata has.
    pub(super) is_open: bool,
    /// A stratum has a share between 0 and 1 of an area.
    pub(super) is_allocated: bool,
}

/// The gaps of a dimension and of an indicator in one period.
pub(super) struct PeriodGaps {
    pub(super) period: String,
    /// By code of the scope and place of the pair among those that the dimension compares.
    pub(super) gaps: BTreeMap<(String, usize), Gap>,
    /// Dimensions that the strata are of.
    pub(super) strata: Vec<DimensionIndex>,
    /// By code of the scope and place of the member in the dimension.
    pub(super) members: BTreeMap<(String, usize), Sums>,
}

impl PeriodGaps {
    /// The strata of a member within a scope.
    pub(super) fn of_member(&self, dimension: &Dimension, scope: &str, id: &str) -> Option<&Sums> {
        let member = dimension.members.iter().position(|of| of.id == id)?;
        self.members.get(&(scope.to_owned(), member))
    }

    /// E where a stratum of one of these members has a share between 0 and 1 of an area, even if the member has all of it.
    pub(super) fn status_of_strata(
        &self,
        dimension: &Dimension,
        scope: &str,
        members: [&str; 2],
    ) -> Option<&'static str> {
        let sums = members
            .into_iter()
            .filter_map(|id| self.of_member(dimension, scope, id));
        sums.into_iter().any(|sums| sums.is_allocated).then_some("E")
    }
}

/// Indicator and dimension, by their places in the definition.
pub(super) type Place = (usize, DimensionIndex);

/// The gaps of a period by indicator and dimension.
pub(super) fn by_place<'r>(
    pipeline: &Pipeline,
    period: Period,
    rows: impl Iterator<Item = GapWithStatus<'r>>,
    strata: Vec<GapStrata>,
) -> BTreeMap<Place, PeriodGaps> {
    let indicators: BTreeMap<&str, usize> = (pipeline.indicators.iter().map(|of| of.id.as_str())).zip(0..).collect();
    let dimensions: BTreeMap<&str, usize> = (pipeline.dimensions.iter().map(|of| of.id.as_str())).zip(0..).collect();
    let mut all: BTreeMap<Place, PeriodGaps> = BTreeMap::new();
    for (row, status) in rows {
        let places = indicators.get(row.indicator).zip(dimensions.get(row.dimension));
        let Some((&indicator, &dimension)) = places else {
            continue;
        };
        let mut pairs = pipeline.dimensions[dimension].compare.iter();
        let Some(pair) = pairs.position(|(a, b)| a == row.a && b == row.b) else {
            continue;
        };
        let gaps = all.entry((indicator, dimension)).or_insert_with(|| PeriodGaps {
            period: period.to_string(),
            gaps: BTreeMap::new(),
            strata: Vec::new(),
            members: BTreeMap::new(),
        });
        gaps.gaps
            .insert((row.scope_code.to_owned(), pair), Gap::new(&row, status));
    }
    for of in strata {
        if let Some(gaps) = all.get_mut(&(of.indicator, of.dimension)) {
            gaps.strata = of.strata;
            let members = of.members.into_iter();
            gaps.members = members
                .map(|of| {
                    let sums = Sums {
                        by_stratum: of.sums.into_iter().collect(),
                        is_open: of.is_open,
                        is_allocated: of.is_allocated,
                    };
                    ((of.scope_code, of.member), sums)
                })
                .collect();
        }
    }
    all
}

/// A row of `gaps`.
#[derive(Clone, Debug)]
pub(super) struct Gap {
    pub(super) scope_name: String,
    /// Of a and of b.
    pub(super) values: [Result<f64, Reason>; 2],
    pub(super) gap: Result<f64, Reason>,
    pub(super) ratio: Result<f64, Reason>,
    pub(super) mix: Result<f64, Reason>,
    pub(super) bounds: Bounds,
    /// After SDMX, on constant boundaries.
    pub(super) status: Option<&'static str>,
}

impl Gap {
    fn new(row: &GapRow, status: Option<&str>) -> Gap {
        let known = |value: Option<f64>, reason| value.ok_or_else(|| Reason::in_column(reason));
        Gap {
            scope_name: row.scope_name.to_owned(),
            values: [
                known(row.value_a, row.value_a_null_reason),
                known(row.value_b, row.value_b_null_reason),
            ],
            gap: known(row.gap, row.null_reason),
            ratio: known(row.ratio, row.ratio_null_reason),
            mix: known(row.mix_effect, row.effects_null_reason),
            bounds: (row.lower.zip(row.upper)).ok_or_else(|| Reason::in_column(row.bounds_null_reason)),
            status: status.map(|status| joint_status(row.gap.is_some(), iter::once(status))),
        }
    }
}

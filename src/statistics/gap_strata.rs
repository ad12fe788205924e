//! Sums of the strata by which gaps are split. No table has them; they are kept for the comparison of gaps in two periods.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::frame::Frame;
use super::held::Held;
use super::kitagawa::Stratum;
use super::profiles::Strata;
use crate::domain::Period;
use crate::pipeline::DimensionIndex;

/// What the members that a dimension compares hold in one period, of one indicator.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GapStrata {
    /// Period.
    pub period: Period,
    /// Place of the indicator in the definition.
    pub indicator: usize,
    /// Dimension that compares the members.
    pub dimension: DimensionIndex,
    /// Dimensions of which a stratum has one member each; empty where nothing splits the gap.
    pub strata: Vec<DimensionIndex>,
    /// Members by scope.
    pub members: Vec<StrataOfMember>,
}

/// What a member holds in a scope.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StrataOfMember {
    /// Code of the scope.
    pub scope_code: String,
    /// Place of the member in the dimension.
    pub member: usize,
    /// Number of each stratum with its numerator and denominator, in the units of the measures. NaN: the sum leaves 128 bits.
    pub sums: Vec<(u128, (f64, f64))>,
    /// Nobody knows how much one of the strata has: shares of divided areas are unknown.
    pub is_open: bool,
    /// A stratum has a share between 0 and 1 of an area.
    pub is_allocated: bool,
}

/// Both sides of each stratum, by its number.
pub(super) type Joined = BTreeMap<u128, Stratum>;

/// Both sides of each stratum, of the numerators and denominators that either side has by stratum.
pub(super) fn joined(
    a: impl Iterator<Item = (u128, (f64, f64))>,
    b: impl Iterator<Item = (u128, (f64, f64))>,
) -> Joined {
    let mut all = Joined::new();
    for (key, parts) in a {
        all.entry(key).or_default().a = parts;
    }
    for (key, parts) in b {
        all.entry(key).or_default().b = parts;
    }
    all
}

impl GapStrata {
    /// Of the members that are compared; `sums` has those of all members by scope, as split by `strata`.
    pub(super) fn new(frame: &Frame, dimension: DimensionIndex, strata: &[DimensionIndex], sums: &Strata) -> GapStrata {
        let of = &frame.pipeline.dimensions[dimension];
        let is_compared = |member: usize| {
            let id = of.member_id(member);
            of.compare.iter().any(|(a, b)| a == id || b == id)
        };
        let members = sums.iter().filter(|((_, member), _)| is_compared(*member));
        GapStrata {
            period: frame.source.period,
            indicator: frame.source.indicator,
            dimension,
            strata: strata.to_vec(),
            members: members
                .map(|((scope, member), sums)| StrataOfMember {
                    scope_code: frame.places.scopes[*scope].code.clone(),
                    member: *member,
                    is_open: sums.values().any(Held::is_open),
                    is_allocated: sums.values().any(|held| held.is_allocated),
                    sums: (sums.iter())
                        .map(|(stratum, held)| {
                            let parts = (frame.scale.numerator(&held.known), frame.scale.denominator(&held.known));
                            (*stratum, parts)
                        })
                        .collect(),
                })
                .collect(),
        }
    }
}

//! Sums of an indicator by scope and member: what groups and gaps stand on.

use std::collections::BTreeMap;

use hashbrown::HashMap;

use super::frame::Frame;
use super::ground::{Ground, Lot, spread};
use super::held::Held;
use super::moved::SourceArea;
use super::places::Place;
use crate::domain::{Fraction, Sums};
use crate::pipeline::{Dimension, DimensionIndex};

/// A scope with one member of every dimension.
struct Profile {
    scope: Option<usize>,
    /// By dimension.
    members: Vec<usize>,
}

/// Sums with the profiles that they have; several where the ground that they are of is divided.
pub(super) struct Profiled {
    lots: Vec<Lot<Profile>>,
    sums: Sums,
}

/// Scope and members of areas that lie alike.
type Likeness<'a> = (Option<usize>, &'a [Option<u16>]);

/// Sums by scope and member, then by joint stratum.
pub(super) type Strata = BTreeMap<(usize, usize), BTreeMap<u128, Held>>;

/// Sums by scope, and by scope and member.
pub(super) struct ByMember {
    pub(super) members: Vec<Vec<Held>>,
    pub(super) scopes: Vec<Held>,
}

impl Frame<'_> {
    /// Sums by where cells lie and what they are of: all that groups and gaps ask for, in far fewer entries than cells.
    pub(super) fn profiles(&self) -> Vec<Profiled> {
        // Areas that lie alike, by combination of members. Hashed while summing, ordered afterwards.
        let mut alike: HashMap<Likeness<'_>, Vec<Sums>> = HashMap::new();
        let combinations = self.source.keys.combinations.len();
        let nothing = || vec![Sums::default(); combinations];
        let mut all = Vec::new();
        for source_area in self.sources() {
            match source_area.ground {
                Ground::Whole(place) => {
                    let sums = alike.entry((place.scope, place.members.as_slice()));
                    add(sums.or_insert_with(nothing), &source_area);
                }
                Ground::Lots(lots) => {
                    let mut sums = nothing();
                    add(&mut sums, &source_area);
                    all.extend(filled(sums).map(|(combination, sums)| {
                        Profiled {
                            lots: (lots.iter())
                                .map(|lot| Lot {
                                    share: lot.share,
                                    among: (lot.among.iter())
                                        .map(|(_, place)| self.profile(likeness(place), combination))
                                        .collect(),
                                })
                                .collect(),
                            sums,
                        }
                    }));
                }
            }
        }
        let mut alike: Vec<_> = alike.into_iter().collect();
        alike.sort_unstable_by_key(|(place, _)| *place);
        for (place, sums) in alike {
            all.extend(filled(sums).map(|(combination, sums)| Profiled {
                lots: vec![Lot {
                    share: Fraction::ONE,
                    among: vec![self.profile(place, combination)],
                }],
                sums,
            }));
        }
        all
    }

    fn profile(&self, (scope, places): Likeness<'_>, combination: usize) -> Profile {
        let member = |dimension: DimensionIndex| self.member_at(dimension, places, combination);
        Profile {
            scope,
            members: (0..self.pipeline.dimensions.len()).map(member).collect(),
        }
    }

    /// One number for members of several dimensions, the last of which has the lowest digit.
    fn joint(&self, members: impl Iterator<Item = (DimensionIndex, usize)>) -> u128 {
        members.fold(0, |key, (dimension, member)| {
            let radix = radix(&self.pipeline.dimensions[dimension]);
            key.wrapping_mul(radix).wrapping_add(member as u128)
        })
    }

    /// Sums by scope and member; a row more than the dimension has members where `unknown` is none of them.
    pub(super) fn by_member(&self, profiles: &[Profiled], dimension: DimensionIndex) -> ByMember {
        let of = &self.pipeline.dimensions[dimension];
        let count = self.scopes(dimension);
        let width = of.members.len().max(of.unknown() + 1);
        let mut all = ByMember {
            members: vec![vec![Held::default(); width]; count],
            scopes: vec![Held::default(); count],
        };
        for Profiled { lots, sums } in profiles {
            let scopes = |profile: &Profile| Frame::scopes_of(profile.scope, count);
            let members = |profile: &Profile| {
                let member = profile.members[dimension];
                Frame::scopes_of(profile.scope, count).map(move |scope| (scope, member))
            };
            spread(lots, scopes, |scope, shares| all.scopes[scope].add(sums, shares));
            spread(lots, members, |(scope, member), shares| {
                all.members[scope][member].add(sums, shares);
            });
        }
        all
    }

    /// Sums by scope and member of `dimension`, each split by the joint strata of `strata`.
    pub(super) fn by_strata(
        &self,
        profiles: &[Profiled],
        dimension: DimensionIndex,
        strata: &[DimensionIndex],
    ) -> Strata {
        let count = self.scopes(dimension);
        let mut all = Strata::new();
        for Profiled { lots, sums } in profiles {
            let labels = |profile: &Profile| {
                let stratum = self.joint(strata.iter().map(|&d| (d, profile.members[d])));
                let member = profile.members[dimension];
                Frame::scopes_of(profile.scope, count).map(move |scope| (scope, member, stratum))
            };
            spread(lots, labels, |(scope, member, stratum), shares| {
                let of_member = all.entry((scope, member)).or_default();
                of_member.entry(stratum).or_default().add(sums, shares);
            });
        }
        all
    }
}

/// Radix of a dimension in the number of a stratum: its members, and one more for `unknown`.
pub(super) fn radix(dimension: &Dimension) -> u128 {
    dimension.members.len() as u128 + 1
}

fn likeness(place: &Place) -> Likeness<'_> {
    (place.scope, place.members.as_slice())
}

/// Adds cells to sums by combination.
fn add(sums: &mut [Sums], source_area: &SourceArea) {
    for cell in source_area.cells {
        let mut own = Sums::from(cell);
        if !source_area.reports {
            own.rest = 0;
        }
        let sums = &mut sums[cell.combination as usize];
        *sums = sums.plus(&own);
    }
}

/// Sums of anything, with their combination.
fn filled(sums: Vec<Sums>) -> impl Iterator<Item = (usize, Sums)> {
    let all = sums.into_iter().enumerate();
    all.filter(|(_, sums)| *sums != Sums::default())
}

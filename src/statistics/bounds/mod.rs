//! How low and how high an index could be, whatever the missing records hold within the plausible range.
//!
//! The denominators of all units are known, so their weights are; the ratio of each lies within a range. The indices of three families have their smallest
//! value at the most equal completion ([`level`]), and their largest at ends of ranges: those that follow from the mean and a sum of convex terms
//! ([`separable`]), those of Gini ([`gini`]) and mean deviations ([`deviation`]). Where the largest cannot be found fast, a number is given that
//! is certainly no smaller, and the bounds are called outer. Where nobody knows how much is missing of a unit, its weight lies within a range, too
//! ([`ranged`]). The parts of an index between and within groups have bounds of their own ([`parts`]).

mod completions;
mod defined;
mod deviation;
mod gini;
mod known;
mod ladder;
mod level;
mod outcomes;
mod parts;
mod per;
mod points;
mod range;
mod ranged;
mod region;
mod separable;
#[cfg(test)]
mod tests;
mod value;

pub(super) use completions::Completions;
pub(super) use known::Known;
pub(super) use outcomes::Outcomes;
pub(super) use parts::{Groups, PartRanges};
pub(super) use range::Range;
pub(super) use ranged::{Ranged, RangedWeights};
pub(super) use region::Span;

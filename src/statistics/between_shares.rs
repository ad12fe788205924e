//! The tables `between_shares` and `between_shares_constant_boundaries`: the between part of Theil's T as a share of the whole, period by period.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::Reason;
use super::figure::joint_status;
use crate::domain::{Lang, Period};
use crate::pipeline::Pipeline;
use crate::tables::{BetweenShareRow, ConstantBetweenShareRow, Table};

/// A part of Theil's T over the units of the root.
#[derive(Clone, Copy, Debug)]
pub struct TheilPart<'a> {
    /// Identifier of the indicator.
    pub indicator: &'a str,
    /// Identifier of the dimension.
    pub dimension: &'a str,
    /// Units.
    pub computed_over: &'a str,
    /// Whether it is the part between groups, not that within them.
    pub is_between: bool,
    /// The part, or why there is none.
    pub value: Result<f64, &'a str>,
    /// What the part could be, or why nobody can say.
    pub bounds: Result<(f64, f64), &'a str>,
    /// Its status (SDMX), which it has on constant boundaries.
    pub obs_status: Option<&'a str>,
}

/// Both parts: between groups and within them.
type Parts<'a> = [Option<TheilPart<'a>>; 2];

/// The table while periods are added.
pub struct BetweenShares<'p> {
    pipeline: &'p Pipeline,
    /// The day of the boundaries; None: they are those of each period.
    boundaries: Option<Date>,
    table: Table,
    /// By indicator, dimension and units, of the period added last.
    last: BTreeMap<[String; 3], f64>,
}

impl<'p> BetweenShares<'p> {
    /// Without rows.
    pub fn new(pipeline: &'p Pipeline, boundaries: Option<Date>) -> BetweenShares<'p> {
        BetweenShares {
            pipeline,
            boundaries,
            table: match boundaries {
                None => Table::of::<BetweenShareRow>(),
                Some(_) => Table::of::<ConstantBetweenShareRow>(),
            },
            last: BTreeMap::new(),
        }
    }

    /// Adds the parts of a period; periods are added in ascending order.
    pub fn add<'e>(&mut self, period: Period, parts: impl Iterator<Item = TheilPart<'e>>) {
        let mut all: BTreeMap<[&str; 3], Parts> = BTreeMap::new();
        for part in parts {
            let key = [part.indicator, part.dimension, part.computed_over];
            all.entry(key).or_default()[usize::from(!part.is_between)] = Some(part);
        }
        let period = period.to_string();
        let mut shares = BTreeMap::new();
        for (key, parts) in all {
            let [Some(between), Some(within)] = parts else {
                continue;
            };
            let both = (between.value).and_then(|between| Ok((between, between + within.value?)));
            let share = both
                .ok()
                .filter(|(_, total)| *total > 0.0)
                .map(|(between, total)| between / total);
            let bounds = (between.bounds).and_then(|between| share_of_bounds(between, within.bounds?));
            let owned = key.map(str::to_owned);
            let before = self.last.get(&owned);
            let title = (self.pipeline.indicators.iter())
                .find(|indicator| indicator.id == key[0])
                .map(|indicator| &indicator.title);
            let row = BetweenShareRow {
                period: &period,
                indicator: key[0],
                indicator_title_zh: title.and_then(|title| title.own(Lang::Zh)),
                indicator_title_en: title.and_then(|title| title.own(Lang::En)),
                dimension: key[1],
                computed_over: key[2],
                theil_t: both.ok().map(|(_, total)| total),
                theil_between: both.ok().map(|(between, _)| between),
                between_share: share,
                between_share_lower: bounds.ok().map(|(lower, _)| lower),
                between_share_upper: bounds.ok().map(|(_, upper)| upper),
                between_share_change: share.zip(before).map(|(share, before)| share - before),
                null_reason: both.err(),
                bounds_null_reason: bounds.err(),
            };
            match self.boundaries {
                None => self.table.push(row),
                Some(day) => {
                    let statuses = [between, within].into_iter().filter_map(|part| part.obs_status);
                    let status = joint_status(both.is_ok(), statuses);
                    self.table.push(ConstantBetweenShareRow::new(row, day, status));
                }
            }
            shares.extend(share.map(|share| (owned, share)));
        }
        self.last = shares;
    }

    /// The rows of all periods.
    pub fn table(mut self) -> Table {
        self.table.sort_by_key();
        self.table
    }
}

/// What between ÷ (between + within) could be, of parts between these: it rises with the one and falls with the other. Where both can be 0, their share can be anything.
///
/// # Errors
/// Both are 0 whatever is missing.
fn share_of_bounds<'a>(between: (f64, f64), within: (f64, f64)) -> Result<(f64, f64), &'a str> {
    if between.1 + within.1 <= 0.0 {
        return Err(Reason::ZeroDivisor.token());
    }
    let share = |between: f64, within: f64| Some(between / (between + within)).filter(|share| share.is_finite());
    Ok((
        share(between.0, within.1).unwrap_or(0.0),
        share(between.1, within.0).unwrap_or(1.0),
    ))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::share_of_bounds;

    proptest! {
        #[test]
        fn every_share_of_parts_within_their_bounds_is_within_its_own(
            ends in prop::array::uniform4(prop_oneof![Just(0.0), 0.0..2.0_f64]),
            places in prop::collection::vec((0.0..=1.0_f64, 0.0..=1.0_f64), 20),
        ) {
            let sorted = |a: f64, b: f64| (a.min(b), a.max(b));
            let (between, within) = (sorted(ends[0], ends[1]), sorted(ends[2], ends[3]));
            let found = share_of_bounds(between, within);
            prop_assert_eq!(found.is_err(), ends == [0.0; 4]);
            let corners = [(0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0)];
            for (first, second) in places.into_iter().chain(corners) {
                let at = |(low, high): (f64, f64), place: f64| low + place * (high - low);
                let (between, within) = (at(between, first), at(within, second));
                if between + within > 0.0 {
                    let (lower, upper) = found.unwrap();
                    let share = between / (between + within);
                    prop_assert!(lower - 1e-12 <= share && share <= upper + 1e-12 && 0.0 <= lower && upper <= 1.0, "{share} is not in {lower}..{upper}");
                }
            }
            // Each end is a share of some parts, unless both can be 0.
            if between.0 > 0.0 && within.0 > 0.0 {
                prop_assert_eq!(found, Ok((between.0 / (between.0 + within.1), between.1 / (between.1 + within.0))));
            }
        }
    }
}

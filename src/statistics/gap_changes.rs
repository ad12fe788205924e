//! The table `gap_changes`, as reported and on constant boundaries: how a gap has changed over time, and what the composition and the ratios of either side add to the change. Kitagawa 1955.
//! What single dimensions add to these effects is in `gap_mixes.rs`.
//!
//! A gap is Σ pa ra − Σ pb rb over strata, so its change has four factors: shares and ratios of a, shares and ratios of b. Those of a do not touch the
//! part of b. What a factor adds, averaged over all orders in which the four may change (Shapley 1953), is therefore what it adds to its own side,
//! and so is its effect by the standardization of Das Gupta 1993: that of Kitagawa over the two periods.

mod periods;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::difference::{bounds_of_change, change, sign_identified};
use super::figure::Bounds;
use super::gap_mixes::{Compared, GapMixes};
use super::gap_strata::{GapStrata, Joined, joined};
use super::identities::{Broken, Identity};
use super::kitagawa::{Counts, Effects, Stratum, decompose};
use super::reason::{Reason, token};
use crate::domain::{Lang, Period};
use crate::pipeline::{Pipeline, RollUp};
use crate::tables::{ConstantGapChangeMixRow, ConstantGapChangeRow, ConstantGapMixRow, GapChangeRow, Table};
use periods::{Gap, GapWithStatus, PeriodGaps, Place, Sums, by_place};

/// The table while periods are added.
pub struct GapChanges<'p> {
    pipeline: &'p Pipeline,
    /// The first period that has gaps, and the last one where it is another.
    earlier: BTreeMap<Place, Vec<PeriodGaps>>,
    found: Found<'p>,
}

/// The rows so far, and where the effects do not add up to the change (nowhere, unless the program has an error).
struct Found<'p> {
    pipeline: &'p Pipeline,
    /// The day of the boundaries; None: they are those of each period.
    boundaries: Option<Date>,
    table: Table,
    mixes: GapMixes<'p>,
    broken: Vec<Broken>,
}

impl Found<'_> {
    /// All tables are, as reported.
    fn is_asked_for(&self, table: RollUp) -> bool {
        self.boundaries.is_none() || self.pipeline.constant_tables.contains(&table)
    }
}

/// What gaps and their changes are made of: tables as reported, or those on constant boundaries that the pipeline asks for.
pub struct FoundChanges {
    /// `gap_changes`.
    pub changes: Table,
    /// `gap_mixes`.
    pub mixes: Table,
    /// `gap_change_mixes`, likewise.
    pub change_mixes: Table,
    /// Effects that do not add up.
    pub broken: Vec<Broken>,
}

impl FoundChanges {
    /// What a pipeline has that asks for none of them on constant boundaries.
    pub fn nothing_on_boundaries() -> FoundChanges {
        FoundChanges {
            changes: Table::of::<ConstantGapChangeRow>(),
            mixes: Table::of::<ConstantGapMixRow>(),
            change_mixes: Table::of::<ConstantGapChangeMixRow>(),
            broken: Vec::new(),
        }
    }
}

impl<'p> GapChanges<'p> {
    /// Without rows.
    pub fn new(pipeline: &'p Pipeline, boundaries: Option<Date>) -> GapChanges<'p> {
        GapChanges {
            pipeline,
            earlier: BTreeMap::new(),
            found: Found {
                pipeline,
                boundaries,
                table: match boundaries {
                    None => Table::of::<GapChangeRow>(),
                    Some(_) => Table::of::<ConstantGapChangeRow>(),
                },
                mixes: GapMixes::new(pipeline, boundaries),
                broken: Vec::new(),
            },
        }
    }

    /// Adds the gaps of a period and the sums of their strata; periods are added in ascending order. What the definition does not have is left out.
    pub fn add<'r>(&mut self, period: Period, rows: impl Iterator<Item = GapWithStatus<'r>>, strata: Vec<GapStrata>) {
        for (place, later) in by_place(self.pipeline, period, rows, strata) {
            if self.found.is_asked_for(RollUp::GapMixes) {
                split(self.pipeline, place, &later, &mut self.found.mixes);
            }
            if !self.found.is_asked_for(RollUp::GapChanges) {
                continue;
            }
            let earlier = self.earlier.entry(place).or_default();
            for earlier in earlier.iter() {
                push(self.pipeline, place, [earlier, &later], &mut self.found);
            }
            earlier.truncate(1);
            earlier.push(later);
        }
    }

    /// The rows of all periods.
    pub fn found(self) -> FoundChanges {
        let Found {
            mut table,
            mut mixes,
            mut broken,
            pipeline: _,
            boundaries: _,
        } = self.found;
        for table in [&mut table, &mut mixes.of_gaps, &mut mixes.of_changes] {
            table.sort_by_key();
        }
        broken.append(&mut mixes.broken);
        FoundChanges {
            changes: table,
            mixes: mixes.of_gaps,
            change_mixes: mixes.of_changes,
            broken,
        }
    }
}

/// What each dimension of the strata adds to the mix of the gaps of a period; nothing where they are of one alone.
fn split(pipeline: &Pipeline, (indicator, dimension): Place, of: &PeriodGaps, mixes: &mut GapMixes) {
    if of.strata.len() < 2 {
        return;
    }
    let (indicator, dimension) = (&pipeline.indicators[indicator], &pipeline.dimensions[dimension]);
    for ((scope, pair), gap) in &of.gaps {
        let (a, b) = &dimension.compare[*pair];
        let of_strata = of.status_of_strata(dimension, scope, [a, b]);
        let statuses: Vec<&'static str> = gap.status.into_iter().chain(of_strata).collect();
        let compared = Compared {
            indicator,
            dimension,
            scope: (scope, &gap.scope_name),
            pair: (a, b),
            statuses: &statuses,
        };
        let joined = strata([of.of_member(dimension, scope, b), of.of_member(dimension, scope, a)]);
        mixes.gap(&of.period, compared, &of.strata, (gap.mix, &joined));
    }
}

/// A row for each scope and pair that either period has.
fn push(pipeline: &Pipeline, (indicator, dimension): Place, [earlier, later]: [&PeriodGaps; 2], found: &mut Found) {
    let indicator = &pipeline.indicators[indicator];
    let dimension = &pipeline.dimensions[dimension];
    let keys: BTreeSet<_> = earlier.gaps.keys().chain(later.gaps.keys()).collect();
    for key in keys {
        let (scope, pair) = key;
        let (a, b) = &dimension.compare[*pair];
        let sides = if earlier.strata == later.strata {
            let side = |id: &str| strata([earlier, later].map(|of| of.of_member(dimension, scope, id)));
            side(a).and_then(|a| Ok([a, side(b)?]))
        } else {
            Err(Reason::StrataDiffer)
        };
        let gaps = [earlier, later].map(|of| of.gaps.get(key));
        let statuses: Vec<&'static str> = gaps.iter().flatten().filter_map(|gap| gap.status).collect();
        let compared = Compared {
            indicator,
            dimension,
            scope: (scope, gaps[1].or(gaps[0]).map_or("", |gap| &gap.scope_name)),
            pair: (a, b),
            statuses: &statuses,
        };
        let change = Change::new(gaps, &sides, indicator.factor);
        let periods = [earlier.period.as_str(), later.period.as_str()];
        found.broken.extend(change.broken(compared, periods));
        let row = change.row(compared, periods);
        match found.boundaries {
            None => found.table.push(row),
            Some(day) => (found.table).push(ConstantGapChangeRow::new(row, day, compared.status(change.change))),
        }
        if earlier.strata == later.strata && found.is_asked_for(RollUp::GapChangeMixes) {
            split_change([earlier, later], compared, (&change, &sides), &mut found.mixes);
        }
    }
}

/// What each dimension of the strata adds to the mix effects of a change.
fn split_change(
    periods: [&PeriodGaps; 2],
    of: Compared<'_>,
    (change, sides): (&Change, &Result<[Joined; 2], Reason>),
    mixes: &mut GapMixes,
) {
    let (a, b) = of.pair;
    let of_strata = periods.map(|period| period.status_of_strata(of.dimension, of.scope.0, [a, b]));
    let statuses = of.statuses.iter().copied().chain(of_strata.into_iter().flatten());
    let of = Compared {
        statuses: &statuses.collect::<Vec<_>>(),
        ..of
    };
    let effects = change.effects.map(|sides| sides.map(|of| of.mix));
    let [earlier, later] = periods;
    mixes.change([&earlier.period, &later.period], of, &later.strata, effects, sides);
}

/// Both sides of each stratum, of which a is the later period, or the member that another one is taken from.
fn strata([earlier, later]: [Option<&Sums>; 2]) -> Result<Joined, Reason> {
    if earlier.into_iter().chain(later).any(|sums| sums.is_open) {
        return Err(Reason::ShareUnknown);
    }
    let all = joined(by_stratum(later), by_stratum(earlier));
    let sides = || all.values().flat_map(|of| [of.a, of.b]);
    if sides().any(|(numerator, denominator)| numerator.is_nan() || denominator.is_nan()) {
        return Err(Reason::TooLarge);
    }
    if sides().any(|(_, denominator)| denominator < 0.0) {
        return Err(Reason::NegativeDenominator);
    }
    Ok(all)
}

fn by_stratum(sums: Option<&Sums>) -> impl Iterator<Item = (u128, (f64, f64))> {
    let sums = sums.into_iter().flat_map(|sums| &sums.by_stratum);
    sums.map(|(stratum, parts)| (*stratum, *parts))
}

/// What lies between two periods, in the indicator's unit.
#[derive(Clone, Copy, Debug)]
struct Change {
    gaps: [Result<f64, Reason>; 2],
    change: Result<f64, Reason>,
    ratio: Result<f64, Reason>,
    /// Of the values of a and of b.
    sides: [Result<f64, Reason>; 2],
    /// What a and b add to the change of the gap.
    effects: Result<[Effects; 2], Reason>,
    bounds: Bounds,
    counts: Counts,
    /// The largest value of either side, without its sign: what the rounding of the change is relative to.
    size: f64,
}

impl Change {
    /// `gaps`: of the earlier and the later period; None where it does not have the scope. `sides`: the strata of a and of b.
    fn new(gaps: [Option<&Gap>; 2], sides: &Result<[Joined; 2], Reason>, factor: f64) -> Change {
        let of =
            |value: &dyn Fn(&Gap) -> Result<f64, Reason>| gaps.map(|gap| gap.map_or(Err(Reason::AreaAbsent), value));
        let both = of(&|gap| gap.gap);
        let change_of_gap = change(both);
        let effects = || {
            // There is nothing to split where there is no change.
            change_of_gap?;
            let [a, b] = sides.as_ref().map_err(|reason| *reason)?;
            // b is taken away: what raises it lowers the gap.
            let of = |side: &Joined, factor: f64| {
                let strata: Vec<Stratum> = side.values().copied().collect();
                Ok(decompose(&strata)?.times(factor))
            };
            Ok([of(a, factor)?, of(b, -factor)?])
        };
        let bounds = gaps.map(|gap| gap.map_or(Err(Reason::AreaAbsent), |gap| gap.bounds));
        Change {
            gaps: both,
            change: change_of_gap,
            ratio: change(of(&|gap| gap.ratio)),
            sides: [0, 1].map(|side: usize| change(of(&|gap| gap.values[side]))),
            effects: effects(),
            bounds: bounds_of_change(bounds),
            counts: Counts::of(sides.iter().flatten().flat_map(Joined::values)),
            size: (gaps.iter().flatten())
                .flat_map(|gap| gap.values.iter().flatten())
                .fold(0.0, |size, value| value.abs().max(size)),
        }
    }

    fn broken(&self, of: Compared<'_>, [earlier, later]: [&str; 2]) -> Option<Broken> {
        let (change, effects) = (self.change.ok()?, self.effects.ok()?);
        let sum: f64 = effects.iter().map(|of| of.mix + of.rate).sum();
        let scale = self.size.max(of.indicator.factor.abs());
        Broken::unless_equal(Identity::Effects, sum, change, scale, || {
            of.place(&format!("{earlier} – {later}"))
        })
    }

    fn row<'a>(&self, of: Compared<'a>, [earlier, later]: [&'a str; 2]) -> GapChangeRow<'a> {
        let effect = |of: fn([Effects; 2]) -> f64| self.effects.ok().map(of);
        GapChangeRow {
            earlier,
            later,
            scope_code: of.scope.0,
            scope_name: of.scope.1,
            indicator: &of.indicator.id,
            indicator_title_zh: of.indicator.title.own(Lang::Zh),
            indicator_title_en: of.indicator.title.own(Lang::En),
            dimension: &of.dimension.id,
            a: of.pair.0,
            b: of.pair.1,
            gap_earlier: self.gaps[0].ok(),
            gap_later: self.gaps[1].ok(),
            gap_change: self.change.ok(),
            ratio_change: self.ratio.ok(),
            change_a: self.sides[0].ok(),
            change_b: self.sides[1].ok(),
            mix_effect_a: effect(|[a, _]| a.mix),
            rate_effect_a: effect(|[a, _]| a.rate),
            mix_effect_b: effect(|[_, b]| b.mix),
            rate_effect_b: effect(|[_, b]| b.rate),
            lower: self.bounds.ok().map(|bounds| bounds.0),
            upper: self.bounds.ok().map(|bounds| bounds.1),
            sign_identified: sign_identified(self.change, self.bounds),
            n_strata: self.counts.strata,
            n_borrowed: self.counts.borrowed,
            null_reason: token(self.change),
            gap_earlier_null_reason: token(self.gaps[0]),
            gap_later_null_reason: token(self.gaps[1]),
            ratio_null_reason: token(self.ratio),
            change_a_null_reason: token(self.sides[0]),
            change_b_null_reason: token(self.sides[1]),
            effects_null_reason: token(self.effects),
            bounds_null_reason: token(self.bounds),
        }
    }
}

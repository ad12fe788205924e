//! The tables `gap_changes` and `gap_changes_constant_boundaries`: how a gap has changed over time, and what the composition and the ratios of either side add to the change. Kitagawa 1955.
//!
//! A gap is Σ pa ra − Σ pb rb over strata, so its change has four factors: shares and ratios of a, shares and ratios of b. Those of a do not touch the
//! part of b. What a factor adds, averaged over all orders in which the four may change (Shapley 1953), is therefore what it adds to its own side,
//! and so is its effect by the standardization of Das Gupta 1993: that of Kitagawa over the two periods.

use std::collections::{BTreeMap, BTreeSet};
use std::iter;

use jiff::civil::Date;

use super::figure::{Bounds, joint_status};
use super::gap_strata::GapStrata;
use super::identities::{Broken, Identity};
use super::judgement::is_sign_identified;
use super::kitagawa::{Effects, Stratum, decompose};
use super::reason::{Reason, token};
use crate::domain::{Lang, Period};
use crate::pipeline::{DimensionIndex, Indicator, Pipeline};
use crate::tables::{ConstantGapChangeRow, GapChangeRow, GapRow, Table};

/// What a member holds: numerator and denominator by number of the stratum.
#[derive(Debug, Default)]
struct Sums {
    by_stratum: BTreeMap<u128, (f64, f64)>,
    /// Nobody knows how much one of the strata has.
    is_open: bool,
}

/// The gaps of a dimension and of an indicator in one period.
struct PeriodGaps {
    period: String,
    /// By code of the scope and place of the pair among those that the dimension compares.
    gaps: BTreeMap<(String, usize), Gap>,
    /// Dimensions that the strata are of.
    strata: Vec<DimensionIndex>,
    /// By code of the scope and place of the member in the dimension.
    members: BTreeMap<(String, usize), Sums>,
}

/// Indicator and dimension, by their places in the definition.
type Place = (usize, DimensionIndex);

/// The table while periods are added.
pub struct GapChanges<'p> {
    pipeline: &'p Pipeline,
    /// The first period that has gaps, and the last one where it is another.
    earlier: BTreeMap<Place, Vec<PeriodGaps>>,
    found: Found,
}

/// A row of `gaps`, and its status (SDMX), which it has on constant boundaries.
pub type GapWithStatus<'r> = (GapRow<'r>, Option<&'r str>);

/// The rows so far, and where the effects do not add up to the change (nowhere, unless the program has an error).
struct Found {
    /// The day of the boundaries; None: they are those of each period.
    boundaries: Option<Date>,
    table: Table,
    broken: Vec<Broken>,
}

impl<'p> GapChanges<'p> {
    /// Without rows.
    pub fn new(pipeline: &'p Pipeline, boundaries: Option<Date>) -> GapChanges<'p> {
        GapChanges {
            pipeline,
            earlier: BTreeMap::new(),
            found: Found {
                boundaries,
                table: match boundaries {
                    None => Table::of::<GapChangeRow>(),
                    Some(_) => Table::of::<ConstantGapChangeRow>(),
                },
                broken: Vec::new(),
            },
        }
    }

    /// Adds the gaps of a period and the sums of their strata; periods are added in ascending order. What the definition does not have is left out.
    pub fn add<'r>(&mut self, period: Period, rows: impl Iterator<Item = GapWithStatus<'r>>, strata: Vec<GapStrata>) {
        for (place, later) in by_place(self.pipeline, period, rows, strata) {
            let earlier = self.earlier.entry(place).or_default();
            for earlier in earlier.iter() {
                push(self.pipeline, place, [earlier, &later], &mut self.found);
            }
            earlier.truncate(1);
            earlier.push(later);
        }
    }

    /// The rows of all periods, and the effects that do not add up.
    pub fn found(mut self) -> (Table, Vec<Broken>) {
        self.found.table.sort_by_key();
        (self.found.table, self.found.broken)
    }
}

/// The gaps of a period by indicator and dimension.
fn by_place<'r>(
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
                    };
                    ((of.scope_code, of.member), sums)
                })
                .collect();
        }
    }
    all
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
            let side = |id: &str| {
                let member = dimension.members.iter().position(|of| of.id == id);
                let key = member.map(|member| (scope.clone(), member));
                strata([earlier, later].map(|of| of.members.get(key.as_ref()?)))
            };
            side(a).and_then(|a| Ok([a, side(b)?]))
        } else {
            Err(Reason::StrataDiffer)
        };
        let gaps = [earlier, later].map(|of| of.gaps.get(key));
        let name = gaps[1].or(gaps[0]).map_or("", |gap| &gap.scope_name);
        let change = Change::new(gaps, &sides, indicator.factor);
        let periods = [earlier.period.as_str(), later.period.as_str()];
        found.broken.extend(change.broken(indicator, || {
            let [earlier, later] = periods;
            format!(
                "{earlier} – {later}, {scope}, {}, {}, {a} – {b}",
                indicator.id, dimension.id
            )
        }));
        let row = change.row(indicator, periods, (scope, name), [&dimension.id, a, b]);
        match found.boundaries {
            None => found.table.push(row),
            Some(day) => {
                let statuses = gaps.iter().flatten().filter_map(|gap| gap.status);
                let status = joint_status(change.change.is_ok(), statuses);
                found.table.push(ConstantGapChangeRow::new(row, day, status));
            }
        }
    }
}

/// Both periods of each stratum of a member, of which a is the later one.
fn strata([earlier, later]: [Option<&Sums>; 2]) -> Result<Vec<Stratum>, Reason> {
    if earlier.into_iter().chain(later).any(|sums| sums.is_open) {
        return Err(Reason::ShareUnknown);
    }
    let mut all: BTreeMap<u128, Stratum> = BTreeMap::new();
    for (key, parts) in earlier.into_iter().flat_map(|sums| &sums.by_stratum) {
        all.entry(*key).or_default().b = *parts;
    }
    for (key, parts) in later.into_iter().flat_map(|sums| &sums.by_stratum) {
        all.entry(*key).or_default().a = *parts;
    }
    let sides = || all.values().flat_map(|of| [of.a, of.b]);
    if sides().any(|(numerator, denominator)| numerator.is_nan() || denominator.is_nan()) {
        return Err(Reason::TooLarge);
    }
    if sides().any(|(_, denominator)| denominator < 0.0) {
        return Err(Reason::NegativeDenominator);
    }
    Ok(all.into_values().collect())
}

/// A row of `gaps`.
#[derive(Clone, Debug)]
struct Gap {
    scope_name: String,
    /// Of a and of b.
    values: [Result<f64, Reason>; 2],
    gap: Result<f64, Reason>,
    ratio: Result<f64, Reason>,
    bounds: Bounds,
    /// After SDMX, on constant boundaries.
    status: Option<&'static str>,
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
            bounds: (row.lower.zip(row.upper)).ok_or_else(|| Reason::in_column(row.bounds_null_reason)),
            status: status.map(|status| joint_status(row.gap.is_some(), iter::once(status))),
        }
    }
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
    strata: i64,
    borrowed: i64,
    /// The largest value of either side, without its sign: what the rounding of the change is relative to.
    size: f64,
}

impl Change {
    /// `gaps`: of the earlier and the later period; None where it does not have the scope. `sides`: the strata of a and of b.
    fn new(gaps: [Option<&Gap>; 2], sides: &Result<[Vec<Stratum>; 2], Reason>, factor: f64) -> Change {
        let of =
            |value: &dyn Fn(&Gap) -> Result<f64, Reason>| gaps.map(|gap| gap.map_or(Err(Reason::AreaAbsent), value));
        let both = of(&|gap| gap.gap);
        let change = difference(both);
        let effects = || {
            // There is nothing to split where there is no change.
            change?;
            let [a, b] = sides.as_ref().map_err(|reason| *reason)?;
            // b is taken away: what raises it lowers the gap.
            Ok([scaled(decompose(a)?, factor), scaled(decompose(b)?, -factor)])
        };
        let count = |is_asked: fn(bool, bool) -> bool| {
            let all = sides.iter().flatten().flatten();
            all.filter(|of| is_asked(of.b.1 != 0.0, of.a.1 != 0.0)).count() as i64
        };
        let bounds = gaps.map(|gap| gap.map_or(Err(Reason::AreaAbsent), |gap| gap.bounds));
        Change {
            gaps: both,
            change,
            ratio: difference(of(&|gap| gap.ratio)),
            sides: [0, 1].map(|side: usize| difference(of(&|gap| gap.values[side]))),
            effects: effects(),
            bounds: bounds[0].and_then(|(low, high)| {
                let (lower, upper) = bounds[1]?;
                Ok((lower - high, upper - low))
            }),
            strata: count(|earlier, later| earlier || later),
            borrowed: count(|earlier, later| earlier != later),
            size: (gaps.iter().flatten())
                .flat_map(|gap| gap.values.iter().flatten())
                .fold(0.0, |size, value| value.abs().max(size)),
        }
    }

    fn broken(&self, indicator: &Indicator, place: impl Fn() -> String) -> Option<Broken> {
        let (change, effects) = (self.change.ok()?, self.effects.ok()?);
        let sum: f64 = effects.iter().map(|of| of.mix + of.rate).sum();
        let scale = self.size.max(indicator.factor.abs());
        Broken::unless_equal(Identity::Effects, sum, change, scale, place)
    }

    /// `scope`: its code and name; `pair`: the dimension and the two members.
    fn row<'a>(
        &self,
        indicator: &'a Indicator,
        [earlier, later]: [&'a str; 2],
        (scope_code, scope_name): (&'a str, &'a str),
        [dimension, a, b]: [&'a str; 3],
    ) -> GapChangeRow<'a> {
        let sign = self.bounds.map(|bounds| is_sign_identified(self.change.ok(), bounds));
        let effect = |of: fn([Effects; 2]) -> f64| self.effects.ok().map(of);
        GapChangeRow {
            earlier,
            later,
            scope_code,
            scope_name,
            indicator: &indicator.id,
            indicator_title_zh: indicator.title.own(Lang::Zh),
            indicator_title_en: indicator.title.own(Lang::En),
            dimension,
            a,
            b,
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
            sign_identified: sign.ok(),
            n_strata: self.strata,
            n_borrowed: self.borrowed,
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

/// The later value less the earlier one; without either, why the earlier one is null.
fn difference([earlier, later]: [Result<f64, Reason>; 2]) -> Result<f64, Reason> {
    let earlier = earlier?;
    Ok(later? - earlier)
}

fn scaled(effects: Effects, factor: f64) -> Effects {
    Effects {
        mix: effects.mix * factor,
        rate: effects.rate * factor,
    }
}

#[cfg(test)]
mod tests;

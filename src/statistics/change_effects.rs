//! The tables `change_effects` and `change_effects_constant_boundaries`: what of a change over time is due to composition, and what to the ratios. Kitagawa 1955; over two compositions at
//! once, Das Gupta 1993 and Shapley 1953.

use std::collections::{BTreeMap, BTreeSet};
use std::iter;

use jiff::civil::Date;

use super::area_figures::{AreaFigure, area_figures};
use super::cross_classified::{self, Pair};
use super::difference::{bounds_of_change, change, sign_identified};
use super::figure::{Bounds, joint_status};
use super::identities::{Broken, Identity};
use super::kitagawa::{Counts, Effects, Stratum, decompose};
use super::reason::{Reason, token};
use crate::domain::{Lang, Period};
use crate::pipeline::{Dimension, DimensionIndex, Indicator, Pipeline, crossed_members};
use crate::tables::{ChangeEffectRow, ConstantChangeEffectRow, Table};

/// Numerator and denominator of a member, or why there are none.
type Parts = Result<(f64, f64), Reason>;

/// Numerator and denominator of a member within an area.
#[derive(Clone, Copy, Debug)]
pub struct MemberParts<'a> {
    /// Code of the area.
    pub scope_code: &'a str,
    /// Name of the area.
    pub scope_name: &'a str,
    /// Identifier of the indicator.
    pub indicator: &'a str,
    /// Identifier of the dimension.
    pub dimension: &'a str,
    /// Identifier of the member.
    pub member: &'a str,
    /// In the units of the measures.
    pub parts: Parts,
    /// Status of its figure (SDMX), which it has on constant boundaries.
    pub obs_status: Option<&'a str>,
}

/// An area in one period, as one dimension divides it.
#[derive(Debug, Default)]
struct Divided {
    name: String,
    /// By place of the member in the dimension.
    members: BTreeMap<usize, Parts>,
    /// P where one of the members is, else E where one is, else A; on constant boundaries.
    status: Option<&'static str>,
}

/// By code of the area and dimension.
type Areas = BTreeMap<(String, DimensionIndex), Divided>;

/// An indicator in one period.
struct Strata {
    period: String,
    areas: Areas,
}

/// Of each member of a cross, the members of both dimensions that it is a pair of.
type Pairs = Vec<[usize; 2]>;

/// What a member holds in both periods, by its place in the dimension: a is the later one.
type Members = BTreeMap<usize, Stratum>;

/// By period, indicator and area.
type Figures<'t> = BTreeMap<[&'t str; 3], Reached>;

/// The table while periods are added.
pub struct ChangeEffects<'p> {
    pipeline: &'p Pipeline,
    figures: Figures<'p>,
    /// By dimension; None: it is no cross.
    crosses: Vec<Option<Pairs>>,
    /// By indicator: the first period that has it, and the last one where it is another.
    earlier: Vec<Vec<Strata>>,
    found: Found,
}

/// The rows so far, and where the effects do not add up to the change (nowhere, unless the program has an error).
struct Found {
    /// The day of the boundaries; None: they are those of each period.
    boundaries: Option<Date>,
    table: Table,
    broken: Vec<Broken>,
}

impl<'p> ChangeEffects<'p> {
    /// Without rows; `indicators` are the rows of the table of that name, or of `indicators_constant_boundaries`, of the root and the partition level
    /// at least.
    pub fn new(pipeline: &'p Pipeline, indicators: &'p Table, boundaries: Option<Date>) -> ChangeEffects<'p> {
        let rows = area_figures(indicators, boundaries).into_iter();
        ChangeEffects {
            pipeline,
            figures: rows
                .map(|row| ([row.period, row.indicator, row.area_code], Reached::from(&row)))
                .collect(),
            crosses: pipeline.dimensions.iter().map(|of| pairs(pipeline, of)).collect(),
            earlier: pipeline.indicators.iter().map(|_| Vec::new()).collect(),
            found: Found {
                boundaries,
                table: match boundaries {
                    None => Table::of::<ChangeEffectRow>(),
                    Some(_) => Table::of::<ConstantChangeEffectRow>(),
                },
                broken: Vec::new(),
            },
        }
    }

    /// Adds what members hold in a period; periods are added in ascending order. What the definition does not have is left out.
    pub fn add<'e>(&mut self, period: Period, members: impl Iterator<Item = MemberParts<'e>>) {
        let period = period.to_string();
        for (indicator, areas) in by_indicator(self.pipeline, members) {
            let later = Strata {
                period: period.clone(),
                areas,
            };
            let earlier = &mut self.earlier[indicator];
            for earlier in earlier.iter() {
                let sides = [earlier, &later];
                push(
                    self.pipeline,
                    (&self.figures, &self.crosses),
                    indicator,
                    sides,
                    &mut self.found,
                );
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

/// The pairs of members that a cross is made of. `unknown` is one of both, as it has the areas whose pair is not known.
fn pairs(pipeline: &Pipeline, dimension: &Dimension) -> Option<Pairs> {
    let [first, second] = dimension.level.crossed()?.map(|at| &pipeline.dimensions[at]);
    let places: BTreeMap<String, [usize; 2]> = crossed_members(first, second).collect();
    let unknown = [first.unknown(), second.unknown()];
    let of = |id: &str| places.get(id).copied().unwrap_or(unknown);
    Some(dimension.members.iter().map(|member| of(&member.id)).collect())
}

/// What areas hold, by place of the indicator.
fn by_indicator<'e>(pipeline: &Pipeline, members: impl Iterator<Item = MemberParts<'e>>) -> BTreeMap<usize, Areas> {
    let indicators: BTreeMap<&str, usize> = (pipeline.indicators.iter().enumerate())
        .map(|(at, indicator)| (indicator.id.as_str(), at))
        .collect();
    let mut all: BTreeMap<usize, Areas> = BTreeMap::new();
    for row in members {
        let place = pipeline.dimensions.iter().position(|of| of.id == row.dimension);
        let (Some(&indicator), Some(place)) = (indicators.get(row.indicator), place) else {
            continue;
        };
        let dimension = &pipeline.dimensions[place];
        let member = dimension.members.iter().position(|of| of.id == row.member);
        let areas = all.entry(indicator).or_default();
        let divided = areas.entry((row.scope_code.to_owned(), place)).or_default();
        row.scope_name.clone_into(&mut divided.name);
        if let Some(own) = row.obs_status {
            divided.status = Some(joint_status(true, divided.status.into_iter().chain([own])));
        }
        divided
            .members
            .insert(member.unwrap_or_else(|| dimension.unknown()), row.parts);
    }
    all
}

/// A row for each area and dimension that either period has.
fn push(
    pipeline: &Pipeline,
    (figures, crosses): (&Figures, &[Option<Pairs>]),
    indicator: usize,
    [earlier, later]: [&Strata; 2],
    found: &mut Found,
) {
    let indicator = &pipeline.indicators[indicator];
    let keys: BTreeSet<_> = earlier.areas.keys().chain(later.areas.keys()).collect();
    for key in keys {
        let figure = |period: &str| {
            figures
                .get(&[period, indicator.id.as_str(), key.0.as_str()])
                .copied()
                .unwrap_or(Reached::ABSENT)
        };
        let reached = [figure(&earlier.period), figure(&later.period)];
        let divided = [earlier.areas.get(key), later.areas.get(key)];
        let change = Change::new(reached, &strata(divided), crosses[key.1].as_ref(), indicator.factor);
        let name = divided[1].or(divided[0]).map_or("", |divided| &divided.name);
        let place = (key.0.as_str(), name, pipeline.dimensions[key.1].id.as_str());
        found.broken.extend(change.broken(indicator, || {
            format!(
                "{} – {}, {}, {}, {}",
                earlier.period, later.period, key.0, indicator.id, place.2
            )
        }));
        let row = change.row(indicator, [&earlier.period, &later.period], place);
        match found.boundaries {
            None => found.table.push(row),
            Some(day) => {
                let status = status(change.change.is_ok(), reached, divided);
                found.table.push(ConstantChangeEffectRow::new(row, day, status));
            }
        }
    }
}

/// Status of a change, after SDMX: that of the figures or members of either period of which least is known.
fn status(has_change: bool, reached: [Reached; 2], divided: [Option<&Divided>; 2]) -> &'static str {
    let of_members = divided.into_iter().flatten().filter_map(|divided| divided.status);
    joint_status(
        has_change,
        reached.into_iter().map(|figure| figure.status).chain(of_members),
    )
}

/// Both sides of each member that has a denominator or a numerator in either period: a is the later one.
fn strata(divided: [Option<&Divided>; 2]) -> Result<Members, Reason> {
    let mut all = Members::new();
    for (at, divided) in divided.into_iter().enumerate() {
        for (member, parts) in divided.into_iter().flat_map(|divided| &divided.members) {
            let parts = match parts {
                // What cannot be summed, or of which nobody knows where it lies, would be lacking on one side.
                Err(reason @ (Reason::TooLarge | Reason::ShareUnknown)) => return Err(*reason),
                Err(_) => continue,
                Ok((_, denominator)) if *denominator < 0.0 => return Err(Reason::NegativeDenominator),
                Ok(parts) => *parts,
            };
            let stratum = all.entry(*member).or_default();
            *(if at == 0 { &mut stratum.b } else { &mut stratum.a }) = parts;
        }
    }
    Ok(all)
}

/// The figure of an area in one period.
#[derive(Clone, Copy, Debug)]
struct Reached {
    value: Result<f64, Reason>,
    bounds: Bounds,
    /// After SDMX.
    status: &'static str,
}

impl Reached {
    /// The area has no row.
    const ABSENT: Reached = Reached {
        value: Err(Reason::AreaAbsent),
        bounds: Err(Reason::AreaAbsent),
        status: "O",
    };
}

impl From<&AreaFigure<'_>> for Reached {
    fn from(row: &AreaFigure) -> Reached {
        Reached {
            value: row.value.ok_or_else(|| Reason::in_column(row.null_reason)),
            bounds: row
                .lower
                .zip(row.upper)
                .ok_or_else(|| Reason::in_column(row.bounds_null_reason)),
            status: joint_status(row.value.is_some(), iter::once(row.obs_status)),
        }
    }
}

/// What lies between two periods, in the indicator's unit.
#[derive(Clone, Copy, Debug)]
struct Change {
    values: [Result<f64, Reason>; 2],
    change: Result<f64, Reason>,
    effects: Result<Effects, Reason>,
    crossed: Result<cross_classified::Effects, Reason>,
    bounds: Bounds,
    counts: Counts,
}

impl Change {
    /// `reached`: of the earlier and the later period.
    fn new(
        [earlier, later]: [Reached; 2],
        strata: &Result<Members, Reason>,
        cross: Option<&Pairs>,
        factor: f64,
    ) -> Change {
        let change = change([earlier.value, later.value]);
        // There is nothing to split where there is no change.
        let strata_of_change = || change.and_then(|_| strata.as_ref().map_err(|reason| *reason));
        let effects = || {
            let strata: Vec<Stratum> = strata_of_change()?.values().copied().collect();
            Ok(decompose(&strata)?.times(factor))
        };
        let crossed = || {
            let pairs = cross.ok_or(Reason::NotCrossed)?;
            let pair = |(member, stratum): (&usize, &Stratum)| Pair {
                members: pairs[*member],
                stratum: *stratum,
            };
            let effects = cross_classified::decompose(&strata_of_change()?.iter().map(pair).collect::<Vec<_>>())?;
            Ok(cross_classified::Effects {
                mixes: effects.mixes.map(|effect| effect * factor),
                shapley: effects.shapley.map(|effect| effect * factor),
            })
        };
        Change {
            values: [earlier.value, later.value],
            change,
            effects: effects(),
            crossed: crossed(),
            bounds: bounds_of_change([earlier.bounds, later.bounds]),
            counts: Counts::of(strata.iter().flat_map(Members::values)),
        }
    }

    fn broken(&self, indicator: &Indicator, place: impl Fn() -> String) -> Vec<Broken> {
        let (Ok(change), Ok(effects)) = (self.change, self.effects) else {
            return Vec::new();
        };
        let equal =
            |law: Identity, sum: f64, whole: f64| Broken::unless_equal(law, sum, whole, indicator.factor.abs(), &place);
        let crossed = |of: cross_classified::Effects| {
            [
                equal(Identity::Mixes, of.mixes[0] + of.mixes[1], effects.mix),
                equal(Identity::Shapley, of.shapley.iter().sum(), change),
            ]
        };
        let all = self.crossed.ok().into_iter().flat_map(crossed);
        let kitagawa = equal(Identity::Effects, effects.mix + effects.rate, change);
        all.chain([kitagawa]).flatten().collect()
    }

    /// `place`: code and name of the area, and the dimension.
    fn row<'a>(
        &self,
        indicator: &'a Indicator,
        [earlier, later]: [&'a str; 2],
        (scope_code, scope_name, dimension): (&'a str, &'a str, &'a str),
    ) -> ChangeEffectRow<'a> {
        let crossed = |of: fn(cross_classified::Effects) -> f64| self.crossed.ok().map(of);
        ChangeEffectRow {
            earlier,
            later,
            scope_code,
            scope_name,
            indicator: &indicator.id,
            indicator_title_zh: indicator.title.own(Lang::Zh),
            indicator_title_en: indicator.title.own(Lang::En),
            dimension,
            value_earlier: self.values[0].ok(),
            value_later: self.values[1].ok(),
            value_change: self.change.ok(),
            mix_effect: self.effects.ok().map(|effects| effects.mix),
            rate_effect: self.effects.ok().map(|effects| effects.rate),
            mix_effect_first: crossed(|of| of.mixes[0]),
            mix_effect_second: crossed(|of| of.mixes[1]),
            shapley_mix_first: crossed(|of| of.shapley[0]),
            shapley_mix_second: crossed(|of| of.shapley[1]),
            shapley_rate: crossed(|of| of.shapley[2]),
            lower: self.bounds.ok().map(|bounds| bounds.0),
            upper: self.bounds.ok().map(|bounds| bounds.1),
            sign_identified: sign_identified(self.change, self.bounds),
            n_members: self.counts.strata,
            n_borrowed: self.counts.borrowed,
            null_reason: token(self.change),
            value_earlier_null_reason: token(self.values[0]),
            value_later_null_reason: token(self.values[1]),
            effects_null_reason: token(self.effects),
            crossed_null_reason: token(self.crossed),
            bounds_null_reason: token(self.bounds),
        }
    }
}

#[cfg(test)]
mod tests;

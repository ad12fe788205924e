//! The tables `gap_mixes` and `gap_change_mixes`: what each dimension of the strata adds to the mix effect of a gap, and to those of its change. Das Gupta 1993.

use std::collections::BTreeMap;

use super::compositions::{Cell, MOST, mixes};
use super::identities::{Broken, Identity};
use super::kitagawa::Stratum;
use super::profiles::radix;
use super::reason::{Reason, token};
use crate::domain::Lang;
use crate::pipeline::{Dimension, DimensionIndex, Indicator, Pipeline};
use crate::tables::{GapChangeMixRow, GapMixRow, Table};

/// Both sides of each stratum, by its number.
pub(super) type Joined = BTreeMap<u128, Stratum>;

/// The pair that a row is about.
#[derive(Clone, Copy)]
pub(super) struct Compared<'a> {
    pub(super) indicator: &'a Indicator,
    pub(super) dimension: &'a Dimension,
    /// Code and name.
    pub(super) scope: (&'a str, &'a str),
    /// The members a and b.
    pub(super) pair: (&'a str, &'a str),
}

impl Compared<'_> {
    fn place(&self, periods: &str) -> String {
        let (a, b) = self.pair;
        format!(
            "{periods}, {}, {}, {}, {a} – {b}",
            self.scope.0, self.indicator.id, self.dimension.id
        )
    }
}

/// The rows so far, and where the effects do not add up to the mix effect (nowhere, unless the program has an error).
pub(super) struct GapMixes<'p> {
    pipeline: &'p Pipeline,
    pub(super) of_gaps: Table,
    pub(super) of_changes: Table,
    pub(super) broken: Vec<Broken>,
}

impl<'p> GapMixes<'p> {
    pub(super) fn new(pipeline: &'p Pipeline) -> GapMixes<'p> {
        GapMixes {
            pipeline,
            of_gaps: Table::of::<GapMixRow>(),
            of_changes: Table::of::<GapChangeMixRow>(),
            broken: Vec::new(),
        }
    }

    /// A row for each dimension of the strata, where there are several. `mix`: of the gap, in the indicator's unit.
    pub(super) fn gap(
        &mut self,
        period: &str,
        of: Compared<'_>,
        strata: &[DimensionIndex],
        (mix, joined): (Result<f64, Reason>, &Result<Joined, Reason>),
    ) {
        let Some(radices) = self.radices(strata) else { return };
        let joined = joined.as_ref().map_err(|reason| *reason);
        let effects = self.effects(mix, joined, (of.indicator.factor, &radices), || of.place(period));
        for (at, dimension) in strata.iter().enumerate() {
            self.of_gaps.push(GapMixRow {
                period,
                scope_code: of.scope.0,
                scope_name: of.scope.1,
                indicator: &of.indicator.id,
                indicator_title_zh: of.indicator.title.own(Lang::Zh),
                indicator_title_en: of.indicator.title.own(Lang::En),
                dimension: &of.dimension.id,
                a: of.pair.0,
                b: of.pair.1,
                stratum_dimension: &self.pipeline.dimensions[*dimension].id,
                composition_effect: effects.as_ref().ok().map(|effects| effects[at]),
                effects_null_reason: token(effects.as_ref().map_err(|reason| *reason)),
            });
        }
    }

    /// The same of a change: `mixes` and `sides` are of a and of b, whose effects have the other sign.
    pub(super) fn change(
        &mut self,
        [earlier, later]: [&str; 2],
        of: Compared<'_>,
        strata: &[DimensionIndex],
        mixes: Result<[f64; 2], Reason>,
        sides: &Result<[Joined; 2], Reason>,
    ) {
        let Some(radices) = self.radices(strata) else { return };
        let mut side = |at: usize, sign: f64| {
            let joined = sides.as_ref().map(|sides| &sides[at]).map_err(|reason| *reason);
            let scale = (sign * of.indicator.factor, radices.as_slice());
            self.effects(mixes.map(|mixes| mixes[at]), joined, scale, || {
                of.place(&format!("{earlier} – {later}"))
            })
        };
        let (a, b) = (side(0, 1.0), side(1, -1.0));
        for (at, dimension) in strata.iter().enumerate() {
            let effect = |side: &Result<Vec<f64>, Reason>| side.as_ref().ok().map(|effects| effects[at]);
            self.of_changes.push(GapChangeMixRow {
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
                stratum_dimension: &self.pipeline.dimensions[*dimension].id,
                composition_effect_a: effect(&a),
                composition_effect_b: effect(&b),
                effects_null_reason: token(a.as_ref().and(b.as_ref()).map_err(|reason| *reason)),
            });
        }
    }

    /// What to divide the number of a stratum by for the member of each dimension. None: there is nothing to split, or too much.
    fn radices(&self, strata: &[DimensionIndex]) -> Option<Vec<u128>> {
        let is_split = (2..=MOST).contains(&strata.len());
        is_split.then(|| strata.iter().map(|at| radix(&self.pipeline.dimensions[*at])).collect())
    }

    fn effects(
        &mut self,
        mix: Result<f64, Reason>,
        joined: Result<&Joined, Reason>,
        (factor, radices): (f64, &[u128]),
        place: impl Fn() -> String,
    ) -> Result<Vec<f64>, Reason> {
        let mix = mix?;
        let cells = joined?.iter();
        let cells: Vec<Cell> = cells.map(|(number, stratum)| cell(*number, radices, stratum)).collect();
        let effects: Vec<f64> = mixes(&cells)?.into_iter().map(|effect| effect * factor).collect();
        let sum = effects.iter().sum();
        self.broken
            .extend(Broken::unless_equal(Identity::Mixes, sum, mix, factor.abs(), place));
        Ok(effects)
    }
}

/// A stratum with the members that its number stands for: the last dimension has the lowest digit.
fn cell(number: u128, radices: &[u128], stratum: &Stratum) -> Cell {
    let mut left = number;
    let mut members: Vec<usize> = radices
        .iter()
        .rev()
        .map(|radix| {
            let member = (left % radix) as usize;
            left /= radix;
            member
        })
        .collect();
    members.reverse();
    Cell {
        members,
        stratum: *stratum,
    }
}

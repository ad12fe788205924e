//! The tables `gap_mixes` and `gap_change_mixes`, as reported and on constant boundaries: what each dimension of the strata adds to the mix effect of a gap, and to those of its change. Das Gupta 1993.

use jiff::civil::Date;

use super::compositions::{Cell, mixes};
use super::figure::joint_status;
use super::gap_strata::Joined;
use super::identities::{Broken, Identity};
use super::kitagawa::{Counts, Stratum};
use super::profiles::radix;
use super::reason::{Reason, token};
use crate::domain::Lang;
use crate::pipeline::{Dimension, DimensionIndex, Indicator, MOST_SPLIT_STRATA, Pipeline};
use crate::tables::{ConstantGapChangeMixRow, ConstantGapMixRow, GapChangeMixRow, GapMixRow, Table};

/// The pair that a row is about.
#[derive(Clone, Copy)]
pub(super) struct Compared<'a> {
    pub(super) indicator: &'a Indicator,
    pub(super) dimension: &'a Dimension,
    /// Code and name.
    pub(super) scope: (&'a str, &'a str),
    /// The members a and b.
    pub(super) pair: (&'a str, &'a str),
    /// Of what a row is made of, after SDMX; there are none as reported.
    pub(super) statuses: &'a [&'static str],
}

impl Compared<'_> {
    /// In words, for what does not add up.
    pub(super) fn place(&self, periods: &str) -> String {
        let (a, b) = self.pair;
        format!(
            "{periods}, {}, {}, {}, {a} – {b}",
            self.scope.0, self.indicator.id, self.dimension.id
        )
    }

    /// Status of a row, after SDMX, whose figure is `found`.
    pub(super) fn status<T>(&self, found: Result<T, Reason>) -> &'static str {
        joint_status(found.is_ok(), self.statuses.iter().copied())
    }
}

/// The rows so far, and where the effects do not add up to the mix effect (nowhere, unless the program has an error).
pub(super) struct GapMixes<'p> {
    pipeline: &'p Pipeline,
    /// The day of the boundaries; None: they are those of each period.
    boundaries: Option<Date>,
    pub(super) of_gaps: Table,
    pub(super) of_changes: Table,
    pub(super) broken: Vec<Broken>,
}

impl<'p> GapMixes<'p> {
    pub(super) fn new(pipeline: &'p Pipeline, boundaries: Option<Date>) -> GapMixes<'p> {
        let (of_gaps, of_changes) = match boundaries {
            None => (Table::of::<GapMixRow>(), Table::of::<GapChangeMixRow>()),
            Some(_) => (Table::of::<ConstantGapMixRow>(), Table::of::<ConstantGapChangeMixRow>()),
        };
        GapMixes {
            pipeline,
            boundaries,
            of_gaps,
            of_changes,
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
        let counts = Counts::of(joined.iter().flat_map(Joined::values));
        let joined = joined.as_ref().map_err(|reason| *reason);
        let effects = self.effects(mix, joined, (of.indicator.factor, &radices), || of.place(period));
        let effects = effects.as_ref().map_err(|reason| *reason);
        for (at, dimension) in strata.iter().enumerate() {
            let row = GapMixRow {
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
                composition_effect: effects.ok().map(|effects| effects[at]),
                n_strata: counts.strata,
                n_borrowed: counts.borrowed,
                effects_null_reason: token(effects),
            };
            match self.boundaries {
                None => self.of_gaps.push(row),
                Some(day) => (self.of_gaps).push(ConstantGapMixRow::new(row, day, of.status(effects))),
            }
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
        let both = a.as_ref().and(b.as_ref()).map_err(|reason| *reason);
        for (at, dimension) in strata.iter().enumerate() {
            let effect = |side: &Result<Vec<f64>, Reason>| side.as_ref().ok().map(|effects| effects[at]);
            let row = GapChangeMixRow {
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
                effects_null_reason: token(both),
            };
            match self.boundaries {
                None => self.of_changes.push(row),
                Some(day) => (self.of_changes).push(ConstantGapChangeMixRow::new(row, day, of.status(both))),
            }
        }
    }

    /// What to divide the number of a stratum by for the member of each dimension. None: there is nothing to split, or too much.
    fn radices(&self, strata: &[DimensionIndex]) -> Option<Vec<u128>> {
        let is_split = (2..=MOST_SPLIT_STRATA).contains(&strata.len());
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

//! The `gaps` table, as reported and on constant boundaries: how far two members lie apart, and why.

use super::difference::sign_identified;
use super::figure::{Bounds, Figure, joint_status};
use super::frame::Frame;
use super::gap_strata::{GapStrata, Joined, joined};
use super::groups::{Figures, Member, divide};
use super::held::Held;
use super::identities::{Broken, Identity};
use super::kitagawa::{Counts, Stratum, decompose};
use super::profiles::Profiled;
use super::reason::{Reason, token};
use super::verdicts;
use crate::domain::Lang;
use crate::pipeline::{DimensionIndex, RollUp};
use crate::tables::{ConstantGapRow, ConstantVerdictRow, GapRow, Table, VerdictRow};

use std::collections::BTreeMap;

/// What a frame adds to the tables `gaps` and `verdicts`, the sums of the strata, and every gap whose effects do not add up to it. On constant
/// boundaries, strata and verdicts are those of tables that the pipeline asks for.
pub(super) struct Gaps {
    pub(super) gaps: Table,
    pub(super) strata: Vec<GapStrata>,
    pub(super) verdicts: Table,
    pub(super) broken: Vec<Broken>,
}

/// A row for each scope and pair that a dimension compares; and the smallest sets that could turn those whose sign is not identified.
pub(super) fn gaps(frame: &Frame, profiles: &[Profiled], figures: &[Figures]) -> Gaps {
    let mut all = Gaps {
        gaps: match frame.boundaries() {
            None => Table::of::<GapRow>(),
            Some(_) => Table::of::<ConstantGapRow>(),
        },
        strata: Vec::new(),
        verdicts: match frame.boundaries() {
            None => Table::of::<VerdictRow>(),
            Some(_) => Table::of::<ConstantVerdictRow>(),
        },
        broken: Vec::new(),
    };
    for figures in figures {
        let dimension = figures.dimension;
        let of = &frame.pipeline.dimensions[dimension];
        if of.compare.is_empty() {
            continue;
        }
        let strata = frame.strata(dimension);
        let sums = frame.by_strata(profiles, dimension, &strata);
        if RollUp::OF_STRATA.into_iter().any(|table| frame.is_asked_for(table)) {
            all.strata.push(GapStrata::new(frame, dimension, &strata, &sums));
        }
        for (a, b) in &of.compare {
            let index = |id: &str| of.members.iter().position(|m| m.id == id);
            let (Some(at_a), Some(at_b)) = (index(a), index(b)) else {
                continue;
            };
            for (scope, members) in frame.live(&figures.members) {
                let (member_a, member_b) = (&members[at_a], &members[at_b]);
                let (figure_a, figure_b) = (&member_a.figure, &member_b.figure);
                let joint = joint_strata(frame, sums.get(&(scope, at_a)), sums.get(&(scope, at_b)));
                let gap = Gap::new(figure_a, figure_b, frame.indicator.factor, &joint);
                all.broken.extend(gap.broken(frame, scope, dimension));
                let row = gap.row((frame, scope), &of.id, (a, figure_a), (b, figure_b));
                if row.sign_identified == Some(false) && frame.is_asked_for(RollUp::Verdicts) {
                    verdicts::of_gap(
                        frame,
                        (scope, dimension),
                        &row,
                        [(at_a, figure_a), (at_b, figure_b)],
                        &mut all.verdicts,
                    );
                }
                match frame.boundaries() {
                    None => all.gaps.push(row),
                    Some(day) => (all.gaps).push(ConstantGapRow::new(row, day, status(&gap, member_a, member_b))),
                }
            }
        }
    }
    all
}

/// The joint strata of other dimensions on both sides. Where none groups what the form describes there is one, and the gap is all rate.
fn joint_strata(
    frame: &Frame,
    a: Option<&BTreeMap<u128, Held>>,
    b: Option<&BTreeMap<u128, Held>>,
) -> Result<Joined, Reason> {
    let (a, b) = (|| a.into_iter().flatten(), || b.into_iter().flatten());
    // A member may have all of something of which nobody knows in which of its strata it lies.
    if a().chain(b()).any(|(_, held)| held.is_open()) {
        return Err(Reason::ShareUnknown);
    }
    let parts = |(key, held): (&u128, &Held)| {
        let known = &held.known;
        (*key, (frame.scale.numerator(known), frame.scale.denominator(known)))
    };
    Ok(joined(a().map(parts), b().map(parts)))
}

/// Status of a gap: what is said of both members, or of one.
fn status(gap: &Gap, a: &Member, b: &Member) -> &'static str {
    joint_status(gap.gap.is_ok(), [a.status(), b.status()].into_iter())
}

/// What lies between two members, in the indicator's unit.
struct Gap {
    gap: Result<f64, Reason>,
    ratio: Result<f64, Reason>,
    mix: Result<f64, Reason>,
    rate: Result<f64, Reason>,
    bounds: Bounds,
    counts: Counts,
}

impl Gap {
    fn new(a: &Figure, b: &Figure, factor: f64, strata: &Result<Joined, Reason>) -> Gap {
        let both = a.value.and_then(|a| Ok((a, b.value?)));
        let effects = both.and_then(|_| {
            let strata: Vec<Stratum> = strata.as_ref().map_err(|reason| *reason)?.values().copied().collect();
            Ok(decompose(&strata)?.times(factor))
        });
        Gap {
            gap: both.map(|(a, b)| a - b),
            ratio: both.and_then(|(a, b)| divide(a, b, Reason::ZeroDivisor)),
            mix: effects.map(|of| of.mix),
            rate: effects.map(|of| of.rate),
            bounds: a.bounds.and_then(|(low_a, high_a)| {
                let (low_b, high_b) = b.bounds?;
                Ok((low_a - high_b, high_a - low_b))
            }),
            counts: Counts::of(strata.iter().flat_map(Joined::values)),
        }
    }

    fn broken(&self, frame: &Frame, scope: usize, dimension: DimensionIndex) -> Option<Broken> {
        let (gap, mix, rate) = (self.gap.ok()?, self.mix.ok()?, self.rate.ok()?);
        Broken::unless_equal(Identity::Effects, mix + rate, gap, frame.indicator.factor.abs(), || {
            super::identities::place(frame, scope, dimension)
        })
    }

    /// `a`, `b`: the members' ids and figures.
    fn row<'a>(
        &self,
        (frame, scope): (&'a Frame, usize),
        dimension: &'a str,
        a: (&'a str, &Figure),
        b: (&'a str, &Figure),
    ) -> GapRow<'a> {
        let scope = &frame.places.scopes[scope];
        GapRow {
            period: &frame.period,
            scope_code: &scope.code,
            scope_name: &scope.name,
            indicator: &frame.indicator.id,
            indicator_title_zh: frame.title(Lang::Zh),
            indicator_title_en: frame.title(Lang::En),
            dimension,
            a: a.0,
            b: b.0,
            value_a: a.1.value.ok(),
            value_b: b.1.value.ok(),
            gap: self.gap.ok(),
            ratio: self.ratio.ok(),
            mix_effect: self.mix.ok(),
            rate_effect: self.rate.ok(),
            lower: self.bounds.ok().map(|bounds| bounds.0),
            upper: self.bounds.ok().map(|bounds| bounds.1),
            sign_identified: sign_identified(self.gap, self.bounds),
            n_strata: self.counts.strata,
            n_borrowed: self.counts.borrowed,
            null_reason: token(self.gap),
            value_a_null_reason: token(a.1.value),
            value_b_null_reason: token(b.1.value),
            ratio_null_reason: token(self.ratio),
            effects_null_reason: token(self.mix),
            bounds_null_reason: token(self.bounds),
        }
    }
}

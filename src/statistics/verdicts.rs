//! The tables `verdicts` and `verdicts_constant_boundaries`: for each verdict that missing data could turn, the smallest set of areas that would.

use std::collections::HashMap;

use super::figure::{Figure, Scale};
use super::frame::Frame;
use super::reporters::Reporter;
use super::turning::{Lacking, Side, Turning, of_figure, of_gap as set_of_gap};
use crate::pipeline::{Better, DimensionIndex, Indicator};
use crate::registry::Areas;
use crate::tables::{ConstantVerdictRow, GapRow, IndicatorRow, Table, VerdictRow};

/// Adds the sets of figures that are judged against a target; `undetermined` are those whose bounds do not share the verdict.
pub(super) fn of_targets(
    (scale, areas): (&Scale, &Areas),
    reporters: &[Reporter],
    undetermined: &[IndicatorRow],
    table: &mut Table,
) {
    let mut lacking: HashMap<&str, Vec<Lacking>> = undetermined.iter().map(|row| (row.area_code, Vec::new())).collect();
    if lacking.is_empty() {
        return;
    }
    for reporter in reporters {
        let own = reporter.lacking();
        if own.missing > 0.0 {
            for area in areas.ancestors(reporter.code) {
                if let Some(of_area) = lacking.get_mut(area.code.as_str()) {
                    of_area.push(own);
                }
            }
        }
    }
    for row in undetermined {
        let known = row.numerator.zip(row.denominator).zip(row.value).zip(row.target);
        let (Some((((numerator, denominator), value), target)), Some((lowest, highest))) =
            (known, scale.indicator.plausible)
        else {
            continue;
        };
        let met = meets(scale.indicator, value, target);
        // What turns a verdict is worse where the target is met, and better where it is not.
        let extreme = if met == (scale.indicator.better == Better::Higher) {
            lowest
        } else {
            highest
        };
        let side = Side::new((numerator, denominator), scale.indicator.factor, extreme);
        let of_area = lacking.remove(row.area_code).unwrap_or_default();
        let set = of_figure(side, of_area, |value| meets(scale.indicator, value, target) != met);
        for (position, turning) in set.iter().enumerate() {
            table.push(VerdictRow {
                period: row.period,
                area_code: row.area_code,
                area_name: row.area_name,
                indicator: row.indicator,
                indicator_title_zh: row.indicator_title_zh,
                indicator_title_en: row.indicator_title_en,
                dimension: None,
                a: None,
                b: None,
                verdict: row.verdict,
                value_now: value,
                threshold: target,
                n_missing: set.len() as i64,
                position: position as i64 + 1,
                missing_code: turning.area.code,
                missing_name: areas.get(turning.area.code).map(|area| area.name.as_str()),
                missing_member: None,
                missing_denominator: turning.area.told(),
                denominator_needed: side.needed(of_others(&set, position), target),
                n_rows_quarantined: turning.area.rows.quarantined,
                n_rows_blank: turning.area.rows.blank,
                n_rows_absent: turning.area.rows.absent,
                value_then: turning.figure,
            });
        }
    }
}

fn meets(indicator: &Indicator, value: f64, target: f64) -> bool {
    match indicator.better {
        Better::Lower => value <= target,
        Better::Higher | Better::Neither => value >= target,
    }
}

/// Adds the set of a gap whose sign is not identified. `sides`: members and figures of a and b.
pub(super) fn of_gap(
    frame: &Frame,
    (scope, dimension): (usize, DimensionIndex),
    row: &GapRow,
    sides: [(usize, &Figure); 2],
    table: &mut Table,
) {
    // A gap of 0 has no sign to turn.
    let Some(gap) = row.gap.filter(|gap| *gap != 0.0) else {
        return;
    };
    let [Ok(a), Ok(b)] = sides.map(|(_, figure)| figure.parts) else {
        return;
    };
    let Some((lowest, highest)) = frame.indicator.plausible else {
        return;
    };
    let factor = frame.indicator.factor;
    let (extreme_a, extreme_b) = if gap > 0.0 {
        (lowest, highest)
    } else {
        (highest, lowest)
    };
    let known = [Side::new(a, factor, extreme_a), Side::new(b, factor, extreme_b)];
    let lacking = sides.map(|(member, _)| frame.lacking(scope, dimension, member));
    let set: Vec<Turning> = set_of_gap(
        known,
        lacking,
        |other| if gap > 0.0 { other <= 0.0 } else { other >= 0.0 },
    );
    let n_missing = set.len() as i64;
    // Each side with all that the set has on it.
    let whole = [false, true].map(|is_second| {
        let own = set.iter().filter(|turning| turning.is_second == is_second);
        known[usize::from(is_second)].with(own.map(|turning| turning.area.missing).sum())
    });
    for (position, turning) in set.iter().enumerate() {
        let side = usize::from(turning.is_second);
        let verdict = VerdictRow {
            period: row.period,
            area_code: row.scope_code,
            area_name: Some(row.scope_name),
            indicator: row.indicator,
            indicator_title_zh: row.indicator_title_zh,
            indicator_title_en: row.indicator_title_en,
            dimension: Some(row.dimension),
            a: Some(row.a),
            b: Some(row.b),
            verdict: if gap > 0.0 { "a_higher" } else { "b_higher" },
            value_now: gap,
            threshold: 0.0,
            n_missing,
            position: position as i64 + 1,
            missing_code: turning.area.code,
            missing_name: frame.name_of(turning.area.code),
            missing_member: Some(if turning.is_second { row.b } else { row.a }),
            missing_denominator: turning.area.told(),
            denominator_needed: known[side].needed(of_others(&set, position), whole[1 - side]),
            n_rows_quarantined: turning.area.rows.quarantined,
            n_rows_blank: turning.area.rows.blank,
            n_rows_absent: turning.area.rows.absent,
            value_then: turning.figure,
        };
        match frame.boundaries() {
            None => table.push(verdict),
            Some(day) => table.push(ConstantVerdictRow::new(verdict, day)),
        }
    }
}

/// What all others of a set lack on the side of one of them.
fn of_others(set: &[Turning], position: usize) -> f64 {
    let is_other = |(at, other): &(usize, &Turning)| *at != position && other.is_second == set[position].is_second;
    let others = set.iter().enumerate().filter(is_other);
    others.map(|(_, other)| other.area.missing).sum()
}

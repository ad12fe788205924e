//! Worst-case bounds: what a figure could be, whatever the missing areas and rows are like. Manski 1990.

use super::Reason;
use super::frame::{Frame, Sums};
use crate::pipeline::DimensionIndex;

/// Lowest and highest possible value, in the indicator's unit.
pub(super) type Bounds = Result<(f64, f64), Reason>;

/// Who of a scope and member owes and has reported, and what the register says of the rest.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reporting {
    pub(super) expected: i64,
    pub(super) reported: i64,
    /// Σ of the register's denominators of missing areas.
    missing: Result<f64, Reason>,
}

/// Reporting by scope and member of a dimension. Each member of a dimension of rows is owed by every area of the scope.
pub(super) fn reporting(frame: &Frame, dimension: DimensionIndex, members: usize) -> Vec<Vec<Reporting>> {
    let none = Reporting { expected: 0, reported: 0, missing: Ok(0.0) };
    let scopes = frame.scopes(dimension);
    let mut all = vec![vec![none; members]; scopes];
    for owed in &frame.owed {
        let own = frame.member_of_area(dimension, owed.place);
        for (scope, row) in all.iter_mut().enumerate() {
            if scope > 0 && owed.place.scope != Some(scope) {
                continue;
            }
            for (member, entry) in row.iter_mut().enumerate().filter(|(m, _)| own.is_none_or(|o| o == *m)) {
                entry.expected += 1;
                entry.reported += i64::from(owed.reported);
                if owed.reported || entry.missing.is_err() {
                    continue;
                }
                entry.missing = if own.is_none() && !frame.pinned_to(dimension, member) {
                    Err(Reason::RegisterNotSplit)
                } else if frame.indicator.register.is_none() {
                    Err(Reason::NoRegister)
                } else {
                    owed.register.ok_or(Reason::RegisterIncomplete).and_then(|r| entry.missing.map(|m| m + r))
                };
            }
        }
    }
    all
}

/// (Σ_R num + lo|hi · Σ_M den) / Σ den.
pub(super) fn bounds(frame: &Frame, sums: &Sums, reporting: &Reporting) -> Bounds {
    let (numerator, denominator) = (frame.numerator(sums), frame.denominator(sums));
    let factor = frame.indicator.factor;
    if sums.rest == 0 && reporting.expected == reporting.reported {
        if denominator == 0.0 {
            return Err(Reason::ZeroDenominator);
        }
        let value = numerator / denominator * factor;
        return Ok((value, value));
    }
    let (lowest, highest) = frame.indicator.plausible.ok_or(Reason::NoPlausibleBracket)?;
    let missing = frame.rest(sums) + reporting.missing?;
    let total = denominator + missing;
    if total == 0.0 {
        return Err(Reason::ZeroDenominator);
    }
    Ok(((numerator * factor + lowest * missing) / total, (numerator * factor + highest * missing) / total))
}

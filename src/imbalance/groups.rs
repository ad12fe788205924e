//! The `groups` table: each member's own figure, and how it stands to the scope's.

use super::bounds::{Bounds, Reporting, bounds, reporting};
use super::frame::{Frame, Profile, Sums};
use super::reason::{Reason, token};
use crate::domain::Lang;
use crate::pipeline::DimensionIndex;
use crate::tables::{GroupRow, Table};

/// The figure of one member in one scope.
#[derive(Clone, Copy, Debug)]
pub(super) struct Figure {
    /// Numerator and denominator, in the units of their measures.
    pub(super) parts: Result<(f64, f64), Reason>,
    /// In the indicator's unit.
    pub(super) value: Result<f64, Reason>,
    pub(super) bounds: Bounds,
}

/// Figures of a dimension: by scope and member, with who reported.
pub(super) struct Figures {
    pub(super) members: Vec<Vec<(Figure, Reporting)>>,
    /// Numerator and denominator of each scope.
    scopes: Vec<(f64, f64)>,
}

/// Every member's figure in every scope.
pub(super) fn figures(frame: &Frame, profiles: &[Profile], dimension: DimensionIndex) -> Figures {
    let sums = frame.by_member(profiles, dimension);
    let reporting = reporting(frame, dimension, &sums);
    let scopes = sums.iter().map(|row| totals(frame, row)).collect();
    let members = sums
        .iter()
        .zip(&reporting)
        .map(|(row, reporting)| {
            let one = |(member, (sums, r))| (figure(frame, dimension, member, sums, r), *r);
            row.iter().zip(reporting).enumerate().map(one).collect()
        })
        .collect();
    Figures { members, scopes }
}

fn totals(frame: &Frame, row: &[Sums]) -> (f64, f64) {
    let mut total = Sums::default();
    for sums in row {
        total.plus(sums);
    }
    (frame.numerator(&total), frame.denominator(&total))
}

fn figure(frame: &Frame, dimension: DimensionIndex, member: usize, sums: &Sums, reporting: &Reporting) -> Figure {
    if frame.filtered_out(dimension, member) {
        let reason = Reason::OutsideFilter;
        return Figure {
            parts: Err(reason),
            value: Err(reason),
            bounds: Err(reason),
        };
    }
    let parts = match nothing(sums, reporting) {
        Some(reason) => Err(reason),
        None => known(frame.numerator(sums), frame.denominator(sums)),
    };
    let value = parts.and_then(|(numerator, denominator)| match (numerator, denominator) {
        (0.0, 0.0) => Err(Reason::DenominatorZero),
        (_, 0.0) => Err(Reason::NumeratorWithoutDenominator),
        _ => Ok(numerator / denominator * frame.indicator.factor),
    });
    let bounds = match parts {
        Err(Reason::NoUnits) => Err(Reason::NoUnits),
        _ => bounds(frame, sums, reporting, value),
    };
    Figure { parts, value, bounds }
}

/// Both, where their sums fit 128 bits.
fn known(numerator: f64, denominator: f64) -> Result<(f64, f64), Reason> {
    if numerator.is_nan() || denominator.is_nan() {
        return Err(Reason::TooLarge);
    }
    Ok((numerator, denominator))
}

/// Why there is neither numerator nor denominator: zero and missing are different things.
fn nothing(sums: &Sums, reporting: &Reporting) -> Option<Reason> {
    match (reporting.expected, reporting.reported) {
        _ if sums.rows > 0 => None,
        (0, _) => Some(Reason::NoUnits),
        _ if reporting.missing == Ok(0.0) => None,
        (_, 0) => Some(Reason::NotReported),
        _ => Some(Reason::NothingKnown),
    }
}

/// The `groups` table of a frame: a row for each scope, dimension and member, `unknown` and `other` included.
pub(super) fn groups(frame: &Frame, profiles: &[Profile]) -> Table {
    let mut table = Table::of::<GroupRow>();
    for dimension in frame.dimensions() {
        let of = &frame.pipeline.dimensions[dimension];
        let figures = figures(frame, profiles, dimension);
        for (scope, members) in frame.live(&figures.members) {
            for (member, (figure, reporting)) in members.iter().enumerate() {
                let undeclared = member >= of.members.len();
                if undeclared && reporting.expected == 0 && figure.parts == Err(Reason::NoUnits) {
                    continue;
                }
                let scope = (scope, figures.scopes[scope]);
                table.push(row(frame, scope, (&of.id, of.member_id(member)), figure, reporting));
            }
        }
    }
    table
}

/// `scope`: which one, with its numerator and denominator; `member`: ids of the dimension and of the member.
fn row<'a>(
    frame: &'a Frame,
    (scope, (scope_numerator, scope_denominator)): (usize, (f64, f64)),
    (dimension, member): (&'a str, &'a str),
    figure: &Figure,
    reporting: &Reporting,
) -> GroupRow<'a> {
    let share = figure
        .parts
        .and_then(|(_, own)| divide(own, scope_denominator, Reason::ScopeUndefined));
    let relative = figure.value.and_then(|value| {
        let of_scope = divide(scope_numerator, scope_denominator, Reason::ScopeUndefined)? * frame.indicator.factor;
        divide(value, of_scope, Reason::ScopeUndefined)
    });
    let scope = &frame.places.scopes[scope];
    GroupRow {
        period: &frame.period,
        scope_code: &scope.code,
        scope_name: &scope.name,
        indicator: &frame.indicator.id,
        indicator_title_zh: frame.title(Lang::Zh),
        indicator_title_en: frame.title(Lang::En),
        dimension,
        member,
        numerator: figure.parts.ok().map(|parts| parts.0),
        denominator: figure.parts.ok().map(|parts| parts.1),
        value: figure.value.ok(),
        denominator_share: share.ok(),
        relative_to_scope: relative.ok(),
        lower: figure.bounds.ok().map(|bounds| bounds.0),
        upper: figure.bounds.ok().map(|bounds| bounds.1),
        n_expected: reporting.expected,
        n_reported: reporting.reported,
        null_reason: token(figure.value),
        sums_null_reason: token(figure.parts),
        share_null_reason: token(share),
        relative_null_reason: token(relative),
        bounds_null_reason: token(figure.bounds),
    }
}

/// a / b, or why not.
pub(super) fn divide(a: f64, b: f64, otherwise: Reason) -> Result<f64, Reason> {
    match (a, b) {
        _ if a.is_nan() || b.is_nan() => Err(Reason::TooLarge),
        (_, 0.0) => Err(otherwise),
        _ => Ok(a / b),
    }
}

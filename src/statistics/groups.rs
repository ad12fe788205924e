//! The `groups` table: each member's own figure, and how it stands to the scope's.

use super::figure::{Figure, Reporting};
use super::frame::{Frame, Profile};
use super::reason::{Reason, token};
use crate::domain::{Sums, Table, Value};
use crate::pipeline::DimensionIndex;

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
    let figure = |(member, (sums, reporting)): (usize, (&Sums, &Reporting))| {
        if frame.filtered_out(dimension, member) {
            Figure::none(Reason::OutsideFilter)
        } else {
            frame.scale.figure(sums, reporting)
        }
    };
    let members = sums
        .iter()
        .zip(&reporting)
        .map(|(row, reporting)| {
            let one = |at: (usize, (&Sums, &Reporting))| (figure(at), *at.1.1);
            row.iter().zip(reporting).enumerate().map(one).collect()
        })
        .collect();
    Figures { members, scopes }
}

fn totals(frame: &Frame, row: &[Sums]) -> (f64, f64) {
    let total = row.iter().fold(Sums::default(), |total, sums| total.plus(sums));
    (frame.scale.numerator(&total), frame.scale.denominator(&total))
}

/// Reporting by scope and member of a dimension, for its sums by scope and member. Each member of a dimension of rows is
/// owed by every area of the scope.
fn reporting(frame: &Frame, dimension: DimensionIndex, sums: &[Vec<Sums>]) -> Vec<Vec<Reporting>> {
    let mut all: Vec<Vec<Reporting>> = sums.iter().map(|row| vec![Reporting::default(); row.len()]).collect();
    let width = sums.first().map_or(0, Vec::len);
    let pinned: Vec<bool> = (0..width).map(|member| frame.pinned_to(dimension, member)).collect();
    for reporter in &frame.reporters {
        let own = frame.member_of_area(dimension, reporter.place);
        for scope in Frame::scopes_of(reporter.place.scope, all.len()) {
            let members = all[scope].iter_mut().enumerate();
            for (member, entry) in members.filter(|(member, _)| own.is_none_or(|own| own == *member)) {
                // What the area lacks belongs to one member alone, or only what was read can be told by member.
                let missing = match (own.is_some() || pinned[member], reporter.all_read) {
                    (true, _) => reporter.missing,
                    (false, true) => Ok(0.0),
                    (false, false) => Err(Reason::RegisterNotSplit),
                };
                entry.add(reporter, missing);
            }
        }
    }
    for (row, sums) in all.iter_mut().zip(sums) {
        for (member, entry) in row.iter_mut().enumerate() {
            if !frame.groups_areas(dimension) && !pinned[member] {
                entry.missing = entry.missing.map(|_| frame.scale.rest(&sums[member]));
            }
        }
    }
    all
}

/// The `groups` table of a frame: a row for each scope, dimension and member, `unknown` and `other` included.
pub(super) fn groups(frame: &Frame, profiles: &[Profile]) -> Table {
    let mut table = Table::new("groups");
    for dimension in frame.dimensions() {
        let of = &frame.pipeline.dimensions[dimension];
        let figures = figures(frame, profiles, dimension);
        for (scope, members) in frame.live(&figures.members) {
            for (member, (figure, reporting)) in members.iter().enumerate() {
                let undeclared = member >= of.members.len();
                if undeclared && reporting.expected == 0 && figure.parts == Err(Reason::NoUnits) {
                    continue;
                }
                let mut row = super::key(frame, scope);
                row.extend([(&of.id).into(), of.member_id(member).into()]);
                row.extend(values(figure, reporting, figures.scopes[scope], frame.indicator.factor));
                table.push(row);
            }
        }
    }
    table
}

fn values(figure: &Figure, reporting: &Reporting, scope: (f64, f64), factor: f64) -> Vec<Value<'static>> {
    let share = figure
        .parts
        .and_then(|(_, own)| divide(own, scope.1, Reason::ScopeUndefined));
    let relative = figure.value.and_then(|value| {
        let of_scope = divide(scope.0, scope.1, Reason::ScopeUndefined)? * factor;
        divide(value, of_scope, Reason::ScopeUndefined)
    });
    vec![
        figure.parts.ok().map(|p| p.0).into(),
        figure.parts.ok().map(|p| p.1).into(),
        figure.value.ok().into(),
        share.ok().into(),
        relative.ok().into(),
        figure.bounds.ok().map(|b| b.0).into(),
        figure.bounds.ok().map(|b| b.1).into(),
        reporting.expected.into(),
        reporting.reported.into(),
        token(figure.value),
        token(figure.parts),
        token(share),
        token(relative),
        token(figure.bounds),
    ]
}

/// a / b, or why not.
pub(super) fn divide(a: f64, b: f64, otherwise: Reason) -> Result<f64, Reason> {
    match (a, b) {
        _ if a.is_nan() || b.is_nan() => Err(Reason::TooLarge),
        (_, 0.0) => Err(otherwise),
        _ => Ok(a / b),
    }
}

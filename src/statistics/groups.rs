//! The `groups` table: each member's own figure, and how it stands to the scope's.

use super::figure::{Figure, Reporting};
use super::frame::{Frame, Profile};
use super::reason::{Reason, token};
use super::summation::{Sum, sum};
use crate::domain::{Lang, Sums};
use crate::pipeline::{Dimension, DimensionIndex};
use crate::tables::{GroupRow, Table};

/// Figures of a dimension: by scope and member, with who reported.
pub(super) struct Figures {
    pub(super) dimension: DimensionIndex,
    pub(super) sums: Vec<Vec<Sums>>,
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
    Figures {
        dimension,
        sums,
        members,
        scopes,
    }
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
                let missing = match (own.is_some() || pinned[member], reporter.missing.all_read) {
                    (true, _) => reporter.missing.denominator,
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
pub(super) fn groups(frame: &Frame, figures: &[Figures]) -> Table {
    let mut table = Table::of::<GroupRow>();
    for figures in figures {
        let of = &frame.pipeline.dimensions[figures.dimension];
        for (scope, members) in frame.live(&figures.members) {
            let corners = curve(of, members);
            for (member, (figure, reporting)) in members.iter().enumerate() {
                let undeclared = member >= of.members.len();
                if undeclared && reporting.expected == 0 && figure.parts == Err(Reason::NoUnits) {
                    continue;
                }
                let scope = (scope, figures.scopes[scope]);
                let corner = corners.get(member).copied().unwrap_or(Err(Reason::NotOrdered));
                let ids = (of.id.as_str(), of.member_id(member));
                table.push(row(frame, scope, ids, (figure, corner), reporting));
            }
        }
    }
    table
}

/// A corner of the concentration curve: shares of denominator and numerator up to a member in the order, itself included.
type Corner = Result<(f64, f64), Reason>;

/// By declared member of a dimension, its corner. Members without a denominator have none. Kakwani, Wagstaff & van Doorslaer 1997.
fn curve(of: &Dimension, members: &[(Figure, Reporting)]) -> Vec<Corner> {
    let placed = of.placed_members();
    let parts = |member: usize| {
        let (numerator, denominator) = members.get(member).map_or(Err(Reason::NoUnits), |of| of.0.parts)?;
        match denominator {
            0.0 => Err(Reason::DenominatorZero),
            _ if denominator < 0.0 => Err(Reason::NegativeDenominator),
            _ => Ok((numerator, denominator)),
        }
    };
    let known: Vec<(f64, f64)> = placed.iter().filter_map(|&member| parts(member).ok()).collect();
    let numerators = sum(known.iter().map(|parts| parts.0));
    let denominators = sum(known.iter().map(|parts| parts.1));
    let (mut numerator, mut denominator) = (Sum::default(), Sum::default());
    let corner = |member: usize| {
        if !of.ordered || !placed.contains(&member) {
            return Err(Reason::NotOrdered);
        }
        let own = parts(member)?;
        if known.len() < 2 {
            return Err(Reason::SingleGroup);
        }
        if numerators <= 0.0 {
            return Err(Reason::MeanNotPositive);
        }
        numerator.add(own.0);
        denominator.add(own.1);
        Ok((denominator.total() / denominators, numerator.total() / numerators))
    };
    (0..of.members.len()).map(corner).collect()
}

/// `scope`: which one, with its numerator and denominator; `member`: ids of the dimension and of the member.
fn row<'a>(
    frame: &'a Frame,
    (scope, (scope_numerator, scope_denominator)): (usize, (f64, f64)),
    (dimension, member): (&'a str, &'a str),
    (figure, corner): (&Figure, Corner),
    reporting: &Reporting,
) -> GroupRow<'a> {
    let share = figure
        .parts
        .and_then(|(_, own)| divide(own, scope_denominator, Reason::ScopeUndefined));
    let of_scope = divide(scope_numerator, scope_denominator, Reason::ScopeUndefined);
    let both = figure
        .value
        .and_then(|value| Ok((value, of_scope? * frame.indicator.factor)));
    let relative = both.and_then(|(value, of_scope)| divide(value, of_scope, Reason::ScopeUndefined));
    let gap = both.map(|(value, of_scope)| value - of_scope);
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
        gap_to_scope: gap.ok(),
        cumulative_denominator_share: corner.ok().map(|corner| corner.0),
        cumulative_numerator_share: corner.ok().map(|corner| corner.1),
        lower: figure.bounds.ok().map(|bounds| bounds.0),
        upper: figure.bounds.ok().map(|bounds| bounds.1),
        n_expected: reporting.expected,
        n_reported: reporting.reported,
        null_reason: token(figure.value),
        sums_null_reason: token(figure.parts),
        share_null_reason: token(share),
        relative_null_reason: token(relative),
        gap_to_scope_null_reason: token(gap),
        curve_null_reason: token(corner),
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

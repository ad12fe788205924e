//! The `groups` table: each member's own figure, and how it stands to the scope's.

use super::figure::{Figure, Reporting, status};
use super::frame::Frame;
use super::held::Held;
use super::lack::Lack;
use super::places::Place;
use super::profiles::{ByMember, Profiled};
use super::reason::{Reason, token};
use super::summation::{Sum, sum};
use crate::domain::{Lang, Sums};
use crate::pipeline::{Dimension, DimensionIndex};
use crate::tables::{ConstantGroupRow, GroupRow, Table};

/// A member of a dimension in a scope.
pub(super) struct Member {
    pub(super) figure: Figure,
    pub(super) reporting: Reporting,
    pub(super) held: Held,
}

/// Figures of a dimension.
pub(super) struct Figures {
    pub(super) dimension: DimensionIndex,
    /// By scope and member.
    pub(super) members: Vec<Vec<Member>>,
    /// By scope.
    scopes: Vec<Held>,
}

impl Member {
    fn new(frame: &Frame, is_outside: bool, held: Held, reporting: Reporting) -> Member {
        let scale = &frame.scale;
        let amounts = |sums: &Sums| (scale.numerator(sums), scale.denominator(sums));
        let figure = if is_outside {
            Figure::none(Reason::OutsideFilter)
        } else {
            scale.figure_with_open((held.known.rows, amounts(&held.known)), amounts(&held.open), &reporting)
        };
        Member {
            figure,
            reporting,
            held,
        }
    }

    /// Whether nobody knows how much it has, or lacks.
    pub(super) fn is_open(&self) -> bool {
        self.held.is_open() || self.reporting.open_missing.known != Ok(0.0)
    }

    /// Status of its figure.
    pub(super) fn status(&self) -> &'static str {
        status(&self.figure, &self.reporting, self.held.is_allocated)
    }
}

/// Every member's figure in every scope.
pub(super) fn figures(frame: &Frame, profiles: &[Profiled], dimension: DimensionIndex) -> Figures {
    let ByMember { members, scopes } = frame.by_member(profiles, dimension);
    let reporting = reporting(frame, dimension, &members);
    // On constant boundaries an area may have come to a member that the restriction leaves out: what it has is no less there.
    let is_outside = |member: usize, held: &Held| frame.filtered_out(dimension, member) && held.known.rows == 0;
    let of_scope = |(members, reporting): (Vec<Held>, Vec<Reporting>)| {
        let all = members.into_iter().zip(reporting).enumerate();
        all.map(|(member, (held, reporting))| Member::new(frame, is_outside(member, &held), held, reporting))
            .collect()
    };
    Figures {
        dimension,
        members: members.into_iter().zip(reporting).map(of_scope).collect(),
        scopes,
    }
}

/// Reporting by scope and member of a dimension, for its sums by scope and member. Each member of a dimension of rows is
/// owed by every area of the scope; one of a cross, by those that can have its rows.
fn reporting(frame: &Frame, dimension: DimensionIndex, sums: &[Vec<Held>]) -> Vec<Vec<Reporting>> {
    let (count, width) = (sums.len(), sums.first().map_or(0, Vec::len));
    let is_split: Vec<bool> = (0..width).map(|member| frame.is_split(dimension, member)).collect();
    // Every area owes each member of a dimension of rows: members that are split alike have the same reporting, which is added up once.
    let (entries, entry_of): (Vec<bool>, Vec<usize>) = if frame.groups_rows(dimension) {
        let kinds: Vec<bool> = [false, true]
            .into_iter()
            .filter(|kind| is_split.contains(kind))
            .collect();
        let last = kinds.len().saturating_sub(1);
        let entry_of = is_split.iter().map(|split| usize::from(*split).min(last));
        (kinds, entry_of.collect())
    } else {
        (is_split.clone(), (0..width).collect())
    };
    let mut all = vec![vec![Reporting::default(); entries.len()]; count];
    for reporter in &frame.reporters {
        let labels = |place: &Place| {
            let owed = frame.members_owed(dimension, place, entries.len());
            Frame::scopes_of(place.scope, count).flat_map(move |scope| owed.clone().map(move |entry| (scope, entry)))
        };
        frame.ground(reporter).spread(labels, |(scope, entry), shares| {
            // What the area lacks belongs to one member alone, or only what was read can be told by member.
            let missing = match (entries[entry], reporter.missing.all_read) {
                (false, _) => reporter.missing.denominator,
                (true, true) => Lack::NOTHING,
                (true, false) => Lack::exactly(Err(Reason::RegisterNotSplit)),
            };
            let entry = &mut all[scope][entry];
            entry.add(reporter, missing.share(shares.known));
            entry.add_open(missing.share(shares.open));
        });
    }
    let of_member = |entries: &[Reporting], (member, sums): (usize, &Held)| {
        let mut entry = entries[entry_of[member]];
        if is_split[member] {
            let read = |lack: Lack, sums: &Sums| Lack::exactly(lack.known.map(|_| frame.scale.rest(sums)));
            entry.missing = read(entry.missing, &sums.known);
            entry.open_missing = read(entry.open_missing, &sums.open);
        }
        entry
    };
    let of_scope = |(entries, sums): (&Vec<Reporting>, &Vec<Held>)| {
        let members = sums.iter().enumerate();
        members.map(|of| of_member(entries, of)).collect()
    };
    all.iter().zip(sums).map(of_scope).collect()
}

/// The `groups` table of a frame, or that on constant boundaries: a row for each scope, dimension and member, `unknown` and `other` included.
pub(super) fn groups(frame: &Frame, figures: &[Figures]) -> Table {
    let mut table = match frame.boundaries() {
        None => Table::of::<GroupRow>(),
        Some(_) => Table::of::<ConstantGroupRow>(),
    };
    for figures in figures {
        let of = &frame.pipeline.dimensions[figures.dimension];
        for (scope, members) in frame.live(&figures.members) {
            let corners = curve(of, members);
            for (at, member) in members.iter().enumerate() {
                let Member {
                    figure,
                    reporting,
                    held,
                } = member;
                let undeclared = at >= of.members.len();
                if undeclared && reporting.expected == 0 && figure.parts == Err(Reason::NoUnits) {
                    continue;
                }
                let scope = (scope, &figures.scopes[scope]);
                let corner = corners.get(at).copied().unwrap_or(Err(Reason::NotOrdered));
                let ids = (of.id.as_str(), of.member_id(at));
                let row = row(frame, scope, ids, (figure, corner), reporting);
                match frame.boundaries() {
                    None => table.push(row),
                    Some(day) => {
                        let allocated = figure.parts.ok().and_then(|_| held.allocated_share(&frame.scale));
                        table.push(ConstantGroupRow::new(row, day, allocated, member.status()));
                    }
                }
            }
        }
    }
    table
}

/// A corner of the concentration curve: shares of denominator and numerator up to a member in the order, itself included.
type Corner = Result<(f64, f64), Reason>;

/// By declared member of a dimension, its corner. Members without a denominator have none; where nobody knows that of one, no member has.
/// Kakwani, Wagstaff & van Doorslaer 1997.
fn curve(of: &Dimension, members: &[Member]) -> Vec<Corner> {
    let placed = of.placed_members();
    let is_open = placed
        .iter()
        .filter_map(|&member| members.get(member))
        .any(Member::is_open);
    let parts = |member: usize| {
        let (numerator, denominator) = members.get(member).map_or(Err(Reason::NoUnits), |of| of.figure.parts)?;
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
        if is_open {
            return Err(Reason::ShareUnknown);
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

/// `scope`: which one, with its sums; `member`: ids of the dimension and of the member.
fn row<'a>(
    frame: &'a Frame,
    (scope, scope_sums): (usize, &Held),
    (dimension, member): (&'a str, &'a str),
    (figure, corner): (&Figure, Corner),
    reporting: &Reporting,
) -> GroupRow<'a> {
    let of_scope = match scope_sums.is_open() {
        true => Err(Reason::ShareUnknown),
        false => Ok((
            frame.scale.numerator(&scope_sums.known),
            frame.scale.denominator(&scope_sums.known),
        )),
    };
    let share = figure
        .parts
        .and_then(|(_, own)| divide(own, of_scope?.1, Reason::ScopeUndefined));
    let of_scope = of_scope.and_then(|(numerator, denominator)| divide(numerator, denominator, Reason::ScopeUndefined));
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

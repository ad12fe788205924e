//! Whether the two figures of an area agree, and what else could be the reason where they do not.

use super::definition::definition;
use super::pairing::Pairing;
use crate::check::figures::noise;
use crate::check::flags::Questioned;
use crate::check::ledger::{Reason, Status, scaled};
use crate::pipeline::{ColumnKind, Pipeline};

/// How two figures compare.
pub(super) struct Compared {
    pub(super) status: Status,
    pub(super) reason: Reason,
    /// As integers of the same scale.
    pub(super) sum: i128,
    pub(super) stated: i128,
    pub(super) allowed: i128,
    pub(super) scale: u32,
}

/// Compares two figures; None where one is missing. Rows held back are tried both ways, counted in or not: only what they could
/// hold in truth and nobody can read leaves it open.
pub(super) fn compare(pipeline: &Pipeline, pairing: &Pairing) -> Option<Compared> {
    let (rule, reconcile) = definition(pipeline, pairing.rule)?;
    let (left, right) = (pairing.left.as_ref()?, pairing.right.as_ref()?);
    let value = right.value?;
    let left_column = reconcile
        .left_column
        .map(|at| &pipeline.forms[reconcile.left_form].columns[at]);
    let left_scale = left_column.map_or(0, |column| column.kind.decimals());
    let right_kind = &pipeline.forms[rule.form].columns[reconcile.right_column].kind;
    let right_scale = right_kind.decimals();
    let common = left_scale.max(right_scale);
    let raise = 10_i128.pow(common - left_scale);
    let (sum, stated) = (left.sum * raise, scaled(value, common));
    // The allowance itself is allowed, though a product of decimals may fall a little short of it.
    let power = 10_f64.powi(common as i32);
    let noise = |stated: f64| {
        let kinds = left_column.map(|column| &column.kind).into_iter().chain([right_kind]);
        kinds.map(|kind| noise(kind, stated)).fold(0.0, f64::max)
    };
    let allowed = |stated: f64| {
        let allowed = reconcile.tolerance.allowed(stated).max(noise(stated));
        (allowed * power + 1e-6).floor() as i128
    };
    let within = |sum: i128, stated: i128, value: f64| (sum - stated).abs() <= allowed(value);
    let follows = |sum: i128, mended: Option<f64>| {
        let value = mended.unwrap_or(value);
        within(sum, scaled(value, common), value)
    };
    let held = left.held.raised(raise);
    let ways = held.ways();
    let exact = ways.iter().find(|(_, more)| sum + more == stated);
    let close = || ways.iter().find(|(_, more)| within(sum + more, stated, value));
    let (mends, mended) = (left.mends * raise, held.mended());
    let sums_mended = [
        (mends != 0).then_some(sum + mends),
        mended.map(|more| sum + mends + more),
    ];
    let follows_mended = |sum: &i128| follows(*sum, None) || follows(*sum, right.mended);
    let (questioned, lacking) = (left.questioned.raised(raise), left.lacking.raised(raise));
    let one_way = |beside: Questioned| ways.iter().any(|(_, more)| beside.accounts_for(sum + more - stated));
    // What cannot be read may be anything, but no less than nothing, unless the column says otherwise.
    let may_fall = left_column.is_some_and(|column| match column.kind {
        ColumnKind::Boolean { .. } => false,
        _ => column.range.is_none_or(|(min, _)| min < 0.0),
    });
    let is_open = left.is_unread && (may_fall || sum <= stated);
    let (status, reason, more) = if is_open {
        (Status::Incomplete, Reason::CellsUnreadable, 0)
    } else if let Some((reason, more)) = exact {
        (Status::Agrees, *reason, *more)
    } else if let Some((reason, more)) = close() {
        (Status::WithinTolerance, *reason, *more)
    } else if sums_mended.iter().flatten().any(follows_mended)
        || (right.mended.is_some() && ways.iter().any(|(_, more)| follows(sum + more, right.mended)))
    {
        (Status::Incomplete, Reason::FollowsFromFinding, 0)
    } else if right.questioned || one_way(questioned) {
        (Status::Incomplete, Reason::CellsQuestioned, 0)
    } else if one_way(lacking) {
        (Status::Incomplete, Reason::CellsMissing, 0)
    } else if (held.is_open() && may_fall) || held.accounts_for(sum - stated, lacking) {
        (Status::Incomplete, Reason::RowsHeldBack, 0)
    } else {
        (Status::Differs, Reason::AsDefined, 0)
    };
    let is_compared = matches!(status, Status::Agrees | Status::WithinTolerance);
    Some(Compared {
        status,
        reason: if is_compared && !right.counts {
            Reason::WithHeldRows
        } else {
            reason
        },
        sum: sum + more,
        stated,
        allowed: allowed(value),
        scale: common,
    })
}

//! What changed each published figure since the release before: the table `revisions`.
//!
//! Sums are linear: what the rows of one submission, or a cell that was corrected, add to a figure can be taken from its exact sums
//! again. From the sums of this release, the changes of each cause are taken away one after the other, the last cause first; what
//! is left between the figure that the release before published and the first sum so found is the work of the first cause.
//! Only figures that changed and files of rows that differ are looked at.

mod before;
mod figures;
mod now;
mod old_areas;
mod rows;
mod senders;
mod steps;

use super::RunError;
use crate::release::{RevisionsSince, RevisionsState};
use crate::tables::{RevisionRow, Table};
pub use before::{Before, Since};
use before::{Old, Unfit};
pub use now::Now;

/// The table, and with what it compares. A release before that is damaged or has other columns gives no rows, and no failure.
///
/// # Errors
/// When what this run has written cannot be read again.
pub fn revisions(now: Now<'_>, before: Option<&Before>) -> Result<(Table, RevisionsSince), RunError> {
    let Some(before) = before else {
        return Ok((Table::of::<RevisionRow>(), RevisionsSince::default()));
    };
    let (table, state) = match compared(now, before) {
        Ok(table) => (table, RevisionsState::Compared),
        Err(Unfit::Damaged) => (Table::of::<RevisionRow>(), RevisionsState::Damaged),
        Err(Unfit::OtherSchema) => (Table::of::<RevisionRow>(), RevisionsState::OtherSchema),
        Err(Unfit::Run(error)) => return Err(*error),
    };
    let since = Some(before.id.clone());
    Ok((table, RevisionsSince { since, state }))
}

fn compared(now: Now<'_>, before: &Before) -> Result<Table, Unfit> {
    let record = before.record.as_ref().ok_or(Unfit::Damaged)?;
    let old = Old { before, record };
    let changed = figures::changed(now, &old)?;
    if changed.is_empty() {
        return Ok(Table::of::<RevisionRow>());
    }
    let senders = senders::Senders::of(&old, now)?;
    let moved = rows::Moved::of(&old, now, &senders)?;
    let causes = steps::Causes::of(&old, now, moved)?;
    Ok(steps::table(now, &changed, &causes))
}

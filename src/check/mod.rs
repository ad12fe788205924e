//! Rules over the records of a partition. Each kind of rule has a file and a line in [`KINDS`]. Rules return findings and mark
//! rows as quarantined; they never drop one.

mod alike;
mod blame;
mod causes;
mod context;
mod cover;
mod distance;
mod duplicates;
mod error;
mod factor;
mod figures;
mod flags;
mod follow;
mod held;
mod hints;
mod history;
mod keys;
mod ledger;
mod memory;
mod mends;
mod mix;
mod outlier;
mod partition;
mod past;
mod peers;
mod reconcile;
mod record_keys;
mod records;
mod remember;
mod row;
mod row_mends;
mod sum;
mod tally;
mod too_large;
mod totals;
mod unit;

use polars::frame::DataFrame;

use crate::domain::RowStatuses;
pub use context::{Context, Origin};
pub use error::Error;
pub use flags::Flags;
pub use ledger::{Line, Status, code_of};
pub use memory::Memory;
pub use mix::{are_small_everywhere, beside_mix};
pub use partition::Checked;
use partition::Partition;
pub use reconcile::{Pairing, Settled, reconcile, settle};
pub use records::Records;
pub use tally::Tally;
pub use too_large::too_large;
pub use totals::{StatedFigure, StatedRow, totals};

/// A kind of rule: reads the records that are not quarantined, adds findings and marks rows.
type Kind = for<'a> fn(&mut Partition<'a>) -> Result<(), Error>;

/// All kinds in the order in which they are judged. Kinds of one group judge the same records, so that all faults of a row
/// are found at once; records that a group quarantines are left out of later groups.
const KINDS: [&[Kind]; 5] = [
    &[duplicates::check, alike::check],
    &[row::check, sum::check],
    &[history::check],
    &[outlier::check],
    &[cover::check],
];

/// Judges the records of a partition: `area_code`, the form's columns, `submission` and `row`, in order of submission and row.
/// `statuses` has one entry for each record; those that normalize quarantined take no part.
///
/// # Errors
/// If polars cannot evaluate a formula, or the frame lacks a column.
pub fn check(
    context: &Context<'_>,
    frame: &DataFrame,
    statuses: &mut RowStatuses,
    origins: &[Origin],
) -> Result<Checked, Error> {
    let mut partition = Partition::new(context, frame, statuses, origins)?;
    for kinds in KINDS {
        for kind in kinds {
            kind(&mut partition)?;
        }
        partition.settle()?;
    }
    Ok(partition.into_checked())
}

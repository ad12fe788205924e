//! Rules over the records of a partition. Each kind of rule has a file and a line in [`KINDS`]. Rules return findings and mark
//! rows as quarantined; they never drop one.

mod alike;
mod blame;
mod causes;
mod cover;
mod distance;
mod duplicates;
mod figures;
mod follow;
mod held;
mod hints;
mod history;
mod ledger;
mod memory;
mod mends;
mod mix;
mod outlier;
mod partition;
mod past;
mod peers;
mod reconcile;
mod records;
mod row;
mod row_mends;
mod spans;
mod sum;
mod too_large;
mod totals;
mod unit;

use std::collections::BTreeMap;
use std::sync::Arc;

use polars::frame::DataFrame;
use polars::prelude::PolarsError;
use serde::{Deserialize, Serialize};

use crate::domain::{Finding, MatchedColumn, Period, RowStatuses, Unknown, Unknowns};
use crate::pipeline::{FormIndex, Pipeline};
use crate::registry::{Areas, UnitLists};
pub use ledger::{Flags, Line, Status, code_of};
pub use memory::Memory;
pub use mix::{are_small_everywhere, beside_mix};
use partition::Partition;
pub use reconcile::{Pairing, Settled, reconcile, settle};
pub use records::Records;
pub use too_large::too_large;
pub use totals::{StatedFigure, StatedRow, totals};

/// The submission of some records, as far as findings need it.
#[derive(Clone, Debug)]
pub struct Origin {
    /// Number of the submission among those of its bundle, as in the frame's column `submission`.
    pub submission: u32,
    /// Code of the area that sent it.
    pub sender: Arc<str>,
    /// Relative to the input folder, as the clerk knows it.
    pub path: Arc<str>,
    /// Sheet of a workbook.
    pub sheet: Option<Arc<str>>,
    /// Where the form's columns stand.
    pub columns: Vec<MatchedColumn>,
}

/// A rule that could not be evaluated, through no fault of the data.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// polars refused the formula.
    #[error("judging the rule {rule}")]
    Rule {
        /// Its id.
        rule: String,
        /// Why.
        source: PolarsError,
    },
    /// The frame does not have the columns that normalize makes.
    #[error("reading the records of the form {form}")]
    Frame {
        /// Id of the form.
        form: String,
        /// Why.
        source: PolarsError,
    },
}

/// What the rules of a partition need beside its records.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The definition.
    pub pipeline: &'a Pipeline,
    /// The form of the records.
    pub form: FormIndex,
    /// The period of the records.
    pub period: Period,
    /// The areas in force on the day of the period that the form is judged on.
    pub areas: &'a Areas,
    /// Records of earlier periods of the same form and partition; None: there are none.
    pub earlier: Option<&'a Memory>,
    /// Lists of units delivered with the input.
    pub lists: &'a UnitLists,
}

/// How often a rule was judged and broken: rows, or areas if the rule is about areas.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Rows that passed or broke the rule. A row that lacks a value breaks a rule that does not let missing values pass.
    pub n_judged: u64,
    /// Rows that broke the rule. A finding that stands for several rows counts once for each.
    pub n_fired: u64,
    /// Rows that could not be judged, by reason; no finding is made of them.
    pub unknown: Unknowns,
}

impl Tally {
    /// A tally of rows that could not be judged.
    pub(crate) fn unjudged(reason: Unknown, count: u64) -> Tally {
        Tally {
            unknown: Unknowns::of(reason, count),
            ..Tally::default()
        }
    }

    /// Adds another.
    pub fn add(&mut self, other: Tally) {
        self.n_judged += other.n_judged;
        self.n_fired += other.n_fired;
        self.unknown.add(other.unknown);
    }
}

/// Result of the rules.
#[derive(Debug, Default)]
pub struct Checked {
    /// By submission, numbered as in the frame; those of one in the order of its records.
    pub findings: BTreeMap<u32, Vec<Finding>>,
    /// By the id of the rule.
    pub tallies: BTreeMap<String, Tally>,
}

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

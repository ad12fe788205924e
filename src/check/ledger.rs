//! Lines of the ledger: figures that are held against each other, and how they compare.

use serde::{Deserialize, Serialize};

use crate::domain::{Code, Period, exact};
use crate::pipeline::Side;

/// One line of the ledger.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// The period.
    pub period: Period,
    /// The area whose figures they are.
    pub area: String,
    /// Id of the rule, or one of the engine's own names.
    pub rule: String,
    /// Column of the stated figure.
    pub column: String,
    /// Submission with the stated figure.
    pub submission: Option<u32>,
    /// Its row; 0: none.
    pub row: u32,
    /// Sum over the detailed rows.
    pub left: Option<f64>,
    /// Figure as stated.
    pub right: Option<f64>,
    /// left − right.
    pub difference: Option<f64>,
    /// Difference that is allowed.
    pub tolerance: Option<f64>,
    /// Which figure counts.
    pub used: Used,
    /// How they compare.
    pub status: Status,
    /// Why that figure counts, or why they cannot be compared.
    pub reason: Reason,
}

/// Stated totals of a sheet, in the ledger.
pub(super) const TOTAL_ROW: &str = "total-row";
/// Lines of wider areas in a sheet, in the ledger.
pub(super) const STATED_AREA: &str = "stated-area";

/// The code of the findings behind lines of the ledger.
pub fn code_of(rule: &str) -> &str {
    match rule {
        TOTAL_ROW | STATED_AREA => Code::TotalDiffers.as_str(),
        rule => rule,
    }
}

/// Which of two figures counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Used {
    /// The sum over the detailed rows.
    Rows,
    /// The stated figure.
    Stated,
    /// Neither, as long as it is not known which is right.
    Neither,
}

impl Used {
    /// The word in tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Used::Rows => "left",
            Used::Stated => "right",
            Used::Neither => "none",
        }
    }
}

impl From<Side> for Used {
    fn from(side: Side) -> Used {
        match side {
            Side::Left => Used::Rows,
            Side::Right => Used::Stated,
        }
    }
}

/// Declares [`Reason`] with the word of each in tables.
macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident = $word:literal,)*) => {
        /// Why that figure counts, or why two cannot be compared.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        pub enum Reason {
            $($(#[$doc])* $name,)*
        }

        impl Reason {
            /// The word in tables.
            pub fn as_str(self) -> &'static str {
                match self { $(Reason::$name => $word,)* }
            }
        }
    };
}

reasons! {
    /// The definition says which of them counts.
    AsDefined = "as_defined",
    /// The total is compared with the rows above it.
    SumOfRows = "sum_of_rows",
    /// They agree without the quarantined rows.
    WithoutHeldRows = "without_held_rows",
    /// They agree with all quarantined rows.
    WithHeldRows = "with_held_rows",
    /// They agree with some of the quarantined rows.
    WithSomeHeldRows = "with_some_held_rows",
    /// Cells of the sum cannot be read.
    CellsUnreadable = "cells_unreadable",
    /// A fix that a finding suggests makes up the difference.
    FollowsFromFinding = "follows_from_finding",
    /// Cells that a rule asks about may make up the difference.
    CellsQuestioned = "cells_questioned",
    /// Empty cells may make up the difference.
    CellsMissing = "cells_missing",
    /// Quarantined rows may make up the difference.
    RowsHeldBack = "rows_held_back",
    /// The row with the stated figure is quarantined.
    StatedRowHeldBack = "stated_row_held_back",
    /// The cell with the stated figure cannot be read.
    StatedCellUnreadable = "stated_cell_unreadable",
    /// A submission was rejected that may have held the figure.
    SubmissionRefused = "submission_refused",
    /// Only the rows are there.
    OnlyLeft = "only_left",
    /// Only the stated figure is there.
    OnlyRight = "only_right",
    /// Neither is there.
    NoneStated = "none_stated",
}

impl Reason {
    /// Whether quarantined rows are part of the sum that agrees: none of them counts yet.
    pub(super) fn counts_held_rows(self) -> bool {
        matches!(self, Reason::WithHeldRows | Reason::WithSomeHeldRows)
    }
}

/// How two figures compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Status {
    /// They are equal.
    Agrees,
    /// The difference is allowed.
    WithinTolerance,
    /// It is not.
    Differs,
    /// What is held back, cannot be read, or is asked about elsewhere could make up the difference.
    Incomplete,
    /// Only the stated figure is there.
    LeftMissing,
    /// Only the rows are there.
    RightMissing,
}

impl Status {
    /// The word in tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Agrees => "agrees",
            Status::WithinTolerance => "within_tolerance",
            Status::Differs => "differs",
            Status::Incomplete => "incomplete",
            Status::LeftMissing => "left_missing",
            Status::RightMissing => "right_missing",
        }
    }
}

/// An integer of `scale` decimals as a figure.
pub(super) fn figure(scaled: i128, scale: u32) -> f64 {
    exact::figure(scaled, scale)
}

/// A figure as an integer of `scale` decimals; beyond all that is compared, a figure that large.
pub(super) fn scaled(figure: f64, scale: u32) -> i128 {
    exact::scaled(figure, scale).unwrap_or(if figure < 0.0 { -(1 << 120) } else { 1 << 120 })
}

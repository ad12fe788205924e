//! The published tables, one file each: a row is a struct, and its fields are the columns.
//!
//! A new column is a field here, its texts in `tables.toml`, and the line that computes it wherever the row is built.

mod areas;
mod compare;
mod corrections;
mod findings;
mod form_periods;
mod gaps;
mod groups;
mod indicator_definitions;
mod indicators;
mod inequality;
mod inequality_parts;
mod layouts;
mod members;
mod obligations;
mod reconciliation;
mod reporting;
mod revisions;
pub(crate) mod row;
mod rules;
mod runs;
mod spec;
mod submissions;
mod table;
mod texts;
mod unjudged;

pub use areas::AreaRow;
pub use compare::{Aligned, Frame, Tolerance, align, changed};
pub use corrections::CorrectionRow;
pub use findings::{FindingRow, NO_BASE};
pub use form_periods::FormPeriodRow;
pub use gaps::GapRow;
pub use groups::GroupRow;
pub use indicator_definitions::IndicatorDefinitionRow;
pub use indicators::IndicatorRow;
pub use inequality::InequalityRow;
pub use inequality_parts::InequalityPartRow;
pub use layouts::LayoutRow;
pub use members::MemberRow;
pub use obligations::ObligationRow;
pub use reconciliation::ReconciliationRow;
pub use reporting::ReportingRow;
pub use revisions::RevisionRow;
pub(crate) use row::columns;
pub use row::{Columns, Field, Row, RowColumn};
pub use rules::RuleRow;
pub use runs::RunRow;
pub use spec::{ColumnSpec, TableHead, TableSpec, ValueKind, ValuesOf, table_specs};
pub use submissions::SubmissionRow;
pub use table::{Table, Value, Values};
pub use texts::Texts;
pub use unjudged::UnjudgedRow;

/// The place of a table among all, in the order in which they are described.
pub fn place_of_table(name: &str) -> usize {
    ALL.iter().position(|(own, _)| *own == name).unwrap_or(ALL.len())
}

/// Every table of a release, and that of runs; with the columns of its rows. Both tables of areas have the same.
const ALL: &[(&str, &[RowColumn])] = &[
    (AreaRow::TABLE, AreaRow::COLUMNS),
    ("area_spans", AreaRow::COLUMNS),
    (IndicatorDefinitionRow::TABLE, IndicatorDefinitionRow::COLUMNS),
    (MemberRow::TABLE, MemberRow::COLUMNS),
    (FormPeriodRow::TABLE, FormPeriodRow::COLUMNS),
    (SubmissionRow::TABLE, SubmissionRow::COLUMNS),
    (FindingRow::TABLE, FindingRow::COLUMNS),
    (LayoutRow::TABLE, LayoutRow::COLUMNS),
    (CorrectionRow::TABLE, CorrectionRow::COLUMNS),
    (ObligationRow::TABLE, ObligationRow::COLUMNS),
    (ReportingRow::TABLE, ReportingRow::COLUMNS),
    (IndicatorRow::TABLE, IndicatorRow::COLUMNS),
    (GroupRow::TABLE, GroupRow::COLUMNS),
    (GapRow::TABLE, GapRow::COLUMNS),
    (InequalityRow::TABLE, InequalityRow::COLUMNS),
    (InequalityPartRow::TABLE, InequalityPartRow::COLUMNS),
    (ReconciliationRow::TABLE, ReconciliationRow::COLUMNS),
    (RuleRow::TABLE, RuleRow::COLUMNS),
    (UnjudgedRow::TABLE, UnjudgedRow::COLUMNS),
    (RevisionRow::TABLE, RevisionRow::COLUMNS),
    (RunRow::TABLE, RunRow::COLUMNS),
];

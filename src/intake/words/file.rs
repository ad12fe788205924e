//! What `words.toml` holds.

use serde::Deserialize;

/// Words by which rows that are no records are recognised.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    pub(super) total_endings: Vec<String>,
    pub(super) totals: Vec<String>,
    pub(super) subtotals: Vec<String>,
    pub(super) summaries: Vec<String>,
    pub(super) comparisons: Vec<String>,
    pub(super) alone: Vec<String>,
    pub(super) counted: String,
    pub(super) levels: Vec<String>,
    pub(super) beside: Vec<String>,
    pub(super) joins: Vec<String>,
    pub(super) pages: String,
    pub(super) wholes: Vec<String>,
    pub(super) part_signs: String,
    pub(super) parts: Vec<String>,
    pub(super) footers: Vec<String>,
    pub(super) form_lines: Vec<String>,
    pub(super) labels: Vec<String>,
    pub(super) closings: Vec<String>,
    pub(super) references: Vec<String>,
    pub(super) offices: Vec<String>,
    pub(super) office_year: String,
    pub(super) date: String,
    pub(super) remarks: Vec<String>,
    pub(super) note_marks: String,
    pub(super) note_mark: String,
    pub(super) note_signs: String,
    pub(super) header_prefixes: Vec<String>,
    pub(super) serials: Vec<String>,
    pub(super) counters: Vec<String>,
    pub(super) continuations: Vec<String>,
    pub(super) not_a_period: Vec<String>,
    pub(super) period: String,
    pub(super) digits: Vec<String>,
    pub(super) ten: String,
    pub(super) first_half: String,
}

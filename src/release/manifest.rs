use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::GateCheck;
use crate::lake::Written;

/// `manifest.json`: what went in, what came out, and whether it may be believed. Beside the files that describe the release ([`super::is_dated`]) the only one with a clock time in it.
#[derive(Clone, Debug, Serialize)]
pub struct Manifest {
    /// Release id; empty until it is published.
    pub release: String,
    /// When it was published, UTC, RFC 3339; of a run that was not published, when it ended.
    pub created_at: String,
    /// When a later run last came to the same tables; all below but the files written is what that run has found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confirmed_at: Option<String>,
    /// The public key that verifies its signature, by its sha256; None: it is not signed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signed_by: Option<String>,
    /// Name of the pipeline.
    pub pipeline: String,
    /// sha256 over the definition and the registry.
    pub definition_sha256: String,
    /// sha256 over the TOML files of the definition alone, without the tables of the registry.
    pub rules_sha256: String,
    /// Version of huizong.
    pub huizong_version: &'static str,
    /// Figures are made up.
    pub synthetic: bool,
    /// Date of the run (`--as-of`): what was due later is in `gate_not_due`.
    pub as_of: String,
    /// Periods in this release.
    pub periods: Vec<String>,
    /// Periods of the pipeline that the run left out (`--period`, `--as-of`).
    pub periods_left_out: Vec<String>,
    /// The account of all rows.
    pub rows: RowCounts,
    /// Submissions by status.
    pub submissions: BTreeMap<String, u64>,
    /// Findings by severity.
    pub findings: BTreeMap<String, u64>,
    /// Files ignored without a finding: leftovers of programs such as hidden files and locks, periods not asked for by `--period`.
    pub files_ignored: u64,
    /// Sheets ignored without a finding: those that a return had added to a county's own.
    pub sheets_ignored: u64,
    /// What the gate asked.
    pub gate: Vec<GateCheck>,
    /// Forms that were not due yet; the gate judges what was sent of them, or nothing.
    pub gate_not_due: Vec<NotDue>,
    /// What the table `revisions` compares this release with.
    pub revisions: RevisionsSince,
    /// Every file received.
    pub inputs: Vec<Input>,
    /// Every file written, with its hash.
    pub outputs: Vec<OutputFile>,
}

/// What the table `revisions` compares a release with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevisionsSince {
    /// Id of the release that was current before; None: there was none.
    pub since: Option<String>,
    /// Whether it could be compared.
    pub state: RevisionsState,
}

/// Whether the figures of a release could be compared with those of the one before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RevisionsState {
    /// They have been.
    Compared,
    /// There is no release before.
    #[default]
    First,
    /// A file of the release before is missing, or is not the one that was published.
    Damaged,
    /// The release before lacks a column that is needed, or has it with another type.
    OtherSchema,
}

/// Rows read = accepted + quarantined + superseded + set aside.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct RowCounts {
    /// Every physical row.
    pub read: u64,
    /// Records that count.
    pub accepted: u64,
    /// Records held back.
    pub quarantined: u64,
    /// Records that another record or submission replaces.
    pub superseded: u64,
    /// Headers, totals, notes, blanks.
    pub set_aside: u64,
}

/// A form that was not due for a period on the date of the run.
#[derive(Clone, Debug, Serialize)]
pub struct NotDue {
    /// The period.
    pub period: String,
    /// Id of the form.
    pub form: String,
    /// The last day on which it may be sent.
    pub due: String,
    /// The gate judged what was sent of it; false: nothing of it.
    pub judged_as_sent: bool,
}

/// A file received.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Input {
    /// Relative to the input folder.
    pub path: String,
    /// None where it could not be opened.
    pub sha256: Option<String>,
}

/// A file written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutputFile {
    /// Relative to the release.
    pub path: String,
    /// Lower-case hex.
    pub sha256: String,
    /// Size.
    pub bytes: u64,
    /// Rows, for tables.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
}

impl OutputFile {
    /// From what the staging has noted.
    pub fn all(files: BTreeMap<String, Written>) -> Vec<OutputFile> {
        let one = |(path, written): (String, Written)| {
            let rows = path.ends_with(".parquet").then_some(written.rows);
            OutputFile {
                path,
                sha256: written.sha256,
                bytes: written.bytes,
                rows,
            }
        };
        files.into_iter().map(one).collect()
    }
}

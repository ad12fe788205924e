//! A run over an input in which nothing has changed ends at once: the release that is current is what it would publish.

use std::collections::BTreeMap;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::RunError;
use super::kept::Keeper;
use super::outcome::{Ending, Outcome, Partitions};
use super::prepare::{Prepared, made_by};
use super::scope::{NotDue, Scope};
use crate::lake::{Output, read_table, sealed};
use crate::partition::Rows;
use crate::pipeline::Pipeline;
use crate::release::{self, Record};
use crate::tables::*;

/// Name of the file in the folder that runs keep.
const FILE: &str = "run";

/// What the run that published the current release, or last found it unchanged, has found.
#[derive(Debug, Serialize, Deserialize)]
struct LastRun {
    /// sha256 over everything that it depended on.
    key: [u8; 32],
    /// Id of the release.
    release: String,
    submissions: BTreeMap<String, u64>,
    findings: BTreeMap<String, u64>,
    rows: Rows,
    partitions: u64,
    not_due: Vec<NotDue>,
}

/// sha256 over everything that a run depends on; None: a file of the input cannot be opened, or a partition must be computed.
pub fn key(pipeline: &Pipeline, scope: &Scope, prepared: &Prepared<'_>, keeper: &Keeper) -> Option<[u8; 32]> {
    let shared = &prepared.shared;
    let chains: Vec<[u8; 32]> = (prepared.chains.par_iter())
        .map(|chain| keeper.standing(shared, chain))
        .collect::<Option<_>>()?;
    let mut digest = Sha256::new();
    chains.iter().for_each(|hash| digest.update(hash));
    digest.update(made_by(pipeline));
    // The results of the partitions depend on parts of the definition only.
    digest.update(&pipeline.digest);
    digest.update(format!("{:?} {:?}", pipeline.periods, shared.skipped));
    digest.update(format!("{:?}", prepared.registers));
    digest.update(format!("{:?}", shared.feedback.corrections));
    digest.update(format!("{:?}", shared.feedback.explanations));
    digest.update(format!(
        "{} {}",
        prepared.ignored,
        super::scope::due_on(pipeline, scope.as_of)
    ));
    Some(digest.finalize().into())
}

/// The outcome of a run that need not be made, which the manifest of the release then tells of, unless the run is `dry`. None: something has changed, or the release is not whole.
///
/// # Errors
/// When the release cannot be read.
pub fn outcome(
    (scope, dry): (&Scope, bool),
    (keeper, key): (&Keeper, &[u8; 32]),
    output: &Output,
) -> Result<Option<Outcome>, RunError> {
    let bytes = std::fs::read(keeper.folder().join(FILE)).ok();
    let last: Option<LastRun> = bytes.and_then(|bytes| postcard::from_bytes(sealed::open(&bytes)?).ok());
    let current = output.current_release()?;
    let Some(last) = last.filter(|last| last.key == *key && current.as_deref() == Some(&*last.release)) else {
        return Ok(None);
    };
    let folder = output.release(&last.release);
    let is_whole = Record::read(&folder).is_some_and(|record| record.damaged(&folder).is_empty());
    if !is_whole {
        return Ok(None);
    }
    if !dry {
        release::confirm_again(&folder, scope.as_of)?;
    }
    let tables = folder.join("tables");
    macro_rules! tables {
        ($($row:ident)*) => {
            vec![$(read_table::<$row<'_>>(&tables.join(format!("{}.parquet", $row::TABLE)))?),*]
        };
    }
    let tables = tables![
        AreaRow IndicatorDefinitionRow MemberRow FormPeriodRow SubmissionRow FindingRow LayoutRow CorrectionRow ObligationRow
        ReportingRow IndicatorRow GroupRow GapRow InequalityRow InequalityPartRow ReconciliationRow RuleRow UnjudgedRow
    ];
    Ok(Some(Outcome {
        ending: Ending::Unchanged,
        current,
        lost: None,
        gate: Vec::new(),
        as_of: scope.as_of,
        not_due: last.not_due,
        left_out: scope.left_out.clone(),
        submissions: last.submissions,
        findings: last.findings,
        tables,
        rows: last.rows,
        partitions: Partitions {
            all: last.partitions,
            reused: last.partitions,
        },
        computed_because: BTreeMap::new(),
    }))
}

/// Keeps what a run has found whose release is current now. If that fails, the next run only takes longer.
pub fn keep(keeper: &Keeper, key: Option<[u8; 32]>, outcome: &Outcome) {
    let (Some(key), Some(release)) = (key, outcome.current.clone()) else {
        return;
    };
    let last = LastRun {
        key,
        release,
        submissions: outcome.submissions.clone(),
        findings: outcome.findings.clone(),
        rows: outcome.rows,
        partitions: outcome.partitions.all,
        not_due: outcome.not_due.clone(),
    };
    let content = postcard::to_stdvec(&last).expect("what is kept can be encoded");
    if let Err(error) = sealed::write(&keeper.folder().join(FILE), &content) {
        let error = std::error::Error::source(&error).map_or_else(String::new, ToString::to_string);
        tracing::warn!(
            error,
            "what the run has found cannot be kept for the next one, which takes longer"
        );
    }
}

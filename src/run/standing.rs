//! A run over an input in which nothing has changed ends at once: the release that is current is what it would publish.
//!
//! That nothing has changed is found in two ways. Where the file system says of every file of the input, and of every file of the
//! release, what it said after the last run, no file is opened ([`Glance`]). Else the content of every file is compared with what
//! the kept results were made of ([`key`]): so a file that was only touched changes nothing.

use std::collections::BTreeMap;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::RunError;
use super::dependencies::{Hash, PROGRAM};
use super::kept::Keeper;
use super::outcome::{Ending, Outcome, Partitions, RunOptions};
use super::prepare::{Prepared, made_by};
use super::scope::{NotDue, Scope, due_on};
use crate::domain::Period;
use crate::lake::{Fingerprint, Output, Stat, sealed};
use crate::partition::Rows;
use crate::pipeline::Pipeline;
use crate::release::{self, MANIFEST, Record, SIGNATURE};
use crate::report::{Moved, Summary};

/// What a run writes anew that finds a release unchanged.
const CONFIRMED: &[&str] = &[MANIFEST, SIGNATURE];

/// Name of the file in the folder that runs keep.
const FILE: &str = "run";

/// What the run that published the current release, or last found it unchanged, has found.
#[derive(Debug, Serialize, Deserialize)]
struct LastRun {
    /// sha256 over everything that it depended on.
    key: Hash,
    /// What it saw without opening a file; None: a file was too young to be believed by its times.
    seen: Option<Seen>,
    /// Whether the registry gave warnings, which every run repeats.
    has_warnings: bool,
    /// Id of the release.
    release: String,
    submissions: BTreeMap<String, u64>,
    findings: BTreeMap<String, u64>,
    rows: Rows,
    partitions: u64,
    not_due: Vec<NotDue>,
    summary: Summary,
}

/// What the file system said at a run, and of the release after it.
#[derive(Debug, Serialize, Deserialize)]
struct Seen {
    settings: Hash,
    input: Hash,
    /// Everything in the release but its manifest and the signature of that.
    release: Hash,
    manifest: Stat,
}

impl LastRun {
    fn read(output: &Output) -> Option<LastRun> {
        let bytes = std::fs::read(output.state().join(FILE)).ok()?;
        postcard::from_bytes(sealed::open(&bytes)?).ok()
    }

    /// If that fails, the next run only takes longer.
    fn write(&self, output: &Output) {
        let content = postcard::to_stdvec(self).expect("what is kept can be encoded");
        if let Err(error) = sealed::write(&output.state().join(FILE), &content) {
            let error = std::error::Error::source(&error).map_or_else(String::new, ToString::to_string);
            tracing::warn!(
                error,
                "what the run has found cannot be kept for the next one, which takes longer"
            );
        }
    }

    /// Whether the input is what it was, as far as the file system says.
    fn has_seen(&self, glance: &Glance) -> bool {
        let is_same = |seen: &Seen| (seen.settings, seen.input) == (glance.settings, glance.input);
        glance.is_believed && self.seen.as_ref().is_some_and(is_same)
    }

    fn outcome(self, scope: &Scope, output: &Output) -> Result<Outcome, RunError> {
        Ok(Outcome {
            ending: Ending::Unchanged,
            current: output.current_release()?,
            lost: None,
            gate: Vec::new(),
            as_of: scope.as_of,
            not_due: self.not_due,
            left_out: scope.left_out.clone(),
            submissions: self.submissions,
            findings: self.findings,
            // Against the release that is current nothing has moved.
            summary: Summary {
                moved: Moved::default(),
                ..self.summary
            },
            figures_changed: None,
            rows: self.rows,
            partitions: Partitions {
                all: self.partitions,
                reused: self.partitions,
            },
            computed_because: BTreeMap::new(),
        })
    }
}

/// What a run can see before it opens a file of the input.
pub struct Glance {
    /// Program, definition, periods, and what the date of the run decides.
    settings: Hash,
    /// What the file system says of everything below the input folder.
    input: Hash,
    /// Whether that suffices; else it is noted for the next run only.
    is_believed: bool,
}

impl Glance {
    /// Of the input as it is now. None: a folder cannot be listed, or a file was changed just now.
    pub fn of(pipeline: &Pipeline, scope: &Scope, options: &RunOptions) -> Option<Glance> {
        let input = Fingerprint::of(&options.input, &[]).filter(Fingerprint::is_settled)?;
        let settings = [
            PROGRAM,
            &pipeline.digest,
            &Period::listed(&pipeline.periods),
            &Period::listed(&scope.left_out),
            &due_on(pipeline, scope.as_of),
            &made_by(pipeline),
        ];
        let settings = postcard::to_stdvec(&settings).expect("texts can be encoded");
        Some(Glance {
            settings: Sha256::digest(settings).into(),
            input: input.hash,
            is_believed: !options.rehash,
        })
    }

    /// Whether the last run saw the same, and the registry gave no warning.
    pub fn is_known(&self, output: &Output) -> bool {
        LastRun::read(output).is_some_and(|last| last.has_seen(self) && !last.has_warnings)
    }
}

/// The outcome of a run that sees what the last one saw, and whose release is as that one left it; None: something may have changed.
///
/// # Errors
/// When the release cannot be read or its manifest not be dated.
pub fn at_a_glance(
    (scope, options): (&Scope, &RunOptions),
    glance: &Glance,
    output: &Output,
) -> Result<Option<Outcome>, RunError> {
    let current = output.current_release()?;
    let is_of_current = |last: &LastRun| last.has_seen(glance) && current.as_deref() == Some(&*last.release);
    let Some(mut last) = LastRun::read(output).filter(is_of_current) else {
        return Ok(None);
    };
    let folder = output.release(&last.release);
    let is_whole = |seen: &mut Seen| {
        let manifest = Stat::of(&folder.join(MANIFEST));
        let found = Fingerprint::of(&folder, CONFIRMED);
        manifest == Some(seen.manifest) && found.is_some_and(|found| found.hash == seen.release)
    };
    if !last.seen.as_mut().is_some_and(is_whole) || !release::is_signed_as_asked(&folder, options.key()) {
        return Ok(None);
    }
    if options.dry {
        return last.outcome(scope, output).map(Some);
    }
    release::confirm_again(&folder, scope.as_of, options.key())?;
    match (&mut last.seen, Stat::of(&folder.join(MANIFEST))) {
        (Some(seen), Some(manifest)) => seen.manifest = manifest,
        _ => last.seen = None,
    }
    last.write(output);
    last.outcome(scope, output).map(Some)
}

/// What the results of each chain depend on; None: a file of the input cannot be opened, or a partition must be computed.
pub fn chains(prepared: &Prepared<'_>, keeper: &Keeper) -> Option<Vec<Hash>> {
    let chains = prepared.chains.par_iter();
    chains.map(|chain| keeper.standing(&prepared.shared, chain)).collect()
}

/// sha256 over everything that a run depends on, the results of each chain among it.
pub fn key(pipeline: &Pipeline, scope: &Scope, prepared: &Prepared<'_>, chains: &[Hash]) -> Hash {
    let shared = &prepared.shared;
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
    digest.finalize().into()
}

/// The outcome of a run whose input has the content that it had, which the manifest of the release then tells of, unless the run is dry.
/// None: something has changed, or the release is not whole.
///
/// # Errors
/// When the release cannot be read or its manifest not be dated.
pub fn outcome(
    (scope, options): (&Scope, &RunOptions),
    (key, glance): (&Hash, Option<&Glance>),
    prepared: &Prepared<'_>,
    output: &Output,
) -> Result<Option<Outcome>, RunError> {
    let current = output.current_release()?;
    let is_same = |last: &LastRun| last.key == *key && current.as_deref() == Some(&*last.release);
    let Some(mut last) = LastRun::read(output).filter(is_same) else {
        return Ok(None);
    };
    let folder = output.release(&last.release);
    let is_whole = Record::read(&folder).is_some_and(|record| record.damaged(&folder).is_empty());
    if !is_whole || !release::is_signed_as_asked(&folder, options.key()) {
        return Ok(None);
    }
    if !options.dry {
        release::confirm_again(&folder, scope.as_of, options.key())?;
        last.seen = glance.and_then(|glance| seen(output, &last.release, glance));
        last.has_warnings = has_warnings(prepared);
        last.write(output);
    }
    last.outcome(scope, output).map(Some)
}

/// Keeps what a run has found whose release is current now.
pub fn keep(
    output: &Output,
    key: Option<Hash>,
    (prepared, glance): (&Prepared<'_>, Option<&Glance>),
    outcome: &Outcome,
) {
    let (Some(key), Some(release)) = (key, outcome.current.clone()) else {
        return;
    };
    let last = LastRun {
        key,
        seen: glance.and_then(|glance| seen(output, &release, glance)),
        has_warnings: has_warnings(prepared),
        release,
        submissions: outcome.submissions.clone(),
        findings: outcome.findings.clone(),
        rows: outcome.rows,
        partitions: outcome.partitions.all,
        not_due: outcome.not_due.clone(),
        summary: outcome.summary.clone(),
    };
    last.write(output);
}

/// What the file system says of a release that is whole now.
fn seen(output: &Output, release: &str, glance: &Glance) -> Option<Seen> {
    let folder = output.release(release);
    Some(Seen {
        settings: glance.settings,
        input: glance.input,
        release: Fingerprint::of(&folder, CONFIRMED)?.hash,
        manifest: Stat::of(&folder.join(MANIFEST))?,
    })
}

fn has_warnings(prepared: &Prepared<'_>) -> bool {
    let shared = &prepared.shared;
    !shared.registry.warnings(shared.pipeline).is_empty()
}

//! The stages of one run, in order.

mod account;
mod beside;
mod chain;
mod error;
mod feedback;
mod identical;
mod influence;
mod journal;
mod kept;
mod layouts;
mod ledger;
pub mod look;
mod names;
mod obligations;
mod plan;
mod publish;
mod recognise;
mod reconciliation;
mod reference;
mod replies;
mod returns;
mod revisions;
mod scope;
mod standing;
mod tables;
mod template;
mod verify;

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::domain::Period;
use crate::intake::FoundFile;
use crate::lake::{Lock, Lost, Output};
use crate::partition::{self, Chain, Rows, Shared, Spread};
use crate::pipeline::Pipeline;
use crate::registry::{RegisterFile, Registry};
use crate::release::{self, GateCheck, Staging};
use crate::tables::Table;

pub use error::RunError;
use journal::Begun;
use kept::Keeper;
pub use plan::{PlanQuery, plan};
use publish::Ignored;
pub use publish::null_reasons;
use revisions::Before;
pub use revisions::Since;
pub use scope::{NotDue, Scope};
pub use template::{TemplateError, TemplateMade, TemplateQuery, template};
pub use verify::verify;

/// Options of one run.
#[derive(Clone, Debug)]
pub struct RunOptions {
    /// Folder of the submissions.
    pub input: PathBuf,
    /// Folder for the releases.
    pub output: PathBuf,
    /// Whether every file of the input is read, though it looks unchanged since an earlier run.
    pub rehash: bool,
    /// With which release the figures are compared.
    pub since: Since,
}

/// Progress of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// A stage begins.
    Stage {
        /// Its name.
        name: &'static str,
        /// Number of its steps.
        steps: u64,
    },
    /// One step is done.
    Step,
    /// The stage is complete.
    Done,
}

/// Outcome of the release that a run has made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// It is current now.
    Published {
        /// Periods of the release before that the pipeline no longer has, in order; usually none.
        dropped: Vec<String>,
    },
    /// It equals the current release, which stays.
    Unchanged,
    /// The gate withheld it.
    Withheld,
    /// It has fewer periods than the current release, and is in a folder of its own.
    Partial {
        /// Periods of the current release that the run left out, in order.
        lacking: Vec<Period>,
    },
}

/// Result of a run.
#[derive(Debug)]
pub struct Outcome {
    /// Outcome of the release.
    pub ending: Ending,
    /// The release that is current after the run; None: there is none yet.
    pub current: Option<String>,
    /// Set where `current` led to no release before the run, although it should have.
    pub lost: Option<Lost>,
    /// Checks of the gate.
    pub gate: Vec<GateCheck>,
    /// Date of the run.
    pub as_of: jiff::civil::Date,
    /// Forms that were not due on that date.
    pub not_due: Vec<NotDue>,
    /// Periods of the pipeline that the run left out.
    pub left_out: Vec<Period>,
    /// Submissions by status.
    pub submissions: BTreeMap<String, u64>,
    /// Findings by severity.
    pub findings: BTreeMap<String, u64>,
    /// The tables of the release that a summary reads, by name.
    pub tables: Vec<Table>,
    /// Counts of all rows.
    pub rows: Rows,
    /// Partitions of a period, and how many of them an earlier run had kept.
    pub partitions: Partitions,
}

/// How many partitions of a period a run had.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Partitions {
    /// All.
    pub all: u64,
    /// Those whose result an earlier run had kept.
    pub reused: u64,
}

/// Runs the pipeline once: reads everything below the input, publishes a release or withholds it.
/// `pipeline` has only the periods that the run covers: see [`Scope::of`].
///
/// # Errors
/// If the registry has errors, the input cannot be read, or the machine fails. Faults in data are findings.
pub fn run(
    pipeline: &Pipeline,
    scope: &Scope,
    options: &RunOptions,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Outcome, RunError> {
    let registry = registry(pipeline, options)?;
    refuse_output_in_input(options)?;
    let output = Output::open(&options.output)?;
    let lock = Lock::take(&output.lock())?;
    let begun = Begun::now();
    let ended = locked(
        (pipeline, registry),
        scope,
        (options, &output, lock.was_abandoned()),
        progress,
    );
    begun.note(pipeline, scope, &output, &ended);
    ended
}

/// The run itself, while nobody else writes into the output folder.
fn locked(
    (pipeline, registry): (&Pipeline, Registry),
    scope: &Scope,
    (options, output, was_abandoned): (&RunOptions, &Output, bool),
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Outcome, RunError> {
    // Whatever lies in the place of the link is found before an hour of work, not after it.
    output.current_release()?;
    output.clear_leftovers(was_abandoned)?;
    let staging = Staging::new(output)?.made_by(made_by(pipeline));

    let root = registry.root_code().to_string();
    let step = || progress(Progress::Step);
    let prepared = prepare((pipeline, registry), scope, options, &step)?;
    let keeper = Keeper::open(&prepared.shared, output, options.rehash);
    if let Some(key) = standing::key(pipeline, scope, &prepared, &keeper)
        && let Some(outcome) = standing::outcome(scope, (&keeper, &key), output)?
    {
        keeper.close(false)?;
        return Ok(outcome);
    }
    let steps = prepared
        .chains
        .iter()
        .flatten()
        .map(|bundle| bundle.files.len() as u64)
        .sum();
    progress(Progress::Stage { name: "read", steps });
    // `tables::figures` puts the results into path order.
    let Prepared { shared, chains, .. } = &prepared;
    let done = (shared.spread.outer()).map(chains, |chain| chain::chain(shared, (&keeper, &staging), chain))?;
    let partitions = Partitions {
        all: chains.iter().map(|chain| chain.len() as u64).sum(),
        reused: keeper.close(scope.left_out.is_empty())?,
    };
    let done: Vec<_> = done.into_iter().flatten().collect();
    progress(Progress::Done);
    let ignored = Ignored {
        files: prepared.ignored,
        sheets: done.iter().map(|bundle| bundle.ignored_sheets).sum(),
    };

    let files: Vec<&FoundFile> = chains.iter().flatten().flat_map(|bundle| &bundle.files).collect();
    let written = staging.files();
    let facts = written.iter().filter(|(path, _)| path.starts_with("facts/"));
    let facts = facts.map(|(_, file)| file.rows).sum();
    let before = Before::open(&options.since, output)?;
    let figures = tables::figures(
        shared,
        &files,
        (done, facts),
        &prepared.registers,
        (&staging, before.as_ref()),
    )?;
    tracing::info!(
        read = figures.rows.read,
        accepted = figures.rows.accepted,
        quarantined = figures.rows.quarantined,
        superseded = figures.rows.superseded,
        set_aside = figures.rows.set_aside,
        partitions = partitions.all,
        partitions_reused = partitions.reused,
        "accounted for every row"
    );
    publish::write_tables(pipeline, &staging, &figures)?;
    // If nothing has changed and the release stands, the returns exist already.
    let standing = release::unchanged(&staging, output)?;
    let judged = publish::judge(pipeline, (&root, scope), output, &figures)?;
    if standing.is_none() || judged.is_set_apart() {
        returns::write(
            (shared, &staging, progress),
            &files,
            (&figures.entries, &figures.returns),
        )?;
    }
    let outcome = publish::publish(pipeline, scope, output, staging, (figures, judged), (ignored, standing))?;
    let outcome = Outcome { partitions, ..outcome };
    standing::keep(&keeper, standing::key(pipeline, scope, &prepared, &keeper), &outcome);
    Ok(outcome)
}

/// The areas, without errors; warnings are logged.
fn registry(pipeline: &Pipeline, options: &RunOptions) -> Result<Registry, RunError> {
    let registry = Registry::load(pipeline).map_err(RunError::Definition)?;
    for warning in registry.warnings(pipeline) {
        let file = warning.file.display();
        tracing::warn!(%file, code = warning.code, hint = warning.hint.as_deref(), "{}", warning.message);
    }
    if !options.input.is_dir() {
        return Err(RunError::NoInput {
            path: options.input.clone(),
        });
    }
    Ok(registry)
}

/// The jobs of a run, and what they share.
struct Prepared<'p> {
    shared: Shared<'p>,
    registers: Vec<RegisterFile>,
    chains: Vec<Chain>,
    /// Files that are left out without a finding.
    ignored: u64,
}

/// Reads the registers, finds the submissions, and puts them into jobs.
fn prepare<'p>(
    (pipeline, registry): (&'p Pipeline, Registry),
    scope: &'p Scope,
    options: &RunOptions,
    step: &'p (dyn Fn() + Sync),
) -> Result<Prepared<'p>, RunError> {
    let skipped = &scope.left_out;
    let (mut shared, mut registers) = Shared::load((pipeline, registry), skipped, &options.input, step)?;
    let mut found = shared.intake.discover()?;
    let receipts_file = pipeline.reporters.as_ref().and_then(|spec| spec.receipts.as_deref());
    if let Some(file) = registers
        .iter_mut()
        .find(|file| Some(file.path.as_str()) == receipts_file)
    {
        let paths = found.files.iter().map(|file| file.path.as_str());
        file.faults.extend(shared.receipts.of_missing(&file.path, paths));
    }
    recognise::recognise(pipeline, skipped, &shared.registry, &shared.intake, &mut found.files)?;
    let before = found.files.len();
    let is_skipped = |file: &FoundFile| {
        let claim = file.claims.first();
        claim.is_some_and(|claim| claim.period.is_some_and(|period| skipped.contains(&period)))
    };
    found.files.retain(|file| !is_skipped(file));
    let ignored = found.hidden + (before - found.files.len()) as u64;
    tracing::info!(files = found.files.len(), ignored, "discovered");
    let bundles = partition::bundles((pipeline, &shared.registry, &shared.lineage), found.files);
    let chains = partition::chains(pipeline, &shared.lineage, bundles);
    shared.spread = Spread::over(chains.len());
    Ok(Prepared {
        shared,
        registers,
        chains,
        ignored,
    })
}

/// What a release depends on beside its tables: the version of the program, and the settings of the returns.
fn made_by(pipeline: &Pipeline) -> String {
    let settings = &pipeline.returns;
    let langs: Vec<&str> = settings.langs.iter().map(|lang| lang.tag()).collect();
    let returns = match settings.write {
        true => format!("{} {:?}", langs.join("+"), settings.note.0),
        false => "none".to_owned(),
    };
    format!("huizong {} returns {returns}", env!("CARGO_PKG_VERSION"))
}

/// The output folder need not exist yet, so the nearest existing ancestor is compared.
fn refuse_output_in_input(options: &RunOptions) -> Result<(), RunError> {
    let real = |path: &std::path::Path| path.ancestors().find_map(|path| std::fs::canonicalize(path).ok());
    let absolute = std::path::absolute(&options.output).unwrap_or_else(|_| options.output.clone());
    match (real(&options.input), real(&absolute)) {
        (Some(input), Some(output)) if output.starts_with(&input) => Err(RunError::OutputInInput {
            path: options.output.clone(),
        }),
        _ => Ok(()),
    }
}

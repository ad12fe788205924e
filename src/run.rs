//! The stages of one run, in order.

mod account;
mod beside;
mod chain;
mod columns;
mod compared;
mod dependencies;
mod engine;
mod engine_error;
mod error;
mod exports;
mod feedback;
mod gc;
mod identical;
mod influence;
mod jobs;
mod journal;
mod kept;
mod layouts;
mod ledger;
mod lineage;
pub mod look;
mod names;
mod obligations;
mod outcome;
mod over_time;
mod parted;
mod plan;
mod prepare;
mod publish;
mod reasons;
mod recognise;
mod reconciliation;
mod reference;
mod releases;
mod replies;
mod returns;
mod revisions;
mod scaffold;
mod scope;
mod selection;
mod stages;
mod standing;
mod tables;
mod template;
mod unread;

use crate::intake::FoundFile;
use crate::lake::{Lock, Output, TemporaryFolder};
use crate::pipeline::Pipeline;
use crate::registry::Registry;
use crate::release::{self, Hold, Staging};

use chain::Computed;
pub use columns::{columns_of, tables_with};
use compared::KeptFigures;
pub use engine_error::EngineError;
pub use error::{RunError, listed};
pub use exports::Exports;
pub use gc::gc;
pub use jobs::{Defined, Folders, Job, JobError, JobsQuery, compute, plan_jobs};
use journal::Begun;
pub use journal::interrupted;
use kept::Keeper;
pub use outcome::{Ended, Ending, Outcome, Partitions, Progress, RunOptions, Stores, Told, Watch};
pub use plan::{PlanQuery, plan};
use prepare::{Prepared, made_by, prepare, refuse_output_in_input, registry};
use publish::Ignored;
pub use reasons::null_reasons;
use reconciliation::KeptComparisons;
pub use releases::{ReleasesError, lift, releases, rollback, tag, untag};
use revisions::Before;
pub use revisions::Since;
pub use scaffold::{ScaffoldError, ScaffoldQuery, scaffold};
pub use scope::{NotDue, Scope};
use stages::{Stage, Stages};
use standing::Glance;
pub use template::{TemplateError, TemplateMade, TemplateQuery, template};

/// Runs the pipeline once: reads everything below the input, publishes a release or withholds it.
/// `pipeline` has only the periods that the run covers: see [`Scope::of`].
///
/// # Errors
/// If the registry has errors, or the run cannot begin. What happens later is noted, and is in [`Ended`]. Faults in data are findings.
pub fn run(pipeline: &Pipeline, scope: &Scope, options: &RunOptions, watch: &Watch<'_>) -> Result<Ended, RunError> {
    let glance = Glance::of(pipeline, scope, options);
    // What the last run has checked is not checked again.
    let is_known = |glance: &Glance| glance.is_known(&Output::at(&options.output));
    let areas = match glance.as_ref().is_some_and(is_known) {
        true => None,
        false => Some(registry(pipeline, options)?),
    };
    refuse_output_in_input(options)?;
    if options.dry {
        return rehearsed((pipeline, areas), scope, options, (glance, watch));
    }
    let output = Output::open(&options.output)?;
    let lock = Lock::take(&output.lock())?;
    let begun = Begun::now(pipeline, scope, &output, options);
    let outcome = locked(
        (pipeline, areas),
        scope,
        (options, &output, &output, lock.was_abandoned()),
        (glance, &begun.stages, watch.progress),
    );
    let outcome = outcome.and_then(|outcome| sent(options, &begun.stages, outcome));
    let record = begun.note(pipeline, &outcome, &(watch.told)(&outcome));
    if let Some(Err(error)) = options.stores.output.as_ref().map(|store| store.send_journal()) {
        tracing::warn!(%error, cause = error.cause(), "what is noted of the run could not be sent");
    }
    Ok(Ended { outcome, record })
}

/// Sends what a run has made to the object store, where the releases are in one.
fn sent(options: &RunOptions, stages: &Stages, outcome: Outcome) -> Result<Outcome, RunError> {
    if let Some(store) = &options.stores.output {
        let _stage = stages.enter(Stage::Publish);
        store.send()?;
    }
    Ok(outcome)
}

/// A run of which nothing stays but what is said of it: what it writes is in a temporary folder, and nobody is kept waiting.
fn rehearsed(
    (pipeline, areas): (&Pipeline, Option<Registry>),
    scope: &Scope,
    options: &RunOptions,
    (glance, watch): (Option<Glance>, &Watch<'_>),
) -> Result<Ended, RunError> {
    let output = Output::at(&options.output);
    let scratch = TemporaryFolder::within(&std::env::temp_dir(), "huizong-dry-run-")?;
    let begun = Begun::of(pipeline, scope, &output, options);
    let outcome = locked(
        (pipeline, areas),
        scope,
        (options, &output, &Output::at(scratch.path()), false),
        (glance, &begun.stages, watch.progress),
    );
    let record = begun.record(pipeline, &outcome, &(watch.told)(&outcome)).of_dry_run();
    Ok(Ended { outcome, record })
}

/// The run itself, while nobody else writes into the output folder. Its files are staged in a folder of `staged_in`.
fn locked(
    (pipeline, areas): (&Pipeline, Option<Registry>),
    scope: &Scope,
    (options, output, staged_in, was_abandoned): (&RunOptions, &Output, &Output, bool),
    (glance, stages, progress): (Option<Glance>, &Stages, &(dyn Fn(Progress) + Sync)),
) -> Result<Outcome, RunError> {
    let stage = stages.enter(Stage::Prepare);
    // Whatever lies in the place of the link is found before an hour of work, not after it.
    output.current_release()?;
    if !options.dry {
        output.clear_leftovers(was_abandoned)?;
    }
    if let Some(glance) = &glance
        && let Some(outcome) = standing::at_a_glance((scope, options), glance, output)?
    {
        return Ok(outcome);
    }
    let registry = areas.map_or_else(|| registry(pipeline, options), Ok)?;
    let staging = Staging::new(staged_in)?.made_by(made_by(pipeline));

    let root = registry.root_code().to_string();
    let step = || progress(Progress::Step);
    let prepared = prepare((pipeline, registry), scope, (options, None), &step)?;
    let keeper = Keeper::open(&prepared.shared, output, options.rehash)
        .only_reading(options.dry)
        .only_gathering(options.only_gathered);
    drop(stage);
    let stage = stages.enter(Stage::Compare);
    if let Some(chains) = standing::chains(&prepared, &keeper)
        && let key = standing::key(pipeline, scope, &prepared, &chains)
        && let Some(outcome) = standing::outcome((scope, options), (&key, glance.as_ref()), &prepared, output)?
    {
        keeper.close(false)?;
        return Ok(outcome);
    }
    if options.only_gathered {
        jobs::gathered(&prepared, &keeper)?;
    }
    drop(stage);
    let stage = stages.enter(Stage::Read);
    let steps = prepared
        .chains
        .iter()
        .flatten()
        .map(|bundle| bundle.files.len() as u64)
        .sum();
    progress(Progress::Stage { name: "read", steps });
    // `tables::figures` puts the results into path order.
    let Prepared { shared, chains, .. } = &prepared;
    let computed = Computed::default();
    let done = (shared.spread.outer()).map(chains, |chain| {
        chain::chain(shared, (&keeper, Some(&staging), &computed), chain)
    })?;
    let (reused, files_read) = keeper.close(scope.left_out.is_empty())?;
    let partitions = Partitions {
        all: chains.iter().map(|chain| chain.len() as u64).sum(),
        reused,
    };
    let depended_on: Option<Vec<_>> = done.iter().map(|chain| chain.hash).collect();
    let (mut results, mut held) = (Vec::new(), Vec::new());
    for chain in done {
        results.extend(chain.results);
        held.extend(chain.held);
    }
    progress(Progress::Done);
    drop(stage);
    let stage = stages.enter(Stage::Figures);
    let ignored = Ignored {
        files: prepared.ignored,
        sheets: results.iter().map(|bundle| bundle.ignored_sheets).sum(),
    };

    let files: Vec<&FoundFile> = chains.iter().flatten().flat_map(|bundle| &bundle.files).collect();
    let written = staging.files();
    let facts = written.iter().filter(|(path, _)| path.starts_with("facts/"));
    let facts = facts.map(|(_, file)| file.rows).sum();
    let parts = engine::sums(shared, (&staging, staged_in), &results)?;
    let before = Before::open(&options.since, output)?;
    let made_in = if options.dry { staged_in } else { output };
    let kept_figures = KeptFigures::new(output, made_in);
    let kept_comparisons = KeptComparisons::new(output, made_in);
    let figures = tables::figures(
        shared,
        &files,
        (results, held, facts, parts),
        &prepared.registers,
        (&staging, before.as_ref()),
        (&kept_figures, &kept_comparisons),
    )?;
    if scope.left_out.is_empty() && !options.dry {
        kept_figures.sweep()?;
        kept_comparisons.sweep()?;
    }
    tracing::info!(
        read = figures.rows.read,
        accepted = figures.rows.accepted,
        quarantined = figures.rows.quarantined,
        superseded = figures.rows.superseded,
        set_aside = figures.rows.set_aside,
        partitions = partitions.all,
        partitions_reused = partitions.reused,
        files_read,
        "accounted for every row"
    );
    drop(stage);
    let stage = stages.enter(Stage::Tables);
    publish::write_tables(pipeline, &staging, &figures)?;
    drop(stage);
    // If nothing has changed and the release stands, the returns exist already.
    let standing = release::unchanged(&staging, output, options.key())?;
    let mut judged = publish::judge(pipeline, (&root, scope), (output, &options.since), &figures)?;
    if standing.is_none() {
        judged.respect(Hold::read(output)?);
    }
    if !options.dry && (standing.is_none() || judged.is_set_apart()) {
        let _stage = stages.enter(Stage::Returns);
        returns::write(
            (shared, &staging, progress),
            (chains, &keeper),
            (&figures.entries, &figures.returns),
            (output, scope.left_out.is_empty()),
        )?;
    }
    let _stage = stages.enter(Stage::Publish);
    let outcome = match options.dry {
        true => publish::rehearse(pipeline, scope, output, (figures, judged), (ignored, standing))?,
        false => publish::publish(
            pipeline,
            scope,
            (output, options.key()),
            staging,
            (figures, judged),
            (ignored, standing),
        )?,
    };
    let outcome = Outcome {
        partitions,
        computed_because: computed.because(),
        ..outcome
    };
    if outcome.is_current() && !options.dry {
        let key = depended_on.map(|chains| standing::key(pipeline, scope, &prepared, &chains));
        standing::keep(output, key, (&prepared, glance.as_ref()), &outcome);
    }
    Ok(outcome)
}

//! Computes a job.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Instant;

use super::error::JobError;
use super::file::{Folders, JobFile};
use crate::intake::Intake;
use crate::lake::Output;
use crate::partition::{Chain, Lineage, Spread};
use crate::pipeline::{self, Pipeline};
use crate::registry::Registry;
use crate::remote::Results;
use crate::report::JobReport;
use crate::run::chain::{Computed, chain};
use crate::run::kept::Keeper;
use crate::run::outcome::{Progress, RunOptions};
use crate::run::prepare::{Prepared, prepare, refuse_output_in_input, registry};
use crate::run::selection::Selection;
use crate::run::{RunError, Scope};

/// A job that is to be computed.
#[derive(Debug)]
pub struct Job {
    path: PathBuf,
    file: JobFile,
}

/// The definition of a job as it is on this machine, which is the one that it was planned for.
#[derive(Debug)]
pub struct Defined {
    /// The pipeline, with the periods of the job's run.
    pipeline: Pipeline,
    scope: Scope,
    selection: Selection,
}

impl Job {
    /// Reads the file of a job.
    ///
    /// # Errors
    /// When it cannot be read, or is none.
    pub fn read(path: &Path) -> Result<Job, JobError> {
        let file = JobFile::read(path)?;
        let path = path.to_owned();
        Ok(Job { path, file })
    }

    /// Its folders as they were named.
    pub fn folders(&self) -> Folders {
        self.file.folders.clone()
    }

    /// Whether every file of the input is read, whatever its times say.
    pub fn rehash(&self) -> bool {
        self.file.rehash
    }

    /// Loads its definition.
    ///
    /// # Errors
    /// When there is none, it has errors, or is not the one for which the job was planned.
    pub fn defined(&self) -> Result<Defined, JobError> {
        let folder = &self.file.folders.pipeline;
        if !folder.join("pipeline.toml").is_file() {
            let (path, pipeline) = (self.path.clone(), folder.clone());
            return Err(JobError::NoPipeline { path, pipeline });
        }
        let mut pipeline = pipeline::load(folder).map_err(RunError::Definition)?;
        self.file.check(&self.path, &pipeline)?;
        let scope = Scope::of(&mut pipeline, &self.file.periods, Some(self.file.as_of))?;
        let selection = self.file.selection(&self.path, &pipeline)?;
        Ok(Defined {
            pipeline,
            scope,
            selection,
        })
    }
}

impl Defined {
    /// Passes on what says whether the job needs a file of the input, by its path: so the others need not be fetched.
    ///
    /// # Errors
    /// When the registry has errors.
    pub fn with_needed<T>(&self, pass_on: impl FnOnce(&dyn Fn(&str) -> bool) -> T) -> Result<T, JobError> {
        let pipeline = &self.pipeline;
        let registry = Registry::load(pipeline).map_err(RunError::Definition)?;
        let lineage = Lineage::of(pipeline, &registry);
        let intake = Intake::new(pipeline, Path::new(""), registry.root_code());
        let selected = self.selection.under((pipeline, &registry, &lineage));
        let is_needed = |path: &str| intake.claimed(path).is_none_or(|file| selected.has_file(&file));
        Ok(pass_on(&is_needed))
    }
}

/// Computes what is missing of a job's results, and keeps them in the output folder. `store`: where they are fetched from and sent to,
/// if the output is in an object store.
///
/// # Errors
/// As of a run, or when the output folder is not the one that the job was planned for.
pub fn compute(
    job: &Job,
    defined: &Defined,
    (options, store): (&RunOptions, Option<&Results>),
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<JobReport, JobError> {
    let clock = Instant::now();
    let Defined {
        pipeline,
        scope,
        selection,
    } = defined;
    let areas = registry(pipeline, options)?;
    refuse_output_in_input(options)?;
    let output = Output::at(&options.output);
    if store.is_none() && !output.state().is_dir() {
        let (path, state) = (job.path.clone(), output.state());
        return Err(JobError::NoState { path, state });
    }
    let step = || progress(Progress::Step);
    let prepared = prepare((pipeline, areas), scope, (options, Some(selection)), &step)?;
    let Prepared { mut shared, chains, .. } = prepared;
    let selected = selection.under((pipeline, &shared.registry, &shared.lineage));
    let chains: Vec<Chain> = chains.into_iter().filter(|chain| selected.has_chain(chain)).collect();
    drop(selected);
    shared.spread = Spread::over(chains.len());
    let keeper = Keeper::open(&shared, &output, options.rehash);
    let steps = chains.iter().flatten().map(|bundle| bundle.files.len() as u64).sum();
    progress(Progress::Stage { name: "read", steps });
    let computed = Computed::default();
    // The results themselves are not held: a job may have many chains.
    let unkept = shared.spread.outer().map(&chains, |one| {
        if let Some(store) = store {
            store.fetch(&keeper.files_of(one))?;
            store.fetch(&keeper.objects_of(one))?;
        }
        let done = chain(&shared, (&keeper, None, &computed), one)?;
        if let Some(store) = store {
            store.send(&keeper.objects_of(one))?;
            store.send(&keeper.files_of(one))?;
        }
        Ok::<_, RunError>(done.unkept)
    })?;
    progress(Progress::Done);
    let (kept, files_read) = keeper.counts();
    let there: BTreeSet<_> = chains.iter().flatten().map(|bundle| &bundle.key).collect();
    let gone = selection.0.iter().filter(|key| !there.contains(key)).count();
    Ok(JobReport {
        job: job.path.display().to_string(),
        partitions: there.len() as u64,
        computed: there.len() as u64 - kept,
        kept,
        unkept: unkept.into_iter().sum(),
        gone: gone as u64,
        files_read,
        seconds: clock.elapsed().as_secs_f64(),
    })
}

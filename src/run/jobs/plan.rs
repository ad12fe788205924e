//! Which jobs the next run could leave to others, and their files.

use std::path::{Path, PathBuf};

use super::error::JobError;
use super::file::{Common, Folders, JobFile};
use super::parts::divided;
use crate::lake::{Error, Output, disk};
use crate::partition::Bundle;
use crate::pipeline::Pipeline;
use crate::report::{JobLine, JobsReport};
use crate::run::kept::Keeper;
use crate::run::outcome::RunOptions;
use crate::run::prepare::{Prepared, lies_in, prepare, refuse_output_in_input, registry};
use crate::run::{RunError, Scope};

/// What is asked.
#[derive(Clone, Debug)]
pub struct JobsQuery {
    /// The folders as they were named.
    pub folders: Folders,
    /// The periods that were asked for; empty: all.
    pub periods: Vec<String>,
    /// Folder for the files of the jobs.
    pub folder: PathBuf,
    /// The most jobs that are wanted, at least 1.
    pub most: usize,
}

/// Files of the input that some partitions have.
#[derive(Clone, Copy, Default)]
struct Size {
    files: u64,
    bytes: u64,
}

/// Divides what the next run would compute into jobs and writes their files, in the place of those of an earlier plan.
///
/// # Errors
/// If the registry has errors, the input cannot be read, or the files cannot be written.
pub fn plan_jobs(
    pipeline: &Pipeline,
    scope: &Scope,
    options: &RunOptions,
    query: &JobsQuery,
) -> Result<JobsReport, JobError> {
    let areas = registry(pipeline, options)?;
    refuse_output_in_input(options)?;
    if lies_in(&options.input, &query.folder) {
        let path = query.folder.clone();
        return Err(RunError::FileInInput { path }.into());
    }
    let Prepared { shared, chains, .. } = prepare((pipeline, areas), scope, (options, None), &|| {})?;
    let output = Output::at(&options.output);
    let keeper = Keeper::open(&shared, &output, options.rehash);
    let kept = shared.spread.outer().map(&chains, |chain| {
        Ok::<_, RunError>(chain.len() - keeper.pending(&shared, chain).len())
    })?;
    let pending = chains.iter().zip(kept).map(|(chain, kept)| &chain[kept..]);
    let pending: Vec<(&[Bundle], Size)> = pending
        .filter(|bundles| !bundles.is_empty())
        .map(|bundles| (bundles, size(bundles)))
        .collect();
    let sizes: Vec<u64> = pending.iter().map(|(_, size)| size.bytes).collect();
    let common = Common {
        folders: &query.folders,
        as_of: scope.as_of,
        periods: &query.periods,
        rehash: options.rehash,
    };
    let (mut jobs, mut lines) = (Vec::new(), Vec::new());
    for part in divided(&sizes, query.most) {
        let bundles: Vec<&Bundle> = part.iter().flat_map(|&at| pending[at].0).collect();
        let keys: Vec<_> = bundles.iter().map(|bundle| &bundle.key).collect();
        let files = part.iter().map(|&at| pending[at].1.files).sum();
        let bytes = part.iter().map(|&at| pending[at].1.bytes).sum();
        let mut areas: Vec<&str> = keys.iter().map(|(_, area)| area.as_str()).collect();
        areas.sort_unstable();
        areas.dedup();
        lines.push(JobLine {
            file: file_name(jobs.len()),
            areas: areas.len() as u64,
            partitions: keys.len() as u64,
            files,
            bytes,
        });
        jobs.push(JobFile::new(pipeline, &common, (files, bytes), &keys));
    }
    if options.stores.read.is_none() {
        // A job that does not find it has another folder before it: a disk that is not mounted, a path that is not the same.
        disk::create_folders(&output.state())?;
    }
    write(&query.folder, &jobs)?;
    Ok(JobsReport {
        title: pipeline.title.clone(),
        folder: query.folder.display().to_string(),
        partitions: chains.iter().map(|chain| chain.len() as u64).sum(),
        jobs: lines,
    })
}

fn size(bundles: &[Bundle]) -> Size {
    let files = bundles.iter().flat_map(|bundle| &bundle.files);
    files.fold(Size::default(), |size, file| {
        let found = file.location().and_then(|path| std::fs::metadata(path).ok());
        Size {
            files: size.files + 1,
            bytes: size.bytes + found.map_or(0, |found| found.len()),
        }
    })
}

fn file_name(number: usize) -> String {
    format!("job-{number}.json")
}

/// The number of a job by the name of its file; None: it is none of those that planning writes.
fn number(name: &str) -> Option<usize> {
    let number = name.strip_prefix("job-")?.strip_suffix(".json")?.parse().ok()?;
    (file_name(number) == name).then_some(number)
}

/// Writes the files of the jobs, and removes those of an earlier plan that had more.
fn write(folder: &Path, jobs: &[JobFile]) -> Result<(), Error> {
    disk::create_folders(folder)?;
    for (number, job) in jobs.iter().enumerate() {
        let path = folder.join(file_name(number));
        let failed = |error: serde_json::Error| Error::io("encode", &path)(error.into());
        let text = serde_json::to_string_pretty(job).map_err(failed)? + "\n";
        disk::replace(&path, &[text.as_bytes()])?;
    }
    for entry in std::fs::read_dir(folder).map_err(Error::io("list the folder", folder))? {
        let entry = entry.map_err(Error::io("list the folder", folder))?;
        let number = number(&entry.file_name().to_string_lossy());
        if number.is_some_and(|number| number >= jobs.len()) {
            disk::remove_file(&entry.path())?;
        }
    }
    Ok(())
}

//! The file of a job: what to compute, of which input, under which definition.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::error::JobError;
use crate::domain::Period;
use crate::partition::BundleKey;
use crate::pipeline::Pipeline;
use crate::run::dependencies::PROGRAM;
use crate::run::selection::Selection;

/// Version of the format.
const FORMAT: u32 = 1;

/// The folders of a run as they were named: a job looks for relative ones below the folder in which it is started.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Folders {
    /// Of the pipeline.
    pub pipeline: PathBuf,
    /// Of the submissions, or their address in an object store.
    pub input: PathBuf,
    /// Of the releases, or their address in an object store.
    pub output: PathBuf,
}

/// A job as its file has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct JobFile {
    format: u32,
    pub(super) folders: Folders,
    /// The date of the run, which decides about open-ended periods.
    pub(super) as_of: Date,
    /// The periods that were asked for; empty: all.
    pub(super) periods: Vec<String>,
    /// Whether every file of the input is read, whatever its times say.
    pub(super) rehash: bool,
    definition_sha256: String,
    /// Whether sums are left to an engine, which the digest of the definition does not tell.
    leaves_sums: bool,
    program: String,
    /// Files of the partitions, and their bytes.
    files: u64,
    bytes: u64,
    partitions: Vec<AreaPeriods>,
}

/// Partitions of one area.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct AreaPeriods {
    area: String,
    /// None: files whose paths name no period.
    periods: Vec<Option<String>>,
}

/// What all jobs of a plan have in common.
pub(super) struct Common<'a> {
    pub(super) folders: &'a Folders,
    pub(super) as_of: Date,
    pub(super) periods: &'a [String],
    pub(super) rehash: bool,
}

fn leaves_sums(pipeline: &Pipeline) -> bool {
    pipeline.engine.external().is_some()
}

impl JobFile {
    /// The job of some partitions, with the number and bytes of their files.
    pub(super) fn new(
        pipeline: &Pipeline,
        common: &Common<'_>,
        (files, bytes): (u64, u64),
        partitions: &[&BundleKey],
    ) -> JobFile {
        let mut by_area: BTreeMap<&str, Vec<Option<String>>> = BTreeMap::new();
        for (period, area) in partitions {
            let periods = by_area.entry(area).or_default();
            periods.push(period.map(|period| period.to_string()));
        }
        let areas = by_area.into_iter();
        JobFile {
            format: FORMAT,
            folders: common.folders.clone(),
            as_of: common.as_of,
            periods: common.periods.to_vec(),
            rehash: common.rehash,
            definition_sha256: pipeline.digest.clone(),
            leaves_sums: leaves_sums(pipeline),
            program: PROGRAM.to_owned(),
            files,
            bytes,
            partitions: areas
                .map(|(area, periods)| AreaPeriods {
                    area: area.to_owned(),
                    periods,
                })
                .collect(),
        }
    }

    /// Reads the file of a job.
    ///
    /// # Errors
    /// When it cannot be read, is damaged or of another format.
    pub(super) fn read(path: &Path) -> Result<JobFile, JobError> {
        let bytes = std::fs::read(path).map_err(|source| JobError::Unreadable {
            path: path.to_owned(),
            source,
        })?;
        let damaged = |reason: String| JobError::Damaged {
            path: path.to_owned(),
            reason,
        };
        let job: JobFile = serde_json::from_slice(&bytes).map_err(|error| damaged(error.to_string()))?;
        match job.format {
            FORMAT => Ok(job),
            other => Err(damaged(format!("its format is {other}, not {FORMAT}"))),
        }
    }

    /// That the program and the definition are those for which it was planned.
    ///
    /// # Errors
    /// If they are not.
    pub(super) fn check(&self, path: &Path, pipeline: &Pipeline) -> Result<(), JobError> {
        let path = path.to_owned();
        if self.program != PROGRAM {
            let planned = self.program.clone();
            let own = PROGRAM.to_owned();
            return Err(JobError::OtherProgram { path, planned, own });
        }
        if self.definition_sha256 != pipeline.digest || self.leaves_sums != leaves_sums(pipeline) {
            let pipeline = self.folders.pipeline.clone();
            return Err(JobError::OtherDefinition { path, pipeline });
        }
        Ok(())
    }

    /// Its partitions.
    ///
    /// # Errors
    /// When a period is none of a pipeline of this kind.
    pub(super) fn selection(&self, path: &Path, pipeline: &Pipeline) -> Result<Selection, JobError> {
        let period = |text: &String| {
            Period::parse(text, pipeline.period_kind).ok_or_else(|| JobError::Damaged {
                path: path.to_owned(),
                reason: format!("it names the period {text}"),
            })
        };
        let all = self.partitions.iter().flat_map(|one| {
            let periods = one.periods.iter();
            periods.map(move |text| Ok((text.as_ref().map(period).transpose()?, one.area.clone())))
        });
        Ok(Selection(all.collect::<Result<_, JobError>>()?))
    }
}

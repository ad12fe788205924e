//! Deterministic generator of synthetic submissions for any pipeline with a `sample.toml`.
//!
//! A clean county is drawn first. It is then written in the layouts that counties use, with quirks that must give no finding. Finally
//! faults are planted, each with the finding it must give. `truth/` contains the findings and figures that a run must produce.

mod amend;
mod calibrate;
mod chance;
mod damage;
mod draw;
mod faults;
mod headers;
mod lay;
mod left;
mod marks;
mod markup;
mod model;
mod near;
mod odd;
mod oracle;
mod papers;
mod plan;
mod plant;
mod recipe;
mod reporters;
mod scripts;
mod sheet;
mod shift;
mod spoil;
mod spoil_columns;
mod submit;
mod truth;
mod units;
mod value;
mod write;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use rayon::prelude::*;

pub use recipe::{Encoding, Format};
pub use reporters::Counties;

use crate::domain::Period;
use crate::pipeline::Pipeline;
use crate::registry::{Areas, Registry};
use papers::{Papers, few_marks, put};
use plan::{UnitPlan, Wishes};
use plant::{Plot, Unit};
use recipe::Recipe;
use scripts::{Script, passing, recoded, scripts};
use submit::{Outcome, Sent, Stage};

/// File name of the recipe in a pipeline's folder.
const RECIPE: &str = "sample.toml";

/// Options of the generator.
#[derive(Clone, Debug)]
pub struct Options {
    /// Folder for `submissions/` and `truth/`.
    pub output: PathBuf,
    /// The reporters.
    pub counties: Counties,
    /// Periods; empty: all of the pipeline.
    pub periods: Vec<Period>,
    /// Formats to choose from; empty: those of the recipe, with its weights.
    pub formats: Vec<Format>,
    /// Encodings to choose from; empty: those of the recipe, with its weights.
    pub encodings: Vec<Encoding>,
    /// Mean number of rows of forms below the registry; None: the recipe's.
    pub communities: Option<f64>,
    /// Share of rows with a planted fault, 0..1.
    pub fault_rate: f64,
    /// Factor for the shares of unusual but valid layouts and cells; 0: plain tables.
    pub quirk_rate: f64,
    /// None: the recipe's.
    pub seed: Option<u64>,
}

/// Result of the generator.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Made {
    /// Number of files in `submissions/`, without registers.
    pub files: usize,
    /// Their size in bytes.
    pub bytes: u64,
    /// Number of clean rows.
    pub rows: usize,
    /// Number of findings that a run must make.
    pub findings: usize,
    /// Number of candidate submissions that were written and judged; it depends on the number of threads.
    pub judged: usize,
}

/// Error of the generator.
#[derive(Debug, thiserror::Error)]
pub enum SampleError {
    /// The recipe is wrong.
    #[error("{}: {message}", path.display())]
    Recipe {
        /// The recipe.
        path: PathBuf,
        /// What is wrong with it.
        message: String,
    },
    /// The machine failed.
    #[error("cannot {action} {}", path.display())]
    Io {
        /// What was being done.
        action: &'static str,
        /// To what.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// A workbook could not be made.
    #[error("cannot make the workbook {path}")]
    Workbook {
        /// Its path below `submissions/`.
        path: String,
        /// Why not.
        source: rust_xlsxwriter::XlsxError,
    },
    /// A form cannot be sent.
    #[error("form {form}: the sample needs a template of a file that is not a sheet of another")]
    Template {
        /// The form.
        form: String,
    },
}

impl SampleError {
    fn io(action: &'static str, path: &Path, source: std::io::Error) -> SampleError {
        SampleError::Io {
            action,
            path: path.to_owned(),
            source,
        }
    }

    fn recipe(path: &Path, message: String) -> SampleError {
        SampleError::Recipe {
            path: path.to_owned(),
            message,
        }
    }

    /// Whether the recipe is wrong, and not the machine.
    pub fn is_usage(&self) -> bool {
        matches!(self, SampleError::Recipe { .. } | SampleError::Template { .. })
    }
}

/// Generates a sample.
///
/// # Errors
/// The recipe is missing or wrong, or the output cannot be written.
pub fn generate(pipeline: &Pipeline, registry: &Registry, options: &Options) -> Result<Made, SampleError> {
    let path = pipeline.dir.join(RECIPE);
    let recipe = Recipe::read(&path)?;
    let models = model::resolve(pipeline, &recipe, &path)?;
    let wishes = Wishes {
        seed: options.seed.unwrap_or(recipe.seed),
        recipe: &recipe,
        rows: options.communities,
        formats: &options.formats,
        encodings: &options.encodings,
        fault_rate: options.fault_rate,
        quirk_rate: options.quirk_rate,
    };
    let periods = if options.periods.is_empty() {
        &pipeline.periods
    } else {
        &options.periods
    };
    let submissions = options.output.join("submissions");
    let mut made = Made::default();
    let known: BTreeSet<&str> = registry.all().iter().map(|area| area.code.as_str()).collect();
    let scripts = scripts(pipeline, registry, &wishes, &models, periods, options.counties);
    let stages: Vec<Stage> = scripts
        .iter()
        .map(|script| Stage {
            pipeline,
            wishes: &wishes,
            models: &models,
            period: script.period,
            cast: &script.cast,
            constants: &script.constants,
            unknown_areas: unknown_areas(&known, &registry.at(script.period), &script.cast),
            passing: passing(registry, &scripts, script),
            recoded: recoded(registry, &scripts, script),
            stray: stray(pipeline, script.period),
        })
        .collect();
    let partitions = partitions(pipeline, &scripts);
    let mut hopes = plant::wishes(pipeline, &recipe, &models, options.fault_rate);
    let mut papers = Papers::default();
    for (at, (partition, units)) in partitions.iter().enumerate() {
        made.rows += units.iter().flat_map(|(_, plan)| &plan.sizes).sum::<usize>();
        let units = perform(&stages, units)?;
        let mut plot = Plot::new(pipeline, &models, units, wishes.seed, partition);
        if options.fault_rate > 0.0 {
            // More than needed are tried, because some find no place.
            let common = hopes.iter().filter(|wish| !wish.is_rare()).count();
            let count = 4 * common.div_ceil(partitions.len() - at) + 2;
            papers.truth.extend(plot.plant(&mut hopes, count)?);
        }
        made.judged += plot.judged.load(Ordering::Relaxed);
        papers.take(&models, keep(plot.units, &submissions)?);
    }
    papers.truth.sort();
    few_marks(&mut papers.truth);
    papers
        .registered
        .sort_by(|a, b| (a.period, &a.area_code).cmp(&(b.period, &b.area_code)));
    (made.files, made.bytes) = (papers.files, papers.bytes);
    made.findings = papers.truth.iter().filter(|line| line.severity != "none").count();
    papers.write(pipeline, options, wishes.seed)?;
    tracing::debug!(judged = made.judged, findings = made.findings, "planted");
    Ok(made)
}

/// A code of no area for each reporter.
fn unknown_areas(known: &BTreeSet<&str>, areas: &Areas, cast: &reporters::Cast) -> BTreeMap<String, String> {
    let codes = cast.reporters.iter().map(|reporter| &reporter.code);
    codes
        .map(|code| (code.clone(), unknown_area(known, areas, code)))
        .collect()
}

/// The submissions of each partition: index of the stage, and the plan.
type Sending<'s> = Vec<(usize, &'s UnitPlan)>;

fn partitions<'s>(pipeline: &Pipeline, scripts: &'s [Script]) -> BTreeMap<String, Sending<'s>> {
    let mut all: BTreeMap<String, Sending> = BTreeMap::new();
    for (at, script) in scripts.iter().enumerate() {
        for plan in &script.plans {
            let line = &script.cast.reporters[plan.reporter].line;
            let partition = line
                .get(&pipeline.registry.partition)
                .map_or(String::new(), |(code, _)| code.clone());
            all.entry(partition).or_default().push((at, plan));
        }
    }
    all
}

/// Draws and writes all submissions of a partition.
fn perform<'s>(stages: &'s [Stage<'s>], units: &[(usize, &'s UnitPlan)]) -> Result<Vec<Unit<'s>>, SampleError> {
    units
        .par_iter()
        .map(|&(stage, plan)| Unit::new(&stages[stage], plan))
        .collect()
}

/// Writes files and frees their bytes.
fn keep(units: Vec<Unit>, folder: &Path) -> Result<Vec<(Outcome, usize, u64)>, SampleError> {
    units
        .into_par_iter()
        .map(|Unit { mut outcome, .. }| {
            let bytes = outcome.sent.iter().map(|sent| sent.bytes.len() as u64).sum();
            for Sent { path, bytes, .. } in &mut outcome.sent {
                put(&folder.join(path.as_str()), bytes)?;
                *bytes = Vec::new();
            }
            outcome.standing = Vec::new();
            let files = outcome.sent.len();
            Ok((outcome, files, bytes))
        })
        .collect()
}

/// A code similar to this one that no area ever had, and that is no prefix in the national scheme.
fn unknown_area(known: &BTreeSet<&str>, areas: &Areas, code: &str) -> String {
    let stem = code.get(..code.len().saturating_sub(2)).unwrap_or_default();
    let tail = code.get(2..).unwrap_or_default();
    let near = (0..100).rev().map(|n| format!("{stem}{n:02}"));
    let far = (0..100).rev().map(|n| format!("{n:02}{tail}"));
    let is_free = |other: &String| {
        !known.contains(other.as_str()) && areas.home_of(other, "").is_none() && areas.home_of(other, code).is_none()
    };
    near.chain(far).find(is_free).unwrap_or_else(|| format!("{code}-0"))
}

/// The first period after this one that the pipeline does not publish.
fn stray(pipeline: &Pipeline, period: Period) -> Period {
    let mut next = period.next();
    while pipeline.periods.contains(&next) {
        next = next.next();
    }
    next
}

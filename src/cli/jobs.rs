//! `huizong jobs plan [PIPELINE]` and `huizong jobs run FILE`

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use jiff::civil::Date;

use super::choice::{LANGS, choice};
use super::exit::say;
use super::failure::Failure;
use super::log::{self, LogFormat};
use super::look::{FORMATS, Format, written};
use super::named::PipelineArgs;
use super::progress::Bars;
use super::run::{Where, date, folders, set_threads};
use super::{Exit, default_lang, signals, stores};
use crate::domain::{Lang, Text, system_error_in_chinese};
use crate::remote::{Inputs, Place};
use crate::report::{JobReport, JobsReport, Look};
use crate::run::{
    self, Defined, Exports, Folders, Job, JobError, JobsQuery, Progress, RunError, RunOptions, Since, Stores,
};

/// Arguments of `huizong jobs`.
#[derive(Debug, Args)]
pub struct JobsArgs {
    #[command(subcommand)]
    command: JobsCommand,
}

#[derive(Debug, Subcommand)]
enum JobsCommand {
    /// Divide what the next run would compute into jobs, a file each
    Plan(PlanArgs),
    /// Compute one job and keep its results for the next run; publishes nothing
    Run(JobArgs),
}

/// Arguments of `huizong jobs plan`.
#[derive(Debug, Args)]
struct PlanArgs {
    #[command(flatten)]
    pipeline: PipelineArgs,
    /// Folder of the submissions, or its address in an object store: s3://bucket/folder [default: `input` in pipeline.toml]
    #[arg(long)]
    input: Option<PathBuf>,
    /// Folder for the releases, or its address in an object store [default: `output` in pipeline.toml]
    #[arg(long)]
    output: Option<PathBuf>,
    /// Folder for the files of the jobs: job-0.json and so on, in the place of those of an earlier plan. Jobs look for relative
    /// paths of pipeline, input and output below the folder in which they are started
    #[arg(long, value_name = "DIR")]
    jobs: PathBuf,
    /// The most jobs
    #[arg(long, value_name = "N", default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..=10_000))]
    parts: u16,
    /// Only this period; may be given several times
    #[arg(long = "period", value_name = "P")]
    periods: Vec<String>,
    /// Date of the run, such as 2021-03-01 [default: today]
    #[arg(long, value_name = "DATE", value_parser = date)]
    as_of: Option<Date>,
    /// Read every file of the input, though its size and times say that it has not changed since the last run
    #[arg(long)]
    rehash: bool,
    /// Output format
    #[arg(long, default_value = "table", value_parser = choice(FORMATS))]
    format: Format,
    /// Language of the output [default: that of the locale]
    #[arg(long, value_parser = choice(LANGS))]
    lang: Option<Lang>,
}

/// Arguments of `huizong jobs run`.
#[derive(Debug, Args)]
struct JobArgs {
    /// File of the job, as `huizong jobs plan` has written it
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Number of threads [default: one per core]. polars has a pool of its own: see POLARS_MAX_THREADS
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    threads: Option<u16>,
    /// Output format
    #[arg(long, default_value = "table", value_parser = choice(FORMATS))]
    format: Format,
    /// Language of the output [default: that of the locale]
    #[arg(long, value_parser = choice(LANGS))]
    lang: Option<Lang>,
    /// Do not show progress
    #[arg(long)]
    quiet: bool,
}

/// Plans jobs, or computes one.
pub fn run(args: JobsArgs) -> Exit {
    match args.command {
        JobsCommand::Plan(args) => told(planned(&args), args.format, args.lang),
        JobsCommand::Run(args) => {
            log::set_up(LogFormat::Text, args.quiet);
            signals::watch(|stopped| {
                stopped.print(
                    "已完成的分区结果已保留；再次运行该任务即可继续",
                    "the results of the partitions that were done are kept; run the job again to go on",
                );
            });
            told(computed(&args), args.format, args.lang)
        }
    }
}

fn told(done: Result<impl Look, Failure>, format: Format, lang: Option<Lang>) -> Exit {
    match done {
        Ok(report) => {
            let text = written(&report, format, lang.unwrap_or_else(default_lang));
            say(&text).map_or_else(|failed| failed, |()| Exit::Success)
        }
        Err(failure) => {
            failure.print();
            failure.exit()
        }
    }
}

fn planned(args: &PlanArgs) -> Result<JobsReport, Failure> {
    let dir = args.pipeline.folder()?;
    let place = Where {
        dir: &dir,
        input: args.input.as_ref(),
        output: args.output.as_ref(),
        periods: &args.periods,
        as_of: args.as_of,
        rehash: args.rehash,
        writes: false,
    };
    let (pipeline, scope, options) = place.opened()?;
    let (input, output) = folders(&pipeline, args.input.as_ref(), args.output.as_ref())?;
    let query = JobsQuery {
        folders: Folders {
            pipeline: dir,
            input,
            output,
        },
        periods: args.periods.clone(),
        folder: args.jobs.clone(),
        most: args.parts.into(),
    };
    Ok(run::plan_jobs(&pipeline, &scope, &options, &query)?)
}

fn computed(args: &JobArgs) -> Result<JobReport, Failure> {
    let job = Job::read(&args.file)?;
    set_threads(args.threads);
    let bars = Bars::new(args.quiet);
    compute(&job, |progress| bars.show(progress))
}

/// Computes a job where its input and output are.
pub(super) fn compute(job: &Job, progress: impl Fn(Progress) + Sync) -> Result<JobReport, Failure> {
    let defined = job.defined()?;
    let Folders { input, output, .. } = job.folders();
    let input = JobInput::of(&input, &defined)?;
    let (output, results) = match Place::of(&output).map_err(RunError::from)? {
        Place::Folder(folder) => (folder, None),
        Place::Store(address) => {
            let results = stores::results(&address).map_err(RunError::from)?;
            (results.output().to_owned(), Some(results))
        }
    };
    let options = RunOptions {
        input: input.folder.clone(),
        output,
        stores: Stores::default(),
        rehash: job.rehash(),
        dry: false,
        only_gathered: false,
        sign: None,
        since: Since::Nothing,
        exports: Exports::default(),
    };
    Ok(run::compute(job, &defined, (&options, results.as_ref()), &progress)?)
}

/// The submissions of a job: a folder, which may be a copy of those that it needs.
struct JobInput {
    folder: PathBuf,
    _copy: Option<Inputs>,
}

impl JobInput {
    fn of(given: &Path, defined: &Defined) -> Result<JobInput, JobError> {
        let address = match Place::of(given)? {
            Place::Folder(folder) => return Ok(JobInput { folder, _copy: None }),
            Place::Store(address) => address,
        };
        let copy = defined.with_needed(|is_needed| stores::inputs(&address, is_needed))??;
        Ok(JobInput {
            folder: copy.folder.clone(),
            _copy: Some(copy),
        })
    }
}

impl From<JobError> for Failure {
    fn from(error: JobError) -> Failure {
        let en = error.to_string();
        let refused = |zh: String, hint: Text| Failure::Usage {
            message: Text::new(zh, en),
            hint,
        };
        match error {
            JobError::Unreadable { path, source } => {
                let cause = system_error_in_chinese(&source).map(|cause| cause.into_owned());
                let cause = cause.unwrap_or_else(|| source.to_string());
                refused(format!("无法读取任务文件 {}：{cause}", path.display()), plan_again())
            }
            JobError::Damaged { path, reason } => refused(
                format!("{} 不是本版本 huizong 的任务文件：{reason}", path.display()),
                plan_again(),
            ),
            JobError::OtherProgram { path, planned, own } => refused(
                format!(
                    "{} 由另一版本的 huizong（{planned}）制定，本程序为 {own}",
                    path.display()
                ),
                Text::new(
                    "请在各机器上使用同一版本，然后重新运行 huizong jobs plan",
                    "use one version on all machines, and run huizong jobs plan again",
                ),
            ),
            JobError::OtherDefinition { path, pipeline } => refused(
                format!(
                    "制定 {} 之后，{} 中的流程定义已更改",
                    path.display(),
                    pipeline.display()
                ),
                plan_again(),
            ),
            JobError::NoPipeline { path, pipeline } => refused(
                format!("{} 属于流程 {}，而那里没有流程", path.display(), pipeline.display()),
                where_planned(),
            ),
            JobError::NoState { path, state } => refused(
                format!("{} 的结果应存入 {}，而没有这个文件夹", path.display(), state.display()),
                where_planned(),
            ),
            JobError::Run(error) => error.into(),
        }
    }
}

fn plan_again() -> Text {
    Text::new("请重新运行 huizong jobs plan", "run huizong jobs plan again")
}

fn where_planned() -> Text {
    Text::new(
        "任务中的相对路径以启动任务时所在的文件夹为准：请在制定任务时的文件夹中启动，或用绝对路径制定；并请检查共享磁盘是否已挂载",
        "relative paths of a job begin at the folder in which it is started: start it where it was planned, or plan with absolute \
         paths; and see that the shared disk is mounted",
    )
}

//! `huizong run [PIPELINE]`

use std::path::{Path, PathBuf};
use std::time::Instant;

use clap::Args;
use jiff::civil::Date;

use super::choice::{LANGS, choice};
use super::exit::{say, told};
use super::failure::{Failure, exit_after, hint};
use super::gate::reason;
use super::locale::page;
use super::log::{self, ENDING, LogFormat, seconds};
use super::named::PipelineArgs;
use super::progress::Bars;
use super::stores::{Input, Releases};
use super::{Exit, default_lang, keys, signals};
use crate::domain::{Lang, Period, Text};
use crate::lake;
use crate::pipeline::{self, Pipeline};
use crate::remote::{Needed, Place};
use crate::report::{self, RunRecord, State};
use crate::run::{self, Ending, Exports, Outcome, RunError, RunOptions, Scope, Stores, Told, Watch};

/// Arguments of `huizong run`.
#[derive(Debug, Args)]
pub struct RunArgs {
    #[command(flatten)]
    pipeline: PipelineArgs,
    /// Folder of the submissions, or its address in an object store: s3://bucket/folder [default: `input` in pipeline.toml]
    #[arg(long)]
    input: Option<PathBuf>,
    /// Folder for the releases, or its address in an object store [default: `output` in pipeline.toml]
    #[arg(long)]
    output: Option<PathBuf>,
    /// Only this period; may be given several times. If the current release has more periods, it stays current, and the result
    /// goes to `partial` in the output folder
    #[arg(long = "period", value_name = "P")]
    periods: Vec<String>,
    /// Date of the run, such as 2021-03-01 [default: today]. The gate judges a form for a period only after its due date, and
    /// open-ended periods end with the one that contains this date. To repeat a run, use the `as_of` of its manifest
    #[arg(long, value_name = "DATE", value_parser = date)]
    as_of: Option<Date>,
    /// Read every file of the input, though its size and times say that it has not changed since the last run
    #[arg(long)]
    rehash: bool,
    /// Read and judge everything, say what a run would do, and write nothing: neither a release nor anything else in the output folder
    #[arg(long, conflicts_with_all = ["metrics", "openlineage"])]
    dry_run: bool,
    /// Write metrics of the run into this file, for the textfile collector of Prometheus' node exporter: a name that ends in .prom, in
    /// the collector's folder
    #[arg(long, value_name = "FILE")]
    metrics: Option<PathBuf>,
    /// Add events of OpenLineage to this file, a JSON object a line
    #[arg(long, value_name = "FILE")]
    openlineage: Option<PathBuf>,
    /// Sign the manifest of the release with this private key, Ed25519 in PEM format [default: the file that HUIZONG_SIGN_KEY names]. The
    /// signature, manifest.json.sig, is verified by `huizong verify --signature` or openssl
    #[arg(long, value_name = "KEY")]
    sign: Option<PathBuf>,
    /// Number of threads [default: one per core]. polars has a pool of its own: see POLARS_MAX_THREADS
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    threads: Option<u16>,
    /// Language of the output [default: that of the locale]
    #[arg(long, value_parser = choice(LANGS))]
    lang: Option<Lang>,
    /// Format of log lines on standard error; with `json`, the last one reports outcome, exit code, the release it published or
    /// found unchanged, the current release, counts, seconds, reasons
    #[arg(long, value_enum, default_value_t)]
    log_format: LogFormat,
    /// Print neither progress nor summary; with `--log-format json`, only warnings and the last event
    #[arg(long)]
    quiet: bool,
    /// Set by `huizong publish`.
    #[arg(skip)]
    only_gathered: bool,
}

/// Arguments of `huizong publish`: those of `run`, and one more.
#[derive(Debug, Args)]
pub struct PublishArgs {
    #[command(flatten)]
    run: RunArgs,
    /// Compute no partition: where the result of one is missing, list those that are missing and publish nothing
    #[arg(long)]
    only_gathered: bool,
}

/// A run that may be forbidden to compute.
pub fn publish(args: PublishArgs) -> Exit {
    run(RunArgs {
        only_gathered: args.only_gathered,
        ..args.run
    })
}

/// Runs the pipeline once, and prints a summary or the reason of the failure.
pub fn run(args: RunArgs) -> Exit {
    log::set_up(args.log_format, args.quiet);
    let clock = Instant::now();
    let json = args.log_format == LogFormat::Json;
    let quiet = args.quiet || json;
    signals::watch(move |stopped| {
        let (signal, exit) = (stopped.signal, stopped.exit);
        match run::interrupted(signal, exit) {
            Some(record) => log::ended(&record),
            None => {
                tracing::warn!(target: ENDING, outcome = "interrupted", exit, signal, seconds = seconds(clock), "ended");
            }
        }
        if !quiet {
            stopped.print(
                "未发布任何内容，当前版本不变",
                "nothing was published, and the current release is as it was",
            );
        }
    });
    let done = read_and_run(&args);
    // What fails while a signal stops the run is no failure of its own.
    drop(lake::stop::going_on());
    let exports = args.exports();
    let (failure, record) = match done {
        Ok((pipeline, options, ended)) => match ended.outcome {
            Ok(outcome) => return tell(&args, &pipeline, &options, outcome, &ended.record),
            Err(error) => (Failure::from(error), Some(ended.record)),
        },
        Err(failure) => {
            // Who holds the lock writes the metrics; and a file that must not lie where it is asked for is not written there.
            let is_of_place = matches!(failure, Failure::Run(RunError::FileInInput { .. }));
            if failure.exit() != Exit::Locked && !is_of_place {
                exports.write_failure(failure.exit().code(), clock.elapsed());
            }
            (failure, None)
        }
    };
    if json {
        failure.log(record.as_ref(), clock);
    } else {
        failure.print();
    }
    failure.exit()
}

impl RunArgs {
    fn exports(&self) -> Exports {
        // Where no pipeline is found, the failure is that of the folder in which it was sought.
        let dir = self.pipeline.folder().unwrap_or_else(|_| PathBuf::from("."));
        let folder = std::fs::canonicalize(&dir).unwrap_or(dir);
        let absolute = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let label = folder.file_name().unwrap_or(folder.as_os_str());
        Exports {
            metrics: self.metrics.as_deref().map(absolute),
            openlineage: self.openlineage.as_deref().map(absolute),
            label: label.to_string_lossy().into_owned(),
        }
    }
}

fn read_and_run(args: &RunArgs) -> Result<(Pipeline, RunOptions, run::Ended), Failure> {
    let sign = keys::signing(args.sign.as_deref())?;
    let place = Where {
        dir: &args.pipeline.folder()?,
        input: args.input.as_ref(),
        output: args.output.as_ref(),
        periods: &args.periods,
        as_of: args.as_of,
        rehash: args.rehash,
        writes: !args.dry_run,
    };
    let (pipeline, scope, mut options) = place.opened()?;
    options.exports = args.exports();
    options.sign = sign;
    options.dry = args.dry_run;
    options.only_gathered = args.only_gathered;
    set_threads(args.threads);
    let bars = Bars::new(args.quiet || args.log_format == LogFormat::Json);
    let watch = Watch {
        progress: &|progress| bars.show(progress),
        told: &|ended| noted(&pipeline, ended),
    };
    let ended = run::run(&pipeline, &scope, &options, &watch)?;
    Ok((pipeline, options, ended))
}

/// Exit code and words for what a run came to, for programs.
fn noted(pipeline: &Pipeline, ended: &Result<Outcome, RunError>) -> Told {
    match ended {
        Ok(outcome) => {
            let reasons = reasons(pipeline, outcome);
            let reasons: Vec<&str> = reasons.iter().map(|reason| reason.get(Lang::En)).collect();
            Told {
                exit: Some(exit_of(outcome).code()),
                reasons: (!reasons.is_empty()).then(|| reasons.join("; ")),
                hint: None,
            }
        }
        Err(error) => Told {
            exit: Some(exit_after(error).code()),
            reasons: None,
            hint: hint(error).map(|(_, en)| en.to_owned()),
        },
    }
}

fn exit_of(outcome: &Outcome) -> Exit {
    if outcome.gate.iter().all(|check| check.passed) {
        Exit::Success
    } else {
        Exit::Withheld
    }
}

/// Why the gate did not open; empty: it did.
fn reasons(pipeline: &Pipeline, outcome: &Outcome) -> Vec<Text> {
    let root = &outcome.summary.root;
    let broken = outcome.gate.iter().filter(|check| !check.passed);
    broken.map(|check| reason(pipeline, root, check)).collect()
}

/// What is run, on what, and where to: the arguments that `run` and `plan` share.
pub(super) struct Where<'a> {
    pub(super) dir: &'a Path,
    pub(super) input: Option<&'a PathBuf>,
    pub(super) output: Option<&'a PathBuf>,
    pub(super) periods: &'a [String],
    pub(super) as_of: Option<Date>,
    pub(super) rehash: bool,
    /// Whether something is to be published.
    pub(super) writes: bool,
}

impl Where<'_> {
    /// Loads the pipeline, and completes the arguments from it.
    ///
    /// # Errors
    /// When the definition has errors, or a folder or period is not known.
    pub(super) fn opened(&self) -> Result<(Pipeline, Scope, RunOptions), Failure> {
        let args = self;
        let mut pipeline = pipeline::load(args.dir).map_err(Failure::Definition)?;
        let (input, output) = folders(&pipeline, args.input, args.output)?;
        let scope = Scope::of(&mut pipeline, args.periods, args.as_of)?;
        warn_of_date(scope.as_of);
        let (input, output) = opened((input, output), args.writes)?;
        let options = RunOptions {
            input: input.folder,
            output: output.folder,
            stores: match args.writes {
                true => Stores {
                    input: input.mirror,
                    output: output.session,
                    read: None,
                },
                false => Stores {
                    input: input.mirror,
                    output: None,
                    read: output.session,
                },
            },
            rehash: args.rehash,
            dry: false,
            only_gathered: false,
            since: run::Since::Current,
            exports: Exports::default(),
            sign: None,
        };
        Ok((pipeline, scope, options))
    }
}

/// Where the submissions are, and where the releases: as given, else as the pipeline has it.
///
/// # Errors
/// When neither says.
pub(super) fn folders(
    pipeline: &Pipeline,
    input: Option<&PathBuf>,
    output: Option<&PathBuf>,
) -> Result<(PathBuf, PathBuf), Failure> {
    let input = input.or(pipeline.input.as_ref()).cloned();
    let input = input.ok_or_else(|| Failure::Usage {
        message: Text::new(
            "--input 和 pipeline.toml 的 input 都没有说明上报文件在哪里",
            "no folder of submissions: neither --input nor `input` in pipeline.toml is set",
        ),
        hint: Text::new("请用 --input 指明", "name it with --input"),
    })?;
    Ok((input, output_of(pipeline, output)?))
}

/// Where the releases are: as given, else as the pipeline has it.
///
/// # Errors
/// When neither says.
pub(super) fn output_of(pipeline: &Pipeline, output: Option<&PathBuf>) -> Result<PathBuf, Failure> {
    let output = output.or(pipeline.output.as_ref()).cloned();
    output.ok_or_else(|| Failure::Usage {
        message: Text::new(
            "--output 和 pipeline.toml 的 output 都没有说明发布到哪里",
            "no folder for the releases: neither --output nor `output` in pipeline.toml is set",
        ),
        hint: Text::new("请用 --output 指明", "name it with --output"),
    })
}

/// The folders on this machine, with what is new in an object store.
///
/// # Errors
/// When a store fails, or another run writes to the output.
pub(super) fn opened((input, output): (PathBuf, PathBuf), writes: bool) -> Result<(Input, Releases), RunError> {
    if let (Place::Store(input), Place::Store(output)) = (Place::of(&input)?, Place::of(&output)?)
        && output.lies_in(&input)
    {
        let path = output.to_string().into();
        return Err(RunError::OutputInInput { path });
    }
    let input = Input::of(input)?;
    let output = match writes {
        true => Releases::to_write(output, Needed::State)?,
        false => Releases::to_read(output, Needed::State)?,
    };
    Ok((input, output))
}

/// Tells of a date of the run that is still to come.
fn warn_of_date(as_of: Date) {
    let today = jiff::ZonedDateTime::now().date();
    if as_of > today {
        let (zh, en) = (
            format!("--as-of {as_of} 晚于今天（{today}）：尚未到期的表式会按已到期检查，尚未开始的报告期也会汇总"),
            format!(
                "--as-of {as_of} is after today, {today}: forms are judged as due that are not, and periods are included that have not begun"
            ),
        );
        tracing::warn!("{}", told(&zh, &en));
    }
}

/// Tells that `current` led to no release, and how to mend it where the run has not.
fn warn_of_lost(outcome: &Outcome, output: &Path) {
    let Some(lost) = &outcome.lost else { return };
    let current = output.join("current");
    let current = current.display();
    let (zh, en) = match &lost.target {
        None => (
            format!("已有发布的版本，但缺少链接 {current}"),
            format!("there are releases, but the link {current} is missing"),
        ),
        Some(target) => (
            format!("链接 {current} 指向 {}，那里没有发布的版本", target.display()),
            format!("the link {current} points to {}, which is no release", target.display()),
        ),
    };
    let (mend_zh, mend_en) = match (&outcome.current, &lost.newest) {
        (Some(id), _) => (
            format!("本次运行已使其指向 {id}"),
            format!("this run has made it point to {id}"),
        ),
        (None, Some(newest)) => {
            let command = format!("ln -sfn releases/{newest} {current}");
            (
                format!("要恢复最新的版本：{command}；或运行全部报告期，通过后重新发布"),
                format!("to restore the latest release: {command}; or run all periods, to publish a new one"),
            )
        }
        (None, None) => (
            "没有可恢复的版本；请运行全部报告期".to_owned(),
            "there is no release to restore; run all periods to publish one".to_owned(),
        ),
    };
    let (zh, en) = (format!("{zh}；{mend_zh}"), format!("{en}; {mend_en}"));
    tracing::warn!("{}", told(&zh, &en));
}

/// For our own work. polars has a pool of its own, whose size changes no figure: it takes it from the environment
/// (`POLARS_MAX_THREADS`) and offers no other way, and a program cannot soundly change its environment once it has threads.
/// The stack leaves room for a thread that takes up another piece of work while it waits for polars.
pub(super) fn set_threads(threads: Option<u16>) {
    let pool = rayon::ThreadPoolBuilder::new()
        .stack_size(16 << 20)
        .num_threads(threads.map_or(0, usize::from));
    // Fails only when the pool exists already, as in a test that runs the command twice: figures do not depend on it.
    let _ = pool.build_global();
}

fn tell(args: &RunArgs, pipeline: &Pipeline, options: &RunOptions, outcome: Outcome, record: &RunRecord) -> Exit {
    let exit = exit_of(&outcome);
    warn_of_lost(&outcome, &options.output);
    log::ended(record);
    if args.quiet {
        return exit;
    }
    let reasons = reasons(pipeline, &outcome);
    let state = match &outcome.ending {
        Ending::Published { dropped } => State::Published {
            dropped: (!dropped.is_empty()).then(|| dropped.join(", ")),
        },
        Ending::Unchanged => State::Unchanged,
        Ending::Withheld => State::Withheld(reasons),
        Ending::Partial { lacking } => State::Partial {
            lacking: Period::listed(lacking),
            reasons,
        },
    };
    let of_dry_run = || report::DryRun {
        partitions: outcome.partitions.all,
        computed: outcome.partitions.all - outcome.partitions.reused,
        because: outcome.computed_because.clone().into_iter().collect(),
    };
    let told = report::Outcome {
        dry_run: args.dry_run.then(of_dry_run),
        state,
        lost: outcome.lost.is_some() && outcome.current.is_none(),
        release: outcome.current,
        output: (options.stores.output.as_ref())
            .map_or_else(|| options.output.display().to_string(), |store| store.address()),
        as_of: outcome.as_of,
        periods: Period::listed(&pipeline.periods),
        left_out: (!args.periods.is_empty() || args.as_of.is_some())
            .then(|| Period::listed(&outcome.left_out))
            .filter(|periods| !periods.is_empty()),
    };
    let lang = args.lang.unwrap_or_else(default_lang);
    // The release is what a run is for: it exists, whether or not its summary can be written.
    let _ = say(&report::render(&outcome.summary, &told, page(lang)));
    exit
}

pub(super) fn date(text: &str) -> Result<Date, String> {
    let date = text
        .parse()
        .ok()
        .filter(|date: &Date| (1800..=2200).contains(&date.year()));
    date.ok_or_else(|| "expected a date such as 2021-03-01".to_owned())
}

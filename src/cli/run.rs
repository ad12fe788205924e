//! `huizong run DIR`

use std::path::PathBuf;

use clap::Args;

use super::choice::{LANGS, choice};
use super::exit::{complain, complain_of, say, told, usage};
use super::locale::page;
use super::log::LogFormat;
use super::progress::Bars;
use super::{Exit, default_lang, diagnostics};
use crate::domain::{Lang, Period, Text};
use crate::lake;
use crate::pipeline::{self, Pipeline};
use crate::release::{GateCheck, Published};
use crate::report::{self, State};
use crate::run::{self, Outcome, RunError, RunOptions};

/// Arguments of `huizong run`.
#[derive(Debug, Args)]
pub struct RunArgs {
    /// Folder of the pipeline's definition
    dir: PathBuf,
    /// Folder of the submissions; default: what pipeline.toml says
    #[arg(long)]
    input: Option<PathBuf>,
    /// Folder that receives the releases; default: what pipeline.toml says
    #[arg(long)]
    output: Option<PathBuf>,
    /// Only this period; may be given several times
    #[arg(long = "period", value_name = "P")]
    periods: Vec<String>,
    /// Threads that read and write; default: one a core (polars keeps a pool of its own, see POLARS_MAX_THREADS)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    threads: Option<u16>,
    /// Language of what is printed; default: the locale's
    #[arg(long, value_parser = choice(LANGS))]
    lang: Option<Lang>,
    /// How log lines look
    #[arg(long, value_enum, default_value_t)]
    log_format: LogFormat,
    /// Print neither progress nor summary
    #[arg(long)]
    quiet: bool,
}

/// Runs it.
pub fn run(args: RunArgs) -> Exit {
    super::log::set_up(args.log_format, args.quiet);
    let mut pipeline = match pipeline::load(&args.dir) {
        Ok(pipeline) => pipeline,
        Err(faults) => return diagnostics::refuse(&faults),
    };
    let skipped = match select(&mut pipeline, &args.periods) {
        Ok(skipped) => skipped,
        Err(message) => return usage(&message, None),
    };
    let Some(input) = args.input.or_else(|| pipeline.input.clone()) else {
        return usage(
            told(
                "--input 和 pipeline.toml 的 input 都没有说明上报文件在哪里",
                "neither --input nor `input` in pipeline.toml says where the submissions are",
            ),
            None,
        );
    };
    let Some(output) = args.output.or_else(|| pipeline.output.clone()) else {
        return usage(
            told(
                "--output 和 pipeline.toml 的 output 都没有说明发布到哪里",
                "neither --output nor `output` in pipeline.toml says where the releases go",
            ),
            None,
        );
    };
    set_threads(args.threads);
    let bars = Bars::new(args.quiet);
    let options = RunOptions { input, output };
    match run::run(&pipeline, &skipped, &options, &|progress| bars.show(progress)) {
        Ok(outcome) => tell(
            &pipeline,
            &options,
            outcome,
            args.lang.unwrap_or_else(default_lang),
            args.quiet,
        ),
        Err(error) => fail(&error),
    }
}

/// Leaves only the periods asked for in the pipeline; gives back the others.
fn select(pipeline: &mut Pipeline, asked: &[String]) -> Result<Vec<Period>, String> {
    if asked.is_empty() {
        return Ok(Vec::new());
    }
    let all: Vec<String> = pipeline.periods.iter().map(ToString::to_string).collect();
    if let Some(stray) = asked.iter().find(|period| !all.contains(period)) {
        let (zh, en) = (
            format!("--period {stray} 不是流程的报告期：{}", all.join("、")),
            format!("--period {stray} is not one of the pipeline's: {}", all.join(", ")),
        );
        return Err(told(&zh, &en).to_owned());
    }
    let (chosen, skipped) = pipeline
        .periods
        .iter()
        .partition(|period| asked.contains(&period.to_string()));
    pipeline.periods = chosen;
    Ok(skipped)
}

/// For our own work. polars has a pool of its own, whose size changes no figure: it takes it from the environment
/// (`POLARS_MAX_THREADS`) and offers no other way, and a program cannot soundly change its environment once it has threads.
/// The stack leaves room for a thread that takes up another piece of work while it waits for polars.
fn set_threads(threads: Option<u16>) {
    let pool = rayon::ThreadPoolBuilder::new()
        .stack_size(16 << 20)
        .num_threads(threads.map_or(0, usize::from));
    // Fails only when the pool exists already, as in a test that runs the command twice: figures do not depend on it.
    let _ = pool.build_global();
}

fn tell(pipeline: &Pipeline, options: &RunOptions, outcome: Outcome, lang: Lang, quiet: bool) -> Exit {
    for check in outcome.gate.iter().filter(|check| !check.passed) {
        tracing::warn!(reason = reason(check).get(Lang::En), "withheld");
    }
    let (state, exit) = match &outcome.published {
        Some(Published::New(_)) => (State::Published, Exit::Success),
        Some(Published::Unchanged(_)) => (State::Unchanged, Exit::Success),
        None => {
            let reasons = outcome.gate.iter().filter(|check| !check.passed).map(reason).collect();
            (State::Withheld(reasons), Exit::Withheld)
        }
    };
    if !quiet {
        let output = options.output.display().to_string();
        let outcome_told = report::Outcome {
            state,
            release: outcome.current,
            output,
        };
        let summary = report::summarise(pipeline, &outcome.tables, &run::null_reasons(), outcome_told);
        if let Err(failed) = say(&report::render(&summary, page(lang))) {
            return failed;
        }
    }
    exit
}

/// Why the gate did not open, in words.
fn reason(check: &GateCheck) -> Text {
    let share = |value: f64| format!("{:.1} %", value * 100.0);
    let value = check.value.map_or("–".to_string(), share);
    let about = [check.period.as_deref(), check.about.as_deref()]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" ");
    let threshold = share(check.threshold);
    match check.check {
        "accepted_rows" => Text::new("没有任何一行被接受", "no row at all was accepted"),
        "min_reporting_share" => Text::new(
            format!("{about}：有可用数据的上报单位占 {value}，低于 {threshold}"),
            format!("{about}: {value} of the expected reporters sent something usable, below {threshold}"),
        ),
        "max_quarantined_row_share" => Text::new(
            format!("{about}：隔离行占 {value}，高于 {threshold}"),
            format!("{about}: {value} of the rows are quarantined, above {threshold}"),
        ),
        "max_open_influence" => Text::new(
            format!("{about}：一个未说明的问题使全国数变动 {value}，超过 {threshold}；请更正或说明"),
            format!("{about}: one open finding moves the figure by {value}, above {threshold}; correct or explain it"),
        ),
        _ => Text::new(
            format!("恒等式不成立：{about}"),
            format!("an identity does not hold: {about}"),
        ),
    }
}

/// Prints an error, in the language of this command line.
fn told_of(error: &RunError, hint: Option<&str>) {
    let message = match error {
        RunError::NoInput { path, .. } => format!("没有上报文件夹 {}", path.display()),
        RunError::OutputInInput { path, .. } => format!("输出文件夹 {} 位于上报文件夹之内", path.display()),
        RunError::Lake(lake::Error::Locked { path, .. }) => format!("另一次运行正占用 {}", path.display()),
        _ => return complain(error, hint),
    };
    match default_lang() {
        Lang::Zh => complain_of(&message, std::error::Error::source(error), hint),
        Lang::En => complain(error, hint),
    }
}

fn fail(error: &RunError) -> Exit {
    match error {
        RunError::Definition(faults) | RunError::Corrections(faults) => diagnostics::refuse(faults),
        RunError::OutputInInput { .. } => {
            told_of(
                error,
                Some(told(
                    "请用 --output 给出不在上报文件夹之内的位置",
                    "choose an --output that does not lie below the submissions",
                )),
            );
            Exit::Usage
        }
        RunError::NoInput { .. } => {
            told_of(
                error,
                Some(told(
                    "用 --input 指明，或写在 pipeline.toml 的 input",
                    "name it with --input, or under `input` in pipeline.toml",
                )),
            );
            Exit::Usage
        }
        RunError::Lake(lake::Error::Locked { .. }) => {
            told_of(
                error,
                Some(told(
                    "请等它结束；即使它中途崩溃，锁也会自动释放",
                    "wait for it to end; the lock is given back by itself, even after a crash",
                )),
            );
            Exit::Locked
        }
        _ => {
            told_of(error, None);
            Exit::Machine
        }
    }
}

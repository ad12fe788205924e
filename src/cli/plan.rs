//! `huizong plan [PIPELINE]`

use std::path::PathBuf;

use clap::Args;
use jiff::civil::Date;

use super::choice::choice;
use super::exit::say;
use super::failure::Failure;
use super::look::{FORMATS, Format, written};
use super::named::PipelineArgs;
use super::run::{Where, date};
use super::{Exit, default_lang};
use crate::cli::choice::LANGS;
use crate::domain::Lang;
use crate::report::PlanReport;
use crate::run::{self, PlanQuery};

/// Arguments of `huizong plan`.
#[derive(Debug, Args)]
pub struct PlanArgs {
    #[command(flatten)]
    pipeline: PipelineArgs,
    /// Folder of the submissions, or its address in an object store: s3://bucket/folder [default: `input` in pipeline.toml]
    #[arg(long)]
    input: Option<PathBuf>,
    /// Folder for the releases, or its address in an object store [default: `output` in pipeline.toml]
    #[arg(long)]
    output: Option<PathBuf>,
    /// Only this period; may be given several times
    #[arg(long = "period", value_name = "P")]
    periods: Vec<String>,
    /// Date of the run, such as 2021-03-01 [default: today]
    #[arg(long, value_name = "DATE", value_parser = date)]
    as_of: Option<Date>,
    /// Name every cause of this partition area (code or name)
    #[arg(long, value_name = "AREA")]
    why: Option<String>,
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

/// Shows which partitions the next run would compute, and why. Writes nothing.
pub fn run(args: PlanArgs) -> Exit {
    match planned(&args) {
        Ok(report) => {
            let text = written(&report, args.format, args.lang.unwrap_or_else(default_lang));
            say(&text).map_or_else(|failed| failed, |()| Exit::Success)
        }
        Err(failure) => {
            failure.print();
            failure.exit()
        }
    }
}

fn planned(args: &PlanArgs) -> Result<PlanReport, Failure> {
    let place = Where {
        dir: &args.pipeline.folder()?,
        input: args.input.as_ref(),
        output: args.output.as_ref(),
        periods: &args.periods,
        as_of: args.as_of,
        rehash: args.rehash,
        writes: false,
    };
    let (pipeline, scope, options) = place.opened()?;
    let query = PlanQuery { why: args.why.clone() };
    Ok(run::plan(&pipeline, &scope, &options, &query)?)
}

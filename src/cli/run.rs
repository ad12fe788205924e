//! `huizong run DIR`

use std::path::PathBuf;

use clap::Args;

use super::Exit;
use super::log::LogFormat;
use crate::domain::Lang;

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
    /// Threads to use; default: one a core
    #[arg(long)]
    threads: Option<std::num::NonZeroUsize>,
    /// Language of what is printed; default: the locale's
    #[arg(long)]
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
    let _ = args;
    Exit::Success
}

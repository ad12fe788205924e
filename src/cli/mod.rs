//! Arguments, one file a command; exit codes; log set-up; rendering of errors. Nothing here computes a figure.

mod check;
mod chinese;
mod choice;
mod completions;
pub mod diagnostics;
mod diff;
mod engines;
mod exit;
mod explain;
mod failure;
mod gate;
mod headers;
mod init;
mod jobs;
mod keys;
mod locale;
mod log;
mod look;
mod man;
mod named;
mod open;
mod plan;
mod progress;
mod releases;
mod run;
#[cfg(feature = "sample")]
mod sample;
mod scaffold;
mod show;
mod signals;
mod sql;
mod status;
mod stores;
mod summary;
mod template;
#[cfg(test)]
mod tests_of_faults;
mod trace;
mod variables;
mod verify;

use std::io::Write;
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::domain::{Lang, visible_lines};

pub use exit::Exit;
pub use locale::default_lang;

/// Turns county spreadsheets into one checked, versioned Parquet dataset (汇总).
#[derive(Debug, Parser)]
#[command(name = "huizong", version, propagate_version = true, disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Write a small pipeline with made-up figures, to start from
    Init(init::InitArgs),
    /// Propose the form of a received sheet, in TOML
    Scaffold(scaffold::ScaffoldArgs),
    /// Read and check submissions, publish a release
    Run(run::RunArgs),
    /// Show what the next run would compute again, and why
    Plan(plan::PlanArgs),
    /// Divide a run into jobs for several processes or machines, and compute one
    Jobs(jobs::JobsArgs),
    /// Publish what jobs have computed: same as `run`, which takes over their results and computes what is missing
    Publish(run::PublishArgs),
    /// Compute the current release once more from the whole input, and compare every file
    Verify(verify::VerifyArgs),
    /// List the releases: when, what, how large, which one is current
    Releases(releases::ReleasesArgs),
    /// Make an earlier release current again
    Rollback(releases::RollbackArgs),
    /// Give a release a name, which also keeps it
    Tag(releases::TagArgs),
    /// Remove old releases and what else is no longer needed
    Gc(releases::GcArgs),
    /// Show all errors in the definition of a pipeline
    Check(check::CheckArgs),
    /// Explain the code of a finding, a statistic, a table or a column
    Explain(explain::ExplainArgs),
    /// Show what differs between two releases
    Diff(diff::DiffArgs),
    /// Show the report of a release in the browser
    Open(open::OpenArgs),
    /// Show who has not reported, who is late, who has something to fix
    Status(status::StatusArgs),
    /// Show what is new since a release: what moved, what was withheld, who is late
    Summary(summary::SummaryArgs),
    /// Trace a figure down to the rows and cells it is summed from
    Trace(trace::TraceArgs),
    /// Print rows of a table: a filter, columns, an order, in a terminal or as CSV, JSON or Markdown
    Show(show::ShowArgs),
    /// Write a blank workbook of a form
    Template(template::TemplateArgs),
    /// List header layouts that could not be read, and the TOML that would map them
    Headers(headers::HeadersArgs),
    /// Print the SQL that sums the rows of a release, for DuckDB
    Sql(sql::SqlArgs),
    /// Generate synthetic submissions with known faults
    #[cfg(feature = "sample")]
    Sample(sample::SampleArgs),
    /// Print the script that completes commands and options in a shell
    Completions(completions::CompletionsArgs),
    /// Print the manual page, or write the pages of all commands
    Man(man::ManArgs),
}

/// All commands with their arguments, with help in the chosen language.
fn command_line() -> clap::Command {
    match default_lang() {
        Lang::Zh => chinese::translated(Cli::command()),
        Lang::En => Cli::command(),
    }
}

/// Parses the arguments, with help and errors in the chosen language.
fn parsed() -> Result<Cli, ExitCode> {
    locale::choose(std::env::args_os().skip(1));
    let words = || {
        std::env::args_os()
            .skip(1)
            .map(|word| word.to_string_lossy().into_owned())
    };
    let json = log::asks_for_json(words());
    let is_chinese = default_lang() == Lang::Zh;
    let parsed = |command: clap::Command| {
        let matches = command.try_get_matches().map_err(|mut error| {
            // An argument that a command does not have is a slip: clap advises to pass it as a value.
            if error.kind() == ErrorKind::UnknownArgument {
                error.remove(ContextKind::Suggested);
                if words()
                    .next()
                    .is_some_and(|first| first.split('=').next() == Some("--lang"))
                {
                    let tip = "--lang stands after the command, such as: huizong check --lang zh";
                    error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip.into()]));
                }
            }
            error
        })?;
        Cli::from_arg_matches(&matches)
    };
    let ended = parsed(command_line());
    ended.map_err(|error| match chinese::error(&error).filter(|_| is_chinese) {
        _ if json && error.use_stderr() => {
            // Programs read English: the Chinese command names its arguments in Chinese.
            log::refused(&parsed(Cli::command()).err().unwrap_or(error));
            Exit::Usage.into()
        }
        Some(said) => {
            exit::note(&format!("{}\n", visible_lines(&said)));
            Exit::Usage.into()
        }
        None => {
            // Help goes to standard output, with exit code 0; errors go to standard error.
            let printed = error.print().and_then(|()| std::io::stdout().flush());
            match exit::said(printed) {
                Err(failed) if !error.use_stderr() => failed.into(),
                _ => u8::try_from(error.exit_code()).map_or(ExitCode::FAILURE, ExitCode::from),
            }
        }
    })
}

/// Runs the command line.
pub fn main() -> ExitCode {
    let cli = match parsed() {
        Ok(cli) => cli,
        Err(exit) => return exit,
    };
    if let Err(exit) = variables::checked() {
        return exit.into();
    }
    let exit = match cli.command {
        Command::Init(args) => init::run(args),
        Command::Scaffold(args) => scaffold::run(args),
        Command::Run(args) => run::run(args),
        Command::Verify(args) => verify::run(args),
        Command::Plan(args) => plan::run(args),
        Command::Jobs(args) => jobs::run(args),
        Command::Publish(args) => run::publish(args),
        Command::Releases(args) => releases::releases(args),
        Command::Rollback(args) => releases::rollback(args),
        Command::Tag(args) => releases::tag(args),
        Command::Gc(args) => releases::gc(args),
        Command::Check(args) => check::run(args),
        Command::Explain(args) => explain::explain(args),
        Command::Diff(args) => diff::run(args),
        Command::Open(args) => open::run(args),
        Command::Status(args) => status::run(args),
        Command::Summary(args) => summary::run(args),
        Command::Trace(args) => trace::run(args),
        Command::Show(args) => show::run(args),
        Command::Template(args) => template::run(args),
        Command::Headers(args) => headers::run(args),
        Command::Sql(args) => sql::run(args),
        #[cfg(feature = "sample")]
        Command::Sample(args) => sample::run(args),
        Command::Completions(args) => completions::run(args, command_line()),
        Command::Man(args) => man::run(args, command_line()),
    };
    exit.into()
}

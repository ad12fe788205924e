use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

/// How log lines look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum LogFormat {
    /// A line for a person.
    #[default]
    Text,
    /// A JSON object a line, for a collector.
    Json,
}

/// Sends log lines to standard error. `HUIZONG_LOG` overrides the level (`warn` unless JSON is asked for, then `info`).
pub fn set_up(format: LogFormat, quiet: bool) {
    let level = match (quiet, format) {
        (false, LogFormat::Json) => "info",
        _ => "warn",
    };
    let filter = EnvFilter::try_from_env("HUIZONG_LOG").unwrap_or_else(|_| EnvFilter::new(format!("huizong={level}")));
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    // A second set-up in one process keeps the first: commands are run in turn by tests.
    let _ = match format {
        LogFormat::Text => lines
            .with_ansi(std::io::stderr().is_terminal())
            .with_target(false)
            .try_init(),
        LogFormat::Json => lines.json().try_init(),
    };
}

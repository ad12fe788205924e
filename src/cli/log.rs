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

/// What the event at the end of a run is filed under: a collector gets it however quiet the run is.
pub const ENDING: &str = "huizong::ending";

/// Sends log lines to standard error. `HUIZONG_LOG` overrides the level: `warn`; with JSON `info`, and where it is to be quiet
/// `info` for the end of the run only. A person who wants quiet gets no more than warnings, and else reads the summary.
pub fn set_up(format: LogFormat, quiet: bool) {
    let levels = match (quiet, format) {
        (false, LogFormat::Json) => "huizong=info".to_owned(),
        (true, LogFormat::Json) => format!("huizong=warn,{ENDING}=info"),
        (true, LogFormat::Text) => "huizong=warn".to_owned(),
        // The summary says how it ended.
        (false, LogFormat::Text) => format!("huizong=warn,{ENDING}=error"),
    };
    let filter = EnvFilter::try_from_env("HUIZONG_LOG").unwrap_or_else(|_| EnvFilter::new(levels));
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

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

/// Format of log lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum LogFormat {
    /// Plain text.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

/// Target of the last event of a run, which `--quiet` does not silence.
pub const ENDING: &str = "huizong::ending";

/// Sends log lines to standard error. Levels: `warn` for text; `info` for JSON, or with `--quiet` `info` for the last event only.
/// `HUIZONG_LOG` overrides them.
pub fn set_up(format: LogFormat, quiet: bool) {
    let levels = match (quiet, format) {
        (false, LogFormat::Json) => "huizong=info".to_owned(),
        (true, LogFormat::Json) => format!("huizong=warn,{ENDING}=info"),
        (true, LogFormat::Text) => "huizong=warn".to_owned(),
        // The summary reports the outcome already.
        (false, LogFormat::Text) => format!("huizong=warn,{ENDING}=error"),
    };
    let filter = EnvFilter::try_from_env("HUIZONG_LOG").unwrap_or_else(|_| EnvFilter::new(levels));
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    // Fails if a logger is set up already, as in tests that run several commands in one process.
    let _ = match format {
        LogFormat::Text => lines
            .with_ansi(std::io::stderr().is_terminal())
            .with_target(false)
            .try_init(),
        LogFormat::Json => lines.json().try_init(),
    };
}

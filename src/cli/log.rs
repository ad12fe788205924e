use std::fmt;
use std::path::PathBuf;
use std::time::Instant;

use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::{JsonFields, Writer};
use tracing_subscriber::fmt::time::{FormatTime, SystemTime};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields, FormattedFields};
use tracing_subscriber::registry::LookupSpan;

use super::chinese;
use super::locale::default_lang;
use crate::domain::{Diagnostic, Lang, visible_lines};
use crate::report::RunRecord;

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
/// `HUIZONG_LOG` overrides them. JSON is for programs and always English; text is in the language of the command line.
pub fn set_up(format: LogFormat, quiet: bool) {
    let levels = match (quiet, format) {
        (false, LogFormat::Json) => "huizong=info".to_owned(),
        (true, LogFormat::Json) => format!("huizong=warn,{ENDING}=info"),
        (true, LogFormat::Text) => "huizong=warn".to_owned(),
        // The summary reports the outcome already.
        (false, LogFormat::Text) => format!("huizong=warn,{ENDING}=error"),
    };
    send(format, levels);
}

/// The same of a command that has no log: what is to be told of a store it must wait for.
pub fn set_up_for_stores() {
    send(LogFormat::Text, "huizong::remote=warn".to_owned());
}

fn send(format: LogFormat, levels: String) {
    let filter = EnvFilter::try_from_env("HUIZONG_LOG").unwrap_or_else(|_| EnvFilter::new(levels));
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        // It would tell on standard error, and panic, when standard error cannot be written.
        .log_internal_errors(false)
        .with_writer(std::io::stderr);
    // Fails if a logger is set up already, as by the command itself, or in tests that run several commands in one process.
    let _ = match format {
        LogFormat::Text => lines.event_format(Lines(default_lang())).try_init(),
        LogFormat::Json => lines.fmt_fields(JsonFields::new()).event_format(JsonLines).try_init(),
    };
}

/// Name of a field that holds members of a JSON object, which stand as fields of the event.
const MEMBERS: &str = "members";

/// The last event of a run that has begun: its fields are those of `run.json`. `warn` where nothing is published that was to be.
pub fn ended(record: &RunRecord) {
    let members = record.members();
    macro_rules! event {
        ($level:ident) => {
            tracing::$level!(target: ENDING, members, "ended")
        };
    }
    match record.outcome() {
        "published" | "unchanged" => event!(info),
        "dry_run" if record.row_exit() == Some(0) => event!(info),
        "failed" => event!(error),
        _ => event!(warn),
    }
}

/// Whether the arguments ask for log lines in JSON, before they are parsed: their own errors are told so, too.
pub fn asks_for_json(arguments: impl Iterator<Item = String>) -> bool {
    let all: Vec<String> = arguments.collect();
    let mut given = all.iter().enumerate().filter_map(|(at, word)| {
        let value = word.strip_prefix("--log-format")?;
        if value.is_empty() {
            all.get(at + 1).map(String::as_str)
        } else {
            value.strip_prefix('=')
        }
    });
    given.next_back() == Some("json")
}

/// The last event of a command line that could not be parsed.
pub fn refused(error: &clap::Error) {
    set_up(LogFormat::Json, true);
    let said = error.to_string();
    let mut parts = said.trim().split("\n\n");
    let first = parts.next().unwrap_or_default().trim_start_matches("error: ");
    let hint = parts.find_map(|part| part.trim().strip_prefix("tip: "));
    let exit = error.exit_code();
    tracing::error!(target: ENDING, outcome = "failed", exit, error = first, hint, "ended");
}

/// Lines for programs: one JSON object each, with the stage of the run as `span`.
struct JsonLines;

impl<S, N> FormatEvent<S, N> for JsonLines
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'w> FormatFields<'w> + 'static,
{
    fn format_event(&self, context: &FmtContext<'_, S, N>, mut writer: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        let mut fields = Members::default();
        event.record(&mut fields);
        let about = event.metadata();
        writer.write_str("{\"timestamp\":\"")?;
        SystemTime.format_time(&mut writer)?;
        let (level, target) = (about.level().as_str(), about.target());
        let fields = fields.0.join(",");
        write!(
            writer,
            "\",\"level\":\"{level}\",\"fields\":{{{fields}}},\"target\":\"{target}\""
        )?;
        if let Some(span) = context.lookup_current() {
            let name = span.name();
            let extensions = span.extensions();
            // The fields of a span are kept as a JSON object.
            let of_span = extensions
                .get::<FormattedFields<N>>()
                .map_or("", |all| all.fields.as_str());
            let of_span = of_span.trim_start_matches('{').trim_end_matches('}');
            let comma = if of_span.is_empty() { "" } else { "," };
            write!(writer, ",\"span\":{{\"name\":\"{name}\"{comma}{of_span}}}")?;
        }
        writeln!(writer, "}}")
    }
}

/// The fields of an event as members of a JSON object.
#[derive(Default)]
struct Members(Vec<String>);

impl Members {
    fn note(&mut self, field: &Field, value: impl Into<serde_json::Value>) {
        let (name, value) = (serde_json::Value::from(field.name()), value.into());
        self.0.push(format!("{name}:{value}"));
    }
}

impl Visit for Members {
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            MEMBERS => self.0.push(value.to_owned()),
            _ => self.note(field, value),
        }
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.note(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.note(field, value);
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.note(field, value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.note(field, value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.note(field, format!("{value:?}"));
    }
}

/// Lines for a person: time, level, message, and the fields behind it.
struct Lines(Lang);

impl Lines {
    fn level(&self, level: Level) -> &'static str {
        match (self.0, level) {
            (Lang::Zh, Level::ERROR) => "错误",
            (Lang::Zh, Level::WARN) => "警告",
            (Lang::Zh, Level::INFO) => "信息",
            (Lang::Zh, Level::DEBUG) => "调试",
            (Lang::Zh, _) => "跟踪",
            (Lang::En, level) => level.as_str(),
        }
    }
}

impl<S, N> FormatEvent<S, N> for Lines
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'w> FormatFields<'w> + 'static,
{
    fn format_event(&self, _: &FmtContext<'_, S, N>, mut writer: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        let mut said = Said::default();
        event.record(&mut said);
        if self.0 == Lang::Zh {
            said.translate();
        }
        SystemTime.format_time(&mut writer)?;
        write!(writer, " {} ", self.level(*event.metadata().level()))?;
        writeln!(writer, "{}", visible_lines(&said.line(self.0)))
    }
}

/// What an event says.
#[derive(Default)]
struct Said {
    message: String,
    hint: Option<String>,
    /// `name=value`.
    others: Vec<String>,
}

impl Said {
    fn note(&mut self, name: &str, value: String) {
        match name {
            "message" => self.message = value,
            "hint" => self.hint = Some(value),
            MEMBERS => {
                let members: serde_json::Map<String, serde_json::Value> =
                    serde_json::from_str(&format!("{{{value}}}")).unwrap_or_default();
                self.others
                    .extend(members.iter().map(|(name, value)| format!("{name}={value}")));
            }
            _ => self.others.push(format!("{name}={value}")),
        }
    }

    /// Into Chinese, as far as the tables of texts know it.
    fn translate(&mut self) {
        if let Some(text) = chinese::logged(&self.message) {
            self.message = text.to_owned();
            return;
        }
        let told = Diagnostic {
            code: "",
            message: std::mem::take(&mut self.message),
            file: PathBuf::new(),
            span: 0..0,
            related: None,
            hint: self.hint.take(),
        };
        let told = told.in_chinese();
        (self.message, self.hint) = (told.message, told.hint);
    }

    fn line(&self, lang: Lang) -> String {
        let mut line = self.message.clone();
        if let Some(hint) = &self.hint {
            let separator = if lang == Lang::Zh { "；" } else { "; " };
            line = format!("{line}{separator}{hint}");
        }
        self.others.iter().fold(line, |line, other| format!("{line} {other}"))
    }
}

impl Visit for Said {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.note(field.name(), value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.note(field.name(), format!("{value:?}"));
    }
}

/// Seconds since the run began, to the millisecond.
pub(super) fn seconds(clock: Instant) -> f64 {
    (clock.elapsed().as_secs_f64() * 1e3).round() / 1e3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_asked_for_among_any_arguments() {
        for (line, asked) in [
            ("run p --log-format json", true),
            ("run p --log-format=json --quite", true),
            ("run --log-format text p --log-format json", true),
            ("run p --log-format", false),
            ("run p --log-format text", false),
            ("run p json", false),
        ] {
            assert_eq!(asks_for_json(line.split(' ').map(str::to_owned)), asked, "{line}");
        }
    }

    #[test]
    fn what_a_person_reads_is_in_one_language() {
        let damaged = "the current release is damaged: the file is gone or is not the one that was published; it is published anew";
        let said = || {
            let mut said = Said::default();
            said.note("message", damaged.to_owned());
            said.note("file", "manifest.json".to_owned());
            said
        };
        assert_eq!(said().line(Lang::En), format!("{damaged} file=manifest.json"));
        let mut chinese = said();
        chinese.translate();
        assert_eq!(
            chinese.line(Lang::Zh),
            "当前发布已损坏：文件缺失，或不是当时发布的文件；将重新发布 file=manifest.json"
        );
    }
}

//! `huizong diff [A] [B] [PIPELINE]`

use std::path::PathBuf;

use clap::Args;

use super::choice::{Choices, LANGS, choice};
use super::exit::say;
use super::locale::page;
use super::look::{fail_at, opened};
use super::named::PipelineArgs;
use super::stores::{self, Releases};
use super::{Exit, default_lang};
use crate::domain::Lang;
use crate::remote::Needed;
use crate::run::look::{self, DiffQuery};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Text,
    Json,
    Markdown,
}

const FORMATS: &Choices<Format> = &[
    ("text", "Plain text", Format::Text),
    ("json", "One JSON object with all details", Format::Json),
    ("markdown", "Markdown", Format::Markdown),
];

/// Arguments of `huizong diff`.
#[derive(Debug, Args)]
pub struct DiffArgs {
    /// The earlier release: id, number or tag, date, current, previous, withheld, partial, or a folder with the files of a
    /// release [default: previous]
    #[arg(value_name = "A")]
    from: Option<String>,
    /// The later one, likewise [default: current]
    #[arg(value_name = "B")]
    to: Option<String>,
    #[command(flatten)]
    pipeline: PipelineArgs,
    /// Only this table, such as indicators or facts/communities
    #[arg(long, value_name = "T")]
    table: Option<String>,
    /// Doubles that differ by no more count as the same
    #[arg(long, value_name = "X", default_value = "0", value_parser = not_negative)]
    tolerance: f64,
    /// Doubles that differ by no more than this share of the larger one count as the same
    #[arg(long, value_name = "X", default_value = "0", value_parser = not_negative)]
    relative_tolerance: f64,
    /// Number of changes to name of each table
    #[arg(long, value_name = "N", default_value_t = 10)]
    top: usize,
    /// Folder of the releases, or its address in an object store [default: `output` in pipeline.toml]
    #[arg(long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// Output format
    #[arg(long, default_value = "text", value_parser = choice(FORMATS))]
    format: Format,
    /// Language of the output [default: that of the locale]
    #[arg(long, value_parser = choice(LANGS))]
    lang: Option<Lang>,
}

/// Prints what differs between two releases: 0 where nothing does, 1 where something does.
pub fn run(mut args: DiffArgs) -> Exit {
    // `diff DIR`: the last word names the pipeline, as in the commands that take no release.
    let last = if args.to.is_some() {
        &mut args.to
    } else {
        &mut args.from
    };
    args.pipeline.or_folder(last);
    // Without a pipeline, an output folder that is named will do.
    let output = match (&args.output, args.pipeline.named()) {
        (Some(output), None) => match Releases::to_read(output.clone(), Needed::Data) {
            Ok(output) => output,
            Err(error) => return stores::fail(&error),
        },
        (_, named) => match opened(named, args.output.clone(), Needed::Data) {
            Ok((_, output)) => output,
            Err(exit) => return exit,
        },
    };
    let query = DiffQuery {
        from: args.from.unwrap_or_else(|| "previous".to_owned()),
        to: args.to.unwrap_or_else(|| "current".to_owned()),
        table: args.table,
        absolute_tolerance: args.tolerance,
        relative_tolerance: args.relative_tolerance,
        top: args.top,
    };
    let fetched = output.fetch(&query.from).and_then(|()| output.fetch(&query.to));
    if let Err(error) = fetched {
        return stores::fail(&error);
    }
    let report = match look::diff(&output.folder, &query) {
        Ok(report) => report,
        Err(error) => return fail_at(&output, error),
    };
    let lang = args.lang.unwrap_or_else(default_lang);
    let text = match args.format {
        Format::Text => report.text(page(lang)),
        Format::Json => report.json(),
        Format::Markdown => report.markdown(lang),
    };
    let exit = if report.is_same() {
        Exit::Success
    } else {
        Exit::Withheld
    };
    say(&text).map_or_else(|failed| failed, |()| exit)
}

fn not_negative(text: &str) -> Result<f64, String> {
    let number = text
        .parse()
        .ok()
        .filter(|number: &f64| *number >= 0.0 && number.is_finite());
    number.ok_or_else(|| "expected a number that is not negative, such as 0.01".to_owned())
}

//! `huizong summary [PIPELINE]`

use std::path::PathBuf;

use clap::Args;

use super::choice::{Choices, LANGS, choice};
use super::exit::say;
use super::gate::reason;
use super::locale::page;
use super::look::{fail_at, opened};
use super::named::PipelineArgs;
use super::stores;
use super::{Exit, default_lang};
use crate::domain::Lang;
use crate::remote::Needed;
use crate::run::look;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Text,
    Markdown,
    Html,
}

const FORMATS: &Choices<Format> = &[
    ("text", "Plain text", Format::Text),
    ("markdown", "Markdown", Format::Markdown),
    ("html", "A piece of HTML for a mail", Format::Html),
];

/// Arguments of `huizong summary`.
#[derive(Debug, Args)]
pub struct SummaryArgs {
    #[command(flatten)]
    pipeline: PipelineArgs,
    /// The release with which the current one is compared: id, number or tag, date, or previous
    #[arg(long, value_name = "RELEASE", default_value = "previous")]
    since: String,
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

/// Prints what is new since a release.
pub fn run(args: SummaryArgs) -> Exit {
    let (mut pipeline, output) = match opened(args.pipeline.named(), args.output, Needed::Data) {
        Ok(opened) => opened,
        Err(exit) => return exit,
    };
    if let Err(error) = output.fetch(&args.since) {
        return stores::fail(&error);
    }
    let report = match look::since(&mut pipeline, &output.folder, &args.since, reason) {
        Ok(report) => report,
        Err(error) => return fail_at(&output, error),
    };
    let lang = args.lang.unwrap_or_else(default_lang);
    let text = match args.format {
        Format::Text => report.text(page(lang)),
        Format::Markdown => report.markdown(lang),
        Format::Html => report.html(lang),
    };
    say(&text).map_or_else(|failed| failed, |()| Exit::Success)
}

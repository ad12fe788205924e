//! `huizong sample --output DIR [PIPELINE]`

use std::path::PathBuf;

use clap::Args;

use super::choice::{Choices, LANGS, choice};
use super::exit::{complain, say, told, usage};
use super::named::{PipelineArgs, loaded};
use super::{Exit, default_lang, diagnostics};
use crate::domain::{Lang, Period, plural};
use crate::pipeline::Pipeline;
use crate::registry::Registry;
use crate::sample::{Counties, Encoding, Format, Options, generate};

const FORMATS: &Choices<Format> = &[
    ("csv", "Comma-separated text", Format::Csv),
    ("tsv", "Tab-separated text", Format::Tsv),
    ("semicolon", "Semicolon-separated text", Format::Semicolon),
    ("xlsx", "Workbook", Format::Xlsx),
    ("json", "One JSON array of objects", Format::Json),
    ("jsonl", "A JSON object a line", Format::Jsonl),
    ("html", "Web page named .xls", Format::Html),
    ("xml2003", "SpreadsheetML 2003 named .xls", Format::Xml2003),
];
const ENCODINGS: &Choices<Encoding> = &[
    ("utf-8", "UTF-8 without a byte order mark", Encoding::Utf8),
    ("utf-8-bom", "UTF-8 with a byte order mark", Encoding::Utf8Bom),
    ("gbk", "GBK; GB18030 for text that GBK cannot represent", Encoding::Gbk),
    ("gb18030", "GB18030", Encoding::Gb18030),
    (
        "utf-16le",
        "UTF-16, little-endian, with a byte order mark",
        Encoding::Utf16Le,
    ),
];

/// Arguments of `huizong sample`.
#[derive(Debug, Args)]
pub struct SampleArgs {
    #[command(flatten)]
    pipeline: PipelineArgs,
    /// Folder to write submissions/ and truth/ to
    #[arg(long)]
    output: PathBuf,
    /// Reporters in each partition (province), in addition to those in sample.toml; or `all`
    #[arg(long, value_name = "N|all", default_value = "all", value_parser = counties)]
    counties: Counties,
    /// Periods, such as 2015,2020 [default: all periods of the pipeline]
    #[arg(long, value_delimiter = ',', value_parser = period)]
    periods: Vec<Period>,
    /// Formats to choose from [default: those in sample.toml, with its weights]
    #[arg(long, value_delimiter = ',', value_parser = choice(FORMATS))]
    formats: Vec<Format>,
    /// Encodings of text files to choose from [default: those in sample.toml, with its weights]
    #[arg(long, value_delimiter = ',', value_parser = choice(ENCODINGS))]
    encodings: Vec<Encoding>,
    /// Mean number of rows of a reporter [default: the value in sample.toml]
    #[arg(long, value_name = "AVG")]
    communities: Option<f64>,
    /// Share of rows with a planted fault, from 0 to 1
    #[arg(long, default_value_t = 0.01, value_parser = share)]
    fault_rate: f64,
    /// Factor for the share of unusual but valid layouts and cells; 0 gives plain tables
    #[arg(long, default_value_t = 1.0)]
    quirk_rate: f64,
    /// Random seed [default: the one in sample.toml]
    #[arg(long)]
    seed: Option<u64>,
    /// Language of the output [default: that of the locale]
    #[arg(long, value_parser = choice(LANGS))]
    lang: Option<Lang>,
}

/// Generates a sample.
pub fn run(args: SampleArgs) -> Exit {
    let pipeline = match loaded(args.pipeline.named()) {
        Ok(pipeline) => pipeline,
        Err(exit) => return exit,
    };
    let registry = match Registry::load(&pipeline) {
        Ok(registry) => registry,
        Err(faults) => return diagnostics::refuse(&faults),
    };
    if let Some(period) = args.periods.iter().find(|p| p.kind() != pipeline.period_kind) {
        return refuse(&pipeline, *period);
    }
    let lang = args.lang.unwrap_or_else(default_lang);
    let options = Options {
        output: args.output,
        counties: args.counties,
        periods: args.periods,
        formats: args.formats,
        encodings: args.encodings,
        communities: args.communities,
        fault_rate: args.fault_rate,
        quirk_rate: args.quirk_rate,
        seed: args.seed,
    };
    match generate(&pipeline, &registry, &options) {
        Ok(made) => {
            let megabytes = made.bytes as f64 / 1e6;
            let (rows, files, findings) = (made.rows, made.files, made.findings);
            let counts = match lang {
                Lang::Zh => format!("{files} 个文件共 {rows} 行，{megabytes:.1} MB；应查出问题 {findings} 处"),
                Lang::En => {
                    format!(
                        "Rows: {rows}, in {} of {megabytes:.1} MB; findings expected: {findings}",
                        plural(files, "file")
                    )
                }
            };
            let text = format!("{counts}\n{}\n", options.output.display());
            // The files exist, whether or not this can be written.
            let _ = say(&text);
            Exit::Success
        }
        Err(error) => {
            complain(&error, None);
            if error.is_usage() { Exit::Usage } else { Exit::Machine }
        }
    }
}

fn refuse(pipeline: &Pipeline, period: Period) -> Exit {
    let known: Vec<String> = pipeline.periods.iter().map(Period::to_string).collect();
    let (zh, en) = (
        format!("{period} 与流程的报告期不是一类（{}）", known.join("、")),
        format!(
            "{period} is not a period of the same kind as those of the pipeline ({})",
            known.join(", ")
        ),
    );
    usage(told(&zh, &en), None)
}

fn counties(text: &str) -> Result<Counties, String> {
    match text {
        "all" => Ok(Counties::All),
        _ => text
            .parse()
            .map(Counties::Some)
            .map_err(|_| "expected a number or `all`".to_owned()),
    }
}

fn period(text: &str) -> Result<Period, String> {
    Period::parse_any(text).ok_or_else(|| "expected a period such as 2020, 2020H1, 2020Q3 or 2020-07".to_owned())
}

fn share(text: &str) -> Result<f64, String> {
    text.parse()
        .ok()
        .filter(|share| (0.0..=1.0).contains(share))
        .ok_or_else(|| "expected a share from 0 to 1".to_owned())
}

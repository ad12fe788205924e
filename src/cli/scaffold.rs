//! `huizong scaffold FILE`

use std::path::{Path, PathBuf};

use clap::Args;

use super::choice::{LANGS, choice};
use super::exit::{complain, create_new, say, told, usage};
use super::{Exit, default_lang, diagnostics};
use crate::domain::Lang;
use crate::run::{ScaffoldError, ScaffoldQuery, scaffold};

/// Arguments of `huizong scaffold`.
#[derive(Debug, Args)]
pub struct ScaffoldArgs {
    /// A file as it was received, in any format that huizong reads
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Sheet of a workbook [default: the first one with a table]
    #[arg(long, value_name = "SHEET")]
    sheet: Option<String>,
    /// Pipeline that the form is for: its areas, periods and units are recognised
    #[arg(long, value_name = "PIPELINE")]
    pipeline: Option<PathBuf>,
    /// The file to write, such as forms/schools.toml [default: standard output]
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Language of the comments [default: that of the locale]
    #[arg(long, value_parser = choice(LANGS))]
    lang: Option<Lang>,
}

/// Proposes the form of a received sheet.
pub fn run(args: ScaffoldArgs) -> Exit {
    let stem = args
        .output
        .as_deref()
        .and_then(Path::file_stem)
        .and_then(|stem| stem.to_str());
    let made = scaffold(ScaffoldQuery {
        path: &args.file,
        sheet: args.sheet.as_deref(),
        id: stem.filter(|stem| is_id(stem)),
        pipeline: args.pipeline.as_deref(),
    });
    let draft = match made {
        Ok(draft) => draft,
        Err(error) => return fail(&error),
    };
    let text = draft.toml(args.lang.unwrap_or_else(default_lang));
    let Some(path) = args.output else {
        return say(&text).map_or_else(|failed| failed, |()| Exit::Success);
    };
    if let Err(exit) = create_new(&path, text.as_bytes()) {
        return exit;
    }
    let (shown, columns) = (path.display(), draft.columns.len());
    let (zh, en) = (
        format!("{shown}（{columns} 列）：请逐项核对，再用 huizong check 检查\n"),
        format!("{shown} ({columns} columns): check each line, then run huizong check\n"),
    );
    // The file exists, whether or not this can be written.
    let _ = say(told(&zh, &en));
    Exit::Success
}

/// Whether a form can be called so.
fn is_id(text: &str) -> bool {
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    text.starts_with(|c: char| c.is_ascii_lowercase()) && text.chars().all(fits)
}

/// Tells why there is no form.
fn fail(error: &ScaffoldError) -> Exit {
    let said = |zh: String, hint: Option<&str>| usage(told(&zh, &error.to_string()), hint);
    match error {
        ScaffoldError::NoFile { path } => said(format!("没有文件 {}", path.display()), None),
        ScaffoldError::Unreadable { path, finding } => {
            said(format!("{}：{}", path.display(), finding.message(Lang::Zh, None)), None)
        }
        ScaffoldError::NoSheet { path, given, known } => {
            let hint = match default_lang() {
                _ if known.is_empty() => told("该文件没有多张工作表", "the file is no workbook").to_owned(),
                Lang::Zh => format!("可用：{}", known.join("、")),
                Lang::En => format!("known: {}", known.join(", ")),
            };
            said(format!("{} 中没有工作表 {given}", path.display()), Some(&hint))
        }
        ScaffoldError::NoHeader { path } => said(format!("{} 中没有像表头的一行", path.display()), None),
        ScaffoldError::Definition(faults) => diagnostics::refuse(faults),
        ScaffoldError::Read(_) | ScaffoldError::Lake(_) => {
            complain(error, None);
            Exit::Machine
        }
    }
}

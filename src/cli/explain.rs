//! `huizong explain [CODE]`

use std::io::IsTerminal;
use std::path::PathBuf;

use clap::Args;

use super::choice::{LANGS, choice};
use super::locale::default_lang;
use super::{Exit, diagnostics};
use crate::domain::Lang;
use crate::pipeline::{self, Pipeline};
use crate::report;

/// Arguments of `huizong explain`.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// Code of a finding; without it, all codes are listed
    code: Option<String>,
    /// Folder of a pipeline whose own rules are explained too
    #[arg(long, value_name = "DIR")]
    pipeline: Option<PathBuf>,
    /// Language of what is printed; default: the locale's
    #[arg(long, value_parser = choice(LANGS))]
    lang: Option<Lang>,
}

/// Prints what a code means, or every code there is.
pub fn explain(args: ExplainArgs) -> Exit {
    let lang = args.lang.unwrap_or_else(default_lang);
    let pipeline = match args.pipeline.as_deref().map(pipeline::load).transpose() {
        Ok(pipeline) => pipeline,
        Err(faults) => {
            eprint!("{}", diagnostics::render(&faults, std::io::stderr().is_terminal()));
            return Exit::Usage;
        }
    };
    match args.code {
        None => print!("{}", report::list_codes(pipeline.as_ref(), lang)),
        Some(code) => match report::explain(&code, pipeline.as_ref(), lang) {
            Some(text) => print!("{text}"),
            None => return unknown(&code, pipeline.as_ref()),
        },
    }
    Exit::Success
}

fn unknown(code: &str, pipeline: Option<&Pipeline>) -> Exit {
    eprintln!("error: no finding has the code {code}");
    match (report::nearest_code(code, pipeline), pipeline) {
        (Some(near), _) => eprintln!("  hint: did you mean {near}?"),
        (None, Some(_)) => eprintln!("  hint: without a code, all are listed"),
        (None, None) => eprintln!("  hint: without a code, all are listed; a pipeline's own rules need --pipeline DIR"),
    }
    Exit::Usage
}

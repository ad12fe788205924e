//! `huizong explain [CODE]`

use std::path::PathBuf;

use clap::Args;

use super::choice::{LANGS, choice};
use super::exit::{say, usage};
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
    /// Folder of a pipeline, to explain its own rules as well
    #[arg(long, value_name = "DIR")]
    pipeline: Option<PathBuf>,
    /// Language of the output [default: that of the locale]
    #[arg(long, value_parser = choice(LANGS))]
    lang: Option<Lang>,
}

/// Prints what a code means, or every code there is.
pub fn explain(args: ExplainArgs) -> Exit {
    let lang = args.lang.unwrap_or_else(default_lang);
    let pipeline = match args.pipeline.as_deref().map(pipeline::load).transpose() {
        Ok(pipeline) => pipeline,
        Err(faults) => {
            return diagnostics::refuse(&faults);
        }
    };
    let text = match args.code {
        None => report::list_codes(pipeline.as_ref(), lang),
        Some(code) => match report::explain(&code, pipeline.as_ref(), lang) {
            Some(text) => text,
            None => return unknown(&code, pipeline.as_ref(), lang),
        },
    };
    say(&text).map_or_else(|failed| failed, |()| Exit::Success)
}

fn unknown(code: &str, pipeline: Option<&Pipeline>, lang: Lang) -> Exit {
    let near = report::nearest_code(code, pipeline);
    let (message, hint) = match lang {
        Lang::Zh => (
            format!("没有代码为 {code} 的问题"),
            match (near, pipeline) {
                (Some(near), _) => format!("是否应为 {near}？"),
                (None, Some(_)) => "不给代码则列出全部".to_owned(),
                (None, None) => {
                    "流程自定的审核关系须用 --pipeline DIR 指明其定义所在的文件夹；不给代码则列出全部".to_owned()
                }
            },
        ),
        Lang::En => (
            format!("no finding has the code {code}"),
            match (near, pipeline) {
                (Some(near), _) => format!("did you mean {near}?"),
                (None, Some(_)) => "without a code, all are listed".to_owned(),
                (None, None) => "a rule of a pipeline is explained with --pipeline DIR, the folder of its definition; \
                                 without a code, all are listed"
                    .to_owned(),
            },
        ),
    };
    usage(&message, Some(&hint))
}

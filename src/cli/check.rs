//! `huizong check [PIPELINE]`

use clap::Args;

use super::choice::{LANGS, choice};
use super::exit::say;
use super::named::PipelineArgs;
use super::{Exit, default_lang, diagnostics};
use crate::domain::Lang;
use crate::pipeline::{self, Pipeline};
use crate::registry::Registry;

/// Arguments of `huizong check`.
#[derive(Debug, Args)]
pub struct CheckArgs {
    #[command(flatten)]
    pipeline: PipelineArgs,
    /// Language of the output [default: that of the locale]
    #[arg(long, value_parser = choice(LANGS))]
    lang: Option<Lang>,
}

/// Shows all errors in a definition and its registry at once; without errors, its warnings, its notes and a one-line summary.
pub fn run(args: CheckArgs) -> Exit {
    let dir = match args.pipeline.folder() {
        Ok(dir) => dir,
        Err(unnamed) => return unnamed.refuse(),
    };
    let loaded = pipeline::load_with_warnings(&dir).and_then(|(pipeline, mut warnings)| {
        let registry = Registry::load(&pipeline)?;
        warnings.extend(registry.warnings(&pipeline));
        let (doubts, notes) = registry.doubts(&pipeline);
        warnings.extend(doubts);
        Ok((warnings, notes, pipeline))
    });
    match loaded {
        Ok((warnings, notes, pipeline)) => {
            diagnostics::tell(&warnings, &notes);
            let text = summary(&pipeline, args.lang.unwrap_or_else(default_lang));
            say(&format!("{text}\n")).map_or_else(|failed| failed, |()| Exit::Success)
        }
        Err(faults) => diagnostics::refuse(&faults),
    }
}

fn summary(pipeline: &Pipeline, lang: Lang) -> String {
    let columns = pipeline.forms.iter().map(|f| f.columns.len()).sum();
    let counts = [
        (pipeline.forms.len(), "form", "张表式"),
        (columns, "column", "列"),
        (pipeline.rules.len(), "rule", "条审核关系"),
        (pipeline.measures.len(), "measure", "个度量"),
        (pipeline.indicators.len(), "indicator", "个指标"),
        (pipeline.dimensions.len(), "dimension", "种分组"),
        (pipeline.periods.len(), "period", "个报告期"),
    ];
    let words: Vec<String> = counts
        .iter()
        .map(|(n, en, zh)| match lang {
            Lang::Zh => format!("{n} {zh}"),
            Lang::En => format!("{n} {en}{}", if *n == 1 { "" } else { "s" }),
        })
        .collect();
    match lang {
        Lang::Zh => format!("{} 的定义没有错误：{}", pipeline.name, words.join("、")),
        Lang::En => format!("{} has no errors: {}", pipeline.name, words.join(", ")),
    }
}

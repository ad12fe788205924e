//! `huizong check DIR`

use std::io::IsTerminal;
use std::path::PathBuf;

use clap::Args;

use super::{Exit, diagnostics};
use crate::pipeline::{self, Pipeline};
use crate::registry::Registry;

/// Arguments of `huizong check`.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// Folder of the pipeline's definition
    dir: PathBuf,
}

/// Shows every fault of a definition and its registry at once, or what is hardly meant in them and in one line what they hold.
pub fn run(args: CheckArgs) -> Exit {
    let loaded = pipeline::load(&args.dir)
        .and_then(|pipeline| Registry::load(&pipeline).map(|registry| (registry.warnings(&pipeline), pipeline)));
    match loaded {
        Ok((warnings, pipeline)) => {
            if !warnings.is_empty() {
                eprint!(
                    "{}",
                    diagnostics::render_warnings(&warnings, std::io::stderr().is_terminal())
                );
            }
            println!("{}", summary(&pipeline));
            Exit::Success
        }
        Err(faults) => {
            eprint!("{}", diagnostics::render(&faults, std::io::stderr().is_terminal()));
            Exit::Usage
        }
    }
}

fn summary(pipeline: &Pipeline) -> String {
    let columns = pipeline.forms.iter().map(|f| f.columns.len()).sum();
    let counts = [
        (pipeline.forms.len(), "form"),
        (columns, "column"),
        (pipeline.rules.len(), "rule"),
        (pipeline.measures.len(), "measure"),
        (pipeline.indicators.len(), "indicator"),
        (pipeline.dimensions.len(), "dimension"),
        (pipeline.periods.len(), "period"),
    ];
    let words: Vec<String> = counts
        .iter()
        .map(|(n, what)| format!("{n} {what}{}", if *n == 1 { "" } else { "s" }))
        .collect();
    format!("{} is sound: {}", pipeline.name, words.join(", "))
}

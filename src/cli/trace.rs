//! `huizong trace INDICATOR --area CODE --period P [PIPELINE]`

use clap::Args;

use super::Exit;
use super::look::LookArgs;
use crate::run::look::{self, TraceQuery};

/// Arguments of `huizong trace`.
#[derive(Debug, Args)]
pub struct TraceArgs {
    /// The indicator, as in the table `indicators`
    indicator: String,
    /// The area, by code or name
    #[arg(long, value_name = "CODE")]
    area: String,
    /// The period
    #[arg(long, value_name = "P")]
    period: String,
    /// Areas of each level, and rows, that are listed, by what they add to the numerator; the rest stands in one line
    #[arg(long, value_name = "N|all", default_value = "10", value_parser = top)]
    top: Top,
    #[command(flatten)]
    look: LookArgs,
}

/// How many are listed; None: all.
#[derive(Clone, Copy, Debug)]
struct Top(Option<usize>);

fn top(text: &str) -> Result<Top, String> {
    match text {
        "all" => Ok(Top(None)),
        _ => text
            .parse()
            .map(|n| Top(Some(n)))
            .map_err(|_| "expected a number or `all`".to_owned()),
    }
}

/// Follows a figure down to the cells it is summed from.
pub fn run(args: TraceArgs) -> Exit {
    let query = TraceQuery {
        indicator: args.indicator,
        area: args.area,
        period: args.period,
        top: args.top.0,
    };
    args.look
        .answer(|pipeline, release| look::trace(pipeline, release, &query))
}

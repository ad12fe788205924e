//! `huizong trace INDICATOR --area CODE --period P [PIPELINE]`

use clap::Args;

use super::Exit;
use super::look::LookArgs;
use crate::run::look::{self, TraceQuery};

/// Arguments of `huizong trace`.
#[derive(Debug, Args)]
pub struct TraceArgs {
    /// Id of the indicator, as in the table `indicators`
    indicator: String,
    /// Area, by code or name
    #[arg(long, value_name = "CODE")]
    area: String,
    /// Period
    #[arg(long, value_name = "P")]
    period: String,
    /// Number of areas of each level, and of rows, to list, the largest first; the others are summed up in one line
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

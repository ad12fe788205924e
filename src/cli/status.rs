//! `huizong status [PIPELINE]`

use clap::Args;

use super::Exit;
use super::look::LookArgs;
use crate::run::look::{self, StatusQuery};

/// Arguments of `huizong status`.
#[derive(Debug, Args)]
pub struct StatusArgs {
    /// Period [default: the latest one that was due on the date of the run]
    #[arg(long, value_name = "P")]
    period: Option<String>,
    /// Only this area and the areas within it, by code or name; lists its reporters
    #[arg(long, alias = "province", value_name = "CODE")]
    area: Option<String>,
    /// List every reporter that has to do something, with its findings and its return
    #[arg(long)]
    counties: bool,
    #[command(flatten)]
    look: LookArgs,
}

/// Prints who has not reported, who is late, and who has something to fix.
pub fn run(args: StatusArgs) -> Exit {
    let query = StatusQuery {
        period: args.period,
        area: args.area,
        reporters: args.counties,
    };
    args.look
        .answer(|pipeline, release| look::status(pipeline, release, &query))
}

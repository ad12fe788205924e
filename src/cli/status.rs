//! `huizong status [PIPELINE]`

use clap::Args;

use super::Exit;
use super::look::LookArgs;
use crate::run::look::{self, StatusQuery};

/// Arguments of `huizong status`.
#[derive(Debug, Args)]
pub struct StatusArgs {
    /// The period; default: the latest one in which anything was received
    #[arg(long, value_name = "P")]
    period: Option<String>,
    /// Only this area and what lies in it, by code or name; lists its reporters
    #[arg(long, alias = "province", value_name = "CODE")]
    area: Option<String>,
    /// List every reporter that has something to do: what is wrong, and the workbook that goes back
    #[arg(long)]
    counties: bool,
    #[command(flatten)]
    look: LookArgs,
}

/// Tells who has not reported, who is late, and who has something to mend.
pub fn run(args: StatusArgs) -> Exit {
    let query = StatusQuery {
        period: args.period,
        area: args.area,
        reporters: args.counties,
    };
    args.look
        .answer(|pipeline, release| look::status(pipeline, release, &query))
}

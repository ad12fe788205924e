//! `huizong trace INDICATOR --area CODE --period P [PIPELINE]`

use clap::Args;

use super::Exit;
use super::look::LookArgs;
use crate::run::look::{self, LookError, NotGiven, TraceQuery};

/// Arguments of `huizong trace`.
#[derive(Debug, Args)]
pub struct TraceArgs {
    /// Id of the indicator, as in the table `indicators`; without it, the indicators are listed
    indicator: Option<String>,
    /// Area, by code or name
    #[arg(long, value_name = "CODE")]
    area: Option<String>,
    /// Period; without it, the periods are listed
    #[arg(long, value_name = "P")]
    period: Option<String>,
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
pub fn run(mut args: TraceArgs) -> Exit {
    args.look.or_folder(&mut args.indicator);
    args.look.answer_with_note(|pipeline, release| {
        let (Some(indicator), Some(area), Some(period)) = (&args.indicator, &args.area, &args.period) else {
            let indicator = args.indicator.is_none().then(|| NotGiven::indicator(pipeline));
            let area = args.area.is_none().then(|| NotGiven::area(release.root_code()));
            let period = args.period.is_none().then(|| NotGiven::period(pipeline));
            let all = [indicator, area, period];
            return Err(LookError::NotGiven(all.into_iter().flatten().collect()));
        };
        let query = TraceQuery {
            indicator: indicator.clone(),
            area: area.clone(),
            period: period.clone(),
            top: args.top.0,
        };
        look::trace(pipeline, release, &query)
    })
}

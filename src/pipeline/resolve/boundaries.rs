//! `[boundaries]` of `pipeline.toml`: the day whose areas figures of all periods are also published for.

use jiff::civil::Date;

use super::plan::Plan;
use crate::domain::Period;
use crate::pipeline::definition::BoundariesDef;
use crate::pipeline::faults::{Faults, Source};

/// The last day of a period of the pipeline, or a day. Settled after periods and registry.
pub(super) fn resolve(written: &BoundariesDef, plan: &Plan, source: &Source, faults: &mut Faults) -> Option<Date> {
    let constant = &written.constant;
    if plan.registry.is_some() && plan.changes_path.is_none() {
        let message = "constant boundaries need `changes` in [registry]".to_owned();
        let hint = "the table says what became of each area: old_code, new_code, date, kind, share".to_owned();
        faults.add(source, "missing-key", constant.span(), message, hint);
        return None;
    }
    let period = plan.period_kind.and_then(|kind| Period::parse(constant, kind));
    let day = match period {
        Some(period) => plan.periods.contains(&period).then(|| period.end()),
        None => constant.parse().ok().filter(|_| constant.len() == "2020-12-31".len()),
    };
    if day.is_none() {
        let message = format!("`{constant}` is neither a period of the pipeline nor a day");
        let latest = plan.periods.last().map(ToString::to_string).unwrap_or_default();
        let hint = format!("such as \"{latest}\" or \"2020-12-31\"");
        faults.add(source, "bad-period", constant.span(), message, hint);
    }
    day
}

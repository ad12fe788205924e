//! `reference_date` of a form: the day of each period that its areas are judged on.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::plan::Plan;
use crate::domain::{Period, PeriodKind};
use crate::pipeline::definition::{Located, ReferenceDef};
use crate::pipeline::faults::{Faults, Source};
use crate::pipeline::model::ReferenceDate;

/// A year with no 29 February: a month and day that it has exist in every year.
const COMMON_YEAR: &str = "2019";

pub(super) fn resolve(
    written: &Located<ReferenceDef>,
    plan: &Plan,
    source: &Source,
    faults: &mut Faults,
) -> ReferenceDate {
    let found = match &**written {
        ReferenceDef::Yearly(text) => yearly(text, plan.period_kind),
        ReferenceDef::Each(days) => each(days, plan),
    };
    found.unwrap_or_else(|(message, hint)| {
        faults.add(source, "wrong-value", written.span(), message, hint);
        ReferenceDate::End
    })
}

type Fault = (String, String);

fn yearly(text: &str, kind: Option<PeriodKind>) -> Result<ReferenceDate, Fault> {
    let day = day(&format!("{COMMON_YEAR}-{text}")).ok_or_else(|| {
        let message = format!("`{text}` is no month and day that every year has");
        (message, "such as `11-01` for 1 November".to_owned())
    })?;
    match kind {
        // Which kind was meant is unknown; there is a fault on that already.
        None | Some(PeriodKind::Year) => Ok(ReferenceDate::Yearly {
            month: day.month(),
            day: day.day(),
        }),
        Some(_) => {
            let message = format!("`{text}` lies in one period of a year only, and the pipeline has several a year");
            let hint = "give the date of each period that has one: `reference_date = { 2020Q4 = \"2020-11-01\" }`";
            Err((message, hint.to_owned()))
        }
    }
}

fn each(days: &BTreeMap<String, String>, plan: &Plan) -> Result<ReferenceDate, Fault> {
    let mut all = BTreeMap::new();
    let Some(kind) = plan.period_kind else {
        return Ok(ReferenceDate::End);
    };
    for (period, text) in days {
        let of = Period::parse(period, kind).filter(|of| plan.open_ended || plan.periods.contains(of));
        let Some(of) = of else {
            let message = format!("`{period}` is not among the pipeline's periods");
            return Err((message, format!("periods: {}", Period::listed(&plan.periods))));
        };
        let within = day(text).filter(|day| Period::containing(*day, kind) == of);
        let Some(within) = within else {
            let message = format!("`{text}` is no date within {of}");
            return Err((message, format!("year, month and day, such as `{}`", of.end())));
        };
        all.insert(of, within);
    }
    Ok(ReferenceDate::Each(all))
}

/// A date in the form `2020-11-01`; its year lies in 1..=9999.
fn day(text: &str) -> Option<Date> {
    let is_written_out = text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    text.parse::<Date>()
        .ok()
        .filter(|day| is_written_out && day.year() >= 1)
}

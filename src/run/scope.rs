//! What a run covers: its date, its periods, and those that it leaves out.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::RunError;
use crate::domain::Period;
use crate::pipeline::{Form, FormIndex, Pipeline};
use crate::release::{Current, FormAccount};

/// What a run covers beside the periods that are left in its pipeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    /// The date of the run: what is due later is not judged by the gate.
    pub as_of: Date,
    /// Periods of the pipeline that the run leaves out, in order.
    pub left_out: Vec<Period>,
}

impl Scope {
    /// Takes the periods out of a pipeline that a run does not cover: all but those of `asked`, where it names any, and those
    /// of an open-ended pipeline that begin after the date of the run (`as_of`; None: today's).
    ///
    /// # Errors
    /// When `asked` names a period that the pipeline does not have, or no period of an open-ended pipeline has begun.
    pub fn of(pipeline: &mut Pipeline, asked: &[String], as_of: Option<Date>) -> Result<Scope, RunError> {
        let today = jiff::ZonedDateTime::now().date();
        let as_of = as_of.unwrap_or(today);
        pipeline.open_through(today.max(as_of));
        let known = std::mem::take(&mut pipeline.periods);
        let mut begun = known.clone();
        if pipeline.open_ended {
            let last = Period::containing(as_of, pipeline.period_kind);
            begun.retain(|period| *period <= last);
            if let (true, Some(&first)) = (begun.is_empty(), known.first()) {
                return Err(RunError::NotBegun { as_of, first });
            }
        }
        if let Some(stray) = asked.iter().find(|name| !begun.iter().any(|p| p.to_string() == **name)) {
            return Err(RunError::NoSuchPeriod {
                given: stray.clone(),
                known: Period::listed(&begun),
            });
        }
        let covers = |period: &Period| asked.is_empty() || asked.contains(&period.to_string());
        begun.retain(covers);
        pipeline.periods = begun;
        let left_out = known.into_iter().filter(|period| !pipeline.periods.contains(period));
        Ok(Scope {
            as_of,
            left_out: left_out.collect(),
        })
    }
}

/// Which forms and periods are due on a date, and which periods have begun: all that the date of a run decides.
pub fn due_on(pipeline: &Pipeline, as_of: Date) -> String {
    let running = Period::containing(as_of, pipeline.period_kind);
    let of_period = |&period: &Period| {
        let forms = pipeline.forms.iter();
        let due = forms.map(move |form| form.is_due(period, as_of));
        due.chain([period <= running])
    };
    let all = pipeline.periods.iter().flat_map(of_period);
    all.map(|is| if is { '1' } else { '0' }).collect()
}

/// A form that is not due yet for a period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotDue {
    /// The period.
    pub period: Period,
    /// The form.
    pub form: FormIndex,
    /// The last day on which it may be sent.
    pub due: Date,
    /// The gate judges what was sent of it, and not what is lacking; false: it judges nothing of it.
    pub judged_as_sent: bool,
}

/// The forms and periods of a run that are not due before its date, and how the gate treats them. A form without `due` is due when
/// its period ends.
///
/// What the gate of the current release judged as due stays due: an earlier date of the run takes no judgement away. What was sent is
/// judged where the period has not begun on the date of the run, and where nothing that was sent is due: otherwise a release could
/// come out of which nothing was judged.
pub fn not_due(pipeline: &Pipeline, as_of: Date, before: Option<&Current>, accounts: &[FormAccount]) -> Vec<NotDue> {
    let was_due = |period: Period, due: Date| {
        before.is_some_and(|current| {
            let has = current
                .periods
                .as_ref()
                .is_some_and(|all| all.contains(&period.to_string()));
            has && current.as_of.is_some_and(|as_of| due < as_of)
        })
    };
    let all = pipeline.periods.iter().flat_map(|&period| {
        let of_form = move |(form, spec): (FormIndex, &Form)| NotDue {
            period,
            form,
            due: spec.last_day(period),
            judged_as_sent: false,
        };
        pipeline.forms.iter().enumerate().map(of_form)
    });
    let mut waiting: Vec<NotDue> = all
        .filter(|one| as_of <= one.due && !was_due(one.period, one.due))
        .collect();
    let is_due = |account: &FormAccount| {
        let mut all = waiting.iter();
        !all.any(|one| (one.period, one.form) == (account.period, account.form))
    };
    let nothing_due = !accounts.iter().any(|account| account.is_sent() && is_due(account));
    let running = Period::containing(as_of, pipeline.period_kind);
    for one in &mut waiting {
        one.judged_as_sent = nothing_due || one.period > running;
    }
    waiting
}

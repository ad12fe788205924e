use std::collections::BTreeMap;

use serde::Serialize;

use crate::domain::Period;
use crate::pipeline::{FormIndex, Pipeline};
use crate::tables::{ReportingRow, Table};

/// One question the gate asked, and the answer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GateCheck {
    /// `min_reporting_share`, `usable_reporters`, `min_usable_share_of_received`, `max_quarantined_row_share`, `max_open_influence`, `accepted_rows`, `figures`, `identity`, or `hold`.
    pub check: &'static str,
    /// The period, where it is about one.
    pub period: Option<String>,
    /// The form, where it is about one; else what the identity or the finding is about, or the release that was withdrawn.
    pub about: Option<String>,
    /// What was measured; None: there is nothing to measure, or it is infinite.
    pub value: Option<f64>,
    /// What was asked for.
    pub threshold: f64,
    /// Whether it passed.
    pub passed: bool,
}

impl GateCheck {
    /// The check that a manifest names.
    pub fn named(name: &str) -> &'static str {
        const NAMES: [&str; 7] = [
            "min_reporting_share",
            "usable_reporters",
            "min_usable_share_of_received",
            "max_quarantined_row_share",
            "max_open_influence",
            "accepted_rows",
            "figures",
        ];
        NAMES.into_iter().find(|own| *own == name).unwrap_or("identity")
    }
}

/// What was sent of a form for a period, and how much of it cannot count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormAccount {
    /// The period.
    pub period: Period,
    /// The form.
    pub form: FormIndex,
    /// Rows accepted.
    pub accepted: u64,
    /// Rows quarantined.
    pub quarantined: u64,
    /// Rows that the register expects of reporters of whose files no row can be read.
    pub unreadable_rows: u64,
    /// Such reporters of whom the register expects no number of rows.
    pub unreadable_reporters: u64,
    /// All expected reporters that sent something.
    pub reporters: u64,
}

impl FormAccount {
    /// Whether anybody has sent anything, readable or not.
    pub fn is_sent(&self) -> bool {
        self.reporters > 0 || self.held_share().is_some()
    }

    /// Share of what was sent that is held back, 0..1; None: nothing was sent. Rows of files that cannot be read count with the
    /// rows that the register expects; a reporter without such a figure counts as a whole, as one of all that sent something,
    /// and the rows of the others stand for the rest.
    pub fn held_share(&self) -> Option<f64> {
        let held = self.quarantined + self.unreadable_rows;
        let rows = self.accepted + held;
        if rows == 0 && self.unreadable_reporters == 0 {
            return None;
        }
        let of_rows = if rows == 0 { 0.0 } else { held as f64 / rows as f64 };
        let whole = self.unreadable_reporters as f64 / self.reporters.max(self.unreadable_reporters).max(1) as f64;
        Some(whole + (1.0 - whole) * of_rows)
    }
}

/// An open explain finding whose records count, and how far they move a figure of the root.
#[derive(Clone, Debug, PartialEq)]
pub struct OpenInfluence {
    /// The period of the submission.
    pub period: Period,
    /// Its form.
    pub form: FormIndex,
    /// Indicator, place, content, and the figure with and without it.
    pub about: String,
    /// The size of the change, as a share; infinite where the figure is 0 or undefined without the records.
    pub share: f64,
}

/// Findings named where many are too influential: each must be settled, one after the other.
const NAMED: usize = 5;

/// From this limit on every influence passes, an infinite one as well.
const NO_LIMIT: f64 = 1000.0;

/// What the gate judges.
#[derive(Clone, Copy, Debug)]
pub struct Evidence<'a> {
    /// Code of the root area.
    pub root: &'a str,
    /// The table `reporting`.
    pub reporting: &'a Table,
    /// Figures of indicators that have a value.
    pub values: u64,
    /// What was sent, by period and form.
    pub accounts: &'a [FormAccount],
    /// Open findings, the most influential first.
    pub open: &'a [OpenInfluence],
    /// Names of identities that do not hold.
    pub broken: &'a [String],
}

/// What the gate asks of a form for a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// It is due: who has reported, and what of it counts.
    Everything,
    /// It is not due: how much of what was sent counts.
    WhatWasSent,
    /// It is not due, and only identities and whether there is any row and any figure at all are asked.
    Nothing,
}

/// Asks everything the gate asks; `asked`: what of a form for a period.
pub fn judge(
    pipeline: &Pipeline,
    evidence: &Evidence<'_>,
    asked: impl Fn(Period, FormIndex) -> Asked,
) -> Vec<GateCheck> {
    let accepted: u64 = evidence.accounts.iter().map(|account| account.accepted).sum();
    let mut checks = vec![GateCheck {
        check: "accepted_rows",
        period: None,
        about: None,
        value: Some(accepted as f64),
        threshold: 1.0,
        passed: accepted > 0,
    }];
    checks.extend(any_figure(pipeline, evidence));
    let judged = evidence
        .accounts
        .iter()
        .map(|account| (account, asked(account.period, account.form)));
    let judged: Vec<(&FormAccount, Asked)> = judged.filter(|(_, asked)| *asked != Asked::Nothing).collect();
    let root_rows = root_rows(evidence);
    checks.extend(judged.iter().filter_map(|(account, asked)| {
        let row = expected_row(pipeline, &root_rows, account)?;
        reporting(pipeline, &row, account, *asked)
    }));
    checks.extend(judged.iter().filter_map(|(account, _)| quarantined(pipeline, account)));
    checks.extend(influence(pipeline, evidence.open, &asked));
    checks.extend(evidence.broken.iter().map(|identity| GateCheck {
        check: "identity",
        period: None,
        about: Some(identity.clone()),
        value: None,
        threshold: 0.0,
        passed: false,
    }));
    checks
}

/// Whether any indicator has a figure for any area; None where no row was accepted of a form that an indicator reads.
fn any_figure(pipeline: &Pipeline, evidence: &Evidence<'_>) -> Option<GateCheck> {
    let is_read = |form: FormIndex| {
        let mut read = pipeline.indicators.iter();
        read.any(|of| pipeline.forms_of(of).contains(&form))
    };
    let mut accounts = evidence.accounts.iter();
    let is_asked = accounts.any(|account| account.accepted > 0 && is_read(account.form));
    is_asked.then_some(GateCheck {
        check: "figures",
        period: None,
        about: None,
        value: Some(evidence.values as f64),
        threshold: 1.0,
        passed: evidence.values > 0,
    })
}

/// Rows of the table `reporting` about the root area, by period and form.
fn root_rows<'a>(evidence: &Evidence<'a>) -> BTreeMap<(&'a str, &'a str), ReportingRow<'a>> {
    let rows = evidence.reporting.rows::<ReportingRow>();
    rows.filter(|row| row.area_code == evidence.root)
        .map(|row| ((row.period, row.form), row))
        .collect()
}

/// The row of the table `reporting` about the root; None where nobody owes the form.
fn expected_row<'a>(
    pipeline: &Pipeline,
    root_rows: &BTreeMap<(&str, &str), ReportingRow<'a>>,
    account: &FormAccount,
) -> Option<ReportingRow<'a>> {
    let (period, form) = (account.period.to_string(), &pipeline.forms[account.form].id);
    let row = *root_rows.get(&(period.as_str(), form.as_str()))?;
    (row.expected > 0).then_some(row)
}

/// Who of the expected reporters sent something usable, or who of those that sent something where the form is not due; None where
/// it is not asked, or nothing was sent of what is not due. Without a share in the definition, one reporter of what is due must have
/// sent something usable: a form that fails as a whole is no small loss, whatever else was sent.
fn reporting(pipeline: &Pipeline, row: &ReportingRow, account: &FormAccount, asked: Asked) -> Option<GateCheck> {
    let Some(threshold) = pipeline.gate.of(account.form).min_reporting else {
        return (asked == Asked::Everything).then(|| GateCheck {
            check: "usable_reporters",
            period: Some(account.period.to_string()),
            about: Some(pipeline.forms[account.form].id.clone()),
            value: Some(row.usable as f64),
            threshold: 1.0,
            passed: row.usable > 0,
        });
    };
    // What was received and cannot be read is no report.
    let (check, value) = match asked {
        Asked::Everything => ("min_reporting_share", row.usable_share),
        Asked::WhatWasSent if row.received > 0 => {
            let share = row.usable as f64 / row.received as f64;
            ("min_usable_share_of_received", Some(share))
        }
        Asked::WhatWasSent => return None,
        Asked::Nothing => return None,
    };
    Some(GateCheck {
        check,
        period: Some(account.period.to_string()),
        about: Some(pipeline.forms[account.form].id.clone()),
        value,
        threshold,
        passed: value.is_some_and(|value| value >= threshold),
    })
}

/// How much of what was sent is held back; None where it is not asked. Where nothing was sent, the reporting share judges.
fn quarantined(pipeline: &Pipeline, account: &FormAccount) -> Option<GateCheck> {
    let threshold = pipeline.gate.of(account.form).max_quarantined_rows?;
    let value = account.held_share();
    Some(GateCheck {
        check: "max_quarantined_row_share",
        period: Some(account.period.to_string()),
        about: Some(pipeline.forms[account.form].id.clone()),
        value,
        threshold,
        passed: value.is_none_or(|value| value <= threshold),
    })
}

fn influence(
    pipeline: &Pipeline,
    open: &[OpenInfluence],
    asked: &impl Fn(Period, FormIndex) -> Asked,
) -> Vec<GateCheck> {
    let threshold = pipeline.gate.max_open_influence;
    let passes = |share: f64| share <= threshold || threshold >= NO_LIMIT;
    let is_judged = |one: &&OpenInfluence| asked(one.period, one.form) != Asked::Nothing;
    let judged: Vec<&OpenInfluence> = open.iter().filter(is_judged).collect();
    let beyond = judged.iter().filter(|finding| !passes(finding.share)).count();
    // The largest is told even where it passes.
    let told = judged.into_iter().take(beyond.clamp(1, NAMED));
    told.map(|finding| GateCheck {
        check: "max_open_influence",
        period: Some(finding.period.to_string()),
        about: Some(finding.about.clone()),
        value: Some(finding.share).filter(|share| share.is_finite()),
        threshold,
        passed: passes(finding.share),
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_read_is_held_back() {
        // accepted, quarantined, unreadable rows, unreadable reporters, reporters
        let cases: [([u64; 5], Option<f64>); 8] = [
            ([0, 0, 0, 0, 0], None),
            ([90, 10, 0, 0, 10], Some(0.1)),
            ([90, 0, 10, 0, 10], Some(0.1)),
            ([10, 0, 90, 0, 10], Some(0.9)),
            ([100, 0, 0, 9, 10], Some(0.9)),
            // Half of the reporters, and half of the rows of the others.
            ([50, 50, 0, 5, 10], Some(0.75)),
            ([0, 0, 0, 3, 3], Some(1.0)),
            ([0, 0, 5, 0, 1], Some(1.0)),
        ];
        for (figures, expected) in cases {
            let [accepted, quarantined, unreadable_rows, unreadable_reporters, reporters] = figures;
            let account = FormAccount {
                period: Period::parse_any("2020").unwrap(),
                form: 0,
                accepted,
                quarantined,
                unreadable_rows,
                unreadable_reporters,
                reporters,
            };
            assert_eq!(account.held_share(), expected, "{figures:?}");
        }
    }
}

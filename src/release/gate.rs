use serde::Serialize;

use crate::domain::{Period, Table};
use crate::pipeline::{Gate, Pipeline};

/// One question the gate asked, and the answer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GateCheck {
    /// `min_reporting_share`, `max_quarantined_row_share`, `max_open_influence`, `accepted_rows`, or `identity`.
    pub check: &'static str,
    /// The period, where it is about one.
    pub period: Option<String>,
    /// The form, where it is about one; else what the identity is about.
    pub about: Option<String>,
    /// What was measured; None: undefined, which does not pass.
    pub value: Option<f64>,
    /// What was asked for.
    pub threshold: f64,
    /// Whether it passed.
    pub passed: bool,
}

/// An open explain finding whose records count, and how far they move a figure of the root.
#[derive(Clone, Debug, PartialEq)]
pub struct OpenInfluence {
    /// The period of the submission.
    pub period: String,
    /// Indicator, place, content, and the figure with and without it.
    pub about: String,
    /// The size of the change, as a share.
    pub share: f64,
}

/// Findings named where many are too influential: each must be settled, one after the other.
const NAMED: usize = 5;

/// Asks everything the gate asks. `rows` has accepted and quarantined records by period; `open` the open findings, the most
/// influential first; `broken` names identities that do not hold.
pub fn judge(
    pipeline: &Pipeline,
    reporting: &Table,
    root: &str,
    rows: &[(Period, u64, u64)],
    open: &[OpenInfluence],
    broken: &[String],
) -> Vec<GateCheck> {
    let Gate {
        min_reporting_share,
        max_quarantined_row_share,
        max_open_influence,
    } = pipeline.gate;
    let mut checks = Vec::new();
    let accepted: u64 = rows.iter().map(|(_, accepted, _)| accepted).sum();
    checks.push(GateCheck {
        check: "accepted_rows",
        period: None,
        about: None,
        value: Some(accepted as f64),
        threshold: 1.0,
        passed: accepted > 0,
    });
    if let Some(threshold) = min_reporting_share {
        checks.extend(reporting_shares(reporting, root, threshold));
    }
    if let Some(threshold) = max_quarantined_row_share {
        for (period, accepted, quarantined) in rows {
            let all = accepted + quarantined;
            let value = (all > 0).then(|| *quarantined as f64 / all as f64);
            checks.push(GateCheck {
                check: "max_quarantined_row_share",
                period: Some(period.to_string()),
                about: None,
                value,
                threshold,
                // A period without a row is for the reporting share to judge.
                passed: value.is_none_or(|value| value <= threshold),
            });
        }
    }
    let beyond = open.iter().filter(|finding| finding.share > max_open_influence).count();
    // The largest is told even where it passes.
    for finding in open.iter().take(beyond.clamp(1, NAMED)) {
        checks.push(GateCheck {
            check: "max_open_influence",
            period: Some(finding.period.clone()),
            about: Some(finding.about.clone()),
            value: Some(finding.share),
            threshold: max_open_influence,
            passed: finding.share <= max_open_influence,
        });
    }
    for identity in broken {
        checks.push(GateCheck {
            check: "identity",
            period: None,
            about: Some(identity.clone()),
            value: None,
            threshold: 0.0,
            passed: false,
        });
    }
    checks
}

fn reporting_shares(reporting: &Table, root: &str, threshold: f64) -> Vec<GateCheck> {
    // A form that nobody owes for a period cannot be short of reporters.
    let at_root = (0..reporting.height())
        .filter(|row| reporting.text(*row, "area_code") == Some(root))
        .filter(|row| {
            reporting
                .number(*row, "expected")
                .is_some_and(|expected| expected > 0.0)
        });
    let check = |row: usize| {
        // What was received and cannot be read is no report.
        let value = reporting.number(row, "usable_share");
        GateCheck {
            check: "min_reporting_share",
            period: reporting.text(row, "period").map(str::to_string),
            about: reporting.text(row, "form").map(str::to_string),
            value,
            threshold,
            passed: value.is_some_and(|value| value >= threshold),
        }
    };
    at_root.map(check).collect()
}

//! What becomes of a pairing: its line of the ledger, and what the county is told.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::compare::compare;
use super::definition::definition;
use super::pairing::Pairing;
use crate::check::figures::{allowance, content};
use crate::check::held::joined;
use crate::check::hints::{RowName, hint, with_hint};
use crate::check::ledger::{Line, Reason, Status, Used, figure};
use crate::check::tally::Tally;
use crate::domain::{CellValue, Finding, Mend, Place, Text, Unknown, Unknowns};
use crate::pipeline::{Pipeline, ReconcileRule, Rule, Side};

/// What became of a pairing.
#[derive(Debug, Serialize, Deserialize)]
pub struct Settled {
    /// Its line of the ledger.
    pub line: Line,
    /// What the county is told, with the submission that is concerned.
    pub finding: Option<(u32, Finding)>,
    /// For the account of the rule.
    pub tally: Tally,
}

/// Settles a pairing. `refused`: a submission with the missing figure came, and was refused. None where the rule is none.
pub fn settle(pipeline: &Pipeline, pairing: &Pairing, rows: Vec<(i128, RowName)>, refused: bool) -> Option<Settled> {
    let (rule, reconcile) = definition(pipeline, pairing.rule)?;
    let column = &pipeline.forms[rule.form].columns[reconcile.right_column];
    let sum_scale = reconcile
        .left_column
        .map_or(0, |at| pipeline.forms[reconcile.left_form].columns[at].kind.decimals());
    let right = pairing.right.as_ref().and_then(|right| right.value);
    let compared = compare(pipeline, pairing);
    let left = pairing.left.as_ref().map(|left| match &compared {
        Some(compared) => figure(compared.sum, compared.scale),
        None => figure(left.sum, sum_scale),
    });
    let used = Used::from(reconcile.used);
    let (status, reason, used) = match (&compared, &pairing.left, &pairing.right) {
        (Some(compared), ..) => {
            // Of rows held back none counts yet.
            let is_used = compared.status != Status::Incomplete && !compared.reason.counts_held_rows();
            (
                compared.status,
                compared.reason,
                if is_used { used } else { Used::Neither },
            )
        }
        (None, _, Some(stated)) if stated.held.is_some() || !stated.counts => (
            Status::Incomplete,
            stated.held.unwrap_or(Reason::StatedRowHeldBack),
            Used::Neither,
        ),
        (None, _, _) if refused => (Status::Incomplete, Reason::SubmissionRefused, Used::Neither),
        (None, Some(left), _) if !left.held.is_empty() => (Status::RightMissing, Reason::RowsHeldBack, Used::Neither),
        (None, Some(left), _) if left.is_unread => (Status::RightMissing, Reason::CellsUnreadable, Used::Neither),
        (None, Some(_), _) => (Status::RightMissing, Reason::OnlyLeft, Used::Rows),
        (None, None, Some(stated)) if stated.value.is_some() => (Status::LeftMissing, Reason::OnlyRight, Used::Stated),
        (None, None, _) => (Status::LeftMissing, Reason::NoneStated, Used::Neither),
    };
    let line = Line {
        period: pairing.period,
        area: pairing.area.clone(),
        rule: rule.id.clone(),
        column: column.id.clone(),
        submission: pairing.right.as_ref().map(|right| right.submission),
        row: pairing.right.as_ref().and_then(|right| right.place.row).unwrap_or(0),
        left,
        right,
        difference: compared.as_ref().map(|of| figure(of.sum - of.stated, of.scale)),
        tolerance: right
            .filter(|_| compared.is_some())
            .map(|stated| reconcile.tolerance.allowed(stated)),
        used,
        status,
        reason,
    };
    let lacks = matches!(status, Status::LeftMissing | Status::RightMissing);
    let fired = status == Status::Differs || (lacks && !rule.missing_passes);
    let judged = fired || matches!(status, Status::Agrees | Status::WithinTolerance);
    let why = if lacks {
        Unknown::CounterpartMissing
    } else {
        Unknown::FiguresIncomplete
    };
    let tally = Tally {
        n_judged: u64::from(judged),
        n_fired: u64::from(fired),
        unknown: Unknowns::of(why, u64::from(!judged)),
    };
    let finding = fired.then(|| {
        let hint = compared.as_ref().and_then(|of| {
            let raise = 10_i128.pow(of.scale - sum_scale);
            let rows = rows.into_iter().map(|(figure, name)| (figure * raise, name));
            hint((of.sum, of.stated), of.allowed, rows)
        });
        let held = pairing
            .left
            .as_ref()
            .filter(|_| compared.is_some())
            .and_then(|left| left.held.hint(|more| figure(left.sum + more, sum_scale).to_string()));
        let hint = joined(hint, held);
        finding(pipeline, (rule, reconcile), pairing, &line, hint.as_ref())
    });
    Some(Settled { line, finding, tally })
}

fn finding(
    pipeline: &Pipeline,
    (rule, reconcile): (&Rule, &ReconcileRule),
    pairing: &Pairing,
    line: &Line,
    hint: Option<&Text>,
) -> (u32, Finding) {
    let right = pairing.right.as_ref();
    let left = pairing.left.as_ref();
    let submission = right.map(|right| right.submission).or(left.map(|left| left.submission));
    let shown = |figure: Option<f64>| figure.map(|figure| figure.to_string());
    let stated = right.map(|right| CellValue {
        place: right.place.clone(),
        path: None,
        value: shown(line.right).unwrap_or_default(),
    });
    let left_form = &pipeline.forms[reconcile.left_form];
    let sum = left.map(|left| CellValue {
        place: Place {
            sheet: left.sheet.clone(),
            column: reconcile
                .left_column
                .map(|at| Arc::from(left_form.columns[at].id.as_str())),
            ..Place::default()
        },
        path: right.map(|_| Arc::clone(&left.path)),
        value: shown(line.left).unwrap_or_default(),
    });
    let column = &pipeline.forms[rule.form].columns[reconcile.right_column];
    // A sum that lacks rows is no figure to put there.
    let is_whole = left.is_some_and(|left| left.held.is_empty() && !left.is_unread);
    let mend = line
        .left
        .filter(|_| reconcile.used == Side::Left && right.is_some() && is_whole);
    let finding = Finding::of_rule(&rule.id, rule.severity, with_hint(&rule.message, hint));
    let finding = Finding {
        place: right.map(|right| right.place.clone()).unwrap_or_default(),
        raw: shown(line.right),
        expected: shown(line.left),
        threshold: line.tolerance.map(allowance),
        mend: mend
            .and_then(|sum| content(column, sum))
            .map(|sum| Mend::figure(sum.to_string(), sum)),
        cells: stated.into_iter().chain(sum).collect(),
        ..finding
    };
    (submission.unwrap_or_default(), finding)
}

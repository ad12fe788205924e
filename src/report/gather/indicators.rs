//! What each indicator has reached at the root.

use std::collections::BTreeSet;

use crate::domain::Period;
use crate::pipeline::{Indicator, Pipeline};
use crate::report::summary::{IndicatorLine, NotDue, Start};
use crate::report::titles::{Reasons, reason_title, unit_word};
use crate::tables::{IndicatorRow, Table};

/// The last period of the pipeline of which a form is due, with figures or without; where none is, the last one for which the root
/// area has any value.
pub(super) fn latest_period(pipeline: &Pipeline, indicators: &Table, root: &str, not_due: &[NotDue]) -> Option<Period> {
    let is_due = |period: &Period| {
        let waiting = not_due.iter().filter(|one| one.period == *period);
        waiting.count() < pipeline.forms.len()
    };
    let with_values = || -> BTreeSet<&str> {
        let of_root = indicators.rows::<IndicatorRow>().filter(|row| row.area_code == root);
        of_root
            .filter(|row| row.value.is_some())
            .map(|row| row.period)
            .collect()
    };
    let periods = pipeline.periods.iter().copied();
    let due = periods.clone().filter(is_due).max();
    due.or_else(|| {
        let known = with_values();
        periods.filter(|p| known.contains(p.to_string().as_str())).max()
    })
}

pub(in crate::report) fn indicator_lines(
    pipeline: &Pipeline,
    indicators: &Table,
    reasons: &Reasons,
    root: &str,
    period: Option<Period>,
) -> Vec<IndicatorLine> {
    let Some(period) = period else { return Vec::new() };
    let now = period.to_string();
    let partition_level = pipeline.registry.levels[pipeline.registry.partition].as_str();
    let all = indicators.rows::<IndicatorRow>();
    let at_root: Vec<IndicatorRow> = all.clone().filter(|row| row.area_code == root).collect();
    // Verdicts of the areas that are listed, by indicator.
    let judged: Vec<(&str, &str)> = all
        .filter(|row| row.period == now && pipeline.registry.partition > 0 && row.level == partition_level)
        .filter(|row| ["met", "not_met"].contains(&row.verdict))
        .map(|row| (row.indicator, row.verdict))
        .collect();
    let mut lines = Vec::new();
    for indicator in &pipeline.indicators {
        let rows = at_root.iter().filter(|row| row.indicator == indicator.id);
        let Some(row) = rows.clone().find(|row| row.period == now) else {
            continue;
        };
        let judged: Vec<&str> = judged
            .iter()
            .filter(|(of, _)| *of == indicator.id)
            .map(|(_, verdict)| *verdict)
            .collect();
        let met = judged.iter().filter(|verdict| **verdict == "met").count();
        let target = indicator
            .target
            .range(period..)
            .next()
            .or_else(|| indicator.target.last_key_value());
        lines.push(IndicatorLine {
            indicator: indicator.id.clone(),
            title: indicator.title.clone(),
            unit: unit_word(pipeline, &indicator.unit),
            start: start(indicator, rows, period),
            now: row.value,
            bounds: row.lower.zip(row.upper),
            target: target.map(|(period, value)| (period.to_string(), *value)),
            verdict: row.verdict.to_owned(),
            robust: row.verdict_robust,
            areas_met: (!judged.is_empty()).then_some((met, judged.len())),
            null_reason: row.null_reason.map(|token| reason_title(reasons, token)),
        });
    }
    lines
}

/// The published baseline; without one the run's own earliest value, if it is earlier than now.
fn start<'a>(indicator: &Indicator, rows: impl Iterator<Item = &'a IndicatorRow<'a>>, now: Period) -> Option<Start> {
    if let Some((period, value)) = indicator.baseline.first_key_value() {
        return Some(Start {
            period: period.to_string(),
            value: *value,
            published: true,
        });
    }
    rows.filter_map(|row| Some((Period::parse_any(row.period)?, row.value?)))
        .min_by_key(|(period, _)| *period)
        .filter(|(period, _)| *period < now)
        .map(|(period, value)| Start {
            period: period.to_string(),
            value,
            published: false,
        })
}

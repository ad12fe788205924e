//! What each indicator has reached at the root.

use std::collections::BTreeSet;

use super::{Reasons, flag, reason_title, unit_word};
use crate::domain::{Period, Table};
use crate::pipeline::{Indicator, Pipeline};
use crate::report::summary::{IndicatorLine, NotDue, Start};

/// The last period of the pipeline for which the root area has any value: one of which a form is due, else any.
pub(super) fn latest_period(pipeline: &Pipeline, indicators: &Table, root: &str, not_due: &[NotDue]) -> Option<Period> {
    let with_values: BTreeSet<&str> = (0..indicators.height())
        .filter(|&row| indicators.text(row, "area_code") == Some(root))
        .filter(|&row| indicators.number(row, "value").is_some())
        .filter_map(|row| indicators.text(row, "period"))
        .collect();
    let periods = pipeline.periods.iter().copied();
    let known = periods.filter(|p| with_values.contains(p.to_string().as_str()));
    let is_due = |period: &Period| {
        let waiting = not_due.iter().filter(|one| one.period == *period);
        waiting.count() < pipeline.forms.len()
    };
    known.clone().filter(is_due).max().or_else(|| known.max())
}

pub(super) fn indicator_lines(
    pipeline: &Pipeline,
    indicators: &Table,
    reasons: &Reasons,
    root: &str,
    period: Option<Period>,
) -> Vec<IndicatorLine> {
    let Some(period) = period else { return Vec::new() };
    let now = period.to_string();
    let partition_level = pipeline.registry.levels[pipeline.registry.partition].as_str();
    let mut lines = Vec::new();
    for indicator in &pipeline.indicators {
        let rows: Vec<usize> = (0..indicators.height())
            .filter(|&r| indicators.text(r, "indicator") == Some(&indicator.id))
            .collect();
        let at_root = |row: &&usize| indicators.text(**row, "area_code") == Some(root);
        let Some(&row) = rows
            .iter()
            .filter(at_root)
            .find(|&&r| indicators.text(r, "period") == Some(&now))
        else {
            continue;
        };
        let number = |column: &str| indicators.number(row, column);
        let judged: Vec<&str> = rows
            .iter()
            .filter(|&&r| indicators.text(r, "period") == Some(&now))
            .filter(|&&r| pipeline.registry.partition > 0 && indicators.text(r, "level") == Some(partition_level))
            .filter_map(|&r| indicators.text(r, "verdict"))
            .filter(|verdict| ["met", "not_met"].contains(verdict))
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
            start: start(
                indicator,
                indicators,
                rows.iter().copied().filter(|r| at_root(&r)),
                period,
            ),
            now: number("value"),
            bounds: number("lower").zip(number("upper")),
            target: target.map(|(period, value)| (period.to_string(), *value)),
            verdict: indicators.text(row, "verdict").unwrap_or("unknown").to_owned(),
            robust: flag(indicators, row, "verdict_robust"),
            areas_met: (!judged.is_empty()).then_some((met, judged.len())),
            null_reason: indicators
                .text(row, "null_reason")
                .map(|token| reason_title(reasons, token)),
        });
    }
    lines
}

/// The published baseline; without one the run's own earliest value, if it is earlier than now.
fn start(indicator: &Indicator, table: &Table, rows: impl Iterator<Item = usize>, now: Period) -> Option<Start> {
    if let Some((period, value)) = indicator.baseline.first_key_value() {
        return Some(Start {
            period: period.to_string(),
            value: *value,
            published: true,
        });
    }
    rows.filter_map(|row| {
        Some((
            Period::parse_any(table.text(row, "period")?)?,
            table.number(row, "value")?,
        ))
    })
    .min_by_key(|(period, _)| *period)
    .filter(|(period, _)| *period < now)
    .map(|(period, value)| Start {
        period: period.to_string(),
        value,
        published: false,
    })
}

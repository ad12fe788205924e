//! How far apart the groups of the root are.

use std::collections::BTreeMap;

use crate::domain::{Period, Text};
use crate::pipeline::{Better, Dimension, Indicator, Pipeline};
use crate::report::summary::{GapLine, GapSection};
use crate::report::titles::unit_word;
use crate::tables::{GapRow, Table};

pub(super) fn gap_sections(pipeline: &Pipeline, gaps: &Table, root: &str, period: Option<Period>) -> Vec<GapSection> {
    let Some(period) = period.map(|p| p.to_string()) else {
        return Vec::new();
    };
    let here: Vec<GapRow> = gaps
        .rows::<GapRow>()
        .filter(|row| row.scope_code == root && row.period == period)
        .collect();
    let mut sections = Vec::new();
    for dimension in &pipeline.dimensions {
        for (a, b) in &dimension.compare {
            let of_pair = |row: &&GapRow| row.dimension == dimension.id && row.a == a && row.b == b;
            let rows: BTreeMap<&str, &GapRow> = here.iter().filter(of_pair).map(|row| (row.indicator, row)).collect();
            if !rows.is_empty() {
                sections.push(gap_section(pipeline, dimension, (a, b), &rows));
            }
        }
    }
    sections
}

fn gap_section(
    pipeline: &Pipeline,
    dimension: &Dimension,
    (a, b): (&str, &str),
    rows: &BTreeMap<&str, &GapRow>,
) -> GapSection {
    let (title_a, title_b) = (member_title(dimension, a), member_title(dimension, b));
    let mut ordered: Vec<&Indicator> = pipeline.indicators.iter().collect();
    ordered.sort_by_key(|indicator| indicator.target.is_empty());
    let mut lines = Vec::new();
    for indicator in ordered {
        let Some(row) = rows.get(indicator.id.as_str()) else {
            continue;
        };
        let Some(gap) = row.gap else { continue };
        let ahead = if a_is_ahead(indicator.better, gap) {
            &title_a
        } else {
            &title_b
        };
        lines.push(GapLine {
            indicator: indicator.id.clone(),
            title: indicator.title.clone(),
            unit: unit_word(pipeline, &indicator.unit),
            value_a: row.value_a,
            value_b: row.value_b,
            gap,
            ratio: row.ratio,
            ahead: (gap != 0.0).then(|| ahead.clone()),
            certain: row.sign_identified,
        });
    }
    let unknown = rows.len() - lines.len();
    GapSection {
        dimension: dimension.title.clone(),
        a: title_a,
        b: title_b,
        lines,
        unknown,
    }
}

/// Whether the first of two members is better off; for an indicator without direction: is higher.
pub(in crate::report) fn a_is_ahead(better: Better, gap: f64) -> bool {
    if better == Better::Lower { gap < 0.0 } else { gap > 0.0 }
}

pub(in crate::report) fn member_title(dimension: &Dimension, id: &str) -> Text {
    let member = dimension.members.iter().find(|m| m.id == id);
    member
        .map(|m| m.title.clone())
        .filter(|title| !title.is_empty())
        .unwrap_or_else(|| Text::new(id, id))
}

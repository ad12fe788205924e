//! One indicator after the other.

use super::common::by;
use super::inequality::Inequality;
use super::lorenz::lorenz;
use super::neighbours::Neighbours;
use super::tiles::{Layout, tiles};
use super::trend::trend;
use crate::domain::Text;
use crate::pipeline::Indicator;
use crate::report::gather::{Gathering, goals_first, titled};
use crate::report::page::context::IndicatorView;
use crate::report::page::sentences;
use crate::tables::{Columns, IndicatorRow};

/// Areas of all indicators together for which the page has room.
const TILES: usize = 4000;

/// The indicators, and of how many of them the areas are shown where the page has no room for all.
pub(super) fn views(
    all: &Gathering<'_>,
    inequality: &Inequality<'_>,
    neighbours: &Neighbours<'_>,
) -> (Vec<IndicatorView>, Option<Text>) {
    let (root, level, now) = (all.root(), all.partition_level(), all.period_text());
    let has_parts = all.pipeline.registry.partition > 0;
    let rows = all.sources.table("indicators").rows::<IndicatorRow>();
    let of_root = by(rows.clone().filter(|row| row.area_code == root), |row| row.indicator);
    let of_parts = rows.filter(|row| has_parts && row.level == level && row.period == now);
    let of_parts = by(of_parts, |row| row.indicator);
    let layout = Layout::new(all);
    let mut room = TILES;
    let view = |(at, indicator): (usize, &Indicator)| {
        let id = indicator.id.as_str();
        let parts = of_parts.get(id).map_or(&[][..], Vec::as_slice);
        let parts = if parts.len() <= room { parts } else { &[] };
        room -= parts.len();
        IndicatorView {
            id: id.to_owned(),
            title: titled(all.pipeline, indicator),
            is_goal: !indicator.target.is_empty(),
            trend: of_root.get(id).and_then(|rows| trend(all, indicator, rows)),
            tiles: tiles((all, neighbours), &layout, indicator, parts),
            lorenz: lorenz((all, inequality), at),
        }
    };
    let views: Vec<IndicatorView> = goals_first(all.pipeline)
        .map(view)
        .filter(|view| view.trend.is_some() || view.tiles.is_some())
        .collect();
    let shown = views.iter().filter(|view| view.tiles.is_some()).count();
    let known = goals_first(all.pipeline).filter(|(_, indicator)| {
        let parts = of_parts.get(indicator.id.as_str());
        parts.is_some_and(|rows| rows.iter().any(|row| row.value.is_some()))
    });
    let known = known.count();
    let left_out = (shown < known).then(|| sentences::areas_of(shown, known, IndicatorRow::TABLE));
    (views, left_out)
}

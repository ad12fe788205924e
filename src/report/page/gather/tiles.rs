//! A figure by area of the partition level, as tiles.

use std::collections::BTreeMap;

use super::common::value_or_reason;
use super::neighbours::Neighbours;
use crate::domain::Text;
use crate::pipeline::{AreaSource, Dimension, DimensionLevel, Indicator};
use crate::report::gather::{Gathering, titled};
use crate::report::number::figure;
use crate::report::page::context::{Cell, Figure, Placed, Shade, Sheet, Tile, TileGroup, Tiles};
use crate::report::words;
use crate::tables::{AreaRow, IndicatorRow, Value};

/// Shades of tiles.
const SHADES: usize = 5;

/// Which areas lie together: those of one member of the first classification of their level that a table of the pipeline gives.
pub(super) struct Layout {
    groups: Vec<Option<Text>>,
    /// Place among the groups, by code; areas without a member lie in the last one.
    of_area: BTreeMap<String, usize>,
}

impl Layout {
    pub(super) fn new(all: &Gathering<'_>) -> Layout {
        let partition = all.pipeline.registry.partition;
        let groups_areas = |dimension: &&Dimension| match &dimension.level {
            DimensionLevel::Area { level, source } => *level == partition && matches!(source, AreaSource::Table(_)),
            DimensionLevel::Row { .. } | DimensionLevel::Pairs(_) => false,
        };
        let Some(dimension) = all.pipeline.dimensions.iter().find(groups_areas) else {
            return Layout {
                groups: vec![None],
                of_area: BTreeMap::new(),
            };
        };
        let areas = all.sources.table("areas");
        let mut of_area = BTreeMap::new();
        for (at, row) in areas.rows::<AreaRow>().enumerate() {
            let member = match areas.get(at, &dimension.id) {
                Value::Text(Some(member)) => dimension.members.iter().position(|own| own.id == member),
                _ => None,
            };
            of_area.extend(member.map(|member| (row.area_code.to_owned(), member)));
        }
        let mut groups: Vec<Option<Text>> = (dimension.members.iter())
            .map(|member| Some(words::named(&member.title, &member.id)))
            .collect();
        groups.push(Some(Text::new("其他", "Other")));
        Layout { groups, of_area }
    }

    fn of(&self, area: &str) -> usize {
        self.of_area.get(area).copied().unwrap_or(self.groups.len() - 1)
    }
}

/// None: no area has a figure.
pub(super) fn tiles(
    (all, neighbours): (&Gathering<'_>, &Neighbours<'_>),
    layout: &Layout,
    indicator: &Indicator,
    rows: &[IndicatorRow<'_>],
) -> Option<Tiles> {
    let mut values: Vec<f64> = rows.iter().filter_map(|row| row.value).collect();
    values.sort_by(f64::total_cmp);
    let shades = Shades::of(&values)?;
    let mut groups: Vec<TileGroup> = (layout.groups.iter())
        .map(|title| TileGroup {
            title: title.clone(),
            tiles: Vec::new(),
        })
        .collect();
    let mut map = Vec::new();
    let mut clusters = BTreeMap::new();
    for row in rows {
        let cluster = neighbours.cluster(&indicator.id, row.area_code);
        clusters.extend(cluster.iter().map(|own| (own.kind.clone(), own.words.clone())));
        let tile = Tile {
            name: all.areas.name(row.area_code),
            value: row.value.map(figure),
            shade: row.value.map_or(0, |value| shades.of_value(value)),
            verdict: Some(row.verdict.to_owned()).filter(|verdict| verdict == "met" || verdict == "not_met"),
            cluster,
        };
        match all.pipeline.report.tiles.get(row.area_code) {
            Some(place) => map.push(Placed {
                row: place.row,
                column: place.column,
                label: words::named(&place.label, row.area_code),
                tile,
            }),
            None => groups[layout.of(row.area_code)].tiles.push(tile),
        }
    }
    // As they are read: from the north to the south.
    map.sort_by_key(|placed| (placed.row, placed.column));
    groups.retain(|group| !group.tiles.is_empty());
    Some(Tiles {
        about: about((all, neighbours), indicator, rows),
        is_judged: (groups.iter().flat_map(|group| &group.tiles))
            .chain(map.iter().map(|placed| &placed.tile))
            .any(|tile| tile.verdict.is_some()),
        groups,
        map,
        key: shades.key(&values),
        has_none: values.len() < rows.len(),
        clusters: clusters.into_iter().collect(),
    })
}

/// Shades with about as many areas each.
pub(super) struct Shades {
    /// The highest value of each shade but the last, in ascending order, each once.
    ends: Vec<f64>,
}

impl Shades {
    /// Of values in ascending order; None: there is none.
    pub(super) fn of(values: &[f64]) -> Option<Shades> {
        let last = *values.last()?;
        let mut ends: Vec<f64> = (1..SHADES)
            .filter_map(|shade| (shade * values.len()).div_ceil(SHADES).checked_sub(1))
            .map(|at| values[at])
            .filter(|end| *end < last)
            .collect();
        ends.dedup();
        Some(Shades { ends })
    }

    /// From 1; the highest value always has the deepest shade.
    pub(super) fn of_value(&self, value: f64) -> usize {
        SHADES - self.ends.iter().filter(|end| value <= **end).count()
    }

    pub(super) fn key(&self, values: &[f64]) -> Vec<Shade> {
        let mut key: Vec<Shade> = Vec::new();
        for run in values.chunk_by(|a, b| self.of_value(*a) == self.of_value(*b)) {
            let (from, to) = (figure(run[0]), figure(run[run.len() - 1]));
            key.push(Shade {
                shade: self.of_value(run[0]),
                range: if from == to { from } else { words::range(&from, &to) },
            });
        }
        key
    }
}

fn about(
    (all, neighbours): (&Gathering<'_>, &Neighbours<'_>),
    indicator: &Indicator,
    rows: &[IndicatorRow<'_>],
) -> Figure {
    let known = rows.iter().filter_map(|row| Some((row.area_code, row.value?)));
    let named = |(code, value): (&str, f64)| (all.areas.name(code), value);
    // Of equal ones the first.
    let lowest = known.clone().reduce(|a, b| if b.1 < a.1 { b } else { a }).map(named);
    let highest = known.reduce(|a, b| if b.1 > a.1 { b } else { a }).map(named);
    let is_judged = rows.iter().any(|row| row.verdict == "met" || row.verdict == "not_met");
    let mut columns = vec![
        Text::new("地区", "Area"),
        Text::new("代码", "Code"),
        words::VALUE.text(),
        words::LOWER.text(),
        words::UPPER.text(),
        words::KNOWN.text(),
    ];
    if is_judged {
        columns.extend([words::VERDICT.text(), words::ROBUST.text()]);
    }
    let is_clustered = |row: &IndicatorRow<'_>| neighbours.cluster(&indicator.id, row.area_code).is_some();
    let has_clusters = rows.iter().any(is_clustered);
    if has_clusters {
        columns.push(Neighbours::cell_title());
    }
    let row = |row: &IndicatorRow<'_>| {
        let mut cells = vec![
            Cell::text(all.areas.name(row.area_code)),
            Cell::code(row.area_code),
            value_or_reason(all, row),
            Cell::figure(row.lower),
            Cell::figure(row.upper),
            Cell::share(row.reported_weight_share),
        ];
        if is_judged {
            let robust = row.verdict_robust.map(|robust| Cell::text(words::yes_no(robust)));
            cells.extend([Cell::text(words::verdict(row.verdict)), robust.unwrap_or_default()]);
        }
        if has_clusters {
            cells.push(neighbours.cell(&indicator.id, row.area_code));
        }
        cells
    };
    Figure {
        id: format!("areas-{}", indicator.id),
        headline: words::extremes(highest, lowest),
        subtitle: words::joined(&[
            titled(all.pipeline, indicator),
            words::by_area(&all.level_title(all.pipeline.registry.partition)),
            all.place_and_time(),
        ]),
        notes: neighbours.line(&indicator.id).into_iter().collect(),
        table: Sheet {
            columns,
            rows: rows.iter().map(row).collect(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shades_have_about_as_many_areas_each() {
        let values: Vec<f64> = (1..=10).map(f64::from).collect();
        let shades = Shades::of(&values).unwrap();
        let of: Vec<usize> = values.iter().map(|value| shades.of_value(*value)).collect();
        assert_eq!(of, [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]);
        let ranges: Vec<String> = shades.key(&values).into_iter().map(|shade| shade.range).collect();
        assert_eq!(ranges, ["1–2", "3–4", "5–6", "7–8", "9–10"]);
    }

    #[test]
    fn equal_values_share_a_shade_and_the_highest_has_the_deepest() {
        for (values, expected) in [
            (&[7.0][..], &[5][..]),
            (&[7.0, 7.0, 7.0], &[5, 5, 5]),
            (&[1.0, 7.0], &[4, 5]),
            (&[0.0, 0.0, 0.0, 0.0, 100.0], &[4, 4, 4, 4, 5]),
        ] {
            let shades = Shades::of(values).unwrap();
            let of: Vec<usize> = values.iter().map(|value| shades.of_value(*value)).collect();
            assert_eq!(of, expected, "{values:?}");
        }
        assert!(Shades::of(&[]).is_none());
    }
}

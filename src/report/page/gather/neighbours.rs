//! Whether areas are like their neighbours.

use std::collections::BTreeMap;

use super::described::Described;
use crate::domain::Text;
use crate::report::gather::{Gathering, goals_first, titled};
use crate::report::page::context::{Cell, Clustered, Figure, Sheet};
use crate::report::page::sentences;
use crate::report::words::{self, Words};
use crate::tables::{SpatialAutocorrelationRow, SpatialClusterRow};

/// The highest p-value of which the table `spatial_clusters` speaks of a cluster.
const SIGNIFICANT: f64 = 0.05;

/// How an area and its neighbours lie, in the table of areas.
const CLUSTER: Words = Words("集聚类型", "Cluster");

/// Columns of the table `spatial_autocorrelation`.
const HEADERS: [(Words, &str); 6] = [
    (Words("莫兰指数", "Moran’s I"), "morans_i"),
    (Words("期望值", "Expected"), "expected_i"),
    (Words("p 值", "p-value"), "p_value"),
    (Words("地区数", "Areas"), "n_units"),
    (Words("无值", "Without a value"), "n_without_value"),
    (Words("孤立", "Islands"), "n_islands"),
];

/// The areas of the partition level in the latest period, by indicator.
pub(super) struct Neighbours<'a> {
    all: &'a Gathering<'a>,
    described: Described<'a>,
    clusters: Described<'a>,
    rows: BTreeMap<&'a str, SpatialAutocorrelationRow<'a>>,
    /// By indicator and area.
    of_area: BTreeMap<(&'a str, &'a str), SpatialClusterRow<'a>>,
}

impl<'a> Neighbours<'a> {
    pub(super) fn new(all: &'a Gathering<'a>) -> Neighbours<'a> {
        let described = Described::of::<SpatialAutocorrelationRow<'a>>(all);
        let clusters = Described::of::<SpatialClusterRow<'a>>(all);
        let (level, now) = (all.partition_level(), all.period_text());
        let rows = described.rows::<SpatialAutocorrelationRow<'a>>();
        let rows = rows.filter(|row| row.level == level && row.period == now);
        let areas = clusters.rows::<SpatialClusterRow<'a>>();
        let areas = areas.filter(|row| row.level == level && row.period == now);
        Neighbours {
            all,
            rows: rows.map(|row| (row.indicator, row)).collect(),
            of_area: areas.map(|row| ((row.indicator, row.area_code), row)).collect(),
            described,
            clusters,
        }
    }

    /// How an area lies among its neighbours. None: as it may by chance, or it was not compared.
    pub(super) fn cluster(&self, indicator: &str, area: &str) -> Option<Clustered> {
        let row = self.of_area.get(&(indicator, area))?;
        // What is not significant has no quadrant in this column.
        (row.cluster == row.quadrant).then(|| Clustered {
            kind: row.cluster.to_owned(),
            words: self.clusters.meaning("cluster", row.cluster),
            is_certain: row.fdr_significant,
        })
    }

    /// The cell of an area in the table of areas.
    pub(super) fn cell(&self, indicator: &str, area: &str) -> Cell {
        match self.cluster(indicator, area) {
            Some(cluster) if cluster.is_certain => Cell::text(sentences::certain(&cluster.words)),
            Some(cluster) => Cell::text(cluster.words),
            None => Cell::default(),
        }
    }

    pub(super) fn cell_title() -> Text {
        CLUSTER.text()
    }

    /// Moran's I of an indicator, to be told with its areas.
    pub(super) fn line(&self, indicator: &str) -> Option<Text> {
        let row = self.rows.get(indicator)?;
        Some(sentences::moran(&HEADERS[0].0.text(), row.morans_i?, row.p_value?))
    }

    /// All indicators. None: no area has a neighbour.
    pub(super) fn table(&self) -> Option<Figure> {
        let rows: Vec<_> = goals_first(self.all.pipeline)
            .filter_map(|(_, indicator)| Some((indicator, *self.rows.get(indicator.id.as_str())?)))
            .collect();
        if rows.is_empty() {
            return None;
        }
        let significant = |above: bool| {
            let is_so = |row: &SpatialAutocorrelationRow<'_>| {
                let beside = row.morans_i.zip(row.expected_i);
                row.p_value.is_some_and(|p| p < SIGNIFICANT)
                    && beside.is_some_and(|(i, expected)| (i > expected) == above)
            };
            rows.iter().filter(|(_, row)| is_so(row)).count()
        };
        let known = rows.iter().filter(|(_, row)| row.morans_i.is_some()).count();
        let described = &self.described;
        let cells = rows.iter().map(|(indicator, row)| {
            vec![
                Cell::text(titled(self.all.pipeline, indicator)),
                described.or_reason(Cell::signed(row.morans_i), row.null_reason),
                Cell::signed(row.expected_i),
                Cell::figure(row.p_value),
                Cell::count(row.n_units),
                Cell::count(row.n_without_value),
                Cell::count(row.n_islands),
            ]
        });
        Some(Figure {
            id: "neighbours".to_owned(),
            headline: sentences::alike(significant(true), significant(false), known),
            subtitle: words::joined(&[
                HEADERS[0].0.text(),
                words::by_area(&self.all.level_title(self.all.pipeline.registry.partition)),
                self.all.place_and_time(),
            ]),
            notes: [Some(described.explained(&HEADERS)), described.caveat(HEADERS[0])]
                .into_iter()
                .flatten()
                .collect(),
            table: Sheet {
                columns: Described::columns(&HEADERS),
                rows: cells.collect(),
            },
        })
    }
}

//! Facts → cube → levels → `reporting` and `indicators`, on a country small enough to reckon by hand.

mod cube;
mod figures;
mod reporting;

use std::collections::BTreeMap;

use huizong::domain::{AreaCounts, Expected, FormCoverage, IndicatorCells, Period, PeriodKind};
use huizong::pipeline::Pipeline;
use huizong::registry::Registry;
use huizong::rollup::{Cube, levels, partition};
use huizong::statistics::{self, Coverage, Inputs, register_findings};
use huizong::tables::{Table, Value};
use polars::prelude::*;

use crate::support::{Cells, World, measures, plan};

/// East has two counties, west has two, and the middle, on neither side, one; the parent of a county is the letter it begins with.
const DIVISIONS: &str = "\
code,name,name_en,level,kind,parent_code,valid_from,valid_to,source
N,Nation,,nation,nation,,,,test
E,East,,province,province,N,,,test
W,West,,province,province,N,,,test
E1,East one,,county,county,E,,,test
E2,East two,,county,county,E,,,test
W1,West one,,county,county,W,,,test
W2,West two,,county,county,W,,,test
M,Middle,,province,province,N,,,test
M1,Middle one,,county,county,M,,,test
";

const ROSTER: &str = r#"
title = { zh = "花名册", en = "Roster" }
unit = "community"
key = ["code"]
files = ["{period}/{province}/{county}_roster*"]
missing = { "" = "missing" }
"#;

const INDICATORS: &str = r#"
[[indicator]]
id = "town_rooms"
title = { zh = "城镇", en = "Towns with a room" }
numerator = "rooms"
denominator = "communities"
where = { kind = "town" }
factor = 100
unit = "percent"
register = "towns"
bounded = true
better = "higher"
plausible = { min = 0.0, max = 100.0 }
target_level = "nation"
baseline = { "2015" = 10.0 }
target = { "2020" = 60.0 }
[[indicator]]
id = "area_per_household"
title = { zh = "面积", en = "Area" }
numerator = "area"
denominator = "households"
factor = 1
unit = "m2"
better = "higher"
plausible = { min = 0.0, max = 10.0 }
[[indicator]]
id = "east_rooms"
title = { zh = "东部", en = "Rooms in the east" }
numerator = "rooms"
denominator = "communities"
where = { side = "east" }
factor = 1
unit = "share"
better = "higher"
"#;

const DIMENSIONS: &str = r#"
[[dimension]]
id = "kind"
title = { zh = "类别", en = "Kind" }
level = "community"
column = "kind"
map = { town = ["town"], village = ["village"] }
[[dimension]]
id = "side"
title = { zh = "方位", en = "Side" }
level = "province"
source = "sides.csv"
"#;

/// The pipeline with its registry, and the form's coverage and records, which a test fills in.
struct Country {
    pipeline: Pipeline,
    registry: Registry,
    coverage: FormCoverage,
    rows: Vec<Row>,
}

/// One record: area, accepted, kind, room, households, area in hundredths.
type Row = (
    String,
    bool,
    Option<&'static str>,
    Option<bool>,
    Option<i64>,
    Option<i64>,
);

impl Country {
    fn new() -> Country {
        let roster = "
            code       | text     | code       | required = true
            kind       | category | kind       | values = { town = ['town'], village = ['village'] }
            room       | boolean  | room
            households | integer  | households
            area       | decimal  | area       | scale = 2
        ";
        let measures = measures(
            "communities | roster | 1
             rooms       | roster | room
             households  | roster | households
             area        | roster | area       | scale = 2",
        );
        let world = World::new(
            &plan("plain", &["nation", "province", "county"], &["2015", "2020"]),
            DIVISIONS,
        )
        .extended(
            "pipeline.toml",
            "[reporters]\nfile = 'reporters.csv'\nreceipts = 'receipts.csv'\n",
        )
        .form("roster", ROSTER, roster)
        .defined("measures.toml", measures)
        .defined("indicators.toml", INDICATORS)
        .defined("dimensions.toml", DIMENSIONS)
        .defined("sides.csv", "code,side\nE,east\nW,west\n");
        let pipeline = world.pipeline();
        let registry = Registry::load(&pipeline).unwrap();
        Country {
            pipeline,
            registry,
            coverage: FormCoverage::default(),
            rows: Vec::new(),
        }
    }

    /// A county that owes `rows` rows, `towns` of them towns.
    fn owes(mut self, code: &str, rows: Option<i64>, towns: Option<f64>) -> Country {
        let register = towns.map(|towns| ("towns".into(), towns)).into_iter().collect();
        std::sync::Arc::make_mut(&mut self.coverage.expected).insert(
            code.into(),
            Expected {
                rows,
                register,
                population: None,
            },
        );
        self
    }

    /// A record of a county.
    fn row(mut self, code: &str, accepted: bool, kind: Option<&'static str>, room: Option<bool>) -> Country {
        self.rows.push((code.into(), accepted, kind, room, Some(10), Some(250)));
        let got = self.coverage.received.entry(code.into()).or_default();
        got.submissions = 1;
        got.rows_accepted += i64::from(accepted);
        got.rows_quarantined += i64::from(!accepted);
        self
    }

    /// As many accepted towns, so many of them with a room.
    fn towns(mut self, code: &str, towns: usize, with_room: usize) -> Country {
        for at in 0..towns {
            self = self.row(code, true, Some("town"), Some(at < with_room));
        }
        self
    }

    fn got(mut self, code: &str, change: impl Fn(&mut AreaCounts)) -> Country {
        change(self.coverage.received.entry(code.into()).or_default());
        self
    }

    fn cells(&self) -> Vec<IndicatorCells> {
        let mut cube = Cube::new(&self.pipeline);
        cube.add(0, period(), &partition(&self.pipeline, 0, &frame(&self.rows)).unwrap());
        let areas = self.registry.at(period());
        let all = 0..self.pipeline.indicators.len();
        all.map(|indicator| cube.indicator(&self.pipeline, &areas, (period(), indicator), &|_, _| None))
            .collect()
    }

    fn coverage(&self) -> Coverage {
        BTreeMap::from([((period(), 0), self.coverage.clone())])
    }

    fn indicators(&self) -> Table {
        let areas = self.registry.at(period());
        let (cells, coverage) = (self.cells(), self.coverage());
        let sums: Vec<_> = cells.iter().map(|cells| levels(cells, &areas)).collect();
        let places = statistics::places(&self.pipeline, &self.registry, &cells, &coverage);
        let inputs = Inputs::new(&self.pipeline, &cells, &coverage, &places);
        statistics::indicators(&inputs, &self.registry, &sums).0
    }

    fn reporting(&self) -> Table {
        statistics::reporting(&self.pipeline, &self.registry, &self.coverage())
    }
}

fn period() -> Period {
    Period::parse("2020", PeriodKind::Year).unwrap()
}

fn frame(rows: &[Row]) -> DataFrame {
    let text = |get: &dyn Fn(&Row) -> Option<&str>| -> Vec<Option<String>> {
        rows.iter().map(|row| get(row).map(str::to_string)).collect()
    };
    let area: Vec<Option<f64>> = rows.iter().map(|row| row.5.map(|area| area as f64 / 100.0)).collect();
    let columns = vec![
        Column::new("area_code".into(), text(&|row| Some(&row.0))),
        Column::new("accepted".into(), rows.iter().map(|row| row.1).collect::<Vec<_>>()),
        Column::new("kind".into(), text(&|row| row.2)),
        Column::new("room".into(), rows.iter().map(|row| row.3).collect::<Vec<_>>()),
        Column::new("households".into(), rows.iter().map(|row| row.4).collect::<Vec<_>>()),
        Column::new("area".into(), area),
    ];
    DataFrame::new(rows.len(), columns).unwrap()
}

/// Chosen columns of the rows that `keep` wants, a line a row; `-` is null.
fn lines(table: &Table, columns: &[&str], keep: impl Fn(usize) -> bool) -> String {
    let show = |value: Value| match value {
        Value::Text(value) => value.map(str::to_owned),
        Value::Integer(value) => value.map(|n| n.to_string()),
        Value::Real(value) => value.map(|n| n.to_string()),
        Value::Boolean(value) => value.map(|b| b.to_string()),
        Value::Date(value) => value.map(|d| d.to_string()),
    };
    let line = |row| {
        let cells = columns
            .iter()
            .map(|column| show(table.get(row, column)).unwrap_or("-".into()));
        cells.collect::<Vec<_>>().join(" ")
    };
    (0..table.height())
        .filter(|&row| keep(row))
        .map(line)
        .collect::<Vec<_>>()
        .join("\n")
}

fn of_indicator(table: &Table, indicator: &str, columns: &[&str]) -> String {
    lines(table, columns, |row| table.text(row, "indicator") == Some(indicator))
}

/// The line of the east, the first one.
fn in_the_east(country: &Country, indicator: &str, columns: &[&str]) -> String {
    let lines = of_indicator(&country.indicators(), indicator, columns);
    lines.lines().next().unwrap().to_owned()
}

const VALUES: [&str; 9] = [
    "area_code",
    "numerator",
    "denominator",
    "value",
    "obs_status",
    "n_expected",
    "n_reported",
    "n_quarantined",
    "null_reason",
];
const BOUNDS: [&str; 5] = [
    "area_code",
    "reported_weight_share",
    "lower",
    "upper",
    "bounds_null_reason",
];

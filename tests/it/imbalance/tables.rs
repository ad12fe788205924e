//! The three tables on a nation of two provinces and five counties, with figures that can be checked by hand.

mod gaps;
mod groups;
mod inequality;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use huizong::domain::{AreaCounts, Cell, Expected, FormCoverage, IndicatorCells, Period, PeriodKind};
use huizong::pipeline::{FormIndex, Pipeline};
use huizong::statistics::{Comparisons, Inputs, Place, Places, Reason, Scope, compare};
use huizong::tables::{Table, Value};
use jiff::civil::Date;

use crate::support::{Cells, World, indicators, measures, plan};

const DIVISIONS: &str = "code,name,level,kind,parent_code,valid_from,valid_to\nN,N,nation,nation,,,\n\
                         E,E,province,province,N,,\nW,W,province,province,N,,\n\
                         E1,E1,county,county,E,,\nE2,E2,county,county,E,,\n\
                         W1,W1,county,county,W,,\nW2,W2,county,county,W,,\nW3,W3,county,county,W,,\n";

const TERRAIN: &str = "code,terrain\nE1,plain\nE2,mountain\nW1,plain\nW2,mountain\nW3,unknown\n";

const ROSTER: &str = r#"
unit = "place"
key = ["place"]
files = ["{period}/{county}*"]
"#;

const DIMENSIONS: &str = r#"
[[dimension]]
id = "region"
level = "province"
source = "regions.csv"
order = ["east", "west"]
compare = [["east", "west"]]
strata = ["kind"]
[[dimension]]
id = "terrain"
level = "county"
source = "terrain.csv"
order = ["plain", "mountain", "unknown"]
ordered = true
compare = [["plain", "mountain"]]
strata = ["kind"]
[[dimension]]
id = "kind"
level = "place"
column = "kind"
map = { town = ["t"], village = ["v"] }
order = ["town", "village"]
compare = [["town", "village"]]
strata = ["region"]
"#;

const TOWN: u16 = 0;
const VILLAGE: u16 = 1;

/// area, member of `kind`, numerator, denominator, rest. W2 has not reported; one village in two of E2 is unreadable.
const CELLS: [(&str, u16, i64, i64, i64); 8] = [
    ("E1", TOWN, 8, 10, 0),
    ("E1", VILLAGE, 5, 10, 0),
    ("E2", TOWN, 6, 10, 0),
    ("E2", VILLAGE, 2, 10, 10),
    ("W1", TOWN, 4, 10, 0),
    ("W1", VILLAGE, 2, 20, 0),
    ("W3", TOWN, 1, 5, 0),
    ("W3", VILLAGE, 0, 5, 0),
];

/// area, places and villages of the register.
const REGISTER: [(&str, f64, f64); 5] = [
    ("E1", 20.0, 10.0),
    ("E2", 30.0, 20.0),
    ("W1", 30.0, 20.0),
    ("W2", 20.0, 12.0),
    ("W3", 10.0, 5.0),
];

struct Nation {
    pipeline: Pipeline,
    cells: Vec<IndicatorCells>,
    coverage: BTreeMap<(Period, FormIndex), FormCoverage>,
    places: BTreeMap<Date, Places>,
}

impl Nation {
    fn new() -> Nation {
        let share = "factor = 100; unit = 'percent'; better = 'higher'";
        let bounded = "bounded = true; plausible = { min = 0.0, max = 100.0 }";
        let indicators = indicators(&format!(
            "coverage         | served | places | title = {{ en = 'Coverage' }}; {share}; {bounded}; register = 'places'
             village_coverage | served | places | title = {{ en = 'Coverage of villages' }}; {share}; {bounded}; \
                                                  where = {{ kind = 'village' }}; register = 'villages'
             unregistered     | served | places | title = {{ en = 'Coverage, without register' }}; {share}"
        ));
        let roster = "
            place  | text    | place | required = true
            kind   | text    | kind
            served | boolean | served
        ";
        let world = World::new(&plan("plain", &["nation", "province", "county"], &["2020"]), DIVISIONS)
            .extended("pipeline.toml", "[reporters]\nfile = 'reporters.csv'\n")
            .form("roster", ROSTER, roster)
            .defined(
                "measures.toml",
                measures("places | roster | 1\nserved | roster | served"),
            )
            .defined("indicators.toml", indicators)
            .defined("dimensions.toml", DIMENSIONS)
            .defined("regions.csv", "code,region\nE,east\nW,west\n")
            .defined("terrain.csv", TERRAIN);
        let pipeline = world.pipeline();
        let period = Period::parse("2020", PeriodKind::Year).unwrap();
        let cells = ["coverage", "village_coverage", "unregistered"].map(|id| indicator_cells(&pipeline, period, id));
        let places = BTreeMap::from([(period.end(), places(&pipeline))]);
        Nation {
            cells: cells.to_vec(),
            coverage: BTreeMap::from([((period, 0), form_coverage())]),
            pipeline,
            places,
        }
    }

    fn inputs(&self) -> Inputs<'_> {
        let Nation {
            pipeline,
            cells,
            coverage,
            places,
        } = self;
        Inputs::new(pipeline, cells, coverage, places)
    }

    #[track_caller]
    fn compared(&self) -> Comparisons {
        let compared = compare(&self.inputs());
        assert!(compared.broken.is_empty(), "{:?}", compared.broken);
        compared
    }

    fn groups(&self) -> Table {
        self.compared().groups
    }

    fn gaps(&self) -> Table {
        self.compared().gaps
    }

    fn inequality(&self) -> Table {
        self.compared().inequality
    }
}

fn member(pipeline: &Pipeline, dimension: usize, id: &str) -> u16 {
    pipeline.dimensions[dimension]
        .members
        .iter()
        .position(|m| m.id == id)
        .unwrap() as u16
}

fn indicator_cells(pipeline: &Pipeline, period: Period, id: &str) -> IndicatorCells {
    let cell = |&(area, kind, numerator, denominator, rest): &(&str, u16, i64, i64, i64)| {
        let cell = Cell {
            numerator: numerator.into(),
            denominator: denominator.into(),
            rest: rest.into(),
            rows: denominator,
            ..Cell::default()
        };
        (area.to_owned(), vec![Cell::NO_MEMBER, Cell::NO_MEMBER, kind], cell)
    };
    let mut all = IndicatorCells {
        period,
        indicator: pipeline.indicators.iter().position(|i| i.id == id).unwrap(),
        numerator_scale: 0,
        denominator_scale: 0,
        keys: Arc::default(),
        cells: Vec::new(),
        unknown: BTreeMap::new(),
        left_out: Vec::new(),
        unmatched: BTreeSet::new(),
    };
    let counted = CELLS.iter().filter(|c| id != "village_coverage" || c.1 == VILLAGE);
    all.fill(counted.map(cell).collect());
    all
}

/// Number of an area in the cells of an indicator.
fn number(cells: &IndicatorCells, code: &str) -> u32 {
    cells.keys.areas.iter().position(|area| area == code).unwrap() as u32
}

fn places(pipeline: &Pipeline) -> Places {
    let place = |area: &str, scope: usize, region: &str, terrain: Option<&str>| {
        let terrain = terrain.map(|id| member(pipeline, 1, id));
        (
            area.to_string(),
            Place {
                name: area.to_string(),
                scope: Some(scope),
                level: 2,
                members: vec![Some(member(pipeline, 0, region)), terrain, None],
                chain: Vec::new(),
                limits: BTreeMap::new(),
            },
        )
    };
    Places {
        scopes: [("N", "Nation"), ("E", "East"), ("W", "West")]
            .map(|(code, name)| Scope {
                code: code.into(),
                name: name.into(),
            })
            .to_vec(),
        areas: BTreeMap::from([
            place("E1", 1, "east", Some("plain")),
            place("E2", 1, "east", Some("mountain")),
            place("W1", 2, "west", Some("plain")),
            place("W2", 2, "west", Some("mountain")),
            place("W3", 2, "west", None),
        ]),
        told: Vec::new(),
    }
}

fn form_coverage() -> FormCoverage {
    let expected = |&(area, places, villages): &(&str, f64, f64)| {
        let register = BTreeMap::from([("places".into(), places), ("villages".into(), villages)]);
        (
            area.to_string(),
            Expected {
                rows: Some(places as i64),
                register,
                population: None,
            },
        )
    };
    let received = |(area, rows_accepted, rows_quarantined): (&str, i64, i64)| {
        let got = AreaCounts {
            submissions: 1,
            rows_accepted,
            rows_quarantined,
            ..AreaCounts::default()
        };
        (area.to_string(), got)
    };
    FormCoverage {
        expected: std::sync::Arc::new(REGISTER.iter().map(expected).collect()),
        received: [("E1", 20, 0), ("E2", 20, 10), ("W1", 30, 0), ("W3", 10, 0)]
            .map(received)
            .into_iter()
            .collect(),
        last: BTreeMap::new(),
    }
}

/// The one row whose columns after the period have these texts; `-` is a null.
#[track_caller]
fn row(table: &Table, key: &[&str]) -> usize {
    let names: Vec<&str> = table.spec.key[1..].iter().map(String::as_str).collect();
    let fits = |row: &usize| {
        names
            .iter()
            .zip(key)
            .all(|(name, text)| table.text(*row, name).unwrap_or("-") == *text)
    };
    let rows: Vec<usize> = (0..table.height()).filter(fits).collect();
    assert_eq!(
        rows.len(),
        1,
        "{} rows of {} have the key {key:?}",
        rows.len(),
        table.name
    );
    rows[0]
}

/// The distinct reasons of a row, in the order of the list; None: no figure of it is null.
fn reasons_of(table: &Table, row: usize) -> Option<String> {
    let columns = table
        .spec
        .columns
        .iter()
        // Most members have no corner of a concentration curve; a test of its own looks at those that do.
        .filter(|column| column.name.ends_with("null_reason") && column.name != "curve_null_reason");
    let found: Vec<&str> = columns.filter_map(|column| table.text(row, &column.name)).collect();
    let tokens = Reason::ALL
        .iter()
        .map(|reason| reason.token())
        .filter(|token| found.contains(token));
    let tokens: Vec<&str> = tokens.collect();
    (!found.is_empty()).then(|| tokens.join(";"))
}

#[track_caller]
fn shows(table: &Table, key: &[&str], expected: &[(&str, Option<f64>)], reasons: Option<&str>) {
    let row = row(table, key);
    for (column, expected) in expected {
        let found = table.number(row, column);
        let near = match (found, expected) {
            (Some(found), Some(expected)) => (found - expected).abs() < 1e-12 * expected.abs().max(1.0),
            (found, expected) => found == *expected,
        };
        assert!(near, "{} {key:?}: {column} is {found:?}, not {expected:?}", table.name);
    }
    assert_eq!(reasons_of(table, row).as_deref(), reasons, "{} {key:?}", table.name);
}

#[test]
fn groups_are_compared_within_scopes_above_them_only() {
    let nation = Nation::new();
    for table in [nation.groups(), nation.gaps(), nation.inequality()] {
        let scopes = |dimension: &str| -> std::collections::BTreeSet<&str> {
            let rows = (0..table.height()).filter(|&r| table.text(r, "dimension") == Some(dimension));
            rows.filter_map(|r| table.text(r, "scope_code")).collect()
        };
        assert_eq!(
            scopes("region").into_iter().collect::<Vec<_>>(),
            ["N"],
            "{}",
            table.name
        );
        assert_eq!(
            scopes("terrain").into_iter().collect::<Vec<_>>(),
            ["E", "N", "W"],
            "{}",
            table.name
        );
        assert_eq!(
            scopes("kind").into_iter().collect::<Vec<_>>(),
            ["E", "N", "W"],
            "{}",
            table.name
        );
    }
}

#[test]
fn every_null_has_a_reason_of_the_list_and_every_reason_a_null() {
    let nation = Nation::new();
    let compared = nation.compared();
    let tables = [
        compared.groups,
        compared.gaps,
        compared.inequality,
        compared.inequality_parts,
    ];
    for table in tables {
        for column in table.spec.columns.iter().filter(|column| column.null_in.is_some()) {
            let reason_column = column.null_in.as_deref().unwrap();
            for row in 0..table.height() {
                let null = matches!(
                    table.get(row, &column.name),
                    Value::Real(None) | Value::Integer(None) | Value::Boolean(None) | Value::Text(None)
                );
                let reason = table.text(row, reason_column);
                assert_eq!(
                    null,
                    reason.is_some(),
                    "{}.{} row {row}: {reason:?}",
                    table.name,
                    column.name
                );
                if let Some(token) = reason {
                    assert!(Reason::ALL.iter().any(|r| r.token() == token), "{token}");
                }
            }
        }
    }
}

#[test]
fn threads_change_nothing() {
    let nation = Nation::new();
    let with = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| [nation.groups(), nation.gaps(), nation.inequality()].map(|t| t.columns().to_vec()))
    };
    assert_eq!(with(1), with(2));
}

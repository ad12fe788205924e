//! The three tables on a nation of two provinces and five counties, with figures that can be checked by hand.

use std::collections::BTreeMap;
use std::fs;

use huizong::domain::{Cell, Expected, FormCoverage, IndicatorCells, Period, PeriodKind, Received, Table, Value};
use huizong::imbalance::{Comparisons, Inputs, Place, Places, Reason, check_parts, compare, index::Parts};
use huizong::pipeline::{self, FormIndex, Pipeline};

const FILES: [(&str, &str); 8] = [
    (
        "pipeline.toml",
        r#"
        [pipeline]
        name = "small"
        period = "year"
        periods = ["2020"]
        [registry]
        divisions = "divisions.csv"
        levels = ["nation", "province", "county"]
        partition = "province"
        [reporters]
        file = "reporters.csv"
        "#,
    ),
    (
        "forms/roster.toml",
        r#"
        [form]
        id = "roster"
        unit = "place"
        key = ["place"]
        files = ["{period}/{county}*"]
        [[column]]
        id = "place"
        type = "text"
        headers = ["place"]
        required = true
        [[column]]
        id = "kind"
        type = "text"
        headers = ["kind"]
        [[column]]
        id = "served"
        type = "boolean"
        headers = ["served"]
        "#,
    ),
    (
        "measures.toml",
        r#"
        [[measure]]
        id = "places"
        form = "roster"
        value = "1"
        [[measure]]
        id = "served"
        form = "roster"
        value = "served"
        "#,
    ),
    (
        "indicators.toml",
        r#"
        [[indicator]]
        id = "coverage"
        title = { en = "Coverage" }
        numerator = "served"
        denominator = "places"
        factor = 100
        unit = "percent"
        register = "places"
        bounded = true
        better = "higher"
        plausible = { min = 0.0, max = 100.0 }
        [[indicator]]
        id = "village_coverage"
        title = { en = "Coverage of villages" }
        numerator = "served"
        denominator = "places"
        where = { kind = "village" }
        factor = 100
        unit = "percent"
        register = "villages"
        bounded = true
        better = "higher"
        plausible = { min = 0.0, max = 100.0 }
        [[indicator]]
        id = "unregistered"
        title = { en = "Coverage, without register" }
        numerator = "served"
        denominator = "places"
        factor = 100
        unit = "percent"
        better = "higher"
        "#,
    ),
    (
        "dimensions.toml",
        r#"
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
        "#,
    ),
    (
        "divisions.csv",
        "code,name,level,kind,parent_code,valid_from,valid_to\nN,N,nation,nation,,,\nE,E,province,province,N,,\n\
         W,W,province,province,N,,\nE1,E1,county,county,E,,\nE2,E2,county,county,E,,\nW1,W1,county,county,W,,\n\
         W2,W2,county,county,W,,\nW3,W3,county,county,W,,\n",
    ),
    ("regions.csv", "code,region\nE,east\nW,west\n"),
    (
        "terrain.csv",
        "code,terrain\nE1,plain\nE2,mountain\nW1,plain\nW2,mountain\nW3,unknown\n",
    ),
];

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
    places: BTreeMap<Period, Places>,
}

impl Nation {
    fn new() -> Nation {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("forms")).unwrap();
        for (name, text) in FILES {
            fs::write(dir.path().join(name), text).unwrap();
        }
        let pipeline = pipeline::load(dir.path()).unwrap_or_else(|faults| panic!("{faults:#?}"));
        let period = Period::parse("2020", PeriodKind::Year).unwrap();
        let cells = ["coverage", "village_coverage", "unregistered"].map(|id| indicator_cells(&pipeline, period, id));
        let places = BTreeMap::from([(period, places(&pipeline))]);
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
        Inputs {
            pipeline,
            cells,
            coverage,
            places,
        }
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
    let cell = |&(area, kind, numerator, denominator, rest): &(&str, u16, i64, i64, i64)| Cell {
        area_code: area.into(),
        members: vec![Cell::NO_MEMBER, Cell::NO_MEMBER, kind],
        numerator,
        denominator,
        rest,
        rows: denominator,
    };
    IndicatorCells {
        period,
        indicator: pipeline.indicators.iter().position(|i| i.id == id).unwrap(),
        numerator_scale: 0,
        denominator_scale: 0,
        cells: CELLS
            .iter()
            .filter(|c| id != "village_coverage" || c.1 == VILLAGE)
            .map(cell)
            .collect(),
        unknown: BTreeMap::new(),
    }
}

fn places(pipeline: &Pipeline) -> Places {
    let place = |area: &str, scope: usize, region: &str, terrain: Option<&str>| {
        let terrain = terrain.map(|id| member(pipeline, 1, id));
        (
            area.to_string(),
            Place {
                scope: Some(scope),
                members: vec![Some(member(pipeline, 0, region)), terrain, None],
            },
        )
    };
    Places {
        scopes: ["N", "E", "W"].map(String::from).to_vec(),
        areas: BTreeMap::from([
            place("E1", 1, "east", Some("plain")),
            place("E2", 1, "east", Some("mountain")),
            place("W1", 2, "west", Some("plain")),
            place("W2", 2, "west", Some("mountain")),
            place("W3", 2, "west", None),
        ]),
    }
}

fn form_coverage() -> FormCoverage {
    let expected = |&(area, places, villages): &(&str, f64, f64)| {
        let register = BTreeMap::from([("places".to_string(), places), ("villages".to_string(), villages)]);
        (
            area.to_string(),
            Expected {
                rows: Some(places as i64),
                register,
            },
        )
    };
    let received = |(area, rows_accepted, rows_quarantined): (&str, i64, i64)| {
        let got = Received {
            submissions: 1,
            rows_accepted,
            rows_quarantined,
            ..Received::default()
        };
        (area.to_string(), got)
    };
    FormCoverage {
        expected: REGISTER.iter().map(expected).collect(),
        received: [("E1", 20, 0), ("E2", 20, 10), ("W1", 30, 0), ("W3", 10, 0)]
            .map(received)
            .into_iter()
            .collect(),
    }
}

/// The one row whose columns after the period have these texts.
#[track_caller]
fn row(table: &Table, key: &[&str]) -> usize {
    let names: Vec<&str> = table.spec.key[1..].iter().map(String::as_str).collect();
    let fits = |row: &usize| {
        names
            .iter()
            .zip(key)
            .all(|(name, text)| table.text(*row, name) == Some(text))
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
    assert_eq!(table.text(row, "null_reason"), reasons, "{} {key:?}", table.name);
}

#[test]
fn a_group_shows_its_figure_its_weight_and_what_it_could_be() {
    let table = Nation::new().groups();
    let east = [
        ("numerator", Some(21.0)),
        ("denominator", Some(40.0)),
        ("value", Some(52.5)),
        ("denominator_share", Some(0.5)),
        ("relative_to_scope", Some(1.5)),
        ("lower", Some(42.0)),
        ("upper", Some(62.0)),
        ("n_expected", Some(2.0)),
        ("n_reported", Some(2.0)),
    ];
    shows(&table, &["N", "coverage", "region", "east"], &east, None);
    let west = [
        ("value", Some(17.5)),
        ("lower", Some(700.0 / 60.0)),
        ("upper", Some(45.0)),
        ("n_reported", Some(2.0)),
    ];
    shows(&table, &["N", "coverage", "region", "west"], &west, None);
}

#[test]
fn a_group_that_has_not_reported_could_be_anything_plausible() {
    let table = Nation::new().groups();
    let nothing = [
        ("numerator", None),
        ("value", None),
        ("lower", Some(0.0)),
        ("upper", Some(100.0)),
    ];
    shows(
        &table,
        &["W", "coverage", "terrain", "mountain"],
        &nothing,
        Some("not_reported"),
    );
    let unknown = [
        ("value", Some(10.0)),
        ("lower", Some(10.0)),
        ("upper", Some(10.0)),
        ("n_expected", Some(1.0)),
    ];
    shows(&table, &["W", "coverage", "terrain", "unknown"], &unknown, None);
    let empty = [("numerator", None), ("lower", None), ("n_expected", Some(0.0))];
    shows(
        &table,
        &["E", "coverage", "terrain", "unknown"],
        &empty,
        Some("no_units"),
    );
}

#[test]
fn missing_areas_cannot_be_split_by_kind_of_row_unless_the_indicator_has_but_one() {
    let table = Nation::new().groups();
    let bounds = |lower, upper| [("lower", lower), ("upper", upper)];
    shows(
        &table,
        &["N", "coverage", "kind", "village"],
        &bounds(None, None),
        Some("register_not_split"),
    );
    let in_east = bounds(Some(700.0 / 30.0), Some(1700.0 / 30.0));
    shows(&table, &["E", "coverage", "kind", "village"], &in_east, None);
    let pinned = bounds(Some(900.0 / 67.0), Some(3100.0 / 67.0));
    shows(&table, &["N", "village_coverage", "kind", "village"], &pinned, None);
    shows(
        &table,
        &["N", "village_coverage", "kind", "town"],
        &[("value", None)],
        Some("outside_filter"),
    );
}

#[test]
fn without_register_there_are_no_bounds_where_something_is_missing() {
    let table = Nation::new().groups();
    shows(
        &table,
        &["N", "unregistered", "region", "west"],
        &[("value", Some(17.5)), ("lower", None)],
        Some("no_register"),
    );
    let east = [("value", Some(52.5)), ("lower", None)];
    shows(
        &table,
        &["N", "unregistered", "region", "east"],
        &east,
        Some("no_plausible"),
    );
}

#[test]
fn records_without_denominator_leave_bounds_to_the_register() {
    let mut nation = Nation::new();
    for cells in &mut nation.cells {
        cells.unknown.insert("W1".into(), 3);
    }
    let table = nation.groups();
    // The register has 30 places in W1, and 30 are known: there is room for nothing more.
    shows(
        &table,
        &["W", "coverage", "terrain", "plain"],
        &[("lower", Some(20.0)), ("upper", Some(20.0))],
        None,
    );
    shows(
        &table,
        &["W", "unregistered", "terrain", "plain"],
        &[("lower", None)],
        Some("no_register"),
    );
    shows(
        &table,
        &["W", "coverage", "kind", "town"],
        &[("lower", None)],
        Some("register_not_split"),
    );
}

#[test]
fn areas_outside_the_restriction_owe_nothing() {
    let mut nation = Nation::new();
    let at = nation
        .pipeline
        .indicators
        .iter()
        .position(|i| i.id == "coverage")
        .unwrap();
    nation.pipeline.indicators[at].filter = vec![(0, vec!["east".into()])];
    nation.cells.truncate(1);
    nation.cells[0].cells.retain(|c| c.area_code.starts_with('E'));
    let table = nation.groups();
    let all = [("numerator", Some(13.0)), ("n_expected", Some(1.0))];
    shows(&table, &["N", "coverage", "terrain", "plain"], &all, None);
    shows(
        &table,
        &["N", "coverage", "region", "west"],
        &[("value", None), ("lower", None)],
        Some("outside_filter"),
    );
}

#[test]
fn a_gap_is_split_into_mix_and_rate_and_bounded() {
    let table = Nation::new().gaps();
    // East: towns 14/20, villages 7/20; west: towns 5/15, villages 2/25.
    let mix = 100.0 * 0.125 * ((0.7 + 1.0 / 3.0) - (0.35 + 0.08)) / 2.0;
    let expected = [
        ("value_a", Some(52.5)),
        ("value_b", Some(17.5)),
        ("gap", Some(35.0)),
        ("ratio", Some(3.0)),
        ("mix_effect", Some(mix)),
        ("rate_effect", Some(35.0 - mix)),
        ("lower", Some(-3.0)),
        ("upper", Some(62.0 - 700.0 / 60.0)),
    ];
    let key = ["N", "coverage", "region", "east", "west"];
    shows(&table, &key, &expected, None);
    assert_eq!(
        table.get(row(&table, &key), "sign_identified"),
        Value::Boolean(Some(false))
    );
    let key = ["E", "coverage", "terrain", "plain", "mountain"];
    shows(
        &table,
        &key,
        &[
            ("gap", Some(25.0)),
            ("lower", Some(65.0 - 60.0)),
            ("upper", Some(65.0 - 800.0 / 30.0)),
        ],
        None,
    );
    assert_eq!(
        table.get(row(&table, &key), "sign_identified"),
        Value::Boolean(Some(true))
    );
}

#[test]
fn without_other_dimensions_a_gap_is_all_rate() {
    let mut nation = Nation::new();
    nation.pipeline.dimensions[0].strata.clear();
    let expected = [
        ("gap", Some(35.0)),
        ("mix_effect", Some(0.0)),
        ("rate_effect", Some(35.0)),
    ];
    shows(
        &nation.gaps(),
        &["N", "coverage", "region", "east", "west"],
        &expected,
        None,
    );
}

#[test]
fn zero_is_a_figure_and_its_ratio_is_none() {
    let mut nation = Nation::new();
    for cell in &mut nation.cells[0].cells {
        if cell.area_code.starts_with('W') {
            cell.numerator = 0;
        }
    }
    let mix = 100.0 * 0.125 * (0.7 - 0.35) / 2.0;
    let expected = [
        ("value_b", Some(0.0)),
        ("gap", Some(52.5)),
        ("ratio", None),
        ("mix_effect", Some(mix)),
    ];
    let key = ["N", "coverage", "region", "east", "west"];
    shows(&nation.gaps(), &key, &expected, Some("zero_divisor"));
}

#[test]
fn rows_over_a_denominator_of_zero_are_told_apart() {
    let mut nation = Nation::new();
    for cell in nation.cells[0].cells.iter_mut().filter(|c| c.area_code == "W3") {
        cell.denominator = 0;
    }
    let key = ["W", "coverage", "terrain", "unknown"];
    let over_nothing = [("numerator", Some(1.0)), ("denominator", Some(0.0)), ("value", None)];
    shows(
        &nation.groups(),
        &key,
        &over_nothing,
        Some("numerator_without_denominator"),
    );
    nation.cells[0]
        .cells
        .iter_mut()
        .for_each(|c| c.numerator *= i64::from(c.denominator > 0));
    shows(
        &nation.groups(),
        &key,
        &[("numerator", Some(0.0)), ("value", None)],
        Some("denominator_zero"),
    );
    // Out of the dispersion, without a trace in the index.
    let county = ["W", "coverage", "terrain", "county", "gini"];
    shows(
        &nation.inequality(),
        &county,
        &[("value", Some(0.0)), ("n", Some(1.0))],
        None,
    );
}

#[test]
fn a_gap_to_nothing_is_null_with_its_reason() {
    let table = Nation::new().gaps();
    let expected = [
        ("value_a", Some(20.0)),
        ("gap", None),
        ("mix_effect", None),
        ("lower", Some(-80.0)),
    ];
    shows(
        &table,
        &["W", "coverage", "terrain", "plain", "mountain"],
        &expected,
        Some("not_reported"),
    );
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
fn inequality_is_taken_over_counties_cells_and_members() {
    let table = Nation::new().inequality();
    // Counties: .65 of 20, .4 of 20, .2 of 30, .1 of 10; the mean is .35.
    let variance = (20.0 * 0.09 + 20.0 * 0.0025 + 30.0 * 0.0225 + 10.0 * 0.0625) / 80.0;
    let between = 0.175f64.powi(2) / 0.35f64.powi(2);
    let williamson = [
        ("value", Some(f64::sqrt(variance) / 0.35)),
        ("between", Some(between)),
        ("within", Some(variance / 0.35f64.powi(2) - between)),
        ("n", Some(4.0)),
    ];
    shows(
        &table,
        &["N", "coverage", "region", "county", "williamson_cv"],
        &williamson,
        Some("part_undefined"),
    );
    let over_members = [
        ("value", Some(0.5)),
        ("between", Some(0.25)),
        ("within", Some(0.0)),
        ("n", Some(2.0)),
    ];
    shows(
        &table,
        &["N", "coverage", "region", "member", "williamson_cv"],
        &over_members,
        Some("part_undefined"),
    );
    let cells = row(&table, &["N", "coverage", "kind", "cell", "theil_t"]);
    assert_eq!(table.number(cells, "n"), Some(8.0));
    let undefined = [("value", None), ("between", None), ("within", None), ("n", Some(8.0))];
    shows(
        &table,
        &["N", "coverage", "kind", "cell", "theil_l"],
        &undefined,
        Some("zero_undefined"),
    );
    // All three parts of the Gini are there, so no figure of its row is null.
    let gini = row(&table, &["N", "coverage", "region", "county", "gini"]);
    assert_eq!(table.text(gini, "null_reason"), None);
}

#[test]
fn rows_exist_for_the_indices_that_suit_indicator_and_dimension() {
    let table = Nation::new().inequality();
    let has = |key: [&str; 5]| {
        let columns = ["scope_code", "indicator", "dimension", "over", "index"];
        (0..table.height()).any(|r| columns.iter().zip(key).all(|(c, text)| table.text(r, c) == Some(text)))
    };
    assert!(has(["N", "coverage", "region", "county", "erreygers"]));
    assert!(!has(["N", "unregistered", "region", "county", "erreygers"]));
    assert!(has(["N", "coverage", "terrain", "member", "slope_index"]));
    assert!(!has(["N", "coverage", "terrain", "county", "slope_index"]));
    assert!(!has(["N", "coverage", "region", "member", "slope_index"]));
}

#[test]
fn every_null_has_a_reason_of_the_list_and_every_reason_a_null() {
    let nation = Nation::new();
    for table in [nation.groups(), nation.gaps(), nation.inequality()] {
        for row in 0..table.height() {
            let null = table
                .spec
                .columns
                .iter()
                .filter(|c| c.name != "null_reason")
                .any(|column| {
                    matches!(
                        table.get(row, &column.name),
                        Value::Text(None) | Value::Real(None) | Value::Integer(None) | Value::Boolean(None)
                    )
                });
            let reason = table.text(row, "null_reason");
            assert_eq!(null, reason.is_some(), "{} row {row}: {reason:?}", table.name);
            for token in reason.into_iter().flat_map(|r| r.split(';')) {
                assert!(Reason::ALL.iter().any(|r| r.token() == token), "{token}");
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

#[test]
fn parts_that_miss_the_whole_are_told() {
    let parts = Parts {
        value: 0.5,
        between: Some(0.2),
        within: Some(0.2),
        overlap: None,
    };
    let broken = check_parts("theil_t", &parts, || "2020 N coverage region county".into()).unwrap();
    assert_eq!(
        broken.to_string(),
        "2020 N coverage region county theil_t: between + within + overlap = index does not hold: 4e-1 against 5e-1"
    );
    assert!(
        check_parts(
            "gini",
            &Parts {
                overlap: Some(0.1),
                ..parts
            },
            String::new
        )
        .is_none()
    );
}

//! What single dimensions and factors add to gaps and changes, for the areas of one day.

use std::fs;

use super::changes::{complete, merging, numbers};
use super::{CHANGES, OF_2020, TERRAIN, assert_close, assert_same, rows, sent};
use crate::support::{Row, World, indicators, joined, measures, shown};

const TABLES: [&str; 3] = ["gap_mixes", "gap_change_mixes", "product_effects"];

const SIDES: &str = "code,side\nE1,left\nE2,right\nE3,left\nE4,left\nE5,right\nE6,right\nE7,right\nE9,left\n\
                     W1,left\nW2,left\nW3,right\nW4,right\nW5,left\n";

/// The same counties by a second dimension, so that gaps have strata of two, and an indicator that is the product of two others.
fn split(world: World, tables: &str) -> World {
    let text = fs::read_to_string(world.path("pipeline/pipeline.toml")).unwrap();
    let (before, _) = text.split_once("tables = ").unwrap();
    world
        .defined("pipeline.toml", format!("{before}tables = [{tables}]\n"))
        .extended(
            "measures.toml",
            &measures("both | roster | served + people"),
        )
        .extended(
            "indicators.toml",
            &indicators(
                "served_of_both | served | both | unit = '1'\nboth_of_people | both | people | unit = '1'\n\
                 rate | served | people | unit = 'per_mille'; factor = 1000; product_of = ['served_of_both', 'both_of_people']",
            ),
        )
        .defined(
            "dimensions.toml",
            "[[dimension]]\nid = 'terrain'\nlevel = 'county'\nsource = 'terrain.csv'\norder = ['plain', 'hill', 'mountain', 'unknown']\n\
             ordered = true\ncompare = [['plain', 'hill']]\nstrata = ['kind', 'side']\n\
             [[dimension]]\nid = 'side'\nlevel = 'county'\nsource = 'sides.csv'\norder = ['left', 'right']\n\
             [[dimension]]\nid = 'kind'\nlevel = 'place'\ncolumn = 'kind'\nmap = { town = ['t'], village = ['v'] }\n\
             order = ['town', 'village']\ncompare = [['town', 'village']]\nstrata = ['terrain', 'side']\n",
        )
        .defined("sides.csv", SIDES)
}

const ALL: &str = "'gap_mixes', 'gap_change_mixes', 'product_effects'";

#[test]
fn merges_add_nothing_to_any_mix_or_factor() {
    let world = split(merging(), ALL).published();
    let columns: [(&str, &[&str]); 2] = [
        ("gap_change_mixes", &["composition_effect_a", "composition_effect_b"]),
        ("product_effects", &["value_change", "factor_effect"]),
    ];
    for (table, columns) in columns {
        let constant = format!("{table}_constant_boundaries");
        for column in columns {
            let (reported, numbers) = (numbers(&world, table, column), numbers(&world, &constant, column));
            assert!(
                reported.iter().any(|one| one.abs() > 1e-4),
                "{table}.{column} as reported: {reported:?}"
            );
            assert!(numbers.len() > 3, "{table}.{column}: {numbers:?}");
            assert!(numbers.iter().all(|one| *one == 0.0), "{table}.{column}: {numbers:?}");
        }
        for row in world.table(&constant) {
            assert_eq!(joined(&row, &["boundaries_date", "obs_status"], " "), "2020-12-31 A");
        }
    }
    // Gaps of the same ground are made of the same compositions.
    let mixes = |period| -> Vec<String> {
        let columns = [
            "scope_code",
            "indicator",
            "a",
            "stratum_dimension",
            "composition_effect",
            "n_strata",
        ];
        let of = rows(&world, "gap_mixes_constant_boundaries", period, &[]).into_iter();
        of.map(|row| joined(&row, &columns, " ")).collect()
    };
    assert_eq!(mixes("2019"), mixes("2020"));
    assert_ne!(numbers(&world, "gap_mixes", "composition_effect"), [0.0; 0]);
}

/// Rows of a table that agree in these columns, as text.
fn alike<'r>(all: &'r [Row], row: &Row, columns: &[&str]) -> Vec<&'r Row> {
    let key = joined(row, columns, "|");
    all.iter().filter(|other| joined(other, columns, "|") == key).collect()
}

/// A table, that of its parts, the columns of its periods, and columns of both.
type Parts<'a> = (&'a str, &'a str, &'a [&'a str], &'a [(&'a str, &'a str)]);

#[test]
fn single_dimensions_add_up_to_the_mix_of_the_same_ground() {
    let world = split(sent(CHANGES, TERRAIN, "", &OF_2020), ALL).published();
    assert!(assert_same(&world, "gap_mixes", "2020", |_| true) > 20);
    let pair = ["scope_code", "indicator", "dimension", "a", "b"];
    let (of_gaps, of_changes) = (["period"], ["earlier", "later"]);
    let cases: [Parts<'_>; 2] = [
        ("gaps", "gap_mixes", &of_gaps, &[("mix_effect", "composition_effect")]),
        (
            "gap_changes",
            "gap_change_mixes",
            &of_changes,
            &[
                ("mix_effect_a", "composition_effect_a"),
                ("mix_effect_b", "composition_effect_b"),
            ],
        ),
    ];
    for (whole, parts, periods, columns) in cases {
        let parts = world.table(&format!("{parts}_constant_boundaries"));
        let key = [periods, &pair].concat();
        let wholes = world.table(&format!("{whole}_constant_boundaries"));
        for row in wholes {
            let own = alike(&parts, &row, &key);
            assert_eq!(own.len(), 2, "{row:#?}");
            for (mix, effect) in columns {
                let sum = own.iter().map(|part| part[*effect].number()).sum::<Option<f64>>();
                assert_eq!(sum.is_some(), row[*mix].number().is_some(), "{row:#?}");
                if let Some(sum) = sum {
                    assert_close(&row, mix, sum);
                }
            }
            for part in own {
                assert_eq!(part["boundaries_date"], row["boundaries_date"]);
                let (status, own) = (shown(&row, "obs_status"), shown(part, "obs_status"));
                let is_of_divided_strata = status == "A" && shown(&row, "dimension") == "kind";
                assert!(own == status || (is_of_divided_strata && own == "E"), "{part:#?}");
                if whole == "gaps" {
                    let counts = ["n_strata", "n_borrowed"];
                    assert_eq!(joined(part, &counts, " "), joined(&row, &counts, " "));
                }
            }
        }
    }
}

#[test]
fn factors_are_the_figures_of_the_same_ground() {
    let world = split(sent(CHANGES, TERRAIN, "", &complete(OF_2020)), ALL).published();
    let figures = world.table("indicators_constant_boundaries");
    let value = |indicator: &str, period: &str, area: &Row| {
        let is_asked = |row: &&Row| {
            [("indicator", indicator), ("period", period)]
                .iter()
                .all(|(column, value)| row[*column].text() == Some(value))
                && row["area_code"] == area["area_code"]
        };
        figures.iter().find(is_asked).unwrap()["value"].number().unwrap()
    };
    let rows = world.table("product_effects_constant_boundaries");
    // The nation and two provinces, with two factors each.
    assert_eq!(rows.len(), 6);
    for row in &rows {
        let own = shown(row, "factor_indicator");
        let other = if own == "served_of_both" {
            "both_of_people"
        } else {
            "served_of_both"
        };
        let both = |indicator: &str| ["2019", "2020"].map(|period| value(indicator, period, row));
        let ([a, a2], [b, b2]) = (both(&own), both(other));
        assert_close(row, "factor_earlier", a);
        assert_close(row, "factor_later", a2);
        assert_close(row, "factor_effect", 1000.0 * (a2 - a) * (b + b2) / 2.0);
        let [earlier, later] = both("rate");
        assert_close(row, "value_change", later - earlier);
        assert_eq!(joined(row, &["boundaries_date", "obs_status"], " "), "2020-12-31 A");
    }
}

#[test]
fn what_lacks_a_report_is_partial_and_what_lies_nobody_knows_where_is_not_split() {
    let changes = CHANGES.replace("split,0.3", "split,").replace("split,0.7,", "split,,");
    let world = split(sent(&changes, TERRAIN, "", &OF_2020), ALL).published();
    let of = |period: &str, scope: &str, dimension: &str| {
        let wanted = [("scope_code", scope), ("dimension", dimension), ("indicator", "rate")];
        let found = rows(&world, "gap_mixes_constant_boundaries", period, &wanted);
        let columns = ["effects_null_reason", "n_strata", "n_borrowed", "obs_status"];
        let mut all: Vec<String> = found.iter().map(|row| joined(row, &columns, " ")).collect();
        all.dedup();
        all.join(", ")
    };
    // Towns and villages are known, and not in which terrain.
    assert_eq!(of("2019", "W", "kind"), "share_unknown 0 0 O");
    assert_eq!(of("2019", "E", "kind"), "- 3 0 E");
    assert_eq!(of("2020", "W", "kind"), "- 2 0 P");
    // Plain is on the left there, and hill on the right.
    assert_eq!(of("2020", "W", "terrain"), "- 4 4 P");
    let products = world.table("product_effects_constant_boundaries").into_iter();
    let statuses: Vec<String> = products
        .map(|row| joined(&row, &["area_code", "obs_status"], " "))
        .collect();
    assert_eq!(statuses, ["E P", "E P", "N P", "N P", "W P", "W P"]);
}

#[test]
fn a_night_that_computes_one_period_again_has_the_mixes_of_a_full_one() {
    let world = split(sent(CHANGES, TERRAIN, "", &OF_2020), ALL).published();
    let tables = |output: &str| {
        let folder = world.path(output).join("current/tables");
        TABLES.map(|table| fs::read(folder.join(format!("{table}_constant_boundaries.parquet"))).unwrap())
    };
    let before = tables("output");
    world.put("input/2020/W2_1.csv", "Place,Kind,Served,People\na,t,3,10\nb,v,8,9\n");
    let (code, said) = world.run(&["--log-format", "json"]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("\"computed\":1,\"taken_over\":1"), "{said}");
    world.publish_into("full", &[]);
    let (after, full) = (tables("output"), tables("full"));
    for (at, table) in TABLES.iter().enumerate() {
        assert!(
            after[at] == full[at],
            "{table}: an incremental night differs from a full one"
        );
        assert!(before[at] != after[at], "{table}");
    }
}

#[test]
fn each_table_has_rows_with_what_it_is_computed_of_where_somebody_asks_for_it() {
    let mut world = sent(CHANGES, TERRAIN, "", &OF_2020);
    for (tables, filled) in [
        ("'gap_changes'", vec!["gaps", "gap_changes"]),
        ("'gap_mixes'", vec!["gaps", "gap_mixes"]),
        ("'gap_change_mixes'", vec!["gaps", "gap_changes", "gap_change_mixes"]),
        ("'product_effects'", vec!["product_effects"]),
    ] {
        world = split(world, tables).published();
        let has_rows = |table: &&str| !world.table(&format!("{table}_constant_boundaries")).is_empty();
        let all = ["groups", "gaps", "gap_changes"].into_iter().chain(TABLES);
        assert_eq!(all.filter(has_rows).collect::<Vec<_>>(), filled, "{tables}");
        // Measures and indicators are those of the first time.
        for (file, text) in [
            ("measures.toml", "[[measure]]\nid = 'both'"),
            ("indicators.toml", "[[indicator]]\nid = 'served_of_both'"),
        ] {
            let all = fs::read_to_string(world.path("pipeline").join(file)).unwrap();
            world = world.defined(file, all.split(text).next().unwrap());
        }
    }
}

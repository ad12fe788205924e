//! Dimensions that cross two others.

mod rows;

use crate::support::{Row, World, indicators, measures, plan};

const AREAS: &str = "code,name,level,kind,parent_code\nN,Nation,nation,nation,\nE,East,province,province,N\nW,West,province,province,N\n\
                     E1,One,county,county,E\nE2,Two,county,county,E\nE3,Three,county,county,E\nW1,Four,county,county,W\nW2,Five,county,county,W\n";

const DIMENSIONS: &str = "[[dimension]]\nid = 'region'\nlevel = 'province'\nsource = 'regions.csv'\norder = ['east', 'west']\n\
                          titles = { east = { zh = '东部', en = 'East' } }\n\
                          [[dimension]]\nid = 'terrain'\nlevel = 'county'\nsource = 'terrain.csv'\norder = ['plain', 'hill', 'unknown']\n\
                          titles = { plain = { zh = '平原', en = 'Plain' } }\n\
                          [[dimension]]\nid = 'region_terrain'\ncross = ['region', 'terrain']\ncompare = [['west_hill', 'east_plain']]\ncompare_all = true\n";

fn world() -> World {
    world_of(DIMENSIONS)
}

fn world_of(dimensions: &str) -> World {
    let mut world = World::new(&plan("plain", &["nation", "province", "county"], &["2020"]), AREAS)
        .form(
            "homes",
            "unit = 'home'\nkey = ['home']\nfiles = ['{period}/{county}_homes*']",
            "home | text | home | required = true
             beds | integer | beds | required = true
             staff | integer | staff",
        )
        .defined("measures.toml", measures("staff | homes | staff\nbeds | homes | beds"))
        .defined("indicators.toml", indicators("staffed | staff | beds | unit = '1'"))
        .defined("dimensions.toml", dimensions)
        .defined("regions.csv", "code,region\nE,east\nW,west\n")
        .defined("terrain.csv", "code,terrain\nE1,plain\nE2,plain\nE3,hill\nW1,hill\n");
    for (county, beds, staff) in [("E1", 10, 5), ("E2", 30, 3), ("E3", 20, 4), ("W1", 8, 2), ("W2", 5, 5)] {
        let rows = format!("home,beds,staff\na,{beds},{staff}\n");
        world = world.sent(&format!("2020/{county}_homes.csv"), rows);
    }
    world.published()
}

#[test]
fn all_pairs_alone_name_no_reference() {
    let written = DIMENSIONS.replace("compare = [['west_hill', 'east_plain']]\n", "");
    assert_ne!(written, DIMENSIONS);
    let world = world_of(&written);
    let pairs = world.table("gaps");
    assert!(
        !of_nation(&pairs, "a", "east_plain").is_empty(),
        "all pairs are compared"
    );
    let indices = world.table("inequality");
    let named = |row: &&Row| row["inequality_index"].text() == Some("mean_difference_from_reference");
    assert_eq!(indices.iter().filter(named).count(), 0);
}

fn of_nation<'a>(table: &'a [Row], column: &str, text: &str) -> Vec<&'a Row> {
    let is = |row: &&Row, column: &str, text: &str| row[column].text() == Some(text);
    (table.iter())
        .filter(|row| is(row, "scope_code", "N") && is(row, "dimension", "region_terrain") && is(row, column, text))
        .collect()
}

#[test]
fn each_pair_of_members_is_a_member() {
    let world = world();
    let groups = world.table("groups");
    for (member, sums) in [
        ("east_plain", Some((8.0, 40.0))),
        ("east_hill", Some((4.0, 20.0))),
        ("west_plain", None),
        ("west_hill", Some((2.0, 8.0))),
        // The terrain of W2 is not known.
        ("unknown", Some((5.0, 5.0))),
    ] {
        let [row] = of_nation(&groups, "member", member)[..] else {
            panic!("{member} has not one row");
        };
        assert_eq!(
            row["numerator"].number().zip(row["denominator"].number()),
            sums,
            "{row:?}"
        );
    }
    let within: Vec<Option<&str>> = (groups.iter())
        .filter(|row| row["dimension"].text() == Some("region_terrain"))
        .map(|row| row["scope_code"].text())
        .collect();
    assert!(within.contains(&Some("E")) && within.contains(&Some("W")), "{within:?}");
    let gaps = world.table("gaps");
    let gap = |a: &str, b: &str| {
        let of_a = of_nation(&gaps, "a", a);
        let row = of_a.into_iter().find(|row| row["b"].text() == Some(b));
        row.map(|row| (row["gap"].number(), row["null_reason"].text()))
    };
    assert_eq!(
        gap("west_hill", "east_plain"),
        Some((Some(2.0 / 8.0 - 8.0 / 40.0), None))
    );
    // All other pairs follow, none twice, and none with what is unknown.
    assert_eq!(
        gap("east_plain", "east_hill"),
        Some((Some(8.0 / 40.0 - 4.0 / 20.0), None))
    );
    assert_eq!(gap("east_hill", "west_plain"), Some((None, Some("no_units"))));
    assert_eq!(gap("east_plain", "west_hill"), None);
    let of_cross = gaps
        .iter()
        .filter(|row| row["dimension"].text() == Some("region_terrain") && row["scope_code"].text() == Some("N"));
    let pairs: Vec<_> = of_cross.map(|row| (row["a"].text(), row["b"].text())).collect();
    assert_eq!(pairs.len(), 6, "{pairs:?}");
    assert!(
        pairs
            .iter()
            .all(|(a, b)| *a != Some("unknown") && *b != Some("unknown")),
        "{pairs:?}"
    );
}

#[test]
fn areas_and_inequality_have_the_pairs_and_their_titles() {
    let world = world();
    let member = |code: &str| {
        let areas = world.table("areas");
        let row = areas.iter().find(|row| row["area_code"].text() == Some(code)).unwrap();
        row["region_terrain"].text().map(str::to_owned)
    };
    assert_eq!(member("E1").as_deref(), Some("east_plain"));
    assert_eq!(member("W2").as_deref(), Some("unknown"));
    assert_eq!(member("E"), None);
    let parts = world.table("inequality_parts");
    let between = of_nation(&parts, "inequality_index", "theil_t");
    let [Some(between), Some(within)] = [0, 1].map(|at| between[at]["value"].number()) else {
        panic!("both parts have values");
    };
    let x = [(0.2, 40.0), (0.2, 20.0), (0.25, 8.0), (1.0, 5.0)];
    let mean = 19.0 / 73.0;
    let expected: f64 = x.iter().map(|(x, w)| w / 73.0 * x / mean * f64::ln(x / mean)).sum();
    assert!((between - expected).abs() < 1e-12, "{between} {expected}");
    assert!(within > 0.0);
    let pipeline = world.pipeline();
    let dimension = pipeline
        .dimensions
        .iter()
        .find(|one| one.id == "region_terrain")
        .unwrap();
    let title = &dimension.members[0].title;
    assert_eq!(
        (title.0["zh"].as_str(), title.0["en"].as_str()),
        ("东部 · 平原", "East · Plain")
    );
}

#[test]
fn a_table_of_one_of_both_changes_what_is_kept_of_the_cross() {
    let world = world();
    world.put(
        "pipeline/terrain.csv",
        "code,terrain\nE1,plain\nE2,hill\nE3,hill\nW1,hill\nW2,plain\n",
    );
    let first = world.publish(&[]);
    let again = world.publish_into("again", &[]);
    for name in ["groups", "inequality", "gaps"] {
        let read = |output: &std::path::Path| crate::support::table(output, name);
        assert!(read(&first) == read(&again), "{name}");
    }
    let groups = world.table("groups");
    let row = of_nation(&groups, "member", "east_plain")[0];
    assert_eq!(row["denominator"].number(), Some(10.0));
}

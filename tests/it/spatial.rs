//! Moran's I and clusters of neighbours, through the program.

mod known;

use std::fmt::Write as _;

use crate::support::{Row, World, indicators, joined, measures, plan, published};

/// A square of 4 × 4 states, and Isle, which borders none.
const SIDE: usize = 4;

fn code(row: usize, column: usize) -> String {
    format!("S{row}{column}")
}

/// Coverage by rows: 10, 20, 30, 40 in the first period, and the other way round by columns in the second.
fn covered(period: &str, row: usize, column: usize) -> usize {
    if period == "2019" {
        10 * (row + 1)
    } else {
        10 * (SIDE - column)
    }
}

fn squares() -> impl Iterator<Item = (usize, usize)> {
    (0..SIDE * SIDE).map(|at| (at / SIDE, at % SIDE))
}

fn sheet(period: &str, change: impl Fn(&str, usize) -> Option<usize>) -> String {
    let mut sheet = "Code,Covered,All\n".to_owned();
    let states = squares().map(|(row, column)| (code(row, column), covered(period, row, column)));
    for (code, covered) in states.chain([("ISLE".to_owned(), 50)]) {
        if let Some(covered) = change(&code, covered) {
            writeln!(sheet, "{code},{covered},100").unwrap();
        }
    }
    sheet
}

fn as_it_is(_: &str, covered: usize) -> Option<usize> {
    Some(covered)
}

fn world() -> World {
    let mut areas = "code,name,level,parent_code\nX,Land,country,\nISLE,Isle,state,X\n".to_owned();
    let mut pairs = "area_code,neighbour_code\n".to_owned();
    for (row, column) in squares() {
        let own = code(row, column);
        writeln!(areas, "{own},{own},state,X").unwrap();
        for (row, column) in [(row + 1, column), (row, column + 1)] {
            if row < SIDE && column < SIDE {
                writeln!(pairs, "{own},{}", code(row, column)).unwrap();
            }
        }
    }
    let settings = plan("plain", &["country", "state"], &["2019", "2020"]);
    let settings = settings.replace("[registry]\n", "[registry]\nneighbours = 'neighbours.csv'\n");
    World::new(&settings, &areas)
        .form(
            "care",
            "title = { en = 'Care' }\nunit = 'state'\nkey = ['code']\nfiles = ['{period}/X_*']\nmissing = { '' = 'missing' }",
            "code | division_code | Code | level = 'state'; required = true\n\
             covered | integer | Covered | required = true\nall | integer | All | required = true",
        )
        .defined("measures.toml", measures("covered | care | covered\nall | care | all"))
        .defined("indicators.toml", indicators("coverage | covered | all | unit = 'percent'"))
        .defined("neighbours.csv", pairs)
        .sent("2019/X_1.csv", sheet("2019", as_it_is))
        .sent("2020/X_1.csv", sheet("2020", as_it_is))
}

fn of_period(world: &World, table: &str, period: &str) -> Vec<Row> {
    let rows = world.table(table).into_iter();
    rows.filter(|row| row["period"].text() == Some(period)).collect()
}

#[test]
fn a_slope_over_a_square_is_autocorrelated_and_an_island_is_left_out() {
    let world = world().published();
    let columns = [
        "period",
        "level",
        "n_units",
        "n_without_value",
        "n_islands",
        "null_reason",
    ];
    let rows = world.table("spatial_autocorrelation");
    let counted: Vec<String> = rows.iter().map(|row| joined(row, &columns, " ")).collect();
    assert_eq!(counted, ["2019 state 16 0 1 -", "2020 state 16 0 1 -"]);
    for row in &rows {
        // By hand, in src/statistics/spatial.rs.
        assert!((row["morans_i"].number().unwrap() - 0.75).abs() < 1e-12);
        assert!((row["expected_i"].number().unwrap() + 1.0 / 15.0).abs() < 1e-12);
        assert!(row["p_value"].number().unwrap() <= 0.005);
    }
    let parts = of_period(&world, "spatial_clusters", "2019");
    let mean = parts.iter().map(|row| row["local_i"].number().unwrap()).sum::<f64>() / 16.0;
    assert!((mean - 0.75).abs() < 1e-12);
    // Of the corner z = −0.15 and lag = (−0.15 − 0.05) / 2; Σ z² / n = 0.0125.
    let columns = ["area_code", "value", "quadrant", "n_neighbours"];
    assert_eq!(joined(&parts[0], &columns, " "), "S00 0.1 low_low 2");
    assert!((parts[0]["neighbours_value"].number().unwrap() - 0.15).abs() < 1e-12);
    assert!((parts[0]["local_i"].number().unwrap() - 1.2).abs() < 1e-12);
}

#[test]
fn what_did_not_come_leaves_its_weight_to_the_other_neighbours() {
    let world = world();
    let without = |own: &str, covered: usize| (own != "S01").then_some(covered);
    let world = world.sent("2019/X_1.csv", sheet("2019", without)).published();
    let row = &of_period(&world, "spatial_autocorrelation", "2019")[0];
    assert_eq!(joined(row, &["n_units", "n_without_value", "n_islands"], " "), "15 1 1");
    let parts = of_period(&world, "spatial_clusters", "2019");
    let columns = [
        "area_code",
        "neighbours_value",
        "n_neighbours",
        "n_neighbours_without_value",
    ];
    assert_eq!(joined(&parts[0], &columns, " "), "S00 0.2 1 1");
}

/// The square with a centroid for each state, a degree apart about the equator.
#[test]
fn centroids_make_the_nearest_areas_neighbours() {
    let mut centroids = "area_code,longitude,latitude\n".to_owned();
    for (row, column) in squares() {
        writeln!(centroids, "{},{},{}", code(row, column), 100 + column, 1.5 - row as f64).unwrap();
    }
    let mut world = world().defined("neighbours.csv", centroids);
    let settings = std::fs::read_to_string(world.path("pipeline/pipeline.toml")).unwrap();
    let with_nearest = settings.replace("[registry]\n", "[registry]\nnearest = 2\n");
    world = world.defined("pipeline.toml", with_nearest).published();
    let row = &of_period(&world, "spatial_autocorrelation", "2019")[0];
    assert_eq!(joined(row, &["n_units", "n_without_value", "n_islands"], " "), "16 0 1");
    let parts = of_period(&world, "spatial_clusters", "2019");
    assert!(parts.iter().all(|row| row["n_neighbours"].number() == Some(2.0)));
    // Of the corner those that border it, as before.
    let corner = &parts[0];
    assert_eq!(
        joined(corner, &["area_code", "value", "quadrant"], " "),
        "S00 0.1 low_low"
    );
    assert!((corner["neighbours_value"].number().unwrap() - 0.15).abs() < 1e-12);
    // Another number of neighbours is another figure.
    let settings = settings.replace("[registry]\n", "[registry]\nnearest = 15\n");
    let world = world.defined("pipeline.toml", settings).published();
    let row = &of_period(&world, "spatial_autocorrelation", "2019")[0];
    // With all others as neighbours I is what is expected.
    assert!((row["morans_i"].number().unwrap() + 1.0 / 15.0).abs() < 1e-12);
}

#[test]
fn too_few_areas_and_equal_ones_have_a_reason_and_no_clusters() {
    let world = world();
    let few = |own: &str, covered: usize| own.starts_with("S0").then_some(covered);
    let equal = |_: &str, _: usize| Some(50);
    let world = world
        .sent("2019/X_1.csv", sheet("2019", few))
        .sent("2020/X_1.csv", sheet("2020", equal));
    let world = world.published();
    let rows = world.table("spatial_autocorrelation");
    let columns = ["period", "morans_i", "p_value", "n_units", "null_reason"];
    let shown: Vec<String> = rows.iter().map(|row| joined(row, &columns, " ")).collect();
    assert_eq!(shown, ["2019 - - 4 too_few_neighbours", "2020 - - 16 no_variation"]);
    assert!(world.table("spatial_clusters").is_empty());
}

#[test]
fn a_later_run_and_any_number_of_threads_give_the_same_release() {
    let world = world();
    world.publish(&["--threads", "1"]);
    let before = world.table("spatial_clusters");
    // One period changes, then the neighbours do.
    let mut world = world.sent(
        "2020/X_1.csv",
        sheet("2020", |own, covered| Some(if own == "S00" { 90 } else { covered })),
    );
    world.publish(&[]);
    assert!(world.table("spatial_clusters") != before);
    let pairs = std::fs::read_to_string(world.path("pipeline/neighbours.csv")).unwrap();
    world = world.defined("neighbours.csv", pairs + "ISLE,S33\n");
    let output = world.publish(&["--threads", "2"]);
    let row = &of_period(&world, "spatial_autocorrelation", "2019")[0];
    assert_eq!(joined(row, &["n_units", "n_islands"], " "), "17 0");
    let full = world.publish_into("full", &["--threads", "1"]);
    let tables = |output| {
        let mut files = published(output);
        files.retain(|name, _| name.contains("spatial_"));
        files
    };
    assert!(tables(&output).len() >= 2);
    assert!(tables(&output) == tables(&full));
}

//! Figures of every period for the areas of one day.

use std::collections::{BTreeMap, BTreeSet};

use huizong::domain::Fraction;
use huizong::pipeline;
use huizong::registry::{Crosswalk, Registry};
use jiff::civil::{Date, date};

use crate::support::{Row, World, community_services, copy_folder, joined, root, shipped, table};

/// Towns that are recoded, merged and split between 2019 and 2020, on the boundaries of a period or day.
fn case(constant: &str, shares: [&str; 2]) -> World {
    let folder = root().join("tests/cases/recoded-area");
    let world = World::of(&folder.join("pipeline"));
    copy_folder(&folder.join("submissions"), &world.path("input"));
    let changes = std::fs::read_to_string(folder.join("pipeline/changes.csv")).unwrap();
    let changes = changes.replace("A6,2020-07-01,split,,", &format!("A6,2020-07-01,split,{},", shares[0]));
    let changes = changes.replace("A7,2020-07-01,split,,", &format!("A7,2020-07-01,split,{},", shares[1]));
    world
        .defined("changes.csv", changes)
        .extended("indicators.toml", "plausible = { min = 0, max = 200 }\n")
        .extended("pipeline.toml", &format!("\n[boundaries]\nconstant = \"{constant}\"\n"))
        .published()
}

const COLUMNS: [&str; 9] = [
    "area_code",
    "numerator",
    "denominator",
    "value",
    "lower",
    "upper",
    "allocated_share",
    "obs_status",
    "n_expected",
];

fn of_period(world: &World, period: &str) -> Vec<String> {
    let rows = world.table("indicators_constant_boundaries");
    let rows = rows.iter().filter(|row| row["period"].text() == Some(period));
    rows.map(|row| joined(row, &COLUMNS, " ")).collect()
}

#[test]
fn recodes_and_merges_move_whole_areas_and_splits_go_by_their_shares() {
    let world = case("2020", ["0.3", "0.7"]);
    // AB has sent nothing for 2019, and no register says how much that is: it may be anything plausible.
    assert_eq!(
        of_period(&world, "2019"),
        [
            "A 430 6 71.66666666666667 0 200 0 P 7",
            "A5 100 1 100 100 100 0 A 1",
            "A6 30 0.3 100 100 100 1 E 1",
            "A7 70 0.7 100 100 100 1 E 1",
            "A8 100 2 50 50 50 0 A 2",
            "A9 100 1 100 100 100 0 A 1",
            "AB 30 1 30 0 200 0 P 2",
            "N 430 6 71.66666666666667 0 200 0 P 7",
        ]
    );
}

#[test]
fn without_shares_the_parts_are_null_and_what_holds_all_of_them_is_not() {
    let world = case("2020-12-31", ["", ""]);
    let rows = of_period(&world, "2019");
    // A part has between 0 and all of the 100 people of one town: any ratio that is plausible.
    assert!(rows.contains(&"A6 - - - 0 200 - O 1".to_owned()), "{rows:#?}");
    let rows = world.table("indicators_constant_boundaries");
    let is_part = |row: &&Row| row["period"].text() == Some("2019") && row["area_code"].text() == Some("A7");
    let part = rows.iter().find(is_part).unwrap();
    assert_eq!(
        joined(part, &["null_reason", "sums_null_reason", "bounds_null_reason"], " "),
        "share_unknown share_unknown -"
    );
}

#[test]
fn backwards_the_parts_of_a_split_are_one_area_and_a_merge_cannot_be_undone() {
    let world = case("2019", ["0.3", "0.7"]);
    let rows = world.table("indicators_constant_boundaries");
    let of_2020 = |area: &str, column: &str| {
        let is_asked = |row: &&Row| row["period"].text() == Some("2020") && row["area_code"].text() == Some(area);
        rows.iter().find(is_asked).unwrap()[column].clone()
    };
    assert_eq!(of_2020("A4", "numerator").number(), Some(900.0));
    assert_eq!(of_2020("A1", "numerator").number(), Some(1000.0));
    assert_eq!(of_2020("A2", "null_reason").text(), Some("share_unknown"));
}

/// Rows of the sample's release by period, indicator and area.
fn keyed(rows: &[Row]) -> BTreeMap<[String; 3], &Row> {
    let key = |row: &Row| ["period", "indicator", "area_code"].map(|column| row[column].text().unwrap().to_owned());
    rows.iter().map(|row| (key(row), row)).collect()
}

const SHARED: [&str; 10] = [
    "numerator",
    "denominator",
    "value",
    "lower",
    "upper",
    "n_expected",
    "n_reported",
    "null_reason",
    "sums_null_reason",
    "bounds_null_reason",
];

#[test]
fn areas_that_did_not_change_have_the_figures_as_reported() {
    let output = shipped().output.as_path();
    let (reported, constant) = (
        table(output, "indicators"),
        table(output, "indicators_constant_boundaries"),
    );
    let (reported, constant) = (keyed(&reported), keyed(&constant));
    let pipeline = pipeline::load(&community_services()).unwrap();
    let registry = Registry::load(&pipeline).unwrap();
    let end = pipeline.constant_boundaries.unwrap();
    let (mut crosswalks, mut untouched) = (BTreeMap::new(), BTreeMap::new());
    let mut compared = 0;
    for (key, row) in &constant {
        let period = pipeline
            .periods
            .iter()
            .find(|period| period.to_string() == key[0])
            .unwrap();
        let place = (period.end(), key[2].clone());
        let crosswalk = crosswalks
            .entry(place.0)
            .or_insert_with(|| registry.crosswalk(place.0, end));
        let is_same = untouched
            .entry(place)
            .or_insert_with_key(|(day, code)| is_untouched(&registry, crosswalk, *day, code));
        if !*is_same {
            continue;
        }
        let reported = reported[key];
        let (own, others) = (joined(row, &SHARED, " "), joined(reported, &SHARED, " "));
        assert_eq!(own, others, "{key:?}");
        compared += 1;
    }
    assert!(compared > 1000, "{compared} figures are too few to mean anything");
}

/// Whether all that lies in an area lay in it before, and the other way round: of areas of every level.
fn is_untouched(registry: &Registry, crosswalk: &Crosswalk, day: Date, code: &str) -> bool {
    let areas = registry.on(day);
    let leaves = areas.at_level(registry.leaf());
    let is_same = |area: &str| {
        let before = areas.contains(code, area);
        let lies = crosswalk.of(area).iter().find(|lies| lies.within == code);
        match lies {
            Some(lies) => before && lies.known == Fraction::ONE,
            None => !before,
        }
    };
    leaves.into_iter().all(|area| is_same(&area.code))
}

#[test]
fn counties_add_up_to_provinces_and_these_to_the_nation() {
    let rows = table(shipped().output.as_path(), "indicators_constant_boundaries");
    let mut sums: BTreeMap<(String, String, String), [f64; 2]> = BTreeMap::new();
    let mut open = BTreeSet::new();
    for row in &rows {
        let text = |column: &str| row[column].text().unwrap().to_owned();
        let key = (text("period"), text("indicator"), text("level"));
        if row["null_reason"].text() == Some("share_unknown") {
            open.insert((key.0.clone(), key.1.clone()));
        }
        let sum = sums.entry(key).or_default();
        for (sum, column) in sum.iter_mut().zip(["numerator", "denominator"]) {
            *sum += row[column].number().unwrap_or_default();
        }
    }
    let mut compared = 0;
    for ((period, indicator, level), sum) in &sums {
        // Not every county lies in a prefecture.
        let is_whole = level == "province" || !open.contains(&(period.clone(), indicator.clone()));
        if level == "prefecture" || !is_whole {
            continue;
        }
        let nation = sums[&(period.clone(), indicator.clone(), "nation".to_owned())];
        for (one, whole) in sum.iter().zip(nation) {
            assert!(
                (one - whole).abs() <= 1e-9 * whole.abs(),
                "{period} {indicator} {level}: {one} is not {whole}"
            );
        }
        compared += 1;
    }
    assert!(compared > 50, "{compared} sums are too few to mean anything");
}

/// Cities of the corps in Xinjiang, of which the source does not say what ground they took, and one that was two administrative committees,
/// which its source lists from 2017 on.
const CREATED: [(&str, i16); 3] = [("632803", 2017), ("659009", 2016), ("659010", 2019)];

#[test]
fn no_county_of_the_shipped_registry_appears_or_disappears_between_2016_and_2020() {
    let pipeline = pipeline::load(&community_services()).unwrap();
    let registry = Registry::load(&pipeline).unwrap();
    let end = date(2020, 12, 31);
    let counties = |day: Date| -> BTreeSet<String> {
        let areas = registry.on(day);
        let all = areas.at_level(registry.leaf()).filter(|area| area.kind == "county");
        all.map(|area| area.code.clone()).collect()
    };
    let now = counties(end);
    for year in 2015..=2020 {
        let day = date(year, 12, 31);
        let crosswalk = registry.crosswalk(day, end);
        let lies_in = |code: &str| -> BTreeSet<String> {
            let within = crosswalk.of(code).iter().map(|lies| lies.within.clone());
            within.filter(|within| now.contains(within)).collect()
        };
        for code in counties(day) {
            assert!(!lies_in(&code).is_empty(), "{code} of {year} lies in no county");
        }
        // A zone became a county here and there.
        let areas = registry.on(day);
        let reached: BTreeSet<String> = areas
            .at_level(registry.leaf())
            .flat_map(|area| lies_in(&area.code))
            .collect();
        let lost: Vec<&str> = now.difference(&reached).map(String::as_str).collect();
        let expected = CREATED.iter().filter(|(_, since)| year < *since).map(|(code, _)| *code);
        assert_eq!(lost, expected.collect::<Vec<_>>(), "{year}");
    }
}

//! A dimension of areas crossed with one of rows, and one of rows with another: figures by plain loops over what was published.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::{Row, World, indicators, measures, plan, shown};

const AREAS: &str = "code,name,level,parent_code\nN,Nation,nation,\nE,East,province,N\nW,West,province,N\nX,Elsewhere,province,N\n\
                     E1,Ash,county,E\nE2,Beech,county,E\nE3,Cedar,county,E\nW1,Fir,county,W\nW2,Ivy,county,W\nX1,Elm,county,X\n";

/// Nobody says where X lies.
const REGIONS: &str = "code,region\nE,east\nW,west\n";

const DIMENSIONS: &str = "[[dimension]]\nid = 'region'\nlevel = 'province'\nsource = 'regions.csv'\norder = ['east', 'west', 'unknown']\n\
                          compare = [['east', 'west']]\nstrata = ['kind']\n\
                          [[dimension]]\nid = 'kind'\nlevel = 'place'\ncolumn = 'kind'\nmap = { town = ['t'], village = ['v'] }\n\
                          other = 'other'\norder = ['town', 'village', 'other']\n\
                          [[dimension]]\nid = 'size'\nlevel = 'place'\ncolumn = 'size'\nmap = { small = ['s'], large = ['l'] }\n\
                          order = ['small', 'large']\n\
                          [[dimension]]\nid = 'region_kind'\ncross = ['region', 'kind']\ncompare_all = true\nstrata = ['size']\n\
                          [[dimension]]\nid = 'kind_size'\ncross = ['kind', 'size']\ncompare = [['town_large', 'village_small']]\n\
                          [[dimension]]\nid = 'all_three'\ncross = ['region_kind', 'size']\n";

const CROSSES: [&str; 3] = ["region_kind", "kind_size", "all_three"];

/// Rows by county: kind, size, people served, people.
type Sent = (&'static str, &'static [(&'static str, &'static str, &'static str, i64)]);

/// E2 sends nothing. Of the second row of W2 the numerator cannot be read; the kind of its third one is not known.
const SENT: [Sent; 5] = [
    ("E1", &[("t", "s", "4", 10), ("v", "l", "6", 20), ("t", "l", "9", 30)]),
    ("E3", &[("t", "l", "20", 50), ("x", "s", "1", 5)]),
    ("W1", &[("t", "s", "3", 12), ("v", "s", "5", 8), ("v", "l", "2", 9)]),
    ("W2", &[("t", "l", "7", 21), ("v", "s", "many", 40), ("", "s", "3", 6)]),
    ("X1", &[("t", "s", "2", 4), ("v", "", "1", 7)]),
];

fn world(regions: &str) -> World {
    let mut world = World::new(
        &plan("plain", &["nation", "province", "county"], &["2020"]),
        AREAS,
    )
    .extended("pipeline.toml", "[reporters]\nfile = 'reporters.csv'\n")
    .form(
        "roster",
        "unit = 'place'\nkey = ['place']\nfiles = ['{period}/{county}_*']\nmissing = { '' = 'missing' }",
        "place | text | Place | required = true\nkind | text | Kind\nsize | text | Size\n\
         served | integer | Served | required = true\npeople | integer | People | required = true",
    )
    .defined("measures.toml", measures("served | roster | served\npeople | roster | people"))
    .defined(
        "indicators.toml",
        indicators(
            "served_share | served | people | factor = 100; unit = 'percent'; register = 'people'; bounded = true; plausible = { min = 0, max = 100 }
             town_share | served | people | factor = 100; unit = 'percent'; register = 'town_people'; bounded = true; plausible = { min = 0, max = 100 }; where = { kind = 'town' }",
        ),
    )
    .defined("dimensions.toml", DIMENSIONS)
    .defined("regions.csv", regions);
    for (county, rows) in SENT {
        let lines = rows
            .iter()
            .enumerate()
            .map(|(at, (kind, size, served, people))| format!("{county}{at},{kind},{size},{served},{people}\n"));
        let text = format!("Place,Kind,Size,Served,People\n{}", lines.collect::<String>());
        world = world.sent(&format!("2020/{county}_1.csv"), text);
    }
    world.beside(
        "reporters.csv",
        "area_code,form,period,expected_rows,people,town_people\nE1,roster,2020,3,60,40\nE2,roster,2020,4,200,80\n\
         E3,roster,2020,2,55,50\nW1,roster,2020,3,29,12\nW2,roster,2020,3,67,21\nX1,roster,2020,2,11,4\n",
    )
}

/// A row of a county, read from the files of the release.
struct Place {
    county: String,
    kind: String,
    size: String,
    /// None: the row is quarantined.
    served: Option<f64>,
    people: f64,
}

/// The published rows.
fn places(world: &World) -> Vec<Place> {
    let place = |row: Row, is_counted: bool| Place {
        county: shown(&row, "area_code"),
        kind: shown(&row, "kind_member"),
        size: shown(&row, "size_member"),
        served: row["served"].number().filter(|_| is_counted),
        people: row["people"].number().unwrap(),
    };
    let counted = world.facts("roster", "2020").into_iter().map(|row| place(row, true));
    let uncounted = world
        .uncounted("roster", "2020")
        .into_iter()
        .map(|row| place(row, false));
    counted.chain(uncounted).collect()
}

/// By county, what the register says.
fn regions(world: &World) -> BTreeMap<String, String> {
    let areas = world.table("areas").into_iter();
    let counties = areas.filter(|row| row["level"].text() == Some("county"));
    counties
        .map(|row| (shown(&row, "area_code"), shown(&row, "region")))
        .collect()
}

/// A pair of members, or of what is a pair itself.
fn pair(first: &str, second: &str) -> String {
    match [first, second].contains(&"unknown") {
        true => "unknown".to_owned(),
        false => format!("{first}_{second}"),
    }
}

fn member(dimension: &str, region: &str, kind: &str, size: &str) -> String {
    match dimension {
        "region_kind" => pair(region, kind),
        "kind_size" => pair(kind, size),
        "all_three" => pair(&pair(region, kind), size),
        other => panic!("{other}"),
    }
}

const KINDS: [&str; 4] = ["town", "village", "other", "unknown"];
const SIZES: [&str; 3] = ["small", "large", "unknown"];

/// Whether a county of a region can have rows of a member, if they are of some kinds.
fn can_have(dimension: &str, wanted: &str, region: &str, kinds: &[&str]) -> bool {
    let mut all = kinds
        .iter()
        .flat_map(|kind| SIZES.map(|size| member(dimension, region, kind, size)));
    all.any(|own| own == wanted)
}

/// The rows of `groups` in the nation.
fn groups(world: &World, dimension: &str, indicator: &str) -> BTreeMap<String, Row> {
    let is = |row: &Row, column: &str, text: &str| row[column].text() == Some(text);
    let all = world.table("groups").into_iter();
    let here = all
        .filter(|row| is(row, "scope_code", "N") && is(row, "dimension", dimension) && is(row, "indicator", indicator));
    here.map(|row| (shown(&row, "member"), row)).collect()
}

#[test]
fn every_figure_of_a_cross_follows_from_the_published_rows() {
    let world = world(REGIONS).published();
    let (places, regions) = (places(&world), regions(&world));
    assert_eq!(places.len(), 13);
    let mut bounded = 0;
    for dimension in CROSSES {
        for (indicator, kinds) in [("served_share", &KINDS[..]), ("town_share", &["town"])] {
            let groups = groups(&world, dimension, indicator);
            assert!(groups.len() > 6, "{dimension}: {:?}", groups.keys());
            for (name, row) in groups {
                let is_own = |place: &&Place| {
                    kinds.contains(&place.kind.as_str())
                        && member(dimension, &regions[&place.county], &place.kind, &place.size) == name
                };
                let own: Vec<&Place> = places.iter().filter(is_own).collect();
                let counted: Vec<_> = own
                    .iter()
                    .filter_map(|place| Some((place.served?, place.people)))
                    .collect();
                let numerator: f64 = counted.iter().map(|(served, _)| served).sum();
                let denominator: f64 = counted.iter().map(|(_, people)| people).sum();
                let owing: Vec<&str> = (regions.iter())
                    .filter(|(_, region)| can_have(dimension, &name, region, kinds))
                    .map(|(county, _)| county.as_str())
                    .collect();
                assert_eq!(row["n_expected"].number(), Some(owing.len() as f64), "{row:?}");
                let reported = owing.iter().filter(|county| **county != "E2").count();
                assert_eq!(row["n_reported"].number(), Some(reported as f64), "{row:?}");
                let sums = (!counted.is_empty()).then_some((numerator, denominator));
                if sums.is_some() {
                    assert_eq!(
                        row["numerator"].number().zip(row["denominator"].number()),
                        sums,
                        "{row:?}"
                    );
                }
                // Of a county that was read whole, what is quarantined is missing. Else what the register has beyond what counts: of one
                // member where the county has rows of no other, and of nobody knows which where it may.
                let held = |county: &str| -> f64 {
                    let here = own
                        .iter()
                        .filter(|place| place.county == county && place.served.is_none());
                    here.map(|place| place.people).sum()
                };
                let lack = |county: &&str| match is_read(&places, indicator, county) {
                    true => Some(held(county)),
                    false => has_one(dimension, &regions[*county], kinds).then(|| beyond(&places, indicator, county)),
                };
                let missing: Option<f64> = owing.iter().map(lack).sum();
                let whole = denominator + missing.unwrap_or(0.0);
                let bounds = missing.filter(|_| whole > 0.0).map(|missing| {
                    bounded += usize::from(missing > 0.0);
                    (100.0 * numerator / whole, 100.0 * (numerator + missing) / whole)
                });
                let got = row["lower"].number().zip(row["upper"].number());
                let is_close = |(a, b): ((f64, f64), (f64, f64))| (a.0 - b.0).abs() < 1e-9 && (a.1 - b.1).abs() < 1e-9;
                assert_eq!(got.is_some(), bounds.is_some(), "{missing:?} of {row:?}");
                assert!(got.zip(bounds).is_none_or(is_close), "{bounds:?}, not {row:?}");
            }
        }
    }
    assert!(bounded >= 3, "{bounded} members lack something");
}

/// Whether all rows of a county of a region have one member.
fn has_one(dimension: &str, region: &str, kinds: &[&str]) -> bool {
    let all = kinds
        .iter()
        .flat_map(|kind| SIZES.map(|size| member(dimension, region, kind, size)));
    all.collect::<BTreeSet<String>>().len() == 1
}

/// Whether every row came that a county owes, and said whether it is of the indicator.
fn is_read(places: &[Place], indicator: &str, county: &str) -> bool {
    let mut own = places.iter().filter(|place| place.county == county).peekable();
    own.peek().is_some() && (indicator == "served_share" || own.all(|place| place.kind != "unknown"))
}

/// What the register has of a county beyond what counts.
fn beyond(places: &[Place], indicator: &str, county: &str) -> f64 {
    let is_town = indicator == "town_share";
    let registered = match (county, is_town) {
        ("E2", false) => 200.0,
        ("E2", true) => 80.0,
        ("W2", true) => 21.0,
        other => panic!("{other:?} was read"),
    };
    let counted = places
        .iter()
        .filter(|place| place.county == county && place.served.is_some());
    let known: f64 = counted
        .filter(|place| !is_town || place.kind == "town")
        .map(|place| place.people)
        .sum();
    registered - known
}

#[test]
fn who_cannot_have_a_member_is_not_missing_of_it() {
    let world = world(REGIONS).published();
    let groups = groups(&world, "region_kind", "served_share");
    let said = |member: &str| {
        let row = &groups[member];
        ["n_expected", "n_reported", "bounds_null_reason"]
            .map(|column| shown(row, column))
            .join(" ")
    };
    // E2 sent nothing, and nobody knows of which kind its places are; it lies in no other region.
    assert_eq!(said("east_town"), "3 2 register_not_split");
    assert_eq!(said("west_town"), "2 2 -");
    assert_eq!(groups["west_other"]["null_reason"].text(), Some("denominator_zero"));
    assert_eq!(groups["west_town"]["lower"], groups["west_town"]["value"]);
    // One member of region and kind alone: what the register has of its towns is all that E2 lacks.
    let towns = self::groups(&world, "region_kind", "town_share");
    let row = &towns["east_town"];
    assert_eq!(row["upper"].number(), Some(100.0 * (33.0 + 80.0) / 170.0));
    assert_eq!(shown(&towns["east_village"], "null_reason"), "outside_filter");
}

#[test]
fn members_of_a_cross_add_up_to_those_of_its_parts() {
    let world = world(REGIONS).published();
    let (places, regions) = (places(&world), regions(&world));
    let sums = |dimension: &str| -> BTreeMap<String, [f64; 2]> {
        let groups = groups(&world, dimension, "served_share").into_iter();
        let sums = |row: &Row| ["numerator", "denominator"].map(|column| row[column].number().unwrap_or(0.0));
        groups.map(|(member, row)| (member, sums(&row))).collect()
    };
    let (of_regions, of_kinds, of_pairs) = (sums("region"), sums("kind"), sums("region_kind"));
    // What one part does not know has a place in the other: it is of `unknown` in the cross.
    let outside = |is_own: &dyn Fn(&Place) -> bool| {
        let own = places.iter().filter(|place| is_own(place));
        own.filter_map(|place| Some([place.served?, place.people]))
            .fold([0.0, 0.0], |sum, one| [sum[0] + one[0], sum[1] + one[1]])
    };
    let total = |members: Vec<&str>, rest: [f64; 2]| {
        let all = members.into_iter().map(|member| of_pairs[member]);
        all.fold(rest, |sum, one| [sum[0] + one[0], sum[1] + one[1]])
    };
    for region in ["east", "west"] {
        let pairs: Vec<String> = KINDS[..3].iter().map(|kind| pair(region, kind)).collect();
        let rest = outside(&|place| regions[&place.county] == region && place.kind == "unknown");
        assert_eq!(
            total(pairs.iter().map(String::as_str).collect(), rest),
            of_regions[region],
            "{region}"
        );
    }
    for kind in &KINDS[..3] {
        let pairs = ["east", "west"].map(|region| pair(region, kind));
        let rest = outside(&|place| regions[&place.county] == "unknown" && place.kind == **kind);
        assert!(kind == &"other" || rest[1] > 0.0, "{kind}");
        assert_eq!(
            total(pairs.iter().map(String::as_str).collect(), rest),
            of_kinds[*kind],
            "{kind}"
        );
    }
}

#[test]
fn gaps_and_what_could_turn_them_know_whose_rows_are_missing() {
    let world = world(REGIONS).published();
    let gaps = world.table("gaps");
    let of = |indicator: &str, b: &str| {
        let is = |row: &&Row, column: &str, text: &str| row[column].text() == Some(text);
        let mut rows = gaps
            .iter()
            .filter(|row| is(row, "dimension", "region_kind") && is(row, "indicator", indicator));
        rows.find(|row| is(row, "a", "east_town") && is(row, "b", b))
            .unwrap()
            .clone()
    };
    let gap = of("town_share", "west_town");
    let (east, west) = (33.0 / 90.0, 10.0 / 33.0);
    assert!(
        (gap["gap"].number().unwrap() - 100.0 * (east - west)).abs() < 1e-9,
        "{gap:?}"
    );
    // Towns of the east are small in 10 of 90 places, those of the west in 12 of 33.
    let (small, large) = ([4.0 / 10.0, 3.0 / 12.0], [29.0 / 80.0, 7.0 / 21.0]);
    let (p, q) = ([10.0 / 90.0, 12.0 / 33.0], [80.0 / 90.0, 21.0 / 33.0]);
    let mix = (p[0] - p[1]) * (small[0] + small[1]) / 2.0 + (q[0] - q[1]) * (large[0] + large[1]) / 2.0;
    assert!(
        (gap["mix_effect"].number().unwrap() - 100.0 * mix).abs() < 1e-9,
        "{gap:?}"
    );
    assert_eq!(shown(&gap, "sign_identified"), "false");
    let verdicts = world.table("verdicts");
    let named: Vec<(String, String)> = (verdicts.iter())
        .filter(|row| row["dimension"].text() == Some("region_kind") && row["indicator"].text() == Some("town_share"))
        .map(|row| (shown(row, "missing_code"), shown(row, "missing_member")))
        .collect();
    assert_eq!(named, [("E2".to_owned(), "east_town".to_owned())]);
    // Neither `unknown` nor a pair with `other` is compared with all others.
    let pairs = gaps.iter().filter(|row| row["dimension"].text() == Some("region_kind"));
    assert!(pairs.clone().count() > 0 && pairs.clone().all(|row| row["scope_code"].text() == Some("N")));
    let names: Vec<String> = pairs
        .flat_map(|row| ["a", "b"].map(|column| shown(row, column)))
        .collect();
    assert!(
        names.iter().all(|name| !name.contains("other") && name != "unknown"),
        "{names:?}"
    );
}

#[test]
fn indices_over_cells_are_those_of_areas_where_one_kind_is_left() {
    let world = world(REGIONS).published();
    let indices = world.table("inequality");
    let of = |dimension: Option<&str>, over: &str| -> Vec<String> {
        let rows = indices.iter().filter(|row| {
            row["indicator"].text() == Some("town_share")
                && row["scope_code"].text() == Some("N")
                && row["dimension"].text() == dimension
                && row["computed_over"].text() == Some(over)
        });
        // Units of one ratio may be added up in another order.
        let number = |row: &Row, column: &str| {
            row[column]
                .number()
                .map_or("-".to_owned(), |number| format!("{number:.9}"))
        };
        let line = |row: &Row| {
            let numbers = ["value", "lower", "upper", "n_units"].map(|column| number(row, column));
            format!("{} {}", shown(row, "inequality_index"), numbers.join(" "))
        };
        let mut all: Vec<String> = rows.map(line).collect();
        all.retain(|line| !line.starts_with("mean_difference_from_reference"));
        all
    };
    let (areas, cells) = (of(None, "county"), of(Some("region_kind"), "cell"));
    assert!(
        areas.len() > 10 && areas.iter().any(|line| line.starts_with("gini 0.")),
        "{areas:?}"
    );
    assert_eq!(areas, cells);
}

#[test]
fn a_county_that_moves_in_the_register_moves_its_rows() {
    let world = world(REGIONS).published();
    let before = groups(&world, "region_kind", "served_share");
    let facts = world.facts("roster", "2020");
    world.put("pipeline/regions.csv", "code,region\nE,east\nW,east\nX,west\n");
    let (first, again) = (world.publish(&[]), world.publish_into("again", &[]));
    for name in ["groups", "inequality", "inequality_parts", "gaps", "verdicts"] {
        let read = |output: &std::path::Path| crate::support::table(output, name);
        assert!(read(&first) == read(&again), "{name}");
    }
    let after = groups(&world, "region_kind", "served_share");
    let served = |groups: &BTreeMap<String, Row>, member: &str| groups[member]["numerator"].number();
    assert_eq!(
        [served(&before, "east_town"), served(&before, "west_town")],
        [Some(33.0), Some(10.0)]
    );
    assert_eq!(
        [served(&after, "east_town"), served(&after, "west_town")],
        [Some(43.0), Some(2.0)]
    );
    // The cross is of the figures: no row is written anew for it.
    assert!(facts == world.facts("roster", "2020"));
    let moved = world.table("revisions");
    let steps: Vec<String> = (moved.iter())
        .filter(|row| row["dimension"].text() == Some("region_kind") && row["member"].text() == Some("east_town"))
        .filter(|row| row["indicator"].text() == Some("served_share"))
        .map(|row| {
            ["cause", "numerator_before", "numerator_after"]
                .map(|column| shown(row, column))
                .join(" ")
        })
        .collect();
    assert_eq!(steps, ["registry 33 43"]);
}

#[test]
fn a_cross_that_is_declared_later_is_that_of_a_full_run() {
    let of_one_part = DIMENSIONS.split("[[dimension]]\nid = 'region_kind'").next().unwrap();
    let world = world(REGIONS).defined("dimensions.toml", of_one_part).published();
    assert!(groups(&world, "region_kind", "served_share").is_empty());
    world.put("pipeline/dimensions.toml", DIMENSIONS);
    let (first, again) = (world.publish(&[]), world.publish_into("again", &[]));
    for name in ["groups", "inequality", "gaps"] {
        let read = |output: &std::path::Path| crate::support::table(output, name);
        assert!(read(&first) == read(&again), "{name}");
    }
    assert!(groups(&world, "region_kind", "served_share").len() > 6);
}

#[test]
fn the_report_lays_pairs_out_by_both_parts() {
    let world = world(REGIONS).published();
    let page = std::fs::read_to_string(world.output().join("current/report.html")).unwrap();
    let (_, view) = page.split_once("cross-region_kind-served_share").unwrap();
    assert!(
        view.contains("east_town") || view.contains("east · town"),
        "the table of the pairs follows"
    );
}

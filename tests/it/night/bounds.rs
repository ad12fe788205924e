//! Bounds of partial reporters, quarantined rows and refused revisions, computed a second time from the published rows
//! and the register, by the rules of `docs/methods.md`.

use std::collections::BTreeMap;

use crate::support::{Row, World, indicators, measures, plan};

const AREAS: &str = "code,name,level,kind,parent_code\nN,Nation,nation,nation,\nP,Province,province,province,N\n\
                     C1,All came,county,county,P\nC2,A part came,county,county,P\nC3,Quarantined,county,county,P\n\
                     C4,Refused revision,county,county,P\nC5,Refused,county,county,P\nC6,Nothing came,county,county,P\n\
                     C7,Sent twice,county,county,P\nC8,Broken twice,county,county,P\n";

/// Rows and beds that each county owes. The register of C1 and C3 disagrees with what came: their rows tell.
const REGISTER: &str = "area_code,form,period,expected_rows,beds\nC1,homes,,2,99\nC2,homes,,2,30\nC3,homes,,2,99\nC4,homes,,2,30\n\
                        C5,homes,,1,50\nC6,homes,,2,40\nC7,homes,,2,30\nC8,homes,,1,25\n";

/// County, what is missing of its beds, and whether that is known without a register.
const MISSING: [(&str, f64, bool); 8] = [
    ("C1", 0.0, true),
    ("C2", 20.0, false),
    ("C3", 20.0, true),
    ("C4", 0.0, true),
    ("C5", 50.0, false),
    ("C6", 40.0, false),
    ("C7", 20.0, false),
    ("C8", 20.0, true),
];

/// Name, beds and staff of a home.
type Home<'a> = (&'a str, &'a str, u32);

const GOOD: Home<'_> = ("a", "10", 5);
const MORE: Home<'_> = ("b", "20", 8);

fn homes(rows: &[Home<'_>]) -> String {
    let line = |(home, beds, staff): &Home<'_>| format!("{home},{beds},{staff}\n");
    format!("home,beds,staff\n{}", rows.iter().map(line).collect::<String>())
}

/// A world in which homes are reported by the counties that a register names.
fn reported(areas: &str, register: &str) -> World {
    let plausible = "plausible = { min = 0.0, max = 3.0 }";
    World::new(&plan("plain", &["nation", "province", "county"], &["2020"]), areas)
        .extended("pipeline.toml", "[reporters]\nfile = 'reporters.csv'\n")
        .form(
            "homes",
            "unit = 'home'\nkey = ['home']\nfiles = ['{period}/{county}_homes*']\nrevision = '_r{revision}'",
            "home | text | home | required = true
             beds | integer | beds | required = true
             staff | integer | staff",
        )
        .defined(
            "checks.toml",
            "[[row]]\nid = 'too-many'\nform = 'homes'\nassert = 'staff <= 2 * beds'\nseverity = 'hard'\nmessage = { en = 'many' }\n",
        )
        .defined("measures.toml", measures("staff | homes | staff\nbeds | homes | beds"))
        .defined(
            "indicators.toml",
            indicators(&format!(
                "registered | staff | beds | unit = '1'; {plausible}; register = 'beds'
                 unregistered | staff | beds | unit = '1'; {plausible}"
            )),
        )
        .sent("reporters.csv", register)
}

fn world() -> World {
    let (good, more) = (GOOD, MORE);
    reported(AREAS, REGISTER)
        .sent("2020/C1_homes.csv", homes(&[good, more]))
        .sent("2020/C2_homes.csv", homes(&[good]))
        .sent("2020/C3_homes.csv", homes(&[good, ("b", "20", 90)]))
        .sent("2020/C4_homes.csv", homes(&[good, more]))
        .sent("2020/C4_homes_r1.csv", homes(&[("a", "10", 50), ("b", "20", 90)]))
        .sent("2020/C5_homes.csv", homes(&[("a", "many", 5)]))
        .sent("2020/C7_homes.csv", homes(&[good, more, ("b", "20", 9)]))
        .sent("2020/C8_homes.csv", homes(&[("a", "20", 70)]))
        .sent("2020/C8_homes_r1.csv", homes(&[("a", "30", 90)]))
}

/// What was published of a county's rows.
#[derive(Default)]
struct Came {
    accepted: f64,
    quarantined: f64,
    beds: f64,
    staff: f64,
    /// Beds of quarantined rows.
    held: f64,
}

fn came(world: &World) -> BTreeMap<String, Came> {
    let mut all: BTreeMap<String, Came> = BTreeMap::new();
    let area = |row: &Row| row["area_code"].text().unwrap().to_owned();
    let beds = |row: &Row| row["beds"].number().unwrap();
    for row in world.facts("homes", "2020") {
        let came = all.entry(area(&row)).or_default();
        came.accepted += 1.0;
        came.beds += beds(&row);
        came.staff += row["staff"].number().unwrap();
    }
    for row in world.uncounted("homes", "2020") {
        assert_eq!(row["row_status"].text(), Some("quarantined"), "{row:?}");
        let came = all.entry(area(&row)).or_default();
        came.quarantined += 1.0;
        came.held += beds(&row);
    }
    all
}

#[test]
fn bounds_follow_from_what_is_published() {
    let world = world().published();
    let came = came(&world);
    let nothing = Came::default();
    let (mut whole, mut all_missing) = (Came::default(), 0.0);
    for owed in world.table("obligations") {
        let area = owed["area_code"].text().unwrap();
        let came = came.get(area).unwrap_or(&nothing);
        let figure = |name: &str| owed[name].number().unwrap();
        let (rows, total) = (figure("rows_expected"), figure("register_beds"));
        let seen = came.accepted + came.quarantined;
        let is_read = seen == rows || (seen > rows && came.quarantined == 0.0);
        let missing = if is_read { came.held } else { total - came.beds };
        let (_, expected, is_known) = MISSING.into_iter().find(|(code, ..)| *code == area).unwrap();
        assert_eq!(missing, expected, "{area}");
        shows(&world, area, "registered", came, Some(missing));
        shows(&world, area, "unregistered", came, is_known.then_some(missing));
        whole.beds += came.beds;
        whole.staff += came.staff;
        all_missing += missing;
    }
    shows(&world, "N", "registered", &whole, Some(all_missing));
    shows(&world, "N", "unregistered", &whole, None);
}

/// The bounds of a row are those of `missing` beds with no staff and with three for each; if nobody knows how many, all that is plausible.
fn shows(world: &World, area: &str, indicator: &str, came: &Came, missing: Option<f64>) {
    let table = world.table("indicators");
    let row = table
        .iter()
        .find(|row| row["area_code"].text() == Some(area) && row["indicator"].text() == Some(indicator))
        .unwrap();
    assert_eq!(row["bounds_null_reason"].text(), None, "{row:?}");
    let bounds = missing.map_or((0.0, 3.0), |missing| {
        let bound = |each: f64| (came.staff + each * missing) / (came.beds + missing);
        (bound(0.0), bound(3.0))
    });
    for (column, bound) in [("lower", bounds.0), ("upper", bounds.1)] {
        let near = row[column].number().is_some_and(|found| (found - bound).abs() < 1e-12);
        assert!(near, "{column}, not {bound}: {row:?}");
    }
}

#[test]
fn a_figure_is_complete_only_where_nothing_of_its_reporters_is_in_doubt() {
    let world = world().published();
    let status = |area: &str| {
        let table = world.table("indicators");
        let mut rows = table.iter();
        let row =
            rows.find(|row| row["area_code"].text() == Some(area) && row["indicator"].text() == Some("registered"));
        let row = row.unwrap();
        (
            row["obs_status"].text().unwrap().to_owned(),
            row["n_quarantined"].number(),
            row["reported_weight_share"].number(),
        )
    };
    let expected = [
        ("C1", ("A", 0.0, Some(1.0))),
        ("C2", ("P", 0.0, Some(10.0 / 30.0))),
        // A refused correction waits, and all that is owed is in the figure.
        ("C4", ("P", 1.0, Some(1.0))),
        ("C5", ("O", 1.0, Some(0.0))),
        ("C6", ("O", 0.0, Some(0.0))),
    ];
    for (area, (code, quarantined, share)) in expected {
        assert_eq!(status(area), (code.to_owned(), Some(quarantined), share), "{area}");
    }
}

#[test]
fn nothing_is_missing_of_who_owes_no_row() {
    let areas = "code,name,level,kind,parent_code\nN,Nation,nation,nation,\nP,Province,province,province,N\n\
                 C1,All came,county,county,P\nC2,Owes none,county,county,P\n";
    let register = "area_code,form,period,expected_rows,beds\nC1,homes,,2,30\nC2,homes,,0,0\n";
    let world = reported(areas, register)
        .sent("2020/C1_homes.csv", homes(&[GOOD, MORE]))
        .published();
    let table = world.table("indicators");
    for (area, status, reported, upper) in [
        ("P", "A", 1.0, Some(13.0 / 30.0)),
        ("C1", "A", 1.0, Some(13.0 / 30.0)),
        ("C2", "M", 0.0, None),
    ] {
        for row in table.iter().filter(|row| row["area_code"].text() == Some(area)) {
            assert_eq!(row["obs_status"].text(), Some(status), "{row:?}");
            assert_eq!(row["n_reported"].number(), Some(reported), "{row:?}");
            assert_eq!(row["upper"].number(), upper, "{row:?}");
        }
    }
}

/// x of eight counties and their weights → an index.
type Index = fn(&[(f64, f64)]) -> f64;

fn mean(units: &[(f64, f64)]) -> f64 {
    let weight: f64 = units.iter().map(|(_, w)| w).sum();
    units.iter().map(|(x, w)| x * w).sum::<f64>() / weight
}

fn williamson(units: &[(f64, f64)]) -> f64 {
    let squares: Vec<(f64, f64)> = units.iter().map(|(x, w)| ((x - mean(units)).powi(2), *w)).collect();
    mean(&squares).sqrt() / mean(units)
}

fn gini(units: &[(f64, f64)]) -> f64 {
    let from = |x: f64| mean(&units.iter().map(|(y, w)| ((x - y).abs(), *w)).collect::<Vec<_>>());
    let differences: Vec<(f64, f64)> = units.iter().map(|(x, w)| (from(*x), *w)).collect();
    mean(&differences) / (2.0 * mean(units))
}

fn hoover(units: &[(f64, f64)]) -> f64 {
    let distances: Vec<(f64, f64)> = units.iter().map(|(x, w)| ((x - mean(units)).abs(), *w)).collect();
    mean(&distances) / (2.0 * mean(units))
}

fn theil_t(units: &[(f64, f64)]) -> f64 {
    let term = |r: f64| if r == 0.0 { 0.0 } else { r * r.ln() };
    mean(
        &units
            .iter()
            .map(|(x, w)| (term(x / mean(units)), *w))
            .collect::<Vec<_>>(),
    )
}

#[test]
fn inequality_is_bounded_by_all_that_the_counties_could_be() {
    let world = world().published();
    let came = came(&world);
    let nothing = Came::default();
    let ranges: Vec<(f64, f64, f64)> = (MISSING.iter())
        .map(|(code, missing, _)| {
            let came = came.get(*code).unwrap_or(&nothing);
            let beds = came.beds + missing;
            (came.staff / beds, (came.staff + 3.0 * missing) / beds, beds)
        })
        .collect();
    let at_ends = |ends: u32| -> Vec<(f64, f64)> {
        let chosen = |(at, (low, high, beds)): (usize, &(f64, f64, f64))| {
            (if ends >> at & 1 == 1 { *high } else { *low }, *beds)
        };
        ranges.iter().enumerate().map(chosen).collect()
    };
    let at_level = |level: f64| -> Vec<(f64, f64)> {
        ranges
            .iter()
            .map(|(low, high, beds)| (level.clamp(*low, *high), *beds))
            .collect()
    };
    let table = world.table("inequality");
    let of = |indicator: &str, index: &str| {
        let is_asked = |row: &&Row| {
            let is = |column: &str, text: &str| row[column].text() == Some(text);
            is("scope_code", "N") && is("indicator", indicator) && is("inequality_index", index)
        };
        table.iter().find(is_asked).unwrap()
    };
    let indices: [(&str, Index); 4] = [
        ("williamson_cv", williamson),
        ("gini", gini),
        ("hoover", hoover),
        ("theil_t", theil_t),
    ];
    for (name, index) in indices {
        let row = of("registered", name);
        let [lower, upper] = ["lower", "upper"].map(|column| row[column].number().unwrap());
        let highest = (0..256).map(|ends| index(&at_ends(ends))).fold(0.0, f64::max);
        let lowest = (0..=30_000)
            .map(|level| index(&at_level(f64::from(level) / 10_000.0)))
            .fold(f64::INFINITY, f64::min);
        assert!(
            (lower - lowest).abs() < 1e-4 && lower <= lowest + 1e-12,
            "{lowest} {row:?}"
        );
        assert!(highest <= upper + 1e-12 && upper < highest * 1.15, "{highest} {row:?}");
        let is_exact = row["bounds_kind"].text() == Some("exact");
        assert!(!is_exact || upper < highest + 1e-12, "{highest} {row:?}");
        // Counties that may be of any size may be all there is.
        let row = of("unregistered", name);
        let found = ["lower", "upper"].map(|column| row[column].number());
        if ["gini", "hoover"].contains(&name) {
            assert_eq!(found, [Some(0.0), Some(1.0)], "{row:?}");
            assert_eq!(row["bounds_kind"].text(), Some("outer"));
        } else {
            assert_eq!(found, [None; 2], "{row:?}");
            assert_eq!(row["bounds_null_reason"].text(), Some("no_register"));
        }
    }
    // Nothing came of some counties, and no staff at all is plausible.
    for index in ["theil_l", "atkinson_1"] {
        assert_eq!(
            of("registered", index)["bounds_null_reason"].text(),
            Some("zero_undefined")
        );
    }
}

#[test]
fn where_nothing_is_missing_the_bounds_of_inequality_are_the_value() {
    let areas = "code,name,level,kind,parent_code\nN,Nation,nation,nation,\nP,Province,province,province,N\n\
                 C1,One,county,county,P\nC2,Other,county,county,P\n";
    let register = "area_code,form,period,expected_rows,beds\nC1,homes,,2,30\nC2,homes,,1,10\n";
    let world = reported(areas, register)
        .sent("2020/C1_homes.csv", homes(&[GOOD, MORE]))
        .sent("2020/C2_homes.csv", homes(&[("a", "10", 15)]))
        .published();
    let table = world.table("inequality");
    assert!(!table.is_empty());
    for row in table {
        assert_eq!(row["lower"].number(), row["value"].number(), "{row:?}");
        assert_eq!(row["upper"].number(), row["value"].number(), "{row:?}");
        assert_eq!(row["bounds_null_reason"].text(), row["null_reason"].text(), "{row:?}");
        assert_eq!(
            row["bounds_kind"].text(),
            row["value"].number().map(|_| "exact"),
            "{row:?}"
        );
    }
}

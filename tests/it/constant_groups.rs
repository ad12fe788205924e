//! Groups, gaps and inequality of every period, and what they make over time, for the areas of one day.

mod changes;
mod crossed;
mod divisions;
mod mixes;
mod unknown;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::support::{Row, World, indicators, joined, measures, plan, shown};

const AREAS: &str = "code,name,level,parent_code,valid_from,valid_to\nN,Nation,nation,,,\nE,East,province,N,,\nW,West,province,N,,\n\
                     E1,Ash,county,E,,2020-06-30\nE2,Beech,county,E,,2020-06-30\nE3,Cedar,county,E,,2020-06-30\n\
                     E4,Cedar North,county,E,2020-07-01,\nE5,Cedar South,county,E,2020-07-01,\nE6,Elm,county,E,,\n\
                     E7,Hazel,county,E,2020-07-01,\nE9,Greenwood,county,E,2020-07-01,\n\
                     W1,Fir,county,W,,2020-06-30\nW2,Fir North,county,W,2020-07-01,\nW3,Fir South,county,W,2020-07-01,\n\
                     W4,Ivy,county,W,,\nW5,Hazel,county,W,,2020-06-30\n";

/// Two counties merge, two are divided, and one goes to the other province.
const CHANGES: &str = "old_code,new_code,date,kind,share,source\nE1,E9,2020-07-01,merge,1,made up\nE2,E9,2020-07-01,merge,1,made up\n\
                       E3,E4,2020-07-01,split,0.25,made up\nE3,E5,2020-07-01,split,0.75,made up\n\
                       W1,W2,2020-07-01,split,0.3,made up\nW1,W3,2020-07-01,split,0.7,made up\nW5,E7,2020-07-01,recode,1,made up\n";

const TERRAIN: &str = "code,terrain\nE1,plain\nE2,plain\nE3,hill\nE4,plain\nE5,hill\nE6,hill\nE7,plain\nE9,plain\n\
                       W1,plain\nW2,plain\nW3,hill\nW4,hill\nW5,plain\n";

/// People served and people, in towns and in villages.
type Amounts = [(i32, i32); 2];

/// By county of 2019.
const OF_2019: [(&str, Amounts); 7] = [
    ("E1", [(10, 40), (5, 20)]),
    ("E2", [(30, 60), (6, 20)]),
    ("E3", [(8, 16), (4, 24)]),
    ("E6", [(20, 50), (9, 30)]),
    ("W1", [(10, 40), (10, 20)]),
    ("W4", [(14, 22), (2, 8)]),
    ("W5", [(7, 14), (6, 18)]),
];

/// The same of 2020, with the number of rows sent. E6 sends nothing, and W4 nothing of its villages.
const OF_2020: [(&str, Amounts, usize); 8] = [
    ("E4", [(4, 9), (2, 8)], 2),
    ("E5", [(5, 12), (4, 21)], 2),
    ("E6", [(0, 50), (0, 40)], 0),
    ("E7", [(9, 15), (7, 19)], 2),
    ("E9", [(50, 100), (15, 44)], 2),
    ("W2", [(6, 10), (3, 9)], 2),
    ("W3", [(11, 25), (4, 22)], 2),
    ("W4", [(13, 21), (0, 10)], 1),
];

const TABLES: [&str; 4] = ["groups", "gaps", "inequality", "inequality_parts"];

fn published(changes: &str, terrain: &str, silent: &str) -> World {
    sent(changes, terrain, silent, &OF_2020).published()
}

/// `silent`: a county that sends nothing for 2019.
fn sent(changes: &str, terrain: &str, silent: &str, of_2020: &[(&str, Amounts, usize)]) -> World {
    let mut world = World::new(&plan("plain", &["nation", "province", "county"], &["2019", "2020"]), AREAS)
        .extended(
            "pipeline.toml",
            "changes = 'changes.csv'\n[reporters]\nfile = 'reporters.csv'\n\
             [boundaries]\nconstant = '2020'\ntables = ['indicators', 'verdicts', 'between_shares', 'change_effects', 'gap_changes', 'ranks']\n",
        )
        .form(
            "roster",
            "title = { en = 'Roster' }\nunit = 'place'\nkey = ['place']\nfiles = ['{period}/{county}_*']\nmissing = { '' = 'missing' }",
            "place | text | Place | required = true\nkind | text | Kind | required = true\n\
             served | integer | Served | required = true\npeople | integer | People | required = true",
        )
        .defined("measures.toml", measures("served | roster | served\npeople | roster | people"))
        .defined(
            "indicators.toml",
            indicators(
                "served_share | served | people | factor = 100; unit = 'percent'; better = 'higher'; register = 'people'; \
                 bounded = true; plausible = { min = 0, max = 100 }",
            ),
        )
        .defined(
            "dimensions.toml",
            "[[dimension]]\nid = 'terrain'\nlevel = 'county'\nsource = 'terrain.csv'\norder = ['plain', 'hill', 'mountain', 'unknown']\n\
             ordered = true\ncompare = [['plain', 'hill']]\nstrata = ['kind']\n\
             [[dimension]]\nid = 'kind'\nlevel = 'place'\ncolumn = 'kind'\nmap = { town = ['t'], village = ['v'] }\n\
             order = ['town', 'village']\ncompare = [['town', 'village']]\nstrata = ['terrain']\n",
        )
        .defined("terrain.csv", terrain)
        .defined("changes.csv", changes);
    let of_2019 = OF_2019.iter().map(|(county, amounts)| {
        let rows = if *county == silent { 0 } else { 2 };
        ("2019", *county, *amounts, rows)
    });
    let of_2020 = of_2020
        .iter()
        .map(|(county, amounts, rows)| ("2020", *county, *amounts, *rows));
    let mut registers = "area_code,form,period,expected_rows,people\n".to_owned();
    for (period, county, amounts, sent) in of_2019.chain(of_2020) {
        let people: i32 = amounts.iter().map(|(_, people)| people).sum();
        let _ = writeln!(registers, "{county},roster,{period},2,{people}");
        let places = ["a,t", "b,v"].into_iter().zip(amounts).take(sent);
        let rows: String = places
            .map(|(place, (served, people))| format!("{place},{served},{people}\n"))
            .collect();
        if sent > 0 {
            world = world.sent(
                &format!("{period}/{county}_1.csv"),
                format!("Place,Kind,Served,People\n{rows}"),
            );
        }
    }
    world.beside("reporters.csv", registers)
}

/// Rows of a period with these values.
fn rows(world: &World, table: &str, period: &str, wanted: &[(&str, &str)]) -> Vec<Row> {
    let is_wanted = |row: &Row| wanted.iter().all(|(column, value)| shown(row, column) == *value);
    let all = world.table(table).into_iter();
    all.filter(|row| row["period"].text() == Some(period) && is_wanted(row))
        .collect()
}

fn one(world: &World, table: &str, wanted: &[(&str, &str)]) -> Row {
    let found = rows(world, table, "2019", wanted);
    let [row] = &found[..] else {
        panic!("{wanted:?}: {found:#?}");
    };
    row.clone()
}

/// Holds the rows of a table that a test asks for against those on constant boundaries, in every column that both have.
fn assert_same(world: &World, table: &str, period: &str, is_asked: impl Fn(&Row) -> bool) -> usize {
    let asked = |table: &str| -> Vec<Row> {
        let all = rows(world, table, period, &[]).into_iter();
        all.filter(|row| is_asked(row)).collect()
    };
    let (reported, constant) = (asked(table), asked(&format!("{table}_constant_boundaries")));
    assert_eq!(reported.len(), constant.len(), "{table}");
    for (reported, constant) in reported.iter().zip(&constant) {
        for column in reported.keys() {
            assert_eq!(
                shown(reported, column),
                shown(constant, column),
                "{table}.{column}: {reported:#?}"
            );
        }
        assert_eq!(shown(constant, "boundaries_date"), "2020-12-31");
    }
    reported.len()
}

#[test]
fn where_no_boundary_has_changed_every_cell_is_that_of_the_table_as_reported() {
    let world = published(CHANGES, TERRAIN, "");
    for table in TABLES {
        let compared = assert_same(&world, table, "2020", |_| true);
        assert!(compared > 5, "{table} has {compared} rows");
        let bounded = rows(&world, table, "2020", &[("period", "2020")]);
        let is_open = |row: &Row| row.contains_key("lower") && shown(row, "lower") != shown(row, "upper");
        assert!(
            table == "inequality_parts" || bounded.iter().any(is_open),
            "something is missing, which {table} shows"
        );
    }
}

#[test]
fn merges_and_recodes_within_a_province_leave_groups_and_gaps_as_they_are() {
    let whole = CHANGES
        .lines()
        .filter(|line| !line.contains("split") && !line.starts_with("W5"));
    let areas: String = whole.map(|line| format!("{line}\n")).collect();
    // The divided counties are recoded instead.
    let changes = areas
        + "E3,E5,2020-07-01,recode,1,made up\nW1,W2,2020-07-01,recode,1,made up\nW5,W3,2020-07-01,recode,1,made up\n";
    let terrain = TERRAIN.replace("W3,hill", "W3,plain");
    let world = published(&changes, &terrain, "W1");
    for table in ["groups", "gaps"] {
        assert!(assert_same(&world, table, "2019", |_| true) > 5);
    }
    let is_of_members = |row: &Row| shown(row, "computed_over") == "member";
    assert!(assert_same(&world, "inequality", "2019", is_of_members) > 5);
    // Counties are fewer: two have merged.
    let of_counties = |table: &str| {
        let wanted = [("scope_code", "E"), ("dimension", "-"), ("inequality_index", "theil_t")];
        shown(&one(&world, table, &wanted), "n_units")
    };
    assert_eq!(of_counties("inequality"), "4");
    assert_eq!(of_counties("inequality_constant_boundaries"), "3");
}

/// Scope of the chosen day, terrain and kind, with the amounts that lie there.
type Ground = (&'static str, &'static str, &'static str, f64, f64);

/// Where all that was sent for 2019 lies, by the shares of the table of changes.
fn grounds() -> Vec<(&'static str, Ground)> {
    let lies = |county: &str| match county {
        "E1" | "E2" => vec![("E9", "E", "plain", 1.0)],
        "E3" => vec![("E4", "E", "plain", 0.25), ("E5", "E", "hill", 0.75)],
        "E6" => vec![("E6", "E", "hill", 1.0)],
        "W1" => vec![("W2", "W", "plain", 0.3), ("W3", "W", "hill", 0.7)],
        "W4" => vec![("W4", "W", "hill", 1.0)],
        "W5" => vec![("E7", "E", "plain", 1.0)],
        other => panic!("{other}"),
    };
    let mut all = Vec::new();
    for (county, amounts) in OF_2019 {
        for (code, scope, terrain, share) in lies(county) {
            for (kind, (served, people)) in ["town", "village"].into_iter().zip(amounts) {
                let ground = (
                    scope,
                    terrain,
                    kind,
                    share * f64::from(served),
                    share * f64::from(people),
                );
                all.push((code, ground));
            }
        }
    }
    all
}

fn sum(is_in: impl Fn(&Ground) -> bool) -> (f64, f64) {
    let all = grounds().into_iter().map(|(_, ground)| ground).filter(is_in);
    all.fold((0.0, 0.0), |sum, ground| (sum.0 + ground.3, sum.1 + ground.4))
}

/// The part of a gap that is due to composition. Kitagawa 1955.
fn mix(within: impl Fn(&Ground) -> bool, [a, b]: [&str; 2], strata: [&str; 2]) -> f64 {
    let has = |ground: &Ground, word: &str| [ground.1, ground.2].contains(&word);
    let of = |member: &str, stratum: &str| sum(|ground| within(ground) && has(ground, member) && has(ground, stratum));
    let people = |member: &str| sum(|ground| within(ground) && has(ground, member)).1;
    let term = |stratum: &str| {
        let (in_a, in_b) = (of(a, stratum), of(b, stratum));
        (in_a.1 / people(a) - in_b.1 / people(b)) * (in_a.0 / in_a.1 + in_b.0 / in_b.1) / 2.0
    };
    strata.into_iter().map(term).sum()
}

fn assert_close(found: &Row, column: &str, expected: f64) {
    let number = found[column]
        .number()
        .unwrap_or_else(|| panic!("{column} is null: {found:#?}"));
    assert!(
        (number - expected).abs() <= 1e-12 * expected.abs().max(1.0),
        "{column} {expected}: {found:#?}"
    );
}

#[test]
fn declared_shares_divide_what_groups_and_gaps_have() {
    let world = published(CHANGES, TERRAIN, "");
    for scope in ["N", "E", "W"] {
        let within = |ground: &Ground| scope == "N" || ground.0 == scope;
        let total = sum(within);
        let mut values = BTreeMap::new();
        for (dimension, member) in [
            ("terrain", "plain"),
            ("terrain", "hill"),
            ("kind", "town"),
            ("kind", "village"),
        ] {
            let is_own = |ground: &Ground| within(ground) && [ground.1, ground.2].contains(&member);
            let (served, people) = sum(is_own);
            let wanted = [("scope_code", scope), ("dimension", dimension), ("member", member)];
            let row = one(&world, "groups_constant_boundaries", &wanted);
            for (column, expected) in [
                ("numerator", served),
                ("denominator", people),
                ("value", 100.0 * served / people),
                ("denominator_share", people / total.1),
                ("gap_to_scope", 100.0 * (served / people - total.0 / total.1)),
                ("lower", 100.0 * served / people),
                ("upper", 100.0 * served / people),
            ] {
                assert_close(&row, column, expected);
            }
            // All of what both kinds have in a scope stays there; terrains are divided.
            let is_divided = dimension == "terrain";
            assert_eq!(
                row["obs_status"].text(),
                Some(if is_divided { "E" } else { "A" }),
                "{row:#?}"
            );
            assert_eq!(row["allocated_share"].number() > Some(0.0), is_divided, "{row:#?}");
            values.insert(member, served / people);
        }
        for (dimension, a, b) in [("terrain", "plain", "hill"), ("kind", "town", "village")] {
            let row = one(
                &world,
                "gaps_constant_boundaries",
                &[("scope_code", scope), ("dimension", dimension)],
            );
            let gap = 100.0 * (values[a] - values[b]);
            assert_close(&row, "gap", gap);
            let strata = if dimension == "kind" {
                ["plain", "hill"]
            } else {
                ["town", "village"]
            };
            let mix = 100.0 * mix(within, [a, b], strata);
            assert!(mix.abs() > 1e-3, "the strata differ");
            assert_close(&row, "mix_effect", mix);
            assert_close(&row, "rate_effect", gap - mix);
        }
    }
    let plain = [("scope_code", "N"), ("dimension", "terrain"), ("member", "plain")];
    let row = one(&world, "groups_constant_boundaries", &plain);
    // Of 100 + 40 + 32 + a quarter of 40 + three tenths of 60.
    assert_close(&row, "denominator", 140.0 + 32.0 + 10.0 + 18.0);
    assert_close(&row, "allocated_share", 28.0 / 200.0);
    // A divided county counts in each of its parts, and once in the nation.
    assert_eq!(joined(&row, &["n_expected", "n_reported"], " "), "5 5");
    let town = [("scope_code", "N"), ("dimension", "kind"), ("member", "town")];
    assert_eq!(
        shown(&one(&world, "groups_constant_boundaries", &town), "n_expected"),
        "7"
    );
}

#[test]
fn inequality_is_over_the_counties_of_the_day() {
    let world = published(CHANGES, TERRAIN, "");
    for scope in ["N", "E", "W"] {
        let mut counties: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
        for (code, ground) in grounds() {
            if scope == "N" || ground.0 == scope {
                let sums = counties.entry(code).or_default();
                *sums = (sums.0 + ground.3, sums.1 + ground.4);
            }
        }
        let total = counties
            .values()
            .fold((0.0, 0.0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
        let mean = total.0 / total.1;
        let term = |(served, people): &(f64, f64)| {
            let x = served / people;
            people / total.1 * x / mean * (x / mean).ln()
        };
        let theil: f64 = counties.values().map(term).sum();
        let wanted = [
            ("scope_code", scope),
            ("dimension", "-"),
            ("inequality_index", "theil_t"),
        ];
        let row = one(&world, "inequality_constant_boundaries", &wanted);
        assert_close(&row, "value", theil);
        assert_eq!(row["n_units"].number(), Some(counties.len() as f64));
        assert_eq!(joined(&row, &["obs_status", "bounds_kind"], " "), "E exact");
        let parts = rows(
            &world,
            "inequality_parts_constant_boundaries",
            "2019",
            &[
                ("scope_code", scope),
                ("dimension", "terrain"),
                ("inequality_index", "theil_t"),
            ],
        );
        let of_parts: f64 = parts.iter().map(|row| row["value"].number().unwrap()).sum();
        assert!((of_parts - theil).abs() < 1e-12, "{parts:#?}");
    }
}

#[test]
fn tables_that_nobody_asks_for_have_no_rows_until_somebody_does() {
    let mut world = sent(CHANGES, TERRAIN, "", &OF_2020);
    let text = std::fs::read_to_string(world.path("pipeline/pipeline.toml")).unwrap();
    let (before, _) = text.split_once("tables = ").unwrap();
    let all = [&TABLES[..], &changes::NEW].concat();
    for (tables, filled) in [
        ("", vec![]),
        ("'groups'", vec!["groups"]),
        ("'inequality', 'gaps'", vec!["gaps", "inequality", "inequality_parts"]),
        // What a table is computed of is published with it.
        ("'change_effects'", vec!["groups", "change_effects"]),
        (
            "'gap_changes', 'between_shares'",
            vec![
                "gaps",
                "inequality",
                "inequality_parts",
                "between_shares",
                "gap_changes",
            ],
        ),
        ("'verdicts', 'ranks'", vec!["gaps", "ranks", "verdicts"]),
    ] {
        // Figures of periods are kept from run to run.
        world = world
            .defined("pipeline.toml", format!("{before}tables = [{tables}]\n"))
            .published();
        let has_rows = |table: &&str| !world.table(&format!("{table}_constant_boundaries")).is_empty();
        let found: Vec<&str> = all.iter().copied().filter(has_rows).collect();
        assert_eq!(found, filled, "{tables}");
        assert!(!world.table("indicators_constant_boundaries").is_empty());
    }
}

/// The counties of the day report for 2020 what the shares give them of 2019, and what Cedar owes is missing in its parts.
#[test]
fn what_is_moved_gives_the_figures_of_areas_that_had_reported_it() {
    let of_2020 = [
        ("E4", [(2, 4), (1, 6)], 0),
        ("E5", [(6, 12), (3, 18)], 0),
        ("E6", [(20, 50), (9, 30)], 2),
        ("E7", [(7, 14), (6, 18)], 2),
        ("E9", [(40, 100), (11, 40)], 2),
        ("W2", [(3, 12), (3, 6)], 2),
        ("W3", [(7, 28), (7, 14)], 2),
        ("W4", [(14, 22), (2, 8)], 2),
    ];
    for silent in ["E3", ""] {
        let of_2020 =
            of_2020.map(|(county, amounts, sent)| (county, amounts, if silent.is_empty() { 2 } else { sent }));
        let world = sent(CHANGES, TERRAIN, silent, &of_2020).published();
        for table in TABLES {
            let reported = rows(&world, table, "2020", &[]);
            let moved = rows(&world, &format!("{table}_constant_boundaries"), "2019", &[]);
            assert_eq!(reported.len(), moved.len(), "{table}");
            for (reported, moved) in reported.iter().zip(&moved) {
                // A divided county counts in each of its parts.
                let differs = ["period", "n_expected", "n_reported"];
                for column in reported.keys().filter(|column| !differs.contains(&column.as_str())) {
                    match reported[column].number().zip(moved[column].number()) {
                        Some((reported, number)) => assert!(
                            (reported - number).abs() < 1e-12,
                            "{table}.{column} {reported}: {moved:#?}"
                        ),
                        None => assert_eq!(
                            shown(reported, column),
                            shown(moved, column),
                            "{table}.{column}: {moved:#?}"
                        ),
                    }
                }
            }
        }
    }
}

//! Groups, gaps and inequality of every period for the areas of one day.

mod divisions;

use std::collections::BTreeMap;

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

/// By county of 2019: people served and people, in towns and in villages.
const OF_2019: [(&str, [(i32, i32); 2]); 7] = [
    ("E1", [(10, 40), (5, 20)]),
    ("E2", [(30, 60), (6, 20)]),
    ("E3", [(8, 16), (3, 24)]),
    ("E6", [(20, 50), (9, 30)]),
    ("W1", [(12, 32), (4, 28)]),
    ("W4", [(14, 20), (2, 10)]),
    ("W5", [(7, 14), (6, 18)]),
];

/// The same of 2020. E6 sends nothing, and W4 nothing of its villages.
const OF_2020: [(&str, [(i32, i32); 2]); 6] = [
    ("E4", [(4, 9), (2, 8)]),
    ("E5", [(5, 12), (4, 21)]),
    ("E7", [(9, 15), (7, 19)]),
    ("E9", [(50, 100), (15, 44)]),
    ("W2", [(6, 10), (3, 9)]),
    ("W3", [(11, 25), (4, 22)]),
];

const TABLES: [&str; 4] = ["groups", "gaps", "inequality", "inequality_parts"];

fn published(changes: &str, terrain: &str, silent: &str) -> World {
    sent(changes, terrain, silent).published()
}

/// `silent`: a county that sends nothing for 2019.
fn sent(changes: &str, terrain: &str, silent: &str) -> World {
    let mut registers = "area_code,form,period,expected_rows,people\n".to_owned();
    let mut world = World::new(&plan("plain", &["nation", "province", "county"], &["2019", "2020"]), AREAS)
        .extended("pipeline.toml", "changes = 'changes.csv'\n[reporters]\nfile = 'reporters.csv'\n")
        .extended(
            "pipeline.toml",
            "[boundaries]\nconstant = '2020'\ntables = ['indicators', 'groups', 'gaps', 'inequality']\n",
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
            "[[dimension]]\nid = 'terrain'\nlevel = 'county'\nsource = 'terrain.csv'\norder = ['plain', 'hill', 'unknown']\n\
             ordered = true\ncompare = [['plain', 'hill']]\nstrata = ['kind']\n\
             [[dimension]]\nid = 'kind'\nlevel = 'place'\ncolumn = 'kind'\nmap = { town = ['t'], village = ['v'] }\n\
             order = ['town', 'village']\ncompare = [['town', 'village']]\nstrata = ['terrain']\n",
        )
        .defined("terrain.csv", terrain)
        .defined("changes.csv", changes);
    for (period, all) in [("2019", &OF_2019[..]), ("2020", &OF_2020)] {
        for (county, [town, village]) in all {
            let people = town.1 + village.1;
            registers += &format!("{county},roster,{period},2,{people}\n");
            if period == "2019" && *county == silent {
                continue;
            }
            let rows = format!("a,t,{},{}\nb,v,{},{}\n", town.0, town.1, village.0, village.1);
            world = world.sent(
                &format!("{period}/{county}_1.csv"),
                format!("Place,Kind,Served,People\n{rows}"),
            );
        }
    }
    registers += "E6,roster,2020,2,90\nW4,roster,2020,2,31\n";
    world
        .sent("2020/W4_1.csv", "Place,Kind,Served,People\na,t,13,21\n")
        .beside("reporters.csv", registers)
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
            let [mix, rate] = ["mix_effect", "rate_effect"].map(|column| row[column].number().unwrap());
            assert!((mix + rate - gap).abs() < 1e-10, "{row:#?}");
            assert!(mix.abs() > 1e-3, "the strata are of both kinds: {row:#?}");
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

/// Nobody knows how Fir was divided.
fn without_shares() -> String {
    CHANGES.replace("split,0.3", "split,").replace("split,0.7,", "split,,")
}

#[test]
fn unknown_shares_are_null_and_the_bounds_hold_every_division() {
    let world = published(&without_shares(), TERRAIN, "");
    let known = |scope: &str, terrain: &str| {
        let within = |ground: &Ground| ground.1 == terrain && (scope == "N" || ground.0 == scope);
        let fir = OF_2019.iter().find(|(county, _)| *county == "W1").unwrap().1;
        let (served, people) = sum(within);
        let share = if terrain == "plain" { 0.3 } else { 0.7 };
        let of_fir = |at: fn(&(i32, i32)) -> i32| share * f64::from(fir.iter().map(at).sum::<i32>());
        (served - of_fir(|one| one.0), people - of_fir(|one| one.1))
    };
    for scope in ["N", "W"] {
        let row_of = |member: &str| {
            let wanted = [("scope_code", scope), ("dimension", "terrain"), ("member", member)];
            one(&world, "groups_constant_boundaries", &wanted)
        };
        let gap = one(
            &world,
            "gaps_constant_boundaries",
            &[("scope_code", scope), ("dimension", "terrain")],
        );
        let rows = ["plain", "hill"].map(row_of);
        for row in &rows {
            let reasons = [
                "null_reason",
                "sums_null_reason",
                "share_null_reason",
                "gap_to_scope_null_reason",
                "curve_null_reason",
            ];
            assert!(
                reasons
                    .iter()
                    .all(|reason| row[*reason].text() == Some("share_unknown")),
                "{row:#?}"
            );
            assert_eq!(
                joined(row, &["obs_status", "allocated_share", "bounds_null_reason"], " "),
                "O - -"
            );
        }
        assert_eq!(
            joined(&gap, &["null_reason", "effects_null_reason"], " "),
            "share_unknown share_unknown"
        );
        let bounds = |row: &Row| ["lower", "upper"].map(|column| row[column].number().unwrap());
        let [[low_plain, high_plain], [low_hill, high_hill]] = [bounds(&rows[0]), bounds(&rows[1])];
        let [low_gap, high_gap] = bounds(&gap);
        let (plain, hill) = (known(scope, "plain"), known(scope, "hill"));
        let (mut lowest, mut highest) = (f64::INFINITY, f64::NEG_INFINITY);
        for people in 0..=60 {
            for served in 0..=16.min(people) {
                if 16 - served > 60 - people {
                    continue;
                }
                let with = |known: (f64, f64), part: (i32, i32)| {
                    let people = known.1 + f64::from(part.1);
                    (people > 0.0).then(|| 100.0 * (known.0 + f64::from(part.0)) / people)
                };
                let plain = with(plain, (served, people));
                let hill = with(hill, (16 - served, 60 - people)).unwrap();
                assert!(low_hill - 1e-9 <= hill && hill <= high_hill + 1e-9);
                let Some(plain) = plain else { continue };
                assert!(low_plain - 1e-9 <= plain && plain <= high_plain + 1e-9);
                assert!(low_gap - 1e-9 <= plain - hill && plain - hill <= high_gap + 1e-9);
                (lowest, highest) = (lowest.min(plain), highest.max(plain));
            }
        }
        assert!(
            (lowest - low_plain).abs() < 1e-9 && (highest - high_plain).abs() < 1e-9,
            "{:#?}",
            rows[0]
        );
    }
    // Nothing of Fir lies in the east.
    let east = [("scope_code", "E"), ("dimension", "terrain"), ("member", "plain")];
    assert_eq!(
        shown(&one(&world, "groups_constant_boundaries", &east), "null_reason"),
        "-"
    );
}

#[test]
fn what_holds_all_parts_of_a_divided_county_has_the_exact_figure() {
    let world = published(&without_shares(), TERRAIN, "");
    for (member, scope) in [("town", "N"), ("village", "N"), ("town", "W"), ("village", "W")] {
        let row = one(
            &world,
            "groups_constant_boundaries",
            &[("scope_code", scope), ("dimension", "kind"), ("member", member)],
        );
        let (served, people) = sum(|ground| ground.2 == member && (scope == "N" || ground.0 == scope));
        assert_close(&row, "value", 100.0 * served / people);
        assert_eq!(shown(&row, "obs_status"), "A");
    }
    // The gap is known, and not how much of it is due to terrain, which divides the county.
    let gap = one(
        &world,
        "gaps_constant_boundaries",
        &[("scope_code", "N"), ("dimension", "kind")],
    );
    assert_eq!(
        joined(
            &gap,
            &["null_reason", "bounds_null_reason", "effects_null_reason", "obs_status"],
            " "
        ),
        "- - share_unknown A"
    );
    // An index over kinds is known; none over counties where one of them has an unknown part.
    let index = |scope: &str, dimension: &str, over: &str| {
        let wanted = [
            ("scope_code", scope),
            ("dimension", dimension),
            ("computed_over", over),
            ("inequality_index", "gini"),
        ];
        let row = one(&world, "inequality_constant_boundaries", &wanted);
        joined(&row, &["null_reason", "bounds_null_reason", "obs_status"], " ")
    };
    assert_eq!(index("N", "kind", "member"), "- - A");
    assert_eq!(index("N", "terrain", "member"), "share_unknown share_unknown O");
    assert_eq!(index("N", "-", "county"), "share_unknown share_unknown O");
    assert_eq!(index("W", "kind", "cell"), "share_unknown share_unknown O");
    assert_eq!(index("E", "-", "county"), "- - E");

    // Both parts are hills: the county is in one group, and still two units.
    let terrain = TERRAIN.replace("W2,plain", "W2,hill");
    let world = published(&without_shares(), &terrain, "");
    let hill = [("scope_code", "W"), ("dimension", "terrain"), ("member", "hill")];
    let row = one(&world, "groups_constant_boundaries", &hill);
    assert_close(&row, "denominator", 90.0);
    assert_eq!(joined(&row, &["obs_status", "allocated_share"], " "), "A 0");
    let wanted = [("scope_code", "W"), ("dimension", "-"), ("inequality_index", "gini")];
    let row = one(&world, "inequality_constant_boundaries", &wanted);
    assert_eq!(shown(&row, "null_reason"), "share_unknown");
}

#[test]
fn what_a_divided_county_has_not_sent_widens_bounds_by_its_shares() {
    let world = published(CHANGES, TERRAIN, "E3");
    let plain = [("scope_code", "E"), ("dimension", "terrain"), ("member", "plain")];
    let row = one(&world, "groups_constant_boundaries", &plain);
    let (served, people) = (
        10.0 + 5.0 + 30.0 + 6.0 + 7.0 + 6.0,
        40.0 + 20.0 + 60.0 + 20.0 + 14.0 + 18.0,
    );
    // A quarter of the 40 people of Cedar are missing.
    assert_close(&row, "value", 100.0 * served / people);
    assert_close(&row, "lower", 100.0 * served / (people + 10.0));
    assert_close(&row, "upper", 100.0 * (served + 10.0) / (people + 10.0));
    assert_eq!(joined(&row, &["obs_status", "n_expected", "n_reported"], " "), "P 4 3");
    // Nobody knows how much of Fir is missing in which terrain.
    let world = published(&without_shares(), TERRAIN, "W1");
    let hill = [("scope_code", "W"), ("dimension", "terrain"), ("member", "hill")];
    let row = one(&world, "groups_constant_boundaries", &hill);
    assert_eq!(
        joined(&row, &["value", "null_reason", "n_expected"], " "),
        "- share_unknown 2"
    );
    // Ivy has 16 of 30, and all 60 of Fir or none may be missing here.
    assert_close(&row, "lower", 100.0 * 16.0 / 90.0);
    assert_close(&row, "upper", 100.0 * 76.0 / 90.0);
}

#[test]
fn tables_that_nobody_asks_for_have_no_rows() {
    let all = "tables = ['indicators', 'groups', 'gaps', 'inequality']\n";
    for (tables, filled) in [("", [false; 4]), ("tables = ['groups']\n", [true, false, false, false])] {
        let world = sent(CHANGES, TERRAIN, "");
        let text = std::fs::read_to_string(world.path("pipeline/pipeline.toml")).unwrap();
        let world = world.defined("pipeline.toml", text.replace(all, tables)).published();
        let has_rows = TABLES.map(|table| !world.table(&format!("{table}_constant_boundaries")).is_empty());
        assert_eq!(has_rows, filled, "{tables}");
        assert!(!world.table("indicators_constant_boundaries").is_empty());
    }
}

//! Groups, gaps and inequality where an area was divided and nobody knows how, or has not sent everything.

use super::{CHANGES, Ground, OF_2019, TABLES, TERRAIN, assert_close, one, published, sum};
use crate::support::{Row, joined, null_meanings, shown};

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
        // Of Fir, 20 of 60 people are served.
        for people in 0..=60 {
            for served in 0..=20.min(people) {
                if 20 - served > 60 - people {
                    continue;
                }
                let with = |known: (f64, f64), part: (i32, i32)| {
                    let people = known.1 + f64::from(part.1);
                    (people > 0.0).then(|| 100.0 * (known.0 + f64::from(part.0)) / people)
                };
                let plain = with(plain, (served, people));
                let hill = with(hill, (20 - served, 60 - people)).unwrap();
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
fn a_group_between_unknown_ones_has_a_figure_and_no_place_on_the_curve() {
    let world = published(&without_shares(), &TERRAIN.replace("W4,hill", "W4,mountain"), "");
    let mountain = [("scope_code", "N"), ("dimension", "terrain"), ("member", "mountain")];
    let row = one(&world, "groups_constant_boundaries", &mountain);
    assert_close(&row, "value", 100.0 * 16.0 / 30.0);
    assert_close(&row, "denominator_share", 30.0 / 382.0);
    assert_eq!(
        joined(&row, &["obs_status", "curve_null_reason"], " "),
        "A share_unknown"
    );
    let row = one(&world, "groups", &mountain);
    assert_eq!(shown(&row, "curve_null_reason"), "-");
}

#[test]
fn every_null_has_a_reason_where_shares_are_unknown() {
    let world = published(&without_shares(), TERRAIN, "W1");
    for table in TABLES.map(|table| format!("{table}_constant_boundaries")) {
        let meanings = null_meanings(&world.output(), &table);
        let reasons = meanings
            .iter()
            .filter_map(|(column, meaning)| Some((column, meaning.strip_prefix("see ")?)));
        let mut judged = 0;
        for row in world.table(&table) {
            for (column, reason) in reasons.clone() {
                assert_eq!(
                    shown(&row, column) == "-",
                    shown(&row, reason) != "-",
                    "{table}.{column}: {row:#?}"
                );
                judged += 1;
            }
        }
        assert!(judged > 10, "{table}");
    }
}

/// What an abolished county had counts in its province alone: it is no unit of an index over counties, and none of them has it.
#[test]
fn an_abolished_county_is_no_unit_and_an_index_over_counties_is_null_where_it_lay() {
    let abolished = CHANGES.replace(
        "W5,E7,2020-07-01,recode,1,made up\n",
        "W5,,2020-07-01,abolished,,made up\n,E7,2020-07-01,created,,made up\n",
    );
    assert_ne!(abolished, CHANGES);
    let world = published(&abolished, TERRAIN, "");
    let gini = |table: &str, scope: &str| {
        let rows = world.table(table);
        let is_own = |row: &&Row| {
            row["period"].text() == Some("2019")
                && row["scope_code"].text() == Some(scope)
                && row["computed_over"].text() == Some("county")
                && row["inequality_index"].text() == Some("gini")
                && row["dimension"].text().is_none()
        };
        let found: Vec<String> = (rows.iter().filter(is_own))
            .map(|row| joined(row, &["null_reason", "bounds_null_reason"], " "))
            .collect();
        found
    };
    let moved = "inequality_constant_boundaries";
    assert_eq!(gini(moved, "W"), ["share_unknown share_unknown"]);
    assert_eq!(gini(moved, "N"), ["share_unknown share_unknown"]);
    assert_eq!(gini(moved, "E"), ["- -"], "nothing of it lay there");
    assert_eq!(gini("inequality", "W"), ["- -"]);
    // Towns and villages of the province have it.
    let of = |table: &str| {
        let wanted = [
            ("period", "2019"),
            ("scope_code", "W"),
            ("dimension", "kind"),
            ("member", "town"),
        ];
        joined(&one(&world, table, &wanted), &["numerator", "denominator"], " ")
    };
    assert_eq!(of("groups_constant_boundaries"), of("groups"));
    let wanted = [
        ("period", "2019"),
        ("scope_code", "W"),
        ("dimension", "terrain"),
        ("member", "unknown"),
    ];
    let unknown = one(&world, "groups_constant_boundaries", &wanted);
    assert_eq!(joined(&unknown, &["numerator", "denominator"], " "), "13 32");
}

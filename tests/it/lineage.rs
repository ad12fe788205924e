//! Areas of the level that partitions change, too: rules that look back follow them from one partition into another.

use crate::support::{World, joined, measures, plan};

/// P became Q, and its town T2 became U2; R and S became V; T5 went from W to X.
const DIVISIONS: &str = "code,name,level,parent_code,valid_from,valid_to
N,Nation,nation,,,
P,Pine,state,N,,2019-12-30
Q,Pine,state,N,2019-12-31,
R,Reed,state,N,,2019-12-30
S,Sage,state,N,,2019-12-30
V,Vine,state,N,2019-12-31,
W,Willow,state,N,,
X,Yew,state,N,,
T1,Ash,town,P,,2019-12-30
T1,Ash,town,Q,2019-12-31,
T2,Beech,town,P,,2019-12-30
U2,Beech,town,Q,2019-12-31,
T3,Cedar,town,R,,2019-12-30
T3,Cedar,town,V,2019-12-31,
T4,Elm,town,S,,2019-12-30
T4,Elm,town,V,2019-12-31,
T5,Fir,town,W,,2019-12-30
T5,Fir,town,X,2019-12-31,
T6,Oak,town,W,,
";

const CHANGES: &str = "old_code,new_code,date,kind
P,Q,2019-12-31,recode
T2,U2,2019-12-31,recode
R,V,2019-12-31,merge
S,V,2019-12-31,merge
";

const CHECKS: &str = "
[[history]]
form = 'towns'
column = 'people'
ratio = { min = 0.5, max = 2.0 }
[[history]]
form = 'states'
column = 'staff'
ratio = { min = 0.5, max = 2.0 }
[[cover]]
form = 'houses'
against = 'previous'
find = 'missing'
";

fn world() -> World {
    let plan = plan("plain", &["nation", "state", "town"], &["2018", "2019", "2020"]);
    let plan = plan.replace(
        "divisions = 'divisions.csv'",
        "divisions = 'divisions.csv'\nchanges = 'changes.csv'",
    );
    let mut world = World::new(&plan, DIVISIONS)
        .defined("changes.csv", CHANGES)
        .defined("checks.toml", CHECKS)
        .form(
            "towns",
            "unit = 'town'\nkey = []\nfiles = ['{period}/{town}_people*']",
            "people | integer | People",
        )
        .form(
            "states",
            "unit = 'state'\nkey = []\nfiles = ['{period}/{state}_staff*']",
            "staff | integer | Staff",
        )
        .form(
            "houses",
            "unit = 'house'\nkey = ['house']\nfiles = ['{period}/{town}_houses*']",
            "house | text | House | required = true",
        )
        .defined("measures.toml", measures("people | towns | people"));
    // The old states sent in 2018 alone, the new ones in 2020: nothing stands between.
    for town in ["T1", "T2", "T3", "T4", "T5", "T6"] {
        world = world
            .sent(&format!("2018/{town}_people.csv"), "People\n100\n")
            .sent(&format!("2018/{town}_houses.csv"), "House\na\nb\n");
    }
    for state in ["P", "R", "S", "W", "X"] {
        world = world.sent(&format!("2018/{state}_staff.csv"), "Staff\n10\n");
    }
    for town in ["T1", "U2", "T3", "T4", "T5", "T6"] {
        world = world
            .sent(&format!("2020/{town}_people.csv"), "People\n900\n")
            .sent(&format!("2020/{town}_houses.csv"), "House\na\n");
    }
    for state in ["Q", "V", "W", "X"] {
        world = world.sent(&format!("2020/{state}_staff.csv"), "Staff\n500\n");
    }
    world
}

fn found(world: &World, code: &str) -> Vec<String> {
    let rows = world.table("findings");
    let of = rows.iter().filter(|row| row["code"].text() == Some(code));
    of.map(|row| joined(row, &["path", "raw", "expected", "cells"], " | "))
        .collect()
}

#[test]
fn figures_go_on_where_their_partition_changes_its_code_or_merges() {
    let world = world().published();
    // The first row of U2 is held against T2's, which lies in another partition and under another code.
    let of_town = |town: &str, before: &str| {
        format!("2020/{town}_people.csv | 900 | 50..200 | A2=900; 2018/{before}_people.csv!A2=100")
    };
    assert_eq!(
        found(&world, "history-people"),
        [
            of_town("T1", "T1"),
            of_town("T3", "T3"),
            of_town("T4", "T4"),
            of_town("T5", "T5"),
            of_town("T6", "T6"),
            of_town("U2", "T2"),
        ]
    );
    let of_state = |state: &str, expected: &str, before: &str| {
        format!("2020/{state}_staff.csv | 500 | {expected} | A2=500; {before}")
    };
    assert_eq!(
        found(&world, "history-staff"),
        [
            of_state("Q", "5..20", "2018/P_staff.csv!A2=10"),
            of_state("V", "10..40", "2018/R_staff.csv!A2=10; 2018/S_staff.csv!A2=10"),
            of_state("W", "5..20", "2018/W_staff.csv!A2=10"),
            of_state("X", "5..20", "2018/X_staff.csv!A2=10"),
        ]
    );
}

#[test]
fn units_go_on_where_their_partition_changes() {
    let found = found(&world().published(), "cover-houses-missing");
    let each = |town: &str| format!("2020/{town}_houses.csv | b {town} | 2 | -");
    assert_eq!(found, ["T1", "T3", "T4", "T5", "T6", "U2"].map(each));
}

#[test]
fn nothing_depends_on_the_number_of_threads() {
    let world = world();
    let [one, many] = ["1", "4"].map(|threads| {
        let output = world.publish_into(&format!("output-{threads}"), &["--threads", threads]);
        crate::support::published(&output)
    });
    let same = one.iter().filter(|(path, _)| !path.ends_with("manifest.json"));
    for (path, bytes) in same {
        assert_eq!(many.get(path), Some(bytes), "{path}");
    }
}

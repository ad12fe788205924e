//! Areas that change their codes, merge and split: old codes are told with their successors, and rules that look back follow.

use crate::support::{World, copy_folder, joined, measures, plan, root};

fn case() -> World {
    let folder = root().join("tests/cases/recoded-area");
    let world = World::of(&folder.join("pipeline"));
    copy_folder(&folder.join("submissions"), &world.path("input"));
    world
}

/// What was found under some codes: place, what stood there, what was expected, the mend.
fn told(world: &World, codes: &[&str]) -> Vec<String> {
    let columns = ["submission_id", "row", "raw", "expected", "mend"];
    let rows = world.table("findings");
    let of = rows
        .iter()
        .filter(|row| codes.contains(&row["code"].text().unwrap_or("")));
    let line = |row| {
        let line = joined(row, &columns, " | ");
        let (id, rest) = line.split_once(" | ").unwrap();
        let path: Vec<&str> = id.splitn(3, '-').take(2).collect();
        format!("{} | {rest}", path.join("-"))
    };
    of.map(line).collect()
}

/// Why a rule could not judge in a period: reason and count.
fn reasons(world: &World, rule: &str, period: &str) -> Vec<String> {
    let rows = world.table("unjudged");
    let of = |row: &&crate::support::Row| row["rule"].text() == Some(rule) && row["period"].text() == Some(period);
    rows.iter()
        .filter(of)
        .map(|row| joined(row, &["reason", "n"], " "))
        .collect()
}

/// Judged, not judged, broken.
fn tally(world: &World, rule: &str, period: &str) -> String {
    let rows = world.table("rules");
    let mut of = rows
        .iter()
        .filter(|row| row["rule"].text() == Some(rule) && row["period"].text() == Some(period));
    let row = of.next().unwrap();
    joined(row, &["n_judged", "n_unknown", "n_fired"], " ")
}

#[test]
fn an_old_code_is_told_with_its_successor() {
    let world = case().published();
    assert_eq!(
        told(&world, &["area-unknown"]),
        [
            "2020-A1 | - | A1 | A1 Ash → A9 Ash (2020-07-01) | A9",
            "2020-A4 | - | A4 | A4 Elm → A6 Elm North / A7 Elm South (2020-07-01) | -",
        ]
    );
    // The other way round for a code that is used too early; a code nobody has heard of stays unknown.
    assert_eq!(
        told(&world, &["code-unknown"]),
        [
            "2019-A | 5 | A9 | A1 Ash → A9 Ash (2020-07-01) | A1",
            "2019-A | 6 | A8 | A2 Beech / A3 Cedar → A8 Greenwood (2020-07-01) | -",
            "2020-A | 2 | A1 | A1 Ash → A9 Ash (2020-07-01) | A9",
            "2020-A | 3 | A2 | A2 Beech + A3 Cedar → A8 Greenwood (2020-07-01) | -",
            "2020-A | 4 | A4 | A4 Elm → A6 Elm North / A7 Elm South (2020-07-01) | -",
            "2020-A | 7 | ZZ | - | -",
        ]
    );
}

#[test]
fn figures_follow_their_area_through_a_recode_and_a_merge_and_stop_at_a_split() {
    let world = case().published();
    // A9 was A1, which had 100; A8 was A2 and A3, which had 60 and 40.
    assert_eq!(
        told(&world, &["history-people"]),
        ["2020-A8 | 2 | 900 | 50..200 | 90", "2020-A9 | 2 | 1000 | 50..200 | 100"]
    );
    let rows = world.table("findings");
    let cells = |code: &str| {
        let of = |row: &&crate::support::Row| row["code"].text() == Some("history-people");
        let mut of = rows.iter().filter(of).filter_map(|row| row["cells"].text());
        of.find(|cells| cells.contains(code)).unwrap().to_owned()
    };
    assert_eq!(cells("=1000"), "A2=1000; 2019/A1_summary.csv!A2=100");
    assert_eq!(
        cells("=900"),
        "A2=900; 2019/A2_summary.csv!A2=60; 2019/A3_summary.csv!A2=40"
    );
    // A5 is judged and well; A6 is a part of what was split, and AB got an area while nobody knows what it had itself.
    assert_eq!(tally(&world, "history-people", "2020"), "3 2 2");
    assert_eq!(
        reasons(&world, "history-people", "2020"),
        ["area_split 1", "predecessor_missing 1"]
    );
    assert_eq!(reasons(&world, "history-people", "2019"), ["no_earlier_period 6"]);
}

#[test]
fn units_follow_their_area_through_a_recode_and_are_not_judged_after_a_split() {
    let world = case().published();
    assert_eq!(
        told(&world, &["cover-houses-missing", "cover-houses-new"]),
        ["2020-A9 | - | c A9 | 3 | -"]
    );
    assert_eq!(tally(&world, "cover-houses-missing", "2020"), "2 1 1");
    assert_eq!(tally(&world, "cover-houses-new", "2020"), "2 1 0");
    assert_eq!(reasons(&world, "cover-houses-new", "2020"), ["area_split 1"]);
}

#[test]
fn without_a_table_of_changes_nothing_is_said_of_a_successor() {
    let world = case();
    let settings = std::fs::read_to_string(world.path("pipeline/pipeline.toml")).unwrap();
    let world = world
        .defined("pipeline.toml", settings.replace("changes = \"changes.csv\"\n", ""))
        .published();
    assert_eq!(
        told(&world, &["area-unknown"]),
        ["2020-A1 | - | A1 | - | -", "2020-A4 | - | A4 | - | -"]
    );
}

const COUNTIES: &str = "code,name,level,parent_code,valid_from,valid_to
000000,全国,nation,,,
130000,河北省,province,000000,,
130621,满城县,county,130000,,2019-12-30
130607,满城区,county,130000,2019-12-31,
130102,长安区,county,130000,,
130104,桥西区,county,130000,,
";

const COUNTY_CHANGES: &str = "old_code,new_code,date,kind
130621,130607,2019-12-31,recode
130102,130104,2019-12-31,transfer
";

const COMMUNITY_CHECKS: &str = r#"
[[history]]
form = "roster"
column = "people"
ratio = { min = 0.5, max = 2.0 }
[[cover]]
form = "roster"
against = "previous"
find = "missing"
[[cover]]
form = "roster"
against = "previous"
find = "new"
"#;

#[test]
fn communities_go_on_under_the_new_code_of_their_county() {
    let settings = "unit = 'community'\nkey = ['code']\nfiles = ['{period}/{county}_roster*']";
    let plan = plan("gb2260", &["nation", "province", "county"], &["2018", "2020"]);
    let plan = plan.replace(
        "divisions = 'divisions.csv'",
        "divisions = 'divisions.csv'\nchanges = 'changes.csv'",
    );
    let world = World::new(&plan, COUNTIES)
        .defined("changes.csv", COUNTY_CHANGES)
        .form(
            "roster",
            settings,
            "code | division_code | Code | level = 'community'; required = true\npeople | integer | People",
        )
        .defined("checks.toml", COMMUNITY_CHECKS)
        .defined("measures.toml", measures("people | roster | people"))
        .sent(
            "2018/130621_roster.csv",
            "Code,People\n130621001001,100\n130621001002,100\n130621001003,100\n",
        )
        .sent(
            "2020/130607_roster.csv",
            "Code,People\n130607001001,900\n130607001002,110\n",
        )
        .sent(
            "2018/130102_roster.csv",
            "Code,People\n130102001001,50\n130102001002,50\n",
        )
        .sent("2020/130102_roster.csv", "Code,People\n130102001001,55\n")
        .published();
    // 130607001001 was 130621001001, which had 100.
    assert_eq!(
        told(&world, &["history-people"]),
        ["2020-130607 | 2 | 900 | 50..200 | 90"]
    );
    // The recoded county lacks one, and none of its codes is new; who gave ground away is still asked for what is missing.
    assert_eq!(
        told(&world, &["cover-roster-missing", "cover-roster-new"]),
        [
            "2020-130102 | - | 130102001002 | 2 | -",
            "2020-130607 | - | 130607001003 | 3 | -"
        ]
    );
    assert_eq!(tally(&world, "history-people", "2020"), "3 0 1");
    assert_eq!(told(&world, &["code-unknown", "area-unknown"]), [""; 0]);
}

#[test]
fn a_whole_file_under_an_old_code_is_one_finding() {
    let settings = "unit = 'community'\nkey = ['code']\nfiles = ['{period}/{county}_roster*']";
    let plan = plan("gb2260", &["nation", "province", "county"], &["2020"]);
    let plan = plan.replace(
        "divisions = 'divisions.csv'",
        "divisions = 'divisions.csv'\nchanges = 'changes.csv'",
    );
    let rows: String = (1..=40).map(|at| format!("130621001{at:03},100\n")).collect();
    let world = World::new(&plan, COUNTIES)
        .defined("changes.csv", COUNTY_CHANGES)
        .form(
            "roster",
            settings,
            "code | division_code | Code | level = 'community'; required = true\npeople | integer | People",
        )
        .defined("measures.toml", measures("people | roster | people"))
        .sent("2020/130621_roster.csv", format!("Code,People\n{rows}"))
        .sent("2020/130607_roster.csv", format!("Code,People\n{rows}"))
        .sent("2020/130102_roster.csv", "Code,People\n130102001001,5\n")
        .published();
    assert_eq!(
        told(&world, &["area-unknown"]),
        ["2020-130621 | - | 130621 | 130621 满城县 → 130607 满城区 (2019-12-31) | 130607"]
    );
    let found = world.table("findings");
    let of: Vec<_> = found
        .iter()
        .filter(|row| row["code"].text() == Some("code-unknown"))
        .collect();
    assert_eq!(of.len(), 1);
    assert_eq!(
        joined(of[0], &["raw", "expected", "mend", "n_affected"], " | "),
        "130621001001 | 130621 满城县 → 130607 满城区 (2019-12-31) | 130621001001 → 130607001001 … | 40"
    );
}

/// A code and a name, in this order and in both languages; the area's own name where the registry has no English one.
#[test]
fn areas_are_called_by_code_and_name_in_both_languages() {
    let plan = plan("gb2260", &["nation", "province", "county"], &["2020"]).replace(
        "divisions = 'divisions.csv'",
        "divisions = 'divisions.csv'\nchanges = 'changes.csv'",
    );
    let divisions = COUNTIES
        .replace("code,name,", "code,name,name_en,")
        .replace("省,", "省,Hebei,");
    let divisions = divisions
        .replace("满城县,", "满城县,Mancheng County,")
        .replace("满城区,", "满城区,Mancheng,");
    let divisions = ["全国", "长安区", "桥西区"].iter().fold(divisions, |all, name| {
        all.replace(&format!("{name},"), &format!("{name},,"))
    });
    let world = World::new(&plan, &divisions)
        .defined(
            "changes.csv",
            "old_code,new_code,date,kind\n130621,130607,2019-12-31,recode\n",
        )
        .form(
            "visits",
            "unit = 'county'\nkey = ['area']\nfiles = ['{period}/{province}_visits*', '{period}/{county}_visits*']",
            "area | division_code | Area | level = 'county'; required = true\npeople | integer | People",
        )
        .defined("measures.toml", measures("people | visits | people"))
        .sent("2020/130621_visits.csv", "Area,People\n130621,5\n")
        .sent("2020/130102_visits.csv", "Area,People\n130102,5\n130104,6\n130621,7\n")
        .published();
    let found = world.table("findings");
    let told: Vec<String> = ["area-unknown", "code-unknown", "outside-jurisdiction"]
        .iter()
        .map(|code| {
            let row = found.iter().find(|row| row["code"].text() == Some(code)).unwrap();
            joined(row, &["expected_zh", "expected_en"], " | ")
        })
        .collect();
    let change = "130621 满城县 → 130607 满城区 (2019-12-31) | 130621 Mancheng County → 130607 Mancheng (2019-12-31)";
    let within = "130102 长安区辖区内的代码 | a code within 130102 长安区";
    assert_eq!(told, [change, change, within]);
    for row in found.iter().filter(|row| row["code"].text() == Some("code-unknown")) {
        let message = row["message_en"].text().unwrap();
        assert!(
            message.contains("130607 Mancheng") && !message.contains("满城"),
            "{message}"
        );
    }
}

#[test]
fn a_changed_table_of_changes_is_noticed_where_nothing_else_has_changed() {
    let world = case();
    // Files that were changed within two seconds before a run are read again by the next one: only after that, their times are believed.
    std::thread::sleep(std::time::Duration::from_millis(2_100));
    let world = world.published();
    assert_eq!(told(&world, &["area-unknown"]).len(), 2);
    let changes = std::fs::read_to_string(world.path("pipeline/changes.csv")).unwrap();
    let fewer: String = changes
        .split_inclusive('\n')
        .filter(|line| !line.starts_with("A4,A7"))
        .collect();
    assert_ne!(fewer, changes);
    world.put("pipeline/changes.csv", fewer);
    world.publish(&[]);
    let told = told(&world, &["area-unknown"]);
    assert!(
        told[1].starts_with("2020-A4 | - | A4 | A4 Elm → A6 Elm North (2020-07-01)"),
        "{told:?}"
    );
}

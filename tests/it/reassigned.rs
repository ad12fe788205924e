//! Codes that have belonged to two areas: a name tells which one is meant, and no row is matched with the other in silence.

use crate::support::{Row, World, joined, measures, plan};

/// 232701 was 加格达奇区 until 2018, which is 232761 since; since then it is 漠河市, which was 232723.
const DIVISIONS: &str = "code,name,level,parent_code,valid_from,valid_to
000000,全国,nation,,,
230000,黑龙江省,province,000000,,
232701,加格达奇区,county,230000,,2018-12-30
232701,漠河市,county,230000,2018-12-31,
232723,漠河县,county,230000,,2018-12-30
232761,加格达奇区,county,230000,2018-12-31,
230102,道里区,county,230000,,
";

const CHANGES: &str = "old_code,new_code,date,kind
232701,232761,2018-12-31,recode
232723,232701,2018-12-31,recode
";

const ROSTER: &str = "code | division_code | Code | level = 'community'; required = true
name | text | Name
people | integer | People";

const SUMMARY: &str = "county | division_code | County | level = 'county'; required = true
name | text | Name
people | integer | People";

fn world() -> World {
    let plan = plan("gb2260", &["nation", "province", "county"], &["2017", "2018", "2020"]);
    let plan = plan.replace(
        "divisions = 'divisions.csv'",
        "divisions = 'divisions.csv'\nchanges = 'changes.csv'",
    );
    let each = "unit = 'community'\nkey = ['code']\nfiles = ['{period}/{county}_roster*']";
    let all = "unit = 'county'\nkey = ['county']\nfiles = ['{period}/{province}_summary*']";
    World::new(&plan, DIVISIONS)
        .defined("changes.csv", CHANGES)
        .form("roster", each, ROSTER)
        .form("summary", all, SUMMARY)
        .defined("measures.toml", measures("people | roster | people"))
}

fn found(world: &World) -> Vec<String> {
    let columns = ["path", "code", "row", "raw", "expected", "mend", "n_affected"];
    let open = |row: &&Row| row["code"].text() != Some("column-unknown");
    world
        .table("findings")
        .iter()
        .filter(open)
        .map(|row| joined(row, &columns, " | "))
        .collect()
}

#[test]
fn a_submission_that_names_the_other_bearer_of_its_code_is_refused() {
    let rows = "Code,Name,People\n232701001001,a,5\n";
    let world = world()
        .sent(
            "2018/232701_roster.csv",
            format!("填报单位：加格达奇区民政局,,\n{rows}"),
        )
        .sent("2017/232701_roster.csv", format!("填报单位：漠河县民政局,,\n{rows}"))
        .sent("2017/230102_roster.csv", "Code,Name,People\n230102001001,a,5\n")
        .sent("2018/230102_roster.csv", "Code,Name,People\n230102001001,a,5\n")
        .published();
    assert_eq!(
        found(&world),
        [
            "2017/232701_roster.csv | area-reassigned | - | 232701 | 232723 漠河县 → 232701 漠河市 (2018-12-31) | 232723 | 1",
            "2018/232701_roster.csv | area-reassigned | - | 232701 | 232701 加格达奇区 → 232761 加格达奇区 (2018-12-31) | 232761 | 1",
        ]
    );
    assert_eq!(
        world.submission("2018/232701_roster.csv")["status"].text(),
        Some("rejected")
    );
}

#[test]
fn who_has_the_code_is_silent_where_it_is_named_and_told_where_it_is_not() {
    let rows = "Code,Name,People\n232701001001,a,5\n";
    let world = world()
        .sent("2017/232701_roster.csv", format!("填报单位：加格达奇区,,\n{rows}"))
        .sent(
            "2018/232701_roster.csv",
            format!("填报单位：漠河市（原 加格达奇区 代码）,,\n{rows}"),
        )
        .sent("2020/232701_roster.csv", rows)
        .published();
    assert_eq!(
        found(&world),
        [
            "2020/232701_roster.csv | area-reused | - | 232701 | 232701 加格达奇区 → 232761 加格达奇区 (2018-12-31) | - | 1"
        ]
    );
    assert_eq!(world.facts("roster", "2020").len(), 1);
}

#[test]
fn a_row_that_names_the_other_bearer_of_its_code_is_held_back() {
    let world = world()
        .sent(
            "2018/230000_summary.csv",
            "County,Name,People\n232701,加格达奇区,5\n232761,加格达奇区,6\n230102,道里区,7\n",
        )
        .sent(
            "2020/230000_summary.csv",
            "County,Name,People\n232701,漠河市,5\n232761,加格达奇区,6\n230102,加格达奇区,7\n",
        )
        .published();
    assert_eq!(
        found(&world),
        [
            "2018/230000_summary.csv | code-reassigned | 2 | 232701 | 232701 加格达奇区 → 232761 加格达奇区 (2018-12-31) | 232761 | 1",
            // A code beside the name of an area that never had it.
            "2020/230000_summary.csv | code-misnamed | 4 | 230102 | 232761 | - | 1"
        ]
    );
    assert_eq!(world.quarantined("summary", "2018").len(), 1);
}

#[test]
fn rows_under_a_code_that_the_sender_had_are_one_finding_with_the_mend() {
    let rows: String = (1..=3).map(|at| format!("232701001{at:03},a,5\n")).collect();
    let others: String = (1..=9).map(|at| format!("232761001{at:03},a,5\n")).collect();
    let world = world()
        .sent("2018/232761_roster.csv", format!("Code,Name,People\n{rows}{others}"))
        // Near miss: the same rows at the time at which the code was valid.
        .sent(
            "2017/232701_roster.csv",
            format!("加格达奇区,,\nCode,Name,People\n{rows}"),
        )
        // A stranger's code stays a stranger's.
        .sent(
            "2020/230102_roster.csv",
            "Code,Name,People\n230102001001,a,5\n232701001001,a,5\n",
        )
        .published();
    assert_eq!(
        found(&world),
        [
            "2018/232761_roster.csv | code-reassigned | - | 232701001001 | 232701 加格达奇区 → 232761 加格达奇区 (2018-12-31) | 232701001001 → 232761001001 … | 3",
            "2020/230102_roster.csv | outside-jurisdiction | 3 | 232701001001 | 230102 | - | 1",
        ]
    );
    assert_eq!(world.quarantined("roster", "2018").len(), 3);
}

#[test]
fn who_owes_nothing_and_has_the_code_of_another_is_told_of_it() {
    let world = world();
    let settings = std::fs::read_to_string(world.path("pipeline/pipeline.toml")).unwrap();
    let settings = settings + "\n[reporters]\nfile = 'reporters.csv'\n";
    let world = world
        .defined("pipeline.toml", settings)
        .sent("reporters.csv", "area_code,form\n232761,roster\n230102,roster\n")
        .sent("2018/232701_roster.csv", "Code,Name,People\n232701001001,a,5\n")
        .sent("2018/230102_roster.csv", "Code,Name,People\n230102001001,a,5\n")
        .published();
    let told = found(&world);
    assert!(
        told.contains(&"2018/232701_roster.csv | area-unexpected | - | 232701 | 232701 加格达奇区 → 232761 加格达奇区 (2018-12-31) | 232761 | 1".to_owned()),
        "{told:#?}"
    );
}

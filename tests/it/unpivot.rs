//! Sheets with columns of several periods: each period is a submission of its own, and every cell keeps its place.

use std::fs;
use std::path::Path;

use snapbox::{Data, IntoData};

use crate::support::{Row, World, facts, joined, plan, root, table};

/// The rows of a table as lines of the columns that a CSV names, sorted; compared with the rest of it.
fn compare(case: &Path, expected: &str, rows: &[Row]) {
    let path = case.join(expected);
    let text = fs::read_to_string(&path).unwrap();
    let names: Vec<&str> = text.lines().next().unwrap().split(',').collect();
    let mut lines: Vec<String> = rows.iter().map(|row| joined(row, &names, ",")).collect();
    lines.sort();
    let found = format!("{}\n{}\n", names.join(","), lines.join("\n"));
    if std::env::var_os("HUIZONG_ACCEPT").is_some() {
        fs::write(&path, &found).unwrap();
    }
    snapbox::assert_data_eq!(found, IntoData::raw(Data::text(fs::read_to_string(&path).unwrap())));
}

fn findings(output: &Path) -> Vec<Row> {
    let submissions = table(output, "submissions");
    let mut findings = table(output, "findings");
    for finding in &mut findings {
        let is_its = |row: &&Row| row["submission_id"] == finding["submission_id"];
        let path = submissions.iter().find(is_its).map(|row| row["path"].clone());
        finding.extend(path.map(|path| ("path".to_owned(), path)));
    }
    findings
}

#[test]
fn a_table_with_a_column_for_each_year_counts_year_by_year() {
    let case = root().join("tests/cases/column-for-each-year");
    let output = tempfile::tempdir().unwrap();
    let (code, said) = crate::support::run(&case.join("pipeline"), &case.join("submissions"), output.path(), &[]);
    assert_eq!(code, 0, "{said}");
    compare(&case, "expected.csv", &table(output.path(), "indicators"));
    compare(&case, "expected_findings.csv", &findings(output.path()));
    for submission in table(output.path(), "submissions") {
        let rows = |column: &str| submission[column].number().unwrap();
        let parts = ["rows_accepted", "rows_quarantined", "rows_superseded", "rows_set_aside"];
        assert_eq!(rows("rows_read"), parts.into_iter().map(rows).sum::<f64>());
    }
}

fn world(period: &str, periods: &str, unpivot: &str) -> World {
    let plan = plan("plain", &["country", "state"], &["X"])
        .replace("periods = [\"X\"]", &format!("periods = {periods}"))
        .replace("period = 'year'", &format!("period = '{period}'"));
    let areas = "code,name,level,parent_code\nLL,Lakeland,country,\nAL,Alder,state,LL\nBR,Birch,state,LL\n";
    let settings = format!(
        "unit = 'state'\nkey = ['state']\nfiles = ['beds*']\nrevision = '_r{{revision}}'\ndue = '1 month'\n[form.missing]\n'' = 'missing'\n[unpivot]\nnames_to = 'period'\n{unpivot}"
    );
    let lines = "state | division_code | State | level = 'state'; required = true\n\
                 beds | integer | Beds\n\
                 staff | integer | Staff | unit = '人'";
    World::new(&plan, areas).form("beds", &settings, lines)
}

/// `2020 AL 5 -`: period, area, beds and staff of every fact.
fn counted(world: &World, periods: &[&str]) -> Vec<String> {
    let of_period = |period: &&str| {
        let rows = facts(&world.output(), "beds", period);
        let lines = rows
            .iter()
            .map(|row| format!("{period} {}", joined(row, &["area_code", "beds", "staff"], " ")));
        lines.collect::<Vec<_>>()
    };
    periods.iter().flat_map(of_period).collect()
}

fn told(world: &World) -> Vec<String> {
    let columns = ["path", "code", "severity", "cell", "raw"];
    // No sheet of these tests has all columns.
    let is_of_note = |row: &&Row| row["code"].text() != Some("column-absent");
    let rows = findings(&world.output());
    let lines = rows.iter().filter(is_of_note);
    let mut lines: Vec<String> = lines.map(|row| joined(row, &columns, " | ")).collect();
    lines.sort();
    lines
}

const YEARS: &str = "['2019', '2020']";

#[test]
fn headers_say_the_period_in_many_ways() {
    for (sheet, period, periods, expected) in [
        (
            "State,2019年,２０２０年度\nAL,1,2\n",
            "year",
            YEARS,
            ["2019 AL 1 -", "2020 AL 2 -"],
        ),
        (
            "State,Beds 2019,Beds (2020)\nAL,1,2\n",
            "year",
            YEARS,
            ["2019 AL 1 -", "2020 AL 2 -"],
        ),
        (
            "State,Staff 2019（万人）,Staff 2020\nAL,1,2\n",
            "year",
            YEARS,
            ["2019 AL - 10000", "2020 AL - 2"],
        ),
        (
            "State,Jan 2019,2019-02\nAL,1,2\n",
            "month",
            "['2019-01', '2019-02']",
            ["2019-01 AL 1 -", "2019-02 AL 2 -"],
        ),
        (
            "State,2019年3季度,Q4 2019\nAL,1,2\n",
            "quarter",
            "['2019Q3', '2019Q4']",
            ["2019Q3 AL 1 -", "2019Q4 AL 2 -"],
        ),
        (
            "Beds of 2019\n\nState,2019,2020,\nAL,1,2,\n",
            "year",
            YEARS,
            ["2019 AL 1 -", "2020 AL 2 -"],
        ),
    ] {
        let world = world(period, periods, "values_to = 'beds'\n")
            .sent("beds.csv", sheet)
            .published();
        let names: Vec<&str> = expected.iter().map(|line| line.split(' ').next().unwrap()).collect();
        assert_eq!(counted(&world, &names), expected, "{sheet}\n{:?}", told(&world));
    }
}

#[test]
fn the_measure_may_stand_beneath_the_year() {
    let sheet = "State,2019,,2020,\n,Beds,Staff,Beds,Staff\nAL,1,2,3,4\nBR,5,,7,8\n";
    let world = world("year", YEARS, "").sent("beds.csv", sheet).published();
    assert_eq!(
        counted(&world, &["2019", "2020"]),
        ["2019 AL 1 2", "2019 BR 5 -", "2020 AL 3 4", "2020 BR 7 8"]
    );
    assert_eq!(told(&world), Vec::<String>::new());
}

#[test]
fn what_may_mean_two_periods_is_told_and_not_read() {
    let sheet = "State,2019,2019/20,2020p,2020,Total\nAL,1,50,60,2,3\n";
    let world = world("year", YEARS, "values_to = 'beds'\n")
        .sent("beds.csv", sheet)
        .published();
    assert_eq!(counted(&world, &["2019", "2020"]), ["2019 AL 1 -", "2020 AL 2 -"]);
    assert_eq!(
        told(&world),
        [
            "beds.csv#2019 | column-unknown | explain | F1 | Total",
            "beds.csv#2019 | header-period | explain | C1 | 2019/20",
            "beds.csv#2019 | header-period | explain | D1 | 2020p",
        ]
    );
}

#[test]
fn a_year_that_stands_there_twice_is_told_and_not_read() {
    let sheet = "State,2019,2020,2020\nAL,1,2,3\n";
    let world = world("year", YEARS, "values_to = 'beds'\n")
        .sent("beds.csv", sheet)
        .published();
    assert_eq!(counted(&world, &["2019", "2020"])[0], "2019 AL 1 -");
    let told = told(&world);
    assert!(
        told.iter()
            .any(|line| line.starts_with("beds.csv#2020 | column-duplicate")),
        "{told:?}"
    );
    assert!(
        !counted(&world, &["2020"])
            .iter()
            .any(|line| line.contains(" 2 ") || line.contains(" 3 "))
    );
}

#[test]
fn a_fault_names_the_cell_in_which_it_is() {
    let sheet = "State,2019,2020\nAL,1,x2\nBR,,4\n";
    let world = world("year", YEARS, "values_to = 'beds'\n")
        .sent("beds.csv", sheet)
        .published();
    assert_eq!(
        counted(&world, &["2019", "2020"]),
        ["2019 AL 1 -", "2019 BR - -", "2020 AL - -", "2020 BR 4 -"]
    );
    let told = told(&world);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(
        told[0].starts_with("beds.csv#2020 | ") && told[0].ends_with("| C2 | x2"),
        "{told:?}"
    );
}

#[test]
fn a_later_file_replaces_the_periods_that_it_has() {
    let world = world("year", YEARS, "values_to = 'beds'\n")
        .sent("beds.csv", "State,2019,2020\nAL,1,2\n")
        .sent("beds_r1.csv", "State,2020,2021\nAL,20,30\n")
        .published();
    assert_eq!(counted(&world, &["2019", "2020"]), ["2019 AL 1 -", "2020 AL 20 -"]);
    let status: Vec<String> = (world.table("submissions").iter())
        .map(|row| joined(row, &["path", "period", "status"], " "))
        .collect();
    assert_eq!(
        status,
        [
            "beds.csv#2019 2019 accepted",
            "beds.csv#2020 2020 superseded",
            "beds_r1.csv#2020 2020 accepted",
            "beds_r1.csv#2021 2021 rejected",
        ]
    );
}

#[test]
fn another_column_changes_what_a_later_run_publishes() {
    let world = world("year", YEARS, "values_to = 'beds'\n")
        .sent("beds.csv", "State,2019,2020\nAL,1,2\n")
        .published();
    world.put("input/beds.csv", "State,2019,2020\nAL,1,9\n");
    world.publish(&[]);
    assert_eq!(counted(&world, &["2019", "2020"]), ["2019 AL 1 -", "2020 AL 9 -"]);
}

#[test]
fn a_return_answers_the_period_that_it_is_about() {
    let world = world("year", YEARS, "values_to = 'beds'\n")
        .sent("beds.csv", "State,2019,2020\nAL,1x,2x\nBR,3,4\n")
        .published();
    let returns: Vec<String> = walkdir::WalkDir::new(world.output().join("current/returns"))
        .into_iter()
        .filter_map(|entry| Some(entry.ok()?.path().display().to_string()))
        .filter(|path| path.ends_with(".xlsx"))
        .collect();
    assert_eq!(returns.len(), 2, "{:?}", told(&world));
    // The one of 2020 comes back as it went out.
    let of_2020 = returns.iter().find(|path| path.contains("2020")).unwrap();
    let name = Path::new(of_2020).file_name().unwrap().to_str().unwrap();
    world.put(&format!("input/{name}"), fs::read(of_2020).unwrap());
    world.publish(&[]);
    let status: Vec<String> = (world.table("submissions").iter())
        .map(|row| joined(row, &["path", "status"], " "))
        .collect();
    assert_eq!(
        status,
        [
            "beds.csv#2019 accepted".to_owned(),
            "beds.csv#2020 superseded".to_owned(),
            format!("{name}#2020 accepted"),
        ]
    );
}

#[test]
fn a_blank_sheet_has_the_period_in_its_headers() {
    let world = world("year", YEARS, "values_to = 'beds'\n");
    let sheet = world.path("input/beds.xlsx");
    let made = crate::support::huizong([
        "template".as_ref(),
        "beds".as_ref(),
        "--period".as_ref(),
        "2019".as_ref(),
        "--output".as_ref(),
        sheet.as_os_str(),
        "--pipeline".as_ref(),
        world.path("pipeline").as_os_str(),
    ]);
    assert!(made.status.success(), "{}", crate::support::said(&made));
    world.publish(&[]);
    let submission = world.submission("beds.xlsx#2019");
    assert_eq!(submission["period"].text(), Some("2019"));
}

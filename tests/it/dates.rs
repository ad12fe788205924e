//! Days in the order of their column, and with the names of months.

use crate::support::{World, joined, plan};

/// A state whose districts list schools with the day they opened.
fn schools(setting: &str) -> World {
    let areas = "code,name,level,parent_code\nX,Land,country,\nA,Ash,district,X\nB,Bay,district,X\n";
    let settings = format!(
        "title = {{ en = 'Schools' }}\nunit = 'school'\nkey = ['school']\nfiles = ['{{period}}/{{district}}_*']\n{setting}\n\
         missing = {{ '' = 'missing' }}"
    );
    World::new(&plan("plain", &["country", "district"], &["2020"]), areas).form(
        "schools",
        &settings,
        "school | text | School | required = true\n opened | date | Opened",
    )
}

/// The days that are read, and what is told.
fn read(setting: &str, days: &[&str]) -> (Vec<String>, Vec<String>) {
    let rows = (1..).zip(days).map(|(at, day)| format!("S{at},\"{day}\"\n"));
    let file = "School,Opened\n".to_owned() + &rows.collect::<String>();
    let world = schools(setting).sent("2020/A_1.csv", file).published();
    let facts = world.facts("schools", "2020");
    let days = facts.iter().map(|row| joined(row, &["opened"], ""));
    let findings = world.table("findings");
    let of_files = findings.iter().filter(|row| row["path"].text().is_some());
    let told = of_files.map(|row| joined(row, &["code", "raw", "expected", "mend", "n_affected"], " | "));
    (days.collect(), told.collect())
}

#[test]
fn a_day_beyond_twelve_settles_the_order_of_its_column() {
    let (days, told) = read("", &["03/04/2022", "25/12/2021", "3 April 2022", "2022-04-05"]);
    assert_eq!(days, ["2022-04-03", "2021-12-25", "2022-04-03", "2022-04-05"]);
    assert_eq!(told, [] as [&str; 0]);
    let (days, told) = read("", &["03/04/2022", "12/25/2021"]);
    assert_eq!(
        (days, told),
        (vec!["2022-03-04".to_owned(), "2021-12-25".to_owned()], vec![])
    );
}

#[test]
fn an_order_that_nothing_settles_is_one_finding() {
    let (days, told) = read("", &["03/04/2022", "05/06/2022", "07/07/2022"]);
    assert_eq!(days, ["-", "-", "2022-07-07"]);
    assert_eq!(
        told,
        ["date-order-unclear | 03/04/2022 | 2022-04-03|2022-03-04 | - | 2"]
    );
    // Two cells that contradict each other have one reading each, and settle nothing.
    let (days, told) = read("", &["25/12/2021", "12/25/2021", "03/04/2022"]);
    assert_eq!(days, ["2021-12-25", "2021-12-25", "-"]);
    assert_eq!(
        told,
        ["date-order-unclear | 03/04/2022 | 2022-04-03|2022-03-04 | - | 1"]
    );
}

#[test]
fn a_declared_order_goes_before_the_cells() {
    let (days, told) = read("date_order = 'dmy'", &["03/04/2022", "12/25/2021"]);
    assert_eq!(days, ["2022-04-03", "-"]);
    assert_eq!(told, ["not-a-date | 12/25/2021 | YYYY-MM-DD | 2021-12-25 | 1"]);
    let (days, _) = read("date_order = 'mdy'", &["03/04/2022"]);
    assert_eq!(days, ["2022-03-04"]);
    let (days, told) = read("date_order = 'ymd'", &["2022/04/03", "03/04/2022"]);
    assert_eq!(days, ["2022-04-03", "-"]);
    assert_eq!(told, ["not-a-date | 03/04/2022 | YYYY-MM-DD | - | 1"]);
}

#[test]
fn an_unknown_order_is_an_error_of_the_form() {
    let (code, said) = schools("date_order = 'dym'").run(&[]);
    assert!(
        code != 0 && said.contains("date_order") && said.contains("dmy"),
        "{said}"
    );
}

//! Days in the order of their column, with the names of months, and as workbooks store and show them.

use rust_xlsxwriter::{Format, Workbook};

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
    outcome(schools(setting).sent("2020/A_1.csv", file))
}

/// A cell of a workbook.
#[derive(Clone, Copy)]
enum Cell {
    Text(&'static str),
    /// A number, and the format that shows it as a day.
    Day(f64, &'static str),
    /// A number, and the number by which a workbook names its format.
    Local(f64, u8),
}

use Cell::{Day, Local, Text};

/// Numbers of days.
const MARCH_4: f64 = 43_528.0;
const MAY_5: f64 = 43_590.0;
const JULY_5: f64 = 43_651.0;
const JULY_25: f64 = 43_671.0;
const WHOLE: &str = "yyyy\\-mm\\-dd";

fn workbook(cells: &[Cell]) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.write_string(0, 0, "School").unwrap();
    sheet.write_string(0, 1, "Opened").unwrap();
    for (row, cell) in (1..).zip(cells) {
        sheet.write_string(row, 0, format!("S{row}")).unwrap();
        let mut write = |number, format: Format| sheet.write_number_with_format(row, 1, number, &format).map(drop);
        match *cell {
            Text(text) => sheet.write_string(row, 1, text).map(drop),
            Day(number, format) => write(number, Format::new().set_num_format(format)),
            Local(number, id) => write(number, Format::new().set_num_format_index(id)),
        }
        .unwrap();
    }
    workbook.save_to_buffer().unwrap()
}

/// The same of a workbook.
fn read_workbook(setting: &str, cells: &[Cell]) -> (Vec<String>, Vec<String>) {
    outcome(schools(setting).sent("2020/A_1.xlsx", workbook(cells)))
}

fn outcome(world: World) -> (Vec<String>, Vec<String>) {
    let world = world.published();
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
}

#[test]
fn cells_that_prove_both_orders_are_one_finding() {
    // They have one reading each, and settle nothing.
    let (days, told) = read("", &["25/12/2021", "12/25/2021", "03/04/2022", "24/12/2021"]);
    assert_eq!(days, ["2021-12-25", "2021-12-25", "-", "2021-12-24"]);
    let both = "25/12/2021 (B2) … 12/25/2021 (B3)";
    assert_eq!(
        told,
        [format!("date-order-mixed | {both} | 2022-04-03|2022-03-04 | - | 2")]
    );
    let (days, told) = read("", &["25/12/2021", "12/25/2021"]);
    assert_eq!(days, ["2021-12-25", "2021-12-25"]);
    assert_eq!(told, [format!("date-order-mixed | {both} | - | - | 2")]);
    // A declared order decides.
    let (_, told) = read("date_order = 'dmy'", &["25/12/2021", "12/25/2021"]);
    assert_eq!(told, ["not-a-date | 12/25/2021 | YYYY-MM-DD | 2021-12-25 | 1"]);
}

#[test]
fn stored_days_beside_texts_of_another_order_are_asked_about() {
    let cells = [
        Text("13/04/2019"),
        Day(MAY_5, WHOLE),
        Day(MARCH_4, WHOLE),
        Text("25/12/2018"),
        Day(JULY_5, "m/d/yyyy"),
    ];
    let expected = ["date-order-converted | 13/04/2019 (B2) … 2019-03-04 (B4) | 2019-04-03 | - | 2"];
    for setting in ["", "date_order = 'dmy'"] {
        let (days, told) = read_workbook(setting, &cells);
        // They are read as stored.
        assert_eq!(
            days,
            ["2019-04-13", "2019-05-05", "2019-03-04", "2018-12-25", "2019-07-05"]
        );
        assert_eq!(told, expected, "{setting}");
    }
}

#[test]
fn a_plain_file_of_such_a_workbook_is_asked_about() {
    let late = ["13/04/2019", "25/12/2018", "30/06/2017"];
    let (days, told) = read("", &[&late[..], &["2019/3/4", "2018/2/1", "2017/11/10"]].concat());
    assert_eq!(days[3..], ["2019-03-04", "2018-02-01", "2017-11-10"]);
    let expected = "date-order-converted | 13/04/2019 (B2) … 2019/3/4 (B5) | 2019-04-03 | - | 3";
    assert_eq!(told, [expected]);
    for other in ["2019/3/25", "04/03/2019"] {
        let (_, told) = read(
            "",
            &[&late[..], &["2019/3/4", "2018/2/1", "2017/11/10", other]].concat(),
        );
        assert_eq!(told, [] as [&str; 0], "{other}");
    }
}

#[test]
fn stored_days_beside_honest_texts_are_silent() {
    for cells in [
        &[Text("13/04/2019"), Day(MARCH_4, WHOLE), Day(JULY_25, WHOLE)][..],
        &[Text("2019-04-13"), Text("2019/4/30"), Day(MARCH_4, WHOLE)],
        &[Text("13/04/2019"), Day(MAY_5, WHOLE)],
        &[Day(MARCH_4, WHOLE), Day(JULY_5, WHOLE)],
    ] {
        let (days, told) = read_workbook("", cells);
        assert!(!days.contains(&"-".to_owned()), "{days:?}");
        assert_eq!(told, [] as [&str; 0]);
    }
}

#[test]
fn formats_that_a_workbook_names_by_number_hide_parts_of_days() {
    let (days, told) = read_workbook("", &[Local(JULY_5, 57), Local(JULY_5, 58), Local(JULY_25, 31)]);
    assert_eq!(days, ["2019-07-05", "2019-07-05", "2019-07-25"]);
    assert_eq!(told, ["date-shown-partly | 2019-07-05 (B2) | yyyy年m月 | - | 2"]);
    let (days, told) = read_workbook("", &[Local(JULY_5 + 0.5, 32), Day(0.5, "h:mm"), Day(JULY_25, WHOLE)]);
    assert_eq!(days, ["-", "-", "2019-07-25"]);
    assert_eq!(
        told,
        [
            "not-a-date | 12:00 | YYYY-MM-DD | - | 1",
            "not-a-date | 12:00 | YYYY-MM-DD | - | 1"
        ]
    );
}

#[test]
fn a_required_day_that_is_none_holds_its_row_back() {
    let lines = "school | text | School | required = true\n opened | date | Opened | required = true";
    let areas = "code,name,level,parent_code\nX,Land,country,\nA,Ash,district,X\n";
    let settings = "title = { en = 'Schools' }\nunit = 'school'\nkey = ['school']\nfiles = ['{period}/{district}_*']\n\
                    missing = { '' = 'missing' }";
    let plan = plan("plain", &["country", "district"], &["2020"]);
    let plan = format!("gate.max_quarantined_row_share = 1.0\n{plan}");
    let world = World::new(&plan, areas).form("schools", settings, lines);
    let cells = [
        Day(JULY_25, WHOLE),
        Day(1.0, WHOLE),
        Day(JULY_5, WHOLE),
        Day(MAY_5, WHOLE),
    ];
    let world = world.sent("2020/A_1.xlsx", workbook(&cells)).published();
    let out: Vec<String> = (world.quarantined("schools", "2020").iter())
        .map(|row| joined(row, &["school"], ""))
        .collect();
    assert_eq!(out, ["S2"]);
    let findings = world.table("findings");
    let told = findings
        .iter()
        .find(|row| row["code"].text() == Some("not-a-date"))
        .unwrap();
    assert_eq!(told["severity"].text(), Some("hard"));
    assert!(
        told["message_en"]
            .text()
            .unwrap()
            .contains("the number 0 or 1 shown as a date")
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

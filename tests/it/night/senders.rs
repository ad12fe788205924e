//! What a sender has sent counts once: rows that wait, the day it came, and every sheet that was meant.

use rust_xlsxwriter::Workbook;

use super::small::{Sent, nation, unwrapped};
use super::*;
use crate::support::joined;

/// Two counties that owe a row about themselves, and 5 and 95 houses; what they send may be revised.
fn two_counties() -> World {
    let settings =
        "[reporters]\nfile = 'reporters.csv'\nreceipts = 'receipts.csv'\n[gate]\nmax_quarantined_row_share = 0.05\n";
    let expected = "area_code,form,expected_rows\n130102,houses,5\n130104,houses,95\n130102,people,\n130104,people,\n";
    let houses: Vec<&str> = (0..95).map(|_| "3").collect();
    let world = nation("['2020']", "year", settings);
    let revised = |world: World, form: &str| {
        let path = format!("forms/{form}.toml");
        let text = fs::read_to_string(world.path("pipeline").join(&path)).unwrap();
        let text = text.replacen("key = [", "revision = '_r{revision}'\nkey = [", 1);
        world.defined(&path, text)
    };
    revised(revised(world, "people"), "houses")
        .beside("reporters.csv", expected)
        .county("2020", "130102", "100", &["3"; 5])
        .county("2020", "130104", "200", &houses)
}

fn rows(county: &str, count: usize, rooms: usize) -> String {
    let rows = (1..=count).map(|at| format!("{county}001{at:03},{rooms}\n"));
    format!("代码,间数\n{}", rows.collect::<String>())
}

#[test]
fn a_misnamed_file_holds_back_what_its_form_is_owed() {
    // The houses of a county under the name of the form that has one row a county.
    let misnamed = rows("130104", 53, 3).replace("间数", "人数");
    let (code, text) = two_counties().sent("2020/130104_people.csv", misnamed).run(&[]);
    assert_eq!(code, 1, "{text}");
    assert!(
        unwrapped(&text).contains("2020 people: 50.0 % of the rows are quarantined"),
        "{text}"
    );
}

#[test]
fn two_returns_that_tie_hold_nothing_back_while_an_earlier_submission_counts() {
    let world = two_counties()
        .sent("2020/130104_houses_r1.csv", rows("130104", 95, 4))
        .sent("2020/130104_houses_again_r1.csv", rows("130104", 95, 5));
    world.publish(&[]);
    let status = |path: &str| world.submission(path)["status"].text().unwrap().to_owned();
    assert_eq!(status("2020/130104_houses.csv"), "accepted");
    assert_eq!(status("2020/130104_houses_r1.csv"), "rejected");
    // Where nothing counts, all that the county owes is held back, once.
    let world = world.sent("2020/130104_houses.csv", "");
    let (code, text) = world.run(&[]);
    assert_eq!(code, 1, "{text}");
    assert!(
        unwrapped(&text).contains("2020 houses: 95.0 % of the rows are quarantined"),
        "{text}"
    );
}

/// Reporters of `people` in time in the whole nation.
fn on_time(world: &World) -> Option<f64> {
    world.publish(&[]);
    let reporting = world.table("reporting");
    let mut rows = reporting.iter();
    let root = rows.find(|row| row["form"].text() == Some("people") && row["area_code"].text() == Some("000000"));
    root.unwrap()["on_time"].number()
}

#[test]
fn who_answers_a_return_is_as_punctual_as_before() {
    let receipts = |lines: &str| {
        let all = "path,received_at\n2020/130102_people.csv,2021-01-05\n2020/130104_people.csv,2021-01-06\n";
        format!("{all}{lines}")
    };
    let world = |lines: &str| two_counties().beside("receipts.csv", receipts(lines));
    let answer = "代码,人数,贫困人数\n130102,101,10\n";
    let answered = |lines: &str| world(lines).sent("2020/130102_people_r1.csv", answer);
    assert_eq!(on_time(&world("")), Some(2.0));
    assert_eq!(on_time(&answered("2020/130102_people_r1.csv,2021-03-01\n")), Some(2.0));
    assert_eq!(on_time(&answered("")), Some(2.0), "the answer has no receipt");
    // What cannot be used is no report: the first that can be came too late.
    let late = answered("2020/130102_people_r1.csv,2021-03-01\n").sent("2020/130102_people.csv", "");
    assert_eq!(on_time(&late), Some(1.0));
    let (pipeline, output) = (late.path("pipeline"), late.output());
    let args = ["status", "--area", "130102", "--pipeline", pipeline.to_str().unwrap()];
    let told = crate::support::huizong([&args[..], &["--output", output.to_str().unwrap()]].concat());
    let told = crate::support::said(&told);
    assert!(told.contains("people: 50 days late"), "{told}");
    let nobody_knows = answered("").sent("2020/130102_people.csv", "");
    assert_eq!(on_time(&nobody_knows), None);
}

#[test]
fn a_sheet_of_another_form_is_not_passed_over_in_silence() {
    let workbook = |sheets: &[(&str, &str)]| {
        let mut workbook = Workbook::new();
        for (name, text) in sheets {
            let sheet = workbook.add_worksheet().set_name(*name).unwrap();
            for (row, line) in (0..).zip(text.lines()) {
                for (column, cell) in (0..).zip(line.split(',')) {
                    sheet.write_string(row, column, cell).unwrap();
                }
            }
        }
        workbook.save_to_buffer().unwrap()
    };
    let people = ("people", "代码,人数,贫困人数\n130102,101,10\n");
    let houses = rows("130102", 5, 4);
    for (second, expected) in [
        (("houses", houses.as_str()), "sheet-of-other-form explain houses 5"),
        (("houses", "代码,间数\n"), "sheet-unclaimed info houses 1"),
        (("notes", "checked,by\nA,B\n"), "sheet-unclaimed info notes 1"),
    ] {
        let world = two_counties().sent("2020/130102_people_r1.xlsx", workbook(&[people, second]));
        world.publish(&[]);
        let findings = world.table("findings");
        let told: Vec<String> = findings
            .iter()
            .filter(|row| row["code"].text().unwrap().starts_with("sheet-"))
            .map(|row| joined(row, &["code", "severity", "raw", "n_affected"], " "))
            .collect();
        assert_eq!(told, [expected]);
        let shown: Vec<f64> = world
            .facts("houses", "2020")
            .iter()
            .filter_map(|row| row["rooms"].number())
            .collect();
        assert!(shown.iter().all(|rooms| *rooms == 3.0), "it was not read");
    }
}

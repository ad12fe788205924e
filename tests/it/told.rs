//! What findings say of files that are laid out in unusual ways.

use rust_xlsxwriter::{Format, Workbook};

use crate::support::{World, indicators, joined, measures, plan};

fn world() -> World {
    let areas = "code,name,name_en,level,parent_code\nX,Land,Land,country,\nN,North,North,state,X\n\
                 A,Ash,Ash,district,N\nB,Birk,Birk,district,N\nC,Birk,Birk,district,N\n";
    World::new(&plan("plain", &["country", "state", "district"], &["2020"]), areas).form(
        "visits",
        "title = { en = 'Visits' }\nunit = 'district'\nkey = ['district']\nfiles = ['{period}/{state}_*']\n\
         missing = { '' = 'missing' }",
        "district | division_name | District | level = 'district'; required = true\n \
         visits | integer | Visits | required = true\n beds | integer | Beds |",
    )
}

/// Code, content and message of every finding on a file.
fn told(file: &str, content: impl AsRef<[u8]>) -> Vec<String> {
    let world = world().sent(&format!("2020/N_{file}"), content);
    let (_, said) = world.run(&[]);
    let release = ["current", "withheld"].map(|part| world.output().join(part));
    let release = release
        .iter()
        .find(|path| path.exists())
        .unwrap_or_else(|| panic!("{said}"));
    let findings = crate::support::read_parquet(&release.join("tables/findings.parquet"));
    let of_files = findings.iter().filter(|row| row["path"].text().is_some());
    let lines = of_files.map(|row| joined(row, &["code", "raw", "message_en"], " | "));
    lines.filter(|line| !line.starts_with("column-absent")).collect()
}

fn has(found: &[String], parts: &[&str]) -> bool {
    found.iter().any(|line| parts.iter().all(|part| line.contains(part)))
}

#[test]
fn a_header_that_is_not_found_is_told_with_the_reason() {
    for (file, parts) in [
        (
            "\"District,Visits,Beds\"\n\"Ash,1037,5\"\n",
            &["header-missing", "Each line stands within quotes as a whole"][..],
        ),
        (
            "District   Visits   Beds\nAsh        1037     5\n",
            &["header-missing", "aligned by blanks, which are not read as separators"],
        ),
        (
            "District,Ash,Birk\nVisits,1037,2037\nBeds,5,6\n",
            &["header-missing", "the headers seem to stand in the first column"],
        ),
        (
            "District^Visits^Beds\nAsh^1037^5\n",
            &["header-missing", "separated by “^”"],
        ),
        ("Ash,1037\nBirk,2037\n", &["header-missing", "missing headers"]),
    ] {
        let found = told("a.csv", file);
        assert!(has(&found, parts), "{found:?}");
        let is_turned = has(&found, &["first column"]);
        assert_eq!(is_turned, file.starts_with("District,Ash"), "{found:?}");
    }
}

#[test]
fn json_that_cannot_be_read_is_told_with_the_reason() {
    for (file, parts) in [
        (
            "[[\"District\",\"Visits\"],[\"Ash\",1037]]",
            &["file-unreadable", "lists without names"][..],
        ),
        (
            "[{\"District\":\"Ash\",\n\"Visits\":NaN}]",
            &["file-unreadable | NaN", "line 2"],
        ),
    ] {
        let found = told("a.json", file);
        assert!(has(&found, parts), "{found:?}");
        assert!(!has(&found, &["damaged"]), "{found:?}");
    }
}

#[test]
fn a_name_of_two_areas_is_told_as_such() {
    let found = told("a.csv", "District,Visits,Beds\nAsh,1037,5\nBirk,2037,6\nFern,1,1\n");
    assert!(
        has(&found, &["name-shared | Birk", "several areas (codes B, C)"]),
        "{found:?}"
    );
    assert!(has(&found, &["code-unknown | Fern"]), "{found:?}");
    assert!(!has(&found, &["Birk", "as in “Total”"]), "{found:?}");
}

#[test]
fn every_format_that_shows_another_number_is_named() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_row(0, 0, ["District", "Visits", "Beds"]).unwrap();
    for (row, format) in [(1, "0,"), (2, "0\"k\""), (3, "0,")] {
        sheet.write(row, 0, "Ash").unwrap();
        sheet
            .write_with_format(row, 1, 3037, &Format::new().set_num_format(format))
            .unwrap();
    }
    let found = told("a.xlsx", book.save_to_buffer().unwrap());
    let formats: Vec<&String> = found
        .iter()
        .filter(|line| line.starts_with("number-shown-otherwise"))
        .collect();
    assert_eq!(formats.len(), 2, "{found:?}");
    assert!(
        formats[0].contains("0,") && formats[0].contains("rows 2, 4"),
        "{formats:?}"
    );
    assert!(formats[1].contains("0\"k\""), "{formats:?}");
}

#[test]
fn a_doubt_about_a_whole_sheet_weighs_as_all_of_its_rows() {
    let world = world()
        .defined(
            "measures.toml",
            measures("visits | visits | visits\n beds | visits | beds"),
        )
        .defined(
            "indicators.toml",
            indicators("rate | visits | beds | unit = 'count'; better = 'higher'"),
        )
        .sent(
            "2020/N_a.csv",
            "as of 31 December 2019\nDistrict,Visits,Beds\nAsh,1037,5\n",
        );
    let (_, said) = world.run(&[]);
    let release = ["current", "withheld"].map(|part| world.output().join(part));
    let release = release
        .iter()
        .find(|path| path.exists())
        .unwrap_or_else(|| panic!("{said}"));
    let findings = crate::support::read_parquet(&release.join("tables/findings.parquet"));
    let doubt = findings
        .iter()
        .find(|row| row["code"].text() == Some("header-period"))
        .expect("a finding");
    assert_eq!(doubt["influence_indicator"].text(), Some("rate"));
    assert_ne!(doubt["influence_root_null_reason"].text(), Some("moves_nothing"));
}

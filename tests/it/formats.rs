//! What number formats of workbooks show beside and instead of a number: text among its digits, text behind it, other decimals.

use std::collections::BTreeMap;

use rust_xlsxwriter::{Format, FormatScript, Workbook};

use crate::support::{World, contents, joined, plan};

/// A land whose districts have codes with points; each sends a list of people by district.
fn land() -> World {
    let areas = "code,name,level,parent_code\nX,Land,country,\nN,North,state,X\n1.1,Ash,district,N\n1.10,Bay,district,N\n\
                 2.20,Cove,district,N\n3.5,Dell,district,N\n4,Elm,district,N\n5.0,Firth,district,N\nZ,Glen,district,N\n";
    let settings = "title = { en = 'People' }\nunit = 'district'\nkey = ['code']\nfiles = ['{period}/{state}_*']\n\
                    revision = '_r{revision}'\nmissing = { '' = 'missing' }";
    World::new(&plan("plain", &["country", "state", "district"], &["2020"]), areas).form(
        "people",
        settings,
        "code | division_code | Code | level = 'district'; required = true\n people | integer | People | unit = 'person'\n \
         growth | decimal | Growth | scale = 1",
    )
}

/// A number and its number format.
type Shown = (f64, &'static str);

/// A workbook of rows with a code and the number of people, each with its number format.
fn workbook(rows: &[[Shown; 2]]) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (column, header) in (0..).zip(["Code", "People", "Growth"]) {
        sheet.write_string(0, column, header).unwrap();
    }
    for (row, shown) in (1..).zip(rows) {
        for (column, (number, format)) in (0..).zip(shown) {
            let format = Format::new().set_num_format(*format);
            sheet.write_number_with_format(row, column, *number, &format).unwrap();
        }
    }
    // A row that counts, whatever becomes of the others.
    let last = rows.len() as u32 + 1;
    sheet.write_string(last, 0, "Z").unwrap();
    sheet.write_number(last, 1, 1).unwrap();
    workbook.save_to_buffer().unwrap()
}

/// Codes with the people that count, and findings with what they show.
fn outcome(world: &World) -> (Vec<String>, Vec<String>) {
    let facts = world.facts("people", "2020");
    let mut facts: Vec<String> = facts.iter().map(|row| joined(row, &["code", "people"], " ")).collect();
    facts.retain(|fact| fact != "Z 1");
    facts.sort();
    let ours = |code: &str| !matches!(code, "column-absent" | "revision-superseded");
    let findings = world.table("findings");
    let findings = findings
        .iter()
        .filter(|row| row["path"].text().is_some() && ours(row["code"].text().unwrap()))
        .map(|row| joined(row, &["code", "raw", "mend"], " "));
    (facts, findings.collect())
}

fn read(rows: &[[Shown; 2]]) -> (Vec<String>, Vec<String>) {
    let world = land().sent("2020/N_a.xlsx", workbook(rows));
    outcome(&world.published())
}

#[test]
fn text_among_the_digits_is_told_and_multiplies_nothing() {
    for format in [
        "0\".\"0000\"万\"",
        "0!.0000\"万\"",
        "0\\.0000\"万\"",
        "0!.0,\"万\"",
        "0\".\"00",
    ] {
        let (facts, findings) = read(&[[(3.5, "General"), (12_000.0, format)]]);
        assert_eq!(facts, ["3.5 12000"], "{format}");
        assert_eq!(findings, ["number-shown-otherwise 12000 -"], "{format}");
    }
    for format in ["# ##0", "#\\ ##0", "#,##0", "#'##0", "#### ####", "+0;-0;0"] {
        let (facts, findings) = read(&[[(3.5, "General"), (12_000.0, format)]]);
        assert_eq!((facts, findings), (vec!["3.5 12000".to_owned()], vec![]), "{format}");
    }
}

#[test]
fn text_behind_a_number_is_read_as_if_typed() {
    let (facts, findings) = read(&[[(3.5, "General"), (1200.0, "0\"+\"")]]);
    assert_eq!(
        (facts, findings),
        (vec!["3.5 -".to_owned()], vec!["not-an-integer 1200+ -".to_owned()])
    );
}

#[test]
fn a_raised_exponent_multiplies_in_a_header_and_counts_as_no_ten_in_a_cell() {
    let (plain, raised) = (Format::new(), Format::new().set_font_script(FormatScript::Superscript));
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.write_string(0, 0, "Code").unwrap();
    let header = [(&plain, "People (10"), (&raised, "3"), (&plain, ")")];
    sheet.write_rich_string(0, 1, &header).unwrap();
    sheet.write_string(0, 2, "Growth").unwrap();
    for (row, code) in [(1, "3.5"), (2, "4")] {
        sheet.write_string(row, 0, code).unwrap();
        sheet.write_number(row, 1, 12).unwrap();
    }
    sheet
        .write_rich_string(1, 2, &[(&plain, "10"), (&raised, "3")])
        .unwrap();
    // The mark of a note stands behind any other number.
    sheet
        .write_rich_string(2, 2, &[(&plain, "2.5"), (&raised, "3")])
        .unwrap();
    let bytes = workbook.save_to_buffer().unwrap();
    let world = land().sent("2020/N_a.xlsx", bytes).published();
    let (facts, mut findings) = outcome(&world);
    assert_eq!(facts, ["3.5 12000", "4 12000"]);
    findings.sort();
    assert_eq!(
        findings,
        ["not-a-number 10^3 1000", "text-noted 3 -", "unit-converted 10^3 -"]
    );
    let growth = world.facts("people", "2020");
    let growth: Vec<String> = growth.iter().map(|row| joined(row, &["growth"], "")).collect();
    assert_eq!(growth, ["-", "2.5"]);
}

#[test]
fn a_code_is_what_its_number_format_shows() {
    for (number, format, code, told) in [
        // both are registered
        (1.1, "0.00", "1.10", &["code-stored-otherwise 1.10 -"][..]),
        (1.1, "0.0", "1.1", &[]),
        (1.1, "General", "1.1", &[]),
        // only what is shown is registered
        (2.2, "0.00", "2.20", &[]),
        (5.0, "0.0", "5.0", &[]),
        // zeros behind a whole number are no part of its code
        (4.0, "0.00", "4", &[]),
        // only what is stored is registered
        (3.5, "0.00", "", &["code-unknown 3.50 3.5"]),
        (3.5, "0", "4", &["code-stored-otherwise 4 -"]),
    ] {
        let (facts, findings) = read(&[[(number, format), (7.0, "0")]]);
        let expected = if code.is_empty() {
            vec![]
        } else {
            vec![format!("{code} 7")]
        };
        assert_eq!(facts, expected, "{number} {format}");
        assert_eq!(findings, told, "{number} {format}");
    }
}

#[test]
fn codes_come_back_in_a_return_as_they_were_shown() {
    let rows = [[(1.1, "0.00"), (7.0, "0")], [(3.5, "0.00"), (8.0, "0")]];
    let world = land().sent("2020/N_a.xlsx", workbook(&rows)).published();
    let before = outcome(&world);
    let folder = std::fs::canonicalize(world.output().join("current"))
        .unwrap()
        .join("returns");
    let returns: BTreeMap<String, Vec<u8>> = contents(&folder);
    let (name, bytes) = returns.into_iter().next().expect("there is a return");
    world.put(&format!("input/{name}"), bytes);
    world.publish(&[]);
    assert_eq!(outcome(&world), before);
}

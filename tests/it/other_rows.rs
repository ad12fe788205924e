//! Rows of a sheet that are no records: totals in several words, comparisons, headings, and what they must not be mistaken for.

use crate::support::{World, indicators, measures, plan};

const HEADER: &str = "Code,District,Residents,Area\n";
const RECORDS: &str = "01001,Ashford,1200,12.5\n01002,Brookside,2300,13.25\n01003,Carlow,3400,14\n";

fn world(content: &str) -> World {
    let areas = "code,name,level,parent_code\nXX,Examplia,country,\n01,State 01,state,XX\n\
                 01001,Ashford,district,01\n01002,Brookside,district,01\n01003,Carlow,district,01\nALL,Allstedt,district,01\n";
    World::new(&plan("plain", &["country", "state", "district"], &["2022"]), areas)
        .form(
            "stats",
            "title.en = 'Stats'\nunit = 'district'\nkey = ['code']\nfiles = ['{period}/{state}_*']",
            "code | division_code | Code | level = 'district'; required = true
             name | text | District
             residents | integer | Residents | unit = 'person'
             area | decimal | Area | unit = 'km2'; scale = 2",
        )
        .defined(
            "measures.toml",
            measures("residents | stats | residents\narea | stats | area | scale = 2"),
        )
        .defined(
            "indicators.toml",
            indicators("density | residents | area | unit = 'person'"),
        )
        .sent("2022/01_a.csv", content)
}

/// Findings as `code row`, but for those on whole columns, and the number of records that count.
fn told(content: &str) -> (Vec<String>, usize) {
    let world = world(content).published();
    let findings = world.table("findings");
    let rows = findings.iter().filter(|row| row["row"].number().is_some());
    let mut told: Vec<String> = rows
        .map(|row| format!("{} {}", row["code"].text().unwrap(), row["row"].number().unwrap()))
        .collect();
    told.sort();
    (told, world.facts("stats", "2022").len())
}

#[test]
fn totals_in_several_words_are_set_aside_and_told() {
    for (row, expected) in [
        ("Total 2022,,6900,39.75", &["row-worded-total 5"][..]),
        ("Total (3 districts),,6900,39.75", &["row-worded-total 5"]),
        (",Total 2022,6900,39.75", &["row-worded-total 5"]),
        ("State total,,6800,39.75", &["row-worded-total 5", "total-differs 5"]),
        // Another year's total is no sum of these rows, and neither is an average.
        ("Total 2021,,6500,39", &["row-worded-total 5"]),
        ("Average per district,,2300,13.25", &["row-worded-total 5"]),
        ("Previous year,,6500,39", &["row-worded-total 5"]),
        ("∑,,6900,39.75", &["row-worded-total 5"]),
        ("Total,,6900,39.75", &[]),
        ("Subtotal north,,6900,39.75", &["row-worded-total 5"]),
        ("Total North,,6900,39.75", &["row-worded-total 5"]),
        ("\"总  计（万元）\",,6900,39.75", &["row-worded-total 5"]),
        ("計,,6900,39.75", &[]),
        ("Summe,,6900,39.75", &[]),
        // The figures do not say that it is a total.
        ("Total North,,10,1", &["code-unknown 5"]),
        // Named like a total, and registered or not known at all.
        ("ALL,Allstedt,10,1", &["record-named-total 5"]),
        ("Allstate,,10,1", &["code-unknown 5"]),
        (",Northern group,6900,39.75", &["cell-missing 5"]),
    ] {
        let (found, facts) = told(&format!("{HEADER}{RECORDS}{row}\n"));
        assert_eq!(found, expected, "{row}");
        assert_eq!(facts, 3 + usize::from(row.starts_with("ALL")), "{row}");
    }
}

#[test]
fn the_country_above_the_sender_is_no_record() {
    for row in [
        "XX,,69000,400",
        "Examplia,,69000,400",
        "01,,6900,39.75",
        "State 01,,6900,39.75",
    ] {
        let world = world(&format!("{HEADER}{RECORDS}{row}\n")).published();
        let findings = world.table("findings");
        let codes: Vec<&str> = findings.iter().filter_map(|row| row["code"].text()).collect();
        assert_eq!(codes, ["row-total"], "{row}");
        assert_eq!(world.facts("stats", "2022").len(), 3, "{row}");
    }
    // The name of a district is no line of a wider area.
    assert_eq!(
        told(&format!("{HEADER}{RECORDS}Allstedt,,10,1\n")),
        (vec!["code-unknown 5".to_owned()], 3)
    );
}

#[test]
fn words_alone_in_a_row_head_the_rows_below() {
    let (first, rest) = RECORDS.split_at(RECORDS.find("01003").unwrap());
    for (line, expected) in [
        ("North,,,", &["row-heading 4"][..]),
        ("Page 2,,,", &["row-heading 4"]),
        // A district by its name or its code is a record.
        ("Carlow,,,", &["code-unknown 4"]),
        ("ALL,,,", &["record-named-total 4", "row-key-only 4"]),
        // Nothing says which row a name alone belongs to.
        (",North,,", &["cell-missing 4"]),
    ] {
        let (found, facts) = told(&format!("{HEADER}{first}{line}\n{rest}"));
        assert_eq!(found, expected, "{line}");
        assert_eq!(facts, 3 + usize::from(line.starts_with("ALL")), "{line}");
    }
    // Below the last record it heads nothing.
    assert_eq!(told(&format!("{HEADER}{RECORDS}North,,,\n")).0, ["code-unknown 5"]);
}

#[test]
fn a_row_without_a_key_says_what_it_may_be() {
    let message = |row: &str| {
        let world = world(&format!("{HEADER}{RECORDS}{row}\n")).published();
        let findings = world.table("findings");
        findings[0]["message_en"].text().unwrap().to_owned()
    };
    assert!(message(",Northern group,6900,39.75").ends_with(
        "the row says “Northern group” and has figures: it may be a total or a comparison by a name that is not known, or its code was left out"
    ));
    assert!(message(",,6900,39.75").ends_with("it may be a total, or its code was left out"));
    assert!(message("Northern group,,6900,39.75").contains("if the row is a total or a comparison"));
    assert!(message(",Northern group,,").ends_with("the row is not counted"));
}

#[test]
fn lines_that_end_the_table_are_no_records() {
    for line in [
        "打印日期：2021-01-08,,,",
        "————以上————,,,",
        "数据为2022年末数,,,",
        "Date:,2021-01-08,,",
        "Date:,,20210108,",
        "Printed by: J. Doe,,,",
        "***,,,",
        "Tel.,,5551234,",
        "注：1,,5,",
    ] {
        assert_eq!(
            told(&format!("{HEADER}{RECORDS}{line}\n")),
            (vec!["row-remark 5".to_owned()], 3),
            "{line}"
        );
    }
    // The mark of DOS for the end of a file, once or to fill its last block.
    for end in ["\u{1a}", "\u{1a}\u{1a}\u{1a}", "\n\u{1a}\n"] {
        assert_eq!(told(&format!("{HEADER}{RECORDS}{end}")), (vec![], 3));
    }
    // A record, whatever it is called, and a code that is not known.
    for (line, expected) in [
        ("01004,Date,10,1", &["code-unknown 5"][..]),
        ("ALL,Tel,10,1", &["record-named-total 5"]),
        ("End,Endon,10,1", &["code-unknown 5"]),
        ("Tel,Telford,10,1", &["code-unknown 5"]),
    ] {
        assert_eq!(told(&format!("{HEADER}{RECORDS}{line}\n")).0, expected, "{line}");
    }
}

#[test]
fn a_table_printed_again_has_a_heading() {
    let (first, rest) = RECORDS.split_at(RECORDS.find("01003").unwrap());
    for heading in ["Table 2", "表2", "Table 2: south"] {
        let content = format!("{HEADER}{first}\n{heading},,,\n{HEADER}{rest}");
        assert_eq!(told(&content), (vec!["row-heading 5".to_owned()], 3), "{heading}");
    }
}

#[test]
fn a_total_rounded_to_the_decimals_it_shows_is_right() {
    let rows = "01001,Ashford,1200,10.10\n01002,Brookside,2300,20.2\n01003,Carlow,3400,20.25\n";
    for (total, expected) in [("50.55", &[][..]), ("50.6", &[]), ("50.7", &["total-differs 5"])] {
        let (found, _) = told(&format!("{HEADER}{rows}Total,,6900,{total}\n"));
        assert_eq!(found, expected, "{total}");
    }
}

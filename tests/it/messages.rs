//! Messages that a reader of either language understands: titles, names and words in place of ids, codes and notation.

use crate::support::{World, huizong, indicators, joined, measures, plan, said};

const SETTINGS: &str = "unit = 'county'\nkey = ['county']\nfiles = ['{period}*']";
const COLUMNS: &str = "county | division_code | county | level = 'county'; required = true\n\
     clinics | integer | Clinics\n\
     public | integer | Public\n\
     private | integer | Private\n\
     rate | decimal | Rate | scale = 3\n\
     open | boolean | Open";
const HEAD: &str = "county;Clinics;Public;Private;Rate;Open\n";

/// A country of three counties, with a form.
fn zedland(settings: &str, columns: &str) -> World {
    World::new(
        &plan("plain", &["nation", "county"], &["2020"]).replace("partition = 'county'", "partition = 'nation'"),
        "code,name,level,parent_code\nZZ,Zedland,nation,\na,Arden,county,ZZ\nb,Birch,county,ZZ\nc,Cedar,county,ZZ\n",
    )
    .form("clinics", settings, columns)
    .defined("measures.toml", measures("clinics | clinics | clinics"))
    .defined(
        "indicators.toml",
        indicators("one | clinics | clinics | unit = '1'; better = 'higher'"),
    )
}

fn sent(columns: &str, rows: &str) -> World {
    zedland(SETTINGS, columns)
        .sent("2020.csv", format!("{HEAD}{rows}"))
        .published()
}

/// Code, row, field and a message of each finding.
fn told(world: &World, message: &str) -> Vec<String> {
    let line = |row| joined(row, &["code", "row", "field", message], " | ");
    world.table("findings").iter().map(line).collect()
}

#[test]
fn mixed_decimal_marks_are_one_finding() {
    let world = sent(COLUMNS, "a;1;1;0;12,500;\nb;1;1;0;12.5;\nc;1;1;0;12,5;\n");
    let told = told(&world, "message_en");
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(
        told[0].starts_with("decimal-mark-mixed | - | rate | Rate mixes decimal points and decimal commas"),
        "{told:?}"
    );
    let finding = &world.table("findings")[0];
    assert_eq!(joined(finding, &["raw", "n_affected"], " "), "12.5 3");
    let rates: Vec<String> = world
        .facts("clinics", "2020")
        .iter()
        .map(|row| joined(row, &["rate"], ""))
        .collect();
    assert_eq!(rates, ["-", "-", "12.5"]);
    // One slip in a column of one notation keeps its own cell.
    let slip = sent(COLUMNS, "a;1;1;0;12,500;\nb;1;1;0;7,25;\nc;1;1;0;12,5;\n");
    assert!(slip.table("findings").is_empty());
}

#[test]
fn yes_and_no_are_named_in_the_language_of_the_reader() {
    let rows = "a;1;1;0;1;yes\nb;1;1;0;1;maybe\n";
    let own = format!("{COLUMNS} | values = {{ yes = ['有'], no = ['无'] }}");
    for (columns, rows, zh, en) in [
        (COLUMNS, rows, "应为是、否之一", "one of yes, no"),
        (
            &own,
            "a;1;1;0;1;有\nb;1;1;0;1;maybe\n",
            "应为有、无之一",
            "one of 有, 无",
        ),
    ] {
        let world = sent(columns, rows);
        let [zh_told, en_told] = ["message_zh", "message_en"].map(|message| told(&world, message).join("\n"));
        assert!(zh_told.contains(zh) && en_told.contains(en), "{zh_told}\n{en_told}");
        assert_eq!(world.table("findings").len(), 1);
    }
}

#[test]
fn a_sum_rule_says_its_bound_in_words_and_has_a_title() {
    let rule = "[[sum]]\nform = 'clinics'\ntotal = 'clinics'\nparts = ['public', 'private']\nrelation = 'at_least'\n\
                message = { zh = '{raw}，应{expected}', en = '{raw}, expected {expected}' }\n";
    let world = zedland(SETTINGS, COLUMNS).defined("checks.toml", rule).sent(
        "2020.csv",
        format!("{HEAD}a;3;9;9;1;yes\nb;5;3;2;1;yes\nc;5;3;2;1;no\n"),
    );
    let (exit, said_en) = world.run(&["--lang", "en"]);
    assert_eq!(exit, 0, "{said_en}");
    assert!(
        said_en.contains("Total less than the sum of its parts: Clinics"),
        "{said_en}"
    );
    assert!(!said_en.contains('…'), "{said_en}");
    assert!(told(&world, "message_en")[0].contains("3, expected at least 18"));
    assert!(told(&world, "message_zh")[0].contains("应不小于 18"));
    let titled = world.extended("checks.toml", "title = { en = 'Clinics do not add up' }\n");
    let pipeline = titled.path("pipeline");
    let explained = said(&huizong([
        "explain",
        "sum-clinics",
        "--pipeline",
        pipeline.to_str().unwrap(),
    ]));
    assert!(
        explained.starts_with("sum-clinics: Clinics do not add up\n"),
        "{explained}"
    );
    assert!(
        explained.contains("Message: [content], expected [expected]"),
        "{explained}"
    );
}

#[test]
fn areas_are_named_and_paths_are_said_in_words() {
    let settings = "unit = 'county'\nkey = ['county']\nfiles = ['{period}/{county}_clinics*']";
    let world = zedland(settings, COLUMNS)
        .sent("2020/a_clinics.csv", format!("{HEAD}a;1;1;0;1;yes\nb;1;1;0;1;yes\n"))
        .sent("2020/a_clinic.csv", HEAD)
        .published();
    let en = told(&world, "message_en").join("\n");
    assert!(
        en.contains("code b lies outside the sending area a Arden (it belongs to b Birch)"),
        "{en}"
    );
    assert!(
        en.contains("expected a path like 2020/<code of the county>_clinics.xlsx"),
        "{en}"
    );
    let english =
        "code,name,name_en,level,parent_code\nZZ,国,,nation,\na,甲县,Arden,county,ZZ\nb,乙县,Birch,county,ZZ\n";
    let renamed = world.defined("divisions.csv", english).published();
    let (zh, en) = (
        told(&renamed, "message_zh").join("\n"),
        told(&renamed, "message_en").join("\n"),
    );
    assert!(
        en.contains("code b lies outside the sending area a Arden (it belongs to b Birch)"),
        "{en}"
    );
    assert!(zh.contains("a 甲县") && zh.contains("（属于 b 乙县）"), "{zh}");
    let world = renamed;
    let unclaimed = world.table("findings");
    let unclaimed = unclaimed
        .iter()
        .find(|row| row["code"].text() == Some("file-unclaimed"))
        .unwrap();
    assert_eq!(unclaimed["expected"].text(), Some("{period}/{county}_clinics*"));
}

#[test]
fn text_beside_a_number_is_not_called_a_unit() {
    let world = sent(COLUMNS, "a;1;1;0;300左右;\nb;1;1;0;0x10;\nc;1;1;0;10est.;\n");
    let told = told(&world, "message_en");
    assert_eq!(told.len(), 3, "{told:?}");
    assert!(
        told.iter()
            .all(|line| line.contains("has text or a sign beside the number")),
        "{told:?}"
    );
}

#[test]
fn a_unit_is_told_as_the_header_writes_it() {
    let columns = COLUMNS.replace(
        "rate | decimal | Rate | scale = 3",
        "rate | integer | Rate | unit = 'm2'",
    );
    let head = HEAD.replace("Rate", "Rate (Square Kilometres)");
    let world = zedland(SETTINGS, &columns)
        .sent("2020.csv", format!("{head}a;1;1;0;3;\nb;1;1;0;4;\n"))
        .published();
    let findings = world.table("findings");
    let converted = findings.iter().find(|row| row["code"].text() == Some("unit-converted"));
    assert_eq!(
        converted.unwrap()["raw"].text(),
        Some("Square Kilometres"),
        "{:?}",
        told(&world, "message_en")
    );
}

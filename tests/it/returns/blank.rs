//! Blank sheets: enclosed where nothing can be read, and written before anything is sent.

use std::fs;
use std::path::Path;

use rust_xlsxwriter::Workbook;

use super::{returns, sheets};
use crate::support::{World, huizong, joined, said};

const VISITS: &str = "
title = { zh = '走访情况', en = 'Visits' }
unit = 'household'
key = ['code']
files = ['{period}/{province}/{county}_visits*']
revision = '_r{revision}'
missing = { '' = 'missing', '—' = 'not_applicable' }
";
const COLUMNS: &str = "
    code    | division_code | 代码, Code | level = 'household'; required = true
    county  | division_name | 县 | level = 'county'
    visits  | integer       | 走访次数, Visits | range = { min = 0, max = 15 }; unit = '次'; required = true
    paid    | decimal       | 补助, Paid | scale = 2; unit = '万元'
    seen    | date          | 走访日期, Day
    urban   | boolean       | 是否城镇, Urban | values = { yes = ['是', 'yes'], no = ['否', 'no'] }
    remarks | text          | 备注, Remarks
";
const CHECKS: &str = "
[[row]]
id = 'paid-needs-visits'
form = 'visits'
severity = 'hard'
assert = 'paid = 0 OR visits > 0'
message = { zh = '有补助而无走访', en = 'paid without a visit' }

[[cover]]
id = 'households-missing'
form = 'visits'
severity = 'explain'
against = 'register'
register = 'households.csv'
find = 'missing'
";

fn visits() -> World {
    World::counties(&["2018", "2020"])
        .form("visits", VISITS, COLUMNS)
        .defined("checks.toml", CHECKS)
        .sent("households.csv", "code\n130102001001\n130102001002\n130104001001\n")
}

fn save(path: &Path, sheets: &[(String, Vec<Vec<String>>)]) {
    let mut workbook = Workbook::new();
    for (name, cells) in sheets {
        let sheet = workbook.add_worksheet().set_name(name).unwrap();
        for (row, cells) in (0..).zip(cells) {
            for (column, text) in (0..).zip(cells) {
                sheet.write_string(row, column, text).unwrap();
            }
        }
    }
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    workbook.save(path).unwrap();
}

/// Fills in figures beside the codes that stand there.
fn filled(mut all: Vec<(String, Vec<Vec<String>>)>, at: usize) -> Vec<(String, Vec<Vec<String>>)> {
    let width = all[at].1[0].len();
    for row in all[at].1.iter_mut().skip(1).filter(|row| !row[0].is_empty()) {
        row.resize(width, String::new());
        row[2] = "3".into();
        row[3] = "1.25".into();
        row[5] = "是".into();
    }
    all
}

fn counted(world: &World) -> Vec<String> {
    let facts = world.facts("visits", "2020");
    facts
        .iter()
        .map(|row| joined(row, &["code", "visits", "paid", "urban"], " "))
        .collect()
}

#[test]
fn a_file_that_cannot_be_read_goes_back_with_a_blank_sheet_that_counts_once_filled_in() {
    for sent in [&b""[..], b"%PDF-1.7 not a table", b"PK\x03\x04 broken"] {
        let world = visits()
            .sent("2020/130000/130102_visits.xlsx", sent)
            .sent("2020/130000/130104_visits.csv", "代码,走访次数\n130104001001,2\n")
            .published();
        let all = sheets(&returns(&world.output())["2020/130102_visits_r1.xlsx"]);
        assert_eq!(all[1].0, "走访情况");
        assert_eq!(
            all[1].1[0],
            [
                "代码",
                "县",
                "走访次数（次）",
                "补助（万元）",
                "走访日期",
                "是否城镇",
                "备注"
            ]
        );
        assert_eq!(all[1].1[1][..2], ["130102001001", "长安区"]);
        assert_eq!(all[1].1[2][..2], ["130102001002", "长安区"]);
        assert_eq!(all[1].1.len(), 3);
        assert!(format!("{:?}", all[0].1).contains("空白表“走访情况”"));
        // As it went out, it counts for nothing that was not filled in.
        let path = world.path("input/2020/130000/130102_visits_r1.xlsx");
        save(&path, &all);
        world.publish(&[]);
        assert_eq!(counted(&world), ["130104001001 2 - -"], "{sent:?}");
        save(&path, &filled(all, 1));
        world.publish(&[]);
        let expected = [
            "130102001001 3 1.25 true",
            "130102001002 3 1.25 true",
            "130104001001 2 - -",
        ];
        assert_eq!(counted(&world), expected, "{sent:?}");
    }
}

fn template(world: &World, more: &[&str]) -> (i32, String) {
    let pipeline = world.path("pipeline");
    let input = world.path("input");
    let base = [
        "template",
        "visits",
        "--pipeline",
        pipeline.to_str().unwrap(),
        "--input",
        input.to_str().unwrap(),
    ];
    let made = huizong([&base, more].concat());
    (made.status.code().unwrap(), said(&made))
}

#[test]
fn a_template_holds_the_register_s_rows_and_comes_back_as_a_first_submission() {
    let world = visits().sent("2020/130000/130104_visits.csv", "代码,走访次数\n130104001001,2\n");
    let file = world.path("template.xlsx");
    let (code, told) = template(&world, &["--area", "130102", "--output", file.to_str().unwrap()]);
    assert_eq!(code, 0, "{told}");
    assert!(told.contains("rows filled in: 2"), "{told}");
    assert!(told.contains("send it as 2020/130000/130102_visits.xlsx"), "{told}");
    let all = sheets(&fs::read(&file).unwrap());
    let names: Vec<&str> = all.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["填报说明", "走访情况"]);
    let guide = format!("{:?}", all[0].1);
    for words in [
        "走访情况：2020",
        "长安区 130102",
        "2020/130000/130102_visits.xlsx",
        "0 至 15",
        "可填约定的符号：—（不适用）",
        "必填",
        "补助 = 0，或走访次数 > 0",
    ] {
        assert!(guide.contains(words), "{words} is not in {guide}");
    }
    // What is there may be filled in: it is never written over.
    let (code, told) = template(&world, &["--area", "130102", "--output", file.to_str().unwrap()]);
    assert_eq!(code, 2, "{told}");
    save(&world.path("input/2020/130000/130102_visits.xlsx"), &filled(all, 1));
    world.publish(&[]);
    assert_eq!(
        counted(&world)[..2],
        ["130102001001 3 1.25 true", "130102001002 3 1.25 true"]
    );
    let hard = world
        .table("findings")
        .iter()
        .filter(|row| row["severity"].text() == Some("hard"))
        .count();
    assert_eq!(hard, 0);
}

#[test]
fn a_template_of_an_area_by_name_and_of_none_that_sends_the_form() {
    let world = visits();
    let file = world.path("template.xlsx");
    let (code, told) = template(&world, &["--area", "长安区", "--output", file.to_str().unwrap()]);
    assert_eq!(code, 0, "{told}");
    assert!(told.contains("send it as 2020/130000/130102_visits.xlsx"), "{told}");
    let other = world.path("other.xlsx");
    let (code, told) = template(&world, &["--area", "130000", "--output", other.to_str().unwrap()]);
    assert_eq!(code, 2, "{told}");
    let told = told.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(told.contains("Visits is sent by areas of the level"), "{told}");
    assert!(told.contains("130000 河北省 is of the level"), "{told}");
    assert!(!other.exists());
}

#[test]
fn a_template_of_a_form_that_is_sent_as_csv_is_a_workbook_all_the_same() {
    let world = visits();
    let form = world.path("pipeline/forms/visits.toml");
    let text = fs::read_to_string(&form).unwrap();
    fs::write(&form, text.replace("{county}_visits*", "{county}_visits.csv")).unwrap();
    let folder = world.path("here");
    fs::create_dir(&folder).unwrap();
    let made = std::process::Command::new(env!("CARGO_BIN_EXE_huizong"))
        .current_dir(&folder)
        .env("LC_ALL", "en_US.UTF-8")
        .args(["template", "visits", "--area", "130102", "--pipeline"])
        .arg(world.path("pipeline"))
        .output()
        .unwrap();
    assert_eq!(made.status.code(), Some(0), "{}", said(&made));
    let told = said(&made);
    assert!(
        told.contains("save it as CSV and send it as 2020/130000/130102_visits.csv"),
        "{told}"
    );
    assert_eq!(sheets(&fs::read(folder.join("130102_visits.xlsx")).unwrap()).len(), 2);
    assert!(!folder.join("130102_visits.csv").exists());
    let file = world.path("visits.csv");
    let (code, told) = template(&world, &["--area", "130102", "--output", file.to_str().unwrap()]);
    assert_eq!((code, file.exists()), (2, false), "{told}");
    assert!(told.contains("must end in .xlsx"), "{told}");
}

#[test]
fn a_template_bears_the_form_s_own_rules_as_validation() {
    let world = visits();
    let file = world.path("template.xlsx");
    let (code, told) = template(
        &world,
        &["--area", "130102", "--lang", "en", "--output", file.to_str().unwrap()],
    );
    assert_eq!(code, 0, "{told}");
    let bytes = fs::read(&file).unwrap();
    super::is_harmless("template.xlsx", &bytes);
    let all = sheets(&bytes);
    assert_eq!((all[0].0.as_str(), all[1].0.as_str()), ("How to fill in", "Visits"));
    assert_eq!(
        all[1].1[0],
        [
            "Code",
            "县",
            "Visits (items)",
            "Paid (10,000 yuan)",
            "Day",
            "Urban",
            "Remarks"
        ]
    );
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(&bytes)).unwrap();
    let mut own = String::new();
    std::io::Read::read_to_string(&mut archive.by_name("xl/worksheets/sheet2.xml").unwrap(), &mut own).unwrap();
    for formula in [
        "AND(LEN(A2)=12,ISNUMBER(--A2),SUMPRODUCT(--(A$2:A$503=A2))=1)",
        "AND(ISNUMBER(C2),C2=INT(C2),C2&gt;=0,C2&lt;=15,IF(AND(COUNT($C2,$D2)=2),OR($D2=0,$C2&gt;0),TRUE))",
        "OR(AND(ISNUMBER(D2),ROUND(D2,2)=D2,IF(AND(COUNT($C2,$D2)=2),OR($D2=0,$C2&gt;0),TRUE)),D2=\"—\")",
        "\"yes,no\"",
    ] {
        assert!(
            own.contains(&format!("<formula1>{formula}</formula1>")),
            "{formula}: {own}"
        );
    }
    save(&world.path("input/2020/130000/130102_visits.xlsx"), &filled(all, 1));
    world.publish(&[]);
    assert_eq!(
        counted(&world),
        ["130102001001 3 1.25 true", "130102001002 3 1.25 true"]
    );
    assert_eq!(world.table("findings").len(), 0, "{:?}", world.table("findings"));
}

#[test]
fn a_template_of_what_is_not_there_says_what_is() {
    let world = visits();
    for (more, expected) in [
        (&["--area", "130103"][..], "there is no area 130103"),
        (&["--area", "130102", "--period", "2019"], "there is no period 2019"),
    ] {
        let (code, told) = template(&world, more);
        assert_eq!(code, 2, "{told}");
        assert!(told.contains(expected), "{told}");
    }
    let pipeline = world.path("pipeline");
    let made = huizong(["template", "visit", "--pipeline", pipeline.to_str().unwrap()]);
    assert_eq!(made.status.code(), Some(2));
    assert!(said(&made).contains("did you mean visits?"), "{}", said(&made));
}

#[test]
fn an_english_template_has_english_names_and_titles_beside_the_headers_that_the_form_takes() {
    let areas = "code,name,name_en,level,kind,parent_code\n000000,全国,,nation,nation,\n\
                 130000,河北省,Hebei,province,province,000000\n130102,长安区,Chang'an,county,county,130000\n";
    let titled = "level = 'county'; title = { zh = '所在县', en = 'County it lies in' }";
    let world =
        visits()
            .defined("divisions.csv", areas)
            .form("visits", VISITS, &COLUMNS.replace("level = 'county'", titled));
    let guide = |lang: &str| {
        let file = world.path(&format!("{lang}.xlsx"));
        let more = ["--area", "130102", "--lang", lang, "--output", file.to_str().unwrap()];
        let (code, told) = template(&world, &more);
        assert_eq!(code, 0, "{told}");
        sheets(&fs::read(&file).unwrap()).swap_remove(0).1
    };
    let titles = |guide: &[Vec<String>]| {
        let from = guide.iter().position(|row| ["Column", "列"].contains(&row[0].as_str()));
        let rows = guide[from.unwrap() + 1..].iter();
        let columns: Vec<String> = rows.take(7).map(|row| row[0].clone()).collect();
        (guide[1][0].clone(), columns)
    };
    let (english, chinese) = (guide("en"), guide("zh"));
    let (heading, columns) = titles(&english);
    assert_eq!(heading, "Visits: 2020, Chang'an 130102");
    // What the form accepts as header stands first: a translated one would not be read.
    assert_eq!(columns[1], "县\nCounty it lies in");
    assert_eq!(columns[2], "Visits (items)");
    let (heading, columns) = titles(&chinese);
    assert_eq!(heading, "走访情况：2020　长安区 130102");
    assert_eq!(columns[1..3], ["县\n所在县", "走访次数（次）"]);
    let told = format!("{english:?}");
    for words in ["one record per row", "If the program warns", "at most 2 decimals"] {
        assert!(told.contains(words), "{words} is not in {told}");
    }
}

//! Whole files through discovery and reading.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use encoding_rs::GB18030;
use proptest::prelude::*;

use super::*;
use crate::domain::{RawTable, SetAside};

const ROSTER: &str =
    "社区代码,社区名称,常住户数,服务设施面积,社会组织数,社会组织/养老\n130102001001,和平社区,820,120.5,3,1\n";
const SUMMARY: &str = "县级代码,中央经费,填报日期\n130102,1.5,2021-01-08\n";

/// An input folder with these files, and what was found and read there.
struct Case {
    folder: tempfile::TempDir,
    pipeline: Pipeline,
}

impl Case {
    fn new(files: &[(&str, &[u8])]) -> Case {
        let case = Case {
            folder: tempfile::tempdir().unwrap(),
            pipeline: fixture::pipeline(),
        };
        for (path, bytes) in files {
            let path = case.folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        case
    }

    fn found(&self) -> Found {
        Intake::new(&self.pipeline, self.folder.path(), "000000")
            .discover()
            .unwrap()
    }

    fn read(&self) -> Vec<FileRead> {
        read_all(&self.pipeline, self.folder.path())
    }
}

fn read_all(pipeline: &Pipeline, input: &Path) -> Vec<FileRead> {
    let intake = Intake::new(pipeline, input, "000000");
    intake
        .discover()
        .unwrap()
        .files
        .iter()
        .map(|file| intake.read(file).unwrap())
        .collect()
}

/// The one submission of a file at the roster's usual path.
fn roster(bytes: &[u8]) -> ReadSubmission {
    let mut read = Case::new(&[("2020/130000/130102_communities.csv", bytes)]).read();
    assert_eq!((read.len(), read[0].submissions.len()), (1, 1));
    read.remove(0).submissions.remove(0)
}

/// Findings as `code column-or-raw`, in order.
fn findings(submission: &ReadSubmission) -> Vec<String> {
    let text = |finding: &Finding| {
        let about = finding
            .place
            .column
            .as_deref()
            .or(finding.raw.as_deref())
            .unwrap_or_default();
        format!("{} {about}", finding.code).trim_end().to_owned()
    };
    submission.findings.iter().map(text).collect()
}

/// Known columns and records of a table, cell by cell.
fn records(table: &RawTable) -> Vec<Vec<String>> {
    let cell = |row: u32, index: u32| table.grid.cell(row as usize, index as usize).to_owned();
    let record = |row: &u32| table.columns.iter().map(|column| cell(*row, column.index)).collect();
    table.records.iter().map(record).collect()
}

fn counts(table: &RawTable) -> BTreeMap<SetAside, usize> {
    let mut counts = BTreeMap::new();
    for (_, kind) in &table.set_aside {
        *counts.entry(*kind).or_default() += 1;
    }
    counts
}

#[test]
fn files_are_found_in_order_and_others_left_alone() {
    let case = Case::new(&[
        ("reporters.csv", b"x"),
        ("receipts.csv", b"x"),
        ("2020/reporters.csv", b"x"),
        ("2020/130000/130102_communities.csv", b"x"),
        ("2020/130000/~$130102.xlsx", b"x"),
        (".git/config", b"x"),
        ("2018/130000/130102.xlsx", b"x"),
    ]);
    let found = case.found();
    let paths: Vec<&str> = found.files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "2018/130000/130102.xlsx",
            "2020/130000/130102_communities.csv",
            "2020/reporters.csv"
        ]
    );
    assert_eq!(
        found.files.iter().map(|file| file.claims.len()).collect::<Vec<_>>(),
        [2, 1, 0]
    );
    assert_eq!(found.hidden, 2);
    let missing = Intake::new(&case.pipeline, Path::new("/nonexistent/input"), "0").discover();
    assert!(matches!(missing, Err(Error::List { path, .. }) if path == Path::new("/nonexistent/input")));
}

#[cfg(unix)]
#[test]
fn links_are_not_followed() {
    let case = Case::new(&[("2020/130000/130102_communities.csv", ROSTER.as_bytes())]);
    let folder = case.folder.path().join("2020/130000");
    std::os::unix::fs::symlink(
        folder.join("130102_communities.csv"),
        folder.join("130104_communities.csv"),
    )
    .unwrap();
    std::os::unix::fs::symlink(case.folder.path(), folder.join("loop")).unwrap();
    let read = case.read();
    assert_eq!(read.len(), 3);
    assert_eq!(findings(&read[1].submissions[0]), ["file-foreign a symbolic link"]);
    // Nobody claims it, and still it is said what it is.
    assert!(read[2].submissions.is_empty());
    let finding = &read[2].findings[0];
    assert_eq!(
        (finding.code.as_ref(), finding.raw.as_deref()),
        ("file-foreign", Some("a symbolic link"))
    );
}

#[test]
fn a_submission_knows_where_it_came_from() {
    let read = roster(ROSTER.as_bytes());
    let submission = &read.submission;
    assert!(
        submission.id.starts_with("2020-130102-communities-r0-"),
        "{}",
        submission.id
    );
    assert_eq!(submission.path, "2020/130000/130102_communities.csv");
    assert_eq!(submission.period.unwrap().to_string(), "2020");
    assert_eq!((submission.format, submission.encoding), ("csv", Some("utf-8")));
    assert_eq!(submission.sha256.len(), 64);
    assert_eq!(read.claim.areas, [(1, "130000".to_owned()), (3, "130102".to_owned())]);
    assert_eq!((findings(&read), read.rejected), (vec![], false));
    assert_eq!(
        records(&read.tables[0]),
        [["130102001001", "和平社区", "820", "120.5", "3", "1"]]
    );
}

#[test]
fn files_that_hold_no_table() {
    for (bytes, expected) in [
        (&b""[..], "file-empty"),
        (b"\xEF\xBB\xBF \r\n", "file-empty"),
        (b"[]", "file-empty"),
        (b",,,\n,,,\n", "file-empty"),
        (b"%PDF-1.4", "file-foreign PDF"),
        (b"<html><table>", "file-foreign HTML"),
        (b"\0\x01\x02\0\0\x03", "file-foreign binary"),
        (b"PK\x03\x04", "file-unreadable zip directory"),
        (b"[{\"a\":1},", "file-unreadable JSON, line 1"),
        ("130102001001,和平社区,820\n".as_bytes(), "header-missing"),
    ] {
        let read = roster(bytes);
        assert_eq!(findings(&read), [expected]);
        assert!(read.rejected);
        assert_eq!(read.tables.is_empty(), expected != "header-missing");
    }
    let headless = roster("130102001001,和平社区,820\n,,\n130102001002,民主社区,1\n".as_bytes());
    let table = &headless.tables[0];
    assert_eq!(
        (table.records.as_slice(), table.columns.len(), table.width),
        (&[0, 2][..], 0, 3)
    );
    assert_eq!(table.set_aside, [(1, SetAside::Blank)]);
    let case = Case::new(&[("通知.txt", b"x")]);
    assert_eq!(case.read()[0].findings[0].code, "file-unclaimed");
}

#[test]
fn what_is_wrong_with_columns() {
    let all = "社区名称,常住户数,服务设施面积,社会组织数,社会组织/养老";
    for (header, expected, rejected) in [
        (format!("社区代码,{all}"), vec![], false),
        (format!("社区代码,{all},满意度"), vec!["column-unknown 满意度"], false),
        (
            format!("社区代码,{}", all.replace("服务设施面积", "设施总面积")),
            vec!["column-unknown 设施总面积", "column-absent area"],
            false,
        ),
        (all.to_owned(), vec!["column-missing code"], true),
        (format!("社区代码,社区代码,{all}"), vec!["column-duplicate code"], true),
        (
            format!("社区代码,{all},常住户数"),
            vec!["column-duplicate households"],
            false,
        ),
        (format!("社区代码,,{all},,"), vec![], false),
    ] {
        let read = roster(
            format!("{header}\n1,2,3\n")
                .replace("1,2,3", if header.contains(",,") { "1,,2" } else { "1,2" })
                .as_bytes(),
        );
        assert_eq!(
            (findings(&read).join(","), read.rejected),
            (expected.join(","), rejected),
            "{header}"
        );
    }
    let nameless = roster(ROSTER.replace("社区名称", "").as_bytes());
    assert_eq!(findings(&nameless), ["column-unknown", "column-absent name"]);
    assert_eq!(nameless.findings[0].place.a1().unwrap(), "B1");
    let unknown = roster(ROSTER.replace("服务设施面积", "服务设施总面积").as_bytes());
    assert_eq!(unknown.findings[0].expected.as_deref(), Some("服务设施面积"));
    assert_eq!(unknown.findings[1].raw.as_deref(), Some("服务设施总面积"));
}

#[test]
fn content_behind_the_header_is_ragged_or_a_column() {
    let ragged = roster(format!("{ROSTER}130102001002,民主社区,1,2,3,4,5\n130102001003,新华社区,1,2,3,4\n").as_bytes());
    assert_eq!((ragged.tables[0].width, findings(&ragged)), (6, vec![]));
    let column = roster(
        ROSTER
            .replace("3,1\n", "3,1,9\n130102001002,民主社区,1,2,3,4,5\n")
            .as_bytes(),
    );
    assert_eq!(
        (column.tables[0].width, findings(&column)),
        (7, vec!["column-unknown".to_owned()])
    );
}

#[test]
fn the_title_block_may_contradict_the_path() {
    for (title, expected) in [
        ("2020年社区统计表", None),
        ("2019年社区统计表", Some("2019年社区统计表")),
        ("填报日期：2021年1月8日", None),
        ("2019年与2020年对照表", None),
    ] {
        let read = roster(format!("{title}\n{ROSTER}").as_bytes());
        assert_eq!(
            (read.stated_period.as_deref(), read.rejected),
            (expected, expected.is_some()),
            "{title}"
        );
    }
}

#[test]
fn units_come_from_header_row_or_note() {
    let unit = |text: &str| {
        let read = roster(text.as_bytes());
        let area = read.tables[0].columns.iter().find(|column| column.column == 3).unwrap();
        area.unit.clone()
    };
    assert_eq!(unit(ROSTER), None);
    assert_eq!(
        unit(&ROSTER.replace("服务设施面积", "服务设施面积（亩）")).as_deref(),
        Some("亩")
    );
    assert_eq!(
        unit(&ROSTER.replacen('\n', "\n—,—,户,亩,个,个\n", 1)).as_deref(),
        Some("亩")
    );
    assert_eq!(unit(&format!("计量单位：万元、亩\n{ROSTER}")).as_deref(), Some("亩"));
    assert_eq!(unit(&format!("单位：万元\n{ROSTER}")), None);
}

#[test]
fn units_that_no_column_declares_are_told() {
    let told = |text: &str| {
        let read = roster(text.as_bytes());
        let told = read.findings.iter().filter(|finding| finding.code == "unit-undeclared");
        told.map(|finding| (finding.raw.clone().unwrap(), finding.count, finding.place.a1().unwrap()))
            .collect::<Vec<_>>()
    };
    let one = |raw: &str, count, at: &str| vec![(raw.to_owned(), count, at.to_owned())];
    assert_eq!(
        told(&format!("单位：万户、个\n{ROSTER}")),
        one("单位：万户、个", 3, "A1")
    );
    assert_eq!(
        told(&ROSTER.replace("常住户数", "常住户数（万户）")),
        one("万户", 1, "C1")
    );
    assert_eq!(
        told(&ROSTER.replacen('\n', "\n—,—,万户,㎡,个,个\n", 1)),
        one("万户", 1, "C1")
    );
    for plain in ["单位：户", "单位：亩", "单位：公顷、户"] {
        assert_eq!(told(&format!("{plain}\n{ROSTER}")), [], "{plain}");
    }
}

#[test]
fn a_unit_nobody_knows_does_not_hide_its_column() {
    let unit = |header: &str| {
        let read = roster(ROSTER.replace("服务设施面积", header).as_bytes());
        let area = read.tables[0].columns.iter().find(|column| column.column == 3);
        (area.map(|column| column.unit.clone().unwrap()), findings(&read))
    };
    assert_eq!(unit("服务设施面积（坪）"), (Some("坪".into()), vec![]));
    // A remark beside the column itself is another column.
    let (area, told) = unit("服务设施面积（坪）,服务设施面积（在建）");
    assert_eq!(area, None);
    assert!(told.contains(&"column-absent area".to_owned()), "{told:?}");
    // Only figures have units.
    let read = roster(ROSTER.replace("社区名称", "社区名称（盖章）").as_bytes());
    assert_eq!(
        findings(&read),
        ["column-unknown 社区名称（盖章）", "column-absent name"]
    );
}

#[test]
fn json_and_csv_agree() {
    let array = r#"[{"社区代码":"130102001001","社区名称":"和平社区","常住户数":820,"服务设施面积":120.5,"社会组织数":3,"elder":1}]"#;
    let (json, csv) = (roster(array.as_bytes()), roster(ROSTER.as_bytes()));
    assert_eq!((findings(&json), json.submission.format), (vec![], "json"));
    assert_eq!(records(&json.tables[0]), records(&csv.tables[0]));
    let nested = roster(array.replace("820", "[820,815]").as_bytes());
    assert_eq!(findings(&nested), ["value-nested 常住户数"]);
}

#[test]
fn one_table_of_a_file_without_sheets_belongs_to_one_form() {
    let case = Case::new(&[
        ("2020/130000/130102.csv", ROSTER.as_bytes()),
        ("2020/130000/130104.csv", SUMMARY.as_bytes()),
        ("2020/130000/130105.csv", b"x,y\n1,2\n"),
    ]);
    let forms: Vec<Vec<usize>> = case
        .read()
        .iter()
        .map(|read| read.submissions.iter().map(|s| s.submission.form).collect())
        .collect();
    assert_eq!(forms, [vec![0], vec![1], vec![0]]);
}

#[test]
fn sheets_by_name_and_by_content() {
    let mut book = rust_xlsxwriter::Workbook::new();
    for (name, text) in [("县级汇总", SUMMARY), ("Sheet2", ROSTER), ("说明", "填表说明\n")] {
        let sheet = book.add_worksheet();
        sheet.set_name(name).unwrap();
        for (row, line) in text.lines().enumerate() {
            for (column, cell) in line.split(',').enumerate() {
                sheet.write(row as u32, column as u16, cell).unwrap();
            }
        }
    }
    let bytes = book.save_to_buffer().unwrap();
    let case = Case::new(&[("2020/130000/130102.csv", &bytes)]);
    let submissions = case.read().remove(0).submissions;
    let paths: Vec<&str> = submissions.iter().map(|read| read.submission.path.as_str()).collect();
    assert_eq!(
        paths,
        ["2020/130000/130102.csv#Sheet2", "2020/130000/130102.csv#县级汇总"]
    );
    assert_eq!(findings(&submissions[0]), ["sheet-unclaimed 说明"]);
    assert_eq!(findings(&submissions[1]), Vec::<String>::new());
    assert_eq!(
        records(&submissions[0].tables[0]),
        records(&roster(ROSTER.as_bytes()).tables[0])
    );
    assert_ne!(submissions[0].submission.id, submissions[1].submission.id);
}

#[test]
fn a_workbook_may_lack_a_sheet() {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (column, header) in ROSTER.lines().next().unwrap().split(',').enumerate() {
        sheet.write(0, column as u16, header).unwrap();
    }
    let bytes = book.save_to_buffer().unwrap();
    let submissions = Case::new(&[("2020/130000/130102.xlsx", &bytes)])
        .read()
        .remove(0)
        .submissions;
    assert_eq!(findings(&submissions[0]), Vec::<String>::new());
    assert_eq!(findings(&submissions[1]), ["sheet-missing Sheet1"]);
    assert!(submissions[1].rejected);
}

#[test]
fn sheet_names_may_tell_the_period() {
    let mut case = Case::new(&[]);
    case.pipeline.forms.truncate(1);
    case.pipeline.forms[0].files[0].path = "yearbook.xlsx".into();
    case.pipeline.forms[0].files[0].sheet = Some("{period}年".into());
    let mut book = rust_xlsxwriter::Workbook::new();
    for name in ["2018年", "2020年", "往年", "说明"] {
        let sheet = book.add_worksheet();
        sheet.set_name(name).unwrap();
        sheet.write(0, 0, "社区代码").unwrap().write(0, 1, "社区名称").unwrap();
    }
    fs::write(case.folder.path().join("yearbook.xlsx"), book.save_to_buffer().unwrap()).unwrap();
    let submissions = case.read().remove(0).submissions;
    let about = |read: &ReadSubmission| {
        (
            read.submission.period.unwrap().to_string(),
            read.submission.area_code.clone(),
        )
    };
    let about: Vec<(String, String)> = submissions.iter().map(about).collect();
    assert_eq!(
        about,
        [("2018".into(), "000000".into()), ("2020".into(), "000000".into())]
    );
}

/// A form with these sheet templates of one workbook, which has sheets of these names.
fn yearbook(templates: &[&str], names: &[&str]) -> Vec<ReadSubmission> {
    let mut case = Case::new(&[]);
    case.pipeline.forms.truncate(1);
    case.pipeline.forms[0].files = templates
        .iter()
        .map(|sheet| crate::pipeline::FileTemplate {
            path: "yearbook.xlsx".into(),
            sheet: Some((*sheet).to_owned()),
        })
        .collect();
    let mut book = rust_xlsxwriter::Workbook::new();
    for name in names {
        let sheet = book.add_worksheet();
        sheet.set_name(*name).unwrap();
        sheet.write(0, 0, "社区代码").unwrap().write(0, 1, "社区名称").unwrap();
    }
    fs::write(case.folder.path().join("yearbook.xlsx"), book.save_to_buffer().unwrap()).unwrap();
    case.read().remove(0).submissions
}

#[test]
fn every_sheet_template_is_tried_on_every_sheet() {
    for (templates, names, expected) in [
        (
            &["{period}", "{period}年", "表*{period}"][..],
            &["2018年", "2020", "表1 2018"][..],
            "2020#2020 2018#2018年 2018#表1 2018",
        ),
        (&["*{period}*"], &["续 2020 年表", "说明"], "2020#续 2020 年表"),
        (&["*{period}*"], &["12018"], "2018#12018"),
        (&["{period}*"], &["2020年", "2018 年"], "2020#2020年 2018#2018 年"),
        (&["表*{period}"], &["表 2020", "表2018"], "2020#表 2020 2018#表2018"),
    ] {
        let read = yearbook(templates, names);
        let about: Vec<String> = read
            .iter()
            .map(|one| {
                format!(
                    "{}#{}",
                    one.submission.period.unwrap(),
                    one.tables[0].sheet.as_deref().unwrap()
                )
            })
            .collect();
        assert_eq!(about.join(" "), expected, "{templates:?}");
    }
}

#[test]
fn sheets_that_nobody_takes_are_named_once() {
    let read = yearbook(&["{period}年", "表{period}"], &["2019年度", "往年", "说明"]);
    assert_eq!(
        findings(&read[0]),
        [
            "sheet-missing 2019年度, 往年, 说明",
            "sheet-unclaimed 2019年度, 往年, 说明"
        ]
    );
    assert_eq!(read[0].findings[0].expected.as_deref(), Some("{period}年 | 表{period}"));
    assert!(read.len() == 1 && read[0].rejected);
    let read = yearbook(&["{period}年"], &["2018年", "2020 年底", "甲", "乙"]);
    let told: Vec<_> = read[0]
        .findings
        .iter()
        .filter(|f| f.code == "sheet-unclaimed")
        .collect();
    assert_eq!(
        (told[0].raw.as_deref(), told[0].severity),
        (Some("2020 年底"), crate::domain::Severity::Explain)
    );
    assert_eq!((told[1].raw.as_deref(), told[1].count), (Some("甲, 乙"), 2));
}

/// What `tests/setup/make_workbooks.py` wrote: the same two tables as XLS, ODS, XLSX and GB18030 text.
#[test]
fn workbooks_of_other_programs_agree() {
    let fixtures = std::env::var_os("HUIZONG_FIXTURES").expect("HUIZONG_FIXTURES is set by tests/run: use that");
    let fixtures = PathBuf::from(fixtures);
    let read = read_all(&fixture::pipeline(), &fixtures.join("intake"));
    let submissions: Vec<&ReadSubmission> = read.iter().flat_map(|read| &read.submissions).collect();
    let of = |county: &str, form: usize| {
        let mine = |read: &&&ReadSubmission| read.submission.area_code == county && read.submission.form == form;
        *submissions.iter().find(mine).unwrap()
    };
    for (county, format) in [("130102", "xls"), ("130104", "ods"), ("130105", "xlsx")] {
        for form in [0, 1] {
            let (book, text) = (of(county, form), of("130107", form));
            assert_eq!(book.submission.format, format);
            assert_eq!(records(&book.tables[0]), records(&text.tables[0]), "{county}");
            assert_eq!(book.tables[0].columns, text.tables[0].columns, "{county}");
            assert_eq!(counts(&book.tables[0]), counts(&text.tables[0]), "{county}");
            let of_table = |read: &ReadSubmission| {
                findings(read)
                    .into_iter()
                    .filter(|text| !text.starts_with("sheet-unclaimed"))
                    .collect::<Vec<_>>()
            };
            assert_eq!(of_table(book), of_table(text), "{county}");
        }
        assert!(findings(of(county, 0)).contains(&"sheet-unclaimed 填表说明".to_owned()));
        let table = &of(county, 0).tables[0];
        let shares: Vec<&str> = table
            .records
            .iter()
            .map(|row| table.grid.cell(*row as usize, 6))
            .collect();
        assert_eq!(shares, ["12.3%", "100%", "7%"], "{county}");
    }
    let expected = [
        ["130102001001", "和平社区", "820", "120.5", "3", "1"],
        ["130102001002", "民主社区", "1234", "0.1", "0", ""],
    ];
    assert_eq!(records(&of("130102", 0).tables[0])[..2], expected);
    assert_eq!(records(&of("130102", 1).tables[0]), [["130102", "15000", "2021-01-08"]]);
    let faults = ["130108", "130109", "130110"].map(|county| findings(of(county, 0)).remove(0));
    assert!(
        faults[0] == "file-encrypted" && faults[1].starts_with("file-unreadable") && faults[2] == "file-empty",
        "{faults:?}"
    );
}

/// Cells as clerks write them, without separators and quotes.
fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        "[0-9]{1,12}",
        "[社区村和平民主合计注：单位甲乙—　 ]{1,6}",
        proptest::sample::select(vec![
            "社区代码",
            "合计",
            "注：",
            "2019年",
            "单位：亩",
            "其中：",
            "130102001001"
        ])
        .prop_map(str::to_owned),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_copy_of_a_table_agrees_and_every_row_is_accounted_for(
        before in proptest::collection::vec(proptest::collection::vec(cell(), 0..4), 0..4),
        rows in proptest::collection::vec(proptest::collection::vec(cell(), 1..7), 0..12),
    ) {
        let header: Vec<String> = ROSTER.lines().next().unwrap().split(',').map(str::to_owned).collect();
        let table: Vec<Vec<String>> = before.into_iter().chain([header]).chain(rows).collect();
        let text: String = table.iter().map(|row| row.join(",") + "\n").collect();
        let mut book = rust_xlsxwriter::Workbook::new();
        let sheet = book.add_worksheet();
        for (row, cells) in table.iter().enumerate() {
            for (column, cell) in cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
                sheet.write_string(row as u32, column as u16, cell).unwrap();
            }
        }
        let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let tabs = text.replace(',', "\t");
        let copies = [
            text.clone().into_bytes(),
            GB18030.encode(&text).0.into_owned(),
            [b"\xFF\xFE".to_vec(), utf16].concat(),
            tabs.into_bytes(),
            book.save_to_buffer().unwrap(),
        ];
        let read: Vec<ReadSubmission> = copies.iter().map(|bytes| roster(bytes)).collect();
        for (at, copy) in read.iter().enumerate() {
            prop_assert_eq!(copy.tables.len(), read[0].tables.len());
            let mut expected = findings(&read[0]);
            let mut got = findings(copy);
            expected.sort();
            got.sort();
            prop_assert_eq!(got, expected, "copy {}", at);
            for (mine, first) in copy.tables.iter().zip(&read[0].tables) {
                prop_assert_eq!(records(mine), records(first), "copy {}", at);
                prop_assert_eq!(&mine.columns, &first.columns);
                let mut rows: Vec<u32> = mine.set_aside.iter().map(|(row, _)| *row).chain(mine.records.iter().copied()).collect();
                rows.sort_unstable();
                prop_assert!(rows.iter().enumerate().all(|(at, row)| at == *row as usize));
                prop_assert_eq!(rows.len(), mine.grid.height());
            }
        }
    }

    #[test]
    fn no_bytes_break_it(bytes in proptest::collection::vec(any::<u8>(), 0..200), kind in 0_usize..5) {
        let start: &[u8] = [&b""[..], b"PK\x03\x04", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", b"\xFF\xFE", b"[{"][kind];
        roster(&[start, &bytes].concat());
    }
}

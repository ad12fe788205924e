//! Workbooks: which sheet belongs to which form and period.

use super::*;
use crate::domain::Code;

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
        records(submissions[0].table.as_ref().unwrap()),
        records(&roster(ROSTER.as_bytes()).table.as_ref().unwrap())
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
                    one.table.as_ref().unwrap().sheet.as_deref().unwrap()
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
        .filter(|f| f.code == Code::SheetUnclaimed)
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
            assert_eq!(&*book.submission.format, format);
            assert_eq!(
                records(book.table.as_ref().unwrap()),
                records(text.table.as_ref().unwrap()),
                "{county}"
            );
            assert_eq!(
                book.table.as_ref().unwrap().columns,
                text.table.as_ref().unwrap().columns,
                "{county}"
            );
            assert_eq!(
                counts(book.table.as_ref().unwrap()),
                counts(text.table.as_ref().unwrap()),
                "{county}"
            );
            let of_table = |read: &ReadSubmission| {
                findings(read)
                    .into_iter()
                    .filter(|text| !text.starts_with("sheet-unclaimed"))
                    .collect::<Vec<_>>()
            };
            assert_eq!(of_table(book), of_table(text), "{county}");
        }
        assert!(findings(of(county, 0)).contains(&"sheet-unclaimed 填表说明".to_owned()));
        let table = of(county, 0).table.as_ref().unwrap();
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
    assert_eq!(records(of("130102", 0).table.as_ref().unwrap())[..2], expected);
    assert_eq!(
        records(of("130102", 1).table.as_ref().unwrap()),
        [["130102", "15000", "2021-01-08"]]
    );
    let faults = ["130108", "130109", "130110"].map(|county| findings(of(county, 0)).remove(0));
    assert!(
        faults[0] == "file-encrypted" && faults[1].starts_with("file-unreadable") && faults[2] == "file-empty",
        "{faults:?}"
    );
}

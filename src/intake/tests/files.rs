//! Files: which are found, what they hold, and that copies in other encodings and formats agree.

use proptest::prelude::*;

use super::*;
use crate::domain::{Code, Finding};

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

#[test]
fn leftovers_are_counted_unless_they_are_all_that_came() {
    let case = Case::new(&[
        ("2020/130000/130102_communities.csv", ROSTER.as_bytes()),
        ("2020/130000/130102_communities.csv~", b"x"),
        ("2020/130000/130102_communities.csv.part", b"x"),
        ("2020/130000/Thumbs.db", b"x"),
        ("2020/130000/.~lock.130102_communities.csv#", b"x"),
        ("2020/130000/__MACOSX/130102_communities.csv", b"x"),
        ("2020/notes.tmp", b"x"),
        ("2020/130000/130104_communities.csv.crdownload", ROSTER.as_bytes()),
    ]);
    let found = case.found();
    let files: Vec<(&str, usize)> = found
        .files
        .iter()
        .map(|file| (file.path.as_str(), file.claims.len()))
        .collect();
    assert_eq!(
        files,
        [
            ("2020/130000/130102_communities.csv", 1),
            ("2020/130000/130104_communities.csv.crdownload", 0)
        ]
    );
    assert_eq!(found.hidden, 6);
    let told = case.read();
    let findings: Vec<&Finding> = told.iter().flat_map(|read| &read.findings).collect();
    assert_eq!(findings.len(), 1, "{findings:?}");
    let said = findings[0].message(crate::domain::Lang::En, None);
    assert!(said.contains("130104_communities.csv itself has not come"), "{said}");
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
        (&finding.code, finding.raw.as_deref()),
        (&Code::FileForeign.into(), Some("a symbolic link"))
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
    assert_eq!(
        (&*submission.format, submission.encoding.as_deref()),
        ("csv", Some("utf-8"))
    );
    assert_eq!(submission.sha256.len(), 64);
    assert_eq!(read.claim.areas, [(1, "130000".to_owned()), (3, "130102".to_owned())]);
    assert_eq!((findings(&read), read.rejected), (vec![], false));
    assert_eq!(
        records(read.table.as_ref().unwrap()),
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
        assert_eq!(read.table.is_none(), expected != "header-missing");
    }
    let headless = roster("130102001001,和平社区,820\n,,\n130102001002,民主社区,1\n".as_bytes());
    let table = headless.table.as_ref().unwrap();
    assert_eq!(
        (table.records.as_slice(), table.columns.len(), table.width),
        (&[0, 2][..], 0, 3)
    );
    assert_eq!(table.set_aside, [(1, SetAside::Blank)]);
    let case = Case::new(&[("通知.txt", b"x")]);
    assert_eq!(case.read()[0].findings[0].code, Code::FileUnclaimed);
}

#[test]
fn json_and_csv_agree() {
    let array = r#"[{"社区代码":"130102001001","社区名称":"和平社区","常住户数":820,"服务设施面积":120.5,"社会组织数":3,"elder":1}]"#;
    let (json, csv) = (roster(array.as_bytes()), roster(ROSTER.as_bytes()));
    assert_eq!((findings(&json), &*json.submission.format), (vec![], "json"));
    assert_eq!(
        records(json.table.as_ref().unwrap()),
        records(csv.table.as_ref().unwrap())
    );
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

/// A table as a web page whose cells nobody closes.
fn page(table: &[Vec<String>]) -> String {
    let cells = |row: &Vec<String>| row.iter().map(|cell| format!("<td>{cell}")).collect::<String>();
    let rows: String = table.iter().map(|row| format!("<tr>{}\n", cells(row))).collect();
    format!("<html><meta charset=gb2312><body><table border=1>\n{rows}</table>")
}

/// A table as SpreadsheetML 2003.
fn spreadsheet(table: &[Vec<String>]) -> String {
    let cell = |(at, cell): (usize, &String)| {
        format!(
            "<Cell ss:Index=\"{}\"><Data ss:Type=\"String\">{cell}</Data></Cell>",
            at + 1
        )
    };
    let cells = |row: &Vec<String>| {
        let filled = row.iter().enumerate().filter(|(_, cell)| !cell.is_empty());
        filled.map(cell).collect::<String>()
    };
    let rows: String = table.iter().map(|row| format!("<Row>{}</Row>", cells(row))).collect();
    let space = "urn:schemas-microsoft-com:office:spreadsheet";
    format!(
        "<?xml version=\"1.0\"?><Workbook xmlns=\"{space}\" xmlns:ss=\"{space}\"><Worksheet ss:Name=\"Sheet1\"><Table>{rows}</Table>\
         </Worksheet></Workbook>"
    )
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
        let mut copies = vec![
            text.clone().into_bytes(),
            GB18030.encode(&text).0.into_owned(),
            [b"\xFF\xFE".to_vec(), utf16].concat(),
            tabs.into_bytes(),
            book.save_to_buffer().unwrap(),
            spreadsheet(&table).into_bytes(),
        ];
        // Blanks around a text are none of a page's.
        if !text.contains(' ') {
            copies.push(page(&table).into_bytes());
        }
        let read: Vec<ReadSubmission> = copies.iter().map(|bytes| roster(bytes)).collect();
        for (at, copy) in read.iter().enumerate() {
            prop_assert_eq!(copy.table.is_some(), read[0].table.is_some());
            let mut expected = findings(&read[0]);
            let mut got = findings(copy);
            expected.sort();
            got.sort();
            prop_assert_eq!(got, expected, "copy {}", at);
            for (mine, first) in copy.table.iter().zip(&read[0].table) {
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
    fn no_bytes_break_it(bytes in proptest::collection::vec(any::<u8>(), 0..200), kind in 0_usize..8) {
        let start: &[u8] = [
            &b""[..],
            b"PK\x03\x04",
            b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1",
            b"\xFF\xFE",
            b"[{",
            b"<html><meta charset=big5><table><tr><td>",
            b"<Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\"><Worksheet><Table><Row><Cell><Data>",
            b"MIME-Version: 1.0\r\n",
        ][kind];
        roster(&[start, &bytes].concat());
    }
}

#[test]
fn a_sheet_without_a_header_is_told_every_header_that_it_lacks() {
    let form = fixture::pipeline().forms.remove(0);
    let all: Vec<&String> = form
        .columns
        .iter()
        .filter_map(|column| column.headers.first())
        .collect();
    let told = |text: &str| {
        let read = roster(text.as_bytes());
        let found = read
            .findings
            .into_iter()
            .find(|finding| finding.code == Code::HeaderMissing);
        let expected = found
            .and_then(|finding| finding.expected)
            .unwrap_or_else(|| panic!("{text}"));
        expected.split(", ").map(str::to_owned).collect::<Vec<_>>()
    };
    let mut of_none = told("130102001001,和平社区,820\n");
    assert!(of_none.len() > 4, "{of_none:?}");
    of_none.sort();
    let mut wanted: Vec<String> = all.iter().map(|header| (*header).clone()).collect();
    wanted.sort();
    assert_eq!(of_none, wanted);
    // One header alone is no header row, but it is not missing.
    let of_one = told("常住户数\n820\n");
    assert!(
        !of_one.contains(&"常住户数".to_owned()) && of_one.len() + 1 == all.len(),
        "{of_one:?}"
    );
}

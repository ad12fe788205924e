//! The plain reader against the library: whatever it reads, the library reads alike.

use std::io::Write;
use std::path::Path;

use proptest::prelude::*;
use proptest::sample::select;
use rust_xlsxwriter::{Format, Formula, Workbook};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;
use crate::intake::archive;

/// Whether the plain reader knows all of a workbook; it must then read it as the library does. None: the workbook is refused.
fn is_plain(bytes: &[u8]) -> Option<bool> {
    let limits = Limits::default();
    let extras = archive::check(bytes, &limits).ok()?;
    let by_library = || format!("{:?}", by_library(bytes, &extras, &limits));
    match by_plain_reader(bytes, &extras, &limits) {
        Ok(None) => return Some(false),
        Ok(Some(sheets)) => assert_eq!(format!("{:?}", Ok::<_, Fault>(sheets)), by_library()),
        Err(fault) => assert_eq!(format!("{:?}", Err::<Vec<Sheet>, _>(fault)), by_library()),
    }
    Some(true)
}

#[test]
fn workbooks_of_samples_and_cases_are_read_alike() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (folder, all_are_plain) in [("sample_data/submissions", true), ("tests/cases", false)] {
        let files = walkdir::WalkDir::new(root.join(folder)).into_iter().flatten();
        let workbooks = files.filter(|file| file.path().extension().is_some_and(|ending| ending == "xlsx"));
        let mut count = 0;
        for file in workbooks {
            let is_plain = is_plain(&std::fs::read(file.path()).unwrap());
            count += usize::from(is_plain == Some(true));
            assert!(!all_are_plain || is_plain != Some(false), "{}", file.path().display());
        }
        assert!(count >= 20, "{count} plain workbooks in {folder}");
    }
}

/// A workbook with numbers and texts in one number format.
fn formatted(code: &str) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let (sheet, format) = (workbook.add_worksheet(), Format::new().set_num_format(code));
    for (row, number) in (0..).zip([0.0, 1.5, 43_558.0, 43_558.75, 0.1 + 0.2, -7.25, 1e21, 1e-9]) {
        sheet.write_with_format(row, 0, number, &format).unwrap();
    }
    sheet.write_with_format(0, 1, " a & <b> ", &format).unwrap();
    sheet.write_blank(1, 2, &format).unwrap();
    workbook.save_to_buffer().unwrap()
}

#[test]
fn number_formats_are_read_alike_and_those_of_spans_by_the_library() {
    for code in [
        "General",
        "0",
        "00000",
        "0.00%",
        "yyyy-mm-dd",
        "h:mm",
        "mm:ss",
        "d/m/yy",
        "#,##0;[Red]-#,##0",
        "\"d\"0_d",
        "yyyy\"年\"m\"月\"",
        "0.00_);\\(0.00\\)",
        "@",
        "#,##0\"\\\"\"y\"",
        "0*d",
        "e",
        "\"_\"d\"0",
    ] {
        assert_eq!(is_plain(&formatted(code)), Some(true), "{code}");
    }
    for code in ["[h]:mm", "AM/PM", "[$-804]yyyy", "[Red]0"] {
        assert_eq!(is_plain(&formatted(code)), Some(false), "{code}");
    }
}

#[test]
fn what_else_the_writer_knows_is_read_alike() {
    let mut workbook = Workbook::new();
    let (bold, struck) = (Format::new().set_bold(), Format::new().set_font_strikethrough());
    let sheet = workbook.add_worksheet();
    sheet.write(0, 0, true).unwrap();
    sheet
        .write(0, 1, Formula::new("A1 & \"x\"").set_result("a & b"))
        .unwrap();
    sheet.write(0, 2, Formula::new("1/0").set_result("#DIV/0!")).unwrap();
    sheet
        .write_rich_string(0, 3, &[(&bold, "bold "), (&struck, " struck")])
        .unwrap();
    sheet.write_with_format(2, 0, "struck", &struck).unwrap();
    sheet.set_row_hidden(2).unwrap();
    workbook.add_worksheet().set_hidden(true).write(3, 3, "hidden").unwrap();
    let sheet = workbook.add_worksheet().set_name("a & b").unwrap();
    sheet.merge_range(0, 0, 1, 1, "merged", &bold).unwrap();
    assert_eq!(is_plain(&workbook.save_to_buffer().unwrap()), Some(true));
}

/// The parts of a workbook, with its sheet, shared strings and styles.
fn workbook([sheet, strings, styles]: [&str; 3], is_1904: bool) -> Vec<u8> {
    const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let relation = |id: &str, kind: &str, target: &str| {
        format!("<Relationship Id=\"{id}\" Type=\"{OFFICE}/{kind}\" Target=\"{target}\"/>")
    };
    let relations = |all: &str| format!("<Relationships>{all}</Relationships>");
    let about = format!(
        "<workbook><workbookPr date1904=\"{}\"/><sheets><sheet name=\"a\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>",
        u8::from(is_1904)
    );
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, content) in [
        (
            "_rels/.rels",
            relations(&relation("r1", "officeDocument", "xl/workbook.xml")),
        ),
        ("xl/workbook.xml", about),
        (
            "xl/_rels/workbook.xml.rels",
            relations(&relation("r1", "worksheet", "worksheets/sheet1.xml")),
        ),
        ("xl/styles.xml", styles.to_owned()),
        ("xl/sharedStrings.xml", strings.to_owned()),
        ("xl/worksheets/sheet1.xml", sheet.to_owned()),
    ] {
        let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        zip.start_file(path, stored).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

const STRINGS: &str = "<sst count=\"9\"><si><t>甲</t></si><si/><si><t xml:space=\"preserve\"> b </t></si><si><t> c </t></si>\
    <si><r><rPr><b/></rPr><t>d </t></r><r><t xml:space=\"preserve\"> e&amp;</t></r><rPh sb=\"0\" eb=\"1\"><t>f</t></rPh></si></sst>";
const STYLES: &str = "<styleSheet><numFmts count=\"2\"><numFmt numFmtId=\"164\" formatCode=\"yyyy-mm-dd\"/>\
    <numFmt numFmtId=\"165\" formatCode=\"0.0&quot;m&quot;\"/><numFmt numFmtId=\"166\" formatCode=\"[h]:mm\"/></numFmts>\
    <cellStyleXfs><xf numFmtId=\"14\"/></cellStyleXfs><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"10\"/><xf numFmtId=\"164\"/>\
    <xf numFmtId=\"165\"/><xf numFmtId=\"166\"/><xf numFmtId=\"46\"/><xf numFmtId=\"27\"/><xf/></cellXfs></styleSheet>";

#[test]
fn the_plain_shapes_are_plain() {
    for cells in [
        "<c r=\"A1\" s=\"1\"><v>0.125</v></c><c r=\"C1\" t=\"s\" s=\"2\"><v>4</v></c>",
        "<c r=\"A1\" /><c t=\"n\" ><v /></c><c><v></v></c><c t=\"str\"><f />\n<v xml:space=\"preserve\">a</v></c>",
        "<c><v>7</v></c><c/><c t=\"b\"><v>1</v></c><c t=\"e\"><v>#N/A</v></c>",
        "<c r=\"A1\"><f>B1&amp;\"x\"</f><v>-1.50E+3</v></c><c r=\"B1\" t=\"str\"><f/><v>a&lt;b</v></c>",
        "<c r=\"B1\" t=\"inlineStr\"><is><t xml:space=\"preserve\"> a </t></is></c>\n<c r=\"AB1\"> <v>43558.5</v> </c>",
        "<c s=\"2\"><v>43558</v></c><c s=\"5\"><v>1.5</v></c><c s=\"6\"><v>43558</v></c><c s=\"7\"><v>1</v></c><c s=\"8\"><v>2</v></c>",
    ] {
        for is_1904 in [false, true] {
            let sheet =
                format!("<worksheet><sheetData><row r=\"1\" spans=\"1:9\">{cells}</row><row/></sheetData></worksheet>");
            let workbook = workbook([&sheet, STRINGS, STYLES], is_1904);
            assert_eq!(is_plain(&workbook), Some(true), "{cells}");
        }
    }
}

const REFERENCES: [&[&str]; 2] = [
    &["", " r=\"{at}\""],
    &[
        " r='{at}'",
        " r=\"A\"",
        " r=\"b2\"",
        " r = \"{at}\"",
        " r=\"{at}\" r=\"A1\"",
        " r=\"A1\"",
    ],
];
const CELL_STYLES: [&[&str]; 2] = [
    &[
        "",
        " s=\"0\"",
        " s=\"1\"",
        " s=\"2\"",
        " s=\"3\"",
        " s=\"5\"",
        " s=\"6\"",
        " s=\"99\"",
    ],
    &[" s=\"4\"", " s=\"-1\"", " s=\"\"", " s='1'"],
];
const KINDS: [&[&str]; 2] = [
    &["", " t=\"s\"", " t=\"n\"", " t=\"str\"", " t=\"b\"", " t=\"e\""],
    &[" t=\"inlineStr\"", " t=\"d\"", " t=\"x\"", " t=\"\""],
];
const VALUES: [&[&str]; 2] = [
    &[
        "0",
        "1",
        "2",
        "3",
        "4",
        "007",
        "1.5",
        "1.50",
        "10.0",
        "0.001",
        "-0",
        "-7.25",
        "1e3",
        "1E-7",
        "0.1234567890123456",
        "0.30000000000000004",
        "123456789012345",
        "123456789012345678",
        "43558",
        "43558.75",
        "60",
    ],
    &[
        ".5",
        "5.",
        "+1",
        "1e",
        "1-2",
        "NaN",
        "inf",
        "",
        " 1",
        "a",
        "a&amp;b",
        "a&b",
        "&#65;",
        "&x;",
        "_x000D_",
        "a\rb",
        "TRUE",
        "#N/A",
        "#REF!",
        "2020-01-01",
        "<b/>",
        "a<!-- c -->b",
        "<![CDATA[1]]>",
        "9999999999",
    ],
];
const SHAPES: [&[&str]; 2] = [
    &[
        "<v>{}</v>",
        "<f>A1</f><v>{}</v>",
        "<f t=\"shared\" si=\"0\"/><v>{}</v>",
        " <v>{}</v>\n",
        "",
    ],
    &[
        "<v>{}</v><f>A1</f>",
        "<is><t>{}</t></is>",
        "<is><t xml:space=\"preserve\">{} </t></is>",
        "<is><r><t>{}</t></r></is>",
        "<is><t> {} </t><rPh><t>x</t></rPh></is>",
        "<v/>",
        "x<v>{}</v>",
        "<v>{}</v><v>1</v>",
        "<v xml:space=\"preserve\">{}</v>",
        "<x:v>{}</x:v>",
        "<v >{}</v >",
        "<extLst/>",
    ],
];
const ROWS: [&[&str]; 2] = [
    &[
        "<row>",
        "<row r=\"{row}\">",
        "<row r=\"{row}\" spans=\"1:2\" ht=\"15\">",
    ],
    &["<row r=\"{row}\"/><row>", "<row r='{row}'>", "<row r=\"0\">", "<x:row>"],
];
const ROW_ENDS: [&[&str]; 2] = [&["</row>", "</row>\n"], &["</row >", "", "</x:row>"]];
const BEFORE: [&[&str]; 2] = [
    &[
        "",
        "<dimension ref=\"A1:C9\"/>",
        "<sheetViews><sheetView showZeros=\"0\"/></sheetViews>",
        "<cols><col min=\"1\" max=\"1\" hidden=\"1\"/></cols>",
    ],
    &[
        "<dimension ref=\"C9:A1\"/>",
        "<dimension/>",
        "<!-- a -->",
        "<?a b?>",
        "<x:sheetPr/>",
    ],
];

/// One of the usual in most cases, so that most sheets have few oddities.
fn mostly([usual, odd]: [&'static [&'static str]; 2]) -> impl Strategy<Value = &'static str> {
    prop_oneof![40 => select(usual), 1 => select(odd)]
}

fn cell() -> impl Strategy<Value = String> {
    let parts = (
        mostly(REFERENCES),
        mostly(CELL_STYLES),
        mostly(KINDS),
        mostly(VALUES),
        mostly(SHAPES),
    );
    parts.prop_map(|(reference, style, kind, value, shape)| {
        format!("<c{reference}{style}{kind}>{}</c>", shape.replace("{}", value))
    })
}

fn sheet() -> impl Strategy<Value = String> {
    const COLUMNS: [&str; 4] = ["A", "C", "AB", "XFD"];
    let row = (
        mostly(ROWS),
        prop::collection::vec(cell(), 0..COLUMNS.len()),
        mostly(ROW_ENDS),
    );
    (mostly(BEFORE), prop::collection::vec(row, 0..4)).prop_map(|(before, rows)| {
        let rows = rows.into_iter().zip(1..).map(|((begin, cells, end), row)| {
            let cells = cells.iter().zip(COLUMNS);
            let cells: String = cells
                .map(|(cell, column)| cell.replace("{at}", &format!("{column}{row}")))
                .collect();
            format!("{}{cells}{end}", begin.replace("{row}", &row.to_string()))
        });
        format!(
            "<worksheet>{before}<sheetData>{}</sheetData></worksheet>",
            rows.collect::<String>()
        )
    })
}

#[test]
fn every_value_of_every_kind_and_style_is_read_alike() {
    let styles = CELL_STYLES.concat();
    for (kind, value) in KINDS
        .concat()
        .iter()
        .flat_map(|kind| VALUES.concat().into_iter().map(move |value| (kind, value)))
    {
        for (style, is_1904) in styles.iter().flat_map(|style| [(style, false), (style, true)]) {
            let cell = format!("<c{style}{kind}><v>{value}</v></c>");
            let sheet = format!("<worksheet><sheetData><row>{cell}</row></sheetData></worksheet>");
            is_plain(&workbook([&sheet, STRINGS, STYLES], is_1904));
        }
    }
}

/// A text with one character of it changed.
fn changed(text: &str, at: prop::sample::Index, with: &str) -> String {
    let mut characters: Vec<String> = text.chars().map(String::from).collect();
    let at = at.index(characters.len());
    with.clone_into(&mut characters[at]);
    characters.concat()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4 * ProptestConfig::default().cases))]

    #[test]
    fn sheets_of_any_shape_are_read_alike(sheet in sheet(), is_1904: bool) {
        is_plain(&workbook([&sheet, STRINGS, STYLES], is_1904));
    }

    #[test]
    fn damaged_parts_are_read_alike(
        part in 0_usize..3,
        at: prop::sample::Index,
        with in select(vec!["", "<", ">", "/", "\"", "'", "&", " ", "=", ":", "!", "0", "1", "t", "s", "\r", "<t>", "</si>", "</xf>", "甲"]),
    ) {
        let sheet = "<worksheet><dimension ref=\"A1:C2\"/><sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>4</v></c><c r=\"B1\" s=\"2\"><v>1.5</v></c></row>\
            <row r=\"2\"><c r=\"A2\" s=\"3\"><f>1+1</f><v>2</v></c><c r=\"C2\" t=\"inlineStr\"><is><t>x</t></is></c></row></sheetData></worksheet>";
        let mut parts = [sheet, STRINGS, STYLES].map(str::to_owned);
        parts[part] = changed(&parts[part], at, with);
        is_plain(&workbook([&parts[0], &parts[1], &parts[2]], false));
    }
}

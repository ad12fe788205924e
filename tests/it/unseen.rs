//! Text that the reader of a sheet does not see: what is left out of a number, what is counted, and that both are told.

use std::io::{Cursor, Write};

use rust_xlsxwriter::{
    Color, ConditionalFormatCell, ConditionalFormatCellRule, Format, Table, TableStyle, Workbook, Worksheet,
};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::support::{World, joined};

fn world() -> World {
    World::counties(&["2020"]).form(
        "visits",
        "title = { en = 'Visits' }\nunit = 'county'\nkey = ['county']\nfiles = ['{period}/{province}_*']\n\
         missing = { '' = 'missing' }",
        "county | division_code | County | level = 'county'; required = true\n visits | integer | Visits | required = true\n beds | integer | Beds |",
    )
}

/// The visits of both counties, and every finding.
fn read(file: &str, content: impl AsRef<[u8]>) -> (Vec<String>, Vec<String>) {
    let world = world().sent(&format!("2020/130000_{file}"), content);
    let (code, said) = world.run(&[]);
    assert_eq!(code, 0, "{said}");
    let findings = world.table("findings");
    let told = findings
        .iter()
        .filter(|row| row["path"].text().is_some())
        .map(|row| joined(row, &["severity", "code", "raw", "expected"], " "))
        .collect();
    let facts = world.facts("visits", "2020");
    (facts.iter().map(|row| joined(row, &["visits"], "")).collect(), told)
}

/// A workbook of two counties; `dress` sets its cells, of which B2 is the visits of the first.
fn workbook(dress: impl Fn(&mut Worksheet)) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_row(0, 0, ["County", "Visits", "Beds"]).unwrap();
    for (row, code, visits) in [(1, "130102", 1037), (2, "130104", 2037)] {
        sheet.write(row, 0, code).unwrap();
        sheet.write(row, 1, visits).unwrap();
        sheet.write(row, 2, 5).unwrap();
    }
    dress(sheet);
    book.save_to_buffer().unwrap()
}

fn set(sheet: &mut Worksheet, format: &Format) {
    sheet.write_with_format(1, 1, 1037, format).unwrap();
}

fn white() -> Format {
    Format::new().set_font_color(Color::White)
}

fn when_below_1500(sheet: &mut Worksheet, format: Format) {
    let rule = ConditionalFormatCellRule::LessThan(1500);
    let condition = ConditionalFormatCell::new().set_rule(rule).set_format(format);
    sheet.add_conditional_format(1, 1, 2, 1, &condition).unwrap();
}

const BOTH: [&str; 2] = ["1037", "2037"];
const TOLD: &str = "explain cells-unseen B2 -";

#[test]
fn cells_of_a_workbook_that_are_not_seen_are_counted_and_told() {
    type Dress = fn(&mut Worksheet);
    let cases: [(&str, Dress, &[&str]); 15] = [
        ("white on white", |sheet| set(sheet, &white()), &[TOLD]),
        (
            "white on a white fill",
            |sheet| set(sheet, &white().set_background_color(Color::White)),
            &[TOLD],
        ),
        (
            "black on black",
            |sheet| set(sheet, &Format::new().set_background_color(Color::Black)),
            &[TOLD],
        ),
        (
            "one point",
            |sheet| set(sheet, &Format::new().set_font_size(1)),
            &[TOLD],
        ),
        ("made white", |sheet| when_below_1500(sheet, white()), &[TOLD]),
        (
            "made struck",
            |sheet| when_below_1500(sheet, Format::new().set_font_strikethrough()),
            &[TOLD],
        ),
        (
            "a whole row",
            |sheet| {
                sheet.write_with_format(1, 0, "130102", &white()).unwrap();
                sheet.write_with_format(1, 2, 5, &white()).unwrap();
                set(sheet, &white());
            },
            &["explain cells-unseen A2, B2, C2 -"],
        ),
        (
            "a code in a format that shows nothing",
            |sheet| {
                let nothing = Format::new().set_num_format(";;;");
                sheet.write_with_format(1, 0, "130102", &nothing).unwrap();
            },
            &["explain cells-unseen A2 -"],
        ),
        (
            "white on blue",
            |sheet| set(sheet, &white().set_background_color(Color::Blue)),
            &[],
        ),
        (
            "header in white on dark",
            |sheet| {
                let dark = white().set_background_color(Color::Navy);
                sheet.write_with_format(0, 1, "Visits", &dark).unwrap();
            },
            &[],
        ),
        (
            "header in white",
            |sheet| {
                sheet.write_with_format(0, 1, "Visits", &white()).unwrap();
            },
            &[],
        ),
        (
            "white on a coloured table",
            |sheet| {
                set(sheet, &white());
                let table = Table::new().set_style(TableStyle::Dark4);
                sheet.add_table(0, 0, 2, 2, &table).unwrap();
            },
            &[],
        ),
        (
            "made white on red",
            |sheet| when_below_1500(sheet, white().set_background_color(Color::Red)),
            &[],
        ),
        (
            "white, filled where it counts",
            |sheet| {
                set(sheet, &white());
                when_below_1500(sheet, Format::new().set_background_color(Color::Green));
            },
            &[],
        ),
        (
            "grey and small",
            |sheet| set(sheet, &Format::new().set_font_color(Color::Gray).set_font_size(6)),
            &[],
        ),
    ];
    for (what, dress, told) in cases {
        assert_eq!(
            read("a.xlsx", workbook(dress)),
            (
                BOTH.map(str::to_owned).to_vec(),
                told.iter().map(|&it| it.to_owned()).collect()
            ),
            "{what}"
        );
    }
}

#[test]
fn parts_of_a_cell_that_are_not_seen_are_no_part_of_its_number() {
    let plain = Format::new();
    for (what, hidden, told) in [
        ("white", white(), true),
        ("one point", Format::new().set_font_size(1), true),
        ("red", Format::new().set_font_color(Color::Red), false),
        ("bold", Format::new().set_bold(), false),
    ] {
        let parts = [(&plain, "1037"), (&hidden, "9")];
        let book = workbook(|sheet| {
            sheet.write_rich_string(1, 1, &parts).unwrap();
        });
        let (visits, findings) = read("a.xlsx", book);
        let visits: Vec<&str> = visits.iter().map(String::as_str).collect();
        match told {
            true => {
                assert_eq!(visits, BOTH, "{what}");
                assert_eq!(findings, ["info text-unseen 9 1037"], "{what}");
            }
            false => {
                assert_eq!(visits, ["10379", "2037"], "{what}");
                assert_eq!(findings, [] as [&str; 0], "{what}");
            }
        }
    }
}

fn page(style: &str, cell: &str) -> String {
    format!(
        "<html><head><style>{style}</style></head><body><table><tr><td>County</td><td>Visits</td><td>Beds</td></tr>\
         <tr><td>130102</td>{cell}<td>5</td></tr><tr><td>130104</td><td>2037</td><td>5</td></tr></table></body></html>"
    )
}

#[test]
fn web_pages_are_read_as_they_are_seen() {
    for (style, cell, told) in [
        ("", "<td style='color:white'>1037</td>", &[TOLD][..]),
        ("", "<td><font color=#FFFFFF>1037</font></td>", &[TOLD]),
        ("", "<td bgcolor=black>1037</td>", &[TOLD]),
        (".x {color:#fff}", "<td class=x>1037</td>", &[TOLD]),
        (
            "",
            "<td>1037<span style='font-size:0'>9</span></td>",
            &["info text-unseen 9 1037"],
        ),
        (
            "",
            "<td>1037<span style='display:none'>9</span></td>",
            &["info text-unseen 9 1037"],
        ),
        (
            "",
            "<td>1037<span style='color:white'>9</span></td>",
            &["info text-unseen 9 1037"],
        ),
        (
            "",
            "<td><ruby>1037<rt>99</rt></ruby></td>",
            &["info text-noted 99 1037"],
        ),
        ("", "<td style='color:white;background:navy'>1037</td>", &[]),
        ("", "<td bgcolor=navy><font color=white>1037</font></td>", &[]),
        ("table td {background:navy}", "<td style='color:white'>1037</td>", &[]),
        (
            "td {color:black} .x {background:#4472C4;color:white}",
            "<td class=x>1037</td>",
            &[],
        ),
        (
            "",
            "<td style='color:white'><span style='color:black'>1037</span></td>",
            &[],
        ),
    ] {
        let (visits, findings) = read("a.html", page(style, cell));
        assert_eq!(visits, BOTH, "{style} {cell}");
        assert_eq!(findings, told, "{style} {cell}");
    }
    let (visits, findings) = read("a.html", page("", "<td><span style='display:none'>1037</span></td>"));
    assert_eq!(
        (visits, findings),
        (vec!["2037".to_owned()], vec!["hard text-unseen 1037 -".to_owned()]),
        "left out, and the row with it"
    );
}

#[test]
fn old_xml_workbooks_are_read_as_they_are_seen() {
    for (style, told) in [
        ("<Font ss:Color=\"#FFFFFF\"/>", &[TOLD][..]),
        ("<Font ss:Size=\"1\"/>", &[TOLD]),
        ("<Interior ss:Color=\"#000000\" ss:Pattern=\"Solid\"/>", &[TOLD]),
        (
            "<Font ss:Color=\"#FFFFFF\"/><Interior ss:Color=\"#0000FF\" ss:Pattern=\"Solid\"/>",
            &[],
        ),
    ] {
        let row = |code: &str, visits: &str| {
            format!(
                "<Row><Cell><Data ss:Type=\"String\">{code}</Data></Cell>{visits}\
                 <Cell><Data ss:Type=\"Number\">5</Data></Cell></Row>"
            )
        };
        let number = |style: &str, number: u32| format!("<Cell{style}><Data ss:Type=\"Number\">{number}</Data></Cell>");
        let head = "<Row><Cell><Data ss:Type=\"String\">County</Data></Cell><Cell><Data ss:Type=\"String\">Visits</Data></Cell>\
                    <Cell><Data ss:Type=\"String\">Beds</Data></Cell></Row>";
        let text = format!(
            "<?xml version=\"1.0\"?><Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\" \
             xmlns:ss=\"urn:schemas-microsoft-com:office:spreadsheet\"><Styles><Style ss:ID=\"x\">{style}</Style></Styles>\
             <Worksheet ss:Name=\"S\"><Table>{head}{}{}</Table></Worksheet></Workbook>",
            row("130102", &number(" ss:StyleID=\"x\"", 1037)),
            row("130104", &number("", 2037)),
        );
        let (visits, findings) = read("a.xml", text);
        assert_eq!(visits, BOTH, "{style}");
        assert_eq!(findings, told, "{style}");
    }
}

/// An OpenDocument spreadsheet with these styles and conditional formats, whose cell B2 holds this.
fn document(styles: &str, cell: &str, conditions: &str) -> Vec<u8> {
    let text = |text: &str| {
        format!("<table:table-cell office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell>")
    };
    let number = |number: u32| {
        format!(
            "<table:table-cell office:value-type=\"float\" office:value=\"{number}\"><text:p>{number}</text:p></table:table-cell>"
        )
    };
    let row = |cells: &[String]| format!("<table:table-row>{}</table:table-row>", cells.concat());
    let rows = [
        row(&[text("County"), text("Visits"), text("Beds")]),
        row(&[text("130102"), cell.to_owned(), number(5)]),
        row(&[text("130104"), number(2037), number(5)]),
    ];
    let spaces = [
        ("office", "urn:oasis:names:tc:opendocument:xmlns:office:1.0"),
        ("table", "urn:oasis:names:tc:opendocument:xmlns:table:1.0"),
        ("text", "urn:oasis:names:tc:opendocument:xmlns:text:1.0"),
        ("style", "urn:oasis:names:tc:opendocument:xmlns:style:1.0"),
        ("fo", "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"),
        (
            "calcext",
            "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0",
        ),
    ];
    let spaces: String = spaces
        .iter()
        .map(|(name, uri)| format!(" xmlns:{name}=\"{uri}\""))
        .collect();
    let content = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><office:document-content{spaces}><office:automatic-styles>{styles}\
         </office:automatic-styles><office:body><office:spreadsheet><table:table table:name=\"S\">{}{conditions}</table:table>\
         </office:spreadsheet></office:body></office:document-content>",
        rows.concat()
    );
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let manifest = "<?xml version=\"1.0\"?><manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\"/>";
    for (name, part) in [
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("content.xml", &content),
        ("META-INF/manifest.xml", manifest),
    ] {
        zip.start_file(name, stored).unwrap();
        zip.write_all(part.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn open_documents_are_read_as_they_are_seen() {
    let style = |family: &str, properties: &str| {
        format!("<style:style style:name=\"X\" style:family=\"{family}\">{properties}</style:style>")
    };
    let of_text = |attributes: &str| style("text", &format!("<style:text-properties {attributes}/>"));
    let of_cell = |attributes: &str, fill: &str| {
        let fill = if fill.is_empty() {
            String::new()
        } else {
            format!("<style:table-cell-properties fo:background-color=\"{fill}\"/>")
        };
        style("table-cell", &format!("{fill}<style:text-properties {attributes}/>"))
    };
    let number = "<table:table-cell table:style-name=\"X\" office:value-type=\"float\" office:value=\"1037\"><text:p>1037</text:p></table:table-cell>";
    let plain =
        "<table:table-cell office:value-type=\"float\" office:value=\"1037\"><text:p>1037</text:p></table:table-cell>";
    let span = |inner: &str| {
        format!("<table:table-cell office:value-type=\"string\"><text:p>{inner}</text:p></table:table-cell>")
    };
    let nine = span("1037<text:span text:style-name=\"X\">9</text:span>");
    let ruby = span("<text:ruby><text:ruby-base>1037</text:ruby-base><text:ruby-text>99</text:ruby-text></text:ruby>");
    let condition = "<calcext:conditional-formats><calcext:conditional-format calcext:target-range-address=\"S.B2:S.B3\">\
                     <calcext:condition calcext:apply-style-name=\"X\" calcext:value=\"&lt;1500\"/></calcext:conditional-format>\
                     </calcext:conditional-formats>";
    for (styles, cell, conditions, told) in [
        (of_cell("fo:color=\"#ffffff\"", ""), number, "", &[TOLD][..]),
        (of_cell("fo:color=\"#000000\"", "#000000"), number, "", &[TOLD]),
        (of_cell("fo:font-size=\"1pt\"", ""), number, "", &[TOLD]),
        (of_cell("fo:color=\"#ffffff\"", ""), plain, condition, &[TOLD]),
        (
            of_text("text:display=\"none\""),
            &*nine,
            "",
            &["info text-unseen 9 1037"],
        ),
        (
            of_text("fo:color=\"#ffffff\""),
            &*nine,
            "",
            &["info text-unseen 9 1037"],
        ),
        (String::new(), &*ruby, "", &["info text-noted 99 1037"]),
        (of_cell("fo:color=\"#ffffff\"", "#0000ff"), number, "", &[]),
        // The program writes it in white.
        (
            of_cell("style:use-window-font-color=\"true\"", "#000000"),
            number,
            "",
            &[],
        ),
        (of_cell("fo:color=\"#ffffff\"", "#0000ff"), plain, condition, &[]),
    ] {
        let (visits, findings) = read("a.ods", document(&styles, cell, conditions));
        assert_eq!(visits, BOTH, "{styles} {cell}");
        assert_eq!(findings, told, "{styles} {cell}");
    }
}

#[test]
fn a_currency_of_an_open_document_is_told_as_that_of_a_workbook_is() {
    let cell = |shown: &str| {
        format!(
            "<table:table-cell office:value-type=\"currency\" office:currency=\"USD\" office:value=\"1037\">{shown}</table:table-cell>"
        )
    };
    for (shown, raw) in [("<text:p>$1,037.00</text:p>", "$1037"), ("", "1037USD")] {
        let (visits, findings) = read("a.ods", document("", &cell(shown), ""));
        assert_eq!(visits, ["2037"], "{shown}");
        assert_eq!(findings.len(), 1, "{findings:?}");
        assert!(
            findings[0].starts_with(&format!("hard unit-unknown {raw} ")),
            "{findings:?}"
        );
    }
}

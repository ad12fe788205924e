//! Pages and SpreadsheetML as systems write them.

use std::time::Instant;

use super::*;
use crate::domain::Grid;

fn sheets(text: &str) -> Vec<Sheet> {
    let kind = kind(text).expect("it is markup");
    read(text, kind, &Limits::default()).expect("it can be read")
}

/// The rows of a grid, cells separated by `|`; a number stands in angle brackets.
fn rows(grid: &Grid) -> Vec<String> {
    let cell = |row: usize, column: usize| {
        let text = grid.cell(row, column);
        if grid.is_numeric(row, column) {
            format!("<{text}>")
        } else {
            text.to_owned()
        }
    };
    let row = |row: usize| (0..grid.width(row)).map(|column| cell(row, column)).collect::<Vec<_>>();
    (0..grid.height()).map(|at| row(at).join("|")).collect()
}

fn page(body: &str) -> Vec<String> {
    let sheets = sheets(&format!("<html><body>{body}"));
    assert_eq!(sheets.len(), 1);
    rows(&sheets[0].grid)
}

fn spreadsheet(inner: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?>\n<?mso-application progid=\"Excel.Sheet\"?>\n<Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\" \
         xmlns:ss=\"urn:schemas-microsoft-com:office:spreadsheet\" xmlns:x=\"urn:schemas-microsoft-com:office:excel\" \
         xmlns:html=\"http://www.w3.org/TR/REC-html40\">{inner}</Workbook>"
    )
}

fn worksheet(rows: &str) -> Vec<Sheet> {
    let styles = "<Styles><Style ss:ID=\"p\"><NumberFormat ss:Format=\"Percent\"/></Style><Style ss:ID=\"z\"><NumberFormat \
                  ss:Format=\"00000\"/></Style><Style ss:ID=\"s\"><Font ss:StrikeThrough=\"1\"/></Style></Styles>";
    sheets(&spreadsheet(&format!(
        "{styles}<Worksheet ss:Name=\"Roster\"><Table>{rows}</Table></Worksheet>"
    )))
}

#[test]
fn tables_of_pages_are_read() {
    for (body, expected) in [
        (
            "<table><tr><td>a</td><td>b</td></tr><tr><td>1</td><td>2</td></tr></table>",
            &["a|b", "1|2"][..],
        ),
        // Nothing is closed.
        ("<table><tr><td>a<td>b<tr><td>1<td>2", &["a|b", "1|2"]),
        (
            "<TABLE><THEAD><TR><TH>a</TH></TR></THEAD><TBODY><TR><TD>1</TD></TR></TBODY></TABLE>",
            &["a", "1"],
        ),
        (
            "<h1>2020年 统计表</h1>单位：户<br>x<table><tr><td>a</table>after",
            &["2020年 统计表", "单位：户", "x", "a", "after"],
        ),
        (
            "<table><tr><td colspan=2>a</td><td>b</td></tr><tr><td>1</td><td>2</td><td>3</td></tr></table>",
            &["a||b", "1|2|3"],
        ),
        (
            "<table><tr><td rowspan=2>a</td><td>b</td></tr><tr><td>2</td></tr><tr><td>3<td>4</table>",
            &["a|b", "|2", "3|4"],
        ),
        (
            "<table><tr><td rowspan=0>a</td><td>b</td></tr><tr><td>2</td></tr><tr><td>3</table>",
            &["a|b", "|2", "|3"],
        ),
        (
            "<table><tr><td>&nbsp;a&amp;b&#x4e00;&lt;<br>c  d\n e</td></tr></table>",
            &["a&b一<\nc d e"],
        ),
        (
            "<table><tr><td></td><td>b</td></tr><tr></tr><tr><td>c",
            &["|b", "", "c"],
        ),
        (
            "<style>td{x:y}</style><script>if (a<b) document.write('<td>')</script><title>t</title><table><tr><td>a",
            &["a"],
        ),
        ("<table><caption>t</caption><tr><td>a<td>b</table>", &["t", "a|b"]),
        // A value set by a table of one cell, a form field and a list.
        (
            "<table><tr><td><table><tr><td>12</td></tr></table></td><td><input value=7></td><td><select><option>x<option \
             selected>y</select></td></tr></table>",
            &["12|7|y"],
        ),
        // A table that lays out the page.
        (
            "<table><tr><td>menu</td><td><table><tr><td>a<td>b<tr><td>1<td>2</table></td></tr></table>",
            &["menu", "|a|b", "|1|2"],
        ),
        (
            "<table><tr><td><table><tr><td>a<td>b<tr><td>1<td>2</table></table><table><tr><td>c</table>",
            &["a|b", "1|2", "c"],
        ),
        (
            "<table><tr><td x:num>1,234</td><td x:num='0.125'>12.5%</td><td x:str>01001</td><td x:num=\"1001\">01001</td></tr></table>",
            &["1,234|<12.5%>|01001|<01001>"],
        ),
        (
            "<table><tr><td>1<span style='display:none'>000</span></td><td><s>8</s>9</td><td>9<sup>2</sup></td></tr></table>",
            &["1|9|9"],
        ),
    ] {
        assert_eq!(page(body), expected, "{body}");
    }
}

#[test]
fn pages_show_more_than_their_texts() {
    let sheet = &sheets(
        "<html><style>.gone{display:none} .xl1{text-decoration:line-through} .z{mso-number-format:'00000'}</style>\
         <!--[if gte mso 9]><xml><x:ExcelWorkbook><x:ExcelWorksheet><x:Name>Roster</x:Name></x:ExcelWorksheet></xml><![endif]-->\
         <table><tr><td colspan=3>title</td></tr>\
         <tr class=gone><td>a<td>b<td>c</tr>\
         <tr><td class=z>1001<td>x<sup>1</sup><td><del>8</del>9</tr>\
         <tr class=xl1><td>2<td>y<td>7</tr>\
         <tr><td rowspan=2>3<td class=xl1>z<td>7</tr><tr><td>q<td>9</table>",
    )[0];
    assert_eq!(sheet.name.as_deref(), Some("Roster"));
    assert_eq!(
        rows(&sheet.grid),
        ["title", "a|b|c", "<01001>|x|9", "2|y|7", "3||7", "|q|9"]
    );
    let shown = sheet.grid.markings().unwrap();
    assert_eq!(shown.hidden_rows, [1].into());
    assert_eq!(shown.struck_rows, [3].into());
    assert_eq!(shown.stored.get(&(2, 0)).map(String::as_str), Some("1001"));
    let runs: Vec<(u32, u32)> = shown.runs.keys().copied().collect();
    assert_eq!(runs, [(2, 1), (2, 2), (4, 1)]);
    let merged: Vec<_> = shown.merged.iter().map(|block| (block.first, block.last)).collect();
    assert_eq!(merged, [((0, 0), (0, 2)), ((4, 0), (5, 0))]);
}

#[test]
fn hidden_cells_are_columns_or_stand_behind() {
    let hidden = "style=\"display: none\"";
    let all = format!("<html><table><tr><th {hidden}>id<th>a<th>b</tr><tr><td {hidden}>7<td>1<td>2</tr></table>");
    let sheet = &sheets(&all)[0];
    assert_eq!(rows(&sheet.grid), ["id|a|b", "7|1|2"]);
    assert_eq!(sheet.grid.markings().unwrap().hidden_columns, [0].into());
    // The header has no such cell: it takes no place, and what it holds is not lost.
    let some = format!("<html><table><tr><th>a<th>b</tr><tr><td {hidden}>7<td>1<td>2</tr></table>");
    let sheet = &sheets(&some)[0];
    assert_eq!(rows(&sheet.grid), ["a|b", "1|2|7"]);
    assert_eq!(sheet.grid.markings().unwrap().hidden_columns, [2].into());
}

/// As LibreOffice writes a workbook of several sheets.
#[test]
fn a_page_of_several_sheets_is_several_sheets_and_notes_are_no_text() {
    let heading = |at: u32, name: &str| {
        format!(
            "<hr><A NAME=\"table{at}\"><h1>Sheet {}: <em>{name}</em></h1></A>",
            at + 1
        )
    };
    let overview = "<hr><p><center><h1>Overview</h1><A HREF=\"#table0\">List</A><br><A HREF=\"#table1\">A &amp; B</A><br></center></p>";
    let list = "<table><tr><td>no.</td></tr><tr><td>1</td></tr></table>";
    let own = "<table><tr><td><a class=\"comment-indicator\"></a><comment>wrong\nwrite 12</comment><font>a</font></td><td>b</td></tr>\
               <tr><td>1</td><td>2<comment>never closed</td></tr><tr><td>3</td><td>4</td></tr></table>";
    let text = format!(
        "<html><body>{overview}{}{list}{}{own}",
        heading(0, "List"),
        heading(1, "A &amp; B")
    );
    let found: Vec<(Option<String>, Vec<String>)> = (sheets(&text).iter())
        .map(|sheet| (sheet.name.as_deref().map(str::to_owned), rows(&sheet.grid)))
        .collect();
    let named = |name: &str, rows: &[&str]| {
        (
            Some(name.to_owned()),
            rows.iter().map(|row| (*row).to_owned()).collect(),
        )
    };
    assert_eq!(
        found,
        [named("List", &["no.", "1"]), named("A & B", &["a|b", "1|2", "3|4"])]
    );
    // Other anchors begin no sheet, and their text is a line.
    for (body, expected) in [
        (
            "<a name=table1>Table 1</a><table><tr><td>a</td><td>1",
            &["Table 1", "a|1"][..],
        ),
        (
            "<a name=tables><h1>Of <em>us</em></h1></a><table><tr><td>a",
            &["Of us", "a"],
        ),
        ("<table><tr><td><a name=table1><em>a</em></a></td><td>1", &["a|1"]),
    ] {
        assert_eq!(page(body), expected, "{body}");
    }
}

#[test]
fn spreadsheets_of_2003_are_read() {
    let sheets = worksheet(
        "<Column ss:Index=\"2\" ss:Hidden=\"1\"/>\
         <Row><Cell ss:MergeAcross=\"2\"><Data ss:Type=\"String\">title</Data></Cell><Cell><Data ss:Type=\"String\">d</Data></Cell></Row>\
         <Row ss:Index=\"3\"><Cell ss:StyleID=\"z\"><Data ss:Type=\"Number\">1001</Data></Cell><Cell ss:Index=\"3\" ss:StyleID=\"p\"><Data \
         ss:Type=\"Number\">0.125</Data></Cell><Cell><Data ss:Type=\"DateTime\">2021-01-08T00:00:00.000</Data></Cell></Row>\
         <Row ss:Hidden=\"1\"><Cell><Data ss:Type=\"Boolean\">1</Data></Cell><Cell><Data ss:Type=\"Error\">#N/A</Data><Comment><ss:Data>note \
         <B>5</B></ss:Data></Comment></Cell><Cell ss:Formula=\"=RC[-1]+1\"/><Cell ss:Formula=\"=1+1\"><Data ss:Type=\"Number\">2</Data></Cell></Row>\
         <Row><Cell><ss:Data ss:Type=\"String\" xmlns=\"http://www.w3.org/TR/REC-html40\">12500<Sup>1</Sup></ss:Data></Cell><Cell><ss:Data \
         ss:Type=\"String\"><S>8</S><B>9</B></ss:Data></Cell><Cell ss:StyleID=\"s\"><Data ss:Type=\"String\">x</Data></Cell><Cell><Data \
         ss:Type=\"String\">a &amp;&#10;b</Data></Cell></Row>",
    );
    assert_eq!(sheets.len(), 1);
    let sheet = &sheets[0];
    assert_eq!(sheet.name.as_deref(), Some("Roster"));
    assert_eq!(
        rows(&sheet.grid),
        [
            "title|||d",
            "",
            "<01001>||<12.5%>|2021-01-08",
            "TRUE|#N/A|=RC[-1]+1|<2>",
            "12500|9||a &\nb"
        ]
    );
    let shown = sheet.grid.markings().unwrap();
    assert_eq!(shown.stored.get(&(2, 0)).map(String::as_str), Some("1001"));
    assert_eq!(shown.hidden_rows, [3].into());
    assert_eq!(shown.hidden_columns, [1].into());
    assert_eq!(shown.runs.keys().collect::<Vec<_>>(), [&(4, 0), &(4, 1), &(4, 2)]);
    assert_eq!((shown.merged[0].first, shown.merged[0].last), ((0, 0), (0, 2)));
}

#[test]
fn hidden_sheets_are_known() {
    let sheet = |name: &str, options: &str| {
        format!(
            "<Worksheet ss:Name=\"{name}\"><Table><Row><Cell><Data ss:Type=\"String\">x</Data></Cell></Row></Table>{options}</Worksheet>"
        )
    };
    let options = "<WorksheetOptions xmlns=\"urn:schemas-microsoft-com:office:excel\"><Visible>SheetHidden</Visible></WorksheetOptions>";
    let read = sheets(&spreadsheet(&(sheet("a", "") + &sheet("b", options))));
    let seen: Vec<_> = read.iter().map(|sheet| (sheet.name.as_deref(), sheet.hidden)).collect();
    assert_eq!(seen, [(Some("a"), false), (Some("b"), true)]);
}

#[test]
fn other_markup_is_called_what_it_is() {
    for (text, expected) in [
        ("a,b\n", None),
        ("<5 years,x\n", None),
        ("<?xml version='1.0'?><a/>", Some(Markup::Other)),
        ("\u{feff} <!DOCTYPE html><p>", Some(Markup::Page)),
        ("<table><tr>", Some(Markup::Page)),
        (
            "<?xml version='1.0'?><office:document xmlns:office='x'>",
            Some(Markup::FlatOds),
        ),
        (&spreadsheet(""), Some(Markup::Spreadsheet)),
        (
            "<html xmlns:x='urn:schemas-microsoft-com:office:excel' xmlns='urn:schemas-microsoft-com:office:spreadsheet'><table>workbook",
            Some(Markup::Page),
        ),
    ] {
        assert_eq!(kind(text), expected, "{text}");
    }
    let faults = |text: &str| read(text, kind(text).unwrap(), &Limits::default()).unwrap_err();
    assert_eq!(faults("<html><p>Please log in"), Fault::Foreign("HTML".into()));
    let entities = spreadsheet("<Worksheet><Table><Row><Cell><Data>&a;</Data></Cell></Row></Table></Worksheet>");
    let laughs = entities.replace(
        "<Workbook",
        "<!DOCTYPE x [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;\">]><Workbook",
    );
    assert_eq!(faults(&laughs), Fault::Unreadable("XML with a document type".into()));
    assert_eq!(
        faults(&entities),
        Fault::Unreadable("XML with an unknown entity".into())
    );
    assert!(matches!(faults(&spreadsheet("<Worksheet>")), Fault::Unreadable(_)));
}

#[test]
fn hostile_pages_are_refused_in_time() {
    let cases = [
        "<table><tr><td>".repeat(100_000),
        format!("<table><tr><td>{}x", "<span>".repeat(100_000)),
        format!("<table><tr>{}", "<td>".repeat(3_000_000)),
        format!("<table>{}", "<tr><td colspan=1000 rowspan=65534>".repeat(100_000)),
        format!(
            "<table><tr>{}{}",
            "<td rowspan=65534>".repeat(4_000),
            "<tr><td>".repeat(60_000)
        ),
        format!("<table><tr>{}x", "<td colspan=1000>x".repeat(1_000)),
        "<table>".to_owned() + &"<tr>".repeat(2_000_000),
    ];
    let begun = Instant::now();
    for text in cases {
        let faulty = read(&text, Markup::Page, &Limits::default());
        assert!(matches!(faulty, Err(Fault::TooLarge { .. })), "{}", &text[..60]);
    }
    let many = |attributes: &str, times: usize| {
        let row = format!("<Row {attributes}><Cell><Data ss:Type=\"String\">x</Data></Cell></Row>");
        let column = "<Column ss:Index=\"1\" ss:Span=\"4000\" ss:StyleID=\"p\" ss:Hidden=\"1\"/>";
        spreadsheet(&format!(
            "<Worksheet ss:Name=\"a\"><Table>{}{}</Table></Worksheet>",
            column.repeat(times),
            row.repeat(times)
        ))
    };
    for text in [
        many("ss:Index=\"1048570\" ss:Span=\"1000000\" ss:Hidden=\"1\"", 100),
        many("ss:Index=\"4000000000\"", 1),
        many("", 10_000),
        spreadsheet(&"<Worksheet ss:Name=\"a\"/>".repeat(1000)),
    ] {
        let faulty = read(&text, Markup::Spreadsheet, &Limits::default());
        assert!(matches!(faulty, Err(Fault::TooLarge { .. })), "{}", &text[..400]);
    }
    assert!(begun.elapsed().as_secs() < 60);
}

proptest::proptest! {
    /// However tags are mixed, no text of a page is lost, and every row of the grid follows the one before.
    #[test]
    fn no_text_of_a_page_is_lost(parts in proptest::collection::vec(proptest::sample::select(vec![
        "x", "x", "x", "x", "<table>", "</table>", "<tr>", "<tr>", "</tr>", "<td>", "<td>", "<td>", "</td>", "<td rowspan=2>",
        "<td colspan=3>", "<td rowspan=0>", "<td style='display:none'>", "<tr style='display:none'>", "<th>", "<thead>", "<tbody>",
        "</tbody>", "<caption>", "</caption>", "<col span=2>", "<b>", "</b>", "<p>", "</p>", "<br>", "<div>", "</div>", "<font>", "&amp;",
        "<", "</", "<!--", "-->", "<td x:num=7>",
    ]), 0..40)) {
        let mut expected = Vec::new();
        let mut text = "<html><table><tr><td>first".to_owned();
        // Within a comment nothing is text, a lone bracket may begin a tag, and what is hidden in a table within a cell is not shown.
        let nested = |part: &&str| *part == "<table>";
        let mut odd = parts.iter().any(nested) && parts.iter().any(|part| part.contains("display:none"));
        for (at, part) in parts.iter().enumerate() {
            if *part == "x" {
                text.push_str(&format!("[{at}]"));
                expected.push(format!("[{at}]"));
            } else {
                text.push_str(part);
                odd |= matches!(*part, "<" | "</" | "<!--");
            }
        }
        let sheets = sheets(&text);
        let grid = &sheets[0].grid;
        let shown: String = (0..grid.height()).flat_map(|row| grid.row(row)).collect();
        for part in expected {
            proptest::prop_assert!(odd || shown.contains(&part), "{part} of {text} is not in {shown}");
        }
    }

    /// The same of SpreadsheetML: whatever stands there is read or refused.
    #[test]
    fn no_spreadsheet_breaks_it(parts in proptest::collection::vec(proptest::sample::select(vec![
        "<Row>", "</Row>", "<Row ss:Index='3'>", "<Cell>", "</Cell>", "<Cell ss:Index='2' ss:MergeDown='9'>", "<Cell/>", "<Row/>", "<Data>",
        "<Data ss:Type='Number'>", "</Data>", "1", "x", "<Sup>", "</Sup>", "<Comment>", "</Comment>", "&amp;", "&x;", "<Table>", "</Table>",
        "<Worksheet ss:Name='a'>", "</Worksheet>", "<Column ss:Span='3' ss:Hidden='1'/>", "<Style ss:ID='a'>", "</Style>",
    ]), 0..30)) {
        let _ = read(&spreadsheet(&parts.concat()), Markup::Spreadsheet, &Limits::default());
    }
}

//! Tables as old systems write them under the name `.xls`: web pages and SpreadsheetML 2003.

use std::fmt::Write;

use super::recipe::Encoding;
use super::sheet::{Cell, Look};
use super::write::Page;

/// A web page with one table. Systems close some elements and leave others open; both are lawful.
pub(super) fn page(page: &Page, encoding: Encoding) -> String {
    let charset = match encoding {
        Encoding::Gbk | Encoding::Gb18030 => "gb2312",
        Encoding::Utf16Le => "utf-16",
        Encoding::Utf8 | Encoding::Utf8Bom => "utf-8",
    };
    let mut text = format!(
        "<html xmlns:x=\"urn:schemas-microsoft-com:office:excel\">\r\n<head><meta http-equiv=\"Content-Type\" \
         content=\"text/html; charset={charset}\"></head>\r\n<body>\r\n<table border=1>\r\n"
    );
    for (row, line) in page.lines.iter().enumerate() {
        let open = row % 2 == 1;
        text.push_str("<tr>");
        for (column, cell) in line.iter().enumerate() {
            let Some((down, right)) = span(page, row, column) else {
                continue;
            };
            text.push_str("<td");
            for (name, more) in [("rowspan", down), ("colspan", right)] {
                if more > 0 {
                    let _ = write!(text, " {name}={}", more + 1);
                }
            }
            text.push_str(if cell.numeric { " x:num>" } else { ">" });
            push_set(&mut text, cell, ["s", "sup"]);
            text.push_str(if open { "" } else { "</td>" });
        }
        text.push_str(if open { "\r\n" } else { "</tr>\r\n" });
    }
    text + "</table>\r\n</body>\r\n</html>\r\n"
}

/// A workbook of one sheet.
pub(super) fn spreadsheet(page: &Page) -> String {
    let mut text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n<?mso-application progid=\"Excel.Sheet\"?>\r\n<Workbook \
                    xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\" \
                    xmlns:ss=\"urn:schemas-microsoft-com:office:spreadsheet\">\r\n<Styles><Style ss:ID=\"struck\"><Font \
                    ss:StrikeThrough=\"1\"/></Style></Styles>\r\n<Worksheet ss:Name=\""
        .to_owned();
    push_escaped(&mut text, &page.sheet);
    text.push_str("\"><Table>\r\n");
    for (row, line) in page.lines.iter().enumerate() {
        text.push_str("<Row>");
        for (column, cell) in line.iter().enumerate() {
            let Some((down, right)) = span(page, row, column).filter(|_| !cell.text.is_empty()) else {
                continue;
            };
            let _ = write!(text, "<Cell ss:Index=\"{}\"", column + 1);
            for (name, more) in [("MergeDown", down), ("MergeAcross", right)] {
                if more > 0 {
                    let _ = write!(text, " ss:{name}=\"{more}\"");
                }
            }
            if cell.look == Look::Struck {
                text.push_str(" ss:StyleID=\"struck\"");
            }
            let is_number = cell.numeric && matches!(cell.look, Look::Plain | Look::Struck | Look::Bold);
            let kind = if is_number { "Number" } else { "String" };
            let _ = write!(
                text,
                "><ss:Data ss:Type=\"{kind}\" xmlns=\"http://www.w3.org/TR/REC-html40\">"
            );
            if is_number || cell.look == Look::Struck {
                push_escaped(&mut text, &cell.text);
            } else {
                push_set(&mut text, cell, ["S", "Sup"]);
            }
            text.push_str("</ss:Data></Cell>");
        }
        text.push_str("</Row>\r\n");
    }
    text + "</Table></Worksheet>\r\n</Workbook>\r\n"
}

/// How many rows and columns beyond its own a cell reaches over; None: another one covers it.
fn span(page: &Page, row: usize, column: usize) -> Option<(usize, usize)> {
    let around = page
        .merges
        .iter()
        .find(|(top, left, bottom, right)| (*top..=*bottom).contains(&row) && (*left..=*right).contains(&column));
    match around {
        Some(&(top, left, bottom, right)) if (top, left) == (row, column) => Some((bottom - top, right - left)),
        Some(_) => None,
        None => Some((0, 0)),
    }
}

/// The text of a cell, set as it looks, with the elements for what is struck and raised.
fn push_set(text: &mut String, cell: &Cell, [struck, raised]: [&str; 2]) {
    let within = |text: &mut String, element: &str, content: &str| {
        let _ = write!(text, "<{element}>");
        push_escaped(text, content);
        let _ = write!(text, "</{element}>");
    };
    match &cell.look {
        Look::Plain | Look::Format(_) | Look::Day(_) | Look::Result(_) => push_escaped(text, &cell.text),
        Look::Bold => within(text, "B", &cell.text),
        Look::Struck => within(text, struck, &cell.text),
        Look::Raised => within(text, raised, &cell.text),
        Look::Instead(old) => {
            within(text, struck, old);
            push_escaped(text, &cell.text);
        }
        Look::Noted(mark) => {
            push_escaped(text, &cell.text);
            within(text, raised, mark);
        }
        Look::NotedWithin(at, mark) => {
            let (head, tail) = cell.text.split_at(*at);
            push_escaped(text, head);
            within(text, raised, mark);
            push_escaped(text, tail);
        }
    }
}

fn push_escaped(text: &mut String, content: &str) {
    for c in content.chars() {
        match c {
            '&' => text.push_str("&amp;"),
            '<' => text.push_str("&lt;"),
            '>' => text.push_str("&gt;"),
            '"' => text.push_str("&quot;"),
            '\n' | '\r' | '\t' => {
                let _ = write!(text, "&#{};", c as u32);
            }
            _ => text.push(c),
        }
    }
}

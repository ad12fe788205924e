//! The numbers that a page has for programs.

use std::io::Read;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::read::DeflateDecoder;

use super::edition;

/// A row of a table.
pub struct Row {
    /// The row as markup.
    pub html: String,
    /// By cell; None: it has no number.
    pub cells: Vec<Option<f64>>,
}

/// The rows of a table of the English edition, without its headers.
pub fn table(page: &str, csv: &str) -> Vec<Row> {
    let english = edition(page, "en");
    let mark = format!("data-csv=\"{csv}\"");
    let (before, html) = english.split_once(&mark).unwrap_or_else(|| panic!("{csv} is missing"));
    let packed = unpacked(page);
    let digits = packed.lines().nth(before.matches("data-csv=\"").count()).unwrap();
    let rows = html.split("</table>").next().unwrap().split("<tr>").skip(2);
    rows.zip(digits.split(';'))
        .map(|(html, digits)| {
            let mut cells: Vec<_> = digits.split(',').map(|cell| cell.parse().ok()).collect();
            cells.resize(html.matches("<th").count() + html.matches("<td").count(), None);
            Row {
                html: html.to_owned(),
                cells,
            }
        })
        .collect()
}

fn unpacked(page: &str) -> String {
    let (_, after) = page.split_once("data-digits=\"").unwrap();
    let bytes = STANDARD.decode(after.split('"').next().unwrap()).unwrap();
    let mut text = String::new();
    DeflateDecoder::new(&bytes[..]).read_to_string(&mut text).unwrap();
    text
}

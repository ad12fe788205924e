//! The first sheet: what this is, and what the others hold.

use rust_xlsxwriter::{Url, Worksheet, XlsxError};

use super::look::{LINE, Look, lines_of};
use super::sheet::A4;
use crate::domain::{Lang, cell_text};
use crate::report::words::left_out;
use crate::report::workbook::model::{Book, Shown};
use crate::report::workbook::words;

/// Widths of its columns, in characters.
const WIDTHS: [f64; 4] = [22.0, 70.0, 10.0, 40.0];

pub fn write(sheet: &mut Worksheet, book: &Book<'_>, look: &Look, lang: Lang) -> Result<(), XlsxError> {
    sheet.set_name(words::CONTENTS.get(lang))?;
    for (at, width) in (0..).zip(WIDTHS) {
        sheet.set_column_width(at, width)?;
    }
    sheet.write_string_with_format(0, 0, cell_text(&book.title), &look.title)?;
    let mut row = 1;
    for warning in &book.warnings {
        sheet.write_string_with_format(row, 0, cell_text(warning), &look.warning)?;
        row += 1;
    }
    row += 1;
    for (name, text) in &book.about {
        sheet.write_string_with_format(row, 0, name, &look.label)?;
        wrapped(sheet, (row, 1), text, look)?;
        row += 1;
    }
    row = list(sheet, row + 1, book, look, lang)? + 1;
    for note in &book.notes {
        wrapped(sheet, (row, 1), note, look)?;
        row += 1;
    }
    sheet.set_landscape().set_paper_size(A4).set_print_fit_to_pages(1, 0);
    sheet.set_footer("&L&A&R&P / &N");
    Ok(())
}

/// The sheets with a link to each; returns the row beneath.
fn list(sheet: &mut Worksheet, first: u32, book: &Book<'_>, look: &Look, lang: Lang) -> Result<u32, XlsxError> {
    let heads = [words::SHEET, words::SHOWS, words::ROWS, words::LEFT_OUT];
    for (at, title) in (0..).zip(heads) {
        sheet.write_string_with_format(first, at, title.get(lang), &look.head)?;
    }
    let mut row = first + 1;
    for of in &book.sheets {
        let link = Url::new(format!("internal:'{}'!A1", of.name)).set_text(of.name);
        sheet.write_url_with_format(row, 0, link, &look.link)?;
        wrapped(sheet, (row, 1), &of.title, look)?;
        if !of.columns.is_empty() {
            sheet.write_number_with_format(row, 2, of.rows.len() as f64, look.number(Shown::Plain(0)))?;
        }
        if of.left_out != Default::default() {
            let text = left_out(of.left_out.rows, of.left_out.columns);
            wrapped(sheet, (row, 3), text.get(lang), look)?;
        }
        row += 1;
    }
    Ok(row)
}

fn wrapped(sheet: &mut Worksheet, (row, column): (u32, u16), text: &str, look: &Look) -> Result<(), XlsxError> {
    let text = cell_text(text);
    let lines = lines_of(&text, WIDTHS[usize::from(column)]);
    sheet.write_string_with_format(row, column, text, &look.wrapped)?;
    if lines > 1 {
        sheet.set_row_height(row, lines as f64 * LINE)?;
    }
    Ok(())
}

//! A sheet: its title in A1, and its table.

use rust_xlsxwriter::{Format, IgnoreError, Url, Worksheet, XlsxError};
use unicode_width::UnicodeWidthStr;

use super::look::{LINE, Look, lines_of};
use crate::domain::{Lang, cell_text};
use crate::report::words::left_out;
use crate::report::workbook::model::{Cell, Sheet, Shown};
use crate::report::workbook::words;

/// Row of the headers. Above it: title, note, link to the contents.
pub const HEAD: u32 = 3;

/// Widths of columns, in characters.
const WIDTHS: std::ops::RangeInclusive<usize> = 9..=58;

/// Lines of a header.
const HEAD_LINES: usize = 3;

/// Rows by which a column's width is chosen.
const LOOKED_AT: usize = 400;

/// Characters of a page of A4 across that can be read.
const PAGE: f64 = 230.0;

pub const A4: u8 = 9;

/// Title, note, link, and what all sheets have in print.
pub fn head(sheet: &mut Worksheet, of: &Sheet<'_>, look: &Look, lang: Lang) -> Result<(), XlsxError> {
    sheet.set_name(of.name)?;
    sheet.write_string_with_format(0, 0, cell_text(&of.title), &look.title)?;
    let (rows, columns) = (of.left_out.rows, of.left_out.columns);
    let more = (rows + columns > 0).then(|| left_out(rows, columns));
    let notes = [Some(of.note.as_str()), more.as_ref().map(|more| more.get(lang))];
    let notes: Vec<&str> = notes.into_iter().flatten().filter(|note| !note.is_empty()).collect();
    sheet.write_string_with_format(1, 0, notes.join(" "), &look.note)?;
    let back = Url::new(format!("internal:'{}'!A1", words::CONTENTS.get(lang))).set_text(words::BACK.get(lang));
    sheet.write_url_with_format(2, 0, back, &look.link)?;
    sheet
        .set_landscape()
        .set_paper_size(A4)
        .set_margins(0.4, 0.4, 0.5, 0.6, 0.3, 0.3);
    sheet.set_footer("&L&A&R&P / &N");
    Ok(())
}

/// The table of a sheet.
pub fn table(sheet: &mut Worksheet, of: &Sheet<'_>, look: &Look) -> Result<(), XlsxError> {
    let widths: Vec<f64> = (0..of.columns.len()).map(|at| width(of, at)).collect();
    let mut lines = 1;
    // The format of most cells of a column is that of the column: the library looks a cell's own format up each time.
    let mut usual: Vec<&Format> = Vec::with_capacity(of.columns.len());
    for ((at, column), width) in (0_u16..).zip(&of.columns).zip(&widths) {
        sheet.set_column_width(at, *width)?;
        let title = cell_text(&column.title);
        lines = lines.max(lines_of(&title, *width - 3.0));
        let mut cells = of.rows.iter().map(|row| &row[usize::from(at)]);
        let (head, format) = match cells.find(|cell| **cell != Cell::Empty) {
            Some(Cell::Number(_, shown)) => (&look.head_of_numbers, look.number(*shown)),
            _ => (&look.head, &look.text),
        };
        sheet.write_string_with_format(HEAD, at, title, head)?;
        sheet.set_column_format(at, format)?;
        usual.push(format);
    }
    sheet.set_row_height(HEAD, lines as f64 * LINE + 2.0)?;
    for (row, cells) in (HEAD + 1..).zip(&of.rows) {
        let mut lines = 1;
        for (((at, cell), width), usual) in (0_u16..).zip(cells).zip(&widths).zip(&usual) {
            match cell {
                Cell::Empty => {}
                Cell::Number(number, shown) => {
                    let format = look.number(*shown);
                    if std::ptr::eq(format, *usual) {
                        sheet.write_number(row, at, *number)?;
                    } else {
                        sheet.write_number_with_format(row, at, *number, format)?;
                    }
                }
                Cell::Text(text) => {
                    let text = cell_text(text);
                    let own = lines_of(&text, *width);
                    lines = lines.max(own);
                    let format = if own > 1 { &look.wrapped } else { &look.text };
                    if std::ptr::eq(format, *usual) {
                        sheet.write_string(row, at, text)?;
                    } else {
                        sheet.write_string_with_format(row, at, text, format)?;
                    }
                }
            }
        }
        if lines > 1 {
            sheet.set_row_height(row, (lines as f64 * LINE).min(400.0))?;
        }
    }
    let last = (HEAD + of.rows.len() as u32, of.columns.len().saturating_sub(1) as u16);
    sheet.autofilter(HEAD, 0, last.0, last.1)?;
    // Codes and periods are texts on purpose.
    sheet.ignore_error_range(HEAD, 0, last.0, last.1, IgnoreError::NumberStoredAsText)?;
    sheet.set_freeze_panes(HEAD + 1, of.frozen)?;
    sheet.set_repeat_rows(HEAD, HEAD)?;
    let pages = (widths.iter().sum::<f64>() / PAGE).ceil().max(1.0) as u16;
    if pages > 1 && of.frozen > 0 {
        sheet.set_repeat_columns(0, of.frozen - 1)?;
    }
    sheet.set_print_fit_to_pages(pages, 0);
    Ok(())
}

/// A column is as wide as its cells, within limits, and at least so wide that its header breaks into few lines.
fn width(of: &Sheet<'_>, at: usize) -> f64 {
    let title = &of.columns[at].title;
    let word = title.split_whitespace().map(UnicodeWidthStr::width).max().unwrap_or(0);
    // The button of the filter needs room, too.
    let head = title.width().div_ceil(HEAD_LINES).max(word.min(16)) + 4;
    let cells = of.rows.iter().take(LOOKED_AT).map(|row| shown_width(&row[at]));
    let width = cells.chain([head]).max().unwrap_or(0) + 1;
    width.clamp(*WIDTHS.start(), *WIDTHS.end()) as f64
}

fn shown_width(cell: &Cell<'_>) -> usize {
    match cell {
        Cell::Empty => 0,
        Cell::Text(text) => text.width(),
        Cell::Number(number, shown) => {
            let whole = format!("{:.0}", number.abs()).len();
            // Separators of thousands, the point with three decimals, sign.
            let percent = matches!(shown, Shown::Percent(_) | Shown::SignedPercent(_));
            whole + whole / 3 + 6 + usize::from(percent)
        }
    }
}

//! A blank workbook of a form, before anything has been sent.

use rust_xlsxwriter::{Worksheet, XlsxError};
use unicode_width::UnicodeWidthStr;

use super::blank::header;
use super::given::Blank;
use super::list::lines_of;
use super::look::Look;
use super::name;
use super::start::{Error, started};
use super::words::Words;
use crate::domain::{Lang, ReturnMark, Text};
use crate::pipeline::Rule;

/// Widths of the guide's columns, in characters.
const WIDTHS: [f64; 3] = [34.0, 70.0, 60.0];
const LINE: f64 = 16.0;

/// What a template is made of.
#[derive(Debug)]
pub struct Template<'a> {
    /// The figures are made up.
    pub synthetic: bool,
    /// The sheet to be filled in.
    pub blank: Blank<'a>,
    /// Period and area, as far as they are known, as a person reads them.
    pub whose: &'a [Text],
    /// Where it is to be sent; None where period or area are open.
    pub place: Option<&'a str>,
    /// The paths under which the form is sent, with words in the place of what is open.
    pub paths: &'a [Text],
    /// Rules within a row of the form.
    pub rules: &'a [&'a Rule],
    /// What everybody is told of deadline and contact; empty: nothing.
    pub note: &'a Text,
    /// One language, or both with the first one leading.
    pub langs: &'a [Lang],
}

/// Makes the workbook. Equal input gives equal bytes.
///
/// # Errors
/// When the workbook cannot be encoded.
pub fn template(given: &Template<'_>) -> Result<Vec<u8>, Error> {
    made(given).map_err(|source| Error::Encode {
        submission: given.blank.form.id.clone(),
        source,
    })
}

fn made(given: &Template<'_>) -> Result<Vec<u8>, XlsxError> {
    let words: Vec<Words> = given.langs.iter().map(|&lang| Words { lang }).collect();
    let look = Look::new();
    // It answers nothing, and its guide is no form's records.
    let mark = ReturnMark {
        id: "template".to_owned(),
        becomes: None,
    };
    let mark = mark.to_string();
    let sheet = name::of_blank(given.blank.form, given.langs);
    let mut workbook = started(None)?;
    for words in &words {
        guide(workbook.add_worksheet(), given, (&sheet, &mark), words, &look)?;
    }
    given.blank.write(&mut workbook, (&sheet, &mark), &words, &look)?;
    if let Some(filled) = workbook.worksheets_mut().get_mut(words.len()) {
        filled.set_active(true);
    }
    workbook.save_to_buffer()
}

fn guide(
    page: &mut Worksheet,
    given: &Template<'_>,
    (sheet, mark): (&str, &str),
    words: &Words,
    look: &Look,
) -> Result<(), XlsxError> {
    let form = given.blank.form;
    page.set_name(words.guide_sheet())?;
    for (column, width) in (0..).zip(WIDTHS) {
        page.set_column_width(column, width)?;
    }
    page.write_string_with_format(0, 0, mark, &look.mark)?;
    let title = words.guide_title(form.title.get(words.lang), given.whose, given.synthetic);
    page.write_string_with_format(1, 0, title, &look.title)?;
    page.set_row_height(1, 26)?;
    let paths: Vec<&str> = given.paths.iter().map(|path| path.get(words.lang)).collect();
    let mut lines = words.guide(sheet, given.place, &paths);
    lines.extend(words.symbols(&form.missing));
    let note = given.note.get(words.lang);
    lines.extend((!note.is_empty()).then(|| note.to_owned()));
    let last = WIDTHS.len() as u16 - 1;
    let mut row = 2;
    for line in &lines {
        page.merge_range(row, 0, row, last, line, &look.line)?;
        page.set_row_height(row, line.width().div_ceil(150).max(1) as f64 * LINE + 2.0)?;
        row += 1;
    }
    row += 1;
    for (column, title) in (0..).zip(words.guide_columns()) {
        page.write_string_with_format(row, column, title, &look.head)?;
    }
    for (at, column) in form.columns.iter().enumerate() {
        row += 1;
        let described = column.description.as_ref().map_or("", |text| text.get(words.lang));
        let header = header(column, given.blank.units, words.lang);
        let texts = [
            words.header_and_title(&header, column),
            given.blank.told(at, words),
            described.to_owned(),
        ];
        let mut height = 1;
        for ((column, text), width) in (0..).zip(texts).zip(WIDTHS) {
            height = height.max(lines_of(&text, width));
            page.write_string_with_format(row, column, text, &look.cell)?;
        }
        page.set_row_height(row, height as f64 * LINE)?;
    }
    if !given.rules.is_empty() {
        row += 2;
        page.write_string(row, 0, words.guide_rules())?;
    }
    for rule in given.rules {
        row += 1;
        let statement = rule.in_words.get(words.lang);
        page.write_string_with_format(row, 0, words.severity(rule.severity), &look.cell)?;
        page.merge_range(row, 1, row, last, statement, &look.cell)?;
        page.set_row_height(row, statement.width().div_ceil(115).max(1) as f64 * LINE)?;
    }
    page.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0);
    Ok(())
}

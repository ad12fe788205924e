//! The first sheet: what this is, how to mend it and send it back, and everything that was found.

use rust_xlsxwriter::{Format, IgnoreError, Url, Worksheet, XlsxError};

use unicode_width::UnicodeWidthStr;

use super::given::Return;
use super::layout::Layout;
use super::look::Look;
use super::marks::home;
use super::words::{Enclosed, Words};
use super::{identity, text};
use crate::domain::{Finding, Place, ReturnLine, ReturnList, ReturnPage, Severity, a1};

/// Findings that the list names; who has more sends the wrong sheet.
const LISTED: usize = 10_000;
/// Characters of a cell of the list.
const SHOWN: usize = 300;
/// Widths of the list's columns, in characters.
const WIDTHS: [f64; 14] = [
    6.0, 10.0, 13.0, 7.0, 15.0, 16.0, 38.0, 20.0, 15.0, 26.0, 27.0, 7.0, 18.0, 24.0,
];

/// Height of a line, in points.
const LINE: f64 = 16.0;

/// What the sheet tells.
pub(super) struct Page<'a> {
    pub(super) given: &'a Return<'a>,
    pub(super) findings: &'a [&'a Finding],
    /// None: no sheet of the county's own follows.
    pub(super) layout: Option<&'a Layout<'a>>,
    /// What follows the list.
    pub(super) enclosed: Enclosed,
    /// Name of the county's own sheet, or of the blank one.
    pub(super) sheet: &'a str,
    pub(super) words: &'a Words,
    pub(super) look: &'a Look,
}

impl Page<'_> {
    pub(super) fn write(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        let last = WIDTHS.len() as u16 - 1;
        // Every text around the lines: what else stands there when the workbook comes back is the county's.
        let mut around: Vec<String> = Vec::new();
        sheet.set_name(self.words.list_sheet())?;
        for (column, width) in (0..).zip(WIDTHS) {
            sheet.set_column_width(column, width)?;
        }
        sheet.write_string_with_format(0, 0, self.given.mark(), &self.look.mark)?;
        let title = self.words.title(self.given);
        sheet.write_string_with_format(1, 0, &title, &self.look.title)?;
        around.push(title);
        sheet.set_row_height(1, 26)?;
        let mut row = 2;
        for line in self
            .words
            .introduction(self.given, self.findings, self.sheet, self.enclosed)
        {
            // A merged cell does not grow by itself.
            let lines = unicode_width::UnicodeWidthStr::width(line.as_str())
                .div_ceil(190)
                .max(1);
            sheet.merge_range(row, 0, row, last, &line, &self.look.line)?;
            sheet.set_row_height(row, (lines as f64 * LINE).max(18.0))?;
            around.push(line);
            row += 1;
        }
        for (format, meaning) in [
            (&self.look.hard, Severity::Hard),
            (&self.look.explain, Severity::Explain),
        ] {
            let legend = self.words.legend(meaning, self.findings, self.given);
            sheet.merge_range(row, 0, row, 1, self.words.severity(meaning), format)?;
            sheet.merge_range(row, 2, row, last, &legend, &self.look.line)?;
            around.extend([self.words.severity(meaning).to_owned(), legend]);
            row += 1;
        }
        row += 1;
        let head = row;
        for (column, title) in (0..).zip(self.words.columns()) {
            sheet.write_string_with_format(head, column, title, &self.look.head)?;
            around.push(title.to_owned());
        }
        let listed = self.findings.iter().chain(self.given.explained);
        for (at, finding) in listed.take(LISTED).enumerate() {
            row += 1;
            self.finding(sheet, row, at, finding)?;
        }
        let more = (self.findings.len() + self.given.explained.len()).saturating_sub(LISTED);
        if more > 0 {
            let more = self.words.more_findings(more);
            sheet.write_string(row + 1, 0, &more)?;
            around.push(more);
        }
        let around: Vec<&str> = around.iter().map(String::as_str).collect();
        sheet.write_string(0, ReturnList::LINE, ReturnPage::new(&around).to_string())?;
        // The list is known by it where its first cell was overwritten.
        sheet.write_string(head, ReturnList::LINE, self.given.mark())?;
        sheet.set_column_hidden(ReturnList::LINE)?;
        if row > head {
            // Who sorts the list sorts the hidden column, too.
            sheet.autofilter(head, 0, row, ReturnList::LINE)?;
            sheet.ignore_error_range(head, 0, row, last, IgnoreError::NumberStoredAsText)?;
        }
        sheet.set_repeat_rows(head, head)?;
        sheet.set_landscape().set_paper_size(8).set_print_fit_to_pages(1, 0);
        Ok(())
    }

    fn finding(&self, sheet: &mut Worksheet, row: u32, at: usize, finding: &Finding) -> Result<(), XlsxError> {
        let (given, words) = (self.given, self.words);
        let (by_severity, severity) = match finding.severity {
            Severity::Hard => (&self.look.hard, words.severity(finding.severity)),
            Severity::Info => (&self.look.cell, words.severity(finding.severity)),
            _ if finding.is_open() => (&self.look.explain, words.severity(finding.severity)),
            _ => (&self.look.cell, words.explained()),
        };
        let cell = self.layout.and_then(|layout| home(finding, layout, given.form));
        let received = match (cell, self.layout) {
            (Some(cell), Some(layout)) => layout.text(cell).to_owned(),
            _ => finding.raw_in(words.lang).unwrap_or_default().into_owned(),
        };
        let texts: [(u16, String, &Format); 12] = [
            (ReturnList::NUMBER, (at + 1).to_string(), &self.look.cell),
            (1, severity.to_owned(), by_severity),
            (2, self.place_name(&finding.place), &self.look.cell),
            (
                ReturnList::COLUMN,
                text::title_of(&finding.place, given.form, words.lang).unwrap_or_default(),
                &self.look.cell,
            ),
            (5, text::shown(&received, SHOWN), &self.look.cell),
            (6, words.message(finding, given), &self.look.cell),
            (7, words.expected(finding, given).unwrap_or_default(), &self.look.cell),
            (
                8,
                text::shown(&finding.mend_text().unwrap_or_default(), SHOWN),
                &self.look.cell,
            ),
            (9, words.remedy(finding).unwrap_or_default().to_owned(), &self.look.cell),
            (
                10,
                words.ground(finding, given, self.layout).unwrap_or_default(),
                &self.look.cell,
            ),
            (11, finding.count.to_string(), &self.look.cell),
            (ReturnList::CODE, finding.code.to_string(), &self.look.cell),
        ];
        let reference = cell.map(|(line, column)| a1(u32::from(column), line + 1));
        let written: Vec<&str> = texts
            .iter()
            .map(|(_, text, _)| text.as_str())
            .chain(reference.as_deref())
            .collect();
        let table = self.layout.map(|layout| layout.table);
        let line = ReturnLine::new(&given.submission.id, identity(finding, table, given.form), &written);
        sheet.write_string(row, ReturnList::LINE, line.to_string())?;
        let mut lines = 1;
        for (column, shown, format) in texts {
            lines = lines.max(lines_of(&shown, WIDTHS[usize::from(column)]));
            sheet.write_string_with_format(row, column, shown, format)?;
        }
        let said = text::shown(finding.explanation.as_deref().unwrap_or_default(), text::LONGEST / 2);
        // An empty text is a blank cell, to be filled.
        sheet.write_string_with_format(row, ReturnList::EXPLANATION, said, &self.look.answer)?;
        // Not every program fits the height of a row to what breaks into lines.
        sheet.set_row_height(row, (lines as f64 * LINE).min(400.0))?;
        match &reference {
            Some(reference) => {
                let target = format!("internal:'{}'!{reference}", self.sheet.replace('\'', "''"));
                let link = Url::new(target).set_text(reference);
                sheet.write_url_with_format(row, ReturnList::CELL, link, &self.look.link)?;
            }
            None => {
                sheet.write_blank(row, ReturnList::CELL, &self.look.cell)?;
            }
        }
        Ok(())
    }

    /// The sheet on which a finding lies, as it is called here.
    fn place_name(&self, place: &Place) -> String {
        match (&place.sheet, self.layout) {
            (Some(name), Some(layout)) if layout.table.sheet.as_ref() != Some(name) => text::shown(name, SHOWN),
            (_, Some(_)) => self.sheet.to_owned(),
            (Some(name), None) => text::shown(name, SHOWN),
            (None, None) => String::new(),
        }
    }
}

/// Lines that a text takes in a cell of some width, in characters.
pub(super) fn lines_of(text: &str, width: f64) -> usize {
    // A character of the usual font is a little narrower than the unit of widths, and lines break at words.
    let room = (width * 0.92).max(1.0) as usize;
    text.lines().map(|line| line.width().div_ceil(room).max(1)).sum()
}

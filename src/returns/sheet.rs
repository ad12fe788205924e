//! The county's own sheet: every cell as received, as text, where it stood.

use std::collections::BTreeMap;

use rust_xlsxwriter::{Format, FormatScript, IgnoreError, Note, Worksheet, XlsxError};
use unicode_width::UnicodeWidthStr;

use super::given::Return;
use super::layout::Layout;
use super::look::{Kind, Look};
use super::marks::{Mark, Marks};
use super::name::cut;
use super::plain::{Plain, needs_no_escape};
use super::text;
use super::words::Words;
use crate::domain::{Finding, Markings, Merged, RunKind, SetAside, is_command};
use crate::pipeline::ColumnKind;

/// Records whose cells decide how wide a column is.
const MEASURED: usize = 200;
/// Widths of columns, in characters.
const WIDTHS: std::ops::RangeInclusive<usize> = 8..=28;
/// Heights of a row and of a line of a header, in points: characters of Chinese fonts are taller than the usual row.
const ROW: f64 = 17.0;
const LINE: f64 = 16.0;
/// Rows that stay in sight: more would leave no room for records.
const MOST_FROZEN: u32 = 12;
/// Findings told in one note; the others stand in the list.
const TOLD: usize = 8;
/// Characters of a note.
const NOTE: usize = 3000;

/// What the sheet shows.
pub(super) struct Own<'a> {
    pub(super) given: &'a Return<'a>,
    pub(super) layout: &'a Layout<'a>,
    pub(super) marks: &'a Marks,
    pub(super) findings: &'a [&'a Finding],
    pub(super) name: &'a str,
    /// One for each language.
    pub(super) words: &'a [Words],
    pub(super) look: &'a Look,
}

/// What is written of the sheet beside what the library has of it.
#[derive(Debug, Default)]
struct Written<'a> {
    plain: Plain<'a>,
    /// Cells whose text did not fit.
    cut: Vec<(u32, u16)>,
}

impl<'a> Own<'a> {
    /// Writes the sheet, but for the plain cells, which it returns.
    pub(super) fn write(&self, sheet: &mut Worksheet) -> Result<Plain<'a>, XlsxError> {
        let layout = self.layout;
        sheet.set_name(self.name)?.set_default_row_height(ROW);
        self.columns(sheet)?;
        for block in &self.marks.merged {
            let [first, last] =
                [block.first, block.last].map(|(row, column)| (layout.row(row as usize), column as u16));
            sheet.merge_range(first.0, first.1, last.0, last.1, "", &self.look.text)?;
        }
        let mut written = Written::default();
        let kinds = self.kinds();
        if let Some(keys) = &layout.table.keys {
            for (column, key) in (0..).zip(keys) {
                self.cell(sheet, (0, column), key, Kind::Header, &mut written)?;
            }
        }
        for (row, &kind) in kinds.iter().enumerate() {
            self.row(sheet, row, kind, &mut written)?;
        }
        self.blank_marks(sheet)?;
        self.runs(sheet, &kinds)?;
        self.raised(sheet, &kinds)?;
        self.notes(sheet, &written.cut)?;
        self.view(sheet)?;
        Ok(written.plain)
    }

    /// What each row of the grid is.
    fn kinds(&self) -> Vec<Kind> {
        let table = self.layout.table;
        let mut kinds = vec![Kind::Other; table.grid.height()];
        for &(row, kind) in &table.set_aside {
            if kind == SetAside::Header {
                kinds[row as usize] = Kind::Header;
            }
        }
        // Struck as they came: otherwise a row would count that nobody has decided about.
        for &row in self.markings().into_iter().flat_map(|shown| &shown.struck_rows) {
            kinds[row as usize] = Kind::Struck;
        }
        kinds
    }

    fn row(&self, sheet: &mut Worksheet, row: usize, kind: Kind, written: &mut Written<'a>) -> Result<(), XlsxError> {
        let table = self.layout.table;
        let target = self.layout.row(row);
        for column in 0..table.grid.width(row) {
            let raw = table.grid.cell(row, column);
            if raw.is_empty() {
                continue;
            }
            let at = (target, column as u16);
            if table.is_double(row, column) {
                let kind_of = self.kind_of(column);
                let place = (row as u32, column as u32);
                let stored = self.markings().and_then(|shown| shown.stored.get(&place));
                let is_figure = matches!(kind_of, Some(ColumnKind::Integer { .. } | ColumnKind::Decimal { .. }));
                let number = stored.filter(|_| is_figure).map_or(raw, String::as_str);
                let shown = text::of_number(number, kind_of);
                let affix = self.markings().and_then(|shown| shown.affixes.get(&place));
                let decimals = self.markings().and_then(|shown| shown.decimals.get(&place));
                // A code is what its format shows of the number.
                let is_code = matches!(kind_of, Some(ColumnKind::DivisionCode { .. }));
                if let (Some(decimals), Some(number)) = (decimals, text::number(&shown).filter(|_| is_code)) {
                    let pattern = text::with_decimals(*decimals);
                    self.number(sheet, at, number, kind, Some(&pattern))?;
                    continue;
                }
                match (affix, text::number(&shown).filter(|_| is_figure)) {
                    // What its format puts around a number is read with it, so the format goes back, too.
                    (Some(affix), Some(number)) => {
                        let pattern = text::pattern(&affix.before, &shown, &affix.behind);
                        self.number(sheet, at, number, kind, Some(&pattern))?;
                    }
                    (None, Some(number)) if self.is_plain(at, kind) => written.plain.number(at, number),
                    (None, Some(number)) => self.number(sheet, at, number, kind, None)?,
                    (_, None) => self.cell(sheet, at, &shown, kind, written)?,
                }
            } else if self.is_plain(at, kind) && needs_no_escape(raw) && !is_command(raw) {
                written.plain.text(at, raw);
            } else {
                self.cell(sheet, at, raw, kind, written)?;
            }
        }
        // Blank cells at the end of a header tell how wide the table is; a spreadsheet would forget them.
        let end = table.grid.width(row);
        let is_last = Some(target) == self.layout.header;
        if is_last && table.width as usize == end && end > 0 && table.grid.cell(row, end - 1).is_empty() {
            sheet.write_string_with_format(target, end as u16 - 1, " ", &self.look.text)?;
        }
        Ok(())
    }

    /// Whether a cell looks as its column does. The first cell of a merged block has been written with the block.
    fn is_plain(&self, at: (u32, u16), kind: Kind) -> bool {
        self.format(at, kind, false).is_none() && self.block((at.0, u32::from(at.1))).is_none()
    }

    /// The merged block that begins at a cell of the return.
    fn block(&self, at: (u32, u32)) -> Option<&Merged> {
        let blocks = &self.marks.merged;
        let place = |block: &Merged| (self.layout.row(block.first.0 as usize), block.first.1);
        blocks.binary_search_by_key(&at, place).ok().map(|at| &blocks[at])
    }

    /// Format of a cell, by its row and its mark; `quoted` where its text would run as a formula. None: that of its column.
    fn format(&self, at: (u32, u16), kind: Kind, quoted: bool) -> Option<Format> {
        let mark = self.marks.cells.get(&at).filter(|mark| mark.coloured);
        self.look.own(kind, mark.map(|mark| mark.hard), quoted)
    }

    /// The same where the cell needs a format of its own in any case.
    fn format_or_text(&self, at: (u32, u16), kind: Kind) -> Format {
        self.format(at, kind, false).unwrap_or_else(|| self.look.text.clone())
    }

    /// A figure stays a number: as a text its point would be evidence of how the county writes decimals.
    fn number(
        &self,
        sheet: &mut Worksheet,
        at: (u32, u16),
        number: f64,
        kind: Kind,
        pattern: Option<&str>,
    ) -> Result<(), XlsxError> {
        let format = match pattern {
            Some(pattern) => Some(self.format_or_text(at, kind).set_num_format(pattern)),
            None => self.format(at, kind, false),
        };
        match format {
            Some(format) => sheet.write_number_with_format(at.0, at.1, number, &format)?,
            None => sheet.write_number(at.0, at.1, number)?,
        };
        Ok(())
    }

    fn kind_of(&self, column: usize) -> Option<&ColumnKind> {
        let matched = self
            .layout
            .table
            .columns
            .iter()
            .find(|matched| matched.index as usize == column)?;
        Some(&self.given.form.columns[matched.column].kind)
    }

    fn cell(
        &self,
        sheet: &mut Worksheet,
        (row, column): (u32, u16),
        raw: &str,
        kind: Kind,
        written: &mut Written<'_>,
    ) -> Result<(), XlsxError> {
        let format = self.format((row, column), kind, is_command(raw));
        let mut whole = std::borrow::Cow::Borrowed(raw);
        if raw.len() > text::LONGEST && raw.encode_utf16().count() > text::LONGEST {
            written.cut.push((row, column));
            whole = cut(raw, text::LONGEST).into();
        }
        match format {
            Some(format) => sheet.write_string_with_format(row, column, whole, &format)?,
            None => sheet.write_string(row, column, whole)?,
        };
        Ok(())
    }

    fn markings(&self) -> Option<&Markings> {
        self.layout.table.grid.markings()
    }

    /// Cells whose text is partly raised, lowered or struck, set as they came. What was not seen in them is left out.
    fn runs(&self, sheet: &mut Worksheet, kinds: &[Kind]) -> Result<(), XlsxError> {
        for (&(row, column), runs) in self.markings().into_iter().flat_map(|shown| &shown.runs) {
            let Some(kind) = kinds.get(row as usize) else { continue };
            let at = (self.layout.row(row as usize), column as u16);
            let format = self.format_or_text(at, *kind);
            let seen = runs
                .iter()
                .filter(|run| !run.text.is_empty() && !matches!(run.kind, RunKind::Unseen(_)));
            if seen.clone().all(|run| run.kind == RunKind::Plain) {
                continue;
            }
            let runs: Vec<(Format, &str)> = seen.map(|run| (Look::run(run.kind), run.text.as_str())).collect();
            let length: usize = runs.iter().map(|(_, text)| text.encode_utf16().count()).sum();
            match runs.as_slice() {
                _ if length > text::LONGEST => {}
                [] => {}
                [(_, only)] => {
                    sheet.write_string_with_format(at.0, at.1, *only, &format.set_font_strikethrough())?;
                }
                several => {
                    let parts: Vec<(&Format, &str)> = several.iter().map(|(format, text)| (format, *text)).collect();
                    sheet.write_rich_string_with_format(at.0, at.1, &parts, &format)?;
                }
            }
        }
        Ok(())
    }

    /// Cells that are raised as a whole, set as they came.
    fn raised(&self, sheet: &mut Worksheet, kinds: &[Kind]) -> Result<(), XlsxError> {
        for &(row, column) in self.markings().into_iter().flat_map(|shown| &shown.raised) {
            let Some(kind) = kinds.get(row as usize) else { continue };
            let at = (self.layout.row(row as usize), column as u16);
            let format = self
                .format_or_text(at, *kind)
                .set_font_script(FormatScript::Superscript);
            let text = self.layout.text(at);
            match text::number(text).filter(|_| self.layout.table.is_double(row as usize, column as usize)) {
                Some(number) => sheet.write_number_with_format(at.0, at.1, number, &format)?,
                None => sheet.write_string_with_format(at.0, at.1, cut(text, text::LONGEST), &format)?,
            };
        }
        Ok(())
    }

    /// Marked cells that hold nothing.
    fn blank_marks(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        let empty = |at: &&(u32, u16)| self.layout.text(**at).is_empty();
        for &at in self.marks.cells.keys().filter(empty) {
            if let Some(format) = self.format(at, Kind::Other, false) {
                sheet.write_blank(at.0, at.1, &format)?;
            }
        }
        Ok(())
    }

    fn notes(&self, sheet: &mut Worksheet, cut_cells: &[(u32, u16)]) -> Result<(), XlsxError> {
        let mut texts: BTreeMap<(u32, u16), String> = self
            .marks
            .cells
            .iter()
            .map(|(&at, mark)| (at, self.note(mark)))
            .filter(|(_, note)| !note.is_empty())
            .collect();
        for &at in cut_cells {
            let note = texts.entry(at).or_default();
            if !note.is_empty() {
                note.push_str("\n\n");
            }
            let told: Vec<&str> = self.words.iter().map(Words::cut).collect();
            note.push_str(&told.join("\n"));
        }
        for ((row, column), text) in texts {
            let text = text::shown(&text, NOTE);
            let (width, height) = size(&text);
            let note = Note::new(text)
                .set_author("huizong")
                .add_author_prefix(false)
                .set_width(width)
                .set_height(height);
            sheet.insert_note(row, column, &note)?;
        }
        Ok(())
    }

    /// Everything found at one cell, the gravest first, in one language after the other.
    fn note(&self, mark: &Mark) -> String {
        let each = self.words.iter().map(|words| self.note_in(mark, words));
        each.filter(|note| !note.is_empty()).collect::<Vec<_>>().join("\n\n")
    }

    fn note_in(&self, mark: &Mark, words: &Words) -> String {
        let mut parts: Vec<String> = mark
            .own
            .iter()
            .take(TOLD)
            .map(|&at| words.told(at, self.findings[at], self.given, Some(self.layout)))
            .collect();
        if parts.len() < TOLD {
            let further = mark.further.iter().take(TOLD - parts.len());
            parts.extend(further.map(|&at| words.see(at, self.findings[at], self.given)));
        }
        let more = (mark.own.len() + mark.further.len()).saturating_sub(TOLD);
        if more > 0 {
            parts.push(words.more_in_list(more));
        }
        parts.join("\n\n")
    }

    fn columns(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        let table = self.layout.table;
        let (first, last) = self.layout.header_rows.unwrap_or((1, 0));
        let first = first.max((last + 1).saturating_sub(MOST_FROZEN));
        // Lines of each row of the header.
        let mut lines: BTreeMap<u32, usize> = (first..=last).map(|row| (row, 1)).collect();
        for column in 0..self.layout.width {
            let records = table.records.iter().take(MEASURED);
            let records = records.map(|&row| table.grid.cell(row as usize, usize::from(column)).width());
            let headers = || (first..=last).filter_map(move |row| Some((row, self.header_text(row, column)?)));
            // A header may break into two lines.
            let halves = headers().map(|(_, (width, _))| width.div_ceil(2));
            let widest = records.chain(halves).max().unwrap_or(0);
            let width = (widest + 2).clamp(*WIDTHS.start(), *WIDTHS.end());
            for (row, (text, rows)) in headers() {
                let needed = text.div_ceil(width - 1).div_ceil(rows);
                lines.entry(row).and_modify(|lines| *lines = needed.max(*lines));
            }
            sheet.set_column_width(column, width as f64)?;
            sheet.set_column_format(column, &self.look.text)?;
        }
        // Not every program fits the height of a row to what breaks into lines.
        for (row, lines) in lines.into_iter().filter(|(_, lines)| *lines > 1) {
            sheet.set_row_height(row, lines.min(8) as f64 * LINE)?;
        }
        if let (Some(last), Some(rows)) = (self.layout.width.checked_sub(1), self.last_row()) {
            sheet.ignore_error_range(0, 0, rows, last, IgnoreError::NumberStoredAsText)?;
        }
        Ok(())
    }

    /// How wide the text of a header's cell is, and over how many rows the cell goes. None: it stretches over several
    /// columns, so that no column need be as wide.
    fn header_text(&self, row: u32, column: u16) -> Option<(usize, usize)> {
        let rows = match self.block((row, u32::from(column))) {
            Some(block) if block.last.1 > block.first.1 => return None,
            Some(block) => (block.last.0 - block.first.0) as usize + 1,
            None => 1,
        };
        let text = self.layout.text((row, column));
        Some((text.width(), rows))
    }

    fn last_row(&self) -> Option<u32> {
        let height = self.layout.table.grid.height();
        Some(self.layout.row(height.checked_sub(1)?))
    }

    fn view(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        if let Some(header) = self.layout.header {
            let rows = if header < MOST_FROZEN { header + 1 } else { 0 };
            let columns = if self.layout.key < 3 { self.layout.key + 1 } else { 0 };
            sheet.set_freeze_panes(rows, columns)?;
            // Of a header beyond reason only the last row stands on every page.
            let first = self.layout.header_rows.map_or(header, |(first, _)| first);
            let first = if header - first < MOST_FROZEN { first } else { header };
            sheet.set_repeat_rows(first, header)?;
        }
        // A3, one page wide: such a form is wide.
        sheet
            .set_landscape()
            .set_paper_size(8)
            .set_print_fit_to_pages(1, 0)
            .set_print_gridlines(true)
            .set_footer("&C&P / &N");
        Ok(())
    }
}

/// Pixels that a note needs: a long one is wider, so that it fits on a screen.
fn size(text: &str) -> (u32, u32) {
    let lines = |columns: usize| -> usize { text.lines().map(|line| line.width().div_ceil(columns).max(1)).sum() };
    let height = |lines: usize, most: u32| (lines as u32 * 17 + 14).clamp(60, most);
    let narrow = lines(46);
    if narrow <= 24 {
        (320, height(narrow, 430))
    } else {
        (640, height(lines(92), 900))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_has_room_for_its_text() {
        assert_eq!(size("short"), (320, 60));
        assert_eq!(size(&"字".repeat(23 * 10)), (320, 184));
        assert_eq!(size(&"字".repeat(23 * 24 + 1)), (640, 14 + 17 * 13));
        assert_eq!(size(&"字\n".repeat(100)), (640, 900));
    }
}

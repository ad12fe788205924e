//! A blank sheet of a form, to be filled in: headers with their units, the rows that are known beforehand, and what each
//! column takes as the validation of its cells.

use rust_xlsxwriter::{
    DataValidation, DataValidationErrorStyle, Format, Formula, Note, Workbook, Worksheet, XlsxError,
};
use unicode_width::UnicodeWidthStr;

use super::choices::{self, Choices};
use super::given::Blank;
use super::look::Look;
use super::name::cut;
use super::words::Words;
use crate::domain::{Lang, a1};
use crate::pipeline::header::normalize_with;
use crate::pipeline::units::Units;
use crate::pipeline::{CodeScheme, Column, ColumnKind, MissingKind, Rule};

/// Rows beneath those that are known, or in their place.
const SPARE: u32 = 500;
/// Rows known beforehand that are written: no county has as many units.
const MOST: usize = 100_000;
/// UTF-16 units of a formula, and of a message, that a validation holds.
const LONGEST: usize = 255;
/// Widths of columns, in characters.
const WIDTHS: std::ops::RangeInclusive<usize> = 10..=30;

impl Blank<'_> {
    /// Adds the sheet, and the sheet of long lists behind it where there is any.
    pub(super) fn write(
        &self,
        workbook: &mut Workbook,
        (name, mark): (&str, &str),
        words: &[Words],
        look: &Look,
    ) -> Result<(), XlsxError> {
        let known = self.rows.len().min(MOST) as u32;
        let last = known + SPARE;
        let sheet = workbook.add_worksheet().set_name(name)?;
        let mut lists = Choices::new(words);
        let lang = words.first().map_or(Lang::En, |words| words.lang);
        for (at, column) in (0_u16..).zip(&self.form.columns) {
            self.column(sheet, at, column, words, look)?;
            let place = (at, 1, last);
            match choices::offered(column, std::iter::empty(), lang) {
                offered if offered.is_empty() => {
                    if let Some(validation) = self.validation(place, column, words)? {
                        sheet.add_data_validation(1, at, last, at, &validation)?;
                    }
                }
                offered => lists.add(sheet, place, &offered)?,
            }
        }
        for (row, cells) in (1_u32..).zip(self.rows.iter().take(MOST)) {
            for (column, text) in cells {
                sheet.write_string_with_format(row, *column as u16, text, &look.text)?;
            }
        }
        sheet.set_freeze_panes(1, self.frozen())?;
        sheet.set_repeat_rows(0, 0)?;
        sheet.set_landscape().set_paper_size(8).set_print_fit_to_pages(1, 0);
        lists.finish(workbook, mark)
    }

    /// Columns up to the first of the key stay in sight.
    fn frozen(&self) -> u16 {
        self.form
            .key
            .iter()
            .min()
            .map_or(0, |&key| if key < 3 { key as u16 + 1 } else { 0 })
    }

    /// A header, with the period where the form reads it from there.
    fn with_period(&self, at: u16, header: String) -> String {
        let period = self.period.filter(|_| self.form.unpivot.is_some());
        match period.filter(|_| !self.form.key.contains(&usize::from(at))) {
            Some(period) => format!("{period} {header}"),
            None => header,
        }
    }

    fn column(
        &self,
        sheet: &mut Worksheet,
        at: u16,
        column: &Column,
        words: &[Words],
        look: &Look,
    ) -> Result<(), XlsxError> {
        let lang = words.first().map_or(Lang::En, |words| words.lang);
        let header = self.with_period(at, header(column, self.units, lang));
        let known = self.rows.iter().take(200).flatten();
        let widest = known
            .filter(|(of, _)| *of == usize::from(at))
            .map(|(_, text)| text.width());
        let width = widest.chain([header.width().div_ceil(2)]).max().unwrap_or(0) + 3;
        let width = width.clamp(*WIDTHS.start(), *WIDTHS.end());
        sheet.set_column_width(at, width as f64)?;
        sheet.set_column_format(at, &cells_of(&column.kind, look))?;
        let needed = self.form.is_required(at.into());
        sheet.write_string_with_format(0, at, &header, if needed { &look.needed } else { &look.head })?;
        let lines = header.width().div_ceil(width - 1).clamp(1, 6);
        if lines > 1 {
            sheet.set_row_height(0, lines as f64 * 16.0)?;
        }
        let told: Vec<String> = words.iter().map(|words| self.told(at.into(), words)).collect();
        let note = Note::new(told.join("\n"))
            .set_author("huizong")
            .add_author_prefix(false)
            .set_width(300);
        sheet.insert_note(0, at, &note)?;
        Ok(())
    }

    /// What a column takes, for a person: a line each.
    pub(super) fn told(&self, column: usize, words: &Words) -> String {
        let column_of = &self.form.columns[column];
        let mut lines = vec![words.kind(&column_of.kind, self.units)];
        lines.extend(column_of.range.map(|range| words.between(range)));
        lines.push(words.need(self.form.is_required(column)).to_owned());
        lines.join(words.say("；", "; "))
    }

    /// Symbols that a column of figures takes: one that must be filled in only those that stand for zero.
    fn symbols(&self, column: usize) -> impl Iterator<Item = &str> {
        let needed = self.form.is_required(column);
        let is_figure = self.form.columns[column].kind.is_number();
        let all = self.form.missing.iter().filter(|(symbol, _)| !symbol.is_empty());
        all.filter(move |(_, kind)| is_figure && (!needed || **kind == MissingKind::Zero))
            .map(|(symbol, _)| symbol.as_str())
    }

    /// The rules over one row that look at a column, as far as a spreadsheet can ask them.
    fn row_rules(&self, column: usize, row: u32) -> Vec<String> {
        let cell = |column: usize| format!("${}", a1(column as u32, row + 1));
        let rules = self.rules.iter().filter(|rule| rule.form == self.index);
        rules
            .filter_map(Rule::assert)
            .filter(|formula| formula.columns.contains(&column))
            .filter_map(|formula| formula.to_spreadsheet(&self.form.columns, &cell))
            .collect()
    }

    /// What the cells of a column take, where that is no list of words.
    fn validation(
        &self,
        (at, first, last): (u16, u32, u32),
        column: &Column,
        words: &[Words],
    ) -> Result<Option<DataValidation>, XlsxError> {
        let cell = a1(at.into(), first + 1);
        let letters = cell.trim_end_matches(|c: char| c.is_ascii_digit());
        let mut all = own_condition(column, self.scheme, &cell);
        if self.form.key == [usize::from(at)] {
            let all_cells = format!("{letters}${}:{letters}${}", first + 1, last + 1);
            all.push(format!("SUMPRODUCT(--({all_cells}={cell}))=1"));
        }
        let own = all.len();
        all.extend(self.row_rules(at.into(), first));
        let symbols: Vec<String> = self
            .symbols(at.into())
            .map(|symbol| format!("{cell}=\"{}\"", symbol.replace('"', "\"\"")))
            .collect();
        // As many rules as the formula has room for; where not even the symbols have, the message still names them.
        let with_rules = (own..=all.len()).rev().map(|rules| allowed(&all[..rules], &symbols));
        let mut formulas = with_rules.chain([allowed(&all[..own], &[])]).flatten();
        let Some(formula) = formulas.find(|formula| formula.encode_utf16().count() < LONGEST) else {
            return Ok(None);
        };
        let told: Vec<String> = words.iter().map(|words| self.told(at.into(), words)).collect();
        let title: Vec<&str> = words.iter().map(Words::refused).collect();
        Ok(Some(
            DataValidation::new()
                .allow_custom(Formula::new(format!("={formula}")))
                .set_error_style(DataValidationErrorStyle::Warning)
                .set_error_title(cut(&title.join(" / "), 32))?
                .set_error_message(cut(&told.join("\n"), LONGEST))?,
        ))
    }
}

/// All conditions, or one of the symbols; None where there is no condition.
fn allowed(conditions: &[String], symbols: &[String]) -> Option<String> {
    let strict = match conditions {
        [] => return None,
        [only] => only.clone(),
        several => format!("AND({})", several.join(",")),
    };
    Some(match symbols {
        [] => strict,
        symbols => format!("OR({strict},{})", symbols.join(",")),
    })
}

/// Conditions that a column's kind and range put on a cell.
fn own_condition(column: &Column, scheme: CodeScheme, cell: &str) -> Vec<String> {
    let mut all = Vec::new();
    match &column.kind {
        ColumnKind::Integer { .. } => {
            all.push(format!("ISNUMBER({cell})"));
            all.push(format!("{cell}=INT({cell})"));
        }
        ColumnKind::Decimal { scale, percent, .. } => {
            all.push(format!("ISNUMBER({cell})"));
            // A cell that shows a percentage holds a hundredth of it.
            if !percent && !column.rounded {
                all.push(format!("ROUND({cell},{scale})={cell}"));
            }
        }
        ColumnKind::Date => all.push(format!("ISNUMBER({cell})")),
        ColumnKind::DivisionCode { level } if scheme == CodeScheme::Gb2260 => {
            let digits = if level.is_some() { 6 } else { 12 };
            all.push(format!("LEN({cell})={digits}"));
            all.push(format!("ISNUMBER(--{cell})"));
        }
        _ => {}
    }
    if let Some((low, high)) = column.range.filter(|_| column.kind.is_number()) {
        all.extend(low.is_finite().then(|| format!("{cell}>={low}")));
        all.extend(high.is_finite().then(|| format!("{cell}<={high}")));
    }
    all
}

/// Codes stay texts; figures and days are typed as such.
fn cells_of(kind: &ColumnKind, look: &Look) -> Format {
    match kind {
        ColumnKind::Integer { .. } | ColumnKind::Decimal { .. } => Format::new(),
        ColumnKind::Date => Format::new().set_num_format("yyyy-mm-dd"),
        _ => look.text.clone(),
    }
}

/// An agreed header of a column in a language, where it has one of it, with the unit behind it in the header's own script.
/// One that stands over two rows is the last choice.
pub(super) fn header(column: &Column, units: &Units, lang: Lang) -> String {
    let is_chinese = |header: &str| header.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    let fits = |header: &&String| (lang == Lang::Zh) == is_chinese(header);
    let one_row = |header: &&String| !header.contains('/');
    let all = &column.headers;
    let chosen = all.iter().find(|header| fits(header) && one_row(header));
    let chosen = chosen.or_else(|| all.iter().find(one_row)).or_else(|| all.first());
    let header = chosen.unwrap_or(&column.id).clone();
    if normalize_with(&header, units).unit.is_some() {
        return header;
    }
    let lang = if is_chinese(&header) { Lang::Zh } else { Lang::En };
    let unit = column.kind.unit().and_then(|unit| {
        let word = units.word(unit, lang).filter(|word| units.find(word).is_some());
        word.or_else(|| units.find(unit).map(|_| unit.to_owned()))
    });
    match (unit, lang) {
        (None, _) => header,
        (Some(unit), Lang::Zh) => format!("{header}（{unit}）"),
        (Some(unit), Lang::En) => format!("{header} ({unit})"),
    }
}

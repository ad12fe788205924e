//! What corrections and explanations need of the cleaners: which rows a key means, what a cell is read as, a figure times a factor.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use arrow::array::{Array, AsArray};
use arrow::datatypes::{DataType, Date32Type, Float64Type, Int64Type};

use super::cell::{folded, tidy};
use super::column;
use super::context::Context;
use super::notation::{Notation, Reading};
use super::notations::Notations;
use super::number::{Exponential, read_workbook_number};
use super::sheet::Sheet;
use super::symbol::{Symbols, is_placeholder};
use super::tally::Tally;
use crate::domain::{Finding, Grid, MatchedColumn, RawTable, half_width};
use crate::pipeline::Form;
use crate::pipeline::units::Ratio;

/// What a cell is read as.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CleanCell {
    /// The value as text; None: missing or refused.
    pub value: Option<String>,
    /// The cleaner refuses the content.
    pub refused: bool,
}

/// What a form's column is read as, record by record; None: the sheet does not have it.
pub fn cleaned(table: &RawTable, context: &Context, column: usize) -> Option<Vec<CleanCell>> {
    let matched = table.columns.iter().find(|matched| matched.column == column)?;
    Some(cleaned_as(&Sheet::of(table, context), context, matched))
}

/// The same with everything that is found in the column, finding by finding.
pub fn judged(table: &RawTable, context: &Context, column: usize) -> Option<(Vec<CleanCell>, Vec<Finding>)> {
    let matched = table.columns.iter().find(|matched| matched.column == column)?;
    Some(judged_as(&Sheet::of(table, context), context, matched))
}

fn cleaned_as(sheet: &Sheet, context: &Context, matched: &MatchedColumn) -> Vec<CleanCell> {
    judged_as(sheet, context, matched).0
}

fn judged_as(sheet: &Sheet, context: &Context, matched: &MatchedColumn) -> (Vec<CleanCell>, Vec<Finding>) {
    let table = sheet.table;
    let definition = &context.pipeline.forms[context.form].columns[matched.column];
    let mut tally = Tally::new(table, usize::MAX);
    let array = column::build(sheet, definition, matched, false, None, None, &mut tally);
    let findings = tally.into_findings();
    let rows = findings
        .iter()
        .flat_map(|finding| finding.place.row.iter().chain(&finding.rows));
    let told: BTreeSet<u32> = rows.copied().collect();
    let number = |position: usize| table.grid.number(table.records[position] as usize);
    let cells = (0..table.records.len()).map(|position| CleanCell {
        value: shown(array.as_ref(), position),
        // A value that is read may have a finding, too.
        refused: array.is_null(position) && told.contains(&number(position)),
    });
    (cells.collect(), findings)
}

fn shown(array: &dyn Array, at: usize) -> Option<String> {
    if array.is_null(at) {
        return None;
    }
    Some(match array.data_type() {
        DataType::Int64 => array.as_primitive::<Int64Type>().value(at).to_string(),
        DataType::Float64 => array.as_primitive::<Float64Type>().value(at).to_string(),
        DataType::Boolean => array.as_boolean().value(at).to_string(),
        DataType::Date32 => array.as_primitive::<Date32Type>().value_as_date(at)?.to_string(),
        _ => array.as_string::<i32>().value(at).to_owned(),
    })
}

/// The rows of a sheet by the content of the form's key.
pub struct RowKeys<'a> {
    table: &'a RawTable,
    context: Context<'a>,
    /// One a key column.
    columns: Vec<KeyColumn>,
}

struct KeyColumn {
    matched: MatchedColumn,
    /// By record, as read.
    values: Vec<Option<String>>,
    /// By record, as sent but for blanks and width: a key that cannot be read is still found.
    raws: Vec<String>,
}

impl<'a> RowKeys<'a> {
    /// Reads the key columns; None where the sheet lacks one of them.
    pub fn new(table: &'a RawTable, context: Context<'a>) -> Option<RowKeys<'a>> {
        let form = &context.pipeline.forms[context.form];
        let column = |&at: &usize| {
            let matched = table.columns.iter().find(|matched| matched.column == at)?;
            let index = matched.index;
            let raw = |row: &u32| folded(table.said(*row, index).0);
            Some(KeyColumn {
                matched: matched.clone(),
                values: cleaned(table, &context, at)?
                    .into_iter()
                    .map(|cell| cell.value)
                    .collect(),
                raws: table.records.iter().map(raw).collect(),
            })
        };
        let columns = form.key.iter().map(column).collect::<Option<Vec<_>>>()?;
        Some(RowKeys {
            table,
            context,
            columns,
        })
    }

    /// Positions among the records of those with this key, ascending; `key` has a text for each key column. Upper and lower case
    /// differ only where rows differ by nothing else.
    ///
    /// # Errors
    /// The positions where the key fits several units and is spelled like none of them.
    pub fn find(&self, key: &[String]) -> Result<Vec<u32>, Vec<u32>> {
        let wanted: Vec<(String, Option<String>)> = (self.columns.iter().zip(key))
            .map(|(column, text)| (folded(text), self.as_read(column, text)))
            .collect();
        let matches = |position: &usize| {
            let mut parts = self.columns.iter().zip(&wanted);
            parts.all(|(column, (raw, value))| {
                let same_value = value.is_some() && column.values[*position] == *value;
                same_value || (!raw.is_empty() && column.raws[*position] == *raw)
            })
        };
        let all = 0..self.table.records.len();
        let found: Vec<usize> = all.filter(matches).collect();
        let units: BTreeSet<Vec<Cow<'_, str>>> = found.iter().map(|&position| self.spelled(position)).collect();
        let numbers = |found: Vec<usize>| found.into_iter().map(|position| position as u32).collect();
        if units.len() < 2 {
            return Ok(numbers(found));
        }
        let is_spelled_so = |position: &usize| {
            let spelled = self.spelled(*position).into_iter();
            let mut parts = spelled.zip(wanted.iter().zip(key));
            parts.all(|(own, ((_, value), text))| own == half_width(value.as_deref().unwrap_or(tidy(text))))
        };
        let exact: Vec<usize> = found.iter().copied().filter(is_spelled_so).collect();
        if exact.is_empty() {
            Err(numbers(found))
        } else {
            Ok(numbers(exact))
        }
    }

    /// The key that identifies a record: as read, else as sent, half-width and in its own case.
    fn spelled(&self, position: usize) -> Vec<Cow<'_, str>> {
        let row = self.table.records[position];
        let part = |column: &KeyColumn| match &column.values[position] {
            Some(value) => Cow::Owned(half_width(value).into_owned()),
            None => half_width(tidy(self.table.said(row, column.matched.index).0)),
        };
        self.columns.iter().map(part).collect()
    }

    /// What the cleaner of a column makes of a text from a correction.
    fn as_read(&self, column: &KeyColumn, text: &str) -> Option<String> {
        let matched = MatchedColumn {
            unit: None,
            index: 0,
            column: column.matched.column,
        };
        let mut grid = Grid::new(false);
        grid.push_text(text);
        grid.end_row(1);
        let table = RawTable::plain(grid, vec![matched], vec![0]);
        let cell = cleaned(&table, &self.context, column.matched.column)?.pop()?;
        cell.value
    }
}

/// Whether two contents differ in nothing but blanks and the width of characters.
pub fn same_content(one: &str, other: &str) -> bool {
    folded(one) == folded(other)
}

/// A figure as sent times a factor, exactly, with the unit that stands behind it; None: no figure stands there, but a
/// symbol, a word or nothing.
///
/// `matched` is the physical column, whose notation the figure is written in; the product has a point for its decimals.
pub fn scaled(
    text: &str,
    numeric: bool,
    form: &Form,
    (notations, matched): (&Notations, &MatchedColumn),
    factor: Ratio,
) -> Option<String> {
    let cell = Written {
        text,
        numeric,
        double: form.columns[matched.column].kind.is_double(),
    };
    times(cell, Symbols::new(&form.missing), notations.get(matched.index), factor)
}

/// A figure in a cell.
#[derive(Clone, Copy)]
struct Written<'a> {
    text: &'a str,
    numeric: bool,
    /// Its column keeps all digits of a double.
    double: bool,
}

fn times(cell: Written, symbols: Symbols, notation: Notation, factor: Ratio) -> Option<String> {
    let narrow = half_width(tidy(cell.text));
    let narrow = tidy(&narrow);
    if symbols.meaning(narrow).is_some() {
        return None;
    }
    let by_program = match (cell.numeric, cell.double) {
        (true, double) => workbook_figure(narrow, double),
        (false, _) => Exponential::of(narrow)
            .filter(|written| !written.is_cut && written.mark.is_none_or(|mark| notation.has(mark)))
            .and_then(|written| Some((read_workbook_number(&written.plain())?, ""))),
    };
    let (currency, number, unit) = match by_program {
        Some((number, unit)) => ("", number, unit),
        None => {
            let Reading::Number { written, .. } = notation.read(narrow) else {
                return None;
            };
            (written.currency.unwrap_or_default(), written.number, written.unit)
        }
    };
    let scale = number.scale + decimals(factor.den);
    let product = number.times(i128::from(factor.num), i128::from(factor.den), scale);
    Some(match product {
        Some((product, true)) => format!("{currency}{product}{unit}"),
        // Too large to be a figure of anything: the cleaner shall say so.
        _ => format!("{narrow} × {}/{}", factor.num, factor.den),
    })
}

fn workbook_figure(text: &str, double: bool) -> Option<(super::number::Exact, &str)> {
    let (digits, unit) = text.strip_suffix('%').map_or((text, ""), |digits| (digits, "%"));
    let number = read_workbook_number(digits)?;
    Some((if double { number } else { number.without_noise() }, unit))
}

/// Decimals of one part in `denominator`, whose only primes are 2 and 5.
fn decimals(denominator: i64) -> u32 {
    let power = |prime: i64| {
        let (mut rest, mut power) = (denominator, 0);
        while rest % prime == 0 && rest > 1 {
            rest /= prime;
            power += 1;
        }
        power
    };
    power(2).max(power(5))
}

/// What the county says of its rows in the form's own column, by row as the clerk counts. Blanks and symbols say nothing.
pub fn remarks(table: &RawTable, context: &Context) -> BTreeMap<u32, String> {
    let form = &context.pipeline.forms[context.form];
    let matched = form
        .explanation
        .and_then(|at| table.columns.iter().find(|matched| matched.column == at));
    let Some(matched) = matched else {
        return BTreeMap::new();
    };
    let symbols = Symbols::new(&form.missing);
    let remark = |row: &u32| {
        let corrected = table.corrected.get(*row, matched.index);
        let sent = table.said(*row, matched.index).0;
        let text = said(corrected.map_or(sent, |corrected| &corrected.text), symbols)?;
        Some((table.grid.number(*row as usize), text))
    };
    table.records.iter().filter_map(remark).collect()
}

/// What clerks write into a column that must not be left blank, whether the form declares it or not.
fn says_nothing_in_words(text: &str) -> bool {
    #[derive(serde::Deserialize)]
    struct Words {
        nothing: Vec<String>,
    }
    static WORDS: LazyLock<Words> =
        LazyLock::new(|| toml::from_str(include_str!("words.toml")).expect("words.toml is checked by a test"));
    WORDS.nothing.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// Whether a county's words explain anything: `-`, `?`, `无` and what the form calls missing do not.
pub fn explains(text: &str, form: &Form) -> bool {
    said(text, Symbols::new(&form.missing)).is_some()
}

/// A text that explains something; None: a blank, or a sign for "nothing".
fn said(text: &str, symbols: Symbols) -> Option<String> {
    let text = tidy(text);
    // A bare figure has slipped in from another column: it says nothing.
    if !text.chars().any(char::is_alphabetic) {
        return None;
    }
    let narrow = half_width(text);
    let says_nothing = symbols.meaning(&narrow).is_some() || is_placeholder(&narrow);
    let says_nothing = says_nothing || says_nothing_in_words(&narrow);
    (!says_nothing).then(|| text.replace(char::is_control, " "))
}

#[cfg(test)]
mod tests {
    use super::super::measure::tests::SYMBOLS;
    use super::*;

    #[test]
    fn products_are_exact_and_keep_what_stands_behind_the_figure() {
        let symbols = Symbols::new(&SYMBOLS);
        for (text, numeric, factor, product) in [
            ("12", false, "10", Some("120")),
            (" １２,３４５.６ ", false, "1/10000", Some("1.23456")),
            ("1 234.5 万元", false, "0.1", Some("123.45万元")),
            ("-¥5", false, "10", Some("¥-50")),
            ("12.3%", false, "10", Some("123%")),
            ("0.30000000000000004", true, "1/10", Some("0.03")),
            ("1.5e3", true, "1/8", Some("187.5")),
            ("12.5%", true, "1/10", Some("1.25%")),
            ("0", false, "1/10000", Some("0")),
            ("", false, "10", None),
            ("—", false, "10", None),
            ("无", false, "10", None),
            ("约300", false, "10", None),
            ("1.3E+11", false, "10", None),
        ] {
            let factor = Ratio::parse(factor).unwrap();
            let cell = Written {
                text,
                numeric,
                double: false,
            };
            assert_eq!(
                times(cell, symbols, Notation::PLAIN, factor).as_deref(),
                product,
                "{text} × {factor:?}"
            );
        }
        for (text, numeric, product) in [
            ("33.333333333333336", true, "3.3333333333333336"),
            ("1.2345678901234567e-05", false, "0.0000012345678901234567"),
            ("-2.5E-7", false, "-0.000000025"),
        ] {
            let cell = Written {
                text,
                numeric,
                double: true,
            };
            let tenth = Ratio::parse("0.1").unwrap();
            assert_eq!(
                times(cell, symbols, Notation::PLAIN, tenth).as_deref(),
                Some(product),
                "{text}"
            );
        }
        let large = "9".repeat(27);
        let product = times(
            Written {
                text: &large,
                numeric: false,
                double: false,
            },
            symbols,
            Notation::PLAIN,
            Ratio::parse("1000000000000/3125").unwrap(),
        )
        .unwrap();
        assert!(
            super::super::number::read(&product).is_none(),
            "no figure, so that the cleaner refuses it: {product}"
        );
    }

    #[test]
    fn signs_and_words_for_nothing_explain_nothing() {
        let symbols = Symbols::new(&SYMBOLS);
        for text in ["", " \u{3000}", "—", "...", "无", "没有", "/", "N/A", "0", "null", "——"] {
            assert_eq!(said(text, symbols), None, "{text}");
        }
        assert_eq!(said(" 新建\n小区 ", symbols).as_deref(), Some("新建 小区"));
    }
}

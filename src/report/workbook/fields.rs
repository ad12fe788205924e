//! Columns of a sheet that are columns of a published table, and their cells.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::model::{About, Cell, Column, LeftOut, Sheet, Shown};
use super::names::Names;
use super::words::{TITLES, UNIT_MEANS, VERDICT_MEANS, Words};
use crate::domain::{Period, Text};
use crate::report::number::{figure as shown_as, figure_decimals, percent_decimals};
use crate::tables::{ColumnSpec, Table, TableSpec, Value, Values, table_specs};

/// Rows that a sheet holds: more would take a spreadsheet long to open. The areas of the partition level of a nation have fewer in
/// twenty periods.
pub const ROWS: usize = 50_000;

/// Columns that a sheet holds.
pub const COLUMNS: usize = 1_000;

/// A column of a sheet.
#[derive(Clone, Copy)]
pub struct Field {
    /// Its header.
    pub title: Words,
    /// The column of the table.
    pub column: &'static str,
    /// How it is shown.
    pub show: Show,
}

/// What is shown of a value.
#[derive(Clone, Copy)]
pub enum Show {
    /// A text as it is.
    Plain,
    /// The name of an area.
    Area,
    /// The title of an indicator.
    Indicator,
    /// The word for a unit.
    Unit,
    /// The title of a dimension.
    Dimension,
    /// The title of a member of the dimension in the column `dimension`.
    Member,
    /// The title of a form.
    Form,
    /// What a reason means.
    Reason,
    /// A verdict.
    Verdict,
    /// Yes or no.
    Flag,
    /// A number.
    Figure,
    /// A number that must be told from that in the column `target`.
    Judged,
    /// A difference.
    Difference,
    /// A share.
    Share,
    /// A level, or what an index is computed over.
    Units,
    /// What the value means, as the table says.
    Meant,
}

pub const fn field(title: Words, column: &'static str, show: Show) -> Field {
    Field { title, column, show }
}

/// A sheet of its name, without columns.
pub fn sheet<'a>(name: Words, names: &Names<'_>) -> Sheet<'a> {
    let mut titles = TITLES.iter();
    let (_, title, note) = titles
        .find(|(own, _, _)| own.1 == name.1)
        .expect("every sheet has a title");
    Sheet {
        name: name.get(names.lang),
        title: title.get(names.lang).to_owned(),
        note: note.get(names.lang).to_owned(),
        ..Sheet::default()
    }
}

/// Rows of a table as a sheet.
pub fn of_table<'a>(
    sheet: Sheet<'a>,
    (table, rows): (&'a Table, &[usize]),
    fields: &[Field],
    names: &'a Names<'a>,
) -> Sheet<'a> {
    let name = published(table).map_or("", |(name, _)| name);
    let columns = fields
        .iter()
        .map(|field| (column(name, field, names), field.column, field.show));
    filled(sheet, (table, rows), columns, names)
}

/// Rows of a table as a sheet with all its columns, by the titles that the table has. The titles of an indicator in each language become
/// one.
pub fn whole<'a>(sheet: Sheet<'a>, (table, rows): (&'a Table, &[usize]), names: &'a Names<'a>) -> Sheet<'a> {
    let Some((name, spec)) = published(table) else {
        return sheet;
    };
    let is_wanted = |column: &&'static ColumnSpec| !column.name.starts_with("indicator_title_");
    let columns = spec.columns.iter().filter(is_wanted).map(|column| {
        let about = About::Table {
            table: name,
            column: &column.name,
            each: None,
        };
        let title = column.title.get(names.lang).to_owned();
        // The name of an area is that of its code, in the language of the workbook.
        let of_code = |column: &&'static ColumnSpec, name: &str| column.name.strip_suffix("_code") == Some(name);
        let code = column.name.strip_suffix("_name");
        let code = code.and_then(|name| spec.columns.iter().find(|column| of_code(column, name)));
        let (from, show) = code.map_or_else(
            || (column.name.as_str(), show(column)),
            |code| (code.name.as_str(), Show::Area),
        );
        (Column { title, about }, from, show)
    });
    filled(sheet, (table, rows), columns, names)
}

/// How a column is shown of which nothing but its specification is known.
fn show(column: &ColumnSpec) -> Show {
    match column.name.as_str() {
        "indicator" | "factor_indicator" => Show::Indicator,
        "unit" => Show::Unit,
        "dimension" | "stratum_dimension" => Show::Dimension,
        "level" | "computed_over" => Show::Units,
        "a" | "b" | "member" | "missing_member" => Show::Member,
        name if name.ends_with("null_reason") => Show::Reason,
        _ if column.unit.as_deref() == Some("share") => Show::Share,
        _ if !column.value_titles.is_empty() => Show::Meant,
        _ => Show::Figure,
    }
}

/// Name and specification of a table.
fn published(table: &Table) -> Option<(&'static str, &'static TableSpec)> {
    let found = table_specs().get_key_value(table.name.as_str());
    found.map(|(name, spec)| (*name, spec))
}

/// A sheet with these columns of a table, each with how it is shown.
fn filled<'a>(
    sheet: Sheet<'a>,
    (table, rows): (&'a Table, &[usize]),
    columns: impl Iterator<Item = (Column, &'static str, Show)>,
    names: &'a Names<'a>,
) -> Sheet<'a> {
    let kept = &rows[..rows.len().min(ROWS)];
    let (columns, read): (Vec<Column>, Vec<Reader<'a>>) = columns
        .map(|(column, name, show)| (column, Reader::new(table, (name, show), names)))
        .unzip();
    let row = |row: &usize| read.iter().map(|reader| reader.cell(*row)).collect();
    Sheet {
        columns,
        rows: kept.iter().map(row).collect(),
        left_out: LeftOut {
            rows: rows.len() - kept.len(),
            columns: 0,
        },
        ..sheet
    }
}

fn column(table: &'static str, field: &Field, names: &Names<'_>) -> Column {
    let of_table = |column| About::Table {
        table,
        column,
        each: None,
    };
    let words = |(meaning, empty): (Words, Words)| About::Own {
        meaning: meaning.get(names.lang).to_owned(),
        empty: empty.get(names.lang).to_owned(),
    };
    Column {
        title: field.title.get(names.lang).to_owned(),
        about: match field.show {
            Show::Area => of_table("area_name"),
            Show::Unit => words(UNIT_MEANS),
            Show::Verdict => words(VERDICT_MEANS),
            _ => of_table(field.column),
        },
    }
}

/// A column that no table has.
pub fn own(title: Words, meaning: Words, empty: Option<Words>, names: &Names<'_>) -> Column {
    Column {
        title: title.get(names.lang).to_owned(),
        about: About::Own {
            meaning: meaning.get(names.lang).to_owned(),
            empty: empty.unwrap_or(super::words::NEVER).get(names.lang).to_owned(),
        },
    }
}

/// Columns of a table that are looked up by hand.
pub fn columns(table: &'static str, fields: &[(Words, &'static str)], names: &Names<'_>) -> Vec<Column> {
    let of = |(title, name): &(Words, &'static str)| column(table, &field(*title, name, Show::Plain), names);
    fields.iter().map(of).collect()
}

/// Reads the cells of a column.
struct Reader<'a> {
    values: &'a Values,
    /// What is needed of the same row.
    beside: Option<&'a Values>,
    /// What each listed value means.
    meanings: Option<&'a BTreeMap<String, Text>>,
    show: Show,
    names: &'a Names<'a>,
}

impl<'a> Reader<'a> {
    fn new(table: &'a Table, (column, show): (&'static str, Show), names: &'a Names<'a>) -> Reader<'a> {
        let beside = match show {
            Show::Member => Some("dimension"),
            Show::Judged => Some("target"),
            _ => None,
        };
        Reader {
            values: table.column(column),
            beside: beside.map(|name| table.column(name)),
            meanings: table
                .spec
                .columns
                .iter()
                .find(|own| own.name == column)
                .map(|own| &own.value_titles),
            show,
            names,
        }
    }

    fn cell(&self, row: usize) -> Cell<'a> {
        let names = self.names;
        match self.values.get(row) {
            Value::Text(Some(text)) => match self.show {
                Show::Area => Cell::Text(names.area(text)),
                Show::Indicator => Cell::text(names.indicator(text)),
                Show::Unit => Cell::maybe(Some(names.unit(text)).filter(|unit| !unit.is_empty())),
                Show::Dimension => Cell::text(names.dimension(text)),
                Show::Member => match self.beside.map(|values| values.get(row)) {
                    Some(Value::Text(Some(dimension))) => Cell::text(names.member(dimension, text)),
                    _ => Cell::text(text),
                },
                Show::Form => Cell::text(names.form(text)),
                Show::Reason => Cell::text(names.reason(text)),
                Show::Verdict => Cell::maybe(names.verdict(text)),
                Show::Units => Cell::text(names.units_of_index(text)),
                Show::Meant => match self.meanings.and_then(|all| all.get(text)) {
                    Some(meaning) => Cell::text(names.text(meaning)),
                    None => Cell::text(text),
                },
                _ => Cell::text(text),
            },
            Value::Boolean(Some(flag)) => Cell::text(names.yes_no(flag)),
            Value::Integer(Some(number)) => Cell::Number(number as f64, Shown::Plain(0)),
            Value::Real(Some(number)) => match self.show {
                Show::Difference => difference(Some(number)),
                Show::Share => share(Some(number)),
                Show::Judged => match self.beside.map(|values| values.get(row)) {
                    Some(Value::Real(target)) => beside(Some(number), target),
                    _ => figure(Some(number)),
                },
                _ => figure(Some(number)),
            },
            Value::Date(Some(day)) => Cell::text(day.to_string()),
            _ => Cell::Empty,
        }
    }
}

pub fn figure<'a>(value: Option<f64>) -> Cell<'a> {
    value.map_or(Cell::Empty, |value| {
        Cell::Number(value, Shown::Plain(figure_decimals(value, None)))
    })
}

/// With as many decimals as it takes to be told from another.
pub fn beside<'a>(value: Option<f64>, other: Option<f64>) -> Cell<'a> {
    value.map_or(Cell::Empty, |value| {
        Cell::Number(value, Shown::Plain(figure_decimals(value, other)))
    })
}

/// A difference; one that is shown as 0 has no sign.
pub fn difference<'a>(value: Option<f64>) -> Cell<'a> {
    let shown = |value: f64| match shown_as(value) {
        text if text == "0" => Shown::Plain(0),
        _ => Shown::Signed(figure_decimals(value, None)),
    };
    value.map_or(Cell::Empty, |value| Cell::Number(value, shown(value)))
}

pub fn share<'a>(value: Option<f64>) -> Cell<'a> {
    value.map_or(Cell::Empty, |value| {
        Cell::Number(value, Shown::Percent(percent_decimals(value)))
    })
}

/// A relative change, as a percentage with its sign.
pub fn difference_share<'a>(value: Option<f64>) -> Cell<'a> {
    value.map_or(Cell::Empty, |value| {
        Cell::Number(value, Shown::SignedPercent(percent_decimals(value)))
    })
}

pub fn count<'a>(count: impl TryInto<i64>) -> Cell<'a> {
    let count = count.try_into().unwrap_or(i64::MAX);
    Cell::Number(count as f64, Shown::Plain(0))
}

/// A title in the language of the workbook.
pub fn title<'a>(text: &Text, names: &Names<'_>) -> Cell<'a> {
    Cell::text(names.text(text))
}

/// Rows of a table that are wanted: those of the latest period first, in each period those of `first`, and else in the order of the
/// table. Where a row compares two periods, the later one counts.
pub fn latest_first(table: &Table, is_wanted: impl Fn(usize) -> bool, first: impl Fn(usize) -> bool) -> Vec<usize> {
    let has_period = table.spec.columns.iter().any(|column| column.name == "period");
    let periods = table.column(if has_period { "period" } else { "later" });
    let mut parsed: BTreeMap<&str, Option<Period>> = BTreeMap::new();
    let mut rows = Vec::new();
    for row in (0..table.height()).filter(|row| is_wanted(*row)) {
        let Value::Text(Some(text)) = periods.get(row) else {
            continue;
        };
        let period = *parsed.entry(text).or_insert_with(|| Period::parse_any(text));
        rows.push((Reverse(period), !first(row), row));
    }
    rows.sort_unstable();
    rows.into_iter().map(|(_, _, row)| row).collect()
}

/// Whether a column of texts has a value in a row.
pub fn holds<'a>(table: &'a Table, column: &str, value: &'a str) -> impl Fn(usize) -> bool + 'a {
    let values = table.column(column);
    move |row| values.get(row) == Value::Text(Some(value))
}

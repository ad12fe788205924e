//! A table as a clerk lays it out: title block, headers over one or two rows, records, totals, signatures.

mod header;

use super::chance::{Chance, happens, index, one};
use super::draw::Row;
use super::headers::{headers, shuffle};
use super::model::FormModel;
use super::recipe::{Format, LayoutShares, Recipe};
use super::value::{Value, decimal};
use crate::pipeline::{Column, ColumnKind, MissingKind};

/// A cell; `numeric` is written as a number where the format has numbers.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Cell {
    pub(super) text: String,
    pub(super) numeric: bool,
    /// Only a workbook can show it.
    pub(super) look: Look,
}

/// How a cell of a workbook is set.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Look {
    #[default]
    Plain,
    Bold,
    /// Struck through as a whole.
    Struck,
    /// Another text stands before it, struck through.
    Instead(String),
    /// The mark of a note stands behind it, raised.
    Noted(String),
    /// The same within it, after so many bytes.
    NotedWithin(usize, String),
    /// Raised as a whole.
    Raised,
    /// A number in a number format.
    Format(String),
    /// A day in a number format.
    Day(String),
    /// The result of a formula.
    Result(String),
}

impl Cell {
    pub(super) fn text(text: impl Into<String>) -> Cell {
        Cell {
            text: text.into(),
            ..Cell::default()
        }
    }

    pub(super) fn number(text: impl Into<String>) -> Cell {
        Cell {
            text: text.into(),
            numeric: true,
            ..Cell::default()
        }
    }

    pub(super) fn set(self, look: Look) -> Cell {
        Cell { look, ..self }
    }
}

/// A column as laid out.
#[derive(Clone, Debug)]
pub(super) struct Laid {
    /// Column of the form; None: one that no form knows.
    pub(super) slot: Option<usize>,
    /// Upper header, shared with the neighbours that have the same one.
    pub(super) group: Option<String>,
    pub(super) header: String,
    /// Unit as written in the unit row.
    pub(super) unit: String,
}

/// Share of the lines below tables that no agreed word begins.
const REMARKS: f64 = 0.3;

/// Choices that hold for a whole sheet.
pub(super) struct Style {
    pub(super) format: Format,
    pub(super) columns: Vec<Laid>,
    two_rows: bool,
    pub(super) titles: Vec<String>,
    pub(super) footers: Vec<String>,
    counters: bool,
    units: bool,
    blank_rows: bool,
    pub(super) total: Option<String>,
    pub(super) duplicate: bool,
    /// Which of several words a clerk prefers, for each column.
    word: usize,
    date: String,
    /// How a workbook shows days that it holds as such; None: they are text.
    day_format: Option<String>,
    /// Symbols for a figure not known, for one that does not apply, and for zero.
    unknown: String,
    not_applicable: String,
    numeric_codes: bool,
    /// The column whose header reaches over the next one.
    wide: Option<usize>,
}

/// Texts of the title block.
pub(super) struct Titles<'a> {
    pub(super) area: &'a str,
    pub(super) period: &'a str,
}

impl Style {
    /// Draws the habits of one sheet.
    pub(super) fn draw(
        rng: &mut Chance,
        recipe: &Recipe,
        model: &FormModel,
        format: Format,
        titles: &Titles,
        quirks: f64,
    ) -> Style {
        let shares = &recipe.layout;
        let mut on = |share: fn(&LayoutShares) -> f64| happens(rng, share(shares) * quirks);
        let (title_block, two_rows) = (on(|s| s.title_block), on(|s| s.two_row_header));
        let (counters, units, header_units) = (on(|s| s.counter_row), on(|s| s.unit_row), on(|s| s.header_units));
        let (aliases, shuffled) = (on(|s| s.aliases), on(|s| s.shuffled));
        let (total, footer, blank_rows) = (on(|s| s.total_row), on(|s| s.footer), on(|s| s.blank_rows));
        let duplicate = on(|s| s.duplicate_row);
        let sheet = format.is_sheet();
        let remarks = !model.recipe.remarks.is_empty() && happens(rng, REMARKS);
        let two_rows = two_rows && sheet;
        let mut columns = headers(rng, recipe, model, aliases, two_rows, header_units);
        if shuffled {
            shuffle(rng, &mut columns);
        }
        let period = recipe.words.title_period.replace("{period}", titles.period);
        let fill = |line: &String| {
            let title = model
                .form
                .title
                .0
                .get("zh")
                .or_else(|| model.form.title.0.values().next());
            line.replace("{title}", title.map_or("", String::as_str))
                .replace("{area}", titles.area)
                .replace("{title_period}", &period)
        };
        let symbol = |rng: &mut Chance, kind: MissingKind| {
            let all: Vec<&String> = model
                .form
                .missing
                .iter()
                .filter(|(_, k)| **k == kind)
                .map(|(s, _)| s)
                .collect();
            if quirks > 0.0 {
                one(rng, &all).map_or(String::new(), |s| (*s).clone())
            } else {
                String::new()
            }
        };
        Style {
            format,
            columns,
            two_rows,
            titles: if title_block && sheet {
                model.recipe.titles.iter().map(fill).collect()
            } else {
                Vec::new()
            },
            footers: if footer && sheet && remarks {
                one(rng, &model.recipe.remarks)
                    .map(|line| fill(line).replace("{year}", titles.period.get(..4).unwrap_or_default()))
                    .into_iter()
                    .collect()
            } else if footer && sheet {
                model.recipe.footers.clone()
            } else {
                Vec::new()
            },
            counters: counters && sheet,
            units: units && sheet,
            blank_rows: blank_rows && sheet,
            total: recipe
                .words
                .total
                .clone()
                .filter(|_| total && sheet && !model.is_area()),
            duplicate: duplicate && !model.is_area(),
            word: if quirks > 0.0 { index(rng, 6) } else { 0 },
            date: if quirks > 0.0 {
                one(rng, &recipe.words.dates).cloned()
            } else {
                None
            }
            .unwrap_or_else(|| "%Y-%m-%d".to_owned()),
            unknown: symbol(rng, MissingKind::Missing),
            not_applicable: symbol(rng, MissingKind::NotApplicable),
            numeric_codes: quirks > 0.0 && happens(rng, 0.5),
            wide: None,
            // Drawn last, so that all else falls as it would without it.
            day_format: (quirks > 0.0 && format == Format::Xlsx && happens(rng, 0.5))
                .then(|| one(rng, &recipe.words.day_formats).cloned())
                .flatten(),
        }
    }

    /// Puts the title block on, whatever was drawn, with another period than the true one.
    pub(super) fn contradict(&mut self, recipe: &Recipe, model: &FormModel, wrong: &str) {
        let period = recipe.words.title_period.replace("{period}", wrong);
        let has_period = |line: &&String| line.contains("{title_period}");
        let lines = model
            .recipe
            .titles
            .iter()
            .filter(has_period)
            .map(|line| line.replace("{title_period}", &period));
        self.titles = lines.collect();
    }

    /// Puts a block of notes on top that is as long as the title lines go round so many times.
    pub(super) fn lengthen(&mut self, recipe: &Recipe, model: &FormModel, period: &str, rounds: usize) {
        self.contradict(recipe, model, period);
        let once = self.titles.clone();
        self.titles = once.iter().cycle().take(once.len() * rounds).cloned().collect();
    }

    /// Leaves a column blank somewhere behind the first two, where it parts no group.
    pub(super) fn leave_gap(&mut self, rng: &mut Chance) -> bool {
        let parts =
            |at: &usize| self.columns[*at].group.is_none() || self.columns[*at].group != self.columns[*at - 1].group;
        let able: Vec<usize> = (2..self.columns.len()).filter(parts).collect();
        let Some(&at) = one(rng, &able) else { return false };
        // A number of its own would make a column of it.
        self.counters = false;
        self.columns.insert(
            at,
            Laid {
                slot: None,
                group: None,
                header: String::new(),
                unit: String::new(),
            },
        );
        true
    }

    /// Lets the header of a column reach over a new one behind it, which holds the same or nothing.
    pub(super) fn widen(&mut self, at: usize, is_filled: bool) {
        // Numbers or units of their own would make it a column.
        (self.counters, self.units) = (false, false);
        let slot = self.columns[at].slot.filter(|_| is_filled);
        let beneath = Laid {
            slot,
            group: None,
            header: String::new(),
            unit: String::new(),
        };
        self.columns.insert(at + 1, beneath);
        self.wide = Some(at);
    }

    /// Puts a header over that of a column, whether the sheet had two rows of headers or not.
    pub(super) fn head_with(&mut self, at: usize, above: &str) {
        self.two_rows = true;
        self.columns[at].group = Some(above.to_owned());
    }

    /// Puts one line above the table that names a unit, and the unit of the form behind all headers of columns in it.
    pub(super) fn state_unit(&mut self, columns: &[Column], unit: &str, line: String) {
        self.titles = vec![line];
        for laid in &mut self.columns {
            let own = laid.slot.and_then(|slot| columns[slot].kind.unit());
            if own == Some(unit) && !laid.header.contains('（') {
                laid.header = format!("{}（{}）", laid.header, laid.unit);
            }
        }
    }

    /// Holds days as such, in a number format.
    pub(super) fn show_days(&mut self, format: &str) {
        self.day_format = Some(format.to_owned());
    }

    /// Writes what is not known as nothing.
    pub(super) fn blank_unknown(&mut self) {
        self.unknown.clear();
    }

    /// The cells of a clean row.
    pub(super) fn record(&self, model: &FormModel, row: &Row) -> Vec<Cell> {
        let cell = |laid: &Laid| match laid.slot {
            Some(slot) => self.cell(model, slot, &row[slot]),
            None if laid.header.is_empty() => Cell::default(),
            None => Cell::text("1"),
        };
        self.columns.iter().map(cell).collect()
    }

    /// One clean value, written as this clerk does.
    pub(super) fn cell(&self, model: &FormModel, slot: usize, value: &Value) -> Cell {
        let kind = &model.form.columns[slot].kind;
        let pick = |words: &[String]| words.get(self.word % words.len().max(1)).cloned().unwrap_or_default();
        match (value, kind) {
            (Value::Unknown, ColumnKind::Text) => Cell::default(),
            (Value::Unknown, _) => Cell::text(&self.unknown),
            (Value::NotApplicable, _) => Cell::text(&self.not_applicable),
            (Value::Number(n), kind) => Cell::number(decimal(*n, kind.decimals())),
            (Value::Flag(flag), ColumnKind::Boolean { yes, no }) => {
                let (words, other) = if *flag { (yes, no) } else { (no, yes) };
                // Words come in pairs (是/否): the same place of both lists.
                Cell::text(pick(&words[..words.len().min(other.len()).max(1).min(words.len())]))
            }
            (Value::Word(member), ColumnKind::Category { values }) => {
                let words = values.iter().find(|(id, _)| id == member).map(|(_, words)| pick(words));
                Cell::text(words.unwrap_or_else(|| member.clone()))
            }
            (Value::Word(day), ColumnKind::Date) => match &self.day_format {
                Some(format) => Cell::text(day).set(Look::Day(format.clone())),
                None => Cell::text(self.day(day)),
            },
            (Value::Word(code), ColumnKind::DivisionCode { .. }) => {
                let numeric = self.numeric_codes && self.format == Format::Xlsx && is_plain_number(code);
                Cell {
                    numeric,
                    ..Cell::text(code)
                }
            }
            (Value::Word(word), _) => Cell::text(word),
            (Value::Flag(flag), _) => Cell::text(flag.to_string()),
        }
    }

    fn day(&self, day: &str) -> String {
        let parsed: Option<jiff::civil::Date> = day.parse().ok();
        parsed.map_or(day.to_owned(), |date| date.strftime(&self.date).to_string())
    }

    /// A row of sums: the label in the first column, figures where adding makes sense.
    pub(super) fn sums(&self, model: &FormModel, label: &str, rows: &[&Row]) -> Vec<Cell> {
        let sum = |laid: &Laid| {
            let slot = laid
                .slot
                .filter(|&slot| matches!(model.form.columns[slot].kind, ColumnKind::Integer { .. }))?;
            let sum = rows.iter().filter_map(|row| row[slot].number()).sum();
            Some(Cell::number(decimal(sum, 0)))
        };
        let mut cells: Vec<Cell> = self.columns.iter().map(|c| sum(c).unwrap_or_default()).collect();
        let first = self
            .columns
            .iter()
            .position(|c| c.slot.is_some_and(|s| model.form.columns[s].kind == ColumnKind::Text));
        if let Some(cell) = cells.get_mut(first.unwrap_or(0)) {
            *cell = Cell::text(label);
        }
        cells
    }

    /// Whether blank lines stand around the table.
    pub(super) fn spaced(&self) -> bool {
        self.blank_rows
    }
}

/// First row, first column, last row, last column, from 0.
pub(super) type Merge = (usize, usize, usize, usize);

fn is_plain_number(code: &str) -> bool {
    code.len() <= 15 && !code.starts_with('0') && code.bytes().all(|b| b.is_ascii_digit())
}

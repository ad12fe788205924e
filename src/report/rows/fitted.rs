//! Rows for a terminal: as many columns as its width has room for, long texts cut.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::super::grid::{Page, wrapped};
use super::super::look::on_one_line;
use super::super::number::{count, to_four_decimals};
use super::columns::{is_same_throughout, keys_alike, named_key, worth_showing};
use super::head::RowsHead;
use crate::tables::{ColumnSpec, Frame, Value};

/// The room that a title gets on a line, where the cells beneath need less.
const TITLE: usize = 12;
/// Rank of the figure and of what tells rows apart: texts are cut until these have room.
const FIRST: usize = 1;
/// Significant digits that a double has in any case.
const DIGITS: usize = 15;
/// Blanks between columns.
const GAP: usize = 2;

/// The columns that have room on a line, and what need not stand on each.
#[derive(Default)]
pub(super) struct Fitted {
    columns: Vec<Column>,
    /// The keys that all rows share.
    alike: Vec<Alike>,
}

/// A key that all rows share.
struct Alike {
    name: String,
    value: String,
    /// Columns with a name of it, in the language that is read.
    names: Vec<String>,
    /// What stands in them.
    titles: Vec<String>,
}

struct Column {
    name: String,
    title: String,
    width: usize,
    right: bool,
}

impl Alike {
    fn has(&self, column: &str) -> bool {
        self.name == column || self.names.iter().any(|name| name == column)
    }
}

impl Fitted {
    /// By the rows that are shown first. Texts are cut as much as it takes to give every column room that was asked for.
    pub(super) fn new(head: &RowsHead, rows: &Frame, page: Page) -> Fitted {
        let mut specs = worth_showing(head, rows, page.lang);
        let value = |name: &str| rows.column(name).map_or(String::new(), |values| shown(&values.get(0)));
        let alike = |key: &str| {
            let names = specs.iter().map(|(spec, _)| &spec.name);
            // An area may have had several names.
            let is_name = |name: &&String| named_key(head, name) == Some(key) && is_same_throughout(rows, name);
            let names: Vec<String> = names.filter(is_name).cloned().collect();
            Alike {
                name: key.to_owned(),
                value: value(key),
                titles: names.iter().map(|name| value(name)).collect(),
                names,
            }
        };
        let alike: Vec<Alike> = keys_alike(head, rows).into_iter().map(alike).collect();
        specs.retain(|(spec, _)| !alike.iter().any(|key| key.has(&spec.name)));
        let widest: &[usize] = match (head.chosen, page.width) {
            (true, _) => &[60, 40, 24, 16],
            (false, 0..=100) => &[24, 16, 12],
            (false, _) => &[32, 24, 16],
        };
        let fitted = |most: &usize| Fitted::within(&specs, rows, page, (*most).min(page.width.into()));
        let mut tried: Vec<Fitted> = widest.iter().map(fitted).collect();
        let has = |fitted: &Fitted, name: &str| fitted.columns.iter().any(|column| column.name == name);
        let has_room = |fitted: &Fitted| {
            let mut needed = specs.iter().filter(|(_, rank)| head.chosen || *rank <= FIRST);
            needed.all(|(spec, _)| has(fitted, &spec.name))
        };
        let best = tried.iter().position(has_room);
        let best = best.map(|at| tried.swap_remove(at)).or_else(|| tried.pop());
        Fitted {
            alike,
            ..best.unwrap_or_default()
        }
    }

    /// The columns that have room where each has at most so much of it.
    fn within(specs: &[(&ColumnSpec, usize)], rows: &Frame, page: Page, most: usize) -> Fitted {
        let offered = specs.iter().enumerate();
        let mut offered: Vec<(usize, usize, Column)> = offered
            .map(|(place, (spec, rank))| (*rank, place, Column::new(spec, rows, page, most)))
            .collect();
        offered.sort_by_key(|(rank, place, _)| (*rank, *place));
        let mut left = usize::from(page.width) + GAP;
        // The first column stands in any case.
        let mut columns: Vec<(usize, Column)> = Vec::new();
        for (_, place, column) in offered {
            let taken = column.width + GAP;
            if columns.is_empty() || taken <= left {
                left = left.saturating_sub(taken);
                columns.push((place, column));
            }
        }
        columns.sort_by_key(|(place, _)| *place);
        Fitted {
            columns: columns.into_iter().map(|(_, column)| column).collect(),
            alike: Vec::new(),
        }
    }

    /// The keys that all rows share, on lines of their own.
    pub(super) fn alike(&self, page: Page) -> String {
        if self.alike.is_empty() {
            return String::new();
        }
        let named = |key: &Alike| match key.titles.as_slice() {
            [] => format!("{} = {}", key.name, key.value),
            titles => {
                let (open, close) = (page.say("（", " ("), page.say("）", ")"));
                format!(
                    "{} = {}{open}{}{close}",
                    key.name,
                    key.value,
                    titles.join(page.say("，", ", "))
                )
            }
        };
        let keys: Vec<String> = self.alike.iter().map(named).collect();
        page.wrap(&(page.say("以下各行相同：", "In these rows: ").to_owned() + &keys.join(page.say("；", ", "))))
            + "\n\n"
    }

    /// The titles, each on as many lines as it takes, above a rule.
    pub(super) fn title(&self) -> String {
        let titles = self.columns.iter().map(|column| wrapped(&column.title, column.width));
        let titles: Vec<Vec<String>> = titles.map(|title| title.lines().map(str::to_owned).collect()).collect();
        let lines = titles.iter().map(Vec::len).max().unwrap_or(0);
        let above = (0..lines).map(|line| {
            // Titles end just above the rule.
            let cell = |title: &Vec<String>| (line + title.len()).checked_sub(lines).map(|at| title[at].clone());
            let cells = titles.iter().zip(&self.columns);
            self.line(cells.map(|(title, column)| cut(&cell(title).unwrap_or_default(), column.width)))
        });
        let width = self.columns.iter().map(|column| column.width + GAP).sum::<usize>();
        above.collect::<String>() + &"-".repeat(width.saturating_sub(GAP)) + "\n"
    }

    /// Rows, a line each.
    pub(super) fn rows(&self, rows: &Frame) -> String {
        let values: Vec<_> = self.columns.iter().map(|column| rows.column(&column.name)).collect();
        let line = |row: usize| {
            let cells = values
                .iter()
                .zip(&self.columns)
                .map(|(values, column)| values.map_or(String::new(), |values| within(&values.get(row), column.width)));
            self.line(cells)
        };
        (0..rows.height).map(line).collect()
    }

    /// The names of the columns, which the options need: of those that stand there and of those that do not.
    pub(super) fn columns(&self, head: &RowsHead, page: Page) -> String {
        let has = |spec: &&ColumnSpec| self.columns.iter().any(|column| column.name == spec.name);
        let named = |is_shown: bool| {
            let names = head.columns.iter().filter(|spec| has(spec) == is_shown);
            let names = names.filter(|spec| !self.alike.iter().any(|key| key.has(&spec.name)));
            names.map(|spec| spec.name.as_str()).collect::<Vec<_>>()
        };
        let line = |(zh, en): (&str, &str), names: Vec<&str>| match names.as_slice() {
            [] => String::new(),
            names => page.wrap(&(page.say(zh, en).to_owned() + &names.join(page.say("、", ", ")))) + "\n",
        };
        let shown = self.columns.iter().map(|column| column.name.as_str()).collect();
        line(("各列：", "Columns: "), shown) + &line(("未显示：", "Not shown: "), named(false))
    }

    fn line(&self, cells: impl Iterator<Item = String>) -> String {
        let mut line = String::new();
        for (at, (column, cell)) in self.columns.iter().zip(cells).enumerate() {
            let blanks = " ".repeat(column.width.saturating_sub(cell.width()));
            if at > 0 {
                line.push_str(&" ".repeat(GAP));
            }
            match column.right {
                true => line.extend([blanks, cell]),
                false => line.extend([cell, blanks]),
            }
        }
        line.truncate(line.trim_end().len());
        line + "\n"
    }
}

impl Column {
    fn new(spec: &ColumnSpec, rows: &Frame, page: Page, most: usize) -> Column {
        let title = short(&on_one_line(spec.title.get(page.lang))).to_owned();
        let values = rows.column(&spec.name);
        let cells = (0..rows.height).filter_map(|row| Some(shown(&values?.get(row)).width()));
        let words = wrapped(&title, 1);
        let word = words.lines().map(|word| word.width()).max().unwrap_or(0);
        let own = cells.max().unwrap_or(0).max(title.width().min(TITLE)).max(word);
        Column {
            name: spec.name.clone(),
            width: own.clamp(1, most),
            right: spec.kind.is_number(),
            title,
        }
    }
}

/// A long title without what explains it: `Observation status (SDMX): A all expected accepted, P partial` has room for its beginning.
/// What is in brackets stays whole, or goes with its brackets: `Value (the parts add up; to its square)` becomes `Value`.
fn short(title: &str) -> &str {
    if title.width() <= 2 * TITLE {
        return title;
    }
    let is_end = |rest: &str| {
        ["：", "；", "，", ": ", "; ", ", "]
            .iter()
            .any(|end| rest.starts_with(end))
    };
    // Places of the brackets that are open.
    let mut open = Vec::new();
    for (at, c) in title.char_indices() {
        match c {
            '(' | '（' => open.push(at),
            ')' | '）' => {
                open.pop();
            }
            _ if is_end(&title[at..]) => return beginning(title, open.first().copied().unwrap_or(at)),
            _ => {}
        }
    }
    title
}

/// The title up to there; one that begins there stays whole.
fn beginning(title: &str, end: usize) -> &str {
    let kept = title[..end].trim_end();
    if kept.is_empty() { title } else { kept }
}

/// A value as a person reads it; a null is empty.
fn shown(value: &Value) -> String {
    let text = match value {
        Value::Text(text) => text.map(on_one_line),
        Value::Integer(number) => number.map(count),
        Value::Real(number) => number.map(to_four_decimals),
        Value::Boolean(flag) => flag.map(|flag| flag.to_string()),
        Value::Date(day) => day.map(|day| day.to_string()),
    };
    text.unwrap_or_default()
}

/// A value in so much room. A number is whole or in scientific notation: digits that are cut off would make another number of it.
fn within(value: &Value, width: usize) -> String {
    let whole = shown(value);
    // A double may be another number than an integer beyond 2⁵³, in its last digits.
    let (number, is_exact) = match value {
        Value::Integer(Some(number)) => (*number as f64, number.unsigned_abs() < 1 << 53),
        Value::Real(Some(number)) => (*number, true),
        _ => return cut(&whole, width),
    };
    match whole.width() <= width {
        true => whole,
        false => scientific(number, is_exact, width),
    }
}

/// As many digits as there is room for: `1.235e15`.
fn scientific(number: f64, is_exact: bool, width: usize) -> String {
    let with = |digits: usize| format!("{number:.digits$e}");
    let shortest = is_exact.then(|| format!("{number:e}"));
    let mut forms = shortest.into_iter().chain((0..DIGITS).rev().map(with));
    forms.find(|text| text.width() <= width).unwrap_or_else(|| with(0))
}

/// A text of at most so many columns.
fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut kept = String::new();
    let mut used = 0;
    for c in text.chars() {
        used += c.width().unwrap_or(0);
        if used + 1 > width {
            break;
        }
        kept.push(c);
    }
    kept + "…"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Lang;
    use crate::tables::table_specs;

    #[test]
    fn a_title_is_cut_outside_of_brackets() {
        for (title, cut) in [
            (
                "Observation status (SDMX): A all, P partial",
                "Observation status (SDMX)",
            ),
            ("值（各部分之和为指数；威廉森系数为其平方）", "值"),
            ("Rows (cover, reconcile: areas) that could be judged", "Rows"),
            (
                "Strata of one side alone (Kitagawa)",
                "Strata of one side alone (Kitagawa)",
            ),
            (
                "(negative: early) days between two of them",
                "(negative: early) days between two of them",
            ),
            ("Days late; negative: early", "Days late"),
            ("Short, as it is", "Short, as it is"),
        ] {
            assert_eq!(short(title), if title.width() <= 2 * TITLE { title } else { cut });
        }
    }

    #[test]
    fn no_heading_of_a_table_has_an_open_bracket_or_is_one_of_the_values() {
        for (table, spec) in table_specs() {
            for column in &spec.columns {
                for lang in [Lang::Zh, Lang::En] {
                    let heading = short(column.title.get(lang));
                    let count = |brackets: [char; 2]| heading.matches(brackets).count();
                    assert_eq!(
                        count(['(', '（']),
                        count([')', '）']),
                        "{table}.{}: {heading}",
                        column.name
                    );
                    let is_value = |value: &String| {
                        let words = value.replace('_', " ");
                        heading == words
                            || heading
                                .strip_prefix(words.as_str())
                                .is_some_and(|rest| rest.starts_with(' '))
                    };
                    let value = column.values.iter().find(|value| is_value(value));
                    assert_eq!(value, None, "{table}.{}: {heading}", column.name);
                }
            }
        }
    }
}

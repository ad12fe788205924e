//! What differs between two releases, as text, JSON or Markdown.

use serde::Serialize;

use super::grid::{Column, Page};
use super::look::{brief, on_one_line, say};
use super::number::{count, exact, signed};
use crate::domain::{Lang, plural};
use crate::tables::Tolerance;

/// Two releases held against each other.
#[derive(Clone, Debug, Serialize)]
pub struct DiffReport {
    /// The first.
    pub from: DiffSide,
    /// The second.
    pub to: DiffSide,
    /// Whether definition or registry differ; None: one of them has no manifest.
    pub definition_changed: Option<bool>,
    /// Whether two versions of huizong have made them, likewise.
    pub program_changed: Option<bool>,
    /// Files received; None: likewise.
    pub inputs: Option<FileCounts>,
    /// By how much doubles may differ and count as the same.
    #[serde(skip)]
    pub tolerance: Tolerance,
    /// Every table that was compared, by name.
    pub tables: Vec<TableDiff>,
}

/// One of two releases.
#[derive(Clone, Debug, Serialize)]
pub struct DiffSide {
    /// Its id, or the folder as it was named.
    pub name: String,
    /// When it was published; None: it has no manifest.
    pub created_at: Option<String>,
    /// What made it.
    pub huizong_version: Option<String>,
    /// Its periods.
    pub periods: Vec<String>,
}

/// Files that only one has, or that both have with another content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct FileCounts {
    /// Only in the second.
    pub added: usize,
    /// Only in the first.
    pub removed: usize,
    /// In both, not the same.
    pub changed: usize,
}

/// What differs in one table, or in the rows of one form.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct TableDiff {
    /// `indicators`, `facts/communities`.
    pub table: String,
    /// `from` or `to`, where only one has it.
    pub only_in: Option<&'static str>,
    /// Rows of the files that differ, in the first.
    pub rows_before: usize,
    /// The same in the second.
    pub rows_after: usize,
    /// Columns that only the second has.
    pub columns_added: Vec<String>,
    /// Columns that only the first has.
    pub columns_removed: Vec<String>,
    /// Columns of another type.
    pub columns_retyped: Vec<RetypedColumn>,
    /// Rows cannot be told apart: there is no key, or a column of it is missing on one side.
    pub not_keyed: bool,
    /// Rows whose key only the second has.
    pub added: usize,
    /// Rows whose key only the first has.
    pub removed: usize,
    /// Rows of both with another value in any column.
    pub changed: usize,
    /// Columns with another value in any row, in their order.
    pub columns: Vec<ColumnChange>,
    /// The largest changes.
    pub top: Vec<CellChange>,
    /// Keys of the first rows that were added.
    pub added_rows: Vec<String>,
    /// Keys of the first rows that were removed.
    pub removed_rows: Vec<String>,
}

/// A column of another type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RetypedColumn {
    /// Its name.
    pub column: String,
    /// Type in the first.
    pub before: String,
    /// Type in the second.
    pub after: String,
}

/// A column with other values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ColumnChange {
    /// Its name.
    pub column: String,
    /// In how many rows.
    pub cells: usize,
}

/// A cell with another value.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CellChange {
    /// Values of the row's key.
    pub row: String,
    /// The column.
    pub column: String,
    /// None: null.
    pub before: Option<String>,
    /// None: null.
    pub after: Option<String>,
    /// Of two numbers, the second less the first.
    pub difference: Option<f64>,
    /// The difference as a share of the largest value of its column.
    #[serde(skip)]
    pub size: f64,
}

impl TableDiff {
    /// Nothing found yet.
    pub fn new(table: &str) -> TableDiff {
        TableDiff {
            table: table.to_owned(),
            ..TableDiff::default()
        }
    }

    /// Whether columns, rows and values are the same.
    pub fn is_same(&self) -> bool {
        self.only_in.is_none()
            && !self.not_keyed
            && self.columns_added.is_empty()
            && self.columns_removed.is_empty()
            && self.columns_retyped.is_empty()
            && self.added + self.removed + self.changed == 0
    }

    /// What changed in the columns themselves, and whether the rows could be compared.
    fn notes(&self, from: &str, to: &str, lang: Lang) -> Vec<String> {
        let mut notes = Vec::new();
        let listed = |names: &[String]| names.join(say(lang, "、", ", "));
        match self.only_in {
            Some("from") => notes.push(format!("{} {from}", say(lang, "只有该版本有此表：", "only in"))),
            Some(_) => notes.push(format!("{} {to}", say(lang, "只有该版本有此表：", "only in"))),
            None => {}
        }
        for (zh, en, names) in [
            ("新增列", "columns added", &self.columns_added),
            ("减少列", "columns removed", &self.columns_removed),
        ] {
            if !names.is_empty() {
                notes.push(format!("{}{}", say(lang, zh, en), said(lang, &listed(names))));
            }
        }
        if !self.columns_retyped.is_empty() {
            let all: Vec<String> = (self.columns_retyped.iter())
                .map(|one| format!("{} {} → {}", one.column, one.before, one.after))
                .collect();
            notes.push(format!(
                "{}{}",
                say(lang, "列类型改变", "columns of another type"),
                said(lang, &listed(&all))
            ));
        }
        if self.not_keyed {
            notes.push(
                say(
                    lang,
                    "无法逐行比较：此表没有主键，或有一方缺少主键的列",
                    "rows cannot be compared: the table has no key, or one side lacks a column of it",
                )
                .to_owned(),
            );
        }
        notes
    }
}

/// What follows a heading on its line.
fn said(lang: Lang, text: &str) -> String {
    format!("{}{text}", say(lang, "：", ": "))
}

impl DiffReport {
    /// Whether no table differs.
    pub fn is_same(&self) -> bool {
        self.tables.iter().all(TableDiff::is_same)
    }

    /// One JSON object.
    pub fn json(&self) -> String {
        let mut value = serde_json::to_value(self).unwrap_or_default();
        if let Some(object) = value.as_object_mut() {
            object.insert("same".into(), self.is_same().into());
            object.insert("absolute_tolerance".into(), self.tolerance.absolute.into());
            object.insert("relative_tolerance".into(), self.tolerance.relative.into());
        }
        serde_json::to_string_pretty(&value).unwrap_or_default() + "\n"
    }

    /// As a person reads it.
    pub fn text(&self, page: Page) -> String {
        let lang = page.lang;
        let mut parts = vec![page.wrap(&self.heading(lang))];
        let differing: Vec<&TableDiff> = self.tables.iter().filter(|table| !table.is_same()).collect();
        if !differing.is_empty() {
            let titles = titles(lang);
            let columns = [
                Column::left(titles[0]),
                Column::right(titles[1]),
                Column::right(titles[2]),
                Column::right(titles[3]),
                Column::left(titles[4]),
            ];
            let mut grid = page.grid(&columns);
            differing.iter().for_each(|table| grid.push(line(table, lang)));
            parts.push(grid.render());
        }
        parts.extend(self.same(lang));
        for table in differing {
            let mut lines = vec![table.table.clone()];
            lines.extend(
                self.details(table, lang)
                    .into_iter()
                    .map(|line| format!("  {}", on_one_line(&line))),
            );
            parts.push(lines.join("\n"));
        }
        parts.join("\n\n") + "\n"
    }

    /// For a forge or a wiki.
    pub fn markdown(&self, lang: Lang) -> String {
        let heading = self.heading(lang);
        let (first, rest) = heading.split_once('\n').unwrap_or((&heading, ""));
        let mut parts = vec![format!("# {}", escaped(first))];
        parts.extend((!rest.is_empty()).then(|| escaped(rest).replace('\n', "  \n")));
        let differing: Vec<&TableDiff> = self.tables.iter().filter(|table| !table.is_same()).collect();
        if !differing.is_empty() {
            let mut lines = vec![
                format!("| {} |", titles(lang).join(" | ")),
                "|---|---:|---:|---:|---|".to_owned(),
            ];
            let row = |table: &&TableDiff| {
                let cells: Vec<String> = line(table, lang).iter().map(|cell| escaped(cell)).collect();
                format!("| {} |", cells.join(" | "))
            };
            lines.extend(differing.iter().map(row));
            parts.push(lines.join("\n"));
        }
        parts.extend(self.same(lang));
        for table in differing {
            let details = self.details(table, lang);
            if !details.is_empty() {
                let lines: Vec<String> = details.iter().map(|line| format!("- {}", escaped(line))).collect();
                parts.push(format!("## {}\n\n{}", escaped(&table.table), lines.join("\n")));
            }
        }
        parts.join("\n\n") + "\n"
    }

    fn heading(&self, lang: Lang) -> String {
        let side = |side: &DiffSide| match side.created_at.as_deref().and_then(|at| at.get(..10)) {
            Some(day) => format!("{} ({day})", side.name),
            None => side.name.clone(),
        };
        let mut lines = vec![format!("{} → {}", side(&self.from), side(&self.to))];
        if let Some(FileCounts {
            added,
            removed,
            changed,
        }) = self.inputs
        {
            lines.push(match lang {
                Lang::Zh => format!("上报文件：新增 {added}，减少 {removed}，内容改变 {changed}"),
                Lang::En => format!("Files received: {added} added, {removed} removed, {changed} changed"),
            });
        }
        if self.definition_changed == Some(true) {
            lines.push(say(lang, "流程定义或登记册已改变", "Definition or registry changed").to_owned());
        }
        if self.program_changed == Some(true) {
            let version = |side: &DiffSide| side.huizong_version.clone().unwrap_or_default();
            lines.push(format!("huizong {} → {}", version(&self.from), version(&self.to)));
        }
        if self.from.periods != self.to.periods {
            let periods = |side: &DiffSide| side.periods.join(say(lang, "、", ", "));
            lines.push(format!(
                "{}{} → {}",
                say(lang, "报告期：", "Periods: "),
                periods(&self.from),
                periods(&self.to)
            ));
        }
        lines.join("\n")
    }

    /// How many tables do not differ.
    fn same(&self, lang: Lang) -> Option<String> {
        let same = self.tables.iter().filter(|table| table.is_same()).count();
        Some(match (lang, same) {
            (_, 0) => return None,
            (Lang::Zh, _) if self.is_same() => format!("{same} 张表全部相同。"),
            (Lang::En, _) if self.is_same() => format!("All {same} tables are the same."),
            (Lang::Zh, _) => format!("另有 {same} 张表相同。"),
            (Lang::En, _) => format!("Tables that are the same: {same}."),
        })
    }

    /// Schema, columns with changes, the largest changes, and rows on one side only.
    fn details(&self, table: &TableDiff, lang: Lang) -> Vec<String> {
        let mut lines = table.notes(&self.from.name, &self.to.name, lang);
        for change in &table.top {
            let shown = |value: &Option<String>| match value {
                None => say(lang, "空", "null").to_owned(),
                Some(text) => match text.parse::<f64>() {
                    Ok(number) if change.difference.is_some() => exact(number),
                    _ => brief(text, 60),
                },
            };
            let by = change
                .difference
                .map_or(String::new(), |by| format!(" ({})", signed(by)));
            lines.push(format!(
                "{} · {}{}",
                change.row,
                change.column,
                said(
                    lang,
                    &format!("{} → {}{by}", shown(&change.before), shown(&change.after))
                )
            ));
        }
        for (sign, rows, all) in [
            ("+", &table.added_rows, table.added),
            ("-", &table.removed_rows, table.removed),
        ] {
            lines.extend(rows.iter().map(|row| format!("{sign} {}", brief(row, 120))));
            if all > rows.len() {
                let more = all - rows.len();
                lines.push(match lang {
                    Lang::Zh => format!("{sign} ……另有 {} 行", count(more as i64)),
                    Lang::En => format!("{sign} … {}", plural(more, "more row")),
                });
            }
        }
        lines
    }
}

fn titles(lang: Lang) -> [&'static str; 5] {
    match lang {
        Lang::Zh => ["表", "新增行", "减少行", "改变行", "改变的列（行数）"],
        Lang::En => ["Table", "Added", "Removed", "Changed", "Columns that changed (rows)"],
    }
}

/// A table's line of the overview.
fn line(table: &TableDiff, lang: Lang) -> Vec<String> {
    let columns: Vec<String> = (table.columns.iter())
        .map(|one| format!("{} ({})", one.column, count(one.cells as i64)))
        .collect();
    let counts = [table.added, table.removed, table.changed].map(|rows| match table.not_keyed {
        true => "?".to_owned(),
        false => count(rows as i64),
    });
    let mut cells = vec![table.table.clone()];
    cells.extend(counts);
    cells.push(columns.join(say(lang, "、", ", ")));
    cells
}

/// Text of others in Markdown: nothing in it is markup.
pub(super) fn escaped(text: &str) -> String {
    let mut spelt = String::new();
    for c in text.chars() {
        match c {
            '\n' => spelt.push(c),
            '\\' | '|' | '*' | '_' | '`' | '<' | '>' | '[' | ']' | '#' => spelt.extend(['\\', c]),
            c => spelt.push_str(&on_one_line(&c.to_string())),
        }
    }
    spelt
}

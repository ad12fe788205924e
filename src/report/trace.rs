//! `huizong trace`: a figure, what it is summed from, level by level, down to the cells.

use serde::Serialize;

use super::look::{Look, Source, brief, visible};
use super::number::{count, exact, figure, percent};
use super::text::{Column, Grid, wrap};
use crate::domain::{Lang, Text};

/// A figure and where it comes from. At every level, and over the records, the lines and their rest add up to the
/// numerator and the denominator.
#[derive(Clone, Debug, Serialize)]
pub struct TraceReport {
    /// The release.
    #[serde(flatten)]
    pub source: Source,
    /// Id of the indicator.
    pub indicator: String,
    /// What a person calls it.
    pub title: Text,
    /// Its unit.
    pub unit: String,
    /// What a person calls it; empty where there is no word for it.
    pub unit_title: Text,
    /// value = numerator ÷ denominator × factor.
    pub factor: f64,
    /// Formula of the numerator.
    pub numerator_formula: String,
    /// Formula of the denominator.
    pub denominator_formula: String,
    /// Restriction to members of dimensions.
    pub restriction: Option<String>,
    /// Id of the form that is summed.
    pub form: String,
    /// What a person calls it.
    pub form_title: Text,
    /// The period.
    pub period: String,
    /// The area.
    pub area: TraceArea,
    /// Why the value is null.
    pub null_reason: Option<String>,
    /// Records behind it.
    pub rows: i64,
    /// What is not in it.
    pub held: Held,
    /// The levels below the area, from above.
    pub levels: Vec<TraceLevel>,
    /// Records, by what they add to the numerator.
    pub records: Vec<TraceRecord>,
    /// The other records that count.
    pub records_rest: TraceRest,
    /// The files of these records.
    pub files: Vec<TraceFile>,
}

/// An area's part.
#[derive(Clone, Debug, Serialize)]
pub struct TraceArea {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: Text,
    /// Name of the area right above it.
    pub above: Option<Text>,
    /// Σ numerator.
    pub numerator: f64,
    /// Σ denominator.
    pub denominator: f64,
    /// In the indicator's unit; None: the denominator is zero.
    pub value: Option<f64>,
    /// Numerator ÷ numerator of the area that is traced; None: that is zero.
    pub share: Option<f64>,
}

/// The areas of a level. An area that has no part at the level stands there under the one above.
#[derive(Clone, Debug, Serialize)]
pub struct TraceLevel {
    /// Name of the level.
    pub level: String,
    /// The first by numerator, ties by code.
    pub areas: Vec<TraceArea>,
    /// The others.
    pub rest: TraceRest,
}

/// What is not listed.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct TraceRest {
    /// How many.
    pub count: i64,
    /// Σ numerator.
    pub numerator: f64,
    /// Σ denominator.
    pub denominator: f64,
}

/// A record.
#[derive(Clone, Debug, Serialize)]
pub struct TraceRecord {
    /// Values of the form's key.
    pub key: Vec<String>,
    /// The area it belongs to.
    pub area_code: String,
    /// Name of that area.
    pub area: Text,
    /// What it adds.
    pub numerator: f64,
    /// What it adds.
    pub denominator: f64,
    /// As in [`TraceArea`].
    pub share: Option<f64>,
    /// Which of the files, from 0.
    pub file: usize,
    /// Sheet of a workbook.
    pub sheet: Option<String>,
    /// Row as the clerk sees it.
    pub row: Option<i64>,
    /// What the measures and `where` read.
    pub cells: Vec<TraceCell>,
}

/// A cell of a record.
#[derive(Clone, Debug, Serialize)]
pub struct TraceCell {
    /// Column of the form.
    pub column: String,
    /// Header as received.
    pub header: Option<String>,
    /// `H12`; None in a JSON file, and where the layout is not known.
    pub cell: Option<String>,
    /// As it was read: in the column's unit; None: missing.
    pub value: Option<String>,
}

/// A file.
#[derive(Clone, Debug, Serialize)]
pub struct TraceFile {
    /// Id of the submission.
    pub submission: String,
    /// Below the input folder.
    pub path: String,
    /// Of its bytes.
    pub sha256: String,
}

/// What is not in numerator and denominator.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Held {
    /// Reporters that owe the form and are concerned.
    pub reporters_expected: i64,
    /// Of them, with an accepted row.
    pub reporters_reported: i64,
    /// Rows of the form that are quarantined, of submissions from this area.
    pub rows_quarantined: i64,
    /// The same of submissions from wider areas, of which it is not known here whether they belong to this one.
    pub rows_quarantined_above: i64,
    /// Accepted rows whose numerator is missing.
    pub rows_without_numerator: i64,
    /// Their denominators.
    pub denominator_of_these: f64,
    /// Accepted rows whose denominator is missing.
    pub rows_without_denominator: i64,
    /// Accepted rows of which it is unknown whether `where` holds.
    pub rows_undecided: i64,
    /// Accepted rows for which `where` does not hold.
    pub rows_excluded: i64,
}

impl Look for TraceReport {
    fn text(&self, lang: Lang) -> String {
        let title = self.title.get(lang);
        let parts = [title, self.area.name.get(lang), &self.period].map(visible);
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        let mut sections = vec![self.source.heading(&parts, lang), self.figure(lang), self.held(lang)];
        sections.extend(self.levels.iter().map(|level| self.level(level, lang)));
        if !self.records.is_empty() {
            sections.push(self.list(lang));
        }
        sections.join("\n\n") + "\n"
    }

    fn rows(&self, lang: Lang) -> Vec<Vec<String>> {
        let head = [
            "level",
            "code",
            "name",
            "numerator",
            "denominator",
            "value",
            "share",
            "path",
            "sha256",
            "sheet",
            "row",
            "cells",
        ];
        let mut rows = vec![head.map(str::to_owned).to_vec()];
        rows.push(area_row("", &self.area, lang));
        for level in &self.levels {
            rows.extend(level.areas.iter().map(|area| area_row(&level.level, area, lang)));
            rows.extend(rest_row(&level.level, &level.rest));
        }
        rows.extend(self.records.iter().map(|record| self.record_row(record, lang)));
        rows.extend(rest_row(&self.form, &self.records_rest));
        rows
    }
}

impl TraceReport {
    fn figure(&self, lang: Lang) -> String {
        let (numerator, denominator) = (exact(self.area.numerator), exact(self.area.denominator));
        let value = match (self.area.value, &self.null_reason) {
            (Some(value), _) => format!("{} {}", figure(value), self.unit_title.get(lang))
                .trim_end()
                .to_owned(),
            (None, Some(reason)) => format!("- ({reason})"),
            (None, None) => "-".to_owned(),
        };
        let factor = if self.factor == 1.0 {
            String::new()
        } else {
            format!(" × {}", exact(self.factor))
        };
        let mut lines = vec![
            format!("{numerator} ÷ {denominator}{factor} = {value}"),
            format!("  {}  Σ {}", say(lang, "分子", "numerator  "), self.numerator_formula),
            format!("  {}  Σ {}", say(lang, "分母", "denominator"), self.denominator_formula),
        ];
        if let Some(restriction) = &self.restriction {
            lines.push(format!("  {}  {restriction}", say(lang, "限定", "where      ")));
        }
        lines.push(match lang {
            Lang::Zh => format!("  取自 {} {} 行", self.form_title.get(lang), count(self.rows)),
            Lang::En => format!("  over {} rows of {}", count(self.rows), self.form_title.get(lang)),
        });
        lines.join("\n")
    }

    fn held(&self, lang: Lang) -> String {
        let held = &self.held;
        let missing = held.reporters_expected - held.reporters_reported;
        let of_these = exact(held.denominator_of_these);
        let parts = [
            (missing, "个上报单位没有可用数据", "reporters without an accepted row"),
            (
                held.rows_quarantined,
                "行被隔离（全表）",
                "rows of the form in quarantine",
            ),
            (
                held.rows_quarantined_above,
                "行被隔离，由更大范围的文件报来",
                "rows in quarantine from files of wider areas",
            ),
            (
                held.rows_without_numerator,
                "行缺分子",
                "rows whose numerator is missing",
            ),
            (
                held.rows_without_denominator,
                "行缺分母",
                "rows whose denominator is missing",
            ),
            (
                held.rows_undecided,
                "行无法判断是否符合限定",
                "rows of which it is unknown whether `where` holds",
            ),
        ];
        let mut told: Vec<String> = Vec::new();
        for (n, zh, en) in parts.iter().filter(|(n, ..)| *n != 0) {
            let one = if *n == 1 {
                en.replacen("s ", " ", 1)
            } else {
                (*en).to_owned()
            };
            let mut part = format!("{} {}", count(*n), say(lang, zh, &one));
            if *zh == "行缺分子" {
                part += &match lang {
                    Lang::Zh => format!("（分母合计 {of_these}）"),
                    Lang::En => format!(" (denominator {of_these})"),
                };
            }
            told.push(part);
        }
        if told.is_empty() {
            return say(
                lang,
                "没有任何应计而未计的数据。",
                "Nothing that belongs here is left out.",
            )
            .to_owned();
        }
        wrap(&(say(lang, "未计入：", "Not in it: ").to_owned() + &told.join(say(lang, "；", "; "))))
    }

    fn level(&self, level: &TraceLevel, lang: Lang) -> String {
        let mut grid = Grid::new(&[
            Column::left(&level.level),
            Column::right(say(lang, "分子", "Numerator")),
            Column::right(say(lang, "分母", "Denominator")),
            Column::right(say(lang, "值", "Value")),
            Column::right(say(lang, "占分子", "Of the numerator")),
        ]);
        for area in &level.areas {
            let above = area
                .above
                .as_ref()
                .map_or(String::new(), |above| format!(" · {}", above.get(lang)));
            grid.push(vec![
                visible(&format!("{} {}{above}", area.code, area.name.get(lang))),
                exact(area.numerator),
                exact(area.denominator),
                area.value.map_or("-".to_owned(), figure),
                area.share.map_or("-".to_owned(), percent),
            ]);
        }
        push_rest(&mut grid, &level.rest, self.area.numerator, lang);
        grid.render()
    }

    fn list(&self, lang: Lang) -> String {
        let mut grid = Grid::new(&[
            Column::left(self.form_title.get(lang)),
            Column::right(say(lang, "分子", "Numerator")),
            Column::right(say(lang, "分母", "Denominator")),
            Column::right(say(lang, "占分子", "Of the numerator")),
            Column::left(say(lang, "文件", "File")),
            Column::left(say(lang, "行", "Row")),
            Column::left(say(lang, "单元格", "Cells")),
        ]);
        for record in &self.records {
            // The key stands there already.
            let cells = record
                .cells
                .iter()
                .filter(|cell| !cell.value.as_ref().is_some_and(|v| record.key.contains(v)));
            let sheet = record
                .sheet
                .as_ref()
                .map_or(String::new(), |sheet| format!(" {}", brief(sheet, 20)));
            let key = if record.key.is_empty() {
                record.area_code.clone()
            } else {
                record.key.join(" ")
            };
            grid.push(vec![
                visible(&format!("{key} · {}", record.area.get(lang))),
                exact(record.numerator),
                exact(record.denominator),
                record.share.map_or("-".to_owned(), percent),
                format!("[{}]{sheet}", record.file + 1),
                record.row.map_or("-".to_owned(), |row| row.to_string()),
                cells.map(TraceCell::shown).collect::<Vec<_>>().join(" "),
            ]);
        }
        let rest = &self.records_rest;
        if rest.count > 0 {
            let share = (self.area.numerator != 0.0).then(|| percent(rest.numerator / self.area.numerator));
            let dash = || String::new();
            grid.push(vec![
                others(rest.count, lang),
                exact(rest.numerator),
                exact(rest.denominator),
                share.unwrap_or("-".to_owned()),
                dash(),
                dash(),
                dash(),
            ]);
        }
        let mut lines = vec![grid.render(), say(lang, "文件", "Files").to_owned()];
        for (at, file) in self.files.iter().enumerate() {
            lines.push(format!("  [{}] {}", at + 1, visible(&file.path)));
            lines.push(format!("      sha256 {}", file.sha256));
        }
        lines.join("\n")
    }

    fn record_row(&self, record: &TraceRecord, lang: Lang) -> Vec<String> {
        let file = &self.files[record.file];
        let value = (record.denominator != 0.0).then(|| record.numerator / record.denominator * self.factor);
        vec![
            self.form.clone(),
            record.key.join(" "),
            record.area.get(lang).to_owned(),
            record.numerator.to_string(),
            record.denominator.to_string(),
            number(value),
            number(record.share),
            file.path.clone(),
            file.sha256.clone(),
            record.sheet.clone().unwrap_or_default(),
            record.row.map_or(String::new(), |row| row.to_string()),
            record.cells.iter().map(TraceCell::shown).collect::<Vec<_>>().join("; "),
        ]
    }
}

impl TraceCell {
    /// `H12 households=300`
    fn shown(&self) -> String {
        let value = self.value.as_deref().unwrap_or("-");
        let value = brief(value, 40);
        match &self.cell {
            Some(cell) => format!("{cell} {}={value}", self.column),
            None => format!("{}={value}", self.column),
        }
    }
}

fn push_rest(grid: &mut Grid, rest: &TraceRest, whole: f64, lang: Lang) {
    if rest.count == 0 {
        return;
    }
    let share = (whole != 0.0).then(|| percent(rest.numerator / whole));
    grid.push(vec![
        others(rest.count, lang),
        exact(rest.numerator),
        exact(rest.denominator),
        String::new(),
        share.unwrap_or("-".to_owned()),
    ]);
}

fn others(n: i64, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("其余 {}", count(n)),
        Lang::En => format!("{} others", count(n)),
    }
}

fn area_row(level: &str, area: &TraceArea, lang: Lang) -> Vec<String> {
    let mut row = vec![
        level.to_owned(),
        area.code.clone(),
        area.name.get(lang).to_owned(),
        area.numerator.to_string(),
        area.denominator.to_string(),
        number(area.value),
        number(area.share),
    ];
    row.resize(12, String::new());
    row
}

/// A line without a code: what the lines above leave out.
fn rest_row(level: &str, rest: &TraceRest) -> Option<Vec<String>> {
    let mut row = vec![
        level.to_owned(),
        String::new(),
        format!("others: {}", rest.count),
        rest.numerator.to_string(),
        rest.denominator.to_string(),
    ];
    row.resize(12, String::new());
    (rest.count > 0).then_some(row)
}

fn number(value: Option<f64>) -> String {
    value.map_or(String::new(), |value| value.to_string())
}

fn say<'a>(lang: Lang, zh: &'a str, en: &'a str) -> &'a str {
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }
}

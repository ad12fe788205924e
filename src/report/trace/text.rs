//! A trace as a person reads it.

use super::parts::{TraceLevel, TraceReport, TraceRest};
use crate::domain::{Lang, plural};
use crate::report::grid::{Column, Grid, Page};
use crate::report::look::{brief, on_one_line, say};
use crate::report::number::{count, exact, figure, percent};

impl TraceReport {
    pub(super) fn figure(&self, lang: Lang) -> String {
        let (numerator, denominator) = (exact(self.area.numerator), exact(self.area.denominator));
        let value = match (self.area.value, &self.null_title) {
            (Some(value), _) => with_unit(&figure(value), self.unit_title.get(lang)),
            (None, Some(reason)) => format!("- ({})", reason.get(lang)),
            (None, None) => "-".to_owned(),
        };
        let factor = if self.factor == 1.0 {
            String::new()
        } else {
            format!(" × {}", exact(self.factor))
        };
        let mut lines = vec![
            format!("{numerator} ÷ {denominator}{factor} = {value}"),
            format!(
                "  {}  Σ {}",
                say(lang, "分子", "numerator  "),
                summed(self.numerator_title.get(lang), &self.numerator_formula, lang)
            ),
            format!(
                "  {}  Σ {}",
                say(lang, "分母", "denominator"),
                summed(self.denominator_title.get(lang), &self.denominator_formula, lang)
            ),
        ];
        if let Some(restriction) = &self.restriction_title {
            let restriction = restriction.get(lang);
            lines.push(format!("  {}  {restriction}", say(lang, "限定", "where      ")));
        }
        lines.push(match lang {
            Lang::Zh => format!("  取自 {} {} 行", self.form_title.get(lang), count(self.rows)),
            Lang::En => {
                format!("  over {} of {}", plural(self.rows, "row"), self.form_title.get(lang))
            }
        });
        lines.join("\n")
    }

    pub(super) fn held(&self, page: Page) -> String {
        let lang = page.lang;
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
                held.rows_unmatched,
                "行所属地区的两种表式未齐备",
                "rows of areas of which not everything has come from both forms",
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
            if *zh == "行缺分子" && self.numerator_form.is_none() {
                part += &match lang {
                    Lang::Zh => format!("（分母合计 {of_these}）"),
                    Lang::En => format!(" (denominator {of_these})"),
                };
            }
            told.push(part);
        }
        if told.is_empty() {
            return say(lang, "没有任何应计而未计的数据。", "Nothing is left out.").to_owned();
        }
        page.wrap(&(say(lang, "未计入：", "Not included: ").to_owned() + &told.join(say(lang, "；", "; "))))
    }

    pub(super) fn level(&self, level: &TraceLevel, page: Page) -> String {
        let lang = page.lang;
        let mut grid = page.grid(&[
            Column::left(level.level_title.get(lang)),
            Column::right(say(lang, "分子", "Numerator")),
            Column::right(say(lang, "分母", "Denominator")),
            Column::right(say(lang, "值", "Value")),
            Column::right(say(lang, "占比", "Share")),
        ]);
        for area in &level.areas {
            let above = area
                .above
                .as_ref()
                .map_or(String::new(), |above| format!(" · {}", above.get(lang)));
            grid.push(vec![
                on_one_line(&format!("{} {}{above}", area.code, area.name.get(lang))),
                exact(area.numerator),
                exact(area.denominator),
                area.value.map_or("-".to_owned(), figure),
                area.share.map_or("-".to_owned(), percent),
            ]);
        }
        push_rest(&mut grid, &level.rest, self.area.numerator, lang);
        grid.render()
    }

    pub(super) fn list(&self, page: Page) -> String {
        let lang = page.lang;
        let mut grid = page.grid(&[
            Column::left(self.form_title.get(lang)),
            Column::right(say(lang, "分子", "Numerator")),
            Column::right(say(lang, "分母", "Denominator")),
            Column::right(say(lang, "占比", "Share")),
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
                on_one_line(&format!("{key} · {}", record.area.get(lang))),
                exact(record.numerator),
                exact(record.denominator),
                record.share.map_or("-".to_owned(), percent),
                format!("[{}]{sheet}", record.file + 1),
                record.row.map_or("-".to_owned(), |row| row.to_string()),
                cells.map(|cell| cell.shown(lang)).collect::<Vec<_>>().join("\n"),
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
            lines.push(format!("  [{}] {}", at + 1, on_one_line(&file.path)));
            lines.push(format!("      sha256 {}", file.sha256));
        }
        lines.join("\n")
    }
}

/// `31.7 m²`; a unit that begins with a figure stands in brackets: `3.49 (10,000 yuan)`.
fn with_unit(value: &str, unit: &str) -> String {
    match unit.chars().next() {
        None => value.to_owned(),
        Some(first) if first.is_ascii_digit() => format!("{value} ({unit})"),
        Some(_) => format!("{value} {unit}"),
    }
}

/// `Households (households)`: what is summed, and its formula.
fn summed(title: &str, formula: &str, lang: Lang) -> String {
    match lang {
        _ if title.is_empty() || title == formula => formula.to_owned(),
        Lang::Zh => format!("{title}（{formula}）"),
        Lang::En => format!("{title} ({formula})"),
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
        Lang::En => plural(n, "other"),
    }
}

//! `huizong trace`: a figure, what it is summed from, level by level, down to the cells.

mod parts;
mod rows;
mod text;

use super::grid::Page;
use super::look::{Look, on_one_line};
use crate::domain::Lang;
pub use parts::{Held, TraceArea, TraceCell, TraceFile, TraceLevel, TraceRecord, TraceReport, TraceRest};
use rows::{area_row, rest_row};

impl Look for TraceReport {
    fn text(&self, page: Page) -> String {
        let lang = page.lang;
        let title = self.title.get(lang);
        let parts = [title, self.area.name.get(lang), &self.period].map(on_one_line);
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        let mut sections = vec![self.source.heading(&parts, lang), self.figure(lang), self.held(page)];
        sections.extend(self.levels.iter().map(|level| self.level(level, page)));
        if !self.records.is_empty() {
            sections.push(self.list(page));
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

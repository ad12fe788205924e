//! Which records of a sheet are lines of wider areas: the province above its counties. They are sums of other rows.

use std::sync::LazyLock;

use super::cell::tidy;
use super::context::Context;
use super::deciding::deciding_column;
use crate::domain::{RawTable, half_width};
use crate::pipeline::{CodeScheme, ColumnKind, Form, RowUnit};
use crate::registry::Area;

/// Columns of text looked at for the sender's own name, where the key says nothing.
const NAMES: usize = 3;

/// Positions among a sheet's records, ascending, of those that are about an area wider than what a row is about: the sender, one within
/// it or one that holds it. With each comes the code of that area. Empty where the sender is not known or a row is about all of it.
pub fn totals(table: &RawTable, context: &Context) -> Vec<(u32, String)> {
    let form = &context.pipeline.forms[context.form];
    let Some(sender) = context.areas.get(context.sender) else {
        return Vec::new();
    };
    let judge = Judge::new(table, context, form, sender);
    if sender.level >= judge.level {
        return Vec::new();
    }
    let records = (0..).zip(&table.records);
    records
        .filter_map(|(position, row)| Some((position, judge.total_of(*row as usize)?.code.clone())))
        .collect()
}

/// Judges whether rows of a sheet are about wider areas.
pub(super) struct Judge<'a> {
    table: &'a RawTable,
    context: Context<'a>,
    sender: &'a Area,
    /// Level of what a row is about; one past the registry's for what lies below it.
    level: usize,
    /// Kind and physical column of what says where a row belongs.
    deciding: Option<(&'a ColumnKind, usize)>,
    /// Physical columns that may hold the sender's name.
    names: Vec<usize>,
}

impl<'a> Judge<'a> {
    pub(super) fn new(table: &'a RawTable, context: &Context<'a>, form: &'a Form, sender: &'a Area) -> Judge<'a> {
        let below = context.pipeline.registry.levels.len();
        let place = |column: usize| table.columns.iter().find(|matched| matched.column == column);
        let column = deciding_column(form);
        let level = match column.map(|column| &form.columns[column].kind) {
            Some(ColumnKind::DivisionCode { level }) => level.unwrap_or(below),
            Some(ColumnKind::DivisionName { level }) => *level,
            _ => match &form.unit {
                RowUnit::Area(level) => *level,
                RowUnit::Below(_) => below,
            },
        };
        let is_text = |column: usize| matches!(form.columns[column].kind, ColumnKind::Text);
        let texts = table.columns.iter().filter(|matched| is_text(matched.column));
        let names = match column {
            Some(_) => texts.take(NAMES).map(|matched| matched.index as usize).collect(),
            None => texts
                .filter(|matched| form.key.contains(&matched.column))
                .map(|matched| matched.index as usize)
                .collect(),
        };
        let deciding = column.and_then(|column| Some((&form.columns[column].kind, place(column)?.index as usize)));
        Judge {
            table,
            context: *context,
            sender,
            level,
            deciding,
            names,
        }
    }

    /// Whether a row is about a wider area than those of the form.
    pub(super) fn is_wider(&self, row: usize) -> bool {
        self.sender.level < self.level && self.total_of(row).is_some()
    }

    /// The area that holds the sender and goes by a name.
    fn above_by_name(&self, name: &str) -> Option<&'a Area> {
        let areas = self.context.areas;
        let root = &areas.root().code;
        let mut levels = 0..self.sender.level;
        levels.find_map(|level| areas.by_name(name, level, root).filter(|area| self.holds_sender(area)))
    }

    fn holds_sender(&self, area: &Area) -> bool {
        self.context.areas.contains(&area.code, &self.sender.code)
    }

    /// The wider area that a row is about.
    fn total_of(&self, row: usize) -> Option<&'a Area> {
        let said = |column: usize| tidy(self.table.said(row as u32, column as u32).0);
        if let Some((kind, column)) = self.deciding {
            let text = said(column);
            match kind {
                _ if text.is_empty() => {}
                ColumnKind::DivisionName { .. } => return self.wider_by_name(text),
                _ => return self.wider_by_code(&half_width(text)),
            }
        }
        let named = self.names.iter().any(|&column| self.names_sender(said(column)));
        named.then_some(self.sender)
    }

    fn wider_by_code(&self, code: &str) -> Option<&'a Area> {
        let areas = self.context.areas;
        let own = areas.get(code);
        let is_wider = |area: &&Area| {
            let is_within = || areas.contains(&self.sender.code, &area.code);
            area.level < self.level && (is_within() || self.holds_sender(area))
        };
        if let Some(area) = own {
            return Some(area).filter(is_wider);
        }
        // Names stand in columns of codes where a line of totals has none. Codes below the registry are all unknown to it.
        let may_have_digits = self.level < self.context.pipeline.registry.levels.len();
        if code.contains(char::is_alphabetic) && (may_have_digits || !code.contains(|c: char| c.is_ascii_digit())) {
            return self.wider_by_name(code);
        }
        // A code of twelve digits whose last are zeros is that of the area itself.
        let padded = self.context.pipeline.registry.code_scheme == CodeScheme::Gb2260
            && self.level == self.context.pipeline.registry.levels.len();
        let own = |rest: &str| padded && !rest.is_empty() && rest.bytes().all(|byte| byte == b'0');
        let rest = code.strip_prefix(self.sender.code.as_str());
        rest.is_some_and(own).then_some(self.sender)
    }

    fn wider_by_name(&self, name: &str) -> Option<&'a Area> {
        let at = |level: usize| self.context.areas.by_name(name, level, &self.sender.code);
        if at(self.level).is_some() {
            return None;
        }
        let whole = || is_whole(name).then_some(self.sender);
        let within = (self.sender.level..self.level).find_map(at).or_else(whole);
        within.or_else(|| self.above_by_name(name))
    }

    fn names_sender(&self, name: &str) -> bool {
        let (areas, sender) = (self.context.areas, self.sender);
        !name.is_empty() && (is_whole(name) || areas.by_name(name, sender.level, &sender.code).is_some())
    }
}

/// 全国 and the like, with blanks between the characters or not.
fn is_whole(name: &str) -> bool {
    #[derive(serde::Deserialize)]
    struct Words {
        whole: Vec<String>,
    }
    static WORDS: LazyLock<Words> =
        LazyLock::new(|| toml::from_str(include_str!("words.toml")).expect("words.toml is checked by a test"));
    // A cell may say it in two languages, a line each.
    let solid = |line: &str| -> String {
        line.chars()
            .filter(|c| !c.is_whitespace())
            .flat_map(char::to_lowercase)
            .collect()
    };
    let mut lines = name.lines().map(solid).filter(|line| !line.is_empty()).peekable();
    lines.peek().is_some() && lines.all(|line| WORDS.whole.contains(&line))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_goes_under_several_names() {
        for name in ["全国", "全  国", "全\u{3000}省", "National", "全国\nNational"] {
            assert!(is_whole(name), "{name}");
        }
        for name in ["", "全州县", "国", "全国妇联"] {
            assert!(!is_whole(name), "{name}");
        }
    }
}

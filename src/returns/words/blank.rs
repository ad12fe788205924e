//! What a blank sheet says of its columns, and how it is filled in and sent.

use std::collections::BTreeMap;

use super::Words;
use crate::domain::{Lang, Text};
use crate::pipeline::units::Units;
use crate::pipeline::{Column, ColumnKind, MissingKind};

impl Words {
    /// What the cells of a column hold.
    pub(in crate::returns) fn kind(&self, kind: &ColumnKind, units: &Units) -> String {
        let what = match kind {
            ColumnKind::Text => self.say("文字", "text").to_owned(),
            ColumnKind::Integer { .. } => self.say("整数", "a whole number").to_owned(),
            ColumnKind::Decimal { percent: true, .. } => self.say("百分数", "a percentage").to_owned(),
            ColumnKind::Decimal { scale, .. } => match self.lang {
                Lang::Zh => format!("数字，最多 {scale} 位小数"),
                Lang::En if *scale == 1 => "a number with at most 1 decimal".to_owned(),
                Lang::En => format!("a number with at most {scale} decimals"),
            },
            ColumnKind::Boolean { .. } | ColumnKind::Category { .. } => {
                self.say("从列表中选择", "one of the list").to_owned()
            }
            ColumnKind::Date => self.say("日期，如 2020-12-31", "a date such as 2020-12-31").to_owned(),
            ColumnKind::DivisionCode { .. } => self.say("代码", "a code").to_owned(),
            ColumnKind::DivisionName { .. } => self.say("地区名称", "the name of an area").to_owned(),
        };
        let unit = kind.unit().and_then(|unit| units.word(unit, self.lang));
        match (unit, self.lang) {
            (None, _) => what,
            (Some(unit), Lang::Zh) => format!("{what}，单位：{unit}"),
            (Some(unit), Lang::En) => format!("{what}, in {unit}"),
        }
    }

    pub(in crate::returns) fn between(&self, (low, high): (f64, f64)) -> String {
        match (self.lang, low.is_finite(), high.is_finite()) {
            (Lang::Zh, true, true) => format!("{low} 至 {high}"),
            (Lang::Zh, true, false) => format!("不小于 {low}"),
            (Lang::Zh, ..) => format!("不大于 {high}"),
            (Lang::En, true, true) => format!("from {low} to {high}"),
            (Lang::En, true, false) => format!("not below {low}"),
            (Lang::En, ..) => format!("not above {high}"),
        }
    }

    pub(in crate::returns) fn need(&self, needed: bool) -> &'static str {
        match (needed, self.lang) {
            (true, Lang::Zh) => "必填",
            (false, Lang::Zh) => "选填",
            (true, Lang::En) => "required",
            (false, Lang::En) => "optional",
        }
    }

    /// The symbols that may stand where there is no figure.
    pub(in crate::returns) fn symbols(&self, missing: &BTreeMap<String, MissingKind>) -> Option<String> {
        let meaning = |kind: &MissingKind| match kind {
            MissingKind::Missing => self.say("缺数据", "not known"),
            MissingKind::NotApplicable => self.say("不适用", "does not apply"),
            MissingKind::Zero => self.say("零", "zero"),
            MissingKind::BelowUnit => self.say("不足一个单位", "below the unit"),
        };
        let named: Vec<String> = missing
            .iter()
            .filter(|(symbol, _)| !symbol.is_empty())
            .map(|(symbol, kind)| match self.lang {
                Lang::Zh => format!("{symbol}（{}）", meaning(kind)),
                Lang::En => format!("{symbol} ({})", meaning(kind)),
            })
            .collect();
        (!named.is_empty()).then(|| match self.lang {
            Lang::Zh => format!("选填的列没有数据时，可填约定的符号：{}。", named.join("、")),
            Lang::En => format!(
                "Where an optional column has no figure, an agreed symbol may stand: {}.",
                named.join(", ")
            ),
        })
    }

    /// Title of the message on a cell that holds something else.
    pub(in crate::returns) fn refused(&self) -> &'static str {
        match self.lang {
            Lang::Zh => "与本列的要求不符",
            Lang::En => "Not what this column takes",
        }
    }

    /// Name of the sheet that tells how a template is filled in.
    pub(in crate::returns) fn guide_sheet(&self) -> &'static str {
        match self.lang {
            Lang::Zh => "填报说明",
            Lang::En => "How to fill in",
        }
    }

    /// A header as the sheet has it and, beneath it, what it means where the header does not say so in the language.
    pub(in crate::returns) fn header_and_title(&self, header: &str, column: &Column) -> String {
        let title = column.title.own(self.lang);
        // A column without a title is called by its first header.
        let title = title
            .filter(|title| !header.starts_with(title) && column.headers.first().is_none_or(|first| first != title));
        title.map_or_else(|| header.to_owned(), |title| format!("{header}\n{title}"))
    }

    pub(in crate::returns) fn guide_columns(&self) -> [&'static str; 3] {
        match self.lang {
            Lang::Zh => ["列", "填写内容", "说明"],
            Lang::En => ["Column", "What to fill in", "Description"],
        }
    }

    pub(in crate::returns) fn guide_rules(&self) -> &'static str {
        match self.lang {
            Lang::Zh => "报送后按以下关系核对：",
            Lang::En => "What is checked once it has been sent:",
        }
    }

    /// How a template is filled in and sent, a line each; `place`: under which path.
    pub(in crate::returns) fn guide(&self, sheet: &str, place: Option<&str>, templates: &[&str]) -> Vec<String> {
        let mut lines = vec![match self.lang {
            Lang::Zh => format!(
                "请在工作表“{sheet}”中填写，一行一条；表头和工作表名称不要改动，橙色表头的列必填。填入的内容不符合该列要求时，程序会提示；有误请改正，确认无误可以保留。"
            ),
            Lang::En => format!(
                "Fill in the sheet “{sheet}”, one record per row. Leave its headers and its name as they are. Columns with an orange header are required. If the program warns that an entry is not allowed in a cell, correct it; if you are sure that it is right, you can keep it."
            ),
        }];
        lines.push(match (place, self.lang) {
            (Some(place), Lang::Zh) => format!("填好后保存为 {place} 报送；本工作表不必删除。"),
            (Some(place), Lang::En) => format!("Save it as {place} and send it; this sheet need not be removed."),
            (None, Lang::Zh) => format!(
                "按约定的位置和名称报送：{}；本工作表不必删除。",
                templates.join("　或　")
            ),
            (None, Lang::En) => format!(
                "Send it under the agreed folder and name: {}; this sheet need not be removed.",
                templates.join(" or ")
            ),
        });
        lines
    }

    /// Title above the guide: form, and whose it is.
    pub(in crate::returns) fn guide_title(&self, form: &str, whose: &[Text], synthetic: bool) -> String {
        let whose: Vec<&str> = whose.iter().map(|text| text.get(self.lang)).collect();
        let whose = whose.join(self.say("　", ", "));
        let synthetic = match synthetic {
            true => self.say("（模拟数据，非真实统计）", " (synthetic data, no real statistics)"),
            false => "",
        };
        match (whose.is_empty(), self.lang) {
            (true, _) => format!("{form}{synthetic}"),
            (false, Lang::Zh) => format!("{form}：{whose}{synthetic}"),
            (false, Lang::En) => format!("{form}: {whose}{synthetic}"),
        }
    }
}

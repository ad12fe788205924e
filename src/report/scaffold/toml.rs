//! The text of a proposed form.

use super::{ColumnDraft, FormDraft, SheetSeen};
use crate::domain::{Lang, Text, plural, visible};
use crate::pipeline::ColumnKind;
use crate::report::quoted::quoted;

/// Characters of a line of comments.
const WIDTH: usize = 118;

impl FormDraft {
    /// The definition in TOML, with comments in `lang`.
    pub fn toml(&self, lang: Lang) -> String {
        let mut text = String::new();
        for line in self.introduction() {
            comment(&mut text, line.get(lang));
        }
        text += "\n[form]\n";
        for (key, value) in self.settings() {
            for (_, note) in self.notes.iter().filter(|(of, _)| *of == key) {
                comment(&mut text, note.get(lang));
            }
            if let Some(value) = value {
                text += &format!("{key} = {value}\n");
            }
        }
        text += "\n[form.missing]\n";
        comment(&mut text, about_missing().get(lang));
        text += "\"\" = \"missing\"\n";
        for seen in &self.missing {
            comment(&mut text, seen.told().get(lang));
            text += &format!("{} = \"missing\"\n", quoted(&seen.symbol));
        }
        for column in &self.columns {
            text += "\n";
            for line in column.told() {
                comment(&mut text, line.get(lang));
            }
            text += &column.toml();
        }
        for left in &self.left_out {
            text += "\n";
            let (zh, en) = (
                format!(
                    "{} 列“{}”未写入：{}",
                    left.letter,
                    visible(&left.header),
                    left.why.get(Lang::Zh)
                ),
                format!(
                    "Column {}, “{}”, is left out: {}",
                    left.letter,
                    visible(&left.header),
                    left.why.get(Lang::En)
                ),
            );
            comment(&mut text, Text::new(zh, en).get(lang));
        }
        text
    }

    /// The lines of `[form]` in order; without a value where there are only notes.
    fn settings(&self) -> Vec<(&'static str, Option<String>)> {
        let key: Vec<String> = self.key.iter().map(|id| quoted(id)).collect();
        vec![
            ("id", Some(quoted(&self.id))),
            ("unit", Some(quoted(&self.unit))),
            ("key", (!key.is_empty()).then(|| format!("[{}]", key.join(", ")))),
            ("files", Some(format!("[{}]", quoted(&self.template)))),
            ("period", self.period.as_deref().map(quoted)),
        ]
    }

    fn introduction(&self) -> Vec<Text> {
        let mut lines = vec![self.sheet.told()];
        lines.extend(self.sheet.wide());
        if let Some(read) = &self.read {
            lines.push(Text::new(
                format!(
                    "按本表式读取：记录 {} 行，其中可计入 {} 行；另有表头、标题、合计、说明等 {} 行。",
                    read.records, read.accepted, read.set_aside
                ),
                format!(
                    "Read with this form: {} of {} records count; {} other rows are headers, titles, totals or notes.",
                    read.accepted, read.records, read.set_aside
                ),
            ));
            lines.extend(read.findings.iter().map(|(count, message)| {
                Text::new(
                    format!("  问题（{count} 处）：{}", visible(message.get(Lang::Zh))),
                    format!(
                        "  {}: {}",
                        plural(*count as usize, "finding"),
                        visible(message.get(Lang::En))
                    ),
                )
            }));
        }
        lines.push(Text::new(
            "各项均为推测，请逐项核对；各键的含义见 docs/pipeline-reference.md。",
            "Everything below is a guess: check each line. docs/pipeline-reference.md explains every key.",
        ));
        lines
    }
}

impl SheetSeen {
    fn told(&self) -> Text {
        let mut zh = format!("由 {} 推测（{}", visible(&self.file), self.format);
        let mut en = format!("Proposed from {} ({}", visible(&self.file), self.format);
        if let Some(encoding) = &self.encoding {
            zh += &format!("，{encoding}");
            en += &format!(", {encoding}");
        }
        if let Some(name) = &self.name {
            zh += &format!("，工作表“{}”", visible(name));
            en += &format!(", sheet “{}”", visible(name));
        }
        match &self.header {
            Some(rows) if rows.start() == rows.end() => {
                zh += &format!("，表头在第 {} 行", rows.start());
                en += &format!(", header in row {}", rows.start());
            }
            Some(rows) => {
                zh += &format!("，表头在第 {} 至 {} 行", rows.start(), rows.end());
                en += &format!(", header in rows {} to {}", rows.start(), rows.end());
            }
            None => {}
        }
        zh += "）。";
        en += ").";
        if !self.others.is_empty() {
            let others = visible(&self.others.join(", ")).into_owned();
            zh += &format!("其他工作表：{others}；用 --sheet 指定。");
            en += &format!(" Other sheets: {others}; choose one with --sheet.");
        }
        Text::new(zh, en)
    }

    /// What is told of a sheet with a column for each period.
    fn wide(&self) -> Option<Text> {
        let (first, last) = (self.periods.first()?, self.periods.last()?);
        if self.periods.len() < 2 {
            return None;
        }
        let (n, first, last) = (self.periods.len(), visible(first), visible(last));
        Some(Text::new(
            format!(
                "存疑：有 {n} 个表头写有时期（“{first}”至“{last}”）。若每期一列，应改用 [unpivot]，见 docs/pipeline-reference.md。"
            ),
            format!(
                "Doubtful: {n} headers name a period (“{first}” to “{last}”). If the sheet has a column for each period, use [unpivot] instead: see docs/pipeline-reference.md."
            ),
        ))
    }
}

fn about_missing() -> Text {
    Text::new(
        "“missing”为数据缺失；也可改为“zero”（即零）、“not_applicable”（不适用）、“below_unit”（不足一个单位）。",
        "“missing” is a guess for each: it may be “zero”, “not_applicable” or “below_unit” (something, but less than the unit shows).",
    )
}

impl super::SymbolSeen {
    fn told(&self) -> Text {
        let columns = self.columns.join(", ");
        Text::new(
            format!("存疑：见于 {} 个单元格，所在列：{columns}", self.cells),
            format!("Doubtful: in {} of the cells of {columns}", self.cells),
        )
    }
}

impl ColumnDraft {
    fn told(&self) -> Vec<Text> {
        let examples = |between: &str| {
            let each: Vec<String> = self.examples.iter().map(|one| visible(one).into_owned()).collect();
            each.join(between)
        };
        let (blank, distinct) = (self.blank, self.distinct);
        let (mut zh, mut en) = (
            format!("{} 列：有值 {} 行", self.letter, self.filled),
            format!("Column {}: {} with a value", self.letter, plural(self.filled, "record")),
        );
        if blank > 0 {
            zh += &format!("，无值 {blank} 行");
            en += &format!(", {blank} without");
        }
        if distinct > 0 {
            zh += &format!("；不同的值 {distinct} 个，如 {}", examples(" · "));
            en += &format!("; {}, such as {}", plural(distinct, "different value"), examples(" · "));
        }
        let mut lines = vec![Text::new(zh, en)];
        lines.extend(self.notes.iter().map(|note| {
            Text::new(
                format!("存疑：{}", note.get(Lang::Zh)),
                format!("Doubtful: {}", note.get(Lang::En)),
            )
        }));
        lines
    }

    fn toml(&self) -> String {
        let is_chinese = self.header.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
        let lang = if is_chinese { "zh" } else { "en" };
        let header = quoted(&self.header);
        let mut text = format!(
            "[[column]]\nid = {}\ntitle = {{ {lang} = {header} }}\n",
            quoted(&self.id)
        );
        text += &settings(&self.kind, self.level.as_deref());
        text += &format!("headers = [{header}]\n");
        if self.required {
            text += "required = true\n";
        }
        text
    }
}

/// The lines of a type.
fn settings(kind: &ColumnKind, level: Option<&str>) -> String {
    let at_level = || level.map_or(String::new(), |level| format!("level = {}\n", quoted(level)));
    let unit = |unit: &Option<String>| {
        unit.as_ref()
            .map_or(String::new(), |unit| format!("unit = {}\n", quoted(unit)))
    };
    match kind {
        ColumnKind::Text => "type = \"text\"\n".to_owned(),
        ColumnKind::Date => "type = \"date\"\n".to_owned(),
        ColumnKind::Integer { unit: of } => format!("type = \"integer\"\n{}", unit(of)),
        ColumnKind::Decimal {
            scale,
            unit: of,
            percent,
            double,
        } => {
            let kind = match double {
                true => "type = \"number\"\n".to_owned(),
                false => format!("type = \"decimal\"\nscale = {scale}\n"),
            };
            let percent = if *percent { "percent = true\n" } else { "" };
            format!("{kind}{percent}{}", unit(of))
        }
        ColumnKind::Boolean { yes, no } => {
            format!(
                "type = \"boolean\"\nvalues = {{ yes = [{}], no = [{}] }}\n",
                list(yes),
                list(no)
            )
        }
        ColumnKind::Category { values } => {
            let each: Vec<String> = values
                .iter()
                .map(|(id, words)| format!("{id} = [{}]", list(words)))
                .collect();
            format!("type = \"category\"\nvalues = {{ {} }}\n", each.join(", "))
        }
        ColumnKind::DivisionCode { .. } => format!("type = \"division_code\"\n{}", at_level()),
        ColumnKind::DivisionName { .. } => format!("type = \"division_name\"\n{}", at_level()),
    }
}

fn list(words: &[String]) -> String {
    words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(", ")
}

/// Adds a comment, broken into lines at blanks.
fn comment(text: &mut String, words: &str) {
    let mut line = String::from("#");
    for word in words.split(' ') {
        if line.chars().count() + word.chars().count() >= WIDTH && line.len() > 1 {
            text.push_str(&line);
            text.push('\n');
            line = String::from("#");
        }
        line.push(' ');
        line.push_str(word);
    }
    text.push_str(&line);
    text.push('\n');
}

//! `huizong headers`: layouts that could not be read whole, and the lines of a form's definition that would map them.

use serde::Serialize;

use super::look::{Look, Source, brief, is_hidden, visible};
use super::number::count;
use crate::domain::{Lang, Text};

/// Unknown header layouts of a release.
#[derive(Clone, Debug, Serialize)]
pub struct HeadersReport {
    /// Title of the pipeline.
    pub title: Text,
    /// The release.
    #[serde(flatten)]
    pub source: Source,
    /// Number of layouts that are read whole (of the other forms too, where one is looked at).
    pub known: usize,
    /// Unknown layouts of nothing but submissions that a later revision replaced.
    pub replaced: usize,
    /// The others, those with most behind them first.
    pub layouts: Vec<LayoutLine>,
    /// What to change, form by form.
    pub mappings: Vec<Mapping>,
}

/// One unknown layout.
#[derive(Clone, Debug, Default, Serialize)]
pub struct LayoutLine {
    /// Its fingerprint.
    pub layout: String,
    /// Id of the form.
    pub form: String,
    /// What a person calls it.
    pub form_title: Text,
    /// Submissions, those that were replaced left out.
    pub submissions: usize,
    /// Areas that sent them.
    pub senders: usize,
    /// Rows that the register expects of these areas, each in the last period it used the layout; None: the register
    /// does not say.
    pub rows_expected: Option<i64>,
    /// Some paths.
    pub paths: Vec<String>,
    /// Columns of the form that are read.
    pub columns: Vec<String>,
    /// Required columns that are not.
    pub lacking: Vec<String>,
    /// Headers that are not read.
    pub headers: Vec<HeaderLine>,
}

/// One header that is not read.
#[derive(Clone, Debug, Serialize)]
pub struct HeaderLine {
    /// Physical column, from 1.
    pub position: i64,
    /// The same as a letter.
    pub letter: String,
    /// As received.
    pub header: String,
    /// Unit it names.
    pub unit: Option<String>,
    /// Column of the form it is most like.
    pub nearest: Option<String>,
    /// What its cells look like.
    pub looks_like: Option<String>,
    /// What would make it known.
    pub remedy: Remedy,
}

/// What would make a header known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "is", content = "column")]
pub enum Remedy {
    /// Nothing is known.
    None,
    /// To be added to the headers of this column.
    Existing(String),
    /// A column of its own, under this id.
    New(String),
    /// The column stands there several times: whoever sent it must say which counts.
    Repeated,
    /// The definition at hand has it already: run again.
    Mapped,
}

/// Changes to one form.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Mapping {
    /// Id of the form.
    pub form: String,
    /// Column and all its headers, the new ones last.
    pub headers: Vec<(String, Vec<String>)>,
    /// Columns that no column of the form is like.
    pub columns: Vec<NewColumn>,
}

/// A column to be added.
#[derive(Clone, Debug, Serialize)]
pub struct NewColumn {
    /// A makeshift id.
    pub id: String,
    /// What its cells look like.
    pub looks_like: Option<String>,
    /// Unit its header names.
    pub unit: Option<String>,
    /// As received.
    pub header: String,
}

/// Characters of a header that are shown in a list.
const SHOWN: usize = 60;
/// Headers of a layout that a person is shown, and new columns of a form: a sheet of something else has hundreds.
const LISTED: usize = 40;

impl Look for HeadersReport {
    fn text(&self, lang: Lang) -> String {
        let what = say(lang, "未识别的表头", "Unknown header layouts");
        let mut sections = vec![
            self.source.heading(&[self.title.get(lang), what], lang),
            self.counts(lang),
        ];
        sections.extend(self.layouts.iter().map(|layout| layout.text(lang)));
        if !self.mappings.is_empty() {
            sections.push(self.advice(lang));
        }
        sections.join("\n\n") + "\n"
    }

    fn rows(&self, _: Lang) -> Vec<Vec<String>> {
        let head = [
            "layout",
            "form",
            "submissions",
            "senders",
            "rows_expected",
            "lacking",
            "position",
            "letter",
            "header",
            "unit",
            "looks_like",
            "remedy",
            "column",
            "example",
        ];
        let mut rows = vec![head.map(str::to_owned).to_vec()];
        for layout in &self.layouts {
            let own = [
                layout.layout.clone(),
                layout.form.clone(),
                layout.submissions.to_string(),
                layout.senders.to_string(),
                layout.rows_expected.map_or(String::new(), |rows| rows.to_string()),
                layout.lacking.join("; "),
            ];
            let example = layout.paths.first().cloned().unwrap_or_default();
            let blank = || vec![String::new(); 7];
            let headers: Vec<Vec<String>> = layout.headers.iter().map(HeaderLine::cells).collect();
            let headers = if headers.is_empty() { vec![blank()] } else { headers };
            rows.extend(
                headers
                    .into_iter()
                    .map(|header| [own.to_vec(), header, vec![example.clone()]].concat()),
            );
        }
        rows
    }
}

impl HeadersReport {
    fn counts(&self, lang: Lang) -> String {
        let (unknown, known, replaced) = (self.layouts.len(), self.known, self.replaced);
        let mut text = match lang {
            Lang::Zh => format!("{unknown} 种版式未能完整识别，{known} 种已识别。"),
            Lang::En => format!("{unknown} not read whole, {known} read whole."),
        };
        if replaced > 0 {
            text += &match lang {
                Lang::Zh => format!("另有 {replaced} 种只见于已被取代的上报，未列出。"),
                Lang::En => format!(" {replaced} more only in submissions that were replaced, not listed."),
            };
        }
        text
    }

    /// The lines to be pasted, with what to do with them.
    fn advice(&self, lang: Lang) -> String {
        let mut text = say(
            lang,
            "以下各行可抄入表式定义（先核对！）：headers 一行取代该列原有的一行，[[column]] 整段加在末尾。",
            "Lines for the definition of the form (read them first!): a line `headers` takes the place of the column's own,\n\
             a [[column]] goes to the end of the file.",
        )
        .to_owned();
        for mapping in &self.mappings {
            text += &format!("\n\n# forms/{}.toml", mapping.form);
            text += &mapping.toml(lang);
        }
        text
    }
}

impl LayoutLine {
    fn text(&self, lang: Lang) -> String {
        let (form, submissions, senders) = (self.form_title.get(lang), self.submissions, self.senders);
        let mut line = match lang {
            Lang::Zh => format!("{} · {form} · {senders} 个上报单位，{submissions} 份", self.layout),
            Lang::En => {
                let (senders, submissions) = (plural(senders, "sender"), plural(submissions, "submission"));
                format!("{} · {form} · {senders}, {submissions}", self.layout)
            }
        };
        if let Some(rows) = self.rows_expected {
            line += &match lang {
                Lang::Zh => format!("，应报 {} 行", count(rows)),
                Lang::En => format!(", {} expected", plural(rows as usize, "row")),
            };
        }
        let mut lines = vec![line];
        lines.extend(self.paths.iter().map(|path| format!("  {}", visible(path))));
        if self.submissions > self.paths.len() {
            lines.push("  …".to_owned());
        }
        lines.extend(self.headers.iter().take(LISTED).map(|header| header.text(lang)));
        if self.headers.len() > LISTED {
            lines.push(format!("       {}", more(self.headers.len() - LISTED, lang)));
        }
        if !self.lacking.is_empty() {
            let label = say(lang, "  缺少必填列：", "  Required, and not there: ");
            lines.push(label.to_owned() + &self.lacking.join(say(lang, "、", ", ")));
        }
        lines.join("\n")
    }
}

impl HeaderLine {
    fn text(&self, lang: Lang) -> String {
        let what = match &self.remedy {
            Remedy::Existing(column) => format!("→ {column}"),
            Remedy::New(_) => say(lang, "→ 新列", "→ a new column").to_owned(),
            Remedy::Repeated => say(
                lang,
                "重复出现，须由上报单位更正",
                "stands there several times: the sender must mend it",
            )
            .to_owned(),
            Remedy::Mapped => say(
                lang,
                "当前定义已识别，重新运行即可",
                "the definition at hand has it: run again",
            )
            .to_owned(),
            Remedy::None => "-".to_owned(),
        };
        format!("  {:>3}  {}  {what}", self.letter, brief(&self.header, SHOWN))
    }

    fn cells(&self) -> Vec<String> {
        let (remedy, column) = match &self.remedy {
            Remedy::Existing(column) => ("existing", column.as_str()),
            Remedy::New(column) => ("new", column.as_str()),
            Remedy::Repeated => ("repeated", self.nearest.as_deref().unwrap_or_default()),
            Remedy::Mapped => ("mapped", ""),
            Remedy::None => ("none", ""),
        };
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        vec![
            self.position.to_string(),
            self.letter.clone(),
            self.header.clone(),
            text(&self.unit),
            text(&self.looks_like),
            remedy.to_owned(),
            column.to_owned(),
        ]
    }
}

impl Mapping {
    fn toml(&self, lang: Lang) -> String {
        let mut text = String::new();
        for (column, headers) in &self.headers {
            let headers: Vec<String> = headers.iter().map(|header| quoted(header)).collect();
            text += &format!(
                "\n# [[column]] id = {}\nheaders = [{}]",
                quoted(column),
                headers.join(", ")
            );
        }
        for column in self.columns.iter().take(LISTED) {
            text += &column.toml(lang);
        }
        if self.columns.len() > LISTED {
            text += &format!("\n\n# {}", more(self.columns.len() - LISTED, lang));
        }
        text
    }
}

impl NewColumn {
    fn toml(&self, lang: Lang) -> String {
        let (kind, scale) = match self.looks_like.as_deref().and_then(|like| like.split_once(' ')) {
            Some((kind, scale)) => (kind, format!("\nscale = {scale}")),
            None => (self.looks_like.as_deref().unwrap_or("text"), String::new()),
        };
        let numeric = matches!(kind, "integer" | "decimal");
        let unit = self
            .unit
            .as_ref()
            .filter(|_| numeric)
            .map_or(String::new(), |unit| format!("\nunit = {}", quoted(unit)));
        let note = say(
            lang,
            "没有相近的列：请另取 id 与 title；类型由内容推测",
            "no column is like it: give it an id and a title of its own; the type is a guess from its cells",
        );
        format!(
            "\n\n# {note}\n[[column]]\nid = {}\ntype = {}{scale}{unit}\nheaders = [{}]",
            quoted(&self.id),
            quoted(kind),
            quoted(&self.header)
        )
    }
}

/// A TOML text of one line. What a terminal would act on is spelt out, and reads back as it was.
fn quoted(text: &str) -> String {
    let spelt = |c: char| match c {
        '"' => "\\\"".to_owned(),
        '\\' => "\\\\".to_owned(),
        c if is_hidden(c) => format!("\\u{:04X}", u32::from(c)),
        c => c.to_string(),
    };
    format!("\"{}\"", text.chars().map(spelt).collect::<String>())
}

fn more(n: usize, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("另有 {n} 个，见 --format json"),
        Lang::En => format!("{n} more, see --format json"),
    }
}

fn plural(n: usize, what: &str) -> String {
    format!("{} {what}{}", count(n as i64), if n == 1 { "" } else { "s" })
}

fn say<'a>(lang: Lang, zh: &'a str, en: &'a str) -> &'a str {
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_read_back_as_they_were_received() {
        for header in [
            "社区\"名称\"",
            "a\\b",
            "两\n行",
            "\u{1b}[31m红\u{202e}",
            "=1+1",
            "平方米（㎡）",
        ] {
            let line = format!("x = {}", quoted(header));
            assert!(!line.contains(is_hidden), "{line:?}");
            let back: toml::Table = toml::from_str(&line).unwrap();
            assert_eq!(back["x"].as_str(), Some(header));
        }
    }

    #[test]
    fn a_new_column_is_a_definition() {
        let column = |looks_like: Option<&str>, unit: Option<&str>| {
            let column = NewColumn {
                id: "column_h".into(),
                looks_like: looks_like.map(str::to_owned),
                unit: unit.map(str::to_owned),
                header: "活动\n场次".into(),
            };
            toml::from_str::<toml::Table>(&column.toml(Lang::En)).unwrap()["column"][0].clone()
        };
        assert_eq!(column(Some("decimal 2"), Some("m2"))["scale"].as_integer(), Some(2));
        assert_eq!(column(Some("decimal 2"), Some("m2"))["unit"].as_str(), Some("m2"));
        assert_eq!(column(Some("date"), Some("m2")).get("unit"), None);
        assert_eq!(column(None, None)["type"].as_str(), Some("text"));
        assert_eq!(column(None, None)["headers"][0].as_str(), Some("活动\n场次"));
    }
}

//! `huizong headers`: layouts that could not be read whole, and the lines of a form's definition that would map them.

mod text;
mod toml;

use serde::Serialize;

use super::grid::Page;
use super::look::{Look, Source, number, say};
use crate::domain::{Lang, Text};

/// Unknown header layouts of a release.
#[derive(Clone, Debug, Serialize)]
pub struct HeadersReport {
    /// Title of the pipeline.
    pub title: Text,
    /// The release.
    #[serde(flatten)]
    pub source: Source,
    /// Number of layouts that are read whole.
    pub known: usize,
    /// Areas that send unknown layouts, each once.
    pub senders: usize,
    /// The people who live there.
    #[serde(flatten)]
    pub people: People,
    /// Whether the definition says which column of the register holds the population; where not, it is null everywhere.
    pub population_declared: bool,
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
    /// Which, those with most people first.
    pub areas: Vec<Sender>,
    /// The people who live there.
    #[serde(flatten)]
    pub people: People,
    /// Rows that the register expects of these areas, each in the last period it used the layout; None: the register
    /// does not say.
    pub rows_expected: Option<i64>,
    /// Some paths.
    pub paths: Vec<String>,
    /// Columns of the form that are read.
    pub columns: Vec<String>,
    /// Required columns that are not.
    pub lacking: Vec<String>,
    /// Their titles, for people.
    #[serde(skip)]
    pub lacking_titles: Vec<Text>,
    /// Headers that are not read.
    pub headers: Vec<HeaderLine>,
}

/// People behind senders, by the register.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct People {
    /// Sum over the senders of whom it is known; None: of none.
    pub population: Option<f64>,
    /// Their part of all who live where the form is owed, 0..1; None: the register does not say how many these are.
    pub population_share: Option<f64>,
    /// Senders of whom the register does not say it.
    pub senders_without_population: usize,
}

/// An area that sends a layout.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Sender {
    /// Its code; empty where the file does not tell.
    pub area_code: String,
    /// Its name.
    pub area: Text,
    /// Name of the area right above it, below the root.
    pub above: Option<Text>,
    /// The last period in which it used the layout.
    pub period: String,
    /// People who live there; None: the register does not say.
    pub population: Option<f64>,
    /// Rows it owes; None: the register does not say.
    pub rows_expected: Option<i64>,
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

impl Look for HeadersReport {
    fn text(&self, page: Page) -> String {
        let lang = page.lang;
        let what = say(lang, "未识别的表头", "Unknown header layouts");
        let mut sections = vec![
            self.source.heading(&[self.title.get(lang), what], lang),
            self.counts(page),
        ];
        sections.extend(
            self.layouts
                .iter()
                .map(|layout| layout.text(self.population_declared, page)),
        );
        if !self.mappings.is_empty() {
            sections.push(self.advice(page));
        }
        sections.join("\n\n") + "\n"
    }

    fn rows(&self, lang: Lang) -> Vec<Vec<String>> {
        let head = [
            "layout",
            "form",
            "submissions",
            "senders",
            "areas",
            "population",
            "population_share",
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
                layout.areas(lang),
                number(layout.people.population),
                number(layout.people.population_share),
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

impl HeaderLine {
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

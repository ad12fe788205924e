//! Texts with placeholders, `{period}/{province}/{county}_communities*`, compiled once for a run.

use regex::Regex;

use crate::domain::PeriodKind;
use crate::pipeline::{CodeScheme, LevelIndex, Pipeline};

/// A text with placeholders; the captures are in the order of `names`.
#[derive(Debug)]
pub(super) struct Pattern {
    /// Tried in this order. A period beside a `*` is one that was asked for, else one of the pipeline's kind; anything
    /// may stand for a period in a path, so that a wrong one can be named.
    readings: Vec<Regex>,
    names: Vec<Placeholder>,
}

/// What a group of a pattern holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Placeholder {
    Period,
    Level(LevelIndex),
    /// `*`
    Rest,
}

/// What a text says where a pattern has placeholders.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) period: Option<String>,
    pub(super) areas: Vec<(LevelIndex, String)>,
    pub(super) rest: Vec<String>,
}

impl Pattern {
    /// Compiles a path with `{period}`, `{<level>}` and `*`; `None` when the text is no pattern a regex can hold.
    pub(super) fn new(text: &str, pipeline: &Pipeline) -> Option<Pattern> {
        let mut readings = if text.contains('*') {
            real_periods(pipeline)
        } else {
            Vec::new()
        };
        readings.push("([^/]+?)".to_owned());
        Pattern::compile(text, pipeline, &readings)
    }

    /// Compiles the name of a sheet, where nothing but a real period stands for one.
    pub(super) fn of_sheet(text: &str, pipeline: &Pipeline) -> Option<Pattern> {
        Pattern::compile(text, pipeline, &real_periods(pipeline))
    }

    /// One regex for each way to read a period.
    fn compile(text: &str, pipeline: &Pipeline, periods: &[String]) -> Option<Pattern> {
        let mut pattern = Pattern {
            readings: Vec::with_capacity(periods.len()),
            names: Vec::new(),
        };
        let distinct = if text.contains("{period}") { periods.len() } else { 1 };
        for period in &periods[..distinct] {
            let (regex, names) = source(text, pipeline, period)?;
            pattern.readings.push(regex);
            pattern.names = names;
        }
        Some(pattern)
    }

    /// What a text says, if it has this form; a placeholder that stands twice must say the same.
    pub(super) fn read(&self, text: &str) -> Option<Said> {
        self.readings.iter().find_map(|regex| self.said(regex, text))
    }

    fn said(&self, regex: &Regex, text: &str) -> Option<Said> {
        let found = regex.captures(text)?;
        let mut said = Said::default();
        for (at, name) in self.names.iter().enumerate() {
            let value = &found[at + 1];
            match name {
                Placeholder::Rest => said.rest.push(value.to_owned()),
                Placeholder::Period if said.period.as_deref().is_none_or(|first| first == value) => {
                    said.period = Some(value.to_owned());
                }
                Placeholder::Level(level) => {
                    if said.areas.iter().any(|(other, first)| other == level && first != value) {
                        return None;
                    }
                    if !said.areas.iter().any(|(other, _)| other == level) {
                        said.areas.push((*level, value.to_owned()));
                    }
                }
                Placeholder::Period => return None,
            }
        }
        said.areas.sort();
        Some(said)
    }
}

/// A period as one of those asked for, and as any of the pipeline's kind.
fn real_periods(pipeline: &Pipeline) -> Vec<String> {
    let asked: Vec<String> = pipeline
        .periods
        .iter()
        .map(|period| regex::escape(&period.to_string()))
        .collect();
    let any = match pipeline.period_kind {
        PeriodKind::Year => "([0-9]{4})",
        PeriodKind::Half => "([0-9]{4}H[12])",
        PeriodKind::Quarter => "([0-9]{4}Q[1-4])",
        PeriodKind::Month => "([0-9]{4}-(?:0[1-9]|1[0-2]))",
    };
    let asked = (!asked.is_empty()).then(|| format!("({})", asked.join("|")));
    asked.into_iter().chain([any.to_owned()]).collect()
}

/// The regex of a pattern and what its groups hold.
fn source(text: &str, pipeline: &Pipeline, period: &str) -> Option<(Regex, Vec<Placeholder>)> {
    let code = match pipeline.registry.code_scheme {
        CodeScheme::Gb2260 => "([0-9]+)",
        CodeScheme::Plain => "([^/]+?)",
    };
    let (mut source, mut names, mut rest) = (String::from("^"), Vec::new(), text);
    while let Some(at) = rest.find(['{', '*']) {
        source.push_str(&regex::escape(&rest[..at]));
        rest = &rest[at..];
        if let Some(after) = rest.strip_prefix('*') {
            source.push_str("([^/]*)");
            names.push(Placeholder::Rest);
            rest = after;
            continue;
        }
        let close = rest.find('}')?;
        let name = &rest[1..close];
        if name == "period" {
            source.push_str(period);
            names.push(Placeholder::Period);
        } else {
            let level = pipeline.registry.levels.iter().position(|level| level == name)?;
            source.push_str(code);
            names.push(Placeholder::Level(level));
        }
        rest = &rest[close + 1..];
    }
    source.push_str(&regex::escape(rest));
    source.push('$');
    Some((Regex::new(&source).ok()?, names))
}

//! `CITATION.cff`: how to cite a release (<https://citation-file-format.github.io/>).

use std::fmt::Write;

use crate::domain::{Lang, Text};
use crate::pipeline::Pipeline;

/// The citation as YAML, without version and date: these are added when the release is published.
pub fn citation(pipeline: &Pipeline) -> String {
    let mut file = String::from("cff-version: 1.2.0\n");
    let mut add = |key: &str, value: &str| {
        // A text of JSON is one of YAML.
        let quoted = serde_json::Value::from(value);
        let _ = writeln!(file, "{key}: {quoted}");
    };
    add("message", message(pipeline));
    add("type", "dataset");
    add("title", pipeline.title.get(Lang::En));
    let mut about = described(pipeline).get(Lang::En).to_owned();
    let spdx = pipeline.licence.as_ref().filter(|licence| spdx(licence));
    match (&pipeline.licence, spdx) {
        (_, Some(licence)) => add("license", licence),
        (Some(licence), None) => about += &format!(" Licence: {licence}."),
        (None, None) => {}
    }
    add("abstract", &about);
    if let Some(homepage) = &pipeline.credit.homepage {
        add("url", homepage);
    }
    file += "authors:\n";
    let publisher = pipeline
        .credit
        .publisher
        .as_ref()
        .map(|publisher| publisher.get(Lang::En));
    let publisher = serde_json::Value::from(publisher.unwrap_or("Publisher not named in the pipeline"));
    let _ = writeln!(file, "  - name: {publisher}");
    file
}

fn message(pipeline: &Pipeline) -> &'static str {
    match pipeline.synthetic {
        true => {
            "Synthetic data, no real statistics: never quote its figures. If you use the dataset, cite it as below."
        }
        false => "If you use this dataset, please cite it as below.",
    }
}

/// What the dataset is about, in Chinese and English: what its publisher says, else its title and periods; and that it is made up,
/// where it is.
pub(super) fn described(pipeline: &Pipeline) -> Text {
    let periods = match (pipeline.periods.first(), pipeline.periods.last()) {
        (Some(first), Some(last)) if first != last => format!("{first}–{last}"),
        (Some(first), _) => first.to_string(),
        _ => String::new(),
    };
    let told = |lang, stop: &str, synthetic: &str| {
        let about = match &pipeline.credit.description {
            Some(description) => description.get(lang).trim_end_matches(['.', '。']).to_owned(),
            None => format!("{}, {periods}", pipeline.title.get(lang)),
        };
        match pipeline.synthetic {
            true => format!("{about}{stop}{synthetic}"),
            false => format!("{about}{}", stop.trim_end()),
        }
    };
    Text::new(
        told(Lang::Zh, "。", "模拟数据，非真实统计。"),
        told(Lang::En, ". ", "Synthetic data, no real statistics."),
    )
}

/// Whether a licence is written as SPDX writes one: `CC-BY-4.0`.
pub(super) fn spdx(licence: &str) -> bool {
    !licence.is_empty()
        && licence
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+'))
}

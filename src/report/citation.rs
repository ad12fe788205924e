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
    if let Some(contact) = &pipeline.credit.contact {
        let contact = serde_json::Value::from(contact.get(Lang::En));
        let _ = writeln!(file, "contact:\n  - name: {contact}");
    }
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
    let told = |lang, comma: &str, stop: &str, synthetic: &str| {
        let about = match &pipeline.credit.description {
            Some(description) => description.get(lang).trim_end_matches(['.', '。']).to_owned(),
            None => format!("{}{comma}{periods}", pipeline.title.get(lang)),
        };
        match pipeline.synthetic {
            true => format!("{about}{stop}{synthetic}"),
            false => format!("{about}{}", stop.trim_end()),
        }
    };
    Text::new(
        told(Lang::Zh, "，", "。", "模拟数据，非真实统计。"),
        told(Lang::En, ", ", ". ", "Synthetic data, no real statistics."),
    )
}

/// Versions of the licences of Creative Commons.
const VERSIONS: [&str; 5] = ["1.0", "2.0", "2.5", "3.0", "4.0"];

/// Other licences of data with an id in SPDX.
const DATA_LICENCES: [&str; 11] = [
    "CC0-1.0",
    "CDLA-Permissive-1.0",
    "CDLA-Sharing-1.0",
    "NLOD-1.0",
    "ODC-By-1.0",
    "ODbL-1.0",
    "OGL-Canada-2.0",
    "OGL-UK-2.0",
    "OGL-UK-3.0",
    "PDDL-1.0",
    "etalab-2.0",
];

/// Whether a licence is the SPDX id of a licence of data, such as `CC-BY-4.0`. A citation with any other word would not be valid.
pub(super) fn spdx(licence: &str) -> bool {
    let kinds = ["BY", "BY-SA", "BY-ND", "BY-NC", "BY-NC-SA", "BY-NC-ND"];
    let creative = licence.strip_prefix("CC-").and_then(|rest| rest.rsplit_once('-'));
    DATA_LICENCES.contains(&licence)
        || creative.is_some_and(|(kind, version)| kinds.contains(&kind) && VERSIONS.contains(&version))
}

#[cfg(test)]
mod tests {
    use super::spdx;

    #[test]
    fn only_ids_of_spdx_are_taken_for_one() {
        for licence in ["CC0-1.0", "CC-BY-4.0", "CC-BY-NC-SA-3.0", "ODbL-1.0"] {
            assert!(spdx(licence), "{licence}");
        }
        for licence in ["", "CC-BY", "CC-BY-5.0", "CC BY 4.0", "internal-use", "cc-by-4.0"] {
            assert!(!spdx(licence), "{licence}");
        }
    }
}

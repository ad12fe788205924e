//! What a person calls a code, an indicator, a unit, a reason for a null.

use crate::domain::{Code, Lang, Text};
use crate::pipeline::Pipeline;

/// Tokens of reasons for which a figure is null, and what a person reads of each.
pub type Reasons = [(&'static str, Text)];

/// What a person reads of a token. One without words stands for itself.
pub fn reason_title(reasons: &Reasons, token: &str) -> Text {
    let known = reasons.iter().find(|(known, _)| *known == token);
    known.map_or_else(|| Text::new(token, token), |(_, text)| text.clone())
}

/// What stands behind a title. What comes after `_per_` is in every title; the column would have no room for it.
pub fn unit_word(pipeline: &Pipeline, unit: &str) -> Text {
    let word = |lang| match unit.split("_per_").next().unwrap_or_default() {
        "" | "1" => String::new(),
        quantity => pipeline.units.word(quantity, lang).unwrap_or_default(),
    };
    Text::new(word(Lang::Zh), word(Lang::En))
}

/// How readers write the code of a unit in full: `m2_per_100_households` is `m² per 100 households`. None where a language has no
/// other words for it.
pub(super) fn unit_title(pipeline: &Pipeline, code: &str) -> Option<Text> {
    let parts: Vec<&str> = code.split("_per_").collect();
    let joined = |lang, between: &str| -> Option<String> {
        let words: Option<Vec<String>> = parts.iter().map(|part| part_title(pipeline, part, lang)).collect();
        Some(words?.join(between))
    };
    let en = joined(Lang::En, " per ").unwrap_or_else(|| code.replace('_', " "));
    let zh = joined(Lang::Zh, "/").unwrap_or_else(|| en.clone());
    (en != code || zh != code).then(|| Text::new(zh, en))
}

/// A part of it: a unit, or a number of units such as `100_households`.
fn part_title(pipeline: &Pipeline, part: &str, lang: Lang) -> Option<String> {
    let word = |unit: &str| pipeline.units.word(unit, lang);
    word(part).or_else(|| {
        let (number, unit) = part.split_once('_')?;
        let unit = number.bytes().all(|byte| byte.is_ascii_digit()).then(|| word(unit))??;
        Some(match lang {
            Lang::Zh => format!("{number}{unit}"),
            Lang::En => format!("{number} {unit}"),
        })
    })
}

/// What a person calls a code: its title in the catalog, or that of the rule.
pub fn finding_title(pipeline: &Pipeline, code: &str) -> Text {
    let of_rule = || {
        pipeline
            .rules
            .iter()
            .find(|rule| rule.id == code)
            .map(|rule| rule.title.clone())
    };
    let of_catalog = Code::named(code).map(|code| code.entry().title.clone());
    of_catalog.or_else(of_rule).unwrap_or_else(|| Text::new(code, code))
}

/// What a person calls an indicator.
pub fn indicator_title(pipeline: &Pipeline, id: &str) -> Text {
    let indicator = pipeline.indicators.iter().find(|indicator| indicator.id == id);
    indicator.map_or_else(|| Text::new(id, id), |indicator| indicator.title.clone())
}

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

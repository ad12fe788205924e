//! What a person calls what the tables name by codes, in one language.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::words;
use crate::domain::{CELL, Lang, MEMBER, Text, index_specs};
use crate::report::gather::{Gathering, member_title};
use crate::report::look::verdict_word;
use crate::report::titles::unit_word;
use crate::report::words::{named, yes_no};

/// Titles by codes. A code without a title stands for itself.
pub struct Names<'a> {
    pub lang: Lang,
    all: &'a Gathering<'a>,
    indicators: BTreeMap<&'a str, String>,
    units: BTreeMap<&'a str, String>,
    dimensions: BTreeMap<&'a str, String>,
    members: BTreeMap<(&'a str, &'a str), String>,
    forms: BTreeMap<&'a str, String>,
}

impl<'a> Names<'a> {
    pub fn new(all: &'a Gathering<'a>, lang: Lang) -> Names<'a> {
        let pipeline = all.pipeline;
        let indicators = pipeline.indicators.iter();
        let indicators = indicators.map(|indicator| (indicator.id.as_str(), &indicator.title));
        let dimensions = pipeline.dimensions.iter();
        let dimensions = dimensions.map(|dimension| (dimension.id.as_str(), &dimension.title));
        let forms = pipeline.forms.iter().map(|form| (form.id.as_str(), &form.title));
        let members = pipeline.dimensions.iter().flat_map(|dimension| {
            let title = |id| member_title(dimension, id).get(lang).to_owned();
            let own = dimension.members.iter().map(|member| member.id.as_str());
            own.map(move |id| ((dimension.id.as_str(), id), title(id)))
        });
        let unit = |unit: &str| unit_word(pipeline, unit).get(lang).to_owned();
        Names {
            lang,
            all,
            indicators: told_apart(indicators, lang),
            units: pipeline
                .indicators
                .iter()
                .map(|indicator| (indicator.unit.as_str(), unit(&indicator.unit)))
                .collect(),
            dimensions: told_apart(dimensions, lang),
            members: members.collect(),
            forms: told_apart(forms, lang),
        }
    }

    pub fn text(&self, text: &Text) -> String {
        text.get(self.lang).to_owned()
    }

    pub fn area(&self, code: &'a str) -> Cow<'a, str> {
        let title = self.all.areas.title(code);
        title.map_or(Cow::Borrowed(code), |title| Cow::Borrowed(title.get(self.lang)))
    }

    pub fn indicator<'s>(&'s self, id: &'s str) -> &'s str {
        self.indicators.get(id).map_or(id, String::as_str)
    }

    /// The word for a unit of an indicator; empty: there is none, or the title says it.
    pub fn unit(&self, unit: &str) -> &str {
        self.units.get(unit).map_or("", String::as_str)
    }

    pub fn dimension<'s>(&'s self, id: &'s str) -> &'s str {
        self.dimensions.get(id).map_or(id, String::as_str)
    }

    pub fn member<'s>(&'s self, dimension: &'s str, id: &'s str) -> &'s str {
        self.members.get(&(dimension, id)).map_or(id, String::as_str)
    }

    pub fn form<'s>(&'s self, id: &'s str) -> &'s str {
        self.forms.get(id).map_or(id, String::as_str)
    }

    /// Why a figure is empty.
    pub fn reason<'s>(&'s self, token: &'s str) -> &'s str {
        let known = self.all.reasons.iter().find(|(known, _)| *known == token);
        known.map_or(token, |(_, text)| text.get(self.lang))
    }

    /// Empty: there is nothing to judge.
    pub fn verdict(&self, verdict: &str) -> Option<&'static str> {
        (verdict != "no_target").then(|| verdict_word(verdict, self.lang))
    }

    pub fn yes_no(&self, is: bool) -> String {
        self.text(&yes_no(is))
    }

    /// What an inequality index is computed over.
    pub fn units_of_index(&self, token: &str) -> String {
        let registry = &self.all.pipeline.registry;
        let level = registry.levels.iter().position(|level| level == token);
        match (token, level) {
            (CELL, _) => words::CELLS.get(self.lang).to_owned(),
            (MEMBER, _) => words::MEMBERS.get(self.lang).to_owned(),
            (_, Some(level)) => self.text(&named(&registry.titles[level], token)),
            _ => token.to_owned(),
        }
    }

    /// Ids of the inequality indices with their titles, in the order of the codebook.
    pub fn indices(&self) -> impl Iterator<Item = (&'static str, String)> + '_ {
        let specs = index_specs().iter();
        specs.map(|spec| (spec.id.as_str(), self.text(&spec.title)))
    }
}

/// Titles by ids; those that several ids share, or none has, are followed by the id.
fn told_apart<'a>(titles: impl Iterator<Item = (&'a str, &'a Text)> + Clone, lang: Lang) -> BTreeMap<&'a str, String> {
    let title = |id: &'a str, title: &'a Text| named(title, id).get(lang).to_owned();
    let (mut once, mut twice) = (BTreeSet::new(), BTreeSet::new());
    for (id, text) in titles.clone() {
        let own = title(id, text);
        if !once.insert(own.clone()) {
            twice.insert(own);
        }
    }
    let shown = |(id, text): (&'a str, &'a Text)| match title(id, text) {
        own if twice.contains(&own) && own != id => (id, format!("{own} [{id}]")),
        own => (id, own),
    };
    titles.map(shown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_of_one_title_are_told_apart() {
        let (same, other) = (Text::new("甲", "A"), Text::new("乙", "B"));
        let none = Text::default();
        let all = [("a", &same), ("b", &other), ("c", &same), ("d", &none)];
        let named = told_apart(all.into_iter(), Lang::En);
        let titles: Vec<&str> = named.values().map(String::as_str).collect();
        assert_eq!(titles, ["A [a]", "B", "A [c]", "d"]);
    }
}

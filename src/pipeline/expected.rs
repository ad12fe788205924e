//! What a finding expected, as a person reads it.

use super::model::{FormIndex, Pipeline, Rule, RuleKind};
use crate::domain::{Finding, Lang};

impl Pipeline {
    /// The rule that made a finding; None: the engine did.
    pub fn rule_of(&self, finding: &Finding) -> Option<&Rule> {
        // Most findings are the engine's, and are not compared with every rule.
        finding.code.engine().is_none().then(|| rule_of(&self.rules, finding))?
    }

    /// The same with what was expected in words: the statement of a rule with titles of columns and forms, a range with the unit
    /// of its column. `form` is that of the submission.
    pub fn with_words(&self, form: FormIndex, finding: Finding) -> Finding {
        if finding.expected.is_none() || finding.expected_words.is_some() {
            return finding;
        }
        if let Some(rule) = self.rule_of(&finding)
            && finding.expected.as_deref() == Some(&*rule.statement)
        {
            let [zh, en] = [Lang::Zh, Lang::En].map(|lang| rule.in_words.get(lang).to_owned());
            return finding.with_expected_words(zh, en);
        }
        let form = &self.forms[form];
        let column = finding.place.column.as_deref().and_then(|id| form.column(id));
        match column.and_then(|column| form.columns[column].kind.unit()) {
            Some(unit) => finding.with_range_in_unit(|lang| self.units.word(unit, lang)),
            None => finding,
        }
    }
}

/// The rule that made a finding; None: the engine did.
pub fn rule_of<'r>(rules: &'r [Rule], finding: &Finding) -> Option<&'r Rule> {
    rules.iter().find(|rule| finding.code.is_rule(&rule.id))
}

/// What was expected, where it stands alone: beside a message, and not within it. None: nothing that would help.
pub fn expected_alone(rule: Option<&Rule>, finding: &Finding, lang: Lang) -> Option<String> {
    let expected = finding.expected.as_deref().filter(|expected| !expected.is_empty())?;
    let Some(rule) = rule else {
        return finding.wanted_in(lang);
    };
    let RuleKind::Cover(cover) = &rule.kind else {
        return Some(finding.expected_in(lang)?.into_owned());
    };
    // A sender without any unit to be held against.
    (expected != "0").then(|| match (lang, cover.register.is_some()) {
        (Lang::Zh, true) => format!("共 {expected} 个，与登记册一致"),
        (Lang::Zh, false) => format!("共 {expected} 个，与上期一致"),
        (Lang::En, true) => format!("{expected} in all, as in the register"),
        (Lang::En, false) => format!("{expected} in all, as in the earlier period"),
    })
}

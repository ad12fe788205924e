//! The tables `rules` and `unjudged`: how often each rule fired, and why it could not judge.

use std::collections::BTreeMap;

use crate::check::Tally;
use crate::domain::{Lang, Period};
use crate::pipeline::Pipeline;
use crate::report::finding_title;
use crate::tables::{RuleRow, Table, UnjudgedRow};

/// How often each rule was judged and broken, by period.
pub type Tallies = BTreeMap<(Period, String), Tally>;

/// Table `unjudged`: why rules could not judge.
pub fn unjudged(pipeline: &Pipeline, tallies: &Tallies) -> Table {
    let mut table = Table::of::<UnjudgedRow>();
    for ((period, id), tally) in tallies {
        let Some(rule) = pipeline.rules.iter().find(|rule| rule.id == *id) else {
            continue;
        };
        let (rule_title, form_title) = (finding_title(pipeline, id), &pipeline.forms[rule.form].title);
        let period = period.to_string();
        for (reason, count) in tally.unknown.counts() {
            table.push(UnjudgedRow {
                period: &period,
                rule: id,
                rule_title_zh: rule_title.own(Lang::Zh),
                rule_title_en: rule_title.own(Lang::En),
                form: &pipeline.forms[rule.form].id,
                form_title_zh: form_title.own(Lang::Zh),
                form_title_en: form_title.own(Lang::En),
                reason: reason.as_str(),
                n: count as i64,
            });
        }
    }
    table.sort_by_key();
    table
}

/// Table `rules`: every rule in every period of the run, the silent ones too.
pub fn rules(pipeline: &Pipeline, tallies: &Tallies) -> Table {
    let mut table = Table::of::<RuleRow>();
    for &period in &pipeline.periods {
        for rule in &pipeline.rules {
            let tally = tallies.get(&(period, rule.id.clone())).copied().unwrap_or_default();
            let (rule_title, form_title) = (finding_title(pipeline, &rule.id), &pipeline.forms[rule.form].title);
            table.push(RuleRow {
                period: &period.to_string(),
                rule: &rule.id,
                rule_title_zh: rule_title.own(Lang::Zh),
                rule_title_en: rule_title.own(Lang::En),
                kind: rule.kind.name(),
                form: &pipeline.forms[rule.form].id,
                form_title_zh: form_title.own(Lang::Zh),
                form_title_en: form_title.own(Lang::En),
                severity: rule.severity.as_str(),
                n_judged: tally.n_judged as i64,
                n_unknown: tally.unknown.total() as i64,
                n_fired: tally.n_fired as i64,
                firing_share: (tally.n_judged > 0).then(|| tally.n_fired as f64 / tally.n_judged as f64),
            });
        }
    }
    table.sort_by_key();
    table
}

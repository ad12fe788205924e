//! How often rules fire: one that fires everywhere is more likely wrong itself than all who report.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::titles::finding_title;
use crate::domain::Text;
use crate::pipeline::Pipeline;
use crate::tables::{RuleRow, Table, UnjudgedRow};

/// A rule that fires on more than this share of what it judged may be wrong itself.
pub(super) const SUSPECT_SHARE: f64 = 0.1;
/// With less judged, a share says little.
const ENOUGH: i64 = 20;
/// Rules of the summary; all are in the table.
const LINES: usize = 5;

/// How often a rule fired, over all periods.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RuleLine {
    /// Id of the rule.
    pub rule: String,
    /// What a person calls it.
    pub title: Text,
    /// Id of the form it judges.
    pub form: String,
    /// Rows or areas judged.
    pub judged: i64,
    /// Rows or areas that break it.
    pub fired: i64,
    /// fired ÷ judged.
    pub share: f64,
}

impl RuleLine {
    /// Whether the rule itself may be wrong.
    pub fn is_suspect(&self) -> bool {
        self.judged >= ENOUGH && self.share > SUSPECT_SHARE
    }
}

/// The rules that fire most, by share; every suspect one among them.
pub(super) fn rule_lines(pipeline: &Pipeline, rules: Option<&Table>) -> Vec<RuleLine> {
    let Some(table) = rules else { return Vec::new() };
    let mut sums: BTreeMap<(&str, &str), (i64, i64)> = BTreeMap::new();
    for rule in table.rows::<RuleRow>() {
        let (judged, fired) = sums.entry((rule.rule, rule.form)).or_default();
        *judged += rule.n_judged;
        *fired += rule.n_fired;
    }
    let fired = sums
        .into_iter()
        .filter(|(_, (judged, fired))| *judged > 0 && *fired > 0);
    let mut lines: Vec<RuleLine> = fired
        .map(|((rule, form), (judged, fired))| RuleLine {
            rule: rule.to_owned(),
            title: finding_title(pipeline, rule),
            form: form.to_owned(),
            judged,
            fired,
            share: fired as f64 / judged as f64,
        })
        .collect();
    lines.sort_by(|a, b| b.share.total_cmp(&a.share).then_with(|| a.rule.cmp(&b.rule)));
    let mut at = 0;
    lines.retain(|line| {
        at += 1;
        at <= LINES || line.is_suspect()
    });
    lines
}

/// Why rules could not judge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnjudgedLine {
    /// The word of table `unjudged`.
    pub reason: String,
    /// Rows or areas, over all rules and periods.
    pub count: i64,
}

/// Why rules could not judge, the most frequent reason first.
pub(super) fn unjudged_lines(unjudged: Option<&Table>) -> Vec<UnjudgedLine> {
    let Some(table) = unjudged else { return Vec::new() };
    let mut sums: BTreeMap<&str, i64> = BTreeMap::new();
    for row in table.rows::<UnjudgedRow>() {
        *sums.entry(row.reason).or_default() += row.n;
    }
    let line = |(reason, count): (&str, i64)| UnjudgedLine {
        reason: reason.to_owned(),
        count,
    };
    let mut lines: Vec<UnjudgedLine> = sums.into_iter().map(line).collect();
    lines.sort_by_key(|line| std::cmp::Reverse(line.count));
    lines
}

#[cfg(test)]
mod tests {
    use super::super::tests::pipeline;
    use super::*;

    #[test]
    fn reasons_are_counted_over_rules_and_periods() {
        let mut table = Table::of::<UnjudgedRow>();
        for (period, rule, reason, n) in [
            ("2019", "a", "area_split", 2),
            ("2019", "a", "value_missing", 3),
            ("2020", "b", "area_split", 4),
        ] {
            table.push(UnjudgedRow {
                period,
                rule,
                reason,
                n,
                ..UnjudgedRow::default()
            });
        }
        let lines = unjudged_lines(Some(&table));
        let said: Vec<(&str, i64)> = lines.iter().map(|line| (line.reason.as_str(), line.count)).collect();
        assert_eq!(said, [("area_split", 6), ("value_missing", 3)]);
        assert!(unjudged_lines(None).is_empty());
    }

    #[test]
    fn a_rule_that_fires_everywhere_is_suspect_and_a_rare_case_is_not() {
        let mut table = Table::of::<RuleRow>();
        for (rule, n_judged, n_fired) in [("all", 100, 60), ("few", 5, 3), ("none", 100, 0), ("some", 1000, 40)] {
            for period in ["2019", "2020"] {
                table.push(RuleRow {
                    period,
                    rule,
                    form: "roster",
                    n_judged,
                    n_fired,
                    ..RuleRow::default()
                });
            }
        }
        let lines = rule_lines(&pipeline(), Some(&table));
        let said: Vec<(&str, i64, bool)> = lines
            .iter()
            .map(|line| (line.rule.as_str(), line.fired, line.is_suspect()))
            .collect();
        assert_eq!(said, [("all", 120, true), ("few", 6, false), ("some", 80, false)]);
        assert!(rule_lines(&pipeline(), None).is_empty());
    }
}

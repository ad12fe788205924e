//! The tables `reconciliation` and `rules`: figures that are held against each other, and how often each rule fired.

use std::collections::{BTreeMap, BTreeSet};

use super::names::Names;
use crate::check::{self, Pairing, Settled, Tally, settle};
use crate::domain::{Finding, Lang, Period, Severity};
use crate::partition::{Entry, State};
use crate::pipeline::{Form, FormIndex, Pipeline};
use crate::registry::Registry;
use crate::report::finding_title;
use crate::tables::{ReconciliationRow, RuleRow, Table, UnjudgedRow};

/// Settled figures with the id of the submission that states them.
pub type Line = (Option<String>, Settled);

/// Pairs figures that came in different bundles, and settles those that stay alone. Findings go to their submissions.
pub fn settle_loose(
    pipeline: &Pipeline,
    registry: &Registry,
    entries: &mut [Entry],
    loose: Vec<(String, Pairing)>,
) -> Vec<Line> {
    let places: BTreeMap<&str, u32> = entries
        .iter()
        .enumerate()
        .map(|(at, entry)| (entry.submission.id.as_str(), at as u32))
        .collect();
    let mut pairs: BTreeMap<(usize, Period, String), Pairing> = BTreeMap::new();
    for (id, mut pairing) in loose {
        let Some(&at) = places.get(id.as_str()) else { continue };
        pairing.submissions().for_each(|submission| *submission = at);
        match pairs.entry((pairing.rule, pairing.period, pairing.area.clone())) {
            std::collections::btree_map::Entry::Vacant(slot) => drop(slot.insert(pairing)),
            std::collections::btree_map::Entry::Occupied(mut slot) => slot.get_mut().merge(pairing),
        }
    }
    let refused = Refused::of(entries);
    let mut lines = Vec::new();
    for pairing in pairs.values() {
        let missing = pairing.missing_form(pipeline);
        let refused = missing.is_some_and(|form| refused.reaches(registry, (form, &pipeline.forms[form]), pairing));
        let Some(mut settled) = settle(pipeline, pairing, Vec::new(), refused) else {
            continue;
        };
        if let Some((submission, finding)) = settled.finding.take() {
            entries[submission as usize].findings.push(finding);
        }
        let id = settled
            .line
            .submission
            .map(|at| entries[at as usize].submission.id.clone());
        lines.push((id, settled));
    }
    lines
}

/// Senders of which nothing counts.
struct Refused(BTreeMap<(FormIndex, Period), Vec<String>>);

impl Refused {
    fn of(entries: &[Entry]) -> Refused {
        let mut senders: BTreeMap<(FormIndex, Period), Vec<String>> = BTreeMap::new();
        for entry in entries.iter().filter(|entry| entry.state == State::Rejected) {
            if let Some(period) = entry.submission.period {
                let sender = entry.submission.area_code.clone();
                senders.entry((entry.submission.form, period)).or_default().push(sender);
            }
        }
        Refused(senders)
    }

    /// Whether one of them may have sent the missing figure.
    fn reaches(&self, registry: &Registry, (at, form): (FormIndex, &Form), pairing: &Pairing) -> bool {
        let areas = registry.of_form(form, pairing.period);
        let senders = self.0.get(&(at, pairing.period)).into_iter().flatten();
        senders
            .into_iter()
            .any(|sender| areas.contains(sender, &pairing.area) || areas.contains(&pairing.area, sender))
    }
}

/// Table `reconciliation`. A difference whose finding has been explained is.
pub fn reconciliation(pipeline: &Pipeline, names: &Names<'_>, entries: &[Entry], lines: &[Line]) -> Table {
    let forms: BTreeMap<&str, FormIndex> = entries
        .iter()
        .map(|entry| (entry.submission.id.as_str(), entry.submission.form))
        .collect();
    let of_rule = |id: &str| pipeline.rules.iter().find(|rule| rule.id == id).map(|rule| rule.form);
    let of = |finding: &Finding| finding.severity == Severity::Explain && !finding.is_open();
    let mut explained: BTreeSet<(&str, &str, u32, &str)> = BTreeSet::new();
    for entry in entries {
        for finding in entry.findings.iter().filter(|finding| of(finding)) {
            let place = &finding.place;
            explained.insert((
                &entry.submission.id,
                finding.code.as_str(),
                place.row.unwrap_or(0),
                place.column.as_deref().unwrap_or_default(),
            ));
        }
    }
    let mut table = Table::of::<ReconciliationRow>();
    for (id, Settled { line, .. }) in lines {
        let code = check::code_of(&line.rule);
        let key = (id.as_deref().unwrap_or_default(), code, line.row, line.column.as_str());
        let is_explained = line.status == check::Status::Differs && explained.contains(&key);
        let status = if is_explained {
            "explained"
        } else {
            line.status.as_str()
        };
        let form = id.as_deref().and_then(|id| forms.get(id).copied());
        let form = form.or_else(|| of_rule(&line.rule));
        let rule_title = finding_title(pipeline, code);
        let name = form.and_then(|form| names.of(form, Some(line.period), &line.area));
        table.push(ReconciliationRow {
            period: &line.period.to_string(),
            area_code: &line.area,
            area_name: name,
            rule: &line.rule,
            rule_title_zh: rule_title.own(Lang::Zh),
            rule_title_en: rule_title.own(Lang::En),
            field: &line.column,
            submission_id: id.as_deref(),
            row: (line.row > 0).then_some(i64::from(line.row)),
            left_value: line.left,
            right_value: line.right,
            difference: line.difference,
            tolerance: line.tolerance,
            used: line.used.as_str(),
            status,
            reason: line.reason.as_str(),
        });
    }
    table.sort_by_key();
    table
}

/// How often each rule was judged and broken, by period.
pub type Tallies = BTreeMap<(Period, String), Tally>;

/// Adds what was settled between figures.
pub fn count(tallies: &mut Tallies, lines: &[Line]) {
    for (_, settled) in lines {
        let key = (settled.line.period, settled.line.rule.clone());
        tallies.entry(key).or_default().add(settled.tally);
    }
}

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

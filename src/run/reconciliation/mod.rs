//! The tables `reconciliation` and `rules`: figures that are held against each other, and how often each rule fired.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::names::Names;
use crate::check::{self, Pairing, Tally, settle};
use crate::domain::{Finding, Lang, Period, Reconciled, Severity, Text};
use crate::partition::{Entry, SettledLine, Shared, State};
use crate::pipeline::{Form, FormIndex, Pipeline};
use crate::registry::Registry;
use crate::report::finding_title;
use crate::tables::{ReconciliationRow, RuleRow, Table, UnjudgedRow};

/// Pairs the figures of a period that came in different bundles, and settles those that stay alone. Findings go to their submissions,
/// whose places among the entries are `places`.
pub fn settle_loose(
    shared: &Shared<'_>,
    entries: &mut [Entry],
    (places, refused): (&Places, &Refused),
    loose: Vec<(String, Pairing)>,
) -> Vec<SettledLine> {
    let (pipeline, registry) = (shared.pipeline, &shared.registry);
    let mut pairs: BTreeMap<(usize, Period, String), Pairing> = BTreeMap::new();
    for (id, mut pairing) in loose {
        let Some(&at) = places.0.get(&id) else { continue };
        pairing.submissions().for_each(|submission| *submission = at);
        match pairs.entry((pairing.rule, pairing.period, pairing.area.clone())) {
            std::collections::btree_map::Entry::Vacant(slot) => drop(slot.insert(pairing)),
            std::collections::btree_map::Entry::Occupied(mut slot) => slot.get_mut().merge(pairing),
        }
    }
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
        let id = settled.line.submission;
        let id = id.map(|at| entries[at as usize].submission.id.clone());
        lines.push(SettledLine::of(id, settled));
    }
    lines
}

/// The place of each submission among the entries.
pub struct Places(HashMap<String, u32>);

impl Places {
    /// Of these entries, as long as their order stays.
    pub fn of(entries: &[Entry]) -> Places {
        let ids = entries.iter().map(|entry| entry.submission.id.clone());
        Places(ids.zip(0..).collect())
    }
}

/// Senders of which nothing counts.
pub struct Refused(BTreeMap<(FormIndex, Period), Vec<String>>);

impl Refused {
    /// Of these entries.
    pub fn of(entries: &[Entry]) -> Refused {
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

/// What the table `reconciliation` says of entries: their forms, and which differences are explained.
pub struct Said<'a> {
    forms: HashMap<&'a str, FormIndex>,
    /// By submission, code, row and column.
    explained: BTreeSet<(&'a str, &'a str, u32, &'a str)>,
}

impl<'a> Said<'a> {
    /// Of these entries, whose findings are complete.
    pub fn of(entries: &'a [Entry]) -> Said<'a> {
        let forms = entries
            .iter()
            .map(|entry| (entry.submission.id.as_str(), entry.submission.form));
        let is_explained = |finding: &&Finding| finding.severity == Severity::Explain && !finding.is_open();
        let mut explained = BTreeSet::new();
        for entry in entries {
            for finding in entry.findings.iter().filter(is_explained) {
                let place = &finding.place;
                explained.insert((
                    entry.submission.id.as_str(),
                    finding.code.as_str(),
                    place.row.unwrap_or(0),
                    place.column.as_deref().unwrap_or_default(),
                ));
            }
        }
        Said {
            forms: forms.collect(),
            explained,
        }
    }
}

/// Rows of the table `reconciliation`. A difference whose finding has been explained is.
pub fn reconciliation(pipeline: &Pipeline, names: &Names<'_>, said: &Said<'_>, lines: &[SettledLine]) -> Table {
    let mut table = Table::of::<ReconciliationRow>();
    table.reserve(lines.len());
    let titles: HashMap<&str, (Text, Option<FormIndex>)> = (pipeline.rules.iter())
        .map(|rule| {
            (
                rule.id.as_str(),
                (finding_title(pipeline, check::code_of(&rule.id)), Some(rule.form)),
            )
        })
        .collect();
    for SettledLine { submission, line, .. } in lines {
        let id = submission.as_deref();
        let code = check::code_of(&line.rule);
        let key = (id.unwrap_or_default(), code, line.row, line.column.as_str());
        let is_explained = line.status == check::Status::Differs && said.explained.contains(&key);
        let status = if is_explained {
            "explained"
        } else {
            line.status.as_str()
        };
        let (rule_title, rule_form) = match titles.get(line.rule.as_str()) {
            Some(known) => known.clone(),
            None => (finding_title(pipeline, code), None),
        };
        let form = id.and_then(|id| said.forms.get(id).copied()).or(rule_form);
        let name = form.and_then(|form| names.of(form, Some(line.period), &line.area));
        table.push(ReconciliationRow {
            period: &line.period.to_string(),
            area_code: &line.area,
            area_name: name,
            rule: &line.rule,
            rule_title_zh: rule_title.own(Lang::Zh),
            rule_title_en: rule_title.own(Lang::En),
            field: &line.column,
            submission_id: id,
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

/// Counts the rows of a period by rule and status.
pub fn add(rules: &mut BTreeMap<String, Reconciled>, table: &Table) {
    for row in table.rows::<ReconciliationRow>() {
        if !rules.contains_key(row.rule) {
            let rule = Reconciled {
                rule: row.rule.to_owned(),
                title_zh: row.rule_title_zh.map(str::to_owned),
                title_en: row.rule_title_en.map(str::to_owned),
                counts: BTreeMap::new(),
            };
            rules.insert(row.rule.to_owned(), rule);
        }
        let Some(rule) = rules.get_mut(row.rule) else { continue };
        match rule.counts.get_mut(row.status) {
            Some(count) => *count += 1,
            None => drop(rule.counts.insert(row.status.to_owned(), 1)),
        }
    }
}

/// How often each rule was judged and broken, by period.
pub type Tallies = BTreeMap<(Period, String), Tally>;

/// Adds what was settled between figures.
pub fn count(tallies: &mut Tallies, lines: &[SettledLine]) {
    for settled in lines {
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

//! Units that should be there and are not, or the reverse: `[[cover]]`, judged for each sender.

use super::error::Error;
use super::memory::Memory;
use super::partition::{Partition, finding_of};
use super::record_keys::keys;
use super::remember::{Present, units_by_sender};
use super::tally::Tally;
use super::unit::key_columns;
use crate::domain::{Finding, Unknown, shown_unit, unit_parts};
use crate::pipeline::{CoverRule, Rule, RuleKind};

/// Units that a finding names; how many more there are is said.
const NAMED: usize = 20;

/// Finds what differs between the units of each sender and those they are held against.
pub(super) fn check(partition: &mut Partition) -> Result<(), Error> {
    let rules: Vec<(&Rule, &CoverRule)> = partition
        .pipeline
        .rules
        .iter()
        .filter(|rule| rule.form == partition.form_index)
        .filter_map(|rule| match &rule.kind {
            RuleKind::Cover(cover) => Some((rule, cover)),
            _ => None,
        })
        .collect();
    if rules.is_empty() {
        return Ok(());
    }
    let keys = keys(partition)?;
    let mut notes = Vec::new();
    let mut tallies = Vec::new();
    for (sender, present) in &units_by_sender(partition, &keys) {
        for (rule, cover) in &rules {
            let (tally, finding) = judge(partition, (rule, cover), sender, present);
            tallies.push((*rule, tally));
            notes.extend(finding.map(|finding| (present.first, finding)));
        }
    }
    drop(keys);
    tallies
        .into_iter()
        .for_each(|(rule, tally)| partition.count(rule, tally));
    notes
        .into_iter()
        .for_each(|(record, finding)| partition.note(record, finding));
    Ok(())
}

/// What the units of a sender are held against.
struct Against<'a> {
    expected: Vec<&'a str>,
    /// Known to be there, though nobody may count on them.
    known: Vec<&'a str>,
    /// Units that nobody could name.
    nameless: usize,
}

fn against<'a>(partition: &Partition<'a>, rule: &Rule, cover: &CoverRule, sender: &str) -> Option<Against<'a>> {
    let context = &partition.context;
    let found = match &cover.register {
        Some(path) => {
            let list = context.lists.get(rule.form, path)?;
            Against {
                expected: list.expected(sender, context.period, context.areas),
                known: Vec::new(),
                nameless: 0,
            }
        }
        None => {
            let units = context.earlier?.units(sender)?;
            Against {
                expected: units.accepted.iter().collect(),
                known: units.held.iter().collect(),
                nameless: units.nameless,
            }
        }
    };
    (!found.expected.is_empty()).then_some(found)
}

/// Why there are no units that a sender could be held against.
fn without_units(earlier: Option<&Memory>, cover: &CoverRule, sender: &str) -> Unknown {
    match earlier {
        _ if cover.register.is_some() => Unknown::UnitsNotListed,
        None => Unknown::NoEarlierPeriod,
        Some(earlier) => earlier.unclear(sender).unwrap_or(Unknown::NotReportedBefore),
    }
}

fn judge(
    partition: &Partition,
    (rule, cover): (&Rule, &CoverRule),
    sender: &str,
    present: &Present,
) -> (Tally, Option<Finding>) {
    let unknown = |why: Unknown| (Tally::unjudged(why, 1), None);
    let judged = |fired: bool| Tally {
        n_judged: 1,
        n_fired: u64::from(fired),
        ..Tally::default()
    };
    let blank = || finding_of(rule);
    let Some(against) = against(partition, rule, cover, sender) else {
        return match without_units(partition.context.earlier, cover, sender) {
            // In the first period there is nothing to be held against, and no fault in that; nor after a change of the area.
            why if rule.missing_passes => unknown(why),
            Unknown::UnitsNotListed | Unknown::NotReportedBefore => (judged(true), Some(blank().raw("").expected("0"))),
            why => unknown(why),
        };
    };
    let has = |sorted: &[&str], key: &&str| sorted.binary_search(key).is_ok();
    let (different, nameless): (Vec<&str>, usize) = if cover.finds_new {
        let new = present.accepted.iter().copied();
        let new = new.filter(|key| !has(&against.expected, key) && !has(&against.known, key));
        (new.collect(), against.nameless)
    } else {
        let missing = against.expected.iter().copied();
        let missing = missing.filter(|key| !has(&present.accepted, key) && !has(&present.held, key));
        (missing.collect(), present.nameless)
    };
    if different.is_empty() {
        return (judged(false), None);
    }
    // A row whose key cannot be read may be any of them: that is another finding's.
    let Some(count) = different.len().checked_sub(nameless).filter(|&count| count > 0) else {
        return unknown(Unknown::KeysUnreadable);
    };
    let share = count as f64 / against.expected.len() as f64;
    if share <= cover.max_share {
        return (judged(false), None);
    }
    let parts = key_columns(partition.form).len();
    let named: Vec<String> = different.iter().take(NAMED).map(|key| shown_unit(key, parts)).collect();
    let more = match different.len() - named.len() {
        0 => String::new(),
        more => format!(" … (+{more})"),
    };
    // The key of a form that names no area has the area behind it, which nobody writes who explains.
    let own = partition.form.key.len();
    let unit = |key: &&str| {
        unit_parts(key, parts)
            .into_iter()
            .take(own)
            .map(str::to_owned)
            .collect()
    };
    let finding = Finding {
        units: different.iter().map(unit).collect(),
        ..blank()
    };
    let finding = finding
        .raw(named.join(", ") + &more)
        .expected(against.expected.len().to_string())
        .count(count as u64);
    let allowed = (cover.max_share * 1e8).round() / 1e6;
    let finding = if allowed > 0.0 {
        finding.threshold(format!("{allowed} %"))
    } else {
        finding
    };
    (judged(true), Some(finding))
}

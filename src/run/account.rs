//! What was sent of each form and period, as the gate judges it.

use std::collections::{BTreeMap, BTreeSet};

use super::ledger::{Entry, Rows, Status};
use super::night::Night;
use crate::coverage::Coverage;
use crate::domain::{FormCoverage, Period};
use crate::pipeline::FormIndex;
use crate::release::FormAccount;

/// Period and form.
type Key = (Period, FormIndex);

/// Codes of senders by period and form.
type Senders<'a> = BTreeMap<Key, BTreeSet<&'a str>>;

/// The account of each form and period that is asked for. Each attempt of a sender of which nothing counts, but the last, is
/// left out: of attempts that all failed the last one tells how many rows wait.
pub fn accounts(night: &Night<'_>, entries: &[Entry], coverage: &Coverage) -> Vec<FormAccount> {
    let counted: Vec<&Entry> = last_attempts(entries).collect();
    let rows = rows(&counted);
    let mut unreadable = Senders::new();
    let mut read = Senders::new();
    for (key, entry) in counted.iter().filter_map(|entry| Some((key(entry)?, *entry))) {
        let senders = if has_rows(entry) { &mut read } else { &mut unreadable };
        let failed = entry.status == Status::Rejected;
        if has_rows(entry) || failed {
            senders.entry(key).or_default().insert(&entry.submission.area_code);
        }
    }
    let account = |(&(period, form), owed): (&Key, &FormCoverage)| {
        let key = (period, form);
        let sent = rows.get(&key).copied().unwrap_or_default();
        let mut account = FormAccount {
            period,
            form,
            accepted: sent.accepted,
            quarantined: sent.quarantined,
            unreadable_rows: 0,
            unreadable_reporters: 0,
            reporters: 0,
        };
        let areas = night.registry.of_form(&night.pipeline.forms[form], period);
        let among = |senders: &Senders<'_>, code: &str| senders.get(&key).is_some_and(|all| all.contains(code));
        for (code, expected) in &owed.expected {
            let got = owed.received.get(code);
            // A file of a wider area that cannot be read was to bring the rows of this one.
            let lost = || areas.ancestors(code).iter().any(|area| among(&unreadable, &area.code));
            let is_read = got.is_some_and(|got| got.rows_accepted + got.rows_quarantined > 0) || among(&read, code);
            if !is_read && unreadable.contains_key(&key) && lost() {
                account.reporters += 1;
                match expected.rows {
                    Some(rows) => account.unreadable_rows += rows.max(0) as u64,
                    None => account.unreadable_reporters += 1,
                }
            } else if is_read || got.is_some_and(|got| got.submissions > 0) {
                account.reporters += 1;
            }
        }
        account
    };
    coverage.iter().map(account).collect()
}

/// Period and form of a submission; None: its period is not known.
fn key(entry: &Entry) -> Option<Key> {
    Some((entry.submission.period?, entry.submission.form))
}

/// Rows beneath no header are nobody's records.
fn has_rows(entry: &Entry) -> bool {
    entry.rows.accepted + entry.rows.quarantined > 0 && !entry.has("header-missing")
}

/// Submissions but those of which nothing counts and that their sender has sent again.
fn last_attempts(entries: &[Entry]) -> impl Iterator<Item = &Entry> {
    let sender = |entry: &Entry| {
        let submission = &entry.submission;
        (submission.form, submission.period, submission.area_code.clone())
    };
    let mut latest = BTreeMap::new();
    for entry in entries.iter().filter(|entry| entry.claimed) {
        let revision = latest.entry(sender(entry)).or_insert(0);
        *revision = entry.submission.revision.max(*revision);
    }
    let is_tried_again = move |entry: &&Entry| {
        let revision = latest.get(&sender(entry)).copied();
        entry.status == Status::Rejected && revision.is_some_and(|latest| entry.submission.revision < latest)
    };
    let claimed = entries.iter().filter(|entry| entry.claimed);
    claimed.filter(move |entry| !is_tried_again(entry))
}

fn rows(counted: &[&Entry]) -> BTreeMap<Key, Rows> {
    let mut rows: BTreeMap<Key, Rows> = BTreeMap::new();
    for entry in counted.iter().filter(|entry| has_rows(entry)) {
        if let Some(key) = key(entry) {
            rows.entry(key).or_default().add(&entry.rows);
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Finding, Submission};

    fn attempt(revision: u32, status: Status, accepted: u64) -> Entry {
        let blank = Entry::unclaimed(&format!("r{revision}"), Vec::new());
        Entry {
            claimed: true,
            status,
            submission: Submission {
                revision,
                period: Period::parse_any("2020"),
                area_code: "130102".to_owned(),
                ..blank.submission
            },
            rows: Rows {
                read: 10,
                accepted,
                quarantined: 10 - accepted,
                ..Rows::default()
            },
            ..blank
        }
    }

    fn waiting(entries: &[Entry]) -> u64 {
        let counted: Vec<&Entry> = last_attempts(entries).collect();
        rows(&counted).values().map(|rows| rows.quarantined).sum()
    }

    #[test]
    fn attempts_that_failed_wait_once() {
        let (first, second) = (attempt(0, Status::Rejected, 0), attempt(1, Status::Rejected, 0));
        assert_eq!(waiting(&[first.clone(), second.clone()]), 10);
        // What counts beside a later attempt that failed is no attempt of its own.
        assert_eq!(waiting(&[attempt(0, Status::Partial, 4), second]), 16);
        assert_eq!(waiting(&[first]), 10);
    }

    #[test]
    fn rows_beneath_no_header_are_no_rows() {
        let mut headless = attempt(0, Status::Rejected, 0);
        headless.findings.push(Finding::new("header-missing", 0));
        assert!(!has_rows(&headless));
        assert_eq!(waiting(&[headless]), 0);
    }
}

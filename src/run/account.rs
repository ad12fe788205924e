//! What was sent of each form and period, as the gate judges it.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::{Code, FormCoverage, Period};
use crate::partition::{Entry, Shared, State};
use crate::pipeline::{FormIndex, RowUnit};
use crate::release::FormAccount;
use crate::statistics::Coverage;

/// Period and form.
type Key = (Period, FormIndex);

/// Codes of senders by period and form.
type Senders<'a> = BTreeMap<Key, BTreeSet<&'a str>>;

/// The account of each form and period that is asked for. Each attempt of a sender of which nothing counts, but the last, is
/// left out: of attempts that all failed the last one tells how many rows wait.
pub fn accounts(shared: &Shared<'_>, entries: &[Entry], coverage: &Coverage) -> Vec<FormAccount> {
    let counted: Vec<&Entry> = last_attempts(entries).collect();
    let sent = sent(&counted);
    let mut unreadable = Senders::new();
    let mut read = Senders::new();
    for (key, entry) in counted.iter().filter_map(|entry| Some((key(entry)?, *entry))) {
        let senders = if has_rows(entry) { &mut read } else { &mut unreadable };
        let failed = entry.state == State::Rejected;
        if has_rows(entry) || failed {
            senders.entry(key).or_default().insert(&entry.submission.area_code);
        }
    }
    let account = |(&(period, form), owed): (&Key, &FormCoverage)| {
        let key = (period, form);
        let senders = || sent.get(&key).into_iter().flatten();
        let waiting = |(sender, sent): (&&str, &SenderRows)| match sent.waiting(None) {
            0 => 0,
            _ => sent.waiting(owed_rows(shared, key, owed, sender)),
        };
        let mut account = FormAccount {
            period,
            form,
            accepted: senders().map(|(_, sent)| sent.accepted).sum(),
            quarantined: senders().map(waiting).sum(),
            unreadable_rows: 0,
            unreadable_reporters: 0,
            reporters: 0,
        };
        let areas = shared.registry.of_form(&shared.pipeline.forms[form], period);
        let among = |senders: &Senders<'_>, code: &str| senders.get(&key).is_some_and(|all| all.contains(code));
        for (code, expected) in owed.expected.iter() {
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
    entry.rows.accepted + entry.rows.quarantined > 0 && !entry.has(Code::HeaderMissing)
}

/// Submissions but those of which nothing counts and that their sender has sent again.
fn last_attempts(entries: &[Entry]) -> impl Iterator<Item = &Entry> {
    let mut latest = BTreeMap::new();
    for entry in entries.iter().filter(|entry| entry.state != State::Unclaimed) {
        let revision = latest.entry(entry.submission.sender_key()).or_insert(0);
        *revision = entry.submission.revision.max(*revision);
    }
    let is_tried_again = move |entry: &&Entry| {
        let revision = latest.get(&entry.submission.sender_key()).copied();
        entry.state == State::Rejected && revision.is_some_and(|latest| entry.submission.revision < latest)
    };
    let claimed = entries.iter().filter(|entry| entry.state != State::Unclaimed);
    claimed.filter(move |entry| !is_tried_again(entry))
}

/// What one sender has sent of a form for a period.
#[derive(Clone, Copy, Default)]
struct SenderRows {
    /// Rows that count, and rows held back of the submissions that count.
    accepted: u64,
    held: u64,
    /// Rows of the largest attempt of which nothing counts.
    failed: u64,
}

impl SenderRows {
    /// Rows that wait. An attempt that failed holds the rows of the submission that counts once more, as two returns that tie do:
    /// each row waits once. `owed` is how many rows the sender owes, where that is known: a file that is misnamed, or full of copies,
    /// holds back no more of its form than the sender owes.
    fn waiting(&self, owed: Option<u64>) -> u64 {
        let rows = (self.accepted + self.held).max(self.failed);
        let waiting = rows - self.accepted;
        match owed.filter(|owed| *owed > 0) {
            Some(owed) => waiting.min(owed.saturating_sub(self.accepted).max(self.held.min(owed))),
            None => waiting,
        }
    }
}

/// By period and form, what each sender has sent.
fn sent<'a>(counted: &[&'a Entry]) -> BTreeMap<Key, BTreeMap<&'a str, SenderRows>> {
    let mut all: BTreeMap<Key, BTreeMap<&str, SenderRows>> = BTreeMap::new();
    for entry in counted.iter().filter(|entry| has_rows(entry)) {
        let Some(key) = key(entry) else { continue };
        let senders = all.entry(key).or_default();
        let sent = senders.entry(&entry.submission.area_code).or_default();
        if entry.state == State::Rejected {
            sent.failed = sent.failed.max(entry.rows.quarantined);
        } else {
            sent.accepted += entry.rows.accepted;
            sent.held += entry.rows.quarantined;
        }
    }
    all
}

/// Rows that a sender owes: those that the register expects of the reporters at or below it; of a form about areas without such
/// figures, one for each area. None: not known.
fn owed_rows(shared: &Shared<'_>, (period, form): Key, owed: &FormCoverage, sender: &str) -> Option<u64> {
    let form = &shared.pipeline.forms[form];
    let areas = shared.registry.of_form(form, period);
    // A county is asked for itself, and most senders are counties.
    let own = owed.expected.get(sender);
    let is_area = |level: &usize| areas.get(sender).is_some_and(|area| area.level == *level);
    match (own.and_then(|own| own.rows), &form.unit) {
        (Some(rows), _) => return Some(rows.max(0) as u64),
        (None, RowUnit::Area(level)) if is_area(level) => return Some(1),
        (None, _) if own.is_some() => return None,
        (None, _) => {}
    }
    let below = owed.expected.iter().filter(|(code, _)| areas.contains(sender, code));
    let figures: Option<Vec<i64>> = below.map(|(_, expected)| expected.rows).collect();
    match (figures.filter(|figures| !figures.is_empty()), &form.unit) {
        (Some(figures), _) => Some(figures.iter().map(|rows| (*rows).max(0) as u64).sum()),
        (None, RowUnit::Area(level)) => {
            let of_level = areas.at_level(*level).filter(|area| areas.contains(sender, &area.code));
            Some(of_level.count() as u64)
        }
        (None, _) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Finding, Submission};
    use crate::partition::Rows;

    fn attempt(revision: u32, state: State, accepted: u64) -> Entry {
        let blank = Entry::unclaimed(&format!("r{revision}"), Vec::new());
        Entry {
            state,
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
        let all = sent(&counted);
        all.values().flatten().map(|(_, sent)| sent.waiting(None)).sum()
    }

    #[test]
    fn attempts_that_failed_wait_once() {
        let (first, second) = (attempt(0, State::Rejected, 0), attempt(1, State::Rejected, 0));
        assert_eq!(waiting(&[first.clone(), second.clone()]), 10);
        // Of the ten rows of a later attempt that failed four count by the one before it.
        assert_eq!(waiting(&[attempt(0, State::Partial, 4), second.clone()]), 6);
        assert_eq!(waiting(&[attempt(0, State::Accepted, 10), second.clone(), second]), 0);
        assert_eq!(waiting(&[first]), 10);
    }

    #[test]
    fn a_sender_holds_back_no_more_than_it_owes() {
        for ((accepted, held, failed), owed, expected) in [
            ((0, 0, 53), Some(1), 1),
            ((1, 52, 0), Some(1), 1),
            ((1, 0, 53), Some(1), 0),
            ((58, 0, 58), Some(58), 0),
            ((10, 48, 0), Some(58), 48),
            // More rows than the register knows.
            ((10, 60, 0), Some(58), 58),
            ((60, 10, 0), Some(58), 10),
            ((0, 0, 53), None, 53),
            ((0, 0, 53), Some(0), 53),
        ] {
            let sent = SenderRows { accepted, held, failed };
            assert_eq!(sent.waiting(owed), expected, "{accepted} {held} {failed} of {owed:?}");
        }
    }

    #[test]
    fn rows_beneath_no_header_are_no_rows() {
        let mut headless = attempt(0, State::Rejected, 0);
        headless.findings.push(Finding::new(Code::HeaderMissing));
        assert!(!has_rows(&headless));
        assert_eq!(waiting(&[headless]), 0);
    }
}

//! What each sender has changed: which rows are of other content than before, and which were corrected.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::before::{Old, Unfit};
use super::now::Now;
use crate::tables::{CorrectionRow, SubmissionRow, Table, columns};

columns! {
    struct Sent<'a> of SubmissionRow {
        submission_id: &'a str,
        path: &'a str,
        sha256: Option<&'a str>,
        form: Option<&'a str>,
        period: Option<&'a str>,
        area_code: Option<&'a str>,
        status: &'a str,
        rows_accepted: i64,
    }
}

columns! {
    struct Correction<'a> of CorrectionRow {
        submission_id: Option<&'a str>,
        row: Option<i64>,
        field: Option<&'a str>,
        action: &'a str,
        value: Option<&'a str>,
        status: &'a str,
    }
}

/// Causes that rows tell by where they come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum RowCause {
    Correction,
    Resubmission,
    LateSubmission,
}

/// Form, period and area.
type Sender<'a> = (&'a str, &'a str, &'a str);
/// What was sent: by whom, and hash and sheet of the file.
type Content<'a> = (Sender<'a>, &'a str, &'a str);

/// Whether a submission's rows are of one cause, or some of them.
#[derive(Clone, Debug)]
enum Rows {
    All(RowCause),
    /// These rows were corrected otherwise than before.
    Corrected(BTreeSet<i64>),
}

/// What is to be told of the rows of each submission, of both releases. One that is not named is the same in both.
pub(super) struct Senders {
    before: BTreeMap<String, Rows>,
    after: BTreeMap<String, Rows>,
}

/// Which of two releases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Before,
    After,
}

/// The submissions of one release.
#[derive(Default)]
struct Release<'a> {
    content: HashMap<&'a str, Content<'a>>,
    /// Content that was judged: not replaced by a later revision.
    judged: HashSet<Content<'a>>,
    /// All content that was received.
    received: HashSet<Content<'a>>,
    /// Senders of whom a row counts.
    usable: HashSet<Sender<'a>>,
    /// Corrections with effect, by content and row; row 0: of the whole.
    corrections: BTreeMap<(Content<'a>, i64), Vec<[&'a str; 4]>>,
}

impl Senders {
    pub(super) fn of(old: &Old<'_>, now: Now<'_>) -> Result<Senders, Unfit> {
        let (submissions, corrections) = (old.table::<Sent>()?, old.table::<Correction>()?);
        let (before, after) = rayon::join(
            || Release::of(&submissions, &corrections),
            || Release::of(now.submissions, now.corrections),
        );
        // A whole submission that is dropped, or no longer: the same content is there in both.
        let both = |content: &&Content<'_>| before.received.contains(*content) && after.received.contains(*content);
        let corrected = before.differently_corrected(&after);
        let dropped: BTreeSet<&Sender<'_>> = (corrected.iter())
            .filter(|(content, rows)| rows.contains(&0) && both(content))
            .map(|(content, _)| &content.0)
            .collect();
        let told = |own: &Release<'_>, other: &Release<'_>| -> BTreeMap<String, Rows> {
            let mut all = BTreeMap::new();
            for (id, content) in &own.content {
                let sender = &content.0;
                let rows = if dropped.contains(sender) {
                    Rows::All(RowCause::Correction)
                } else if own.judged.contains(content) && other.judged.contains(content) {
                    match corrected.get(content) {
                        Some(rows) => Rows::Corrected(rows.clone()),
                        None => continue,
                    }
                } else if before.usable.contains(sender) {
                    Rows::All(RowCause::Resubmission)
                } else {
                    Rows::All(RowCause::LateSubmission)
                };
                all.insert((*id).to_owned(), rows);
            }
            all
        };
        Ok(Senders {
            before: told(&before, &after),
            after: told(&after, &before),
        })
    }

    /// The cause of what a row changes; None: it is the same row in both releases.
    pub(super) fn cause(&self, side: Side, submission: &str, row: i64) -> Option<RowCause> {
        let of_side = match side {
            Side::Before => &self.before,
            Side::After => &self.after,
        };
        match of_side.get(submission)? {
            Rows::All(cause) => Some(*cause),
            Rows::Corrected(rows) => rows.contains(&row).then_some(RowCause::Correction),
        }
    }
}

impl<'a> Release<'a> {
    /// `submissions` and `corrections` have at least the columns that are read.
    fn of(submissions: &'a Table, corrections: &'a Table) -> Release<'a> {
        let mut release = Release::default();
        for sent in submissions.rows::<Sent>() {
            let (Some(form), Some(period), Some(area)) = (sent.form, sent.period, sent.area_code) else {
                continue;
            };
            let sender = (form, period, area);
            let sheet = sent.path.rsplit_once('#').map_or("", |(_, sheet)| sheet);
            let content = (sender, sent.sha256.unwrap_or_default(), sheet);
            if sent.status != "superseded" {
                release.judged.insert(content);
            }
            if sent.rows_accepted > 0 {
                release.usable.insert(sender);
            }
            release.received.insert(content);
            release.content.insert(sent.submission_id, content);
        }
        for one in corrections.rows::<Correction>() {
            let content = one.submission_id.and_then(|id| release.content.get(id)).copied();
            let (Some(content), "applied" | "refused" | "held") = (content, one.status) else {
                continue;
            };
            let effect = [
                one.field.unwrap_or_default(),
                one.action,
                one.value.unwrap_or_default(),
                one.status,
            ];
            let all = release.corrections.entry((content, one.row.unwrap_or(0))).or_default();
            all.push(effect);
            all.sort();
        }
        release
    }

    /// Rows whose corrections are not the same in both, by content; row 0: the whole.
    fn differently_corrected(&self, other: &Release<'a>) -> BTreeMap<Content<'a>, BTreeSet<i64>> {
        let mut all: BTreeMap<Content<'a>, BTreeSet<i64>> = BTreeMap::new();
        for key in self.corrections.keys().chain(other.corrections.keys()) {
            if self.corrections.get(key) != other.corrections.get(key) {
                all.entry(key.0).or_default().insert(key.1);
            }
        }
        all
    }
}

//! Where the records of a figure came from: submissions, their files, and the cells of their columns.

use std::collections::BTreeMap;

use super::search::Search;
use crate::report::TraceFile;
use crate::run::look::error::LookError;
use crate::run::look::release::Release;
use crate::tables::{LayoutRow, SubmissionRow, Table, columns};

columns! {
    struct Sent<'a> of SubmissionRow {
        submission_id: &'a str,
        path: &'a str,
        sha256: Option<&'a str>,
        form: Option<&'a str>,
        period: Option<&'a str>,
        area_code: Option<&'a str>,
        format: &'a str,
        status: &'a str,
        rows_quarantined: i64,
        layout: Option<&'a str>,
    }
}

columns! {
    struct Header<'a> of LayoutRow {
        layout: &'a str,
        position: i64,
        field: Option<&'a str>,
        header: &'a str,
    }
}

/// Where records came from.
pub(super) struct Submissions {
    table: Table,
    by_id: BTreeMap<String, usize>,
    /// Layout and column → header and physical column, from 0.
    places: BTreeMap<(String, String), (String, u32)>,
}

impl Submissions {
    pub(super) fn read(release: &Release) -> Result<Submissions, LookError> {
        let table = release.table::<Sent>()?;
        let ids = table.rows::<Sent>().map(|sent| sent.submission_id.to_owned());
        let by_id = ids.zip(0..).collect();
        let layouts = release.table::<Header>()?;
        let mut places = BTreeMap::new();
        for row in layouts.rows::<Header>() {
            let index = u32::try_from(row.position - 1).ok();
            if let Some((column, index)) = row.field.zip(index) {
                let key = (row.layout.to_owned(), column.to_owned());
                places.insert(key, (row.header.to_owned(), index));
            }
        }
        Ok(Submissions { table, by_id, places })
    }

    fn sent(&self, submission: &str) -> Option<Sent<'_>> {
        self.table.row(*self.by_id.get(submission)?)
    }

    pub(super) fn file(&self, submission: &str) -> TraceFile {
        let sent = self.sent(submission);
        let digest = sent.and_then(|sent| sent.sha256);
        TraceFile {
            submission: submission.to_owned(),
            path: sent.map_or(String::new(), |sent| sent.path.to_owned()),
            sha256: digest.unwrap_or_default().to_owned(),
        }
    }

    /// Header and physical column of a form's column; no physical column in a JSON file.
    pub(super) fn place(&self, submission: &str, column: &str) -> Option<(String, Option<u32>)> {
        let sent = self.sent(submission)?;
        let (header, index) = self.places.get(&(sent.layout?.to_owned(), column.to_owned()))?;
        let keyed = sent.format.starts_with("json");
        Some((header.clone(), Some(*index).filter(|_| !keyed)))
    }

    /// Quarantined rows of the form and period: of senders in the area, and of wider ones.
    pub(super) fn quarantined(&self, search: &Search<'_>) -> (i64, i64) {
        let (mut within, mut above) = (0, 0);
        let forms = (search.pipeline.forms_of(search.indicator)).map(|form| search.pipeline.forms[form].id.as_str());
        let period = search.period.to_string();
        for sent in self.table.rows::<Sent>() {
            if !sent.form.is_some_and(|form| forms.contains(&form))
                || sent.period != Some(&period)
                || sent.status == "superseded"
            {
                continue;
            }
            let sender = sent.area_code.unwrap_or_default();
            if search.areas.contains(&search.area.code, sender) {
                within += sent.rows_quarantined;
            } else if search.areas.contains(sender, &search.area.code) {
                above += sent.rows_quarantined;
            }
        }
        (within, above)
    }
}

//! Where the records of a figure came from: submissions, their files, and the cells of their columns.

use std::collections::BTreeMap;

use super::Search;
use crate::domain::Table;
use crate::report::TraceFile;
use crate::run::look::{LookError, Release};

/// Where records came from.
pub(super) struct Submissions {
    table: Table,
    by_id: BTreeMap<String, usize>,
    /// Layout and column → header and physical column, from 0.
    places: BTreeMap<(String, String), (String, u32)>,
}

impl Submissions {
    pub(super) fn read(release: &Release) -> Result<Submissions, LookError> {
        let columns = [
            "submission_id",
            "path",
            "sha256",
            "form",
            "period",
            "area_code",
            "format",
            "status",
            "rows_quarantined",
            "layout",
        ];
        let table = release.table("submissions", &columns)?;
        let by_id = (0..table.height())
            .filter_map(|row| Some((table.text(row, "submission_id")?.to_owned(), row)))
            .collect();
        let layouts = release.table("layouts", &["layout", "position", "field", "header"])?;
        let mut places = BTreeMap::new();
        for row in 0..layouts.height() {
            let text = |column: &str| layouts.text(row, column).map(str::to_owned);
            let index = layouts
                .number(row, "position")
                .and_then(|at| (at as u32).checked_sub(1));
            if let (Some(layout), Some(column), Some(header), Some(index)) =
                (text("layout"), text("field"), text("header"), index)
            {
                places.insert((layout, column), (header, index));
            }
        }
        Ok(Submissions { table, by_id, places })
    }

    fn text(&self, submission: &str, column: &str) -> Option<&str> {
        self.table.text(*self.by_id.get(submission)?, column)
    }

    pub(super) fn file(&self, submission: &str) -> TraceFile {
        let text = |column: &str| self.text(submission, column).unwrap_or_default().to_owned();
        TraceFile {
            submission: submission.to_owned(),
            path: text("path"),
            sha256: text("sha256"),
        }
    }

    /// Header and physical column of a form's column; no physical column in a JSON file.
    pub(super) fn place(&self, submission: &str, column: &str) -> Option<(String, Option<u32>)> {
        let layout = self.text(submission, "layout")?;
        let (header, index) = self.places.get(&(layout.to_owned(), column.to_owned()))?;
        let keyed = self
            .text(submission, "format")
            .is_some_and(|format| format.starts_with("json"));
        Some((header.clone(), Some(*index).filter(|_| !keyed)))
    }

    /// Quarantined rows of the form and period: of senders in the area, and of wider ones.
    pub(super) fn quarantined(&self, search: &Search<'_>) -> (i64, i64) {
        let (mut within, mut above) = (0, 0);
        let period = search.period.to_string();
        for row in 0..self.table.height() {
            let text = |column: &str| self.table.text(row, column);
            if text("form") != Some(&search.form.id)
                || text("period") != Some(&period)
                || text("status") == Some("superseded")
            {
                continue;
            }
            let sender = text("area_code").unwrap_or_default();
            let rows = self.table.number(row, "rows_quarantined").map_or(0, |rows| rows as i64);
            if search.areas.contains(&search.area.code, sender) {
                within += rows;
            } else if search.areas.contains(sender, &search.area.code) {
                above += rows;
            }
        }
        (within, above)
    }
}

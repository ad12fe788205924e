//! Who is behind an unknown layout: the areas that send it, and what the register says of them.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::Table;
use crate::report::LayoutLine;
use crate::run::look::{LookError, Release};

/// Paths named beside a layout.
const EXAMPLES: usize = 3;

/// Puts behind each layout who sends it, whom no later revision replaces; gives back the number of other layouts in use.
pub(super) fn senders(release: &Release, layouts: &mut BTreeMap<String, LayoutLine>) -> Result<usize, LookError> {
    let columns = ["path", "form", "period", "county_code", "status", "layout"];
    let submissions = release.table("submissions", &columns)?;
    let expected = rows_expected(&release.table("reporting", &["period", "form", "area_code", "rows_expected"])?);
    let mut behind: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    let mut known: BTreeSet<&str> = BTreeSet::new();
    for row in 0..submissions.height() {
        let text = |column: &str| submissions.text(row, column).unwrap_or_default();
        if text("status") == "superseded" {
            continue;
        }
        let Some(layout) = layouts.get_mut(text("layout")) else {
            known.extend(Some(text("layout")).filter(|id| !id.is_empty()));
            continue;
        };
        layout.submissions += 1;
        if layout.paths.len() < EXAMPLES {
            layout.paths.push(text("path").to_owned());
        }
        let last = behind
            .entry(text("layout").to_owned())
            .or_default()
            .entry(text("county_code").to_owned())
            .or_default();
        if last.as_str() < text("period") {
            *last = text("period").to_owned();
        }
    }
    for (id, senders) in behind {
        let Some(layout) = layouts.get_mut(&id) else { continue };
        layout.senders = senders.len();
        let rows = senders.iter().map(|(area, period)| {
            expected
                .get(&(period.clone(), layout.form.clone(), area.clone()))
                .copied()
        });
        layout.rows_expected = rows.sum();
    }
    Ok(known.len())
}

/// Rows that the register expects, by period, form and area.
fn rows_expected(reporting: &Table) -> BTreeMap<(String, String, String), i64> {
    let text = |row: usize, column: &str| reporting.text(row, column).unwrap_or_default().to_owned();
    let rows = (0..reporting.height()).filter_map(|row| {
        let key = (text(row, "period"), text(row, "form"), text(row, "area_code"));
        Some((key, reporting.number(row, "rows_expected")? as i64))
    });
    rows.collect()
}

//! Returns: workbooks that go back to counties. A return contains a list of the findings, with how to fix them, and the county's own sheet
//! as received, with every affected cell coloured and commented. It comes back as the next revision, and is read like any other submission.
//!
//! Reading order: `given` (what a return is made from) → `layout` (where the cells of a submission stand in the return) → `marks`
//! (which cells a finding marks) → `sheet` (the county's own cells), of which `plain` writes most, and `list` (the findings) → `choices` (drop-downs) → `words` (the
//! texts). If nothing of a submission can be read, `blank` adds a blank sheet; `template` makes one before anything is sent.

mod blank;
mod choices;
mod given;
mod identity;
mod layout;
mod list;
mod look;
mod marks;
mod merged;
mod name;
mod plain;
mod sheet;
mod start;
mod template;
mod text;
mod words;

use rust_xlsxwriter::XlsxError;

use crate::domain::{Finding, Influence};
pub use given::{Answer, Blank, ENDING, KnownRow, Return};
pub use identity::identity;
use layout::Layout;
use look::Look;
use marks::Marks;
pub use start::Error;
use start::started;
pub use template::{Template, template};
use words::{Enclosed, Words};

/// Makes the workbook. The same input gives the same bytes.
///
/// # Errors
/// If the workbook cannot be encoded.
pub fn workbook(given: &Return<'_>) -> Result<Vec<u8>, Error> {
    made(given).map_err(|source| Error::Encode {
        submission: given.submission.id.clone(),
        source,
    })
}

fn made(given: &Return<'_>) -> Result<Vec<u8>, XlsxError> {
    let words: Vec<Words> = given.langs.iter().map(|&lang| Words { lang }).collect();
    let look = Look::new();
    let layout = given.table.and_then(|table| Layout::of(table, given.form));
    let blank = given.blank.as_ref().filter(|_| given.table.is_none());
    let findings = ordered(given.findings);
    let marks = layout.as_ref().map(|layout| Marks::of(&findings, layout, given.form));
    let name = name::of_sheet(given);
    let enclosed = match (&layout, blank) {
        (Some(_), _) => Enclosed::Own,
        (None, Some(_)) => Enclosed::Blank,
        (None, None) => Enclosed::Nothing,
    };

    let mut workbook = started(Some(&given.mark()))?;
    for words in &words {
        let page = list::Page {
            given,
            findings: &findings,
            layout: layout.as_ref(),
            enclosed,
            sheet: &name,
            words,
            look: &look,
        };
        page.write(workbook.add_worksheet())?;
    }
    if let (Some(layout), Some(marks)) = (&layout, &marks) {
        let own = sheet::Own {
            given,
            layout,
            marks,
            findings: &findings,
            name: &name,
            words: &words,
            look: &look,
        };
        let plain = own.write(workbook.add_worksheet())?;
        choices::write(&mut workbook, given, layout, &words)?;
        return Ok(plain.added(workbook.save_to_buffer()?, words.len() + 1)?);
    }
    if let Some(blank) = blank {
        blank.write(&mut workbook, (&name, &given.mark()), &words, &look)?;
    }
    workbook.save_to_buffer()
}

/// The most severe first; within a severity, those that move the figures most; then in their original order.
fn ordered<'a>(findings: &[&'a Finding]) -> Vec<&'a Finding> {
    let mut all = findings.to_vec();
    let size = |finding: &Finding| -> f64 { finding.influence.as_ref().map_or(0.0, Influence::size) };
    all.sort_by(|a, b| {
        let gravest = b.severity.cmp(&a.severity);
        gravest.then_with(|| size(b).total_cmp(&size(a)))
    });
    all
}

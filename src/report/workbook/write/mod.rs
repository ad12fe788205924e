//! From a book to the bytes of its file: no clock, no path, the same book gives the same bytes.

mod charts;
mod contents;
mod look;
mod sheet;

use std::collections::BTreeSet;
use std::path::Path;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};

use super::model::Book;
use crate::domain::{Lang, WORKBOOK_COMPRESSION};
use look::{Look, brief};

/// Characters of a property of the document.
const PROPERTY: usize = 200;

/// The file. Rows lie in files without a name in the folder `scratch` until it is packed, and sheets that are written are let go: the cells
/// of one of twenty quarters fill half a gigabyte.
pub fn workbook(mut book: Book<'_>, lang: Lang, scratch: &Path) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    workbook.set_tempdir(scratch)?;
    workbook.set_zip_compression_level(WORKBOOK_COMPRESSION);
    // A fixed date: the same content gives the same bytes.
    let created = ExcelDateTime::from_ymd(2020, 1, 1)?;
    workbook.set_properties(
        &DocProperties::new()
            .set_title(brief(&book.title, PROPERTY))
            .set_subject(brief(&book.subtitle, PROPERTY))
            .set_author("huizong")
            .set_comment(brief(&book.warnings.join(" "), PROPERTY))
            .set_creation_datetime(&created),
    );
    let look = Look::new();
    contents::write(workbook.add_worksheet(), &book, &look, lang)?;
    let charts = book.sheets.iter().flat_map(|sheet| &sheet.charts);
    let charted: BTreeSet<&str> = charts.map(|chart| chart.sheet).collect();
    for sheet in std::mem::take(&mut book.sheets) {
        if sheet.columns.is_empty() {
            let written = workbook.add_worksheet();
            sheet::head(written, &sheet, &look, lang)?;
            charts::write(written, &sheet.charts)?;
        } else {
            // A chart keeps a copy of its figures, for programs that do not read them from the cells: those must be at hand.
            let written = if charted.contains(sheet.name) {
                workbook.add_worksheet()
            } else {
                workbook.add_worksheet_with_low_memory()?
            };
            sheet::head(written, &sheet, &look, lang)?;
            sheet::table(written, &sheet, &look)?;
        }
    }
    workbook.save_to_buffer()
}

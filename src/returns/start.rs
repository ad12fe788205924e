//! How every workbook begins, and why one could not be made.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};

use crate::domain::{RETURN_MARK, WORKBOOK_COMPRESSION};

/// Why a return could not be made.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The workbook could not be encoded: an error of the program.
    #[error("cannot make the return of {submission}")]
    Encode {
        /// Id of the submission.
        submission: String,
        /// Cause.
        source: XlsxError,
    },
}

/// A workbook without a time stamp, so that the same content gives the same bytes. Its properties hold the mark of a return, too,
/// and keep it when the list is deleted.
pub(super) fn started(mark: Option<&str>) -> Result<Workbook, XlsxError> {
    let mut workbook = Workbook::new();
    workbook.set_zip_compression_level(WORKBOOK_COMPRESSION);
    let created = ExcelDateTime::from_ymd(2020, 1, 1)?;
    let properties = DocProperties::new()
        .set_author("huizong")
        .set_creation_datetime(&created);
    workbook.set_properties(&match mark {
        Some(mark) => properties.set_custom_property(RETURN_MARK, mark),
        None => properties,
    });
    Ok(workbook)
}

//! What is common to the workbooks that the library reads.

use std::io::Cursor;

use calamine::{OdsError, Reader, Sheet as SheetMetadata, SheetType, XlsError, XlsxError};

use crate::intake::fault::Fault;
use crate::pipeline::Limits;

pub(super) type Bytes<'a> = Cursor<&'a [u8]>;

/// The sheets that hold cells.
pub(super) fn worksheets<'a, R: Reader<Bytes<'a>>>(workbook: &R, limits: &Limits) -> Result<Vec<SheetMetadata>, Fault> {
    let sheets: Vec<SheetMetadata> = workbook
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet)
        .cloned()
        .collect();
    Fault::unless_within(sheets.len() as u64, limits.sheets as u64, "sheets")?;
    Ok(sheets)
}

pub(super) fn xlsx_fault(error: XlsxError) -> Fault {
    if matches!(error, XlsxError::Password) {
        Fault::Encrypted
    } else {
        Fault::Unreadable(error.to_string())
    }
}

pub(super) fn xls_fault(error: XlsError) -> Fault {
    if matches!(error, XlsError::Password) {
        Fault::Encrypted
    } else {
        Fault::Unreadable(error.to_string())
    }
}

pub(super) fn ods_fault(error: OdsError) -> Fault {
    match error {
        OdsError::Password => Fault::Encrypted,
        other => Fault::Unreadable(other.to_string()),
    }
}

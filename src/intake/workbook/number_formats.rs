//! The number formats of an XLSX's cell formats.

use super::plain;
use super::shown::{NumberFormat, local_code};
use crate::intake::percent;

/// How a cell format shows numbers.
pub(super) struct CellFormat {
    pub(super) is_percent: bool,
    /// None: it shows each number as it is.
    pub(super) number_format: Option<NumberFormat>,
}

impl CellFormat {
    /// As the plain reader gives it.
    pub(super) fn of_plain(format: &plain::Format) -> CellFormat {
        let stated = format.number_format.as_ref();
        CellFormat::new(stated.map(|(id, code)| (Some(*id), code.as_str())))
    }

    /// As the library gives it.
    pub(super) fn of_library(style: &calamine::Style) -> CellFormat {
        let stated = style.number_format.as_ref();
        CellFormat::new(stated.map(|format| (format.format_id, format.format_code.as_str())))
    }

    /// Of the id and the code of a number format.
    fn new(stated: Option<(Option<u32>, &str)>) -> CellFormat {
        CellFormat {
            is_percent: stated.is_some_and(|(_, code)| percent::is_percent(code)),
            number_format: stated.and_then(|(id, code)| number_format(id, code)),
        }
    }
}

fn number_format(id: Option<u32>, code: &str) -> Option<NumberFormat> {
    /// The last of the formats that spreadsheet programs bring along.
    const LAST_OF_PROGRAM: u32 = 49;
    // A format that the library does not know is one that says nothing.
    if code == "General"
        && let Some(code) = id.and_then(local_code)
    {
        return NumberFormat::of(code);
    }
    match id.is_some_and(|id| id <= LAST_OF_PROGRAM) {
        true => NumberFormat::of_program(code),
        false => NumberFormat::of(code),
    }
}

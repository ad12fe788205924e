//! What a workbook shows beside the values of its cells: raised, lowered and struck text, hidden rows and columns, merged cells,
//! number formats that pad with zeros, show a number with other decimals, or show another number. The workbook library gives the values alone, so the files are read once more for these.

mod conditional;
mod days;
mod decimals;
mod disguise;
mod font;
pub(super) mod look;
mod number_format;
mod ods;
mod pattern;
mod sheet;
mod xls;
mod xlsx;

pub(super) use days::local_code;
pub(in crate::intake) use number_format::NumberFormat;
pub(super) use ods::of_ods;
pub(super) use sheet::Shown;
pub(super) use xls::of_xls;
pub(super) use xlsx::{may_hide, of_xlsx};

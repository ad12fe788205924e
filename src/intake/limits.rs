//! A received file is never trusted: beyond these limits it is a finding, not a night without end.

/// Bytes of a file.
pub const FILE_BYTES: u64 = 256 << 20;
/// Bytes that a zipped workbook unpacks to, by its own directory.
pub const UNPACKED_BYTES: u64 = 1 << 30;
/// Cells of all sheets of a file, blanks between them included.
pub const CELLS: usize = 50_000_000;
/// Columns of a sheet.
pub const COLUMNS: usize = 4096;
/// Bytes of one cell's text: 32,767 characters of up to four bytes, the most a spreadsheet holds.
pub const CELL_BYTES: usize = 32_767 * 4;
/// Sheets of a workbook.
pub const SHEETS: usize = 64;

//! `[limits]`: what a received file may hold.

/// `[limits]`: how much a received file may hold. None is zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a file.
    pub file_bytes: u64,
    /// Bytes that a workbook unpacks to; the text of its cells comes to half as many at most.
    pub unpacked_bytes: u64,
    /// Unpacked bytes for each packed one.
    pub compression_ratio: u64,
    /// Sheets of a workbook.
    pub sheets: usize,
    /// Rows of a sheet.
    pub rows: usize,
    /// Columns of a sheet, cells of a register's record.
    pub columns: usize,
    /// Cells of all sheets of a file, blanks between them included; a register has a quarter of it.
    pub cells: usize,
    /// Bytes of one cell's text.
    pub cell_bytes: usize,
    /// Depth of JSON.
    pub nesting: usize,
    /// Listed findings of one code in one column of one submission.
    pub findings: usize,
    /// Bytes of a register: the reporters, the receipts, a list of units, the explanations.
    pub register_bytes: u64,
    /// Rows of a register.
    pub register_rows: usize,
    /// Bytes of the corrections.
    pub corrections_bytes: u64,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            file_bytes: 256 << 20,
            unpacked_bytes: 256 << 20,
            compression_ratio: 250,
            sheets: 64,
            // What a sheet of a spreadsheet program holds at most.
            rows: 1 << 20,
            columns: 4096,
            cells: 20_000_000,
            // 32,767 characters of up to four bytes, the most a cell of a spreadsheet program holds.
            cell_bytes: 32_767 * 4,
            nesting: 64,
            findings: 1000,
            register_bytes: 64 << 20,
            register_rows: 1_000_000,
            // Some 20,000 corrections. A parsed document of TOML holds many times the bytes of its text.
            corrections_bytes: 4 << 20,
        }
    }
}

//! What intake and the writer of returns agree on.

/// How the first cell of every sheet begins that a return adds to the county's own; the submission's id follows. When the
/// workbook comes back, such a sheet is known by it, and no form's records are looked for there.
pub const RETURN_MARK: &str = "huizong-return";

/// Columns of the list of findings in a return, from 0, by which it is read when it comes back.
#[derive(Clone, Copy, Debug)]
pub struct ReturnList;

impl ReturnList {
    /// Number of the finding.
    pub const NUMBER: u16 = 0;
    /// A1 reference of its cell; blank: the sheet as a whole.
    pub const CELL: u16 = 3;
    /// What a person calls its column.
    pub const COLUMN: u16 = 4;
    /// Its code.
    pub const CODE: u16 = 12;
    /// What the county says of it.
    pub const EXPLANATION: u16 = 13;
}

/// What a county has written beside a finding of its return.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reply {
    /// Code of the finding.
    pub code: String,
    /// A1 reference of its cell; None: the sheet as a whole.
    pub cell: Option<String>,
    /// What a person calls its column; empty: none.
    pub column: String,
    /// The county's words.
    pub text: String,
}

/// A block of merged cells; rows and columns from 0, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Merged {
    /// Row and column of the cell that holds the text.
    pub first: (u32, u32),
    /// Row and column of the opposite corner.
    pub last: (u32, u32),
}

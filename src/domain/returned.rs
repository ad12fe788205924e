//! What intake and the writer of returns agree on.

/// How the first cell of every sheet begins that a return adds to the county's own. When the workbook comes back, such a
/// sheet is known by it, and no form's records are looked for there.
pub const RETURN_MARK: &str = "huizong-return";

/// A block of merged cells; rows and columns from 0, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Merged {
    /// Row and column of the cell that holds the text.
    pub first: (u32, u32),
    /// Row and column of the opposite corner.
    pub last: (u32, u32),
}

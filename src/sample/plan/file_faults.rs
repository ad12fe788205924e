//! What may be wrong with a whole file, and with which files.

use super::Oddity;
use crate::sample::recipe::Format;

/// A fault of a whole file or submission, or what is nearly one and lawful.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sample) enum FileFault {
    Empty,
    Truncated,
    Encrypted,
    Foreign,
    /// A web archive, which a spreadsheet program opens.
    ForeignWorkbook,
    Unclaimed,
    HeaderMissing,
    ColumnMissing,
    ColumnAbsent,
    ColumnUnknown,
    ColumnDuplicate,
    /// One header over two columns that both hold something.
    HeaderMerged,
    EncodingDamaged,
    ValueNested,
    SheetMissing,
    PeriodUnexpected,
    PeriodContradicted,
    AreaUnknown,
    /// Under the code that the area had before.
    AreaFormer,
    AreaContradicted,
    AreaUnexpected,
    RevisionTied,
    RowsBeyondExpected,
    RowsMissing,
    ColumnsShifted,
    /// The number of the revision is written otherwise than agreed.
    RevisionUnreadable,
    /// Something is odd about it, or nearly.
    Odd(Oddity, bool),
    /// Under the ending of another format.
    NearForeign,
    /// A web page, which is no archive of one.
    NearForeignWorkbook,
    /// It ends in the middle of a line.
    NearUnreadable,
    /// The header stands far down.
    NearHeaderMissing,
    /// The column is there, and every cell of it empty.
    NearAbsent,
    /// The header stands twice.
    NearDuplicate,
    /// A blank column between the others.
    NearShifted,
    /// One header over two columns, of which the second is blank.
    NearMerged,
}

use FileFault as F;

/// In the order in which they are dealt out.
pub(super) const FILE_FAULTS: [FileFault; 34] = [
    // Few areas have another code by now, and each of them is dealt this one first.
    F::AreaFormer,
    // Only rosters have these, and few rosters are dealt a fault.
    F::ColumnsShifted,
    F::NearDuplicate,
    F::RowsBeyondExpected,
    F::ColumnUnknown,
    F::Empty,
    F::AreaUnexpected,
    F::PeriodUnexpected,
    F::Truncated,
    F::NearShifted,
    F::HeaderMerged,
    F::NearMerged,
    F::ColumnAbsent,
    F::SheetMissing,
    F::Unclaimed,
    F::NearAbsent,
    F::Foreign,
    F::ForeignWorkbook,
    F::EncodingDamaged,
    F::NearForeign,
    F::NearForeignWorkbook,
    F::ValueNested,
    F::RowsMissing,
    F::AreaUnknown,
    F::ColumnDuplicate,
    F::Encrypted,
    F::NearUnreadable,
    F::PeriodContradicted,
    F::NearHeaderMissing,
    F::RevisionTied,
    F::RevisionUnreadable,
    F::HeaderMissing,
    F::ColumnMissing,
    F::AreaContradicted,
];

impl FileFault {
    /// Whether the reporter's submission counts all the same.
    pub(in crate::sample) fn leaves_accepted(self) -> bool {
        matches!(
            self,
            F::Unclaimed
                | F::ColumnAbsent
                | F::ColumnUnknown
                | F::ColumnDuplicate
                | F::HeaderMerged
                | F::EncodingDamaged
                | F::ValueNested
                | F::AreaUnexpected
                | F::Odd(..)
                | F::RowsBeyondExpected
                | F::NearForeign
                | F::NearForeignWorkbook
                | F::NearUnreadable
                | F::NearHeaderMissing
                | F::NearAbsent
                | F::NearDuplicate
                | F::NearShifted
                | F::NearMerged
        )
    }

    /// What the format must be for the fault to show.
    pub(super) fn wants(self, format: Format) -> bool {
        match self {
            F::Truncated | F::Encrypted => format == Format::Xlsx,
            F::NearForeignWorkbook => format == Format::Html,
            F::HeaderMerged | F::NearMerged => format.is_workbook(),
            F::ValueNested => matches!(format, Format::Json | Format::Jsonl),
            F::Odd(odd, _) => odd.wants(format),
            F::HeaderMissing | F::PeriodContradicted | F::EncodingDamaged | F::NearUnreadable => format.is_text_table(),
            F::ColumnMissing
            | F::ColumnAbsent
            | F::ColumnUnknown
            | F::ColumnDuplicate
            | F::RowsMissing
            | F::ColumnsShifted
            | F::NearForeign
            | F::NearHeaderMissing
            | F::NearAbsent
            | F::NearDuplicate
            | F::NearShifted => format.is_sheet(),
            _ => true,
        }
    }
}

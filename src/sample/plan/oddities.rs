//! What may be odd about a whole file that counts all the same: its sender is asked about it.

use super::FilePlan;
use crate::pipeline::ColumnKind;
use crate::sample::model::FormModel;
use crate::sample::recipe::{FaultWords, Format, Words};
use Oddity as O;

/// Something odd about a file. Each has a lawful neighbour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sample) enum Oddity {
    /// Two files in different encodings, one behind the other. Near: two in UTF-8, the second with a mark of its own.
    EncodingMixed,
    /// A second header that names the columns in another order. Near: the same header once more.
    SectionDiffers,
    /// A header over a column says that it holds plans, ranks or figures of another year. Near: that it holds those of this one.
    OtherFigures,
    /// A header names another year. Near: the year itself.
    HeaderPeriod,
    /// A line above the table names another unit than a header does. Near: the same one.
    UnitContradicted,
    /// Two files of one revision differ, and one is older by its name or its receipt. Near: both hold the same.
    RevisionChosen,
    /// A workbook shows a part of its days. Near: it shows all of them.
    DaysShownPartly,
    /// A program has stored days with day and month exchanged, and left the others as text. Near: it stored them as they are.
    DaysConverted,
    /// Dates in both orders of day and month. Near: in one.
    DaysMixed,
    /// A date that can be read in both orders. Near: in one.
    DayUnclear,
    /// The table stands on a hidden sheet. Near: another sheet is hidden.
    SheetHidden,
    /// Some rows stand on a further sheet once more. Near: a further sheet has the header and no rows.
    SheetContinued,
}

/// In the order in which they are dealt out; each is followed by its neighbour.
pub(super) const ODDITIES: [Oddity; 12] = [
    O::EncodingMixed,
    O::DaysConverted,
    O::SheetHidden,
    O::DayUnclear,
    O::DaysMixed,
    O::SheetContinued,
    O::DaysShownPartly,
    O::HeaderPeriod,
    O::SectionDiffers,
    O::OtherFigures,
    O::UnitContradicted,
    O::RevisionChosen,
];

/// Rows that a table has to have, so that some of them may differ from the others.
const SEVERAL: usize = 10;

impl Oddity {
    /// Whether a file of a format can be so.
    pub(super) fn wants(self, format: Format) -> bool {
        match self {
            O::EncodingMixed | O::DaysMixed => format.is_text_table(),
            O::DaysShownPartly | O::DaysConverted | O::SheetHidden | O::SheetContinued => format == Format::Xlsx,
            O::SectionDiffers | O::OtherFigures | O::HeaderPeriod | O::UnitContradicted => format.is_sheet(),
            O::RevisionChosen | O::DayUnclear => true,
        }
    }

    /// Whether a form with so many rows can be so, in the words of its recipe.
    pub(super) fn fits(
        self,
        model: &FormModel,
        rows: usize,
        (words, faults): (&Words, &FaultWords),
        file: &FilePlan,
    ) -> bool {
        let has_several = !model.is_area() && rows > SEVERAL;
        let in_unit = |unit: &String| model.form.columns.iter().any(|column| column.kind.unit() == Some(unit));
        let has_days = model.form.columns.iter().any(|column| column.kind == ColumnKind::Date);
        match self {
            O::EncodingMixed | O::SectionDiffers | O::SheetContinued => has_several,
            O::DaysConverted | O::DaysMixed => has_several && has_days,
            O::DayUnclear => model.is_area() && has_days,
            O::DaysShownPartly => has_days && faults.day_format.is_some() && !words.day_formats.is_empty(),
            O::SheetHidden => true,
            O::OtherFigures => !faults.other_figures.is_empty() && !words.own_figures.is_empty(),
            O::HeaderPeriod => !words.title_period.is_empty(),
            O::UnitContradicted => !words.unit_line.is_empty() && faults.other_units.keys().any(in_unit),
            O::RevisionChosen => {
                !faults.old_name.is_empty() && super::plain_templates(model) > 1 && !file.is_shared() && rows > 0
            }
        }
    }
}

//! What of an area counts, and what is missing of it.

use super::lack::Lack;
use super::places::Place;
use super::reporters::Reporter;
use crate::domain::Cell;

/// What of an area counts, and what is missing of it.
pub(super) struct AreaWithMissing<'f> {
    pub(super) place: &'f Place,
    /// Denominator of what is missing.
    pub(super) missing: Lack,
    /// Whether another reports for it, so that nothing is missing.
    pub(super) is_nobody: bool,
    /// Whether what is missing was read, and lies in the cells.
    pub(super) is_split: bool,
    pub(super) cells: &'f [Cell],
}

impl<'f> AreaWithMissing<'f> {
    pub(super) fn of(reporter: &Reporter<'f>) -> AreaWithMissing<'f> {
        AreaWithMissing {
            place: reporter.place,
            missing: reporter.missing.denominator,
            is_nobody: false,
            is_split: reporter.missing.all_read,
            cells: &[],
        }
    }

    pub(super) fn of_nobody(place: &'f Place) -> AreaWithMissing<'f> {
        AreaWithMissing {
            place,
            missing: Lack::NOTHING,
            is_nobody: true,
            is_split: true,
            cells: &[],
        }
    }
}

//! The sums of strata that are kept beside the tables of a period: the comparison of its gaps with those of other periods needs them.

use std::{fs, io};

use super::kept::{Keeping, PeriodFiles};
use crate::lake::Error;
use crate::statistics::GapStrata;

/// Name of the file.
fn file(on_boundaries: bool) -> &'static str {
    if on_boundaries {
        "gap_strata_constant_boundaries"
    } else {
        "gap_strata"
    }
}

/// Keeps those of the periods that are computed together: as reported, or on constant boundaries.
///
/// # Errors
/// When a file cannot be written.
pub(super) fn keep(keeping: &mut Keeping<'_>, strata: &[GapStrata], on_boundaries: bool) -> Result<(), Error> {
    keeping.keep_beside(file(on_boundaries), |period| {
        let own: Vec<&GapStrata> = strata.iter().filter(|of| of.period == period).collect();
        postcard::to_stdvec(&own).expect("what is kept can be encoded")
    })
}

/// Those of a period.
///
/// # Errors
/// When the file cannot be read again.
pub(super) fn read(files: &PeriodFiles, on_boundaries: bool) -> Result<Vec<GapStrata>, Error> {
    let path = files.path(file(on_boundaries));
    let bytes = fs::read(&path).map_err(Error::io("read", &path))?;
    let decoded = postcard::from_bytes(&bytes).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error));
    decoded.map_err(Error::io("read", &path))
}

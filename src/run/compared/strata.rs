//! The sums of strata that are kept beside the tables of a period: the comparison of its gaps with those of other periods needs them.

use std::{fs, io};

use super::kept::{Keeping, PeriodFiles};
use crate::lake::Error;
use crate::statistics::GapStrata;

/// Name of the file.
const FILE: &str = "gap_strata";

/// Keeps those of the periods that are computed together.
///
/// # Errors
/// When a file cannot be written.
pub(super) fn keep(keeping: &mut Keeping<'_>, strata: &[GapStrata]) -> Result<(), Error> {
    keeping.keep_beside(FILE, |period| {
        let own: Vec<&GapStrata> = strata.iter().filter(|of| of.period == period).collect();
        postcard::to_stdvec(&own).expect("what is kept can be encoded")
    })
}

/// Those of a period.
///
/// # Errors
/// When the file cannot be read again.
pub(super) fn read(files: &PeriodFiles) -> Result<Vec<GapStrata>, Error> {
    let path = files.path(FILE);
    let bytes = fs::read(&path).map_err(Error::io("read", &path))?;
    let decoded = postcard::from_bytes(&bytes).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error));
    decoded.map_err(Error::io("read", &path))
}

//! What a program does before it opens a workbook: it looks at the content, takes backslashes in a zip for slashes, and tries
//! the password that stands for none.

use std::borrow::Cow;

use super::archive;
use super::fault::Fault;
use super::sniff::{self, Kind};
use crate::pipeline::Limits;

/// The bytes as they are to be read, and how.
pub(super) fn opened<'a>(bytes: Cow<'a, [u8]>, _limits: &Limits) -> Result<(Cow<'a, [u8]>, Kind), Fault> {
    let bytes = match archive::with_slashes(&bytes) {
        Some(mended) => Cow::Owned(mended),
        None => bytes,
    };
    let kind = sniff::sniff(&bytes)?;
    Ok((bytes, kind))
}

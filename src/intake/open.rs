//! What a program does before it opens a workbook: it looks at the content, takes backslashes in a zip for slashes, and tries
//! the password that stands for none.

use std::borrow::Cow;

use super::fault::Fault;
use super::sniff::{self, Kind};
use super::{archive, password};

/// The bytes as they are to be read, and how.
pub(super) fn opened(bytes: Cow<'_, [u8]>) -> Result<(Cow<'_, [u8]>, Kind), Fault> {
    let bytes = match sniff::is_compound(&bytes)
        .then(|| password::decrypted(&bytes))
        .flatten()
    {
        Some(plain) => Cow::Owned(plain),
        None => bytes,
    };
    let bytes = match archive::with_slashes(&bytes) {
        Some(mended) => Cow::Owned(mended),
        None => bytes,
    };
    let kind = sniff::sniff(&bytes)?;
    Ok((bytes, kind))
}

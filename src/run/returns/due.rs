//! A submission that goes back.

use super::way::Way;
use crate::partition::Entry;

/// A submission that goes back.
pub(super) struct Due<'a> {
    pub(super) entry: &'a Entry,
    pub(super) way: &'a Way,
    /// Path of the return within the release.
    pub(super) name: &'a str,
    /// Paths of the submissions one of which is enough to send again, without its own.
    pub(super) rivals: Vec<&'a str>,
}

//! Which release of an output folder is looked at.

use std::path::PathBuf;

use crate::lake::Output;

/// What is looked at in an output folder.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Which {
    /// The current release.
    #[default]
    Current,
    /// The run that the gate withheld last.
    Withheld,
    /// The last run over fewer periods than those of the current release.
    Partial,
}

impl Which {
    /// Its folder or link in the output folder.
    pub(super) fn place(self, output: &Output) -> PathBuf {
        match self {
            Which::Current => output.current(),
            Which::Withheld => output.withheld(),
            Which::Partial => output.partial(),
        }
    }
}

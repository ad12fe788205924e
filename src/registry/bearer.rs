//! Areas that share a code with an area in force.

use super::changes::Moved;

/// Another area that bore, or will bear, the code of an area in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bearer {
    /// Its names, and those of what is in force instead, normalised.
    pub(super) names: Vec<String>,
    /// What of it is in force under another code.
    pub moved: Moved,
}

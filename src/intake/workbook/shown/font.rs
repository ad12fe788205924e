//! How a font sets text.

use crate::domain::RunKind;

/// How a font sets text.
pub(super) fn kind(struck: bool, raised: bool, lowered: bool) -> RunKind {
    match (struck, raised, lowered) {
        (true, _, _) => RunKind::Struck,
        (false, true, _) => RunKind::Superscript,
        (false, false, true) => RunKind::Subscript,
        _ => RunKind::Plain,
    }
}

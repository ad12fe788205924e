//! What the codes of faults in a definition mean, from one table of texts.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::Text;

/// A code that diagnostics have, explained.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultEntry {
    /// What it means.
    pub means: Text,
    /// How to mend it.
    pub mend: Text,
}

/// Every code of a [`super::Diagnostic`], in alphabetical order.
pub fn fault_codes() -> &'static BTreeMap<String, FaultEntry> {
    static CODES: LazyLock<BTreeMap<String, FaultEntry>> =
        LazyLock::new(|| toml::from_str(include_str!("faults.toml")).expect("faults.toml is checked by a test"));
    &CODES
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Lang;

    #[test]
    fn every_code_is_explained_in_both_languages() {
        for (code, entry) in fault_codes() {
            for text in [&entry.means, &entry.mend] {
                for lang in [Lang::Zh, Lang::En] {
                    let own = text.0.get(lang.tag());
                    assert!(own.is_some_and(|words| !words.is_empty()), "{code}");
                }
            }
        }
    }
}

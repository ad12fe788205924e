//! Where in the file each entry stands, and which keys it has.

use std::collections::BTreeSet;

use toml::de::{DeTable, DeValue};

/// An entry as it is written.
pub(super) struct Region {
    /// Its bytes with all its lines: a fault in them is then known to be its own.
    pub(super) bytes: std::ops::Range<usize>,
    /// The keys that it has, sound or not.
    pub(super) keys: BTreeSet<String>,
}

impl Region {
    /// All entries, in order.
    pub(super) fn all(text: &str) -> Vec<Region> {
        let (document, _) = DeTable::parse_recoverable(text);
        let entries = document.get_ref().get("correction");
        let entries = entries.and_then(|value| value.get_ref().as_array());
        let keys = |entry: &DeValue<'_>| {
            let keys = entry.as_table().into_iter().flat_map(|table| table.keys());
            keys.map(|key| key.get_ref().to_string()).collect()
        };
        let mut all: Vec<Region> = (entries.into_iter().flatten())
            .map(|entry| Region {
                bytes: entry.span(),
                keys: keys(entry.get_ref()),
            })
            .collect();
        all.sort_by_key(|region| region.bytes.start);
        let mut end = text.len() + 1;
        for region in all.iter_mut().rev() {
            region.bytes.end = end;
            end = region.bytes.start;
        }
        all
    }

    /// The entry in which a byte lies.
    pub(super) fn at(all: &[Region], byte: usize) -> Option<&Region> {
        let at = all
            .partition_point(|region| region.bytes.start <= byte)
            .checked_sub(1)?;
        all.get(at).filter(|region| region.bytes.contains(&byte))
    }
}

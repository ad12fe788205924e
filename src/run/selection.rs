//! The chains that a partition job works through, and the files of the input that may belong to them.

use std::collections::BTreeSet;

use crate::intake::FoundFile;
use crate::partition::{BundleKey, Chain, Chaining, Lineage, bundle_key};
use crate::pipeline::Pipeline;
use crate::registry::Registry;

/// Partitions by period and area; the chains that they belong to are selected.
#[derive(Clone, Debug, Default)]
pub struct Selection(pub BTreeSet<BundleKey>);

/// The same under a definition.
pub struct Selected<'a> {
    definition: (&'a Pipeline, &'a Registry, &'a Lineage),
    chaining: Chaining<'a>,
    chains: BTreeSet<BundleKey>,
    /// Whether files are selected of which no path says to which partition they belong: then any file may be one of theirs.
    has_unknown: bool,
}

impl Selection {
    /// The chains of its partitions.
    pub fn under<'a>(&self, definition: (&'a Pipeline, &'a Registry, &'a Lineage)) -> Selected<'a> {
        let (pipeline, _, lineage) = definition;
        let chaining = Chaining::of(pipeline, lineage);
        Selected {
            definition,
            chaining,
            chains: self.0.iter().map(|key| chaining.chain_of(key)).collect(),
            has_unknown: self.0.iter().any(|(period, _)| period.is_none()),
        }
    }
}

impl Selected<'_> {
    /// Whether a file may belong to a chain that is selected. What no form claims may be a return that came back under another name.
    pub fn has_file(&self, file: &FoundFile) -> bool {
        let key = bundle_key(self.definition, file);
        self.has_unknown || key.0.is_none() || self.chains.contains(&self.chaining.chain_of(&key))
    }

    /// Whether a chain is selected.
    pub fn has_chain(&self, chain: &Chain) -> bool {
        let mut bundles = chain.iter();
        bundles.any(|bundle| self.chains.contains(&self.chaining.chain_of(&bundle.key)))
    }
}

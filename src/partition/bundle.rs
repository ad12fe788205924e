//! Files that must be judged together: all of one period and one partition area. A revision and what it replaces, two
//! copies of a file, all rows of a partition lie in one bundle.

use std::collections::BTreeMap;
use std::fmt;

use super::lineage::Lineage;
use crate::check::Memory;
use crate::domain::Period;
use crate::intake::FoundFile;
use crate::pipeline::Pipeline;
use crate::registry::Registry;

/// What a bundle has in common; None where a path does not tell.
pub type BundleKey = (Option<Period>, String);

/// Groups the files. When a path does not name its period, a sheet may turn out to belong to any, and everything is one bundle.
pub fn bundles(
    (pipeline, registry, lineage): (&Pipeline, &Registry, &Lineage),
    files: Vec<FoundFile>,
) -> BTreeMap<BundleKey, Vec<FoundFile>> {
    let open = files.iter().any(|file| {
        file.claims
            .iter()
            .any(|claim| claim.period.is_none() && claim.period_text.is_none())
    });
    let mut bundles: BTreeMap<BundleKey, Vec<FoundFile>> = BTreeMap::new();
    for file in files {
        let key = if open {
            (None, String::new())
        } else {
            bundle_key((pipeline, registry, lineage), &file)
        };
        bundles.entry(key).or_default().push(file);
    }
    bundles
}

/// Files that one job judges.
#[derive(Debug)]
pub struct Bundle {
    /// What they have in common.
    pub key: BundleKey,
    /// In the order of their paths.
    pub files: Vec<FoundFile>,
}

impl fmt::Display for Bundle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.key {
            (Some(period), area) => write!(f, "{period} {area}"),
            (None, _) => f.write_str("unknown period"),
        }
    }
}

/// Bundles that must be judged one after the other: those of one partition area, and of others that its ground comes from or goes
/// to, in order of their periods, where rules look back from one to the next.
pub type Chain = Vec<Bundle>;

/// Which chain a bundle is part of.
#[derive(Clone, Copy)]
pub struct Chaining<'a> {
    lineage: &'a Lineage,
    /// Whether any rule looks back to earlier periods; if not, every bundle is a chain of its own.
    looks_back: bool,
}

impl<'a> Chaining<'a> {
    /// By the rules of a definition.
    pub fn of(pipeline: &Pipeline, lineage: &'a Lineage) -> Chaining<'a> {
        Chaining {
            lineage,
            looks_back: (0..pipeline.forms.len()).any(|form| Memory::is_needed(pipeline, form)),
        }
    }

    /// What the bundles of one chain have in common.
    pub fn chain_of(&self, (period, area): &BundleKey) -> BundleKey {
        // Files of an unknown period are no part of any chain.
        let group = period.map_or("", |_| self.lineage.group(area));
        (period.filter(|_| !self.looks_back), group.to_owned())
    }
}

/// Puts bundles into chains, the longest first, so that no thread is left with a big one at the end.
pub fn chains(pipeline: &Pipeline, lineage: &Lineage, bundles: BTreeMap<BundleKey, Vec<FoundFile>>) -> Vec<Chain> {
    let chaining = Chaining::of(pipeline, lineage);
    let mut chains: BTreeMap<BundleKey, Chain> = BTreeMap::new();
    for (key, files) in bundles {
        chains
            .entry(chaining.chain_of(&key))
            .or_default()
            .push(Bundle { key, files });
    }
    let files = |chain: &Chain| chain.iter().map(|bundle| bundle.files.len()).sum::<usize>();
    let mut chains: Vec<(BundleKey, Chain)> = chains.into_iter().collect();
    chains.sort_by(|(a_key, a), (b_key, b)| (files(b), a_key).cmp(&(files(a), b_key)));
    chains.into_iter().map(|(_, chain)| chain).collect()
}

/// What a file has in common with the others of its bundle, as its path says.
pub fn bundle_key((pipeline, registry, lineage): (&Pipeline, &Registry, &Lineage), file: &FoundFile) -> BundleKey {
    let Some(claim) = file.claims.first() else {
        return (None, String::new());
    };
    let Some(period) = claim.period else {
        return (None, String::new());
    };
    // A path without an area is the root's, as the mark of its return says.
    let sender = claim.sender().unwrap_or_else(|| registry.root_code());
    let areas = registry.of_form(&pipeline.forms[claim.form], period);
    let area = areas.partition_of(pipeline.registry.partition, sender);
    (Some(period), lineage.bundle(period, &area).to_owned())
}

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
            key((pipeline, registry, lineage), &file)
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

/// Puts bundles into chains, the longest first, so that no thread is left with a big one at the end.
pub fn chains(pipeline: &Pipeline, lineage: &Lineage, bundles: BTreeMap<BundleKey, Vec<FoundFile>>) -> Vec<Chain> {
    let looks_back = (0..pipeline.forms.len()).any(|form| Memory::is_needed(pipeline, form));
    let mut chains: BTreeMap<BundleKey, Chain> = BTreeMap::new();
    for ((period, area), files) in bundles {
        let of = period.filter(|_| !looks_back);
        // Files of an unknown period are no part of any chain.
        let group = match period {
            None => String::new(),
            Some(_) => lineage.group(&area).to_owned(),
        };
        let group = (of, group);
        chains.entry(group).or_default().push(Bundle {
            key: (period, area),
            files,
        });
    }
    let files = |chain: &Chain| chain.iter().map(|bundle| bundle.files.len()).sum::<usize>();
    let mut chains: Vec<(BundleKey, Chain)> = chains.into_iter().collect();
    chains.sort_by(|(a_key, a), (b_key, b)| (files(b), a_key).cmp(&(files(a), b_key)));
    chains.into_iter().map(|(_, chain)| chain).collect()
}

fn key((pipeline, registry, lineage): (&Pipeline, &Registry, &Lineage), file: &FoundFile) -> BundleKey {
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

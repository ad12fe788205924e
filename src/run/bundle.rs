//! Files that must be judged together: all of one period and one partition area. A revision and what it replaces, two
//! copies of a file, all rows of a partition lie in one bundle.

use std::collections::BTreeMap;

use crate::domain::Period;
use crate::intake::{Claim, FoundFile};
use crate::pipeline::Pipeline;
use crate::registry::{Areas, Registry};

/// What a bundle has in common; None where a path does not tell.
pub type BundleKey = (Option<Period>, String);

/// Groups the files. When a path does not name its period, a sheet may turn out to belong to any, and everything is one bundle.
pub fn bundles(pipeline: &Pipeline, registry: &Registry, files: Vec<FoundFile>) -> BTreeMap<BundleKey, Vec<FoundFile>> {
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
            key(pipeline, registry, &file)
        };
        bundles.entry(key).or_default().push(file);
    }
    bundles
}

fn key(pipeline: &Pipeline, registry: &Registry, file: &FoundFile) -> BundleKey {
    let Some(claim) = file.claims.first() else {
        return (None, String::new());
    };
    let Some(period) = claim.period else {
        return (None, String::new());
    };
    let sender = sender(claim).unwrap_or_default();
    (Some(period), partition_of(pipeline, &registry.at(period), sender))
}

/// The area a path names: the deepest of its level placeholders; None where it names none.
pub fn sender(claim: &Claim) -> Option<&str> {
    claim.areas.last().map(|(_, code)| code.as_str())
}

/// The partition an area's facts go to: its ancestor at the partition level; an area above it is a partition of its own,
/// an unknown one too.
pub fn partition_of(pipeline: &Pipeline, areas: &Areas, area: &str) -> String {
    let ancestor = areas.ancestor_at(area, pipeline.registry.partition);
    ancestor.map_or_else(|| area.to_string(), |area| area.code.clone())
}

//! What the result of a bundle depends on.

use std::collections::BTreeMap;

use crate::domain::{Period, hex};
use crate::partition::{Bundle, BundleResult, Shared};
use crate::run::dependencies::{Dependencies, Hash, Part, Slices, hash, may_be_of_others};

/// What the result of a bundle depends on, and the content of each file of it on disk.
pub struct Asked {
    pub(super) dependencies: Dependencies,
    pub(super) contents: BTreeMap<String, Hash>,
}

/// Content of each file of a result as it was read, in hexadecimal digits.
pub(super) fn read_as(result: &BundleResult) -> BTreeMap<&str, &str> {
    let entries = result.entries.iter();
    entries
        .map(|entry| (entry.file(), entry.submission.sha256.as_str()))
        .collect()
}

impl Asked {
    /// `left`: the hash of what earlier periods leave behind; None: it is not known yet, and is not compared. `contents`: the hash of each file.
    pub(super) fn of(
        shared: &Shared<'_>,
        slices: &Slices,
        bundle: &Bundle,
        (left, contents): (Option<Hash>, BTreeMap<String, Hash>),
    ) -> Option<Asked> {
        let (period, _) = bundle.key;
        let mut parts = slices.of_bundle(bundle);
        if let Some(left) = left {
            parts.insert(Part::EarlierPeriods, left);
        }
        let lies_here = |form: usize, of: Period, sender: &str| {
            let areas = shared.areas(form, of);
            let area = areas.partition_of(shared.pipeline.registry.partition, sender);
            areas.get(sender).is_none() || shared.lineage.bundle(of, &area) == bundle.key.1
        };
        // A file may hold submissions of other areas than its path: in sheets named after them, or by another claim.
        let mut claims = bundle.files.iter().flat_map(|file| &file.claims);
        let holds_others = claims.any(|claim| {
            let of_claim = claim.sender().zip(claim.period);
            claim.is_pattern() || !of_claim.is_some_and(|(sender, of)| lies_here(claim.form, of, sender))
        });
        let period = period.filter(|period| !may_be_of_others(&bundle.files, *period));
        let concerns = |form: usize, of: Period, sender: &str| {
            period.is_none() || period == Some(of) && (holds_others || lies_here(form, of, sender))
        };
        let corrections = shared.feedback.corrections.list.iter().enumerate();
        let corrections: Vec<String> = corrections
            .filter(|(_, one)| concerns(one.form, one.period, &one.area))
            .map(|(at, one)| format!("{at} {one:?}"))
            .collect();
        parts.insert(Part::Corrections, hash(&corrections));
        let explanations = shared.feedback.explanations.list.iter().enumerate();
        let explanations: Vec<String> = explanations
            .filter(|(_, one)| concerns(one.form, one.period, &one.area))
            .map(|(at, one)| format!("{at} {one:?}"))
            .collect();
        parts.insert(Part::Explanations, hash(&explanations));
        let mut files = BTreeMap::new();
        for file in &bundle.files {
            let content = match contents.get(&file.path) {
                Some(content) => *content,
                None => hash(&file.irregular()?),
            };
            let received = shared.receipts.received_at(&file.path).map(|date| date.to_string());
            files.insert(file.path.clone(), hash(&(content, &file.claims, &file.told, received)));
        }
        let senders = bundle.files.iter();
        let senders = senders.map(|file| (file.path.clone(), slices.of_senders(shared, file)));
        Some(Asked {
            dependencies: Dependencies {
                parts,
                files,
                senders: senders.collect(),
            },
            contents,
        })
    }

    /// The hash of all of it.
    pub fn hash(&self) -> Hash {
        hash(&self.dependencies)
    }

    /// Whether each file had the content that was hashed when it was read.
    pub(super) fn is_of(&self, result: &BundleResult) -> bool {
        let read = read_as(result);
        let is_same = |(path, content): (&String, &Hash)| read.get(path.as_str()) == Some(&hex(content).as_str());
        self.contents.iter().all(is_same)
    }
}

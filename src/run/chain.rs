//! Works through a chain: the bundles of one partition area, in the order of their periods.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use super::RunError;
use super::dependencies::{Cause, Hash, hash};
use super::kept::{Asked, Held, Keeper, Left};
use crate::lake::{Error, Stat};
use crate::partition::{Bundle, BundleResult, Chain, Done, KeptFiles, Memories, Shared, job};
use crate::release::Staging;

/// Why bundles were computed: each reason with their number. Safe from several threads.
#[derive(Debug, Default)]
pub struct Computed(Mutex<BTreeMap<&'static str, u64>>);

impl Computed {
    fn note(&self, causes: &[Cause]) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for token in causes.iter().map(Cause::token).collect::<BTreeSet<_>>() {
            *counts.entry(token).or_default() += 1;
        }
    }

    /// The counts.
    pub fn because(self) -> BTreeMap<&'static str, u64> {
        self.0.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a chain has come to.
pub struct ChainDone {
    /// A result a bundle.
    pub results: Vec<BundleResult>,
    /// The figures of each that were held against each other.
    pub held: Vec<Held>,
    /// Over all that they depend on; None: one of them is not kept.
    pub hash: Option<Hash>,
    /// How many of them are not kept.
    pub unkept: u64,
}

/// Works through the bundles of one partition area, its periods in order, and puts their files into the release, if there is one. What
/// an earlier run or a partition job has kept is not computed again.
///
/// # Errors
/// When the machine fails; faults of the data are findings in the entries.
pub fn chain(
    shared: &Shared<'_>,
    (keeper, staging, computed): (&Keeper, Option<&Staging>, &Computed),
    chain: &Chain,
) -> Result<ChainDone, RunError> {
    let mut left = Left::nothing();
    let (mut results, mut all_held, mut hashes) = (Vec::new(), Vec::new(), Vec::new());
    let mut leading = keeper.leading(shared, chain).into_iter();
    for one in chain {
        let (asked, is_leading, is_known) = match leading.next() {
            Some(asked) => (Some(asked), true, true),
            None => {
                // Where nothing is kept, files need not be read for their hashes before they are read for their rows.
                let is_known = keeper.knows(one);
                let asked = is_known.then(|| keeper.asked(shared, one, Some(left.hash())));
                (asked.flatten(), false, is_known)
            }
        };
        let kept = asked
            .as_ref()
            .map(|asked| keeper.find(one, (asked, is_leading), staging))
            .transpose()?;
        let (result, held, after) = match kept.flatten() {
            Some(kept) => {
                one.files.iter().for_each(|_| (shared.step)());
                hashes.push(asked.as_ref().map(Asked::hash));
                kept
            }
            None => {
                keeper.may_compute(one)?;
                let causes = match &asked {
                    Some(asked) => keeper.causes(one, asked).0,
                    None if is_known => vec![Cause::Unreadable],
                    None => vec![Cause::New],
                };
                computed.note(&causes);
                let causes: Vec<String> = causes.iter().map(ToString::to_string).collect();
                tracing::debug!(partition = %one, causes = causes.join("; "), "computing");
                let stats = || one.files.iter().map(|file| Stat::of(file.location()?)).collect();
                let stats: Option<Vec<Option<Stat>>> = (!is_known).then(stats);
                let kept = asked.as_ref().map(|asked| keeper.kept_records(shared, one, asked));
                let (done, memories) = compute(shared, keeper, (one, &left), kept.unwrap_or_default())?;
                let asked = match stats {
                    Some(stats) => keeper.asked_by(shared, one, &left, (stats, &done.result)),
                    None => asked,
                };
                let asked = asked.filter(|asked| keeper.keeps(asked, &done.result));
                hashes.push(asked.as_ref().map(Asked::hash));
                keeper.keep((one, asked), (done, &memories), staging)?
            }
        };
        results.push(result);
        all_held.push(held);
        left = after;
    }
    Ok(ChainDone {
        results,
        held: all_held,
        unkept: hashes.iter().filter(|hash| hash.is_none()).count() as u64,
        hash: hashes.into_iter().collect::<Option<Vec<_>>>().map(|all| hash(&all)),
    })
}

/// The result of a bundle, and what it leaves behind. A file may change after its hash was taken; then all files are read.
fn compute(
    shared: &Shared<'_>,
    keeper: &Keeper,
    (bundle, left): (&Bundle, &Left),
    kept: KeptFiles,
) -> Result<(Done, Memories), RunError> {
    for kept in [kept, KeptFiles::default()] {
        let mut memories = left.memories().ok_or_else(|| unreadable(keeper))?;
        if let Some(done) = job(shared, &bundle.files, &mut memories, kept)? {
            return Ok((done, memories));
        }
    }
    unreachable!("a job that is given nothing uses nothing that may have changed")
}

/// What earlier periods have left behind cannot be read, although its hash is right: deleting the folder mends it.
fn unreadable(keeper: &Keeper) -> Error {
    let reason = std::io::Error::from(std::io::ErrorKind::InvalidData);
    Error::io("read what was kept in", keeper.folder())(reason)
}

//! Figures that are held against each other, period by period, and the account of the rules. Comparisons of periods whose figures,
//! submissions and definition are what they were are taken over from an earlier run.

mod kept;
mod rows;
mod rules;
mod settle;

use std::collections::BTreeMap;
use std::path::PathBuf;

use rayon::prelude::*;
use sha2::{Digest, Sha256};

use super::RunError;
use super::dependencies::{Hash, hash, program};
use super::kept::Held;
use super::names::Names;
use crate::check::Tally;
use crate::domain::{Finding, Period, Reconciled, hex};
use crate::lake::{FileMeta, PartedFile, TableFile, Written, disk, encode_part};
use crate::partition::{ByPeriod, Entry, SettledLine, Shared, Together};
use crate::release::Staging;
use crate::tables::{Columns, ReconciliationRow, TableHead};
use kept::Kept;
pub use kept::{KeptComparisons, unused};
use rows::{Said, counted, reconciliation};
pub use rules::{Tallies, rules, unjudged};
use settle::{Places, Refused, Settled, settle_loose};

/// The comparisons of all periods, of which so far only the findings are known.
pub struct Comparisons<'a> {
    held: &'a [Held],
    kept: &'a KeptComparisons,
    periods: BTreeMap<Period, OfPeriod>,
}

struct OfPeriod {
    key: Hash,
    state: Known,
}

enum Known {
    /// By an earlier run.
    Kept(Kept),
    /// By this one: the findings, and the lines encoded. Those of all periods are many.
    Now(Vec<(String, Finding)>, ByPeriod<SettledLine>),
}

impl<'a> Comparisons<'a> {
    /// Holds figures of different bundles against each other. The findings go to their submissions.
    ///
    /// # Errors
    /// When what was kept of a bundle cannot be read.
    pub fn new(
        shared: &Shared<'_>,
        held: &'a [Held],
        entries: &mut [Entry],
        kept: &'a KeptComparisons,
    ) -> Result<Comparisons<'a>, RunError> {
        let (places, refused) = (Places::of(entries), Refused::of(entries));
        let common = hash(&(program(), &shared.pipeline.digest));
        let by_period = digests(held);
        let of_period = |(period, digests): (Period, Vec<Hash>)| {
            let key = hash(&(common, period, digests, refused.of_period(period)));
            let state = match kept.find(period, &key) {
                Some(kept) => Known::Kept(kept),
                None => {
                    let Settled { lines, findings } = settled(shared, entries, (&places, &refused), held, period)?;
                    let mut encoded = ByPeriod::default();
                    encoded.add(period, &lines);
                    Known::Now(findings, encoded)
                }
            };
            Ok((period, OfPeriod { key, state }))
        };
        let periods: Result<BTreeMap<_, _>, RunError> = by_period.into_par_iter().map(of_period).collect();
        let periods = periods?;
        for of_period in periods.values() {
            let findings = match &of_period.state {
                Known::Kept(kept) => &kept.findings,
                Known::Now(findings, _) => findings,
            };
            for (id, finding) in findings {
                if let Some(at) = places.get(id) {
                    entries[at].findings.push(finding.clone());
                }
            }
        }
        Ok(Comparisons { held, kept, periods })
    }

    /// Writes the table `reconciliation` and adds to the account of the rules, once the findings of all entries are complete. Gives how
    /// the comparisons of each rule ended.
    ///
    /// # Errors
    /// When what was kept cannot be read, or the table not be written.
    pub fn write(
        self,
        shared: &Shared<'_>,
        (names, entries): (&Names<'_>, &[Entry]),
        tallies: &mut Tallies,
        staging: &Staging,
    ) -> Result<Vec<Reconciled>, RunError> {
        let mut said = Said::of(entries);
        let (held, kept) = (self.held, self.kept);
        let work: Vec<_> = (self.periods.into_iter())
            .map(|(period, of_period)| (period, of_period, said.remove(&period).unwrap_or_default()))
            .collect();
        let (places, refused) = (Places::of(entries), Refused::of(entries));
        let made = work.into_par_iter().map(|(period, OfPeriod { key, state }, said)| {
            let said_hash = hash(&said);
            let settled = match state {
                Known::Kept(found) if found.said == said_hash => match kept.rows(period, &found) {
                    Some(rows) => return Ok((period, found, rows)),
                    None => None,
                },
                Known::Kept(_) => None,
                Known::Now(findings, lines) => Some(Settled {
                    lines: lines.get(period),
                    findings,
                }),
            };
            let settled = match settled {
                Some(settled) => settled,
                None => self::settled(shared, entries, (&places, &refused), held, period)?,
            };
            let made = made(shared, (names, &said), (held, settled), (kept, period, key))?;
            let rows = kept.keep(period, &made)?;
            Ok::<_, RunError>((period, made, rows))
        });
        let made: Vec<_> = made.collect::<Result<_, RunError>>()?;
        publish(shared, made, tallies, staging)
    }
}

/// The hashes of the figures of each period, whatever the order of the bundles.
fn digests(held: &[Held]) -> BTreeMap<Period, Vec<Hash>> {
    let mut all: BTreeMap<Period, Vec<Hash>> = BTreeMap::new();
    for (period, digest) in held.iter().flat_map(Held::digests) {
        all.entry(*period).or_default().push(*digest);
    }
    all.values_mut().for_each(|of_period| of_period.sort_unstable());
    all
}

/// Works with what bundles have of a period.
fn of_period<T>(held: &[Held], period: Period, mut work: impl FnMut(&Together) -> Vec<T>) -> Result<Vec<T>, RunError> {
    let mut all = Vec::new();
    for one in held.iter().filter(|one| one.digests().contains_key(&period)) {
        all.extend(one.with(&mut work)?);
    }
    Ok(all)
}

fn settled(
    shared: &Shared<'_>,
    entries: &[Entry],
    known: (&Places, &Refused),
    held: &[Held],
    period: Period,
) -> Result<Settled, RunError> {
    let loose = of_period(held, period, |together| together.loose.get(period))?;
    Ok(settle_loose(shared, entries, known, loose))
}

/// Makes the rows of a period, and writes them where they are kept.
fn made(
    shared: &Shared<'_>,
    (names, said): (&Names<'_>, &Said<'_>),
    (held, settled): (&[Held], Settled),
    (kept, period, key): (&KeptComparisons, Period, Hash),
) -> Result<Kept, RunError> {
    let mut lines = of_period(held, period, |together| together.settled.get(period))?;
    lines.extend(settled.lines);
    let mut tallies: BTreeMap<&str, Tally> = BTreeMap::new();
    for line in &lines {
        tallies.entry(&line.line.rule).or_default().add(line.tally);
    }
    let table = reconciliation(shared.pipeline, names, said, &lines);
    let path = kept.place(period);
    let bytes = encode_part(&path, &table, 0..table.height())?;
    disk::replace(&path, &[&bytes])?;
    Ok(Kept {
        key,
        said: hash(said),
        findings: settled.findings,
        rules: counted(&table),
        tallies: tallies
            .into_iter()
            .map(|(rule, tally)| (rule.to_owned(), tally))
            .collect(),
        written: Written {
            sha256: hex(&Sha256::digest(&bytes)),
            bytes: bytes.len() as u64,
            rows: table.height() as u64,
        },
    })
}

/// Puts the rows of all periods together, in order of the periods as texts.
fn publish(
    shared: &Shared<'_>,
    mut made: Vec<(Period, Kept, PathBuf)>,
    tallies: &mut Tallies,
    staging: &Staging,
) -> Result<Vec<Reconciled>, RunError> {
    let head = TableHead::of(ReconciliationRow::TABLE);
    let path = format!("tables/{}.parquet", head.name);
    let meta = FileMeta::of_table(shared.pipeline, head.spec);
    let mut file = PartedFile::create(&staging.path(&path), head.name, head.spec, &meta)?;
    let mut rules: BTreeMap<String, Reconciled> = BTreeMap::new();
    made.sort_by_key(|(period, ..)| period.to_string());
    for (period, kept, rows) in made {
        file.append(&TableFile::open(&rows)?)?;
        for (rule, tally) in kept.tallies {
            tallies.entry((period, rule)).or_default().add(tally);
        }
        for rule in kept.rules {
            match rules.get_mut(&rule.rule) {
                Some(known) => known.add(rule),
                None => drop(rules.insert(rule.rule.clone(), rule)),
            }
        }
    }
    staging.note(&path, file.finish()?);
    Ok(rules.into_values().collect())
}

//! Tables of figures that one run keeps for the next: a folder a period, with a part of each table.
//!
//! A file beside them has the key of what they depend on and the hash of each part. What is torn or damaged is computed again.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::domain::{IndicatorLevels, Lorenz, Period, hex};
use crate::lake::{Error, Output, Written, disk, encode_part, sealed};
use crate::pipeline::{ExtractFormat, Pipeline};
use crate::release::csv_pieces;
use crate::run::dependencies::{Hash, program};
use crate::run::kept::{files_below, is_whole, sweep};
use crate::statistics::{ImpossibleRatio, LastReports};
use crate::tables::{Table, Value};

/// Name of the file that says what lies beside it.
const HEAD: &str = "figures";

/// File of a part of a table.
pub(super) fn part_of(table: &str) -> String {
    format!("{table}.parquet")
}

/// File of its rows as CSV.
pub(super) fn csv_of(table: &str) -> String {
    format!("{table}.csv")
}

/// File of those rows that readers of a release are shown.
pub(super) fn top_of(table: &str) -> String {
    format!("{table}.top.parquet")
}

/// What is kept of some periods that were computed together.
#[derive(Serialize, Deserialize)]
struct Head {
    program: Hash,
    key: Hash,
    periods: Vec<(Period, BTreeMap<String, Written>)>,
    sums: Vec<IndicatorLevels>,
    complete: LastReports,
    impossible: Vec<ImpossibleRatio>,
    lorenz: Vec<Lorenz>,
    values: u64,
    broken: Vec<String>,
}

/// The parts of one period.
pub(super) struct PeriodFiles {
    pub(super) period: Period,
    folder: PathBuf,
    written: BTreeMap<String, Written>,
}

impl PeriodFiles {
    pub(super) fn path(&self, file: &str) -> PathBuf {
        self.folder.join(file)
    }

    /// A file with its hash, if there is one of this name.
    pub(super) fn file(&self, file: &str) -> Option<(PathBuf, &Written)> {
        Some((self.path(file), self.written.get(file)?))
    }
}

/// The figures of some periods, on disk.
pub(super) struct Found {
    pub(super) periods: Vec<PeriodFiles>,
    /// Sums of the root and of the areas of the partition level.
    pub(super) sums: Vec<IndicatorLevels>,
    /// What areas had that reported completely, of indicators that the register does not know of all areas.
    pub(super) complete: LastReports,
    pub(super) impossible: Vec<ImpossibleRatio>,
    pub(super) lorenz: Vec<Lorenz>,
    pub(super) values: u64,
    pub(super) broken: Vec<String>,
}

/// The folder of all periods.
pub struct KeptFigures {
    /// Where an earlier run has left them.
    read: PathBuf,
    /// Where this run leaves them.
    write: PathBuf,
    used: Mutex<BTreeSet<PathBuf>>,
}

fn root(output: &Output) -> PathBuf {
    output.state().join("figures")
}

impl KeptFigures {
    /// Those of an output folder. `made_in`: where those are put that are computed; a dry run has a folder of its own.
    pub fn new(output: &Output, made_in: &Output) -> KeptFigures {
        KeptFigures {
            read: root(output),
            write: root(made_in),
            used: Mutex::new(BTreeSet::new()),
        }
    }

    /// What is kept under a key. None: nothing, or a file of it is damaged.
    pub(super) fn find(&self, periods: &[Period], key: &Hash) -> Option<Found> {
        let head = head(&self.read.join(place(periods)?).join(HEAD))?;
        if head.program != program() || head.key != *key {
            return None;
        }
        let files = head.periods.iter().flat_map(|(period, files)| {
            let folder = self.read.join(period.to_string());
            files.iter().map(move |(name, written)| (folder.join(name), written))
        });
        let files: Vec<(PathBuf, &Written)> = files.collect();
        if !files.par_iter().all(|(path, written)| is_whole(path, written)) {
            return None;
        }
        Some(self.found(&self.read, head))
    }

    /// Begins to keep what is computed of some periods.
    pub(super) fn keeping<'k>(&'k self, pipeline: &'k Pipeline, periods: &'k [Period]) -> Keeping<'k> {
        Keeping {
            kept: self,
            pipeline,
            periods,
            written: periods.iter().map(|&period| (period, BTreeMap::new())).collect(),
        }
    }

    fn found(&self, root: &Path, head: Head) -> Found {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        let mut periods = Vec::new();
        for (at, (period, files)) in head.periods.into_iter().enumerate() {
            let folder = root.join(period.to_string());
            used.extend(files.keys().map(|name| folder.join(name)));
            if at == 0 {
                used.insert(folder.join(HEAD));
            }
            periods.push(PeriodFiles {
                period,
                folder,
                written: files,
            });
        }
        Found {
            periods,
            sums: head.sums,
            complete: head.complete,
            impossible: head.impossible,
            lorenz: head.lorenz,
            values: head.values,
            broken: head.broken,
        }
    }

    /// Clears away what this run has not used.
    ///
    /// # Errors
    /// When a folder cannot be listed, or a file not be removed.
    pub fn sweep(&self) -> Result<(), Error> {
        let used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        sweep(&self.write, &used)
    }
}

/// What is kept of some periods beside their tables.
pub(super) struct Made {
    /// Sums of the root and of the areas of the partition level.
    pub(super) sums: Vec<IndicatorLevels>,
    /// As in [`Found`].
    pub(super) complete: LastReports,
    pub(super) impossible: Vec<ImpossibleRatio>,
    pub(super) lorenz: Vec<Lorenz>,
    /// Figures that have a value.
    pub(super) values: u64,
    pub(super) broken: Vec<String>,
}

/// The tables of some periods while they are computed.
pub(super) struct Keeping<'k> {
    kept: &'k KeptFigures,
    pipeline: &'k Pipeline,
    periods: &'k [Period],
    written: Vec<(Period, BTreeMap<String, Written>)>,
}

impl Keeping<'_> {
    pub(super) fn periods(&self) -> &[Period] {
        self.periods
    }

    /// Writes a table, a part a period.
    ///
    /// # Errors
    /// When it cannot be encoded or written.
    pub(super) fn keep(&mut self, table: Table) -> Result<(), Error> {
        let mut files = vec![(part_of(&table.name), Kind::Part)];
        if self.is_extracted(&table.name) {
            files.push((csv_of(&table.name), Kind::Csv));
        }
        self.write(&table, &files)
    }

    /// Writes a table, and apart those of its rows that readers of a release are shown.
    ///
    /// # Errors
    /// When it cannot be encoded or written.
    pub(super) fn keep_with_top(&mut self, table: Table, top: &[usize]) -> Result<(), Error> {
        self.write(&table.picked(top), &[(top_of(&table.name), Kind::Part)])?;
        self.keep(table)
    }

    /// Writes what is no table, a file a period.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(super) fn keep_beside(&mut self, name: &str, content: impl Fn(Period) -> Vec<u8>) -> Result<(), Error> {
        for (period, written) in &mut self.written {
            let path = self.kept.write.join(period.to_string()).join(name);
            written.insert(name.to_owned(), put(&path, &[content(*period)])?);
        }
        Ok(())
    }

    fn is_extracted(&self, table: &str) -> bool {
        let mut extracts = self.pipeline.extracts.iter();
        extracts.any(|extract| extract.table == table && extract.formats.contains(&ExtractFormat::Csv))
    }

    fn write(&mut self, table: &Table, files: &[(String, Kind)]) -> Result<(), Error> {
        for (period, written) in &mut self.written {
            let folder = self.kept.write.join(period.to_string());
            let rows = rows_of(table, &period.to_string());
            let files = files.par_iter().map(|(name, kind)| {
                let path = folder.join(name);
                let pieces = match kind {
                    Kind::Part => vec![encode_part(&path, table, rows.clone())?],
                    Kind::Csv => csv_pieces(table, rows.clone()),
                };
                Ok((name.clone(), put(&path, &pieces)?))
            });
            written.extend(files.collect::<Result<Vec<_>, Error>>()?);
        }
        Ok(())
    }

    /// Ends it, under the key of what the figures depend on.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(super) fn end(self, key: Hash, made: Made) -> Result<Found, Error> {
        let head = Head {
            program: program(),
            key,
            periods: self.written,
            sums: made.sums,
            complete: made.complete,
            impossible: made.impossible,
            lorenz: made.lorenz,
            values: made.values,
            broken: made.broken,
        };
        if let Some(place) = place(self.periods) {
            let content = postcard::to_stdvec(&head).expect("what is kept can be encoded");
            sealed::write(&self.kept.write.join(place).join(HEAD), &content)?;
        }
        Ok(self.kept.found(&self.kept.write, head))
    }
}

/// Writes a file, whose hash is made at the same time: CSV of a nation has thirty megabytes.
fn put(path: &Path, pieces: &[Vec<u8>]) -> Result<Written, Error> {
    let slices: Vec<&[u8]> = pieces.iter().map(Vec::as_slice).collect();
    let hashed = || {
        let hash = slices
            .iter()
            .fold(Sha256::new(), |hash, piece| hash.chain_update(piece));
        hex(&hash.finalize())
    };
    let (placed, sha256) = rayon::join(|| disk::replace(path, &slices), hashed);
    placed?;
    Ok(Written {
        sha256,
        bytes: slices.iter().map(|piece| piece.len() as u64).sum(),
        rows: 0,
    })
}

/// Folder of the head of some periods: that of the first of them.
fn place(periods: &[Period]) -> Option<String> {
    periods.first().map(ToString::to_string)
}

fn head(path: &Path) -> Option<Head> {
    let bytes = fs::read(path).ok()?;
    postcard::from_bytes(sealed::open(&bytes)?).ok()
}

enum Kind {
    Part,
    Csv,
}

/// The rows of a period, by which tables are sorted first.
fn rows_of(table: &Table, period: &str) -> Range<usize> {
    let periods = table.column("period");
    let is_own = |row: &usize| periods.get(*row) == Value::Text(Some(period));
    let first = (0..table.height()).find(is_own).unwrap_or(table.height());
    first..first + (first..table.height()).take_while(is_own).count()
}

/// Files that no run of this program can use.
///
/// # Errors
/// When a folder cannot be listed.
pub fn unused(output: &Output) -> Result<Vec<PathBuf>, Error> {
    let files = files_below(&root(output))?;
    let mut used = BTreeSet::new();
    for path in files.iter().filter(|path| path.ends_with(HEAD)) {
        let Some(head) = head(path).filter(|head| head.program == program()) else {
            continue;
        };
        used.insert(path.clone());
        for (period, names) in &head.periods {
            let folder = root(output).join(period.to_string());
            used.extend(names.keys().map(|name| folder.join(name)));
        }
    }
    Ok(files.into_iter().filter(|path| !used.contains(path)).collect())
}

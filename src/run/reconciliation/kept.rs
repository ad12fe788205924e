//! What is kept of the comparisons of each period: the findings, the rows and the counts, under the hash of what they depend on. What is
//! torn or damaged is made again.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use crate::check::Tally;
use crate::domain::{Finding, Period, Reconciled};
use crate::lake::{Error, Output, Written, sealed};
use crate::run::dependencies::{Hash, program};
use crate::run::kept::{files_below, is_whole, sweep};

/// Name of the file that says what lies beside it.
const HEAD: &str = "comparisons";
/// Name of the file with the rows.
const ROWS: &str = "reconciliation.parquet";

/// What is kept of a period beside its rows.
#[derive(Serialize, Deserialize)]
pub struct Kept {
    /// Of what the findings depend on.
    pub key: Hash,
    /// Of what the rows depend on beside that.
    pub said: Hash,
    /// Findings on figures that came in different bundles, each with the id of its submission.
    pub findings: Vec<(String, Finding)>,
    /// How the comparisons of each rule ended.
    pub rules: Vec<Reconciled>,
    /// The account of each rule.
    pub tallies: Vec<(String, Tally)>,
    /// The file of the rows.
    pub written: Written,
}

/// The folder of all periods.
pub struct KeptComparisons {
    /// Where an earlier run has left them.
    read: PathBuf,
    /// Where this run leaves them.
    write: PathBuf,
    used: Mutex<BTreeSet<PathBuf>>,
}

fn root(output: &Output) -> PathBuf {
    output.state().join("comparisons")
}

impl KeptComparisons {
    /// Those of an output folder. `made_in`: where those are put that are made anew; a dry run has a folder of its own.
    pub fn new(output: &Output, made_in: &Output) -> KeptComparisons {
        KeptComparisons {
            read: root(output),
            write: root(made_in),
            used: Mutex::new(BTreeSet::new()),
        }
    }

    /// What is kept of a period under a key. None: nothing.
    pub(super) fn find(&self, period: Period, key: &Hash) -> Option<Kept> {
        let kept = head(&self.read.join(period.to_string()).join(HEAD))?;
        (kept.key == *key).then_some(kept)
    }

    /// The rows of a period that are kept. None: they are damaged.
    pub(super) fn rows(&self, period: Period, kept: &Kept) -> Option<PathBuf> {
        let folder = self.read.join(period.to_string());
        let rows = folder.join(ROWS);
        is_whole(&rows, &kept.written).then(|| self.used(&folder))
    }

    /// Where the rows of a period are written.
    pub(super) fn place(&self, period: Period) -> PathBuf {
        self.write.join(period.to_string()).join(ROWS)
    }

    /// Keeps what was made, whose rows have been written.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(super) fn keep(&self, period: Period, kept: &Kept) -> Result<PathBuf, Error> {
        let folder = self.write.join(period.to_string());
        let content = postcard::to_stdvec(&(program(), kept)).expect("what is kept can be encoded");
        sealed::write(&folder.join(HEAD), &content)?;
        Ok(self.used(&folder))
    }

    fn used(&self, folder: &Path) -> PathBuf {
        let rows = folder.join(ROWS);
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        used.extend([folder.join(HEAD), rows.clone()]);
        rows
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

fn head(path: &Path) -> Option<Kept> {
    let bytes = fs::read(path).ok()?;
    let (made_by, rest) = postcard::take_from_bytes::<Hash>(sealed::open(&bytes)?).ok()?;
    (made_by == program())
        .then(|| postcard::from_bytes(rest).ok())
        .flatten()
}

/// Files that no run of this program can use.
///
/// # Errors
/// When a folder cannot be listed.
pub fn unused(output: &Output) -> Result<Vec<PathBuf>, Error> {
    let files = files_below(&root(output))?;
    let is_used = |path: &PathBuf| path.parent().is_some_and(|folder| head(&folder.join(HEAD)).is_some());
    Ok(files.into_iter().filter(|path| !is_used(path)).collect())
}

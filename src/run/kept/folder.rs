//! The files of the folder in which results are kept.
//!
//! Of each partition and period there are five: in `keys/` what the result depends on, in `results/` the result, in `held/` its figures that
//! were held against each other, in `memories/` what it leaves to later periods, in `cleaned/` its files as they were read or cleaned. The
//! first has the hashes of the next three, so that it alone tells whether they can be used. The Parquet files of all results are in `objects/`, by their hash.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::held::Held;
use super::left::{Left, encode, with_hash};
use super::packs;
use crate::domain::{Period, hex};
use crate::lake::{Error, Written, disk, sealed};
use crate::partition::{Bundle, BundleResult, Together, file_name};
use crate::run::dependencies::{Dependencies, Hash, Part, hash, program};

/// A Parquet file of a result.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct ResultFile {
    pub(super) path: String,
    pub(super) written: Written,
}

/// What is kept beside a result.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Kept {
    pub(super) dependencies: Dependencies,
    pub(super) files: Vec<ResultFile>,
    /// Of the encoded result.
    pub(super) result: Hash,
    /// Of what it leaves to later periods, encoded.
    pub(super) left: Hash,
    /// Of its figures that were held against each other, encoded.
    pub(super) held: Hash,
    /// Of those of each period.
    pub(super) held_in: BTreeMap<Period, Hash>,
}

/// A hash over the files of a result.
pub(super) fn of_files(files: &[ResultFile]) -> Hash {
    let all: Vec<(&str, &str)> = files.iter().map(|file| (&*file.path, &*file.written.sha256)).collect();
    hash(&all)
}

/// The folder.
pub(super) struct Folder(pub(super) PathBuf);

/// Folders of its files, but for the one with the hashes of the input.
const FOLDERS: [&str; 6] = ["keys", "results", "held", "memories", "cleaned", "objects"];

impl Folder {
    /// What is kept beside a result. None: there is none, or it is damaged.
    pub(super) fn read(&self, bundle: &Bundle) -> Option<Kept> {
        kept(&self.key(bundle))
    }

    /// A result. None: it is damaged.
    pub(super) fn result(&self, bundle: &Bundle, kept: &Kept) -> Option<BundleResult> {
        let content = with_hash(&self.within("results", bundle), &kept.result)?;
        postcard::from_bytes(&content).ok()
    }

    /// What a result leaves to later periods.
    pub(super) fn left(&self, bundle: &Bundle, kept: &Kept) -> Left {
        Left::in_file(self.within("memories", bundle), kept.left)
    }

    /// Figures of a result that were held against each other.
    pub(super) fn held(&self, bundle: &Bundle, kept: &Kept) -> Held {
        Held::in_file(self.within("held", bundle), kept.held, kept.held_in.clone())
    }

    /// Keeps a result. The key comes last: without it there is none.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub(super) fn keep(
        &self,
        bundle: &Bundle,
        (dependencies, files): (Dependencies, Vec<ResultFile>),
        (result, together, left): (&BundleResult, &Together, &[u8]),
    ) -> Result<Held, Error> {
        let (content, held) = (encode(result), encode(together));
        disk::replace(&self.within("results", bundle), &[&content])?;
        disk::replace(&self.within("held", bundle), &[&held])?;
        disk::replace(&self.within("memories", bundle), &[left])?;
        let kept = Kept {
            dependencies,
            files,
            result: Sha256::digest(&content).into(),
            left: Sha256::digest(left).into(),
            held: Sha256::digest(&held).into(),
            held_in: together.digests(),
        };
        sealed::write(&self.key(bundle), &encode(&kept))?;
        Ok(self.held(bundle, &kept))
    }

    /// The files of a bundle.
    pub(super) fn files(&self, bundle: &Bundle) -> impl Iterator<Item = PathBuf> {
        FOLDERS[..5].iter().map(|folder| self.within(folder, bundle))
    }

    /// Whether the files that the key of a result names are there, by their lengths; none is opened.
    pub(super) fn has_files(&self, bundle: &Bundle) -> bool {
        let has_length = |file: &ResultFile| {
            let found = fs::metadata(self.object(&file.written.sha256));
            found.is_ok_and(|found| found.len() == file.written.bytes)
        };
        let beside = ["results", "held"].map(|folder| self.within(folder, bundle));
        let kept = self.read(bundle);
        kept.is_some_and(|kept| beside.iter().all(|path| path.is_file()) && kept.files.iter().all(has_length))
    }

    /// What says that there is a result.
    pub(super) fn key(&self, bundle: &Bundle) -> PathBuf {
        self.within("keys", bundle)
    }

    /// The files of a result as they were read or cleaned.
    pub(super) fn pack(&self, bundle: &Bundle) -> PathBuf {
        self.within("cleaned", bundle)
    }

    /// A Parquet file of a result.
    pub(super) fn object(&self, sha256: &str) -> PathBuf {
        self.0.join("objects").join(sha256)
    }

    fn within(&self, folder: &str, bundle: &Bundle) -> PathBuf {
        let (period, area) = &bundle.key;
        let period = period.map_or("unknown".to_owned(), |period| period.to_string());
        self.0.join(folder).join(period).join(file_name(area))
    }

    /// Removes what is not used.
    ///
    /// # Errors
    /// When a folder cannot be listed, or a file not be removed.
    pub(super) fn sweep(&self, used: &BTreeSet<PathBuf>) -> Result<(), Error> {
        FOLDERS.iter().try_for_each(|folder| sweep(&self.0.join(folder), used))
    }
}

fn kept(path: &Path) -> Option<Kept> {
    let bytes = fs::read(path).ok()?;
    postcard::from_bytes(sealed::open(&bytes)?).ok()
}

/// Whether a file has the content that was written to it.
pub fn is_whole(path: &Path, written: &Written) -> bool {
    fs::read(path).is_ok_and(|bytes| hex(&Sha256::digest(bytes)) == written.sha256)
}

/// Files of a folder that runs keep which no run of this program can use: results that are damaged or of another program, and
/// Parquet files of none that it can use.
///
/// # Errors
/// When a folder cannot be listed.
pub fn unused(root: &Path) -> Result<Vec<PathBuf>, Error> {
    let program = program();
    let mut used = BTreeSet::new();
    let keys = files_below(&root.join("keys"))?;
    for path in &keys {
        let kept = kept(path).filter(|kept| kept.dependencies.parts.get(&Part::Program) == Some(&program));
        let Some((kept, bundle)) = kept.zip(path.strip_prefix(root.join("keys")).ok()) else {
            continue;
        };
        used.insert(path.clone());
        used.extend(["results", "held", "memories"].map(|folder| root.join(folder).join(bundle)));
        let objects = root.join("objects");
        used.extend(kept.files.into_iter().map(|file| objects.join(file.written.sha256)));
    }
    let mut all = keys;
    for folder in ["results", "held", "memories", "objects"] {
        all.extend(files_below(&root.join(folder))?);
    }
    let mut unused: Vec<PathBuf> = all.into_iter().filter(|path| !used.contains(path)).collect();
    let packs = files_below(&root.join("cleaned"))?.into_iter();
    unused.extend(packs.filter(|path| !packs::is_usable(path)));
    Ok(unused)
}

/// All files below a folder, in order; none where it does not exist.
///
/// # Errors
/// When a folder cannot be listed.
pub fn files_below(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(Error::io("list the folder", folder))?,
    };
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.map_err(Error::io("list the folder", folder))?.path();
        match path.is_dir() {
            true => files.extend(files_below(&path)?),
            false => files.push(path),
        }
    }
    files.sort();
    Ok(files)
}

/// Removes the files below a folder that are not used.
///
/// # Errors
/// When a folder cannot be listed, or a file not be removed.
pub fn sweep(folder: &Path, used: &BTreeSet<PathBuf>) -> Result<(), Error> {
    let files = files_below(folder)?.into_iter();
    files
        .filter(|path| !used.contains(path))
        .try_for_each(|path| disk::remove_file(&path))
}

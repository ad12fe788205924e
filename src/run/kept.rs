//! Results of partitions that one run keeps for the next, by everything they depend on.
//!
//! `state/` in the output folder holds the hashes of the files of the input, the result of each partition and period, and its
//! Parquet files by their hash. A result is used again only where every input has the hash that it had; whatever is damaged there
//! is made anew. Nothing but time is lost when the folder is deleted.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::RunError;
use super::dependencies::{Cause, Dependencies, Hash, Part, Slices, hash, program};
use super::packs::{self, Packed};
use crate::domain::{Period, from_hex, hex};
use crate::intake::FileRead;
use crate::lake::{Error, FileIndex, Output, Stat, Written, disk, sealed};
use crate::partition::{Bundle, BundleResult, Chain, Done, KeptFile, KeptFiles, Memories, Shared, file_name};
use crate::release::Staging;

/// What the result of a bundle depends on, and the content of each file of it on disk.
pub struct Asked {
    dependencies: Dependencies,
    contents: BTreeMap<String, Hash>,
}

/// A Parquet file of a result.
#[derive(Debug, Serialize, Deserialize)]
struct ResultFile {
    path: String,
    written: Written,
}

/// What is kept beside a result. Its files lie beside both.
#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    dependencies: Dependencies,
    files: Vec<ResultFile>,
    /// [`Memories`] after the period, encoded: needed only where a later period is computed.
    memories: Vec<u8>,
}

/// Finds and keeps results.
pub struct Keeper {
    root: PathBuf,
    index: FileIndex,
    slices: Slices,
    /// Nothing is kept, and nothing of what is there is changed.
    only_reads: bool,
    used: Mutex<BTreeSet<PathBuf>>,
    reused: AtomicU64,
    files_read: AtomicU64,
}

/// What is left to later periods, encoded, with its hash.
pub struct Left {
    bytes: Vec<u8>,
    hash: Hash,
}

impl Left {
    /// Of the first period: nothing.
    pub fn nothing() -> Left {
        Left::of(&Memories::default())
    }

    fn of(memories: &Memories) -> Left {
        Left::encoded(encode(memories))
    }

    fn encoded(bytes: Vec<u8>) -> Left {
        Left {
            hash: Sha256::digest(&bytes).into(),
            bytes,
        }
    }

    /// What rules remember. None: it cannot be read.
    pub fn memories(&self) -> Option<Memories> {
        postcard::from_bytes(&self.bytes).ok()
    }
}

fn encode(value: &impl Serialize) -> Vec<u8> {
    postcard::to_stdvec(value).expect("what is kept can be encoded")
}

/// Content of each file of a result as it was read, in hexadecimal digits.
fn read_as(result: &BundleResult) -> BTreeMap<&str, &str> {
    let entries = result.entries.iter();
    entries
        .map(|entry| (entry.file(), entry.submission.sha256.as_str()))
        .collect()
}

impl Asked {
    /// Whether each file had the content that was hashed when it was read.
    fn is_of(&self, result: &BundleResult) -> bool {
        let read = read_as(result);
        let is_same = |(path, content): (&String, &Hash)| read.get(path.as_str()) == Some(&hex(content).as_str());
        self.contents.iter().all(is_same)
    }
}

impl Keeper {
    /// Opens the folder. `rehash`: every file of the input is read, whatever its times say.
    pub fn open(shared: &Shared<'_>, output: &Output, rehash: bool) -> Keeper {
        let root = output.state();
        let index = FileIndex::open(&root.join("files"));
        Keeper {
            root,
            index: if rehash { index.distrusted() } else { index },
            slices: Slices::of(shared),
            only_reads: false,
            used: Mutex::new(BTreeSet::new()),
            reused: AtomicU64::new(0),
            files_read: AtomicU64::new(0),
        }
    }

    /// The same, which leaves the folder as it is where `only_reads`.
    pub fn only_reading(self, only_reads: bool) -> Keeper {
        Keeper { only_reads, ..self }
    }

    /// What the result of a bundle depends on; None: a file of it cannot be opened, so that nobody knows. `left`: what earlier
    /// periods leave behind; None: it is not known yet, and is not compared.
    pub fn asked(&self, shared: &Shared<'_>, bundle: &Bundle, left: Option<&Left>) -> Option<Asked> {
        let mut contents = BTreeMap::new();
        for file in &bundle.files {
            if let Some(location) = file.location() {
                contents.insert(file.path.clone(), self.index.sha256(&file.path, location)?);
            }
        }
        self.dependencies(shared, bundle, left, contents)
    }

    /// The same after the result was computed, from the files as they were read. `stats`: what the file system said of them before.
    pub fn asked_by(
        &self,
        shared: &Shared<'_>,
        bundle: &Bundle,
        left: &Left,
        (stats, result): (Vec<Option<Stat>>, &BundleResult),
    ) -> Option<Asked> {
        let read = read_as(result);
        let mut contents = BTreeMap::new();
        for (file, stat) in bundle.files.iter().zip(stats) {
            if file.location().is_some() {
                let content = from_hex(read.get(file.path.as_str())?)?;
                self.index.learn(&file.path, stat?, content);
                contents.insert(file.path.clone(), content);
            }
        }
        self.dependencies(shared, bundle, Some(left), contents)
    }

    /// Whether a result of a bundle has been kept, whatever it depends on.
    pub fn knows(&self, bundle: &Bundle) -> bool {
        self.place(bundle).exists()
    }

    fn dependencies(
        &self,
        shared: &Shared<'_>,
        bundle: &Bundle,
        left: Option<&Left>,
        contents: BTreeMap<String, Hash>,
    ) -> Option<Asked> {
        let (period, _) = bundle.key;
        let mut parts = self.slices.of_bundle(bundle);
        if let Some(left) = left {
            parts.insert(Part::EarlierPeriods, left.hash);
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
        let senders = senders.map(|file| (file.path.clone(), self.slices.of_senders(shared, file)));
        Some(Asked {
            dependencies: Dependencies {
                parts,
                files,
                senders: senders.collect(),
            },
            contents,
        })
    }

    /// Why the result of a bundle must be computed, and what it leaves to later periods; no cause: it is kept.
    pub fn causes(&self, bundle: &Bundle, asked: &Asked) -> (Vec<Cause>, Option<Left>) {
        match self.read(bundle) {
            None => (vec![Cause::New], None),
            Some(kept) => {
                let causes = asked.dependencies.differences(&kept.dependencies);
                (causes, Some(Left::encoded(kept.memories)))
            }
        }
    }

    /// The kept result of a bundle, its files linked into the release; None: it must be computed.
    ///
    /// # Errors
    /// When a file cannot be linked or copied.
    pub fn find(
        &self,
        bundle: &Bundle,
        asked: &Asked,
        staging: &Staging,
    ) -> Result<Option<(BundleResult, Left)>, RunError> {
        let Some(bytes) = self.bytes(bundle) else {
            return Ok(None);
        };
        let is_same = |kept: &Kept| asked.dependencies.differences(&kept.dependencies).is_empty();
        let Some((kept, rest)) = opened(&bytes).filter(|(kept, _)| is_same(kept)) else {
            return Ok(None);
        };
        let Ok(result) = postcard::from_bytes::<BundleResult>(rest) else {
            return Ok(None);
        };
        let objects: Vec<PathBuf> = kept
            .files
            .iter()
            .map(|file| self.object(&file.written.sha256))
            .collect();
        let mut files = kept.files.iter().zip(&objects);
        if !files.all(|(file, object)| is_whole(object, &file.written)) {
            return Ok(None);
        }
        for (file, object) in kept.files.iter().zip(&objects) {
            staging.link(object, &file.path, file.written.clone())?;
        }
        self.note(objects.into_iter().chain([self.place(bundle), self.pack(bundle)]));
        self.reused.fetch_add(1, Ordering::Relaxed);
        Ok(Some((result, Left::encoded(kept.memories))))
    }

    /// What is kept of the files of a bundle that are as they were, though its result is not; without the records of cleaned ones.
    pub fn kept_files(&self, bundle: &Bundle, asked: &Asked) -> KeptFiles {
        let files = self
            .read(bundle)
            .map(|kept| self.unchanged(bundle, &asked.contents, &kept));
        KeptFiles {
            files: files.unwrap_or_default(),
            records: Vec::new(),
        }
    }

    /// The same with the records.
    pub fn kept_records(&self, shared: &Shared<'_>, bundle: &Bundle, asked: &Asked) -> KeptFiles {
        let Some(kept) = self.read(bundle) else {
            return KeptFiles::default();
        };
        let files = self.unchanged(bundle, &asked.contents, &kept);
        if files.is_empty() {
            return KeptFiles::default();
        }
        let mut records = Vec::new();
        for file in &kept.files {
            let forms = &shared.pipeline.forms;
            let Some(form) = forms.iter().position(|form| holds_records(&file.path, &form.id)) else {
                continue;
            };
            let object = self.object(&file.written.sha256);
            if !is_whole(&object, &file.written) {
                return KeptFiles::default();
            }
            records.push((form, object));
        }
        KeptFiles { files, records }
    }

    /// Files of a bundle with all of their cells, by path, as far as they are kept; `contents` are those that they had when they were read.
    pub fn as_read(&self, bundle: &Bundle, contents: &BTreeMap<String, Hash>) -> BTreeMap<String, FileRead> {
        let kept = self.read(bundle).map(|kept| self.unchanged(bundle, contents, &kept));
        let whole = kept.into_iter().flatten().filter_map(|(path, file)| match file {
            KeptFile::Read(read) => Some((path, read)),
            KeptFile::Cleaned(_) => None,
        });
        whole.collect()
    }

    /// The files of a pack that are as they were.
    fn unchanged(&self, bundle: &Bundle, contents: &BTreeMap<String, Hash>, kept: &Kept) -> BTreeMap<String, KeptFile> {
        let mut files = BTreeMap::new();
        let Some(mut packed) = packs::read(&self.pack(bundle), of_files(&kept.files)) else {
            return files;
        };
        for file in &bundle.files {
            let found = packed.remove(&file.path).zip(contents.get(&file.path));
            let Some((packed, content)) = found else { continue };
            if self.slices.of_file(file, content, &packed.file) == Some(packed.key) {
                files.insert(file.path.clone(), packed.file);
            }
        }
        files
    }

    /// Keeps a result whose files have been written, and gives what is left to later periods. A file that changed while it was read
    /// is not known to be what its hash says: then nothing is kept.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn keep(
        &self,
        (bundle, asked): (&Bundle, Option<Asked>),
        (done, memories): (Done, &Memories),
        staging: &Staging,
    ) -> Result<(BundleResult, Left), RunError> {
        let left = Left::of(memories);
        self.files_read.fetch_add(done.files_read, Ordering::Relaxed);
        let (mut result, kept) = (done.result, done.kept);
        let files = std::mem::take(&mut result.files);
        let mut kept_files = Vec::new();
        for file in &files {
            staging.put(file)?;
            kept_files.push(ResultFile {
                path: file.path.clone(),
                written: file.written(),
            });
        }
        let Some(asked) = asked.filter(|asked| !self.only_reads && asked.is_of(&result)) else {
            return Ok((result, left));
        };
        let objects = kept_files.iter().map(|file| {
            let object = self.object(&file.written.sha256);
            if !is_whole(&object, &file.written) {
                disk::remove_file(&object)?;
                disk::link(&staging.path(&file.path), &object)?;
            }
            Ok(object)
        });
        let objects: Vec<PathBuf> = objects.collect::<Result<_, Error>>()?;
        let packed = kept.into_iter().filter_map(|(path, file)| {
            let found = bundle.files.iter().find(|found| found.path == path)?;
            let key = self.slices.of_file(found, asked.contents.get(&path)?, &file)?;
            Some((path, Packed { key, file }))
        });
        let packed: BTreeMap<String, Packed> = packed.collect();
        packs::write(&self.pack(bundle), of_files(&kept_files), &packed)?;
        let kept = Kept {
            dependencies: asked.dependencies.without(&unconsulted(&result)),
            files: kept_files,
            memories: left.bytes,
        };
        sealed::write(&self.place(bundle), &[encode(&kept), encode(&result)].concat())?;
        self.note(objects.into_iter().chain([self.place(bundle), self.pack(bundle)]));
        let left = Left {
            bytes: kept.memories,
            hash: left.hash,
        };
        Ok((result, left))
    }

    /// Writes the index, and clears away what no result of this run needs, where it covered all periods. Gives the number of results
    /// that were used again, and of files that were read.
    ///
    /// # Errors
    /// When something cannot be written or removed.
    pub fn close(&self, is_complete: bool) -> Result<(u64, u64), RunError> {
        if !self.only_reads {
            self.index.save()?;
        }
        if is_complete && !self.only_reads {
            let used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
            for folder in ["results", "objects", "cleaned"] {
                sweep(&self.root.join(folder), &used)?;
            }
        }
        let counts = [&self.reused, &self.files_read].map(|count| count.load(Ordering::Relaxed));
        Ok(counts.into())
    }

    /// The folder of all that is kept.
    pub fn folder(&self) -> &Path {
        &self.root
    }

    /// A hash over all that the results of a chain depend on; None: one of them must be computed.
    pub fn standing(&self, shared: &Shared<'_>, chain: &Chain) -> Option<Hash> {
        let mut left = Left::nothing();
        let mut all = Vec::new();
        for bundle in chain {
            // First: where nothing is kept, no file need be read for its hash.
            let kept = self.read(bundle)?;
            let asked = self.asked(shared, bundle, Some(&left))?;
            if !asked.dependencies.differences(&kept.dependencies).is_empty() {
                return None;
            }
            all.push(asked.dependencies);
            left = Left::encoded(kept.memories);
        }
        Some(hash(&all))
    }

    fn bytes(&self, bundle: &Bundle) -> Option<Vec<u8>> {
        fs::read(self.place(bundle)).ok()
    }

    fn read(&self, bundle: &Bundle) -> Option<Kept> {
        let bytes = self.bytes(bundle)?;
        opened(&bytes).map(|(kept, _)| kept)
    }

    fn place(&self, bundle: &Bundle) -> PathBuf {
        self.within("results", bundle)
    }

    fn pack(&self, bundle: &Bundle) -> PathBuf {
        self.within("cleaned", bundle)
    }

    fn within(&self, folder: &str, bundle: &Bundle) -> PathBuf {
        let (period, area) = &bundle.key;
        let period = period.map_or("unknown".to_owned(), |period| period.to_string());
        self.root.join(folder).join(period).join(file_name(area))
    }

    fn object(&self, sha256: &str) -> PathBuf {
        self.root.join("objects").join(sha256)
    }

    fn note(&self, paths: impl Iterator<Item = PathBuf>) {
        self.used.lock().unwrap_or_else(PoisonError::into_inner).extend(paths);
    }
}

/// Parts that a result does not depend on, because none of its files was held against them.
fn unconsulted(result: &BundleResult) -> Vec<Part> {
    let consulted = result.consulted;
    let all = [
        (Part::AreaNames, consulted.area_names),
        (Part::OtherForms, consulted.other_forms),
    ];
    let unused = all.into_iter().filter(|(_, is_consulted)| !is_consulted);
    unused.map(|(part, _)| part).collect()
}

/// A hash over the files of a result.
fn of_files(files: &[ResultFile]) -> Hash {
    let all: Vec<(&str, &str)> = files.iter().map(|file| (&*file.path, &*file.written.sha256)).collect();
    hash(&all)
}

/// Whether a file of a result holds judged records of a form.
fn holds_records(path: &str, form: &str) -> bool {
    let mut parts = path.split('/');
    matches!(parts.next(), Some("facts" | "uncounted")) && parts.next() == Some(form)
}

/// Whether a file has the content that was written to it.
fn is_whole(path: &Path, written: &Written) -> bool {
    fs::read(path).is_ok_and(|bytes| hex(&Sha256::digest(bytes)) == written.sha256)
}

/// What is kept beside a result, and the encoded result.
fn opened(bytes: &[u8]) -> Option<(Kept, &[u8])> {
    postcard::take_from_bytes(sealed::open(bytes)?).ok()
}

/// Files of a folder that runs keep which no run of this program can use: results that are damaged or of another program, and
/// Parquet files of none that it can use.
///
/// # Errors
/// When a folder cannot be listed.
pub fn unused(root: &Path) -> Result<Vec<PathBuf>, Error> {
    let program = program();
    let (mut unused, mut used) = (Vec::new(), BTreeSet::new());
    for path in files_below(&root.join("results"))? {
        let bytes = fs::read(&path).unwrap_or_default();
        let kept = opened(&bytes).map(|(kept, _)| kept);
        match kept.filter(|kept| kept.dependencies.parts.get(&Part::Program) == Some(&program)) {
            Some(kept) => used.extend(kept.files.into_iter().map(|file| file.written.sha256)),
            None => unused.push(path),
        }
    }
    let packs = files_below(&root.join("cleaned"))?.into_iter();
    unused.extend(packs.filter(|path| !packs::is_usable(path)));
    let is_used = |path: &PathBuf| {
        path.file_name()
            .is_some_and(|name| used.contains(&*name.to_string_lossy()))
    };
    let objects = files_below(&root.join("objects"))?;
    unused.extend(objects.into_iter().filter(|path| !is_used(path)));
    Ok(unused)
}

/// All files below a folder, in order; none where it does not exist.
fn files_below(folder: &Path) -> Result<Vec<PathBuf>, Error> {
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
fn sweep(folder: &Path, used: &BTreeSet<PathBuf>) -> Result<(), Error> {
    let files = files_below(folder)?.into_iter();
    files
        .filter(|path| !used.contains(path))
        .try_for_each(|path| disk::remove_file(&path))
}

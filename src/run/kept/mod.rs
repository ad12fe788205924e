//! Results of partitions that one run keeps for the next, by everything they depend on.
//!
//! `state/` in the output folder holds the hashes of the files of the input, the result of each partition and period, and its
//! Parquet files by their hash. A result is used again only where every input has the hash that it had; whatever is damaged there
//! is made anew. Nothing but time is lost when the folder is deleted.

mod asked;
mod folder;
mod held;
mod left;
mod packs;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use super::RunError;
use super::dependencies::{Cause, Hash, Part, Slices, hash};
use crate::domain::from_hex;
use crate::intake::FileRead;
use crate::lake::{Error, FileIndex, Output, Stat, disk};
use crate::partition::{Bundle, BundleResult, Chain, Done, KeptFile, KeptFiles, Memories, Shared};
use crate::release::Staging;
pub use asked::Asked;
use folder::{Folder, Kept, ResultFile, of_files};
pub use folder::{files_below, is_whole, sweep, unused};
pub use held::Held;
pub use left::Left;
use packs::Packed;

/// Finds and keeps results.
pub struct Keeper {
    folder: Folder,
    index: FileIndex,
    slices: Slices,
    /// Nothing is kept, and nothing of what is there is changed.
    only_reads: bool,
    /// Nothing may be computed.
    only_gathers: bool,
    used: Mutex<BTreeSet<PathBuf>>,
    reused: AtomicU64,
    files_read: AtomicU64,
}

impl Keeper {
    /// Opens the folder. `rehash`: every file of the input is read, whatever its times say.
    pub fn open(shared: &Shared<'_>, output: &Output, rehash: bool) -> Keeper {
        let root = output.state();
        let index = FileIndex::open(&root.join("files"));
        Keeper {
            folder: Folder(root),
            index: if rehash { index.distrusted() } else { index },
            slices: Slices::of(shared),
            only_reads: false,
            only_gathers: false,
            used: Mutex::new(BTreeSet::new()),
            reused: AtomicU64::new(0),
            files_read: AtomicU64::new(0),
        }
    }

    /// The same, which leaves the folder as it is where `only_reads`.
    pub fn only_reading(self, only_reads: bool) -> Keeper {
        Keeper { only_reads, ..self }
    }

    /// The same, which lets no result be computed where `only_gathers`.
    pub fn only_gathering(self, only_gathers: bool) -> Keeper {
        Keeper { only_gathers, ..self }
    }

    /// Whether the result of a bundle, which is not kept, may be computed.
    ///
    /// # Errors
    /// If not.
    pub fn may_compute(&self, bundle: &Bundle) -> Result<(), RunError> {
        match self.only_gathers {
            true => Err(RunError::NotGathered {
                missing: vec![bundle.to_string()],
            }),
            false => Ok(()),
        }
    }

    /// What the result of a bundle depends on; None: a file of it cannot be opened, so that nobody knows. `left`: of what earlier
    /// periods leave behind; None: it is not known yet, and is not compared.
    pub fn asked(&self, shared: &Shared<'_>, bundle: &Bundle, left: Option<Hash>) -> Option<Asked> {
        let mut contents = BTreeMap::new();
        for file in &bundle.files {
            if let Some(location) = file.location() {
                contents.insert(file.path.clone(), self.index.sha256(&file.path, location)?);
            }
        }
        Asked::of(shared, &self.slices, bundle, (left, contents))
    }

    /// The same after the result was computed, from the files as they were read. `stats`: what the file system said of them before.
    pub fn asked_by(
        &self,
        shared: &Shared<'_>,
        bundle: &Bundle,
        left: &Left,
        (stats, result): (Vec<Option<Stat>>, &BundleResult),
    ) -> Option<Asked> {
        let read = asked::read_as(result);
        let mut contents = BTreeMap::new();
        for (file, stat) in bundle.files.iter().zip(stats) {
            if file.location().is_some() {
                let content = from_hex(read.get(file.path.as_str())?)?;
                self.index.learn(&file.path, stat?, content);
                contents.insert(file.path.clone(), content);
            }
        }
        Asked::of(shared, &self.slices, bundle, (Some(left.hash()), contents))
    }

    /// Whether a result of a bundle has been kept, whatever it depends on.
    pub fn knows(&self, bundle: &Bundle) -> bool {
        self.folder.key(bundle).exists()
    }

    /// Why the result of a bundle must be computed, and the hash of what it leaves to later periods; no cause: it is kept.
    pub fn causes(&self, bundle: &Bundle, asked: &Asked) -> (Vec<Cause>, Option<Hash>) {
        match self.folder.read(bundle) {
            None => (vec![Cause::New], None),
            Some(kept) => {
                let causes = asked.dependencies.differences(&kept.dependencies);
                (causes, Some(kept.left))
            }
        }
    }

    /// The kept result of a bundle, its files linked into the release, if there is one; None: it must be computed. `is_leading`: it is
    /// one of [`Keeper::leading`], so that what it leaves is known to be sound where it is needed.
    ///
    /// # Errors
    /// When a file cannot be linked or copied.
    pub fn find(
        &self,
        bundle: &Bundle,
        (asked, is_leading): (&Asked, bool),
        staging: Option<&Staging>,
    ) -> Result<Option<(BundleResult, Held, Left)>, RunError> {
        let is_same = |kept: &Kept| asked.dependencies.differences(&kept.dependencies).is_empty();
        let Some(kept) = self.folder.read(bundle).filter(is_same) else {
            return Ok(None);
        };
        let left = self.folder.left(bundle, &kept);
        let held = self.folder.held(bundle, &kept);
        let is_sound = held.is_sound() && (is_leading || left.bytes().is_some());
        let Some(result) = self.folder.result(bundle, &kept).filter(|_| is_sound) else {
            return Ok(None);
        };
        let objects = kept.files.iter().map(|file| self.folder.object(&file.written.sha256));
        let objects: Vec<PathBuf> = objects.collect();
        let mut files = kept.files.iter().zip(&objects);
        if !files.all(|(file, object)| is_whole(object, &file.written)) {
            return Ok(None);
        }
        if let Some(staging) = staging {
            for (file, object) in kept.files.iter().zip(&objects) {
                staging.link(object, &file.path, file.written.clone())?;
            }
        }
        self.note(objects.into_iter().chain(self.folder.files(bundle)));
        self.reused.fetch_add(1, Ordering::Relaxed);
        Ok(Some((result, held, left)))
    }

    /// What is kept of the files of a bundle that are as they were, though its result is not; without the records of cleaned ones.
    pub fn kept_files(&self, bundle: &Bundle, asked: &Asked) -> KeptFiles {
        let files = self
            .folder
            .read(bundle)
            .map(|kept| self.unchanged(bundle, &asked.contents, &kept));
        KeptFiles {
            files: files.unwrap_or_default(),
            records: Vec::new(),
        }
    }

    /// The same with the records.
    pub fn kept_records(&self, shared: &Shared<'_>, bundle: &Bundle, asked: &Asked) -> KeptFiles {
        let Some(kept) = self.folder.read(bundle) else {
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
            let object = self.folder.object(&file.written.sha256);
            if !is_whole(&object, &file.written) {
                return KeptFiles::default();
            }
            records.push((form, object));
        }
        KeptFiles { files, records }
    }

    /// Files of a bundle with all of their cells, by path, as far as they are kept; `contents` are those that they had when they were read.
    pub fn as_read(&self, bundle: &Bundle, contents: &BTreeMap<String, Hash>) -> BTreeMap<String, FileRead> {
        let kept = self.folder.read(bundle);
        let files = kept.map(|kept| self.unchanged(bundle, contents, &kept));
        let whole = files.into_iter().flatten().filter_map(|(path, file)| match file {
            KeptFile::Read(read) => Some((path, read)),
            KeptFile::Cleaned(_) => None,
        });
        whole.collect()
    }

    /// The files of a pack that are as they were.
    fn unchanged(&self, bundle: &Bundle, contents: &BTreeMap<String, Hash>, kept: &Kept) -> BTreeMap<String, KeptFile> {
        let mut files = BTreeMap::new();
        let Some(mut packed) = packs::read(&self.folder.pack(bundle), of_files(&kept.files)) else {
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

    /// Whether a result can be kept: a file that changed while it was read is not known to be what its hash says.
    pub fn keeps(&self, asked: &Asked, result: &BundleResult) -> bool {
        !self.only_reads && asked.is_of(result)
    }

    /// Puts the files of a result into the release, if there is one, keeps the result, and gives what is left to later periods. A file
    /// that changed while it was read is not known to be what its hash says: then nothing is kept (`asked` is None).
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn keep(
        &self,
        (bundle, asked): (&Bundle, Option<Asked>),
        (done, memories): (Done, &Memories),
        staging: Option<&Staging>,
    ) -> Result<(BundleResult, Held, Left), RunError> {
        let left = Left::of(memories);
        self.files_read.fetch_add(done.files_read, Ordering::Relaxed);
        let (mut result, together, kept) = (done.result, done.together, done.kept);
        let files = std::mem::take(&mut result.files);
        let mut kept_files = Vec::new();
        for file in &files {
            staging.map_or(Ok(()), |staging| staging.put(file))?;
            kept_files.push(ResultFile {
                path: file.path.clone(),
                written: file.written(),
            });
        }
        let Some(asked) = asked else {
            return Ok((result, Held::of(together), left));
        };
        let objects = kept_files.iter().zip(&files).map(|(kept, file)| {
            let object = self.folder.object(&kept.written.sha256);
            match staging {
                _ if is_whole(&object, &kept.written) => {}
                Some(staging) => {
                    disk::remove_file(&object)?;
                    disk::link(&staging.path(&file.path), &object)?;
                }
                None => disk::replace(&object, &[&file.bytes])?,
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
        packs::write(&self.folder.pack(bundle), of_files(&kept_files), &packed)?;
        let dependencies = asked.dependencies.without(&unconsulted(&result));
        let encoded = left.bytes().expect("what was computed just now is in memory");
        let held = self
            .folder
            .keep(bundle, (dependencies, kept_files), (&result, &together, &encoded))?;
        self.note(objects.into_iter().chain(self.folder.files(bundle)));
        Ok((result, held, left))
    }

    /// Writes the index, and clears away what no result of this run needs, where it covered all periods. Gives the number of results
    /// that were used again, and of files that were read.
    ///
    /// # Errors
    /// When something cannot be written or removed.
    pub fn close(&self, is_complete: bool) -> Result<(u64, u64), RunError> {
        if !self.only_reads {
            self.index.save(is_complete)?;
        }
        if is_complete && !self.only_reads {
            let used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
            self.folder.sweep(&used)?;
        }
        Ok(self.counts())
    }

    /// How many results were used again so far, and how many files were read.
    pub fn counts(&self) -> (u64, u64) {
        let counts = [&self.reused, &self.files_read].map(|count| count.load(Ordering::Relaxed));
        counts.into()
    }

    /// The folder of all that is kept.
    pub fn folder(&self) -> &Path {
        &self.folder.0
    }

    /// The first bundles of a chain whose results can be used again, as far as nobody looks into them: what each depends on.
    pub fn leading(&self, shared: &Shared<'_>, chain: &Chain) -> Vec<Asked> {
        let mut left = Left::nothing();
        let mut all = Vec::new();
        for bundle in chain {
            // First: where nothing is kept, no file need be read for its hash.
            let Some(kept) = self.folder.read(bundle) else { break };
            let Some(asked) = self.asked(shared, bundle, Some(left.hash())) else {
                break;
            };
            if !asked.dependencies.differences(&kept.dependencies).is_empty() {
                break;
            }
            all.push(asked);
            left = self.folder.left(bundle, &kept);
        }
        // The next one needs what the last of them leaves.
        if all.len() < chain.len() && left.bytes().is_none() {
            all.clear();
        }
        all
    }

    /// A hash over all that the results of a chain depend on; None: one of them must be computed.
    pub fn standing(&self, shared: &Shared<'_>, chain: &Chain) -> Option<Hash> {
        let leading = self.leading(shared, chain);
        let hashes: Vec<Hash> = leading.iter().map(Asked::hash).collect();
        (leading.len() == chain.len()).then(|| hash(&hashes))
    }

    /// The bundles of a chain from the first on whose result must be computed. Later ones may turn out to be kept.
    pub fn pending<'c>(&self, shared: &Shared<'_>, chain: &'c Chain) -> &'c [Bundle] {
        let leading = self.leading(shared, chain).len();
        let is_there = |bundle: &&Bundle| self.folder.has_files(bundle);
        let there = chain[..leading].iter().take_while(is_there).count();
        &chain[there..]
    }

    /// The files beside the objects in which the results of a chain are kept, whether they are there or not; those that make a result
    /// of the others come last.
    pub fn files_of(&self, chain: &Chain) -> Vec<PathBuf> {
        let files = chain.iter().flat_map(|bundle| self.folder.files(bundle));
        let keys: BTreeSet<PathBuf> = chain.iter().map(|bundle| self.folder.key(bundle)).collect();
        files.filter(|path| !keys.contains(path)).chain(keys.clone()).collect()
    }

    /// The objects that the results of a chain name.
    pub fn objects_of(&self, chain: &Chain) -> Vec<PathBuf> {
        let kept = chain.iter().filter_map(|bundle| self.folder.read(bundle));
        let hashes = kept.flat_map(|kept| kept.files).map(|file| file.written.sha256);
        hashes.map(|sha256| self.folder.object(&sha256)).collect()
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

/// Whether a file of a result holds judged records of a form.
fn holds_records(path: &str, form: &str) -> bool {
    let mut parts = path.split('/');
    matches!(parts.next(), Some("facts" | "uncounted")) && parts.next() == Some(form)
}

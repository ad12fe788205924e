//! The files of a bundle as its job finds them: read, or taken over from an earlier run; and as the next run finds them.

use std::collections::BTreeMap;
use std::ops::Range;

use super::bundle_result::BundleResult;
use super::case::Case;
use super::cleaned::{CleanedFile, KeptFile, KeptFiles, Source};
use super::entry::Entry;
use super::error::Error;
use super::keep::{self, ReadFile};
use super::shared::Shared;
use crate::intake::{FileRead, FoundFile};

/// The files of a job while it runs.
#[derive(Default)]
pub(super) struct OpenFiles<'f> {
    /// Those that were read, by this run or an earlier one.
    read: Vec<ReadFile>,
    /// Those that were cleaned by an earlier run, with their cases.
    cleaned: Vec<(&'f FoundFile, CleanedFile, Range<usize>)>,
    /// Those of them whose cells are asked for, as they were read now, by path.
    opened: BTreeMap<&'f str, FileRead>,
    /// Files that this run has read.
    pub(super) files_read: u64,
}

impl<'f> OpenFiles<'f> {
    /// Opens the files of a bundle: gives the cases of their submissions, and notes what is no submission in the result. None: what was
    /// kept does not fit together.
    ///
    /// # Errors
    /// When the machine fails.
    pub(super) fn of(
        shared: &Shared<'_>,
        files: &'f [FoundFile],
        kept: KeptFiles,
        result: &mut BundleResult,
    ) -> Result<Option<(OpenFiles<'f>, Vec<Case>)>, Error> {
        let read = |file: &FoundFile| {
            let read = shared.intake.read(file);
            (shared.step)();
            Ok(read?)
        };
        let sources = kept.sources(shared, files, read)?;
        let (mut open, mut cases) = (OpenFiles::default(), Vec::new());
        for (file, source) in files.iter().zip(sources) {
            match source {
                Source::Read { read, is_kept } => {
                    match is_kept {
                        true => (shared.step)(),
                        false => open.files_read += 1,
                    }
                    open.read(shared, (file, read), &mut cases, result);
                }
                Source::Cleaned(of_file, cells) => {
                    (shared.step)();
                    result.ignored_sheets += of_file.ignored_sheets;
                    result.consulted = result.consulted.or(of_file.consulted);
                    let first = cases.len();
                    for one in of_file.submissions.iter().zip(&cells) {
                        let Some(case) = Case::again(shared, file, cases.len(), one) else {
                            return Ok(None);
                        };
                        cases.push(case);
                    }
                    open.cleaned.push((file, of_file, first..cases.len()));
                }
            }
        }
        Ok(Some((open, cases)))
    }

    fn read(
        &mut self,
        shared: &Shared<'_>,
        (file, mut read): (&FoundFile, FileRead),
        cases: &mut Vec<Case>,
        result: &mut BundleResult,
    ) {
        result.ignored_sheets += read.ignored_sheets;
        result.consulted = result.consulted.or(read.consulted);
        if read.submissions.is_empty() {
            result.entries.push(Entry::of_unclaimed(shared, file, &read));
        }
        for submission in std::mem::take(&mut read.submissions) {
            cases.push(Case::open(shared, file, cases.len(), submission));
        }
        self.read.push(ReadFile {
            path: file.path.clone(),
            read,
        });
    }

    /// Reads the files of which records are quarantined now: these are published as they were received. False: a file has changed
    /// since it was kept.
    ///
    /// # Errors
    /// When the machine fails.
    pub(super) fn open_quarantined(&mut self, shared: &Shared<'_>, cases: &mut [Case]) -> Result<bool, Error> {
        for (file, _, of_it) in &self.cleaned {
            let asked = of_it.clone().filter(|&at| !cases[at].quarantined().is_empty());
            let asked: Vec<usize> = asked.collect();
            if asked.is_empty() {
                continue;
            }
            self.files_read += 1;
            let read = shared.intake.read(file)?;
            for at in asked {
                if !cases[at].take_sheet(shared, at, &read) {
                    return Ok(false);
                }
            }
            self.opened.insert(&file.path, read);
        }
        Ok(true)
    }

    /// The files as they can be kept, by path, once all is judged.
    pub(super) fn kept(mut self, shared: &Shared<'_>, cases: &mut [Case]) -> BTreeMap<String, KeptFile> {
        let mut kept = keep::kept(shared, self.read, cases);
        for (file, of_file, _) in self.cleaned {
            let as_now = match self.opened.remove(file.path.as_str()) {
                Some(read) => KeptFile::Read(read),
                None => KeptFile::Cleaned(of_file),
            };
            kept.insert(file.path.clone(), as_now);
        }
        kept
    }
}

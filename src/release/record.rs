//! What a release says of itself, read back.

use std::fs;
use std::io::Read;
use std::path::Path;

use rayon::prelude::*;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use walkdir::WalkDir;

use super::manifest::{Input, OutputFile, RevisionsSince};
use crate::domain::{Lang, hex};
use crate::lake::Error;
use crate::pipeline::Pipeline;

/// What a release says of itself.
pub const MANIFEST: &str = "manifest.json";

/// File name of the signature of [`MANIFEST`]: its 64 bytes.
pub const SIGNATURE: &str = "manifest.json.sig";

/// File name of the data package, relative to the release.
pub const DATA_PACKAGE: &str = "datapackage.json";

/// File name of the description for catalogues and data loaders.
pub const CROISSANT: &str = "croissant.json";

/// Path of what the SDMX extract consists of, within the release.
pub const SDMX_STRUCTURE: &str = "extracts/indicators.sdmx.xml";

/// File name of how to cite the release.
pub const CITATION: &str = "CITATION.cff";

/// Files that contain the time at which they were made and the number of the release, as the manifest does.
pub(super) const DATED: [&str; 3] = [DATA_PACKAGE, CROISSANT, CITATION];

/// Whether a file contains the time at which it was made and the number of the release, as the manifest does.
pub fn is_dated(path: &str) -> bool {
    DATED.contains(&path)
}

/// File name of the report, relative to the release.
pub const REPORT: &str = "report.html";

/// Path of the workbook of a release in a language, within the release.
pub fn workbook_path(lang: Lang) -> String {
    format!("workbook.{}.xlsx", lang.tag())
}

/// Whether a path within a release is that of a workbook.
pub(super) fn is_workbook(path: &str) -> bool {
    [Lang::Zh, Lang::En].into_iter().any(|lang| path == workbook_path(lang))
}

/// The parts of a manifest that other commands need.
#[derive(Clone, Debug, Deserialize)]
pub struct Record {
    /// Id of the release; empty: it was not published.
    pub release: String,
    /// sha256 over the definition and the registry.
    pub definition_sha256: String,
    /// The same over the TOML files alone; None: written by a version that did not note it.
    pub rules_sha256: Option<String>,
    /// Version of huizong.
    pub huizong_version: String,
    /// The public key that verifies its signature, by its sha256; None: it was not signed.
    pub signed_by: Option<String>,
    /// When it was published; of a run that was not published, when it ended.
    pub created_at: String,
    /// Date of the run.
    pub as_of: String,
    /// Periods in the release.
    pub periods: Vec<String>,
    /// What its table `revisions` compares it with.
    #[serde(default)]
    pub revisions: RevisionsSince,
    /// Every file received.
    pub inputs: Vec<Input>,
    /// Every file written.
    pub outputs: Vec<OutputFile>,
}

impl Record {
    /// Of the release in a folder; None: there is no manifest, or it cannot be understood.
    pub fn read(folder: &Path) -> Option<Record> {
        Record::parse(&fs::read(folder.join(MANIFEST)).ok()?)
    }

    /// The same of the text of a manifest.
    pub fn parse(manifest: &[u8]) -> Option<Record> {
        let mut record: Record = serde_json::from_slice(manifest).ok()?;
        record.outputs.sort_by(|a, b| a.path.cmp(&b.path));
        Some(record)
    }

    /// Whether another definition made it, beside the tables of the registry, or another version of the program.
    pub fn has_other_rules(&self, pipeline: &Pipeline) -> bool {
        let same = match &self.rules_sha256 {
            Some(rules) => *rules == pipeline.rules_digest,
            None => self.definition_sha256 == pipeline.digest,
        };
        !same || self.huizong_version != env!("CARGO_PKG_VERSION")
    }

    /// Whether a file is there, and is the one that was written.
    pub fn is_sound(&self, folder: &Path, path: &str) -> bool {
        self.find(path).is_some_and(|file| is_sound(folder, file))
    }

    /// Files that are gone or are not those that were written, in order.
    pub fn damaged(&self, folder: &Path) -> Vec<&str> {
        let files = self.outputs.par_iter().filter(|file| !is_sound(folder, file));
        files.map(|file| file.path.as_str()).collect()
    }

    /// Files in the folder that the manifest does not list, in order.
    ///
    /// # Errors
    /// When a folder cannot be listed.
    pub fn unlisted(&self, folder: &Path) -> Result<Vec<String>, Error> {
        let mut unlisted = Vec::new();
        // The folder itself may be a link, such as `current`.
        for entry in WalkDir::new(folder).min_depth(1).sort_by_file_name() {
            let entry = entry.map_err(|error| Error::io("list the folder", folder)(error.into()))?;
            let path = entry.path().strip_prefix(folder).unwrap_or(entry.path());
            let path = path.to_string_lossy().into_owned();
            let is_known = [MANIFEST, SIGNATURE].contains(&path.as_str());
            if !entry.file_type().is_dir() && !is_known && self.find(&path).is_none() {
                unlisted.push(path);
            }
        }
        Ok(unlisted)
    }

    fn find(&self, path: &str) -> Option<&OutputFile> {
        let found = self.outputs.binary_search_by(|file| file.path.as_str().cmp(path));
        found.ok().map(|at| &self.outputs[at])
    }

    /// The first file, in order, that is gone or is not the one that was written.
    pub(super) fn first_damaged(&self, folder: &Path) -> Option<&str> {
        let broken = self.outputs.par_iter().find_first(|file| !is_sound(folder, file));
        broken.map(|file| file.path.as_str())
    }
}

fn is_sound(folder: &Path, file: &OutputFile) -> bool {
    let path = folder.join(&file.path);
    let length = fs::metadata(&path).map(|found| found.len());
    length.is_ok_and(|length| length == file.bytes) && sha256(&path).is_ok_and(|found| found == file.sha256)
}

fn sha256(path: &Path) -> std::io::Result<String> {
    let mut file = fs::File::open(path)?;
    let mut hash = Sha256::new();
    let mut piece = vec![0; 1 << 20];
    loop {
        match file.read(&mut piece)? {
            0 => return Ok(hex(&hash.finalize())),
            length => hash.update(&piece[..length]),
        }
    }
}

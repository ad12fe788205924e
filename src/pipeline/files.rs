//! The files of a definition: which belong to it, what stands in them, and their digest.

use std::fs;
use std::path::{Path, PathBuf};

use crate::domain::hex;
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use toml::de::DeTable;

use super::definition::{ChecksFile, DimensionsFile, FormFile, IndicatorsFile, MeasuresFile, PipelineFile};
use super::faults::{Faults, Source, choices};
use super::{schema, shape};

/// A file and what it says; `None` when a fault leaves nothing sound.
#[derive(Debug)]
pub(super) struct Read<T> {
    pub source: Source,
    pub content: Option<T>,
}

/// Everything that was read.
#[derive(Debug, Default)]
pub(super) struct Files {
    pub plan: Option<Read<PipelineFile>>,
    /// Whose registry or units are taken.
    pub lent: Vec<Lent>,
    pub forms: Vec<Read<FormFile>>,
    pub checks: Vec<Read<ChecksFile>>,
    pub measures: Vec<Read<MeasuresFile>>,
    pub indicators: Vec<Read<IndicatorsFile>>,
    pub dimensions: Vec<Read<DimensionsFile>>,
}

/// `pipeline.toml` of another folder, and what is taken from it.
#[derive(Debug)]
pub(super) struct Lent {
    pub file: Read<PipelineFile>,
    pub registry: bool,
    pub units: bool,
}

/// A folder of a definition: the pipeline's own, or one that it includes.
#[derive(Debug)]
pub(super) struct Folder {
    pub path: PathBuf,
    /// As the pipeline names it, with a `/` at its end; empty: its own.
    pub from: String,
}

/// Files of the folder itself; the sample generator's is read by the generator.
const NAMES: [&str; 6] = [
    "pipeline.toml",
    "checks.toml",
    "measures.toml",
    "indicators.toml",
    "dimensions.toml",
    "sample.toml",
];

impl Files {
    /// Adds what stands in the pipeline's own folder; faults in shape are added to `faults`.
    pub fn add_own(&mut self, folder: &Folder, faults: &mut Faults) {
        for name in toml_names(&folder.path, &folder.path, faults) {
            match name.as_str() {
                "pipeline.toml" => self.plan = read(folder, &name, faults),
                "checks.toml" => self.checks.extend(read(folder, &name, faults)),
                "measures.toml" => self.measures.extend(read(folder, &name, faults)),
                "indicators.toml" => self.indicators.extend(read(folder, &name, faults)),
                "dimensions.toml" => self.dimensions.extend(read(folder, &name, faults)),
                "sample.toml" => {}
                _ => {
                    let hint =
                        choices(&name, NAMES.iter().copied()).map(|hint| format!("{hint} (forms stand in forms/)"));
                    let message = format!("`{name}` is no file of a pipeline");
                    faults.add_file(folder.path.join(&name), "unknown-file", message, hint);
                }
            }
        }
        self.add_forms(folder, faults);
    }

    /// Adds the forms of a folder.
    pub fn add_forms(&mut self, folder: &Folder, faults: &mut Faults) {
        let forms = folder.path.join("forms");
        if forms.is_dir() {
            for name in toml_names(&forms, &folder.path, faults) {
                self.forms.extend(read(folder, &format!("forms/{name}"), faults));
            }
        }
    }

    /// Path and bytes of every file that was read.
    pub fn sources(&self) -> impl Iterator<Item = &Source> {
        let plans = self.lent.iter().map(|lent| &lent.file).chain(&self.plan);
        let forms = self.forms.iter().map(|f| &f.source);
        let checks = self.checks.iter().map(|f| &f.source);
        let measures = self.measures.iter().map(|f| &f.source);
        let indicators = self.indicators.iter().map(|f| &f.source);
        let dimensions = self.dimensions.iter().map(|f| &f.source);
        let all = plans.map(|f| &f.source).chain(forms).chain(checks);
        all.chain(measures).chain(indicators).chain(dimensions)
    }
}

/// Names of the TOML files of a folder, in order.
fn toml_names(folder: &Path, dir: &Path, faults: &mut Faults) -> Vec<String> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => {
            let message = format!("cannot read the folder {}: {error}", folder.display());
            let hint = "a pipeline is a folder that holds pipeline.toml and forms/*.toml".to_owned();
            faults.add_file(dir.to_path_buf(), "file-unreadable", message, Some(hint));
            return Vec::new();
        }
    };
    let mut names: Vec<String> = entries
        .filter_map(Result::ok)
        .filter(|entry| entry.path().is_file())
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| name.ends_with(".toml") && !name.starts_with('.'))
        .collect();
    names.sort();
    names
}

/// A file of a folder, by its name within it.
pub(super) fn read<T: DeserializeOwned + JsonSchema>(
    folder: &Folder,
    name: &str,
    faults: &mut Faults,
) -> Option<Read<T>> {
    let path = folder.path.join(name);
    let text = match fs::read(&path) {
        Ok(bytes) => String::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned()),
        Err(error) => Err(error.to_string()),
    };
    let text = match text {
        Ok(text) => text,
        Err(reason) => {
            let message = format!("cannot read {}: {reason}", path.display());
            faults.add_file(path, "file-unreadable", message, None);
            return None;
        }
    };
    let source = Source {
        path,
        relative: format!("{}{name}", folder.from),
        home: folder.path.clone(),
        from: folder.from.clone(),
        text,
    };
    let content = parse(&source, faults);
    Some(Read { source, content })
}

/// What a text says, without its unsound parts.
pub(super) fn parse<T: DeserializeOwned + JsonSchema>(source: &Source, faults: &mut Faults) -> Option<T> {
    parse_by(&schema::of::<T>(), source, faults)
}

/// The same, with tables of one type kept where a required key is absent or unsound. `T` must do without it.
pub(super) fn parse_parts<T: DeserializeOwned + JsonSchema>(
    of: &str,
    source: &Source,
    faults: &mut Faults,
) -> Option<T> {
    let strict = schema::of::<T>();
    // It tells all faults of shape; what it gives lacks the unsound tables.
    parse_by::<T>(&strict, source, faults)?;
    let mut loose = strict;
    if let Some(of) = loose
        .pointer_mut(&format!("/definitions/{of}"))
        .and_then(|of| of.as_object_mut())
    {
        of.remove("required");
    }
    parse_by(&loose, source, &mut Faults::default())
}

fn parse_by<T: DeserializeOwned>(schema: &serde_json::Value, source: &Source, faults: &mut Faults) -> Option<T> {
    let (document, errors) = DeTable::parse_recoverable(&source.text);
    if !errors.is_empty() {
        syntax(source, &errors, faults);
        return None;
    }
    let sound = shape::sound_part(document, schema, source, faults)?;
    match T::deserialize(toml::de::Deserializer::from(sound)) {
        Ok(content) => Some(content),
        Err(error) => {
            let span = error.span().unwrap_or(0..0);
            faults.add(source, "wrong-value", span, error.message().trim().to_owned(), None);
            None
        }
    }
}

/// Syntax errors up to the first bracket that is left open: after it, every line would be one.
fn syntax(source: &Source, errors: &[toml::de::Error], faults: &mut Faults) {
    for error in errors {
        let message = error.message().trim();
        let open = ["array", "inline table"].iter().any(|what| message.contains(what));
        let hint = open.then(|| "a bracket before it may lack its partner".to_owned());
        faults.add(
            source,
            "toml-syntax",
            error.span().unwrap_or(0..0),
            message.to_owned(),
            hint,
        );
        if open {
            return;
        }
    }
}

/// sha256 over path and bytes of every file of the definition, in path order; lower-case hex.
pub(super) fn digest(files: &Files, tables: &[(String, Vec<u8>)]) -> String {
    let mut all: Vec<(&str, &[u8])> = files
        .sources()
        .map(|s| (s.relative.as_str(), s.text.as_bytes()))
        .collect();
    all.extend(tables.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice())));
    all.sort();
    all.dedup();
    let mut hash = Sha256::new();
    for (path, bytes) in all {
        // Lengths keep two folders apart whose concatenations agree.
        hash.update((path.len() as u64).to_be_bytes());
        hash.update(path.as_bytes());
        hash.update((bytes.len() as u64).to_be_bytes());
        hash.update(bytes);
    }
    hex(&hash.finalize())
}

//! The files of a definition: which belong to it, what stands in them, and their digest.

use std::borrow::Cow;
use std::fs;
use std::ops::Range;
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

/// What to do with a file in another encoding.
pub(super) const SAVE_AS_UTF8: &str = "save it as UTF-8 in the editor";

/// A file of a folder, by its name within it.
pub(super) fn read<T: DeserializeOwned + JsonSchema>(
    folder: &Folder,
    name: &str,
    faults: &mut Faults,
) -> Option<Read<T>> {
    let path = folder.path.join(name);
    let text = match fs::read(&path) {
        Ok(bytes) => String::from_utf8(bytes).map_err(|_| ("it is not UTF-8".to_owned(), Some(SAVE_AS_UTF8))),
        Err(error) => Err((error.to_string(), None)),
    };
    let text = match text {
        Ok(text) => text,
        Err((reason, hint)) => {
            let message = format!("cannot read {}: {reason}", path.display());
            faults.add_file(path, "file-unreadable", message, hint.map(str::to_owned));
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
    let mut all: Vec<(&str, Cow<'_, [u8]>)> = files
        .sources()
        .map(|s| (s.relative.as_str(), without_engine(&s.relative, &s.text)))
        .collect();
    all.extend(
        tables
            .iter()
            .map(|(path, bytes)| (path.as_str(), bytes.as_slice().into())),
    );
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

/// The content of a file for the digest: `pipeline.toml` without the lines of its `[engine]`, and with the comment and the blank lines
/// above it gone, too, so that a definition is the same before it names an engine and after.
fn without_engine<'t>(relative: &str, text: &'t str) -> Cow<'t, [u8]> {
    let is_plan = relative.rsplit('/').next() == Some("pipeline.toml");
    let lines = is_plan.then(|| engine_lines(text)).flatten();
    let Some(lines) = lines else {
        return Cow::Borrowed(text.as_bytes());
    };
    let kept: Vec<&str> = (text.split_inclusive('\n').enumerate())
        .filter(|(at, _)| !lines.contains(at))
        .map(|(_, line)| line)
        .collect();
    let kept = kept.concat();
    // Where its keys stand between those of other tables, all lines count.
    let rest = |text: &str| text.parse::<toml::Table>().ok();
    let expected = rest(text).map(|mut table| {
        table.remove("engine");
        table
    });
    if expected.is_some() && expected == rest(&kept) {
        Cow::Owned(kept.into_bytes())
    } else {
        Cow::Borrowed(text.as_bytes())
    }
}

/// The lines that belong to `[engine]`; None: there is no such table.
fn engine_lines(text: &str) -> Option<Range<usize>> {
    let (document, _) = DeTable::parse_recoverable(text);
    let (key, value) = document.get_ref().get_key_value("engine")?;
    let table = value.get_ref().as_table().into_iter().flatten();
    let ends = table.map(|(_, value)| value.span().end).chain([key.span().end]);
    let line_of = |byte: usize| text[..byte].matches('\n').count();
    let (first, last) = (line_of(key.span().start), line_of(ends.max()?));
    let lines: Vec<&str> = text.lines().collect();
    let is_comment = |at: &usize| lines[*at].trim_start().starts_with('#');
    let is_blank = |at: &usize| lines[*at].trim().is_empty();
    let above = (0..first).rev().take_while(is_comment).last().unwrap_or(first);
    let from = (0..above).rev().take_while(is_blank).last().unwrap_or(above);
    let below = |last: &usize| (last + 1..lines.len()).take_while(is_blank).last();
    // On top of a file nothing else separates it from what follows.
    let to = Some(last)
        .filter(|_| from == 0)
        .as_ref()
        .and_then(below)
        .unwrap_or(last);
    Some(from..to + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_of_another_table_is_left_out() {
        let between = |share: &str| {
            format!("[engine]\nminutes = 3\n[gate]\nshare = {share}\n[engine.cube]\nspark_connect = \"sc://h:1\"\n")
        };
        let digested = |text: &str| without_engine("pipeline.toml", text).into_owned();
        assert_ne!(digested(&between("0.5")), digested(&between("0.9")));
        let dotted = |name: &str| format!("engine.minutes = 3\nname = \"{name}\"\nengine.cube = \"duckdb\"\n");
        assert_ne!(digested(&dotted("a")), digested(&dotted("b")));
    }

    #[test]
    fn a_definition_is_the_same_whatever_its_engine() {
        let plain = "[pipeline]\nname = \"a\"\n\n# shares\n[gate]\nx = \"\"\"\n[engine]\n\"\"\"\n";
        let parts = [
            "[pipeline]\nname = \"a\"\n",
            "\n# shares\n[gate]\nx = \"\"\"\n[engine]\n\"\"\"\n",
        ];
        let engine = "# on the cluster\n[engine]\n# nightly\ncube = { spark_connect = \"sc://h:1\" }\n\nminutes = 3\n";
        let written = [
            format!("{}\n{engine}{}", parts[0], parts[1]),
            format!("{}{}\n{engine}", parts[0], parts[1]),
            format!("{engine}\n{}{}", parts[0], parts[1]),
            format!("engine.cube = \"duckdb\"\n\n{plain}"),
            format!("engine = {{ cube = \"duckdb\" }}\n{plain}"),
            format!("{}\n[engine]\n{}", parts[0], parts[1]),
        ];
        for text in written.iter().map(String::as_str).chain([plain]) {
            let kept = without_engine("../other/pipeline.toml", text);
            assert_eq!(String::from_utf8_lossy(&kept), plain, "{text}");
        }
        let other = without_engine("checks.toml", engine);
        assert_eq!(&*other, engine.as_bytes());
    }
}

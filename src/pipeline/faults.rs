//! Faults of a definition while they are gathered.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::definition::Located;
use super::strings;
use crate::domain::{Diagnostic, nearest};

/// A file of the definition.
#[derive(Debug)]
pub(super) struct Source {
    /// As a person would open it.
    pub path: PathBuf,
    /// From the pipeline's folder, `/`-separated; of an included file, with the folder it is taken from.
    pub relative: String,
    /// The folder of the definition that it belongs to; what it names lies there.
    pub home: PathBuf,
    /// That folder as the pipeline names it, with a `/` at its end; empty: the pipeline's own.
    pub from: String,
    /// Its content.
    pub text: String,
}

impl Source {
    /// A file that it names, as seen from the pipeline's folder.
    pub fn named(&self, path: &str) -> String {
        format!("{}{path}", self.from)
    }
}

/// All faults so far.
#[derive(Debug, Default)]
pub(super) struct Faults {
    list: Vec<Diagnostic>,
    /// What is sound, and hardly meant.
    warnings: Vec<Diagnostic>,
    /// Ids of elements that have a fault themselves, each with the files it stands in: references to them are no further
    /// fault.
    broken: BTreeMap<String, BTreeSet<String>>,
    /// Keys that are written, but misspelt or unsound: what follows from their absence is no further fault.
    faulty_keys: BTreeSet<String>,
    /// Causes that are reported, and not reported again at every place they concern.
    reported: BTreeSet<String>,
    /// A form could not be read: what refers to its columns is no further fault.
    form_lost: bool,
}

impl Faults {
    /// Adds a fault at some bytes of a file.
    pub fn add(
        &mut self,
        source: &Source,
        code: &'static str,
        span: Range<usize>,
        message: impl Into<String>,
        hint: impl Into<Option<String>>,
    ) {
        let (message, hint) = (message.into(), hint.into());
        self.list.push(Diagnostic {
            code,
            message,
            file: source.path.clone(),
            span,
            related: None,
            hint,
        });
    }

    /// Adds what is sound, and hardly meant.
    pub fn warn(
        &mut self,
        source: &Source,
        code: &'static str,
        span: Range<usize>,
        message: impl Into<String>,
        hint: impl Into<Option<String>>,
    ) {
        self.add(source, code, span, message, hint);
        self.warnings.extend(self.list.pop());
    }

    /// Takes the warnings, in order of files and places.
    pub fn take_warnings(&mut self) -> Vec<Diagnostic> {
        let mut all = std::mem::take(&mut self.warnings);
        all.sort_by(|a, b| (&a.file, a.span.start).cmp(&(&b.file, b.span.start)));
        all
    }

    /// Adds a fault inside a TOML string, at some bytes of its decoded text.
    pub fn add_inside(
        &mut self,
        source: &Source,
        code: &'static str,
        text: &Located<String>,
        within: Range<usize>,
        message: impl Into<String>,
        hint: impl Into<Option<String>>,
    ) {
        let span = strings::locate(&source.text, text.span(), within);
        self.add(source, code, span, message, hint);
    }

    /// Adds a fault that an earlier place of the same file explains.
    pub fn add_related(
        &mut self,
        source: &Source,
        code: &'static str,
        span: Range<usize>,
        message: impl Into<String>,
        earlier: (Range<usize>, &str),
        hint: impl Into<Option<String>>,
    ) {
        self.add(source, code, span, message, hint);
        if let Some(last) = self.list.last_mut() {
            last.related = Some((earlier.0, earlier.1.to_owned()));
        }
    }

    /// Adds a fault of a file that has no text to show.
    pub fn add_file(&mut self, file: PathBuf, code: &'static str, message: String, hint: Option<String>) {
        self.list.push(Diagnostic {
            code,
            message,
            file,
            span: 0..0,
            related: None,
            hint,
        });
    }

    /// A name that is not found, with the nearest one as hint; silent when what it names has a fault itself.
    pub fn unknown<'a>(
        &mut self,
        source: &Source,
        code: &'static str,
        name: &Located<String>,
        what: &str,
        known: impl Iterator<Item = &'a str> + Clone,
    ) {
        if self.is_broken(name) {
            return;
        }
        self.add(
            source,
            code,
            name.span(),
            format!("unknown {what} `{}`", name),
            choices(name, known),
        );
    }

    /// Remembers that the element of this id in a file is missing because of its own fault.
    pub fn mark_broken(&mut self, source: &Source, id: &str) {
        let files = self.broken.entry(id.to_owned()).or_default();
        files.insert(source.relative.clone());
    }

    /// Remembers that a form is missing because of its own fault.
    pub fn mark_lost_form(&mut self, source: &Source, id: &str) {
        self.form_lost = true;
        self.mark_broken(source, id);
    }

    /// Remembers that a key is written, but misspelt or unsound.
    pub fn mark_faulty_key(&mut self, key: &str) {
        self.faulty_keys.insert(key.to_owned());
    }

    /// Whether a key is written, but misspelt or unsound.
    pub fn is_faulty_key(&self, key: &str) -> bool {
        self.faulty_keys.contains(key)
    }

    /// Whether a cause has not been reported yet; it counts as reported from now on.
    pub fn is_new_cause(&mut self, cause: &str) -> bool {
        self.reported.insert(cause.to_owned())
    }

    /// Whether a form is missing because of its own fault.
    pub fn forms_missing(&self) -> bool {
        self.form_lost
    }

    /// Whether an element of this id has a fault itself.
    pub fn is_broken(&self, id: &str) -> bool {
        self.broken.contains_key(id)
    }

    /// The same in one file: another file may have a sound element of this id.
    pub fn is_broken_in(&self, source: &Source, id: &str) -> bool {
        self.broken
            .get(id)
            .is_some_and(|files| files.contains(&source.relative))
    }

    /// Whether a fault lies within some bytes of a file: what follows from it is no further fault.
    pub fn has_within(&self, source: &Source, span: &Range<usize>) -> bool {
        self.list
            .iter()
            .any(|fault| fault.file == source.path && span.start <= fault.span.start && fault.span.end <= span.end)
    }

    /// Where the faults of a file lie, in order.
    pub fn spans(&self, source: &Source) -> Vec<Range<usize>> {
        let own = self.list.iter().filter(|fault| fault.file == source.path);
        let mut spans: Vec<Range<usize>> = own.map(|fault| fault.span.clone()).collect();
        spans.sort_unstable_by_key(|span| (span.start, span.end));
        spans
    }

    /// Number of faults so far.
    pub fn count(&self) -> usize {
        self.list.len()
    }

    /// All of them, by file and place; files before those that refer to them, so that causes come before what follows from
    /// them.
    pub fn into_sorted(mut self) -> Vec<Diagnostic> {
        let key = |fault: &Diagnostic| {
            let place = (fault.span.start, fault.span.end);
            (
                rank(&fault.file),
                fault.file.clone(),
                place,
                fault.code,
                fault.message.clone(),
            )
        };
        self.list.sort_by_cached_key(key);
        self.list.dedup();
        self.list
    }
}

/// Place of a file in the order in which files refer to each other: each may name what the ones before it define.
fn rank(file: &Path) -> usize {
    const ORDER: [&str; 6] = [
        "pipeline.toml",
        "forms",
        "dimensions.toml",
        "measures.toml",
        "indicators.toml",
        "checks.toml",
    ];
    let is_form = file.parent().is_some_and(|folder| folder.ends_with("forms"));
    let name = if is_form {
        Some("forms".as_ref())
    } else {
        file.file_name()
    };
    let place = ORDER.iter().position(|known| name == Some(known.as_ref()));
    place.unwrap_or(ORDER.len())
}

/// Which of the known names was probably meant; else all of them, when they are few.
pub(super) fn choices<'a>(name: &str, known: impl Iterator<Item = &'a str> + Clone) -> Option<String> {
    if let Some(near) = nearest(name, known.clone()) {
        return Some(format!("did you mean `{near}`?"));
    }
    let mut all: Vec<&str> = known.collect();
    all.dedup();
    match all.len() {
        0 => None,
        1..=16 => Some(format!("known: {}", all.join(", "))),
        _ => None,
    }
}

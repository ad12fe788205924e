//! Faults of a definition while they are gathered.

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::PathBuf;

use super::definition::Located;
use super::strings;
use crate::domain::Diagnostic;

/// A file of the definition.
#[derive(Debug)]
pub(super) struct Source {
    /// As a person would open it.
    pub path: PathBuf,
    /// Within the folder, `/`-separated.
    pub relative: String,
    /// Its content.
    pub text: String,
}

/// All faults so far.
#[derive(Debug, Default)]
pub(super) struct Faults {
    list: Vec<Diagnostic>,
    /// Ids of elements that have a fault themselves: references to them are no further fault.
    broken: BTreeSet<String>,
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
        if self.broken.contains(name.as_str()) {
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

    /// Remembers that the element of this id is missing because of its own fault.
    pub fn mark_broken(&mut self, id: &str) {
        self.broken.insert(id.to_owned());
    }

    /// Remembers that a form is missing because of its own fault.
    pub fn mark_lost_form(&mut self, id: &str) {
        self.form_lost = true;
        self.mark_broken(id);
    }

    /// Whether a form is missing because of its own fault.
    pub fn forms_missing(&self) -> bool {
        self.form_lost
    }

    /// Whether the element of this id has a fault itself.
    pub fn is_broken(&self, id: &str) -> bool {
        self.broken.contains(id)
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

    /// All of them, by file and place.
    pub fn into_sorted(mut self) -> Vec<Diagnostic> {
        self.list.sort_by(|a, b| {
            (&a.file, a.span.start, a.span.end, a.code, &a.message).cmp(&(
                &b.file,
                b.span.start,
                b.span.end,
                b.code,
                &b.message,
            ))
        });
        self.list.dedup();
        self.list
    }
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
        1..=12 => Some(format!("known: {}", all.join(", "))),
        _ => None,
    }
}

/// The known name that looks most like `name`, if one is near.
pub(super) fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    known
        .map(|k| (strsim::normalized_damerau_levenshtein(name, k), k))
        .filter(|(likeness, _)| *likeness >= 0.6)
        .max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(a.1)))
        .map(|(_, k)| k)
}

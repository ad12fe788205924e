//! Ids as they may be written, each once, and titles in their place.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::domain::Text;
use crate::pipeline::definition::Located;
use crate::pipeline::faults::{Faults, Source};

/// Ids seen so far, with their files and places in them.
#[derive(Default)]
pub(super) struct Ids(BTreeMap<String, (String, Range<usize>)>);

impl Ids {
    /// Whether an id is well formed and new; else a fault.
    pub(super) fn take(
        &mut self,
        id: &Located<String>,
        kind: IdKind,
        what: &str,
        source: &Source,
        faults: &mut Faults,
    ) -> bool {
        if !kind.allows(id) {
            let message = format!("`{}` is no id of a {what}", id);
            faults.add(source, "bad-id", id.span(), message, kind.hint().to_owned());
            faults.mark_broken(source, id);
            return false;
        }
        self.take_new(id, id.span(), what, None, source, faults)
    }

    /// Whether a well-formed id is new; else a fault at `span`.
    pub(super) fn take_new(
        &mut self,
        id: &str,
        span: Range<usize>,
        what: &str,
        hint: Option<String>,
        source: &Source,
        faults: &mut Faults,
    ) -> bool {
        let Some((file, earlier)) = self.0.get(id) else {
            self.0.insert(id.to_owned(), (source.relative.clone(), span));
            return true;
        };
        if *file == source.relative {
            let message = format!("a second {what} `{id}`");
            let first = (earlier.clone(), "the first");
            let hint = hint.or_else(|| Some("choose another id".to_owned()));
            faults.add_related(source, "duplicate-id", span, message, first, hint);
        } else {
            let message = format!("a second {what} `{id}`; the first stands in {file}");
            let hint = hint.or_else(|| Some("what is included cannot be replaced: choose another id".to_owned()));
            faults.add(source, "duplicate-id", span, message, hint);
        }
        false
    }
}

/// What an id may be made of.
#[derive(Clone, Copy)]
pub(super) enum IdKind {
    /// A name in SQL and paths.
    Name,
    /// The same with `-`.
    Code,
}

impl IdKind {
    pub(super) fn allows(self, id: &str) -> bool {
        let dash = matches!(self, IdKind::Code);
        id.starts_with(|c: char| c.is_ascii_lowercase())
            && id
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || dash && c == '-')
    }

    pub(super) fn hint(self) -> &'static str {
        match self {
            IdKind::Name => "lower-case letters, digits and `_`, beginning with a letter",
            IdKind::Code => "lower-case letters, digits, `_` and `-`, beginning with a letter",
        }
    }
}

/// The title, else the id.
pub(super) fn title_or(title: Option<&Text>, id: &str) -> Text {
    title
        .filter(|t| !t.is_empty())
        .cloned()
        .unwrap_or_else(|| Text([("en".to_owned(), id.to_owned())].into()))
}

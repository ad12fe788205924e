//! What was read, with the file in which it stands.

use crate::pipeline::definition::Located;
use crate::pipeline::faults::{Faults, Source};
use crate::pipeline::files::Read;
use crate::pipeline::model::Form;

/// A form and the file it stands in.
pub(super) type SourcedForm<'a> = (Form, &'a Source);

pub(super) fn content<T>(read: Option<&Read<T>>) -> Option<(&Source, &T)> {
    read.and_then(|r| Some((&r.source, r.content.as_ref()?)))
}

/// What several files of one kind say, those that are included first.
pub(super) fn contents<T>(files: &[Read<T>]) -> impl Iterator<Item = (&Source, &T)> {
    files.iter().filter_map(|read| content(Some(read)))
}

/// Index of the form of this id; a fault when there is none.
pub(super) fn form_index(
    id: &Located<String>,
    forms: &[SourcedForm<'_>],
    source: &Source,
    faults: &mut Faults,
) -> Option<usize> {
    let found = forms
        .iter()
        .position(|(form, _)| form.id == **id)
        .filter(|_| !faults.is_broken(id));
    // Without any form, that alone is the fault.
    if found.is_none() && !forms.is_empty() {
        faults.unknown(
            source,
            "unknown-form",
            id,
            "form",
            forms.iter().map(|(form, _)| form.id.as_str()),
        );
    }
    found
}

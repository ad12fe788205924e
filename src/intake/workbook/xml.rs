//! Attributes and characters of XML, as the parts of workbooks have them.

use std::borrow::Cow;

use quick_xml::XmlVersion;
use quick_xml::events::{BytesRef, BytesStart};

/// The value of an attribute by its name as written; None: there is none, or it cannot be read. Of several of a name, the first.
pub(super) fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let [value] = attributes(tag, [name]);
    value.map(Cow::into_owned)
}

/// The values of several attributes, found in one pass: a sheet has millions of cells.
pub(super) fn attributes<'t, const N: usize>(tag: &'t BytesStart<'_>, names: [&str; N]) -> [Option<Cow<'t, str>>; N] {
    let mut values = [const { None }; N];
    let mut met = [false; N];
    // Names are compared with those that are wanted, not with each other.
    for attribute in tag.attributes().with_checks(false).flatten() {
        let name = attribute.key.as_ref();
        let Some(at) = (0..N).find(|at| names[*at] == name && !met[*at]) else {
            continue;
        };
        met[at] = true;
        values[at] = attribute.normalized_value(XmlVersion::Implicit1_0).ok();
    }
    values
}

/// The character that `&lt;` or `&#60;` stands for; None: an entity that XML does not define.
pub(super) fn character(name: &BytesRef<'_>) -> Option<char> {
    match &*name.xml10_content() {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => name.resolve_char_ref().ok().flatten(),
    }
}

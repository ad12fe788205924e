//! The XML of a zipped workbook, as it was unpacked to be checked: whoever reads it next need not unpack it again.

use std::collections::HashMap;

/// Bytes that are kept of one workbook. What is larger is unpacked again piece by piece.
const MOST: usize = 64 << 20;
/// Bytes for which room is made at once.
const BELIEVED: u64 = 1 << 20;

/// Parts by their names in small letters.
#[derive(Debug, Default)]
pub(super) struct Unpacked {
    parts: HashMap<String, Vec<u8>>,
    bytes: usize,
    /// Something is not here, or more than once: a part that is not found may be in the zip.
    is_partial: bool,
}

impl Unpacked {
    /// Begins a part, which says that it has so many bytes; None: it is not kept.
    pub(super) fn begin(&self, name: &str, stated: u64) -> Option<Vec<u8>> {
        let room = stated.min(BELIEVED) as usize;
        is_kept(name).then(|| Vec::with_capacity(room))
    }

    /// The part under way with its next piece; None: it is no longer kept.
    pub(super) fn extend(&mut self, part: Option<Vec<u8>>, piece: &[u8]) -> Option<Vec<u8>> {
        let mut part = part?;
        if self.bytes + piece.len() > MOST {
            self.bytes -= part.len();
            self.is_partial = true;
            return None;
        }
        self.bytes += piece.len();
        part.extend_from_slice(piece);
        Some(part)
    }

    pub(super) fn end(&mut self, name: String, part: Option<Vec<u8>>) {
        // Another reader takes it for a slash.
        self.is_partial |= name.contains('\\');
        if let Some(part) = part {
            self.is_partial |= self.parts.insert(name, part).is_some();
        }
    }

    /// Notes that a part could not be unpacked.
    pub(super) fn miss(&mut self) {
        self.is_partial = true;
    }

    /// Whether every part that is kept by its name is here.
    pub(super) fn is_whole(&self) -> bool {
        !self.is_partial
    }

    /// A part by its path, whatever its case.
    pub(super) fn get(&self, path: &str) -> Option<&[u8]> {
        self.parts.get(&path.to_ascii_lowercase()).map(Vec::as_slice)
    }
}

/// Whether parts of such a name, in small letters, are kept.
pub(super) fn is_kept(name: &str) -> bool {
    name.ends_with(".xml") || name.ends_with(".rels")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn add(unpacked: &mut Unpacked, name: &str, pieces: &[&[u8]]) {
        let begun = unpacked.begin(name, u64::MAX);
        let part = pieces.iter().fold(begun, |part, piece| unpacked.extend(part, piece));
        unpacked.end(name.to_owned(), part);
    }

    #[test]
    fn only_xml_is_kept() {
        let mut unpacked = Unpacked::default();
        add(&mut unpacked, "xl/a.xml", &[b"<a>", b"</a>"]);
        add(&mut unpacked, "xl/media/b.png", &[b"b"]);
        assert_eq!(unpacked.get("XL/A.xml"), Some(&b"<a></a>"[..]));
        assert_eq!(unpacked.get("xl/media/b.png"), None);
        assert!(unpacked.is_whole());
        add(&mut unpacked, "xl/a.xml", &[b"<b/>"]);
        assert!(!unpacked.is_whole());
    }

    #[test]
    fn what_is_too_large_is_not_kept() {
        let mut unpacked = Unpacked::default();
        add(&mut unpacked, "a.xml", &[&vec![b' '; MOST], b" "]);
        assert!(!unpacked.is_whole() && unpacked.get("a.xml").is_none());
        add(&mut unpacked, "b.xml", &[b"<b/>"]);
        assert_eq!(unpacked.get("b.xml"), Some(&b"<b/>"[..]));
    }
}

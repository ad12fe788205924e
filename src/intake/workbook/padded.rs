//! Blanks around the values of cells in the XML of a workbook: `<v> 2037 </v>`. Spreadsheet programs ignore them around a number; the
//! library that reads the workbook takes the file for damaged.

use std::io::{Cursor, Read, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// Parts with the cells of a sheet.
const SHEETS: &str = "xl/worksheets/";

/// The same workbook without such blanks; None: it cannot be unpacked. Its parts must keep the limits: each sheet is unpacked as a whole.
pub(super) fn without_padding(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).ok()?;
    let mut mended = ZipWriter::new(Cursor::new(Vec::new()));
    for at in 0..archive.len() {
        let mut entry = archive.by_index(at).ok()?;
        let name = entry.name().ok()?.into_owned();
        if !name.to_ascii_lowercase().starts_with(SHEETS) {
            mended.raw_copy_file(entry).ok()?;
            continue;
        }
        let mut part = Vec::new();
        entry.read_to_end(&mut part).ok()?;
        drop(entry);
        let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        mended.start_file(name, stored).ok()?;
        mended.write_all(&trimmed(&part)).ok()?;
    }
    Some(mended.finish().ok()?.into_inner())
}

/// The XML of a sheet with the values of its cells trimmed, but for texts.
fn trimmed(part: &[u8]) -> Vec<u8> {
    let mut mended = Vec::with_capacity(part.len());
    let mut is_text = false;
    // What follows each `<`, up to the next.
    for (at, piece) in part.split(|byte| *byte == b'<').enumerate() {
        if at > 0 {
            mended.push(b'<');
        }
        let name = local_name(piece);
        if name == b"c" {
            is_text = [&b"t=\"str\""[..], b"t='str'"].iter().any(|kind| has(piece, kind));
        }
        match piece.iter().position(|byte| *byte == b'>') {
            Some(end) if name == b"v" && !is_text => {
                let (tag, value) = piece.split_at(end + 1);
                mended.extend_from_slice(tag);
                mended.extend_from_slice(value.trim_ascii());
            }
            _ => mended.extend_from_slice(piece),
        }
    }
    mended
}

/// The name of an element at whose `<` a piece begins, without its prefix.
fn local_name(piece: &[u8]) -> &[u8] {
    let is_end = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'/');
    let name = &piece[..piece.iter().position(is_end).unwrap_or(piece.len())];
    name.rsplit(|byte| *byte == b':').next().unwrap_or(name)
}

fn has(piece: &[u8], wanted: &[u8]) -> bool {
    piece.windows(wanted.len()).any(|part| part == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_cells_are_trimmed_but_for_texts() {
        for (part, expected) in [
            ("<c><v> 2037 </v></c>", "<c><v>2037</v></c>"),
            (
                "<x:c r=\"A1\"><x:v>\n7\t</x:v>\n</x:c>",
                "<x:c r=\"A1\"><x:v>7</x:v>\n</x:c>",
            ),
            (
                "<c t=\"s\"><v xml:space=\"preserve\"> 0 </v></c>",
                "<c t=\"s\"><v xml:space=\"preserve\">0</v></c>",
            ),
            (
                "<c t=\"str\"><v> a b </v></c><c><v> 1</v></c>",
                "<c t=\"str\"><v> a b </v></c><c><v>1</v></c>",
            ),
            (
                "<c><f> A1 </f><v/></c> <is><t> a </t></is>",
                "<c><f> A1 </f><v/></c> <is><t> a </t></is>",
            ),
            ("", ""),
        ] {
            assert_eq!(String::from_utf8(trimmed(part.as_bytes())).unwrap(), expected);
        }
    }
}

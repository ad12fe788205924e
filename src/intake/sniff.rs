//! Which format a file's content is, whatever its name says.

use super::archive;
use super::fault::Fault;

/// How a file's bytes are to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Xlsx,
    Xls,
    Ods,
    /// Characters of some encoding.
    Text,
}

/// First bytes of content that is no table, and what it is called.
const FOREIGN: [(&[u8], &str); 17] = [
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xFF\xD8\xFF", "JPEG"),
    (b"GIF8", "GIF"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"Rar!\x1A", "RAR"),
    (b"7z\xBC\xAF\x27\x1C", "7z"),
    (b"\x1F\x8B", "gzip"),
    (b"BZh", "bzip2"),
    (b"\x28\xB5\x2F\xFD", "zstd"),
    (b"\xFD7zXZ", "xz"),
    (b"{\\rtf", "RTF"),
    (b"PAR1", "Parquet"),
    (b"SQLite format 3", "SQLite"),
    (b"\x7FELF", "ELF"),
    (b"MZ\x90", "EXE"),
];

/// First bytes of old workbooks that stand in no compound file: the first record, with its length and version.
const BARE: [&[u8]; 5] = [
    b"\x09\x00\x04\x00",
    b"\x09\x02\x06\x00",
    b"\x09\x04\x06\x00",
    b"\x09\x08\x08\x00",
    b"\x09\x08\x10\x00",
];
/// Bytes in which the head of a web archive is searched.
const HEAD: usize = 4096;
/// Files of an archive that are named, and the longest such name.
const NAMED: usize = 4;
const LONGEST: usize = 80;

const COMPOUND: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";
const ZIP: &[u8] = b"PK\x03\x04";

/// Whether a file is an OLE compound file.
pub(super) fn is_compound(bytes: &[u8]) -> bool {
    bytes.starts_with(COMPOUND)
}

/// Whether a file that begins so may be a workbook in a zip or a compound file.
pub(super) fn may_be_workbook(start: &[u8]) -> bool {
    start.starts_with(ZIP) || start.starts_with(COMPOUND)
}

/// Bytes that decide the format.
pub(super) const START: usize = COMPOUND.len();

pub(super) fn sniff(bytes: &[u8]) -> Result<Kind, Fault> {
    if bytes.is_empty() {
        return Err(Fault::Empty);
    }
    if bytes.starts_with(ZIP) {
        return zip(bytes);
    }
    if bytes.starts_with(COMPOUND) {
        return compound(bytes);
    }
    if is_web_archive(bytes) {
        return Err(Fault::ForeignWorkbook("MHTML"));
    }
    if let Some(name) = interchange(bytes) {
        return Err(Fault::ForeignWorkbook(name));
    }
    if BARE.iter().any(|start| bytes.starts_with(start)) {
        return Err(Fault::ForeignWorkbook("bare BIFF"));
    }
    match FOREIGN.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        Some((_, name)) => Err(Fault::Foreign((*name).to_owned())),
        None => Ok(Kind::Text),
    }
}

/// A sheet in one of the old formats of plain text for exchange. A table may have a column `ID` and another `P…` behind it, so the
/// second line is looked at, too.
fn interchange(bytes: &[u8]) -> Option<&'static str> {
    if !bytes.starts_with(b"ID;P") && !bytes.starts_with(b"TABLE") {
        return None;
    }
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(HEAD)]);
    let mut lines = head.lines().map(str::trim_end);
    let (first, second) = (lines.next()?, lines.next()?);
    let records = [
        "C;X", "C;Y", "C;K", "B;X", "B;Y", "P;P", "P;F", "P;E", "F;P", "F;D", "F;W", "F;M", "F;S", "O;", "NN;", "NU;",
    ];
    if first.starts_with("ID;P") && records.iter().any(|start| second.starts_with(start)) {
        return Some("SYLK");
    }
    (first == "TABLE" && second == "0,1").then_some("DIF")
}

fn zip(bytes: &[u8]) -> Result<Kind, Fault> {
    let Some(directory) = archive::directory(bytes) else {
        return Err(Fault::Unreadable("zip directory".to_owned()));
    };
    let has = |start: &str| {
        directory
            .names
            .iter()
            .any(|name| name.to_ascii_lowercase().starts_with(start))
    };
    let spreadsheet = b"opendocument.spreadsheet";
    let head = &bytes[..bytes.len().min(256)];
    if has("index/document.iwa") || has("index.zip") {
        Err(Fault::ForeignWorkbook("Numbers"))
    } else if has("xl/workbook.bin") {
        Err(Fault::ForeignWorkbook("XLSB"))
    } else if directory.encrypted {
        Err(Fault::Encrypted)
    } else if has("xl/") {
        Ok(Kind::Xlsx)
    } else if has("content.xml") && head.windows(spreadsheet.len()).any(|part| part == spreadsheet) {
        Ok(Kind::Ods)
    } else {
        let known = [("word/", "DOCX"), ("ppt/", "PPTX"), ("content.xml", "OpenDocument")];
        let name = known.iter().find(|(start, _)| has(start));
        Err(Fault::Foreign(name.map_or_else(
            || packed(&directory.names),
            |(_, name)| (*name).to_owned(),
        )))
    }
}

/// An archive, with the first files that it holds.
fn packed(names: &[String]) -> String {
    let files: Vec<&str> = names
        .iter()
        .map(String::as_str)
        .filter(|name| !name.ends_with('/') && name.len() <= LONGEST)
        .collect();
    if files.is_empty() {
        return "ZIP".to_owned();
    }
    let more = if files.len() > NAMED { " …" } else { "" };
    format!("ZIP with {}{more}", files[..files.len().min(NAMED)].join(", "))
}

/// A page with all that belongs to it in one file, as browsers and spreadsheet programs save it.
fn is_web_archive(bytes: &[u8]) -> bool {
    let bare = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if !bare
        .trim_ascii_start()
        .first()
        .is_some_and(|byte| b"mMfF".contains(byte))
    {
        return false;
    }
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(HEAD)]).to_ascii_lowercase();
    let starts = ["mime-version:", "from: <", "from: \"saved by"];
    let head = head.trim_start_matches('\u{feff}').trim_start();
    starts.iter().any(|start| head.starts_with(start)) && head.contains("content-type: multipart/")
}

/// An OLE compound file: an old workbook, an encrypted new one, or another program's document.
fn compound(bytes: &[u8]) -> Result<Kind, Fault> {
    if has_stream(bytes, "EncryptedPackage") {
        Err(Fault::Encrypted)
    } else if has_stream(bytes, "Workbook") || has_stream(bytes, "Book") {
        Ok(Kind::Xls)
    } else if has_stream(bytes, "Root Entry") {
        let name = if has_stream(bytes, "WordDocument") {
            "DOC"
        } else {
            "OLE"
        };
        Err(Fault::Foreign(name.to_owned()))
    } else {
        Err(Fault::Unreadable("compound file directory".to_owned()))
    }
}

/// Whether a directory entry of that name exists: entries are 128 bytes, aligned, and begin with their name in UTF-16.
fn has_stream(bytes: &[u8], name: &str) -> bool {
    let wide: Vec<u8> = name.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect();
    bytes.chunks_exact(128).any(|entry| entry.starts_with(&wide))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_decides() {
        for (bytes, expected) in [
            (&b""[..], Err(Fault::Empty)),
            (b"%PDF-1.7", Err(Fault::Foreign("PDF".into()))),
            (b"\x89PNG\r\n", Err(Fault::Foreign("PNG".into()))),
            (b"{\\rtf1", Err(Fault::Foreign("RTF".into()))),
            (b"PK\x03\x04cut off", Err(Fault::Unreadable("zip directory".into()))),
            (
                b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n",
                Err(Fault::ForeignWorkbook("MHTML")),
            ),
            (b"MIME-Version: 1.0,b\n1,2\n", Ok(Kind::Text)),
            (b"\x09\x08\x08\0\0\x05", Err(Fault::ForeignWorkbook("bare BIFF"))),
            (b"\t\t1\n", Ok(Kind::Text)),
            (b"a,b\n1,2\n", Ok(Kind::Text)),
            (
                b"ID;PCALCOOO32\r\nC;X1;Y1;K\"a\"\r\nE\r\n",
                Err(Fault::ForeignWorkbook("SYLK")),
            ),
            (b"ID;PWXL;N;E\nP;PGeneral\n", Err(Fault::ForeignWorkbook("SYLK"))),
            (b"ID;Place\nC1;Arden\n", Ok(Kind::Text)),
            (b"ID;PLACE;N\n1;2;3\n", Ok(Kind::Text)),
            (b"TABLE\r\n0,1\r\n\"Sheet1\"\r\n", Err(Fault::ForeignWorkbook("DIF"))),
            (b"TABLE,n\n0,1\n", Ok(Kind::Text)),
            (b"{\"a\":1}", Ok(Kind::Text)),
        ] {
            assert_eq!(sniff(bytes), expected, "{bytes:?}");
        }
    }
}

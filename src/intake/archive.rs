//! Zipped workbooks, before any library unpacks them. Nothing is believed that the zip says of itself: every entry is
//! unpacked once in small pieces, which are counted, looked at and forgotten.

use std::io::{Cursor, Read};

use memchr::memmem;
use zip::ZipArchive;

use super::fault::Fault;
use super::parts::Part;
use super::unpacked::Unpacked;
use crate::pipeline::Limits;

/// What a zip's own directory says.
#[derive(Debug, Default)]
pub(super) struct Directory {
    pub(super) names: Vec<String>,
    /// An entry needs a password.
    pub(super) encrypted: bool,
}

const LOCAL: &[u8] = b"PK\x03\x04";
const ENTRY: &[u8] = b"PK\x01\x02";
const END: &[u8] = b"PK\x05\x06";
/// Bytes of the end record without its comment, and the longest comment.
const END_BYTES: usize = 22;
const COMMENT_BYTES: usize = 65_535;
/// Entries of a zip: a workbook has some dozens, and a few for each sheet and picture.
const ENTRIES: usize = 10_000;
/// Parts that hold the texts of cells: all of them, those of one sheet, and those of OpenDocument.
const STRINGS: &str = "xl/sharedstrings.xml";
const SHEETS: &str = "xl/worksheets/";
const CONTENT: &str = "content.xml";
/// A file that unpacks to no more is harmless however well it was packed.
const HARMLESS_BYTES: u64 = 16 << 20;
/// Bytes unpacked at a time.
const PIECE: usize = 64 << 10;

/// Reads the directory at the end of a zip; `None` where it is cut off or damaged.
pub(super) fn directory(bytes: &[u8]) -> Option<Directory> {
    let end = end_record(bytes)?;
    let count = u16_at(bytes, end + 10)?;
    let mut at = directory_start(bytes)?;
    let mut directory = Directory::default();
    for _ in 0..count {
        let entry = bytes.get(at..).filter(|rest| rest.starts_with(ENTRY))?;
        let length = |from| u16_at(entry, from).map(usize::from);
        let (name, extra, comment) = (length(28)?, length(30)?, length(32)?);
        directory.encrypted |= u16_at(entry, 8)? & 1 == 1;
        directory
            .names
            .push(String::from_utf8_lossy(entry.get(46..46 + name)?).into_owned());
        at += 46 + name + extra + comment;
    }
    Some(directory)
}

fn end_record(bytes: &[u8]) -> Option<usize> {
    let last = bytes.len().checked_sub(END_BYTES)?;
    (last.saturating_sub(COMMENT_BYTES)..=last)
        .rev()
        .find(|at| bytes[*at..].starts_with(END))
}

fn directory_start(bytes: &[u8]) -> Option<usize> {
    u32_at(bytes, end_record(bytes)? + 16).map(|at| at as usize)
}

/// The same zip with slashes in the names of its entries, where some program wrote backslashes; None: there are none.
pub(super) fn with_slashes(bytes: &[u8]) -> Option<Vec<u8>> {
    if !bytes.starts_with(LOCAL) || !directory(bytes)?.names.iter().any(|name| name.contains('\\')) {
        return None;
    }
    let mut mended = bytes.to_vec();
    let slashes = |name: &mut [u8]| {
        name.iter_mut()
            .filter(|byte| **byte == b'\\')
            .for_each(|byte| *byte = b'/');
    };
    let mut at = directory_start(bytes)?;
    while bytes.get(at..)?.starts_with(ENTRY) {
        let length = |from| u16_at(bytes, at + from).map(usize::from);
        let (name, extra, comment) = (length(28)?, length(30)?, length(32)?);
        let local = u32_at(bytes, at + 42)? as usize;
        slashes(mended.get_mut(at + 46..at + 46 + name)?);
        if bytes.get(local..).is_some_and(|rest| rest.starts_with(LOCAL)) {
            let name = usize::from(u16_at(bytes, local + 26)?);
            slashes(mended.get_mut(local + 30..local + 30 + name)?);
        }
        at += 46 + name + extra + comment;
    }
    Some(mended)
}

/// Whether a file begins as a zip does.
pub(super) fn is_zip(bytes: &[u8]) -> bool {
    bytes.starts_with(LOCAL)
}

/// Whether a text stands in what the cells of a zipped workbook hold, as far as that keeps the limits. Only a first look: a
/// workbook of which no cell can be read says nothing here, and whoever reads it finds out why.
pub(super) fn mentions(bytes: &[u8], text: &str, limits: &Limits) -> bool {
    let Some(directory) = directory(bytes).filter(|directory| directory.names.len() <= ENTRIES) else {
        return false;
    };
    let Ok(mut archive) = ZipArchive::new(Cursor::new(bytes)) else {
        return false;
    };
    let plain = |name: &str| name.to_ascii_lowercase().replace('\\', "/");
    let has_strings = directory.names.iter().any(|name| plain(name) == STRINGS);
    let holds_cells = |name: &str| match has_strings {
        true => name == STRINGS,
        false => name == CONTENT || name.starts_with(SHEETS),
    };
    let ratio = limits.compression_ratio.saturating_mul(bytes.len() as u64);
    let mut left = limits.unpacked_bytes.min(ratio.max(HARMLESS_BYTES));
    let mut piece = vec![0; PIECE];
    for at in 0..archive.len() {
        let Ok(mut entry) = archive.by_index(at) else { continue };
        if !entry.name().is_ok_and(|name| holds_cells(&plain(&name))) {
            continue;
        }
        // The end of the piece before: the text may lie across two.
        let mut kept = 0;
        while let Ok(length @ 1..) = entry.read(&mut piece[kept..]) {
            let end = kept + length;
            if has(&piece[..end], text.as_bytes()) {
                return true;
            }
            let Some(less) = left.checked_sub(length as u64) else {
                return false;
            };
            left = less;
            kept = end.min(text.len() - 1);
            piece.copy_within(end - kept..end, 0);
        }
    }
    false
}

/// Parts of a zipped workbook that hold what its author says of it: of Excel, and of OpenDocument.
const PROPERTIES: [&str; 2] = ["docprops/custom.xml", "meta.xml"];
/// Bytes of such a part that are looked at.
const PROPERTY_BYTES: u64 = 64 << 10;

/// The property of a zipped workbook that begins with a text, up to the markup behind it.
pub(super) fn property(bytes: &[u8], start: &str) -> Option<String> {
    let directory = directory(bytes).filter(|directory| directory.names.len() <= ENTRIES)?;
    let is_there = |name: &String| PROPERTIES.contains(&name.to_ascii_lowercase().as_str());
    let name = directory.names.iter().find(|name| is_there(name))?;
    let mut archive = ZipArchive::new(Cursor::new(bytes)).ok()?;
    let mut part = Vec::new();
    let entry = archive.by_name(name).ok()?;
    entry.take(PROPERTY_BYTES).read_to_end(&mut part).ok()?;
    let text = String::from_utf8(part).ok()?;
    let (_, behind) = text.split_once(&format!(">{start}"))?;
    let (property, _) = behind.split_once('<')?;
    Some(format!("{start}{property}"))
}

/// Whether bytes stand in others.
pub(super) fn has(bytes: &[u8], wanted: &[u8]) -> bool {
    memmem::find(bytes, wanted).is_some()
}

/// What else than figures and texts a workbook has.
#[derive(Debug, Default)]
pub(super) struct Extras {
    /// Programs and ways out: macros, external links, embedded objects, data connections.
    pub(super) active: Vec<&'static str>,
    /// A formula without a value.
    pub(super) uncomputed: bool,
    /// Something that may be shown beside the values: struck or raised text, hidden rows, merged cells.
    pub(super) marked: bool,
    /// Blanks around the value of a cell.
    pub(super) padded: bool,
    pub(super) unpacked: Unpacked,
}

/// Beginnings of the names of parts that could do something, and what they are.
const ACTIVE: [(&str, &str); 8] = [
    ("xl/vbaproject.bin", "macros"),
    ("xl/macrosheets/", "macros"),
    ("basic/", "macros"),
    ("scripts/", "macros"),
    ("xl/externallinks/", "external links"),
    ("xl/embeddings/", "embedded objects"),
    ("xl/activex/", "embedded objects"),
    ("xl/connections.xml", "data connections"),
];

/// Whether a zip may be given to a library: what it unpacks to keeps the limits, and no part of it is made to grow while it
/// is read.
pub(super) fn check(bytes: &[u8], limits: &Limits) -> Result<Extras, Fault> {
    // Counted in the bytes: the library that will read the directory may find another one than we do.
    let entries = memmem::find_iter(bytes, ENTRY).count();
    if entries > ENTRIES {
        return Err(Fault::too_large(entries as u64, ENTRIES as u64, "zip entries"));
    }
    let damaged = |_| Fault::Unreadable("zip directory".to_owned());
    // One program reads the first of two, another the last.
    let named = directory(bytes).map_or_else(Vec::new, |directory| directory.names);
    let mut names: Vec<String> = named.iter().map(|name| name.to_ascii_lowercase()).collect();
    names.sort_unstable();
    if names
        .windows(2)
        .any(|pair| pair[0] == pair[1] && pair[0].ends_with(".xml"))
    {
        return Err(Fault::Unreadable("two parts of one name".to_owned()));
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
    let ratio = limits.compression_ratio.saturating_mul(bytes.len() as u64);
    let most = limits.unpacked_bytes.min(ratio.max(HARMLESS_BYTES));
    let mut left = most;
    let mut piece = vec![0; PIECE];
    let mut extras = Extras::default();
    for at in 0..archive.len() {
        // An entry that cannot be opened is no danger; where it is needed, the library says what is wrong with it.
        let Ok(mut entry) = archive.by_index(at) else {
            extras.unpacked.miss();
            continue;
        };
        let name = entry.name().map_or(String::new(), |name| name.to_ascii_lowercase());
        let active = ACTIVE
            .iter()
            .find(|(start, _)| name.starts_with(start) && !name.ends_with('/'));
        extras.active.extend(active.map(|(_, what)| *what));
        let mut part = Part::new(&name, limits);
        let mut whole = extras.unpacked.begin(&name, entry.size());
        loop {
            let length = match entry.read(&mut piece) {
                Ok(0) => break,
                Ok(length) => length,
                // Its sum is wrong, or it is cut off: whoever reads it to its last cell alone would not notice.
                Err(_) if name.ends_with(".xml") => return Err(Fault::Unreadable(name)),
                Err(_) => {
                    whole = None;
                    extras.unpacked.miss();
                    break;
                }
            };
            left = left
                .checked_sub(length as u64)
                .ok_or_else(|| too_large(most, limits, bytes.len()))?;
            part.take(&piece[..length])?;
            whole = extras.unpacked.extend(whole, &piece[..length]);
        }
        extras.unpacked.end(name, whole);
        extras.uncomputed |= part.uncomputed();
        extras.marked |= part.marked();
        extras.padded |= part.padded();
    }
    extras.active.sort_unstable();
    extras.active.dedup();
    Ok(extras)
}

fn too_large(most: u64, limits: &Limits, packed: usize) -> Fault {
    if most == limits.unpacked_bytes {
        return Fault::TooLarge {
            found: format!("more than {most} bytes unpacked"),
            limit: format!("{most} bytes unpacked"),
        };
    }
    Fault::TooLarge {
        found: format!("more than {most} bytes unpacked from {packed}"),
        limit: format!("{} bytes unpacked for each packed one", limits.compression_ratio),
    }
}

/// A little-endian number at a place.
pub(super) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at.checked_add(2)?)?.try_into().ok()?))
}

/// A little-endian number at a place.
pub(super) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

//! The directory of a zip file: names and sizes, read before any library unpacks it.

/// What a zip's own directory says.
#[derive(Debug, Default)]
pub(super) struct Directory {
    pub(super) names: Vec<String>,
    /// Bytes of all entries when unpacked.
    pub(super) unpacked: u64,
    /// An entry needs a password.
    pub(super) encrypted: bool,
}

const ENTRY: &[u8] = b"PK\x01\x02";
const END: &[u8] = b"PK\x05\x06";
/// Bytes of the end record without its comment, and the longest comment.
const END_BYTES: usize = 22;
const COMMENT_BYTES: usize = 65_535;

/// Reads the directory at the end of a zip; `None` where it is cut off or damaged.
pub(super) fn directory(bytes: &[u8]) -> Option<Directory> {
    let last = bytes.len().checked_sub(END_BYTES)?;
    let end = (last.saturating_sub(COMMENT_BYTES)..=last)
        .rev()
        .find(|at| bytes[*at..].starts_with(END))?;
    let count = u16_at(bytes, end + 10)?;
    let mut at = u32_at(bytes, end + 16)? as usize;
    let mut directory = Directory::default();
    for _ in 0..count {
        let entry = bytes.get(at..).filter(|rest| rest.starts_with(ENTRY))?;
        let length = |from| u16_at(entry, from).map(usize::from);
        let (name, extra, comment) = (length(28)?, length(30)?, length(32)?);
        directory.encrypted |= u16_at(entry, 8)? & 1 == 1;
        directory.unpacked += u64::from(u32_at(entry, 24)?);
        directory
            .names
            .push(String::from_utf8_lossy(entry.get(46..46 + name)?).into_owned());
        at += 46 + name + extra + comment;
    }
    Some(directory)
}

/// A little-endian number at a place.
pub(super) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at.checked_add(2)?)?.try_into().ok()?))
}

/// A little-endian number at a place.
pub(super) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

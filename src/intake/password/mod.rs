//! Workbooks under the password `VelvetSweatshop`. Spreadsheet programs encrypt with it where someone protects a workbook
//! against changes but sets no password to open it, and every program opens such a file without asking. [MS-OFFCRYPTO]

mod hash;
mod old;
mod package;

use super::compound::Compound;

const DEFAULT: &str = "VelvetSweatshop";

/// The workbook in an encrypted compound file; None: it is not encrypted, or has a password of its own.
pub(super) fn decrypted(bytes: &[u8]) -> Option<Vec<u8>> {
    let compound = Compound::new(bytes)?;
    if compound.has("EncryptedPackage") {
        let info = compound.stream(&["EncryptionInfo"])?;
        return package::decrypted(&info, compound.stream(&["EncryptedPackage"])?, &wide(DEFAULT));
    }
    let name = old::NAMES.into_iter().find(|name| compound.has(name))?;
    let stream = old::decrypted(compound.stream(&[name])?, &wide(DEFAULT))?;
    let mut plain = bytes.to_vec();
    let mut rest = stream.as_slice();
    for (from, length) in compound.places(name)? {
        let (part, more) = rest.split_at(length.min(rest.len()));
        plain.get_mut(from..from + part.len())?.copy_from_slice(part);
        rest = more;
    }
    rest.is_empty().then_some(plain)
}

/// A password as it is hashed: UTF-16.
fn wide(password: &str) -> Vec<u8> {
    password.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

#[cfg(test)]
mod tests;

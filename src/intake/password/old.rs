//! Encrypted XLS: records under RC4, each 1024 bytes of the stream with a key of their own. [MS-XLS] 2.2.10 and [MS-OFFCRYPTO] 2.3.6
//! The obfuscation of Excel 95 is not read.

use rc4::{KeyInit, Rc4, StreamCipher};

use super::hash::Hash;
use super::package::Header;
use crate::intake::archive::u16_at;

/// Names of the stream.
pub(super) const NAMES: [&str; 2] = ["Workbook", "Book"];
const FILE_PASS: u16 = 0x002F;
const END: u16 = 0x000A;
const BOUND_SHEET: u16 = 0x0085;
/// Records that are never encrypted: beginnings, the password itself, and what a shared workbook needs.
const PLAIN: [u16; 7] = [0x0809, FILE_PASS, 0x00E1, 0x0194, 0x0195, 0x0196, 0x0138];
const BLOCK: usize = 1024;

/// A key for each block.
enum Keys {
    /// Of the hash of the password: RC4 with 40 bits.
    Plain(Vec<u8>),
    /// Of a key's length in bytes.
    Provider(Vec<u8>, usize),
}

impl Keys {
    fn cipher(&self, block: u32) -> Option<Rc4> {
        let block = block.to_le_bytes();
        let key = match self {
            Keys::Plain(hash) => Hash::Md5.of(&[hash, &block]),
            Keys::Provider(hash, bytes) => {
                let mut key = Hash::Sha1.of(&[hash, &block]);
                key.truncate(*bytes);
                // A short key is filled up.
                key.resize((*bytes).max(16), 0);
                key
            }
        };
        Rc4::new_from_slice(&key).ok()
    }

    /// Whether they are those of the file.
    fn fit(&self, hash: Hash, verifier: &[u8], expected: &[u8]) -> Option<bool> {
        let mut both = [verifier, expected].concat();
        self.cipher(0)?.apply_keystream(&mut both);
        let (verifier, expected) = both.split_at(verifier.len());
        Some(hash.of(&[verifier]) == expected)
    }

    /// From the data of the record that says how a workbook is encrypted.
    fn of(data: &[u8], password: &[u8]) -> Option<Keys> {
        if u16_at(data, 0)? != 1 {
            return None;
        }
        if (u16_at(data, 2)?, u16_at(data, 4)?) == (1, 1) {
            let (salt, verifier, expected) = (data.get(6..22)?, data.get(22..38)?, data.get(38..54)?);
            let first = Hash::Md5.of(&[password]);
            let parts: Vec<&[u8]> = (0..16).flat_map(|_| [&first[..5], salt]).collect();
            let keys = Keys::Plain(Hash::Md5.of(&parts)[..5].to_vec());
            return keys.fit(Hash::Md5, verifier, expected)?.then_some(keys);
        }
        let header = Header::read(data.get(6..)?)?;
        let bits = if header.key_bits == 0 { 40 } else { header.key_bits };
        let hash = Hash::Sha1.of(&[&header.salt, password]);
        let keys = Keys::Provider(hash, (bits as usize / 8).min(20));
        let expected = header.verifier_hash.get(..20)?;
        keys.fit(Hash::Sha1, &header.verifier, expected)?.then_some(keys)
    }
}

/// The stream under a password; None where it is not encrypted, or that is not the one.
pub(super) fn decrypted(mut stream: Vec<u8>, password: &[u8]) -> Option<Vec<u8>> {
    let pass = find(&stream)?;
    let length = usize::from(u16_at(&stream, pass + 2)?);
    let keys = Keys::of(stream.get(pass + 4..pass + 4 + length)?, password)?;
    let mut key = [0; BLOCK];
    let mut of_block = None;
    let mut at = 0;
    while let Some((kind, length)) = u16_at(&stream, at).zip(u16_at(&stream, at + 2)) {
        let data = at + 4;
        let end = (data + usize::from(length)).min(stream.len());
        // Where a sheet begins is needed before anything is read.
        let from = if kind == BOUND_SHEET { (data + 4).min(end) } else { data };
        if !PLAIN.contains(&kind) {
            for place in from..end {
                let block = place / BLOCK;
                if of_block != Some(block) {
                    key = [0; BLOCK];
                    keys.cipher(block as u32)?.apply_keystream(&mut key);
                    of_block = Some(block);
                }
                stream[place] ^= key[place % BLOCK];
            }
        }
        at = end;
    }
    // From here on it is a workbook without a password.
    stream.get_mut(pass + 4..pass + 6)?.fill(0);
    Some(stream)
}

/// Where the record is that says how the workbook is encrypted.
fn find(stream: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        let (kind, length) = (u16_at(stream, at)?, u16_at(stream, at + 2)?);
        match kind {
            FILE_PASS if u16_at(stream, at + 4)? != 0 => return Some(at),
            END => return None,
            _ => at += 4 + usize::from(length),
        }
    }
}

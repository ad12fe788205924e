//! Hash functions that a workbook may name.

use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hash {
    Md5,
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    /// By the name in the description of an encryption.
    pub(super) fn of_name(name: &str) -> Option<Hash> {
        Some(match name.to_ascii_uppercase().replace('-', "").as_str() {
            "MD5" => Hash::Md5,
            "SHA1" => Hash::Sha1,
            "SHA256" => Hash::Sha256,
            "SHA384" => Hash::Sha384,
            "SHA512" => Hash::Sha512,
            _ => return None,
        })
    }

    /// The hash of some parts in a row.
    pub(super) fn of(self, parts: &[&[u8]]) -> Vec<u8> {
        match self {
            Hash::Md5 => hashed::<Md5>(parts),
            Hash::Sha1 => hashed::<Sha1>(parts),
            Hash::Sha256 => hashed::<Sha256>(parts),
            Hash::Sha384 => hashed::<Sha384>(parts),
            Hash::Sha512 => hashed::<Sha512>(parts),
        }
    }

    /// The hash of salt and password, hashed again with a counter so many times.
    pub(super) fn spun(self, salt: &[u8], password: &[u8], times: u32) -> Vec<u8> {
        match self {
            Hash::Md5 => spun::<Md5>(salt, password, times),
            Hash::Sha1 => spun::<Sha1>(salt, password, times),
            Hash::Sha256 => spun::<Sha256>(salt, password, times),
            Hash::Sha384 => spun::<Sha384>(salt, password, times),
            Hash::Sha512 => spun::<Sha512>(salt, password, times),
        }
    }
}

fn hashed<D: Digest>(parts: &[&[u8]]) -> Vec<u8> {
    let mut hash = D::new();
    parts.iter().for_each(|part| hash.update(part));
    hash.finalize().to_vec()
}

fn spun<D: Digest>(salt: &[u8], password: &[u8], times: u32) -> Vec<u8> {
    let mut last = D::new().chain_update(salt).chain_update(password).finalize();
    for turn in 0..times {
        last = D::new().chain_update(turn.to_le_bytes()).chain_update(&last).finalize();
    }
    last.to_vec()
}

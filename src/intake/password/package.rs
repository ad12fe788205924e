//! Encrypted XLSX: a zip within a compound file, under AES. Both ways that spreadsheet programs write are read: agile
//! (Office 2010 and later) and standard (Office 2007). [MS-OFFCRYPTO] 2.3.4

use aes::cipher::{Array, BlockCipherDecrypt, KeyInit};
use aes::{Aes128, Aes192, Aes256};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::hash::Hash;
use crate::intake::archive::{u16_at, u32_at};

/// How often a password may be hashed: ten times what spreadsheet programs write.
const MOST_SPINS: u32 = 1_000_000;
const STANDARD_SPINS: u32 = 50_000;
/// Bytes of the description of an encryption.
const INFO_BYTES: usize = 64 << 10;
/// Bytes of a cipher's block, and of a segment that is encrypted for itself.
const BLOCK: usize = 16;
const SEGMENT: usize = 4096;
/// What the hash of the password is hashed with for each of three purposes.
const VERIFIER: [u8; 8] = [0xFE, 0xA7, 0xD2, 0x76, 0x3B, 0x4B, 0x9E, 0x79];
const VERIFIER_HASH: [u8; 8] = [0xD7, 0xAA, 0x0F, 0x6D, 0x30, 0x61, 0x34, 0x4E];
const KEY: [u8; 8] = [0x14, 0x6E, 0x0B, 0xE7, 0xAB, 0xAC, 0xD0, 0xD6];

/// The package under a password; None where that is not the one, or the encryption is of another kind.
pub(super) fn decrypted(info: &[u8], package: Vec<u8>, password: &[u8]) -> Option<Vec<u8>> {
    if info.len() > INFO_BYTES || package.len() < 8 {
        return None;
    }
    let size = u32_at(&package, 0)? as usize;
    let mut plain = match (u16_at(info, 0)?, u16_at(info, 2)?) {
        (4, 4) => agile(std::str::from_utf8(info.get(8..)?).ok()?, &package[8..], password)?,
        (2..=4, 2) => standard(info, &package[8..], password)?,
        _ => return None,
    };
    plain.truncate(size);
    Some(plain)
}

/// A cipher of the key's length.
enum Cipher {
    Aes128(Box<Aes128>),
    Aes192(Box<Aes192>),
    Aes256(Box<Aes256>),
}

impl Cipher {
    fn new(key: &[u8]) -> Option<Cipher> {
        Some(match key.len() {
            16 => Cipher::Aes128(Box::new(Aes128::new_from_slice(key).ok()?)),
            24 => Cipher::Aes192(Box::new(Aes192::new_from_slice(key).ok()?)),
            32 => Cipher::Aes256(Box::new(Aes256::new_from_slice(key).ok()?)),
            _ => return None,
        })
    }

    fn block(&self, block: &[u8; BLOCK]) -> [u8; BLOCK] {
        let mut block = Array::from(*block);
        match self {
            Cipher::Aes128(cipher) => cipher.decrypt_block(&mut block),
            Cipher::Aes192(cipher) => cipher.decrypt_block(&mut block),
            Cipher::Aes256(cipher) => cipher.decrypt_block(&mut block),
        }
        block.into()
    }

    /// Each block for itself; what is no whole block is left out.
    fn plain(&self, data: &[u8]) -> Vec<u8> {
        let (blocks, _) = data.as_chunks::<BLOCK>();
        blocks.iter().flat_map(|block| self.block(block)).collect()
    }

    /// Each block with the one before.
    fn chained(&self, data: &[u8], start: &[u8; BLOCK]) -> Vec<u8> {
        let (blocks, _) = data.as_chunks::<BLOCK>();
        let before = std::iter::once(start).chain(blocks);
        let plain = blocks.iter().zip(before).flat_map(|(block, before)| {
            let mut plain = self.block(block);
            plain.iter_mut().zip(before).for_each(|(byte, before)| *byte ^= before);
            plain
        });
        plain.collect()
    }
}

/// What an agile encryption says of the package, or of the key.
#[derive(Default)]
struct Description {
    salt: Vec<u8>,
    key_bytes: usize,
    hash: Option<Hash>,
    spins: u32,
    aes: bool,
    verifier: Vec<u8>,
    verifier_hash: Vec<u8>,
    key: Vec<u8>,
}

impl Description {
    fn of(tag: &BytesStart<'_>) -> Description {
        let mut read = Description::default();
        let mut chained = false;
        let mut cipher = false;
        for attribute in tag.attributes().with_checks(false).flatten() {
            let value = attribute.value.trim();
            let bytes = || STANDARD.decode(value).unwrap_or_default();
            match attribute.key.0 {
                "saltValue" => read.salt = bytes(),
                "keyBits" => read.key_bytes = value.parse::<usize>().unwrap_or(0) / 8,
                "hashAlgorithm" => read.hash = Hash::of_name(value),
                "spinCount" => read.spins = value.parse().unwrap_or(u32::MAX),
                "cipherAlgorithm" => cipher = value == "AES",
                "cipherChaining" => chained = value == "ChainingModeCBC",
                "encryptedVerifierHashInput" => read.verifier = bytes(),
                "encryptedVerifierHashValue" => read.verifier_hash = bytes(),
                "encryptedKeyValue" => read.key = bytes(),
                _ => {}
            }
        }
        read.aes = cipher && chained;
        read
    }

    /// The first block of a chain, or a key: a hash cut to a length, or filled up to it.
    fn fitted(hash: &[u8], length: usize) -> Vec<u8> {
        let mut fitted = hash.to_vec();
        fitted.resize(length, 0x36);
        fitted
    }

    fn start(&self, number: Option<u32>) -> Option<[u8; BLOCK]> {
        let start = match number {
            Some(number) => self.hash?.of(&[&self.salt, &number.to_le_bytes()]),
            None => self.salt.clone(),
        };
        Self::fitted(&start, BLOCK).try_into().ok()
    }
}

fn agile(xml: &str, package: &[u8], password: &[u8]) -> Option<Vec<u8>> {
    let (of_package, of_key) = descriptions(xml)?;
    let hash = of_key.hash?;
    if !of_package.aes || !of_key.aes || of_key.spins > MOST_SPINS {
        return None;
    }
    let spun = hash.spun(&of_key.salt, password, of_key.spins);
    let start = of_key.start(None)?;
    let decrypted = |purpose: &[u8], data: &[u8]| {
        let key = Description::fitted(&hash.of(&[&spun, purpose]), of_key.key_bytes);
        Some(Cipher::new(&key)?.chained(data, &start))
    };
    let verifier = decrypted(&VERIFIER, &of_key.verifier)?;
    let expected = hash.of(&[verifier.get(..of_key.salt.len())?]);
    let found = decrypted(&VERIFIER_HASH, &of_key.verifier_hash)?;
    if !found.starts_with(&expected) {
        return None;
    }
    let key = decrypted(&KEY, &of_key.key)?;
    let cipher = Cipher::new(key.get(..of_package.key_bytes)?)?;
    let mut plain = Vec::with_capacity(package.len());
    for (number, segment) in (0_u32..).zip(package.chunks(SEGMENT)) {
        plain.extend(cipher.chained(segment, &of_package.start(Some(number))?));
    }
    Some(plain)
}

fn descriptions(xml: &str) -> Option<(Description, Description)> {
    let mut reader = Reader::from_str(xml);
    let (mut of_package, mut of_key) = (None, None);
    loop {
        match reader.read_event().ok()? {
            Event::Start(tag) | Event::Empty(tag) => match tag.local_name().as_ref() {
                "keyData" => of_package = Some(Description::of(&tag)),
                "encryptedKey" => of_key = of_key.or_else(|| Some(Description::of(&tag))),
                _ => {}
            },
            Event::Eof => return of_package.zip(of_key),
            _ => {}
        }
    }
}

/// What a standard encryption says: of RC4, too.
pub(super) struct Header {
    pub(super) key_bits: u32,
    pub(super) salt: [u8; 16],
    pub(super) verifier: [u8; 16],
    pub(super) verifier_hash: Vec<u8>,
}

impl Header {
    /// From behind the version on.
    pub(super) fn read(info: &[u8]) -> Option<Header> {
        let length = u32_at(info, 4)? as usize;
        let header = info.get(8..8_usize.checked_add(length)?)?;
        let rest = &info[8 + length..];
        Some(Header {
            key_bits: u32_at(header, 16)?,
            salt: rest.get(4..20)?.try_into().ok()?,
            verifier: rest.get(20..36)?.try_into().ok()?,
            verifier_hash: rest.get(40..)?.to_vec(),
        })
    }
}

fn standard(info: &[u8], package: &[u8], password: &[u8]) -> Option<Vec<u8>> {
    let header = Header::read(&info[4..])?;
    let spun = Hash::Sha1.spun(&header.salt, password, STANDARD_SPINS);
    let last = Hash::Sha1.of(&[&spun, &0_u32.to_le_bytes()]);
    let half = |filler: u8| {
        let mut block = [filler; 64];
        block.iter_mut().zip(&last).for_each(|(byte, hash)| *byte ^= hash);
        Hash::Sha1.of(&[&block])
    };
    let key = [half(0x36), half(0x5C)].concat();
    let cipher = Cipher::new(key.get(..header.key_bits as usize / 8)?)?;
    let expected = Hash::Sha1.of(&[&cipher.plain(&header.verifier)]);
    let found = cipher.plain(header.verifier_hash.get(..32)?);
    found.starts_with(&expected).then(|| cipher.plain(package))
}

//! Keys of signatures: Ed25519, in the PEM files that `openssl genpkey` and `openssl pkey -pubout` write.

use std::fmt;
use std::fs::File;
use std::io::Read;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use sha2::{Digest, Sha256};

use crate::domain::hex;

/// Bytes that are read of a file: a key has some hundred.
const LONGEST: u64 = 64 << 10;

/// What stands before the 32 bytes of a public key: its algorithm, and the length of what follows.
const PUBLIC: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

/// Algorithms by their identifiers, which stand at the beginning of a key.
const ALGORITHMS: [(&str, &[u8]); 7] = [
    (ED25519_NAME, &[0x06, 0x03, 0x2b, 0x65, 0x70]),
    ("Ed448", &[0x06, 0x03, 0x2b, 0x65, 0x71]),
    ("X25519", &[0x06, 0x03, 0x2b, 0x65, 0x6e]),
    ("X448", &[0x06, 0x03, 0x2b, 0x65, 0x6f]),
    (
        "RSA",
        &[0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01],
    ),
    ("EC", &[0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01]),
    ("DSA", &[0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x38, 0x04, 0x01]),
];
const ED25519_NAME: &str = "Ed25519";

/// Bytes of a key within which its algorithm stands.
const HEAD: usize = 32;

/// A key that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{} cannot be used as a key: {fault}", path.display())]
pub struct KeyError {
    /// The file.
    pub path: PathBuf,
    /// What is wrong with it.
    pub fault: KeyFault,
}

/// What is wrong with a key.
#[derive(Debug, thiserror::Error)]
pub enum KeyFault {
    /// The file cannot be read.
    #[error("it cannot be read: {0}")]
    Unreadable(std::io::Error),
    /// There is no key in it.
    #[error("there is no key in PEM format in it")]
    NoPem,
    /// A passphrase protects it.
    #[error("it is encrypted")]
    Encrypted,
    /// It is one of OpenSSH's own format.
    #[error("it has the format of OpenSSH")]
    OpenSsh,
    /// It is private where a public one is needed.
    #[error("it is a private key, and a public one is needed")]
    Private,
    /// It is public where a private one is needed.
    #[error("it is a public key, and a private one is needed")]
    Public,
    /// It is of another algorithm.
    #[error("it is of the algorithm {0}, and not of Ed25519")]
    Algorithm(&'static str),
    /// A part of it is missing or changed.
    #[error("it is damaged")]
    Damaged,
}

/// The private key that signs.
pub struct SigningKey {
    pair: Ed25519KeyPair,
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "SigningKey({})", self.public().id())
    }
}

impl SigningKey {
    /// Of a PEM file. One that every user of the machine can read is told of.
    ///
    /// # Errors
    /// When it cannot be read, or has no private key of Ed25519.
    pub fn read(path: &Path) -> Result<SigningKey, KeyError> {
        let (text, mode) = contents(path)?;
        let pair = private(&text).map_err(failed(path))?;
        if mode & 0o007 != 0 {
            tracing::warn!(
                path = %path.display(),
                "everyone on this machine can read or change the key that signs releases; chmod o= takes that away"
            );
        }
        Ok(SigningKey { pair })
    }

    /// The signature of a text: 64 bytes, the same each time.
    pub fn sign(&self, text: &[u8]) -> Vec<u8> {
        self.pair.sign(text).as_ref().to_vec()
    }

    /// The key that verifies what this one signs.
    pub fn public(&self) -> PublicKey {
        let bytes = self.pair.public_key().as_ref();
        PublicKey(bytes.try_into().expect("a public key of Ed25519 has 32 bytes"))
    }
}

/// The public key that verifies a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublicKey([u8; 32]);

impl PublicKey {
    /// Of a PEM file.
    ///
    /// # Errors
    /// When it cannot be read, or has no public key of Ed25519.
    pub fn read(path: &Path) -> Result<PublicKey, KeyError> {
        let (text, _) = contents(path)?;
        public(&text).map_err(failed(path))
    }

    /// Whether a signature is that of a text.
    pub fn verifies(&self, text: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&ED25519, &self.0)
            .verify(text, signature)
            .is_ok()
    }

    /// By what people name it: sha256 of `openssl pkey -pubin -in KEY -outform DER`.
    pub fn id(&self) -> String {
        hex(&Sha256::new().chain_update(PUBLIC).chain_update(self.0).finalize())
    }
}

fn failed(path: &Path) -> impl Fn(KeyFault) -> KeyError + '_ {
    |fault| KeyError {
        path: path.to_owned(),
        fault,
    }
}

/// The text of a file, and who may do what with it.
fn contents(path: &Path) -> Result<(String, u32), KeyError> {
    let read = || {
        let file = File::open(path)?;
        let mode = file.metadata()?.mode();
        let mut bytes = Vec::new();
        file.take(LONGEST).read_to_end(&mut bytes)?;
        Ok((String::from_utf8_lossy(&bytes).into_owned(), mode))
    };
    read().map_err(|error| failed(path)(KeyFault::Unreadable(error)))
}

fn private(text: &str) -> Result<Ed25519KeyPair, KeyFault> {
    let (label, body) = block(text)?;
    match label {
        "PRIVATE KEY" => {}
        "PUBLIC KEY" => return Err(KeyFault::Public),
        other => return Err(foreign(other)),
    }
    let der = decoded(&body)?;
    match algorithm(&der) {
        Some(ED25519_NAME) => Ed25519KeyPair::from_pkcs8_maybe_unchecked(&der).map_err(|_| KeyFault::Damaged),
        Some(other) => Err(KeyFault::Algorithm(other)),
        None => Err(KeyFault::Damaged),
    }
}

fn public(text: &str) -> Result<PublicKey, KeyFault> {
    let (label, body) = block(text)?;
    match label {
        "PUBLIC KEY" => {}
        "PRIVATE KEY" | "ENCRYPTED PRIVATE KEY" => return Err(KeyFault::Private),
        other => return Err(foreign(other)),
    }
    let der = decoded(&body)?;
    match algorithm(&der) {
        Some(ED25519_NAME) => {
            let bytes = der.strip_prefix(&PUBLIC).and_then(|bytes| bytes.try_into().ok());
            bytes.map(PublicKey).ok_or(KeyFault::Damaged)
        }
        Some(other) => Err(KeyFault::Algorithm(other)),
        None => Err(KeyFault::Damaged),
    }
}

/// What a block is that is neither a private nor a public key of any algorithm.
fn foreign(label: &str) -> KeyFault {
    match label.split(' ').next() {
        Some("RSA") => KeyFault::Algorithm("RSA"),
        Some("EC") => KeyFault::Algorithm("EC"),
        Some("DSA") => KeyFault::Algorithm("DSA"),
        Some("ENCRYPTED") => KeyFault::Encrypted,
        Some("OPENSSH") => KeyFault::OpenSsh,
        _ => KeyFault::NoPem,
    }
}

/// Label and content of the first block of a PEM file.
fn block(text: &str) -> Result<(&str, String), KeyFault> {
    let (_, rest) = text.split_once("-----BEGIN ").ok_or(KeyFault::NoPem)?;
    let (label, rest) = rest.split_once("-----").ok_or(KeyFault::NoPem)?;
    let end = format!("-----END {label}-----");
    let (body, _) = rest.split_once(&end).ok_or(KeyFault::Damaged)?;
    Ok((label, body.split_whitespace().collect()))
}

fn decoded(body: &str) -> Result<Vec<u8>, KeyFault> {
    STANDARD.decode(body).map_err(|_| KeyFault::Damaged)
}

/// The algorithm that a key names.
fn algorithm(der: &[u8]) -> Option<&'static str> {
    let head = &der[..der.len().min(HEAD)];
    let names = |id: &[u8]| head.windows(id.len()).any(|part| part == id);
    let found = ALGORITHMS.iter().find(|(_, id)| names(id));
    found.map(|(name, _)| *name)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Of RFC 8032, 7.1, test 1, as `openssl pkey` writes it.
    pub(in crate::release) const PRIVATE: &str = "-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g
-----END PRIVATE KEY-----
";
    const PUBLIC: &str = "-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=
-----END PUBLIC KEY-----
";
    const RSA: &str = "-----BEGIN PUBLIC KEY-----
MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAKj34GkxFhD90vcNLYLInFEX6Ppy1tPf
9Cnzj4p4WGeKLs1Pt8QuKUpRKfFLfRYC9AIKjbJTWit+CqvjWYzvQwECAwEAAQ==
-----END PUBLIC KEY-----
";

    pub(in crate::release) fn key() -> SigningKey {
        SigningKey {
            pair: private(PRIVATE).unwrap(),
        }
    }

    #[test]
    fn a_signature_is_that_of_the_standard() {
        let signature = key().sign(b"");
        assert!(hex(&signature).starts_with("e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"));
        let public = public(PUBLIC).unwrap();
        assert_eq!(key().public(), public);
        assert!(public.verifies(b"", &signature));
        assert!(!public.verifies(b"x", &signature));
        assert!(!public.verifies(b"", &signature[..63]));
        assert!(!format!("{:?}", key()).contains("9d61"), "{:?}", key());
    }

    #[test]
    fn a_key_may_have_other_line_ends_and_words_before_it() {
        let windows = format!("a note\r\n{}", PRIVATE.replace('\n', "\r\n"));
        assert!(private(&windows).is_ok());
    }

    #[test]
    fn what_is_wrong_with_a_key_is_told() {
        let fault =
            |text: &str| [private(text).err(), public(text).err()].map(|fault| fault.map(|fault| fault.to_string()));
        let damaged = [Some(KeyFault::Damaged.to_string()), Some(KeyFault::Damaged.to_string())];
        let said = |private: KeyFault, public: KeyFault| [Some(private.to_string()), Some(public.to_string())];
        assert_eq!(fault(PRIVATE), [None, Some(KeyFault::Private.to_string())]);
        assert_eq!(fault(PUBLIC), [Some(KeyFault::Public.to_string()), None]);
        assert_eq!(fault(""), said(KeyFault::NoPem, KeyFault::NoPem));
        let cut = |key: &str| key.lines().next().unwrap().to_owned();
        assert_eq!(fault(&cut(PRIVATE)), damaged);
        let one = |key: &str, from: &str, to: &str| key.replacen(from, to, 1);
        assert_eq!(fault(&one(PRIVATE, "MC4C", "!"))[0], damaged[0]);
        assert_eq!(fault(&one(PRIVATE, "J1hsZ3v", ""))[0], damaged[0]);
        assert_eq!(fault(&one(PUBLIC, "11qY", ""))[1], damaged[1]);
        let named = |label: &str| format!("-----BEGIN {label}-----\nMC4C\n-----END {label}-----\n");
        for (label, private, public) in [
            (
                "RSA PRIVATE KEY",
                KeyFault::Algorithm("RSA"),
                KeyFault::Algorithm("RSA"),
            ),
            ("EC PARAMETERS", KeyFault::Algorithm("EC"), KeyFault::Algorithm("EC")),
            ("ENCRYPTED PRIVATE KEY", KeyFault::Encrypted, KeyFault::Private),
            ("OPENSSH PRIVATE KEY", KeyFault::OpenSsh, KeyFault::OpenSsh),
            ("CERTIFICATE", KeyFault::NoPem, KeyFault::NoPem),
        ] {
            assert_eq!(fault(&named(label)), said(private, public), "{label}");
        }
        assert_eq!(fault(RSA)[1], Some(KeyFault::Algorithm("RSA").to_string()));
    }
}

//! Addresses of folders in object stores, and where their working copies lie.

use std::fmt;
use std::path::{Path, PathBuf};

use object_store::ObjectStoreScheme;
use sha2::{Digest, Sha256};
use url::Url;

use super::error::Error;
use crate::domain::{STORES, hex, is_address, meant_address};

/// Hexadecimal digits of the name of a working copy.
const NAME: usize = 16;

/// The address of a folder in an object store: `s3://bucket/published`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    url: Url,
    /// As it was written, without a slash at its end.
    text: String,
}

/// Where a folder is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// On this machine.
    Folder(PathBuf),
    /// In an object store.
    Store(Address),
}

impl Place {
    /// What an argument or a definition means: `s3://…` is an address, `file:///…` a folder, anything else a path.
    ///
    /// # Errors
    /// When it looks like an address and is none.
    pub fn of(given: &Path) -> Result<Place, Error> {
        if let Some(meant) = given.to_str().and_then(meant_address) {
            let given = given.display().to_string();
            return Err(Error::NearAddress { given, meant });
        }
        let Some(text) = given.to_str().filter(|text| is_address(text)) else {
            return Ok(Place::Folder(given.to_owned()));
        };
        let refused = |reason: &'static str| Error::NoAddress {
            given: text.to_owned(),
            reason,
        };
        let url = Url::parse(text).map_err(|_| refused("it is no URL"))?;
        if url.scheme() == "file" {
            let folder = url
                .to_file_path()
                .map_err(|()| refused("a file URL has no host: file:///folder"))?;
            return Ok(Place::Folder(folder));
        }
        if !STORES.contains(&url.scheme()) {
            return Err(refused("its scheme is none of s3, gs, az, abfs, abfss, file"));
        }
        if url.host_str().is_none_or(str::is_empty) {
            return Err(refused("it names no bucket or container"));
        }
        // A container of Azure stands where others have a user.
        let is_user = !url.username().is_empty() && !matches!(url.scheme(), "abfs" | "abfss");
        if is_user || url.password().is_some() || url.query().is_some() || url.fragment().is_some() {
            return Err(refused("credentials and options belong in the environment"));
        }
        let text = text.trim_end_matches('/').to_owned();
        Ok(Place::Store(Address { url, text }))
    }
}

impl Address {
    /// Whether it is the other address, or lies below it.
    pub fn lies_in(&self, other: &Address) -> bool {
        let parsed = |address: &Address| ObjectStoreScheme::parse(&address.url).ok();
        let (Some((kind, path)), Some((of_other, folder))) = (parsed(self), parsed(other)) else {
            return false;
        };
        let bucket = |address: &Address| {
            (
                address.url.username().to_owned(),
                address.url.host_str().map(str::to_owned),
            )
        };
        kind == of_other && bucket(self) == bucket(other) && path.prefix_matches(&folder)
    }

    pub(super) fn url(&self) -> &Url {
        &self.url
    }

    /// The folder on this machine in which its working copies lie. Different addresses have different ones.
    pub(super) fn working_copy(&self, all: &Path) -> PathBuf {
        let hash = hex(&Sha256::digest(self.text.as_bytes()));
        all.join(&hash[..NAME])
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The folder of all working copies: `HUIZONG_CACHE_DIR`, else `huizong` in the cache folder of the user.
///
/// # Errors
/// When neither is known.
pub fn working_copies() -> Result<PathBuf, Error> {
    let set = |name: &str| {
        std::env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    set("HUIZONG_CACHE_DIR")
        .or_else(|| Some(set("XDG_CACHE_HOME")?.join("huizong")))
        .or_else(|| Some(set("HOME")?.join(".cache/huizong")))
        .ok_or(Error::NoCache)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_told_from_a_path() {
        let of = |text: &str| Place::of(Path::new(text));
        for path in ["output", "/data/output", "./s3/x", "C:\\x", "a b://c"] {
            assert_eq!(of(path).unwrap(), Place::Folder(path.into()), "{path}");
        }
        assert_eq!(of("file:///data/output").unwrap(), Place::Folder("/data/output".into()));
        for address in ["s3://bucket/a/b", "gs://bucket", "az://container/x", "s3://bucket/年报"] {
            let Place::Store(read) = of(address).unwrap() else {
                panic!("{address}")
            };
            assert_eq!(read.to_string(), address);
        }
        for wrong in [
            "ftp://host/x",
            "s3://",
            "s3:///x",
            "file://host/x",
            "s3://key:secret@bucket/x",
            "s3://bucket/x?a=b",
        ] {
            let error = of(wrong).unwrap_err().to_string();
            assert!(!error.contains("secret"), "{error}");
        }
    }

    #[test]
    fn one_address_may_lie_in_another() {
        let lies_in = |one: &str, other: &str| {
            let address = |text: &str| match Place::of(Path::new(text)).unwrap() {
                Place::Store(address) => address,
                Place::Folder(_) => panic!("{text}"),
            };
            address(one).lies_in(&address(other))
        };
        for (one, other) in [
            ("s3://b/in/out", "s3://b/in"),
            ("s3://b/in", "s3a://b/in/"),
            ("s3://b/x%20y/z", "s3://b/x y"),
        ] {
            assert!(lies_in(one, other), "{one} {other}");
        }
        for (one, other) in [
            ("s3://b/inside", "s3://b/in"),
            ("s3://b/in", "s3://c/in"),
            ("gs://b/in", "s3://b/in"),
        ] {
            assert!(!lies_in(one, other), "{one} {other}");
        }
    }

    #[test]
    fn each_address_has_a_working_copy_of_its_own() {
        let at = |text: &str| match Place::of(Path::new(text)).unwrap() {
            Place::Store(address) => address.working_copy(Path::new("/c")),
            Place::Folder(_) => panic!("{text}"),
        };
        assert_eq!(at("s3://b/x"), at("s3://b/x/"));
        assert_ne!(at("s3://b/x"), at("s3://b/y"));
    }
}

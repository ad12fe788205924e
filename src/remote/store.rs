//! An object store, asked from code that waits for the answer.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use futures_util::{StreamExt, TryStreamExt};
use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey};
use object_store::azure::MicrosoftAzureBuilder;
use object_store::gcp::GoogleCloudStorageBuilder;
use object_store::path::Path as Key;
use object_store::{
    ClientConfigKey, ObjectMeta, ObjectStore, ObjectStoreExt, ObjectStoreScheme, PutMode, PutOptions, RetryConfig,
    UpdateVersion,
};
use serde::{Deserialize, Serialize};
use tokio::runtime::Runtime;

use super::address::Address;
use super::error::{Answer, Error};
use super::patience::Patience;

/// How long a request that failed is tried again, unless `HUIZONG_STORE_RETRY_SECONDS` says otherwise.
const RETRIED_FOR: u64 = 180;

/// Requests under way at one time.
pub(super) const AT_ONCE: usize = 16;

/// A folder of an object store.
#[derive(Clone, Debug)]
pub(super) struct Store {
    pub(super) inner: Arc<dyn ObjectStore>,
    prefix: Key,
    address: String,
}

/// What a store says of an object: equal marks, equal content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Mark {
    pub(super) e_tag: Option<String>,
    version: Option<String>,
    pub(super) size: u64,
    /// In milliseconds since 1970.
    modified: i64,
}

impl Mark {
    pub(super) fn of(meta: &ObjectMeta) -> Mark {
        Mark {
            e_tag: meta.e_tag.clone(),
            version: meta.version.clone(),
            size: meta.size,
            modified: meta.last_modified.timestamp_millis(),
        }
    }

    /// Of an object that was written, by the answer to that; None: the answer does not identify its content.
    pub(super) fn of_written(written: UpdateVersion, size: u64) -> Option<Mark> {
        Some(Mark {
            e_tag: Some(written.e_tag?),
            version: written.version,
            size,
            modified: 0,
        })
    }

    /// Whether both are of one content. A copy made in the store has other times.
    pub(super) fn is_same(&self, other: &Mark) -> bool {
        let known = self.e_tag.is_some() && other.e_tag.is_some();
        // Azure quotes it in answers, and not in lists.
        let unquoted = |mark: &Mark| mark.e_tag.as_deref().map(|e_tag| e_tag.trim_matches('"').to_owned());
        // A list has no versions, where what reads an object has.
        let no_other = |one: &Option<String>, other: &Option<String>| one.is_none() || other.is_none() || one == other;
        self.size == other.size
            && (no_other(&unquoted(self), &unquoted(other)) && no_other(&self.version, &other.version))
            && (known || self.modified == other.modified)
    }
}

impl Store {
    /// Opens the folder at an address, with what the environment says of credentials and endpoints. No request is made.
    pub(super) fn open(address: &Address) -> Result<Store, Error> {
        // Several libraries of cryptography may be built in; this one is.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let failed = |error: &object_store::Error| request("open", address.to_string(), error);
        let (scheme, prefix) = ObjectStoreScheme::parse(address.url()).map_err(|error| failed(&error.into()))?;
        let url = address.url().as_str();
        let patience = Patience::with(address.to_string());
        let inner: Result<Arc<dyn ObjectStore>, object_store::Error> = match scheme {
            ObjectStoreScheme::GoogleCloudStorage => {
                let builder = GoogleCloudStorageBuilder::from_env().with_url(url).with_retry(retry());
                builder
                    .with_http_connector(patience)
                    .build()
                    .map(|store| Arc::new(store) as _)
            }
            ObjectStoreScheme::MicrosoftAzure => {
                let builder = MicrosoftAzureBuilder::from_env().with_url(url).with_retry(retry());
                builder
                    .with_http_connector(patience)
                    .build()
                    .map(|store| Arc::new(store) as _)
            }
            _ => {
                let mut builder = AmazonS3Builder::from_env().with_url(url).with_retry(retry());
                // A long file may take its time as long as something arrives.
                if std::env::var_os("AWS_TIMEOUT").is_none() {
                    builder = builder.with_config(AmazonS3ConfigKey::Client(ClientConfigKey::Timeout), "10 minutes");
                    builder =
                        builder.with_config(AmazonS3ConfigKey::Client(ClientConfigKey::ReadTimeout), "30 seconds");
                }
                // Who writes http:// means it.
                let plain = ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT"];
                let is_plain = |name: &&str| std::env::var(name).is_ok_and(|url| url.starts_with("http://"));
                if plain.iter().any(is_plain) {
                    builder = builder.with_allow_http(true);
                }
                builder
                    .with_http_connector(patience)
                    .build()
                    .map(|store| Arc::new(store) as _)
            }
        };
        Ok(Store {
            inner: inner.map_err(|error| failed(&error))?,
            prefix,
            address: address.to_string(),
        })
    }

    /// A store in memory, for tests.
    #[cfg(test)]
    pub(super) fn in_memory() -> Store {
        Store {
            inner: Arc::new(object_store::memory::InMemory::new()),
            prefix: Key::from("published"),
            address: "memory:///published".to_owned(),
        }
    }

    /// Address of an object, for messages; of the folder itself for an empty path.
    pub(super) fn address(&self, path: &str) -> String {
        match path.is_empty() {
            true => self.address.clone(),
            false => format!("{}/{path}", self.address),
        }
    }

    /// Key of an object by its path below the folder.
    pub(super) fn key(&self, path: &str) -> Result<Key, Error> {
        let whole = match self.prefix.as_ref() {
            "" => path.to_owned(),
            prefix => format!("{prefix}/{path}"),
        };
        Key::parse(&whole).map_err(|_| Error::Key {
            address: self.address(path),
            reason: "a part of its path is empty, `.` or `..`",
        })
    }

    /// Wraps what a request failed with.
    pub(super) fn failed(&self, action: &'static str, path: &str) -> impl Fn(object_store::Error) -> Error + use<> {
        let address = self.address(path);
        move |error| request(action, address.clone(), &error)
    }

    /// All objects below a folder of the folder, by their paths below the whole.
    pub(super) fn list(&self, under: &str) -> Result<BTreeMap<String, Mark>, Error> {
        Ok(self.all(under)?.into_iter().collect())
    }

    /// The same in the order of the store. A slash at the end of a key is not shown, so that two objects may have one path, and the folder
    /// itself the empty one.
    pub(super) fn all(&self, under: &str) -> Result<Vec<(String, Mark)>, Error> {
        let prefix = match under {
            "" => self.prefix.clone(),
            under => self.key(under)?,
        };
        let prefix = (!prefix.as_ref().is_empty()).then_some(prefix);
        let failed = self.failed("list", under);
        let listed: Vec<ObjectMeta> = wait(self.inner.list(prefix.as_ref()).try_collect()).map_err(failed)?;
        let relative = |meta: ObjectMeta| {
            let key = meta.location.as_ref();
            let path = match self.prefix.as_ref() {
                "" => Some(key),
                prefix if key == prefix => Some(""),
                prefix => key.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('/')),
            };
            Some((path?.to_owned(), Mark::of(&meta)))
        };
        Ok(listed.into_iter().filter_map(relative).collect())
    }

    /// Refuses an object that is not empty and whose key is this path with a slash at its end: nothing can read it, and nobody would miss it.
    pub(super) fn refuse_slash(&self, path: &str) -> Result<(), Error> {
        // A list of what lies below a path has the object whose key is that path and a slash.
        let below = self.all(path)?;
        match below.iter().any(|(below, mark)| below == path && mark.size > 0) {
            true => Err(Error::Key {
                address: format!("{}/", self.address(path)),
                reason: "its key ends with a slash, and it is not empty",
            }),
            false => Ok(()),
        }
    }

    /// The bytes of a small object and its version; None: there is none.
    pub(super) fn read(&self, path: &str) -> Result<Option<(Vec<u8>, UpdateVersion)>, Error> {
        wait(self.found(path))
    }

    /// The same, from among other requests.
    pub(super) async fn found(&self, path: &str) -> Result<Option<(Vec<u8>, UpdateVersion)>, Error> {
        let (key, failed) = (self.key(path)?, self.failed("read", path));
        let found = match self.inner.get(&key).await {
            Ok(found) => found,
            Err(object_store::Error::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(failed(error)),
        };
        let version = UpdateVersion {
            e_tag: found.meta.e_tag.clone(),
            version: found.meta.version.clone(),
        };
        Ok(Some((found.bytes().await.map_err(failed)?.to_vec(), version)))
    }

    /// Writes a small object, where there is none, or in the place of the version that was read. None: another one is there. An
    /// answer that was lost is told from that of another writer by what the object holds: an object of these bytes counts as written.
    pub(super) fn swap(
        &self,
        path: &str,
        bytes: &[u8],
        before: Option<&UpdateVersion>,
    ) -> Result<Option<UpdateVersion>, Error> {
        wait(self.swapped(path, bytes, before))
    }

    /// The same, from among other requests.
    pub(super) async fn swapped(
        &self,
        path: &str,
        bytes: &[u8],
        before: Option<&UpdateVersion>,
    ) -> Result<Option<UpdateVersion>, Error> {
        use object_store::Error::{AlreadyExists, NotFound, Precondition};
        let mode = match before {
            Some(version) => PutMode::Update(version.clone()),
            None => PutMode::Create,
        };
        let key = self.key(path)?;
        let clock = Instant::now();
        loop {
            let put = (self.inner).put_opts(&key, bytes.to_vec().into(), PutOptions::from(mode.clone()));
            let error = match put.await {
                Ok(put) => return Ok(Some(put.into())),
                Err(error) => error,
            };
            let is_refused = match &error {
                AlreadyExists { .. } | Precondition { .. } => true,
                // Without an object to replace, it is the bucket that is not there.
                NotFound { .. } if before.is_none() => return Err(self.failed("write", path)(error)),
                NotFound { .. } => true,
                _ => false,
            };
            let found = match self.found(path).await {
                Ok(found) => found,
                Err(_) if !is_refused => return Err(self.failed("write", path)(error)),
                Err(unread) => return Err(unread),
            };
            if let Some((_, version)) = found.as_ref().filter(|(found, _)| found == bytes) {
                return Ok(Some(version.clone()));
            }
            if is_refused || found.as_ref().map(|(_, version)| version) != before {
                return Ok(None);
            }
            // Nothing was written. Such a request is not tried again by the library, which cannot know that.
            if clock.elapsed() > retry().retry_timeout {
                return Err(self.failed("write", path)(error));
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    }

    /// Writes a small object, whatever is there.
    pub(super) fn put(&self, path: &str, bytes: Vec<u8>) -> Result<(), Error> {
        let put = wait(self.inner.put(&self.key(path)?, bytes.into()));
        put.map(drop).map_err(self.failed("write", path))
    }

    /// Removes objects; those that are gone already are no failure.
    pub(super) fn remove(&self, paths: &[String]) -> Result<(), Error> {
        let keys: Result<Vec<Key>, Error> = paths.iter().map(|path| self.key(path)).collect();
        let keys = futures_util::stream::iter(keys?.into_iter().map(Ok));
        let removed = self.inner.delete_stream(Box::pin(keys));
        let results: Vec<Result<Key, object_store::Error>> = wait(removed.collect());
        let is_failure = |error: &object_store::Error| !matches!(error, object_store::Error::NotFound { .. });
        match results.into_iter().filter_map(Result::err).find(is_failure) {
            Some(error) => Err(self.failed("remove objects of", "")(error)),
            None => Ok(()),
        }
    }
}

/// Waits for a future. What it asks for runs on threads of its own.
pub(super) fn wait<T>(future: impl Future<Output = T>) -> T {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    let runtime = RUNTIME.get_or_init(|| {
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        let built = builder.worker_threads(2).thread_name("store").enable_all().build();
        built.expect("threads can be started")
    });
    runtime.block_on(future)
}

fn request(action: &'static str, address: String, error: &object_store::Error) -> Error {
    Error::Request {
        action,
        address,
        source: Answer::of(error),
    }
}

fn retry() -> RetryConfig {
    let set = std::env::var("HUIZONG_STORE_RETRY_SECONDS").ok();
    let seconds = set.and_then(|text| text.parse().ok()).unwrap_or(RETRIED_FOR);
    RetryConfig {
        retry_timeout: Duration::from_secs(seconds),
        // The time alone decides.
        max_retries: usize::MAX,
        ..RetryConfig::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_the_same_wherever_it_was_read() {
        let mark = |e_tag: Option<&str>, size, modified| Mark {
            e_tag: e_tag.map(str::to_owned),
            version: None,
            size,
            modified,
        };
        let one = mark(Some("\"0x8D\""), 3, 10);
        for (other, same) in [
            (mark(Some("\"0x8D\""), 3, 10), true),
            (mark(Some("0x8D"), 3, 10), true),
            (mark(Some("0x8D"), 3, 0), true),
            (mark(Some("0x8E"), 3, 10), false),
            (mark(Some("0x8D"), 4, 10), false),
            (mark(None, 3, 10), true),
            (mark(None, 3, 11), false),
        ] {
            assert_eq!(one.is_same(&other), same, "{other:?}");
        }
    }
}

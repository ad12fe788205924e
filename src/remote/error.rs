//! What can fail between this machine and an object store.

use crate::lake::{self, LockOwner};

/// The store failed, refused, or has changed while it was used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// An address that cannot be one.
    #[error(
        "{} is no address of a folder in an object store: {reason}",
        without_credentials(given)
    )]
    NoAddress {
        /// As the user wrote it.
        given: String,
        /// Why.
        reason: &'static str,
    },
    /// A path that is meant as an address.
    #[error("{given} looks like an address; did you mean {meant}?")]
    NearAddress {
        /// As the user wrote it.
        given: String,
        /// The address.
        meant: String,
    },
    /// Nobody says where working copies may lie.
    #[error("no folder for working copies: neither HUIZONG_CACHE_DIR nor XDG_CACHE_HOME nor HOME is set")]
    NoCache,
    /// A request failed, after it was tried again as often as it makes sense.
    #[error("cannot {action} {address}")]
    Request {
        /// What was being done, as an infinitive: `list`, `read`.
        action: &'static str,
        /// Address of the folder or object.
        address: String,
        /// What the store answered, without credentials.
        source: Answer,
    },
    /// No object lies below the address of the submissions.
    #[error("no object lies below {address}")]
    Nothing {
        /// The address.
        address: String,
    },
    /// `current` names a release that is not there.
    #[error("the current release is not there: {address} is missing")]
    Lost {
        /// Address of its manifest.
        address: String,
    },
    /// The key of an object cannot be the path of a file.
    #[error("the object {address} cannot be copied to a file: {reason}")]
    Key {
        /// Its address.
        address: String,
        /// Why.
        reason: &'static str,
    },
    /// An object does not have the length that the store says, or was replaced again and again while it was read.
    #[error("the object {address} changed while it was copied")]
    Changed {
        /// Its address.
        address: String,
    },
    /// An object that this program writes holds something else.
    #[error("{address} is not what huizong wrote there")]
    Foreign {
        /// Its address.
        address: String,
    },
    /// Another run holds the lock.
    #[error("another run is writing to {address}: process {} on {}, since {}; its lock ends at {until} unless it goes on", owner.pid, owner.host, owner.started)]
    Locked {
        /// Address of the lock.
        address: String,
        /// Who holds it.
        owner: LockOwner,
        /// When the lock ends if the holder does not renew it, UTC.
        until: String,
    },
    /// Another run took the lock, or published, since this one began: nothing of this run is published.
    #[error("another run has taken over {address} since this one began; nothing was published")]
    Overtaken {
        /// Address of the output.
        address: String,
    },
    /// The working copy could not be read or written.
    #[error(transparent)]
    Lake(#[from] lake::Error),
}

impl Error {
    /// What lies behind it, for the log; empty: nothing does.
    pub(crate) fn cause(&self) -> String {
        std::error::Error::source(self).map_or_else(String::new, ToString::to_string)
    }
}

/// What a store answered to a request.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Answer(String);

impl Answer {
    /// Whether nothing was asked, since the system has no list of authorities that a server's certificate may be of.
    pub fn lacks_authorities(&self) -> bool {
        self.0.contains("No CA certificates")
    }

    /// Whether no key was given, so that the library asked the machine for its role, which no address but this one answers.
    pub fn lacks_credentials(&self) -> bool {
        self.0.contains("169.254.169.254") || self.0.contains("latest/api/token")
    }

    pub(super) fn of(error: &dyn std::error::Error) -> Answer {
        let mut text = error.to_string();
        let mut cause = error.source();
        while let Some(inner) = cause {
            let said = inner.to_string();
            if !text.contains(&said) {
                text = format!("{text}: {said}");
            }
            cause = inner.source();
        }
        Answer(without_secrets(without_credentials(&without_body(&text))))
    }
}

/// An answer's XML may repeat what was signed: only its code and message are told.
fn without_body(text: &str) -> String {
    let Some(start) = text.find("<?xml").or_else(|| text.find("<Error")) else {
        return text.to_owned();
    };
    let element = |name: &str| {
        let rest = text[start..].split_once(&format!("<{name}>"))?.1;
        Some(rest.split_once(&format!("</{name}>"))?.0)
    };
    let said: Vec<&str> = ["Code", "Message"].into_iter().filter_map(element).collect();
    format!("{}{}", &text[..start], said.join(": "))
}

/// A text without the values of variables that hold keys.
fn without_secrets(mut text: String) -> String {
    let holds_key = |name: &str| {
        let clouds = ["AWS_", "AZURE_", "GOOGLE_"];
        let kinds = ["KEY", "SECRET", "TOKEN", "PASSWORD"];
        clouds.iter().any(|cloud| name.starts_with(cloud)) && kinds.iter().any(|kind| name.contains(kind))
    };
    for (name, value) in std::env::vars_os() {
        let (Some(name), Some(value)) = (name.to_str(), value.to_str()) else {
            continue;
        };
        if holds_key(name) && value.len() >= 4 {
            text = text.replace(value, "…");
        }
    }
    text
}

/// A text without what may sign a request: the query of a URL, and what stands before `@` in one.
fn without_credentials(text: &str) -> String {
    let mut words = Vec::new();
    for word in text.split(' ') {
        let Some((scheme, rest)) = word.split_once("://") else {
            words.push(word.to_owned());
            continue;
        };
        // A key may have slashes.
        let rest = rest.rsplit_once('@').map_or(rest, |(_, after)| after);
        let rest = rest.split_once('?').map_or(rest, |(before, _)| before);
        words.push(format!("{scheme}://{rest}"));
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_signs_a_request_is_told() {
        for (text, told) in [
            ("GET https://a.b/c?sig=SECRET failed", "GET https://a.b/c failed"),
            ("s3://key:SECRET@bucket/x", "s3://bucket/x"),
            ("s3://key:SEC/RET@bucket/x", "s3://bucket/x"),
            ("no answer", "no answer"),
            ("https://h/x?a=1&X-Amz-Signature=SECRET", "https://h/x"),
        ] {
            assert_eq!(without_credentials(text), told);
        }
        let body = "403: <?xml version=\"1.0\"?><Error><Code>ExpiredToken</Code><Message>it is old</Message><Token-0>SECRET</Token-0></Error>";
        assert_eq!(without_body(body), "403: ExpiredToken: it is old");
    }
}

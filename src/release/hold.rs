//! After a release was withdrawn, runs publish nothing until a person says that they may.

use std::fs;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::GateCheck;
use crate::lake::{Error, Output, disk};

/// Why runs publish nothing: `hold` in the output folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// The release that was made current again.
    pub current: String,
    /// The one that was current before.
    pub withdrawn: String,
    /// Since when, UTC, RFC 3339.
    pub since: String,
}

impl Hold {
    /// Of an output folder; None: runs may publish.
    ///
    /// # Errors
    /// When the file cannot be read or understood: nobody knows then what was withdrawn.
    pub fn read(output: &Output) -> Result<Option<Hold>, Error> {
        let path = place(output);
        let text = match fs::read_to_string(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            text => text.map_err(Error::io("read", &path))?,
        };
        let unclear = |error: toml::de::Error| std::io::Error::other(error.message().to_owned());
        let hold = toml::from_str(&text).map_err(unclear);
        hold.map(Some).map_err(Error::io("understand", &path))
    }

    /// What the gate says.
    pub fn check(&self) -> GateCheck {
        GateCheck {
            check: "hold",
            period: None,
            about: Some(self.withdrawn.clone()),
            value: None,
            threshold: 0.0,
            passed: false,
        }
    }

    /// Writes it, to last.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, output: &Output) -> Result<(), Error> {
        let text = toml::to_string(self).expect("a hold is plain data");
        disk::replace_durably(&place(output), &[text.as_bytes()])
    }

    /// Lets runs publish again.
    ///
    /// # Errors
    /// When the file cannot be removed.
    pub fn lift(output: &Output) -> Result<(), Error> {
        disk::remove_file(&place(output))?;
        disk::sync_folder(output.root())
    }
}

fn place(output: &Output) -> PathBuf {
    output.root().join("hold")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hold_lasts_until_it_is_lifted_and_one_that_is_unclear_is_an_error() {
        let dir = tempfile::tempdir().unwrap();
        let output = Output::open(dir.path()).unwrap();
        assert_eq!(Hold::read(&output).unwrap(), None);
        let hold = Hold {
            current: "000001-a".into(),
            withdrawn: "000002-b".into(),
            since: "2026-01-01T00:00:00Z".into(),
        };
        hold.write(&output).unwrap();
        assert_eq!(Hold::read(&output).unwrap(), Some(hold));
        Hold::lift(&output).unwrap();
        assert_eq!(Hold::read(&output).unwrap(), None);
        fs::write(place(&output), "current = 3").unwrap();
        assert!(Hold::read(&output).is_err());
    }
}

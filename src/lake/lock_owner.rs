use std::fs::File;
use std::io::Read;

use serde::{Deserialize, Serialize};

/// Who holds a lock, as the text of the file says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LockOwner {
    /// Process id.
    pub pid: u32,
    /// Name of the machine.
    pub host: String,
    /// When it took the lock, UTC, RFC 3339.
    pub started: String,
}

impl LockOwner {
    /// This process.
    pub fn myself() -> LockOwner {
        let host = rustix::system::uname();
        LockOwner {
            pid: std::process::id(),
            host: host.nodename().to_string_lossy().into_owned(),
            started: jiff::Timestamp::now()
                .round(jiff::Unit::Second)
                .unwrap_or_default()
                .to_string(),
        }
    }

    /// What a lock file says, which anybody may have written.
    pub(super) fn read(file: &File) -> Option<LockOwner> {
        let mut text = String::new();
        file.take(4096).read_to_string(&mut text).ok()?;
        toml::from_str(&text).ok()
    }
}

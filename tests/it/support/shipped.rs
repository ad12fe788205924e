//! The shipped sample, run once for all tests.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use super::{huizong, said};

/// What the first command of the README publishes, and prints.
pub struct Shipped {
    /// Its releases; not to be written to.
    pub output: PathBuf,
    /// The summary, in English.
    pub printed: String,
}

/// Runs it where no test has yet.
pub fn shipped() -> &'static Shipped {
    static SHIPPED: LazyLock<Shipped> = LazyLock::new(|| {
        let output = Path::new(env!("CARGO_TARGET_TMPDIR")).join("shipped");
        if output.exists() {
            fs::remove_dir_all(&output).unwrap();
        }
        let pipeline = super::community_services();
        let args = [
            "run".as_ref(),
            pipeline.as_os_str(),
            "--output".as_ref(),
            output.as_os_str(),
        ];
        let ended = huizong(args);
        assert_eq!(ended.status.code(), Some(0), "{}", said(&ended));
        Shipped {
            output,
            printed: String::from_utf8(ended.stdout).unwrap(),
        }
    });
    &SHIPPED
}

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex, PoisonError};

use huizong::cli::diagnostics;
use huizong::domain::Diagnostic;
use huizong::pipeline;
use huizong::registry::Registry;

use super::world::root;

/// The files an input can replace, by its first byte.
pub const FILES: [&str; 9] = [
    "pipeline.toml",
    "forms/villages.toml",
    "forms/summaries.toml",
    "checks.toml",
    "measures.toml",
    "indicators.toml",
    "dimensions.toml",
    "registry/divisions.csv",
    "registry/regions.csv",
];

/// A copy of a sound definition, made once a process.
static FOLDER: LazyLock<Mutex<PathBuf>> = LazyLock::new(|| {
    let base = option_env!("CARGO_TARGET_TMPDIR").map_or_else(std::env::temp_dir, PathBuf::from);
    let folder = base.join(format!("huizong-definition-{}", std::process::id()));
    for name in FILES {
        let to = folder.join(name);
        fs::create_dir_all(to.parent().unwrap_or(&folder)).expect("a folder for temporary files can be written");
        fs::write(to, sound(name)).expect("a temporary file can be written");
    }
    Mutex::new(folder)
});

fn sound(name: &str) -> Vec<u8> {
    fs::read(root().join("tests/definitions/sound").join(name)).expect("the sound definition is part of the repository")
}

/// The rest of the input stands in for one file of a sound definition.
pub fn run(input: &[u8]) {
    let Some((which, content)) = input.split_first() else {
        return;
    };
    let folder = FOLDER.lock().unwrap_or_else(PoisonError::into_inner);
    let name = FILES[usize::from(*which) % FILES.len()];
    let file = folder.join(name);
    fs::write(&file, content).expect("a temporary file can be written");
    match pipeline::load(&folder) {
        Err(faults) => are_shown(&folder, &faults),
        Ok(pipeline) => {
            assert_eq!(pipeline.digest.len(), 64);
            if let Err(faults) = Registry::load(&pipeline) {
                are_shown(&folder, &faults);
            }
        }
    }
    fs::write(&file, sound(name)).expect("a temporary file can be written");
}

/// Every fault says where it lies, within a file, and can be drawn.
pub(super) fn are_shown(folder: &Path, faults: &[Diagnostic]) {
    assert!(!faults.is_empty(), "refused without a reason");
    for fault in faults {
        assert!(fault.file.starts_with(folder), "{fault:?} lies elsewhere");
        assert!(!fault.message.is_empty() && !fault.code.is_empty());
        let text = fs::read(&fault.file).map(String::from_utf8);
        let spans = [Some(&fault.span), fault.related.as_ref().map(|(span, _)| span)];
        for span in spans.into_iter().flatten() {
            match &text {
                Ok(Ok(text)) => assert!(text.get(span.clone()).is_some(), "{fault:?} lies beyond the file"),
                _ => assert_eq!(span, &(0..0), "{fault:?}: a file without text has no places"),
            }
        }
    }
    for styled in [false, true] {
        assert!(!diagnostics::render(faults, styled).is_empty());
    }
}

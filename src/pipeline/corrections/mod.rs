//! `corrections.toml` beside the submissions: what the ministry changes in what was sent, and why.
//!
//! A file that cannot be read stops the run, since figures published without their corrections are worse than none. A single
//! faulty entry is left out and reported; the sound ones hold.

mod correction;
mod entry;
mod faults;
mod region;

use std::io::ErrorKind;
use std::path::Path;

use sha2::{Digest, Sha256};

pub use correction::{Change, Correction};
pub use faults::CorrectionFault;
use region::Region;

use super::definition::CorrectionsFile;
use super::faults::{Faults, Source};
use super::{Pipeline, files, plain};
use crate::domain::{Diagnostic, Period, hex};

/// Most entries of the file: who has more to correct should ask for the data again.
const MOST_ENTRIES: usize = 20_000;

/// What the file says.
#[derive(Debug, Default)]
pub struct Corrections {
    /// Path below the input, as the pipeline has it.
    pub path: String,
    /// sha256 of the bytes that were read; None: there is no such file.
    pub sha256: Option<String>,
    /// Those without a fault, in order of the file.
    pub list: Vec<Correction>,
    /// What is wrong with the others.
    pub faults: Vec<CorrectionFault>,
}

/// Reads the file; nothing where there is none. `skipped` are periods that this run leaves out.
///
/// # Errors
/// Every reason why the file cannot be read at all.
pub fn read(pipeline: &Pipeline, skipped: &[Period], input: &Path) -> Result<Corrections, Vec<Diagnostic>> {
    let relative = pipeline.feedback.corrections.clone();
    let path = input.join(&relative);
    let mut faults = Faults::default();
    let told = |reason: String, hint: Option<&str>, mut faults: Faults| {
        let message = format!("cannot read {}: {reason}", path.display());
        faults.add_file(path.clone(), "file-unreadable", message, hint.map(str::to_owned));
        Err(faults.into_sorted())
    };
    let unreadable = |reason: String, faults: Faults| told(reason, None, faults);
    let limit = pipeline.limits.corrections_bytes;
    let bytes = match plain::read(&path, limit) {
        Ok(Some(bytes)) => bytes,
        Ok(None) => return unreadable(format!("it is no plain file, or has more than {limit} bytes"), faults),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return Ok(Corrections {
                path: relative,
                ..Corrections::default()
            });
        }
        Err(error) => return unreadable(error.to_string(), faults),
    };
    let sha256 = Some(hex(&Sha256::digest(&bytes)));
    let Ok(text) = String::from_utf8(bytes) else {
        return told("it is not UTF-8".to_owned(), Some(files::SAVE_AS_UTF8), faults);
    };
    let text = text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text);
    let entries = text.matches("[[").count();
    if entries > MOST_ENTRIES {
        return unreadable(format!("it has {entries} entries, and may have {MOST_ENTRIES}"), faults);
    }
    let source = Source {
        path,
        relative,
        home: input.to_path_buf(),
        from: String::new(),
        text,
    };
    let Some(content) = files::parse_parts::<CorrectionsFile>("CorrectionDef", &source, &mut faults) else {
        return Err(faults.into_sorted());
    };
    let regions = Region::all(&source.text);
    let list = entry::resolve(pipeline, skipped, (&content, &regions), &source, &mut faults);
    let spans = faults.spans(&source);
    let has_fault = |region: &Region| {
        let bytes = &region.bytes;
        let first = spans.partition_point(|span| span.start < bytes.start);
        let within = spans[first..].iter().take_while(|span| span.start <= bytes.end);
        within.into_iter().any(|span| span.end <= bytes.end)
    };
    let sound = |start: usize| Region::at(&regions, start).is_some_and(|region| !has_fault(region));
    let list = list
        .into_iter()
        .filter(|(start, _)| sound(*start))
        .map(|(_, correction)| correction)
        .collect();
    Ok(Corrections {
        path: source.relative.clone(),
        sha256,
        list,
        faults: faults::told(&source, faults),
    })
}

//! `corrections.toml` beside the submissions: what the ministry changes in what was sent, and why.
//!
//! A file that cannot be read stops the run, since figures published without their corrections are worse than none. A single
//! faulty entry is left out and reported; the sound ones hold.

mod entry;
mod faults;

use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::path::Path;

use jiff::civil::Date;
use sha2::{Digest, Sha256};
use toml::de::{DeTable, DeValue};

pub use faults::CorrectionFault;

use super::definition::CorrectionsFile;
use super::faults::{Faults, Source};
use super::units::Ratio;
use super::{FormIndex, Pipeline, files, plain};
use crate::domain::{Diagnostic, Period, Text, hex};

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

/// One correction.
#[derive(Clone, Debug, PartialEq)]
pub struct Correction {
    /// Its name.
    pub id: String,
    /// Line on which it begins.
    pub line: u32,
    /// What is done.
    pub change: Change,
    /// Form of the submission.
    pub form: FormIndex,
    /// Period of the submission.
    pub period: Period,
    /// Code of the sender.
    pub area: String,
    /// Content of each key column of the form, in its order; None: no row is named.
    pub key: Option<Vec<String>>,
    /// Column of the form.
    pub column: Option<usize>,
    /// Path of the only submission that is meant.
    pub path: Option<String>,
    /// Its only revision.
    pub revision: Option<u32>,
    /// What must stand there as sent.
    pub expect: Option<String>,
    /// Why.
    pub reason: Text,
    /// Role that approved it.
    pub approved_by: String,
    /// Day on which the fault was reported.
    pub reported: Date,
}

/// What a correction does.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// Takes a row or a submission out.
    Drop,
    /// Puts this content into the cell.
    Override(String),
    /// Multiplies by this factor, which has a finite decimal form.
    Scale(Ratio),
}

impl Change {
    /// The word in the file and in tables.
    pub fn as_str(&self) -> &'static str {
        match self {
            Change::Drop => "drop",
            Change::Override(_) => "override",
            Change::Scale(_) => "scale",
        }
    }
}

/// Reads the file; nothing where there is none. `skipped` are periods that this run leaves out.
///
/// # Errors
/// Every reason why the file cannot be read at all.
pub fn read(pipeline: &Pipeline, skipped: &[Period], input: &Path) -> Result<Corrections, Vec<Diagnostic>> {
    let relative = pipeline.feedback.corrections.clone();
    let path = input.join(&relative);
    let mut faults = Faults::default();
    let unreadable = |reason: String, mut faults: Faults| {
        let message = format!("cannot read {}: {reason}", path.display());
        faults.add_file(path.clone(), "file-unreadable", message, None);
        Err(faults.into_sorted())
    };
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
        return unreadable("it is not UTF-8".to_owned(), faults);
    };
    let text = text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text);
    let entries = text.matches("[[").count();
    if entries > MOST_ENTRIES {
        return unreadable(format!("it has {entries} entries, and may have {MOST_ENTRIES}"), faults);
    }
    let source = Source { path, relative, text };
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

/// An entry as it is written.
struct Region {
    /// Its bytes with all its lines: a fault in them is then known to be its own.
    bytes: std::ops::Range<usize>,
    /// The keys that it has, sound or not.
    keys: BTreeSet<String>,
}

impl Region {
    /// All entries, in order.
    fn all(text: &str) -> Vec<Region> {
        let (document, _) = DeTable::parse_recoverable(text);
        let entries = document.get_ref().get("correction");
        let entries = entries.and_then(|value| value.get_ref().as_array());
        let keys = |entry: &DeValue<'_>| {
            let keys = entry.as_table().into_iter().flat_map(|table| table.keys());
            keys.map(|key| key.get_ref().to_string()).collect()
        };
        let mut all: Vec<Region> = (entries.into_iter().flatten())
            .map(|entry| Region {
                bytes: entry.span(),
                keys: keys(entry.get_ref()),
            })
            .collect();
        all.sort_by_key(|region| region.bytes.start);
        let mut end = text.len() + 1;
        for region in all.iter_mut().rev() {
            region.bytes.end = end;
            end = region.bytes.start;
        }
        all
    }

    /// The entry in which a byte lies.
    fn at(all: &[Region], byte: usize) -> Option<&Region> {
        let at = all
            .partition_point(|region| region.bytes.start <= byte)
            .checked_sub(1)?;
        all.get(at).filter(|region| region.bytes.contains(&byte))
    }
}

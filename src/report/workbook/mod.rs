//! `workbook.en.xlsx`, `workbook.zh.xlsx`: a release for those who work in a spreadsheet. What it holds is gathered first, and then
//! written. There is one for each language of the pipeline, since a header over two rows makes filters and pivots useless.

mod fields;
mod gather;
mod model;
mod names;
#[cfg(test)]
mod tests;
mod words;
mod write;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use rayon::prelude::*;
use rust_xlsxwriter::XlsxError;

use super::gather::Gathering;
use crate::domain::{Lang, Text};
use names::Names;

/// Why a workbook cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum WorkbookError {
    /// It cannot be encoded: an error of the program.
    #[error(transparent)]
    Encoding(#[from] XlsxError),
    /// Its rows could not be put aside: what the library says of it.
    #[error("its rows could not be written to {folder}, whose disk may be full: {said}")]
    Scratch {
        /// Where to.
        folder: String,
        /// In its own words.
        said: String,
    },
}

/// The workbook of a language.
pub struct WorkbookFile {
    /// Its language.
    pub lang: Lang,
    /// What it holds.
    pub bytes: Vec<u8>,
}

/// The workbooks of a release. The same tables give the same bytes. `scratch`: a folder for what is not packed yet; it must have room.
///
/// # Errors
/// When one cannot be encoded, or `scratch` has no room.
pub fn workbooks(release: &Gathering<'_>, scratch: &Path) -> Result<Vec<WorkbookFile>, WorkbookError> {
    let one = |lang: Lang| {
        let names = Names::new(release, lang);
        let book = gather::book(release, &names);
        let failed = |said: String| WorkbookError::Scratch {
            folder: scratch.display().to_string(),
            said,
        };
        // The library panics where a row cannot be put into its file.
        let bytes = match catch_unwind(AssertUnwindSafe(|| write::workbook(book, lang, scratch))) {
            Ok(Err(XlsxError::TempFileError(_, error))) => Err(failed(error.to_string())),
            Ok(written) => written.map_err(WorkbookError::Encoding),
            Err(panic) => {
                let text = panic.downcast_ref::<String>().map(String::as_str);
                Err(failed(
                    text.or(panic.downcast_ref::<&str>().copied())
                        .unwrap_or_default()
                        .to_owned(),
                ))
            }
        }?;
        Ok(WorkbookFile { lang, bytes })
    };
    languages(&release.pipeline.title).into_par_iter().map(one).collect()
}

/// Those in which the pipeline has a title; English, where it has one in neither.
pub(super) fn languages(title: &Text) -> Vec<Lang> {
    let own: Vec<Lang> = [Lang::En, Lang::Zh]
        .into_iter()
        .filter(|lang| title.own(*lang).is_some_and(|title| !title.is_empty()))
        .collect();
    if own.is_empty() { vec![Lang::En] } else { own }
}

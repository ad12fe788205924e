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

use rust_xlsxwriter::XlsxError;

use super::gather::Gathering;
use crate::domain::{Lang, Text};
use names::Names;

/// The workbook of a language.
pub struct WorkbookFile {
    /// Its language.
    pub lang: Lang,
    /// What it holds.
    pub bytes: Vec<u8>,
}

/// The workbooks of a release. The same tables give the same bytes.
///
/// # Errors
/// When one cannot be encoded: an error of the program.
pub fn workbooks(release: &Gathering<'_>) -> Result<Vec<WorkbookFile>, XlsxError> {
    let one = |lang: Lang| {
        let names = Names::new(release, lang);
        let bytes = write::workbook(&gather::book(release, &names), lang)?;
        Ok(WorkbookFile { lang, bytes })
    };
    // One after the other: a workbook under way holds all its cells, and two of them at once are the peak of a run.
    languages(&release.pipeline.title).into_iter().map(one).collect()
}

/// Those in which the pipeline has a title; English, where it has one in neither.
pub(super) fn languages(title: &Text) -> Vec<Lang> {
    let own: Vec<Lang> = [Lang::En, Lang::Zh]
        .into_iter()
        .filter(|lang| title.own(*lang).is_some_and(|title| !title.is_empty()))
        .collect();
    if own.is_empty() { vec![Lang::En] } else { own }
}

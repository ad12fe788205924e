//! Workbooks that are markup: SpreadsheetML 2003 and tables of web pages, which many systems write under the name `.xls`.
//! A spreadsheet program opens both; what it would show is what is read.

mod cell;
mod layout;
mod page;
mod placed;
mod spreadsheet;
mod style;
mod tags;

use crate::intake::fault::Fault;
use crate::intake::sheet::Sheet;
use crate::pipeline::Limits;

/// What kind of workbook a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::intake) enum Markup {
    /// SpreadsheetML 2003.
    Spreadsheet,
    /// A web page.
    Page,
    /// An OpenDocument spreadsheet in one file.
    FlatOds,
    /// XML of any other kind.
    Other,
}

impl Markup {
    /// The name of the format.
    pub(in crate::intake) fn format(self) -> &'static str {
        match self {
            Markup::Spreadsheet => "xml2003",
            Markup::Page => "html",
            Markup::FlatOds | Markup::Other => "unknown",
        }
    }
}

/// Bytes in which the root of a document is searched.
const HEAD: usize = 4096;

/// What markup a text is; None: it is none.
pub(in crate::intake) fn kind(text: &str) -> Option<Markup> {
    let text = text.trim_start_matches(['\u{feff}', '\0']).trim_start();
    if !text.starts_with('<') {
        return None;
    }
    let head = text[..text.floor_char_boundary(HEAD)].to_ascii_lowercase();
    let is_page = [
        "<html",
        "<!doctype html",
        "<table",
        "<meta",
        "<head",
        "<body",
        "<style",
        "<div",
        "<center",
    ]
    .iter()
    .any(|tag| head.contains(tag));
    if head.contains("urn:schemas-microsoft-com:office:spreadsheet")
        && head.contains("workbook")
        && !head.contains("<html")
    {
        Some(Markup::Spreadsheet)
    } else if head.contains("<office:document") {
        Some(Markup::FlatOds)
    } else if is_page {
        Some(Markup::Page)
    } else {
        (head.starts_with("<?xml") || head.starts_with("<!doctype")).then_some(Markup::Other)
    }
}

/// The sheets of a workbook of this kind.
pub(in crate::intake) fn read(text: &str, kind: Markup, limits: &Limits) -> Result<Vec<Sheet>, Fault> {
    match kind {
        Markup::Spreadsheet => spreadsheet::read(text, limits),
        Markup::Page => layout::read(page::read(text, limits)?, limits),
        Markup::FlatOds => Err(Fault::ForeignWorkbook("flat ODS")),
        Markup::Other => Err(Fault::Foreign("XML".to_owned())),
    }
}

#[cfg(test)]
mod tests;

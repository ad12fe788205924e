//! Bytes → cells: finds the files, detects format and encoding from the content, finds the header, and separates records from
//! other rows. The result is text with its place of origin; no cell is interpreted here.
//!
//! Reading order: [`discover`](Intake::discover) → `sniff` (which format) → `decode` (with `charset` and `lines`) and `delimited`, `workbook` or
//! `json` (cells of sheets) → `sheets` (which form claims which sheet) → `header` → `rows`.

mod alphabets;
mod answer;
mod archive;
mod biff;
mod body;
mod charset;
mod claim;
mod columns;
mod compiled;
mod compound;
mod constant;
mod declared;
mod decode;
mod delimited;
mod discover;
mod dos;
mod error;
mod escapes;
mod fault;
mod file_read;
#[cfg(test)]
mod fixture;
mod footer;
mod found;
mod garbled;
mod header;
mod header_names;
mod header_periods;
mod json;
mod layout;
mod left;
mod leftovers;
mod lines;
mod load;
mod marks;
mod ods;
mod open;
mod other_sections;
mod outline;
mod parts;
mod password;
mod pattern;
mod percent;
mod read;
mod repeat;
mod replies;
mod rows;
mod sections;
mod separators;
mod sheet;
mod sheets;
mod sniff;
mod stated;
mod table;
mod template;
#[cfg(test)]
mod tests;
mod title_years;
mod uncomputed;
mod unit_cells;
mod unit_clauses;
mod unit_columns;
mod unit_lines;
mod unit_marks;
mod unit_names;
mod unit_notes;
mod unit_of_column;
mod unit_said;
mod unit_scope;
mod unit_words;
mod units;
mod unpacked;
mod unpivot;
mod words;
mod workbook;

use std::path::PathBuf;

pub use claim::{Claim, SheetPart};
pub use compiled::Intake;
pub use error::Error;
pub use file_read::{Consulted, FileRead, ReadSubmission};
pub use found::{Found, FoundFile};
pub use marks::Mark;
pub use outline::{HeaderOutline, Outline, SheetOutline, bytes_at, outline, period_in};

impl Intake<'_> {
    /// Every file in the input folder, with the forms that match it.
    pub fn discover(&self) -> Result<Found, Error> {
        discover::discover(self.pipeline, &self.templates, &self.input)
    }

    /// A file at a path below the input folder, which need not be there, with the forms that match it. None: a file beside the
    /// submissions, such as a register.
    pub fn claimed(&self, path: &str) -> Option<FoundFile> {
        let is_own = discover::own_files(self.pipeline).contains(path);
        (!is_own).then(|| discover::claimed(self.pipeline, &self.templates, (&self.input, path)))
    }

    /// The folder that the files would be submissions of, where none is one of the input folder, and how many would be; None: they
    /// would be of none. An input folder that is one level too high or too low takes away every submission at once.
    pub fn misplaced(&self, files: &[FoundFile]) -> Option<(PathBuf, usize)> {
        discover::misplaced(self.pipeline, &self.templates, &self.input, files)
    }

    /// Reads one file, with a result for each claim. A file that cannot be opened is a finding; a failing disk is an error.
    pub fn read(&self, file: &FoundFile) -> Result<FileRead, Error> {
        read::read(self, file)
    }

    /// Reads bytes as if they were the content of a file with this path in the input folder.
    pub fn read_bytes(&self, path: &str, bytes: Vec<u8>) -> FileRead {
        let claims = template::claims(&self.templates, self.pipeline, path);
        read::contents(self, path, &claims, Ok(bytes))
    }

    /// Submissions that a file answers, by the marks of the returns in it. Of anything but a
    /// workbook, only the first bytes are read.
    ///
    /// # Errors
    /// If the disk fails.
    pub fn marks(&self, file: &FoundFile) -> Result<Vec<Mark>, Error> {
        let limits = &self.pipeline.limits;
        if !read::may_be_workbook(file) {
            return Ok(Vec::new());
        }
        let bytes = read::bytes(file, limits.file_bytes)?;
        Ok(bytes.map_or_else(|_| Vec::new(), |bytes| marks::in_bytes(self.pipeline, bytes, limits)))
    }
}

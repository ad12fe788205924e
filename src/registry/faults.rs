//! Reading a table of the definition, and gathering what is wrong in it.

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::domain::{Diagnostic, plural};
use crate::pipeline::csv_table::CsvTable;

/// How to mend a code that the divisions do not have.
pub(super) const UNKNOWN_CODE: &str = "correct the code, or add the area to the divisions";

/// Faults of one file.
pub(super) struct Faults<'a> {
    file: PathBuf,
    found: &'a mut Vec<Diagnostic>,
}

impl<'a> Faults<'a> {
    pub fn of(file: &Path, found: &'a mut Vec<Diagnostic>) -> Faults<'a> {
        Faults {
            file: file.to_path_buf(),
            found,
        }
    }

    /// Adds a fault and gives it back, for a hint or a related place.
    pub fn add(&mut self, code: &'static str, span: Range<usize>, message: impl Into<String>) -> &mut Diagnostic {
        let file = self.file.clone();
        self.found.push(Diagnostic {
            code,
            message: message.into(),
            file,
            span,
            related: None,
            hint: None,
        });
        self.found.last_mut().expect("one was just pushed")
    }

    /// Makes one fault of all of a code where they are more than `most`: they have one cause.
    pub fn fold(&mut self, code: &str, most: usize) {
        let alike = |fault: &Diagnostic| fault.code == code && fault.file == self.file;
        let Some(first) = self.found.iter().position(alike) else {
            return;
        };
        let others = self.found.iter().filter(|fault| alike(fault)).count() - 1;
        if others < most {
            return;
        }
        let mut at = 0;
        let file = &self.file;
        self.found.retain(|fault| {
            at += 1;
            at - 1 <= first || fault.code != code || fault.file != *file
        });
        let message = &mut self.found[first].message;
        message.push_str(&format!(
            ", and so it is with {} of this table",
            plural(others, "other")
        ));
    }

    /// Adds a fault with a hint.
    pub fn hinted(
        &mut self,
        code: &'static str,
        span: Range<usize>,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) {
        self.add(code, span, message).hint = Some(hint.into());
    }
}

/// Reads a table of the definition; None when it cannot be read at all.
pub(super) fn read_table(path: &Path, faults: &mut Faults) -> Option<CsvTable> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) => {
            faults.add(
                "file-unreadable",
                0..0,
                format!("cannot read {}: {error}", path.display()),
            );
            return None;
        }
    };
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            faults.hinted(
                "not-utf8",
                0..0,
                format!("byte {at} is not UTF-8"),
                "save the table as UTF-8, with or without BOM",
            );
            return None;
        }
    };
    let table = CsvTable::parse(&text, b',');
    if table.is_none() {
        faults.hinted(
            "table-empty",
            0..0,
            "the table has no header",
            "the first line names the columns, separated by commas",
        );
    }
    table
}

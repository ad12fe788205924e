//! Tables that come with the submissions: read leniently, and what is wrong in them is told row by row.

use std::collections::BTreeSet;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use encoding_rs::{Encoding, GB18030, UTF_8};
use sha2::{Digest, Sha256};

use super::csv_size::{Beyond, beyond};
use crate::domain::{Text, hex};
use crate::pipeline::csv_table::{CsvTable, Record};
use crate::pipeline::{Limits, plain};

/// The machine failed while a register was read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No permission, a broken disk, or the like; a missing file is none.
    #[error("cannot read the register {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

/// A row of `reporters.csv` or `receipts.csv` (or the file as a whole) that cannot be used as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisterFault {
    /// Relative to the input folder.
    pub path: String,
    /// Line of the file, from 1; 0: the file as a whole.
    pub row: u32,
    /// Column as the header has it.
    pub column: Option<String>,
    /// What stands there.
    pub raw: String,
    /// What is wrong, and what was done about it.
    pub message: Text,
}

/// Faults of one register that are told one by one: in one of another kind every row would be.
const TOLD: usize = 1000;
/// Bytes of what stands in a faulty place that are shown.
const SHOWN: usize = 500;

/// A register as it was read, and what is wrong in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisterFile {
    /// Relative to the input folder.
    pub path: String,
    /// sha256 of the bytes that were read; None: it could not be read.
    pub sha256: Option<String>,
    /// In order of the file.
    pub faults: Vec<RegisterFault>,
}

impl RegisterFile {
    pub(super) fn of(path: &str) -> RegisterFile {
        RegisterFile {
            path: path.to_owned(),
            sha256: None,
            faults: Vec::new(),
        }
    }

    /// The last fault counts those that are not told.
    fn count_one_more(&mut self) {
        let more = self.faults.get(TOLD).and_then(|rest| rest.raw.parse::<u64>().ok());
        let more = more.unwrap_or(0) + 1;
        self.faults.truncate(TOLD);
        self.faults.push(RegisterFault {
            path: self.path.clone(),
            row: 0,
            column: None,
            raw: more.to_string(),
            message: Text::new("其余问题不再逐一列出", "further faults are not told one by one"),
        });
    }

    /// A fault of a cell.
    pub(super) fn cell(&mut self, record: &Record, column: Option<(&str, usize)>, zh: &str, en: &str) {
        let raw = column.map_or("", |(_, at)| record.cell(Some(at))).to_owned();
        self.push(record.line, column.map(|(name, _)| name.to_owned()), raw, zh, en);
    }

    /// A fault of the file as a whole.
    pub(super) fn file(&mut self, raw: impl Into<String>, zh: &str, en: &str) {
        self.push(0, None, raw.into(), zh, en);
    }

    /// Columns without which a table cannot be used, of which some are missing; `zh` and `en` say what follows.
    pub(super) fn lacks(&mut self, table: &CsvTable, missing: &[&str], zh: &str, en: &str) {
        let (names, is) = (missing.join(", "), if missing.len() == 1 { "is" } else { "are" });
        let plural = if missing.len() == 1 { "" } else { "s" };
        self.file(
            table.columns().join(","),
            &format!("缺少 {} 列，{zh}", missing.join("、")),
            &format!("the column{plural} {names} {is} missing; {en}"),
        );
    }

    fn push(&mut self, row: u32, column: Option<String>, mut raw: String, zh: &str, en: &str) {
        if raw.len() > SHOWN {
            raw.truncate(raw.floor_char_boundary(SHOWN));
            raw.push('…');
        }
        if self.faults.len() >= TOLD {
            self.count_one_more();
            return;
        }
        self.faults.push(RegisterFault {
            path: self.path.clone(),
            row,
            column,
            raw,
            message: Text::new(zh, en),
        });
    }
}

/// Reads a register; None when it is missing, beyond the limits, unreadable as text or empty, which is then among the faults.
///
/// # Errors
/// The system fails to read a file that is there.
pub(super) fn read(input: &Path, limits: &Limits, faults: &mut RegisterFile) -> Result<Option<CsvTable>, Error> {
    let path = input.join(&faults.path);
    let bytes = match plain::read(&path, limits.register_bytes) {
        Ok(Some(bytes)) => bytes,
        Ok(None) => {
            let limit = limits.register_bytes;
            faults.file(
                "",
                &format!("不是普通文件，或超过 {limit} 字节，未用"),
                &format!("no plain file, or more than {limit} bytes; it is not used"),
            );
            return Ok(None);
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {
            faults.file("", "缺少该登记文件", "the register is missing");
            return Ok(None);
        }
        Err(source) => return Err(Error::Read { path, source }),
    };
    faults.sha256 = Some(hex(&Sha256::digest(&bytes)));
    let Some(text) = decoded(&bytes) else {
        faults.file(
            "",
            "无法识别该登记文件的编码",
            "the encoding of the register is not known",
        );
        return Ok(None);
    };
    let delimiter = delimiter(&text);
    if let Some(beyond) = beyond(&text, delimiter, limits) {
        let (zh, en) = match beyond {
            Beyond::Rows(most) => (format!("超过 {most} 行"), format!("more than {most} rows")),
            Beyond::Columns(most, row) => (
                format!("第 {row} 条记录超过 {most} 列"),
                format!("more than {most} columns in record {row}"),
            ),
            Beyond::Cells(most) => (format!("超过 {most} 个单元格"), format!("more than {most} cells")),
        };
        faults.file("", &format!("{zh}，未用"), &format!("{en}; it is not used"));
        return Ok(None);
    }
    let table = CsvTable::parse(&text, delimiter);
    match &table {
        None => faults.file("", "登记文件为空", "the register is empty"),
        Some(table) => doubled(table, faults),
    }
    Ok(table)
}

/// Columns of one name: the first is read, and nobody knows whether it is the right one.
fn doubled(table: &CsvTable, faults: &mut RegisterFile) {
    let mut seen = BTreeSet::new();
    for name in table.columns() {
        if !name.is_empty() && !seen.insert(name.to_ascii_lowercase()) {
            faults.file(
                name,
                "该列出现不止一次，只读第一列",
                "a column of this name stands more than once; only the first is read",
            );
        }
    }
}

/// By byte-order mark; else UTF-8 where valid; else GB18030, the usual one of Chinese spreadsheets.
fn decoded(bytes: &[u8]) -> Option<String> {
    let encodings = match Encoding::for_bom(bytes) {
        Some((encoding, _)) => vec![encoding],
        None => vec![UTF_8, GB18030],
    };
    encodings.into_iter().find_map(|encoding| {
        let (text, _, broken) = encoding.decode(bytes);
        (!broken).then(|| text.into_owned())
    })
}

/// Comma, tab or semicolon, whichever the first line that holds anything has most of.
fn delimiter(text: &str) -> u8 {
    let first = text.split(['\n', '\r']).find(|line| !line.trim().is_empty());
    let first = first.unwrap_or_default();
    let count = |delimiter: u8| first.bytes().filter(|&b| b == delimiter).count();
    [b';', b'\t', b',']
        .into_iter()
        .max_by_key(|&d| count(d))
        .unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_beyond_a_thousand_are_counted() {
        let mut faults = RegisterFile::of("r.csv");
        (0..TOLD + 7).for_each(|at| faults.push(at as u32, None, String::new(), "错", "wrong"));
        assert_eq!((faults.faults.len(), faults.faults[TOLD].raw.as_str()), (TOLD + 1, "7"));
    }

    #[test]
    fn the_content_tells_encoding_and_delimiter() {
        let gbk = GB18030.encode("代码\t名称").0.into_owned();
        let text = decoded(&gbk).unwrap();
        assert_eq!((text.as_str(), delimiter(&text)), ("代码\t名称", b'\t'));
        assert_eq!(decoded("\u{feff}a,b".as_bytes()).unwrap(), "a,b");
        assert_eq!(
            (
                delimiter("a;b;c"),
                delimiter("a"),
                delimiter("a,b"),
                delimiter("\r \r\na;b\n,,,")
            ),
            (b';', b',', b',', b';')
        );
        assert!(decoded(&[0x81, 0xff, 0xff]).is_none());
    }
}

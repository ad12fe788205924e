use crate::domain::{Code, Finding, Text};

/// Why a file cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    Empty,
    /// What is damaged.
    Unreadable(String),
    /// JSON whose records lie within this key of one object.
    Wrapped(String),
    /// JSON of one object each of whose keys holds a list or an object: this is the first.
    Turned(String),
    /// JSON that breaks off, or goes on in a way that JSON does not know, in this line.
    Json(usize, JsonFault),
    Encrypted,
    /// The encoding it is likely in, which nothing proves.
    Encoding(&'static str),
    /// What it is instead.
    Foreign(String),
    /// A workbook of a kind that is not read, and which one.
    ForeignWorkbook(&'static str),
    TooLarge {
        found: String,
        limit: String,
    },
}

/// What is wrong with a file of JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum JsonFault {
    /// A word in place of a number: `NaN`.
    NoNumber(&'static str),
    /// Records that are lists, whose values have no names.
    Lists,
}

/// What `file-foreign` offers instead.
const READABLE: &str = "CSV, TSV, XLSX, XLS, ODS, JSON, JSON Lines, SpreadsheetML, HTML";
/// As what a workbook of another kind is to be saved.
const WORKBOOKS: &str = "XLSX";

impl Fault {
    pub(super) fn too_large(found: u64, limit: u64, what: &str) -> Fault {
        Fault::TooLarge {
            found: format!("{found} {what}"),
            limit: format!("{limit} {what}"),
        }
    }

    /// A fault where more is found than may be.
    pub(super) fn unless_within(found: u64, most: u64, what: &str) -> Result<(), Fault> {
        if found > most {
            return Err(Fault::too_large(found, most, what));
        }
        Ok(())
    }

    pub(super) fn finding(self) -> Finding {
        match self {
            Fault::Empty => Finding::new(Code::FileEmpty),
            Fault::Wrapped(key) => Finding {
                message: Some(Text::new(
                    "JSON 的记录位于“{raw}”之内；文件最外层须为记录的数组，“{raw}”之外的内容（如计量单位）也未读取",
                    "the records of this JSON file lie within “{raw}”, but the list of records must stand at the top; what stands beside “{raw}”, such as a unit, was not read either",
                )),
                ..Finding::new(Code::FileUnreadable).raw(key)
            },
            Fault::Turned(key) => Finding {
                message: Some(Text::new(
                    "JSON 文件是一个对象，“{raw}”等各键之下为数组或对象（按列存放，或以代码为键），未读取；须为记录的数组，每条记录一个对象",
                    "the one object of this JSON file holds a list or an object under each key, such as “{raw}” (a table by columns, or keyed by code), so it was not read; a list of records is needed, one object each",
                )),
                ..Finding::new(Code::FileUnreadable).raw(key)
            },
            Fault::Unreadable(what) => Finding::new(Code::FileUnreadable).raw(what),
            Fault::Json(line, fault) => Finding {
                message: Some(match fault {
                    JsonFault::NoNumber(_) => Text::new(
                        format!("JSON 文件第 {line} 行有“{{raw}}”，JSON 中没有这种数值，未读取；缺失的数值请写 null"),
                        format!(
                            "line {line} of the JSON file has “{{raw}}”, which is no value of JSON, so the file was not read; write null where a figure is missing"
                        ),
                    ),
                    JsonFault::Lists => Text::new(
                        format!(
                            "JSON 文件第 {line} 行的记录是没有列名的数组，未读取；每条记录须为一个对象，每个值前写明列名"
                        ),
                        format!(
                            "the records of the JSON file are lists without names, from line {line} on, so it was not read; each record must be an object, with a name before each value"
                        ),
                    ),
                }),
                ..Finding::new(Code::FileUnreadable).raw(match fault {
                    JsonFault::NoNumber(word) => word,
                    JsonFault::Lists => "JSON, a list of lists without names",
                })
            },
            Fault::Encoding(name) => Finding::new(Code::EncodingUnproven).raw(name).expected("UTF-8"),
            Fault::Encrypted => Finding::new(Code::FileEncrypted),
            Fault::Foreign(what) => Finding::new(Code::FileForeign).raw(what).expected(READABLE),
            Fault::ForeignWorkbook(what) => Finding::new(Code::WorkbookForeign).raw(what).expected(WORKBOOKS),
            Fault::TooLarge { found, limit } => Finding::new(Code::FileTooLarge).raw(found).expected(limit),
        }
    }
}

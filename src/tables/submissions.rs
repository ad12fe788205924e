//! The table `submissions`.

use jiff::civil::Date;

use super::row::rows;

rows! {
    /// A file, or sheet of one, that was received, and what became of its rows.
    pub struct SubmissionRow<'a> of "submissions" {
        /// Submission id.
        pub submission_id: &'a str,
        /// Path below the input folder, with #sheet.
        pub path: &'a str,
        /// sha256 of the file. None: the file could not be opened, or exceeds the limit of size.
        pub sha256: Option<&'a str>,
        /// Form. None: no form claims it.
        pub form: Option<&'a str>,
        /// Title of the form in Chinese. None: not given, or no form.
        pub form_title_zh: Option<&'a str>,
        /// Title of the form in English. None: not given, or no form.
        pub form_title_en: Option<&'a str>,
        /// Reporting period. None: cannot be told.
        pub period: Option<&'a str>,
        /// Code of the sending area. None: cannot be told.
        pub area_code: Option<&'a str>,
        /// Name of the sending area. None: cannot be told, or the registry does not have it.
        pub area_name: Option<&'a str>,
        /// Its English name. None: the registry has none.
        pub area_name_en: Option<&'a str>,
        /// Revision. None: cannot be told.
        pub revision: Option<i64>,
        /// Format.
        pub format: &'a str,
        /// Encoding: utf-8, utf-8-bom, utf-16le, utf-16be, gb18030, big5, shift_jis, euc-jp, euc-kr, windows-1252
        /// and its kin, koi8-r; of most lines where lines differ. None: a workbook, or cannot be told.
        pub encoding: Option<&'a str>,
        /// Received on. None: no receipt.
        pub submitted_at: Option<Date>,
        /// Days late; negative: early; unit: days. None: no receipt or no due date.
        pub late_days: Option<i64>,
        /// Status: accepted, partial, rejected, superseded.
        pub status: &'a str,
        /// Rows read; unit: rows.
        pub rows_read: i64,
        /// Rows accepted; unit: rows.
        pub rows_accepted: i64,
        /// Rows quarantined; unit: rows.
        pub rows_quarantined: i64,
        /// Rows superseded; unit: rows.
        pub rows_superseded: i64,
        /// Rows set aside: headers, totals, notes, blanks; unit: rows.
        pub rows_set_aside: i64,
        /// Submission of the same file whose findings say why the file cannot be read. None: its own findings say what became of it.
        pub rejected_with: Option<&'a str>,
        /// Hard findings.
        pub findings_hard: i64,
        /// Explain findings.
        pub findings_explain: i64,
        /// Info findings.
        pub findings_info: i64,
        /// Open findings: hard ones, and explain ones without an explanation.
        pub findings_open: i64,
        /// Header layout, see layouts. None: nothing like a header.
        pub layout: Option<&'a str>,
        /// Path of the marked workbook that goes back, below the release. None: nothing goes back.
        pub return_path: Option<&'a str>,
    }
}

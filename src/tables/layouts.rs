//! The table `layouts`.

use super::row::rows;

rows! {
    /// A header of a header layout.
    pub struct LayoutRow<'a> of "layouts" {
        /// Fingerprint of form and headers.
        pub layout: &'a str,
        /// Physical column, from 1.
        pub position: i64,
        /// Letter of the column, as in A1.
        pub letter: &'a str,
        /// Form.
        pub form: &'a str,
        /// Title of the form in Chinese. None: not given.
        pub form_title_zh: Option<&'a str>,
        /// Title of the form in English. None: not given.
        pub form_title_en: Option<&'a str>,
        /// Header as received; several rows joined with /.
        pub header: &'a str,
        /// Column of the form it is read as. None: not read.
        pub field: Option<&'a str>,
        /// Unit named in the header. None: none named.
        pub unit: Option<&'a str>,
        /// Column it is most like, or stands for a second time. None: read, or none is like it.
        pub nearest: Option<&'a str>,
        /// What the cells look like: integer, decimal N, date, text. None: read, or nothing in it.
        pub looks_like: Option<&'a str>,
        /// known, or unknown: a header is not read, or a required column is lacking.
        pub status: &'a str,
        /// Submissions with this layout.
        pub n_submissions: i64,
    }
}

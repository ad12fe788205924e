//! The tables `areas` and `area_spans`.

use jiff::civil::Date;

use super::row::rows;

rows! {
    /// An area as it was on the last judged day on which it is valid, in `areas`; a span of its time, in `area_spans`.
    /// A column for each classification of areas comes after these.
    pub struct AreaRow<'a> of "areas" {
        /// Area code.
        pub area_code: &'a str,
        /// Level.
        pub level: &'a str,
        /// Name of the area.
        pub area_name: &'a str,
        /// English name. None: not in the registry.
        pub area_name_en: Option<&'a str>,
        /// Kind.
        pub kind: &'a str,
        /// Code of the parent. None: the root has no parent.
        pub parent_code: Option<&'a str>,
        /// Valid from. None: since before the registry begins.
        pub valid_from: Option<Date>,
        /// Valid to, included. None: still valid.
        pub valid_to: Option<Date>,
        /// Source. None: not in the registry.
        pub source: Option<&'a str>,
    }
}

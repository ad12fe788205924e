//! The table `findings`.

use super::row::rows;

/// Why an influence is null: the figure is compared with 0 or with none, so that the change is larger than any share.
pub const NO_BASE: &str = "no_base";

rows! {
    /// One fault in data, with its place, its cause and what it does to the figures.
    pub struct FindingRow<'a> of "findings" {
        /// Finding id.
        pub finding_id: &'a str,
        /// Submission id. None: on a register, the corrections or the explanations, which are no submission.
        pub submission_id: Option<&'a str>,
        /// Path below the input folder, with #sheet.
        pub path: &'a str,
        /// Reporting period of the submission. None: cannot be told, or no submission.
        pub period: Option<&'a str>,
        /// Form. None: no form claims the file, or no submission.
        pub form: Option<&'a str>,
        /// Title of the form in Chinese. None: not given, or no form.
        pub form_title_zh: Option<&'a str>,
        /// Title of the form in English. None: not given, or no form.
        pub form_title_en: Option<&'a str>,
        /// Code of the area that sent the submission. None: cannot be told, or no submission.
        pub area_code: Option<&'a str>,
        /// Name of that area. None: cannot be told, no submission, or the registry does not have it.
        pub area_name: Option<&'a str>,
        /// Its English name. None: the registry has none.
        pub area_name_en: Option<&'a str>,
        /// Code; huizong explain CODE --pipeline DIR tells what it means.
        pub code: &'a str,
        /// Severity: hard, explain, info.
        pub severity: &'a str,
        /// Sheet. None: no workbook.
        pub sheet: Option<&'a str>,
        /// Row as the clerk sees it, from 1. None: concerns the whole submission or column.
        pub row: Option<i64>,
        /// Column of the form, or header as received. None: concerns the whole row or submission.
        pub field: Option<&'a str>,
        /// Cell (A1). None: no single cell.
        pub cell: Option<&'a str>,
        /// As received. None: none.
        pub raw: Option<&'a str>,
        /// Expected, in the notation of the definition. None: none.
        pub expected: Option<&'a str>,
        /// The same in words, in Chinese. None: nothing that would help.
        pub expected_zh: Option<&'a str>,
        /// The same in words, in English. None: nothing that would help.
        pub expected_en: Option<&'a str>,
        /// Proposed mend. None: cannot be computed.
        pub mend: Option<&'a str>,
        /// Cells or rows of this one cause.
        pub n_affected: i64,
        /// Every cell the rule looked at, with its value: H12=300; I12=250. None: concerns the named cell alone.
        pub cells: Option<&'a str>,
        /// Bound that judged it. None: not judged by a bound.
        pub threshold: Option<&'a str>,
        /// open, explained (by the sender), info (nothing to do).
        pub status: &'a str,
        /// Ids of the corrections that made the finding; it is not sent to the area. None: the area's own.
        pub correction: Option<&'a str>,
        /// Explanation of the sending area. None: no explanation.
        pub explanation: Option<&'a str>,
        /// Indicator that the records of the finding move most at the root. None: moves no indicator, or is for
        /// information only.
        pub influence_indicator: Option<&'a str>,
        /// Title of that indicator in Chinese. None: not given, or no indicator.
        pub influence_indicator_title_zh: Option<&'a str>,
        /// Title of that indicator in English. None: not given, or no indicator.
        pub influence_indicator_title_en: Option<&'a str>,
        /// The larger of (figure with the records - figure without) / abs(figure without) and (figure with - figure
        /// mended) / abs(figure mended), of the root.
        /// Quarantined records are not in the published figure; theirs is the larger of what they and what the mend
        /// would change; unit: share. None: see influence_root_null_reason.
        pub influence_root: Option<f64>,
        /// Why influence_root is null: moves_nothing, undefined, no_base (the figure is compared with 0 or with none: the
        /// change is larger than any share). None: there is a share.
        pub influence_root_null_reason: Option<&'a str>,
        /// The same of the partition area of the first record; unit: share. None: see
        /// influence_partition_null_reason.
        pub influence_partition: Option<f64>,
        /// Why influence_partition is null, like influence_root_null_reason. None: there is a share.
        pub influence_partition_null_reason: Option<&'a str>,
        /// Whether the records count in the published figure; false: they are quarantined, and figure_with is what
        /// the figure would be with them. None: moves no indicator, or is for information only.
        pub influence_counted: Option<bool>,
        /// Figure of the root with the records, in the indicator's unit. None: moves no indicator, or undefined.
        pub figure_with: Option<f64>,
        /// Figure of the root without the records. None: moves no indicator, or undefined.
        pub figure_without: Option<f64>,
        /// Figure of the root with the cell as the mend proposes. None: no figure is proposed, or it changes
        /// nothing.
        pub figure_mended: Option<f64>,
        /// Message in Chinese.
        pub message_zh: &'a str,
        /// Message in English.
        pub message_en: &'a str,
    }
}

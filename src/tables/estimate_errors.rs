//! The table `estimate_errors`.

use super::row::rows;

rows! {
    /// How far a method of estimating is off where the truth is known.
    pub struct EstimateErrorRow<'a> of "estimate_errors" {
        /// Reporting period.
        pub period: &'a str,
        /// Indicator.
        pub indicator: &'a str,
        /// Title of the indicator in Chinese. None: not given.
        pub indicator_title_zh: Option<&'a str>,
        /// Title of the indicator in English. None: not given.
        pub indicator_title_en: Option<&'a str>,
        /// carried_forward, hot_deck, stratum_ratio.
        pub method: &'a str,
        /// Unit.
        pub unit: &'a str,
        /// Units that reported completely and were predicted.
        pub n_tested: i64,
        /// Units that reported completely and have nothing to be predicted from.
        pub n_untestable: i64,
        /// Mean error, predicted less true, in the unit of the indicator. None: none was predicted.
        pub mean_error: Option<f64>,
        /// Mean absolute error. None: none was predicted.
        pub mean_absolute_error: Option<f64>,
        /// Root mean square error. None: none was predicted.
        pub root_mean_square_error: Option<f64>,
        /// Complete units that lack something in the latest period.
        pub n_taken_out: i64,
        /// Error of the figure of all complete units where these are estimated. None: there are none, or one cannot be estimated.
        pub aggregate_error: Option<f64>,
        /// Units that all methods can predict, methods that can predict none left aside.
        pub n_compared: i64,
        /// Root mean square error over these. None: there are none, or the method predicts none.
        pub compared_error: Option<f64>,
        /// Whether that error is the lowest of the methods.
        pub best: bool,
    }
}

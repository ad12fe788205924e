//! The table `progress`.

use super::row::rows;

rows! {
    /// Where an area stands on its way to a target, and where its pace leads.
    pub struct ProgressRow<'a> of "progress" {
        /// Reporting period.
        pub period: &'a str,
        /// Area code.
        pub area_code: &'a str,
        /// Name of the area. None: the registry does not have it.
        pub area_name: Option<&'a str>,
        /// Indicator.
        pub indicator: &'a str,
        /// Title of the indicator in Chinese. None: not given.
        pub indicator_title_zh: Option<&'a str>,
        /// Title of the indicator in English. None: not given.
        pub indicator_title_en: Option<&'a str>,
        /// Level.
        pub level: &'a str,
        /// Value in the period. None: see `value_null_reason`.
        pub value: Option<f64>,
        /// Unit.
        pub unit: &'a str,
        /// Period of the target.
        pub target_period: &'a str,
        /// Target.
        pub target: f64,
        /// target − value. None: see `value_null_reason`.
        pub distance_to_target: Option<f64>,
        /// From this period to that of the target; unit: years.
        pub years_left: f64,
        /// (target − value)/years_left, a year. None: see `required_null_reason`.
        pub required_pace: Option<f64>,
        /// since_baseline, since_previous, least_squares.
        pub method: &'a str,
        /// Period from which the pace is measured. None: see `pace_null_reason`.
        pub since_period: Option<&'a str>,
        /// Values behind the pace.
        pub n_points: i64,
        /// Slope of the line through them, a year. None: see `pace_null_reason`.
        pub pace: Option<f64>,
        /// The line in the period of the target. None: see `projected_null_reason`.
        pub projected_value: Option<f64>,
        /// Lowest projection within the bounds of the values. None: no projection, or no bounds.
        pub projected_lower: Option<f64>,
        /// Highest projection within the bounds of the values. None: no projection, or no bounds.
        pub projected_upper: Option<f64>,
        /// Lower end of the 95 % prediction interval. None: no projection, or a line through two points.
        pub prediction_lower: Option<f64>,
        /// Upper end of the 95 % prediction interval. None: no projection, or a line through two points.
        pub prediction_upper: Option<f64>,
        /// Years until the line meets the target; unit: years. None: see `reached_null_reason`.
        pub years_to_target: Option<f64>,
        /// First period in which the line meets the target. None: see `reached_null_reason`.
        pub reached_period: Option<&'a str>,
        /// First period in which the better end of the projection's bounds meets the target. None: there are no bounds, the value meets the target, or it takes more than 100 years.
        pub reached_earliest: Option<&'a str>,
        /// First period in which the worse end of the projection's bounds meets the target. None: likewise, or it never does.
        pub reached_latest: Option<&'a str>,
        /// First period in which the better end of the 95 % prediction interval meets the target. None: likewise.
        pub prediction_earliest: Option<&'a str>,
        /// First period in which the worse end of the 95 % prediction interval meets the target. None: likewise, or it never does.
        pub prediction_latest: Option<&'a str>,
        /// reached, on_track, off_track, missed, unknown.
        pub outlook: &'a str,
        /// Both bounds share the outlook. None: no bounds, or unknown.
        pub outlook_robust: Option<bool>,
        /// Why value is null. None: there is a value.
        pub value_null_reason: Option<&'a str>,
        /// Why required_pace is null. None: there is one.
        pub required_null_reason: Option<&'a str>,
        /// Why pace is null. None: there is one.
        pub pace_null_reason: Option<&'a str>,
        /// Why projected_value is null. None: there is one.
        pub projected_null_reason: Option<&'a str>,
        /// Why years_to_target and reached_period are null. None: there are both.
        pub reached_null_reason: Option<&'a str>,
    }
}

//! The figures of areas, as reported or on constant boundaries: what tables over time and ranks are made of.

use jiff::civil::Date;

use crate::tables::{ConstantBoundariesRow, IndicatorRow, Table, columns};

columns! {
    pub(super) struct AreaFigure<'a> of IndicatorRow {
        pub(super) period: &'a str,
        pub(super) area_code: &'a str,
        pub(super) area_name: Option<&'a str>,
        pub(super) indicator: &'a str,
        pub(super) level: &'a str,
        pub(super) value: Option<f64>,
        pub(super) unit: &'a str,
        pub(super) lower: Option<f64>,
        pub(super) upper: Option<f64>,
        pub(super) obs_status: &'a str,
        pub(super) null_reason: Option<&'a str>,
        pub(super) bounds_null_reason: Option<&'a str>,
    }
}

impl<'a> From<ConstantBoundariesRow<'a>> for AreaFigure<'a> {
    fn from(row: ConstantBoundariesRow<'a>) -> AreaFigure<'a> {
        AreaFigure {
            period: row.period,
            area_code: row.area_code,
            area_name: Some(row.area_name),
            indicator: row.indicator,
            level: row.level,
            value: row.value,
            unit: row.unit,
            lower: row.lower,
            upper: row.upper,
            obs_status: row.obs_status,
            null_reason: row.null_reason,
            bounds_null_reason: row.bounds_null_reason,
        }
    }
}

/// The rows of `indicators`; with the day of constant `boundaries` those of `indicators_constant_boundaries`.
pub(super) fn area_figures(table: &Table, boundaries: Option<Date>) -> Vec<AreaFigure<'_>> {
    match boundaries {
        None => table.rows().collect(),
        Some(_) => table.rows::<ConstantBoundariesRow>().map(AreaFigure::from).collect(),
    }
}

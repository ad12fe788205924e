//! Figures as SDMX-CSV 2.0: an observation a line, named as statistical offices exchange them.

use std::fmt::Write;

use super::field::{NEXT_ROW, field};
use crate::domain::{Period, PeriodKind};
use crate::tables::{IndicatorRow, SDMX_AGENCY, SDMX_VERSION, Table, sdmx_flow, sdmx_spec};

/// Rows of the table `indicators` as SDMX-CSV; `pipeline` is the name of theirs, `kind` that of its periods. A value that is missing is `NaN`, and its status says why; a bound that is not known is
/// left out.
pub fn sdmx_csv(pipeline: &str, kind: PeriodKind, table: &Table) -> String {
    let names: Vec<&str> = sdmx_spec().columns.iter().map(|column| column.name.as_str()).collect();
    let mut text = names.join(",");
    text.push_str(NEXT_ROW);
    let flow = dataflow(pipeline);
    let frequency = frequency(kind);
    for row in table.rows::<IndicatorRow>() {
        let number =
            |value: Option<f64>, missing: &str| value.map_or_else(|| missing.to_owned(), |value| value.to_string());
        let _ = write!(
            text,
            "dataflow,{flow},I,{frequency},{},{},{},{},{},{},{},{}{NEXT_ROW}",
            field(row.area_code),
            row.indicator,
            time_period(row.period),
            number(row.value, "NaN"),
            field(row.unit),
            row.obs_status,
            number(row.lower, ""),
            number(row.upper, "")
        );
    }
    text
}

/// The dataflow of a pipeline: agency, id and version.
fn dataflow(name: &str) -> String {
    format!("{SDMX_AGENCY}:{}({SDMX_VERSION})", sdmx_flow(name))
}

/// Of the code list CL_FREQ.
fn frequency(kind: PeriodKind) -> &'static str {
    match kind {
        PeriodKind::Year => "A",
        PeriodKind::Half => "S",
        PeriodKind::Quarter => "Q",
        PeriodKind::Month => "M",
    }
}

/// A period as SDMX writes it: `2020`, `2020-S1`, `2020-Q1`, `2020-01`.
fn time_period(text: &str) -> String {
    match Period::parse_any(text) {
        Some(period) if period.kind() == PeriodKind::Half => format!("{:04}-S{}", period.year(), period.part()),
        Some(period) if period.kind() == PeriodKind::Quarter => format!("{:04}-Q{}", period.year(), period.part()),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_a_field_for_each_column() {
        let mut table = Table::of::<IndicatorRow>();
        let row = IndicatorRow {
            period: "2020Q1",
            area_code: "A,1",
            area_name: None,
            indicator: "coverage",
            indicator_title_zh: None,
            indicator_title_en: None,
            level: "state",
            numerator: Some(1.0),
            denominator: Some(4.0),
            value: Some(25.0),
            unit: "percent",
            obs_status: "P",
            n_expected: 2,
            n_reported: 1,
            n_quarantined: 0,
            n_corrected: 0,
            n_denominators_carried: 0,
            n_denominators_bracketed: 0,
            missing_denominator: None,
            reported_weight_share: None,
            lower: Some(12.5),
            upper: Some(62.5),
            baseline: None,
            target: None,
            attainment_share: None,
            verdict: "no_target",
            verdict_robust: None,
            null_reason: None,
            sums_null_reason: None,
            bounds_null_reason: None,
        };
        table.push(IndicatorRow {
            area_code: "B2",
            value: None,
            obs_status: "O",
            lower: None,
            upper: None,
            ..row
        });
        table.push(row);
        let text = sdmx_csv("clinics", PeriodKind::Quarter, &table);
        let lines: Vec<&str> = text.split_terminator("\r\n").collect();
        let flow = "dataflow,HUIZONG:CLINICS(1.0.0),I,Q";
        assert_eq!(
            lines,
            [
                "STRUCTURE,STRUCTURE_ID,ACTION,FREQ,REF_AREA,INDICATOR,TIME_PERIOD,OBS_VALUE,UNIT_MEASURE,OBS_STATUS,LOWER_BOUND,UPPER_BOUND",
                &format!("{flow},B2,coverage,2020-Q1,NaN,percent,O,,"),
                &format!("{flow},\"A,1\",coverage,2020-Q1,25,percent,P,12.5,62.5"),
            ]
        );
    }

    #[test]
    fn periods_and_dataflows_are_written_as_sdmx_has_them() {
        let cases = [
            ("2020", "2020"),
            ("2020H2", "2020-S2"),
            ("2020Q4", "2020-Q4"),
            ("2020-07", "2020-07"),
        ];
        for (own, sdmx) in cases {
            assert_eq!(time_period(own), sdmx);
        }
        assert_eq!(dataflow("community-services"), "HUIZONG:COMMUNITY_SERVICES(1.0.0)");
    }
}

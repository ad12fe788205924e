//! A small country with two goals, told in both languages; and a foreign one with neither goals nor dimensions.

mod package;
mod summary;

use std::collections::BTreeMap;

use super::*;
use crate::domain::{Period, PeriodKind, Text};
use crate::pipeline::formula::{self, Formula, Use};
use crate::pipeline::testing;
use crate::pipeline::units::Units;
use crate::pipeline::{
    Better, CodeScheme, Column, ColumnKind, Credit, Dimension, DimensionLevel, Form, Gate, Indicator, Limits, Measure,
    Member, Pipeline, RegistrySpec, RowUnit,
};
use crate::tables::*;

fn year(text: &str) -> Period {
    Period::parse_any(text).unwrap()
}

fn formula(text: &str) -> Formula {
    let households = testing::column("households", ColumnKind::Integer { unit: None });
    formula::parse(text, &[households], Use::Measure).unwrap()
}

fn measure(id: &str, value: &str) -> Measure {
    Measure {
        id: id.into(),
        title: Text::default(),
        form: 0,
        value: formula(value),
        scale: 0,
        unit: None,
    }
}

fn indicator(id: &str, zh: &str, en: &str, better: Better) -> Indicator {
    Indicator {
        id: id.into(),
        title: Text::new(zh, en),
        numerator: 0,
        denominator: 1,
        filter: Vec::new(),
        factor: 100.0,
        unit: "percent".into(),
        register: None,
        bounded: true,
        better,
        plausible: Some((0.0, 100.0)),
        plausible_denominator: None,
        product_of: Vec::new(),
        target_level: None,
        baseline: BTreeMap::new(),
        target: BTreeMap::new(),
        sources: None,
        caveats: None,
    }
}

pub(super) fn pipeline() -> Pipeline {
    let column = |id: &str, zh: &str, en: &str, kind, required| Column {
        title: Text::new(zh, en),
        headers: vec![zh.into()],
        required,
        ..testing::column(id, kind)
    };
    let columns = vec![
        column(
            "community_code",
            "社区代码",
            "Community code",
            ColumnKind::DivisionCode { level: None },
            true,
        ),
        column(
            "households",
            "常住户数",
            "Households",
            ColumnKind::Integer {
                unit: Some("households".into()),
            },
            false,
        ),
    ];
    let form = Form {
        title: Text::new("社区（村）服务情况", "Community roster"),
        key: vec![0],
        ..testing::form("communities", RowUnit::Below("community".into()), columns)
    };
    let rural = Indicator {
        baseline: BTreeMap::from([(year("2015"), 12.3)]),
        target: BTreeMap::from([(year("2020"), 50.0)]),
        ..indicator(
            "rural_facility_coverage",
            "农村社区综合服务设施覆盖率",
            "Rural comprehensive-facility coverage",
            Better::Higher,
        )
    };
    let leaving = indicator(
        "staff_leaving",
        "社会工作者流失率",
        "Social workers who left",
        Better::Lower,
    );
    Pipeline {
        dir: "pipelines/small".into(),
        name: "small".into(),
        title: Text::new("城乡社区服务体系", "Urban and rural community services"),
        synthetic: true,
        licence: Some("CC-BY-4.0".into()),
        credit: Credit {
            publisher: Some(Text::new("民政统计司", "Bureau of Civil Statistics")),
            contact: Some(Text::new("统计处", "Statistics desk, desk@example.org")),
            description: Some(Text::new("社区服务设施", "Facilities of \"communities\"")),
            homepage: Some("https://example.org/communities".into()),
        },
        period_kind: PeriodKind::Year,
        periods: vec![year("2015"), year("2020")],
        open_ended: false,
        input: None,
        output: None,
        registry: RegistrySpec {
            changes: None,
            neighbours: None,
            nearest: None,
            divisions: "divisions.csv".into(),
            levels: ["nation", "province", "county"].map(str::to_owned).to_vec(),
            titles: ["nation", "province", "county"]
                .map(|level| Text::new(level, level))
                .to_vec(),
            partition: 1,
            code_scheme: CodeScheme::Gb2260,
        },
        reporters: None,
        gate: Gate::default(),
        limits: Limits::default(),
        report: Default::default(),
        constant_boundaries: None,
        constant_tables: Default::default(),
        retention: Default::default(),
        engine: Default::default(),
        returns: crate::pipeline::Returns::default(),
        extracts: Vec::new(),
        units: Units::built_in().clone(),
        forms: vec![form],
        rules: Vec::new(),
        feedback: crate::pipeline::Feedback::default(),
        measures: vec![measure("with_facility", "households"), measure("communities", "1")],
        indicators: vec![leaving, rural],
        dimensions: vec![Dimension {
            id: "macro_region".into(),
            title: Text::new("东中西部", "Macro region"),
            level: DimensionLevel::Area {
                level: 1,
                source: crate::pipeline::AreaSource::Table("regions.csv".into()),
            },
            members: [("east", "东部", "East"), ("west", "西部", "West")]
                .map(|(id, zh, en)| Member {
                    id: id.into(),
                    title: Text::new(zh, en),
                })
                .to_vec(),
            ordered: true,
            order_basis: Text::default(),
            compare: vec![("east".into(), "west".into())],
            reference: Some("east".into()),
            strata: Vec::new(),
        }],
        digest: String::new(),
        rules_digest: String::new(),
    }
}

pub(super) fn tables() -> Vec<Table> {
    let mut areas = Table::of::<AreaRow>();
    for (area_code, level, area_name, area_name_en, parent_code) in [
        ("000000", "nation", "全国", Some("China"), None),
        ("110000", "province", "北京市", Some("Beijing"), Some("000000")),
        (
            "650000",
            "province",
            "新疆维吾尔自治区",
            Some("Xinjiang"),
            Some("000000"),
        ),
        ("110101", "county", "东城区", None, Some("110000")),
        ("650102", "county", "天山区", None, Some("650000")),
    ] {
        areas.push(AreaRow {
            area_code,
            level,
            area_name,
            area_name_en,
            parent_code,
            ..AreaRow::default()
        });
    }
    let rural = IndicatorRow {
        period: "2020",
        indicator: "rural_facility_coverage",
        unit: "percent",
        verdict: "not_met",
        ..IndicatorRow::default()
    };
    let leaving = IndicatorRow {
        area_code: "000000",
        level: "nation",
        indicator: "staff_leaving",
        verdict: "no_target",
        ..rural
    };
    let mut indicators = Table::of::<IndicatorRow>();
    for row in [
        IndicatorRow {
            period: "2015",
            value: Some(9.5),
            ..leaving
        },
        IndicatorRow {
            value: Some(20.25),
            ..leaving
        },
        IndicatorRow {
            area_code: "000000",
            level: "nation",
            value: Some(49.97),
            lower: Some(48.5),
            upper: Some(49.99),
            verdict_robust: Some(true),
            ..rural
        },
        IndicatorRow {
            area_code: "110000",
            level: "province",
            value: Some(90.0),
            verdict: "met",
            ..rural
        },
        IndicatorRow {
            area_code: "650000",
            level: "province",
            value: Some(20.0),
            ..rural
        },
    ] {
        indicators.push(row);
    }

    let mut gaps = Table::of::<GapRow>();
    for (indicator, a, b) in [("staff_leaving", 25.0, 15.0), ("rural_facility_coverage", 70.0, 30.5)] {
        gaps.push(GapRow {
            period: "2020",
            scope_code: "000000",
            indicator,
            dimension: "macro_region",
            a: "east",
            b: "west",
            value_a: Some(a),
            value_b: Some(b),
            gap: Some(a - b),
            ratio: Some(a / b),
            sign_identified: Some(true),
            ..GapRow::default()
        });
    }
    let mut reporting = Table::of::<ReportingRow>();
    for (area_code, level, expected, received, rows_accepted) in [
        ("000000", "nation", 5, 4, 1234),
        ("110000", "province", 2, 2, 80),
        ("650000", "province", 3, 2, 1154),
    ] {
        reporting.push(ReportingRow {
            period: "2020",
            form: "communities",
            area_code,
            level,
            expected,
            received,
            usable: received,
            on_time: Some(received),
            usable_share: Some(received as f64 / expected as f64),
            rows_accepted,
            ..ReportingRow::default()
        });
    }
    let mut submissions = Table::of::<SubmissionRow>();
    for (submission_id, county, rows_quarantined) in [("s1", "110101", 0), ("s2", "650102", 3)] {
        submissions.push(SubmissionRow {
            submission_id,
            form: Some("communities"),
            period: Some("2020"),
            area_code: Some(county),
            rows_read: 40 + rows_quarantined,
            rows_accepted: 40,
            rows_quarantined,
            ..SubmissionRow::default()
        });
    }
    let mut findings = Table::of::<FindingRow>();
    for (finding_id, submission, code, severity, n_affected) in [
        ("f1", "s1", "unit-converted", "info", 40),
        ("f2", "s2", "code-scientific", "hard", 1),
        ("f3", "s2", "code-scientific", "hard", 2),
    ] {
        findings.push(FindingRow {
            finding_id,
            submission_id: Some(submission),
            code,
            severity,
            n_affected,
            ..FindingRow::default()
        });
    }
    let corrections = Table::of::<CorrectionRow>();
    let mut tables = vec![areas, indicators, gaps, reporting, submissions, findings, corrections];
    tables.extend([
        Table::of::<VerdictRow>(),
        Table::of::<ProgressRow>(),
        Table::of::<RankRow>(),
        Table::of::<ChangeEffectRow>(),
        Table::of::<GapChangeRow>(),
        Table::of::<ConvergenceRow>(),
        Table::of::<BetweenShareRow>(),
        Table::of::<SpatialAutocorrelationRow>(),
        Table::of::<SpatialClusterRow>(),
        Table::of::<EstimateRow>(),
        Table::of::<EstimateErrorRow>(),
    ]);
    tables
}

/// A date, and the forms that are not due on it: none.
const NOTHING_DUE: (jiff::civil::Date, &[NotDue]) = (jiff::civil::date(2021, 3, 1), &[]);

fn published() -> Outcome {
    outcome(State::Published { dropped: None })
}

fn outcome(state: State) -> Outcome {
    Outcome {
        dry_run: None,
        state,
        release: Some("000001-3fa2c1d0".into()),
        lost: false,
        output: "output".into(),
        as_of: jiff::civil::date(2021, 3, 1),
        periods: "2015, 2020".into(),
        left_out: None,
    }
}

fn line_with<'a>(text: &'a str, part: &str) -> &'a str {
    text.lines()
        .find(|line| line.contains(part))
        .unwrap_or_else(|| panic!("no line has {part} in\n{text}"))
}

//! A small country with two goals, told in both languages; and a foreign one with neither goals nor dimensions.

mod package;
mod summary;

use std::collections::BTreeMap;

use super::*;
use crate::domain::{Period, PeriodKind, Table, Text, Value};
use crate::pipeline::formula::{self, Formula, Use};
use crate::pipeline::testing;
use crate::pipeline::units::Units;
use crate::pipeline::{
    Better, CodeScheme, Column, ColumnKind, Dimension, DimensionLevel, Form, Gate, Indicator, Limits, Measure, Member,
    Pipeline, RegistrySpec, RowUnit,
};

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
        period_kind: PeriodKind::Year,
        periods: vec![year("2015"), year("2020")],
        open_ended: false,
        input: None,
        output: None,
        registry: RegistrySpec {
            changes: None,
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
            compare: vec![("east".into(), "west".into())],
            strata: Vec::new(),
        }],
        digest: String::new(),
    }
}

/// Adds a row; columns that are not named are null.
fn push(table: &mut Table, cells: &[(&str, Value)]) {
    let row = table.spec.columns.iter().map(|column| {
        let given = cells
            .iter()
            .find(|(name, _)| *name == column.name)
            .map(|(_, value)| value.clone());
        given.unwrap_or(match column.kind {
            crate::domain::ValueKind::Text => Value::Text(None),
            crate::domain::ValueKind::Integer => Value::Integer(None),
            crate::domain::ValueKind::Real => Value::Real(None),
            crate::domain::ValueKind::Boolean => Value::Boolean(None),
            crate::domain::ValueKind::Date => Value::Date(None),
        })
    });
    let row: Vec<Value> = row.collect();
    table.push(row);
}

fn tables() -> Vec<Table> {
    let mut areas = Table::new("areas");
    for (code, level, name, name_en, parent) in [
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
        push(
            &mut areas,
            &[
                ("area_code", code.into()),
                ("level", level.into()),
                ("area_name", name.into()),
                ("area_name_en", Value::from(name_en)),
                ("parent_code", Value::from(parent)),
            ],
        );
    }
    let mut indicators = Table::new("indicators");
    let mut put = |period: &str, area: &str, level: &str, id: &str, value: f64, more: &[(&str, Value)]| {
        let mut cells = vec![
            ("period", period.into()),
            ("area_code", area.into()),
            ("level", level.into()),
            ("indicator", id.into()),
            ("value", value.into()),
            ("unit", "percent".into()),
        ];
        cells.extend_from_slice(more);
        push(&mut indicators, &cells);
    };
    let not_met = || ("verdict", Value::from("not_met"));
    put("2015", "000000", "nation", "staff_leaving", 9.5, &[]);
    put(
        "2020",
        "000000",
        "nation",
        "staff_leaving",
        20.25,
        &[("verdict", "no_target".into())],
    );
    let robust = ("verdict_robust", true.into());
    let bounds = [("lower", 48.5.into()), ("upper", 49.99.into())];
    put(
        "2020",
        "000000",
        "nation",
        "rural_facility_coverage",
        49.97,
        &[&[not_met(), robust], &bounds[..]].concat(),
    );
    put(
        "2020",
        "110000",
        "province",
        "rural_facility_coverage",
        90.0,
        &[("verdict", "met".into())],
    );
    put(
        "2020",
        "650000",
        "province",
        "rural_facility_coverage",
        20.0,
        &[not_met()],
    );

    let mut gaps = Table::new("gaps");
    for (id, a, b) in [("staff_leaving", 25.0, 15.0), ("rural_facility_coverage", 70.0, 30.5)] {
        push(
            &mut gaps,
            &[
                ("period", "2020".into()),
                ("scope_code", "000000".into()),
                ("indicator", id.into()),
                ("dimension", "macro_region".into()),
                ("a", "east".into()),
                ("b", "west".into()),
                ("value_a", a.into()),
                ("value_b", b.into()),
                ("gap", (a - b).into()),
                ("ratio", (a / b).into()),
                ("sign_identified", true.into()),
            ],
        );
    }
    let mut reporting = Table::new("reporting");
    for (area, level, expected, received, rows) in [
        ("000000", "nation", 5, 4, 1234),
        ("110000", "province", 2, 2, 80),
        ("650000", "province", 3, 2, 1154),
    ] {
        push(
            &mut reporting,
            &[
                ("period", "2020".into()),
                ("form", "communities".into()),
                ("area_code", area.into()),
                ("level", level.into()),
                ("expected", Value::Integer(Some(expected))),
                ("received", Value::Integer(Some(received))),
                ("usable", Value::Integer(Some(received))),
                ("on_time", Value::Integer(Some(received))),
                ("usable_share", (received as f64 / expected as f64).into()),
                ("rows_accepted", Value::Integer(Some(rows))),
            ],
        );
    }
    let mut submissions = Table::new("submissions");
    for (id, county, quarantined) in [("s1", "110101", 0), ("s2", "650102", 3)] {
        push(
            &mut submissions,
            &[
                ("submission_id", id.into()),
                ("form", "communities".into()),
                ("period", "2020".into()),
                ("area_code", county.into()),
                ("rows_read", Value::Integer(Some(40 + quarantined))),
                ("rows_accepted", Value::Integer(Some(40))),
                ("rows_quarantined", Value::Integer(Some(quarantined))),
            ],
        );
    }
    let mut findings = Table::new("findings");
    for (id, submission, code, severity, count) in [
        ("f1", "s1", "unit-converted", "info", 40),
        ("f2", "s2", "code-scientific", "hard", 1),
        ("f3", "s2", "code-scientific", "hard", 2),
    ] {
        push(
            &mut findings,
            &[
                ("finding_id", id.into()),
                ("submission_id", submission.into()),
                ("code", code.into()),
                ("severity", severity.into()),
                ("n_affected", Value::Integer(Some(count))),
            ],
        );
    }
    let corrections = Table::new("corrections");
    vec![areas, indicators, gaps, reporting, submissions, findings, corrections]
}

fn outcome(state: State) -> Outcome {
    Outcome {
        state,
        release: Some("000001-3fa2c1d0".into()),
        output: "output".into(),
        as_of: jiff::civil::date(2021, 3, 1),
        not_due: Vec::new(),
        periods: "2015, 2020".into(),
        left_out: None,
    }
}

fn line_with<'a>(text: &'a str, part: &str) -> &'a str {
    text.lines()
        .find(|line| line.contains(part))
        .unwrap_or_else(|| panic!("no line has {part} in\n{text}"))
}

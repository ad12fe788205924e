//! A small pipeline and its records, for the tests of the roll-up.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::domain::{Period, PeriodKind, Text};
use crate::pipeline::formula;
use crate::pipeline::testing::{column, form};
use crate::pipeline::*;
use crate::registry::{Areas, Registry};
use polars::prelude::{Column as Values, DataFrame};

/// One record of the form `roster`.
#[derive(Clone, Debug)]
pub(super) struct Record {
    pub(super) area: String,
    pub(super) accepted: bool,
    pub(super) code: Option<String>,
    pub(super) class: Option<String>,
    pub(super) has_room: Option<bool>,
    pub(super) households: Option<i64>,
    /// In hundredths.
    pub(super) area_m2: Option<i64>,
}

/// Facts as the lake holds them, and `accepted`.
pub(super) fn frame(records: &[Record]) -> DataFrame {
    let text = |get: fn(&Record) -> Option<&str>| -> Vec<Option<String>> {
        records.iter().map(|r| get(r).map(str::to_string)).collect()
    };
    DataFrame::new(
        records.len(),
        vec![
            Values::new("area_code".into(), text(|r| Some(&r.area))),
            Values::new(
                "accepted".into(),
                records.iter().map(|r| r.accepted).collect::<Vec<_>>(),
            ),
            Values::new("community_code".into(), text(|r| r.code.as_deref())),
            Values::new("class".into(), text(|r| r.class.as_deref())),
            Values::new(
                "has_room".into(),
                records.iter().map(|r| r.has_room).collect::<Vec<_>>(),
            ),
            Values::new(
                "households".into(),
                records.iter().map(|r| r.households).collect::<Vec<_>>(),
            ),
            Values::new(
                "area_m2".into(),
                records
                    .iter()
                    .map(|r| r.area_m2.map(|a| a as f64 / 100.0))
                    .collect::<Vec<_>>(),
            ),
        ],
    )
    .unwrap()
}

/// The period of all tests.
pub(super) fn period() -> Period {
    Period::parse("2020", PeriodKind::Year).unwrap()
}

/// The areas that the records lie in.
pub(super) fn areas() -> Arc<Areas> {
    let dir = tempfile::tempdir().unwrap();
    let mut pipeline = pipeline();
    pipeline.registry.divisions = dir.path().join("divisions.csv");
    let header = "code,name,name_en,level,kind,parent_code,valid_from,valid_to,source";
    let rows = "n,N,,nation,nation,,,,t\na,A,,province,province,n,,,t\nb,B,,province,province,n,,,t\n\
                a1,A1,,county,county,a,,,t\na2,A2,,county,county,a,,,t\nb1,B1,,county,county,b,,,t\n";
    std::fs::write(&pipeline.registry.divisions, format!("{header}\n{rows}")).unwrap();
    Registry::load(&pipeline).unwrap().at(period())
}

/// A form `roster`; measures of every type; `urban` and `rural` by the last digits of a code, `class` with `other`.
pub(super) fn pipeline() -> Pipeline {
    let roster = roster();
    let measures = vec![
        measure(&roster, "communities", "1", 0),
        measure(&roster, "rooms", "has_room", 0),
        measure(&roster, "households", "households", 0),
        measure(&roster, "area", "area_m2", 2),
        measure(&roster, "half_area", "area_m2 * 0.5", 3),
        measure(&roster, "weighted", "households * 3 + 2", 1),
    ];
    let at = |id: &str| measures.iter().position(|m| m.id == id).unwrap();
    let indicators = vec![
        indicator(
            "room_urban",
            at("rooms"),
            at("communities"),
            vec![(0, vec!["urban".into()])],
        ),
        indicator(
            "room_rural",
            at("rooms"),
            at("communities"),
            vec![(0, vec!["rural".into()])],
        ),
        indicator("area_per_household", at("area"), at("households"), vec![]),
        indicator(
            "half_area_fringe",
            at("half_area"),
            at("weighted"),
            vec![(1, vec!["fringe".into(), "other".into()])],
        ),
    ];
    Pipeline {
        dir: ".".into(),
        name: "test".into(),
        title: Text::default(),
        synthetic: true,
        licence: None,
        credit: Credit::default(),
        period_kind: PeriodKind::Year,
        periods: vec![period()],
        open_ended: false,
        input: None,
        output: None,
        registry: RegistrySpec {
            changes: None,
            neighbours: None,
            nearest: None,
            divisions: "divisions.csv".into(),
            levels: ["nation", "province", "county"].map(String::from).to_vec(),
            titles: ["nation", "province", "county"]
                .map(|level| Text::new(level, level))
                .to_vec(),
            partition: 1,
            code_scheme: CodeScheme::Plain,
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
        units: Default::default(),
        forms: vec![roster],
        rules: Vec::new(),
        feedback: crate::pipeline::Feedback::default(),
        measures,
        indicators,
        dimensions: dimensions(),
        digest: String::new(),
        rules_digest: String::new(),
    }
}

fn roster() -> Form {
    let columns = vec![
        column("community_code", ColumnKind::DivisionCode { level: None }),
        column("class", ColumnKind::Text),
        column(
            "has_room",
            ColumnKind::Boolean {
                yes: Vec::new(),
                no: Vec::new(),
            },
        ),
        column("households", ColumnKind::Integer { unit: None }),
        column(
            "area_m2",
            ColumnKind::Decimal {
                scale: 2,
                unit: None,
                percent: false,
                double: false,
            },
        ),
    ];
    Form {
        key: vec![0],
        ..form("roster", RowUnit::Below("community".into()), columns)
    }
}

fn measure(form: &Form, id: &str, text: &str, scale: u32) -> Measure {
    let value = formula::parse(text, &form.columns, formula::Use::Measure).unwrap();
    Measure {
        id: id.into(),
        title: Text::default(),
        form: 0,
        value,
        scale,
        unit: None,
    }
}

fn indicator(id: &str, numerator: usize, denominator: usize, filter: Vec<(usize, Vec<String>)>) -> Indicator {
    Indicator {
        id: id.into(),
        title: Text::default(),
        numerator,
        denominator,
        filter,
        factor: 100.0,
        unit: "percent".into(),
        register: None,
        bounded: false,
        better: Better::Higher,
        plausible: None,
        plausible_denominator: None,
        product_of: Vec::new(),
        target_level: None,
        baseline: BTreeMap::new(),
        target: BTreeMap::new(),
        sources: None,
        caveats: None,
    }
}

fn dimensions() -> Vec<Dimension> {
    let dimension = |id: &str, members: &[&str], level: DimensionLevel| Dimension {
        id: id.into(),
        title: Text::default(),
        level,
        members: members
            .iter()
            .map(|id| Member {
                id: (*id).into(),
                title: Text::default(),
            })
            .collect(),
        ordered: false,
        order_basis: Text::default(),
        compare: Vec::new(),
        reference: None,
        strata: Vec::new(),
    };
    let to = |from: &str, to: &str, member: &str| {
        (
            ValueRange {
                from: from.into(),
                to: to.into(),
            },
            member.to_string(),
        )
    };
    let kind = DimensionLevel::Row {
        column: "community_code".into(),
        slice: Some((4, 6)),
        map: vec![
            to("001", "199", "urban"),
            to("400", "499", "urban"),
            to("200", "399", "rural"),
        ],
        other: None,
    };
    let class = DimensionLevel::Row {
        column: "class".into(),
        slice: None,
        map: vec![
            to("112", "112", "fringe"),
            to("122", "122", "fringe"),
            to("220", "220", "village"),
        ],
        other: Some("other".into()),
    };
    vec![
        dimension("kind", &["urban", "rural", "unknown"], kind),
        dimension("class", &["fringe", "village", "other", "unknown"], class),
    ]
}

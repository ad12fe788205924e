//! A small pipeline and sheets for the tests of this module.

use std::path::PathBuf;

use super::sheet::Sheet;
use crate::domain::{Grid, Period, PeriodKind, Text};
use crate::pipeline::testing;
use crate::pipeline::units::Units;
use crate::pipeline::{
    CodeScheme, Column, ColumnKind, Credit, FileTemplate, Form, Gate, Limits, Pipeline, RegistrySpec, ReportersSpec,
    Returns, RowUnit,
};

/// A roster and a summary, for 2018 and 2020.
pub(super) fn pipeline() -> Pipeline {
    let periods = ["2018", "2020"].map(|text| Period::parse_any(text).unwrap());
    Pipeline {
        dir: PathBuf::new(),
        name: "test".into(),
        title: Text::new("测试", "test"),
        synthetic: true,
        licence: None,
        credit: Credit::default(),
        period_kind: PeriodKind::Year,
        periods: periods.to_vec(),
        open_ended: false,
        input: None,
        output: None,
        registry: RegistrySpec {
            changes: None,
            neighbours: None,
            nearest: None,
            divisions: PathBuf::new(),
            levels: ["nation", "province", "prefecture", "county"]
                .map(str::to_owned)
                .to_vec(),
            titles: ["nation", "province", "prefecture", "county"]
                .map(|level| Text::new(level, level))
                .to_vec(),
            partition: 1,
            code_scheme: CodeScheme::Gb2260,
        },
        reporters: Some(ReportersSpec {
            file: "reporters.csv".into(),
            receipts: Some("receipts.csv".into()),
            population: None,
        }),
        gate: Gate::default(),
        limits: Limits::default(),
        report: Default::default(),
        constant_boundaries: None,
        constant_tables: Default::default(),
        retention: Default::default(),
        engine: Default::default(),
        returns: Returns::default(),
        extracts: Vec::new(),
        units: Units::built_in().clone(),
        forms: vec![roster(), summary()],
        rules: Vec::new(),
        feedback: crate::pipeline::Feedback::default(),
        measures: Vec::new(),
        indicators: Vec::new(),
        dimensions: Vec::new(),
        digest: String::new(),
        rules_digest: String::new(),
    }
}

fn roster() -> Form {
    let code = ColumnKind::DivisionCode { level: None };
    form(
        "communities",
        "社区（村）服务情况",
        &[
            "{period}/{province}/{county}_communities*",
            "{period}/{province}/{county}.*#communities",
        ],
        vec![
            column("code", code, &["社区代码", "村（居）委会代码"], true),
            column("name", ColumnKind::Text, &["社区名称"], false),
            column("households", ColumnKind::Integer { unit: None }, &["常住户数"], false),
            column("area", decimal("m2"), &["服务设施面积"], false),
            column(
                "organisations",
                ColumnKind::Integer { unit: None },
                &["社会组织/总数", "社会组织数"],
                false,
            ),
            column("elder", ColumnKind::Integer { unit: None }, &["社会组织/养老"], false),
        ],
    )
}

fn summary() -> Form {
    let code = ColumnKind::DivisionCode { level: Some(3) };
    form(
        "county_summaries",
        "县级汇总",
        &[
            "{period}/{province}/{county}_summary*",
            "{period}/{province}/{county}.*#summary",
        ],
        vec![
            column("county", code, &["县级代码"], true),
            column("funds", decimal("万元"), &["中央经费"], false),
            column("filled_in", ColumnKind::Date, &["填报日期"], false),
        ],
    )
}

fn form(id: &str, title: &str, files: &[&str], columns: Vec<Column>) -> Form {
    let template = |text: &&str| {
        let (path, sheet) = text
            .split_once('#')
            .map_or((*text, None), |(path, sheet)| (path, Some(sheet)));
        FileTemplate {
            path: path.into(),
            sheet: sheet.map(str::to_owned),
        }
    };
    Form {
        title: Text::new(title, id),
        key: vec![0],
        files: files.iter().map(template).collect(),
        revision: Some("_r{revision}".into()),
        ..testing::form(id, RowUnit::Below("community".into()), columns)
    }
}

fn decimal(unit: &str) -> ColumnKind {
    ColumnKind::Decimal {
        scale: 2,
        unit: Some(unit.into()),
        percent: false,
        double: false,
    }
}

fn column(id: &str, kind: ColumnKind, headers: &[&str], required: bool) -> Column {
    Column {
        title: Text::new(headers[0], id),
        headers: headers.iter().map(|h| (*h).to_owned()).collect(),
        required,
        ..testing::column(id, kind)
    }
}

/// A sheet of these rows.
pub(super) fn sheet(rows: &[&[&str]]) -> Sheet {
    let mut grid = Grid::new(false);
    for (at, row) in rows.iter().enumerate() {
        row.iter().for_each(|cell| grid.push_text(cell));
        grid.end_row(at as u32 + 1);
    }
    Sheet {
        name: None,
        grid,
        keys: None,
        hidden: false,
        search_bytes: super::sheet::SEARCH_BYTES,
    }
}

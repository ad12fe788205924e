//! What a run must find and compute: one line an expected finding, and the clean figures by plain loops.

use std::collections::BTreeMap;

use super::draw::Row;
use super::faults::{Expectation, NEAR_MISS, scalar, usual};
use super::model::FormModel;
use super::reporters::Reporter;
use crate::domain::{Code, FindingCode, Period, Severity, exact};
use crate::pipeline::formula::{Scalar, evaluate};
use crate::pipeline::{DimensionIndex, DimensionLevel, Indicator, Measure, Pipeline, UNKNOWN};

/// One expected hard or explain finding.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Line {
    pub(super) path: String,
    pub(super) sheet: String,
    pub(super) row: Option<usize>,
    pub(super) column: String,
    pub(super) code: FindingCode,
    pub(super) severity: &'static str,
    pub(super) kind: String,
    pub(super) consequence: &'static str,
    /// What was meant, where the finding must propose it.
    pub(super) mend: String,
}

impl Line {
    /// On a whole file or submission.
    pub(super) fn of_file(path: &str, code: Code, consequence: &'static str) -> Line {
        Line::of_column(path, "", "", code, consequence)
    }

    /// On a column of a sheet.
    pub(super) fn of_column(
        path: &str,
        sheet: &str,
        column: &str,
        code: impl Into<FindingCode>,
        consequence: &'static str,
    ) -> Line {
        let code = code.into();
        Line {
            path: path.to_owned(),
            sheet: sheet.to_owned(),
            row: None,
            column: column.to_owned(),
            severity: usual(&code).as_str(),
            kind: code.to_string(),
            code,
            consequence,
            mend: String::new(),
        }
    }

    /// The same at a row.
    pub(super) fn at_row(self, row: Option<usize>) -> Line {
        Line { row, ..self }
    }

    /// On a row or cell.
    pub(super) fn of_row(path: &str, sheet: &str, row: usize, expected: &Expectation) -> Line {
        Line {
            row: Some(row),
            severity: expected.severity.map_or("none", Severity::as_str),
            kind: expected.kind.clone(),
            mend: expected.mend.clone(),
            ..Line::of_column(
                path,
                sheet,
                &expected.column,
                expected.code.clone(),
                expected.consequence,
            )
        }
    }

    /// In the order of [`Line::HEADER`].
    pub(super) fn cells(&self) -> [String; 9] {
        let row = self.row.map_or(String::new(), |row| row.to_string());
        let (severity, consequence) = (self.severity.to_owned(), self.consequence.to_owned());
        [
            self.path.clone(),
            self.sheet.clone(),
            row,
            self.column.clone(),
            self.code.to_string(),
            severity,
            self.kind.clone(),
            consequence,
            self.mend.clone(),
        ]
    }

    pub(super) const HEADER: [&'static str; 9] = [
        "path",
        "sheet",
        "row",
        "column",
        "code",
        "severity",
        "kind",
        "consequence",
        "mend",
    ];
}

/// Nothing of this code may be found here.
pub(super) fn near(path: &str, sheet: &str, code: impl Into<FindingCode>) -> Line {
    let code = code.into();
    Line {
        severity: "none",
        kind: format!("near {code}"),
        ..Line::of_column(path, sheet, "", code, NEAR_MISS)
    }
}

/// A row of the register of reporters.
pub(super) struct Registered {
    pub(super) area_code: String,
    pub(super) form: String,
    pub(super) period: Period,
    pub(super) expected_rows: usize,
    /// By register column.
    pub(super) figures: BTreeMap<String, String>,
}

impl Registered {
    /// The register's figures of a reporter are the denominators of its clean rows.
    pub(super) fn of(
        pipeline: &Pipeline,
        model: &FormModel,
        reporter: &Reporter,
        period: Period,
        rows: &[Row],
        fewer: usize,
    ) -> Registered {
        let mut figures = BTreeMap::new();
        for indicator in &pipeline.indicators {
            let measure = &pipeline.measures[indicator.denominator];
            if let Some(column) = &indicator.register
                && measure.form == model.index
                && !figures.contains_key(column)
            {
                let counted = rows
                    .iter()
                    .filter(|row| passes(pipeline, model, reporter, indicator, row));
                let sum: i128 = counted.filter_map(|row| amount(measure, model, row)).sum();
                figures.insert(column.clone(), exact::written(sum, measure.scale));
            }
        }
        let expected_rows = rows.len().saturating_sub(fewer);
        Registered {
            area_code: reporter.code.clone(),
            form: model.recipe.id.clone(),
            period,
            expected_rows,
            figures,
        }
    }
}

/// Exact sums over rows where both are known.
#[derive(Clone, Copy, Default)]
struct Sums {
    numerator: i128,
    denominator: i128,
    rows: usize,
}

impl Sums {
    fn add(&mut self, other: Sums) {
        self.numerator += other.numerator;
        self.denominator += other.denominator;
        self.rows += other.rows;
    }
}

/// Numerator and denominator by period, area (the root and those of the partition) and indicator.
#[derive(Default)]
pub(super) struct Ledger {
    sums: BTreeMap<(Period, String, usize), Sums>,
}

impl Ledger {
    /// Counts the clean rows of one reporter.
    pub(super) fn add(
        &mut self,
        pipeline: &Pipeline,
        model: &FormModel,
        reporter: &Reporter,
        period: Period,
        rows: &[Row],
    ) {
        // Each measure once a row, however many indicators read it.
        let measures: Vec<Vec<Option<i128>>> = pipeline
            .measures
            .iter()
            .map(|measure| {
                if measure.form == model.index {
                    rows.iter().map(|row| amount(measure, model, row)).collect()
                } else {
                    Vec::new()
                }
            })
            .collect();
        for (index, indicator) in pipeline.indicators.iter().enumerate() {
            // The sums of two forms are matched when both are known.
            if pipeline.forms_of(indicator) != [model.index; 2] {
                continue;
            }
            let mut sums = Sums::default();
            for (at, row) in rows.iter().enumerate() {
                let both = measures[indicator.numerator][at].zip(measures[indicator.denominator][at]);
                if let Some((over, under)) = both
                    && passes(pipeline, model, reporter, indicator, row)
                {
                    sums.add(Sums {
                        numerator: over,
                        denominator: under,
                        rows: 1,
                    });
                }
            }
            for level in [0, pipeline.registry.partition] {
                if let Some((code, _)) = reporter.line.get(&level) {
                    self.sums.entry((period, code.clone(), index)).or_default().add(sums);
                }
            }
        }
    }

    /// Takes in another ledger.
    pub(super) fn merge(&mut self, other: Ledger) {
        for (key, sums) in other.sums {
            self.sums.entry(key).or_default().add(sums);
        }
    }

    /// period, area_code, indicator, numerator, denominator, value; no value without a denominator.
    /// Where no row is known there is no figure, hence no line.
    pub(super) fn rows<'a>(&'a self, pipeline: &'a Pipeline) -> impl Iterator<Item = [String; 6]> + 'a {
        self.sums
            .iter()
            .filter(|(_, sums)| sums.rows > 0)
            .map(|((period, area, index), sums)| {
                let indicator = &pipeline.indicators[*index];
                let part = |sum: i128, measure: usize| exact::figure(sum, pipeline.measures[measure].scale);
                let over = part(sums.numerator, indicator.numerator);
                let under = part(sums.denominator, indicator.denominator);
                let exists = sums.denominator != 0;
                let value = if exists {
                    (over / under * indicator.factor).to_string()
                } else {
                    String::new()
                };
                [
                    period.to_string(),
                    area.clone(),
                    indicator.id.clone(),
                    over.to_string(),
                    under.to_string(),
                    value,
                ]
            })
    }
}

/// A measure's integer for one row; None where it is not known.
fn amount(measure: &Measure, model: &FormModel, row: &Row) -> Option<i128> {
    let value = evaluate(&measure.value, &|column| {
        scalar(&model.form.columns[column], &row[column])
    });
    match value {
        Scalar::Integer(n) => exact::scaled_integer(n, measure.scale),
        Scalar::Decimal(n) => exact::scaled(n, measure.scale),
        Scalar::Boolean(yes) => exact::scaled_integer(i64::from(yes), measure.scale),
        _ => None,
    }
}

/// Whether a row lies in the members that an indicator asks for.
fn passes(pipeline: &Pipeline, model: &FormModel, reporter: &Reporter, indicator: &Indicator, row: &Row) -> bool {
    indicator.filter.iter().all(|(dimension, members)| {
        let member = member(pipeline, model, reporter, *dimension, row);
        members.iter().any(|wanted| wanted == member)
    })
}

/// The member of a dimension that a row has.
pub(super) fn member<'a>(
    pipeline: &'a Pipeline,
    model: &FormModel,
    reporter: &'a Reporter,
    dimension: DimensionIndex,
    row: &Row,
) -> &'a str {
    let dimension = &pipeline.dimensions[dimension];
    let (column, slice, map, other) = match &dimension.level {
        DimensionLevel::Area { .. } => return reporter.members.get(&dimension.id).map_or(UNKNOWN, String::as_str),
        // Indicators are not restricted to pairs, and no recipe asks for them.
        DimensionLevel::Pairs(_) => return UNKNOWN,
        DimensionLevel::Row {
            column,
            slice,
            map,
            other,
        } => (column, slice, map, other),
    };
    let Some(value) = model
        .slot(column)
        .map(|slot| row[slot].member())
        .filter(|value| !value.is_empty())
    else {
        return UNKNOWN;
    };
    let value = match slice {
        Some((first, last)) => value.get(first.saturating_sub(1)..*last).unwrap_or_default(),
        None => value,
    };
    let found = map
        .iter()
        .find(|(range, _)| range.contains(value))
        .map(|(_, member)| member.as_str());
    found.or(other.as_deref()).unwrap_or(UNKNOWN)
}

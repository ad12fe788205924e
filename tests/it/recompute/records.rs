//! Accepted and quarantined rows, and what each adds to every indicator.

use huizong::pipeline::formula::{Scalar, evaluate};
use huizong::pipeline::{DimensionLevel, UNKNOWN};

use super::Scene;
use crate::support::{Published, Row, facts, uncounted};

/// A fact or a quarantined row of a submission that counts.
pub(super) struct Record {
    pub(super) form: usize,
    /// The area it belongs to, and all above it.
    pub(super) areas: Vec<String>,
    pub(super) accepted: bool,
    /// By dimension; None where the form does not have it.
    pub(super) members: Vec<Option<String>>,
    /// By indicator; None where it adds nothing.
    pub(super) adds: Vec<Option<Sum>>,
    /// By indicator: whether a measure is blank, or nobody knows whether the restriction holds.
    pub(super) blank: Vec<bool>,
}

/// Sums of an indicator over some records, as integers of the measures' scales.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Sum {
    pub(super) numerator: i64,
    pub(super) denominator: i64,
    pub(super) rows: i64,
    /// Denominator of records that are quarantined or have no numerator.
    pub(super) rest: i64,
    /// Records without a denominator, or of which nobody knows whether the restriction holds.
    pub(super) unknown: i64,
}

impl Sum {
    pub(super) fn add(&mut self, other: &Sum) {
        self.numerator += other.numerator;
        self.denominator += other.denominator;
        self.rows += other.rows;
        self.rest += other.rest;
        self.unknown += other.unknown;
    }
}

impl Scene<'_> {
    pub(super) fn read_records(&self) -> Vec<Record> {
        let mut all = Vec::new();
        let output = &self.world.output;
        for (form, spec) in self.world.pipeline.forms.iter().enumerate() {
            let period = self.period.to_string();
            let uncounted = uncounted(output, &spec.id, &period).into_iter();
            let quarantined = uncounted.filter(|row| row["row_status"].text() == Some("quarantined"));
            all.extend(
                facts(output, &spec.id, &period)
                    .iter()
                    .map(|row| self.record(form, row, true)),
            );
            all.extend(quarantined.map(|row| self.record(form, &row, false)));
        }
        all
    }

    fn record(&self, form: usize, row: &Row, accepted: bool) -> Record {
        let areas: Vec<String> = self
            .chain(row["area_code"].text().unwrap())
            .into_iter()
            .map(Into::into)
            .collect();
        let dimensions = 0..self.world.pipeline.dimensions.len();
        let members: Vec<_> = dimensions.map(|at| self.member(at, form, row, &areas)).collect();
        let indicators = 0..self.world.pipeline.indicators.len();
        let adds = indicators
            .map(|at| {
                (self.world.form_of(at) == form)
                    .then(|| self.adds(at, accepted, &members, row))
                    .flatten()
            })
            .collect();
        let indicators = 0..self.world.pipeline.indicators.len();
        let blank = indicators
            .map(|at| self.world.form_of(at) == form && self.is_blank(at, &members, row))
            .collect();
        Record {
            form,
            areas,
            accepted,
            members,
            adds,
            blank,
        }
    }

    fn is_blank(&self, at: usize, members: &[Option<String>], row: &Row) -> bool {
        let indicator = &self.world.pipeline.indicators[at];
        let member = |dimension: usize| members[dimension].as_deref().unwrap_or(UNKNOWN);
        let excludes = |allowed: &[String], member: &str| !allowed.iter().any(|id| id == member);
        let is_out =
            (indicator.filter.iter()).any(|(of, allowed)| member(*of) != UNKNOWN && excludes(allowed, member(*of)));
        let is_open =
            (indicator.filter.iter()).any(|(of, allowed)| member(*of) == UNKNOWN && excludes(allowed, UNKNOWN));
        let measures = [indicator.numerator, indicator.denominator];
        measures.into_iter().any(|measure| self.measure(measure, row).is_none()) || is_open && !is_out
    }

    fn adds(&self, at: usize, accepted: bool, members: &[Option<String>], row: &Row) -> Option<Sum> {
        let indicator = &self.world.pipeline.indicators[at];
        let mut certain = true;
        for (dimension, allowed) in &indicator.filter {
            let member = members[*dimension].as_deref().unwrap_or(UNKNOWN);
            if !allowed.iter().any(|id| id == member) {
                if member != UNKNOWN {
                    return None;
                }
                certain = false;
            }
        }
        let mut sum = Sum::default();
        let numerator = self.measure(indicator.numerator, row);
        match (self.measure(indicator.denominator, row), numerator) {
            (None, _) => sum.unknown = 1,
            _ if !certain => sum.unknown = 1,
            (Some(denominator), Some(numerator)) if accepted => {
                (sum.numerator, sum.denominator, sum.rows) = (numerator, denominator, 1);
            }
            (Some(denominator), _) => sum.rest = denominator,
        }
        Some(sum)
    }

    /// The member of an area, or of an area's row where the dimension groups rows.
    fn member(&self, at: usize, form: usize, row: &Row, areas: &[String]) -> Option<String> {
        let pipeline = &self.world.pipeline;
        match &pipeline.dimensions[at].level {
            DimensionLevel::Area { .. } => self.member_of_area(at, areas),
            DimensionLevel::Pairs(_) => {
                let [first, second] = self.world.crosses[&at].map(|part| self.member(part, form, row, areas));
                let (first, second) = (first?, second?);
                let is_known = first != UNKNOWN && second != UNKNOWN;
                Some(if is_known {
                    format!("{first}_{second}")
                } else {
                    UNKNOWN.into()
                })
            }
            DimensionLevel::Row {
                column,
                slice,
                map,
                other,
            } => {
                pipeline.forms[form].column(column)?;
                let Some(value) = row[column].text() else {
                    return Some(UNKNOWN.into());
                };
                let value: String = match slice {
                    Some((from, to)) => value.chars().skip(from - 1).take(to - from + 1).collect(),
                    None => value.to_owned(),
                };
                let mapped = map
                    .iter()
                    .find(|(range, _)| range.contains(&value))
                    .map(|(_, member)| member.clone());
                Some(mapped.or_else(|| other.clone()).unwrap_or_else(|| UNKNOWN.into()))
            }
        }
    }

    /// The member of the area, or of the nearest one above it, that the lookup names.
    pub(super) fn member_of_area(&self, at: usize, areas: &[String]) -> Option<String> {
        let found = match self.world.crosses.get(&at) {
            None => areas.iter().find_map(|area| self.world.lookups[&at].get(area).cloned()),
            Some(of) => {
                let [first, second] = of.map(|part| self.member_of_area(part, areas).filter(|id| id != UNKNOWN));
                first.zip(second).map(|(first, second)| format!("{first}_{second}"))
            }
        };
        let declared = || {
            self.world.pipeline.dimensions[at]
                .members
                .iter()
                .any(|member| member.id == UNKNOWN)
        };
        found.or_else(|| declared().then(|| UNKNOWN.to_string()))
    }

    /// A measure of a row, as integer of its scale; None: not known.
    fn measure(&self, at: usize, row: &Row) -> Option<i64> {
        let measure = &self.world.pipeline.measures[at];
        let columns = &self.world.pipeline.forms[measure.form].columns;
        let scalar = |column: usize| match &row[&columns[column].id] {
            Published::Text(text) => Scalar::Text(text.clone()),
            Published::Integer(number) => Scalar::Integer(*number),
            Published::Real(number) => Scalar::Decimal(*number),
            Published::Boolean(flag) => Scalar::Boolean(*flag),
            Published::Null => Scalar::Null,
        };
        match evaluate(&measure.value, &scalar) {
            Scalar::Integer(number) => Some(number * 10i64.pow(measure.scale)),
            Scalar::Decimal(number) => Some((number * 10f64.powi(measure.scale as i32)).round() as i64),
            Scalar::Boolean(flag) => Some(i64::from(flag) * 10i64.pow(measure.scale)),
            _ => None,
        }
    }

    /// Sums of the records that a test picks.
    pub(super) fn sum(&self, indicator: usize, wanted: impl Fn(&Record) -> bool) -> Sum {
        let mut sum = Sum::default();
        for record in self
            .records
            .iter()
            .filter(|record| record.adds[indicator].is_some() && wanted(record))
        {
            record.adds[indicator].iter().for_each(|add| sum.add(add));
        }
        sum
    }
}

impl Record {
    pub(super) fn lies_in(&self, area: &str) -> bool {
        self.areas.iter().any(|code| code == area)
    }
}

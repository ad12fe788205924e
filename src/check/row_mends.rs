//! Mends of rows that break a rule: neighbours that were filled in the wrong way round, or one figure in a wrong unit, where that
//! alone makes every rule about the cells hold.

use polars::prelude::AnyValue;

use super::error::Error;
use super::figures::written;
use super::ledger::scaled;
use super::mends::{SLIPS, factor_text, in_place_of};
use super::partition::Partition;
use crate::domain::{Lang, Mend, Text, date_of_days};
use crate::pipeline::formula::{Formula, Scalar, evaluate};
use crate::pipeline::{Column, Rule};

/// What a clerk most likely did.
pub(super) struct RowMend {
    /// Content of the cell at which the finding stands, where that is the one to mend.
    pub(super) mend: Option<Mend>,
    pub(super) reason: Text,
}

/// Values that are put in place of those sent.
type Change = Vec<(usize, Scalar)>;

/// The one mend that makes a broken rule hold and breaks no other. `rules` are those of the form within one row.
pub(super) fn propose(
    partition: &Partition,
    rules: &[(&Rule, &Formula)],
    broken: &Formula,
    record: usize,
) -> Result<Option<RowMend>, Error> {
    let columns = &partition.form.columns;
    let numbers: Vec<usize> = (broken.columns.iter().copied())
        .filter(|&at| columns[at].kind.is_number())
        .collect();
    if numbers.is_empty() {
        return Ok(None);
    }
    let row = Row { partition, record };
    let holds = |formula: &Formula, change: &Change| -> Result<Option<bool>, Error> {
        let mut values = Vec::with_capacity(formula.columns.len());
        for &at in &formula.columns {
            let changed = change.iter().find(|(column, _)| *column == at);
            let value = changed.map_or_else(|| row.value(at), |(_, value)| Ok(value.clone()))?;
            values.push((at, value));
        }
        let value = |at: usize| {
            let found = values.iter().find(|(column, _)| *column == at);
            found.map_or(Scalar::Null, |(_, value)| value.clone())
        };
        Ok(match evaluate(formula, &value) {
            Scalar::Boolean(holds) => Some(holds),
            _ => None,
        })
    };
    let mends = |change: &Change| -> Result<bool, Error> {
        if holds(broken, change)? != Some(true) {
            return Ok(false);
        }
        for (_, other) in rules {
            let about = other.columns.iter().any(|at| change.iter().any(|(c, _)| c == at));
            if about && holds(other, change)? == Some(false) && holds(other, &Vec::new())? != Some(false) {
                return Ok(false);
            }
        }
        Ok(true)
    };
    let first = broken.columns.first().copied();
    if let Some(swap) = row.swap(&broken.columns)?
        && mends(&swap)?
    {
        let [(a, of_a), (b, of_b)] = &swap[..] else {
            return Ok(None);
        };
        // Whoever mended one of the two cells alone would make both the same: the reason says both, and no cell gets a mend.
        let shown = |at: usize, value| shown(&columns[at], value).unwrap_or_default();
        return Ok(Some(RowMend {
            mend: None,
            reason: reversed((&columns[*a], &shown(*a, of_a)), (&columns[*b], &shown(*b, of_b))),
        }));
    }
    let mut found: Option<(usize, i32, Scalar)> = None;
    for &at in &numbers {
        let value = row.value(at)?;
        for power in SLIPS {
            let Some(moved) = moved(&columns[at], &value, power) else {
                continue;
            };
            if mends(&vec![(at, moved.clone())])? && found.replace((at, power, moved)).is_some() {
                return Ok(None);
            }
        }
    }
    let Some((at, power, meant)) = found else {
        return Ok(None);
    };
    let mend = match (number(&row.value(at)?), number(&meant)) {
        (Some(value), Some(figure)) if first == Some(at) => {
            shown(&columns[at], &meant).map(|text| in_place_of(value, text, figure))
        }
        _ => None,
    };
    let reason = unit(&columns[at], power);
    Ok(Some(RowMend { mend, reason }))
}

/// One record.
struct Row<'p, 'a> {
    partition: &'p Partition<'a>,
    record: usize,
}

impl Row<'_, '_> {
    fn value(&self, column: usize) -> Result<Scalar, Error> {
        let id = &self.partition.form.columns[column].id;
        let value = self.partition.column(id)?.get(self.record);
        let value = value.map_err(|source| self.partition.broken(source))?;
        Ok(match value {
            AnyValue::Int64(number) => Scalar::Integer(number),
            AnyValue::Float64(number) => Scalar::Decimal(number),
            AnyValue::Boolean(truth) => Scalar::Boolean(truth),
            AnyValue::String(text) => Scalar::Text(text.to_owned()),
            AnyValue::StringOwned(text) => Scalar::Text(text.to_string()),
            AnyValue::Date(days) => date_of_days(days).map_or(Scalar::Null, Scalar::Date),
            _ => Scalar::Null,
        })
    }

    /// Two figures of one kind and unit that stand side by side in the sheet, exchanged.
    fn swap(&self, columns: &[usize]) -> Result<Option<Change>, Error> {
        let &[a, b] = columns else { return Ok(None) };
        let place = |at| self.partition.cell_place(self.record, Some(at)).column_index;
        let (left, right) = (place(a), place(b));
        let adjacent = left.zip(right).is_some_and(|(a, b)| a.abs_diff(b) == 1);
        let of = |at: usize| &self.partition.form.columns[at];
        if !adjacent || !of(a).kind.is_number() || of(a).kind != of(b).kind {
            return Ok(None);
        }
        let (value_a, value_b) = (self.value(a)?, self.value(b)?);
        let fits = in_range(of(a), &value_b) && in_range(of(b), &value_a);
        Ok(fits.then(|| vec![(a, value_b), (b, value_a)]))
    }
}

/// The figure × 10^`power`, where the column can hold it and nothing is left over.
fn moved(column: &Column, value: &Scalar, power: i32) -> Option<Scalar> {
    let factor = 10_i64.pow(power.unsigned_abs());
    let moved = match *value {
        Scalar::Integer(0) => return None,
        Scalar::Integer(number) if power > 0 => Scalar::Integer(number.checked_mul(factor)?),
        Scalar::Integer(number) => Scalar::Integer((number % factor == 0).then(|| number / factor)?),
        Scalar::Decimal(number) if number != 0.0 => {
            let unit = 10_f64.powi(column.kind.decimals() as i32);
            let factor = factor as f64;
            let moved = if power > 0 { number * factor } else { number / factor };
            if column.kind.is_double() {
                let moved = Scalar::Decimal(moved);
                return in_range(column, &moved).then_some(moved);
            }
            let rounded = (moved * unit).round();
            ((moved * unit - rounded).abs() < 1e-6).then_some(Scalar::Decimal(rounded / unit))?
        }
        _ => return None,
    };
    in_range(column, &moved).then_some(moved)
}

fn number(value: &Scalar) -> Option<f64> {
    match *value {
        Scalar::Integer(number) => Some(number as f64),
        Scalar::Decimal(number) => Some(number),
        _ => None,
    }
}

fn in_range(column: &Column, value: &Scalar) -> bool {
    let Some(number) = number(value) else { return false };
    column.range.is_none_or(|(min, max)| min <= number && number <= max)
}

fn shown(column: &Column, value: &Scalar) -> Option<String> {
    match *value {
        Scalar::Integer(number) => Some(number.to_string()),
        Scalar::Decimal(number) if column.kind.is_double() => Some(number.to_string()),
        Scalar::Decimal(number) => {
            let scale = column.kind.decimals();
            Some(written(scaled(number, scale), scale))
        }
        _ => None,
    }
}

fn reversed((a, of_a): (&Column, &str), (b, of_b): (&Column, &str)) -> Text {
    let (a_zh, b_zh) = (a.title.get(Lang::Zh), b.title.get(Lang::Zh));
    let (a_en, b_en) = (a.title.get(Lang::En), b.title.get(Lang::En));
    Text::new(
        format!("“{a_zh}”与“{b_zh}”疑似填反，应分别为 {of_a} 和 {of_b}"),
        format!("“{a_en}” and “{b_en}” seem to have changed places: {of_a} and {of_b}"),
    )
}

fn unit(column: &Column, power: i32) -> Text {
    let factor = factor_text(power);
    Text::new(
        format!("“{}”疑似单位错误，应{factor}", column.title.get(Lang::Zh)),
        format!(
            "the unit of “{}” seems to have slipped: {factor}",
            column.title.get(Lang::En)
        ),
    )
}

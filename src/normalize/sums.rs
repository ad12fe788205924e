//! Records whose figures are the sums of other records, whatever they are called: subtotals and totals by names that nobody knows.

use arrow::array::{Array, ArrayRef, AsArray, Float64Array};
use arrow::buffer::ScalarBuffer;
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type};

use crate::domain::exact::NOISE;
use crate::pipeline::{ColumnKind, Form};

/// Rows from which on a sum proves anything: any row may equal another.
const PARTS: usize = 2;
/// Digits of all its figures from which on no row is the sum of all others by chance.
const DIGITS: u32 = 4;
/// The same for the sum of rows next to it, of a sheet of fewer than ten rows: there are many such sums. Each further digit of the number
/// of rows asks for one more.
const RUN_DIGITS: u32 = 4;
/// Rows next to a row that are added up at most.
const REACH: usize = 2000;
/// How far a sum may be off that a clerk got wrong: as a share, where several columns agree and where there is one.
const NEAR: [f64; 2] = [0.005, 0.001];

/// Records that are sums of others, by position, ascending.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    /// All figures are the sums of other records.
    pub(super) exact: Vec<usize>,
    /// The first or the last record, whose figures are nearly the sums of all others.
    pub(super) near: Option<usize>,
}

/// `arrays` are the form's columns in order, `additive` those whose sum has a meaning: they have to agree. Other columns of
/// numbers that agree are evidence, too.
pub(super) fn find(form: &Form, additive: &[usize], arrays: &[ArrayRef], rows: usize) -> Found {
    if rows <= PARTS || additive.is_empty() {
        return Found::default();
    }
    let of = |column: usize| Column::new(&form.columns[column].kind, &arrays[column]);
    let columns: Vec<Column> = additive.iter().filter_map(|&column| of(column)).collect();
    let is_other = |column: &usize| {
        let definition = &form.columns[*column];
        let is_percent = matches!(definition.kind, ColumnKind::Decimal { percent: true, .. });
        definition.kind.is_number() && definition.additive && !is_percent && !additive.contains(column)
    };
    let evidence: Vec<Column> = (0..arrays.len()).filter(is_other).filter_map(of).collect();
    // The largest figures say most.
    let weight = |column: &&Column| (column.largest * 10_f64.powi(column.decimals as i32)) as u64;
    let Some(pivot) = columns.iter().max_by_key(weight) else {
        return Found::default();
    };
    let mut sheet = Sheet {
        columns: &columns,
        evidence: &evidence,
        pivot,
        is_sum: vec![false; rows],
    };
    // Members of a category may have rows of their own for the sum of the others.
    let has_members = form
        .key
        .iter()
        .any(|key| matches!(form.columns[*key].kind, ColumnKind::Category { .. }));
    if !has_members {
        sheet.mark_sums_of_neighbours();
    }
    sheet.mark_sums_of_all();
    let exact: Vec<usize> = (0..rows).filter(|row| sheet.is_sum[*row]).collect();
    let mut ends = [rows - 1, 0].into_iter();
    let near = ends.find(|row| exact.is_empty() && sheet.is_nearly_all(*row));
    Found { exact, near }
}

/// The figures of one column.
struct Column {
    values: Float64Array,
    /// The same with zero where there is none.
    addends: ScalarBuffer<f64>,
    decimals: u32,
    /// How far a sum may be off, as a share of the figure, beyond half of the last decimal.
    noise: f64,
    largest: f64,
}

impl Column {
    fn new(kind: &ColumnKind, array: &ArrayRef) -> Option<Column> {
        let values = cast(array, &DataType::Float64)
            .ok()?
            .as_primitive::<Float64Type>()
            .clone();
        let largest = values
            .iter()
            .flatten()
            .fold(0.0, |most: f64, value| most.max(value.abs()));
        let addends = match values.null_count() {
            0 => values.values().clone(),
            _ => values.iter().map(Option::unwrap_or_default).collect(),
        };
        Some(Column {
            values,
            addends,
            decimals: kind.decimals(),
            noise: if kind.is_double() { NOISE } else { 0.0 },
            largest,
        })
    }

    fn value(&self, row: usize) -> Option<f64> {
        self.values.is_valid(row).then(|| self.values.value(row))
    }

    fn slack(&self, value: f64) -> f64 {
        (0.5 / 10_f64.powi(self.decimals as i32)).max(self.noise * value.abs())
    }

    /// The sum of the figures of rows, and how many of them are not zero.
    fn sum(&self, rows: impl Iterator<Item = usize>) -> (f64, usize) {
        let values = rows.map(|row| self.addends[row]);
        values.fold((0.0, 0), |(sum, count), value| {
            (sum + value, count + usize::from(value != 0.0))
        })
    }
}

struct Sheet<'a> {
    columns: &'a [Column],
    evidence: &'a [Column],
    /// The column that is looked at first.
    pivot: &'a Column,
    /// Rows that are known to be sums.
    is_sum: Vec<bool>,
}

impl Sheet<'_> {
    fn mark_sums_of_neighbours(&mut self) {
        let rows = self.is_sum.len();
        let digits = RUN_DIGITS + rows.ilog10();
        for row in 0..rows {
            let above = (0..row).rev();
            let below = row + 1..rows;
            self.is_sum[row] = self.is_sum_of_run(row, above, digits) || self.is_sum_of_run(row, below, digits);
        }
    }

    /// Whether a row is the sum of the first rows of a run, however many.
    fn is_sum_of_run(&self, row: usize, run: impl Iterator<Item = usize> + Clone, digits: u32) -> bool {
        let Some(value) = self.pivot.value(row).filter(|value| *value > 0.0) else {
            return false;
        };
        let slack = self.pivot.slack(value);
        let parts = || run.clone().filter(|part| !self.is_sum[*part]).take(REACH);
        let mut sum = 0.0;
        for (count, part) in (1..).zip(parts()) {
            sum += self.pivot.addends[part];
            if sum > value + slack {
                return false;
            }
            if count >= PARTS && sum >= value - slack && self.digits(row, || parts().take(count)) >= digits {
                return true;
            }
        }
        false
    }

    fn mark_sums_of_all(&mut self) {
        let rows = self.is_sum.len();
        let others = |is_sum: &[bool]| (0..rows).filter(|row| !is_sum[*row]).collect::<Vec<usize>>();
        let parts = others(&self.is_sum);
        let (sum, _) = self.pivot.sum(parts.iter().copied());
        for &row in &parts {
            let Some(value) = self.pivot.value(row) else { continue };
            let rest = || parts.iter().copied().filter(|part| *part != row);
            let is_half = (sum - value - value).abs() <= self.pivot.slack(value);
            if is_half && self.digits(row, rest) >= DIGITS {
                self.is_sum[row] = true;
                return;
            }
        }
    }

    /// Digits of the figures of a row that are the sums of others; 0 where one of those that have to be is not.
    fn digits<I: Iterator<Item = usize>>(&self, row: usize, parts: impl Fn() -> I) -> u32 {
        let mut digits = 0;
        for column in self.columns {
            let Some(value) = column.value(row) else { continue };
            let (sum, count) = column.sum(parts());
            if (sum - value).abs() > column.slack(value) {
                return 0;
            }
            if count >= PARTS {
                digits += significant(value, column.decimals);
            }
        }
        if digits == 0 {
            return 0;
        }
        for column in self.evidence {
            let Some(value) = column.value(row) else { continue };
            let (sum, count) = column.sum(parts());
            if count >= PARTS && (sum - value).abs() <= column.slack(value) {
                digits += significant(value, column.decimals);
            }
        }
        digits
    }

    /// Whether the figures of a row are nearly the sums of all others: one is, with enough digits, or all are about right.
    fn is_nearly_all(&self, row: usize) -> bool {
        let rows = self.is_sum.len();
        let parts = || (0..rows).filter(|part| *part != row);
        let (mut compared, mut digits, mut is_near) = (0, 0, true);
        for column in self.columns {
            let Some(value) = column.value(row).filter(|value| *value != 0.0) else {
                continue;
            };
            let (sum, count) = column.sum(parts());
            if count <= PARTS {
                continue;
            }
            let gap = (sum - value).abs();
            compared += 1;
            if gap <= column.slack(value) {
                digits = digits.max(significant(value, column.decimals));
            }
            let share = NEAR[usize::from(self.columns.len() == 1)];
            is_near &= gap <= share * value.abs() && significant(value, column.decimals) >= DIGITS - 1;
        }
        digits >= DIGITS || (is_near && compared > 0 && compared >= self.columns.len().min(PARTS))
    }
}

/// Digits of a figure with so many decimals at most, without zeros at the end; none of zero.
fn significant(value: f64, decimals: u32) -> u32 {
    let scaled = (value.abs() * 10_f64.powi(decimals as i32)).round();
    let mut digits = 0;
    let mut rest = if scaled < 1e18 { scaled as u64 } else { 0 };
    while rest > 0 && rest % 10 == 0 {
        rest /= 10;
    }
    while rest > 0 {
        (rest, digits) = (rest / 10, digits + 1);
    }
    digits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_that_say_something() {
        for (value, decimals, digits) in [
            (0.0, 0, 0),
            (7.0, 0, 1),
            (1000.0, 0, 1),
            (32_500.0, 0, 3),
            (-12.25, 2, 4),
            (1e30, 0, 0),
        ] {
            assert_eq!(significant(value, decimals), digits, "{value}");
        }
    }

    /// Positions of exact sums and of a near one, of rows of people and homes.
    fn sums(rows: &[(f64, f64)]) -> (Vec<usize>, Option<usize>) {
        let column = |values: Vec<f64>| Column {
            largest: values.iter().copied().fold(0.0, f64::max),
            addends: values.clone().into(),
            values: values.into(),
            decimals: 0,
            noise: 0.0,
        };
        let columns = [
            column(rows.iter().map(|row| row.0).collect()),
            column(rows.iter().map(|row| row.1).collect()),
        ];
        let mut sheet = Sheet {
            columns: &columns,
            evidence: &[],
            pivot: &columns[0],
            is_sum: vec![false; rows.len()],
        };
        sheet.mark_sums_of_neighbours();
        sheet.mark_sums_of_all();
        let exact: Vec<usize> = (0..rows.len()).filter(|row| sheet.is_sum[*row]).collect();
        let near = [rows.len() - 1, 0]
            .into_iter()
            .find(|row| exact.is_empty() && sheet.is_nearly_all(*row));
        (exact, near)
    }

    #[test]
    fn sums_are_found_wherever_they_stand() {
        let (ash, bow, cam, dee) = ((1101.0, 303.0), (1212.0, 424.0), (1404.0, 535.0), (1818.0, 737.0));
        let (north, south, all) = ((2313.0, 727.0), (3222.0, 1272.0), (5535.0, 1999.0));
        for (rows, exact, near) in [
            (&[ash, bow, cam, dee][..], &[][..], None),
            (&[ash, bow, cam, dee, all], &[4], None),
            (&[all, ash, bow, cam, dee], &[0], None),
            (&[ash, bow, north, cam, dee], &[2], None),
            (&[north, ash, bow, south, cam, dee], &[0, 3], None),
            (&[ash, bow, north, cam, dee, south, all], &[2, 5, 6], None),
            (&[all, ash, bow, north, cam, dee, south], &[0, 3, 6], None),
            // A sum that is off in one column, and in both.
            (&[ash, bow, cam, dee, (5536.0, 1999.0)], &[], Some(4)),
            (&[(5536.0, 1998.0), ash, bow, cam, dee], &[], Some(0)),
            // One column agrees, or few digits do.
            (&[ash, bow, (2313.0, 700.0), cam, dee], &[], None),
            (&[(1.0, 1.0), (2.0, 1.0), (3.0, 2.0), (4.0, 1.0)], &[], None),
            (&[ash, (0.0, 0.0), ash, cam, dee], &[], None),
            (&[ash, bow, cam, dee, (5900.0, 2300.0)], &[], None),
        ] {
            assert_eq!(sums(rows), (exact.to_vec(), near), "{rows:?}");
        }
    }
}

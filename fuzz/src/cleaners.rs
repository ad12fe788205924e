use arrow::array::{Array, AsArray};
use arrow::datatypes::{DataType, Date32Type, Float64Type, Int64Type};
use huizong::domain::{Code, Grid, Held, MatchedColumn, Mend, RawTable, Severity};
use huizong::normalize::{Normalized, normalize};
use huizong::pipeline::{Column, ColumnKind, Form};

use super::laws::is_sayable;
use super::world::{World, cells};

/// Units that a header may name, by three bits of the first byte.
const UNITS: [Option<&str>; 8] = [
    None,
    Some("亩"),
    Some("万元"),
    Some("万人"),
    Some("%"),
    Some("万"),
    Some("元"),
    Some("户"),
];
/// Decimals that every double between them can tell apart.
const TOLD_APART: i128 = 10_i128.pow(15);
const WHOLE_TOLD_APART: i128 = 1 << 53;

/// What a cell became.
#[derive(Clone, Debug, PartialEq)]
enum Value {
    Null,
    Integer(i64),
    Decimal(f64),
    Boolean(bool),
    Text(String),
    Days(i32),
}

/// How the cells of a row came.
#[derive(Clone, Copy)]
struct Sent {
    form: usize,
    /// As a number of a workbook.
    numeric: bool,
    /// Unit of every header.
    unit: Option<&'static str>,
}

/// One text as the cell of every kind of column. The first byte says how it came: bit 0 as a number, bit 1 under a form whose
/// symbols look like values, bits 2 to 4 the header's unit.
pub fn run(input: &[u8]) {
    let Some((how, text)) = input.split_first() else {
        return;
    };
    let text = String::from_utf8_lossy(text);
    let sent = Sent {
        form: usize::from(how >> 1 & 1),
        numeric: how & 1 == 1,
        unit: UNITS[usize::from(how >> 2 & 7)],
    };
    let world = cells();
    let form = &world.pipeline.forms[sent.form];
    let same = vec![text.as_ref(); form.columns.len()];
    let done = read(world, sent, &same);
    let values = values(form, &done);
    done.findings.iter().for_each(is_sayable);
    for (column, value) in form.columns.iter().zip(&values) {
        is_in_range(column, value);
    }
    mends_are_accepted(world, sent, &same, &done);
    stays_when_cleaned_again(world, sent.form, &same, &values);
    if !sent.numeric && sent.unit.is_none() && !is_symbol(form, &text) {
        for (column, value) in form.columns.iter().zip(&values) {
            is_exact(column, &text, value);
        }
    }
}

fn read(world: &World, sent: Sent, cells: &[&str]) -> Normalized {
    let mut grid = Grid::new(true);
    let held = if sent.numeric { Held::Number } else { Held::Text };
    cells.iter().for_each(|cell| grid.push_cell(cell, held));
    grid.end_row(1);
    let matched = |column: usize| MatchedColumn {
        column,
        index: column as u32,
        unit: sent.unit.map(str::to_owned),
    };
    let table = RawTable::plain(grid, (0..cells.len()).map(matched).collect(), vec![0]);
    normalize(&table, &world.context(sent.form))
}

fn values(form: &Form, done: &Normalized) -> Vec<Value> {
    let column = |column: &Column| {
        let array = done.batch.column_by_name(&column.id).expect("a column of the form");
        match array.data_type() {
            _ if array.is_null(0) => Value::Null,
            DataType::Int64 => Value::Integer(array.as_primitive::<Int64Type>().value(0)),
            DataType::Float64 => Value::Decimal(array.as_primitive::<Float64Type>().value(0)),
            DataType::Boolean => Value::Boolean(array.as_boolean().value(0)),
            DataType::Date32 => Value::Days(array.as_primitive::<Date32Type>().value(0)),
            _ => Value::Text(array.as_string::<i32>().value(0).to_owned()),
        }
    };
    form.columns.iter().map(column).collect()
}

fn is_in_range(column: &Column, value: &Value) {
    let value = match value {
        Value::Integer(value) => *value as f64,
        Value::Decimal(value) => {
            assert!(value.is_finite() && value.to_bits() != (-0.0_f64).to_bits());
            *value
        }
        _ => return,
    };
    if let Some((least, most)) = column.range {
        assert!(least <= value && value <= most, "{} = {value}", column.id);
    }
}

/// A proposed content is read without a fault, and a proposed figure as that figure.
fn mends_are_accepted(world: &World, sent: Sent, cells: &[&str], done: &Normalized) {
    for finding in &done.findings {
        let (Some(mend), Some(index)) = (finding.mend_text(), finding.place.column_index) else {
            continue;
        };
        let mut mended = cells.to_vec();
        mended[index as usize] = &mend;
        let again = read(world, Sent { numeric: false, ..sent }, &mended);
        let still = again.findings.iter().find(|finding| {
            finding.place.column_index == Some(index)
                && finding.place.row.is_some()
                && finding.severity != Severity::Info
        });
        assert!(still.is_none(), "{finding:?}\nits mend gives {still:?}");
        let is_rounded = again
            .findings
            .iter()
            .any(|finding| finding.code == Code::DecimalsRounded);
        if let (Some(Mend::Figure { figure, .. }), false) = (&finding.mend, is_rounded) {
            let form = &world.pipeline.forms[sent.form];
            let as_read = match values(form, &again)[index as usize] {
                Value::Integer(value) => value as f64,
                Value::Decimal(value) => value,
                ref other => panic!("{finding:?}\nis no figure once mended: {other:?}"),
            };
            assert!(as_read == *figure, "{finding:?}\nis {as_read} once mended");
        }
    }
}

/// A value written plainly is the same value.
fn stays_when_cleaned_again(world: &World, form: usize, cells: &[&str], values: &[Value]) {
    let definition = &world.pipeline.forms[form];
    let plain: Vec<String> = values
        .iter()
        .zip(cells)
        .map(|(value, cell)| match value {
            Value::Null => String::new(),
            Value::Integer(value) => value.to_string(),
            Value::Decimal(value) => value.to_string(),
            Value::Boolean(value) => value.to_string(),
            Value::Days(days) => written(*days),
            Value::Text(text) if text.is_empty() => (*cell).to_owned(),
            Value::Text(text) => text.clone(),
        })
        .collect();
    let sent = Sent {
        form,
        numeric: false,
        unit: None,
    };
    let cells: Vec<&str> = plain.iter().map(String::as_str).collect();
    let again = self::values(definition, &read(world, sent, &cells));
    for (at, column) in definition.columns.iter().enumerate() {
        // A name becomes a code, and a value may be spelled like a symbol.
        let other = matches!(column.kind, ColumnKind::DivisionName { .. }) || is_symbol(definition, cells[at]);
        if values[at] != Value::Null && !other {
            assert_eq!(again[at], values[at], "{} from {:?}", column.id, cells[at]);
        }
    }
}

fn is_symbol(form: &Form, text: &str) -> bool {
    form.missing.contains_key(narrow(text).trim())
}

fn narrow(text: &str) -> String {
    let narrow = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        _ => c,
    };
    text.chars().map(narrow).collect()
}

/// `2020-02-29`, by the calendar's own arithmetic (days from 0000-03-01 in eras of 400 years).
fn written(days: i32) -> String {
    let days = days + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year + era * 400 + i32::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

/// A figure as this page reads it: sign, digits, decimals, how many places its unit moves the point, and whether by 2000/3.
struct Figure {
    digits: i128,
    decimals: i128,
    thirds: bool,
}

/// Digits with one point at most, then `万` or `亩` or nothing; else nobody's business here.
fn figure(text: &str) -> Option<Figure> {
    let text = narrow(text);
    let (rest, moved, thirds) = match (text.strip_suffix('万'), text.strip_suffix('亩')) {
        (Some(rest), _) => (rest, 4, false),
        (_, Some(rest)) => (rest, 0, true),
        _ => (text.as_str(), 0, false),
    };
    let (negative, rest) = rest.strip_prefix('-').map_or((false, rest), |rest| (true, rest));
    let (whole, fraction) = rest.split_once('.').unwrap_or((rest, ""));
    let all = format!("{whole}{fraction}");
    if all.is_empty() || all.len() > 18 || !all.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let digits: i128 = all.parse().ok()?;
    Some(Figure {
        digits: if negative { -digits } else { digits },
        decimals: fraction.len() as i128 - moved,
        thirds,
    })
}

/// What the column makes of a plain figure is that figure, or null where it has more decimals, is too large or beyond the range.
fn is_exact(column: &Column, text: &str, value: &Value) {
    let Some(figure) = figure(text) else { return };
    let (scale, unit) = match &column.kind {
        ColumnKind::Integer { unit } => (0, unit.as_deref()),
        ColumnKind::Decimal { scale, unit, .. } => (i128::from(*scale), unit.as_deref()),
        _ => return,
    };
    if figure.thirds {
        return is_in_square_metres(&column.id, unit, &figure, scale, value);
    }
    let moved = text.ends_with('万');
    if moved && !matches!(unit, None | Some("person")) {
        return;
    }
    let wanted = at_scale(&figure, scale);
    let most = if scale == 0 { WHOLE_TOLD_APART } else { TOLD_APART };
    let fits = wanted.is_some_and(|wanted| wanted.abs() <= most);
    let written = wanted.map_or(f64::NAN, |wanted| {
        format!("{wanted}e-{scale}").parse().unwrap_or(f64::NAN)
    });
    let within = column
        .range
        .is_none_or(|(least, most)| least <= written && written <= most);
    match value {
        Value::Integer(value) => assert_eq!(Some(i128::from(*value)), wanted, "{} from {text:?}", column.id),
        Value::Decimal(value) => {
            assert_eq!(*value, written, "{} from {text:?}", column.id);
            let back = (value * 10_f64.powi(scale as i32)).round() as i128;
            assert_eq!(Some(back), wanted, "{} from {text:?} in a sum", column.id);
        }
        Value::Null => assert!(!(fits && within), "{} refuses {text:?}", column.id),
        _ => {}
    }
}

/// The figure × 10^scale, where that is whole.
fn at_scale(figure: &Figure, scale: i128) -> Option<i128> {
    let shift = scale - figure.decimals;
    let power = 10_i128.checked_pow(u32::try_from(shift.abs()).ok()?)?;
    if shift >= 0 {
        return figure.digits.checked_mul(power);
    }
    (figure.digits % power == 0).then(|| figure.digits / power)
}

/// 亩 are 2000/3 m²: the nearest figure of the column's scale, halves away from zero.
fn is_in_square_metres(id: &str, unit: Option<&str>, figure: &Figure, scale: i128, value: &Value) {
    let (Some("m2"), Value::Decimal(value)) = (unit, value) else {
        return;
    };
    let got = (value * 10_f64.powi(scale as i32)).round() as i128;
    // got / 10^scale against digits / 10^decimals × 2000 / 3, all times 3 × 10^scale × 10^decimals
    let of_got = 3 * got * 10_i128.pow(figure.decimals as u32);
    let of_text = 2000 * figure.digits * 10_i128.pow(scale as u32);
    let unit = 3 * 10_i128.pow(figure.decimals as u32);
    assert!(2 * (of_got - of_text).abs() <= unit, "{id}: {got} of {}", figure.digits);
}

use huizong::pipeline::formula::{Formula, Scalar, Use, ValueType, evaluate, parse};
use huizong::pipeline::{Column, ColumnKind};
use jiff::civil::date;

use super::world::cells;

/// A formula's text, over the columns of every kind.
pub fn run(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let columns = &cells().pipeline.forms[0].columns;
    let summed = judged(&text, columns, Use::Measure);
    let checked = judged(&text, columns, Use::Check);
    if let Some(summed) = summed {
        let checked = checked.expect("what may be summed may be judged");
        assert_eq!((summed.ty, summed.decimals), (checked.ty, checked.decimals));
        assert_eq!(summed.to_sql(), checked.to_sql());
    }
}

fn judged(text: &str, columns: &[Column], usage: Use) -> Option<Formula> {
    match parse(text, columns, usage) {
        Ok(formula) => {
            assert_eq!(formula.text, text);
            assert!(!formula.to_sql().is_empty());
            assert!(formula.columns.iter().all(|column| *column < columns.len()));
            (0..6).for_each(|row| has_its_type(&formula, columns, row));
            Some(formula)
        }
        Err(faults) => {
            assert!(!faults.is_empty(), "refused without a reason");
            for fault in faults {
                assert!(
                    text.get(fault.span.clone()).is_some(),
                    "{fault:?} lies beyond the formula"
                );
                assert!(!fault.message.is_empty());
            }
            None
        }
    }
}

/// The value is of the type that was found, or unknown.
fn has_its_type(formula: &Formula, columns: &[Column], row: usize) {
    let value = evaluate(formula, &|column| scalar(&columns[column].kind, row));
    let fits = match value {
        Scalar::Null => true,
        Scalar::Integer(_) => formula.ty == ValueType::Integer,
        // What leaves 64 bits goes on as a double; the roll-up refuses such a partition.
        Scalar::Decimal(_) => matches!(formula.ty, ValueType::Decimal | ValueType::Integer),
        Scalar::Boolean(_) => formula.ty == ValueType::Boolean,
        Scalar::Text(_) => formula.ty == ValueType::Text,
        Scalar::Date(_) => formula.ty == ValueType::Date,
    };
    assert!(fits, "{value:?} of a formula of type {:?}", formula.ty);
}

/// Nothing known, then usual and extreme values.
fn scalar(kind: &ColumnKind, row: usize) -> Scalar {
    const LARGEST: i64 = 1 << 53;
    let Some(row) = row.checked_sub(1) else {
        return Scalar::Null;
    };
    match kind {
        ColumnKind::Integer { .. } => Scalar::Integer([0, 7, -1, LARGEST, -LARGEST][row]),
        ColumnKind::Decimal { .. } => Scalar::Decimal([0.0, 0.1, -2.5, LARGEST as f64, -1e9][row]),
        ColumnKind::Boolean { .. } => Scalar::Boolean(row % 2 == 0),
        ColumnKind::Date => Scalar::Date([date(2020, 2, 29), date(1800, 1, 1), date(2200, 12, 31)][row % 3]),
        ColumnKind::Text
        | ColumnKind::Category { .. }
        | ColumnKind::DivisionCode { .. }
        | ColumnKind::DivisionName { .. } => {
            Scalar::Text(["", "112", "130102001001", "长丁区", "\u{fffd}"][row].to_owned())
        }
    }
}

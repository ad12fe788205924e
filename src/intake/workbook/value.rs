//! A cell of a workbook as text: the shortest decimal, `12.3%`, an ISO date.

use calamine::{Data, DataRef, ExcelDateTime};

use crate::domain::Held;

/// A cell's text, and what the workbook held there.
pub(super) struct Value {
    pub(super) text: String,
    pub(super) held: Held,
}

impl Value {
    pub(super) fn text(text: impl Into<String>) -> Value {
        Value::holding(Held::Text, text)
    }

    pub(super) fn number(text: String) -> Value {
        Value::holding(Held::Number, text)
    }

    pub(super) fn holding(held: Held, text: impl Into<String>) -> Value {
        Value {
            text: text.into(),
            held,
        }
    }

    pub(super) fn of(data: &Data, percent: bool) -> Value {
        match data {
            Data::Int(number) if percent => Value::number(hundredfold(&number.to_string())),
            Data::Float(number) if percent => Value::number(hundredfold(&number.to_string())),
            Data::Int(number) => Value::number(number.to_string()),
            Data::Float(number) => Value::number(number.to_string()),
            Data::String(text) => Value::text(text),
            Data::Bool(truth) => Value::holding(Held::Truth, truth.to_string().to_uppercase()),
            Data::DateTime(moment) => Value::moment(moment),
            Data::DateTimeIso(text) => Value::holding(Held::Date, text.strip_suffix("T00:00:00").unwrap_or(text)),
            Data::DurationIso(text) => Value::holding(Held::Date, text),
            Data::Error(error) => Value::text(error.to_string()),
            Data::Empty => Value::text(""),
        }
    }

    pub(super) fn of_ref(data: &DataRef<'_>, percent: bool) -> Value {
        match data {
            DataRef::SharedString(text) => Value::text(*text),
            other => Value::of(&Data::from(other.clone()), percent),
        }
    }

    /// An ISO date, with the time where there is one; a duration stays the number that it is.
    fn moment(moment: &ExcelDateTime) -> Value {
        if moment.is_duration() {
            return Value::number(moment.as_f64().to_string());
        }
        // Days before the calendar of workbooks begins, and none at all: no program shows them as a date.
        let days = moment.as_f64();
        if days.is_nan() || days < 0.0 {
            return Value::number(days.to_string());
        }
        let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
        let date = format!("{year:04}-{month:02}-{day:02}");
        if (hour, minute, second) == (0, 0, 0) {
            Value::holding(Held::Date, date)
        } else {
            Value::holding(Held::Date, format!("{date}T{hour:02}:{minute:02}:{second:02}"))
        }
    }
}

/// `0.123` → `12.3%`: the point moves, so no digit changes.
pub(super) fn hundredfold(decimal: &str) -> String {
    let (sign, digits) = decimal.strip_prefix('-').map_or(("", decimal), |rest| ("-", rest));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let (moved, rest) = fraction.split_at(fraction.len().min(2));
    let whole = format!("{whole}{moved:0<2}");
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    let point = if rest.is_empty() { "" } else { "." };
    format!("{sign}{whole}{point}{rest}%")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_point_moves_two_places() {
        for (number, text) in [
            (0.123, "12.3%"),
            (0.5, "50%"),
            (1.0, "100%"),
            (0.0, "0%"),
            (0.07, "7%"),
            (0.00123, "0.123%"),
            (-0.25, "-25%"),
            (1.2345, "123.45%"),
            (0.29, "29%"),
        ] {
            assert_eq!(hundredfold(&f64::to_string(&number)), text);
        }
    }

    #[test]
    fn numbers_are_written_whole() {
        for (data, text, held) in [
            (Data::Float(130_102_001_001.0), "130102001001", Held::Number),
            (Data::Float(0.1), "0.1", Held::Number),
            (Data::Int(7), "7", Held::Number),
            (Data::Bool(true), "TRUE", Held::Truth),
            (
                Data::DateTimeIso("2021-01-08T00:00:00".into()),
                "2021-01-08",
                Held::Date,
            ),
            (Data::String(" x ".into()), " x ", Held::Text),
        ] {
            let value = Value::of(&data, false);
            assert_eq!((value.text.as_str(), value.held), (text, held));
        }
    }
}

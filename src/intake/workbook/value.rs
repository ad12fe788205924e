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
            Data::DateTimeIso(text) => Value::iso(text, &FIRST_DAYS),
            Data::DurationIso(text) => Value::holding(Held::Time, duration(text).unwrap_or_else(|| text.clone())),
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

    /// A day, or a moment, as files of XML write it. `first` are the days that stand for 0 and 1 there.
    pub(super) fn iso(text: &str, first: &[&str]) -> Value {
        let text = text.strip_suffix("T00:00:00").unwrap_or(text);
        let (day, time) = text.split_once('T').unwrap_or((text, ""));
        match (first.contains(&day), time.is_empty()) {
            (false, _) => Value::holding(Held::Date, text),
            (true, true) => Value::holding(Held::Time, day),
            (true, false) => Value::holding(Held::Time, clock(text)),
        }
    }

    /// A number of days that a format shows as a span of time: 1.5625 as `37:30`.
    pub(super) fn span(days: f64) -> Value {
        match elapsed(days) {
            Some(time) => Value::holding(Held::Time, time),
            None => Value::number(days.to_string()),
        }
    }

    /// An ISO date, with the time where there is one; or a span of time.
    fn moment(moment: &ExcelDateTime) -> Value {
        if moment.is_duration() {
            return Value::span(moment.as_f64());
        }
        // Days before the calendar of workbooks begins, and none at all: no program shows them as a date.
        let days = moment.as_f64();
        if days.is_nan() || days < 0.0 {
            return Value::number(days.to_string());
        }
        let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
        let date = format!("{year:04}-{month:02}-{day:02}");
        let held = if days < FIRST_SERIAL { Held::Time } else { Held::Date };
        if (hour, minute, second) == (0, 0, 0) {
            return Value::holding(held, date);
        }
        let moment = format!("{date}T{hour:02}:{minute:02}:{second:02}");
        match days < 1.0 {
            true => Value::holding(held, clock(&moment)),
            false => Value::holding(held, moment),
        }
    }
}

/// The first number that stands for a day: 0 and 1 are numbers in a format of days far more often than they are days.
const FIRST_SERIAL: f64 = 2.0;
/// Days by which documents write 0 and 1.
const FIRST_DAYS: [&str; 2] = ["1899-12-30", "1899-12-31"];

/// The time of a moment as a clock shows it: `08:30`, `08:30:15`; midnight of a day without a time.
pub(super) fn clock(moment: &str) -> String {
    let time = moment.split_once('T').map_or("00:00", |(_, time)| time);
    let time = time.split(['.', 'Z', '+', '-']).next().unwrap_or(time);
    let is_long = time.len() > "00:00".len();
    time.strip_suffix(":00").filter(|_| is_long).unwrap_or(time).to_owned()
}

/// The time that a clock shows so many hours after midnight: `32:30` → `08:30`.
pub(super) fn within_a_day(time: &str) -> String {
    let hours = time
        .split_once(':')
        .and_then(|(hours, rest)| Some((hours.parse::<u64>().ok()?, rest)));
    hours.map_or_else(|| time.to_owned(), |(hours, rest)| format!("{:02}:{rest}", hours % 24))
}

/// Most hours of a span of time; a number with more of them is none.
const MOST_HOURS: f64 = 1e9;

/// So many days as hours, minutes and, where there are any, seconds: 1.5625 → `37:30`. None: no span of time.
fn elapsed(days: f64) -> Option<String> {
    let seconds = (days * 86_400.0).round();
    if seconds.is_nan() || seconds.abs() > MOST_HOURS * 3600.0 {
        return None;
    }
    let sign = if seconds < 0.0 { "-" } else { "" };
    let seconds = seconds.abs() as u64;
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let rest = if seconds > 0 {
        format!(":{seconds:02}")
    } else {
        String::new()
    };
    Some(format!("{sign}{hours:02}:{minutes:02}{rest}"))
}

/// Days of a span of time that a file writes as a moment, by which it means the time since the calendar of workbooks begins:
/// `1900-01-01T13:30:00` is 1.5625. None: no moment.
pub(super) fn days_of_span(moment: &str) -> Option<f64> {
    use jiff::civil::{Date, DateTime, Time, date};
    let moment: DateTime = moment.trim().parse().ok()?;
    // The calendar that begins in 1904 counts from its first day, the other from the day before its first.
    let begin = if moment.year() < 1904 {
        date(1899, 12, 31)
    } else {
        date(1904, 1, 1)
    };
    // The programs count a 29 February 1900.
    let leap = i32::from((date(1900, 3, 1)..date(1904, 1, 1)).contains(&moment.date()));
    let whole = Date::until(begin, moment.date()).ok()?.get_days() + leap;
    let part = Time::midnight()
        .until(moment.time())
        .ok()?
        .total(jiff::Unit::Second)
        .ok()?;
    Some(f64::from(whole) + part / 86_400.0)
}

/// `PT08H30M00S` → `08:30`; None: something else.
fn duration(text: &str) -> Option<String> {
    let (hours, rest) = text.strip_prefix("PT")?.split_once('H')?;
    let (minutes, rest) = rest.split_once('M')?;
    let seconds = rest.strip_suffix('S')?.split(['.', ',']).next()?;
    let is_number = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let all = [hours, minutes, seconds].iter().all(is_number);
    all.then(|| clock(&format!("T{hours}:{minutes}:{seconds}")))
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
    fn what_is_no_day_is_a_time() {
        use calamine::ExcelDateTimeType::DateTime;
        let moment = |serial, is_1904| Data::DateTime(ExcelDateTime::new(serial, DateTime, is_1904));
        for (data, text, held) in [
            (moment(8.5 / 24.0, false), "08:30", Held::Time),
            (moment(30_615.0 / 86_400.0, true), "08:30:15", Held::Time),
            (moment(0.0, false), "1899-12-31", Held::Time),
            (moment(1.0, false), "1900-01-01", Held::Time),
            (moment(0.0, true), "1904-01-01", Held::Time),
            (moment(2.0, false), "1900-01-02", Held::Date),
            (moment(43_558.0, false), "2019-04-03", Held::Date),
            (moment(43_558.5, false), "2019-04-03T12:00:00", Held::Date),
            (Data::DateTimeIso("1899-12-30".into()), "1899-12-30", Held::Time),
            (Data::DateTimeIso("1899-12-30T08:30:00".into()), "08:30", Held::Time),
            (Data::DateTimeIso("1900-01-01".into()), "1900-01-01", Held::Date),
            (Data::DurationIso("PT08H30M00S".into()), "08:30", Held::Time),
            (Data::DurationIso("PT30H00M00.5S".into()), "30:00", Held::Time),
            (Data::DurationIso("P1Y".into()), "P1Y", Held::Time),
        ] {
            let value = Value::of(&data, false);
            assert_eq!((value.text.as_str(), value.held), (text, held));
        }
        for (time, shown) in [("32:30", "08:30"), ("08:30:15", "08:30:15"), ("P1Y", "P1Y")] {
            assert_eq!(within_a_day(time), shown);
        }
    }

    #[test]
    fn spans_of_time_are_no_numbers() {
        use calamine::ExcelDateTimeType::TimeDelta;
        for (days, text) in [
            (1.5625, "37:30"),
            (0.0, "00:00"),
            (30_615.0 / 86_400.0, "08:30:15"),
            (-0.25, "-06:00"),
            (100.0, "2400:00"),
        ] {
            let value = Value::of(&Data::DateTime(ExcelDateTime::new(days, TimeDelta, false)), false);
            assert_eq!((value.text.as_str(), value.held), (text, Held::Time));
        }
        assert_eq!(Value::span(f64::INFINITY).held, Held::Number);
        for (moment, days) in [
            ("1900-01-01T13:30:00.000", Some(1.5625)),
            ("1899-12-31T12:00:00.000", Some(0.5)),
            ("1900-03-01T00:00:00.000", Some(61.0)),
            ("1904-01-02T06:00:00.000", Some(1.25)),
            ("x", None),
        ] {
            assert_eq!(days_of_span(moment), days, "{moment}");
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

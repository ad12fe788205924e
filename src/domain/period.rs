use std::fmt;

use jiff::civil::{Date, date};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How long a period of a pipeline is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PeriodKind {
    /// `2020`
    Year,
    /// `2020H1`
    Half,
    /// `2020Q1`
    Quarter,
    /// `2020-01`
    Month,
}

impl PeriodKind {
    /// Periods of this kind in a year.
    pub fn per_year(self) -> i32 {
        match self {
            PeriodKind::Year => 1,
            PeriodKind::Half => 2,
            PeriodKind::Quarter => 4,
            PeriodKind::Month => 12,
        }
    }
}

/// A reporting period. Ordered in time; its text form is the one in paths and tables.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Period {
    kind: PeriodKind,
    year: i16,
    /// From 1; always 1 for a year.
    part: i8,
}

impl PartialOrd for Period {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Period {
    /// By the period's end, then the shorter first.
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        let key = |p: &Period| (p.year, p.part as i32 * 12 / p.kind.per_year(), p.kind.per_year());
        key(self).cmp(&key(other))
    }
}

impl Period {
    /// Reads `2020`, `2020H1`, `2020Q3`, `2020-07`; `None` when the text is no period of `kind`.
    pub fn parse(text: &str, kind: PeriodKind) -> Option<Period> {
        let (year, part) = match kind {
            PeriodKind::Year => (text, "1"),
            PeriodKind::Half => text.split_once('H')?,
            PeriodKind::Quarter => text.split_once('Q')?,
            PeriodKind::Month => text.split_once('-')?,
        };
        let digits = |s: &str, n: usize| s.len() == n && s.bytes().all(|b| b.is_ascii_digit());
        let part_digits = if kind == PeriodKind::Month { 2 } else { 1 };
        if !digits(year, 4) || !digits(part, part_digits) {
            return None;
        }
        let year: i16 = year.parse().ok()?;
        let part: i8 = part.parse().ok()?;
        (year >= 1 && (1..=kind.per_year()).contains(&i32::from(part))).then_some(Period { kind, year, part })
    }

    /// Reads a period of whichever kind its form shows.
    pub fn parse_any(text: &str) -> Option<Period> {
        [
            PeriodKind::Year,
            PeriodKind::Half,
            PeriodKind::Quarter,
            PeriodKind::Month,
        ]
        .into_iter()
        .find_map(|kind| Period::parse(text, kind))
    }

    /// The period of a kind that a day lies in; the year of the day must lie in 1..=9999.
    pub fn containing(day: Date, kind: PeriodKind) -> Period {
        let part = (i32::from(day.month()) - 1) * kind.per_year() / 12 + 1;
        Period {
            kind,
            year: day.year(),
            part: part as i8,
        }
    }

    /// Periods in one line: each by name, or the first, the last and their number where there are many.
    pub fn listed(periods: &[Period]) -> String {
        const NAMED: usize = 12;
        match periods {
            [first, .., last] if periods.len() > NAMED => format!("{first} … {last} ({})", periods.len()),
            _ => periods.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
        }
    }

    /// The kind this period is of.
    pub fn kind(self) -> PeriodKind {
        self.kind
    }

    /// Calendar year.
    pub fn year(self) -> i16 {
        self.year
    }

    /// Number within the year, from 1.
    pub fn part(self) -> i8 {
        self.part
    }

    /// The period after this one.
    pub fn next(self) -> Period {
        if i32::from(self.part) == self.kind.per_year() {
            Period {
                year: self.year + 1,
                part: 1,
                ..self
            }
        } else {
            Period {
                part: self.part + 1,
                ..self
            }
        }
    }

    /// All periods from `self` to `last`, both included; empty when `last` lies before.
    pub fn through(self, last: Period) -> Vec<Period> {
        std::iter::successors(Some(self), |p| Some(p.next()))
            .take_while(|p| *p <= last)
            .collect()
    }

    /// Years from the start of `earlier` to the start of this one: a quarter is 0.25. Negative where it begins before.
    pub fn years_since(self, earlier: Period) -> f64 {
        let months = |p: Period| i32::from(p.year) * 12 + (i32::from(p.part) - 1) * 12 / p.kind.per_year();
        f64::from(months(self) - months(earlier)) / 12.0
    }

    /// The first day of the period.
    pub fn start(self) -> Date {
        let month = ((i32::from(self.part) - 1) * 12 / self.kind.per_year() + 1) as i8;
        date(self.year, month, 1)
    }

    /// The last day of the period.
    pub fn end(self) -> Date {
        let month = (i32::from(self.part) * 12 / self.kind.per_year()) as i8;
        date(self.year, month, 1).last_of_month()
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            PeriodKind::Year => write!(f, "{:04}", self.year),
            PeriodKind::Half => write!(f, "{:04}H{}", self.year, self.part),
            PeriodKind::Quarter => write!(f, "{:04}Q{}", self.year, self.part),
            PeriodKind::Month => write!(f, "{:04}-{:02}", self.year, self.part),
        }
    }
}

impl fmt::Debug for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_forms_round_trip() {
        for text in ["2020", "2020H2", "2016Q1", "2016-12"] {
            assert_eq!(Period::parse_any(text).unwrap().to_string(), text);
        }
        for text in [
            "",
            "20",
            "2020H3",
            "2020Q0",
            "2020-13",
            "2020-1",
            "２０２０",
            "02020",
            "+202",
        ] {
            assert!(Period::parse_any(text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_range_crosses_the_year() {
        let from = Period::parse_any("2016Q3").unwrap();
        let to = Period::parse_any("2017Q2").unwrap();
        let all: Vec<String> = from.through(to).iter().map(ToString::to_string).collect();
        assert_eq!(all, ["2016Q3", "2016Q4", "2017Q1", "2017Q2"]);
        assert!(to.through(from).is_empty());
    }

    #[test]
    fn a_day_lies_in_one_period_of_each_kind() {
        let cases = [
            (date(2020, 1, 1), "2020", "2020H1", "2020Q1", "2020-01"),
            (date(2020, 6, 30), "2020", "2020H1", "2020Q2", "2020-06"),
            (date(2020, 7, 1), "2020", "2020H2", "2020Q3", "2020-07"),
            (date(2020, 12, 31), "2020", "2020H2", "2020Q4", "2020-12"),
        ];
        for (day, year, half, quarter, month) in cases {
            let of = |kind| Period::containing(day, kind).to_string();
            let found = [
                of(PeriodKind::Year),
                of(PeriodKind::Half),
                of(PeriodKind::Quarter),
                of(PeriodKind::Month),
            ];
            assert_eq!(found, [year, half, quarter, month], "{day}");
        }
    }

    #[test]
    fn many_periods_are_listed_by_first_last_and_number() {
        let first = Period::parse_any("2020-01").unwrap();
        let through = |last: &str| first.through(Period::parse_any(last).unwrap());
        assert_eq!(Period::listed(&through("2020-03")), "2020-01, 2020-02, 2020-03");
        assert_eq!(Period::listed(&through("2021-01")), "2020-01 … 2021-01 (13)");
        assert_eq!(Period::listed(&[]), "");
    }

    #[test]
    fn the_end_is_the_last_day() {
        assert_eq!(Period::parse_any("2020Q1").unwrap().end(), date(2020, 3, 31));
        assert_eq!(Period::parse_any("2020-02").unwrap().end(), date(2020, 2, 29));
        assert_eq!(Period::parse_any("2015").unwrap().end(), date(2015, 12, 31));
    }

    #[test]
    fn years_run_from_start_to_start() {
        let cases = [
            ("2015", "2018", 3.0),
            ("2018", "2015", -3.0),
            ("2020Q4", "2021Q1", 0.25),
            ("2020H1", "2021H2", 1.5),
            ("2020-01", "2020-12", 11.0 / 12.0),
            ("2020", "2020Q3", 0.5),
        ];
        for (earlier, later, years) in cases {
            let [earlier, later] = [earlier, later].map(|text| Period::parse_any(text).unwrap());
            assert_eq!(later.years_since(earlier), years, "{earlier} to {later}");
        }
    }

    #[test]
    fn the_start_is_the_day_after_the_end_of_the_one_before() {
        for text in ["2020", "2020H1", "2020H2", "2020Q4", "2020-02", "2020-12"] {
            let period = Period::parse_any(text).unwrap();
            assert_eq!(period.end().tomorrow().unwrap(), period.next().start(), "{text}");
        }
        assert_eq!(Period::parse_any("2020H1").unwrap().start(), date(2020, 1, 1));
    }
}

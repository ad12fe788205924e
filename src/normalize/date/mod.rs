//! Calendar days.

mod doubts;
mod order;
mod rendered;
mod scan;
mod written;
mod year_first;

use jiff::civil::Date;

use super::cell::{Cleaned, fault, fault_mend, tidy};
use super::symbol::{Symbols, is_placeholder};
use crate::domain::{Code, days_of_date, half_width};
use crate::pipeline::DateOrder;
pub(super) use doubts::{shown_partly, tell};
pub(super) use order::Order;
pub(super) use rendered::rendered;
use scan::{day_part, is_time};
use written::Figures;
use year_first::{iso, read};

/// `2020-12-31`, `2020/1/5`, `2020年12月31日`, `20201231`, `31 December 2020`, and in the order of its column `31/12/2020`, with or without a
/// time of day → days since 1970-01-01. A bare serial number of a spreadsheet is none. `order` is asked for only where it matters.
#[inline]
pub(super) fn clean(text: &str, symbols: &Symbols, order: impl FnOnce() -> Order) -> Cleaned<i32> {
    match iso(text).and_then(days) {
        Some(days) if !symbols.shadow => Cleaned::Value(days),
        _ => thorough(text, symbols, order),
    }
}

fn thorough(text: &str, symbols: &Symbols, order: impl FnOnce() -> Order) -> Cleaned<i32> {
    let narrow = half_width(tidy(text));
    let narrow = tidy(&narrow);
    if symbols.meaning(narrow).is_some() {
        return Cleaned::Missing;
    }
    let before_time = || {
        narrow
            .rsplit_once(' ')
            .filter(|(_, time)| time.contains(':') && is_time(time))
    };
    let named = || written::with_name(before_time().map_or(narrow, |(day, _)| day));
    let date = read(narrow).or_else(named);
    if let Some(days) = date.and_then(days) {
        return Cleaned::Value(days);
    }
    let (day, time) = day_part(narrow);
    match Figures::of(day).filter(|_| is_time(time)) {
        Some(figures) => ordered(figures, order()),
        None if is_placeholder(narrow) => symbols.undeclared(),
        None => fault(Code::NotADate, FORMAT),
    }
}

/// The fault of a cell that holds no day, whatever its text is.
pub(super) fn no_day() -> Cleaned<i32> {
    fault(Code::NotADate, FORMAT)
}

/// What is expected of a cell.
const FORMAT: &str = "YYYY-MM-DD";

/// The day that figures are in the order of their column.
fn ordered(figures: Figures, order: Order) -> Cleaned<i32> {
    let Figures { day_first, month_first } = figures;
    let (known, doubt) = match order {
        Order::Declared(order) => (Some(order), Code::DateOrderUnclear),
        Order::Proven(order) => (order, Code::DateOrderUnclear),
        Order::Contradicted => (None, Code::DateOrderMixed),
    };
    let date = match known {
        Some(DateOrder::Day) => day_first,
        Some(DateOrder::Month) => month_first,
        Some(DateOrder::Year) => None,
        None => match (day_first, month_first) {
            (Some(one), Some(other)) if one != other => {
                return fault(doubt, format!("{one}|{other}"));
            }
            (one, other) => one.or(other),
        },
    };
    if let Some(days) = date.and_then(days) {
        return Cleaned::Value(days);
    }
    // What is a day in another order alone is proposed.
    let only = match (day_first, month_first) {
        (Some(one), Some(other)) => Some(one).filter(|_| one == other),
        (one, other) => one.or(other),
    };
    fault_mend(
        Code::NotADate,
        FORMAT,
        only.filter(|date| days(*date).is_some())
            .map(|date| date.to_string().into()),
    )
}

/// Days since 1970; None for a year that no form can mean. Python's readers know no year 0 and would not open the file.
fn days(date: Date) -> Option<i32> {
    if !(1800..=2200).contains(&date.year()) {
        return None;
    }
    Some(days_of_date(date))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::measure::tests::SYMBOLS;
    use super::*;
    use crate::domain::{Mend, date_of_days};

    fn cleaned(text: &str) -> Cleaned<i32> {
        clean(text, &Symbols::new(&SYMBOLS), || Order::Proven(None))
    }

    #[test]
    fn figures_are_read_in_the_order_of_their_column() {
        use DateOrder::{Day, Month, Year};
        use Order::{Declared, Proven};
        let third_of_april = 19_085;
        for (text, order, expected) in [
            ("03/04/2022", Proven(Some(Day)), Ok(third_of_april)),
            ("04/03/2022", Declared(Month), Ok(third_of_april)),
            ("3.4.2022 08:30", Declared(Day), Ok(third_of_april)),
            ("05/05/2022", Proven(None), Ok(19_117)),
            ("25/12/2021", Proven(None), Ok(18_986)),
            ("03/04/2022", Proven(None), Err((Code::DateOrderUnclear, None))),
            ("03/04/2022", Order::Contradicted, Err((Code::DateOrderMixed, None))),
            ("25/12/2021", Order::Contradicted, Ok(18_986)),
            ("12/25/2021", Order::Contradicted, Ok(18_986)),
            ("12/25/2021", Declared(Day), Err((Code::NotADate, Some("2021-12-25")))),
            ("03/04/2022", Declared(Year), Err((Code::NotADate, None))),
            ("31/02/2022", Proven(Some(Day)), Err((Code::NotADate, None))),
            ("03/04/22", Declared(Day), Err((Code::NotADate, None))),
            ("03/04-2022", Declared(Day), Err((Code::NotADate, None))),
            ("3 April 2022", Declared(Year), Ok(third_of_april)),
            ("3-Apr-2022 08:30", Proven(None), Ok(third_of_april)),
        ] {
            let found = match clean(text, &Symbols::new(&SYMBOLS), || order) {
                Cleaned::Value(days) => Ok(days),
                Cleaned::Fault(fault) => Err((fault.code, fault.mend)),
                other => panic!("{other:?}"),
            };
            let expected = expected.map_err(|(code, mend)| (code, mend.map(Mend::from)));
            assert_eq!(found, expected, "{text} {order:?}");
        }
    }

    #[test]
    fn days_come_in_many_forms() {
        for text in [
            "2020-12-31",
            "2020/12/31",
            "2020.12.31",
            "2020年12月31日",
            "２０２０－１２－３１",
            "20201231",
            " 2020-12-31\u{3000}",
            "2020-12-31 00:00:00",
            "2020-12-31T08:30:00Z",
            "2020-12-31T08:30:00+08:00",
            "2020-12-31T08:30:00.123-0500",
            "2020-12-31 8:30",
            "2020年12月31",
            "2020年12月31号",
            "2020년12월31일",
            "2020-12-31日",
        ] {
            assert_eq!(cleaned(text), Cleaned::Value(18_627), "{text}");
        }
        assert_eq!(cleaned("2021-1-5"), Cleaned::Value(18_632));
        assert_eq!(cleaned("1969-12-31"), Cleaned::Value(-1));
        assert_eq!(cleaned("—"), Cleaned::Missing);
        assert_eq!(cleaned(""), Cleaned::Missing);
    }

    #[test]
    fn what_is_no_day_is_a_fault() {
        for text in [
            "2020-13-40",
            "2021-02-29",
            "32/12/2020",
            "20-12-31",
            "2020-12",
            "44196",
            "明天",
            "2020-12-31x9",
            "2020x12x31",
            "2020月12年31日",
            "2020月12月31日",
            "2020年12年31日",
            "2020日12月31年",
            "2020年12月31月",
            "2020-12-31x",
            "2020年12月",
            "2019年4月",
            "2019.4",
            "Apr-19",
            "2019",
            "2020-12-31 noon",
            "2020-12-31 2021.12.31",
            "2020-12-31 31",
            "2020-12-31 8:99",
            "31/12/2020 01.01.2021",
            "0000-00-00",
            "20201331",
        ] {
            let Cleaned::Fault(fault) = cleaned(text) else {
                panic!("{text}")
            };
            assert_eq!(fault.code, Code::NotADate, "{text}");
        }
        let Cleaned::Fault(fault) = cleaned("/") else { panic!() };
        assert_eq!(fault.code, Code::SymbolUndeclared);
    }

    #[test]
    fn a_year_no_form_can_mean_is_no_date() {
        for text in ["0000-01-01", "0001-01-01", "1799-12-31", "2201-01-01", "9999-12-31"] {
            assert!(matches!(cleaned(text), Cleaned::Fault(_)), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(days in -60_000_i32..80_000, quirk in 0_usize..3) {
            let date = date_of_days(days).unwrap();
            let text = match quirk {
                0 => date.to_string(),
                1 => format!("{}年{}月{}日", date.strftime("%Y"), date.month(), date.day()),
                _ => date.strftime("%Y%m%d").to_string(),
            };
            prop_assert_eq!(cleaned(&text), Cleaned::Value(days));
        }

        #[test]
        fn the_short_way_reads_what_the_long_one_reads(
            text in prop_oneof!["2020-12-31", "[0-9]{4}-[0-9]{2}-[0-9]{2}", "(17|18|19|20|21|22)[0-9]{2}-[01][0-9]-[0-3][0-9]", "[-/0-9年月日 :]{0,12}", "\\PC{0,16}"],
            has_shadow: bool,
        ) {
            let shadows = std::collections::BTreeMap::from([("2020-12-31".to_owned(), crate::pipeline::MissingKind::Missing)]);
            let symbols = Symbols::new(if has_shadow { &shadows } else { &SYMBOLS });
            let order = || Order::Proven(None);
            prop_assert_eq!(clean(&text, &symbols, order), thorough(&text, &symbols, order));
        }

        #[test]
        fn no_cell_breaks_it(text in "\\PC{0,24}") {
            let _ = cleaned(&text);
        }
    }
}

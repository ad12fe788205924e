//! What is to be told of a column of days as a whole: two orders of day and month, days that a program may have stored with the two
//! swapped, and days of which a workbook shows a part.

use jiff::civil::Date;

use super::written::{one_order, order_meant};
use super::{Order, iso};
use crate::domain::{Code, Finding, Held};
use crate::normalize::tally::{At, Tally};
use crate::pipeline::DateOrder;

/// A cell: position of its record, its text, and what a workbook held there.
type Cell<'t> = (usize, &'t str, Held);

/// The largest number that is a day as well as a month.
const LAST_MONTH: i8 = 12;

/// Tells all of it. `order` is how the column's texts were read; None: none of them needed it.
pub(in crate::normalize) fn tell<'t, I: Iterator<Item = Cell<'t>>>(
    cells: impl Fn() -> I,
    order: Option<&Order>,
    at: &At,
    tally: &mut Tally,
) {
    if order == Some(&Order::Contradicted) {
        tell_mixed(cells(), at, tally);
    }
    if !tally.is_typed() {
        return;
    }
    shown_partly(&cells, at, tally);
    let whole = cells().filter(|(position, ..)| tally.partial_day(*position, at).is_none());
    if let Some(converted) = Converted::of(whole) {
        let finding = converted.finding(at, tally);
        tally.of_cells(at, finding, &converted.swapped);
    }
}

/// Notes that a workbook shows less of its days than it holds: `Apr-19` for 2019-04-01.
pub(in crate::normalize) fn shown_partly<'t, I: Iterator<Item = Cell<'t>>>(
    cells: impl Fn() -> I,
    at: &At,
    tally: &mut Tally,
) {
    if !tally.has_partial_days() {
        return;
    }
    let own = cells().filter(|(position, _, held)| *held == Held::Date && tally.partial_day(*position, at).is_some());
    let positions: Vec<usize> = own.map(|(position, ..)| position).collect();
    let Some(&first) = positions.first() else { return };
    let (text, cell) = tally.cell(first, at);
    let finding = Finding::new(Code::DateShownPartly, 0).raw(format!("{text} ({cell})"));
    let finding = finding.expected(readable(tally.partial_day(first, at).unwrap_or_default()));
    tally.of_cells(at, finding, &positions);
}

/// A format of days as its author chose it: `[$-804]yyyy"年"m"月";@` is `yyyy年m月`.
fn readable(format: &str) -> String {
    let first = format.split(';').next().unwrap_or(format);
    let mut is_text = true;
    let shown = first.chars().filter(|c| {
        is_text &= *c != '[';
        let keeps = is_text && !matches!(c, '\\' | '"');
        is_text |= *c == ']';
        keeps
    });
    shown.collect()
}

/// Notes cells that prove different orders of day and month.
fn tell_mixed<'t>(cells: impl Iterator<Item = Cell<'t>>, at: &At, tally: &mut Tally) {
    let (mut day_first, mut month_first) = (Vec::new(), Vec::new());
    for (position, text, _) in cells {
        match one_order(text) {
            Some(DateOrder::Day) => day_first.push(position),
            Some(DateOrder::Month) => month_first.push(position),
            _ => {}
        }
    }
    let (Some(&one), Some(&other)) = (day_first.first(), month_first.first()) else {
        return;
    };
    let raw = both(tally, at, one.min(other), one.max(other));
    // Those of which there are fewer; all, if there are as many.
    let mut doubtful = Vec::new();
    if day_first.len() <= month_first.len() {
        doubtful.extend(&day_first);
    }
    if month_first.len() <= day_first.len() {
        doubtful.extend(&month_first);
    }
    tally.dates_mixed(at, raw, &doubtful);
}

/// Two cells as a finding shows them: `13/04/2019 (E2) … 2019-03-04 (E4)`.
fn both(tally: &Tally, at: &At, one: usize, other: usize) -> String {
    let shown = |position| {
        let (text, cell) = tally.cell(position, at);
        format!("{} ({cell})", super::tidy(text))
    };
    format!("{} … {}", shown(one), shown(other))
}

/// A column in which a program with another order of day and month has stored the days it took for its own, and left the others as text:
/// no stored day lies beyond 12, and every text that proves an order has one that does.
#[derive(Debug, PartialEq)]
struct Converted {
    /// Position of the first text that was not converted.
    text: usize,
    /// Positions of the stored days that would be other days with day and month swapped.
    swapped: Vec<usize>,
    /// What the first of these may be.
    meant: Date,
}

impl Converted {
    /// None: nothing speaks for it, or a stored day beyond 12 against it.
    fn of<'t>(cells: impl Iterator<Item = Cell<'t>>) -> Option<Converted> {
        let (mut first, mut meant, mut swapped) = (None, None, Vec::new());
        for (position, text, held) in cells {
            match held {
                Held::Date => {
                    let Some(date) = text.get(..10).and_then(iso) else {
                        continue;
                    };
                    if date.day() > LAST_MONTH {
                        return None;
                    }
                    if date.day() != date.month() {
                        swapped.push(position);
                        meant = meant.or(Date::new(date.year(), date.day(), date.month()).ok());
                    }
                }
                Held::Text if first.is_none() => first = order_meant(text).map(|_| position),
                _ => {}
            }
        }
        Some(Converted {
            text: first?,
            meant: meant?,
            swapped,
        })
    }

    fn finding(&self, at: &At, tally: &Tally) -> Finding {
        Finding::new(Code::DateOrderConverted, 0)
            .raw(both(tally, at, self.text, self.swapped[0]))
            .expected(self.meant.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn converted(cells: &[(&str, Held)]) -> Option<(usize, Vec<usize>, String)> {
        let cells = cells.iter().enumerate().map(|(at, (text, held))| (at, *text, *held));
        Converted::of(cells).map(|found| (found.text, found.swapped, found.meant.to_string()))
    }

    #[test]
    fn days_beside_texts_that_a_program_could_not_read_may_be_swapped() {
        use Held::{Date, Text};
        for text in [
            "13/04/2019",
            "04/13/2019",
            "13.04.2019",
            "13/04/19",
            "13/04/2019 08:30",
            "１３/04/2019",
        ] {
            let cells = [(text, Text), ("2019-05-05", Date), ("2019-03-04", Date)];
            let found = Some((0, vec![2], "2019-04-03".to_owned()));
            assert_eq!(converted(&cells), found, "{text}");
        }
        let cells = [
            ("2019-03-04T08:30:00", Date),
            ("04/03/2019", Text),
            ("n/a", Text),
            ("25/12/2018", Text),
            ("2018-02-01", Date),
        ];
        assert_eq!(converted(&cells), Some((3, vec![0, 4], "2019-04-03".to_owned())));
    }

    #[test]
    fn formats_are_shown_without_their_signs() {
        for (format, shown) in [
            ("mmm-yy", "mmm-yy"),
            ("mmm\\-yy", "mmm-yy"),
            ("[$-804]yyyy\"年\"m\"月\";@", "yyyy年m月"),
        ] {
            assert_eq!(readable(format), shown);
        }
    }

    #[test]
    fn honest_columns_are_silent() {
        use Held::{Date, Number, Text, Time};
        for cells in [
            // A program that reads the order of the texts has stored a day beyond 12.
            &[("13/04/2019", Text), ("2019-03-04", Date), ("2019-03-25", Date)][..],
            // Texts that are no evidence.
            &[("2019-04-13", Text), ("2019-03-04", Date)],
            &[("2019/4/13", Text), ("2019-03-04", Date)],
            &[("13 April 2019", Text), ("2019-03-04", Date)],
            &[("03/04/2019", Text), ("2019-03-04", Date)],
            &[("32/13/2019", Text), ("2019-03-04", Date)],
            &[("unknown", Text), ("2019-03-04", Date)],
            // Days that stay the same.
            &[("13/04/2019", Text), ("2019-05-05", Date)],
            &[("13/04/2019", Text), ("08:30", Time), ("43558", Number)],
            &[("13/04/2019", Text), ("25/12/2018", Text)],
            &[("2019-03-04", Date), ("2019-02-01", Date)],
            &[],
        ] {
            assert_eq!(converted(cells), None, "{cells:?}");
        }
    }
}

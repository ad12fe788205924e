//! What is to be told of a column of days as a whole: two orders of day and month, days that a program may have stored with the two
//! swapped, and days of which a workbook shows a part.

use jiff::civil::Date;

use super::order::Order;
use super::scan::day_part;
use super::written::{Figures, one_order, order_meant};
use super::year_first::{iso, read};
use crate::domain::{Code, Finding, Held, Text, half_width};
use crate::normalize::cell::tidy;
use crate::normalize::tally::{At, Tally};
use crate::pipeline::DateOrder;

/// A cell: position of its record, its text, and what a workbook held there.
type Cell<'t> = (usize, &'t str, Held);

/// The largest number that is a day as well as a month.
const LAST_MONTH: i8 = 12;
/// The share of all days of a year that are not later than that.
const EARLY_DAYS: f64 = 144.0 / 365.0;
/// What is likelier than this by chance alone is not asked about.
const CHANCE: f64 = 0.02;

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
    let mut found = None;
    if tally.is_typed() {
        shown_partly(&cells, at, tally);
        let whole = cells().filter(|(position, ..)| tally.partial_day(*position, at).is_none());
        found = Converted::of(whole).map(|converted| (converted.finding(at, tally), converted));
    }
    // Without an order no text has the year last.
    if found.is_none() && order.is_some() {
        found = Converted::of_texts(cells()).map(|converted| {
            let finding = converted.finding(at, tally);
            let message = Some(written_out());
            (Finding { message, ..finding }, converted)
        });
    }
    if let Some((finding, converted)) = found {
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
    let finding = Finding::new(Code::DateShownPartly).raw(format!("{text} ({cell})"));
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
        format!("{} ({cell})", tidy(text))
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

    /// The same where all cells are text, as in a plain file that a program wrote: the days that it had stored have the year first there.
    /// None also if texts that it would have stored stand in the column, if the days can well be so by chance, or are all the first of
    /// a month, and if the column has stored days.
    fn of_texts<'t>(cells: impl Iterator<Item = Cell<'t>>) -> Option<Converted> {
        let (mut first, mut meant, mut swapped) = (None, None, Vec::new());
        let (mut early, mut late, mut has_other) = (0_i32, 0_i32, false);
        for (position, text, held) in cells {
            if held == Held::Date {
                return None;
            }
            let narrow = half_width(tidy(text));
            let narrow = tidy(&narrow);
            if narrow.get(4..5).is_some_and(|sign| matches!(sign, "-" | "/" | "."))
                && let Some(date) = read(narrow)
            {
                if date.day() > LAST_MONTH {
                    return None;
                }
                (early, has_other) = (early.saturating_add(1), has_other || date.day() != 1);
                if date.day() != date.month() {
                    swapped.push(position);
                    meant = meant.or(Date::new(date.year(), date.day(), date.month()).ok());
                }
            } else if let Some(figures) = Figures::of(day_part(narrow).0) {
                match (figures.day_first, figures.month_first) {
                    (Some(one), Some(other)) if one != other => return None,
                    (Some(_), None) | (None, Some(_)) => {
                        late = late.saturating_add(1);
                        first = first.or(Some(position));
                    }
                    _ => {}
                }
            }
        }
        let chance = EARLY_DAYS.powi(early) * (1.0 - EARLY_DAYS).powi(late);
        let text = first.filter(|_| has_other && chance <= CHANCE)?;
        Some(Converted {
            text,
            meant: meant?,
            swapped,
        })
    }

    fn finding(&self, at: &At, tally: &Tally) -> Finding {
        Finding::new(Code::DateOrderConverted)
            .raw(both(tally, at, self.text, self.swapped[0]))
            .expected(self.meant.to_string())
    }
}

/// The message where no day is stored: a program wrote the file, or the cells were pasted as text.
fn written_out() -> Text {
    Text::new(
        "“{column}”中，年份在前的日期的日都不大于 12，年份在后的都大于 12（{raw}）：表格软件转换时可能颠倒了前者的日和月，首个应为 {expected}；按所写读取（{count} 个单元格）",
        "no date of {column} with the year first is later than day 12, and all with the year last are ({raw}): a program may have swapped day and month of the former, {expected} being meant by the first; they were read as written (cells: {count})",
    )
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
    fn a_plain_file_shows_what_a_program_stored_with_the_year_first() {
        let found = |cells: &[&str]| {
            let cells = cells.iter().enumerate().map(|(at, text)| (at, *text, Held::Text));
            Converted::of_texts(cells).map(|found| (found.text, found.swapped, found.meant.to_string()))
        };
        let late = ["13/04/2019", "25/12/2018", "30/06/2017"];
        let early = ["2019/3/4", "2018-02-01", "2017-11-10"];
        assert_eq!(
            found(&[late, early].concat()),
            Some((0, vec![3, 4, 5], "2019-04-03".to_owned()))
        );
        for other in ["2019-03-25", "04/03/2019"] {
            assert_eq!(found(&[&late[..], &early[..], &[other]].concat()), None, "{other}");
        }
        // Few cells, or the first days of months, are so by chance.
        assert_eq!(found(&["13/04/2019", "2019-03-04"]), None);
        assert_eq!(
            found(&[&late[..], &["2019-03-01", "2018-09-01", "2017-11-01"]].concat()),
            None
        );
        assert_eq!(found(&late), None);
        assert_eq!(found(&early), None);
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

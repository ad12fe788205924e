//! What lines of units say of one column, and whether it can be applied.

use super::header::{Book, Header};
use super::unit_lines::Lines;
use super::unit_words::unit_words;
use super::units;
use crate::pipeline::units::Ratio;

/// What the lines of a sheet say of a column.
pub(super) enum OfLines {
    Nothing,
    /// The unit, and the line that says it.
    Unit(String, usize),
    /// What cannot be applied, and the lines that say it.
    Unclear(String, Vec<usize>),
}

/// What they say of a column whose unit is `own`. A line that names the column takes precedence over one for the whole table.
pub(super) fn of_lines(book: &Book<'_>, (column, own): (usize, &str), lines: &Lines) -> OfLines {
    let words = unit_words();
    // `Budget in thousands` over thousands of dollars is the form's own unit.
    let is_scale_of_own = |unit: &str| {
        let scale = book.units.scale(unit).filter(|_| book.units.is_multiplier(unit));
        scale.is_some() && words.is_money(own) && scale == book.units.scale(own)
    };
    let factor = |(_, unit, is_by_name): &(usize, &str, bool)| match *is_by_name && is_scale_of_own(unit) {
        true => Some(Ratio::ONE),
        false => book.units.factor(unit, own),
    };
    let by_name = |said: &(usize, &str, bool)| said.2;
    let (mut said, mut doubts): (Vec<_>, Vec<_>) = (lines.units(column).collect(), lines.unclear(column).collect());
    if said.iter().chain(&doubts).any(by_name) {
        said.retain(by_name);
        doubts.retain(by_name);
    }
    let fitting: Vec<&(usize, &str, bool)> = said.iter().filter(|said| factor(said).is_some()).collect();
    if let Some(first) = fitting.first()
        && !fitting.iter().all(|said| factor(said) == factor(first))
    {
        return not_applied(fitting.iter().map(|(at, unit, _)| (*at, *unit)));
    }
    let contradicts = |(_, unit, is_by_name): &&(usize, &str, bool)| {
        let is_money = words.is_money(own);
        *is_by_name
            || (is_money && words.is_money(unit))
            || (book.units.is_multiplier(unit) && (is_money || book.units.is_count(own)))
    };
    let doubts = doubts
        .iter()
        .filter(|(_, text, is_by_name)| *is_by_name || speaks_of(book, text, own));
    let doubts: Vec<_> = doubts.collect();
    if let Some(first) = fitting.first().filter(|_| doubts.is_empty()) {
        let unit = if factor(first).is_some_and(Ratio::is_one) {
            own
        } else {
            first.1
        };
        return OfLines::Unit(unit.to_owned(), first.0);
    }
    let against = said
        .iter()
        .filter(contradicts)
        .filter(|_| fitting.is_empty())
        .chain(doubts);
    let against: Vec<_> = against.map(|(at, text, _)| (*at, *text)).collect();
    match against.is_empty() {
        true => OfLines::Nothing,
        false => not_applied(against.into_iter()),
    }
}

/// Words that convert to nothing: where `thousands` would, the whole line that it cannot be applied in.
pub(super) fn unread(book: &Book<'_>, own: &str, words: String, lines: &Lines, at: &[usize]) -> String {
    let converts = |text: &str| book.units.factor(text, own).is_some();
    if !converts(&words) {
        return words;
    }
    let whole = at.first().map(|at| lines.0[*at].text.trim().to_owned());
    whole
        .filter(|text| !converts(text))
        .unwrap_or_else(|| format!("{words}?"))
}

fn not_applied<'s>(said: impl Iterator<Item = (usize, &'s str)>) -> OfLines {
    let (at, mut words): (Vec<usize>, Vec<&str>) = said.unzip();
    words.dedup();
    OfLines::Unclear(words.join("、"), at)
}

/// Whether what could not be applied concerns figures in `own`, with another unit than theirs.
fn speaks_of(book: &Book<'_>, text: &str, own: &str) -> bool {
    let words = unit_words();
    if book.units.is_multiplier(text) {
        return words.is_money(own) || book.units.is_count(own);
    }
    let differs = |part: &str| {
        let factor = book.units.factor(part, own);
        book.units.measure_alike(part, own) && factor.is_none_or(|factor| !factor.is_one())
    };
    if text.split('/').all(|part| book.units.knows(part)) {
        return text.split('/').any(differs);
    }
    if words.is_money(text) || words.is_short_multiple(text) {
        return words.is_money(own);
    }
    match words.without_scale(&crate::domain::fold(text)) {
        // A line of few words that has a multiple in it.
        None => words.has_multiple(text) && (words.is_money(own) || book.units.is_count(own)),
        Some("") => words.is_money(own) || book.units.is_count(own),
        Some(rest) if words.is_money(rest) => words.is_money(own),
        Some(rest) => book.units.measure_alike(rest, own),
    }
}

/// Whether what could not be applied may change a figure of the sheet at all: `元/人` does not where money is in 元 and people in 人.
pub(super) fn may_matter(book: &Book<'_>, header: &Header, text: &str) -> bool {
    if !text.split('/').all(|part| book.units.knows(part)) {
        return true;
    }
    let own = || {
        let columns = header.columns.iter();
        columns.filter_map(|matched| units::own(&book.form.columns[matched.column]))
    };
    let scales = |part: &str| book.units.scale(part).is_some_and(|scale| !scale.is_one());
    text.split('/').any(|part| {
        let mut alike = own().filter(|own| book.units.measure_alike(part, own)).peekable();
        match alike.peek() {
            None => scales(part),
            Some(_) => alike.any(|own| speaks_of(book, part, own)),
        }
    })
}

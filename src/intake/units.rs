//! Units that stand above, beneath or below a table: `单位：万元`, `(in thousands)` and rows of units.

use unicode_normalization::UnicodeNormalization;

use super::unit_clauses;
use super::unit_names::{BETWEEN, LONGEST_MONEY, is_multiple_of_money, known, linked, trimmed};
use super::unit_said::{SCALE, Said};
use super::unit_words::unit_words;
use super::words::words;
use crate::domain::{Grid, fold};
use crate::pipeline::units::Units;
use crate::pipeline::{Column, ColumnKind};

/// Bytes of a cell that are looked at.
const LOOKED_AT: usize = 2048;
/// Words of a line that is a unit, and no sentence.
const FEW_WORDS: usize = 5;

/// What a cell says of units wherever it stands: `计量单位：人、万元`, `金额：万元`, `注：以万元为单位`, `in thousands of yuan`.
pub(super) fn of_line(cell: &str, units: &Units) -> Said {
    of_text(&lowered(cell), units)
}

/// A cell in small letters, with words for powers of ten.
pub(super) fn lowered(cell: &str) -> String {
    let cell = &cell[..cell.floor_char_boundary(LOOKED_AT)];
    let lower: String = cell.chars().flat_map(char::to_lowercase).collect();
    unit_words().with_powers(&lower).nfkc().collect()
}

fn of_text(cell: &str, units: &Units) -> Said {
    let mut said = Said::default();
    if cell.trim().is_empty() {
        return said;
    }
    for segment in segments(cell, units) {
        let mut is_named = false;
        for clause in segment.split(['。', ';']).flat_map(notes) {
            is_named = of_clause(clause, is_named, units, &mut said);
        }
    }
    said.join_scale(units);
    if said.is_nothing() {
        unit_clauses::add(cell, units, &mut said);
    }
    if unit_words().leaves_out(cell) {
        said.unclear.append(&mut said.units);
    }
    said.written_as_in(cell);
    said
}

/// A clause as its parts that name a unit each: `人口单位为万人,面积单位为亩`.
fn notes(clause: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut from = 0;
    let names = |part: &str| unit_words().note(part).is_some() || unit_words().between(part).is_some();
    for (at, comma) in clause.char_indices().filter(|(_, c)| matches!(c, ',')) {
        let behind = &clause[at + comma.len_utf8()..];
        if names(&clause[from..at]) && names(behind) && names(behind.split(',').next().unwrap_or_default()) {
            parts.push(&clause[from..at]);
            from = at + comma.len_utf8();
        }
    }
    parts.push(&clause[from..]);
    parts
}

/// What a cell of the title block says of units: what [`of_line`] finds, a unit alone, and one in brackets.
pub(super) fn of_title(cell: &str, units: &Units) -> Said {
    let lower = lowered(cell);
    let mut said = of_text(&lower, units);
    if !said.is_nothing() {
        return said;
    }
    let folded = fold(&lower);
    let groups = folded
        .split(['(', '['])
        .skip(1)
        .filter_map(|group| group.split([')', ']']).next())
        // `(000)`: digits alone are none anywhere else.
        .map(|group| if group == "000" { "thousands" } else { group });
    for text in std::iter::once(folded.as_str()).chain(groups) {
        of_unit(trimmed(text), units, &mut said);
    }
    // `Demography, thousands`, `Thousand persons | US$ million`
    if said.is_nothing()
        && let Some((_, last)) = folded.rsplit_once([',', '、', '|'])
    {
        of_unit(trimmed(last), units, &mut said);
    }
    let words = || lower.split_whitespace().count();
    let is_short = || words() <= FEW_WORDS && folded.chars().count() <= LONGEST_MONEY;
    if said.is_nothing() && unit_words().has_multiple(&lower) && is_short() {
        said.doubt(lower.trim(), "");
    }
    said.units.dedup();
    said.unclear.dedup();
    said.written_as_in(&lower);
    said
}

/// A text of a title that is a unit and nothing else.
fn of_unit(text: &str, units: &Units, said: &mut Said) {
    let is_figure = text
        .bytes()
        .all(|b| b.is_ascii_digit() || matches!(b, b'.' | b',' | b'-'));
    match known(text, units).filter(|_| !is_figure) {
        Some(unit) if !unit_words().is_of_dates(unit) => said.unit(unit, ""),
        None if is_multiple_of_money(text) || unit_words().is_short_multiple(text) => said.doubt(text, ""),
        _ => {}
    }
}

/// Whether a cell that stands alone in its row is a line of units and no record.
pub(super) fn is_line(cell: &str, units: &Units) -> bool {
    let folded = fold(&lowered(cell));
    let bare = trimmed(&folded);
    let is_bare = || {
        let unit = known(bare, units);
        unit.is_some_and(|unit| unit_words().without_scale(unit).is_some())
            || is_multiple_of_money(bare)
            || unit_words().is_short_multiple(bare)
    };
    // A name may have such words in it: it has to begin with them.
    let begins = || unit_words().note(&folded).is_some() || unit_words().without_lead(bare).is_some();
    let is_figure = bare.bytes().all(|b| b.is_ascii_digit());
    (is_bare() && !is_figure) || (begins() && !of_line(cell, units).is_nothing())
}

/// Whether a cell is a unit and nothing else.
pub(super) fn is_bare(cell: &str, units: &Units) -> bool {
    known(trimmed(&fold(&lowered(cell))), units).is_some()
}

/// Whether a text that a header sets off, by raising or lowering it, is a unit.
pub(super) fn of_run(text: &str, units: &Units) -> Option<String> {
    let folded = fold(text);
    let text = trimmed(&folded);
    // A lone letter marks a note.
    let is_mark = text.len() < 2;
    let unit = known(text, units).or_else(|| is_multiple_of_money(text).then_some(text));
    unit.filter(|_| !is_mark).map(str::to_owned)
}

/// Reads one clause; whether it, or the one before it, names units.
fn of_clause(clause: &str, is_named: bool, units: &Units, said: &mut Said) -> bool {
    let words = unit_words();
    if let Some((before, behind)) = words.note(clause) {
        let label = label_of(before);
        let mut found = Said::default();
        let of = if clause[before.len()..].starts_with(SCALE) {
            SCALE
        } else {
            label
        };
        found.named(
            behind,
            if words.is_subject(label) && words.thing_in(label).is_none() && of != SCALE {
                ""
            } else {
                of
            },
            words.is_subject(label),
            units,
        );
        if words.is_scope(label) {
            found.unclear.append(&mut found.units);
        }
        said.units.append(&mut found.units);
        said.unclear.append(&mut found.unclear);
        return true;
    }
    if let Some((before, unit)) = words.between(clause) {
        said.named(unit, label_of(before), true, units);
        return true;
    }
    if let Some((before, unit)) = clause.rsplit_once(':') {
        let label = before.rsplit(':').next().unwrap_or_default();
        let is_label = !label.is_empty() && words.is_subject(label) && !words_of_notes(label);
        if is_label && !unit.contains(|c: char| c.is_ascii_digit()) {
            said.named(unit, label, true, units);
            return true;
        }
        of_links(unit, units, said);
    } else if is_named {
        said.named(clause, "", false, units);
    } else {
        of_links(clause, units, said);
    }
    is_named
}

/// What a unit is said of, without a note's number and what stands before a bracket.
fn label_of(before: &str) -> &str {
    let from = before.rfind(['(', '[', ',', ';']).map_or(0, |at| at + 1);
    let label = before[from..].rsplit(':').next().unwrap_or_default();
    label.trim_start_matches(|c: char| !c.is_alphabetic())
}

/// Units that words like 以 and 计 link to what they are said of: `面积以公顷计,金额以亿元计`.
fn of_links(clause: &str, units: &Units, said: &mut Said) {
    for part in clause.split([',', '(', ')']) {
        if let Some((label, unit)) = linked(trimmed(part), units) {
            said.unit(unit, label_of(label));
        }
    }
}

/// Whether a label opens a note: `注`, `说明`.
fn words_of_notes(label: &str) -> bool {
    words().is_footer(&format!("{label}:"))
}

/// A cell's text as folded segments, each from one label to the next: `填报单位：长安区   单位：万元` are two.
fn segments(narrow: &str, units: &Units) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    let mut blanks = 0;
    for token in narrow.split(char::is_whitespace) {
        blanks += 1;
        if token.is_empty() {
            continue;
        }
        // `单 位：万元` has one character before the colon, and ` ：万元` none.
        let label = token.find(':').map_or("", |at| &token[..at]);
        let opens = label.chars().nth(1).is_some();
        // `Reporting unit: Health`, `Unit of measure: persons`
        let is_phrase = |last: &str| blanks == 1 && label.is_ascii() && last.is_ascii() && !last.contains(':');
        match all.last_mut() {
            Some(last) if (!opens || is_phrase(last)) && !is_behind_unit(last, token, units) => {
                if is_next_unit(last, token, units) {
                    last.push('、');
                }
                last.push_str(token);
            }
            _ => all.push(token.to_owned()),
        }
        blanks = 0;
    }
    all
}

/// Whether a token is one more unit of a label's: `单位：千人 千户`, and not `单位：万 元`.
fn is_next_unit(before: &str, token: &str, units: &Units) -> bool {
    let Some((_, said)) = before.rsplit_once(':') else {
        return false;
    };
    let last = said.rsplit('、').next().unwrap_or_default();
    !token.is_ascii() && units.knows(last) && units.knows(token) && !units.knows(&format!("{last}{token}"))
}

/// Whether a unit ends before a token that tells something else: `单位：元 某县统计局`, and not `单位：万 元`.
fn is_behind_unit(before: &str, token: &str, units: &Units) -> bool {
    let words = unit_words();
    let Some((_, unit)) = words.note(before) else {
        return false;
    };
    let is_whole = !unit.is_ascii() && units.knows(unit) && !units.is_multiplier(unit);
    let is_apart = token.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '(' | '['));
    is_whole && is_apart && !words.goes_on(token) && !units.knows(token) && !units.knows(&format!("{unit}{token}"))
}

/// The units of a row that holds nothing else: physical column and unit. A dash stands for no unit.
pub(super) fn of_row(grid: &Grid, row: usize, units: &Units) -> Option<Vec<(u32, String)>> {
    let mut found = Vec::new();
    for (index, cell) in grid.row(row).enumerate() {
        let folded = fold(&lowered(cell));
        let unit = folded.trim_matches(BETWEEN);
        if unit.is_empty() || unit.chars().all(|c| matches!(c, '-' | '—' | '―' | '–')) {
            continue;
        }
        // An unknown word in brackets is a unit all the same: its column cannot be read.
        let bracketed = folded.starts_with(['(', '[']) && folded.ends_with([')', ']']);
        let figure = unit.bytes().all(|b| b.is_ascii_digit());
        if figure || !(bracketed || units.knows(unit)) {
            return None;
        }
        found.push((index as u32, unit.to_owned()));
    }
    (!found.is_empty()).then_some(found)
}

/// Whether figures of a column have a unit at all.
pub(super) fn is_numeric(column: &Column) -> bool {
    matches!(column.kind, ColumnKind::Integer { .. } | ColumnKind::Decimal { .. })
}

/// Whether the form declares no unit for a column of plain figures.
pub(super) fn lacks_unit(column: &Column) -> bool {
    matches!(
        column.kind,
        ColumnKind::Integer { unit: None }
            | ColumnKind::Decimal {
                unit: None,
                percent: false,
                ..
            }
    )
}

/// Whether a unit converts into a column's own.
pub(super) fn fits(unit: &str, column: &Column, units: &Units) -> bool {
    let (ColumnKind::Integer { unit: Some(own) } | ColumnKind::Decimal { unit: Some(own), .. }) = &column.kind else {
        return false;
    };
    units.factor(unit, own).is_some()
}

/// The unit that a form declares for a column of figures that are no percentages.
pub(super) fn own(column: &Column) -> Option<&str> {
    match &column.kind {
        ColumnKind::Integer { unit } => unit.as_deref(),
        ColumnKind::Decimal {
            unit, percent: false, ..
        } => unit.as_deref(),
        _ => None,
    }
}

#[cfg(test)]
mod tests;

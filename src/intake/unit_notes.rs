//! What a bracket behind a header says: the unit of the column's figures, a remark on them, or which part of them the column holds.

use super::unit_names::{known, names_unit, trimmed};
use super::unit_said::written;
use super::unit_words::unit_words;
use super::units::{lowered, of_line};
use crate::domain::fold;
use crate::pipeline::units::Units;

/// What such a bracket says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Note {
    /// A unit, or what looks like one and cannot be read.
    Unit(String),
    /// Nothing that changes a figure: `est.`, `2022`, 年末.
    Remark,
    /// Unknown words, none of them a unit or a multiple.
    Words,
    /// A part of the figures that the header names without it: `female`, 城镇.
    Part,
}

/// What a bracket behind a header says.
pub(super) fn read(note: &str, units: &Units) -> Note {
    let note = note.trim();
    let parts = note.split([',', ';', '，', '；', '、']).map(str::trim);
    let parts: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
    if parts.len() < 2 || known_unit(note, units).is_some() {
        return of_part(note, units);
    }
    let said: Vec<Note> = parts.iter().map(|part| of_part(part, units)).collect();
    let mut named = said.iter().filter(|one| matches!(one, Note::Unit(_)));
    match (named.next(), named.next()) {
        (Some(Note::Unit(unit)), None) if units.knows(unit) => Note::Unit(unit.clone()),
        (Some(_), _) => Note::Unit(note.to_owned()),
        (None, _) if said.contains(&Note::Part) => Note::Part,
        (None, _) if said.contains(&Note::Words) => Note::Words,
        (None, _) => Note::Remark,
    }
}

fn of_part(note: &str, units: &Units) -> Note {
    let words = unit_words();
    if let Some(unit) = known_unit(note, units) {
        return Note::Unit(unit);
    }
    let lower = lowered(note);
    let lower = lower.trim();
    if words.is_part_of_figures(lower) || words.is_of_other_figures(lower) {
        return Note::Part;
    }
    if words.is_remark(lower) {
        return Note::Remark;
    }
    let said = of_line(note, units);
    match (said.units.as_slice(), said.unclear.as_slice()) {
        ([named], []) => Note::Unit(named.unit.clone()),
        ([], []) if !looks_like_unit(lower, units) => Note::Words,
        _ => Note::Unit(note.to_owned()),
    }
}

/// The known unit that a note is and nothing else, as it is written there where that is known, too.
fn known_unit(note: &str, units: &Units) -> Option<String> {
    let lower = lowered(note);
    let folded = fold(&lower);
    let unit = known(trimmed(&folded), units).filter(|unit| !unit_words().is_of_dates(unit))?;
    let is_whole = units.knows(note) && fold(note) == unit;
    Some(match is_whole {
        true => note.to_owned(),
        false => written(&lower, unit).unwrap_or_else(|| unit.to_owned()),
    })
}

/// Whether a note in small letters, which is no known unit, has a sign or a word of one.
fn looks_like_unit(lower: &str, units: &Units) -> bool {
    let words = unit_words();
    let folded = fold(lower);
    let is_number = |digits: &str| digits.len() > 2 && !(digits.len() == 4 && digits.starts_with(['1', '2']));
    let has_number = lower.split(|c: char| !c.is_ascii_digit()).any(is_number);
    if words.has_unit_shape(lower)
        || words.is_short_multiple(lower)
        || words.has_multiple(lower)
        || words.has_unit_sign(lower)
        || has_number
    {
        return true;
    }
    if !folded.is_ascii() {
        // `W人`, `10户`, and not `12个月`.
        let counted = folded.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '.');
        let is_time = |unit: &str| units.measure_alike(unit, "month") || units.measure_alike(unit, "day");
        if counted.len() < folded.len() && units.knows(counted) && !is_time(counted) && !words.is_of_dates(counted) {
            return true;
        }
        return names_unit(&folded) || folded.chars().count() == 1 || folded.split('/').all(|part| units.knows(part));
    }
    let each = lower.split(|c: char| !c.is_alphanumeric() && !matches!(c, '$' | '\''));
    let mut each = each.filter(|word| !word.is_empty());
    each.any(|word| {
        let plural = word.strip_suffix('s').unwrap_or(word);
        let is_measure = || {
            let is_plain_count = units.is_count(word) && units.scale(word).is_some_and(|scale| scale.is_one());
            units.knows(word) && !is_plain_count && !words.is_of_dates(word)
        };
        words.is_unit_word(word) || words.is_unit_word(plural) || (is_measure() && !words.is_remark(word))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_is_told_from_a_remark() {
        let unit = |text: &str| Note::Unit(text.to_owned());
        for (note, expected) in [
            ("万张", unit("万张")),
            ("million €", unit("million €")),
            ("EUR thousand", unit("EUR thousand")),
            ("US$ k", unit("US$ k")),
            ("US$ zillion", unit("US$ zillion")),
            ("k", unit("k")),
            ("thou.", unit("thou.")),
            ("km sq", unit("km sq")),
            ("dunams", unit("dunams")),
            ("per capita", unit("per capita")),
            ("10 000 beds", unit("10 000 beds")),
            ("1,000", unit("1,000")),
            ("short tons", unit("short tons")),
            ("lbs", unit("lbs")),
            ("万元/年", unit("万元/年")),
            ("日元", unit("日元")),
            ("坪", unit("坪")),
            ("in thousand US$", unit("thousand us$")),
            ("in million US$", unit("million us$")),
            ("in km²", unit("km2")),
            ("'000", unit("thousands")),
            ("square kilometres", unit("square kilometres")),
            ("thousands, 2022", unit("thousands")),
            ("area harvested, ha", unit("ha")),
            ("ha, km²", unit("ha, km²")),
            ("以千元计", unit("千元")),
            ("th", unit("th")),
            ("00", unit("00")),
            ("w", unit("w")),
            ("10k", unit("10k")),
            ("1k", unit("1k")),
            ("10s", unit("10s")),
            ("1e3", unit("1e3")),
            ("x10", unit("x10")),
            ("10万", unit("10万")),
            ("mil.", unit("mil.")),
            ("Mill.", unit("Mill.")),
            ("ths.", unit("ths.")),
            ("tens", unit("tens")),
            ("W人", unit("W人")),
            ("10人", unit("10人")),
            ("wan ren", unit("wan ren")),
            ("Tausend", unit("Tausend")),
            ("12个月", Note::Words),
            ("十一月", Note::Remark),
            ("31st", Note::Remark),
            ("as of 31st Dec 2022", Note::Remark),
            ("Q1", Note::Words),
            ("10", Note::Remark),
            ("2022", Note::Remark),
            ("2020年", Note::Remark),
            ("年末", Note::Remark),
            ("合计", Note::Remark),
            ("累计", Note::Remark),
            ("est.", Note::Remark),
            ("a", Note::Remark),
            ("1", Note::Remark),
            ("No.", Note::Remark),
            ("number", Note::Remark),
            ("heads", Note::Remark),
            ("2022 est.", Note::Remark),
            ("2020年末", Note::Remark),
            ("as of 31 Dec 2022", Note::Remark),
            ("31.12.2022", Note::Remark),
            ("approved", Note::Remark),
            ("total", Note::Remark),
            ("land", Note::Words),
            ("resident population", Note::Words),
            ("European", Note::Words),
            ("在册", Note::Words),
            ("female", Note::Part),
            ("plan", Note::Part),
            ("Target", Note::Part),
            ("rank", Note::Part),
            ("last year", Note::Part),
            ("上年", Note::Part),
            ("2020年计划数", Note::Part),
            ("比上年增加", Note::Part),
            ("计划生育", Note::Words),
            ("planning area", Note::Words),
            ("规划区", Note::Words),
            ("0-14", Note::Part),
            ("65+", Note::Part),
            ("男", Note::Part),
            ("60岁以上", Note::Part),
        ] {
            assert_eq!(read(note, Units::built_in()), expected, "{note}");
        }
    }
}

//! Clauses of a title or a note that name a unit behind `in`: `Population in thousands, budget in US$ million`.

use super::unit_names::{known, trimmed};
use super::unit_said::{Named, Said};
use super::unit_words::unit_words;
use crate::domain::fold;
use crate::pipeline::units::Units;

/// Units that a line of text in small letters names, each with what it is said of.
pub(super) fn add(lower: &str, units: &Units, said: &mut Said) {
    for sentence in lower.split([';', '\n', '。']) {
        let mut rest = sentence.rsplit(": ").next().unwrap_or_default();
        while let Some(found) = next(rest, units) {
            rest = found.behind;
            let named = Named {
                unit: found.unit.to_owned(),
                of: found.of.to_owned(),
                is_loose: found.is_loose,
            };
            if units.knows(&named.unit) {
                said.units.push(named);
            } else {
                said.unclear.push(named);
            }
        }
        // `Source: Treasury, million US$`
        let last = rest.rsplit_once([',', '，']).map(|(_, last)| fold(last));
        if said.is_nothing()
            && let Some(last) = last
            && let Some(unit) = known(trimmed(&last), units)
            && unit_words().without_scale(unit).is_some_and(|rest| !rest.is_empty())
            && !unit.starts_with(|c: char| c.is_ascii_digit())
        {
            said.unit(unit, "");
        }
    }
}

/// A unit behind `in`.
struct Found<'t> {
    unit: String,
    of: &'t str,
    is_loose: bool,
    behind: &'t str,
}

fn next<'t>(text: &'t str, units: &Units) -> Option<Found<'t>> {
    let words = unit_words();
    let starts = text.match_indices(['i', 'e']).map(|(at, _)| at);
    let at_word = |at: &usize| text[..*at].chars().next_back().is_none_or(|c| !c.is_alphanumeric());
    for at in starts.filter(at_word) {
        let Some((unit, behind)) = words.clause(&text[at..]) else {
            continue;
        };
        let folded = fold(unit);
        let bare = known(trimmed(&folded), units).filter(|unit| !words.is_of_dates(unit));
        let is_figure = folded.starts_with(|c: char| c.is_ascii_digit());
        if (bare.is_none() && !words.opens_unit(unit)) || is_figure {
            continue;
        }
        let (of, is_loose) = label(&text[..at]);
        return Some(Found {
            unit: bare.map_or(folded.clone(), str::to_owned),
            of,
            is_loose,
            behind,
        });
    }
    None
}

/// What a unit is said of, from what stands before `in`; and whether a comma parts them.
fn label(before: &str) -> (&str, bool) {
    let trimmed = before.trim_end();
    let parted = trimmed.ends_with([',', '，']);
    let label = trimmed.trim_matches(|c: char| !c.is_alphanumeric());
    let label = label.strip_prefix("and ").unwrap_or(label);
    (label.trim(), parted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clause_is_told_from_words_that_sound_like_one() {
        for (line, expected) in [
            ("districts, in thousands", vec![("districts", "thousands", true)]),
            ("in thousands", vec![("", "thousands", false)]),
            ("budget in mil. yen by county", vec![("budget", "mil.yen", false)]),
            (
                "towns in thousands of hectares in 2020",
                vec![("towns", "thousandsofhectares", false)],
            ),
            (
                "area in hectares, budget in us$",
                vec![("area", "hectares", false), ("budget", "us$", false)],
            ),
            ("funds in millionaire rows", vec![]),
            ("residents in towns", vec![]),
            ("born in 1000", vec![]),
        ] {
            let mut said = Said::default();
            add(line, Units::built_in(), &mut said);
            let all = said.units.iter().chain(&said.unclear);
            let found: Vec<_> = all
                .map(|named| (named.of.as_str(), named.unit.as_str(), named.is_loose))
                .collect();
            assert_eq!(found, expected, "{line}");
        }
    }
}

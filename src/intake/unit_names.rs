//! Whether a text names a unit, and which: bare, behind a multiple, or linked to what it is said of.

use super::unit_words::unit_words;
use crate::pipeline::units::Units;

/// Separators between the units of one note, and brackets around it.
pub(super) const BETWEEN: [char; 8] = ['、', ',', ';', '/', '(', ')', '[', ']'];
/// Most characters of an unknown unit behind a multiple: `万株`.
const UNKNOWN_UNIT: usize = 3;
/// Characters of the longest unit of money in Chinese, and in other languages.
const MONEY: usize = 6;
pub(super) const LONGEST_MONEY: usize = 32;

/// Signs that stand around a unit.
const FRAMES: [char; 23] = [
    '(', ')', '[', ']', ':', '。', ',', '、', '<', '>', '"', '“', '”', '【', '】', '〔', '〕', '《', '》', '「', '」',
    '{', '}',
];

/// A unit without brackets and full stops around it.
pub(super) fn trimmed(text: &str) -> &str {
    let text = text.trim_matches(FRAMES);
    // `mil.`
    text.strip_suffix('.')
        .filter(|text| text.len() > 4 || *text == "ha")
        .unwrap_or(text)
}

/// The unit that a folded text is, lead-ins left out.
pub(super) fn known<'t>(text: &'t str, units: &Units) -> Option<&'t str> {
    let is_known = |text: &&str| !text.is_empty() && units.knows(text);
    let bare = || unit_words().without_lead(text).filter(is_known);
    Some(text).filter(is_known).or_else(bare)
}

/// Whether a folded text that is no known unit names one or a multiple, and no place or office: `百万日元`, `mil.persons`, `万株`.
pub(super) fn names_unit(text: &str) -> bool {
    let words = unit_words();
    if text.is_empty() || words.is_owner(text) {
        return false;
    }
    let length = text.chars().count();
    let is_money = words.is_money(text) && (text.is_ascii() || length <= MONEY);
    let rest = words.without_scale(text);
    is_money || rest.is_some_and(|rest| rest.is_ascii() || rest.chars().count() <= UNKNOWN_UNIT)
}

/// The known unit that an unknown text begins with, where a digit, a sign or a word for "each" follows: `元★`, `元3`, `元每人`.
pub(super) fn first_unit<'t>(text: &'t str, units: &Units) -> Option<&'t str> {
    let mut ends = text.char_indices().skip(1);
    ends.find_map(|(end, c)| {
        let (head, rest) = text.split_at(end);
        let is_apart = !c.is_alphabetic() || unit_words().goes_on(rest);
        let is_unit = is_apart && head.len() > 1 && units.knows(head) && !unit_words().is_of_dates(head);
        is_unit.then_some(head)
    })
}

/// Whether a folded text is a multiple of a unit of money: `百万日元`, `yen million`.
pub(super) fn is_multiple_of_money(text: &str) -> bool {
    let words = unit_words();
    let rest = words.without_scale(text);
    let is_han = text.contains(|c: char| ('\u{3400}'..='\u{9fff}').contains(&c));
    let longest = if is_han { MONEY } else { LONGEST_MONEY };
    let is_short = text.chars().count() <= longest && !text.contains(['(', '[']);
    is_short && rest.is_some_and(|rest| words.is_money(rest)) && !words.is_owner(text)
}

/// A unit that is linked to what it is said of. A number of something is none: 每户补助为1000元.
pub(super) fn linked<'t>(text: &'t str, units: &Units) -> Option<(&'t str, &'t str)> {
    let is_unit = |unit: &str| !unit.starts_with(|c: char| c.is_ascii_digit()) && units.knows(unit);
    unit_words().linked(text, |unit| is_unit(unit) && !unit_words().is_of_dates(unit))
}

//! Number formats that pad whole numbers with zeros: `00000` shows 1001 as 01001, `"A"000` shows 7 as A007.

use super::disguise::{Condition, condition};

/// A format with sections of zeros and fixed characters.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::intake) struct Pattern {
    /// Up to the one that shows whatever no section before it does; `None`: numbers as they are, or no code.
    sections: Vec<(Option<Condition>, Option<Section>)>,
}

/// What a section shows.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Section {
    /// `None`: a digit.
    parts: Vec<Option<char>>,
    digits: usize,
}

/// Characters of a format that are looked at; the longest code has some twenty digits.
const LONGEST: usize = 255;
/// Sections for numbers; what follows them is for texts.
const SECTIONS: usize = 3;

impl Pattern {
    /// Of a format as a workbook writes it; `None`: it shows no code, or each number as it is.
    pub(super) fn of_format(format: &str) -> Option<Pattern> {
        if format.len() > LONGEST || !format.contains('0') {
            return None;
        }
        let mut characters = format.chars();
        let mut sections = Vec::new();
        let mut more = true;
        while more && sections.len() < SECTIONS {
            let mut text = Vec::new();
            more = next_section(&mut characters, &mut text);
            sections.push(Section::of(&text));
        }
        let is_code = sections.iter().any(|(_, section)| section.is_some());
        is_code.then_some(Pattern { sections })
    }

    /// What the format shows of a whole number that is not negative, where that differs from the number itself.
    pub(super) fn show(&self, number: &str) -> Option<String> {
        if number.is_empty() || number.len() > LONGEST || !number.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        self.section(number.parse().ok()?)?.show(number)
    }

    /// The section that shows a number that is not negative.
    fn section(&self, value: f64) -> Option<&Section> {
        let last = self.sections.len() - 1;
        let applies = |at: usize| match (self.sections[at].0, at) {
            (Some((operator, than)), _) => operator.holds(value, than),
            (None, 0) => value > 0.0 || last < 2,
            // The second one is for negative numbers.
            (None, 1) => false,
            (None, _) => true,
        };
        let at = (0..last).find(|&at| applies(at)).unwrap_or(last);
        self.sections[at].1.as_ref()
    }
}

/// Takes the characters of a section with quoted ones marked as fixed; whether another section follows.
fn next_section(characters: &mut std::str::Chars<'_>, text: &mut Vec<(char, bool)>) -> bool {
    while let Some(c) = characters.next() {
        match c {
            ';' => return true,
            '\\' | '!' => text.extend(characters.next().map(|fixed| (fixed, true))),
            '"' => text.extend(characters.take_while(|c| *c != '"').map(|fixed| (fixed, true))),
            _ => text.push((c, false)),
        }
    }
    false
}

impl Section {
    /// The condition of a section, and what it shows of numbers; `None`: the numbers as they are, or something else.
    fn of(text: &[(char, bool)]) -> (Option<Condition>, Option<Section>) {
        let (mut parts, mut when, mut is_other) = (Vec::new(), None, false);
        let mut characters = text.iter().copied();
        while let Some((c, fixed)) = characters.next() {
            match c {
                _ if fixed => parts.push(Some(c)),
                '0' => parts.push(None),
                // A language, a colour or a condition. A span of time is none.
                '[' => {
                    let inner: String = characters.by_ref().map(|(c, _)| c).take_while(|c| *c != ']').collect();
                    let harmless = inner.starts_with('$') || inner.len() > 2 && inner.chars().all(char::is_alphabetic);
                    match condition(&inner) {
                        Some(condition) => when = Some(condition),
                        None => is_other |= !harmless,
                    }
                }
                '-' | '(' | ')' | ' ' | ':' | '+' => parts.push(Some(c)),
                // A blank as wide as a character.
                '_' => is_other |= characters.next().is_none(),
                _ => is_other = true,
            }
        }
        let digits = parts.iter().filter(|part| part.is_none()).count();
        let has_fixed = parts.len() > digits;
        let is_code = !is_other && (digits > 1 || (has_fixed && digits == 1));
        (when, is_code.then_some(Section { parts, digits }))
    }

    fn show(&self, number: &str) -> Option<String> {
        let padded = format!("{number:0>width$}", width = self.digits);
        // Digits for which the format has no place stand at its first one.
        let (more, rest) = padded.split_at(padded.len() - self.digits);
        let (mut digits, mut first) = (rest.chars(), true);
        let mut shown = String::with_capacity(padded.len() + self.parts.len());
        for part in &self.parts {
            match part {
                Some(fixed) => shown.push(*fixed),
                None => {
                    if std::mem::take(&mut first) {
                        shown.push_str(more);
                    }
                    shown.extend(digits.next());
                }
            }
        }
        let shown = shown.trim();
        (shown != number).then(|| shown.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_of_zeros_pad() {
        for (format, number, shown) in [
            ("00000", "1001", Some("01001")),
            ("00000", "48201", None),
            ("00000", "148201", None),
            ("00000;-00000", "7", Some("00007")),
            ("[$-804]000000", "13", Some("000013")),
            ("\"A\"000", "7", Some("A007")),
            ("000\\-000", "1234567", Some("1234-567")),
            ("000\\-000", "12", Some("000-012")),
            ("000!-000", "12", Some("000-012")),
            ("00_ ", "5", Some("05")),
            ("00000", "1001.5", None),
            ("00000", "-1", None),
            ("\"No. \"0", "7", Some("No. 7")),
            // as an open document writes 000000;-000000
            ("[>=0]000000;\"-\"000000", "1001", Some("001001")),
            ("[>=0]000000;\"-\"000000", "0", Some("000000")),
            ("000000;-000000;0", "0", None),
            ("000000;-000000;0", "7", Some("000007")),
            ("00\"-\"000", "12345", Some("12-345")),
            ("0000\" \"00", "123", Some("0001 23")),
            ("[<=99999]00000;00000-0000", "1001", Some("01001")),
            ("[<=99999]00000;00000-0000", "10010001", Some("01001-0001")),
            ("[>99]000;General", "7", None),
            ("General;000", "7", None),
        ] {
            let shows = Pattern::of_format(format).and_then(|pattern| pattern.show(number));
            assert_eq!(shows.as_deref(), shown, "{format} {number}");
        }
    }

    #[test]
    fn other_formats_are_no_codes() {
        for format in [
            "0",
            "General",
            "0.00",
            "#,##0",
            "0%",
            "00.0",
            "yyyy-mm-dd",
            "[h]:mm",
            "[>99]General",
            "0E+00",
            "@",
            "",
            "??0",
            "00,000",
        ] {
            assert_eq!(Pattern::of_format(format), None, "{format}");
        }
    }
}

//! Number formats that pad whole numbers with zeros: `00000` shows 1001 as 01001, `"A"000` shows 7 as A007.

/// A format of zeros and fixed characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::intake) struct Pattern {
    /// `None`: a digit.
    parts: Vec<Option<char>>,
    digits: usize,
}

/// Characters of a format that are looked at; the longest code has some twenty digits.
const LONGEST: usize = 255;

impl Pattern {
    /// Of a format as a workbook writes it; `None`: it shows no code, or each number as it is.
    pub(super) fn of_format(format: &str) -> Option<Pattern> {
        if format.len() > LONGEST || !format.contains('0') {
            return None;
        }
        let mut parts = Vec::new();
        let mut characters = format.chars();
        while let Some(c) = characters.next() {
            match c {
                '0' => parts.push(None),
                // What follows is for negative numbers, zeros and texts.
                ';' => break,
                '\\' => parts.push(Some(characters.next()?)),
                '"' => {
                    for quoted in characters.by_ref().take_while(|c| *c != '"') {
                        parts.push(Some(quoted));
                    }
                }
                // A language or a colour. A condition or a span of time is none.
                '[' => {
                    let inner: String = characters.by_ref().take_while(|c| *c != ']').collect();
                    let harmless = inner.starts_with('$') || inner.len() > 2 && inner.chars().all(char::is_alphabetic);
                    if !harmless {
                        return None;
                    }
                }
                '-' | '(' | ')' | ' ' | ':' | '+' => parts.push(Some(c)),
                // Room as wide as a character, which nobody reads.
                '_' => {
                    characters.next()?;
                }
                _ => return None,
            }
        }
        let digits = parts.iter().filter(|part| part.is_none()).count();
        let fixed = parts.len() > digits;
        (digits > 1 || (fixed && digits == 1)).then_some(Pattern { parts, digits })
    }

    /// What the format shows of a whole number that is not negative, where that differs from the number itself.
    pub(super) fn show(&self, number: &str) -> Option<String> {
        if number.is_empty() || number.len() > LONGEST || !number.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
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
            ("00_ ", "5", Some("05")),
            ("00000", "1001.5", None),
            ("00000", "-1", None),
            ("\"No. \"0", "7", Some("No. 7")),
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
            "[>99]000",
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

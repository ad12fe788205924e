//! Marks of notes behind what a cell holds, as plain characters: `12500¹`, `12500*`, `01001[a]`.

/// Marks that point at a note wherever they stand.
const MARKS: [char; 6] = ['*', '†', '‡', '§', '※', '＊'];

/// The text without the mark of a note at its end; None: it has none, or nothing but it, or the mark may be a power of ten.
pub fn without_note(text: &str) -> Option<&str> {
    let bare = match bracketed(text, ['[', ']']) {
        Some(bare) => bare,
        None => text.trim_end_matches(|c: char| is_raised(c) || MARKS.contains(&c)),
    };
    let mark = &text[bare.len()..];
    let bare = bare.trim_end();
    let before = bare.strip_suffix("10").map(|rest| rest.chars().next_back());
    let is_power = before.is_some_and(|last| last.is_none_or(|c| !c.is_ascii_digit())) && mark.chars().all(is_raised);
    (!mark.is_empty() && !bare.is_empty() && !is_power).then_some(bare)
}

/// A code without the mark of a note at its end. Round brackets behind a number may hold a part of it; behind a code they do not.
pub fn code_without_note(text: &str) -> Option<&str> {
    // A number behind a ten is read as an exponent, which no code has.
    let raised = || text.rsplit_once('^').map(|(bare, _)| bare);
    let bare = without_note(text)
        .or_else(|| bracketed(text, ['(', ')']).map(str::trim_end))
        .or_else(raised)?;
    (!bare.is_empty()).then_some(bare)
}

/// What stands before `[1]`, `[a]`.
fn bracketed(text: &str, [open, close]: [char; 2]) -> Option<&str> {
    let (bare, inner) = text.strip_suffix(close)?.rsplit_once(open)?;
    let is_mark = !inner.is_empty() && inner.chars().count() <= 2 && inner.chars().all(char::is_alphanumeric);
    is_mark.then_some(bare)
}

/// Characters that are raised or lowered by themselves: digits, signs and letters.
fn is_raised(c: char) -> bool {
    matches!(c, '¹' | '²' | '³' | 'ª' | 'º' | '\u{2070}'..='\u{208e}' | '\u{1d2c}'..='\u{1d6a}' | '①'..='⑳')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_of_notes_are_told_from_what_they_stand_behind() {
        for (text, bare) in [
            ("12500¹", Some("12500")),
            ("12,500 ¹²", Some("12,500")),
            ("12500⁽ᵃ⁾", Some("12500")),
            ("12500*", Some("12500")),
            ("12500 †", Some("12500")),
            ("12500[1]", Some("12500")),
            ("30000₁", Some("30000")),
            ("30000₍₁₎", Some("30000")),
            ("01001ᵃ", Some("01001")),
            ("110¹", Some("110")),
            ("12500", None),
            ("12500(1)", None),
            ("12⁵00", None),
            ("¹", None),
            ("***", None),
            ("[1]", None),
            ("12500[2020]", None),
            ("10³", None),
            ("2.5×10⁶", None),
            ("10*", Some("10")),
        ] {
            assert_eq!(without_note(text), bare, "{text}");
        }
        for (text, bare) in [
            ("06037(1)", Some("06037")),
            ("06037 (a)", Some("06037")),
            ("06037₁", Some("06037")),
            ("10^3", Some("10")),
            ("06037(2020)", None),
            ("(1)", None),
            ("06037", None),
        ] {
            assert_eq!(code_without_note(text), bare, "{text}");
        }
    }
}

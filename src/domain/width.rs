//! Characters that have two widths in Chinese input methods.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;
use unicode_width::UnicodeWidthChar;

/// Full-width forms (`１２，３％`) and the mathematical minus as their ASCII twins.
pub fn half_width(text: &str) -> Cow<'_, str> {
    // All of these characters, and few others, begin with one of three bytes.
    if !text.bytes().any(|byte| matches!(byte, 0xe2 | 0xe3 | 0xef)) {
        return Cow::Borrowed(text);
    }
    let narrow = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '\u{3000}' => ' ',
        '\u{2212}' => '-',
        _ => c,
    };
    Cow::Owned(text.chars().map(narrow).collect())
}

/// Half-width, lower case, without blanks: how words are compared that clerks write in any of these ways.
pub fn fold(text: &str) -> String {
    let plain = text.chars().map(plain_form).collect::<Option<String>>();
    plain.map_or_else(
        || folded_by_tables(text),
        |mut plain| {
            plain.retain(|c| !c.is_whitespace());
            plain
        },
    )
}

/// The lower case of ASCII, of its full-width twins, of a common ideograph or sign: Unicode joins none with another of them, as it may
/// join other characters.
fn plain_form(c: char) -> Option<char> {
    match c {
        '\0'..='\u{7f}' => Some(c.to_ascii_lowercase()),
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).map(|c| c.to_ascii_lowercase()),
        '\u{4e00}'..='\u{9fff}' | '\u{3000}'..='\u{3002}' | '\u{300a}'..='\u{3011}' | '“' | '”' => Some(c),
        _ => None,
    }
}

/// [`fold`] of any text.
fn folded_by_tables(text: &str) -> String {
    text.nfkc()
        .filter(|c| !c.is_whitespace())
        .flat_map(char::to_lowercase)
        .collect()
}

/// Adds a part to a sentence. A blank between two East Asian characters goes: a template has it for what is not written so.
pub fn join_to(sentence: &mut String, part: &str) {
    let is_wide = |c: Option<char>| c.and_then(UnicodeWidthChar::width) == Some(2);
    if part.is_empty() {
        return;
    }
    if let Some(before) = sentence.strip_suffix(' ')
        && is_wide(before.chars().next_back())
        && is_wide(part.chars().next())
    {
        sentence.pop();
    }
    let behind = part.strip_prefix(' ').filter(|behind| {
        let joined = sentence.chars().next_back();
        is_wide(joined) && is_wide(behind.chars().next())
    });
    sentence.push_str(behind.unwrap_or(part));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn no_blank_stays_between_east_asian_words() {
        for (parts, expected) in [
            (&["应为 ", "整数", " 之一"][..], "应为整数之一"),
            (&["应为 ", "12", " 之一"], "应为 12 之一"),
            (&["in ", "户数", " is"], "in 户数 is"),
            (&["应为 ", "", "整数"], "应为整数"),
        ] {
            let mut sentence = String::new();
            parts.iter().for_each(|part| join_to(&mut sentence, part));
            assert_eq!(sentence, expected);
        }
    }

    #[test]
    fn words_are_compared_without_width_case_and_blanks() {
        assert_eq!(fold(" 合　计（Ｍ2）\n"), "合计(m2)");
        assert_eq!(fold("㎡"), "m2");
    }

    proptest! {
        #[test]
        fn the_short_way_gives_what_the_tables_give(text in "([ -~\t\n一-龥！-～、。“”]|\\PC){0,12}") {
            prop_assert_eq!(fold(&text), folded_by_tables(&text));
        }
    }

    #[test]
    fn each_character_of_the_short_way_has_the_form_that_the_tables_give() {
        for c in ('\0'..='\u{ffff}').filter(|c| plain_form(*c).is_some()) {
            let text = format!("a{c}b");
            assert_eq!(fold(&text), folded_by_tables(&text), "{c:?}");
        }
    }

    #[test]
    fn full_width_narrows_and_the_rest_stays() {
        assert_eq!(half_width("１２，３４５．６％－"), "12,345.6%-");
        assert_eq!(half_width("社区Ａ—…"), "社区A—…");
        assert_eq!(half_width("−５"), "-5");
        for text in ["plain", "东风社区"] {
            assert!(matches!(half_width(text), Cow::Borrowed(_)), "{text}");
        }
    }
}

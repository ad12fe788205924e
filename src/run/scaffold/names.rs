//! Short names for columns and forms, from what people call them.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;

use crate::pipeline::is_free_id;

/// Characters of a name that was made from a header.
const LONGEST: usize = 40;

/// The latin words of a text in small letters, joined with `_`; empty where there is none.
pub(super) fn slug(text: &str) -> String {
    let mut words: Vec<String> = vec![String::new()];
    for c in without_bracket(text).nfkd().flat_map(char::to_lowercase) {
        match words.last_mut() {
            Some(word) if c.is_ascii_alphanumeric() => word.push(c),
            // The accent of a letter, and an apostrophe, stand within words.
            _ if matches!(c, '\u{300}'..='\u{36f}' | '\'' | '’') => {}
            _ => words.push(String::new()),
        }
    }
    words.retain(|word| !word.is_empty());
    let is_word = |word: &String| word.chars().filter(char::is_ascii_alphabetic).count() >= 2;
    if !words.iter().any(is_word) {
        return String::new();
    }
    let mut slug = String::new();
    for word in words
        .iter()
        .skip_while(|word| !word.starts_with(|c: char| c.is_ascii_alphabetic()))
    {
        if !slug.is_empty() && slug.len() + word.len() >= LONGEST {
            break;
        }
        if !slug.is_empty() {
            slug.push('_');
        }
        slug.push_str(word);
    }
    slug.truncate(LONGEST);
    slug.trim_end_matches("_code").to_owned()
}

/// A header without what stands in brackets at its end: its unit, most often.
fn without_bracket(text: &str) -> &str {
    let text = text.trim();
    let before = text
        .strip_suffix([')', '）', ']'])
        .and_then(|inner| inner.rfind(['(', '（', '[']));
    before
        .map(|at| text[..at].trim())
        .filter(|before| !before.is_empty())
        .unwrap_or(text)
}

/// A name that no other column has, else `column_3` after its place.
pub(super) fn column_id(header: &str, place: usize, taken: &mut BTreeSet<String>) -> String {
    let slug = slug(header);
    let plain = match slug.as_str() {
        "" => format!("column_{}", place + 1),
        word if is_free_id(word) => word.to_owned(),
        word => format!("{word}_value"),
    };
    let mut numbered = (2..).map(|n| format!("{plain}_{n}"));
    let id = match taken.contains(&plain) {
        false => plain.clone(),
        true => numbered.find(|id| !taken.contains(id)).unwrap_or(plain.clone()),
    };
    taken.insert(id.clone());
    id
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_the_latin_words_of_headers() {
        for (header, id) in [
            ("Libraries/with internet", "libraries_with_internet"),
            ("Électricité", "electricite"),
            ("Area (m²)", "area"),
            ("服务设施面积（平方米）", "column_3"),
            ("GDP（亿元）", "gdp"),
            ("A类面积", "column_3"),
            ("2017", "column_3"),
            ("State code", "state"),
            ("Group", "group_value"),
            ("Period", "period_value"),
            ("Children's beds", "childrens_beds"),
            ("", "column_3"),
        ] {
            assert_eq!(column_id(header, 2, &mut BTreeSet::new()), id, "{header}");
        }
        let mut taken = BTreeSet::new();
        assert_eq!(column_id("Beds", 0, &mut taken), "beds");
        assert_eq!(column_id("Beds (2)", 1, &mut taken), "beds_2");
    }

    proptest::proptest! {
        #[test]
        fn every_header_gives_an_id(header in "\\PC{0,60}") {
            let id = column_id(&header, 0, &mut BTreeSet::new());
            proptest::prop_assert!(is_free_id(&id), "{id}");
        }
    }
}

use unicode_normalization::UnicodeNormalization;

/// A name for comparison: compatibility forms unified (full-width letters, ideographic blanks), every blank and
/// invisible sign dropped, letters lower-case.
pub(super) fn normalised(name: &str) -> String {
    let visible =
        |c: &char| !c.is_whitespace() && !c.is_control() && !('\u{200b}'..='\u{200f}').contains(c) && *c != '\u{feff}';
    name.nfkc().filter(visible).flat_map(char::to_lowercase).collect()
}

/// How many signs must change to turn one normalised name into the other, where that is few enough for a slip.
pub(super) fn slip(typed: &str, name: &str) -> Option<usize> {
    let length = name.chars().count();
    let distance = strsim::damerau_levenshtein(typed, name);
    let allowed = if length <= 2 { 1 } else { (length / 3).max(1) };
    (distance <= allowed && distance < length).then_some(distance)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_and_widths_do_not_count() {
        for text in [
            "北京市",
            " 北 京 市 ",
            "北　京　市",
            "\u{feff}北京市\u{200b}",
            "北京\n市",
        ] {
            assert_eq!(normalised(text), "北京市", "{text:?}");
        }
        assert_eq!(normalised("Ｎｅｗ York"), "newyork");
    }

    #[test]
    fn a_slip_is_small() {
        assert_eq!(slip("正锭县", "正定县"), Some(1));
        assert_eq!(slip("北金", "北京"), Some(1));
        assert_eq!(slip("南宁", "北京"), None);
        assert_eq!(slip("黔东南苗侗族自治州", "黔东南苗族侗族自治州"), Some(1));
    }
}

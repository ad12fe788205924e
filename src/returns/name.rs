//! Names of sheets, as a spreadsheet allows them.

use super::{Return, Words};

/// UTF-16 units of a sheet's name.
const LONGEST: usize = 31;

/// The name of the county's own sheet: as received, else what a person calls the form.
pub(super) fn of_sheet(given: &Return<'_>, words: &Words) -> String {
    let received = given.table.and_then(|table| table.sheet.as_deref());
    let wanted = received.unwrap_or_else(|| given.form.title.get(words.lang));
    let legal = legal(wanted);
    let legal = if legal.is_empty() {
        legal_or(&given.form.id, "1")
    } else {
        legal
    };
    let taken = super::words::SHEETS;
    if taken.iter().any(|name| name.to_lowercase() == legal.to_lowercase()) {
        return cut(&legal, LONGEST - 2) + "_1";
    }
    legal
}

fn legal_or(text: &str, other: &str) -> String {
    let legal = legal(text);
    if legal.is_empty() { other.to_owned() } else { legal }
}

/// Without the characters that a name of a sheet must not have.
fn legal(text: &str) -> String {
    let allowed = |c: char| {
        if c.is_control() || "[]:*?/\\".contains(c) {
            '_'
        } else {
            c
        }
    };
    let text: String = text.chars().map(allowed).collect();
    let text = cut(text.trim(), LONGEST);
    text.trim_matches('\'').trim().to_owned()
}

/// The first `most` UTF-16 units.
pub(super) fn cut(text: &str, most: usize) -> String {
    let mut left = most;
    text.chars()
        .take_while(|c| {
            let fits = c.len_utf16() <= left;
            left = left.saturating_sub(c.len_utf16());
            fits
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_made_legal() {
        for (name, expected) in [
            ("社区花名册", "社区花名册"),
            ("a/b:c[1]?", "a_b_c_1__"),
            ("'quoted'", "quoted"),
            ("  ", ""),
            (
                "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三",
                "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一",
            ),
        ] {
            assert_eq!(legal(name), expected, "{name}");
        }
        assert_eq!(cut("a😀b", 2), "a");
    }
}

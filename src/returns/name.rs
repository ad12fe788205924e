//! Names of sheets, as a spreadsheet allows them.

use super::given::Return;
use crate::domain::Lang;
use crate::pipeline::Form;

/// UTF-16 units of a sheet's name.
const LONGEST: usize = 31;

/// The name of the county's own sheet: as received, else that of a blank one.
pub(super) fn of_sheet(given: &Return<'_>) -> String {
    let received = given.table.and_then(|table| table.sheet.as_deref()).map(legal);
    match received.filter(|name| !name.is_empty()) {
        Some(name) => free(name),
        None => of_blank(given.form, given.langs),
    }
}

/// The name of a blank sheet: what a person calls the form.
pub(super) fn of_blank(form: &Form, langs: &[Lang]) -> String {
    let title = form.title.get(langs.first().copied().unwrap_or(Lang::En));
    let legal = legal(title);
    free(if legal.is_empty() {
        legal_or(&form.id, "1")
    } else {
        legal
    })
}

/// The same, or another name where a return calls its own sheets so.
fn free(name: String) -> String {
    let is_taken = super::words::SHEETS
        .iter()
        .any(|other| other.to_lowercase() == name.to_lowercase());
    if is_taken { cut(&name, LONGEST - 2) + "_1" } else { name }
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

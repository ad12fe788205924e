//! What a spreadsheet would make of a text, and what a cell of it can hold.

use super::{is_invisible, spell_out};

/// Whether a spreadsheet may take a text for a formula: one that begins with such a sign, of either width, behind whatever
/// blanks and controls the program skips. A text that is a plain number stays one.
pub fn is_command(text: &str) -> bool {
    if text.starts_with(char::is_alphanumeric) {
        return false;
    }
    if text.starts_with(['\t', '\r', '\n']) {
        return true;
    }
    let shown = text.trim_start_matches(|c: char| c.is_whitespace() || is_invisible(c));
    let sign = shown.starts_with(['=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}']);
    let plain = |c: char| c.is_ascii_digit() || matches!(c, '.' | '-');
    sign && !(shown.parse::<f64>().is_ok() && shown.chars().all(plain))
}

/// Whether a text that was received is a formula: `=1+1`, `@SUM(A1)`, `-cmd|'/c calc'!A1`; `+86 10` and `-3` are none. Narrower than
/// [`is_command`], which guards what is written: a county is asked about nothing that it may have meant as text.
pub fn is_formula(text: &str) -> bool {
    match text.as_bytes().first() {
        Some(b'=' | b'@') => text.len() > 1,
        Some(b'+' | b'-') => text.contains(['(', '|', '!']),
        _ => false,
    }
}

/// How hard workbooks are compressed: as hard as Excel does. The usual 6 takes half as long again, for a twentieth less.
pub const WORKBOOK_COMPRESSION: u8 = 3;

/// The most characters of a cell of a spreadsheet.
const CELL_CHARACTERS: usize = 32_767;

/// A text as a cell may hold it: what is not seen written out, and cut off where it is too long.
pub fn cell_text(text: &str) -> String {
    let spell = |to: &mut String, c: char| match c {
        '\t' | '\n' => to.push(c),
        c => to.extend(c.escape_unicode()),
    };
    let mut cell = spell_out(text, spell).into_owned();
    // Counted as the file format does, in units of UTF-16.
    let units = |text: &str| text.chars().map(char::len_utf16).sum::<usize>();
    if units(&cell) > CELL_CHARACTERS {
        let mut left = CELL_CHARACTERS - 1;
        cell = cell
            .chars()
            .take_while(|c| {
                let fits = c.len_utf16() <= left;
                left -= c.len_utf16().min(left);
                fits
            })
            .collect();
        cell.push('…');
    }
    cell
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_would_run_is_known() {
        for text in [
            "=1+1",
            "@SUM(A1)",
            "+cmd|' /C calc'!A0",
            "-2+3",
            "\tx",
            "\r=x",
            "\n",
            " =1",
            "\u{feff}=1",
            "＝1",
            "-1e3",
            "@a",
            "\t=1",
        ] {
            assert!(is_command(text), "{text:?}");
        }
        for text in ["", "东风社区", "-12.5", "12", "a=b", "1-2", "—", "'=1"] {
            assert!(!is_command(text), "{text:?}");
        }
    }

    #[test]
    fn a_cell_holds_what_a_cell_may_hold() {
        assert_eq!(cell_text("a\u{1b}[2J\nb"), "a\\u{1b}[2J\nb");
        assert_eq!(
            cell_text("a\u{202e}b\u{200b}"),
            "a\\u{202e}b\\u{200b}",
            "nothing turns the text round"
        );
        let long = cell_text(&"😀".repeat(20_000));
        assert!(long.encode_utf16().count() <= CELL_CHARACTERS && long.ends_with("😀…"));
        assert_eq!(cell_text(&"x".repeat(CELL_CHARACTERS)).len(), CELL_CHARACTERS);
    }
}

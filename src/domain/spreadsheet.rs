//! What a spreadsheet would make of a text.

use super::is_invisible;

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
}

//! Letters beyond ASCII that are written as escapes of ASCII: HZ (`~{VPND~}`) and UTF-7 (`D+APw-ren`). Mail programs and old systems
//! wrote them, and no spreadsheet program reads them.

use encoding_rs::{BIG5, EUC_KR, GB18030};

use super::charset;

/// Bytes of an escape that are looked at.
const LONGEST: usize = 400;

/// Whether a text has an escape anywhere.
pub(super) fn any(text: &str) -> bool {
    let bytes = text.as_bytes();
    memchr::memchr2_iter(b'~', b'+', bytes).any(|at| escape(&bytes[at..], starts(bytes, at)).is_some())
}

/// Whether a cell starts at a place, as far as the text around it shows.
fn starts(bytes: &[u8], at: usize) -> bool {
    let before = at.checked_sub(1).map(|before| bytes[before]);
    before.is_none_or(|before| matches!(before, b',' | b';' | b'\t' | b'|' | b'"' | b'\n'))
}

/// A text with its escapes read; None: it has none.
pub(super) fn read(text: &str) -> Option<String> {
    let (mut shown, mut rest, mut found) = (String::new(), text, false);
    while let Some(at) = rest.find(['~', '+']) {
        shown.push_str(&rest[..at]);
        let is_start = at == 0 && shown.is_empty();
        let length = match escape(&rest.as_bytes()[at..], is_start) {
            Some((letters, length)) => {
                shown.push_str(&letters);
                found = true;
                length
            }
            None => {
                shown.push_str(&rest[at..=at]);
                1
            }
        };
        rest = &rest[at + length..];
    }
    shown.push_str(rest);
    found.then_some(shown)
}

/// The letters of the escape that bytes begin with, and its length.
fn escape(bytes: &[u8], is_start: bool) -> Option<(String, usize)> {
    match bytes {
        [b'~', b'{', rest @ ..] => hz(rest).map(|(letters, length)| (letters, length + 2)),
        [b'+', rest @ ..] => utf7(rest, is_start).map(|(letters, length)| (letters, length + 1)),
        _ => None,
    }
}

/// Pairs of bytes up to `~}`: GB 2312 without the high bits.
fn hz(bytes: &[u8]) -> Option<(String, usize)> {
    let end = bytes.windows(2).take(LONGEST).position(|two| two == b"~}")?;
    let pairs = &bytes[..end];
    let is_pairs = end > 0 && end.is_multiple_of(2) && pairs.iter().all(u8::is_ascii_graphic);
    let high: Vec<u8> = pairs.iter().filter(|_| is_pairs).map(|byte| byte | 0x80).collect();
    let text = GB18030.decode_without_bom_handling_and_without_replacement(&high)?;
    let is_words = text.chars().any(char::is_alphabetic) && !text.chars().any(char::is_control);
    is_words.then(|| (text.into_owned(), end + 2))
}

/// Digits of base 64 up to a `-`, or to the end of a cell: letters beyond ASCII as UTF-16, the bits left over being 0.
fn utf7(bytes: &[u8], is_start: bool) -> Option<(String, usize)> {
    let end = bytes.iter().take(LONGEST).position(|byte| value(*byte).is_none());
    let end = end.or_else(|| (bytes.len() < LONGEST).then_some(bytes.len()))?;
    let digits = &bytes[..end];
    let (mark, is_ended) = match bytes.get(end) {
        Some(b'-') => (1, true),
        None | Some(b',' | b';' | b'\t' | b'|' | b'"' | b'\r' | b'\n' | b' ') => (0, false),
        Some(_) => return None,
    };
    // A telephone number has no letters.
    if !digits.iter().any(u8::is_ascii_alphabetic) {
        return None;
    }
    let (mut bits, mut count, mut units) = (0_u32, 0, Vec::new());
    for digit in digits {
        bits = bits << 6 | u32::from(value(*digit)?);
        count += 6;
        if count >= 16 {
            count -= 16;
            units.push((bits >> count) as u16);
            bits &= (1 << count) - 1;
        }
    }
    let text = String::from_utf16(&units).ok()?;
    let is_letters = !text.is_empty() && text.chars().all(|c| !c.is_ascii() && c.is_alphabetic());
    // A word may look like an escape that lacks its end by chance, though hardly like common characters.
    let is_long = is_start || text.chars().count() > 1;
    let is_likely = is_ended || (is_long && is_common(&text));
    (bits == 0 && count < 6 && is_letters && is_likely).then(|| (text, end + mark))
}

/// Whether a text is common ideographs, or three letters or more of one small alphabet.
fn is_common(text: &str) -> bool {
    let is_ideographic = text.chars().all(|c| matches!(c, '\u{4e00}'..='\u{9fff}'));
    let is_of = |alphabet: std::ops::RangeInclusive<char>| text.chars().all(|c| alphabet.contains(&c));
    let is_hangul = is_of('\u{ac00}'..='\u{d7a3}') && charset::share(text, EUC_KR) >= 1.0;
    let is_alphabet = text.chars().count() >= 3
        && [
            ('\u{370}', '\u{3ff}'),
            ('\u{400}', '\u{4ff}'),
            ('\u{5d0}', '\u{5ea}'),
            ('\u{3041}', '\u{30ff}'),
        ]
        .iter()
        .any(|(first, last)| is_of(*first..=*last));
    let is_chinese = is_ideographic && [GB18030, BIG5].iter().any(|of| charset::share(text, of) >= 1.0);
    is_chinese || is_hangul || is_alphabet
}

/// What a digit of base 64 is worth.
fn value(digit: u8) -> Option<u8> {
    Some(match digit {
        b'A'..=b'Z' => digit - b'A',
        b'a'..=b'z' => digit - b'a' + 26,
        b'0'..=b'9' => digit - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_read() {
        for (text, letters) in [
            ("D+APw-ren", "Düren"),
            ("K+APY-ln-M+APw-lheim", "Köln-Mülheim"),
            ("D~{(9~}ren", "Düren"),
            ("~{VPND~}", "中文"),
            ("a+b ~ ~{VP~}", "a+b ~ 中"),
            ("+Z3GYqH4j", "東風縣"),
            ("+cSE", "無"),
            ("+Z3GYqA, x", "東風, x"),
            ("+BB8EQAQ4BDIENQRC", "Привет"),
        ] {
            assert_eq!(read(text).as_deref(), Some(letters), "{text}");
            assert!(any(text));
        }
        for text in [
            "+86-10-65880000",
            "+120-555",
            "+44 (0)20 7946-0000",
            "A+B-C",
            "C+ABC-",
            "1200+",
            "a+b-c+d",
            "O+ve-",
            "~{x",
            "~5-6",
            "~{}~",
            "Rh+-",
            "+Yes",
            "C+Programmer",
            "+8613800138000",
            "A+abc",
            "n+Size",
            "",
        ] {
            assert_eq!(read(text), None, "{text}");
            assert!(!any(text));
        }
    }
}

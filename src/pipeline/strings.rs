//! Where a byte of a decoded TOML string stands in the file: escapes and multi-line strings shift it.

use std::ops::Range;

/// Maps bytes of the decoded text of the TOML string at `token` to bytes of the file.
pub(super) fn locate(file: &str, token: Range<usize>, within: Range<usize>) -> Range<usize> {
    let Some(raw) = file.get(token.clone()) else {
        return token;
    };
    let starts = starts(raw);
    let at = |decoded: usize| starts.get(decoded).copied().unwrap_or(raw.len());
    let (start, end) = (at(within.start), at(within.end.max(within.start)));
    token.start + start..token.start + end.max(start)
}

/// For each byte of the decoded text, and its end, the byte of the raw token at which it begins.
fn starts(raw: &str) -> Vec<usize> {
    let quote = match raw.as_bytes().first() {
        Some(b'\'') => "'",
        Some(b'"') => "\"",
        // A bare key stands for itself.
        _ => return (0..=raw.len()).collect(),
    };
    let triple = quote.repeat(3);
    let many = raw.len() >= 6 && raw.starts_with(&triple) && raw.ends_with(&triple);
    let marks = if many { 3 } else { 1 };
    let mut body = marks..raw.len().saturating_sub(marks).max(marks);
    if raw.get(body.clone()).is_none() {
        return (0..=raw.len()).collect();
    }
    if many {
        let first = &raw[body.clone()];
        body.start += if first.starts_with("\r\n") {
            2
        } else {
            usize::from(first.starts_with('\n'))
        };
    }
    let mut starts = Vec::with_capacity(body.len() + 1);
    let escapes = quote == "\"";
    let mut at = body.start;
    while at < body.end {
        let rest = &raw[at..body.end];
        let (taken, decoded) = match rest.strip_prefix('\\').filter(|_| escapes) {
            Some(after) => escape(after),
            None => {
                let bytes = rest.chars().next().map_or(1, char::len_utf8);
                (bytes, bytes)
            }
        };
        starts.extend(std::iter::repeat_n(at, decoded));
        at += taken;
    }
    starts.push(body.end);
    starts
}

/// Bytes of an escape in the file (with its backslash) and in the decoded text.
fn escape(after: &str) -> (usize, usize) {
    let hex = |digits: usize| {
        let code = after
            .get(1..1 + digits)
            .and_then(|h| u32::from_str_radix(h, 16).ok())
            .and_then(char::from_u32);
        (2 + digits, code.map_or(1, char::len_utf8))
    };
    match after.chars().next() {
        Some('x') => hex(2),
        Some('u') => hex(4),
        Some('U') => hex(8),
        // A backslash at the end of a line swallows all blanks that follow.
        Some(c) if c.is_whitespace() => (1 + after.len() - after.trim_start().len(), 0),
        Some(c) => (1 + c.len_utf8(), 1),
        None => (1, 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The part of the file that stands for `part` of the decoded string.
    fn located(file: &str, part: &str) -> String {
        let document = toml::de::DeTable::parse(file).unwrap();
        let value = document.get_ref().get("a").unwrap();
        let decoded = value.get_ref().as_str().unwrap();
        let start = decoded.find(part).unwrap();
        file[locate(file, value.span(), start..start + part.len())].to_owned()
    }

    #[test]
    fn every_kind_of_string_is_mapped() {
        for (file, part, raw) in [
            ("a = \"x + yy\"", "yy", "yy"),
            ("a = 'x + yy'", "yy", "yy"),
            ("a = \"\\t\\\"q\\\" + yy\"", "yy", "yy"),
            ("a = \"\\u4e2d\\U0001F600 yy z\"", "yy", "yy"),
            ("a = \"中文 yy\"", "yy", "yy"),
            ("a = \"\\u00e9 yy\"", "yy", "yy"),
            ("a = \"中\\u6587 yy\"", "文", "\\u6587"),
            ("a = \"\"\"\nx\n  + yy\n\"\"\"", "yy", "yy"),
            ("a = \"\"\"x \\\n     yy\"\"\"", "yy", "yy"),
            ("a = '''\r\nx\r\n + yy'''", "yy", "yy"),
            ("a = \"\\x41 yy\"", "A", "\\x41"),
        ] {
            assert_eq!(located(file, part), raw, "{file}");
        }
    }

    #[test]
    fn the_end_of_a_string_is_its_quote() {
        let file = "a = \"x + \"";
        assert_eq!(locate(file, 4..file.len(), 4..4), 9..9);
    }

    proptest::proptest! {
        #[test]
        fn plain_texts_map_onto_themselves(text in "[a-z 中文+*]{0,20}") {
            let file = format!("a = \"{text}\"");
            let all = locate(&file, 4..file.len(), 0..text.len());
            proptest::prop_assert_eq!(&file[all], text.as_str());
        }

        #[test]
        fn no_token_breaks_it(raw in "\\PC{0,20}", from in 0_usize..30, to in 0_usize..30) {
            let place = locate(&raw, 0..raw.len(), from..to);
            proptest::prop_assert!(place.start <= place.end && place.end <= raw.len());
        }
    }
}

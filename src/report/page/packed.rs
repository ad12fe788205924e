//! The numbers for programs, packed: only the script reads them, so they need not be text in the page.

use std::io::Write;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::DeflateEncoder;

/// The attribute in which a rendered table has its numbers.
const ATTRIBUTE: &str = " data-v=\"";

/// An edition without the numbers of its tables, and these: a line a table, in their order.
pub fn apart(edition: &str) -> (String, String) {
    let mut parts = edition.split(ATTRIBUTE);
    let mut html = parts.next().unwrap_or_default().to_owned();
    let mut lines = Vec::new();
    for part in parts {
        let (digits, rest) = part.split_once('"').unwrap_or((part, ""));
        lines.push(digits);
        html.push_str(rest);
    }
    (html, lines.join("\n"))
}

/// As base64 of raw deflate.
pub fn packed(text: &str) -> String {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    let written = encoder.write_all(text.as_bytes()).and_then(|()| encoder.finish());
    STANDARD.encode(written.expect("memory takes every byte"))
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use flate2::read::DeflateDecoder;

    use super::*;

    #[test]
    fn numbers_leave_the_tables_in_order() {
        let (html, digits) = apart("<p><table class=\"t\" data-v=\"1,2;3\"><td>1<table data-v=\"\">–");
        assert_eq!(html, "<p><table class=\"t\"><td>1<table>–");
        assert_eq!(digits, "1,2;3\n");
        assert_eq!(apart("<p>"), ("<p>".to_owned(), String::new()));
    }

    #[test]
    fn what_is_packed_is_read_again() {
        let text = "1,0.25;;-3\n4";
        let bytes = STANDARD.decode(packed(text)).unwrap();
        let mut read = String::new();
        DeflateDecoder::new(&bytes[..]).read_to_string(&mut read).unwrap();
        assert_eq!(read, text);
    }
}

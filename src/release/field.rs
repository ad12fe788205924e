//! Fields of CSV files.

/// What ends a row.
pub(super) const NEXT_ROW: &str = "\r\n";

/// A text as one of several fields of a row.
pub(super) fn field(text: &str) -> String {
    if !text.contains(['"', ',', '\r', '\n']) {
        return text.to_owned();
    }
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    writer.write_record([text]).expect("writing to memory does not fail");
    let bytes = writer.into_inner().unwrap_or_default();
    let quoted = String::from_utf8(bytes).expect("quotes around a text make a text");
    quoted.strip_suffix(NEXT_ROW).unwrap_or(&quoted).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ends_a_field_is_quoted() {
        for (text, shown) in [
            ("", ""),
            ("东风", "东风"),
            ("a b;c", "a b;c"),
            ("1,200", "\"1,200\""),
            ("12\" pipe", "\"12\"\" pipe\""),
            ("one\r\ntwo\r\n", "\"one\r\ntwo\r\n\""),
        ] {
            assert_eq!(field(text), shown, "{text:?}");
        }
    }
}

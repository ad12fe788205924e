//! Texts as TOML writes them.

use crate::domain::spell_out;

/// A TOML text of one line. What a terminal would act on is spelt out, and reads back as it was.
pub(super) fn quoted(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('"', "\\\"");
    let spell = |to: &mut String, c: char| to.push_str(&format!("\\U{:08X}", u32::from(c)));
    format!("\"{}\"", spell_out(&text, spell))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::is_invisible;

    #[test]
    fn headers_read_back_as_they_were_received() {
        for header in [
            "社区\"名称\"",
            "a\\b",
            "两\n行",
            "\u{1b}[31m红\u{202e}",
            "=1+1",
            "tag \u{e0041}",
            "平方米（㎡）",
        ] {
            let line = format!("x = {}", quoted(header));
            assert!(!line.contains(is_invisible), "{line:?}");
            let back: toml::Table = toml::from_str(&line).unwrap();
            assert_eq!(back["x"].as_str(), Some(header));
        }
    }
}

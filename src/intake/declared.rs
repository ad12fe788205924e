//! The encoding that a web page or an XML file declares of itself.

use encoding_rs::{Encoding, GB18030, GBK, UTF_8, UTF_16BE, UTF_16LE};

use super::charset::Words;
use super::decode::{self, Decoded};
use super::fault::Fault;

/// Bytes in which a declaration is searched.
const HEAD: usize = 4096;

/// The encoding of a file of markup, where its content does not prove it: UTF-8, UTF-16 and GBK are recognised by what
/// they hold, whatever a template declares.
pub(super) fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let blanks = |byte: &&u8| byte.is_ascii_whitespace();
    let start = bytes.iter().take_while(blanks).count();
    if bytes.get(start) != Some(&b'<') || bytes.is_ascii() || std::str::from_utf8(bytes).is_ok() {
        return None;
    }
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(HEAD)]).to_ascii_lowercase();
    let label = ["charset=", "encoding="].iter().find_map(|lead| {
        let rest = &head[head.find(lead)? + lead.len()..];
        let rest = rest.trim_start_matches(['"', '\'', ' ']);
        let length = rest.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_' | ':' | '.'))?;
        Some(rest[..length].to_owned())
    })?;
    let encoding = Encoding::for_label(label.as_bytes())?;
    (![UTF_8, UTF_16BE, UTF_16LE].contains(&encoding)).then_some(encoding)
}

/// The text of bytes in a declared encoding. Where they are none, what they hold decides.
pub(super) fn decode(bytes: &[u8], encoding: &'static Encoding, words: &Words) -> Result<Decoded, Fault> {
    // GB18030 includes GBK.
    let encoding = if encoding == GBK { GB18030 } else { encoding };
    let (text, failed) = encoding.decode_without_bom_handling(bytes);
    if failed {
        return decode::decode(bytes.to_vec(), words);
    }
    Ok(Decoded {
        text: text.into_owned(),
        start: 0,
        encoding: name(encoding),
        damaged: 0,
        readings: Vec::new(),
        joined: Vec::new(),
        joined_as: "",
        rival: None,
    })
}

/// Its name in small letters, as the table of submissions has it.
fn name(encoding: &'static Encoding) -> &'static str {
    const NAMES: [&str; 22] = [
        "gb18030",
        "big5",
        "euc-kr",
        "shift_jis",
        "euc-jp",
        "iso-2022-jp",
        "koi8-r",
        "koi8-u",
        "windows-874",
        "windows-1250",
        "windows-1251",
        "windows-1252",
        "windows-1253",
        "windows-1254",
        "windows-1255",
        "windows-1256",
        "windows-1257",
        "windows-1258",
        "iso-8859-2",
        "iso-8859-5",
        "iso-8859-7",
        "iso-8859-15",
    ];
    let own = encoding.name();
    NAMES
        .into_iter()
        .find(|name| own.eq_ignore_ascii_case(name))
        .unwrap_or(own)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_declaration_counts_where_the_content_says_nothing_better() {
        let page = |label: &str, text: &str| {
            let head = format!("<html><meta http-equiv=Content-Type content=\"text/html; charset={label}\"><td>");
            let encoding = Encoding::for_label(label.as_bytes()).unwrap();
            [head.as_bytes(), &encoding.encode(text).0].concat()
        };
        for (label, text, name) in [
            ("gb2312", "和平社区", "gb18030"),
            ("big5", "和平社區", "big5"),
            ("shift_jis", "平和町", "shift_jis"),
            ("windows-1252", "Côte", "windows-1252"),
        ] {
            let bytes = page(label, text);
            let encoding = declared(&bytes).unwrap();
            let read = decode(&bytes, encoding, &Words { known: &|_| false }).unwrap();
            assert!(read.text.ends_with(text), "{label}");
            assert_eq!(read.encoding, name);
        }
        let xml = [
            b"<?xml version='1.0' encoding='GB2312'?><a>".as_slice(),
            &GBK.encode("社区").0,
        ]
        .concat();
        assert_eq!(declared(&xml), Some(GBK));
        // A template's declaration that the content contradicts.
        let lies = "<html><meta charset=\"gb2312\"><td>和平社区".as_bytes();
        assert_eq!(declared(lies), None);
        let plain = GBK.encode("代码,名称\n1,甲\n").0.into_owned();
        assert_eq!(declared(&plain), None);
    }
}

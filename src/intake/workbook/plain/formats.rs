//! The number formats of cells. Layout: ECMA-376 part 1, 18.8.

use std::collections::HashMap;

use quick_xml::escape::unescape;

use super::tags::{Kind, Xml};

/// What a number format makes of a number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::intake::workbook) enum Shows {
    Number,
    /// A day, a time or both.
    Moment,
    /// A number of days as a span of time.
    Span,
    /// A format that the library has to judge.
    Unknown,
}

/// A cell format: what it makes of a number, and its number format with its id.
#[derive(Clone, Debug)]
pub(in crate::intake::workbook) struct Format {
    pub(in crate::intake::workbook) shows: Shows,
    pub(in crate::intake::workbook) number_format: Option<(u32, String)>,
}

/// Lists of styles, each of which stands by itself.
const LISTS: [&str; 5] = ["numFmts", "fonts", "fills", "borders", "cellXfs"];

/// The cell formats in their order.
pub(super) fn formats(part: &[u8]) -> Option<Vec<Format>> {
    let mut xml = Xml::new(part)?;
    let (mut codes, mut formats, mut within) = (HashMap::new(), Vec::new(), None);
    xml.next()
        .filter(|tag| tag.kind == Kind::Start && tag.name == "styleSheet")?;
    loop {
        let tag = xml.next()?;
        if tag
            .attributes()
            .flatten()
            .any(|(_, value)| value.contains('&') && unescape(value).is_err())
        {
            return None;
        }
        let list = LISTS.iter().find(|list| **list == tag.name);
        match (tag.kind, list) {
            (Kind::End, _) if tag.name == "styleSheet" => return Some(formats),
            (Kind::End, Some(_)) => within = None,
            (Kind::Start, Some(_)) if within.is_some() => return None,
            (Kind::Start, Some(list)) => within = Some(*list),
            (Kind::Start | Kind::Empty, None) => match (within, tag.name) {
                (Some("numFmts"), "numFmt") => {
                    if let Some((id, code)) = tag.attribute("numFmtId")?.zip(tag.attribute("formatCode")?) {
                        codes.insert(id, unescape(code).ok()?.into_owned());
                    }
                }
                (Some("cellXfs"), "xf") => {
                    let id = tag.attribute("numFmtId")?;
                    formats.push(id.map_or(Some(NONE), |id| format(id, codes.get(id)))?);
                }
                _ => {}
            },
            _ => {}
        }
    }
}

/// A cell format without a number format.
const NONE: Format = Format {
    shows: Shows::Number,
    number_format: None,
};

fn format(id: &str, code: Option<&String>) -> Option<Format> {
    let number: u32 = id.parse().ok().filter(|number: &u32| number.to_string() == id)?;
    let shows = code.map_or_else(|| shows_of_program(number), |code| shows(code));
    let code = code.map_or_else(|| code_of_program(number), String::as_str);
    Some(Format {
        shows,
        number_format: Some((number, code.to_owned())),
    })
}

/// What a format shows, by the first of its letters that are no literals.
fn shows(code: &str) -> Shows {
    if code == "General" {
        return Shows::Number;
    }
    let mut rest = code.chars();
    while let Some(c) = rest.next() {
        match c {
            '_' | '\\' | '*' => {
                rest.next();
            }
            '"' => quoted(&mut rest),
            ';' => return Shows::Number,
            // Colours, countries, spans of time; halves of the day.
            '[' | ']' | 'a' | 'A' => return Shows::Unknown,
            'd' | 'm' | 'h' | 'y' | 's' | 'D' | 'M' | 'H' | 'Y' | 'S' => return Shows::Moment,
            _ => {}
        }
    }
    Shows::Number
}

/// Passes over a quoted text, in which the library heeds the same escapes.
fn quoted(rest: &mut std::str::Chars<'_>) {
    while let Some(c) = rest.next() {
        match c {
            '_' | '\\' | '*' => {
                rest.next();
            }
            '"' => return,
            _ => {}
        }
    }
}

fn shows_of_program(id: u32) -> Shows {
    match id {
        14..=22 | 27..=36 | 45 | 47 | 50..=58 => Shows::Moment,
        46 => Shows::Span,
        _ => Shows::Number,
    }
}

/// The formats that spreadsheet programs bring along.
fn code_of_program(id: u32) -> &'static str {
    match id {
        1 => "0",
        2 => "0.00",
        3 => "#,##0",
        4 => "#,##0.00",
        9 => "0%",
        10 => "0.00%",
        11 => "0.00E+00",
        12 => "# ?/?",
        13 => "# ??/??",
        14 => "mm-dd-yy",
        15 => "d-mmm-yy",
        16 => "d-mmm",
        17 => "mmm-yy",
        18 => "h:mm AM/PM",
        19 => "h:mm:ss AM/PM",
        20 => "h:mm",
        21 => "h:mm:ss",
        22 => "m/d/yy h:mm",
        37 => "#,##0 ;(#,##0)",
        38 => "#,##0 ;[Red](#,##0)",
        39 => "#,##0.00;(#,##0.00)",
        40 => "#,##0.00;[Red](#,##0.00)",
        41 => "_(* #,##0_);_(* (#,##0);_(* \"-\"_);_(@_)",
        42 => "_($* #,##0_);_($* (#,##0);_($* \"-\"_);_(@_)",
        43 => "_(* #,##0.00_);_(* (#,##0.00);_(* \"-\"??_);_(@_)",
        44 => "_($* #,##0.00_);_($* (#,##0.00);_($* \"-\"??_);_(@_)",
        45 => "mm:ss",
        46 => "[h]:mm:ss",
        47 => "mmss.0",
        48 => "##0.0E+0",
        49 => "@",
        _ => "General",
    }
}

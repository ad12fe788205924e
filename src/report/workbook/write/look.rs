//! Formats, widths, and texts that fit.

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, FormatUnderline};
use unicode_width::UnicodeWidthStr;

use crate::domain::cell_text;
use crate::report::workbook::model::Shown;

const HEADER: Color = Color::RGB(0x00D9_E1F2);
const FRAME: Color = Color::RGB(0x0080_8080);
const LINK: Color = Color::RGB(0x0005_63C1);

/// Height of a line, in points.
pub const LINE: f64 = 15.0;

/// Decimals for which there is a format; figures have at most six.
const DECIMALS: usize = 7;

/// Decimals that most figures have at most: those with fewer leave room for them, so that points stand below each other.
const USUAL: usize = 3;

/// Formats, made once for a workbook.
pub struct Look {
    pub title: Format,
    pub note: Format,
    pub warning: Format,
    pub link: Format,
    pub head: Format,
    pub head_of_numbers: Format,
    pub label: Format,
    pub text: Format,
    pub wrapped: Format,
    plain: Vec<Format>,
    signed: Vec<Format>,
    percent: Vec<Format>,
    signed_percent: Vec<Format>,
}

impl Look {
    pub fn new() -> Look {
        let top = Format::new().set_align(FormatAlign::Top);
        let text = top.clone().set_num_format("@");
        let numbers = |pattern: fn(&str, &str) -> String| {
            let format = |decimals| top.clone().set_num_format(pattern(&digits(decimals), &room(decimals)));
            (0..DECIMALS).map(format).collect::<Vec<_>>()
        };
        let head = Format::new()
            .set_bold()
            .set_background_color(HEADER)
            .set_border_bottom(FormatBorder::Thin)
            .set_border_bottom_color(FRAME)
            .set_text_wrap()
            .set_align(FormatAlign::Top);
        Look {
            title: Format::new().set_bold().set_font_size(14),
            note: Format::new().set_italic(),
            warning: Format::new().set_bold(),
            link: Format::new()
                .set_font_color(LINK)
                .set_underline(FormatUnderline::Single),
            // The button of the filter lies at the right.
            head_of_numbers: head.clone().set_align(FormatAlign::Right).set_indent(2),
            head,
            label: top.clone().set_bold(),
            wrapped: text.clone().set_text_wrap(),
            text,
            plain: numbers(|digits, room| format!("#,##{digits}{room}")),
            signed: numbers(|digits, room| format!("+#,##{digits}{room};-#,##{digits}{room};0{}", self::room(0))),
            percent: numbers(|digits, room| format!("{digits}%{room}")),
            signed_percent: numbers(|digits, room| format!("+{digits}%{room};-{digits}%{room};0%{}", self::room(0))),
        }
    }

    pub fn number(&self, shown: Shown) -> &Format {
        let (formats, decimals) = match shown {
            Shown::Plain(decimals) => (&self.plain, decimals),
            Shown::Signed(decimals) => (&self.signed, decimals),
            Shown::Percent(decimals) => (&self.percent, decimals),
            Shown::SignedPercent(decimals) => (&self.signed_percent, decimals),
        };
        &formats[usize::from(decimals).min(formats.len() - 1)]
    }
}

/// `0.00`.
fn digits(decimals: usize) -> String {
    match decimals {
        0 => "0".to_owned(),
        _ => format!("0.{}", "0".repeat(decimals)),
    }
}

/// As much room as the decimals take that the number has not, and one more, before a text in the next column: `_` and a character
/// leave room for it.
fn room(decimals: usize) -> String {
    let point = if decimals == 0 { "_." } else { "" };
    format!("{point}{}_0", "_0".repeat(USUAL.saturating_sub(decimals)))
}

/// Lines that a text takes in a column of some width, in characters.
pub fn lines_of(text: &str, width: f64) -> usize {
    let room = (width - 1.0).max(1.0) as usize;
    text.lines()
        .map(|line| line.width().div_ceil(room).max(1))
        .sum::<usize>()
        .max(1)
}

/// A text of at most so many UTF-16 units, as a cell may hold it.
pub fn brief(text: &str, most: usize) -> String {
    let text = cell_text(text);
    let ends = text.char_indices().scan(0, |units, (at, char)| {
        *units += char.len_utf16();
        Some((at + char.len_utf8(), *units))
    });
    let ends: Vec<(usize, usize)> = ends.collect();
    if ends.last().is_none_or(|(_, units)| *units <= most) {
        return text;
    }
    let kept = ends.iter().rev().find(|(_, units)| *units < most);
    format!("{}…", &text[..kept.map_or(0, |(at, _)| *at)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_brief_text_has_no_more_units_than_a_spreadsheet_takes() {
        assert_eq!(brief("一二三", 3), "一二三");
        assert_eq!(brief("一二三四", 3), "一二…");
        assert_eq!(brief("𠮷𠮷", 4), "𠮷𠮷");
        assert_eq!(brief("𠮷𠮷𠮷", 4), "𠮷…");
        assert_eq!(brief("", 3), "");
    }

    #[test]
    fn numbers_leave_room_for_the_decimals_that_they_lack() {
        assert_eq!(digits(0) + &room(0), "0_._0_0_0_0");
        assert_eq!(digits(1) + &room(1), "0.0_0_0_0");
        assert_eq!(digits(5) + &room(5), "0.00000_0");
    }

    #[test]
    fn wide_characters_take_two_places() {
        assert_eq!(lines_of("abcdefghij", 11.0), 1);
        assert_eq!(lines_of("农村社区综合服务设施", 11.0), 2);
        assert_eq!(lines_of("", 11.0), 1);
    }
}

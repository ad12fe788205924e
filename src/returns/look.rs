//! Colours and frames.

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, FormatScript};

use crate::domain::RunKind;

/// What a cell is, for its looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A header.
    Header,
    /// Part of the table, or above or beneath it.
    Other,
    /// Part of a row that came struck through.
    Struck,
}

/// Formats, made once for a workbook.
#[derive(Debug)]
pub(super) struct Look {
    /// The cell by which our sheets are known.
    pub(super) mark: Format,
    pub(super) title: Format,
    pub(super) line: Format,
    pub(super) head: Format,
    /// Header of a column of a blank sheet that must be filled in.
    pub(super) needed: Format,
    pub(super) cell: Format,
    pub(super) link: Format,
    pub(super) answer: Format,
    pub(super) hard: Format,
    pub(super) explain: Format,
    /// Every cell of the county's sheet is text: a spreadsheet must not turn codes typed anew into numbers.
    pub(super) text: Format,
}

const HARD: Color = Color::RGB(0x00FF_C7CE);
const EXPLAIN: Color = Color::RGB(0x00FF_EB9C);
const HEADER: Color = Color::RGB(0x00D9_E1F2);
const NEEDED: Color = Color::RGB(0x00FC_E4D6);
const FRAME: Color = Color::RGB(0x00BF_BFBF);
const FAINT: Color = Color::RGB(0x0080_8080);
const LINK: Color = Color::RGB(0x0005_63C1);
const ANSWER: Color = Color::RGB(0x00E2_EFDA);

impl Look {
    pub(super) fn new() -> Look {
        let framed = |format: Format| format.set_border(FormatBorder::Thin).set_border_color(FRAME);
        let wrapped = Format::new().set_text_wrap().set_align(FormatAlign::Top);
        let text = Format::new().set_num_format("@").set_align(FormatAlign::VerticalCenter);
        let cell = framed(wrapped.clone()).set_num_format("@");
        let head = framed(Format::new())
            .set_bold()
            .set_background_color(HEADER)
            .set_text_wrap()
            .set_align(FormatAlign::Center)
            .set_align(FormatAlign::VerticalCenter);
        Look {
            mark: Format::new().set_font_size(8).set_font_color(FAINT),
            title: Format::new().set_bold().set_font_size(16),
            line: Format::new().set_text_wrap().set_align(FormatAlign::VerticalCenter),
            needed: head.clone().set_background_color(NEEDED),
            head,
            link: cell
                .clone()
                .set_font_color(LINK)
                .set_underline(rust_xlsxwriter::FormatUnderline::Single),
            answer: cell.clone().set_background_color(ANSWER),
            hard: cell.clone().set_background_color(HARD),
            explain: cell.clone().set_background_color(EXPLAIN),
            cell,
            text,
        }
    }

    /// Of a part of a cell's text.
    pub(super) fn run(kind: RunKind) -> Format {
        match kind {
            RunKind::Plain | RunKind::Unseen(_) => Format::new(),
            RunKind::Superscript => Format::new().set_font_script(FormatScript::Superscript),
            RunKind::Subscript => Format::new().set_font_script(FormatScript::Subscript),
            RunKind::Struck => Format::new().set_font_strikethrough(),
        }
    }

    /// Of a cell of the county's own sheet; `hard` is None where nothing is wrong with it. None: as its column.
    pub(super) fn own(&self, kind: Kind, hard: Option<bool>, quoted: bool) -> Option<Format> {
        if kind == Kind::Other && hard.is_none() && !quoted {
            return None;
        }
        let mut format = self.text.clone();
        if kind == Kind::Struck {
            format = format.set_font_strikethrough();
        }
        if kind == Kind::Header {
            format = format
                .set_bold()
                .set_background_color(HEADER)
                .set_text_wrap()
                .set_align(FormatAlign::Center)
                .set_align(FormatAlign::VerticalCenter)
                .set_border(FormatBorder::Thin)
                .set_border_color(FRAME);
        }
        if let Some(hard) = hard {
            format = format
                .set_background_color(if hard { HARD } else { EXPLAIN })
                .set_border(FormatBorder::Thin)
                .set_border_color(FRAME);
        }
        Some(if quoted { format.set_quote_prefix() } else { format })
    }
}

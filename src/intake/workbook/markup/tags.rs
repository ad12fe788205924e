//! Elements and attributes of web pages that matter to a table.

use crate::domain::RunKind;

/// What an element is to a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tag {
    Table,
    /// `thead`, `tbody`, `tfoot`.
    Group,
    Row,
    Cell,
    Caption,
    Column,
    Break,
    /// Begins and ends a line.
    Block,
    Superscript,
    Subscript,
    S,
    Strike,
    Deleted,
    Span,
    Font,
    Link,
    Bold,
    Italic,
    Underlined,
    Strong,
    Emphasis,
    Label,
    /// A note on a cell, which its cell does not show.
    Note,
    Select,
    Option,
    Input,
    /// Content that is no text of the page.
    Script,
    StyleSheet,
    Title,
    Xml,
    Other,
}

impl Tag {
    /// The element of a name in small letters.
    pub(super) fn of(name: &[u8]) -> Tag {
        match name {
            b"table" => Tag::Table,
            b"thead" | b"tbody" | b"tfoot" => Tag::Group,
            b"tr" => Tag::Row,
            b"td" | b"th" => Tag::Cell,
            b"caption" => Tag::Caption,
            b"col" => Tag::Column,
            b"br" | b"hr" | b"li" | b"dt" | b"dd" => Tag::Break,
            b"p" | b"div" | b"h1" | b"h2" | b"h3" | b"h4" | b"h5" | b"h6" | b"center" => Tag::Block,
            b"sup" => Tag::Superscript,
            b"sub" => Tag::Subscript,
            b"s" => Tag::S,
            b"strike" => Tag::Strike,
            b"del" => Tag::Deleted,
            b"span" => Tag::Span,
            b"font" => Tag::Font,
            b"a" => Tag::Link,
            b"b" => Tag::Bold,
            b"i" => Tag::Italic,
            b"u" => Tag::Underlined,
            b"strong" => Tag::Strong,
            b"em" => Tag::Emphasis,
            b"label" => Tag::Label,
            b"comment" => Tag::Note,
            b"select" => Tag::Select,
            b"option" => Tag::Option,
            b"input" => Tag::Input,
            // How a word is spoken stands above it.
            b"rt" => Tag::Superscript,
            b"script" | b"noscript" | b"template" | b"iframe" | b"object" => Tag::Script,
            b"style" => Tag::StyleSheet,
            b"title" => Tag::Title,
            b"xml" => Tag::Xml,
            _ => Tag::Other,
        }
    }

    /// How it sets text.
    pub(super) fn kind(self) -> Option<RunKind> {
        match self {
            Tag::Superscript => Some(RunKind::Superscript),
            Tag::Subscript => Some(RunKind::Subscript),
            Tag::S | Tag::Strike | Tag::Deleted => Some(RunKind::Struck),
            _ => None,
        }
    }
}

/// Bytes of an attribute that are kept.
const LONGEST: usize = 4096;

/// Attributes of the element under way.
#[derive(Default)]
pub(super) struct Attributes {
    pub(super) style: String,
    pub(super) class: String,
    /// `x:num`: the number behind the text; blank: the text itself is one.
    pub(super) number: Option<String>,
    pub(super) columns: u32,
    /// 0 stands for all rows that follow.
    pub(super) rows: Option<u32>,
    pub(super) span: u32,
    pub(super) hidden: bool,
    pub(super) selected: bool,
    /// Name of an anchor.
    pub(super) anchor: String,
    /// Colours of the text and of the background.
    pub(super) colour: String,
    pub(super) back: String,
    kind: String,
    content: Option<String>,
    under_way: Name,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Name {
    Style,
    Class,
    Number,
    Columns,
    Rows,
    Span,
    Kind,
    Value,
    Anchor,
    Colour,
    Back,
    #[default]
    Other,
}

impl Attributes {
    /// An attribute begins.
    pub(super) fn name(&mut self, name: &[u8]) {
        self.under_way = match name {
            b"style" => Name::Style,
            b"class" => Name::Class,
            b"x:num" => {
                self.number.get_or_insert_default();
                Name::Number
            }
            b"colspan" => Name::Columns,
            b"rowspan" => Name::Rows,
            b"span" => Name::Span,
            b"type" => Name::Kind,
            b"value" => Name::Value,
            b"name" => Name::Anchor,
            b"color" => Name::Colour,
            b"bgcolor" => Name::Back,
            b"hidden" => {
                self.hidden = true;
                Name::Other
            }
            b"selected" => {
                self.selected = true;
                Name::Other
            }
            _ => Name::Other,
        };
    }

    /// The value of the attribute that has begun.
    pub(super) fn value(&mut self, value: &[u8]) {
        if self.under_way == Name::Other {
            return;
        }
        let text = String::from_utf8_lossy(&value[..value.len().min(LONGEST)]);
        let number = || text.trim().parse::<u32>().unwrap_or(1);
        match self.under_way {
            Name::Style => self.style = text.into_owned(),
            Name::Class => self.class = text.into_owned(),
            Name::Number => self.number = Some(text.into_owned()),
            Name::Columns => self.columns = number(),
            Name::Rows => self.rows = Some(number()),
            Name::Span => self.span = number(),
            Name::Kind => self.kind = text.to_ascii_lowercase(),
            Name::Value => self.content = Some(text.into_owned()),
            Name::Anchor => self.anchor = text.into_owned(),
            Name::Colour => self.colour = text.into_owned(),
            Name::Back => self.back = text.into_owned(),
            Name::Other => {}
        }
    }

    /// Whether the anchor is one that LibreOffice puts around the heading of each sheet of a workbook: `table0`.
    pub(super) fn begins_sheet(&self) -> bool {
        let number = self.anchor.strip_prefix("table");
        number.is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
    }

    /// What an input shows of its value: texts do, buttons and boxes to tick do not.
    pub(super) fn shown_value(&mut self) -> Option<String> {
        let shows = matches!(self.kind.trim(), "" | "text" | "number" | "tel" | "date");
        self.content.take().filter(|_| shows)
    }
}

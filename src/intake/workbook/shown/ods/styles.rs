//! Styles of an OpenDocument spreadsheet: how text is set, which number format holds, and what has no size.

use std::collections::HashMap;

use quick_xml::events::BytesStart;

use crate::domain::RunKind;
use crate::intake::workbook::shown::conditional::Change;
use crate::intake::workbook::shown::font::kind;
use crate::intake::workbook::shown::look::{Back, Colour, Look, of_css, points};
use crate::intake::workbook::xml::attribute;

/// Styles that may stand above each other: they may name each other in circles.
const MOST_PARENTS: usize = 16;

/// What a style says; None: nothing of its own.
#[derive(Clone, Default)]
struct Style {
    parent: Option<String>,
    /// Struck; raised, lowered or neither.
    struck: Option<bool>,
    position: Option<(bool, bool)>,
    data: Option<String>,
    /// Colour of text, where the style says which: None, as the program chooses.
    colour: Option<Option<Colour>>,
    back: Option<Back>,
    size: Option<f64>,
    /// Text is left out of what is shown.
    hidden: Option<bool>,
    /// Of rows and columns: they have no height or no width, which hides them as well.
    has_no_size: bool,
}

/// All styles of a document.
#[derive(Default)]
pub(super) struct Styles {
    /// By family and name.
    styles: HashMap<String, Style>,
    /// Names of styles by those that a program displays.
    displayed: HashMap<String, String>,
    /// The one that is open.
    open: Option<String>,
}

impl Styles {
    /// A style begins; `empty`: and ends.
    pub(super) fn begin(&mut self, tag: &BytesStart<'_>, empty: bool) {
        let family = attribute(tag, "style:family").unwrap_or_default();
        let Some(name) = attribute(tag, "style:name") else {
            return;
        };
        let key = format!("{family}/{name}");
        let style = Style {
            parent: attribute(tag, "style:parent-style-name").map(|parent| format!("{family}/{parent}")),
            data: attribute(tag, "style:data-style-name"),
            ..Style::default()
        };
        self.styles.insert(key.clone(), style);
        if let Some(display) = attribute(tag, "style:display-name") {
            self.displayed.insert(format!("{family}/{display}"), key.clone());
        }
        self.open = Some(key).filter(|_| !empty);
    }

    pub(super) fn end(&mut self) {
        self.open = None;
    }

    /// Notes a row or column without a size, unless a program is to find the best one.
    pub(super) fn size(&mut self, tag: &BytesStart<'_>, name: &str) {
        let is_zero = |size: &String| {
            let number = size.trim_end_matches(|c: char| c.is_ascii_alphabetic());
            number.parse::<f64>() == Ok(0.0)
        };
        let has_no_size = attribute(tag, name).as_ref().is_some_and(is_zero);
        let is_best = attribute(tag, "style:use-optimal-row-height").is_some_and(|best| best == "true");
        if let Some(style) = self.open.as_ref().and_then(|name| self.styles.get_mut(name)) {
            style.has_no_size |= has_no_size && !is_best;
        }
    }

    /// Whether a row or a column is not seen.
    pub(super) fn is_hidden(&self, tag: &BytesStart<'_>, family: &str) -> bool {
        let style = attribute(tag, "table:style-name").map(|name| format!("{family}/{name}"));
        let has_no_size = style
            .and_then(|name| self.styles.get(&name))
            .is_some_and(|style| style.has_no_size);
        has_no_size || attribute(tag, "table:visibility").is_some_and(|visibility| visibility != "visible")
    }

    /// What stands behind the text of the open style.
    pub(super) fn background(&mut self, tag: &BytesStart<'_>) {
        if let Some(style) = self.open.as_ref().and_then(|name| self.styles.get_mut(name)) {
            style.set_back(tag);
        }
    }

    /// How the open style sets text.
    pub(super) fn text_properties(&mut self, tag: &BytesStart<'_>) {
        let Some(style) = self.open.as_ref().and_then(|name| self.styles.get_mut(name)) else {
            return;
        };
        style.set_back(tag);
        style.colour = match attribute(tag, "style:use-window-font-color") {
            Some(own) if own == "true" => Some(None),
            _ => attribute(tag, "fo:color")
                .map(|colour| of_css(&colour))
                .or(style.colour),
        };
        style.size = attribute(tag, "fo:font-size")
            .and_then(|size| absolute(&size))
            .or(style.size);
        style.hidden = attribute(tag, "text:display")
            .map(|display| display == "none")
            .or(style.hidden);
        let lines = ["style:text-line-through-style", "style:text-line-through-type"];
        let struck = lines.iter().find_map(|name| attribute(tag, name));
        if let Some(line) = struck {
            style.struck = Some(line != "none");
        }
        if let Some(position) = attribute(tag, "style:text-position") {
            let height = position.split_whitespace().next().unwrap_or_default().to_owned();
            let percent: Option<f64> = height.strip_suffix('%').and_then(|height| height.parse().ok());
            let raised = height == "super" || percent.is_some_and(|percent| percent > 0.0);
            let lowered = height == "sub" || percent.is_some_and(|percent| percent < 0.0);
            style.position = Some((raised, lowered));
        }
    }

    /// How a style sets text; None: as its surroundings.
    pub(super) fn kind(&self, name: &str) -> Option<RunKind> {
        let (mut struck, mut position, mut next) = (None, None, Some(name));
        for _ in 0..MOST_PARENTS {
            let Some(style) = next.and_then(|name| self.styles.get(name)) else {
                break;
            };
            struck = struck.or(style.struck);
            position = position.or(style.position);
            next = style.parent.as_deref();
        }
        if struck.is_none() && position.is_none() {
            return None;
        }
        let (raised, lowered) = position.unwrap_or_default();
        Some(kind(struck.unwrap_or_default(), raised, lowered))
    }

    /// How a style sets text before what stands around it.
    pub(super) fn look(&self, name: &str, around: Look) -> Look {
        let style = self.whole(name);
        Look {
            colour: style.colour.unwrap_or(around.colour),
            back: style.back.unwrap_or(around.back),
            size: style.size.or(around.size),
        }
    }

    /// What a conditional format changes that gives cells this style, by its name or the one that is displayed.
    pub(super) fn change(&self, name: &str) -> Change {
        let style = self.whole(self.displayed.get(name).map_or(name, String::as_str));
        Change {
            colour: style.colour.flatten(),
            back: style.back,
            struck: style.struck.unwrap_or_default(),
        }
    }

    /// Whether a style leaves text out of what is shown; None: it does not say.
    pub(super) fn hides(&self, name: &str) -> Option<bool> {
        self.whole(name).hidden
    }

    /// A style with what those above it say of text.
    fn whole(&self, name: &str) -> Style {
        let (mut whole, mut next) = (Style::default(), Some(name));
        for _ in 0..MOST_PARENTS {
            let Some(style) = next.and_then(|name| self.styles.get(name)) else {
                break;
            };
            whole.struck = whole.struck.or(style.struck);
            whole.colour = whole.colour.or(style.colour);
            whole.back = whole.back.or(style.back);
            whole.size = whole.size.or(style.size);
            whole.hidden = whole.hidden.or(style.hidden);
            next = style.parent.as_deref();
        }
        whole
    }

    /// Name of the number format that a style has.
    pub(super) fn number_format(&self, name: &str) -> Option<&str> {
        let mut next = Some(name);
        for _ in 0..MOST_PARENTS {
            let style = self.styles.get(next?)?;
            if style.data.is_some() {
                return style.data.as_deref();
            }
            next = style.parent.as_deref();
        }
        None
    }
}

impl Style {
    fn set_back(&mut self, tag: &BytesStart<'_>) {
        if let Some(colour) = attribute(tag, "fo:background-color") {
            self.back = Some(match of_css(&colour) {
                _ if colour == "transparent" => Back::Paper,
                Some(colour) => Back::Colour(colour),
                None => Back::Unknown,
            });
        }
    }
}

/// A size in points. One in percent is that of the style above.
fn absolute(size: &str) -> Option<f64> {
    points(size).filter(|_| !size.ends_with('%'))
}

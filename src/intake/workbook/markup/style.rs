//! The little of style sheets that says what a cell shows: what is struck, raised, hidden or invisible, and number formats.

use std::collections::HashMap;
use std::sync::Arc;

use crate::domain::RunKind;
use crate::intake::workbook::shown::NumberFormat;
use crate::intake::workbook::shown::look::{BLACK, Back, Colour, Look, of_css, points};

/// What a style says of a cell or a part of one.
#[derive(Clone, Debug, Default)]
pub(super) struct Style {
    pub(super) kind: Option<RunKind>,
    pub(super) hidden: bool,
    pub(super) format: Option<Arc<NumberFormat>>,
    pub(super) paint: Paint,
}

/// What a style says of colours and sizes; None: nothing of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Paint {
    /// None in it: a colour that is not known.
    pub(super) colour: Option<Option<Colour>>,
    pub(super) back: Option<Back>,
    pub(super) size: Option<f64>,
}

impl Paint {
    /// Of attributes: `<font color=white>`, `<td bgcolor=navy>`.
    pub(super) fn of_attributes(colour: &str, back: &str) -> Paint {
        Paint {
            colour: (!colour.is_empty()).then(|| colour_of(colour)),
            back: (!back.is_empty()).then(|| back_of(back)),
            size: None,
        }
    }

    /// This with what stands around it.
    pub(super) fn within(self, around: Paint) -> Paint {
        Paint {
            colour: self.colour.or(around.colour),
            back: self.back.or(around.back),
            size: self.size.or(around.size),
        }
    }

    /// How text is set. A page sets it in black on white.
    pub(super) fn look(self) -> Look {
        Look {
            colour: self.colour.unwrap_or(Some(BLACK)),
            back: self.back.unwrap_or_default(),
            size: self.size,
        }
    }
}

/// A colour as an attribute or a style sheet has it; an old page leaves out the `#`.
fn colour_of(text: &str) -> Option<Colour> {
    of_css(text).or_else(|| of_css(&format!("#{}", text.trim())))
}

/// A background: a colour, perhaps among other properties.
fn back_of(text: &str) -> Back {
    let plain = text.trim();
    if matches!(plain, "none" | "transparent" | "inherit" | "initial" | "auto") {
        return Back::Paper;
    }
    let colour = colour_of(plain).or_else(|| plain.split_ascii_whitespace().find_map(of_css));
    match colour {
        Some(colour) if !plain.contains("url(") && !plain.contains("gradient(") => Back::Colour(colour),
        _ => Back::Unknown,
    }
}

/// Bytes of the declarations of one rule or attribute that are looked at.
const LONGEST: usize = 4096;
/// Classes that are remembered. Spreadsheet programs write some dozens.
const CLASSES: usize = 10_000;

impl Style {
    /// Of declarations: `display:none; text-decoration:line-through`.
    pub(super) fn of(declarations: &str) -> Style {
        let mut style = Style::default();
        for declaration in declarations[..declarations.floor_char_boundary(LONGEST)].split(';') {
            let Some((name, value)) = declaration.split_once(':') else {
                continue;
            };
            let plain = value.trim().to_ascii_lowercase();
            match name.trim().to_ascii_lowercase().as_str() {
                "display" => style.hidden |= plain.starts_with("none"),
                "visibility" => style.hidden |= plain.starts_with("hidden") || plain.starts_with("collapse"),
                "mso-hide" => style.hidden |= plain.starts_with("all"),
                "text-decoration" | "text-decoration-line" if plain.contains("line-through") => {
                    style.kind = Some(RunKind::Struck);
                }
                "vertical-align" if style.kind.is_none() => {
                    style.kind = match plain.as_str() {
                        "super" => Some(RunKind::Superscript),
                        "sub" => Some(RunKind::Subscript),
                        _ => None,
                    };
                }
                "color" if plain == "transparent" => style.paint.size = Some(0.0),
                "color" if !matches!(plain.as_str(), "inherit" | "currentcolor") => {
                    style.paint.colour = Some(of_css(&plain));
                }
                "background" | "background-color" if !matches!(plain.as_str(), "none" | "transparent" | "inherit") => {
                    style.paint.back = Some(back_of(&plain));
                }
                "background-image" if plain != "none" => style.paint.back = Some(Back::Unknown),
                "font-size" => style.paint.size = points(&plain),
                "opacity" if plain.parse::<f64>() == Ok(0.0) => style.paint.size = Some(0.0),
                "mso-number-format" => style.format = number_format(value),
                _ => {}
            }
        }
        style
    }

    /// This style with what another one adds.
    pub(super) fn and(self, other: &Style) -> Style {
        Style {
            kind: self.kind.or(other.kind),
            hidden: self.hidden || other.hidden,
            format: self.format.or_else(|| other.format.clone()),
            paint: self.paint.within(other.paint),
        }
    }

    fn says_nothing(&self) -> bool {
        self.kind.is_none() && !self.hidden && self.format.is_none() && self.paint == Paint::default()
    }
}

/// The value of `mso-number-format`: in quotes, with a backslash before each sign.
fn number_format(value: &str) -> Option<Arc<NumberFormat>> {
    let value = value.trim().trim_matches(['"', '\'']);
    let mut format = String::with_capacity(value.len());
    let mut characters = value.chars();
    while let Some(c) = characters.next() {
        format.extend(if c == '\\' { characters.next() } else { Some(c) });
    }
    NumberFormat::of(&format).map(Arc::new)
}

/// The classes of a page's style sheets.
#[derive(Default)]
pub(super) struct Classes {
    styles: HashMap<String, Style>,
    /// Colours of text and of backgrounds that other rules set: of which elements is not worked out.
    has_other_colours: bool,
    has_other_backs: bool,
}

impl Classes {
    /// Reads a style sheet.
    pub(super) fn read(&mut self, sheet: &str) {
        for rule in sheet.split('}') {
            let Some((selectors, declarations)) = rule.rsplit_once('{') else {
                continue;
            };
            let style = Style::of(declarations);
            if style.says_nothing() {
                continue;
            }
            for selector in selectors.split(',') {
                // Notes are no text of a cell, and nobody points at one.
                if selector.contains(":hover") || selector.trim().ends_with("comment") {
                    continue;
                }
                let class = selector.trim().rsplit_once('.');
                let name = class.map(|(_, name)| name.trim());
                let name = name.filter(|name| !name.is_empty() && !name.contains([' ', ':', '>', '[']));
                if class.is_none_or(|(elements, _)| elements.contains([' ', '>', '.', '#'])) || name.is_none() {
                    self.has_other_colours |= style.paint.colour.is_some();
                    self.has_other_backs |= style.paint.back.is_some();
                }
                if let Some(name) = name.filter(|_| self.styles.len() < CLASSES) {
                    self.styles.insert(name.to_ascii_lowercase(), style.clone());
                }
            }
        }
    }

    /// How text is set that no element says anything of.
    pub(super) fn usual(&self) -> Paint {
        Paint {
            colour: self.has_other_colours.then_some(None),
            back: self.has_other_backs.then_some(Back::Unknown),
            size: None,
        }
    }

    /// What the classes of an element say.
    pub(super) fn of(&self, classes: &str) -> Style {
        let mut style = Style::default();
        if self.styles.is_empty() || classes.is_empty() {
            return style;
        }
        for class in classes.split_ascii_whitespace() {
            if let Some(known) = self.styles.get(&class.to_ascii_lowercase()) {
                style = style.and(known);
            }
        }
        style
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Unseen;

    #[test]
    fn styles_say_what_is_shown() {
        for (declarations, kind, hidden) in [
            ("display:none", None, true),
            ("color:red; DISPLAY : None", None, true),
            ("text-decoration: underline line-through;", Some(RunKind::Struck), false),
            ("vertical-align:super", Some(RunKind::Superscript), false),
            ("vertical-align:middle;mso-number-format:\"\\@\"", None, false),
            ("visibility:collapse", None, true),
            ("", None, false),
        ] {
            let style = Style::of(declarations);
            assert_eq!((style.kind, style.hidden), (kind, hidden), "{declarations}");
        }
        let format = Style::of("mso-number-format:'00000'").format.unwrap();
        assert_eq!(format.show("1001").as_deref(), Some("01001"));
        let format = Style::of("mso-number-format:\"0\\.00\"").format.unwrap();
        assert_eq!(format.show("1001"), None);
    }

    #[test]
    fn colours_that_other_rules_set_are_not_known() {
        let usual = |sheet: &str| {
            let mut classes = Classes::default();
            classes.read(sheet);
            classes.usual()
        };
        let unseen = |declarations: &str, sheet: &str| {
            let paint = Style::of(declarations).paint.within(usual(sheet));
            paint.look().unseen()
        };
        for (declarations, sheet, told) in [
            ("color:white", "", Some(Unseen::Colour)),
            ("color:#fff;background:#fff", "", Some(Unseen::Colour)),
            ("background-color:black", "", Some(Unseen::Colour)),
            ("background-color:black", "td {color:white}", None),
            ("color:white", "table td {background:navy}", None),
            (
                "color:white",
                "a:hover + comment {background:#ffd} comment {background:#ffd}",
                Some(Unseen::Colour),
            ),
            ("color:white", ".head {background:navy}", Some(Unseen::Colour)),
            ("color:white;background:navy url(x.png)", "", None),
            ("color:white;background:linear-gradient(red, blue)", "", None),
            ("font-size:0", "", Some(Unseen::Small)),
            ("color:transparent", "", Some(Unseen::Small)),
            ("font-size:9pt;color:windowtext", "", None),
        ] {
            assert_eq!(unseen(declarations, sheet), told, "{declarations} {sheet}");
        }
    }

    #[test]
    fn classes_are_looked_up() {
        let mut classes = Classes::default();
        classes.read("<!-- .xl65 {text-decoration:line-through} td.hide, .also{display:none} body{color:red} -->");
        assert_eq!(classes.of("xl24 XL65").kind, Some(RunKind::Struck));
        assert!(classes.of("hide").hidden && classes.of("also").hidden);
        assert!(!classes.of("body").hidden && classes.of("").kind.is_none());
    }
}

//! The little of style sheets that says what a cell shows: what is struck, raised or hidden, and number formats.

use std::collections::HashMap;
use std::sync::Arc;

use crate::domain::RunKind;
use crate::intake::workbook::shown::NumberFormat;

/// What a style says of a cell or a part of one.
#[derive(Clone, Debug, Default)]
pub(super) struct Style {
    pub(super) kind: Option<RunKind>,
    pub(super) hidden: bool,
    pub(super) format: Option<Arc<NumberFormat>>,
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
        }
    }

    fn says_nothing(&self) -> bool {
        self.kind.is_none() && !self.hidden && self.format.is_none()
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
pub(super) struct Classes(HashMap<String, Style>);

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
                let name = selector.trim().rsplit_once('.').map(|(_, name)| name.trim());
                let name = name.filter(|name| !name.is_empty() && !name.contains([' ', ':', '>', '[']));
                if let Some(name) = name.filter(|_| self.0.len() < CLASSES) {
                    self.0.insert(name.to_ascii_lowercase(), style.clone());
                }
            }
        }
    }

    /// What the classes of an element say.
    pub(super) fn of(&self, classes: &str) -> Style {
        let mut style = Style::default();
        if self.0.is_empty() || classes.is_empty() {
            return style;
        }
        for class in classes.split_ascii_whitespace() {
            if let Some(known) = self.0.get(&class.to_ascii_lowercase()) {
                style = style.and(known);
            }
        }
        style
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn classes_are_looked_up() {
        let mut classes = Classes::default();
        classes.read("<!-- .xl65 {text-decoration:line-through} td.hide, .also{display:none} body{color:red} -->");
        assert_eq!(classes.of("xl24 XL65").kind, Some(RunKind::Struck));
        assert!(classes.of("hide").hidden && classes.of("also").hidden);
        assert!(!classes.of("body").hidden && classes.of("").kind.is_none());
    }
}

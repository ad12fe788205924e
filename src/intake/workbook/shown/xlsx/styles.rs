//! Fonts, fills and conditional formats among the styles of an XLSX, in its colours. Layout: ECMA-376 part 1, 18.8 and 20.1.6.

use quick_xml::events::{BytesStart, Event};

use super::super::conditional::Change;
use super::super::font::kind;
use super::super::look::{BLACK, Back, Colour, Look, WHITE, hexadecimal};
use super::book::{Book, each, is_set};
use crate::domain::RunKind;
use crate::intake::fault::Fault;
use crate::intake::workbook::xml::attribute;

/// Styles that are compared with each other. A workbook has some dozens.
const COMPARED: usize = 1000;

/// How a cell format sets text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Format {
    pub(super) kind: RunKind,
    pub(super) look: Look,
}

/// All of a workbook.
#[derive(Default)]
pub(super) struct Styles {
    formats: Vec<Format>,
    /// What the conditional formats change, by number.
    changes: Vec<Change>,
    colours: Colours,
}

/// Properties of a font, as its elements come.
#[derive(Clone, Copy, Default)]
pub(super) struct Font {
    struck: bool,
    raised: bool,
    lowered: bool,
    /// None: as the program sets it, in black.
    colour: Option<Colour>,
    size: Option<f64>,
}

impl Font {
    pub(super) fn property(&mut self, tag: &BytesStart<'_>, colours: &Colours) {
        match tag.local_name().as_ref() {
            "strike" => self.struck = attribute(tag, "val").is_none() || is_set(tag, "val"),
            "vertAlign" => {
                let value = attribute(tag, "val").unwrap_or_default();
                (self.raised, self.lowered) = (value == "superscript", value == "subscript");
            }
            "color" => self.colour = colours.of(tag),
            "sz" => self.size = attribute(tag, "val").and_then(|size| size.parse().ok()),
            _ => {}
        }
    }

    pub(super) fn kind(self) -> RunKind {
        kind(self.struck, self.raised, self.lowered)
    }

    /// How it sets text before a background.
    pub(super) fn look(self, back: Back) -> Look {
        Look {
            colour: Some(self.colour.unwrap_or(BLACK)),
            back,
            size: self.size,
        }
    }

    /// How it sets a part of a text before a background.
    pub(super) fn kind_before(self, back: Back) -> RunKind {
        match self.look(back).unseen() {
            Some(why) => RunKind::Unseen(why),
            None => self.kind(),
        }
    }
}

impl Styles {
    /// Of a cell format by its number.
    pub(super) fn format(&self, number: usize) -> Option<Format> {
        self.formats.get(number).copied()
    }

    /// What a conditional format changes that matters here.
    pub(super) fn change(&self, number: usize) -> Option<Change> {
        let change = self.changes.get(number).copied()?;
        (change != Change::default()).then_some(change)
    }

    pub(super) fn colours(&self) -> &Colours {
        &self.colours
    }

    /// Whether a cell format makes what it holds invisible.
    pub(super) fn hides(&self) -> bool {
        self.formats.iter().any(|format| format.look.unseen().is_some())
    }

    /// Whether a conditional format may strike text or make it invisible.
    pub(super) fn hides_conditionally(&self) -> bool {
        let mut looks: Vec<Look> = self.formats.iter().take(COMPARED).map(|format| format.look).collect();
        looks.sort_by(|a, b| a.partial_cmp(b).unwrap_or(std::cmp::Ordering::Equal));
        looks.dedup();
        let hides = |change: &Change| {
            let becomes = |look: &Look| Look {
                colour: change.colour.or(look.colour),
                back: change.back.unwrap_or(look.back),
                ..*look
            };
            let is_hidden = |look: &Look| look.unseen().is_none() && becomes(look).unseen().is_some();
            change.struck || looks.iter().any(is_hidden)
        };
        self.changes.iter().take(COMPARED).any(hides)
    }

    pub(super) fn read(book: &mut Book<'_>) -> Result<Styles, Fault> {
        let mut styles = Styles {
            colours: Colours::read(book)?,
            ..Styles::default()
        };
        let path = format!("{}styles.xml", book.folder);
        let Some(mut xml) = book.xml(&path)? else {
            return Ok(styles);
        };
        let mut parts = Parts::default();
        each(&mut xml, &path, |event| {
            match event {
                Event::Start(tag) | Event::Empty(tag) => parts.take(tag, &mut styles),
                Event::End(tag) if Part::named(tag.local_name().as_ref()).is_some() => parts.within = None,
                _ => {}
            }
            Ok(())
        })?;
        Ok(styles)
    }
}

/// A list of styles.
#[derive(Clone, Copy, PartialEq)]
enum Part {
    Fonts,
    Fills,
    Formats,
    Changes,
}

impl Part {
    fn named(name: &str) -> Option<Part> {
        Some(match name {
            "fonts" => Part::Fonts,
            "fills" => Part::Fills,
            "cellXfs" => Part::Formats,
            "dxfs" => Part::Changes,
            _ => return None,
        })
    }
}

/// The lists under way.
#[derive(Default)]
struct Parts {
    within: Option<Part>,
    fonts: Vec<Font>,
    fills: Vec<Back>,
    /// The fill under way is one colour all over.
    is_solid: bool,
    /// Within the border of a conditional format, whose colours are those of lines.
    in_border: bool,
}

impl Parts {
    fn take(&mut self, tag: &BytesStart<'_>, styles: &mut Styles) {
        let name = tag.local_name();
        let name = name.as_ref();
        if let Some(part) = Part::named(name) {
            self.within = Some(part);
            return;
        }
        match self.within {
            Some(Part::Fonts) if name == "font" => self.fonts.push(Font::default()),
            Some(Part::Fonts) => {
                if let Some(font) = self.fonts.last_mut() {
                    font.property(tag, &styles.colours);
                }
            }
            Some(Part::Fills) => self.fill(name, tag, &styles.colours),
            Some(Part::Formats) if name == "xf" => {
                let at = |name| attribute(tag, name).and_then(|id| id.parse::<usize>().ok());
                let font = at("fontId")
                    .and_then(|at| self.fonts.get(at))
                    .copied()
                    .unwrap_or_default();
                let back = at("fillId").and_then(|at| self.fills.get(at)).copied();
                styles.formats.push(Format {
                    kind: font.kind(),
                    look: font.look(back.unwrap_or_default()),
                });
            }
            Some(Part::Changes) => self.change(name, tag, styles),
            _ => {}
        }
    }

    fn fill(&mut self, name: &str, tag: &BytesStart<'_>, colours: &Colours) {
        match name {
            "fill" => self.fills.push(Back::Paper),
            "patternFill" => {
                let pattern = attribute(tag, "patternType").unwrap_or_default();
                self.is_solid = pattern == "solid";
                if let Some(fill) = self.fills.last_mut()
                    && !matches!(pattern.as_str(), "" | "none" | "solid")
                {
                    *fill = Back::Unknown;
                }
            }
            "gradientFill" => self.fills.last_mut().into_iter().for_each(|fill| *fill = Back::Unknown),
            "fgColor" if self.is_solid => {
                if let Some(fill) = self.fills.last_mut() {
                    *fill = colours.of(tag).map_or(Back::Unknown, Back::Colour);
                }
            }
            _ => {}
        }
    }

    /// A conditional format changes what it names. Its fill is one colour all over where it names no pattern.
    fn change(&mut self, name: &str, tag: &BytesStart<'_>, styles: &mut Styles) {
        if name == "dxf" {
            styles.changes.push(Change::default());
            (self.is_solid, self.in_border) = (true, false);
            return;
        }
        let Some(change) = styles.changes.last_mut() else {
            return;
        };
        match name {
            "font" | "fill" => self.in_border = false,
            "border" => self.in_border = true,
            "strike" => change.struck = attribute(tag, "val").is_none() || is_set(tag, "val"),
            "color" if !self.in_border => change.colour = styles.colours.of(tag),
            "patternFill" => {
                let pattern = attribute(tag, "patternType").unwrap_or_default();
                self.is_solid = matches!(pattern.as_str(), "" | "solid");
                change.back = change
                    .back
                    .or((!self.is_solid && pattern != "none").then_some(Back::Unknown));
            }
            "gradientFill" => change.back = Some(Back::Unknown),
            "bgColor" if self.is_solid => {
                change.back = Some(styles.colours.of(tag).map_or(Back::Unknown, Back::Colour));
            }
            _ => {}
        }
    }
}

/// The colours of a workbook: those of its theme, in the order of a style's numbers, and of its palette.
#[derive(Default)]
pub(super) struct Colours {
    theme: Vec<Colour>,
}

impl Colours {
    /// Colour of a font or a fill; None: the program's own, or one that is not known.
    pub(super) fn of(&self, tag: &BytesStart<'_>) -> Option<Colour> {
        let number = |name| attribute(tag, name).and_then(|number| number.parse::<usize>().ok());
        let colour = if let Some(digits) = attribute(tag, "rgb") {
            hexadecimal(&digits)?
        } else if let Some(at) = number("theme") {
            match self.theme.get(at) {
                Some(colour) => *colour,
                None => [WHITE, BLACK].get(at).copied()?,
            }
        } else {
            indexed(number("indexed")?)?
        };
        let tint = attribute(tag, "tint").and_then(|tint| tint.parse::<f64>().ok());
        Some(tint.map_or(colour, |tint| colour.map(|part| tinted(part, tint))))
    }

    /// The theme's. Its first four stand in another order there than their numbers have.
    fn read(book: &mut Book<'_>) -> Result<Colours, Fault> {
        /// Dark and light, twice; six accents; two links.
        const MOST: usize = 12;
        let path = format!("{}theme/theme1.xml", book.folder);
        let Some(mut xml) = book.xml(&path)? else {
            return Ok(Colours::default());
        };
        let (mut theme, mut is_within) = (Vec::new(), false);
        each(&mut xml, &path, |event| {
            match event {
                Event::Start(tag) | Event::Empty(tag) => match tag.local_name().as_ref() {
                    "clrScheme" => is_within = true,
                    "srgbClr" if is_within => theme.extend(attribute(tag, "val")),
                    "sysClr" if is_within => theme.extend(attribute(tag, "lastClr")),
                    _ => {}
                },
                Event::End(tag) if tag.local_name().as_ref() == "clrScheme" => is_within = false,
                _ => {}
            }
            Ok(())
        })?;
        let mut theme: Vec<Colour> = theme.iter().filter_map(|digits| hexadecimal(digits)).collect();
        if theme.len() != MOST {
            return Ok(Colours::default());
        }
        theme.swap(0, 1);
        theme.swap(2, 3);
        Ok(Colours { theme })
    }
}

fn tinted(part: u8, tint: f64) -> u8 {
    let part = f64::from(part);
    let tint = tint.clamp(-1.0, 1.0);
    let new = if tint < 0.0 {
        part * (1.0 + tint)
    } else {
        part + (255.0 - part) * tint
    };
    new.round().clamp(0.0, 255.0) as u8
}

/// The colours of old palettes that matter to what is seen; the others are looked up in none.
pub(in crate::intake::workbook::shown) fn indexed(number: usize) -> Option<Colour> {
    Some(match number {
        0 | 8 | 64 => BLACK,
        1 | 9 | 65 => WHITE,
        2 | 10 => [255, 0, 0],
        3 | 11 => [0, 255, 0],
        4 | 12 | 39 => [0, 0, 255],
        5 | 13 | 34 => [255, 255, 0],
        6 | 14 | 33 => [255, 0, 255],
        7 | 15 | 35 => [0, 255, 255],
        16 | 37 => [128, 0, 0],
        17 => [0, 128, 0],
        18 | 32 => [0, 0, 128],
        19 => [128, 128, 0],
        20 | 36 => [128, 0, 128],
        21 | 38 => [0, 128, 128],
        22 => [192; 3],
        23 => [128; 3],
        26 => [255, 255, 204],
        27 | 41 => [204, 255, 255],
        42 => [204, 255, 204],
        43 => [255, 255, 153],
        55 => [150; 3],
        63 => [51; 3],
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_tinted() {
        assert_eq!([255_u8; 3].map(|part| tinted(part, -0.05)), [242; 3]);
        assert_eq!(tinted(0, 0.5), 128);
        assert_eq!(tinted(0, 7.0), 255);
    }
}

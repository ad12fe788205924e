//! What the reader of a sheet can see: the colour of a text against that of its background, and the size of its font.

use crate::domain::Unseen;

/// Red, green and blue.
pub(in crate::intake::workbook) type Colour = [u8; 3];

pub(in crate::intake::workbook) const WHITE: Colour = [255; 3];
pub(in crate::intake::workbook) const BLACK: Colour = [0; 3];

/// Most points of a font that nobody can read: a millimetre.
const SMALLEST: f64 = 3.0;
/// Colours that differ by less in red, green and blue cannot be told apart.
const ALIKE: u8 = 16;

/// What stands behind a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub(in crate::intake::workbook) enum Back {
    /// Nothing: the paper is white.
    #[default]
    Paper,
    /// A colour.
    Colour(Colour),
    /// A pattern, a gradient or a picture.
    Unknown,
}

/// How a text is set.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub(in crate::intake::workbook) struct Look {
    /// None: the program chooses one that is seen.
    pub(in crate::intake::workbook) colour: Option<Colour>,
    pub(in crate::intake::workbook) back: Back,
    /// In points; None: the usual one.
    pub(in crate::intake::workbook) size: Option<f64>,
}

impl Look {
    /// Why the text is not seen; None: it is.
    pub(in crate::intake::workbook) fn unseen(&self) -> Option<Unseen> {
        if self.size.is_some_and(|size| size <= SMALLEST) {
            return Some(Unseen::Small);
        }
        let back = match self.back {
            Back::Paper => WHITE,
            Back::Colour(colour) => colour,
            Back::Unknown => return None,
        };
        self.colour
            .is_some_and(|colour| alike(colour, back))
            .then_some(Unseen::Colour)
    }
}

fn alike(one: Colour, other: Colour) -> bool {
    one.iter().zip(other).all(|(a, b)| a.abs_diff(b) < ALIKE)
}

/// `FF0000`, with an opacity before it where there are eight digits.
pub(in crate::intake::workbook) fn hexadecimal(digits: &str) -> Option<Colour> {
    let digits = if digits.len() == 8 { digits.get(2..)? } else { digits };
    let pair = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
    (digits.len() == 6).then_some(())?;
    Some([pair(0)?, pair(2)?, pair(4)?])
}

/// A colour as style sheets write it: `#fff`, `#ffffff`, `rgb(255, 255, 255)`, `white`; None: none of these.
pub(in crate::intake::workbook) fn of_css(text: &str) -> Option<Colour> {
    const NAMES: [(&str, Colour); 16] = [
        ("white", WHITE),
        ("black", BLACK),
        ("window", WHITE),
        ("windowtext", BLACK),
        ("snow", [255, 250, 250]),
        ("ivory", [255, 255, 240]),
        ("whitesmoke", [245; 3]),
        ("ghostwhite", [248, 248, 255]),
        ("red", [255, 0, 0]),
        ("lime", [0, 255, 0]),
        ("blue", [0, 0, 255]),
        ("yellow", [255, 255, 0]),
        ("green", [0, 128, 0]),
        ("silver", [192; 3]),
        ("gray", [128; 3]),
        ("navy", [0, 0, 128]),
    ];
    let text = text.trim().to_ascii_lowercase();
    let text = text.trim_end_matches("!important").trim();
    if let Some(digits) = text.strip_prefix('#') {
        let doubled = || digits.chars().flat_map(|digit| [digit, digit]).collect::<String>();
        return match digits.len() {
            3 | 4 => hexadecimal(doubled().get(..6)?),
            6 | 8 => hexadecimal(digits.get(..6)?),
            _ => None,
        };
    }
    if let Some(numbers) = text.strip_prefix("rgb(").and_then(|rest| rest.strip_suffix(')')) {
        let mut numbers = numbers.split([',', ' ']).filter(|number| !number.is_empty());
        let mut next = || numbers.next()?.parse::<u8>().ok();
        return Some([next()?, next()?, next()?]);
    }
    NAMES.iter().find(|(name, _)| *name == text).map(|(_, colour)| *colour)
}

/// A size as style sheets write it, in points: `1pt`, `0`, `10px`, `0.2em`; None: another one, which is read.
pub(in crate::intake::workbook) fn points(text: &str) -> Option<f64> {
    /// Points of a pixel, and of a font of the usual size.
    const UNITS: [(&str, f64); 7] = [
        ("pt", 1.0),
        ("px", 0.75),
        ("rem", 12.0),
        ("em", 12.0),
        ("%", 0.12),
        ("mm", 2.83),
        ("cm", 28.3),
    ];
    let text = text.trim().to_ascii_lowercase();
    let text = text.trim_end_matches("!important").trim();
    if text.parse::<f64>() == Ok(0.0) {
        return Some(0.0);
    }
    let of = |(unit, points): &(&str, f64)| Some(text.strip_suffix(unit)?.trim().parse::<f64>().ok()? * points);
    UNITS.iter().find_map(of)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_the_colour_of_its_background_is_not_seen() {
        let blue = Back::Colour([0, 0, 255]);
        for (colour, back, size, unseen) in [
            (Some(WHITE), Back::Paper, None, Some(Unseen::Colour)),
            (Some([0xfa, 0xfa, 0xf5]), Back::Paper, None, Some(Unseen::Colour)),
            (Some(WHITE), Back::Colour(WHITE), Some(11.0), Some(Unseen::Colour)),
            (Some(BLACK), Back::Colour(BLACK), None, Some(Unseen::Colour)),
            (Some(BLACK), Back::Paper, Some(1.0), Some(Unseen::Small)),
            (None, Back::Paper, Some(0.0), Some(Unseen::Small)),
            (Some(WHITE), blue, None, None),
            (Some(WHITE), Back::Unknown, None, None),
            (Some(BLACK), Back::Paper, Some(8.0), None),
            (Some([0xff, 0xff, 0]), Back::Paper, None, None),
            (Some([0xd9; 3]), Back::Paper, None, None),
            (None, Back::Colour(BLACK), None, None),
            (None, Back::Paper, None, None),
        ] {
            let look = Look { colour, back, size };
            assert_eq!(look.unseen(), unseen, "{look:?}");
        }
    }

    #[test]
    fn colours_and_sizes_of_style_sheets_are_read() {
        for (text, colour) in [
            ("#fff", Some(WHITE)),
            ("#FFFFFF", Some(WHITE)),
            (" White !important", Some(WHITE)),
            ("rgb(0, 0, 0)", Some(BLACK)),
            ("windowtext", Some(BLACK)),
            ("#12", None),
            ("rgb(1,2)", None),
            ("inherit", None),
            ("#ééé", None),
        ] {
            assert_eq!(of_css(text), colour, "{text}");
        }
        for (text, size) in [
            ("0", Some(0.0)),
            ("1pt", Some(1.0)),
            ("2px", Some(1.5)),
            ("11.0pt", Some(11.0)),
            ("smaller", None),
        ] {
            assert_eq!(points(text), size, "{text}");
        }
        assert_eq!(hexadecimal("FF0000FF"), Some([0, 0, 255]));
        assert_eq!(hexadecimal("é00000"), None);
    }
}

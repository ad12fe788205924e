//! Conditional formats of an old workbook. Record and field layouts: [MS-XLS] 2.4 (CF, CondFmt) and 2.5 (DXFN, DXFFntD, DXFPat).

use crate::intake::archive::{u16_at, u32_at};
use crate::intake::workbook::shown::conditional::{Block, Comparison, Test};

pub(super) const CONDITIONS: u16 = 0x01B0;
pub(super) const CONDITION: u16 = 0x01B1;

/// The background of a cell, with the number of its colour.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) enum Fill {
    #[default]
    None,
    Solid(u16),
    /// A pattern; or a format of before 1997, which is laid out in another way.
    Other,
}

/// What a conditional format sets, with colours by their numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Set {
    pub(super) colour: Option<u16>,
    pub(super) back: Option<Fill>,
    pub(super) struck: bool,
}

/// The cells of the conditional formats that follow.
pub(super) fn blocks(data: &[u8]) -> Vec<Block> {
    /// The flags and the block around all cells, which stand before the blocks and their number.
    const START: usize = 14;
    let blocks = data.get(START..).unwrap_or_default().chunks_exact(8);
    let block = |block: &[u8]| {
        let at = |row, column| Some((u32::from(u16_at(block, row)?), u32::from(u16_at(block, column)?)));
        at(0, 4).zip(at(2, 6))
    };
    blocks.filter_map(block).collect()
}

/// When a conditional format holds, and what it sets; None: it is cut off.
pub(super) fn condition(data: &[u8]) -> Option<(Test, Set)> {
    const START: usize = 6;
    let (kind, operator) = (*data.first()?, *data.get(1)?);
    let (first, second) = (usize::from(u16_at(data, 2)?), usize::from(u16_at(data, 4)?));
    let (set, length) = set(data.get(START..)?)?;
    let formulas = data.get(START + length..)?;
    let first_formula = formulas.get(..first)?;
    let second_formula = formulas.get(first..first + second)?;
    Some((test(kind, operator, first_formula, second_formula), set))
}

fn test(kind: u8, operator: u8, first: &[u8], second: &[u8]) -> Test {
    const OF_VALUE: u8 = 1;
    let Some(first) = constant(first) else {
        return Test::Unknown;
    };
    if kind != OF_VALUE {
        return Test::of_formula(&first);
    }
    let comparison = match operator {
        1 | 2 => {
            let second = constant(second);
            return second.map_or(Test::Unknown, |second| Test::between(&first, &second, operator == 1));
        }
        3 => Comparison::Equal,
        4 => Comparison::Unequal,
        5 => Comparison::More,
        6 => Comparison::Less,
        7 => Comparison::AtLeast,
        8 => Comparison::AtMost,
        _ => return Test::Unknown,
    };
    Test::compared(comparison, &first)
}

/// A formula that is one constant, as formulas are written.
fn constant(formula: &[u8]) -> Option<String> {
    let (token, value) = formula.split_first()?;
    match token {
        0x1E if value.len() == 2 => Some(u16_at(value, 0)?.to_string()),
        0x1F => Some(f64::from_le_bytes(value.try_into().ok()?).to_string()),
        0x1D if value.len() == 1 => Some(if value[0] == 0 { "FALSE" } else { "TRUE" }.to_owned()),
        0x17 => {
            let (length, flags) = (usize::from(*value.first()?), *value.get(1)?);
            let characters = value.get(2..)?;
            let text = if flags & 1 == 0 {
                let bytes = (characters.len() == length).then_some(characters)?;
                bytes.iter().map(|byte| char::from(*byte)).collect()
            } else {
                let units = (characters.len() == 2 * length).then(|| characters.chunks_exact(2))?;
                let units: Vec<u16> = units.map(|unit| u16::from_le_bytes([unit[0], unit[1]])).collect();
                String::from_utf16_lossy(&units)
            };
            Some(format!("\"{}\"", text.replace('"', "\"\"")))
        }
        _ => None,
    }
}

/// What the differences of a format set, and how many bytes they take.
fn set(data: &[u8]) -> Option<(Set, usize)> {
    const FLAGS: usize = 6;
    const FONT: usize = 118;
    const ALIGNMENT: usize = 8;
    const BORDERS: usize = 8;
    const PATTERN: usize = 4;
    const PROTECTION: usize = 2;
    let flags = u32_at(data, 0)?;
    let has = |bit: u32| flags & (1 << bit) != 0;
    let is_own_number_format = u16_at(data, 4)? & 1 != 0;
    let mut at = FLAGS;
    if has(25) {
        at += match is_own_number_format {
            true => usize::from(u16_at(data, at)?).max(2),
            false => 2,
        };
    }
    let mut set = Set::default();
    if has(26) {
        let font = data.get(at..at + FONT)?;
        // -1: the colour stays.
        let colour = u32_at(font, 80)?;
        set.colour = u16::try_from(colour).ok();
        // The strike is bit 7, here and among the bits that say what stays.
        set.struck = u32_at(font, 68)? & 0x80 != 0 && u32_at(font, 88)? & 0x80 == 0;
        at += FONT;
    }
    at += if has(27) { ALIGNMENT } else { 0 };
    at += if has(28) { BORDERS } else { 0 };
    if has(29) {
        let (pattern, colours) = (u16_at(data, at)? >> 10, u16_at(data, at + 2)?);
        let (keeps_pattern, keeps_back) = (has(16), has(18));
        set.back = match (keeps_pattern, pattern) {
            // A solid background has its colour in the place of that behind a pattern.
            (true, _) | (false, 0 | 1) => (!keeps_back).then_some(Fill::Solid(colours >> 7 & 0x7F)),
            _ => Some(Fill::Other),
        };
        at += PATTERN;
    }
    at += if has(30) { PROTECTION } else { 0 };
    Some((set, at))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::workbook::shown::conditional::Constant;

    /// A conditional format of a font and a background, and the formula that it asks.
    fn record(kind: u8, operator: u8, font: Option<(u32, bool)>, back: Option<u16>, formula: &[u8]) -> Vec<u8> {
        let mut data = vec![kind, operator, formula.len() as u8, 0, 0, 0];
        // All that is not set stays, but for the colours and the pattern of a background.
        let flags = 0x0038_FFFF | u32::from(font.is_some()) << 26 | u32::from(back.is_some()) << 29;
        data.extend(flags.to_le_bytes());
        data.extend([0, 0]);
        if let Some((colour, struck)) = font {
            let mut bytes = [0_u8; 118];
            bytes[80..84].copy_from_slice(&colour.to_le_bytes());
            bytes[68] = if struck { 0x80 } else { 0 };
            bytes[88] = if struck { 0 } else { 0x80 };
            data.extend(bytes);
        }
        if let Some(back) = back {
            data.extend((1_u16 << 10).to_le_bytes());
            data.extend((back << 7).to_le_bytes());
        }
        data.extend(formula);
        data
    }

    #[test]
    fn what_is_set_and_when() {
        let five = [0x1E, 5, 0];
        let less = |value| Test::Compared(Comparison::Less, Constant::Number(value));
        let set = |colour, back, struck| Set { colour, back, struck };
        for (data, expected) in [
            (
                record(1, 6, Some((9, false)), None, &five),
                (less(5.0), set(Some(9), None, false)),
            ),
            (
                record(1, 6, Some((u32::MAX, true)), Some(10), &five),
                (less(5.0), set(None, Some(Fill::Solid(10)), true)),
            ),
            (
                record(1, 3, None, Some(9), &[0x17, 1, 0, b'x']),
                (
                    Test::Compared(Comparison::Equal, Constant::Text("x".to_owned())),
                    set(None, Some(Fill::Solid(9)), false),
                ),
            ),
            (
                record(2, 0, Some((9, false)), None, &[0x1D, 1]),
                (Test::Always, set(Some(9), None, false)),
            ),
            // A reference to another cell.
            (
                record(2, 0, Some((9, false)), None, &[0x44, 0, 0, 0, 0]),
                (Test::Unknown, set(Some(9), None, false)),
            ),
        ] {
            assert_eq!(condition(&data), Some(expected));
            for end in 0..data.len() {
                assert_eq!(condition(&data[..end]), None);
            }
        }
        let mut data = vec![1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0];
        data.extend([1, 0, 3, 0, 2, 0, 2, 0]);
        assert_eq!(blocks(&data), [((1, 2), (3, 2))]);
        assert_eq!(blocks(&data[..20]), []);
    }
}

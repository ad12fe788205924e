//! Conditional formats that make text invisible or strike it: for which cells they hold, as far as that can be known of a cell alone.

use super::look::{Back, Colour, Look};
use crate::domain::{Held, Unseen};
use crate::intake::workbook::value::Value;

/// Conditional formats of a sheet that are looked at.
const MOST: usize = 1000;
/// Blocks of cells of one of them.
const MOST_BLOCKS: usize = 1000;

/// Cells from the first row and column to the last.
pub(super) type Block = ((u32, u32), (u32, u32));

/// A conditional format.
#[derive(Clone, Debug)]
pub(super) struct Conditional {
    pub(super) blocks: Vec<Block>,
    pub(super) test: Test,
    pub(super) change: Change,
}

/// What a conditional format changes.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Change {
    pub(super) colour: Option<Colour>,
    pub(super) back: Option<Back>,
    pub(super) struck: bool,
}

/// When a conditional format holds.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Test {
    Always,
    /// For no cell with a value of its own: for errors and blanks.
    Never,
    Compared(Comparison, Constant),
    /// From one to the other; or, if not, for all others.
    Between(f64, f64, bool),
    /// What it asks cannot be known of the cell alone.
    Unknown,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    Less,
    AtMost,
    More,
    AtLeast,
    Equal,
    Unequal,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Constant {
    Number(f64),
    Text(String),
}

/// All conditional formats of a sheet.
#[derive(Debug, Default)]
pub(super) struct Conditionals(Vec<Conditional>);

impl Conditionals {
    pub(super) fn add(&mut self, mut conditional: Conditional) {
        if self.0.len() < MOST {
            conditional.blocks.truncate(MOST_BLOCKS);
            self.0.push(conditional);
        }
    }

    /// Why a cell's content is not seen as these formats have it; `own` is how it is set without them.
    pub(super) fn unseen(&self, at: (u32, u32), value: &Value, own: Look) -> Option<Unseen> {
        let usual = own.unseen();
        let (mut perhaps, mut is_seen) = (None, false);
        for conditional in self.0.iter().filter(|conditional| conditional.covers(at)) {
            let Change { colour, back, struck } = conditional.change;
            let look = Look {
                colour: colour.or(own.colour),
                back: back.unwrap_or(own.back),
                ..own
            };
            let why = match look.unseen() {
                Some(_) if usual.is_none() => Some(Unseen::Conditional),
                _ if struck => Some(Unseen::Struck),
                None => None,
                Some(_) => continue,
            };
            match (conditional.test.holds(value), why) {
                // What holds first is what the cell shows.
                (Some(true), Some(why)) => return Some(why),
                (Some(true), None) => return None,
                (None, Some(_)) => perhaps = Some(Unseen::Perhaps),
                (None, None) => is_seen = true,
                (Some(false), _) => {}
            }
        }
        perhaps.or(usual.filter(|_| !is_seen))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Conditional {
    fn covers(&self, (row, column): (u32, u32)) -> bool {
        let has = |((top, left), (bottom, right)): &Block| {
            (*top..=*bottom).contains(&row) && (*left..=*right).contains(&column)
        };
        self.blocks.iter().any(has)
    }
}

impl Test {
    /// Of two constants as formulas write them, between which a cell is, or is not.
    pub(super) fn between(first: &str, second: &str, is_within: bool) -> Test {
        match Constant::of(first).zip(Constant::of(second)) {
            Some((Constant::Number(a), Constant::Number(b))) => Test::Between(a.min(b), a.max(b), is_within),
            _ => Test::Unknown,
        }
    }

    /// Of a constant as formulas write it.
    pub(super) fn compared(comparison: Comparison, formula: &str) -> Test {
        Constant::of(formula).map_or(Test::Unknown, |constant| Test::Compared(comparison, constant))
    }

    /// Of a formula.
    pub(super) fn of_formula(formula: &str) -> Test {
        let formula = formula.trim().trim_start_matches('=').to_ascii_uppercase();
        let asks_for_errors = ["ISERROR(", "ISNA(", "ISERR(", "ISBLANK("]
            .iter()
            .any(|function| formula.starts_with(function));
        match formula.as_str() {
            "TRUE" | "TRUE()" | "1" => Test::Always,
            "FALSE" | "FALSE()" | "0" => Test::Never,
            _ if asks_for_errors => Test::Never,
            _ => Test::Unknown,
        }
    }

    /// Whether it holds for a cell with a value; None: not known.
    fn holds(&self, value: &Value) -> Option<bool> {
        let number = || match value.held {
            Held::Number => value.text.parse::<f64>().ok(),
            _ => None,
        };
        match self {
            Test::Always => Some(true),
            Test::Never => Some(false),
            Test::Unknown => None,
            // A text is larger than any number.
            Test::Between(low, high, is_within) => match number() {
                Some(number) => Some((*low..=*high).contains(&number) == *is_within),
                None => (value.held == Held::Text).then_some(!is_within),
            },
            Test::Compared(comparison, Constant::Number(than)) => match number() {
                Some(number) => Some(comparison.holds(number.partial_cmp(than)?)),
                None => (value.held == Held::Text).then_some(comparison.holds(std::cmp::Ordering::Greater)),
            },
            Test::Compared(comparison, Constant::Text(than)) => {
                let same = value.held == Held::Text && value.text.to_lowercase() == than.to_lowercase();
                match comparison {
                    Comparison::Equal => Some(same),
                    Comparison::Unequal => Some(!same),
                    _ => None,
                }
            }
        }
    }
}

impl Comparison {
    fn holds(self, order: std::cmp::Ordering) -> bool {
        match self {
            Comparison::Less => order.is_lt(),
            Comparison::AtMost => order.is_le(),
            Comparison::More => order.is_gt(),
            Comparison::AtLeast => order.is_ge(),
            Comparison::Equal => order.is_eq(),
            Comparison::Unequal => order.is_ne(),
        }
    }
}

impl Constant {
    fn of(formula: &str) -> Option<Constant> {
        let formula = formula.trim().trim_start_matches('=');
        if let Some(text) = formula.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
            return Some(Constant::Text(text.replace("\"\"", "\"")));
        }
        let number = formula.parse::<f64>().ok()?;
        number.is_finite().then_some(Constant::Number(number))
    }
}

/// First and last cell of `A1:C3`, or of a single one.
pub(super) fn block(text: &str) -> Option<Block> {
    let (first, last) = text.split_once(':').unwrap_or((text, text));
    reference(first).zip(reference(last))
}

/// Row and column of `AB12`, from 0.
pub(super) fn reference(text: &str) -> Option<(u32, u32)> {
    let text = text.replace('$', "");
    let split = text.find(|c: char| c.is_ascii_digit())?;
    let (letters, digits) = text.split_at(split);
    let column = letters.bytes().try_fold(0_u32, |column, letter| {
        let value = u32::from(letter.to_ascii_uppercase().checked_sub(b'A')?) + 1;
        (value <= 26).then(|| column.saturating_mul(26).saturating_add(value))
    })?;
    let row: u32 = digits.parse().ok()?;
    Some((row.checked_sub(1)?, column.checked_sub(1)?))
}

#[cfg(test)]
mod tests {
    use super::super::look::{BLACK, WHITE};
    use super::*;

    #[test]
    fn references_are_read() {
        for (text, at) in [
            ("A1", Some((0, 0))),
            ("$AB$12", Some((11, 27))),
            ("XFD1048576", Some((1_048_575, 16_383))),
            ("A0", None),
            ("12", None),
            ("A", None),
            ("É1", None),
        ] {
            assert_eq!(reference(text), at, "{text}");
        }
    }

    #[test]
    fn conditions_hold_for_single_cells() {
        let number = |text: &str| Value::number(text.to_owned());
        for (test, value, holds) in [
            (Test::compared(Comparison::Less, "2500"), number("1037"), Some(true)),
            (Test::compared(Comparison::Less, "2500"), number("3037"), Some(false)),
            (Test::compared(Comparison::Equal, "0"), number("0"), Some(true)),
            (Test::compared(Comparison::Less, "2500"), Value::text("x"), Some(false)),
            (
                Test::compared(Comparison::Equal, "\"n/a\""),
                Value::text("N/A"),
                Some(true),
            ),
            (Test::compared(Comparison::Less, "$D$1"), number("1"), None),
            (Test::between("10", "1", true), number("5"), Some(true)),
            (Test::between("1", "10", false), number("5"), Some(false)),
            (Test::of_formula("ISERROR(C2)"), number("5"), Some(false)),
            (Test::of_formula("=TRUE"), number("5"), Some(true)),
            (Test::of_formula("A2=A1"), number("5"), None),
        ] {
            assert_eq!(test.holds(&value), holds, "{test:?} {}", value.text);
        }
    }

    #[test]
    fn what_a_condition_makes_of_a_cell() {
        let own = |colour| Look {
            colour: Some(colour),
            ..Look::default()
        };
        let white = Change {
            colour: Some(WHITE),
            ..Change::default()
        };
        let blue = Change {
            back: Some(Back::Colour([0, 0, 255])),
            ..Change::default()
        };
        let struck = Change {
            struck: true,
            ..Change::default()
        };
        for (change, test, own, unseen) in [
            (white, Test::Always, own(BLACK), Some(Unseen::Conditional)),
            (white, Test::Never, own(BLACK), None),
            (white, Test::Unknown, own(BLACK), Some(Unseen::Perhaps)),
            (struck, Test::Always, own(BLACK), Some(Unseen::Struck)),
            (blue, Test::Always, own(WHITE), None),
            (blue, Test::Unknown, own(WHITE), None),
            (blue, Test::Never, own(WHITE), Some(Unseen::Colour)),
            (blue, Test::Always, own(BLACK), None),
        ] {
            let mut all = Conditionals::default();
            all.add(Conditional {
                blocks: vec![((1, 0), (4, 2))],
                test: test.clone(),
                change,
            });
            let value = Value::number("5".to_owned());
            assert_eq!(all.unseen((2, 1), &value, own), unseen, "{change:?} {test:?}");
            assert_eq!(all.unseen((5, 1), &value, own), own.unseen());
        }
    }
}

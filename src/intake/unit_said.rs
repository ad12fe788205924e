//! The units that a cell outside of the records names, each with what it is said of.

use unicode_normalization::UnicodeNormalization;

use super::unit_names::{BETWEEN, first_unit, known, linked, names_unit, trimmed};
use super::unit_words::unit_words;
use crate::pipeline::units::Units;

/// A unit, or what names one and cannot be applied, and what it is said of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) unit: String,
    /// `budget figures` in `Budget figures are in millions`; empty where it is said of the whole table.
    pub(super) of: String,
    /// Whether an unknown name in `of` may be that of the whole table: `Districts, in thousands`.
    pub(super) is_loose: bool,
}

/// The units that a cell outside of the records names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Said {
    /// Units that are known, folded.
    pub(super) units: Vec<Named>,
    /// What names a unit or a multiple, and cannot be applied: `万元/人`, `mil. yen`.
    pub(super) unclear: Vec<Named>,
}

impl Said {
    pub(super) fn is_nothing(&self) -> bool {
        self.units.is_empty() && self.unclear.is_empty()
    }

    pub(super) fn unit(&mut self, unit: &str, of: &str) {
        self.units.push(Named {
            unit: unit.to_owned(),
            of: of.to_owned(),
            is_loose: false,
        });
    }

    pub(super) fn doubt(&mut self, text: &str, of: &str) {
        self.unclear.push(Named {
            unit: text.to_owned(),
            of: of.to_owned(),
            is_loose: false,
        });
    }

    /// Puts back the blanks of units of several words, as a cell has them.
    pub(super) fn written_as_in(&mut self, cell: &str) {
        for named in self.units.iter_mut().chain(&mut self.unclear) {
            if named.unit.is_ascii()
                && let Some(written) = written(cell, &named.unit)
            {
                named.unit = written;
            }
        }
    }

    /// A unit that is named as such, by `单位：` or the like. `is_asked`: there is a finding on what is not known.
    pub(super) fn named(&mut self, text: &str, of: &str, is_asked: bool, units: &Units) {
        let text = trimmed(text);
        if let Some(unit) = known(text, units) {
            return self.unit(unit, of);
        }
        let text = trimmed(unit_words().without_tail(text));
        if let Some(unit) = known(text, units) {
            return self.unit(unit, of);
        }
        if text.split('/').all(|part| known(part, units).is_some()) {
            return self.doubt(text, of);
        }
        let parts: Vec<&str> = text.split(BETWEEN).filter(|part| !part.is_empty()).collect();
        let several = parts.len() > 1 && !text.contains('/');
        for part in if several { parts } else { vec![text] } {
            if let Some(unit) = known(part, units) {
                self.unit(unit, of);
            } else if let Some((label, unit)) = linked(part, units) {
                self.unit(unit, label);
            } else if is_asked && names_unit(part) && !is_currency_of(part, &self.units) {
                self.doubt(part, of);
            } else if let Some(unit) = first_unit(part, units).filter(|_| is_asked) {
                self.doubt(unit, of);
            }
        }
    }

    /// A multiple that a label names, of the money that another names: `Currency: US$; scale: millions`.
    pub(super) fn join_scale(&mut self, units: &Units) {
        let Some(at) = self.units.iter().position(|named| named.of == SCALE) else {
            return;
        };
        let scale = self.units.remove(at);
        let is_plain =
            |named: &Named| unit_words().is_money(&named.unit) && unit_words().without_scale(&named.unit).is_none();
        if !self.units.iter().any(is_plain) {
            let of = String::new();
            return self.units.push(Named { of, ..scale });
        }
        for named in self.units.iter_mut().filter(|named| is_plain(named)) {
            named.unit = format!("{} {}", scale.unit, named.unit);
        }
        let (units, unclear) = std::mem::take(&mut self.units)
            .into_iter()
            .partition(|named| units.knows(&named.unit));
        self.units = units;
        self.unclear.extend::<Vec<Named>>(unclear);
    }
}

/// The label of a multiple.
pub(super) const SCALE: &str = "scale";

/// Whether a text only says of which country the money is that is named before it: `万元（人民币）`.
fn is_currency_of(text: &str, before: &[Named]) -> bool {
    let words = unit_words();
    words.is_money(text)
        && words.without_scale(text).is_none()
        && before.iter().any(|named| words.is_money(&named.unit))
}

/// The words of a cell, in small letters, that a text without blanks was made of.
pub(super) fn written(cell: &str, text: &str) -> Option<String> {
    let narrow: String = cell.nfkc().flat_map(char::to_lowercase).collect();
    let solid: Vec<(usize, char)> = narrow.char_indices().filter(|(_, c)| !c.is_whitespace()).collect();
    let wanted: Vec<char> = text.chars().collect();
    let found = solid.windows(wanted.len().max(1)).find(|found| {
        let mut letters = found.iter().map(|(_, c)| *c);
        wanted.iter().all(|c| letters.next() == Some(*c))
    })?;
    let (first, last) = (found.first()?, found.last()?);
    let words = narrow[first.0..last.0 + last.1.len_utf8()].split_whitespace();
    Some(words.collect::<Vec<_>>().join(" "))
}

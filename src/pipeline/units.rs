//! Units and exact conversions between them: the built-in table and a pipeline's own `[[unit]]`.

mod ratio;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use crate::domain::{Lang, fold};
pub use ratio::Ratio;

/// Index of a unit within its [`Units`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnitId(u16);

/// `[[unit]]`: in the built-in table and in `pipeline.toml`.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UnitDef {
    /// Name, itself a spelling.
    pub id: String,
    /// What it measures; only units of one dimension convert into each other.
    pub dimension: String,
    /// This many base units of the dimension make one: `10000`, `2000/3` or `0.01`.
    pub factor: String,
    /// A number of things: the word may follow a plain whole number.
    #[serde(default)]
    pub count: bool,
    /// How it is written in headers and cells.
    #[serde(default)]
    pub spellings: Vec<String>,
}

/// What a unit measures, and how much.
#[derive(Clone, Copy, Debug)]
struct Measured<'a> {
    dimension: &'a str,
    factor: Ratio,
    count: bool,
}

#[derive(Clone, Debug)]
struct Unit {
    id: String,
    dimension: String,
    factor: Ratio,
    count: bool,
    /// As given, in order.
    spellings: Vec<String>,
}

/// The units a pipeline knows.
#[derive(Clone, Debug, Default)]
pub struct Units {
    units: Vec<Unit>,
    /// Folded spelling → unit.
    by_spelling: BTreeMap<String, UnitId>,
    /// Last character → folded spellings that end in it, longest first.
    by_ending: BTreeMap<char, Vec<(String, UnitId)>>,
}

/// Stands between the quantity of an indicator's unit and what it is counted for.
const PER: &str = "_per_";

/// The dimension of bare multipliers (万, 亿).
const NUMBER: &str = "number";

/// Bytes of the longest text that may be a multiplier and a unit.
const LONGEST: usize = 64;

/// Why a `[[unit]]` cannot be added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnitFault {
    /// `factor` is no positive fraction.
    Factor,
    /// This spelling means another unit already.
    Taken(String),
}

impl Units {
    /// The built-in units alone.
    pub fn built_in() -> &'static Units {
        #[derive(Deserialize)]
        struct File {
            unit: Vec<UnitDef>,
        }
        static BUILT_IN: LazyLock<Units> = LazyLock::new(|| {
            let file: File = toml::from_str(include_str!("units.toml")).expect("units.toml is checked by a test");
            let mut units = Units::default();
            for unit in &file.unit {
                units.add(unit).expect("units.toml is checked by a test");
            }
            units
        });
        &BUILT_IN
    }

    /// The units that a pipeline has declared beside the built-in ones, as it might have written them.
    pub fn declared(&self) -> Vec<UnitDef> {
        let own = self.units.iter().skip(Units::built_in().units.len());
        let definition = |unit: &Unit| UnitDef {
            id: unit.id.clone(),
            dimension: unit.dimension.clone(),
            factor: format!("{}/{}", unit.factor.num, unit.factor.den),
            count: unit.count,
            spellings: unit.spellings.clone(),
        };
        own.map(definition).collect()
    }

    /// Adds a unit; nothing is added when it has a fault.
    pub fn add(&mut self, unit: &UnitDef) -> Result<UnitId, UnitFault> {
        let factor = Ratio::parse(&unit.factor).ok_or(UnitFault::Factor)?;
        let spellings: Vec<String> = std::iter::once(&unit.id)
            .chain(&unit.spellings)
            .map(|s| fold(s))
            .collect();
        if let Some(at) = spellings
            .iter()
            .position(|s| s.is_empty() || self.by_spelling.contains_key(s))
        {
            let taken = if at == 0 { &unit.id } else { &unit.spellings[at - 1] };
            return Err(UnitFault::Taken(taken.clone()));
        }
        let id = UnitId(u16::try_from(self.units.len()).map_err(|_| UnitFault::Factor)?);
        let (name, dimension) = (unit.id.clone(), unit.dimension.clone());
        self.units.push(Unit {
            id: name,
            dimension,
            factor,
            count: unit.count,
            spellings: unit.spellings.clone(),
        });
        for spelling in spellings {
            if let Some(last) = spelling.chars().next_back() {
                let all = self.by_ending.entry(last).or_default();
                all.push((spelling.clone(), id));
                all.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.0.cmp(&b.0)));
            }
            self.by_spelling.insert(spelling, id);
        }
        Ok(id)
    }

    /// The unit of a spelling, whatever its width, case and blanks.
    pub fn find(&self, spelling: &str) -> Option<UnitId> {
        self.by_spelling
            .get(spelling)
            .or_else(|| self.by_spelling.get(&fold(spelling)))
            .copied()
    }

    /// Whether it is a unit, or a multiplier and a unit: `万元`, `千户`, `thousand tonnes`.
    pub fn knows(&self, written: &str) -> bool {
        self.measured(written).is_some()
    }

    /// Canonical name of a unit.
    pub fn name(&self, unit: UnitId) -> &str {
        &self.units[usize::from(unit.0)].id
    }

    /// The code under which a unit is published: its canonical name, part by part around `_per_` (`万元_per_community` is
    /// `10000_yuan_per_community`). Several parts keep those that are written in ASCII; what is unknown stays as it is.
    pub fn code(&self, written: &str) -> String {
        if let Some(unit) = self.find(written) {
            return self.name(unit).to_owned();
        }
        let part = |part: &str| match self.find(part) {
            Some(unit) if !part.is_ascii() => self.name(unit).to_owned(),
            _ => part.to_owned(),
        };
        written.split(PER).map(part).collect::<Vec<_>>().join(PER)
    }

    /// How readers of `lang` write a unit: a sign without letters (`%`), else, where it was `written` so or has such a spelling, a
    /// word in Chinese characters for Chinese and a symbol (`m²`) or word for others. None where there is none.
    pub fn word(&self, written: &str, lang: Lang) -> Option<String> {
        let spellings = || {
            let unit = self.unit(written).into_iter();
            unit.flat_map(|unit| unit.spellings.iter().chain([&unit.id]))
                .map(String::as_str)
        };
        let readable = |text: &&str| text.chars().any(is_han) == (lang == Lang::Zh);
        let symbol = || spellings().find(|text| is_symbol(text));
        let word = || std::iter::once(written).chain(spellings()).find(readable);
        let is_sign = |c: char| c.is_ascii_punctuation() || matches!(c, '‰' | '‱' | '°');
        let sign = spellings().find(|text| !text.is_empty() && text.chars().all(is_sign));
        let found = match lang {
            Lang::Zh => sign.or_else(word).or_else(symbol),
            Lang::En => sign.or_else(symbol).or_else(word),
        };
        found.map(|word| word.replace('_', " "))
    }

    /// How many of its dimension's base unit make one.
    pub fn scale(&self, spelling: &str) -> Option<Ratio> {
        self.measured(spelling).map(|unit| unit.factor)
    }

    /// Whether it is a bare multiplier: `万`, `thousands`.
    pub fn is_multiplier(&self, spelling: &str) -> bool {
        self.measured(spelling).is_some_and(|unit| unit.dimension == NUMBER)
    }

    /// Whether it is a number of things, or a bare multiplier.
    pub fn is_count(&self, spelling: &str) -> bool {
        self.measured(spelling).is_some_and(|unit| unit.count)
    }

    /// Whether two units measure the same: persons and 万人.
    pub fn measure_alike(&self, one: &str, other: &str) -> bool {
        let (one, other) = (self.measured(one), self.measured(other));
        one.zip(other)
            .is_some_and(|(one, other)| one.dimension == other.dimension)
    }

    /// All spellings, folded, in order.
    pub fn spellings(&self) -> impl Iterator<Item = &str> {
        self.by_spelling.keys().map(String::as_str)
    }

    /// What turns a figure in `from` into one in `to`. A bare multiplier (`万`) multiplies where `to` is the base of its dimension;
    /// before another unit (`1.2万` in a column of 万元) it is ambiguous: `None`, as between dimensions.
    pub fn factor(&self, from: &str, to: &str) -> Option<Ratio> {
        let (from, to) = (self.measured(from)?, self.measured(to)?);
        if from.dimension == to.dimension {
            from.factor.divide(to.factor)
        } else {
            (from.dimension == NUMBER && to.factor.is_one()).then_some(from.factor)
        }
    }

    /// What turns a figure with the unit `cell` into one of a column: [`Units::factor`], and in a column without a unit
    /// things counted and bare multipliers (`12人`, `1.2万`).
    pub fn convert(&self, cell: &str, column: Option<&str>) -> Option<Ratio> {
        match column {
            Some(column) => self.factor(cell, column),
            None => self.measured(cell).filter(|u| u.count).map(|u| u.factor),
        }
    }

    /// Splits `12人`, `35㎡`, `1.2 万` into what stands before the unit (trailing blanks dropped) and the unit's canonical name.
    /// `None` when no known unit ends the cell, or no digit stands before it.
    pub fn strip_suffix<'a>(&self, cell: &'a str) -> Option<(&'a str, &str)> {
        let last = cell.chars().next_back()?;
        let found = self.ending(cell, last).or_else(|| {
            let folded = std::iter::once(last).nfkc().flat_map(char::to_lowercase).last()?;
            (folded != last).then(|| self.ending(cell, folded)).flatten()
        });
        let (before, unit) = found?;
        Some((before, self.name(unit)))
    }

    fn ending<'a>(&self, cell: &'a str, last: char) -> Option<(&'a str, UnitId)> {
        self.by_ending.get(&last)?.iter().find_map(|(spelling, unit)| {
            let before = strip_folded(cell, spelling)?.trim_end();
            before
                .chars()
                .next_back()
                .filter(|c| c.is_numeric())
                .map(|_| (before, *unit))
        })
    }

    fn unit(&self, spelling: &str) -> Option<&Unit> {
        self.find(spelling).map(|id| &self.units[usize::from(id.0)])
    }

    /// What a unit measures, or a multiplier and a unit do, in either order: `千户`, `thousands of yuan`, `yuan million`. A unit of
    /// that very name comes first.
    fn measured(&self, written: &str) -> Option<Measured<'_>> {
        let own = |unit: &'_ Unit| (unit.factor, unit.count);
        if let Some(unit) = self.unit(written) {
            let (factor, count) = own(unit);
            return Some(Measured {
                dimension: &unit.dimension,
                factor,
                count,
            });
        }
        let mut folded = fold(written);
        if folded.len() > LONGEST {
            return None;
        }
        // `1,000 persons`
        if folded.starts_with(|c: char| c.is_ascii_digit()) {
            folded.retain(|c| c != ',');
        }
        let multipliers = self.units.iter().filter(|unit| unit.dimension == NUMBER);
        let spellings = multipliers.flat_map(|unit| {
            let all = unit.spellings.iter().chain([&unit.id]);
            all.map(move |spelling| (fold(spelling), unit.factor))
        });
        let composed = spellings.filter_map(|(multiplier, factor)| {
            let behind = folded.strip_prefix(multiplier.as_str()).into_iter();
            let behind = behind.flat_map(|rest| [Some(rest), rest.strip_prefix("of")]);
            // `yuan million`, but no `人万`: Chinese puts the multiplier first.
            let before = folded.strip_suffix(multiplier.as_str());
            let before =
                before.filter(|_| multiplier.is_ascii() && !multiplier.starts_with(|c: char| c.is_ascii_digit()));
            let unit = behind.chain([before]).flatten().find_map(|rest| self.unit(rest))?;
            let (own, count) = own(unit);
            (unit.dimension != NUMBER).then_some(())?;
            Some((multiplier.len(), unit, factor.times(own)?, count))
        });
        let (_, unit, factor, count) = composed.max_by_key(|(length, ..)| *length)?;
        Some(Measured {
            dimension: &unit.dimension,
            factor,
            count,
        })
    }
}

/// Strips a folded spelling from the end of a cell as received, character by character: no allocation.
fn strip_folded<'a>(cell: &'a str, spelling: &str) -> Option<&'a str> {
    let mut wanted = spelling.chars().rev().peekable();
    let mut end = cell.len();
    for (at, c) in cell.char_indices().rev() {
        if wanted.peek().is_none() {
            break;
        }
        if c.is_whitespace() {
            end = at;
            continue;
        }
        let mut folded: [char; 4] = ['\0'; 4];
        let mut count = 0;
        for piece in std::iter::once(c).nfkc().flat_map(char::to_lowercase) {
            *folded.get_mut(count)? = piece;
            count += 1;
        }
        if !folded[..count].iter().rev().all(|piece| wanted.next() == Some(*piece)) {
            return None;
        }
        end = at;
    }
    wanted.peek().is_none().then(|| &cell[..end])
}

fn is_han(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

/// Whether it is read alike in every language.
fn is_symbol(text: &str) -> bool {
    text.chars().any(|c| c == '%' || !c.is_ascii() && !c.is_alphabetic())
}

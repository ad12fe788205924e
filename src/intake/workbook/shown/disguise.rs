//! Number formats that show a number as another one: scaled by commas (`0,`), with a multiple behind it (`0"万"`), with a sign of
//! its own or without its sign (`0;0`), with text among its digits (`0"."0000`), or not at all (`;;;`). Groups, decimals, percentages and dates show the number itself. What
//! stands before or behind its digits (`$0`, `0"人"`, `"<"0`) is part of what a reader sees: an [`Affix`].

#[cfg(test)]
mod tests;

use std::sync::Arc;

use crate::domain::Affix;

/// Characters of a format that are looked at.
const LONGEST: usize = 255;
/// Sections of a format: positive numbers, negative ones, zero, texts.
const SECTIONS: usize = 4;

/// A format that shows some numbers as other ones.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::intake) struct Disguise {
    sections: Vec<Section>,
    /// What each section puts around the digits.
    affixes: Vec<Option<Arc<Affix>>>,
}

/// What a format says of some numbers.
#[derive(Clone, Debug, Default, PartialEq)]
struct Section {
    /// Which numbers, where it says so.
    condition: Option<Condition>,
    /// Places for digits, and those of them that are always shown.
    places: usize,
    zeros: usize,
    /// Commas behind the last place: each divides by a thousand.
    commas: usize,
    /// What stands there beside digits.
    literal: String,
    /// What of it, and of currencies in brackets, stands before the first place for a digit, and behind the last.
    before: String,
    behind: String,
    /// Text among the digits makes another number of them, as in `0"."0000`. Blanks and apostrophes only group them.
    is_split: bool,
    /// Places since a comma among the digits that the format writes as text: it groups thousands where three follow.
    since_comma: Option<usize>,
    /// In a colour.
    is_coloured: bool,
    /// A percentage, a power, a fraction, a text, a day: read as what it is.
    is_other: bool,
    /// A power, behind whose letter a sign stands among the digits.
    is_power: bool,
}

/// How numbers of a section compare to a figure.
pub(super) type Condition = (Operator, f64);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Less,
    AtMost,
    More,
    AtLeast,
    Equal,
    Unequal,
}

impl Disguise {
    /// Of a format as a workbook writes it; None: it shows every number as itself and nothing else.
    pub(super) fn of_format(format: &str) -> Option<Disguise> {
        if format.len() > LONGEST || format.eq_ignore_ascii_case("general") {
            return None;
        }
        let sections = sections(format);
        let affixes: Vec<_> = sections.iter().map(|section| section.affix().map(Arc::new)).collect();
        let disguise = Disguise { sections, affixes };
        let last = disguise.sections.len() - 1;
        let mut hides = (0..=last).map(|at| {
            let section = &disguise.sections[at];
            let is_negative = disguise.is_negative(at);
            section.hides(is_negative) || section.says_otherwise() || (!is_negative && section.shows_negative())
        });
        let says = disguise.affixes.iter().any(Option::is_some) || disguise.blanks("0");
        (hides.any(|hides| hides) || says).then_some(disguise)
    }

    /// What the format puts around a number.
    pub(super) fn affix(&self, number: &str) -> Option<&Arc<Affix>> {
        let value = number.parse::<f64>().ok()?;
        let at = self.section(value);
        // With a sign that is not its own, it is another number.
        let is_itself = value <= 0.0 || !self.sections[at].shows_negative();
        self.affixes[at].as_ref().filter(|_| is_itself)
    }

    /// The same format where what stands around a number depends on the country of the computer.
    pub(super) fn without_affixes(mut self) -> Disguise {
        self.affixes.fill(None);
        self
    }

    /// Whether the format shows a number as another one.
    pub(super) fn hides(&self, number: &str) -> bool {
        let Some(value) = number.trim_end_matches('%').parse::<f64>().ok() else {
            return false;
        };
        let at = self.section(value);
        let section = &self.sections[at];
        if value == 0.0 {
            // However it is scaled, zero is zero; a blank or a dash stands for it everywhere.
            return section.says_otherwise();
        }
        section.hides(value < 0.0 && self.is_negative(at)) || (value > 0.0 && section.shows_negative())
    }

    /// Whether the format shows a zero as a blank: `0;-0;`, `#`.
    pub(super) fn blanks(&self, number: &str) -> bool {
        let section = &self.sections[self.section(0.0)];
        let shows_nothing = section.zeros == 0 && section.literal.trim().is_empty();
        number == "0" && shows_nothing && !section.is_other && section.affix().is_none()
    }

    /// Whether the format shows nothing of a number that is not zero: `;;;`.
    pub(super) fn shows_nothing(&self, number: &str) -> bool {
        let value = number.trim_end_matches('%').parse::<f64>().unwrap_or(0.0);
        let section = &self.sections[self.section(value)];
        value != 0.0 && section.places == 0 && section.literal.trim().is_empty() && !section.is_other
    }

    /// The section that a program shows a number in.
    fn section(&self, value: f64) -> usize {
        let numeric = self.sections.len().min(SECTIONS - 1);
        let last = numeric - 1;
        let applies = |at: usize| match (self.sections[at].condition, at) {
            (Some((operator, than)), _) => operator.holds(value, than),
            (None, 0) => value > 0.0 || (value == 0.0 && numeric < 3),
            (None, 1) => value < 0.0,
            (None, _) => true,
        };
        (0..last).find(|&at| applies(at)).unwrap_or(last)
    }

    /// Whether a section is for negative numbers alone, whose sign it must write itself.
    fn is_negative(&self, at: usize) -> bool {
        let from_zero = |section: &Section| match section.condition {
            None => true,
            Some((operator, than)) => matches!(operator, Operator::AtLeast | Operator::More) && than == 0.0,
        };
        let below_zero = |section: &Section| matches!(section.condition, None | Some((Operator::Less, 0.0)));
        at == 1 && from_zero(&self.sections[0]) && below_zero(&self.sections[1])
    }
}

/// Signs of negative numbers.
const SIGNS: [char; 7] = ['-', '−', '－', '(', '（', ')', '）'];

impl Section {
    /// What it puts around the digits of a number that it does not scale.
    fn affix(&self) -> Option<Affix> {
        let is_sign = |c: char| SIGNS.contains(&c) || c.is_whitespace();
        let affix = Affix {
            before: self.before.trim_matches(|c| is_sign(c) || c == '+').to_owned(),
            // A plus behind a number says "or more".
            behind: self.behind.trim_matches(is_sign).to_owned(),
        };
        let is_none = affix.before.is_empty() && affix.behind.is_empty();
        let is_digits = self.literal.contains(|c: char| c.is_ascii_digit());
        let shows_itself = !self.is_other && !self.is_split && self.places > 0 && self.commas == 0;
        (!is_none && !is_digits && shows_itself).then_some(affix)
    }

    /// Adds a place for a digit. What stands between it and the one before stands among the digits of the number.
    fn add_place(&mut self) {
        let between = std::mem::take(&mut self.behind);
        let is_group = |c: char| c.is_whitespace() || matches!(c, '\'' | '’');
        if between.trim_matches(is_group) == "," {
            self.end_group();
            self.since_comma = Some(0);
        } else {
            self.is_split |= !self.is_power && !between.chars().all(is_group);
        }
        self.since_comma = self.since_comma.map(|places| places + 1);
        (self.places, self.commas) = (self.places + 1, 0);
    }

    /// Ends the places behind a comma among the digits.
    fn end_group(&mut self) {
        self.is_split |= self.since_comma.take().is_some_and(|places| places != 3);
    }

    fn push(&mut self, literal: char) {
        self.literal.push(literal);
        self.put(literal);
    }

    /// Puts a character around the digits.
    fn put(&mut self, c: char) {
        if self.places == 0 {
            self.before.push(c);
        } else {
            self.behind.push(c);
        }
    }

    /// Whether it shows numbers other than zero as other ones.
    fn hides(&self, is_negative: bool) -> bool {
        const MULTIPLES: [char; 9] = ['万', '萬', '亿', '億', '千', '百', 'k', 'K', 'M'];
        if self.is_split {
            return true;
        }
        if self.is_other {
            return false;
        }
        let signed = self.literal.contains(SIGNS) || self.is_coloured;
        let literal = if is_negative {
            self.literal
                .trim_matches(|c: char| SIGNS.contains(&c) || c.is_whitespace())
        } else {
            self.literal.trim()
        };
        let is_multiple = literal.contains(|c: char| c.is_ascii_digit()) || literal.starts_with(MULTIPLES);
        self.commas > 0 || self.places == 0 || is_multiple || (is_negative && !signed)
    }

    /// Whether it writes numbers as negative ones: with a minus in front of or behind their digits, or in brackets, which may hold a
    /// unit or a currency, but no remark of their own: `(0)`, `"-"0"人"`.
    fn shows_negative(&self) -> bool {
        const MINUS: [char; 3] = ['-', '−', '－'];
        if self.is_other {
            return false;
        }
        let (before, behind) = (self.before.trim(), self.behind.trim());
        let is_minus = |c: char| MINUS.contains(&c);
        let is_behind = !behind.is_empty() && behind.chars().all(is_minus);
        let is_signed = is_behind || (before.ends_with(MINUS) && !before.contains(char::is_alphanumeric));
        let is_bracketed = before.ends_with(['(', '（']) && behind.contains([')', '）']);
        is_signed || is_bracketed
    }

    /// Whether it shows a word, whatever the number is.
    fn says_otherwise(&self) -> bool {
        !self.is_other && self.places == 0 && self.literal.chars().any(char::is_alphanumeric)
    }
}

impl Operator {
    pub(super) fn holds(self, value: f64, than: f64) -> bool {
        match self {
            Operator::Less => value < than,
            Operator::AtMost => value <= than,
            Operator::More => value > than,
            Operator::AtLeast => value >= than,
            Operator::Equal => value == than,
            Operator::Unequal => value != than,
        }
    }
}

fn sections(format: &str) -> Vec<Section> {
    let format = ["General", "GENERAL", "G/通用格式"]
        .iter()
        .fold(format.to_owned(), |format, general| format.replace(general, "0"));
    let mut sections = vec![Section::default()];
    let mut characters = format.chars();
    while let Some(c) = characters.next() {
        if c == ';' {
            if sections.len() == SECTIONS {
                break;
            }
            sections.push(Section::default());
            continue;
        }
        let Some(section) = sections.last_mut() else { break };
        match c {
            '0' | '#' | '?' => {
                section.zeros += usize::from(c == '0');
                section.add_place();
            }
            ',' if section.places > 0 => section.commas += 1,
            '.' => section.end_group(),
            '\\' | '!' | '_' | '*' => {
                let next = characters.next().filter(|_| matches!(c, '\\' | '!'));
                next.into_iter().for_each(|c| section.push(c));
            }
            '"' => {
                let quoted = characters.by_ref().take_while(|c| *c != '"');
                quoted.for_each(|c| section.push(c));
            }
            '[' => {
                let inner: String = characters.by_ref().take_while(|c| *c != ']').collect();
                section.bracket(&inner);
            }
            'E' | 'e' => (section.is_other, section.is_power) = (true, true),
            '%' | '/' | '@' | 'y' | 'Y' | 'm' | 'd' | 'D' | 'h' | 'H' | 's' | 'S' => section.is_other = true,
            _ => section.push(c),
        }
    }
    // What stands in the last of four is for texts.
    sections.truncate(SECTIONS - 1);
    sections.iter_mut().for_each(Section::end_group);
    sections
}

/// Whether a format shows nothing of a text: its fourth section is there, and empty.
pub(super) fn hides_text(format: &str) -> bool {
    let format = if format.len() > LONGEST { "" } else { format };
    let (mut characters, mut section, mut shows) = (format.chars(), 0, false);
    while let Some(c) = characters.next() {
        match c {
            ';' => section += 1,
            '[' => characters.by_ref().take_while(|c| *c != ']').for_each(drop),
            '_' | '*' => drop(characters.next()),
            '"' => shows |= characters.by_ref().take_while(|c| *c != '"').count() > 0 && section == SECTIONS - 1,
            _ => shows |= section == SECTIONS - 1 && !c.is_whitespace(),
        }
    }
    section == SECTIONS - 1 && !shows
}

/// The condition of a section as it stands in brackets: `>=10000`.
pub(super) fn condition(inner: &str) -> Option<Condition> {
    const OPERATORS: [(&str, Operator); 6] = [
        ("<=", Operator::AtMost),
        (">=", Operator::AtLeast),
        ("<>", Operator::Unequal),
        ("<", Operator::Less),
        (">", Operator::More),
        ("=", Operator::Equal),
    ];
    let mut operators = OPERATORS.iter();
    let (operator, than) = operators.find_map(|(sign, operator)| Some((*operator, inner.strip_prefix(sign)?)))?;
    Some((operator, than.trim().parse().ok()?))
}

impl Section {
    /// A condition, a colour, or a language and its currency.
    fn bracket(&mut self, inner: &str) {
        // `[$€-407]`
        if let Some(currency) = inner.strip_prefix('$') {
            let sign = currency.rsplit_once('-').map_or(currency, |(sign, _)| sign);
            return sign.chars().for_each(|c| self.put(c));
        }
        if inner.starts_with(['<', '>', '=']) {
            self.condition = condition(inner);
        } else if matches!(
            inner.to_ascii_lowercase().as_str(),
            "h" | "hh" | "m" | "mm" | "s" | "ss"
        ) {
            self.is_other = true;
        } else if inner.len() > 2
            && inner
                .trim_end_matches(|c: char| c.is_ascii_digit())
                .chars()
                .all(char::is_alphabetic)
            && !inner.starts_with("DBNum")
        {
            self.is_coloured = true;
        }
    }
}

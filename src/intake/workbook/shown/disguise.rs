//! Number formats that show a number as another one: scaled by commas (`0,`), with a multiple behind it (`0"万"`), with a sign of
//! its own or without its sign (`0;0`), or not at all (`;;;`). Units, groups, decimals, percentages and dates show the number
//! itself.

/// Characters of a format that are looked at.
const LONGEST: usize = 255;
/// Sections of a format: positive numbers, negative ones, zero, texts.
const SECTIONS: usize = 4;

/// A format that shows some numbers as other ones.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::intake) struct Disguise {
    sections: Vec<Section>,
}

/// What a format says of some numbers.
#[derive(Clone, Debug, Default, PartialEq)]
struct Section {
    /// Which numbers, where it says so.
    condition: Option<Condition>,
    /// Places for digits.
    places: usize,
    /// Commas behind the last place: each divides by a thousand.
    commas: usize,
    /// What stands there beside digits.
    literal: String,
    /// In a colour.
    is_coloured: bool,
    /// A percentage, a power, a fraction, a text, a day: read as what it is.
    is_other: bool,
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
    /// Of a format as a workbook writes it; None: it shows every number as itself.
    pub(super) fn of_format(format: &str) -> Option<Disguise> {
        if format.len() > LONGEST || format.eq_ignore_ascii_case("general") {
            return None;
        }
        let disguise = Disguise {
            sections: sections(format),
        };
        let last = disguise.sections.len() - 1;
        let mut hides = (0..=last).map(|at| {
            let section = &disguise.sections[at];
            section.hides(disguise.is_negative(at)) || section.says_otherwise()
        });
        hides.any(|hides| hides).then_some(disguise)
    }

    /// Whether the format shows a number as another one.
    pub(super) fn hides(&self, number: &str) -> bool {
        let Some(value) = number.parse::<f64>().ok() else {
            return false;
        };
        let at = self.section(value);
        let section = &self.sections[at];
        if value == 0.0 {
            // However it is scaled, zero is zero; a blank or a dash stands for it everywhere.
            return section.says_otherwise();
        }
        section.hides(value < 0.0 && self.is_negative(at))
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
        at == 1 && from_zero(&self.sections[0]) && self.sections[1].condition.is_none()
    }
}

impl Section {
    /// Whether it shows numbers other than zero as other ones.
    fn hides(&self, is_negative: bool) -> bool {
        const SIGNS: [char; 6] = ['-', '−', '－', '(', '（', ')'];
        const MULTIPLES: [char; 9] = ['万', '萬', '亿', '億', '千', '百', 'k', 'K', 'M'];
        if self.is_other {
            return false;
        }
        let signed = self.literal.contains(SIGNS) || self.is_coloured;
        let literal = if is_negative {
            self.literal
                .trim_matches(|c: char| SIGNS.contains(&c) || c == '）' || c.is_whitespace())
        } else {
            self.literal.trim()
        };
        let is_multiple =
            literal.contains(|c: char| c.is_ascii_digit()) || literal.starts_with(MULTIPLES) || literal == "-";
        self.commas > 0 || self.places == 0 || is_multiple || (is_negative && !signed)
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
            '0' | '#' | '?' => (section.places, section.commas) = (section.places + 1, 0),
            ',' if section.places > 0 => section.commas += 1,
            '.' => {}
            '\\' | '_' | '*' => {
                let next = characters.next();
                section.literal.extend(next.filter(|_| c == '\\'));
            }
            '"' => section.literal.extend(characters.by_ref().take_while(|c| *c != '"')),
            '[' => {
                let inner: String = characters.by_ref().take_while(|c| *c != ']').collect();
                section.bracket(&inner);
            }
            '%' | 'E' | 'e' | '/' | '@' | 'y' | 'Y' | 'm' | 'd' | 'D' | 'h' | 'H' | 's' | 'S' => {
                section.is_other = true
            }
            _ => section.literal.push(c),
        }
    }
    // What stands in the last of four is for texts.
    sections.truncate(SECTIONS - 1);
    sections
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

#[cfg(test)]
mod tests {
    use super::*;

    fn hides(format: &str, number: &str) -> bool {
        Disguise::of_format(format).is_some_and(|disguise| disguise.hides(number))
    }

    #[test]
    fn formats_that_show_another_number_are_known() {
        for (format, number) in [
            ("0\"万\"", "8"),
            ("0\"000\"", "12"),
            ("0,", "12345"),
            ("#,##0,", "12345"),
            ("0.0,", "12345"),
            ("0.0,,\"m\"", "12345"),
            ("\"-\"0", "5"),
            ("General\"万\"", "8"),
            (";;;", "5"),
            ("\"n/a\"", "5"),
            ("\"n/a\"", "0"),
            ("0;-0;\"n/a\"", "0"),
            ("0.00万", "8"),
            ("0\"k\"", "8"),
            ("0;0", "-5"),
            ("#,##0.0;#,##0.0", "-5.5"),
            ("[>=0]0;0", "-5"),
            ("[>=10000]0.0,\"k\";0", "12345"),
            ("0;;", "-5"),
        ] {
            assert!(hides(format, number), "{format} {number}");
        }
    }

    #[test]
    fn formats_that_show_the_number_itself_say_nothing() {
        for (format, number) in [
            ("General", "5"),
            ("General\"人\"", "5"),
            ("[DBNum1]0", "5"),
            ("0", "-5"),
            ("0.00", "5"),
            ("#,##0", "12345"),
            ("0\"人\"", "5"),
            ("0%", "5"),
            ("yyyy-mm-dd", "44000"),
            ("@", "5"),
            ("0.00E+00", "12345"),
            ("# ?/?", "0.5"),
            ("¥#,##0.00", "5"),
            ("#,##0_);[Red]\\(#,##0\\)", "-5"),
            ("#,##0;[Red]#,##0", "-5"),
            ("0;-0", "-5"),
            ("0;0", "5"),
            ("0;0", "0"),
            ("0,", "0"),
            ("0;-0;;@", "0"),
            ("_ * #,##0_ ;_ * -#,##0_ ;_ * \"-\"_ ;_ @_ ", "0"),
            ("_ * #,##0_ ;_ * -#,##0_ ;_ * \"-\"_ ;_ @_ ", "-12"),
            ("[>=10000]0.0,\"k\";0", "123"),
            ("[>=10000]0.0,\"k\";0", "-5"),
            ("[h]:mm", "5"),
            ("00000", "12"),
            ("0;0", "-"),
        ] {
            assert!(!hides(format, number), "{format} {number}");
        }
    }
}

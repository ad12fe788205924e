//! The words of `unit_words.toml`: what is said around a unit in a line of a sheet.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;

use super::words::words;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    notes: Vec<String>,
    lined_notes: Vec<String>,
    subjects: Vec<String>,
    scopes: Vec<String>,
    things: BTreeMap<String, Vec<String>>,
    between: [String; 2],
    links: Vec<String>,
    link_ends: Vec<String>,
    joins: Vec<String>,
    clause: String,
    opens: String,
    tail: String,
    goes_on: String,
    row_labels: Vec<String>,
    except: String,
    except_marked: String,
    powers: Vec<[String; 2]>,
    short_multiples: String,
    multiples: String,
    numbered: String,
    remarks: Vec<String>,
    ordinals: Vec<String>,
    unit_shapes: String,
    other_figures: String,
    parts: String,
    unit_signs: String,
    unit_words: Vec<String>,
    leads: Vec<String>,
    scales: Vec<String>,
    currencies: Vec<String>,
    owners: Vec<String>,
    dates: Vec<String>,
}

/// The compiled words.
pub(super) struct UnitWords {
    file: File,
    clause: Regex,
    opens: Regex,
    tail: Regex,
    goes_on: Regex,
    except: Regex,
    except_marked: Regex,
    powers: Vec<(Regex, String)>,
    short_multiples: Regex,
    multiples: Regex,
    numbered: Regex,
    unit_shapes: Regex,
    other_figures: Regex,
    parts: Regex,
    unit_signs: Regex,
}

/// The one set of words.
pub(super) fn unit_words() -> &'static UnitWords {
    static WORDS: LazyLock<UnitWords> = LazyLock::new(|| {
        let text = include_str!("unit_words.toml");
        let file: File = toml::from_str(text).expect("unit_words.toml is read by every test");
        let compiled = |pattern: &str| Regex::new(pattern).expect("unit_words.toml is read by every test");
        let powers = file.powers.iter().map(|[from, to]| (compiled(from), to.clone()));
        UnitWords {
            clause: compiled(&file.clause),
            opens: compiled(&file.opens),
            tail: compiled(&file.tail),
            goes_on: compiled(&file.goes_on),
            except: compiled(&file.except),
            except_marked: compiled(&file.except_marked),
            powers: powers.collect(),
            short_multiples: compiled(&file.short_multiples),
            multiples: compiled(&file.multiples),
            numbered: compiled(&file.numbered),
            unit_shapes: compiled(&file.unit_shapes),
            other_figures: compiled(&file.other_figures),
            parts: compiled(&file.parts),
            unit_signs: compiled(&file.unit_signs),
            file,
        }
    });
    &WORDS
}

impl UnitWords {
    /// What stands before and behind the last `单位：` of a folded text.
    pub(super) fn note<'a>(&self, folded: &'a str) -> Option<(&'a str, &'a str)> {
        let found = self.file.notes.iter().chain(&self.file.lined_notes).filter_map(|lead| {
            let at = folded.rfind(lead.as_str())?;
            Some((&folded[..at], &folded[at + lead.len()..]))
        });
        found.min_by_key(|(_, behind)| behind.len())
    }

    /// What stands between 以 and 为单位, and what before 以.
    pub(super) fn between<'a>(&self, folded: &'a str) -> Option<(&'a str, &'a str)> {
        let [open, close] = &self.file.between;
        let (before, _) = folded.split_once(close.as_str())?;
        before.rsplit_once(open.as_str())
    }

    /// The unit at the beginning of `in thousands of yuan by county`, of a text in small letters, and what stands behind it.
    pub(super) fn clause<'a>(&self, lower: &'a str) -> Option<(&'a str, &'a str)> {
        let unit = self.clause.captures(lower)?.get(1)?;
        Some((unit.as_str().trim(), &lower[unit.end()..]))
    }

    /// Whether a text in small letters begins like a unit, so that there is a finding where it is unknown.
    pub(super) fn opens_unit(&self, lower: &str) -> bool {
        self.opens.is_match(lower)
    }

    /// A folded text without the day, the year and the number of a page behind it: `元2020年12月31日`, `千元第1页`.
    pub(super) fn without_tail<'a>(&self, folded: &'a str) -> &'a str {
        let tail = self.tail.find(folded);
        tail.map_or(folded, |tail| &folded[..tail.start()])
    }

    /// Whether a word goes on with the unit that stands before it: `元 每人`.
    pub(super) fn goes_on(&self, token: &str) -> bool {
        self.goes_on.is_match(token)
    }

    /// Whether a folded text is what a row of units is labelled with: `计量单位:`.
    pub(super) fn labels_units(&self, folded: &str) -> bool {
        let label = folded.trim_matches(|c: char| !c.is_alphanumeric());
        self.file.row_labels.iter().any(|word| word == label)
    }

    /// Whether a line in small letters leaves columns out of what it says: `all in thousands except area`.
    pub(super) fn leaves_out(&self, lower: &str) -> bool {
        self.except.is_match(&self.except_marked.replace_all(lower, " "))
    }

    /// Whether a line gives way to what headers say: `unless otherwise stated`.
    pub(super) fn defers(&self, line: &str) -> bool {
        self.except_marked.is_match(&line.to_lowercase())
    }

    /// A line in small letters with words for powers of ten: `10^3 persons`, `x 1,000`, `'000`.
    pub(super) fn with_powers<'a>(&self, lower: &'a str) -> Cow<'a, str> {
        let mut text = Cow::Borrowed(lower);
        for (pattern, word) in self
            .powers
            .iter()
            .filter(|_| lower.contains("10") || lower.contains("000"))
        {
            if pattern.is_match(&text) {
                text = Cow::Owned(pattern.replace_all(&text, word.as_str()).into_owned());
            }
        }
        text
    }

    /// Whether a text in small letters is a sign of money and a multiple: `$m`, `USD bn`.
    pub(super) fn is_short_multiple(&self, lower: &str) -> bool {
        self.short_multiples.is_match(lower)
    }

    /// Whether a line in small letters has a multiple that is no part of a number.
    pub(super) fn has_multiple(&self, lower: &str) -> bool {
        self.multiples.is_match(&self.numbered.replace_all(lower, " "))
    }

    /// The unit that a folded text names of something, and of what: `人口为千人`, `面积以公顷计`.
    pub(super) fn linked<'a>(&self, folded: &'a str, is_unit: impl Fn(&str) -> bool) -> Option<(&'a str, &'a str)> {
        let bare = |text: &'a str| {
            let mut ends = self.file.link_ends.iter();
            ends.find_map(|end| text.strip_suffix(end.as_str())).unwrap_or(text)
        };
        let found = self.file.links.iter().filter_map(|link| {
            let at = folded.rfind(link.as_str())?;
            let unit = bare(&folded[at + link.len()..]);
            is_unit(unit).then_some((&folded[..at], unit))
        });
        found.min_by_key(|(label, _)| label.len())
    }

    /// The parts of what a unit is said of: `Budget and population`, `户数、人数`.
    pub(super) fn things_of<'a>(&self, label: &'a str) -> Vec<&'a str> {
        let mut parts = vec![label];
        let joins = self.file.joins.iter().map(String::as_str);
        for join in joins.chain([" and ", ","]) {
            parts = parts.into_iter().flat_map(|part| part.split(join)).collect();
        }
        parts
    }

    /// The unit that figures of a kind have: person for 人数.
    pub(super) fn thing(&self, folded: &str) -> Option<&str> {
        let mut things = self.file.things.iter();
        let found = things.find(|(_, words)| words.iter().any(|word| word == folded));
        found.map(|(unit, _)| unit.as_str())
    }

    /// The first kind of figures that a label has a word for.
    pub(super) fn thing_in(&self, folded: &str) -> Option<&str> {
        let mut things = self.file.things.iter();
        let found = things.find(|(_, words)| words.iter().any(|word| folded.contains(word.as_str())));
        found.map(|(unit, _)| unit.as_str())
    }

    /// A label without one word at its ends that adds no meaning; None: it has none.
    pub(super) fn without_subject<'a>(&self, label: &'a str) -> Option<&'a str> {
        let label = label.trim_matches(|c: char| !c.is_alphanumeric());
        let at_border =
            |word: &str, next: Option<char>| !word.is_ascii() || next.is_none_or(|next| !next.is_ascii_alphabetic());
        let words = || self.file.subjects.iter().map(String::as_str);
        let behind = words().filter_map(|word| {
            let rest = label.strip_prefix(word)?;
            at_border(word, rest.chars().next()).then_some(rest)
        });
        let before = words().filter_map(|word| {
            let rest = label.strip_suffix(word)?;
            at_border(word, rest.chars().next_back()).then_some(rest)
        });
        behind.chain(before).min_by_key(|rest| rest.len())
    }

    /// Whether a bracket behind a header, in small letters, is a remark and no unit: a year, the mark of a note, `est.`, 年末.
    pub(super) fn is_remark(&self, lower: &str) -> bool {
        let is_plain = |word: &str| self.file.remarks.iter().any(|remark| remark == word);
        let is_mark = |word: &str| word.len() == 1 && !matches!(word, "k" | "m" | "t" | "h" | "g" | "l" | "w");
        let is_year = |word: &str| word.len() == 4 && (word.starts_with("19") || word.starts_with("20"));
        let dated = |word: &str| {
            let rest = word.trim_start_matches(|c: char| c.is_ascii_digit());
            let rest = rest.strip_prefix('年').filter(|_| rest.len() < word.len())?;
            Some(rest.is_empty() || is_plain(rest))
        };
        let is_zeros = |word: &str| word.len() > 1 && word.bytes().all(|b| b == b'0');
        let is_number = |word: &str| {
            let is_short = word.len() < 3 && !is_zeros(word);
            word.bytes().all(|b| b.is_ascii_digit()) && (is_short || is_year(word))
        };
        let is_ordinal = |word: &str| {
            let behind = word.trim_start_matches(|c: char| c.is_ascii_digit());
            behind.len() < word.len() && self.file.ordinals.iter().any(|one| one == behind)
        };
        let is_signed = lower.contains(|c: char| {
            !c.is_alphanumeric() && !c.is_whitespace() && !matches!(c, '.' | ',' | '-' | '–' | '/')
        });
        let words = lower
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty());
        let mut words = words.map(|word| {
            is_plain(word) || is_mark(word) || is_number(word) || is_ordinal(word) || dated(word) == Some(true)
        });
        !is_signed && words.all(|is_known| is_known)
    }

    /// Whether a bracket in small letters says which part of the figures a column holds: `female`, `65+`, 城镇.
    pub(super) fn is_part_of_figures(&self, lower: &str) -> bool {
        self.parts.is_match(lower)
    }

    /// Whether a text in small letters says that the figures are of another kind than a form's own: `plan`, `rank`, 上年.
    pub(super) fn is_of_other_figures(&self, lower: &str) -> bool {
        self.other_figures.is_match(lower)
    }

    /// Whether a text in small letters says how many of something each figure means: `10k`, `1e3`, `00`.
    pub(super) fn has_unit_shape(&self, lower: &str) -> bool {
        self.unit_shapes.is_match(lower)
    }

    /// Whether a text in small letters has a sign that only units have.
    pub(super) fn has_unit_sign(&self, lower: &str) -> bool {
        self.unit_signs.is_match(lower)
    }

    /// Whether a word in small letters is that of a multiple, of money, or of a unit that is not converted.
    pub(super) fn is_unit_word(&self, word: &str) -> bool {
        let lists = [&self.file.unit_words, &self.file.scales, &self.file.currencies];
        lists.iter().any(|list| list.iter().any(|one| one == word))
    }

    /// Whether a text says nothing but what a unit of measure is for: `注:金额`.
    pub(super) fn is_subject(&self, folded: &str) -> bool {
        let mut rest = folded;
        loop {
            rest = rest.trim_start_matches(|c: char| !c.is_alphabetic());
            let word = self.file.subjects.iter().chain(self.file.things.values().flatten());
            let Some(next) = word
                .filter_map(|word| rest.strip_prefix(word.as_str()))
                .min_by_key(|rest| rest.len())
            else {
                return rest.is_empty();
            };
            rest = next;
        }
    }

    /// Whether it says that a unit is that of one column.
    pub(super) fn is_scope(&self, folded: &str) -> bool {
        self.file.scopes.iter().any(|word| folded.contains(word.as_str()))
    }

    /// A folded unit without the words that may stand before it.
    pub(super) fn without_lead<'a>(&self, folded: &'a str) -> Option<&'a str> {
        let mut leads = self.file.leads.iter();
        leads.find_map(|lead| folded.strip_prefix(lead.as_str()))
    }

    /// Whether a unit is one that dates have, too.
    pub(super) fn is_of_dates(&self, folded: &str) -> bool {
        self.file.dates.iter().any(|word| word == folded)
    }

    /// Whether a folded unit is one of money. A word in Chinese characters ends it: `日元`, `万元/人`, and not 元氏县.
    pub(super) fn is_money(&self, folded: &str) -> bool {
        let is_of = |part: &str, word: &String| {
            let is_latin = word.is_ascii() || !word.starts_with(char::is_alphabetic);
            part.ends_with(word.as_str()) || (is_latin && part.starts_with(word.as_str()))
        };
        folded
            .split('/')
            .any(|part| self.file.currencies.iter().any(|word| is_of(part, word)))
    }

    /// What is left of a folded unit without the multiple that it begins or ends with; None: it has none.
    pub(super) fn without_scale<'a>(&self, folded: &'a str) -> Option<&'a str> {
        let words = || self.file.scales.iter().map(String::as_str);
        let mut rest = folded;
        while let Some(next) = words()
            .filter_map(|word| rest.strip_prefix(word))
            .min_by_key(|rest| rest.len())
        {
            rest = next.strip_prefix('s').unwrap_or(next);
        }
        if rest.len() == folded.len() {
            let latin = |word: &&str| word.is_ascii() || word.starts_with('’');
            let plain = rest.trim_end_matches('s');
            let mut ends = words().filter(latin).map(|word| word.trim_end_matches('s'));
            return ends.find_map(|word| plain.strip_suffix(word));
        }
        Some(rest.strip_prefix("of").unwrap_or(rest))
    }

    /// Whether a folded text ends like the name of a place or an office.
    pub(super) fn is_owner(&self, folded: &str) -> bool {
        let ends = |word: &String| folded.ends_with(word.as_str());
        self.file.owners.iter().any(ends) || words().names_office(folded)
    }
}

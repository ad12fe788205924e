//! Number formats of OpenDocument, as other programs write them.

use std::collections::BTreeMap;

use quick_xml::events::BytesStart;

use crate::intake::workbook::xml::attribute;

/// A number format.
#[derive(Clone, Default)]
pub(super) struct Coded {
    /// As `NumberFormat` reads it.
    pub(super) code: String,
    /// A fraction, an exponent and the like, which show the number itself.
    pub(super) is_other: bool,
    /// Conditions, and the names of the formats that take this one's place where they hold.
    pub(super) instead: Vec<(String, String)>,
}

/// The digits of a number format.
#[derive(Default)]
pub(super) struct Digits {
    pub(super) least: usize,
    /// None: as many as the number has.
    decimals: Option<usize>,
    /// Those of them that are always shown.
    fixed: usize,
    grouped: bool,
    /// By what they divide what they show.
    factor: f64,
    /// Texts among the digits before the point: how many digits stand behind each.
    pub(super) texts: BTreeMap<usize, String>,
}

/// How a program writes that a condition holds for all numbers: none is larger.
pub(super) const LARGEST: &str = "<=1.797693134862315";

/// Most digits of a format that are looked at.
pub(super) const MOST_DIGITS: u64 = 30;

impl Digits {
    pub(super) fn of(tag: &BytesStart<'_>) -> Digits {
        let count = |name, default| number(tag, name, default).min(MOST_DIGITS) as usize;
        let factor = attribute(tag, "number:display-factor");
        let has = |name: &str| attribute(tag, name).is_some();
        let decimals = has("number:decimal-places").then(|| count("number:decimal-places", 0));
        let fixed = ["number:min-decimal-places", "loext:min-decimal-places"]
            .into_iter()
            .find(|name| has(name));
        Digits {
            least: count("number:min-integer-digits", 1),
            decimals,
            fixed: fixed.map_or(MOST_DIGITS as usize, |name| count(name, 0)),
            grouped: attribute(tag, "number:grouping").is_some_and(|grouping| grouping == "true"),
            factor: factor.and_then(|factor| factor.parse().ok()).unwrap_or(1.0),
            texts: BTreeMap::new(),
        }
    }

    /// As `NumberFormat` reads them.
    pub(super) fn code(&self) -> String {
        let is_plain = self.least <= 1 && !self.grouped && self.texts.is_empty();
        if self.decimals.is_none() && is_plain && self.factor <= 1.0 {
            return "General".to_owned();
        }
        let mut code = match (self.grouped && self.texts.is_empty(), self.least) {
            (true, _) => "#,##0".to_owned(),
            (false, 0) if self.texts.is_empty() => "#".to_owned(),
            (false, least) => self.zeros(least),
        };
        let decimals = self.decimals.unwrap_or(0);
        if decimals > 0 {
            let fixed = self.fixed.min(decimals);
            code += &format!(".{}{}", "0".repeat(fixed), "#".repeat(decimals - fixed));
        }
        // Each comma divides by a thousand.
        let mut rest = self.factor;
        while rest > 1.0 && rest <= 1e30 {
            code.push(',');
            rest /= 1000.0;
        }
        code
    }

    /// A zero for each digit that is always shown, and the texts among the digits. In front of the first text, digits may stand.
    fn zeros(&self, least: usize) -> String {
        let first = self.texts.keys().next_back().copied();
        let mut code = String::new();
        if first.is_some_and(|first| first >= least) {
            code.push('#');
        }
        for behind in (0..=least.max(first.unwrap_or(0))).rev() {
            if let Some(text) = self.texts.get(&behind) {
                code += &quoted(text);
            }
            if behind > 0 {
                code.push(if behind > least { '#' } else { '0' });
            }
        }
        code
    }
}

/// Whether a format counts hours, minutes or seconds beyond a day: it shows a span of time.
pub(super) fn is_span(tag: &BytesStart<'_>) -> bool {
    attribute(tag, "number:truncate-on-overflow").is_some_and(|truncates| truncates == "false")
}

/// A part of a day or of its time, as `NumberFormat` reads it; None: something else.
pub(super) fn part_of_day(name: &str, tag: &BytesStart<'_>) -> Option<&'static str> {
    Some(match name {
        "number:year" if attribute(tag, "number:style").is_some_and(|style| style == "long") => "yyyy",
        "number:year" => "yy",
        "number:month" if attribute(tag, "number:textual").is_some_and(|textual| textual == "true") => "mmm",
        "number:month" => "m",
        "number:day" => "d",
        "number:day-of-week" => "dddd",
        "number:hours" => "h",
        "number:minutes" => "mm",
        "number:seconds" => "ss",
        "number:era" | "number:quarter" | "number:week-of-year" | "number:am-pm" => "",
        _ => return None,
    })
}

/// Whether an element is a number format. One whose last section is for texts is a format of text, with the others as conditions.
pub(super) fn is_style_of_numbers(name: &str) -> bool {
    matches!(
        name,
        "number:number-style"
            | "number:currency-style"
            | "number:date-style"
            | "number:time-style"
            | "number:text-style"
    )
}

/// A text as a number format writes it.
pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', ""))
}

pub(super) fn number(tag: &BytesStart<'_>, name: &str, default: u64) -> u64 {
    attribute(tag, name)
        .and_then(|value| value.parse().ok())
        .unwrap_or(default)
}

//! The words of `words.toml`, and the fold under which cells are compared with them.

mod borders;
mod file;
mod sums;

use std::sync::LazyLock;

use regex::Regex;
use unicode_normalization::UnicodeNormalization;

use crate::domain::fold;
use borders::{Borders, borders};
use file::File;

/// The compiled words.
pub(super) struct Words {
    file: File,
    /// How words of totals begin and end: one look shows that most names are no totals.
    totals: Borders,
    /// A line that only numbers a page.
    page: Regex,
    /// First bytes of words that open a footer or a part row.
    footer_starts: [bool; 256],
    /// The stated period.
    pub(super) period: Regex,
    /// What a foot note begins with.
    note_mark: Regex,
    office_year: Regex,
    date: Regex,
}

/// The one set of words.
pub(super) fn words() -> &'static Words {
    static WORDS: LazyLock<Words> = LazyLock::new(|| {
        let file: File = toml::from_str(include_str!("words.toml")).expect("words.toml is read by every test");
        let compiled = |pattern: &str| Regex::new(pattern).expect("words.toml is read by every test");
        let period = compiled(&file.period);
        let (note_mark, office_year) = (compiled(&file.note_mark), compiled(&file.office_year));
        let date = compiled(&file.date);
        let page = compiled(&file.pages);
        let totals = borders(&file);
        let mut footer_starts = [false; 256];
        for word in file.footers.iter().chain(&file.form_lines).chain(&file.parts) {
            footer_starts[word.bytes().next().map_or(0, usize::from)] = true;
        }
        Words {
            file,
            totals,
            page,
            footer_starts,
            period,
            note_mark,
            office_year,
            date,
        }
    });
    &WORDS
}

/// Longest label, in bytes.
const LABEL_LENGTH: usize = 40;
/// Longest line that ends a table, in bytes, and the fewest signs of a drawn one.
const CLOSING_LENGTH: usize = 200;
const LINE: usize = 3;
/// Longest cell, in bytes, that can be a date.
const DATE_LENGTH: usize = 48;
impl Words {
    /// Whether a cell begins a sub-row of a total.
    pub(super) fn is_part(&self, cell: &str) -> bool {
        self.begins(cell, &self.file.parts)
    }

    /// Whether a cell opens the lines below the table.
    pub(super) fn is_footer(&self, cell: &str) -> bool {
        self.begins(cell, &self.file.footers) || self.is_form_line(cell)
    }

    /// Whether it does as a line that the form itself has there: a signature, a date, how to fill it in.
    pub(super) fn is_form_line(&self, cell: &str) -> bool {
        self.begins(cell, &self.file.form_lines)
    }

    /// Whether a cell is a label and nothing else, with a number behind it or without: `Telephone:`, 年份, `Note 1`.
    pub(super) fn is_label(&self, cell: &str) -> bool {
        let is_number = |c: char| c.is_numeric() || !c.is_alphanumeric();
        cell.len() <= LABEL_LENGTH && {
            let folded = fold(cell);
            let bare = folded.trim_matches(is_number);
            let words = self.file.labels.iter().chain(&self.file.form_lines);
            let mut words = words.map(|word| word.trim_end_matches(':'));
            words.any(|label| label == bare)
        }
    }

    /// Whether what stands before the colon of a cell is a label or, where it has no letters of ours, ends in one: 打印日期：2021-01-08.
    pub(super) fn is_labelled_line(&self, cell: &str) -> bool {
        let Some((label, _)) = cell.split_once([':', '：']) else {
            return false;
        };
        let folded = if label.len() <= LABEL_LENGTH {
            fold(label)
        } else {
            String::new()
        };
        let ends = |word: &String| *word == folded || (!word.is_ascii() && folded.ends_with(word.as_str()));
        self.is_label(label) || self.file.labels.iter().any(ends)
    }

    /// Whether a cell says that the table ends, or draws a line below it: ——以上——, `***`.
    pub(super) fn is_closing(&self, cell: &str) -> bool {
        let is_sign = |c: char| !c.is_alphanumeric();
        if cell.len() > CLOSING_LENGTH {
            return false;
        }
        let folded = fold(cell);
        let bare = folded.trim_matches(is_sign);
        match bare.is_empty() {
            true => folded.chars().count() >= LINE,
            false => self.file.closings.iter().any(|word| word == bare),
        }
    }

    /// Whether a folded text below a table says where the figures are from: a link, or an office and a year.
    pub(super) fn is_reference(&self, folded: &str) -> bool {
        let names = |words: &[String]| words.iter().any(|word| folded.contains(word.as_str()));
        names(&self.file.references) || (self.office_year.is_match(folded) && self.names_office(folded))
    }

    /// Whether a folded text names an office.
    pub(super) fn names_office(&self, folded: &str) -> bool {
        self.file.offices.iter().any(|word| folded.contains(word.as_str()))
    }

    /// Whether a cell only numbers a page: `Page 2`, 第2页.
    pub(super) fn is_page(&self, cell: &str) -> bool {
        cell.len() <= DATE_LENGTH && self.page.is_match(&fold(cell))
    }

    /// Whether a cell is a date, and nothing else.
    pub(super) fn is_date(&self, cell: &str) -> bool {
        cell.len() <= DATE_LENGTH && self.date.is_match(&fold(cell))
    }

    /// Whether a text begins like a foot note: `1/`, `*`, `(a)`, `①`.
    pub(super) fn is_marked(&self, text: &str) -> bool {
        // Folding would make plain digits of them.
        let is_sign = text
            .chars()
            .next()
            .is_some_and(|first| self.file.note_signs.contains(first));
        // `* 2020 figures are provisional`; folding would join the mark to the year.
        let is_parted = || {
            let behind = text.trim_start_matches(|c| self.file.note_marks.contains(c));
            behind.len() < text.len() && behind.starts_with(char::is_whitespace)
        };
        is_sign || is_parted() || self.note_mark.is_match(&fold_start(text))
    }

    /// Whether a character marks a note: `*`, `①`.
    pub(super) fn marks_note(&self, c: char) -> bool {
        self.file.note_marks.contains(c) || self.file.note_signs.contains(c)
    }

    /// Whether a text begins with a word for a remark, and not with a longer word: `Note that`, `注 本表`.
    pub(super) fn begins_remark(&self, text: &str) -> bool {
        let lower = text.trim_start().to_lowercase();
        let begins = |word: &String| {
            let behind = lower.strip_prefix(word.as_str());
            behind.is_some_and(|behind| {
                !behind.starts_with(char::is_alphanumeric) || word.chars().count() > 1 && !word.is_ascii()
            })
        };
        self.file.remarks.iter().any(begins)
    }

    fn begins(&self, cell: &str, words: &[String]) -> bool {
        let cell = cell.trim_start();
        let Some(first) = cell.bytes().next() else { return false };
        // Full-width letters and brackets fold into others, so a byte above the three-byte range of words is looked at.
        if first != 0xEF && first.is_ascii() && !self.footer_starts[usize::from(first.to_ascii_lowercase())] {
            return false;
        }
        let folded = fold_start(cell);
        words.iter().any(|word| folded.starts_with(word.as_str()))
    }

    /// A normalised header whose parts have lost prefixes that say nothing, if any has one.
    pub(super) fn without_prefixes(&self, header: &str) -> Option<String> {
        let strip = |part| {
            let rest = self
                .file
                .header_prefixes
                .iter()
                .find_map(|prefix| str::strip_prefix(part, prefix.as_str()));
            rest.map_or(part, |rest| rest.trim_start_matches([',', '、']))
        };
        let plain: Vec<&str> = header.split('/').map(strip).filter(|part| !part.is_empty()).collect();
        let plain = plain.join("/");
        (plain != header).then_some(plain)
    }

    /// Whether a lone cell says that the table goes on: `续表 1`.
    pub(super) fn is_continuation(&self, cell: &str) -> bool {
        let folded = fold(cell);
        let word = |word: &String| folded.starts_with(word.as_str()) || folded.ends_with(word.as_str());
        self.file.continuations.iter().any(word)
    }

    /// Whether a header is that of a column of running numbers: 序号, `No.`, `#`.
    pub(super) fn is_serial(&self, header: &str) -> bool {
        let plain: String = fold(header).chars().filter(|c| c.is_alphanumeric()).collect();
        header.len() <= LABEL_LENGTH && self.file.serials.contains(&plain)
    }

    /// Whether a cell only counts columns by a word (甲, A).
    pub(super) fn is_counter(&self, cell: &str) -> bool {
        self.file.counters.iter().any(|word| word == cell)
    }

    /// Whether a title cell names another time than the period.
    pub(super) fn tells_no_period(&self, folded: &str) -> bool {
        self.file.not_a_period.iter().any(|word| folded.contains(word.as_str()))
    }

    /// Whether a half is the first one.
    pub(super) fn is_first_half(&self, half: &str) -> bool {
        half == self.file.first_half || half == "1"
    }

    /// A number in either kind of digits: `2019`, `二〇一九`, `十二`.
    pub(super) fn number(&self, text: &str) -> Option<i32> {
        if let Some((tens, ones)) = text.split_once(self.file.ten.as_str()) {
            let part = |text: &str| if text.is_empty() { Some(0) } else { self.number(text) };
            return Some(part(tens)?.max(1) * 10 + part(ones)?);
        }
        text.chars().try_fold(0, |sum: i32, c| {
            let digit = match c.to_digit(10) {
                Some(digit) => digit as i32,
                None => self.file.digits.iter().position(|same| same.contains(c))? as i32,
            };
            sum.checked_mul(10)?.checked_add(digit)
        })
    }
}

/// Half-width, without blanks.
pub(super) fn squeeze(text: &str) -> String {
    text.nfkc().filter(|c| !c.is_whitespace()).collect()
}

/// [`fold`] for the first characters only.
fn fold_start(text: &str) -> String {
    let end = text.char_indices().nth(16).map_or(text.len(), |(at, _)| at);
    fold(&text[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn footers_are_told_from_names() {
        let words = words();
        for footer in [
            "填表说明：1.",
            "单位负责人：",
            "注：本表",
            " 注: x",
            "备注：无",
            "Notes",
            "Source: NBS",
            "填 表 人",
        ] {
            assert!(words.is_footer(footer), "{footer}");
        }
        for name in ["", "注水村", "北京市", "Norway", "Southland", "备战社区", "130102"] {
            assert!(!words.is_footer(name), "{name}");
        }
    }

    #[test]
    fn dates_are_told_from_figures() {
        let words = words();
        for date in [
            "2020年12月31日",
            "2020 年 12 月",
            "2020-12-31",
            "2020/1/5",
            "2020.12.31",
            "2020-12-31T00:00:00",
            "2020-12-31 08:30:00",
            "31.12.2020",
            "12/31/2020",
            "二〇二〇年十二月三十一日",
            "31 December 2020",
            "Dec. 31st, 2020",
        ] {
            assert!(words.is_date(date), "{date}");
        }
        for cell in [
            "",
            "2020",
            "2020.12",
            "20201231",
            "12-31",
            "12,500",
            "1.5",
            "Decatur 12",
            "2020年",
        ] {
            assert!(!words.is_date(cell), "{cell}");
        }
    }

    #[test]
    fn numbers_in_either_digits() {
        for (text, number) in [
            ("2019", Some(2019)),
            ("二〇一九", Some(2019)),
            ("二零二〇", Some(2020)),
            ("十", Some(10)),
            ("十二", Some(12)),
            ("三", Some(3)),
            ("x", None),
        ] {
            assert_eq!(words().number(text), number, "{text}");
        }
    }
}

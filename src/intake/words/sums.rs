//! Names of rows that are sums of other rows, or their average or the like: 合计, `Total 2022`, `Average per district`, 合计（3个）.

#[cfg(test)]
mod tests;

use unicode_normalization::UnicodeNormalization;

use super::Words;
use super::borders::Borders;
use crate::domain::fold;

/// Longest cell, in bytes, that can be a name of a total.
const LONGEST: usize = 64;
/// Digits of the longest number of rows.
const COUNT: usize = 5;

/// What a word for a total is the sum of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum SumWord {
    /// All rows.
    Whole,
    /// Some of them.
    Section,
    /// No sum of them: their average or the like.
    Summary,
}

/// What a name says of the rows it sums up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Said {
    word: SumWord,
    /// It has words beside those of a total, or one of a comparison.
    is_phrase: bool,
    /// The year it names.
    year: Option<i32>,
}

/// How sure it is that a name of several words is that of a total.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    /// It may be that of a record.
    Likely,
    Sure,
}

/// Signs that are words for a sum by themselves.
const SIGNS: [char; 1] = ['∑'];

/// Whether a text has a letter.
fn says(text: &str) -> bool {
    text.chars().any(char::is_alphabetic)
}

/// [`char::is_alphanumeric`], which looks up what is no ASCII in a table: most names are of common ideographs.
fn is_alphanumeric(c: char) -> bool {
    match c {
        '\u{4e00}'..='\u{9fff}' => true,
        c => c.is_alphanumeric(),
    }
}

fn is_full_width(c: char) -> bool {
    ('\u{ff00}'..='\u{ffef}').contains(&c)
}

fn lower(c: char) -> char {
    match c {
        '\u{4e00}'..='\u{9fff}' => c,
        c => c.to_lowercase().next().unwrap_or(c),
    }
}

impl Words {
    /// Whether a name is that of a sum of other rows, or of their average or the like.
    pub(in crate::intake) fn is_total(&self, cell: &str) -> bool {
        if !self.may_be_total(cell) {
            return false;
        }
        let line = spaced(cell);
        let bare = fold(self.without_bracket(&line));
        let bare = bare.trim_end_matches([':', ')', '.']);
        let ends = |word: &String| bare.ends_with(word.as_str());
        self.file.total_endings.iter().any(ends) || self.said(cell).is_some() || self.part(&line) == Some(Part::Sure)
    }

    /// Whether a name begins or ends with the word of a total, and has other words beside it: `Total North`. It may be that of a record.
    pub(in crate::intake) fn is_like_total(&self, cell: &str) -> bool {
        self.may_be_total(cell) && self.part(&spaced(cell)) == Some(Part::Likely)
    }

    /// What a name says that has the word of a total at one end and other words at the other.
    fn part(&self, line: &str) -> Option<Part> {
        let line = line.trim_matches(|c: char| !c.is_alphanumeric());
        let of = |text: &str| match self.plain(&fold(text)) {
            Some(word @ (SumWord::Whole | SumWord::Section)) if says(text) => Some(word),
            _ => None,
        };
        let mut found = None;
        for (at, sign) in line.char_indices().filter(|(_, c)| !c.is_alphanumeric()) {
            let (before, behind) = (&line[..at], &line[at + sign.len_utf8()..]);
            let (word, rest, is_first) = match (of(before), of(behind)) {
                (Some(word), None) => (word, behind, true),
                (None, Some(word)) => (word, before, false),
                _ => continue,
            };
            let rest = rest.trim_matches(|c: char| !c.is_alphanumeric());
            if !rest.chars().any(char::is_alphabetic) || self.is_join(rest) {
                continue;
            }
            let gap = line[at..].chars().take_while(|c| !c.is_alphanumeric());
            let is_parted = is_first && gap.into_iter().any(|c| self.file.part_signs.contains(c));
            let part = match word == SumWord::Section || is_parted {
                true => Part::Sure,
                false => Part::Likely,
            };
            found = found.max(Some(part));
        }
        found
    }

    /// Whether a text is a word that something has to follow.
    fn is_join(&self, text: &str) -> bool {
        self.file.joins.iter().any(|word| word == text)
    }

    /// Whether a name may be a total by its first and last characters: one look shows that most names are none.
    pub(in crate::intake) fn may_be_total(&self, cell: &str) -> bool {
        if cell.len() > LONGEST {
            return false;
        }
        let is_letter = |c: &char| is_alphanumeric(*c) || SIGNS.contains(c);
        let Some(last) = cell.chars().rev().find(is_letter) else {
            return false;
        };
        let Borders { ends, starts, .. } = &self.totals;
        let is_end = self.totals.end_sieve.may_hold(last) && ends.binary_search(&last).is_ok();
        if is_end || is_full_width(last) {
            return true;
        }
        let mut letters = cell.chars().filter(is_letter).map(lower);
        let Some(first) = letters.next() else { return false };
        if is_full_width(first) {
            return true;
        }
        if !self.totals.start_sieve.may_hold(first) {
            return false;
        }
        let second = letters.next();
        let is_start = |second| starts.binary_search(&(first, second)).is_ok();
        is_start(second) || is_start(None)
    }

    /// Whether a name of a total may be that of an area, too: an average or the like, as places may be called Min, or several words.
    pub(in crate::intake) fn is_loose_total(&self, cell: &str) -> bool {
        let said = self.said(cell);
        said.is_some_and(|said| said.is_phrase || said.word == SumWord::Summary)
    }

    /// Whether a name is that of a total in several words, or of a comparison: what is set aside for it is reported.
    pub(in crate::intake) fn is_phrase(&self, cell: &str) -> bool {
        let is_part = || self.part(&spaced(cell)) == Some(Part::Sure);
        self.is_total(cell) && (self.said(cell).is_some_and(|said| said.is_phrase) || is_part())
    }

    /// Whether a name of a total is that of the sum of all rows: the bare word, without an area or kind before it, or with the `year` that
    /// the rows are of.
    pub(in crate::intake) fn is_whole(&self, cell: &str, year: Option<i32>) -> bool {
        self.is_sum(cell, year, SumWord::Whole)
    }

    /// Whether a name of a total is a word for the sum of a section of the rows: `小计`, `State total`.
    pub(in crate::intake) fn is_section(&self, cell: &str, year: Option<i32>) -> bool {
        self.is_sum(cell, year, SumWord::Section)
    }

    fn is_sum(&self, cell: &str, year: Option<i32>, word: SumWord) -> bool {
        self.said(cell).is_some_and(|said| {
            let is_other = year.zip(said.year).is_some_and(|(year, said)| year != said);
            said.word == word && !is_other
        })
    }

    /// What a name says that holds nothing but words of totals and what may stand beside them. A share of a total is none.
    fn said(&self, cell: &str) -> Option<Said> {
        let said = self.in_words(cell)?;
        Some(match cell.contains(['%', '％']) {
            true => Said {
                word: SumWord::Summary,
                ..said
            },
            false => said,
        })
    }

    fn in_words(&self, cell: &str) -> Option<Said> {
        let folded = fold(cell);
        if let Some(word) = self.plain(&folded) {
            let compares = |word: &String| folded.contains(word.as_str());
            let is_phrase = word == SumWord::Summary && self.file.comparisons.iter().any(compares);
            return Some(Said {
                word,
                is_phrase,
                year: None,
            });
        }
        if cell.len() > LONGEST {
            return None;
        }
        let line = spaced(cell);
        let bare = self.without_bracket(&line);
        if bare.len() < line.len()
            && let Some(word) = self.plain(&fold(bare))
        {
            let (is_phrase, year) = (true, self.years_in(&line[bare.len()..]));
            return Some(Said { word, is_phrase, year });
        }
        self.phrase(&line)
    }

    /// A name without a bracket at its end that holds numbers, years and words of no weight alone: 合计（3个）.
    fn without_bracket<'t>(&self, line: &'t str) -> &'t str {
        let bare = line.trim_end_matches([':', '.', ' ']);
        let Some((before, inner)) = bare.strip_suffix(')').and_then(|inner| inner.rsplit_once('(')) else {
            return line;
        };
        let is_weightless = self.pieces(inner).is_some_and(|pieces| {
            let mut pieces = pieces.into_iter();
            pieces.all(|piece| !matches!(piece, Piece::Sum(_)))
        });
        if is_weightless { before } else { line }
    }

    fn years_in(&self, text: &str) -> Option<i32> {
        let pieces = self.pieces(text)?;
        pieces.into_iter().find_map(|piece| match piece {
            Piece::Year(year) => Some(year),
            _ => None,
        })
    }

    /// What a folded name says that holds nothing but words for sums, in one language or several: `合计/total`.
    fn plain(&self, folded: &str) -> Option<SumWord> {
        let is_sign = |c: char| !c.is_alphanumeric();
        let mut rest = folded.trim_matches(is_sign);
        rest = self
            .file
            .wholes
            .iter()
            .find_map(|word| rest.strip_prefix(word.as_str()))
            .unwrap_or(rest);
        let mut said = None;
        while !rest.is_empty() {
            let (word, length) = self.sum_word(rest)?;
            said = said.max(Some(word));
            rest = rest[length..].trim_start_matches(is_sign);
        }
        said
    }

    /// The longest word for a sum that a text begins with, and its length.
    fn sum_word(&self, text: &str) -> Option<(SumWord, usize)> {
        let no_sums = || self.file.summaries.iter().chain(&self.file.comparisons);
        let sums = self.file.total_endings.iter().chain(&self.file.totals);
        let first = longest(sums.chain(no_sums()), text)?;
        let word = if self.file.subtotals.contains(first) {
            SumWord::Section
        } else if no_sums().any(|word| word == first) {
            SumWord::Summary
        } else {
            SumWord::Whole
        };
        Some((word, first.len()))
    }

    /// What a name of several words says: `total 2022`, `state total`, `average per district`, 共3个社区.
    fn phrase(&self, line: &str) -> Option<Said> {
        let pieces = self.pieces(line)?;
        // `Totals of` is the beginning of something else.
        if pieces.last() == Some(&Piece::Join) {
            return None;
        }
        let (mut word, mut year) = (None, None);
        let (mut is_of_level, mut is_of_all, mut is_counted, mut count) = (false, false, false, false);
        for piece in pieces {
            match piece {
                Piece::Sum(sum) => {
                    let is_part = sum == SumWord::Whole && is_of_level;
                    word = word.max(Some(if is_part { SumWord::Section } else { sum }));
                }
                Piece::All => is_of_all = true,
                Piece::Counted => is_counted = true,
                Piece::Count => count = true,
                Piece::Level => is_of_level |= word.is_none(),
                Piece::Year(found) => year = Some(found),
                Piece::Beside | Piece::Join => {}
            }
        }
        let word = match word {
            Some(SumWord::Section) if is_of_all => SumWord::Whole,
            Some(word) => word,
            None if is_of_all => SumWord::Whole,
            None if is_counted && count => SumWord::Section,
            None => return None,
        };
        let is_phrase = true;
        Some(Said { word, is_phrase, year })
    }

    /// A text as words of totals and what may stand beside them; None: it holds something else.
    fn pieces(&self, line: &str) -> Option<Vec<Piece>> {
        let mut pieces = Vec::new();
        let mut rest = line;
        let mut is_counted = false;
        while let Some(first) = rest.chars().next() {
            let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
            let found = if digits > 0 {
                let is_year = digits == 4 && (rest.starts_with("19") || rest.starts_with("20"));
                let year = rest[..digits].parse().ok().filter(|_| is_year);
                Some((year.map_or(Piece::Count, Piece::Year), digits))
            } else {
                self.piece(rest)
            };
            let (piece, length) = match found {
                Some(found) => found,
                None if !first.is_alphanumeric() => {
                    rest = &rest[first.len_utf8()..];
                    continue;
                }
                None => return None,
            };
            let (word, behind) = rest.split_at(length);
            // 平均村 is a village.
            let is_loose = !word.is_ascii() && matches!(piece, Piece::Level | Piece::Beside) && !is_counted;
            let is_cut = word.is_ascii() && digits == 0 && behind.starts_with(|c: char| c.is_ascii_alphabetic());
            if is_loose || is_cut || digits > COUNT {
                return None;
            }
            is_counted |= digits > 0;
            pieces.push(piece);
            rest = behind;
        }
        Some(pieces)
    }

    /// The longest word that a text begins with.
    fn piece(&self, text: &str) -> Option<(Piece, usize)> {
        let of = |words: &[String], piece: Piece| longest(words.iter(), text).map(|word| (piece, word.len()));
        let sum = self.sum_word(text).map(|(word, length)| (Piece::Sum(word), length));
        let counted = text.starts_with(self.file.counted.as_str());
        let all = [
            sum,
            of(&self.file.alone, Piece::All),
            of(&self.file.levels, Piece::Level),
            of(&self.file.beside, Piece::Beside),
            of(&self.file.joins, Piece::Join),
            counted.then_some((Piece::Counted, self.file.counted.len())),
        ];
        // Of words of one length the first kind.
        let longest = all.into_iter().flatten().rev();
        longest.max_by_key(|(_, length)| *length)
    }
}

/// A word of a name of a total.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Piece {
    Sum(SumWord),
    All,
    Counted,
    Count,
    Level,
    Year(i32),
    Beside,
    Join,
}

/// Half-width and in small letters, with its blanks.
fn spaced(cell: &str) -> String {
    cell.nfkc().flat_map(char::to_lowercase).collect()
}

fn longest<'w>(words: impl Iterator<Item = &'w String>, text: &str) -> Option<&'w String> {
    let found = words.filter(|word| text.starts_with(word.as_str()));
    found.max_by_key(|word| word.len())
}

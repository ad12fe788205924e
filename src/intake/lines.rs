//! Files whose lines are in two encodings, UTF-8 and GBK: two files joined, or a line that was pasted into another's file.

use encoding_rs::{Encoding, GB18030, UTF_8};

use super::charset::{self, Choice, OtherReading, Words};
use super::dos;

/// Lines of the rarer encoding from which on they are read as what they are: fewer are an accident, shown at its cells.
const JOINED: usize = 3;
/// Share of common characters from which on a line is taken for GBK.
const COMMON: f64 = 0.6;

/// A line whose bytes the file's own encoding cannot read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Reading {
    /// Where the line lies in the decoded text.
    pub(super) from: usize,
    pub(super) to: usize,
    /// What it would say in the other encoding.
    pub(super) text: String,
    pub(super) encoding: &'static Encoding,
}

/// A file decoded line by line.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Lines {
    pub(super) text: String,
    /// Characters that could not be read.
    pub(super) damaged: u64,
    /// Lines that were left unread, and what they may say.
    pub(super) readings: Vec<Reading>,
    /// Lines read in the other encoding, from 1.
    pub(super) joined: Vec<u32>,
    /// Whether most lines are UTF-8.
    pub(super) is_utf8: bool,
    /// The encoding of the lines that are not; None: GBK.
    pub(super) older: Option<&'static str>,
    /// Another encoding that is nearly as likely as that.
    pub(super) rival: Option<OtherReading>,
}

enum Line<'a> {
    /// Valid UTF-8; whether it has a character of three bytes, which GBK text hardly ever looks like.
    Utf8(&'a str, bool),
    /// Not UTF-8; its text in GBK where that is plausible.
    Broken(&'a [u8], Option<String>),
}

/// Reads bytes that are not UTF-8 as a whole; None where nothing in them shows UTF-8.
pub(super) fn read(bytes: &[u8], marked: bool, words: &Words) -> Option<Lines> {
    let lines: Vec<Line> = bytes.split_inclusive(|byte| *byte == b'\n').map(line).collect();
    let counts = LineCounts::of(&lines, words);
    if !marked && !counts.shows_utf8() {
        return None;
    }
    let is_utf8 = marked || counts.is_utf8();
    // Three lines of GBK in a file of letters are not GBK, but letters of another encoding.
    let others = match (is_utf8, counts.strong) {
        (true, 0) => 0,
        (true, _) => counts.gbk,
        (false, strong) => strong,
    };
    let guess = (counts.strong == 0).then(|| charset::guessed(&broken(&lines), None));
    let may_propose = guess.is_none_or(|guess| charset::may_propose(&broken(&lines), guess));
    let mut read = Lines {
        is_utf8,
        older: guess.filter(|_| is_utf8).and_then(charset::name_of_single_byte),
        ..Lines::default()
    };
    for (number, line) in (1..).zip(&lines) {
        let own = match line {
            Line::Utf8(text, _) if is_utf8 || text.is_ascii() => {
                read.text.push_str(text);
                continue;
            }
            Line::Utf8(text, true) => Some((*text).to_owned()),
            Line::Broken(bytes, _) if is_utf8 && guess.is_some() => guess.and_then(|guess| charset::read(bytes, guess)),
            Line::Broken(_, text) if is_utf8 => text.clone(),
            _ => None,
        };
        let bytes = match line {
            Line::Utf8(text, _) => text.as_bytes(),
            Line::Broken(bytes, _) => bytes,
        };
        match own {
            Some(text) if others >= JOINED || charset::evidence(&text, words) > 0 => {
                read.text.push_str(&text);
                read.joined.push(number);
            }
            // Of a file in GBK, the other reading is UTF-8.
            other => {
                let encoding = if is_utf8 { guess.unwrap_or(GB18030) } else { UTF_8 };
                let other = other.filter(|_| may_propose || !is_utf8);
                read.unread(bytes, other.map(|text| (text, encoding)));
            }
        }
    }
    Some(read)
}

/// Reads lines of letters in UTF-8 beside lines of an older encoding that has one byte for each letter and in which a known word
/// stands: as a whole in that encoding, the former would become signs (`Ã–lend`). None: the file is no such mixture.
pub(super) fn beside(bytes: &[u8], words: &Words) -> Option<Lines> {
    let lines: Vec<Line> = bytes.split_inclusive(|byte| *byte == b'\n').map(line).collect();
    let utf8 = || {
        lines.iter().filter_map(|line| match line {
            Line::Utf8(text, _) if !text.is_ascii() => Some(*text),
            _ => None,
        })
    };
    utf8().next()?;
    let (older, rival) = match charset::choose(&broken(&lines), words) {
        Choice::Read(encoding, _) => (Some(encoding), None),
        Choice::Assume(encoding, _, rival) => (Some(encoding), Some(rival)),
        Choice::Dos => (None, None),
        Choice::Refuse(_) | Choice::Unknown(_) => return None,
    };
    let name = older.map_or(Some(dos::NAME), charset::name_of_single_byte)?;
    let in_older = |bytes: &[u8]| older.map_or_else(|| Some(dos::text(bytes)), |older| charset::read(bytes, older));
    let is_utf8 =
        |text: &str| has_only_letters(text) && in_older(text.as_bytes()).is_none_or(|other| is_broken(&other));
    if !utf8().all(is_utf8) {
        return None;
    }
    let count = lines.iter().filter(|line| matches!(line, Line::Broken(..))).count();
    let mut read = Lines {
        is_utf8: utf8().count() >= count,
        older: Some(name),
        rival,
        ..Lines::default()
    };
    for (number, line) in (1..).zip(&lines) {
        let (text, is_own) = match line {
            Line::Utf8(text, _) => ((*text).to_owned(), read.is_utf8 || text.is_ascii()),
            Line::Broken(bytes, _) => (in_older(bytes)?, !read.is_utf8),
        };
        read.text.push_str(&text);
        if !is_own {
            read.joined.push(number);
        }
    }
    Some(read)
}

/// Whether all characters beyond ASCII are letters.
fn has_only_letters(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii() || c.is_alphabetic())
}

/// Whether a text is no words: signs stand among its letters beyond ASCII, or capitals within words.
fn is_broken(text: &str) -> bool {
    let words = text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_ascii());
    !has_only_letters(text) || words.into_iter().any(|word| !charset::is_cased(word))
}

/// What the lines of a file show of its encoding.
struct LineCounts {
    /// Lines of UTF-8 with a character of three bytes.
    strong: usize,
    /// Lines of UTF-8 with any character beyond ASCII.
    beyond: usize,
    /// Lines that are no UTF-8, and those of them that are plausible as GBK.
    broken: usize,
    gbk: usize,
    /// Known words in lines of UTF-8, and in those of GBK.
    known: (usize, usize),
}

impl LineCounts {
    fn of(lines: &[Line], words: &Words) -> LineCounts {
        let mut counts = LineCounts {
            strong: 0,
            beyond: 0,
            broken: 0,
            gbk: 0,
            known: (0, 0),
        };
        for line in lines {
            match line {
                Line::Utf8(text, is_strong) => {
                    counts.strong += usize::from(*is_strong);
                    counts.beyond += usize::from(!text.trim_start_matches('\u{feff}').is_ascii());
                    counts.known.0 += charset::evidence(text, words);
                }
                Line::Broken(_, text) => {
                    counts.broken += 1;
                    counts.gbk += usize::from(text.is_some());
                    counts.known.1 += text.as_ref().map_or(0, |text| charset::evidence(text, words));
                }
            }
        }
        counts
    }

    /// Whether UTF-8 is more than chance. Hardly any line of GBK is valid UTF-8, so where most lines beyond ASCII are, they are.
    fn shows_utf8(&self) -> bool {
        self.known.0 > self.known.1
            || (self.strong > 0 && (self.gbk > 0 || self.strong >= self.broken))
            || self.beyond > self.broken
    }

    /// Whether it is the encoding of the file, and the other lines are the strange ones.
    fn is_utf8(&self) -> bool {
        let knows_more = self.known.0 > self.known.1;
        if self.strong > 0 {
            knows_more || self.strong >= self.gbk
        } else {
            knows_more || (self.known.0 == self.known.1 && self.beyond > self.broken)
        }
    }
}

/// The bytes of the lines that are no UTF-8.
fn broken(lines: &[Line]) -> Vec<u8> {
    let of_line = |line: &Line| match line {
        Line::Broken(bytes, _) => bytes.to_vec(),
        Line::Utf8(..) => Vec::new(),
    };
    lines.iter().flat_map(of_line).collect()
}

/// Reads bytes as UTF-8 with their losses; `other` is the encoding that the unread lines may be in.
pub(super) fn lossy(bytes: &[u8], other: Option<&'static Encoding>) -> Lines {
    let mut read = Lines {
        is_utf8: true,
        ..Lines::default()
    };
    let is_broken = |line: &&[u8]| std::str::from_utf8(line).is_err();
    let other = other.filter(|other| {
        let broken: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').filter(is_broken).collect();
        charset::may_propose(&broken.concat(), other)
    });
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        match std::str::from_utf8(line) {
            Ok(text) => read.text.push_str(text),
            Err(_) => read.unread(line, other.and_then(|other| Some((charset::read(line, other)?, other)))),
        }
    }
    read
}

fn line(bytes: &[u8]) -> Line<'_> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Line::Utf8(text, text.chars().any(|c| c >= '\u{800}' && c != '\u{feff}')),
        Err(_) => {
            let text = charset::read(bytes, GB18030);
            let common = |text: &String| charset::share(text, GB18030) >= COMMON;
            Line::Broken(bytes, text.filter(common))
        }
    }
}

impl Lines {
    /// A line in the file's own encoding, with its losses; in GBK, a line of UTF-8 would be other characters without a loss.
    fn unread(&mut self, bytes: &[u8], other: Option<(String, &'static Encoding)>) {
        let from = self.text.len();
        let shown = match (self.is_utf8, &other) {
            (true, _) => String::from_utf8_lossy(bytes).into_owned(),
            (false, None) => GB18030.decode_without_bom_handling(bytes).0.into_owned(),
            (false, Some((text, _))) => hidden(text),
        };
        self.damaged += shown.matches('\u{fffd}').count() as u64;
        self.text.push_str(&shown);
        if let Some((text, encoding)) = other {
            self.readings.push(Reading {
                from,
                to: self.text.len(),
                text,
                encoding,
            });
        }
    }
}

/// One mark for every run of characters beyond ASCII.
fn hidden(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii() {
            shown.push(c);
        } else if !shown.ends_with('\u{fffd}') {
            shown.push('\u{fffd}');
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gbk(text: &str) -> Vec<u8> {
        GB18030.encode(text).0.into_owned()
    }

    fn lines(parts: &[Vec<u8>]) -> Option<Lines> {
        read(
            &parts.concat(),
            false,
            &Words {
                known: &|cell| cell == "名称",
            },
        )
    }

    #[test]
    fn one_line_does_not_turn_the_file() {
        let utf8 = "code,name\n1,东风社区\n2,红星社区\n".as_bytes().to_vec();
        let read = lines(&[utf8, gbk("3,新华社区\n")]).unwrap();
        assert!(read.is_utf8 && read.joined.is_empty() && read.damaged > 0);
        assert!(read.text.starts_with("code,name\n1,东风社区\n2,红星社区\n3,\u{fffd}"));
        assert_eq!(read.readings[0].text, "3,新华社区\n");

        let read = lines(&[gbk("code,name\n1,东风社区\n2,红星社区\n"), "3,新华社区\n".into()]).unwrap();
        assert!(!read.is_utf8);
        assert_eq!(read.text, "code,name\n1,东风社区\n2,红星社区\n3,\u{fffd}\n");
        assert_eq!(read.readings[0].text, "3,新华社区\n");
    }

    #[test]
    fn joined_files_are_read_line_by_line() {
        let second = "4,新华社区\n5,中山社区\n6,长江社区\n";
        let first = "1,东风社区\n2,红星社区\n3,和平社区\n7,解放社区\n";
        for parts in [[first.into(), gbk(second)], [gbk(first), second.into()]] {
            let read = lines(&parts).unwrap();
            assert_eq!(read.text, [first, second].concat());
            assert_eq!((read.joined, read.damaged), (vec![5, 6, 7], 0));
        }
    }

    #[test]
    fn a_header_in_the_other_encoding_is_read() {
        let read = lines(&[gbk("code,名称\n"), "1,东风社区\n".into()]).unwrap();
        assert_eq!((read.text.as_str(), read.joined), ("code,名称\n1,东风社区\n", vec![1]));
    }

    #[test]
    fn lines_of_letters_in_two_encodings_are_read() {
        let words = Words {
            known: &|cell| cell == "Düren",
        };
        let utf8 = "1,Ölend\n".as_bytes();
        for (older, name) in [(&b"2,D\xfcren\n"[..], "windows-1252"), (b"2,D\x81ren\n", "ibm850")] {
            let read = beside(&[b"code,name\n", utf8, older].concat(), &words).unwrap();
            assert_eq!(read.text, "code,name\n1,Ölend\n2,Düren\n");
            assert!(
                read.is_utf8 && read.joined == [3] && read.older.is_some(),
                "{:?}",
                read.older
            );
            let read = beside(&[utf8, older, older].concat(), &words).unwrap();
            assert_eq!((read.older, read.is_utf8, read.joined), (Some(name), false, vec![1]));
        }
        for bytes in [
            &b"1,D\xfcren\n2,K\xf6ln\n"[..],
            b"1,D\xfcren\n2,Ulm\n",
            // nothing is known
            b"1,K\xf6ln\n2,\xc3\x96lend\n",
        ] {
            assert_eq!(beside(bytes, &words), None);
        }
    }

    #[test]
    fn one_encoding_is_no_mixture() {
        assert_eq!(lines(&[gbk("代码\n1,东风社区\n2,目录\n")]), None);
    }
}

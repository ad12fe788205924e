//! What intake and the writer of returns agree on.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Place, fold, hex};

/// How the first cell of every sheet begins that a return adds to the county's own; [`ReturnMark`] is the whole of it. When
/// the workbook comes back, such a sheet is known by it, and no form's records are looked for there.
pub const RETURN_MARK: &str = "huizong-return";

/// Highest revision that a mark may name: the digits that a file name may have, too.
const LAST_REVISION: u32 = 999_999_999;

/// The mark of a return: `huizong-return 2020-130102-communities-r0-1f2e3d4c r1`. By it a return is recognised whatever the
/// file is called. A return that must not stand for the submission, because that lay in the wrong place, has `-` at the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReturnMark {
    /// Id of the submission that had the findings.
    pub id: String,
    /// The revision as which the return comes back; None: the mark says nothing of the file it lies in.
    pub becomes: Option<u32>,
}

impl ReturnMark {
    /// What the first cell of a sheet says; None: the sheet is none of a return. A mark without a revision is the next one
    /// after the submission it names.
    pub fn read(cell: &str) -> Option<ReturnMark> {
        let text = cell.trim_start().strip_prefix(RETURN_MARK)?.trim();
        // A code of an area may hold blanks.
        let said = text.rsplit_once(char::is_whitespace).and_then(|(id, word)| {
            let number = || word.strip_prefix('r').and_then(|digits| digits.parse().ok());
            let becomes = if word == "-" { Some(None) } else { number().map(Some) };
            becomes.map(|becomes| (id.trim_end().to_owned(), becomes))
        });
        if text.is_empty() {
            return None;
        }
        let (id, becomes) = said.unwrap_or_else(|| {
            let next = ReturnMark::revision_in(text).and_then(|revision| revision.checked_add(1));
            (text.to_owned(), next)
        });
        let answered = ReturnMark::revision_in(&id);
        let later = |becomes: &u32| *becomes <= LAST_REVISION && answered.is_some_and(|answered| *becomes > answered);
        Some(ReturnMark {
            becomes: becomes.filter(later),
            id,
        })
    }

    /// The revision in the id of a submission.
    fn revision_in(id: &str) -> Option<u32> {
        let (before, digest) = id.rsplit_once('-')?;
        let is_digest = digest.len() == 8 && digest.bytes().all(|byte| byte.is_ascii_hexdigit());
        before.rsplit_once("-r").filter(|_| is_digest)?.1.parse().ok()
    }

    /// The revision of the submission that had the findings.
    pub fn answered(&self) -> Option<u32> {
        ReturnMark::revision_in(&self.id)
    }
}

impl fmt::Display for ReturnMark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{RETURN_MARK} {}", self.id)?;
        match self.becomes {
            Some(revision) => write!(f, " r{revision}"),
            None => write!(f, " -"),
        }
    }
}

/// Columns of the list of findings in a return, from 0, by which it is read when it comes back.
#[derive(Clone, Copy, Debug)]
pub struct ReturnList;

impl ReturnList {
    /// Number of the finding.
    pub const NUMBER: u16 = 0;
    /// A1 reference of its cell; blank: the sheet as a whole.
    pub const CELL: u16 = 3;
    /// What a person calls its column.
    pub const COLUMN: u16 = 4;
    /// Its code.
    pub const CODE: u16 = 12;
    /// What the county says of it.
    pub const EXPLANATION: u16 = 13;
    /// Hidden: which finding the line is about, see [`ReturnLine`]; above the lines the mark and [`ReturnPage`].
    pub const LINE: u16 = 14;
}

/// Which finding a line of the list is about, by content instead of by address: rows may be sorted, added and deleted before
/// the workbook comes back.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Identity {
    /// Digest of code, column and key of the row.
    pub place: String,
    /// Digest of the same and of what was received there.
    pub content: String,
}

impl Identity {
    /// Hexadecimal digits of each digest.
    const DIGITS: usize = 16;

    /// Of the parts that say where a finding lies, and of those that say what it judged.
    pub fn of(place: &[&str], content: &[&str]) -> Identity {
        let whole: Vec<&str> = place.iter().chain(&["\u{1}"]).chain(content).copied().collect();
        Identity {
            place: digest(place, Identity::DIGITS),
            content: digest(&whole, Identity::DIGITS),
        }
    }
}

/// The hidden cell of a line of the list: `huizong-line <id of the submission> <finding> <cells>`. The last part holds four digits
/// for each cell that was written, so that what a county writes into another column than the last one is known as its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReturnLine {
    /// Id of the submission that had the finding.
    pub id: String,
    /// The finding.
    pub finding: Identity,
    cells: String,
}

impl ReturnLine {
    const START: &str = "huizong-line ";

    /// A line whose other cells hold these texts.
    pub fn new(id: &str, finding: Identity, cells: &[&str]) -> ReturnLine {
        ReturnLine {
            id: id.to_owned(),
            finding,
            cells: cells_of(cells),
        }
    }

    /// What a cell says; None: it is no such cell.
    pub fn read(cell: &str) -> Option<ReturnLine> {
        let mut parts = cell.trim().strip_prefix(ReturnLine::START)?.rsplitn(3, ' ');
        let (cells, finding, id) = (parts.next()?, parts.next()?, parts.next()?);
        let is_hex = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let sound = finding.len() == 2 * Identity::DIGITS && is_hex(finding) && is_hex(cells) && !id.is_empty();
        sound.then(|| ReturnLine {
            id: id.to_owned(),
            finding: Identity {
                place: finding[..Identity::DIGITS].to_owned(),
                content: finding[Identity::DIGITS..].to_owned(),
            },
            cells: cells.to_owned(),
        })
    }

    /// Whether a cell of the line holds what was written there, or in another of its cells.
    pub fn wrote(&self, cell: &str) -> bool {
        wrote(&self.cells, cell)
    }
}

impl fmt::Display for ReturnLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Identity { place, content } = &self.finding;
        write!(f, "{}{} {place}{content} {}", ReturnLine::START, self.id, self.cells)
    }
}

/// A hidden cell of the list that knows every cell around the lines: `huizong-page <cells>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReturnPage {
    cells: String,
}

impl ReturnPage {
    const START: &str = "huizong-page ";

    /// Of a list that holds these texts around its lines.
    pub fn new(cells: &[&str]) -> ReturnPage {
        ReturnPage { cells: cells_of(cells) }
    }

    /// What a cell says; None: it is no such cell.
    pub fn read(cell: &str) -> Option<ReturnPage> {
        let cells = cell.trim().strip_prefix(ReturnPage::START)?.to_owned();
        Some(ReturnPage { cells })
    }

    /// Whether a cell holds what was written there.
    pub fn wrote(&self, cell: &str) -> bool {
        wrote(&self.cells, cell)
    }
}

impl fmt::Display for ReturnPage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", ReturnPage::START, self.cells)
    }
}

/// Hexadecimal digits that stand for one cell.
const CELL_DIGITS: usize = 4;

fn cells_of(cells: &[&str]) -> String {
    let filled = cells.iter().map(|cell| fold(cell)).filter(|cell| !cell.is_empty());
    filled.map(|cell| digest(&[&cell], CELL_DIGITS)).collect()
}

fn wrote(cells: &str, cell: &str) -> bool {
    let own = digest(&[&fold(cell)], CELL_DIGITS);
    cells
        .as_bytes()
        .chunks(CELL_DIGITS)
        .any(|known| known == own.as_bytes())
}

/// The first digits of SHA-256 over the parts, each with its length before it.
fn digest(parts: &[&str], digits: usize) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    hex(&hash.finalize()).chars().take(digits).collect()
}

/// What a county has written into the list of its return.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Reply {
    /// Id of the submission that the list is about.
    pub id: String,
    /// The finding that the words stand beside, in the column of explanations; None: they stand elsewhere on the list, or
    /// nothing tells any more which finding their line is about.
    pub finding: Option<Identity>,
    /// The finding was told by the visible cells of the line, and not by the hidden one in it, which belongs to another line.
    pub is_rematched: bool,
    /// Where they stand.
    pub place: Place,
    /// The county's words.
    pub text: String,
}

/// A block of merged cells; rows and columns from 0, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Merged {
    /// Row and column of the cell that holds the text.
    pub first: (u32, u32),
    /// Row and column of the opposite corner.
    pub last: (u32, u32),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_say_what_they_answer_and_what_they_become() {
        for (cell, expected) in [
            ("huizong-return 2020-N-parks-r0-0a1b2c3d r1", Some(Some(1))),
            ("  huizong-return 2020-N-parks-r0-0a1b2c3d r7 ", Some(Some(7))),
            // As releases before wrote it.
            ("huizong-return 2020-N-parks-r4-0a1b2c3d", Some(Some(5))),
            ("huizong-return 2020-N-parks-r0-0a1b2c3d -", Some(None)),
            // No revision that could follow.
            ("huizong-return 2020-N-parks-r3-0a1b2c3d r3", Some(None)),
            ("huizong-return 2020-N-parks-r0-0a1b2c3d r4294967295", Some(None)),
            ("huizong-return 2020-New York-parks-r0-0a1b2c3d r2", Some(Some(2))),
            ("huizong-return 2020-N-parks-r0-0a1b2c3d rx", Some(None)),
            ("huizong-return nonsense r2", Some(None)),
            ("huizong-return", None),
            ("a huizong-return 2020-N-parks-r0-0a1b2c3d", None),
        ] {
            let read = ReturnMark::read(cell);
            assert_eq!(read.as_ref().map(|mark| mark.becomes), expected, "{cell}");
        }
        let mark = ReturnMark::read("huizong-return 2020-03-N-1-parks-r12-0a1b2c3d r13").unwrap();
        assert_eq!(mark.answered(), Some(12));
        assert_eq!(ReturnMark::read(&mark.to_string()), Some(mark));
    }

    #[test]
    fn lines_are_read_as_they_were_written() {
        let finding = Identity::of(&["range", "trees", "P1"], &["5000"]);
        let line = ReturnLine::new("2020-New York-parks-r0-0a1b2c3d", finding, &["1", "", "Trees", "5 000"]);
        assert_eq!(ReturnLine::read(&format!(" {line} ")), Some(line.clone()));
        for (cell, expected) in [
            ("trees", true),
            ("５000", true),
            ("1", true),
            ("a forest", false),
            ("", false),
        ] {
            assert_eq!(line.wrote(cell), expected, "{cell}");
        }
        for cell in ["", "huizong-line", "huizong-line x 12 34", "huizong-return x r1"] {
            assert_eq!(ReturnLine::read(cell), None, "{cell}");
        }
        let page = ReturnPage::new(&["Title", "no."]);
        let read = ReturnPage::read(&page.to_string()).unwrap();
        assert!(read.wrote("title") && !read.wrote("signed"));
    }

    #[test]
    fn another_content_at_the_same_place_is_another_finding() {
        let of = |place: &[&str], content: &[&str]| Identity::of(place, content);
        let first = of(&["range", "P1"], &["5000"]);
        let other = of(&["range", "P1"], &["6000"]);
        assert_eq!(first.place, other.place);
        assert_ne!(first.content, other.content);
        assert_ne!(first.content, of(&["range", "P2"], &["5000"]).content);
        assert_ne!(of(&["a", "b"], &[]).place, of(&["ab"], &[]).place);
        assert_ne!(of(&["a"], &["b"]).content, of(&["a", "b"], &[]).content);
    }
}

//! What intake and the writer of returns agree on.

use std::fmt;

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
}

/// What a county has written beside a finding of its return.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reply {
    /// Code of the finding.
    pub code: String,
    /// A1 reference of its cell; None: the sheet as a whole.
    pub cell: Option<String>,
    /// What a person calls its column; empty: none.
    pub column: String,
    /// The county's words.
    pub text: String,
}

/// A block of merged cells; rows and columns from 0, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
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
}

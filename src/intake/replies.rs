//! What a county has written into the list of a return: the list is no submission, but its last column is an answer.

use super::sheet::Sheet;
use crate::domain::{Reply, ReturnList, ReturnMark, Submission};

/// Characters of an explanation.
const LONGEST: usize = 1000;

/// The answers on one of our own sheets.
#[derive(Debug)]
pub(super) struct Replies {
    /// Id of the submission that had the findings.
    id: String,
    replies: Vec<Reply>,
}

/// Reads one of our own sheets.
pub(super) fn of(sheet: &Sheet) -> Replies {
    let grid = &sheet.grid;
    let cell = |row: usize, column: u16| grid.cell(row, usize::from(column)).trim();
    let line = |row: usize| {
        let words = cell(row, ReturnList::EXPLANATION);
        let is_finding =
            cell(row, ReturnList::NUMBER).parse::<u32>().is_ok() && !cell(row, ReturnList::CODE).is_empty();
        (is_finding && !words.is_empty()).then(|| Reply {
            code: cell(row, ReturnList::CODE).to_owned(),
            cell: Some(cell(row, ReturnList::CELL))
                .filter(|cell| !cell.is_empty())
                .map(str::to_owned),
            column: cell(row, ReturnList::COLUMN).to_owned(),
            text: words.chars().take(LONGEST).collect(),
        })
    };
    Replies {
        id: ReturnMark::read(grid.cell(0, 0)).map_or_else(String::new, |mark| mark.id),
        replies: (1..grid.height()).filter_map(line).collect(),
    }
}

/// The answers that speak of a submission: those on an earlier revision of it.
pub(super) fn on(all: &[Replies], submission: &Submission, form: &str) -> Vec<Reply> {
    let Some(period) = submission.period else {
        return Vec::new();
    };
    let same = format!("{period}-{}-{form}-r", submission.area_code);
    let of_it = all.iter().filter(|replies| replies.id.starts_with(&same));
    of_it.flat_map(|replies| replies.replies.iter().cloned()).collect()
}

//! What a county has written into the list of a return: the list is no submission, but its last column is an answer, and whatever
//! else a county writes there must not get lost.

use super::sheet::Sheet;
use crate::domain::{Place, RETURN_MARK, Reply, ReturnLine, ReturnList, ReturnPage, Submission};

/// Characters of one text: half of what a cell holds.
const LONGEST: usize = 16_000;

/// Lines of a list among which the one that belongs to a row is looked for.
const SEARCHED: usize = 4000;

/// Cells that a county may have written over in a row whose hidden cell is still believed.
const OVERWRITTEN: usize = 1;

/// Reads one of the sheets that a return had added.
pub(super) fn of(sheet: &Sheet) -> Vec<Reply> {
    let grid = &sheet.grid;
    let rows = || (0..grid.height()).map(|row| grid.row(row).collect::<Vec<&str>>());
    let is_list = rows().flatten().any(|cell| ReturnLine::read(cell).is_some());
    let page = rows().flatten().find_map(ReturnPage::read);
    let lines = rows().flatten().filter_map(ReturnLine::read).take(SEARCHED);
    let list = List {
        lines: lines.collect(),
        sheet,
        id: sheet.mark().map_or_else(String::new, |mark| mark.id),
        page,
    };
    let of_row = |(at, cells): (usize, Vec<&str>)| {
        let line = cells.iter().enumerate();
        let mut line = line.filter_map(|(column, cell)| Some((column, ReturnLine::read(cell)?)));
        match line.next_back() {
            Some((column, line)) => list.line(at, &cells, column, line),
            None if is_list => list.around(at, &cells),
            None => list.unknown(at, &cells),
        }
    };
    rows().enumerate().flat_map(of_row).collect()
}

/// Whether a sheet is a list of findings: a template has a sheet of ours without any.
pub(super) fn is_list(sheet: &Sheet) -> bool {
    let grid = &sheet.grid;
    let mut cells = (0..grid.height()).flat_map(|row| grid.row(row));
    cells.any(|cell| ReturnLine::read(cell).is_some())
}

struct List<'a> {
    sheet: &'a Sheet,
    /// The hidden cells of the first lines.
    lines: Vec<ReturnLine>,
    /// Id of the submission that had the findings; empty: the mark is gone.
    id: String,
    page: Option<ReturnPage>,
}

impl List<'_> {
    /// A line that knows which finding it is about: the explanation stands before its hidden cell.
    fn line(&self, row: usize, cells: &[&str], hidden: usize, line: ReturnLine) -> Vec<Reply> {
        let own = line.clone();
        let (line, is_known) = self.belonging(row, &cells[..hidden.saturating_sub(1)], line);
        let is_rematched = line != own;
        let of_county = |column: usize, cell: &str| {
            let is_own = column + 1 != hidden && line.wrote(cell) || is_ours(cell);
            !cell.trim().is_empty() && !is_own && (is_known || column + 1 == hidden)
        };
        let words = cells
            .iter()
            .enumerate()
            .filter(|(column, cell)| of_county(*column, cell));
        words
            .map(|(column, cell)| Reply {
                id: line.id.clone(),
                finding: (is_known && column + 1 == hidden).then(|| line.finding.clone()),
                is_rematched,
                ..self.reply(row, column, cell)
            })
            .collect()
    }

    /// The hidden cell that goes with the visible cells of a row, and whether that is certain: who sorts the list without its hidden
    /// column leaves another one in the row.
    fn belonging(&self, row: usize, visible: &[&str], own: ReturnLine) -> (ReturnLine, bool) {
        let strange = |line: &ReturnLine| {
            let cells = visible.iter().filter(|cell| !cell.trim().is_empty() && !is_ours(cell));
            cells.filter(|cell| !line.wrote(cell)).count()
        };
        let of_own = strange(&own);
        if of_own == 0 || row > SEARCHED {
            return (own, of_own == 0);
        }
        let mut best = of_own;
        let mut found: Vec<&ReturnLine> = Vec::new();
        for line in self.lines.iter().filter(|line| **line != own) {
            let missed = strange(line);
            if missed < best {
                (best, found) = (missed, vec![line]);
            } else if missed == best && best < of_own {
                found.push(line);
            }
        }
        match found[..] {
            [] => (own, of_own <= OVERWRITTEN),
            [line] => (line.clone(), best <= OVERWRITTEN),
            _ => (own, false),
        }
    }

    /// A row around the lines.
    fn around(&self, row: usize, cells: &[&str]) -> Vec<Reply> {
        let Some(page) = &self.page else { return Vec::new() };
        let words = cells.iter().enumerate();
        let words = words.filter(|(_, cell)| !cell.trim().is_empty() && !is_ours(cell) && !page.wrote(cell));
        words.map(|(column, cell)| self.reply(row, column, cell)).collect()
    }

    /// A row of a list whose hidden column is gone, or that was made before there was one: only what stands in the column of
    /// explanations is known to be the county's.
    fn unknown(&self, row: usize, cells: &[&str]) -> Vec<Reply> {
        let cell = |column: u16| cells.get(usize::from(column)).map_or("", |cell| cell.trim());
        let is_finding = cell(ReturnList::NUMBER).parse::<u32>().is_ok() && !cell(ReturnList::CODE).is_empty();
        let words = cell(ReturnList::EXPLANATION);
        let reply = || self.reply(row, ReturnList::EXPLANATION.into(), words);
        (is_finding && !words.is_empty()).then(reply).into_iter().collect()
    }

    /// Words beside no finding that is known.
    fn reply(&self, row: usize, column: usize, words: &str) -> Reply {
        Reply {
            id: self.id.clone(),
            finding: None,
            is_rematched: false,
            place: Place {
                sheet: self.sheet.name.clone(),
                row: Some(self.sheet.grid.number(row)),
                column: None,
                column_index: Some(column as u32),
            },
            text: words.trim().chars().take(LONGEST).collect(),
        }
    }
}

/// Whether a cell is one of those by which a list is read.
fn is_ours(cell: &str) -> bool {
    let is_mark = cell.trim_start().starts_with(RETURN_MARK);
    is_mark || ReturnLine::read(cell).is_some() || ReturnPage::read(cell).is_some()
}

/// Takes the replies to a submission: those on a revision of it.
pub(super) fn take(all: &mut Vec<Reply>, submission: &Submission) -> Vec<Reply> {
    let sender = Submission::sender_of_id(&submission.id);
    let (own, others) = std::mem::take(all).into_iter().partition(|reply| {
        let is_known = sender.is_some();
        is_known && Submission::sender_of_id(&reply.id) == sender
    });
    *all = others;
    own
}

#[cfg(test)]
mod tests {
    use super::super::charset::Words;
    use super::super::load::load;
    use super::*;
    use crate::domain::Identity;
    use crate::pipeline::Limits;

    /// Row and column, whether a finding is known, and words.
    fn read(text: &str) -> Vec<String> {
        let known = |_: &str| false;
        let words = Words { known: &known };
        let loaded = load(text.as_bytes().to_vec(), &known, &words, &Limits::default()).unwrap();
        assert_eq!((loaded.ours.len(), loaded.sheets.len()), (1, 0));
        let mut all = of(&loaded.ours[0]);
        all.sort_by_key(|reply| (reply.place.row, reply.place.column_index));
        all.iter()
            .map(|reply| {
                format!(
                    "{} {} {}",
                    reply.place.a1().unwrap(),
                    reply.finding.is_some(),
                    reply.text
                )
            })
            .collect()
    }

    #[test]
    fn whatever_a_county_writes_into_a_list_is_kept() {
        let id = "2020-N-parks-r0-0a1b2c3d";
        let line = |key: &str| ReturnLine::new(id, Identity::of(&[key], &[]), &["1", "range", "5000"]).to_string();
        let page = ReturnPage::new(&["Title", "no.", "code", "yours"]).to_string();
        let (a, b) = (line("a"), line("b"));
        let (mark, head) = (format!("huizong-return {id} r1"), "no.,code,,yours");
        for (list, expected) in [
            (
                format!("{mark},,,,{page}\nTitle,,,,\n{head},{mark}\n1,range,5000,,{a}\n"),
                vec![],
            ),
            (
                format!("{mark},,,,{page}\nTitle,,,,\n{head},{mark}\n1,range,5000,a forest,{a}\n1,range,5000,,{b}\n"),
                vec!["D4 true a forest"],
            ),
            // A sorted list whose first cell was overwritten, words in another column and beneath.
            (
                format!("hello,,,,{page}\n{head},{mark}\n1,range,4000,-,{b}\n1,range,5000,,{a},late\nsigned\n"),
                vec![
                    "A1 false hello",
                    "C3 false 4000",
                    "D3 true -",
                    "F4 false late",
                    "A5 false signed",
                ],
            ),
            // A column was added before the list.
            (
                format!("x,{mark},,,,{page}\n,1,range,5000,why,{a}\n"),
                vec!["A1 false x", "E2 true why"],
            ),
            // The lines alone.
            (format!("1,range,5000,why,{a}\nsigned,,,,\n"), vec!["D1 true why"]),
        ] {
            assert_eq!(read(&list), expected, "{list}");
        }
        let cells = |code: &str, words: &str| format!("1,,,,,,,,,,,,{code},{words}");
        let bare = format!(
            "{mark},,,,,,,,,,,,,\n{}\n{}\n",
            cells("range", "why"),
            cells("", "nothing")
        );
        assert_eq!(read(&bare), ["N2 false why"], "the hidden column was deleted");
    }
}

//! The county's own sheet in a return, mended cell by cell.

use std::collections::BTreeSet;

use huizong::domain::Lang;
use huizong::pipeline::{ColumnKind, Form};

use super::list::Line;
use super::{Cells, Truth};
use crate::support::{Published, Row};

/// The county's own sheet under mend.
pub struct Sheet<'a> {
    pub truth: &'a Truth,
    pub form: &'a Form,
    pub period: &'a str,
    pub county: &'a str,
    pub cells: Cells,
}

impl Sheet<'_> {
    pub fn mend(&mut self, lines: &[Line]) {
        let mut kept = BTreeSet::new();
        // What moves cells about comes last, for the list names the cells as they stand.
        for line in lines.iter().filter(|line| !moves(&line.code)) {
            self.mend_cell(line);
        }
        for line in lines.iter().filter(|line| moves(&line.code)) {
            match line.code.as_str() {
                "row-ragged" => self.straighten(line),
                "row-conflict" if !kept.insert(line.received.clone()) => self.blank_row(line),
                "column-unknown" => self.blank_column(line.cell.unwrap().1),
                "column-duplicate" => self.blank_twin(line),
                "column-missing" | "column-absent" => self.add_column(line),
                _ => {}
            }
        }
    }

    fn mend_cell(&mut self, line: &Line) {
        let text = match line.code.as_str() {
            "period-contradicted" => Some(format!("{}年", line.expected)),
            "rows-beyond-expected" | "revision-tied" => None,
            // A stated total is the sum of the county's own rows.
            "total-differs" => [&line.proposed, &line.expected]
                .into_iter()
                .find(|text| !text.is_empty())
                .cloned(),
            "encoding-damaged" => return self.mend_damaged(),
            "value-nested" => return self.fill_blanks(&line.column),
            // Nothing in the file shows what these numbers are: they are written again, all in one notation.
            "decimal-comma-assumed" | "decimal-mark-unclear" | "thousands-assumed" => {
                return self.rewrite(&line.column);
            }
            // The list shows the first of the rows and what becomes of its code.
            "code-unknown" if line.count > 1 => return self.recode(),
            "record-named-total" => return self.rename(line.cell.unwrap().0),
            "total-with-code" => return self.set(line.cell.unwrap(), String::new()),
            "header-merged" => return self.split_header(line),
            "outside-jurisdiction" | "code-unknown" | "code-malformed" | "code-scientific"
                if line.proposed.is_empty() =>
            {
                self.true_code(line.cell.unwrap().0)
            }
            // The sample makes figures too precise that were whole: rounded, they are not what the county meant. And of a
            // rule a county knows which of the figures it looked at is wrong.
            code if !line.proposed.is_empty() && code != "too-precise" && is_catalogued(code) => {
                Some(line.proposed.clone())
            }
            _ => {
                let own = line.cell.map(|cell| (line.column.clone(), cell));
                for (title, cell) in line.ground.iter().cloned().chain(own) {
                    let Some(definition) = self.titled(&title) else {
                        continue;
                    };
                    if line.count > 1 && !is_catalogued(&line.code) {
                        let rows = self.records();
                        rows.into_iter()
                            .for_each(|(row, _)| self.restore((row, cell.1), definition));
                    }
                    self.restore(cell, definition);
                }
                None
            }
        };
        if let (Some(text), Some((row, column))) = (text, line.cell) {
            self.set((row, column), text);
        }
    }

    /// Puts the true figure of its row into a cell.
    fn restore(&mut self, (row, column_of_cell): (usize, usize), definition: usize) {
        let Some(key) = self.key_of(row) else {
            // A unit that the county has added has figures that nobody else knows: this one is left out. A total, or a line of
            // another area, is no row of the county's.
            let column = self.place_of(self.form.key[0]);
            let own = column.and_then(|column| self.cells.get(row)?.get(column));
            if own.is_some_and(|code| bare(code).starts_with(self.county)) {
                self.set((row, column_of_cell), String::new());
            }
            return;
        };
        let text = self.written(&key, definition);
        self.set((row, column_of_cell), text);
    }

    /// The column that a person calls so; a header that the form does not know is none.
    fn titled(&self, title: &str) -> Option<usize> {
        let called = |column: &huizong::pipeline::Column| column.title.get(Lang::Zh) == title;
        self.form.columns.iter().position(called)
    }

    /// The key of a row, which may itself be what is wrong with it.
    fn key_of(&self, row: usize) -> Option<String> {
        let known = |text: &String| self.row(text).is_some();
        let column = self.place_of(self.form.key[0]);
        let own = column
            .and_then(|column| self.cells.get(row)?.get(column))
            .map(|text| bare(text));
        own.filter(known).or_else(|| self.true_code(row))
    }

    /// The county's unit that stands in no row of the sheet and is most like this one.
    fn true_code(&self, row: usize) -> Option<String> {
        let key = self.form.key[0];
        let all = self
            .truth
            .rows
            .range((self.form.id.clone(), self.period.to_owned(), String::new())..);
        let mine = all
            .take_while(|((form, period, _), _)| *form == self.form.id && period == self.period)
            .filter(|((.., key), _)| key.starts_with(self.county));
        let present: BTreeSet<String> = match self.place_of(key) {
            Some(column) => self
                .cells
                .iter()
                .filter_map(|row| row.get(column))
                .map(|text| bare(text))
                .collect(),
            None => BTreeSet::new(),
        };
        let like = |code: &String| {
            let agree = |&(column, definition): &(usize, usize)| {
                let received = self.cells[row].get(column).map(|text| bare(text)).unwrap_or_default();
                !received.is_empty() && received == self.written(code, definition)
            };
            self.places().iter().filter(|place| agree(place)).count()
        };
        mine.map(|((.., code), _)| code)
            .filter(|code| !present.contains(*code))
            .max_by_key(|code| like(code))
            .cloned()
    }

    fn row(&self, key: &str) -> Option<&Row> {
        let key = (self.form.id.clone(), self.period.to_owned(), key.to_owned());
        self.truth.rows.get(&key)
    }

    /// The true figure of a unit as a clerk writes it.
    fn written(&self, key: &str, column: usize) -> String {
        let definition = &self.form.columns[column];
        let value = self.row(key).map_or(&Published::Null, |row| &row[&definition.id]);
        match (value, &definition.kind) {
            (Published::Null, _) => String::new(),
            (Published::Boolean(flag), ColumnKind::Boolean { yes, no }) => if *flag { &yes[0] } else { &no[0] }.clone(),
            (Published::Text(member), ColumnKind::Category { values }) => {
                values.iter().find(|(id, _)| id == member).unwrap().1[0].clone()
            }
            (Published::Text(text), _) => text.clone(),
            (Published::Integer(number), _) => number.to_string(),
            (Published::Real(number), _) => number.to_string(),
            (Published::Boolean(flag), _) => flag.to_string(),
        }
    }

    /// Where the form's columns stand, by their headers: physical column and column of the form.
    fn places(&self) -> Vec<(usize, usize)> {
        let width = self.cells.iter().map(Vec::len).max().unwrap_or(0);
        (0..width)
            .filter_map(|column| Some((column, self.column_at(column)?)))
            .collect()
    }

    fn place_of(&self, definition: usize) -> Option<usize> {
        self.places()
            .into_iter()
            .find(|(_, of)| *of == definition)
            .map(|(column, _)| column)
    }

    /// The form's column whose agreed headers stand in a physical one: whole, without a unit, or the lower of two.
    fn column_at(&self, column: usize) -> Option<usize> {
        let head = |text: &str| {
            let text = bare(text);
            let without_unit = text
                .strip_suffix(['）', ')'])
                .and_then(|text| Some(&text[..text.rfind(['（', '('])?]));
            let known = |header: &String| {
                let lower = header.rsplit('/').next().unwrap_or_default();
                [bare(header), bare(lower)]
                    .iter()
                    .any(|known| *known == text || Some(known.as_str()) == without_unit)
            };
            let columns = &self.form.columns;
            columns
                .iter()
                .position(|column| !text.is_empty() && column.headers.iter().any(known))
        };
        let mut rows = self.cells.iter().take(14).filter_map(|row| row.get(column));
        rows.find_map(|text| head(text))
    }

    fn set(&mut self, (row, column): (usize, usize), text: String) {
        let cells = &mut self.cells[row];
        if cells.len() <= column {
            cells.resize(column + 1, String::new());
        }
        cells[column] = text;
    }

    /// Rows whose key is a true one.
    fn records(&self) -> Vec<(usize, String)> {
        let Some(column) = self.place_of(self.form.key[0]) else {
            return Vec::new();
        };
        let key = |row: usize| Some(bare(self.cells[row].get(column)?)).filter(|key| self.row(key).is_some());
        (0..self.cells.len()).filter_map(|row| Some((row, key(row)?))).collect()
    }

    /// One cell too many has moved the others: the whole row is written anew.
    fn straighten(&mut self, line: &Line) {
        let row = line.cell.unwrap().0;
        let places = self.places();
        let known: Vec<String> = self.cells[row]
            .iter()
            .map(|text| bare(text))
            .filter(|text| self.row(text).is_some())
            .collect();
        let key = known.first().cloned().or_else(|| self.true_code(row)).unwrap();
        self.cells[row].clear();
        for (column, definition) in places {
            let text = self.written(&key, definition);
            self.set((row, column), text);
        }
    }

    fn blank_row(&mut self, line: &Line) {
        self.cells[line.cell.unwrap().0].clear();
    }

    fn blank_column(&mut self, column: usize) {
        for row in self.cells.iter_mut().filter(|row| row.len() > column) {
            row[column].clear();
        }
    }

    /// Keeps the first of two columns of one name.
    fn blank_twin(&mut self, line: &Line) {
        let first = line.cell.unwrap().1;
        let wanted = self.column_at(first).unwrap();
        let twins: Vec<usize> = self
            .places()
            .into_iter()
            .filter(|(_, of)| *of == wanted)
            .map(|(column, _)| column)
            .collect();
        for twin in twins.into_iter().filter(|twin| *twin != first) {
            self.blank_column(twin);
        }
    }

    /// Adds a column under one of the headers that the list names.
    fn add_column(&mut self, line: &Line) {
        let (_, named) = line.expected.split_once('：').unwrap();
        let headers = self.form.columns.iter().flat_map(|column| &column.headers);
        let header = headers
            .filter(|header| named.starts_with(*header))
            .max_by_key(|header| header.len());
        let header = header.unwrap_or_else(|| panic!("{named} names no header")).clone();
        let definition = self
            .form
            .columns
            .iter()
            .position(|column| column.headers.contains(&header))
            .unwrap();
        let column = self.cells.iter().map(Vec::len).max().unwrap();
        let key = self.place_of(self.form.key[0]).unwrap();
        let head = (0..self.cells.len()).find(|&row| self.is_head(row, key)).unwrap();
        let records = self.records();
        self.set((head, column), header);
        for (row, key) in records {
            let text = self.written(&key, definition);
            self.set((row, column), text);
        }
    }

    fn is_head(&self, row: usize, key: usize) -> bool {
        let text = self.cells[row].get(key).map(|text| bare(text)).unwrap_or_default();
        self.form.columns[self.form.key[0]]
            .headers
            .iter()
            .any(|header| bare(header) == text)
    }

    /// Texts with a damaged character.
    fn mend_damaged(&mut self) {
        let damaged: Vec<(usize, usize)> = (0..self.cells.len())
            .flat_map(|row| (0..self.cells[row].len()).map(move |column| (row, column)))
            .filter(|(row, column)| self.cells[*row][*column].contains('\u{fffd}'))
            .collect();
        for (row, column) in damaged {
            let definition = self.column_at(column).unwrap();
            self.restore((row, column), definition);
        }
    }

    /// The true figures of a whole column.
    fn rewrite(&mut self, title: &str) {
        let definition = self.titled(title).unwrap();
        let column = self.place_of(definition).unwrap();
        for (row, _) in self.records() {
            self.restore((row, column), definition);
        }
    }

    /// Codes from before the county's own code changed.
    fn recode(&mut self) {
        let column = self.place_of(self.form.key[0]).unwrap();
        for row in 0..self.cells.len() {
            let old = self.cells[row].get(column).map(|text| bare(text)).unwrap_or_default();
            let new = old
                .get(self.county.len()..)
                .map(|rest| format!("{}{rest}", self.county));
            if let Some(new) = new.filter(|new| self.row(&old).is_none() && self.row(new).is_some()) {
                self.set((row, column), new);
            }
        }
    }

    /// A row that bears the name of a total gets its own.
    fn rename(&mut self, row: usize) {
        for (column, definition) in self.places() {
            if matches!(self.form.columns[definition].kind, ColumnKind::Text) {
                self.restore((row, column), definition);
            }
        }
    }

    /// The first of the columns below a merged header is the form's, and the other goes.
    fn split_header(&mut self, line: &Line) {
        let (_, column) = line.cell.unwrap();
        let definition = self.titled(&line.column).or_else(|| self.column_at(column)).unwrap();
        self.blank_column(column + 1);
        for (row, _) in self.records() {
            self.restore((row, column), definition);
        }
    }

    /// Values that were no single one have gone: they are written again.
    fn fill_blanks(&mut self, header: &str) {
        let head = self.cells[0].iter().position(|cell| cell == header).unwrap();
        let definition = self.column_at(head).unwrap();
        for (row, _) in self.records() {
            if self.cells[row].get(head).is_none_or(String::is_empty) {
                self.restore((row, head), definition);
            }
        }
    }
}

/// Whether a code is the engine's own, and no rule of the pipeline.
fn is_catalogued(code: &str) -> bool {
    huizong::domain::Code::named(code).is_some()
}

/// Whether mending it moves or removes cells.
fn moves(code: &str) -> bool {
    ["column-", "row-"].iter().any(|start| code.starts_with(start))
}

/// Without blanks and in half width.
fn bare(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| match c {
            '\u{ff10}'..='\u{ff19}' => char::from_u32(c as u32 - 0xfee0).unwrap(),
            c => c,
        })
        .collect()
}

//! What is noted while a sheet is read: findings, rows out, required cells answered.

mod days;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::causes;
use super::cell::Fault;
use super::marks_mixed;
use super::one_change::OneChange;
use super::share::{AllShares, Shares};
use super::unit_cell;
use crate::domain::{Code, Finding, Findings, OtherSection, Place, RawTable, RowStatuses, Severity};

/// The column under way.
pub(super) struct At {
    pub(super) id: Arc<str>,
    /// Physical column.
    pub(super) index: u32,
    pub(super) required: bool,
}

/// Cells of a column of which the same should be known.
struct Noted {
    column: Arc<str>,
    /// What the first holds.
    example: String,
    /// Positions of their records.
    positions: Vec<usize>,
}

/// Notes on one sheet.
pub(super) struct Tally<'a> {
    table: &'a RawTable,
    /// Findings of a kind that are listed.
    listed: usize,
    findings: Findings,
    /// Cells of a column that someone should know something of, by its place and the code.
    notes: BTreeMap<(u32, Code), Noted>,
    /// Cells whose number or day could be either of two, by physical column: the finding on the first, with the rows of all.
    unclear: BTreeMap<u32, Finding>,
    /// Cells with codes of areas that have changed, by physical column and change.
    moved: BTreeMap<(u32, String), OneChange>,
    /// What became of each record.
    pub(super) statuses: RowStatuses,
    /// Records whose cells may have shifted, so that none of them is read.
    pub(super) ragged: Vec<bool>,
    /// Required cells answered, by record.
    pub(super) answered: Vec<u16>,
    /// Cells that hold something else than agreed, by physical column.
    faults: BTreeMap<u32, usize>,
}

impl<'a> Tally<'a> {
    /// Begins with the rows that have content beyond the header; lists so many findings of a kind.
    pub(super) fn new(table: &'a RawTable, listed: usize) -> Tally<'a> {
        let count = table.records.len();
        let mut tally = Tally {
            table,
            findings: Findings::new(listed),
            notes: BTreeMap::new(),
            unclear: BTreeMap::new(),
            moved: BTreeMap::new(),
            listed,
            statuses: RowStatuses::accepted(count),
            ragged: vec![false; count],
            answered: vec![0; count],
            faults: BTreeMap::new(),
        };
        table.others.iter().for_each(|other| tally.note_other(other));
        for (position, &row) in table.records.iter().enumerate() {
            if !tally.ragged[position] {
                tally.note_ragged(position, row as usize);
            }
        }
        tally
    }

    /// Records that a second header or a line of units says to read otherwise: none of them is read.
    fn note_other(&mut self, other: &OtherSection) {
        let records = &self.table.records;
        let from = records.partition_point(|row| *row < other.rows.start);
        let to = records.partition_point(|row| *row < other.rows.end);
        if from == to {
            return;
        }
        self.statuses.quarantine_range(from..to, Code::SectionDiffers);
        self.ragged[from..to].fill(true);
        let number = |row: &u32| self.table.grid.number(*row as usize);
        let place = Place {
            column_index: Some(other.at.1),
            ..self.place(other.at.0 as usize)
        };
        let finding = Finding {
            rows: records[from..to].iter().map(number).collect(),
            ..Finding::new(Code::SectionDiffers)
        };
        let count = (to - from) as u64;
        self.push(
            finding
                .at(place)
                .raw(&*other.said)
                .expected(&*other.instead)
                .count(count),
        );
    }

    fn note_ragged(&mut self, position: usize, row: usize) {
        let grid = &self.table.grid;
        let beyond =
            (self.table.width as usize..grid.width(row)).find(|&c| !super::cell::tidy(grid.cell(row, c)).is_empty());
        if let Some(column) = beyond {
            let place = Place {
                column_index: Some(column as u32),
                ..self.place(row)
            };
            self.push(Finding::new(Code::RowRagged).at(place).raw(grid.cell(row, column)));
            self.statuses.quarantine(position, Code::RowRagged);
            self.ragged[position] = true;
        }
    }

    /// Takes out a record whose cells stand in wrong columns: none of them is read.
    pub(super) fn out(&mut self, (position, finding): (usize, Finding), code: Code) {
        self.statuses.quarantine(position, code);
        self.ragged[position] = true;
        self.tell(finding);
    }

    pub(super) fn place(&self, row: usize) -> Place {
        Place {
            sheet: self.table.sheet.clone(),
            row: Some(self.table.grid.number(row)),
            ..Place::default()
        }
    }

    /// Notes a finding on the cell of a record; where the column is required, the record is out.
    #[cold]
    pub(super) fn fault(&mut self, position: usize, at: &At, fault: Fault) {
        if matches!(
            fault.code,
            Code::DecimalMarkUnclear | Code::DateOrderUnclear | Code::DateOrderMixed
        ) {
            return self.unclear(position, at, fault);
        }
        if at.required {
            self.statuses.quarantine(position, fault.code);
        }
        if fault.code != Code::CellMissing {
            *self.faults.entry(at.index).or_default() += 1;
        }
        let row = self.table.records[position] as usize;
        let text = self.table.said(row as u32, at.index).0;
        let place = Place {
            column: Some(at.id.clone()),
            column_index: Some(at.index),
            ..self.place(row)
        };
        let severity = if at.required { Severity::Hard } else { Severity::Explain };
        let raw = fault.raw.or_else(|| (!text.is_empty()).then(|| text.to_owned()));
        let finding = Finding::new(fault.code).at(place).severity(severity);
        let finding = Finding {
            raw,
            expected: fault.expected,
            expected_words: fault.words,
            mend: fault.mend,
            message: (fault.code == Code::NotADate)
                .then(|| self.no_day(position, at))
                .flatten(),
            ..finding
        };
        match (self.table.corrected.get(row as u32, at.index), OneChange::of(&finding)) {
            (Some(corrected), _) => self.push(finding.of_corrected(&corrected.text, &corrected.correction)),
            (None, Some(change)) => {
                let of_change = self.moved.entry((at.index, change)).or_default();
                of_change.add(finding, self.listed);
            }
            (None, None) => self.push(finding),
        }
    }

    /// Notes a cell whose number or day could be either of two: it is the notation of the column that is not known, so all such cells
    /// share one finding.
    fn unclear(&mut self, position: usize, at: &At, fault: Fault) {
        let row = self.table.records[position] as usize;
        if at.required {
            self.statuses.quarantine(position, fault.code);
        }
        let finding = self.unclear.entry(at.index).or_insert_with(|| {
            let severity = if at.required { Severity::Hard } else { Severity::Explain };
            let place = Place {
                sheet: self.table.sheet.clone(),
                row: None,
                column: Some(at.id.clone()),
                column_index: Some(at.index),
            };
            let finding = Finding::new(fault.code).at(place).severity(severity);
            Finding {
                raw: Some(self.table.grid.cell(row, at.index as usize).to_owned()),
                expected: fault.expected,
                expected_words: fault.words,
                ..finding.count(0)
            }
        });
        finding.count += 1;
        finding.rows.push(self.table.grid.number(row));
    }

    /// Adds a finding on some cells of a column.
    pub(super) fn of_cells(&mut self, at: &At, finding: Finding, positions: &[usize]) {
        let rows = self.rows(positions);
        let place = self.whole(at);
        self.tell(Finding {
            rows,
            ..finding.at(place).count(positions.len() as u64)
        });
    }

    /// The rows of some records as the clerk counts them.
    fn rows(&self, positions: &[usize]) -> Vec<u32> {
        let number = |position: &usize| self.table.grid.number(self.table.records[*position] as usize);
        positions.iter().map(number).collect()
    }

    /// Notes that a percent column holds shares of 1 beside percentages, if it does.
    pub(super) fn percent_mixed(&mut self, at: &At, shares: &Shares) {
        let (positions, large) = shares.mixed();
        let Some(first) = positions.first() else { return };
        let text = |position: usize| {
            let row = self.table.records[position];
            let sent = self.table.grid.cell(row as usize, at.index as usize);
            let corrected = self.table.corrected.get(row, at.index);
            super::cell::tidy(corrected.map_or(sent, |corrected| &corrected.text)).to_owned()
        };
        let raw = match large {
            Some(large) => format!("{} … {}", text(*first), text(large)),
            None => text(*first),
        };
        self.of_cells(at, Finding::new(Code::PercentMixed).raw(raw), &positions);
    }

    /// Notes that all figures of a percent column look like shares of 1.
    pub(super) fn percent_shares(&mut self, at: &At, shares: &AllShares<'_>) {
        let finding = Finding::new(Code::PercentShares).raw(shares.shown());
        self.of_cells(at, finding, &shares.positions);
    }

    /// Notes that something should be known of a cell that can be read.
    #[cold]
    pub(super) fn note(&mut self, position: usize, at: &At, code: Code, cell: &str) {
        let first = || Noted {
            column: at.id.clone(),
            example: cell.to_owned(),
            positions: Vec::new(),
        };
        let noted = self.notes.entry((at.index, code)).or_insert_with(first);
        noted.positions.push(position);
    }

    /// Notes that a record leaves a required cell empty. What is struck out there has been told already.
    #[cold]
    pub(super) fn missing(&mut self, position: usize, at: &At) {
        let place = (self.table.records[position], at.index);
        if self
            .table
            .grid
            .markings()
            .is_some_and(|shown| shown.runs.contains_key(&place))
        {
            self.statuses.quarantine(position, Code::TextStruck);
            return;
        }
        self.fault(
            position,
            at,
            Fault {
                code: Code::CellMissing,
                expected: None,
                words: None,
                mend: None,
                raw: None,
            },
        );
    }

    /// Notes how many cells of a column were converted, by unit.
    pub(super) fn converted(&mut self, at: &At, to: Option<&str>, by_unit: BTreeMap<String, u64>) {
        for (unit, count) in by_unit {
            let finding = Finding::new(Code::UnitConverted)
                .at(self.whole(at))
                .raw(unit_cell::as_written(self.table, at.index, unit))
                .count(count);
            self.push(Finding {
                expected: to.map(str::to_owned),
                ..finding
            });
        }
    }

    /// Notes that a header's unit is none of the column's, so that no cell of it can be read.
    pub(super) fn unknown_header_unit(&mut self, at: &At, unit: &str, expected: Option<&str>, rows: Vec<u32>) {
        let severity = if at.required { Severity::Hard } else { Severity::Explain };
        let finding = Finding::new(Code::UnitUnknown).at(self.whole(at)).severity(severity);
        let cell = unit_cell::of(self.table, at.index);
        let message = unit_cell::message(cell.as_ref(), expected.is_some());
        let shown = cell.as_ref().map_or(unit, |cell| &cell.value).to_owned();
        self.push(Finding {
            expected: expected.map(str::to_owned),
            message: Some(message),
            cells: cell.into_iter().collect(),
            count: rows.len() as u64,
            rows,
            ..finding.raw(shown)
        });
    }

    fn whole(&self, at: &At) -> Place {
        Place {
            sheet: self.table.sheet.clone(),
            row: None,
            column: Some(at.id.clone()),
            column_index: Some(at.index),
        }
    }

    /// Adds a finding on this sheet.
    pub(super) fn tell(&mut self, finding: Finding) {
        self.push(finding);
    }

    fn push(&mut self, finding: Finding) {
        self.findings.push(finding.place.row.unwrap_or(0), finding);
    }

    /// Whether a column as a whole holds something else than agreed, or the rows reach beyond the header.
    pub(super) fn has_faulty_column(&self) -> bool {
        let ragged = self.ragged.iter().filter(|ragged| **ragged).count();
        let mut faults = self.faults.iter();
        (ragged > 0 && ragged * 5 >= self.ragged.len() * 4)
            || faults.any(|(&index, &faults)| faults * 5 >= self.filled(index) * 4)
    }

    /// Records with something in a physical column.
    fn filled(&self, index: u32) -> usize {
        let filled = |row: &&u32| !super::cell::tidy(self.table.said(**row, index).0).is_empty();
        self.table.records.iter().filter(filled).count()
    }

    /// All findings: those on whole columns first, then by row and column. What nearly all cells of a column have is one.
    pub(super) fn into_findings(mut self) -> Vec<Finding> {
        let moved = std::mem::take(&mut self.moved).into_values();
        let moved = moved.filter_map(OneChange::into_finding);
        for finding in std::mem::take(&mut self.unclear).into_values().chain(moved) {
            self.push(finding);
        }
        for ((index, code), noted) in std::mem::take(&mut self.notes) {
            let place = Place {
                sheet: self.table.sheet.clone(),
                row: None,
                column: Some(noted.column),
                column_index: Some(index),
            };
            let mut finding = Finding::new(code).at(place).raw(noted.example);
            // What is asked about must be found, and its influence known.
            if finding.severity >= Severity::Explain {
                finding.rows = self.rows(&noted.positions);
            }
            self.push(finding.count(noted.positions.len() as u64));
        }
        let of_rows = |finding: &Finding| {
            matches!(
                finding.code.engine(),
                Some(Code::CellMissing | Code::RowRagged | Code::RowShort)
            )
        };
        let records = self.table.records.len();
        let mut filled = BTreeMap::new();
        for &index in self.faults.keys() {
            filled.insert(index, self.filled(index));
        }
        let judged = |finding: &Finding| match finding.place.column_index {
            _ if of_rows(finding) => Some(records),
            Some(index) => filled.get(&index).copied(),
            None => None,
        };
        let mut findings = marks_mixed::as_one(self.findings.into_causes(&judged, &causes::together));
        findings.sort_by(|a, b| {
            let key = |f: &Finding| (f.place.row, f.place.column_index);
            key(a).cmp(&key(b))
        });
        findings
    }
}

//! What the cells of a column show of the notation of its numbers, and what follows from it.

use DecimalMark::{Comma, Point};

use super::cell::tidy;
use super::notation::{Ambiguous, is_fraction, other};
use super::number::{Exact, Exponential, read_as};
use super::symbol::Symbols;
use crate::domain::{MatchedColumn, RawTable, half_width};
use crate::pipeline::{Column, DecimalMark, Thousands};

/// Digits of a group.
const GROUP: u32 = 3;
/// Cells with decimal commas that show a comma to be meant, where nothing else speaks for it.
const ENOUGH: u32 = 2;
/// One contrary cell among so many that agree is a slip.
const SLIP: u32 = 20;

/// The byte that full-width marks begin with.
const FULL_WIDTH: u8 = 0xEF;

/// What the cells of a column, or of a sheet, show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Evidence {
    point: Proofs,
    comma: Proofs,
    /// Cells such as `12.000`.
    unclear_points: u32,
    /// Cells such as `12,000`.
    unclear_commas: u32,
    /// Those among them in columns of whole numbers: there the comma groups by custom.
    whole_commas: u32,
}

/// Cells that can be read with one decimal mark alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Proofs {
    fractions: u32,
    /// Those among them with three decimals and nothing behind: where a program writes 1234.000, it writes 20.000, too.
    thousandths: u32,
    /// By the way digits are grouped: `1,234,567` shows that the comma is no decimal mark.
    groups: u32,
}

impl Proofs {
    fn count(self) -> u32 {
        self.fractions + self.groups
    }
}

/// The verdict of the proofs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    /// There are none.
    Nothing,
    /// They agree, but for slips.
    Clear(DecimalMark),
    /// They do not, and this is what more of them show.
    Disputed(DecimalMark),
}

impl Evidence {
    pub(super) fn add(&mut self, other: &Evidence) {
        for (mine, others) in [(&mut self.point, other.point), (&mut self.comma, other.comma)] {
            mine.fractions += others.fractions;
            mine.thousandths += others.thousandths;
            mine.groups += others.groups;
        }
        self.unclear_points += other.unclear_points;
        self.unclear_commas += other.unclear_commas;
        self.whole_commas += other.whole_commas;
    }

    fn without(&self, own: &Evidence) -> Evidence {
        let less = |all: Proofs, own: Proofs| Proofs {
            fractions: all.fractions - own.fractions,
            thousandths: all.thousandths - own.thousandths,
            groups: all.groups - own.groups,
        };
        Evidence {
            point: less(self.point, own.point),
            comma: less(self.comma, own.comma),
            unclear_points: self.unclear_points - own.unclear_points,
            unclear_commas: self.unclear_commas - own.unclear_commas,
            whole_commas: self.whole_commas - own.whole_commas,
        }
    }

    /// `is_comma_usual`: something beside these cells speaks for the comma, so that one is enough.
    fn verdict(&self, is_comma_usual: bool) -> Verdict {
        let (points, commas) = (self.point.count(), self.comma.count());
        match (points, commas) {
            (0, 0) => Verdict::Nothing,
            (_, 0) => Verdict::Clear(Point),
            // Points that group digits twice, as in 1.234.567, are no decimal marks.
            (0, _) if commas >= ENOUGH || is_comma_usual || self.comma.groups > 0 => Verdict::Clear(Comma),
            (0, _) => Verdict::Disputed(Comma),
            _ => {
                let (fewer, more, mark) = if commas > points || (commas == points && is_comma_usual) {
                    (points, commas, Comma)
                } else {
                    (commas, points, Point)
                };
                if fewer.saturating_mul(SLIP) <= more {
                    Verdict::Clear(mark)
                } else {
                    Verdict::Disputed(mark)
                }
            }
        }
    }

    /// The mark of a column of so many decimals with this evidence, in a sheet with `all` whose cells are separated so.
    pub(super) fn decide(&self, all: &Evidence, decimals: u32, separator: Option<u8>) -> (DecimalMark, Ambiguous) {
        // A group of digits behind a mark can be its decimals.
        let holds_groups = decimals >= GROUP;
        let has_semicolons = separator == Some(b';');
        // A comma that nothing speaks for but the column's own cells is odd between commas, and in a column of whole numbers.
        let is_odd = !has_semicolons && self.comma.groups == 0 && (decimals == 0 || separator == Some(b','));
        let others = all.without(self);
        let elsewhere = others.verdict(has_semicolons);
        let has_commas = all.comma.count() >= ENOUGH && others.point.count() == 0;
        match self.verdict(has_semicolons || has_commas) {
            // One cell does not stand against the rest of the sheet.
            Verdict::Disputed(Comma) if self.point.count() == 0 && elsewhere == Verdict::Clear(Point) => {
                (Point, Ambiguous::Read)
            }
            // Most of its cells and the rest of the sheet agree.
            Verdict::Disputed(mark) if elsewhere == Verdict::Clear(mark) => (mark, Ambiguous::Read),
            Verdict::Disputed(mark) => (mark, Ambiguous::Refuse),
            Verdict::Clear(mark) if elsewhere == Verdict::Clear(other(mark)) => (mark, Ambiguous::Refuse),
            Verdict::Clear(Comma) if is_odd && elsewhere != Verdict::Clear(Comma) => (Comma, Ambiguous::Refuse),
            Verdict::Clear(mark) => {
                let proofs = if mark == Point { self.point } else { self.comma };
                // Whole numbers have no fractions but with a larger unit (1.5万) and zeros that a program adds (12.0). These show
                // nothing of 20.000.
                let is_plain = holds_groups
                    || if decimals > 0 {
                        proofs.fractions > 0
                    } else {
                        proofs.thousandths > 0
                    };
                (
                    mark,
                    if is_plain {
                        Ambiguous::Read
                    } else {
                        Ambiguous::RefuseFractions
                    },
                )
            }
            Verdict::Nothing => match elsewhere {
                Verdict::Clear(mark) => (
                    mark,
                    if holds_groups {
                        Ambiguous::Read
                    } else {
                        Ambiguous::RefuseFractions
                    },
                ),
                Verdict::Disputed(mark) => (mark, Ambiguous::Refuse),
                Verdict::Nothing => {
                    let is_grouped = decimals == 0 || others.whole_commas > 0;
                    (Point, self.custom(holds_groups, is_grouped, has_semicolons))
                }
            },
        }
    }

    /// Where nothing is proved, the Chinese custom holds: commas group digits, and a point separates decimals. That holds for groups in a
    /// column that cannot have three decimals, and is reported unless it holds whole numbers or another of these is grouped so;
    /// decimals in one that can are read and reported; the rest is unclear.
    fn custom(&self, holds_groups: bool, is_grouped: bool, has_semicolons: bool) -> Ambiguous {
        match (self.unclear_points > 0, self.unclear_commas > 0) {
            (false, false) => Ambiguous::Read,
            _ if has_semicolons => Ambiguous::Refuse,
            (false, true) if !holds_groups && is_grouped => Ambiguous::Read,
            (false, true) if !holds_groups => Ambiguous::ReadAndReport,
            (true, false) if holds_groups => Ambiguous::ReadAndReport,
            _ => Ambiguous::Refuse,
        }
    }
}

/// What is seen of a cell without reading it as a number.
enum FirstLook {
    /// No mark, or one that proves nothing.
    Nothing,
    /// Digits with a point that groups nothing, and whether three of them stand behind it.
    Fraction(bool),
    /// It must be read as a number.
    Unsure,
}

/// Nearly all cells are plain digits, with a point or without.
#[inline]
fn first_look(text: &str) -> FirstLook {
    let bytes = text.as_bytes();
    let mut point = None;
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'0'..=b'9' => {}
            b'.' if point.is_none() => point = Some(at),
            _ if text.contains(['.', ',', '．', '，']) => return FirstLook::Unsure,
            _ => return FirstLook::Nothing,
        }
    }
    match point {
        None => FirstLook::Nothing,
        Some(at) if at + 1 == bytes.len() => FirstLook::Nothing,
        Some(at @ 1..=3) if bytes.len() - at == 4 && bytes[0] != b'0' => FirstLook::Unsure,
        Some(at) => FirstLook::Fraction(bytes.len() - at == 4),
    }
}

/// The cells of a sheet, from which evidence is gathered.
pub(super) struct Sample<'a> {
    pub(super) table: &'a RawTable,
    pub(super) symbols: Symbols<'a>,
    pub(super) thousands: Option<Thousands>,
}

impl Sample<'_> {
    /// What the records show in these columns.
    pub(super) fn evidence(&self, columns: &[(&MatchedColumn, &Column)]) -> Vec<Evidence> {
        let grid = &self.table.grid;
        if grid.separator() == Some(b',') && grid.is_unquoted() {
            return self.points(columns);
        }
        columns
            .iter()
            .map(|(matched, column)| self.of_column(matched, column))
            .collect()
    }

    /// The same where no cell can hold a comma: only cells with a point, or with a full-width mark, are looked at.
    fn points(&self, columns: &[(&MatchedColumn, &Column)]) -> Vec<Evidence> {
        let grid = &self.table.grid;
        let mut found = vec![Evidence::default(); columns.len()];
        let width = columns
            .iter()
            .map(|(matched, _)| matched.index as usize + 1)
            .max()
            .unwrap_or(0);
        let mut numeric = vec![None; width];
        for (at, (matched, _)) in columns.iter().enumerate() {
            numeric[matched.index as usize] = Some(at);
        }
        let text = grid.text();
        for &row in &self.table.records {
            let spans = grid.spans(row as usize);
            let spans = &spans[..width.min(spans.len())];
            let ([(from, _), ..], [.., (_, to)]) = (spans, spans) else {
                continue;
            };
            let of_row = &text.as_bytes()[*from as usize..*to as usize];
            let (mut index, mut seen) = (0, None);
            for hit in memchr::memchr2_iter(b'.', FULL_WIDTH, of_row) {
                let hit = from + hit as u32;
                index += spans[index..].partition_point(|(_, to)| *to <= hit);
                if seen.replace(index) == Some(index) {
                    continue;
                }
                if let Some(at) = numeric[index] {
                    let (from, to) = spans[index];
                    let (matched, column) = columns[at];
                    self.cell(&text[from as usize..to as usize], matched, column, &mut found[at]);
                }
            }
        }
        found
    }

    fn of_column(&self, matched: &MatchedColumn, column: &Column) -> Evidence {
        let grid = &self.table.grid;
        let mut found = Evidence::default();
        for &row in &self.table.records {
            let (row, index) = (row as usize, matched.index as usize);
            if !grid.is_numeric(row, index) {
                self.cell(grid.cell(row, index), matched, column, &mut found);
            }
        }
        found
    }

    #[inline]
    fn cell(&self, text: &str, matched: &MatchedColumn, column: &Column, found: &mut Evidence) {
        match first_look(text) {
            FirstLook::Nothing => {}
            FirstLook::Fraction(is_third) if !self.symbols.shadow => {
                found.point.fractions += 1;
                found.point.thousandths += u32::from(is_third);
            }
            _ => self.read(text, matched, column, found),
        }
    }

    #[cold]
    fn read(&self, text: &str, matched: &MatchedColumn, column: &Column, found: &mut Evidence) {
        let narrow = half_width(tidy(text));
        let narrow = tidy(&narrow);
        if self.symbols.meaning(narrow).is_some() {
            return;
        }
        // No digits before an exponent are grouped.
        if let Some(written) = Exponential::of(narrow) {
            match written.mark {
                Some(Point) => found.point.fractions += 1,
                Some(Comma) => found.comma.fractions += 1,
                None => {}
            }
            return;
        }
        let proof = |proofs: &mut Proofs, mark| {
            let fraction = is_fraction(narrow, mark);
            let decimals = narrow.rsplit_once(mark.as_char()).map_or("", |(_, decimals)| decimals);
            let is_third = decimals.len() == 3 && decimals.bytes().all(|byte| byte.is_ascii_digit());
            proofs.fractions += u32::from(fraction);
            proofs.thousandths += u32::from(fraction && is_third);
            proofs.groups += u32::from(!fraction);
        };
        let (point, comma) = (
            read_as(narrow, Point, self.thousands),
            read_as(narrow, Comma, self.thousands),
        );
        match (point, comma) {
            (Some(_), None) => proof(&mut found.point, Point),
            (None, Some(_)) => proof(&mut found.comma, Comma),
            (Some(point), Some(comma)) if point.number != comma.number => {
                // A range that has room for one of the readings decides, where no unit has to be converted.
                let is_bare = point.unit.is_empty() && matched.unit.is_none();
                let fits = |number: Exact| {
                    let value = number.to_f64();
                    column.range.is_none_or(|(min, max)| min <= value && value <= max)
                };
                match (fits(point.number), fits(comma.number)) {
                    (true, false) if is_bare => proof(&mut found.point, Point),
                    (false, true) if is_bare => proof(&mut found.comma, Comma),
                    _ if is_fraction(narrow, Point) => found.unclear_points += 1,
                    _ => {
                        found.unclear_commas += 1;
                        found.whole_commas += u32::from(column.kind.decimals() == 0);
                    }
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::domain::Grid;
    use crate::pipeline::ColumnKind;
    use crate::pipeline::testing::column;

    const CELLS: [&str; 16] = [
        "",
        "7",
        "120",
        "1.5",
        "12.500",
        "1.234.567",
        "0.125",
        "３．５",
        "１，２００",
        "12人",
        "1.5亩",
        "1.2.3",
        "约1.5",
        ".",
        "5.",
        "东风",
    ];

    /// A sheet as its text has it; the first column is no figure.
    fn sheet(rows: &[Vec<&str>]) -> Grid {
        let mut grid = Grid::new(false).separated_by(b',');
        let mut text = String::new();
        for (row, cells) in rows.iter().enumerate() {
            for cell in cells {
                grid.push_span(text.len() as u32, (text.len() + cell.len()) as u32);
                text += cell;
                text += ",";
            }
            text += "\n";
            grid.end_row(row as u32 + 1);
        }
        grid.with_text(text)
    }

    proptest! {
        #[test]
        fn looking_at_points_alone_shows_the_same(rows in prop::collection::vec(prop::collection::vec(prop::sample::select(&CELLS[..]), 0..5), 1..6)) {
            let figures = column("c", ColumnKind::Decimal { scale: 2, unit: None, percent: false, double: false });
            let matched: Vec<MatchedColumn> = [1, 2, 3].map(|index| MatchedColumn { column: 0, index, unit: None }).into();
            let columns: Vec<_> = matched.iter().map(|matched| (matched, &figures)).collect();
            let symbols = BTreeMap::new();
            let evidence = |grid: Grid| {
                let records = (0..rows.len() as u32).collect();
                let table = RawTable::plain(grid, matched.clone(), records);
                let sample = Sample { table: &table, symbols: Symbols::new(&symbols), thousands: None };
                sample.evidence(&columns)
            };
            prop_assert_eq!(evidence(sheet(&rows).unquoted()), evidence(sheet(&rows)));
        }
    }
}

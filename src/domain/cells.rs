//! The additive figures behind every later table, and who they come from.

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Period;
use super::exact::{minus, plus};

/// One indicator's additive figures in one area of the lowest level (or the sending area itself, where that is higher)
/// and one combination of members of the row-level dimensions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    /// Position of the area in [`CellKeys::areas`].
    pub area: u32,
    /// Position of the members in [`CellKeys::combinations`].
    pub combination: u32,
    /// Σ numerator × 10^scale over accepted rows where numerator and denominator are both known; [`super::exact::LOST`] where it
    /// leaves 128 bits, as for the next two.
    pub numerator: i128,
    /// Σ denominator × 10^scale over the same rows.
    pub denominator: i128,
    /// Σ denominator × 10^scale over the other rows: numerator missing, or row quarantined.
    pub rest: i128,
    /// Accepted rows where both are known.
    pub rows: i64,
}

impl Cell {
    /// The dimension does not exist for the form of this indicator, or groups areas.
    pub const NO_MEMBER: u16 = u16::MAX;
}

/// What the numbers in cells stand for. They are in the order of what they stand for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CellKeys {
    /// Codes of areas, ascending. Not every one of them need have a cell.
    pub areas: Vec<String>,
    /// Members of every dimension of the pipeline, in its order, ascending: each an index into the dimension's members, or
    /// [`Cell::NO_MEMBER`].
    pub combinations: Vec<Vec<u16>>,
}

impl CellKeys {
    /// The keys that there are among some pairs of area and members, and the numbers of each pair.
    pub fn of<'a>(pairs: impl Iterator<Item = (&'a str, &'a [u16])> + Clone) -> (CellKeys, Vec<(u32, u32)>) {
        let (mut areas, mut combinations): (BTreeMap<&str, u32>, BTreeMap<&[u16], u32>) = Default::default();
        for (area, members) in pairs.clone() {
            areas.insert(area, 0);
            combinations.insert(members, 0);
        }
        areas.values_mut().zip(0..).for_each(|(number, at)| *number = at);
        combinations.values_mut().zip(0..).for_each(|(number, at)| *number = at);
        let numbers = pairs
            .map(|(area, members)| (areas[area], combinations[members]))
            .collect();
        let keys = CellKeys {
            areas: areas.into_keys().map(str::to_owned).collect(),
            combinations: combinations.into_keys().map(<[u16]>::to_vec).collect(),
        };
        (keys, numbers)
    }
}

/// The cells of one indicator in one period, `where` already applied; sorted by area and members.
#[derive(Clone, Debug)]
pub struct IndicatorCells {
    /// The period.
    pub period: Period,
    /// Index of the indicator in the pipeline.
    pub indicator: usize,
    /// 10^-scale of the numerator's measure turns integers into its unit.
    pub numerator_scale: u32,
    /// The same for the denominator (and `rest`).
    pub denominator_scale: u32,
    /// Areas and members of the cells; the indicators of a form share them.
    pub keys: Arc<CellKeys>,
    /// The figures.
    pub cells: Vec<Cell>,
    /// Records (accepted or quarantined) by area whose denominator is unknown, or of which it is unknown whether
    /// `where` holds: no cell's `rest` has them, so bounds without a register cannot stand where there are any.
    pub unknown: BTreeMap<String, i64>,
    /// Accepted rows where both are known and which `where` leaves out, by position of the area in [`CellKeys::areas`]; empty where there are none.
    pub left_out: Vec<i64>,
    /// Where numerator and denominator are of two forms: areas of which something came and nothing counts, since not all of it came
    /// from both.
    pub unmatched: BTreeSet<String>,
}

impl IndicatorCells {
    /// The cells of each area that has any, with its code.
    pub fn by_area(&self) -> impl Iterator<Item = (&str, &[Cell])> {
        let areas = self.cells.chunk_by(|a, b| a.area == b.area);
        areas.map(|cells| (self.keys.areas[cells[0].area as usize].as_str(), cells))
    }

    /// Takes over cells with their areas and members, sorted by these, of whatever numbers.
    pub fn fill(&mut self, found: Vec<(String, Vec<u16>, Cell)>) {
        let pairs = found
            .iter()
            .map(|(area, members, _)| (area.as_str(), members.as_slice()));
        let (keys, numbers) = CellKeys::of(pairs);
        let numbered = found.iter().zip(numbers);
        self.cells = numbered
            .map(|((.., cell), (area, combination))| Cell {
                area,
                combination,
                ..*cell
            })
            .collect();
        self.keys = Arc::new(keys);
    }

    /// Members of a cell, one entry a dimension of the pipeline.
    pub fn members(&self, cell: &Cell) -> &[u16] {
        &self.keys.combinations[cell.combination as usize]
    }
}

/// An indicator's sums over an area and all below it; integers as in [`Cell`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sums {
    /// Σ numerator × 10^scale.
    pub numerator: i128,
    /// Σ denominator × 10^scale.
    pub denominator: i128,
    /// Σ denominator × 10^scale of records whose numerator is missing, or that are quarantined.
    pub rest: i128,
    /// Records behind numerator and denominator.
    pub rows: i64,
    /// Records as in [`IndicatorCells::unknown`].
    pub unknown: i64,
    /// Areas behind any of these figures: of the lowest level, but for a sender above it.
    pub counties: i64,
}

impl From<&Cell> for Sums {
    /// Those of one cell, without area and unknown records.
    fn from(cell: &Cell) -> Sums {
        Sums {
            numerator: cell.numerator,
            denominator: cell.denominator,
            rest: cell.rest,
            rows: cell.rows,
            ..Sums::default()
        }
    }
}

impl Sums {
    /// What is left where the other is taken away.
    pub fn minus(&self, other: &Sums) -> Sums {
        Sums {
            numerator: minus(self.numerator, other.numerator),
            denominator: minus(self.denominator, other.denominator),
            rest: minus(self.rest, other.rest),
            rows: self.rows - other.rows,
            unknown: self.unknown - other.unknown,
            counties: self.counties - other.counties,
        }
    }

    /// Both together.
    pub fn plus(&self, other: &Sums) -> Sums {
        Sums {
            numerator: plus(self.numerator, other.numerator),
            denominator: plus(self.denominator, other.denominator),
            rest: plus(self.rest, other.rest),
            rows: self.rows + other.rows,
            unknown: self.unknown + other.unknown,
            counties: self.counties + other.counties,
        }
    }
}

/// The sums of one indicator in one period over every area of every level that has cells at or below it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndicatorLevels {
    /// The period.
    pub period: Period,
    /// Index of the indicator in the pipeline.
    pub indicator: usize,
    /// As in [`IndicatorCells`].
    pub numerator_scale: u32,
    /// As in [`IndicatorCells`].
    pub denominator_scale: u32,
    /// By area code.
    pub areas: BTreeMap<String, Sums>,
    /// As in [`IndicatorCells`].
    pub unmatched: BTreeSet<String>,
}

/// Who owed a form for a period, and what came.
#[derive(Clone, Debug, Default, Serialize)]
pub struct FormCoverage {
    /// Reporters that owe it, by area code, with what the register says of them.
    pub expected: Arc<BTreeMap<String, Expected>>,
    /// What came, by area code of the row (a nation-wide file covers many areas): figures over current submissions only.
    pub received: BTreeMap<String, AreaCounts>,
    /// By area and indicator: the denominator of the area's last complete report, of areas that have not sent all they owe and of which the register
    /// does not say how much they have.
    pub last: BTreeMap<String, BTreeMap<usize, f64>>,
}

/// What the register says of a reporter.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Expected {
    /// Rows it should send; None: the register does not say.
    pub rows: Option<i64>,
    /// Further register columns by name, such as `rural_communities`; a blank is absent.
    pub register: BTreeMap<Arc<str>, f64>,
    /// People who live there, by whichever of its rows says so; None: none does, or no column is declared to.
    pub population: Option<f64>,
}

/// What an area sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AreaCounts {
    /// Submissions that count (neither superseded nor repeated), rejected ones included.
    pub submissions: i64,
    /// Whether the first usable revision came in time; None without receipts.
    pub on_time: Option<bool>,
    /// Rows accepted.
    pub rows_accepted: i64,
    /// Rows quarantined of submissions that count: they were read, and their denominators summed where known.
    pub rows_quarantined: i64,
    /// Rows of submissions refused as a whole, of which nothing was summed.
    pub rows_refused: i64,
    /// Required cells in records (accepted and quarantined).
    pub cells_due: i64,
    /// Of them, filled and readable.
    pub cells_answered: i64,
    /// Accepted rows with corrected cells: the columns of each, as indices of the form.
    pub corrected: Vec<BTreeSet<usize>>,
}

impl AreaCounts {
    /// Whether anything of what was sent is held back.
    pub fn holds_back(&self) -> bool {
        self.rows_quarantined > 0 || self.rows_refused > 0
    }

    /// Both together; one that came in time is enough.
    pub fn add(&mut self, other: &AreaCounts) {
        self.submissions += other.submissions;
        self.on_time = match (self.on_time, other.on_time) {
            (Some(one), Some(two)) => Some(one || two),
            (one, two) => one.or(two),
        };
        self.rows_accepted += other.rows_accepted;
        self.rows_quarantined += other.rows_quarantined;
        self.rows_refused += other.rows_refused;
        self.cells_due += other.cells_due;
        self.cells_answered += other.cells_answered;
        self.corrected.extend(other.corrected.iter().cloned());
    }
}

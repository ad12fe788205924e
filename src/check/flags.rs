//! What other findings say of the cells that are held against each other.

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

use crate::domain::{Code, Finding, Mend, Severity};

/// What has been found in cells so far.
pub struct Flags<'a> {
    by_column: BTreeMap<u32, BTreeMap<&'a str, Vec<&'a Finding>>>,
    /// Rows that a rule asks about and nobody has answered for, and the columns it asks about.
    open: BTreeMap<u32, BTreeSet<(u32, &'a str)>>,
    /// The same of hard rules.
    blamed: BTreeMap<u32, BTreeSet<(u32, &'a str)>>,
    /// Where something was found that may have kept a cell from being read.
    faulty: BTreeMap<u32, BTreeMap<&'a str, Faulty>>,
}

/// The rows of a column at which something was found.
#[derive(Default)]
struct Faulty {
    /// It is about the column as a whole.
    is_whole: bool,
    /// In order.
    rows: Vec<u32>,
}

impl<'a> Flags<'a> {
    /// Of the findings of a bundle, each with its submission, numbered as in the bundle's frames, and whether its sender has explained it.
    pub fn new(findings: impl Iterator<Item = (u32, &'a Finding, bool)>) -> Flags<'a> {
        let mut by_column: BTreeMap<u32, BTreeMap<&str, Vec<&Finding>>> = BTreeMap::new();
        let mut open: BTreeMap<u32, BTreeSet<(u32, &str)>> = BTreeMap::new();
        let mut blamed = open.clone();
        let mut faulty: BTreeMap<u32, BTreeMap<&str, Faulty>> = BTreeMap::new();
        for (submission, finding, is_explained) in findings {
            let is_of_rule = finding.code.engine().is_none();
            if is_of_rule && finding.is_open() && !is_explained {
                let cells = match finding.severity {
                    Severity::Hard => &mut blamed,
                    _ => &mut open,
                };
                cells.entry(submission).or_default().extend(asked(finding));
            }
            let Some(column) = finding.place.column.as_deref() else {
                continue;
            };
            let of_submission = by_column.entry(submission).or_default();
            of_submission.entry(column).or_default().push(finding);
            if finding.severity != Severity::Info {
                let of_submission = faulty.entry(submission).or_default();
                let at = of_submission.entry(column).or_default();
                at.is_whole |= finding.place.row.is_none() && finding.rows.is_empty();
                at.rows.extend(finding.place.row.iter().chain(&finding.rows));
            }
        }
        let columns = faulty.values_mut().flat_map(BTreeMap::values_mut);
        columns.for_each(|at| at.rows.sort_unstable());
        Flags {
            by_column,
            open,
            blamed,
            faulty,
        }
    }

    fn of(&self, submission: u32, column: &str) -> &[&'a Finding] {
        let found = self.by_column.get(&submission).and_then(|columns| columns.get(column));
        found.map_or(&[], Vec::as_slice)
    }

    /// Whether a cell without a value has one that could not be read.
    pub(super) fn unreadable(&self, submission: u32, column: &str, row: u32) -> bool {
        let found = self.faulty.get(&submission).and_then(|columns| columns.get(column));
        found.is_some_and(|at| at.is_whole || at.rows.binary_search(&row).is_ok())
    }

    /// Whether a hard rule is about a cell.
    pub(super) fn is_blamed(&self, submission: u32, column: &str, row: u32) -> bool {
        let cells = self.blamed.get(&submission);
        cells.is_some_and(|cells| cells.contains(&(row, column)))
    }

    /// The figure that a finding on a cell proposes.
    pub(super) fn mended(&self, submission: u32, column: &str, row: u32, figure: f64) -> Option<f64> {
        self.mends(submission, column).get(&row)?.applied_to(figure)
    }

    /// What findings propose for the figures of a submission in a column, by row: the first of each row.
    pub(super) fn mends(&self, submission: u32, column: &str) -> BTreeMap<u32, &'a Mend> {
        let mut mends = BTreeMap::new();
        for &finding in self.of(submission, column) {
            let Some(mend) = &finding.mend else { continue };
            // A figure is one cell's, a factor the whole column's.
            let is_of_rows = match mend {
                Mend::Text(_) => false,
                Mend::Figure { .. } => finding.place.row.is_some(),
                Mend::Factor(_) => finding.place.row.is_none(),
            };
            if is_of_rows {
                rows(finding).for_each(|row| _ = mends.entry(row).or_insert(mend));
            }
        }
        mends
    }

    /// Rows of a submission that a rule asks about: whatever stands in them may change yet.
    pub(super) fn questioned_rows(&self, submission: u32) -> BTreeSet<u32> {
        let open = self.open.get(&submission).into_iter().flatten();
        open.map(|(row, _)| *row).collect()
    }

    /// Whether a rule asks about a cell.
    pub(super) fn is_questioned(&self, submission: u32, column: &str, row: u32) -> bool {
        self.open
            .get(&submission)
            .is_some_and(|open| open.contains(&(row, column)))
    }

    /// Whether any figure of a column was converted from another unit.
    pub(super) fn converted(&self, submission: u32, column: &str) -> bool {
        let mut findings = self.of(submission, column).iter();
        findings.any(|finding| finding.code == Code::UnitConverted)
    }
}

/// The rows that a finding is about: its own, or those it stands for.
fn rows(finding: &Finding) -> impl Iterator<Item = u32> {
    let stood_for = if finding.place.row.is_none() {
        finding.rows.as_slice()
    } else {
        &[]
    };
    finding.place.row.into_iter().chain(stood_for.iter().copied())
}

/// The cells of its own submission that a finding asks about. The cells of one that stands for many rows are those of the
/// first, and the others are asked about in the same columns.
fn asked(finding: &Finding) -> BTreeSet<(u32, &str)> {
    let own = finding.cells.iter().filter(|cell| cell.path.is_none());
    let places = std::iter::once(&finding.place).chain(own.map(|cell| &cell.place));
    let mut asked = BTreeSet::new();
    for place in places {
        let column = place.column.as_deref().unwrap_or_default();
        asked.extend(place.row.map(|row| (row, column)));
        if finding.place.row.is_none() {
            asked.extend(finding.rows.iter().map(|&row| (row, column)));
        }
    }
    asked
}

/// Figures that a rule asks about, among those of a sum. Once they are mended a difference may be gone, so that it is no
/// finding of its own before.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(super) struct Questioned {
    rows: i128,
    sum: i128,
    /// The largest figure of any row: what a questioned one may become.
    largest: i128,
    /// Whether any row has a figure: else nobody knows how large one may be.
    any: bool,
}

impl Questioned {
    /// Adds a figure of the sum.
    pub(super) fn see(&mut self, figure: i128, questioned: bool) {
        self.largest = self.largest.max(figure.abs());
        self.any = true;
        if questioned {
            self.rows += 1;
            self.sum += figure;
        }
    }

    /// Adds a row whose figure is not there.
    pub(super) fn lack(&mut self) {
        self.rows += 1;
    }

    /// Adds rows whose figures are not in the sum.
    pub(super) fn lack_all(&mut self, other: Questioned) {
        self.rows += other.rows;
        self.largest = self.largest.max(other.largest);
        self.any |= other.any;
    }

    /// The figures that are asked about.
    pub(super) fn sum(&self) -> i128 {
        self.sum
    }

    /// Adds those of another part of the sum.
    pub(super) fn add(&mut self, other: Questioned) {
        self.rows += other.rows;
        self.sum += other.sum;
        self.largest = self.largest.max(other.largest);
        self.any |= other.any;
    }

    /// The same with figures of more decimals.
    pub(super) fn raised(self, factor: i128) -> Questioned {
        Questioned {
            sum: self.sum * factor,
            largest: self.largest * factor,
            ..self
        }
    }

    /// Whether mending them could account for a difference: none falls below zero, nor rises above the largest row.
    pub(super) fn accounts_for(&self, difference: i128) -> bool {
        if difference > 0 {
            difference <= self.sum
        } else {
            -difference <= self.rows * self.largest || self.rows > 0 && !self.any
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{CellValue, Place, Text};

    fn place(row: Option<u32>, column: &str) -> Place {
        Place {
            row,
            column: Some(column.into()),
            ..Place::default()
        }
    }

    fn of_column(severity: Severity, mend: Mend) -> Finding {
        let cell = |path: Option<&str>, column: &str| CellValue {
            place: place(Some(2), column),
            path: path.map(Into::into),
            value: "700".to_owned(),
        };
        Finding {
            rows: vec![2, 3, 5],
            ..Finding::of_rule("r", severity, Text::new("错", "wrong"))
        }
        .at(place(None, "fund"))
        .mend(mend)
        .cells(vec![
            cell(None, "fund"),
            cell(None, "people"),
            cell(Some("earlier.csv"), "area"),
        ])
    }

    #[test]
    fn a_finding_of_a_column_asks_about_all_its_rows() {
        let finding = of_column(Severity::Explain, Mend::Factor(-2));
        let flags = Flags::new(std::iter::once((4, &finding, false)));
        assert_eq!(flags.questioned_rows(4), BTreeSet::from([2, 3, 5]));
        assert!(flags.is_questioned(4, "fund", 3) && flags.is_questioned(4, "people", 5));
        assert!(!flags.is_questioned(4, "fund", 4) && !flags.is_questioned(4, "area", 2));
        assert!(!flags.is_blamed(4, "fund", 3));
        assert_eq!(flags.mended(4, "fund", 3, 900.0), Some(9.0));
        assert_eq!(flags.mended(4, "fund", 4, 900.0), None);
        let answered = Flags::new(std::iter::once((4, &finding, true)));
        assert_eq!(
            answered.questioned_rows(4),
            BTreeSet::new(),
            "its sender has explained it"
        );
        assert_eq!(answered.mended(4, "fund", 3, 900.0), Some(9.0));
        let info = of_column(Severity::Info, Mend::figure("700", 700.0));
        let flags = Flags::new(std::iter::once((4, &info, false)));
        assert_eq!(flags.questioned_rows(4), BTreeSet::new());
        assert!(
            flags.mends(4, "fund").is_empty(),
            "one figure for a column is none of its rows'"
        );
    }

    #[test]
    fn a_finding_of_many_rows_says_nothing_of_the_others() {
        let of_rows = of_column(Severity::Hard, Mend::Factor(-2));
        let whole = Finding {
            rows: Vec::new(),
            ..of_column(Severity::Explain, Mend::Factor(-2))
        };
        let whole = whole.at(place(None, "area"));
        let info = of_column(Severity::Info, Mend::from("")).at(place(Some(7), "people"));
        let all = [of_rows, whole, info];
        let flags = Flags::new(all.iter().map(|finding| (4, finding, false)));
        let unreadable = |column, row| flags.unreadable(4, column, row);
        assert!(
            unreadable("fund", 5) && !unreadable("fund", 4),
            "2, 3 and 5 are its rows"
        );
        assert!(
            unreadable("area", 4),
            "a finding without rows is about the whole column"
        );
        assert!(!unreadable("people", 7) && !flags.unreadable(3, "fund", 5));
        assert!(flags.is_blamed(4, "people", 5) && !flags.is_blamed(4, "fund", 4));
    }

    #[test]
    fn a_column_without_a_figure_may_hold_anything() {
        let mut lacking = Questioned::default();
        assert!(!lacking.accounts_for(-1));
        lacking.lack();
        assert!(lacking.accounts_for(-1) && !lacking.accounts_for(1));
        lacking.see(0, false);
        assert!(!lacking.accounts_for(-1));
    }

    #[test]
    fn questioned_figures_account_for_what_they_may_become() {
        let mut questioned = Questioned::default();
        for (figure, is_questioned) in [(7, true), (5, false), (9, false)] {
            questioned.see(figure, is_questioned);
        }
        assert!(questioned.accounts_for(7) && !questioned.accounts_for(8));
        assert!(questioned.accounts_for(-9) && !questioned.accounts_for(-10));
        let raised = questioned.raised(100);
        assert!(raised.accounts_for(700) && !raised.accounts_for(701));
        assert!(raised.accounts_for(-900) && !raised.accounts_for(-901));
    }
}

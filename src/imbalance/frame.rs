//! One indicator in one period, seen by scope and member: the sums that all three tables stand on.

use std::collections::{BTreeMap, HashMap};

use super::places::{Place, Places};
use super::{Inputs, Reason, Unit};
use crate::domain::{Cell, Expected, FormCoverage, IndicatorCells, Received};
use crate::pipeline::{Dimension, DimensionIndex, DimensionLevel, Form, Indicator, Pipeline, RowUnit, UNKNOWN};

/// Exact sums of cells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sums {
    pub(super) numerator: i128,
    pub(super) denominator: i128,
    /// Denominator of rows that count as unreported.
    pub(super) rest: i128,
    pub(super) rows: i128,
}

impl Sums {
    fn add(&mut self, cell: &Cell, counts_rest: bool) {
        self.numerator += i128::from(cell.numerator);
        self.denominator += i128::from(cell.denominator);
        self.rows += i128::from(cell.rows);
        if counts_rest {
            self.rest += i128::from(cell.rest);
        }
    }
}

/// A cell with where it lies.
struct Located<'a> {
    cell: &'a Cell,
    place: &'a Place,
    /// Number of its area, in ascending order of codes.
    area: usize,
    counts_rest: bool,
}

/// An area that owes the form or has sent it, and that the indicator's restriction does not leave out.
pub(super) struct Sender<'a> {
    pub(super) place: &'a Place,
    pub(super) expected: bool,
    pub(super) reported: bool,
    /// Whether every record it owes was sent and its denominator read.
    pub(super) all_read: bool,
    /// Denominator of what it owes and the figures lack.
    pub(super) missing: Result<f64, Reason>,
}

/// One indicator in one period.
pub(super) struct Frame<'a> {
    pub(super) pipeline: &'a Pipeline,
    pub(super) indicator: &'a Indicator,
    pub(super) source: &'a IndicatorCells,
    pub(super) places: &'a Places,
    pub(super) senders: Vec<Sender<'a>>,
    form: &'a Form,
    cells: Vec<Located<'a>>,
}

impl<'a> Frame<'a> {
    /// None where the period has no places: nothing can be told then.
    pub(super) fn new(inputs: &Inputs<'a>, source: &'a IndicatorCells) -> Option<Frame<'a>> {
        let pipeline = inputs.pipeline;
        let indicator = &pipeline.indicators[source.indicator];
        let form_index = pipeline.measures[indicator.denominator].form;
        let places = inputs.places.get(&source.period)?;
        let coverage = inputs.coverage.get(&(source.period, form_index));
        Some(Frame {
            pipeline,
            indicator,
            source,
            places,
            senders: senders(inputs, source, places, coverage),
            form: &pipeline.forms[form_index],
            cells: locate(source, places, coverage),
        })
    }

    /// Dimensions that group what the form describes.
    pub(super) fn dimensions(&self) -> impl Iterator<Item = DimensionIndex> + '_ {
        (0..self.pipeline.dimensions.len()).filter(|&d| self.applies(d))
    }

    fn applies(&self, dimension: DimensionIndex) -> bool {
        match (&self.pipeline.dimensions[dimension].level, &self.form.unit) {
            (DimensionLevel::Row { column, .. }, _) => self.form.column(column).is_some(),
            (DimensionLevel::Area { level, .. }, RowUnit::Area(unit)) => level <= unit,
            (DimensionLevel::Area { .. }, RowUnit::Below(_)) => true,
        }
    }

    /// Number of scopes within which a dimension's members are compared: the root alone, or every partition area too.
    pub(super) fn scopes(&self, dimension: DimensionIndex) -> usize {
        let partition = self.pipeline.registry.partition;
        let below = match self.pipeline.dimensions[dimension].level {
            DimensionLevel::Area { level, .. } => level > partition,
            DimensionLevel::Row { .. } => !matches!(self.form.unit, RowUnit::Area(unit) if unit < partition),
        };
        if below {
            self.places.scopes.len()
        } else {
            self.places.scopes.len().min(1)
        }
    }

    /// Whether a dimension groups areas, not rows.
    pub(super) fn groups_areas(&self, dimension: DimensionIndex) -> bool {
        matches!(self.pipeline.dimensions[dimension].level, DimensionLevel::Area { .. })
    }

    /// Scope numbers a place counts in, of the first `count`.
    pub(super) fn scopes_of(place: &Place, count: usize) -> impl Iterator<Item = usize> {
        (0..count.min(1)).chain(place.scope.filter(|&s| s > 0 && s < count))
    }

    /// Member of a cell; areas or rows without an entry are `unknown`.
    fn member(&self, dimension: DimensionIndex, cell: &Cell, place: &Place) -> usize {
        let of = &self.pipeline.dimensions[dimension];
        let entry = match of.level {
            DimensionLevel::Area { .. } => place.members.get(dimension).copied().flatten(),
            DimensionLevel::Row { .. } => cell.members.get(dimension).copied(),
        };
        entry
            .map(usize::from)
            .filter(|&m| m < of.members.len())
            .unwrap_or_else(|| unknown(of))
    }

    /// Member of an area, for a dimension of areas; None for one of rows.
    pub(super) fn member_of_area(&self, dimension: DimensionIndex, place: &Place) -> Option<usize> {
        let of = &self.pipeline.dimensions[dimension];
        match of.level {
            DimensionLevel::Row { .. } => None,
            DimensionLevel::Area { .. } => {
                let entry = place.members.get(dimension).copied().flatten().map(usize::from);
                Some(entry.filter(|&m| m < of.members.len()).unwrap_or_else(|| unknown(of)))
            }
        }
    }

    /// Whether the indicator is restricted to members of this dimension that leave this one out.
    pub(super) fn filtered_out(&self, dimension: DimensionIndex, member: usize) -> bool {
        let id = member_id(&self.pipeline.dimensions[dimension], member);
        self.indicator
            .filter
            .iter()
            .any(|(d, members)| *d == dimension && !members.iter().any(|m| m == id))
    }

    /// Whether the indicator is restricted to this member alone: then all that is missing belongs to it.
    pub(super) fn pinned_to(&self, dimension: DimensionIndex, member: usize) -> bool {
        let id = member_id(&self.pipeline.dimensions[dimension], member);
        self.indicator
            .filter
            .iter()
            .any(|(d, members)| *d == dimension && members.iter().all(|m| m == id))
    }

    /// Sums by scope and member; a row more than the dimension has members where something is of none of them.
    pub(super) fn by_member(&self, dimension: DimensionIndex) -> Vec<Vec<Sums>> {
        let of = &self.pipeline.dimensions[dimension];
        let scopes = self.scopes(dimension);
        let mut all = vec![vec![Sums::default(); of.members.len().max(unknown(of) + 1)]; scopes];
        for located in &self.cells {
            let member = self.member(dimension, located.cell, located.place);
            for scope in Self::scopes_of(located.place, scopes) {
                all[scope][member].add(located.cell, located.counts_rest);
            }
        }
        all
    }

    /// Units of each scope: areas for a dimension of areas, area × member for one of rows. Order: area, member.
    pub(super) fn units(&self, dimension: DimensionIndex) -> Vec<Vec<(usize, Sums)>> {
        let scopes = self.scopes(dimension);
        let mut sums: BTreeMap<(usize, usize), (&Place, Sums)> = BTreeMap::new();
        for located in &self.cells {
            let member = self.member(dimension, located.cell, located.place);
            let unit = sums
                .entry((located.area, member))
                .or_insert((located.place, Sums::default()));
            unit.1.add(located.cell, located.counts_rest);
        }
        let mut all = vec![Vec::new(); scopes];
        for ((_, member), (place, sums)) in sums {
            for scope in Self::scopes_of(place, scopes) {
                all[scope].push((member, sums));
            }
        }
        all
    }

    /// Sums by scope and member of `dimension`, each split by the joint strata of `strata`.
    pub(super) fn by_strata(
        &self,
        dimension: DimensionIndex,
        strata: &[DimensionIndex],
    ) -> BTreeMap<(usize, usize), BTreeMap<u128, Sums>> {
        let scopes = self.scopes(dimension);
        // Hashed while summing, ordered afterwards: integer sums do not mind the order.
        let mut sums: HashMap<(usize, usize, u128), Sums> = HashMap::new();
        for located in &self.cells {
            let stratum = strata.iter().fold(0u128, |key, &d| {
                let radix = self.pipeline.dimensions[d].members.len() as u128 + 1;
                key.wrapping_mul(radix)
                    .wrapping_add(self.member(d, located.cell, located.place) as u128)
            });
            let member = self.member(dimension, located.cell, located.place);
            for scope in Self::scopes_of(located.place, scopes) {
                sums.entry((scope, member, stratum))
                    .or_default()
                    .add(located.cell, located.counts_rest);
            }
        }
        let mut ordered: BTreeMap<(usize, usize), BTreeMap<u128, Sums>> = BTreeMap::new();
        for ((scope, member, stratum), sum) in sums {
            ordered.entry((scope, member)).or_default().insert(stratum, sum);
        }
        ordered
    }

    /// Other dimensions whose strata split a gap of this one.
    pub(super) fn strata(&self, dimension: DimensionIndex) -> Vec<DimensionIndex> {
        let declared = &self.pipeline.dimensions[dimension].strata;
        declared
            .iter()
            .copied()
            .filter(|&d| d != dimension && self.applies(d))
            .collect()
    }

    /// Numerator in the unit of its measure.
    pub(super) fn numerator(&self, sums: &Sums) -> f64 {
        sums.numerator as f64 / power_of_ten(self.source.numerator_scale)
    }

    /// Denominator in the unit of its measure.
    pub(super) fn denominator(&self, sums: &Sums) -> f64 {
        sums.denominator as f64 / power_of_ten(self.source.denominator_scale)
    }

    /// Denominator of the rows that count as unreported, likewise.
    pub(super) fn rest(&self, sums: &Sums) -> f64 {
        sums.rest as f64 / power_of_ten(self.source.denominator_scale)
    }

    /// A unit of the dispersion; its weight keeps the integer denominator, so that weights add up exactly.
    pub(super) fn unit(&self, group: usize, sums: &Sums) -> Unit {
        let x = if sums.denominator == 0 {
            0.0
        } else {
            self.numerator(sums) / self.denominator(sums)
        };
        Unit {
            x,
            weight: sums.denominator as f64,
            group,
        }
    }
}

/// Name of a member in tables.
pub(super) fn member_id(dimension: &Dimension, member: usize) -> &str {
    dimension.members.get(member).map_or(UNKNOWN, |m| m.id.as_str())
}

/// Index of `unknown`; one past the last where the dimension does not declare it.
fn unknown(dimension: &Dimension) -> usize {
    dimension
        .members
        .iter()
        .position(|m| m.id == UNKNOWN)
        .unwrap_or(dimension.members.len())
}

fn power_of_ten(scale: u32) -> f64 {
    10f64.powi(scale as i32)
}

/// Everyone who owes the form or has accepted rows of it.
fn senders<'a>(
    inputs: &Inputs<'a>,
    source: &IndicatorCells,
    places: &'a Places,
    coverage: Option<&FormCoverage>,
) -> Vec<Sender<'a>> {
    let Some(coverage) = coverage else { return Vec::new() };
    let pipeline = inputs.pipeline;
    let indicator = &pipeline.indicators[source.indicator];
    let own = known(source);
    let nothing = Received::default();
    let expected = coverage.expected.iter().map(|(code, owed)| (code, Some(owed)));
    let uninvited = coverage
        .received
        .iter()
        .filter(|(code, got)| got.rows_accepted > 0 && !coverage.expected.contains_key(*code));
    expected
        .chain(uninvited.map(|(code, _)| (code, None)))
        .map(|(code, owed)| (code, owed, places.of(code)))
        .filter(|(_, _, place)| concerns(pipeline, indicator, place))
        .map(|(code, owed, place)| {
            let got = coverage.received.get(code).unwrap_or(&nothing);
            let own = own.get(code.as_str()).copied().unwrap_or_default();
            sender(indicator, place, owed, got, own)
        })
        .collect()
}

/// Whether rows of an area can be within the indicator's restriction.
fn concerns(pipeline: &Pipeline, indicator: &Indicator, place: &Place) -> bool {
    indicator.filter.iter().all(|(d, members)| {
        let of = &pipeline.dimensions[*d];
        let entry = place
            .members
            .get(*d)
            .copied()
            .flatten()
            .map_or_else(|| unknown(of), usize::from);
        matches!(of.level, DimensionLevel::Row { .. }) || members.iter().any(|m| m == member_id(of, entry))
    })
}

/// An area's denominator, that of its rows without numerator or in quarantine, and its records without denominator.
type Known = (f64, f64, i64);

fn known(source: &IndicatorCells) -> BTreeMap<&str, Known> {
    let scale = power_of_ten(source.denominator_scale);
    let mut all: BTreeMap<&str, Known> = BTreeMap::new();
    for cells in source.cells.chunk_by(|a, b| a.area_code == b.area_code) {
        let total = |of: fn(&Cell) -> i64| cells.iter().map(|c| i128::from(of(c))).sum::<i128>() as f64 / scale;
        all.insert(&cells[0].area_code, (total(|c| c.denominator), total(|c| c.rest), 0));
    }
    for (code, records) in &source.unknown {
        all.entry(code).or_default().2 += records;
    }
    all
}

/// The register's total less what is known covers, once each, records never sent, records without denominator and
/// records in quarantine. Where the register leaves no room for anything missing, or is silent, the denominators read
/// in quarantine are what is missing. The `indicators` table holds the same rule.
fn sender<'a>(
    indicator: &Indicator,
    place: &'a Place,
    owed: Option<&Expected>,
    got: &Received,
    (denominator, rest, unknown): Known,
) -> Sender<'a> {
    let reported = got.rows_accepted > 0;
    let Some(owed) = owed else {
        return Sender {
            place,
            expected: false,
            reported: false,
            all_read: true,
            missing: Ok(rest),
        };
    };
    let unsent = owed
        .rows
        .is_some_and(|rows| got.rows_accepted + got.rows_quarantined < rows);
    let all_read = reported && !unsent && unknown == 0;
    let register = indicator.register.as_ref().map(|column| owed.register.get(column));
    let missing = match register {
        Some(Some(&total)) if total > denominator => Ok(total - denominator),
        Some(Some(_)) => Ok(rest),
        _ if all_read => Ok(rest),
        Some(None) => Err(Reason::RegisterIncomplete),
        None => Err(Reason::NoRegister),
    };
    Sender {
        place,
        expected: true,
        reported,
        all_read,
        missing,
    }
}

fn locate<'a>(source: &'a IndicatorCells, places: &'a Places, coverage: Option<&FormCoverage>) -> Vec<Located<'a>> {
    let mut area = 0;
    let mut located: Vec<Located<'a>> = Vec::with_capacity(source.cells.len());
    for cells in source.cells.chunk_by(|a, b| a.area_code == b.area_code) {
        let code = &cells[0].area_code;
        let place = places.of(code);
        // Nothing is missing of an area that owes nothing and of which nothing was accepted: another reports for it.
        let counts_rest = coverage
            .is_none_or(|c| c.expected.contains_key(code) || c.received.get(code).is_some_and(|r| r.rows_accepted > 0));
        located.extend(cells.iter().map(|cell| Located {
            cell,
            place,
            area,
            counts_rest,
        }));
        area += 1;
    }
    located
}

//! The table `indicators_constant_boundaries`: the figures of a period for the areas of one day, whatever the boundaries were then.
//!
//! Sums and reporters are moved by the registry's crosswalk. What stays whole is added as integers; what was divided by known shares is
//! allocated as exact fractions, so that the parts of an area add up to it. What was divided in unknown shares leaves the figure of
//! each part null, and widens its bounds by all that may lie in it.

use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;
use rayon::prelude::*;

use super::figure::{Bounds, Figure, Reporting, Scale, known};
use super::inputs::Inputs;
use super::reason::{Reason, token};
use super::reporters::{Reporter, reporters};
use crate::domain::{Fraction, IndicatorCells, Lang, Portions, Sums};
use crate::pipeline::Pipeline;
use crate::registry::{Crosswalk, Lies, Registry};
use crate::tables::{ConstantBoundariesRow, Table};

/// A row per period, indicator and area of the day that the pipeline has chosen; none where it has chosen none.
pub fn constant_boundaries(inputs: &Inputs, registry: &Registry) -> Table {
    let pipeline = inputs.pipeline;
    let Some(day) = pipeline.constant_boundaries else {
        return Table::of::<ConstantBoundariesRow>();
    };
    let crosswalks: BTreeMap<Date, Crosswalk> = (inputs.places.par_iter())
        .map(|(&reference, _)| (reference, registry.crosswalk(reference, day)))
        .collect();
    let of_one = |cells: &IndicatorCells| {
        let mut table = Table::of::<ConstantBoundariesRow>();
        let indicator = &pipeline.indicators[cells.indicator];
        let reference = pipeline.forms[pipeline.measures[indicator.denominator].form].reference(cells.period);
        let (Some(places), Some(crosswalk)) = (inputs.places.get(&reference), crosswalks.get(&reference)) else {
            return table;
        };
        let scene = Scene {
            period: cells.period.to_string(),
            pipeline,
            scale: Scale::new(indicator, cells.numerator_scale, cells.denominator_scale),
            day,
            crosswalk,
        };
        for (code, moved) in scene.moved(cells, &reporters(pipeline, inputs.coverage, places, cells)) {
            table.push(scene.row(code, &moved));
        }
        table
    };
    Table::joined::<ConstantBoundariesRow>(inputs.cells.par_iter().map(of_one).collect())
}

/// One indicator in one period.
struct Scene<'a> {
    /// Of the cells, as text.
    period: String,
    pipeline: &'a Pipeline,
    scale: Scale<'a>,
    day: Date,
    crosswalk: &'a Crosswalk,
}

/// A numerator and its denominator, as exact sums of shares of integers.
#[derive(Clone, Copy, Debug, Default)]
struct Amounts {
    numerator: Portions,
    denominator: Portions,
}

impl Amounts {
    fn add(&mut self, sums: &Sums, share: Fraction) {
        if share != Fraction::ZERO {
            self.numerator.add(sums.numerator, share);
            self.denominator.add(sums.denominator, share);
        }
    }

    fn is_zero(&self) -> bool {
        self.numerator.is_zero() && self.denominator.is_zero()
    }

    /// In the units of the measures; NaN where a sum leaves 128 bits.
    fn figures(&self, scale: &Scale) -> (f64, f64) {
        (
            scale.numerator_of(self.numerator),
            scale.denominator_of(self.denominator),
        )
    }
}

/// What lies in an area of the chosen day.
#[derive(Clone, Copy, Debug)]
struct Moved {
    /// Known to lie in it.
    amounts: Amounts,
    /// Of them, what came by a share between 0 and 1.
    allocated: Amounts,
    is_allocated: bool,
    /// May lie in it, or in part.
    open: Amounts,
    /// Records behind all of them.
    rows: i64,
    reporting: Reporting,
    /// Denominator of what is missing and may lie in it.
    open_missing: Result<f64, Reason>,
    /// Reporters of which something is not in the figures.
    partial: i64,
}

impl Default for Moved {
    fn default() -> Moved {
        Moved {
            amounts: Amounts::default(),
            allocated: Amounts::default(),
            is_allocated: false,
            open: Amounts::default(),
            rows: 0,
            reporting: Reporting::default(),
            open_missing: Ok(0.0),
            partial: 0,
        }
    }
}

impl Moved {
    fn add_sums(&mut self, sums: &Sums, lies: &Lies) {
        self.amounts.add(sums, lies.known);
        self.open.add(sums, lies.open);
        self.rows += sums.rows;
        if lies.known != Fraction::ZERO && lies.known != Fraction::ONE {
            self.allocated.add(sums, lies.known);
            self.is_allocated = true;
        }
    }

    fn add_reporter(&mut self, reporter: &Reporter, lies: &Lies) {
        let share = |share: Fraction| match share {
            Fraction::ZERO => Ok(0.0),
            share => reporter.missing.denominator.map(|missing| missing * share.value()),
        };
        self.reporting.add(reporter, share(lies.known));
        self.open_missing = self.open_missing.and_then(|sum| Ok(sum + share(lies.open)?));
        self.partial += i64::from(reporter.missing.partial);
    }

    fn is_open(&self) -> bool {
        !self.open.is_zero() || self.open_missing != Ok(0.0)
    }

    fn figure(&self, scale: &Scale) -> Figure {
        let amounts = self.amounts.figures(scale);
        let figure = scale.figure_of((self.rows, amounts), &self.reporting);
        if !self.is_open() {
            return figure;
        }
        Figure {
            bounds: self.open_bounds(scale, amounts),
            ..Figure::none(Reason::ShareUnknown)
        }
    }

    /// Bounds where nobody knows how much of some sums lies here.
    fn open_bounds(&self, scale: &Scale, amounts: (f64, f64)) -> Bounds {
        let (missing, open_missing) = (self.reporting.missing?, self.open_missing?);
        let (numerator, denominator) = known(amounts)?;
        let open = known(self.open.figures(scale))?;
        let factor = scale.indicator.factor;
        let (lowest, highest) = scale.indicator.plausible.ok_or(Reason::NoPlausible)?;
        let bounds = OpenBounds {
            known: (numerator * factor, denominator),
            missing,
            open: (open.0 * factor, open.1),
            open_missing,
        };
        bounds.of((lowest, highest)).ok_or(Reason::DenominatorZero)
    }
}

/// What bounds follow from, in the indicator's unit: pairs are numerator and denominator.
struct OpenBounds {
    known: (f64, f64),
    /// Denominator of what is missing here.
    missing: f64,
    /// What may lie here, or in part.
    open: (f64, f64),
    /// Denominator of what is missing and may lie here, or in part.
    open_missing: f64,
}

impl OpenBounds {
    /// Lowest and highest ratio, if every part of what is open has a plausible one, here and elsewhere. None: there may be no denominator.
    ///
    /// For the upper bound a part of denominator d of what is open has at most the numerator highest · d, and leaves elsewhere at least
    /// lowest for each other unit: the numerators that it can have rise with d by `highest` at first and by `lowest` then. Ratios of such
    /// sums are extreme where the slope changes or at an end. The lower bound is the same the other way round.
    fn of(&self, (lowest, highest): (f64, f64)) -> Option<(f64, f64)> {
        let (whole, size) = self.open;
        let width = highest - lowest;
        let steep = |at: f64| {
            if width > 0.0 {
                (at / width).clamp(0.0, size)
            } else {
                size
            }
        };
        let ratios = |slope: f64, length: f64| {
            let start = (self.known.0 + slope * self.missing, self.known.1 + self.missing);
            let bend = (
                start.0 + slope * (length + self.open_missing),
                start.1 + length + self.open_missing,
            );
            let end = (
                start.0 + slope * self.open_missing + whole,
                start.1 + self.open_missing + size,
            );
            [start, bend, end]
                .into_iter()
                .filter(|(_, denominator)| *denominator > 0.0)
                .map(|(numerator, denominator)| numerator / denominator)
        };
        let upper = ratios(highest, steep(whole - lowest * size)).reduce(f64::max)?;
        let lower = ratios(lowest, steep(highest * size - whole)).reduce(f64::min)?;
        Some((lower, upper))
    }
}

impl<'a> Scene<'a> {
    /// What lies in each area of the chosen day, in the order of codes, for every area with something to say.
    fn moved(&self, cells: &IndicatorCells, reporters: &[Reporter]) -> Vec<(&'a str, Moved)> {
        let mut all: HashMap<&str, Moved> = HashMap::new();
        for reporter in reporters {
            for lies in self.crosswalk.of(reporter.code) {
                all.entry(&lies.within).or_default().add_reporter(reporter, lies);
            }
        }
        for (code, cells) in cells.by_area() {
            let sums = cells.iter().fold(Sums::default(), |sums, cell| sums.plus(&cell.into()));
            for lies in self.crosswalk.of(code) {
                // Figures of an area without reporters are no figures.
                if let Some(moved) = all.get_mut(lies.within.as_str()) {
                    moved.add_sums(&sums, lies);
                }
            }
        }
        let mut all: Vec<(&str, Moved)> = all.into_iter().collect();
        all.sort_unstable_by_key(|(code, _)| *code);
        all
    }

    fn row<'r>(&'r self, code: &'r str, moved: &Moved) -> ConstantBoundariesRow<'r> {
        let area = self
            .crosswalk
            .target()
            .get(code)
            .expect("a crosswalk leads to areas in force");
        let indicator = self.scale.indicator;
        let figure = moved.figure(&self.scale);
        let Figure { parts, value, bounds } = figure;
        let allocated = self.scale.denominator_of(moved.allocated.denominator);
        let allocated_share = parts.ok().filter(|(_, denominator)| *denominator != 0.0);
        ConstantBoundariesRow {
            period: &self.period,
            area_code: code,
            area_name: &area.name,
            indicator: &indicator.id,
            indicator_title_zh: indicator.title.own(Lang::Zh),
            indicator_title_en: indicator.title.own(Lang::En),
            level: &self.pipeline.registry.levels[area.level],
            boundaries_date: self.day,
            numerator: parts.ok().map(|parts| parts.0),
            denominator: parts.ok().map(|parts| parts.1),
            value: value.ok(),
            unit: &indicator.unit,
            lower: bounds.ok().map(|bounds| bounds.0),
            upper: bounds.ok().map(|bounds| bounds.1),
            allocated_share: allocated_share.map(|(_, denominator)| allocated / denominator),
            obs_status: status(&figure, moved),
            n_expected: moved.reporting.expected,
            n_reported: moved.reporting.reported,
            null_reason: token(value),
            sums_null_reason: token(parts),
            bounds_null_reason: token(bounds),
        }
    }
}

/// Status of an observation, after SDMX: A nothing is missing, P something is, E nothing is and a part is allocated, O there is no value, M there
/// cannot be one.
fn status(figure: &Figure, moved: &Moved) -> &'static str {
    match figure.value {
        Ok(_) if moved.partial > 0 => "P",
        Ok(_) if moved.is_allocated => "E",
        Ok(_) => "A",
        Err(Reason::DenominatorZero | Reason::NumeratorWithoutDenominator) if moved.reporting.missing == Ok(0.0) => "M",
        Err(_) => "O",
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn bounds(known: (f64, f64), missing: f64, open: (f64, f64), open_missing: f64) -> Option<(f64, f64)> {
        let bounds = OpenBounds {
            known,
            missing,
            open,
            open_missing,
        };
        bounds.of((0.0, 1.0))
    }

    #[test]
    fn a_part_has_nothing_or_all_of_what_is_open() {
        // Of 6 in 10, at most 6 of 6 come to 1 in 2, and at least 0 of 4.
        assert_eq!(bounds((1.0, 2.0), 0.0, (6.0, 10.0), 0.0), Some((1.0 / 6.0, 7.0 / 8.0)));
        assert_eq!(bounds((0.0, 0.0), 0.0, (6.0, 10.0), 0.0), Some((0.0, 1.0)));
        // What is missing has the ends of the bracket, here for certain, there perhaps.
        assert_eq!(bounds((1.0, 2.0), 2.0, (0.0, 0.0), 0.0), Some((0.25, 0.75)));
        assert_eq!(bounds((1.0, 2.0), 0.0, (0.0, 0.0), 2.0), Some((0.25, 0.75)));
        assert_eq!(bounds((0.0, 0.0), 0.0, (0.0, 0.0), 0.0), None);
    }

    proptest! {
        #[test]
        fn no_plausible_part_lies_outside_and_one_lies_at_each_end(known in 1..20_i32, of in 0..20_i32, open in 0..20_i32, whole in 1..20_i32, missing in 0..4_i32) {
            let (of, whole) = (known + of, open + whole);
            let pair = |one: i32, other: i32| (f64::from(one), f64::from(other));
            let (lower, upper) = bounds(pair(known, of), 0.0, pair(open, whole), f64::from(missing)).unwrap();
            let (mut lowest, mut highest) = (f64::INFINITY, f64::NEG_INFINITY);
            for size in 0..=whole {
                for part in 0..=open.min(size) {
                    if open - part > whole - size {
                        continue;
                    }
                    for (lost, high) in (0..=missing).flat_map(|lost| (0..=lost).map(move |high| (lost, high))) {
                        let ratio = f64::from(known + part + high) / f64::from(of + size + lost);
                        (lowest, highest) = (lowest.min(ratio), highest.max(ratio));
                    }
                }
            }
            prop_assert!((lower - lowest).abs() < 1e-12 && (upper - highest).abs() < 1e-12, "{lower}..{upper} is not {lowest}..{highest}");
        }
    }
}

//! The table `indicators_constant_boundaries`: the figures of a period for the areas of one day, whatever the boundaries were then.
//!
//! Sums and reporters are moved by the registry's crosswalk. What stays whole is added as integers; what was divided by known shares is
//! allocated as exact fractions, so that the parts of an area add up to it. What was divided in unknown shares leaves the figure of
//! each part null, and widens its bounds by all that may lie in it.

use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;
use rayon::prelude::*;

use super::figure::{Figure, Reporting, Scale, status};
use super::inputs::Inputs;
use super::reason::token;
use super::reporters::{Reporter, reporters};
use crate::domain::{Fraction, IndicatorCells, Lang, Portions, Sums};
use crate::pipeline::Pipeline;
use crate::registry::{Crosswalk, Lies, Registry};
use crate::tables::{ConstantBoundariesRow, Table};

/// By reference date, where its areas lie on the day that the pipeline has chosen; none where it has chosen none.
pub fn crosswalks(inputs: &Inputs, registry: &Registry) -> BTreeMap<Date, Crosswalk> {
    let Some(day) = inputs.pipeline.constant_boundaries else {
        return BTreeMap::new();
    };
    let references = inputs.places.par_iter();
    references
        .map(|(&reference, _)| (reference, registry.crosswalk(reference, day)))
        .collect()
}

/// A row per period, indicator and area of the day that the pipeline has chosen; none where it has chosen none.
pub fn constant_boundaries(inputs: &Inputs, crosswalks: &BTreeMap<Date, Crosswalk>) -> Table {
    let pipeline = inputs.pipeline;
    let Some(day) = pipeline.constant_boundaries else {
        return Table::of::<ConstantBoundariesRow>();
    };
    let of_one = |(at, cells): (usize, &IndicatorCells)| {
        let mut table = Table::of::<ConstantBoundariesRow>();
        let indicator = &pipeline.indicators[cells.indicator];
        let reference = pipeline.forms[pipeline.measures[indicator.denominator].form].reference(cells.period);
        let Some(crosswalk) = crosswalks.get(&reference) else {
            return table;
        };
        let scene = Scene {
            period: cells.period.to_string(),
            pipeline,
            scale: Scale::new(indicator, cells.numerator_scale, cells.denominator_scale),
            day,
            crosswalk,
        };
        for (code, moved) in scene.moved(cells, &reporters(inputs, at)) {
            table.push(scene.row(code, &moved));
        }
        table
    };
    Table::joined::<ConstantBoundariesRow>(inputs.cells.par_iter().enumerate().map(of_one).collect())
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

    /// In the units of the measures; NaN where a sum leaves 128 bits.
    fn figures(&self, scale: &Scale) -> (f64, f64) {
        (
            scale.numerator_of(self.numerator),
            scale.denominator_of(self.denominator),
        )
    }
}

/// What lies in an area of the chosen day.
#[derive(Clone, Copy, Debug, Default)]
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
        let missing = reporter.missing.denominator;
        self.reporting.add(reporter, missing.share(lies.known));
        self.reporting.add_open(missing.share(lies.open));
    }

    fn figure(&self, scale: &Scale) -> Figure {
        let (amounts, open) = (self.amounts.figures(scale), self.open.figures(scale));
        scale.figure_with_open((self.rows, amounts), open, &self.reporting)
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
            obs_status: status(&figure, &moved.reporting, moved.is_allocated),
            n_expected: moved.reporting.expected,
            n_reported: moved.reporting.reported,
            null_reason: token(value),
            sums_null_reason: token(parts),
            bounds_null_reason: token(bounds),
        }
    }
}

//! The table `indicators`: what each area has reached, how sure that is, and against which target.

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::coverage::share;
use super::figure::{Figure, Reporting, Scale};
use super::inputs::Inputs;
use super::judgement::Yardstick;
use super::places::{Places, Told};
use super::reason::{Reason, token};
use super::reporters::{Follow, Reporter, reporters};
use super::verdicts;
use crate::domain::{AreaCounts, IndicatorCells, IndicatorLevels, Lang, Sums};
use crate::pipeline::{DimensionLevel, FormIndex, Indicator, Pipeline};
use crate::registry::Registry;
use crate::tables::{IndicatorRow, Table, VerdictRow};

/// `indicators`: a row per period, area and indicator, for every area with an expected or accepted reporter of the
/// indicator's form at or below it; and `verdicts`, as far as these are judged against targets. `levels` are the sums of `inputs.cells`
/// over areas, in the same order.
pub fn indicators(inputs: &Inputs, registry: &Registry, levels: &[IndicatorLevels]) -> (Table, Table) {
    let pipeline = inputs.pipeline;
    let of_one = |(cells, sums): (&IndicatorCells, &IndicatorLevels)| {
        let (mut table, mut verdicts) = (Table::of::<IndicatorRow>(), Table::of::<VerdictRow>());
        let indicator = &pipeline.indicators[sums.indicator];
        let form = &pipeline.forms[pipeline.measures[indicator.denominator].form];
        let Some(places) = inputs.places.get(&form.reference(sums.period)) else {
            return (table, verdicts);
        };
        let scale = Scale::new(indicator, sums.numerator_scale, sums.denominator_scale);
        let scene = Scene {
            period: sums.period.to_string(),
            pipeline,
            indicator,
            scale,
            places,
            sums,
        };
        let reporters = reporters(pipeline, inputs.coverage, places, cells);
        let tallies = scene.tallies(&reporters);
        table.reserve(tallies.len());
        let mut undetermined = Vec::new();
        let mut sums_of = Follow::new(&sums.areas);
        for (area, tally) in tallies {
            let row = scene.row(area, &sums_of.at(&area.code).copied().unwrap_or_default(), &tally);
            undetermined.extend((row.verdict_robust == Some(false)).then_some(row));
            table.push(row);
        }
        verdicts::of_targets(
            (&scale, &registry.of_form(form, sums.period)),
            &reporters,
            &undetermined,
            &mut verdicts,
        );
        (table, verdicts)
    };
    let both = inputs.cells.par_iter().zip(levels.par_iter());
    let (parts, verdicts): (Vec<Table>, Vec<Table>) = both.map(of_one).unzip();
    (
        Table::joined::<IndicatorRow>(parts),
        Table::joined::<VerdictRow>(verdicts),
    )
}

/// One indicator in one period.
struct Scene<'a> {
    /// Of the sums, as text.
    period: String,
    pipeline: &'a Pipeline,
    indicator: &'a Indicator,
    scale: Scale<'a>,
    places: &'a Places,
    sums: &'a IndicatorLevels,
}

/// What is known of the reporters at or below an area.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    reporting: Reporting,
    /// Reporters with something quarantined.
    quarantined: i64,
    /// Accepted rows with a corrected cell in a column that the indicator reads.
    corrected: i64,
    /// Reporters of which something is not in the figures.
    partial: i64,
    /// Reporters of which as much is missing as their last complete report had.
    carried: i64,
    /// Reporters of which nobody knows how much is missing.
    bracketed: i64,
}

impl<'a> Scene<'a> {
    /// Tallies in the order of codes, for every area with something to say.
    fn tallies(&self, reporters: &[Reporter]) -> Vec<(&'a Told, Tally)> {
        let mut all: Vec<Option<Tally>> = vec![None; self.places.told.len()];
        for reporter in reporters {
            let quarantined = i64::from(reporter.received().any(AreaCounts::holds_back));
            let corrected = self.corrected(reporter);
            for &area in &reporter.place.chain {
                let tally = all[area].get_or_insert_default();
                tally.reporting.add(reporter, reporter.missing.denominator);
                tally.quarantined += quarantined;
                tally.corrected += corrected;
                tally.partial += i64::from(reporter.missing.partial);
                tally.carried += i64::from(reporter.missing.is_carried);
                tally.bracketed += i64::from(reporter.missing.is_bracketed);
            }
        }
        let told = self.places.told.iter().zip(all);
        told.filter_map(|(area, tally)| Some((area, tally?))).collect()
    }

    /// Accepted rows whose corrected cells are behind the figure, or decide whether the row is.
    fn corrected(&self, reporter: &Reporter) -> i64 {
        let [above, below] = self.pipeline.forms_of(self.indicator);
        let of_numerator = reporter.of_numerator.map_or(0, |got| self.corrected_of(above, got));
        let of_denominator = reporter.of_denominator.map_or(0, |got| self.corrected_of(below, got));
        of_numerator + of_denominator
    }

    fn corrected_of(&self, form: FormIndex, got: &AreaCounts) -> i64 {
        if got.corrected.is_empty() {
            return 0;
        }
        let measures = [self.indicator.numerator, self.indicator.denominator].map(|at| &self.pipeline.measures[at]);
        let mut read: BTreeSet<usize> = (measures.iter().filter(|measure| measure.form == form))
            .flat_map(|measure| &measure.value.columns)
            .copied()
            .collect();
        for (dimension, _) in &self.indicator.filter {
            if let DimensionLevel::Row { column, .. } = &self.pipeline.dimensions[*dimension].level {
                read.extend(self.pipeline.forms[form].column(column));
            }
        }
        let rows = got.corrected.iter().filter(|columns| !columns.is_disjoint(&read));
        rows.count() as i64
    }

    fn row<'r>(&'r self, area: &'r Told, sums: &Sums, tally: &Tally) -> IndicatorRow<'r> {
        let title = &self.indicator.title;
        let figure = self.scale.figure(sums, &tally.reporting);
        let Figure { parts, value, bounds } = figure;
        let yardstick = Yardstick::new(self.indicator, self.sums.period, Some(area.level));
        let (verdict, robust) = yardstick.verdict(self.indicator.better, value.ok(), bounds.ok());
        let known = self.scale.denominator(sums);
        let missing = tally.reporting.missing.known.ok();
        IndicatorRow {
            period: &self.period,
            area_code: &area.code,
            area_name: Some(&area.name),
            indicator: &self.indicator.id,
            indicator_title_zh: title.own(Lang::Zh),
            indicator_title_en: title.own(Lang::En),
            level: &self.pipeline.registry.levels[area.level],
            numerator: parts.ok().map(|parts| parts.0),
            denominator: parts.ok().map(|parts| parts.1),
            value: value.ok(),
            unit: &self.indicator.unit,
            obs_status: status(&figure, tally),
            n_expected: tally.reporting.expected,
            n_reported: tally.reporting.reported,
            n_quarantined: tally.quarantined,
            n_corrected: tally.corrected,
            n_denominators_carried: tally.carried,
            n_denominators_bracketed: tally.bracketed,
            missing_denominator: missing.filter(|missing| !missing.is_nan()),
            reported_weight_share: missing.and_then(|missing| share(known, known + missing)),
            lower: bounds.ok().map(|bounds| bounds.0),
            upper: bounds.ok().map(|bounds| bounds.1),
            baseline: yardstick.baseline,
            target: yardstick.target,
            attainment_share: yardstick.attainment(value.ok()),
            verdict,
            verdict_robust: robust,
            null_reason: token(value),
            sums_null_reason: token(parts),
            bounds_null_reason: token(bounds),
        }
    }
}

/// Status of an observation, after SDMX: A nothing is missing, P something is, O there is no value, M there cannot be one.
fn status(figure: &Figure, tally: &Tally) -> &'static str {
    match (figure.value, tally.partial, tally.reporting.missing.known == Ok(0.0)) {
        (Ok(_), 0, _) => "A",
        (Ok(_), _, _) => "P",
        (Err(Reason::DenominatorZero | Reason::NumeratorWithoutDenominator), _, true) => "M",
        (Err(_), _, _) => "O",
    }
}

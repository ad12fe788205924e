//! The table `indicators`: what each area has reached, how sure that is, and against which target.

use std::collections::{BTreeSet, btree_map};
use std::iter::Zip;
use std::ops::{Bound, Range};
use std::slice::Iter;

use rayon::prelude::*;

use super::coverage::share;
use super::figure::{Figure, Reporting, Scale};
use super::follow::Follow;
use super::inputs::Inputs;
use super::judgement::Yardstick;
use super::places::{Places, Told, merge};
use super::reason::{Reason, token};
use super::reporters::{Reporter, reporters};
use super::verdicts;
use crate::domain::{AreaCounts, IndicatorLevels, Lang, Sums};
use crate::pipeline::{DimensionLevel, Form, FormIndex, Indicator, Pipeline};
use crate::registry::Registry;
use crate::tables::{IndicatorRow, Table, VerdictRow};

/// Areas of which the rows are made together.
const AREAS: usize = 256;

/// `indicators`: a row per period, area and indicator, for every area with an expected or accepted reporter of the
/// indicator's form at or below it; and `verdicts`, as far as these are judged against targets. `levels` are the sums of `inputs.cells`
/// over areas, in the same order.
pub fn indicators(inputs: &Inputs, registry: &Registry, levels: &[IndicatorLevels]) -> (Table, Table) {
    let tallied = levels.par_iter().enumerate().filter_map(|(at, sums)| {
        let (scene, mut verdicts) = (Scene::new(inputs, sums)?, Table::of::<VerdictRow>());
        let reporters = reporters(inputs, at);
        let tallies = scene.tallies(&reporters);
        if scene.has_target() {
            let rows = Rows::new(&scene, &tallies, 0..tallies.len());
            let undetermined: Vec<IndicatorRow> = rows.filter(|row| row.verdict_robust == Some(false)).collect();
            let areas = registry.of_form(scene.form, sums.period);
            verdicts::of_targets((&scene.scale, &areas), &reporters, &undetermined, &mut verdicts);
        }
        Some(((scene, tallies), verdicts))
    });
    let (mut tallied, verdicts): (Vec<Tallied>, Vec<Table>) = tallied.unzip();
    tallied.sort_by_key(|(scene, _)| (scene.sums.period, &scene.indicator.id));
    let of_periods = tallied.chunk_by(|(a, _), (b, _)| a.sums.period == b.sums.period);
    let parts: Vec<Table> = of_periods.flat_map(of_period).collect();
    (
        Table::stacked::<IndicatorRow>(parts),
        Table::joined::<VerdictRow>(verdicts),
    )
}

/// The rows of a period in the order of the table, some areas a part: so nothing is sorted, and the texts of an area are met one
/// after the other. The indicators are in the order of their ids.
fn of_period(tallied: &[Tallied]) -> Vec<Table> {
    let mut codes = Vec::new();
    for (scene, _) in tallied {
        merge(&mut codes, scene.places.told.iter().map(|area| area.code.as_str()));
    }
    let of_areas = |codes: &[&str]| {
        let mut table = Table::of::<IndicatorRow>();
        table.reserve(codes.len() * tallied.len());
        let from = |(scene, tallies): &Tallied<'_>| {
            let told = &scene.places.told;
            let place = |code: &str| told.partition_point(|area| area.code.as_str() < code);
            place(codes[0])..told.len().min(tallies.len())
        };
        let mut rows: Vec<Rows> = tallied.iter().map(|of| Rows::new(&of.0, &of.1, from(of))).collect();
        for code in codes {
            let of_area = rows.iter_mut().filter_map(|rows| rows.of(code));
            of_area.for_each(|row| table.push(row));
        }
        table
    };
    codes.par_chunks(AREAS).map(of_areas).collect()
}

/// An indicator in a period, with the tallies of the areas that it is told of.
type Tallied<'a> = (Scene<'a>, Vec<Option<Tally>>);

/// The rows of an indicator along its areas.
struct Rows<'t, 'a> {
    scene: &'t Scene<'a>,
    areas: Zip<Iter<'a, Told>, Iter<'t, Option<Tally>>>,
    sums: Follow<btree_map::Range<'a, String, Sums>>,
}

impl<'t, 'a> Rows<'t, 'a> {
    /// Of areas by their places among those that are told of.
    fn new(scene: &'t Scene<'a>, tallies: &'t [Option<Tally>], places: Range<usize>) -> Rows<'t, 'a> {
        let areas = &scene.places.told[places.clone()];
        let first = areas.first().map_or("", |area| area.code.as_str());
        Rows {
            scene,
            areas: areas.iter().zip(&tallies[places]),
            sums: Follow::new(
                scene
                    .sums
                    .areas
                    .range::<str, _>((Bound::Included(first), Bound::Unbounded)),
            ),
        }
    }

    /// The row of an area, if the next one is this.
    fn of(&mut self, code: &str) -> Option<IndicatorRow<'t>> {
        let mut next = self.areas.clone();
        let (area, tally) = next.next().filter(|(area, _)| area.code == code)?;
        self.areas = next;
        self.row(area, tally.as_ref()?)
    }

    fn row(&mut self, area: &'a Told, tally: &Tally) -> Option<IndicatorRow<'t>> {
        let sums = self.sums.at(&area.code).copied().unwrap_or_default();
        Some(self.scene.row(area, &sums, tally))
    }
}

impl<'t> Iterator for Rows<'t, '_> {
    type Item = IndicatorRow<'t>;

    fn next(&mut self) -> Option<IndicatorRow<'t>> {
        loop {
            let (area, tally) = self.areas.next()?;
            if let Some(tally) = tally {
                return self.row(area, tally);
            }
        }
    }
}

/// One indicator in one period.
struct Scene<'a> {
    /// Of the sums, as text.
    period: String,
    pipeline: &'a Pipeline,
    indicator: &'a Indicator,
    /// Of its denominator.
    form: &'a Form,
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
    fn new(inputs: &Inputs<'a>, sums: &'a IndicatorLevels) -> Option<Scene<'a>> {
        let pipeline = inputs.pipeline;
        let indicator = &pipeline.indicators[sums.indicator];
        let form = &pipeline.forms[pipeline.measures[indicator.denominator].form];
        Some(Scene {
            period: sums.period.to_string(),
            pipeline,
            indicator,
            form,
            scale: Scale::new(indicator, sums.numerator_scale, sums.denominator_scale),
            places: inputs.places.get(&form.reference(sums.period))?,
            sums,
        })
    }

    /// Whether figures of the period are judged.
    fn has_target(&self) -> bool {
        self.indicator.target.range(self.sums.period..).next().is_some()
    }

    /// By area that is told of; None where there is nothing to say of it.
    fn tallies(&self, reporters: &[Reporter]) -> Vec<Option<Tally>> {
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
        all
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

    fn row(&self, area: &'a Told, sums: &Sums, tally: &Tally) -> IndicatorRow<'_> {
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

//! What figures would be if what is missing were estimated, and how wrong each way of estimating is where the truth is known: tables
//! `estimates` and `estimate_errors`. Estimates stand beside what was reported and enter no other figure.

mod areas;
mod errors;
mod filled;
mod methods;
mod scene;
#[cfg(test)]
mod tests;
mod units;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use rayon::prelude::*;

use super::series::Entry;
use crate::domain::Period;
use crate::pipeline::{Form, Indicator, Pipeline};
use crate::registry::{Registry, Succession};
use crate::tables::{EstimateErrorRow, EstimateRow, Table};
use areas::AreasOfDay;
use methods::Last;
use scene::{LastRatios, Scene, pass_on};
use units::units;

/// Both tables while periods go by: the figures of a nation are held of one period at a time.
pub struct Estimates<'a> {
    pipeline: &'a Pipeline,
    registry: &'a Registry,
    /// In ascending order.
    periods: Vec<Period>,
    /// By indicator: the areas that lack something in the latest period in which a unit reported completely.
    lacking: Vec<Option<BTreeSet<String>>>,
    /// By indicator: the last complete reports.
    last: Vec<LastRatios>,
    errors: Vec<Table>,
}

impl<'a> Estimates<'a> {
    /// Before any period.
    pub fn new(pipeline: &'a Pipeline, registry: &'a Registry) -> Estimates<'a> {
        let mut periods = pipeline.periods.clone();
        periods.sort();
        Estimates {
            pipeline,
            registry,
            periods,
            lacking: vec![None; pipeline.indicators.len()],
            last: vec![LastRatios::new(); pipeline.indicators.len()],
            errors: Vec::new(),
        }
    }

    /// Looks up which areas lack something now. Periods are looked at from the last on, until this says that enough is known.
    pub fn note_lacking<'e>(&mut self, period: Period, entries: impl Iterator<Item = Entry<'e>>) -> bool {
        let areas_by_day = self.areas_by_day(period);
        for (indicator, entries) in by_indicator(self.pipeline, entries).iter().enumerate() {
            let lacking = &mut self.lacking[indicator];
            if lacking.is_some() {
                continue;
            }
            let form = form_of(self.pipeline, &self.pipeline.indicators[indicator]);
            let (units, _) = units(&areas_by_day[&form.reference(period)], entries);
            if units.iter().any(|unit| unit.is_whole) {
                let lacks = units.iter().filter(|unit| unit.lacks());
                *lacking = Some(lacks.map(|unit| entries[unit.entry].area_code.to_owned()).collect());
            }
        }
        self.lacking.iter().all(Option::is_some)
    }

    /// The rows of `estimates` of a period: one for each indicator, area above the units that lacks something, and method. Periods are added in
    /// ascending order, once the latest have been looked at.
    pub fn add<'e>(&mut self, period: Period, entries: impl Iterator<Item = Entry<'e>>) -> Table {
        let (pipeline, periods) = (self.pipeline, &self.periods);
        let Some(at) = periods.iter().position(|own| *own == period) else {
            return Table::of::<EstimateRow>();
        };
        let areas_by_day = self.areas_by_day(period);
        let successions = self.successions(at);
        let entries = by_indicator(pipeline, entries);
        let nothing = BTreeSet::new();
        let made: Vec<(Table, Table)> = (self.last.par_iter_mut().enumerate())
            .map(|(indicator, last)| {
                let lacking = self.lacking[indicator].as_ref().unwrap_or(&nothing);
                let (indicator, entries) = (&pipeline.indicators[indicator], &entries[indicator]);
                let form = form_of(pipeline, indicator);
                if let Some(succession) = at
                    .checked_sub(1)
                    .map(|before| &successions[&days(form, periods, before)])
                {
                    pass_on(last, succession);
                }
                let areas = &areas_by_day[&form.reference(period)];
                let scene = Scene::new(pipeline, indicator, (periods, at), (areas, entries), last);
                let mut tables = (Table::of::<EstimateRow>(), Table::of::<EstimateErrorRow>());
                filled::push(&scene, &mut tables.0);
                errors::push(&scene, lacking, &mut tables.1);
                for unit in scene.units.into_iter().filter(|unit| unit.is_whole) {
                    let report = Last {
                        period: at,
                        ratio: unit.ratio(),
                        denominator: unit.known.1,
                    };
                    match last.get_mut(entries[unit.entry].area_code) {
                        Some(own) => *own = report,
                        None => drop(last.insert(entries[unit.entry].area_code.to_owned(), report)),
                    }
                }
                tables
            })
            .collect();
        let (estimates, errors): (Vec<Table>, Vec<Table>) = made.into_iter().unzip();
        self.errors.extend(errors);
        Table::joined::<EstimateRow>(estimates)
    }

    /// `estimate_errors`: a row for each period, indicator and method, where a unit reported completely.
    pub fn errors(self) -> Table {
        Table::joined::<EstimateErrorRow>(self.errors)
    }

    /// By the day on which a form is judged.
    fn areas_by_day(&self, period: Period) -> BTreeMap<Date, AreasOfDay> {
        let mut areas_by_day = BTreeMap::new();
        for form in self.pipeline.indicators.iter().map(|one| form_of(self.pipeline, one)) {
            let areas = || AreasOfDay::new(self.pipeline, &self.registry.of_form(form, period));
            areas_by_day.entry(form.reference(period)).or_insert_with(areas);
        }
        areas_by_day
    }

    /// From the days of the period before to those of the one at this place.
    fn successions(&self, at: usize) -> BTreeMap<[Date; 2], Succession> {
        let mut successions = BTreeMap::new();
        let Some(before) = at.checked_sub(1) else {
            return successions;
        };
        for form in self.pipeline.indicators.iter().map(|one| form_of(self.pipeline, one)) {
            let days = days(form, &self.periods, before);
            let succession = || self.registry.succession(days[0], days[1]);
            successions.entry(days).or_insert_with(succession);
        }
        successions
    }
}

fn form_of<'p>(pipeline: &'p Pipeline, indicator: &Indicator) -> &'p Form {
    &pipeline.forms[pipeline.measures[indicator.denominator].form]
}

/// On which a form is judged in the period at a place and in the one after it.
fn days(form: &Form, periods: &[Period], before: usize) -> [Date; 2] {
    [form.reference(periods[before]), form.reference(periods[before + 1])]
}

/// The entries of each indicator, in the order of codes. Those of an indicator that the definition does not have are left out.
fn by_indicator<'e>(pipeline: &Pipeline, entries: impl Iterator<Item = Entry<'e>>) -> Vec<Vec<Entry<'e>>> {
    let ids = pipeline.indicators.iter().map(|indicator| indicator.id.as_str());
    let places: BTreeMap<&str, usize> = ids.zip(0..).collect();
    let mut all = vec![Vec::new(); pipeline.indicators.len()];
    for entry in entries {
        if let Some(&indicator) = places.get(entry.indicator) {
            all[indicator].push(entry);
        }
    }
    for of_indicator in &mut all {
        if !of_indicator.is_sorted_by_key(|entry| entry.area_code) {
            of_indicator.sort_by_key(|entry| entry.area_code);
        }
    }
    all
}

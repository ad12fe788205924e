//! What is settled of each period before anything is drawn: who sends, how much, and how that goes on from period to period.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::plan::{Turns, UnitPlan, Wishes};
use super::{Counties, calibrate, model, reporters};
use crate::domain::Period;
use crate::pipeline::Pipeline;
use crate::registry::{Areas, Registry};

/// What is settled of a period before anything is drawn.
pub(super) struct Script {
    pub(super) period: Period,
    pub(super) cast: reporters::Cast,
    pub(super) plans: Vec<UnitPlan>,
    pub(super) constants: calibrate::Constants,
}

pub(super) fn scripts(
    pipeline: &Pipeline,
    registry: &Registry,
    wishes: &Wishes,
    models: &[model::FormModel],
    periods: &[Period],
    counties: Counties,
) -> Vec<Script> {
    let mut turns = Turns::new(models.len());
    let origins = origins(registry, periods);
    let script = |&period: &Period| {
        let areas = registry.at(period);
        let origins = &origins[&period];
        let cast = reporters::cast(pipeline, wishes.recipe, &areas, period, wishes.seed, counties, origins);
        let plans = wishes.plan(models, &cast, period, &mut turns);
        let sized: Vec<calibrate::Sized> = plans
            .iter()
            .map(|p| (&cast.reporters[p.reporter], p.sizes.clone()))
            .collect();
        let constants = calibrate::constants(wishes.seed, models, &sized, period);
        Script {
            period,
            cast,
            plans,
            constants,
        }
    };
    let mut scripts: Vec<Script> = periods.iter().map(script).collect();
    settle_bases(&mut scripts);
    settle_ground(registry, &mut scripts);
    scripts
}

/// By period: the codes under which areas that have another one by then were known in the first period, by the new code.
fn origins(registry: &Registry, periods: &[Period]) -> BTreeMap<Period, BTreeMap<String, String>> {
    let periods: BTreeSet<Period> = periods.iter().copied().collect();
    let mut all: BTreeMap<Period, BTreeMap<String, String>> = BTreeMap::new();
    for period in periods {
        let mut origins = BTreeMap::new();
        if let Some((earlier, before)) = all.last_key_value() {
            let succession = registry.succession(earlier.end(), period.end());
            let untouched = before.iter().filter(|(code, _)| !succession.is_touched(code));
            origins.extend(untouched.map(|(code, origin)| (code.clone(), origin.clone())));
            for (code, ground) in succession.changed() {
                if let Some(old) = ground.only() {
                    let origin = before.get(old).map_or(old, String::as_str);
                    origins.insert(code.to_owned(), origin.to_owned());
                }
            }
        }
        all.insert(period, origins);
    }
    all
}

/// Units lie where they lay: an area that takes in others gives its units codes that hold in all periods.
fn settle_bases(scripts: &mut [Script]) {
    let mut lasting: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for reporter in scripts.iter().flat_map(|script| &script.cast.reporters) {
        let bases: BTreeSet<String> = reporter.bases.iter().cloned().collect();
        match lasting.get_mut(&reporter.code) {
            Some(known) => known.retain(|base| bases.contains(base)),
            None => drop(lasting.insert(reporter.code.clone(), bases)),
        }
    }
    for reporter in scripts.iter_mut().flat_map(|script| &mut script.cast.reporters) {
        if let Some(bases) = lasting.get(&reporter.code).filter(|bases| !bases.is_empty()) {
            reporter.bases = bases.iter().cloned().collect();
        }
    }
}

/// Notes the earlier periods in which a reporter had other ground, so that its figures of then are not held against those of now.
fn settle_ground(registry: &Registry, scripts: &mut [Script]) {
    let periods: Vec<Period> = scripts.iter().map(|script| script.period).collect();
    for script in scripts {
        for earlier in periods.iter().filter(|period| **period < script.period) {
            let succession = registry.succession(earlier.end(), script.period.end());
            let changed = succession.changed().filter(|(_, ground)| ground.only().is_none());
            let changed: BTreeSet<&str> = changed.map(|(code, _)| code).collect();
            let all = script.cast.reporters.iter_mut();
            for reporter in all.filter(|reporter| changed.contains(reporter.code.as_str())) {
                reporter.other_ground.insert(*earlier);
            }
        }
    }
}

/// Codes of reporters that are no area of some other period.
pub(super) fn passing(registry: &Registry, scripts: &[Script], script: &Script) -> BTreeSet<String> {
    let others = scripts
        .iter()
        .map(|other| other.period)
        .filter(|period| *period != script.period);
    let others: Vec<(Period, Arc<Areas>)> = others.map(|period| (period, registry.at(period))).collect();
    let lacks = |code: &str| {
        let known =
            |(period, areas): &(Period, Arc<Areas>)| areas.get(code).is_some_and(|area| area.is_valid_on(period.end()));
        !others.iter().all(known)
    };
    let codes = script.cast.reporters.iter().map(|reporter| &reporter.code);
    codes.filter(|code| lacks(code)).cloned().collect()
}

/// Codes of reporters whose areas have another code in a later period.
pub(super) fn recoded(registry: &Registry, scripts: &[Script], script: &Script) -> BTreeSet<String> {
    let later = scripts.iter().map(|other| other.period);
    let later = later.filter(|period| *period > script.period);
    let codes = later.flat_map(|period| registry.at(period).recoded().into_values());
    let own: BTreeSet<&str> = script
        .cast
        .reporters
        .iter()
        .map(|reporter| reporter.code.as_str())
        .collect();
    codes.filter(|code| own.contains(code.as_str())).collect()
}

//! Partition areas whose ground goes over into each other: their bundles form one chain, and what rules remember goes on with the
//! areas.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::check::Memory;
use crate::domain::Period;
use crate::pipeline::{FormIndex, Pipeline};
use crate::registry::{Areas, Registry};

/// How partition areas follow each other over the periods of a pipeline.
#[derive(Debug, Default)]
pub struct Lineage {
    /// By form whose rules look back.
    steps: BTreeMap<FormIndex, Arc<Vec<Step>>>,
    /// Partition areas that belong together, by the first of them; those that are not here stand alone.
    groups: Groups,
    /// The same within a period whose forms are judged on different days.
    within: BTreeMap<Period, Groups>,
}

/// Areas that belong together, by the first of them; those that are not here stand alone.
type Groups = BTreeMap<String, String>;

/// From the day that a form is judged on in one period to that in the next.
#[derive(Debug)]
struct Step {
    after: Date,
    until: Date,
    /// Partition areas of the earlier day from which the areas within one of the later day come, where these are others.
    sources: BTreeMap<String, BTreeSet<String>>,
}

impl Lineage {
    /// Of all periods of a pipeline; without steps where no rule looks back.
    pub fn of(pipeline: &Pipeline, registry: &Registry) -> Lineage {
        let mut periods = pipeline.periods.clone();
        periods.sort_unstable();
        let within = within(pipeline, registry);
        let mut steps: BTreeMap<FormIndex, Arc<Vec<Step>>> = BTreeMap::new();
        let mut made: BTreeMap<Vec<Date>, Arc<Vec<Step>>> = BTreeMap::new();
        for (form, spec) in pipeline.forms.iter().enumerate() {
            if Memory::is_needed(pipeline, form) {
                let days: Vec<Date> = periods.iter().map(|&period| spec.reference(period)).collect();
                let all = made.entry(days).or_insert_with_key(|days| {
                    let all = days.windows(2).map(|pair| step(pipeline, registry, (pair[0], pair[1])));
                    Arc::new(all.filter(|step| !step.sources.is_empty()).collect())
                });
                steps.insert(form, Arc::clone(all));
            }
        }
        let mut groups = BTreeMap::new();
        for (target, sources) in made
            .values()
            .flat_map(|steps| steps.iter())
            .flat_map(|step| &step.sources)
        {
            for source in sources {
                join(&mut groups, target, source);
            }
        }
        // What is one bundle in a period must not be in two chains.
        if !steps.is_empty() {
            for (area, first) in within.values().flatten() {
                join(&mut groups, area, first);
            }
        }
        Lineage { steps, groups, within }
    }

    /// All that results of a form depend on in it, as text.
    pub fn slice(&self, form: FormIndex) -> String {
        format!("{:?}", self.steps.get(&form))
    }

    /// What the files of partition areas have in common that are judged together in a period.
    pub fn bundle<'a>(&'a self, period: Period, area: &'a str) -> &'a str {
        let first = self.within.get(&period).and_then(|groups| groups.get(area));
        first.map_or(area, String::as_str)
    }

    /// What the bundles of partition areas that belong together have in common.
    pub fn group<'a>(&'a self, area: &'a str) -> &'a str {
        self.groups.get(area).map_or(area, String::as_str)
    }
}

/// Partition areas that have a code in common where forms of a period are judged on different days: one file may hold several forms,
/// so all that is sent under either area must be judged together.
fn within(pipeline: &Pipeline, registry: &Registry) -> BTreeMap<Period, Groups> {
    let mut all = BTreeMap::new();
    for &period in &pipeline.periods {
        let days: BTreeSet<Date> = pipeline.forms.iter().map(|form| form.reference(period)).collect();
        if days.len() < 2 {
            continue;
        }
        let snapshots: Vec<Arc<Areas>> = days.iter().map(|&day| registry.on(day)).collect();
        let mut groups = Groups::new();
        for area in snapshots.iter().flat_map(|areas| areas.iter()) {
            let partitions: BTreeSet<String> = (snapshots.iter())
                .map(|areas| areas.partition_of(pipeline.registry.partition, &area.code))
                .collect();
            let mut partitions = partitions.iter();
            if let Some(first) = partitions.next() {
                partitions.for_each(|other| join(&mut groups, first, other));
            }
        }
        all.insert(period, groups);
    }
    all
}

fn step(pipeline: &Pipeline, registry: &Registry, (after, until): (Date, Date)) -> Step {
    let (before, now) = (registry.on(after), registry.on(until));
    let succession = registry.succession(after, until);
    let mut sources: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for area in now.iter() {
        let target = now.partition_of(pipeline.registry.partition, &area.code);
        let ground = succession.ground(&area.code);
        let known = ground.from.iter().filter(|code| before.get(code).is_some());
        let from = known.map(|code| before.partition_of(pipeline.registry.partition, code));
        sources.entry(target).or_default().extend(from);
    }
    sources.retain(|target, from| from.iter().any(|source| source != target));
    Step { after, until, sources }
}

/// Puts two areas and all that belong to either into one group.
fn join(groups: &mut Groups, a: &str, b: &str) {
    let of = |area: &str| groups.get(area).map_or(area, String::as_str).to_owned();
    let (a_group, b_group) = (of(a), of(b));
    let (first, other) = (a_group.clone().min(b_group.clone()), a_group.max(b_group));
    for area in [a, b, &first, &other] {
        groups.insert(area.to_owned(), first.clone());
    }
    for group in groups.values_mut().filter(|group| **group == other) {
        group.clone_from(&first);
    }
}

/// What forms remember of earlier periods, by partition area.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Memories {
    of: BTreeMap<(FormIndex, String), Memory>,
    /// By form: the next step to be taken.
    next: BTreeMap<FormIndex, usize>,
}

impl Memories {
    /// What a form remembers of a partition area. Partition areas that have changed since are followed: one begins with what is
    /// remembered of all that its areas come from.
    pub fn at(
        &mut self,
        (pipeline, registry, lineage): (&Pipeline, &Registry, &Lineage),
        (form, period): (FormIndex, Period),
        area: &str,
    ) -> &mut Memory {
        let next = self.next.entry(form).or_default();
        let day = pipeline.forms[form].reference(period);
        let steps = lineage.steps.get(&form).map_or(&[][..], |steps| steps.as_slice());
        while let Some(step) = steps.get(*next).filter(|step| step.until <= day) {
            *next += 1;
            let made: Vec<((FormIndex, String), Memory)> = step
                .sources
                .iter()
                .filter_map(|(target, sources)| {
                    let known = sources.iter().filter_map(|source| self.of.get(&(form, source.clone())));
                    let turned = known.cloned().map(|mut memory| {
                        memory.turn(pipeline, form, registry, step.after);
                        memory
                    });
                    Some(((form, target.clone()), turned.reduce(Memory::joined)?))
                })
                .collect();
            self.of.extend(made);
        }
        self.of.entry((form, area.to_owned())).or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn areas_that_share_ground_are_one_group() {
        let mut groups = BTreeMap::new();
        for (a, b) in [("d", "c"), ("f", "e"), ("c", "f"), ("x", "x")] {
            join(&mut groups, a, b);
        }
        let lineage = Lineage {
            groups,
            ..Lineage::default()
        };
        assert_eq!(["c", "d", "e", "f"].map(|area| lineage.group(area)), ["c"; 4]);
        assert_eq!(["x", "y"].map(|area| lineage.group(area)), ["x", "y"]);
    }
}

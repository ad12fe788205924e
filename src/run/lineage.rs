//! Partition areas whose ground goes over into each other: their bundles form one chain, and what rules remember goes on with the
//! areas.

use std::collections::{BTreeMap, BTreeSet};

use super::bundle::partition_of;
use crate::check::Memory;
use crate::domain::Period;
use crate::pipeline::{FormIndex, Pipeline};
use crate::registry::Registry;

/// How partition areas follow each other over the periods of a pipeline.
#[derive(Debug, Default)]
pub struct Lineage {
    steps: Vec<Step>,
    /// Partition areas that belong together, by the first of them; those that are not here stand alone.
    groups: BTreeMap<String, String>,
}

/// From one period to the next.
#[derive(Debug)]
struct Step {
    after: Period,
    until: Period,
    /// Partition areas of the earlier period from which the areas within one of the later period come, where these are others.
    sources: BTreeMap<String, BTreeSet<String>>,
}

impl Lineage {
    /// Of all periods of a pipeline; empty where no rule looks back.
    pub fn of(pipeline: &Pipeline, registry: &Registry) -> Lineage {
        let looks_back = (0..pipeline.forms.len()).any(|form| Memory::is_needed(pipeline, form));
        let mut periods: Vec<Period> = pipeline.periods.iter().copied().filter(|_| looks_back).collect();
        periods.sort_unstable();
        let steps: Vec<Step> = periods
            .windows(2)
            .map(|pair| step(pipeline, registry, (pair[0], pair[1])))
            .filter(|step| !step.sources.is_empty())
            .collect();
        let mut groups = BTreeMap::new();
        for (target, sources) in steps.iter().flat_map(|step| &step.sources) {
            for source in sources {
                join(&mut groups, target, source);
            }
        }
        Lineage { steps, groups }
    }

    /// What the bundles of partition areas that belong together have in common.
    pub fn group<'a>(&'a self, area: &'a str) -> &'a str {
        self.groups.get(area).map_or(area, String::as_str)
    }
}

fn step(pipeline: &Pipeline, registry: &Registry, (after, until): (Period, Period)) -> Step {
    let (before, now) = (registry.at(after), registry.at(until));
    let succession = registry.succession(after.end(), until.end());
    let mut sources: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for area in now.iter() {
        let target = partition_of(pipeline, &now, &area.code);
        let ground = succession.ground(&area.code);
        let known = ground.from.iter().filter(|code| before.get(code).is_some());
        let from = known.map(|code| partition_of(pipeline, &before, code));
        sources.entry(target).or_default().extend(from);
    }
    sources.retain(|target, from| from.iter().any(|source| source != target));
    Step { after, until, sources }
}

/// Puts two areas and all that belong to either into one group.
fn join(groups: &mut BTreeMap<String, String>, a: &str, b: &str) {
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
#[derive(Debug, Default)]
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
        while let Some(step) = lineage.steps.get(*next).filter(|step| step.until <= period) {
            *next += 1;
            let day = step.after.end();
            let made: Vec<((FormIndex, String), Memory)> = step
                .sources
                .iter()
                .filter_map(|(target, sources)| {
                    let known = sources.iter().filter_map(|source| self.of.get(&(form, source.clone())));
                    let turned = known.cloned().map(|mut memory| {
                        memory.turn(pipeline, form, registry, day);
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
            steps: Vec::new(),
            groups,
        };
        assert_eq!(["c", "d", "e", "f"].map(|area| lineage.group(area)), ["c"; 4]);
        assert_eq!(["x", "y"].map(|area| lineage.group(area)), ["x", "y"]);
    }
}

//! The `inequality` table: every index over areas (or area × member) and over members.

use super::frame::{Frame, Sums};
use super::identities::{Broken, check_mirror, check_parts, place};
use super::index::{Applies, Context, INDICES, Parts};
use super::{Distribution, Reason, Unit, reason};
use crate::domain::{Table, Value};
use crate::pipeline::{DimensionIndex, DimensionLevel, UNKNOWN};

/// The `inequality` table of a frame, and every identity that does not hold.
pub(super) fn inequality(frame: &Frame) -> (Table, Vec<Broken>) {
    let (mut table, mut broken) = (Table::new("inequality"), Vec::new());
    for dimension in frame.dimensions() {
        let smallest = if frame.groups_areas(dimension) {
            "county"
        } else {
            "cell"
        };
        for (scope, units) in frame.units(dimension).into_iter().enumerate() {
            let members = members(&units);
            for (over, units) in [(smallest, &units), ("member", &members)] {
                let list = List {
                    frame,
                    dimension,
                    scope,
                    over,
                    units,
                };
                list.rows(&mut table, &mut broken);
            }
        }
    }
    (table, broken)
}

/// Units added up by member.
fn members(units: &[(usize, Sums)]) -> Vec<(usize, Sums)> {
    let mut all = std::collections::BTreeMap::<usize, Sums>::new();
    for (member, sums) in units {
        all.entry(*member).or_default().plus(sums);
    }
    all.into_iter().collect()
}

/// One list of units and where it belongs in the table.
struct List<'a> {
    frame: &'a Frame<'a>,
    dimension: DimensionIndex,
    scope: usize,
    over: &'static str,
    units: &'a [(usize, Sums)],
}

impl List<'_> {
    fn rows(&self, table: &mut Table, broken: &mut Vec<Broken>) {
        let units: Vec<Unit> = self
            .units
            .iter()
            .map(|(group, sums)| self.frame.unit(*group, sums))
            .collect();
        let distribution = Distribution::new(&units);
        let context = self.context();
        for index in INDICES.iter().filter(|i| self.has(i.applies)) {
            let parts = distribution
                .as_ref()
                .map_err(|r| *r)
                .and_then(|all| (index.compute)(all, &context));
            if let Ok(parts) = &parts {
                broken.extend(check_parts(index.name, parts, || self.place()));
            }
            let n = distribution.as_ref().map_or(0, Distribution::n);
            table.push(self.row(index.name, parts, n));
        }
        if self.frame.indicator.bounded
            && let Ok(all) = &distribution
            && let Ok(found) = check_mirror(all, || self.place())
        {
            broken.extend(found);
        }
    }

    fn has(&self, applies: Applies) -> bool {
        match applies {
            Applies::Always => true,
            Applies::Bounded => self.frame.indicator.bounded,
            Applies::Ordered => self.over == "member" && self.frame.pipeline.dimensions[self.dimension].ordered,
        }
    }

    fn context(&self) -> Context {
        let of = &self.frame.pipeline.dimensions[self.dimension];
        let other = match &of.level {
            DimensionLevel::Row { other, .. } => other.as_deref(),
            DimensionLevel::Area { .. } => None,
        };
        let reference = of
            .compare
            .first()
            .and_then(|(a, _)| of.members.iter().position(|m| &m.id == a));
        let placed = |id: &str| id != UNKNOWN && Some(id) != other;
        let order = (0..of.members.len()).filter(|&m| placed(&of.members[m].id)).collect();
        Context {
            better: self.frame.indicator.better,
            reference,
            order,
        }
    }

    fn place(&self) -> String {
        format!("{} {}", place(self.frame, self.scope, self.dimension), self.over)
    }

    fn row<'v>(&'v self, index: &'v str, parts: Result<Parts, Reason>, n: usize) -> Vec<Value<'v>> {
        let mut row = super::key(self.frame, self.scope, self.dimension);
        row.extend([self.over.into(), index.into()]);
        let (figures, reason) = match parts {
            Ok(p) => {
                let lacks = p.between.is_none() || p.within.is_none() || p.overlap.is_none();
                (
                    [Some(p.value), p.between, p.within, p.overlap],
                    lacks.then_some(Reason::PartUndefined),
                )
            }
            Err(reason) => ([None; 4], Some(reason)),
        };
        row.extend(figures.map(Value::from));
        row.extend([Value::from(n as i64), reason::join(reason).into()]);
        row
    }
}

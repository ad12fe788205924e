//! The `inequality` table: every index over areas (or area × member) and over members.

use rayon::prelude::*;

use super::frame::{Frame, Sums};
use super::identities::{Broken, check_mirror, check_parts, place};
use super::index::{Applies, Context, INDICES, Parts};
use super::{Distribution, Inputs, Reason, Unit, reason};
use crate::domain::{IndicatorCells, Table, Value};
use crate::pipeline::{DimensionIndex, DimensionLevel, UNKNOWN};

/// The `inequality` table, and every identity that does not hold (none, unless the engine is wrong).
pub fn inequality(inputs: &Inputs) -> (Table, Vec<Broken>) {
    let parts: Vec<_> = inputs.cells.par_iter().map(|cells| rows(inputs, cells)).collect();
    let (rows, broken): (Vec<_>, Vec<_>) = parts.into_iter().unzip();
    (super::table("inequality", rows), broken.into_iter().flatten().collect())
}

fn rows(inputs: &Inputs, cells: &IndicatorCells) -> (Vec<Vec<Value>>, Vec<Broken>) {
    let (mut rows, mut broken) = (Vec::new(), Vec::new());
    let Some(frame) = Frame::new(inputs, cells) else {
        return (rows, broken);
    };
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
                    frame: &frame,
                    dimension,
                    scope,
                    over,
                    units,
                };
                list.rows(&mut rows, &mut broken);
            }
        }
    }
    (rows, broken)
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
    fn rows(&self, rows: &mut Vec<Vec<Value>>, broken: &mut Vec<Broken>) {
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
            rows.push(self.row(index.name, parts, n));
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

    fn row(&self, index: &str, parts: Result<Parts, Reason>, n: usize) -> Vec<Value> {
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

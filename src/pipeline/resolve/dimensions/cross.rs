//! `cross = ["region", "terrain"]`: each pair of members of two dimensions is a member. If one of both groups rows, so does the cross.

use super::Scope;
use crate::pipeline::definition::{DimensionDef, Located};
use crate::pipeline::faults::Faults;
use crate::pipeline::model::{AreaSource, Dimension, DimensionIndex, DimensionLevel, Form, Pairs, crossed_members};
use crate::pipeline::resolve::indicators::applies;

/// Members are counted in 16 bits, and one is kept for `unknown`.
const MOST: usize = u16::MAX as usize - 1;

impl Scope<'_> {
    /// Members are the pairs in the order of the first dimension, then of the second. `before`: the dimensions that are defined above.
    pub(super) fn of_cross(
        &mut self,
        names: &Located<[Located<String>; 2]>,
        before: &[Dimension],
        faults: &mut Faults,
    ) -> Option<(DimensionLevel, Vec<String>)> {
        let written = self.written;
        let keys = [
            ("level", written.level.as_ref().map(Located::span)),
            ("slice", written.slice.as_ref().map(Located::span)),
            ("map", written.map.as_ref().map(Located::span)),
            ("other", written.other.as_ref().map(Located::span)),
        ];
        self.misplaced("cross", &keys, faults);
        let [a, b] = [&names[0], &names[1]].map(|name| self.crossed(name, before, faults));
        let (a, b) = (a?, b?);
        if a == b {
            let message = format!("`{}` is crossed with itself", names[0]);
            let hint = "name another dimension".to_owned();
            faults.add(self.source, "wrong-value", names.span(), message, hint);
            return None;
        }
        let [first, second] = [a, b].map(|at| &before[at]);
        let size = crossed_members(first, second).count();
        if size > MOST {
            let message = format!("the dimension `{}` would have {size} members", written.id);
            let hint = format!("at most {MOST} are possible");
            faults.add(self.source, "wrong-value", names.span(), message, hint);
            return None;
        }
        let mut members = Vec::with_capacity(size);
        for (id, [a, b]) in crossed_members(first, second) {
            let title = first.members[a].title.and(&second.members[b].title);
            if self.names.insert(id.clone(), title).is_some() {
                let message = format!("two members of the dimension `{}` would be `{id}`", written.id);
                let hint = "rename members of one of the two dimensions".to_owned();
                faults.add(self.source, "duplicate-id", names.span(), message, hint);
                return None;
            }
            members.push(id);
        }
        let members = self.ordered(members, faults);
        let level = match [first, second].map(level_of) {
            [Some(one), Some(other)] => DimensionLevel::Area {
                level: one.max(other),
                source: AreaSource::Cross([a, b]),
            },
            _ => {
                self.check_forms(names, [a, b], before, faults);
                DimensionLevel::Pairs(Pairs::new([a, b], [first, second], &members))
            }
        };
        Some((level, members))
    }

    /// Rows of some form have both: else the cross would never have a figure.
    fn check_forms(
        &self,
        names: &Located<[Located<String>; 2]>,
        parts: [DimensionIndex; 2],
        before: &[Dimension],
        faults: &mut Faults,
    ) {
        let has_both = |form: &Form| parts.iter().all(|&part| is_of_form(before, part, form));
        if self.forms.is_empty() || faults.forms_missing() || self.forms.iter().any(|(form, _)| has_both(form)) {
            return;
        }
        let message = format!("no form has rows with both `{}` and `{}`", names[0], names[1]);
        let hint = "cross dimensions by columns of one form, or of areas at or above the level of its rows".to_owned();
        faults.add(self.source, "wrong-value", names.span(), message, hint);
    }

    /// The dimension of this name that stands further down in the same file.
    fn defined_below(&self, name: &Located<String>) -> Option<&DimensionDef> {
        let same_file = self
            .after
            .iter()
            .filter(|(source, _)| source.relative == self.source.relative);
        same_file.map(|(_, one)| &***one).find(|one| *one.id == **name)
    }

    /// A dimension that is defined above this one.
    fn crossed(&self, name: &Located<String>, before: &[Dimension], faults: &mut Faults) -> Option<DimensionIndex> {
        if **name == *self.written.id {
            let message = format!("`{name}` cannot be crossed with itself");
            let hint = "name another dimension".to_owned();
            faults.add(self.source, "wrong-value", name.span(), message, hint);
            return None;
        }
        if let Some(below) = self.defined_below(name) {
            let message = format!("the dimension `{name}` is defined below this one");
            let place = (below.id.span(), "defined here");
            let hint = "move it above".to_owned();
            faults.add_related(self.source, "unknown-dimension", name.span(), message, place, hint);
            return None;
        }
        let Some(at) = before.iter().position(|dimension| dimension.id == **name) else {
            let known = before.iter().map(|dimension| dimension.id.as_str());
            faults.unknown(
                self.source,
                "unknown-dimension",
                name,
                "dimension above this one",
                known,
            );
            return None;
        };
        Some(at)
    }
}

/// The level of a dimension of areas.
fn level_of(dimension: &Dimension) -> Option<usize> {
    match dimension.level {
        DimensionLevel::Area { level, .. } => Some(level),
        DimensionLevel::Row { .. } | DimensionLevel::Pairs(_) => None,
    }
}

/// Whether rows of a form have a member of a dimension.
fn is_of_form(dimensions: &[Dimension], at: DimensionIndex, form: &Form) -> bool {
    match &dimensions[at].level {
        DimensionLevel::Pairs(pairs) => pairs.of.iter().all(|&part| is_of_form(dimensions, part, form)),
        DimensionLevel::Area { .. } | DimensionLevel::Row { .. } => applies(&dimensions[at], form),
    }
}

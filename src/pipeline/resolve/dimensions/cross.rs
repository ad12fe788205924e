//! `cross = ["region", "terrain"]`: each pair of members of two dimensions of areas is a member.

use super::Scope;
use crate::pipeline::definition::Located;
use crate::pipeline::faults::Faults;
use crate::pipeline::model::{AreaSource, Dimension, DimensionIndex, DimensionLevel, crossed_members};
use crate::pipeline::shape::first_line;

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
            faults.add(self.source, "wrong-value", names.span(), message, None);
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
        let level = level_of(&before[a])?.max(level_of(&before[b])?);
        let source = AreaSource::Cross([a, b]);
        Some((DimensionLevel::Area { level, source }, self.ordered(members, faults)))
    }

    /// A dimension of areas that is defined above this one.
    fn crossed(&self, name: &Located<String>, before: &[Dimension], faults: &mut Faults) -> Option<DimensionIndex> {
        if **name == *self.written.id {
            let message = format!("`{name}` cannot be crossed with itself");
            faults.add(self.source, "wrong-value", name.span(), message, None);
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
        if level_of(&before[at]).is_none() {
            let span = first_line(&self.source.text, name.span());
            let message = format!("`{name}` groups rows, and only dimensions of areas can be crossed");
            let hint = "what lies between groups of rows is in the cells: area × member".to_owned();
            faults.add(self.source, "wrong-value", span, message, hint);
            return None;
        }
        Some(at)
    }
}

fn level_of(dimension: &Dimension) -> Option<usize> {
    match dimension.level {
        DimensionLevel::Area { level, .. } => Some(level),
        DimensionLevel::Row { .. } => None,
    }
}

//! The units of all scopes, put in order once: what is left out of an ordered list leaves the others in order.

use std::sync::Arc;

use super::ties::Ties;
use super::unit::{Placed, Rank, Unit, ranked};
use super::{Distribution, Reason};

/// Units with the scope that each lies in.
pub(super) struct Scoped {
    pub(super) units: Vec<Unit>,
    /// One entry a unit: the scope below the root; 0 where it lies in the root alone.
    pub(super) scopes: Vec<usize>,
}

/// Units in the order of their ratios, together and scope by scope.
pub(super) struct Ranking {
    scoped: Scoped,
    order: Vec<Rank>,
    ties: Arc<Ties>,
    /// All of them in order.
    of_root: Vec<Placed>,
    /// The units of each scope in order, one scope behind the other. There are none of the root.
    of_scopes: Vec<Placed>,
    /// By scope, where its units end.
    ends: Vec<usize>,
    /// By scope, why it has no distribution.
    faults: Vec<Option<Reason>>,
    /// By scope, whether any unit can be counted.
    has_weight: Vec<bool>,
}

impl Ranking {
    /// Of units in the first `scopes` scopes; those of others are in the root alone.
    pub(super) fn new(scopes: usize, scoped: Scoped) -> Ranking {
        let order = ranked(&scoped.units);
        Ranking::of(scopes, scoped, order, None)
    }

    /// The same units in other groups, one entry a unit. Only units of equal ratio change their order.
    pub(super) fn regrouped(&self, scopes: usize, groups: &[usize]) -> Ranking {
        let mut units = self.scoped.units.clone();
        for (unit, group) in units.iter_mut().zip(groups) {
            unit.group = *group;
        }
        let mut order = self.order.clone();
        for tied in order.chunk_by_mut(|a, b| a.tie == b.tie) {
            // Stable: within a group they stay in the order of their denominators.
            tied.sort_by_key(|rank| units[rank.at as usize].group);
        }
        let scopes_of_units = self.scoped.scopes.clone();
        let scoped = Scoped {
            units,
            scopes: scopes_of_units,
        };
        Ranking::of(scopes, scoped, order, Some(&self.ties))
    }

    /// `ties`: where they are known already.
    fn of(scopes: usize, scoped: Scoped, order: Vec<Rank>, ties: Option<&Arc<Ties>>) -> Ranking {
        let Scoped { units, scopes: own } = &scoped;
        let (mut faults, mut has_weight) = (vec![None; scopes], vec![false; scopes]);
        for (unit, &scope) in units.iter().zip(own) {
            for scope in scopes_of(scope, scopes) {
                // Of several reasons the last of the list, as a sum that is lost says nothing of its sign.
                faults[scope] = faults[scope].max(unit.fault());
                has_weight[scope] |= unit.denominator != 0;
            }
        }
        let of_root: Vec<Placed> = order
            .iter()
            .map(|rank| units[rank.at as usize].placed(rank.tie))
            .collect();
        let ties = ties.map_or_else(|| Arc::new(Ties::of(&of_root)), Arc::clone);
        let scope_of = |rank: &Rank| own[rank.at as usize];
        let below = |scope: &usize| (1..scopes).contains(scope);
        let mut ends = vec![0; scopes];
        order
            .iter()
            .map(scope_of)
            .filter(below)
            .for_each(|scope| ends[scope] += 1);
        let mut before = 0;
        for end in &mut ends {
            before += std::mem::replace(end, before);
        }
        let mut of_scopes = of_root[..before].to_vec();
        for (rank, placed) in order.iter().zip(&of_root).filter(|(rank, _)| below(&scope_of(rank))) {
            let end = &mut ends[scope_of(rank)];
            of_scopes[*end] = *placed;
            *end += 1;
        }
        Ranking {
            scoped,
            order,
            ties,
            of_root,
            of_scopes,
            ends,
            faults,
            has_weight,
        }
    }

    /// Whether any unit of a scope can be counted.
    pub(super) fn has_weight(&self, scope: usize) -> bool {
        self.has_weight[scope]
    }

    /// The units of a scope.
    ///
    /// # Errors
    /// As of [`Distribution::new`].
    pub(super) fn distribution(&self, scope: usize) -> Result<Distribution, Reason> {
        if let Some(fault) = self.faults[scope] {
            return Err(fault);
        }
        let placed = match scope.checked_sub(1) {
            None => &self.of_root,
            Some(before) => &self.of_scopes[self.ends[before]..self.ends[scope]],
        };
        Distribution::of(placed, Some(&self.ties))
    }
}

/// The scopes in which a unit of scope `own` counts, of the first `count`: the root, and its own.
pub(super) fn scopes_of(own: usize, count: usize) -> impl Iterator<Item = usize> {
    (0..count.min(1)).chain(Some(own).filter(|&scope| scope > 0 && scope < count))
}

//! Logarithms and roots of the distinct ratios of units, computed once for all scopes and groups that the units are seen in.

use std::sync::OnceLock;

use super::unit::Placed;

/// The distinct ratios, in ascending order.
#[derive(Debug)]
pub(super) struct Ties {
    ratios: Vec<f64>,
    own: OnceLock<Vec<Logs>>,
    rest: OnceLock<Vec<Logs>>,
}

/// Of one ratio that is not negative.
#[derive(Clone, Copy, Debug)]
pub(super) struct Logs {
    /// Its logarithm; 0 for 0, of which x ln x is 0.
    pub(super) ln: f64,
    pub(super) root: f64,
}

impl Logs {
    fn of(x: f64) -> Logs {
        Logs {
            ln: if x == 0.0 { 0.0 } else { x.ln() },
            root: x.sqrt(),
        }
    }
}

impl Ties {
    /// Of units in ascending order. Quotients of equal ratios may differ in the last bit: the least of them counts.
    pub(super) fn of(placed: &[Placed]) -> Ties {
        let tied = placed.chunk_by(|a, b| a.tie == b.tie);
        let least = tied.map(|tied| tied.iter().map(|unit| unit.x).fold(f64::INFINITY, f64::min));
        Ties {
            ratios: least.collect(),
            own: OnceLock::new(),
            rest: OnceLock::new(),
        }
    }

    /// By number of the ratio; with `is_rest`, of 1 − x.
    pub(super) fn logs(&self, is_rest: bool) -> &[Logs] {
        let all = |of: fn(f64) -> f64| self.ratios.iter().map(|x| Logs::of(of(*x))).collect();
        if is_rest {
            self.rest.get_or_init(|| all(|x| 1.0 - x))
        } else {
            self.own.get_or_init(|| all(|x| x))
        }
    }
}

//! The largest Σ w φ(x) ÷ Σ w ℓ(x) over all ratios and weights, for a convex φ and a linear ℓ.
//!
//! A number t is exceeded where Σ w (φ(x) − t ℓ(x)) is positive for some ratios and weights. Each term belongs to one unit, and is convex in its weight and its
//! numerator together (the perspective of a convex function), so it is largest at a corner of the unit's polygon. What is then left is to raise t until nothing exceeds it
//! (Dinkelbach 1967). A unit whose weight has no limit exceeds t with a large enough weight where φ − t ℓ is positive at the ratio that it comes near to; with a
//! larger t, its term is largest at its least weight.

use super::units::{Ranged, Units};
use crate::statistics::bounds::value::Weighted;

/// Dividend and divisor.
type Pair = [f64; 2];

/// Dividends and divisors of all units at the corners of their polygons.
pub(super) struct Fraction<'a> {
    units: &'a Units,
    /// Σ over the units that are the same at all corners.
    known: Pair,
    /// The other units: position and what they add at each corner.
    open: Vec<(usize, [Pair; 4])>,
    /// The largest quotient that units come near to as their weights grow beyond all limits, and the ratio there.
    beyond: Weighted,
}

/// Where a fraction is largest.
pub(super) struct Peak {
    pub(super) value: f64,
    /// Ratios and weights there, of units that have a weight.
    pub(super) units: Vec<Weighted>,
}

impl Peak {
    /// Σ w g ÷ Σ w h.
    pub(super) fn quotient(&self, of: impl Fn(f64) -> Pair) -> f64 {
        let add = |sum: Pair, (x, weight): &Weighted| {
            let [g, h] = of(*x);
            [sum[0] + weight * g, sum[1] + weight * h]
        };
        let [above, below] = self.units.iter().fold([0.0; 2], add);
        above / below
    }
}

impl<'a> Fraction<'a> {
    /// `value`: φ and ℓ.
    pub(super) fn of(units: &'a Units, value: impl Fn(f64) -> Pair) -> Fraction<'a> {
        let of_corner = |(x, weight): Weighted| value(x).map(|part| weight * part);
        let corners = |_: usize, unit: &Ranged| unit.corners().map(of_corner);
        let ends = |unit: &Ranged| [unit.most.low, unit.most.high].map(|x| (x, value(x)));
        Fraction::new(units, corners, |_, unit| ends(unit))
    }

    /// The same with ratios that do not depend on the weights, so that φ and ℓ of each unit are given.
    pub(super) fn of_weights(units: &'a Units, value: impl Fn(usize, &Ranged) -> Pair) -> Fraction<'a> {
        let corners = |at: usize, unit: &Ranged| {
            let own = value(at, unit);
            unit.corners().map(|(_, weight)| own.map(|part| weight * part))
        };
        Fraction::new(units, corners, |at, unit| [(unit.most.low, value(at, unit)); 2])
    }

    /// `corners`: dividends and divisors; `beyond`: ratios that a unit without a limit comes near to, with φ and ℓ.
    fn new(
        units: &'a Units,
        corners: impl Fn(usize, &Ranged) -> [Pair; 4],
        beyond: impl Fn(usize, &Ranged) -> [(f64, Pair); 2],
    ) -> Fraction<'a> {
        let mut all = Fraction {
            units,
            known: [0.0; 2],
            open: Vec::new(),
            beyond: (0.0, f64::NEG_INFINITY),
        };
        for (at, unit) in units.0.iter().enumerate() {
            let own = corners(at, unit);
            if own.iter().all(|corner| *corner == own[0]) {
                all.known = plus(all.known, own[0]);
            } else {
                all.open.push((at, own));
            }
            if unit.is_unlimited() {
                for (x, [above, below]) in beyond(at, unit) {
                    if above / below > all.beyond.1 {
                        all.beyond = (x, above / below);
                    }
                }
            }
        }
        all
    }

    fn total(&self, chosen: &[u8]) -> Pair {
        let own = self
            .open
            .iter()
            .zip(chosen)
            .map(|((_, terms), at)| terms[usize::from(*at)]);
        own.fold(self.known, plus)
    }

    pub(super) fn highest(&self) -> Peak {
        // All at their largest weights.
        let mut chosen = vec![2; self.open.len()];
        let start = quotient(self.total(&chosen));
        let mut ratio = start.max(self.beyond.1);
        let mut is_beyond = ratio > start;
        if ratio.is_finite() {
            loop {
                let best = |terms: &[Pair; 4]| {
                    let excess = terms.map(|[above, below]| above - ratio * below);
                    (1..4_u8).fold(0, |best, at| {
                        if excess[usize::from(at)] > excess[usize::from(best)] {
                            at
                        } else {
                            best
                        }
                    })
                };
                let next: Vec<u8> = self.open.iter().map(|(_, terms)| best(terms)).collect();
                let found = quotient(self.total(&next));
                // So written that the search ends whatever is found.
                let rises = found > ratio + f64::EPSILON * ratio.abs();
                if !rises {
                    ratio = ratio.max(found);
                    break;
                }
                (ratio, chosen, is_beyond) = (found, next, false);
            }
        }
        Peak {
            value: ratio,
            units: if is_beyond {
                vec![(self.beyond.0, 1.0)]
            } else {
                self.chosen(&chosen)
            },
        }
    }

    fn chosen(&self, chosen: &[u8]) -> Vec<Weighted> {
        let mut units: Vec<Weighted> = self.units.0.iter().map(|unit| unit.corners()[0]).collect();
        for ((at, _), corner) in self.open.iter().zip(chosen) {
            units[*at] = self.units.0[*at].corners()[usize::from(*corner)];
        }
        units.retain(|(_, weight)| *weight > 0.0);
        units
    }
}

fn plus(a: Pair, b: Pair) -> Pair {
    [a[0] + b[0], a[1] + b[1]]
}

/// 0 ÷ 0 is undefined.
fn quotient([above, below]: Pair) -> f64 {
    if below > 0.0 { above / below } else { f64::NEG_INFINITY }
}

//! A bound of the Gini coefficient.
//!
//! With H the share of the weight at or below x, μG = ∫ H (1 − H) dx, and H (1 − H) ≤ (1 − 2h) H + h² for any h, with equality where h is H. So for any h(x) that
//! rises from 0 to 1, μG is at most Σ w φ(x) of a convex φ, whose slope is 2h − 1. The h of the bound is moved towards the H of the ratios and weights at which that sum
//! is largest (Frank & Wolfe 1956).

use super::fraction::{Fraction, Peak};
use super::units::Units;
use crate::statistics::bounds::per::Per;
use crate::statistics::bounds::value::Weighted;

/// Tangents that are tried.
const STEPS: usize = 24;

/// Share of the width that rounding may take from a sum.
const LOST: f64 = 1e-13;

/// At least the largest μG, divided as said.
pub(super) fn largest(units: &Units, per: Per) -> f64 {
    let ends = units.0.iter().flat_map(|unit| {
        let [a, b, c, d] = unit.corners().map(|corner| corner.0);
        [a, b, c, d, unit.most.low, unit.most.high]
    });
    let mut grid: Vec<f64> = ends.collect();
    grid.sort_by(f64::total_cmp);
    grid.dedup();
    let divisor = |x: f64| match per {
        Per::One => 1.0,
        Per::Mean => x,
        Per::Rest => 1.0 - x,
    };
    let mut bound = f64::INFINITY;
    // Half of the weight at either end is the most unequal of all.
    let mut tangent = vec![0.5; grid.len()];
    let mut mass = 0.0;
    for step in 0..STEPS {
        let terms = terms(&grid, &tangent);
        let place = |x: f64| grid.partition_point(|own| *own < x).min(grid.len() - 1);
        let peak = Fraction::of(units, |x| [terms[place(x)], divisor(x)]).highest();
        bound = bound.min(peak.value);
        // All measures are taken with as much of the divisor.
        let own = 1.0 / peak.quotient(|x| [divisor(x), 1.0]);
        if !own.is_finite() {
            break;
        }
        let part = 2.0 / (step as f64 + 2.0);
        let (keep, add) = ((1.0 - part) * mass, part * own);
        mass = keep + add;
        for (own, found) in tangent.iter_mut().zip(below(&grid, &peak)) {
            *own = (*own * keep + found * add) / mass;
        }
    }
    bound
}

/// φ at each place of the grid.
fn terms(grid: &[f64], tangent: &[f64]) -> Vec<f64> {
    let mut terms = vec![0.0; grid.len()];
    let mut constant = LOST * (grid[grid.len() - 1] - grid[0]);
    for at in (1..grid.len()).rev() {
        let (length, h) = (grid[at] - grid[at - 1], tangent[at - 1]);
        terms[at - 1] = terms[at] + (1.0 - 2.0 * h) * length;
        constant += h * h * length;
    }
    terms.iter_mut().for_each(|term| *term += constant);
    terms
}

/// The share of the weight at or below each place of the grid.
fn below(grid: &[f64], peak: &Peak) -> Vec<f64> {
    let mut shares = vec![0.0; grid.len()];
    let total: f64 = peak.units.iter().map(|unit| unit.1).sum();
    for &(x, weight) in &peak.units as &[Weighted] {
        let place = grid.partition_point(|own| *own < x).min(grid.len() - 1);
        shares[place] += weight / total;
    }
    let mut sum = 0.0;
    for share in &mut shares {
        sum += *share;
        *share = sum;
    }
    shares
}

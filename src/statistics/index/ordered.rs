//! Indices along the order of a dimension's members; `unknown` and `other` have no place in it and stay out.

use super::{Context, Parts};
use crate::statistics::{Distribution, Reason, summation::sum};

/// (share, mean, mid-rank along the order) of each group that has a figure.
fn ladder(all: &Distribution, context: &Context) -> Result<Vec<(f64, f64, f64)>, Reason> {
    let placed: Vec<_> = context
        .order
        .iter()
        .filter_map(|id| all.groups.iter().find(|g| g.id == *id))
        .collect();
    if placed.len() < 2 {
        return Err(Reason::SingleGroup);
    }
    let total = sum(placed.iter().map(|g| g.share));
    let mut below = 0.0;
    Ok(placed
        .iter()
        .map(|group| {
            let share = group.share / total;
            below += share;
            (share, group.mean, below - share / 2.0)
        })
        .collect())
}

/// Covariance of x and the rank.
fn along(ladder: &[(f64, f64, f64)]) -> f64 {
    let mean = sum(ladder.iter().map(|(p, x, _)| p * x));
    sum(ladder.iter().map(|(p, x, r)| p * (x - mean) * (r - 0.5)))
}

/// Mean and slope of the weighted regression of x on the rank; the line passes (½, mean).
fn line(ladder: &[(f64, f64, f64)]) -> (f64, f64) {
    let mean = sum(ladder.iter().map(|(p, x, _)| p * x));
    let variance = sum(ladder.iter().map(|(p, _, r)| p * (r - 0.5).powi(2)));
    (mean, along(ladder) / variance)
}

/// Slope index: fitted last end − fitted first end, in plain ratios. Preston, Haines & Pamuk 1981.
pub(super) fn slope(all: &Distribution, context: &Context) -> Result<Parts, Reason> {
    Ok(Parts::whole(line(&ladder(all, context)?).1))
}

/// Relative index: fitted last end ÷ fitted first end. Kunst & Mackenbach 1995.
pub(super) fn relative(all: &Distribution, context: &Context) -> Result<Parts, Reason> {
    let (mean, slope) = line(&ladder(all, context)?);
    let (first, last) = (mean - slope / 2.0, mean + slope / 2.0);
    if first <= 0.0 || last <= 0.0 {
        return Err(Reason::FitNotPositive);
    }
    Ok(Parts::whole(last / first))
}

/// 4μ × the concentration index, of figures in 0..1. Erreygers 2009.
pub(super) fn concentration_erreygers(all: &Distribution, context: &Context) -> Result<Parts, Reason> {
    let ladder = ladder(all, context)?;
    if all.min() < 0.0 || all.max() > 1.0 {
        return Err(Reason::OutsideBounds);
    }
    Ok(Parts::whole(8.0 * along(&ladder)))
}

/// μ × the concentration index. Wagstaff, Paci & van Doorslaer 1991.
pub(super) fn concentration_absolute(all: &Distribution, context: &Context) -> Result<Parts, Reason> {
    Ok(Parts::whole(2.0 * along(&ladder(all, context)?)))
}

/// The concentration index / (1 − μ), of figures in 0..1. Wagstaff 2005.
pub(super) fn concentration_wagstaff(all: &Distribution, context: &Context) -> Result<Parts, Reason> {
    let ladder = ladder(all, context)?;
    if all.min() < 0.0 || all.max() > 1.0 {
        return Err(Reason::OutsideBounds);
    }
    let mean = sum(ladder.iter().map(|(p, x, _)| p * x));
    let rest = sum(ladder.iter().map(|(p, x, _)| p * (1.0 - x)));
    if mean <= 0.0 {
        return Err(Reason::MeanNotPositive);
    }
    if rest <= 0.0 {
        return Err(Reason::ZeroDivisor);
    }
    Ok(Parts::whole(2.0 / mean * along(&ladder) / rest))
}

/// (2/μ) Σ p_k μ_k (R_k − ½). Kakwani, Wagstaff & van Doorslaer 1997.
pub(super) fn concentration(all: &Distribution, context: &Context) -> Result<Parts, Reason> {
    let ladder = ladder(all, context)?;
    let mean = sum(ladder.iter().map(|(p, x, _)| p * x));
    if mean <= 0.0 {
        return Err(Reason::MeanNotPositive);
    }
    Ok(Parts::whole(2.0 / mean * along(&ladder)))
}

//! Forms for indicators in 0..1 that stay the same when attainment is turned into shortfall.

use super::{Context, Parts, gini, share, variance};
use crate::statistics::{Distribution, Reason};

fn in_bounds(all: &Distribution) -> Result<(), Reason> {
    if all.min() < 0.0 || all.max() > 1.0 {
        Err(Reason::OutsideBounds)
    } else {
        Ok(())
    }
}

/// 1 − μ, where it may be divided by.
fn shortfall(all: &Distribution) -> Result<f64, Reason> {
    in_bounds(all)?;
    if all.mean == 1.0 {
        Err(Reason::ZeroDivisor)
    } else {
        Ok(1.0 - all.mean)
    }
}

/// μG.
pub(super) fn abs_gini(all: &Distribution, _: &Context) -> Result<Parts, Reason> {
    in_bounds(all)?;
    Ok(Parts::whole(gini::absolute(all)))
}

/// 4μG. Erreygers 2009.
pub(super) fn erreygers(all: &Distribution, _: &Context) -> Result<Parts, Reason> {
    in_bounds(all)?;
    Ok(Parts::whole(4.0 * gini::absolute(all)))
}

/// Twice the standard deviation: 1 where one half has all and the other nothing.
pub(super) fn sd2(all: &Distribution, _: &Context) -> Result<Parts, Reason> {
    in_bounds(all)?;
    Ok(Parts::whole(2.0 * variance::variance(all).sqrt()))
}

/// G / (1 − μ). Wagstaff 2005.
pub(super) fn gini_normalised(all: &Distribution, _: &Context) -> Result<Parts, Reason> {
    Ok(Parts::whole(gini::gini(all)? / shortfall(all)?))
}

/// Hoover / (1 − μ).
pub(super) fn hoover_normalised(all: &Distribution, context: &Context) -> Result<Parts, Reason> {
    Ok(Parts::whole(share::hoover(all, context)?.value / shortfall(all)?))
}

/// Var / (μ (1 − μ)): share of the largest variance that the mean allows.
pub(super) fn variance_normalised(all: &Distribution, _: &Context) -> Result<Parts, Reason> {
    Ok(Parts::whole(
        variance::variance(all) / (all.positive_mean()? * shortfall(all)?),
    ))
}

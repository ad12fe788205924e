//! Mean differences from a point of comparison, in plain ratios.

use super::{Context, Parts};
use crate::pipeline::Better;
use crate::statistics::{Distribution, Reason};

pub(super) fn best(all: &Distribution, context: &Context) -> Result<f64, Reason> {
    match context.better {
        Better::Higher => Ok(all.max()),
        Better::Lower => Ok(all.min()),
        Better::Neither => Err(Reason::NoDirection),
    }
}

/// Σ w |x − μ|.
pub(super) fn from_mean(all: &Distribution, _: &Context) -> Result<Parts, Reason> {
    Ok(Parts::whole(all.moments().deviation))
}

/// Σ w |x − best|, best by the indicator's direction of improvement. No x lies beyond the best, so that this is |best − μ|.
pub(super) fn from_best(all: &Distribution, context: &Context) -> Result<Parts, Reason> {
    attributable_risk(all, context)
}

/// Mean of the dimension's reference member: the first of its first pair to compare.
pub(super) fn reference(all: &Distribution, context: &Context) -> Result<f64, Reason> {
    let mut groups = all.groups.iter();
    let group = groups.find(|g| Some(g.id) == context.reference);
    group.map(|group| group.mean).ok_or(Reason::NoReference)
}

/// Σ w |x − r|, r the mean of the reference member.
pub(super) fn from_reference(all: &Distribution, context: &Context) -> Result<Parts, Reason> {
    let reference = reference(all, context)?;
    Ok(Parts::whole(all.weighted(|p| (p.x - reference).abs())))
}

/// |best − μ|.
pub(super) fn attributable_risk(all: &Distribution, context: &Context) -> Result<Parts, Reason> {
    Ok(Parts::whole((best(all, context)? - all.mean).abs()))
}

/// |best − μ| / μ.
pub(super) fn attributable_fraction(all: &Distribution, context: &Context) -> Result<Parts, Reason> {
    all.no_negative()?;
    let mean = all.positive_mean()?;
    Ok(Parts::whole((best(all, context)? - mean).abs() / mean))
}

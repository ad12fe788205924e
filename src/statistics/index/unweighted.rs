//! Mean differences in which each member counts once, whatever its weight; only the mean of all is weighted. `unknown` and `other` are no groups of
//! their own, and stay out.

use super::differences::reference;
use super::{Context, Parts};
use crate::pipeline::Better;
use crate::statistics::{Distribution, Reason, summation::sum};

/// The figures of the members.
fn members(all: &Distribution, context: &Context) -> Result<Vec<f64>, Reason> {
    let is_placed = |id: usize| context.order.contains(&id);
    let own = all.points.iter().filter(|p| is_placed(all.groups[p.group].id));
    let own: Vec<f64> = own.map(|p| p.x).collect();
    if own.is_empty() {
        return Err(Reason::NoUnits);
    }
    Ok(own)
}

fn mean_difference(members: &[f64], from: f64) -> f64 {
    sum(members.iter().map(|x| (x - from).abs())) / members.len() as f64
}

/// Σ |x − μ| / n.
pub(super) fn from_mean(all: &Distribution, context: &Context) -> Result<Parts, Reason> {
    Ok(Parts::whole(mean_difference(&members(all, context)?, all.mean)))
}

/// Σ |x − best| / n.
pub(super) fn from_best(all: &Distribution, context: &Context) -> Result<Parts, Reason> {
    let members = members(all, context)?;
    let best = match context.better {
        Better::Higher => members.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        Better::Lower => members.iter().copied().fold(f64::INFINITY, f64::min),
        Better::Neither => return Err(Reason::NoDirection),
    };
    Ok(Parts::whole(mean_difference(&members, best)))
}

/// Σ |x − μr| / n.
pub(super) fn from_reference(all: &Distribution, context: &Context) -> Result<Parts, Reason> {
    Ok(Parts::whole(mean_difference(
        &members(all, context)?,
        reference(all, context)?,
    )))
}

/// Σ |x − μ| / (n μ). Pearcy & Keppel 2002.
pub(super) fn disparity(all: &Distribution, context: &Context) -> Result<Parts, Reason> {
    let mean = all.positive_mean()?;
    Ok(Parts::whole(mean_difference(&members(all, context)?, mean) / mean))
}

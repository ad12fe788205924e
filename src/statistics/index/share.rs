//! Indices of shares and quantiles.

use super::{Context, Parts};
use crate::statistics::{Distribution, Reason};

/// Σ w |x − μ| / (2μ): the share that would have to move. Hoover 1936.
pub(super) fn hoover(all: &Distribution, _: &Context) -> Result<Parts, Reason> {
    let mean = all.positive_mean()?;
    Ok(Parts::whole(all.moments().deviation / (2.0 * mean)))
}

/// Ninth decile ÷ first decile by the weighted inverse distribution function.
pub(super) fn p90_p10(all: &Distribution, _: &Context) -> Result<Parts, Reason> {
    all.no_negative()?;
    let low = quantile(all, 0.1);
    if low == 0.0 {
        return Err(Reason::ZeroDivisor);
    }
    Ok(Parts::whole(quantile(all, 0.9) / low))
}

/// Smallest x at or below which at least `share` of the weight lies.
fn quantile(all: &Distribution, share: f64) -> f64 {
    let mut cumulated = 0.0;
    for point in &all.points {
        cumulated += point.w;
        // Ten equal weights sum to a hair below 0.9 at the ninth.
        if cumulated >= share - 1e-12 {
            return point.x;
        }
    }
    all.max()
}

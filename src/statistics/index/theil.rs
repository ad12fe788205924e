//! Theil's two entropy indices.

use super::{Context, Parts};
use crate::statistics::{Distribution, Reason, moments::Terms};

/// T = Σ w (x/μ) ln(x/μ) = Σ s_k ln(μ_k/μ) + Σ s_k T_k; x = 0 counts 0·ln 0 = 0. Theil 1967.
pub(super) fn t(all: &Distribution, _: &Context) -> Result<Parts, Reason> {
    all.no_negative()?;
    let mean = all.positive_mean()?;
    let between = all.over_groups(|g| Terms::of(g.mean / mean).t);
    let entropies = all.entropies();
    Ok(Parts::split(entropies.t, between, entropies.t_within))
}

/// L = −Σ w ln(x/μ) = −Σ p_k ln(μ_k/μ) + Σ p_k L_k; undefined with an x of 0. Theil 1967.
pub(super) fn l(all: &Distribution, _: &Context) -> Result<Parts, Reason> {
    all.no_negative()?;
    let mean = all.positive_mean()?;
    if all.min() == 0.0 {
        return Err(Reason::ZeroUndefined);
    }
    let between = all.over_groups(|g| Terms::of(g.mean / mean).l);
    let entropies = all.entropies();
    Ok(Parts::split(entropies.l, between, entropies.l_within))
}

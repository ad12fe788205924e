//! Theil's two entropy indices.

use super::{Context, Parts};
use crate::statistics::{Distribution, Reason, distribution::sum};

/// ln r, exact to the last digits near 1, where r ln r and −ln r are next to nothing.
fn ln(r: f64) -> f64 {
    if (r - 1.0).abs() < 0.5 {
        (r - 1.0).ln_1p()
    } else {
        r.ln()
    }
}

/// r ln r − r + 1: r ln r shifted by what sums to 0, so that no term is negative.
fn t_term(r: f64) -> f64 {
    if r == 0.0 { 1.0 } else { r * ln(r) - (r - 1.0) }
}

/// r − 1 − ln r, shifted likewise.
fn l_term(r: f64) -> f64 {
    (r - 1.0) - ln(r)
}

/// T = Σ w (x/μ) ln(x/μ) = Σ s_k ln(μ_k/μ) + Σ s_k T_k; x = 0 counts 0·ln 0 = 0. Theil 1967.
pub(super) fn t(all: &Distribution, _: &Context) -> Result<Parts, Reason> {
    all.no_negative()?;
    let mean = all.positive_mean()?;
    let value = all.weighted(|p| t_term(p.x / mean));
    let between = all.over_groups(|g| t_term(g.mean / mean));
    let within = sum(all.points.iter().map(|p| match all.groups[p.group].mean {
        0.0 => 0.0,
        own => p.w * own / mean * t_term(p.x / own),
    }));
    Ok(Parts::split(value, between, within))
}

/// L = −Σ w ln(x/μ) = −Σ p_k ln(μ_k/μ) + Σ p_k L_k; undefined with an x of 0. Theil 1967.
pub(super) fn l(all: &Distribution, _: &Context) -> Result<Parts, Reason> {
    all.no_negative()?;
    let mean = all.positive_mean()?;
    if all.min() == 0.0 {
        return Err(Reason::ZeroUndefined);
    }
    let value = all.weighted(|p| l_term(p.x / mean));
    let between = all.over_groups(|g| l_term(g.mean / mean));
    let within = all.weighted(|p| l_term(p.x / all.groups[p.group].mean));
    Ok(Parts::split(value, between, within))
}

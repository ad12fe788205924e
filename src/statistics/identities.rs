//! What must hold whatever the data: checked in every run, so that a wrong figure is withheld, not published.

use std::fmt;

use super::Distribution;
use super::frame::Frame;
use super::index::{Parts, absolute_gini};
use crate::pipeline::DimensionIndex;

/// A law of the figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Identity {
    /// Mix effect + rate effect = gap, or change.
    Effects,
    /// The effects of several compositions = mix effect.
    Mixes,
    /// The effects of both compositions and of the ratios = change.
    Shapley,
    /// The effects of the factors of a product = change.
    Factors,
    /// Between + within (+ overlap) = index (its square for Williamson's).
    Parts,
    /// No part of the two-term Gini is negative.
    TwoTermSign,
    /// μ G(x) = (1 − μ) G(1 − x).
    Mirror,
}

/// An identity that does not hold: an error of the engine, never of the data.
#[derive(Clone, Debug, PartialEq)]
pub struct Broken {
    /// Which.
    pub identity: Identity,
    /// Period, scope, indicator, dimension and index.
    pub place: String,
    /// What the parts come to.
    pub left: f64,
    /// What they should come to.
    pub right: f64,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let law = match self.identity {
            Identity::Effects => "mix + rate = gap or change",
            Identity::Mixes => "the mixes of single dimensions = mix",
            Identity::Shapley => "Shapley effects = change",
            Identity::Factors => "the effects of the factors = change",
            Identity::Parts => "between + within + overlap = index",
            Identity::TwoTermSign => "the between part of the two-term Gini is not negative",
            Identity::Mirror => "μ G(x) = (1 − μ) G(1 − x)",
        };
        write!(
            f,
            "{}: {law} does not hold: {:e} against {:e}",
            self.place, self.left, self.right
        )
    }
}

/// Rounding allowed, relative to the figures or to `scale`, whichever is larger.
const TOLERANCE: f64 = 1e-9;

impl Broken {
    /// None where both sides agree but for rounding.
    pub(super) fn unless_equal(
        identity: Identity,
        left: f64,
        right: f64,
        scale: f64,
        place: impl FnOnce() -> String,
    ) -> Option<Broken> {
        let allowed = TOLERANCE * scale.max(left.abs()).max(right.abs());
        // Written so that a NaN is broken too.
        if (left - right).abs() <= allowed {
            None
        } else {
            Some(Broken {
                identity,
                place: place(),
                left,
                right,
            })
        }
    }
}

/// Period, scope, indicator and dimension, for a message.
pub(super) fn place(frame: &Frame, scope: usize, dimension: DimensionIndex) -> String {
    let scope = &frame.places.scopes[scope].code;
    let dimension = &frame.pipeline.dimensions[dimension].id;
    format!("{} {scope} {} {dimension}", frame.source.period, frame.indicator.id)
}

/// Whether an index's parts come to the index.
pub fn check_parts(name: &str, parts: &Parts, place: impl Fn() -> String) -> Option<Broken> {
    let (between, within) = (parts.between?, parts.within?);
    let place = || format!("{} {name}", place());
    if name == "gini_two_term" && between < -TOLERANCE {
        return Some(Broken {
            identity: Identity::TwoTermSign,
            place: place(),
            left: between,
            right: 0.0,
        });
    }
    let whole = if name == "williamson_cv" {
        parts.value.powi(2)
    } else {
        parts.value
    };
    Broken::unless_equal(
        Identity::Parts,
        between + within + parts.overlap.unwrap_or(0.0),
        whole,
        1.0,
        place,
    )
}

/// Whether attainment and shortfall have the same absolute Gini.
pub fn check_mirror(attainment: &Distribution, shortfall: &Distribution, place: impl Fn() -> String) -> Option<Broken> {
    let (left, right) = (absolute_gini(attainment), absolute_gini(shortfall));
    Broken::unless_equal(Identity::Mirror, left, right, 1.0, place)
}

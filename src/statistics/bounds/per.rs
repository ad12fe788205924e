//! The linear divisors. 1 ÷ (μ (1 − μ)) is 1 ÷ μ + 1 ÷ (1 − μ), so that what is divided by a [`crate::statistics::index::Divisor`] is divided by these.

/// What an absolute index is divided by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Per {
    /// 1.
    One,
    /// μ.
    Mean,
    /// 1 − μ.
    Rest,
}

impl Per {
    /// What is added to it when the mean rises.
    pub(super) fn slope(self) -> f64 {
        match self {
            Per::One => 0.0,
            Per::Mean => 1.0,
            Per::Rest => -1.0,
        }
    }
}

//! The bounds of an index.

/// Smallest and largest value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::statistics) struct Range {
    pub(in crate::statistics) lower: f64,
    pub(in crate::statistics) upper: f64,
    /// Whether some completions have both; else none lies outside.
    pub(in crate::statistics) is_exact: bool,
}

impl Range {
    pub(super) fn exact(lower: f64, upper: f64) -> Range {
        Range {
            lower,
            upper,
            is_exact: true,
        }
    }

    /// Of an index that rises with this one.
    pub(super) fn map(self, f: impl Fn(f64) -> f64) -> Range {
        Range {
            lower: f(self.lower),
            upper: f(self.upper),
            ..self
        }
    }

    /// Of an index that is known.
    pub(in crate::statistics) fn point(value: f64) -> Range {
        Range::exact(value, value)
    }

    /// The word in the table.
    pub(in crate::statistics) fn kind(&self) -> &'static str {
        if self.is_exact { "exact" } else { "outer" }
    }
}

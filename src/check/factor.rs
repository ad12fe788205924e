//! What the mends of many rows have in common.

use crate::domain::Finding;

/// What the mends of many rows have in common.
#[derive(Clone, Debug, Default)]
pub(super) struct Factor {
    rows: u32,
    mended: u32,
    power: Option<i32>,
    /// One is none of a unit, or of another.
    is_mixed: bool,
}

impl Factor {
    /// Adds a row.
    pub(super) fn see(&mut self, finding: &Finding) {
        self.rows += 1;
        if let Some(mend) = &finding.mend {
            self.mended += 1;
            let power = mend.power();
            self.is_mixed |= power.is_none() || self.power.is_some_and(|first| Some(first) != power);
            self.power = power;
        }
    }

    /// k where the mends are the values × 10^k: of at least half of the rows, and of none another.
    pub(super) fn common(&self) -> Option<i32> {
        self.power.filter(|_| !self.is_mixed && self.mended * 2 >= self.rows)
    }
}

//! Who owed each form for each period, and what came.

use std::collections::BTreeMap;

use crate::domain::{FormCoverage, Period};
use crate::pipeline::FormIndex;

/// Who owed each form for each period, and what came.
pub type Coverage = BTreeMap<(Period, FormIndex), FormCoverage>;

/// A share, None where nothing is known to divide by; never capped.
pub(super) fn share(part: f64, whole: f64) -> Option<f64> {
    (whole > 0.0).then(|| part / whole)
}

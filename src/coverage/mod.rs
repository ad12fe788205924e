//! Who has reported, and what each area has reached against its targets.
//!
//! Nothing here drops what is missing: an area that owes a form and has not sent it stays in every count, and its
//! denominator, where the register knows it, widens the bounds of every area above it.

mod indicators;
mod judgement;
mod reasons;
mod register;
mod reporting;

pub use indicators::indicators;
pub use reasons::{Reason, reasons};
pub use register::{BeyondRegister, register_findings};
pub use reporting::reporting;

use std::collections::BTreeMap;

use crate::domain::{FormCoverage, Period};
use crate::pipeline::FormIndex;

/// Who owed each form for each period, and what came.
pub type Coverage = BTreeMap<(Period, FormIndex), FormCoverage>;

/// A share, None where nothing is known to divide by; never capped.
fn share(part: f64, whole: f64) -> Option<f64> {
    (whole > 0.0).then(|| part / whole)
}

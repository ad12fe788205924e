//! Reporting shares, and indicators against their targets.
//!
//! Missing areas are not left out: an area that owes a form and has not sent it stays in every count, and its
//! denominator, if the register has it, widens the bounds of every area above it.

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

/// Who owed each form for each period, and what was received.
pub type Coverage = BTreeMap<(Period, FormIndex), FormCoverage>;

/// A share, not capped at 1; None if the denominator is unknown or zero.
fn share(part: f64, whole: f64) -> Option<f64> {
    (whole > 0.0).then(|| part / whole)
}

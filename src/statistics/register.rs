//! Where the register itself must be wrong.

use super::coverage::Coverage;
use crate::domain::Period;
use crate::pipeline::FormIndex;

/// A reporter with more accepted rows than the register expects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BeyondRegister {
    /// Period of the form.
    pub period: Period,
    /// The form.
    pub form: FormIndex,
    /// Code of the reporter.
    pub area_code: String,
    /// Rows accepted.
    pub accepted: i64,
    /// Rows the register expects.
    pub expected: i64,
}

/// Reporters whose completeness is above 1: each is a finding `rows-beyond-expected` on their submission, since a share
/// is never capped. By period, form and area.
pub fn register_findings(coverage: &Coverage) -> Vec<BeyondRegister> {
    let mut found = Vec::new();
    for (&(period, form), of_form) in coverage {
        for (code, owed) in of_form.expected.iter() {
            let accepted = of_form.received.get(code).map_or(0, |got| got.rows_accepted);
            if let Some(expected) = owed.rows.filter(|&rows| accepted > rows) {
                found.push(BeyondRegister {
                    period,
                    form,
                    area_code: code.clone(),
                    accepted,
                    expected,
                });
            }
        }
    }
    found
}

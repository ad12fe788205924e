//! What the reasons for nulls mean.

use crate::domain::Text;
use crate::statistics;

/// What the reasons for nulls mean, in whichever table they stand.
pub fn null_reasons() -> Vec<(&'static str, Text)> {
    let all = statistics::Reason::ALL.iter();
    all.map(|reason| (reason.token(), reason.text())).collect()
}

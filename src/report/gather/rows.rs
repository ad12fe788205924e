//! Where every row went.

use crate::report::summary::RowAccount;
use crate::tables::{SubmissionRow, Table};

pub(super) fn row_account(submissions: &Table) -> RowAccount {
    let rows = submissions.rows::<SubmissionRow>();
    let sum = |of: fn(SubmissionRow) -> i64| rows.clone().map(of).sum();
    RowAccount {
        submissions: rows.len(),
        read: sum(|row| row.rows_read),
        accepted: sum(|row| row.rows_accepted),
        quarantined: sum(|row| row.rows_quarantined),
        superseded: sum(|row| row.rows_superseded),
        set_aside: sum(|row| row.rows_set_aside),
    }
}

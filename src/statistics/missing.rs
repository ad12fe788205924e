//! What the figures lack of a reporter: the one rule, for every table with bounds.

use super::Reason;
use super::lack::Lack;
use crate::domain::{AreaCounts, Expected};

/// What was read of one area's denominator, in its own unit.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Read {
    /// Of accepted records whose numerator is known; NaN where the sum leaves 128 bits, as for the next.
    pub(super) known: f64,
    /// Of the other records: numerator missing, or quarantined.
    pub(super) rest: f64,
    /// Records whose denominator could not be read.
    pub(super) unknown: i64,
    /// Accepted records where numerator and denominator are known, also those that the indicator's restriction leaves out.
    pub(super) rows: i64,
    /// Of all that came and says whether everything came: where the register does not count records, its total is compared with this.
    pub(super) sent: f64,
}

/// What tells the denominator of a reporter that did not send everything, the first of them that does.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct DenominatorSources<'a> {
    /// The register's column for it.
    pub(super) column: Option<&'a str>,
    /// That of its last complete report.
    pub(super) last: Option<f64>,
    /// What it lies between, as the indicator says of every reporter or the divisions of its area.
    pub(super) plausible: Option<(f64, f64)>,
}

/// What the figures lack of a reporter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Missing {
    /// Denominator of what it owes and the figures lack, in the denominator's own unit.
    pub(super) denominator: Lack,
    /// Whether every record owed has come and been read: then what is missing can be told by member.
    pub(super) all_read: bool,
    /// Whether something that it owes or has sent is not in the figures.
    pub(super) partial: bool,
    /// Whether the denominator is that of its last complete report, for want of the register's total.
    pub(super) is_carried: bool,
    /// Whether nobody knows the denominator, so that it has a bracket.
    pub(super) is_bracketed: bool,
}

/// What is missing of a reporter; `owed` is None where it owes nothing.
///
/// Where every record that the register expects has been read, the denominators read in quarantine or beside a
/// missing numerator are all there is. Else the register's total less what is known covers, each once, records
/// never sent, records whose denominator cannot be read, and quarantined ones (of which two may be one community
/// sent twice). Where that leaves no room, what was read has to do. Its last complete report stands in for a total that the
/// register lacks, and without either there is a bracket. Of who owes nothing, nothing is missing but what it sent and cannot be used.
pub(super) fn missing(owed: Option<&Expected>, got: &AreaCounts, sources: DenominatorSources, read: Read) -> Missing {
    let total = owed
        .zip(sources.column)
        .and_then(|(owed, column)| owed.register.get(column))
        .copied();
    let all_sent = owed.is_none_or(|owed| is_all_sent(owed, got, total, read));
    let all_read = owed.is_none() || all_sent && read.unknown == 0;
    // What is refused may be negative; what is missing is not.
    let rest = read.rest.max(0.0);
    let denominator = match total.or(sources.last) {
        _ if read.known.is_nan() || read.rest.is_nan() => Lack::exactly(Err(Reason::TooLarge)),
        _ if all_read => Lack::exactly(Ok(rest)),
        Some(total) if total > read.known => Lack::exactly(Ok(total - read.known)),
        Some(_) => Lack::exactly(Ok(rest)),
        None => {
            let may_be_copies = owed.is_some_and(|owed| may_have_copies(owed, got));
            bracket(sources, (read.known, rest), may_be_copies)
        }
    };
    let partial = !all_sent || read.unknown > 0 || got.holds_back() || denominator.known != Ok(0.0);
    let lacks_total = total.is_none() && !all_read && denominator.between.is_ok();
    Missing {
        denominator,
        all_read,
        partial,
        is_carried: lacks_total && sources.last.is_some(),
        is_bracketed: lacks_total && sources.last.is_none(),
    }
}

/// What the missing denominator lies between, where only the indicator says how much a reporter may have: no less than what was read
/// and is not in the figures. Where that may be copies of records which are in them already, it may be nothing. A reporter that has sent more
/// than the indicator says it may have shows that this is wrong: then nothing limits what is missing.
fn bracket(sources: DenominatorSources, (known, rest): (f64, f64), may_be_copies: bool) -> Lack {
    let unlimited = (0.0, f64::INFINITY);
    let (min, max) = sources.plausible.filter(|(_, max)| known <= *max).unwrap_or(unlimited);
    let unknown = match sources.column {
        Some(_) => Reason::RegisterIncomplete,
        None => Reason::NoRegister,
    };
    let least = (min - known).max(if may_be_copies { 0.0 } else { rest });
    Lack::bracket((least, (max - known).max(rest).max(least)), unknown)
}

/// Whether more records came than are owed, some of which are quarantined: these may be others once more.
fn may_have_copies(owed: &Expected, got: &AreaCounts) -> bool {
    let seen = got.rows_accepted + got.rows_quarantined;
    got.rows_quarantined > 0 && owed.rows.is_some_and(|rows| seen > rows)
}

/// Whether every record owed has come. More of them than are owed, some of them quarantined, may be one record twice and another
/// not at all. Where the register does not count records, its total tells, and without a total an accepted record.
fn is_all_sent(owed: &Expected, got: &AreaCounts, total: Option<f64>, read: Read) -> bool {
    let seen = got.rows_accepted + got.rows_quarantined;
    match owed.rows {
        Some(rows) => seen == rows || (seen > rows && got.rows_quarantined == 0),
        None => got.rows_accepted > 0 && total.is_none_or(|total| total <= read.sent),
    }
}

#[cfg(test)]
mod tests;

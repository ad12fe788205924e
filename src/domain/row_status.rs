//! What became of each record, and why: the only place that quarantines one.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::FindingCode;

/// Status of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RowState {
    /// It counts.
    Accepted,
    /// It was read and does not count: each of its causes is a finding.
    Quarantined,
    /// An identical record counts instead.
    Superseded,
}

impl RowState {
    /// The word in published files.
    pub fn as_str(self) -> &'static str {
        match self {
            RowState::Accepted => "accepted",
            RowState::Quarantined => "quarantined",
            RowState::Superseded => "superseded",
        }
    }
}

/// The status of each record of a table, or of several one behind the other. A record that does not count has at least
/// one cause.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct RowStatuses {
    states: Vec<RowState>,
    /// Records and a code for which they do not count, in the order in which they were found.
    causes: Vec<(Range<u32>, FindingCode)>,
}

impl RowStatuses {
    /// So many records that all count.
    pub fn accepted(count: usize) -> RowStatuses {
        RowStatuses {
            states: vec![RowState::Accepted; count],
            causes: Vec::new(),
        }
    }

    /// So many records, all of them quarantined for the same causes.
    pub fn quarantined(count: usize, causes: impl IntoIterator<Item = FindingCode>) -> RowStatuses {
        let mut statuses = RowStatuses::accepted(count);
        for cause in causes {
            statuses.quarantine_all(cause);
        }
        statuses.states.fill(RowState::Quarantined);
        statuses
    }

    /// Number of records.
    pub fn len(&self) -> usize {
        self.states.len()
    }

    /// Whether there are no records.
    pub fn is_empty(&self) -> bool {
        self.states.is_empty()
    }

    /// Status of a record.
    pub fn of(&self, record: usize) -> RowState {
        self.states[record]
    }

    /// Statuses in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = RowState> + '_ {
        self.states.iter().copied()
    }

    /// Which records have a status.
    pub fn are(&self, state: RowState) -> Vec<bool> {
        self.iter().map(|of| of == state).collect()
    }

    /// How many records have a status.
    pub fn count(&self, state: RowState) -> usize {
        self.iter().filter(|of| *of == state).count()
    }

    /// Quarantines a record; one more cause if it is quarantined already.
    pub fn quarantine(&mut self, record: usize, cause: impl Into<FindingCode>) {
        self.quarantine_range(record..record + 1, cause);
    }

    /// Quarantines records that stand together.
    pub fn quarantine_range(&mut self, records: Range<usize>, cause: impl Into<FindingCode>) {
        self.states[records.clone()].fill(RowState::Quarantined);
        self.causes
            .push((records.start as u32..records.end as u32, cause.into()));
    }

    /// Quarantines every record.
    pub fn quarantine_all(&mut self, cause: impl Into<FindingCode>) {
        self.quarantine_range(0..self.len(), cause);
    }

    /// Quarantines every record for this cause alone: it explains what was found before.
    pub fn quarantine_all_only(&mut self, cause: impl Into<FindingCode>) {
        self.causes.clear();
        self.quarantine_all(cause);
    }

    /// Marks that an identical record counts instead.
    pub fn supersede(&mut self, record: usize, cause: impl Into<FindingCode>) {
        self.quarantine(record, cause);
        self.states[record] = RowState::Superseded;
    }

    /// Adds the records of another table behind these.
    pub fn append(&mut self, other: RowStatuses) {
        let base = self.len() as u32;
        self.states.extend(other.states);
        let moved = |(records, cause): (Range<u32>, _)| (records.start + base..records.end + base, cause);
        self.causes.extend(other.causes.into_iter().map(moved));
    }

    /// The records of a range, with their causes.
    pub fn slice(&self, records: Range<usize>) -> RowStatuses {
        let (start, end) = (records.start as u32, records.end as u32);
        let within = |(of, cause): &(Range<u32>, FindingCode)| {
            let of = of.start.max(start)..of.end.min(end);
            (of.start < of.end).then(|| (of.start - start..of.end - start, cause.clone()))
        };
        RowStatuses {
            states: self.states[records].to_vec(),
            causes: self.causes.iter().filter_map(within).collect(),
        }
    }

    /// The quarantined records in order, each with its codes as of [`RowStatuses::uncounted`].
    pub fn held(&self) -> Vec<(usize, Arc<str>)> {
        let held = self.uncounted().into_iter();
        let held = held.filter(|(_, state, _)| *state == RowState::Quarantined);
        held.map(|(record, _, codes)| (record, codes)).collect()
    }

    /// The records that do not count, in order, each with its codes, sorted and joined by `;`.
    pub fn uncounted(&self) -> Vec<(usize, RowState, Arc<str>)> {
        let mut causes: Vec<&(Range<u32>, FindingCode)> = self.causes.iter().collect();
        causes.sort_by_key(|(records, _)| records.start);
        let mut coming = causes.into_iter().peekable();
        let mut open: Vec<&(Range<u32>, FindingCode)> = Vec::new();
        // Most records have the same few causes: each combination is one text.
        let mut joined: BTreeMap<Vec<&str>, Arc<str>> = BTreeMap::new();
        let mut uncounted = Vec::new();
        for (record, state) in self.iter().enumerate() {
            let at = record as u32;
            open.retain(|(records, _)| records.end > at);
            while let Some(cause) = coming.next_if(|(records, _)| records.start <= at) {
                open.push(cause);
            }
            if state == RowState::Accepted {
                continue;
            }
            let mut codes: Vec<&str> = open.iter().map(|(_, cause)| cause.as_str()).collect();
            codes.sort_unstable();
            codes.dedup();
            let text = joined.entry(codes).or_insert_with_key(|codes| codes.join(";").into());
            uncounted.push((record, state, text.clone()));
        }
        uncounted
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Code;

    fn held(statuses: &RowStatuses) -> Vec<(usize, String)> {
        let held = statuses.held().into_iter();
        held.map(|(record, codes)| (record, codes.to_string())).collect()
    }

    #[test]
    fn every_cause_of_a_record_is_named_once_in_order() {
        let mut statuses = RowStatuses::accepted(4);
        statuses.quarantine(2, Code::RowConflict);
        statuses.quarantine(2, Code::CellMissing);
        statuses.quarantine(2, Code::CellMissing);
        statuses.quarantine_range(2..4, FindingCode::rule("less"));
        statuses.supersede(0, Code::RowDuplicate);
        assert_eq!(
            held(&statuses),
            [(2, "cell-missing;less;row-conflict".to_owned()), (3, "less".to_owned())]
        );
        let (record, state, codes) = &statuses.uncounted()[0];
        assert_eq!((*record, *state, &**codes), (0, RowState::Superseded, "row-duplicate"));
        assert_eq!(statuses.of(1), RowState::Accepted);
        assert_eq!(statuses.count(RowState::Quarantined), 2);
        assert_eq!(statuses.are(RowState::Superseded), [true, false, false, false]);
    }

    #[test]
    fn tables_one_behind_the_other_keep_their_causes() {
        let mut all = RowStatuses::accepted(1);
        let mut second = RowStatuses::accepted(2);
        second.quarantine(1, Code::RowStruck);
        all.append(second);
        all.append(RowStatuses::quarantined(1, [Code::HeaderMissing.into()]));
        let expected = [(2, "row-struck".to_owned()), (3, "header-missing".to_owned())];
        assert_eq!(held(&all), expected);
        assert_eq!(held(&all.slice(1..3)), [(1, "row-struck".to_owned())]);
        assert_eq!(held(&all.slice(0..2)), []);
    }

    #[test]
    fn one_cause_can_explain_all_others() {
        let mut statuses = RowStatuses::accepted(2);
        statuses.quarantine(0, Code::NotANumber);
        statuses.quarantine_all_only(Code::ColumnsShifted);
        let all = [(0, "columns-shifted".to_owned()), (1, "columns-shifted".to_owned())];
        assert_eq!(held(&statuses), all);
    }
}

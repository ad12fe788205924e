//! Who owes or sent what, and the denominator of what is missing.

use std::collections::BTreeMap;

use super::places::{Place, Places};
use super::{Inputs, Reason};
use crate::domain::exact::{figure, plus};
use crate::domain::{Cell, Expected, FormCoverage, IndicatorCells, Read, Received};
use crate::pipeline::{DimensionLevel, Indicator, Pipeline};

/// An area that owes the form or has sent it, and that the indicator's restriction does not leave out.
pub(super) struct Sender<'a> {
    pub(super) place: &'a Place,
    pub(super) expected: bool,
    pub(super) reported: bool,
    /// Whether all that is missing was read, and so can be told by member.
    pub(super) all_read: bool,
    /// Denominator of what it owes and the figures lack.
    pub(super) missing: Result<f64, Reason>,
}

/// Everyone who owes the form or has accepted rows of it.
pub(super) fn senders<'a>(
    inputs: &Inputs<'a>,
    source: &IndicatorCells,
    places: &'a Places,
    coverage: Option<&FormCoverage>,
) -> Vec<Sender<'a>> {
    let Some(coverage) = coverage else { return Vec::new() };
    let pipeline = inputs.pipeline;
    let indicator = &pipeline.indicators[source.indicator];
    let own = read(source);
    let nothing = Received::default();
    let expected = coverage.expected.iter().map(|(code, owed)| (code, Some(owed)));
    let uninvited = coverage
        .received
        .iter()
        .filter(|(code, got)| got.rows_accepted > 0 && !coverage.expected.contains_key(*code));
    expected
        .chain(uninvited.map(|(code, _)| (code, None)))
        .map(|(code, owed)| (code, owed, places.of(code)))
        .filter(|(_, _, place)| concerns(pipeline, indicator, place))
        .map(|(code, owed, place)| {
            let got = coverage.received.get(code).unwrap_or(&nothing);
            let own = own.get(code.as_str()).copied().unwrap_or_default();
            sender(indicator, place, owed, got, own)
        })
        .collect()
}

/// Whether rows of an area can be within the indicator's restriction.
fn concerns(pipeline: &Pipeline, indicator: &Indicator, place: &Place) -> bool {
    indicator.filter.iter().all(|(d, members)| {
        let of = &pipeline.dimensions[*d];
        let entry = place
            .members
            .get(*d)
            .copied()
            .flatten()
            .map_or_else(|| of.unknown(), usize::from);
        matches!(of.level, DimensionLevel::Row { .. }) || members.iter().any(|m| m == of.member_id(entry))
    })
}

/// What was read of each area's denominator.
fn read(source: &IndicatorCells) -> BTreeMap<&str, Read> {
    let mut all: BTreeMap<&str, Read> = BTreeMap::new();
    for cells in source.cells.chunk_by(|a, b| a.area_code == b.area_code) {
        let total = |of: fn(&Cell) -> i128| figure(cells.iter().map(of).fold(0, plus), source.denominator_scale);
        let read = Read {
            known: total(|c| c.denominator),
            rest: total(|c| c.rest),
            unknown: 0,
        };
        all.insert(&cells[0].area_code, read);
    }
    for (code, records) in &source.unknown {
        all.entry(code).or_default().unknown += records;
    }
    all
}

/// Of an area that owes nothing, nothing is missing but what it sent and cannot be used.
fn sender<'a>(
    indicator: &Indicator,
    place: &'a Place,
    owed: Option<&Expected>,
    got: &Received,
    read: Read,
) -> Sender<'a> {
    let Some(owed) = owed else {
        return Sender {
            place,
            expected: false,
            reported: false,
            all_read: true,
            missing: if read.rest.is_nan() {
                Err(Reason::TooLarge)
            } else {
                Ok(read.rest)
            },
        };
    };
    let missing = owed.missing(got, indicator.register.as_deref(), read);
    Sender {
        place,
        expected: true,
        reported: got.rows_accepted > 0,
        all_read: missing.all_read,
        missing: missing.denominator.map_err(Reason::from),
    }
}

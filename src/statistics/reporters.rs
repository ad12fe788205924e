//! Who owes or sent what, and what is missing of it: one list for every table with bounds.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::iter::Peekable;

use super::coverage::Coverage;
use super::missing::{DenominatorSources, Missing, Read, missing};
use super::places::{Place, Places};
use super::turning::{Lacking, LackingRows};
use crate::domain::exact::{figure, plus};
use crate::domain::{AreaCounts, Cell, Expected, FormCoverage, IndicatorCells};
use crate::pipeline::{DimensionLevel, Indicator, Pipeline, UNKNOWN};

/// An area in force that owes the form or has accepted rows of it, and that the indicator's restriction does not leave out.
pub(super) struct Reporter<'a> {
    pub(super) code: &'a str,
    pub(super) place: &'a Place,
    /// What came from it of the denominator's form.
    pub(super) of_denominator: Option<&'a AreaCounts>,
    /// The same of the numerator's, where that is another.
    pub(super) of_numerator: Option<&'a AreaCounts>,
    /// Whether it owes the form, or one of the two.
    pub(super) expected: bool,
    /// Whether it is expected and has an accepted row of each form.
    pub(super) reported: bool,
    /// What the figures lack of it.
    pub(super) missing: Missing,
    /// Its denominator in the figures, in its own unit.
    pub(super) known: f64,
    /// Of two forms, something came, but not everything: then nothing of it counts.
    pub(super) unmatched: bool,
    /// How many of its rows are not in the figures. None for an indicator of two forms.
    pub(super) rows: LackingRows,
}

impl<'a> Reporter<'a> {
    /// What came from it, form by form.
    pub(super) fn received(&self) -> impl Iterator<Item = &'a AreaCounts> {
        self.of_denominator.into_iter().chain(self.of_numerator)
    }

    /// What is missing of it.
    pub(super) fn lacking(&self) -> Lacking<'a> {
        Lacking {
            code: self.code,
            missing: self.missing.denominator.most(),
            rows: self.rows,
        }
    }
}

/// The reporters of an indicator in a period: those that owe its form by code, then the others by code.
pub(super) fn reporters<'a>(
    pipeline: &Pipeline,
    coverage: &'a Coverage,
    places: &'a Places,
    source: &IndicatorCells,
) -> Vec<Reporter<'a>> {
    let indicator = &pipeline.indicators[source.indicator];
    if pipeline.has_two_forms(indicator) {
        return of_two_forms(pipeline, coverage, places, source);
    }
    let form = pipeline.measures[indicator.denominator].form;
    let Some(FormCoverage {
        expected,
        received,
        last,
    }) = coverage.get(&(source.period, form))
    else {
        return Vec::new();
    };
    let own = read(source, |known, _| known);
    let nobody_owes = |code: &str, owed_by: &mut Follow<_>| owed_by.at(code).is_none();
    let mut owed_by = Follow::new(expected.iter());
    let uninvited = received
        .iter()
        .filter(|(_, got)| got.rows_accepted > 0)
        .filter(|(code, _)| nobody_owes(code, &mut owed_by))
        .map(|(code, _)| (code, None));
    let owing = expected.iter().map(|(code, owed)| (code, Some(owed)));
    let mut all = Vec::with_capacity(expected.len());
    let mut add = |part: &mut dyn Iterator<Item = (&'a String, Option<&Expected>)>| {
        // All of these are in the order of codes, so that each is gone through once.
        let (mut places, mut got) = (Follow::new(&places.areas), Follow::new(received));
        let (mut own, mut last) = (Follow::new(own.iter().copied()), Follow::new(last));
        for (code, owed) in part {
            let place = places.at(code);
            if let Some(place) = place.filter(|place| concerns(pipeline, indicator, place)) {
                let own = own.at(code).unwrap_or_default();
                let last = last.at(code).and_then(|of| of.get(&source.indicator)).copied();
                all.push(reporter((indicator, last), (code, place), owed, got.at(code), own));
            }
        }
    };
    add(&mut { owing });
    add(&mut { uninvited });
    all
}

/// Looks up ascending codes among others by going along them.
pub(super) struct Follow<I: Iterator> {
    rest: Peekable<I>,
}

impl<K: AsRef<str>, V: Copy, I: Iterator<Item = (K, V)>> Follow<I> {
    /// Among ascending codes, each with a value.
    pub(super) fn new(all: impl IntoIterator<IntoIter = I>) -> Self {
        Follow {
            rest: all.into_iter().peekable(),
        }
    }

    /// The value of a code that is no lower than the one asked for before.
    pub(super) fn at(&mut self, code: &str) -> Option<V> {
        loop {
            let (key, value) = self.rest.peek()?;
            match key.as_ref().cmp(code) {
                Ordering::Less => drop(self.rest.next()),
                Ordering::Equal => return Some(*value),
                Ordering::Greater => return None,
            }
        }
    }
}

/// Whether rows of an area can be within the indicator's restriction: an area whose member is unknown can be.
fn concerns(pipeline: &Pipeline, indicator: &Indicator, place: &Place) -> bool {
    indicator.filter.iter().all(|(dimension, allowed)| {
        let of = &pipeline.dimensions[*dimension];
        let member = || of.member_id(of.member_of(place.members.get(*dimension).copied().flatten()));
        matches!(of.level, DimensionLevel::Row { .. }) || member() == UNKNOWN || allowed.iter().any(|id| id == member())
    })
}

/// The reporters of an indicator of two forms, by code: areas that owe one of them, or have accepted rows of one.
fn of_two_forms<'a>(
    pipeline: &Pipeline,
    coverage: &'a Coverage,
    places: &'a Places,
    source: &IndicatorCells,
) -> Vec<Reporter<'a>> {
    let indicator = &pipeline.indicators[source.indicator];
    let [above, below] = pipeline
        .forms_of(indicator)
        .map(|form| coverage.get(&(source.period, form)));
    let both = || above.into_iter().chain(below);
    let own: BTreeMap<&str, Read> = read(source, |known, rest| known + rest).into_iter().collect();
    let is_of_note = |got: &AreaCounts| got.rows_accepted > 0;
    let sent = both().flat_map(|of| of.received.iter().filter(|(_, got)| is_of_note(got)));
    let owing = both().flat_map(|of| of.expected.keys());
    let codes: BTreeSet<&String> = owing.chain(sent.map(|(code, _)| code)).collect();
    let one = |code: &'a String| {
        let place = places
            .areas
            .get(code)
            .filter(|place| concerns(pipeline, indicator, place))?;
        let [of_numerator, of_denominator] = [above, below].map(|of| of.and_then(|of| of.received.get(code)));
        let owed = [above, below].map(|of| of.and_then(|of| of.expected.get(code)));
        let expected = owed.iter().flatten().next().is_some();
        let got = [of_numerator, of_denominator].map(|got| got.unwrap_or(&NOTHING));
        let both_came = got.iter().all(|got| is_of_note(got));
        let read = own.get(code.as_str()).copied().unwrap_or_default();
        let last = below.and_then(|below| below.last.get(code)?.get(&source.indicator).copied());
        let mut missing = missing(owed_of_both(owed).as_ref(), got[1], sources(indicator, last), read);
        let owes_rows = owed.iter().flatten().any(|owed| owed.rows != Some(0));
        let unmatched = source.unmatched.contains(code);
        missing.partial |= unmatched || owes_rows && !both_came || got[0].holds_back();
        Some(Reporter {
            code,
            place,
            of_denominator,
            of_numerator,
            expected,
            reported: expected && both_came,
            missing,
            known: read.known,
            unmatched,
            rows: LackingRows::default(),
        })
    };
    codes.into_iter().filter_map(one).collect()
}

/// What the register says of an area that owes one of two forms: rows of the denominator's, figures that it gives beside either.
fn owed_of_both([above, below]: [Option<&Expected>; 2]) -> Option<Expected> {
    let mut owed = above.or(below)?.clone();
    owed.rows = below.and_then(|below| below.rows);
    owed.register
        .extend(below.into_iter().flat_map(|below| below.register.clone()));
    Some(owed)
}

/// Of who has sent nothing.
static NOTHING: AreaCounts = AreaCounts {
    submissions: 0,
    on_time: None,
    rows_accepted: 0,
    rows_quarantined: 0,
    rows_refused: 0,
    cells_due: 0,
    cells_answered: 0,
    corrected: Vec::new(),
};

/// `last`: the denominator of a reporter's last complete report.
fn sources(indicator: &Indicator, last: Option<f64>) -> DenominatorSources<'_> {
    DenominatorSources {
        column: indicator.register.as_deref(),
        last,
        plausible: indicator.plausible_denominator,
    }
}

/// What was read of each area's denominator, in the order of codes; `sent` of its known part and the rest says what is held against
/// the register.
fn read(source: &IndicatorCells, sent: fn(f64, f64) -> f64) -> Vec<(&str, Read)> {
    let of_cells = |cells: &[Cell]| {
        let total = |of: fn(&Cell) -> i128| figure(cells.iter().map(of).fold(0, plus), source.denominator_scale);
        let (known, rest) = (total(|cell| cell.denominator), total(|cell| cell.rest));
        Read {
            known,
            rest,
            unknown: 0,
            sent: sent(known, rest),
        }
    };
    let mut all: Vec<(&str, Read)> = source.by_area().map(|(code, cells)| (code, of_cells(cells))).collect();
    for (code, records) in &source.unknown {
        match all.binary_search_by_key(&code.as_str(), |(code, _)| code) {
            Ok(at) => all[at].1.unknown += records,
            Err(free) => all.insert(
                free,
                (
                    code,
                    Read {
                        unknown: *records,
                        ..Read::default()
                    },
                ),
            ),
        }
    }
    all
}

fn reporter<'a>(
    (indicator, last): (&Indicator, Option<f64>),
    (code, place): (&'a str, &'a Place),
    owed: Option<&Expected>,
    received: Option<&'a AreaCounts>,
    read: Read,
) -> Reporter<'a> {
    let got = received.unwrap_or(&NOTHING);
    Reporter {
        code,
        place,
        of_denominator: received,
        of_numerator: None,
        expected: owed.is_some(),
        reported: owed.is_some() && got.rows_accepted > 0,
        missing: missing(owed, got, sources(indicator, last), read),
        known: read.known,
        unmatched: false,
        rows: LackingRows {
            quarantined: Some(got.rows_quarantined),
            absent: owed
                .and_then(|owed| owed.rows)
                .map(|rows| (rows - got.rows_accepted - got.rows_quarantined).max(0)),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ascending_codes_are_found_by_going_along_the_map() {
        let map: BTreeMap<String, u8> = [("11", 1), ("13", 3), ("1301", 4), ("15", 5)]
            .map(|(code, value)| (code.to_owned(), value))
            .into();
        let mut follow = Follow::new(&map);
        for (code, found) in [
            ("10", None),
            ("11", Some(1)),
            ("12", None),
            ("1301", Some(4)),
            ("1301", Some(4)),
            ("15", Some(5)),
            ("16", None),
        ] {
            assert_eq!(follow.at(code).copied(), found, "{code}");
        }
    }
}

//! Who owes or sent what, and what is missing of it: one list for every table with bounds.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::iter::Peekable;

use super::inputs::Inputs;
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

/// An area in force that owes a form or has accepted rows of it.
pub(super) struct Listed<'a> {
    code: &'a str,
    place: &'a Place,
    owed: Option<&'a Expected>,
    received: Option<&'a AreaCounts>,
    /// By indicator, the denominator of its last complete report.
    last: Option<&'a BTreeMap<usize, f64>>,
}

/// Those that owe a form by code, then the others by code.
pub(super) struct Roster<'a> {
    owing: Vec<Listed<'a>>,
    uninvited: Vec<Listed<'a>>,
}

/// Who owes or sent a form. All lists are in the order of codes, so that each is gone through once.
pub(super) fn roster<'a>(of_form: &'a FormCoverage, places: &'a Places) -> Roster<'a> {
    let FormCoverage {
        expected,
        received,
        last,
    } = of_form;
    let listed = |part: &mut dyn Iterator<Item = (&'a String, Option<&'a Expected>)>| {
        let (mut places, mut got) = (Follow::new(&places.areas), Follow::new(received));
        let mut last = Follow::new(last);
        let one = |(code, owed): (&'a String, _)| {
            Some(Listed {
                code,
                place: places.at(code)?,
                owed,
                received: got.at(code),
                last: last.at(code),
            })
        };
        part.filter_map(one).collect()
    };
    let mut owed_by = Follow::new(expected.iter());
    let sent = received.iter().filter(|(_, got)| got.rows_accepted > 0);
    let mut uninvited = sent
        .filter(|(code, _)| owed_by.at(code).is_none())
        .map(|(code, _)| (code, None));
    Roster {
        owing: listed(&mut expected.iter().map(|(code, owed)| (code, Some(owed)))),
        uninvited: listed(&mut uninvited),
    }
}

/// The reporters of an entry of the cells: those that owe its form by code, then the others by code.
pub(super) fn reporters<'a>(inputs: &Inputs<'a>, at: usize) -> Vec<Reporter<'a>> {
    let (pipeline, source) = (inputs.pipeline, &inputs.cells[at]);
    let indicator = &pipeline.indicators[source.indicator];
    let form = pipeline.measures[indicator.denominator].form;
    if pipeline.has_two_forms(indicator) {
        let places = inputs.places.get(&pipeline.forms[form].reference(source.period));
        return places.map_or_else(Vec::new, |places| of_two_forms(inputs, places, at));
    }
    let Some(Roster { owing, uninvited }) = inputs.rosters.get(&(source.period, form)) else {
        return Vec::new();
    };
    let mut all = Vec::with_capacity(owing.len() + uninvited.len());
    for part in [owing, uninvited] {
        let mut read = Follow::new(inputs.denominators[at].iter().copied());
        let concerned = part.iter().filter(|one| concerns(pipeline, indicator, one.place));
        all.extend(concerned.map(|one| {
            let last = one.last.and_then(|of| of.get(&source.indicator)).copied();
            reporter((indicator, last), one, read.at(one.code).unwrap_or_default())
        }));
    }
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
fn of_two_forms<'a>(inputs: &Inputs<'a>, places: &'a Places, at: usize) -> Vec<Reporter<'a>> {
    let (pipeline, source) = (inputs.pipeline, &inputs.cells[at]);
    let indicator = &pipeline.indicators[source.indicator];
    let [above, below] = pipeline
        .forms_of(indicator)
        .map(|form| inputs.coverage.get(&(source.period, form)));
    let both = || above.into_iter().chain(below);
    let sent = |read: Read| Read {
        sent: read.known + read.rest,
        ..read
    };
    let read = inputs.denominators[at].iter();
    let own: BTreeMap<&str, Read> = read.map(|&(code, read)| (code, sent(read))).collect();
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
        let mut missing = missing(
            owed_of_both(owed).as_ref(),
            got[1],
            sources(indicator, last, place),
            read,
        );
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

/// `last`: the denominator of the last complete report of a reporter, which is at a place.
fn sources<'i>(indicator: &'i Indicator, last: Option<f64>, place: &Place) -> DenominatorSources<'i> {
    let range = indicator.plausible_denominator.as_ref();
    DenominatorSources {
        column: indicator.register.as_deref(),
        last,
        plausible: range.map(|range| range.of_area(&place.limits)),
    }
}

/// What was read of each area's denominator, in the order of codes. What was sent is what is known, as for an indicator of one form.
pub(super) fn of_denominators(source: &IndicatorCells) -> Vec<(&str, Read)> {
    let mut all = Vec::with_capacity(source.keys.areas.len());
    all.extend(source.by_area().map(|(code, cells)| {
        let total = |of: fn(&Cell) -> i128| figure(cells.iter().map(of).fold(0, plus), source.denominator_scale);
        let known = total(|cell| cell.denominator);
        let read = Read {
            known,
            rest: total(|cell| cell.rest),
            unknown: 0,
            rows: cells.iter().map(|cell| cell.rows).sum(),
            sent: known,
        };
        (code, read)
    }));
    for (code, records) in &source.unknown {
        entry(&mut all, code).unknown += records;
    }
    let left_out = source.keys.areas.iter().zip(&source.left_out);
    for (code, rows) in left_out.filter(|(_, rows)| **rows > 0) {
        entry(&mut all, code).rows += rows;
    }
    all
}

/// What was read of an area, in a list in the order of codes.
fn entry<'r, 's>(all: &'r mut Vec<(&'s str, Read)>, code: &'s str) -> &'r mut Read {
    let at = all
        .binary_search_by_key(&code, |(code, _)| code)
        .unwrap_or_else(|free| {
            all.insert(free, (code, Read::default()));
            free
        });
    &mut all[at].1
}

fn reporter<'a>((indicator, last): (&Indicator, Option<f64>), listed: &Listed<'a>, read: Read) -> Reporter<'a> {
    let Listed { owed, received, .. } = *listed;
    let got = received.unwrap_or(&NOTHING);
    Reporter {
        code: listed.code,
        place: listed.place,
        of_denominator: received,
        of_numerator: None,
        expected: owed.is_some(),
        reported: owed.is_some() && got.rows_accepted > 0,
        missing: missing(owed, got, sources(indicator, last, listed.place), read),
        known: read.known,
        unmatched: false,
        rows: LackingRows {
            quarantined: Some(got.rows_quarantined),
            blank: Some((got.rows_accepted - read.rows).max(0)),
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

//! Who owes or sent what, and what is missing of it: one list for every table with bounds.

use std::collections::{BTreeMap, BTreeSet};

use super::follow::Follow;
use super::inputs::Inputs;
use super::missing::{DenominatorSources, Missing, Read, missing};
use super::places::{Place, Places};
use super::roster::{Listed, Roster};
use super::turning::{Lacking, LackingRows};
use crate::domain::{AreaCounts, Expected};
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

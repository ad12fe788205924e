//! Who owes or sent a form, and what was read of denominators: found once a period, for all indicators and tables.

use std::collections::BTreeMap;

use super::follow::Follow;
use super::missing::Read;
use super::places::{Place, Places};
use crate::domain::exact::{figure, plus};
use crate::domain::{AreaCounts, Cell, Expected, FormCoverage, IndicatorCells};

/// An area in force that owes a form or has accepted rows of it.
pub(super) struct Listed<'a> {
    pub(super) code: &'a str,
    pub(super) place: &'a Place,
    pub(super) owed: Option<&'a Expected>,
    pub(super) received: Option<&'a AreaCounts>,
    /// By indicator, the denominator of its last complete report.
    pub(super) last: Option<&'a BTreeMap<usize, f64>>,
}

/// Those that owe a form by code, then the others by code.
pub(super) struct Roster<'a> {
    pub(super) owing: Vec<Listed<'a>>,
    pub(super) uninvited: Vec<Listed<'a>>,
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
    add(&mut all, source.unknown.iter(), |read, records| read.unknown += records);
    let left_out = source.keys.areas.iter().zip(&source.left_out);
    add(&mut all, left_out.filter(|(_, rows)| **rows > 0), |read, rows| {
        read.rows += rows;
    });
    all
}

/// Adds records of areas to a list in the order of codes, which it keeps.
fn add<'s>(
    all: &mut Vec<(&'s str, Read)>,
    more: impl Iterator<Item = (&'s String, &'s i64)>,
    to: impl Fn(&mut Read, i64),
) {
    let known = all.len();
    for (code, records) in more {
        match all[..known].binary_search_by_key(&code.as_str(), |(code, _)| code) {
            Ok(at) => to(&mut all[at].1, *records),
            Err(_) => {
                let mut read = Read::default();
                to(&mut read, *records);
                all.push((code, read));
            }
        }
    }
    all.sort_by_key(|(code, _)| *code);
}

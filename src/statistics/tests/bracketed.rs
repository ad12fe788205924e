//! Figures of which nobody knows how much is missing, held against every completion: a denominator within the bracket for each reporter, and a
//! plausible ratio for what it lacks.

use proptest::prelude::*;

use super::indicator;
use crate::domain::{AreaCounts, Expected};
use crate::pipeline::Better;
use crate::statistics::Reason;
use crate::statistics::figure::{Bounds, Reporting, Scale};
use crate::statistics::judgement::Yardstick;
use crate::statistics::lack::Lack;
use crate::statistics::missing::{DenominatorSources, Missing, Read, missing};
use crate::statistics::turning::{Lacking, LackingRows, Side, of_figure};

const FACTOR: f64 = 100.0;

/// Stands for a denominator that nothing limits.
pub(super) const HUGE: f64 = 1e13;

/// What came of a reporter of which the register has no total. It owes two rows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Came {
    /// Accepted rows have this denominator, and as much of it in the numerator.
    known: u8,
    share: f64,
    accepted: i64,
    /// A quarantined row has this denominator.
    rest: Option<u8>,
}

type Range = (f64, f64);

pub(super) fn came() -> impl Strategy<Value = Came> {
    let of = (0..40_u8, 0.0..=1.0_f64, 0..3_i64, prop::option::of(0..40_u8));
    of.prop_map(|(known, share, accepted, rest)| Came {
        known: if accepted == 0 { 0 } else { known },
        share,
        accepted,
        rest,
    })
}

fn bracket() -> impl Strategy<Value = Option<Range>> {
    prop::option::of((0..50_u8, 0..60_u8).prop_map(|(min, wide)| (f64::from(min), f64::from(min) + f64::from(wide))))
}

pub(super) fn plausible() -> impl Strategy<Value = Range> {
    (0.0..60.0_f64, 0.0..40.0_f64).prop_map(|(low, wide)| (low, low + wide))
}

impl Came {
    fn seen(&self) -> i64 {
        self.accepted + i64::from(self.rest.is_some())
    }

    fn rest(&self) -> f64 {
        self.rest.map_or(0.0, f64::from)
    }

    pub(super) fn missing(&self, bracket: Option<Range>) -> Missing {
        let owed = Expected {
            rows: Some(2),
            ..Expected::default()
        };
        let got = AreaCounts {
            rows_accepted: self.accepted,
            rows_quarantined: i64::from(self.rest.is_some()),
            ..AreaCounts::default()
        };
        let read = Read {
            known: f64::from(self.known),
            rest: self.rest(),
            ..Read::default()
        };
        let sources = DenominatorSources {
            plausible: bracket,
            ..DenominatorSources::default()
        };
        missing(Some(&owed), &got, sources, read)
    }

    /// What may be missing of it: its whole denominator, somewhere within the bracket, less what is known, and no less than what was read. A
    /// third row may be one of the first two.
    pub(super) fn possible(&self, bracket: Option<Range>) -> Vec<f64> {
        if self.seen() == 2 {
            return vec![self.rest()];
        }
        let known = f64::from(self.known);
        // What came beyond it shows that the bracket is wrong.
        let (min, max) = bracket.filter(|(_, max)| known <= *max).unwrap_or((0.0, HUGE));
        let wholes = [min, (min + max) / 2.0, (min + known + 1.0).min(max), max];
        let read = [Some(self.rest()), (self.seen() > 2).then_some(0.0)];
        let floors = read.into_iter().flatten();
        floors
            .flat_map(|floor| wholes.map(|whole| (whole - known).max(floor)))
            .collect()
    }
}

/// Numerator and denominator that are known.
pub(super) fn amounts(all: &[Came]) -> (f64, f64) {
    let of = |one: &Came| (one.share * f64::from(one.known), f64::from(one.known));
    (all.iter().map(of)).fold((0.0, 0.0), |sum, one| (sum.0 + one.0, sum.1 + one.1))
}

fn bounds(all: &[Came], bracket: Option<Range>, plausible: Range) -> Bounds {
    let mut reporting = Reporting::default();
    for one in all {
        reporting.missing = reporting.missing.plus(one.missing(bracket).denominator);
    }
    let indicator = indicator(plausible);
    Scale::new(&indicator, 0, 0)
        .figure_of((1, amounts(all)), &reporting)
        .bounds
}

/// Every combination of what may be missing.
fn combinations(all: &[Came], bracket: Option<Range>) -> Vec<Vec<f64>> {
    all.iter().fold(vec![Vec::new()], |before, one| {
        let possible = one.possible(bracket);
        let with = |chosen: &Vec<f64>, next: &f64| [chosen.as_slice(), &[*next]].concat();
        before
            .iter()
            .flat_map(|chosen| possible.iter().map(move |next| with(chosen, next)))
            .collect()
    })
}

/// The figure with so much missing of each reporter, at these ratios; None without a denominator.
pub(super) fn completed(all: &[Came], missing: &[f64], ratio: impl Fn(usize) -> f64) -> Option<f64> {
    let (numerator, denominator) = amounts(all);
    let whole = denominator + missing.iter().sum::<f64>();
    let more: f64 = missing
        .iter()
        .enumerate()
        .map(|(at, missing)| ratio(at) * missing)
        .sum();
    (whole > 0.0).then(|| (numerator * FACTOR + more) / whole)
}

proptest! {
    #[test]
    fn every_completion_lies_within_and_each_end_is_that_of_one(
        all in prop::collection::vec(came(), 1..4),
        bracket in bracket(),
        plausible in plausible(),
        places in prop::collection::vec(0.0..=1.0_f64, 4),
    ) {
        let (low, high) = plausible;
        let (mut lowest, mut highest) = (f64::INFINITY, f64::NEG_INFINITY);
        let bounds = bounds(&all, bracket, plausible);
        for missing in combinations(&all, bracket) {
            let inside = completed(&all, &missing, |at| low + (high - low) * places[at]);
            let ends = [completed(&all, &missing, |_| low), completed(&all, &missing, |_| high)];
            for figure in inside.into_iter().chain(ends.into_iter().flatten()) {
                let (lower, upper) = bounds.expect("there is a completion");
                prop_assert!(lower - 1e-9 <= figure && figure <= upper + 1e-9, "{figure} is not in {lower}..{upper}");
                (lowest, highest) = (lowest.min(figure), highest.max(figure));
            }
        }
        match bounds {
            Ok((lower, upper)) => {
                prop_assert!((lower - lowest).abs() < 1e-6, "{lower} is below {lowest}");
                prop_assert!((upper - highest).abs() < 1e-6, "{upper} is above {highest}");
            }
            Err(reason) => {
                prop_assert_eq!(reason, Reason::DenominatorZero);
                prop_assert_eq!(lowest, f64::INFINITY);
            }
        }
    }

    #[test]
    fn no_completion_turns_a_robust_verdict_and_some_set_turns_any_other(
        all in prop::collection::vec(came(), 1..4),
        bracket in bracket(),
        plausible in plausible(),
        target in 0.0..100.0_f64,
        higher in any::<bool>(),
    ) {
        let (numerator, denominator) = amounts(&all);
        prop_assume!(denominator > 0.0);
        let value = numerator / denominator * FACTOR;
        let better = if higher { Better::Higher } else { Better::Lower };
        let yardstick = Yardstick { baseline: None, target: Some(target) };
        let is_met = |value: f64| yardstick.meets(better, value) == Some(true);
        let (_, robust) = yardstick.verdict(better, Some(value), bounds(&all, bracket, plausible).ok());
        let turned = |missing: &[f64], ratio: f64| {
            completed(&all, missing, |_| ratio).is_some_and(|figure| (figure - target).abs() > 1e-9 && is_met(figure) != is_met(value))
        };
        let combinations = combinations(&all, bracket);
        let some_turns = combinations.iter().any(|missing| turned(missing, plausible.0) || turned(missing, plausible.1));
        prop_assert!(!some_turns || robust == Some(false));
        if robust == Some(false) {
            let extreme = if is_met(value) == higher { plausible.0 } else { plausible.1 };
            let set = set(&all, bracket, extreme, |figure| is_met(figure) != is_met(value));
            prop_assert!(set.last().is_some_and(|last| is_met(*last) != is_met(value)), "{set:?}");
            prop_assert!(set.len() <= all.len());
            // Nobody else's part, of any size, turns it with fewer reporters.
            for missing in &combinations {
                for chosen in (0..1_u32 << all.len()).filter(|chosen| (chosen.count_ones() as usize) < set.len()) {
                    let of = |(at, missing): (usize, &f64)| if chosen >> at & 1 == 1 { *missing } else { 0.0 };
                    let some: Vec<f64> = missing.iter().enumerate().map(of).collect();
                    prop_assert!(!turned(&some, extreme), "{some:?} turns it, and {set:?} is the set");
                }
            }
        }
    }
}

/// The figures as the smallest set grows.
fn set(all: &[Came], bracket: Option<Range>, extreme: f64, is_turned: impl Fn(f64) -> bool) -> Vec<f64> {
    const CODES: [&str; 4] = ["1", "2", "3", "4"];
    let lacking = all.iter().zip(CODES).map(|(one, code)| Lacking {
        code,
        missing: one.missing(bracket).denominator.most(),
        rows: LackingRows::default(),
    });
    let side = Side::new(amounts(all), FACTOR, extreme);
    let areas = lacking.filter(|one| one.missing > 0.0).collect();
    of_figure(side, areas, is_turned).iter().map(|one| one.figure).collect()
}

#[test]
fn an_area_that_nothing_limits_is_the_first_of_a_set_and_alone_moves_the_figure_to_the_extreme() {
    let side = Side::new((40.0, 100.0), FACTOR, 100.0);
    let of = |code, missing| Lacking {
        code,
        missing,
        rows: LackingRows::default(),
    };
    let areas = vec![of("1", 5.0), of("2", f64::INFINITY), of("3", 9.0)];
    let set = of_figure(side, areas, |value| value >= 90.0);
    let told: Vec<_> = set
        .iter()
        .map(|one| (one.area.code, one.area.told(), one.figure))
        .collect();
    assert_eq!(told, [("2", None, 100.0)]);
}

#[test]
fn a_bracket_is_of_the_whole_reporter_and_what_was_read_is_not_lost() {
    let of = |known, accepted, rest, bracket| {
        let came = Came {
            known,
            share: 0.5,
            accepted,
            rest,
        };
        came.missing(bracket).denominator
    };
    let unknown = |least, most| Lack {
        known: Err(Reason::NoRegister),
        between: Ok((least, most)),
    };
    let limits = Some((10.0, 30.0));
    for (name, found, told) in [
        ("nothing came", of(0, 0, None, limits), unknown(10.0, 30.0)),
        (
            "nothing came, no limits",
            of(0, 0, None, None),
            unknown(0.0, f64::INFINITY),
        ),
        ("a part came", of(12, 1, None, limits), unknown(0.0, 18.0)),
        ("quarantined alone", of(0, 0, Some(15), limits), unknown(15.0, 30.0)),
        (
            "quarantined alone, no limits",
            of(0, 0, Some(15), None),
            unknown(15.0, f64::INFINITY),
        ),
        (
            "beyond the bracket",
            of(0, 0, Some(40), limits),
            Lack::exactly(Ok(40.0)),
        ),
        (
            "known beyond the bracket",
            of(35, 1, None, limits),
            unknown(0.0, f64::INFINITY),
        ),
        ("one may be sent twice", of(12, 2, Some(5), limits), unknown(0.0, 18.0)),
        (
            "one may be sent twice, no limits",
            of(12, 2, Some(5), None),
            unknown(0.0, f64::INFINITY),
        ),
        (
            "one may be sent twice beyond it",
            of(35, 2, Some(5), limits),
            unknown(0.0, f64::INFINITY),
        ),
        ("a point", of(0, 0, None, Some((7.0, 7.0))), Lack::exactly(Ok(7.0))),
        ("all came", of(12, 2, None, limits), Lack::exactly(Ok(0.0))),
    ] {
        assert_eq!(found, told, "{name}");
    }
}

#[test]
fn reporters_in_brackets_are_counted_and_stay_partial() {
    let came = |accepted, rest| Came {
        known: 5,
        share: 0.5,
        accepted,
        rest,
    };
    for (accepted, rest, bracket, is_bracketed) in [
        (1, None, None, true),
        (1, None, Some((5.0, 5.0)), true),
        (2, None, None, false),
        (1, Some(3), None, false),
        (2, Some(3), None, true),
    ] {
        let found = came(accepted, rest).missing(bracket);
        assert_eq!(found.is_bracketed, is_bracketed, "{accepted} {rest:?} {bracket:?}");
        assert_eq!(found.partial, is_bracketed || rest.is_some());
        assert!(!found.is_carried);
    }
}

#[test]
fn a_numerator_over_nothing_has_no_limits_while_the_denominator_may_be_as_small_as_one_likes() {
    let bounds = |amounts, lack: (f64, f64)| {
        let mut reporting = Reporting::default();
        reporting.missing = Lack::bracket(lack, Reason::NoRegister);
        let indicator = indicator((20.0, 80.0));
        Scale::new(&indicator, 0, 0).figure_of((1, amounts), &reporting).bounds
    };
    assert_eq!(bounds((0.0, 0.0), (0.0, f64::INFINITY)), Ok((20.0, 80.0)));
    assert_eq!(bounds((1.0, 0.0), (0.0, 9.0)), Err(Reason::NumeratorWithoutDenominator));
    assert_eq!(bounds((1.0, 0.0), (5.0, 10.0)), Ok((30.0, 100.0)));
    assert_eq!(bounds((1.0, -4.0), (0.0, 9.0)), Err(Reason::NegativeDenominator));
    assert_eq!(bounds((0.0, 0.0), (f64::NAN, f64::NAN)), Err(Reason::TooLarge));
}

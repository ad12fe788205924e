//! Figures of reporters whose largest denominator stands in a column of the divisions, held against every completion: a denominator of each
//! reporter from the lowest of all to the largest of its own area, and a plausible ratio for what it lacks.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::bracketed::{Came, HUGE, amounts, came, completed, plausible};
use super::indicator;
use crate::pipeline::{DenominatorRange, DivisionsColumn, MostDenominator};
use crate::statistics::figure::{Reporting, Scale};

/// From `min` to the number in the column `beds`.
fn range(min: f64) -> DenominatorRange {
    let column = DivisionsColumn {
        name: "beds".into(),
        file: "indicators.toml".into(),
        span: 0..0,
    };
    DenominatorRange {
        min,
        max: MostDenominator::Column(column),
    }
}

/// A reporter, and how much its largest denominator is above the lowest; None: its cell is blank.
type One = (Came, Option<u8>);

fn limits(min: f64, above: Option<u8>) -> BTreeMap<String, f64> {
    let limit = above.map(|above| ("beds".to_owned(), min + f64::from(above)));
    limit.into_iter().collect()
}

/// Every combination of what may be missing.
fn combinations(all: &[One], min: f64) -> Vec<Vec<f64>> {
    all.iter().fold(vec![Vec::new()], |before, (one, above)| {
        let most = above.map_or(HUGE, |above| min + f64::from(above));
        let possible = one.possible(Some((min, most)));
        let with = |chosen: &Vec<f64>, next: &f64| [chosen.as_slice(), &[*next]].concat();
        before
            .iter()
            .flat_map(|chosen| possible.iter().map(move |next| with(chosen, next)))
            .collect()
    })
}

proptest! {
    #[test]
    fn every_completion_within_the_limits_of_the_areas_lies_within_and_each_end_is_that_of_one(
        all in prop::collection::vec((came(), prop::option::of(0..60_u8)), 1..4),
        min in (0..30_u8).prop_map(f64::from),
        plausible in plausible(),
        places in prop::collection::vec(0.0..=1.0_f64, 4),
    ) {
        let mut reporting = Reporting::default();
        for (one, above) in &all {
            let bracket = range(min).of_area(&limits(min, *above));
            reporting.missing = reporting.missing.plus(one.missing(Some(bracket)).denominator);
        }
        let reporters: Vec<Came> = all.iter().map(|(one, _)| *one).collect();
        let indicator = indicator(plausible);
        let bounds = Scale::new(&indicator, 0, 0).figure_of((1, amounts(&reporters)), &reporting).bounds;
        let (low, high) = plausible;
        let (mut lowest, mut highest) = (f64::INFINITY, f64::NEG_INFINITY);
        for missing in combinations(&all, min) {
            let ratios: [&dyn Fn(usize) -> f64; 3] = [&|_| low, &|_| high, &|at| low + (high - low) * places[at]];
            for figure in ratios.into_iter().filter_map(|ratio| completed(&reporters, &missing, ratio)) {
                let (lower, upper) = bounds.expect("there is a completion");
                prop_assert!(lower - 1e-9 <= figure && figure <= upper + 1e-9, "{figure} is not in {lower}..{upper}");
                (lowest, highest) = (lowest.min(figure), highest.max(figure));
            }
        }
        if let Ok((lower, upper)) = bounds {
            prop_assert!((lower - lowest).abs() < 1e-6, "{lower} is below {lowest}");
            prop_assert!((upper - highest).abs() < 1e-6, "{upper} is above {highest}");
        } else {
            prop_assert_eq!(lowest, f64::INFINITY);
        }
    }
}

#[test]
fn a_blank_cell_limits_nothing() {
    assert_eq!(range(3.0).of_area(&limits(3.0, Some(4))), (3.0, 7.0));
    assert_eq!(range(3.0).of_area(&limits(3.0, None)), (3.0, f64::INFINITY));
    let same = DenominatorRange {
        min: 1.0,
        max: MostDenominator::Number(2.0),
    };
    assert_eq!(same.of_area(&limits(3.0, Some(4))), (1.0, 2.0));
}

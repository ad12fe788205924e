//! Ratios of areas that cannot be: they are in the figures, and somebody must look at them.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::figure::Scale;
use super::inputs::Inputs;
use crate::domain::{IndicatorCells, Period, Sums};

/// A ratio of an area that cannot be: a numerator over 0, or of a bounded indicator a ratio below 0 or above 1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ImpossibleRatio {
    /// Period of the figure.
    pub period: Period,
    /// Place of the indicator.
    pub indicator: usize,
    /// Code of the area that reports.
    pub area_code: String,
    /// In the unit of its measure.
    pub numerator: f64,
    /// In the unit of its measure.
    pub denominator: f64,
}

/// Those of the areas that report, by period, indicator and area. Sums that leave 128 bits have a finding of their own.
pub fn impossible_ratios(inputs: &Inputs) -> Vec<ImpossibleRatio> {
    let of_one = |cells: &IndicatorCells| {
        let indicator = &inputs.pipeline.indicators[cells.indicator];
        let scale = Scale::new(indicator, cells.numerator_scale, cells.denominator_scale);
        let found = cells.by_area().filter_map(|(code, own)| {
            let sums = own.iter().fold(Sums::default(), |sums, cell| sums.plus(&cell.into()));
            let (numerator, denominator) = (scale.numerator(&sums), scale.denominator(&sums));
            is_impossible((numerator, denominator), indicator.bounded).then(|| ImpossibleRatio {
                period: cells.period,
                indicator: cells.indicator,
                area_code: code.to_owned(),
                numerator,
                denominator,
            })
        });
        found.collect::<Vec<_>>()
    };
    let mut found: Vec<ImpossibleRatio> = inputs.cells.par_iter().flat_map_iter(of_one).collect();
    found.sort_by(|a, b| (a.period, a.indicator, &a.area_code).cmp(&(b.period, b.indicator, &b.area_code)));
    found
}

fn is_impossible((numerator, denominator): (f64, f64), bounded: bool) -> bool {
    if numerator.is_nan() || denominator.is_nan() {
        false
    } else if denominator == 0.0 {
        numerator != 0.0
    } else {
        bounded && !(0.0..=1.0).contains(&(numerator / denominator))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_numerator_over_nothing_and_a_share_beyond_its_whole_are_impossible() {
        let cases = [
            ((0.0, 0.0), false, false),
            ((0.0, 4.0), false, false),
            ((4.0, 4.0), false, false),
            ((5.0, 4.0), false, true),
            ((-1.0, 4.0), false, true),
            ((1.0, -4.0), false, true),
            ((-1.0, -4.0), false, false),
            ((3.0, 0.0), true, true),
            ((-3.0, 0.0), true, true),
            ((f64::NAN, 0.0), false, false),
            ((1.0, f64::NAN), false, false),
        ];
        for (parts, of_any, of_bounded) in cases {
            let found = [false, true].map(|bounded| is_impossible(parts, bounded));
            assert_eq!(found, [of_any, of_bounded], "{parts:?}");
        }
    }
}

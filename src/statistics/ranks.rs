//! The tables `ranks` and `ranks_constant_boundaries`: the places of areas among each other, and how far missing data could move them.

use jiff::civil::Date;

use super::area_figures::{AreaFigure, area_figures};
use crate::domain::Lang;
use crate::pipeline::{Better, Indicator, Pipeline};
use crate::tables::{ConstantRankRow, RankRow, Table};

/// Values that differ by no more than this share of them are equal: numerators, denominators and factors are rounded to doubles.
const ROUNDING: f64 = 1e-15;

/// A row for each period, indicator and area of the partition level; none where that is the root, which is alone. `indicators` are the rows of the table of that name, of that level at
/// least; with the day of constant `boundaries` those of `indicators_constant_boundaries`.
pub fn ranks(pipeline: &Pipeline, indicators: &Table, boundaries: Option<Date>) -> Table {
    let level = pipeline.registry.levels[pipeline.registry.partition].as_str();
    let is_ranked = |row: &AreaFigure| row.level == level && pipeline.registry.partition > 0;
    let mut rows = area_figures(indicators, boundaries);
    rows.retain(is_ranked);
    rows.sort_by_key(|row| (row.period, row.indicator));
    let mut table = match boundaries {
        None => Table::of::<RankRow>(),
        Some(_) => Table::of::<ConstantRankRow>(),
    };
    for alike in rows.chunk_by(|a, b| (a.period, a.indicator) == (b.period, b.indicator)) {
        if let Some(indicator) = pipeline.indicators.iter().find(|of| of.id == alike[0].indicator) {
            of_one(indicator, alike, boundaries, &mut table);
        }
    }
    table.sort_by_key();
    table
}

/// The areas of one indicator in one period.
fn of_one(indicator: &Indicator, rows: &[AreaFigure], boundaries: Option<Date>, table: &mut Table) {
    let sign = if indicator.better == Better::Lower { -1.0 } else { 1.0 };
    let entrants: Vec<Option<Entrant>> = rows.iter().map(|row| Entrant::of(row, sign)).collect();
    let field = Field::of(entrants.iter().flatten());
    let n_ranked = rows.iter().filter(|row| row.value.is_some()).count() as i64;
    let n_unranked = entrants.iter().flatten().count() as i64 - n_ranked;
    for (row, entrant) in rows.iter().zip(&entrants) {
        let range = entrant.map(|entrant| field.range(&entrant));
        let ranked = RankRow {
            period: row.period,
            indicator: row.indicator,
            indicator_title_zh: indicator.title.own(Lang::Zh),
            indicator_title_en: indicator.title.own(Lang::En),
            area_code: row.area_code,
            area_name: row.area_name,
            level: row.level,
            ranked_by: match indicator.better {
                Better::Higher => "higher",
                Better::Lower => "lower",
                Better::Neither => "neither",
            },
            value: row.value,
            unit: row.unit,
            rank_by_value: entrant.and_then(|entrant| entrant.score).map(|score| field.rank(score)),
            n_ranked,
            n_unranked,
            rank_best: range.map(|(best, _)| best),
            rank_worst: range.map(|(_, worst)| worst),
            null_reason: row.null_reason,
        };
        match boundaries {
            None => table.push(ranked),
            Some(day) => table.push(ConstantRankRow::new(ranked, day, row.obs_status)),
        }
    }
}

/// An area that has a value or may have one. Scores are values, with the sign that puts the highest first.
#[derive(Clone, Copy, Debug)]
struct Entrant {
    score: Option<f64>,
    /// The lowest and the highest that its score may be.
    range: (f64, f64),
}

impl Entrant {
    /// None: the area can have no value.
    fn of(row: &AreaFigure, sign: f64) -> Option<Entrant> {
        if row.obs_status == "M" {
            return None;
        }
        let range = match row.lower.zip(row.upper) {
            Some((lower, upper)) if sign < 0.0 => (-upper, -lower),
            Some(bounds) => bounds,
            None => (f64::NEG_INFINITY, f64::INFINITY),
        };
        Some(Entrant {
            score: row.value.map(|value| sign * value),
            range,
        })
    }
}

/// Everybody's scores, each list in ascending order.
struct Field {
    scores: Vec<f64>,
    lowest: Vec<f64>,
    highest: Vec<f64>,
}

impl Field {
    fn of<'e>(entrants: impl Iterator<Item = &'e Entrant> + Clone) -> Field {
        let sorted = |mut all: Vec<f64>| {
            all.sort_by(f64::total_cmp);
            all
        };
        Field {
            scores: sorted(entrants.clone().filter_map(|entrant| entrant.score).collect()),
            lowest: sorted(entrants.clone().map(|entrant| entrant.range.0).collect()),
            highest: sorted(entrants.map(|entrant| entrant.range.1).collect()),
        }
    }

    /// Competition rank: one more than the number of higher scores.
    fn rank(&self, score: f64) -> i64 {
        1 + above(&self.scores, score)
    }

    /// First and last place over all scores that the entrants may have. Those that are certainly higher stand before it, and those
    /// that may be higher do so at worst.
    fn range(&self, entrant: &Entrant) -> (i64, i64) {
        let (low, high) = entrant.range;
        let itself = i64::from(is_above(high, low));
        (1 + above(&self.lowest, high), 1 + above(&self.highest, low) - itself)
    }
}

/// How many of the sorted scores are higher.
fn above(sorted: &[f64], score: f64) -> i64 {
    (sorted.len() - sorted.partition_point(|other| !is_above(*other, score))) as i64
}

/// Whether a score is higher by more than rounding.
fn is_above(other: f64, score: f64) -> bool {
    other > score && (score.is_infinite() || other - score > ROUNDING * score.abs())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn entrant(score: Option<f64>, range: (f64, f64)) -> Entrant {
        Entrant { score, range }
    }

    fn sure(score: f64) -> Entrant {
        entrant(Some(score), (score, score))
    }

    #[test]
    fn equal_scores_share_a_rank_and_the_next_one_is_left_out() {
        let all = [30.0, 20.0, 20.0, 10.0].map(sure);
        let field = Field::of(all.iter());
        assert_eq!(all.map(|one| field.rank(one.score.unwrap())), [1, 2, 2, 4]);
        assert_eq!(all.map(|one| field.range(&one)), [(1, 1), (2, 2), (2, 2), (4, 4)]);
    }

    #[test]
    fn quotients_of_one_ratio_are_equal() {
        let all = [(0.1 / 0.3) * 100.0, (0.2 / 0.6) * 100.0, (0.3 / 0.9) * 100.0, 33.0].map(sure);
        let field = Field::of(all.iter());
        assert_eq!(all.map(|one| field.rank(one.score.unwrap())), [1, 1, 1, 4]);
    }

    #[test]
    fn an_area_without_bounds_may_be_anywhere_and_move_everybody() {
        let all = [
            sure(30.0),
            sure(10.0),
            entrant(None, (f64::NEG_INFINITY, f64::INFINITY)),
            entrant(Some(20.0), (15.0, 40.0)),
        ];
        let field = Field::of(all.iter());
        assert_eq!(all.map(|one| field.range(&one)), [(1, 3), (3, 4), (1, 4), (1, 3)]);
    }

    proptest! {
        /// Every completion lies within, and each end is that of one: all at the far end but the area itself.
        #[test]
        fn the_range_holds_every_completion_and_is_no_wider(
            ends in prop::collection::vec((0..12_i32, 0..6_i32), 1..9),
            draws in prop::collection::vec(0.0..1.0_f64, 9),
        ) {
            let all: Vec<Entrant> = ends.iter()
                .map(|&(low, wide)| entrant(None, (f64::from(low), f64::from(low + wide))))
                .collect();
            let field = Field::of(all.iter());
            let place = |scores: &[f64], at: usize| 1 + scores.iter().filter(|other| **other > scores[at]).count() as i64;
            let drawn: Vec<f64> = all.iter().zip(&draws).map(|(one, draw)| one.range.0 + (one.range.1 - one.range.0) * draw.round()).collect();
            for (at, one) in all.iter().enumerate() {
                let (best, worst) = field.range(one);
                let found = place(&drawn, at);
                prop_assert!(best <= found && found <= worst, "{found} is not in {best}..{worst}");
                let extreme = |own: f64, others: fn(&Entrant) -> f64| {
                    let mut scores: Vec<f64> = all.iter().map(others).collect();
                    scores[at] = own;
                    place(&scores, at)
                };
                prop_assert_eq!(best, extreme(one.range.1, |other| other.range.0));
                prop_assert_eq!(worst, extreme(one.range.0, |other| other.range.1));
            }
        }
    }
}

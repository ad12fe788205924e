//! The table `gap_changes`: which rows, and every column, from the rows of `gaps` and the records of both periods.

use std::collections::{BTreeMap, BTreeSet};

use super::gaps::Strata;
use super::{Scene, World, close};
use crate::support::{Published, Row, joined, table};

/// What identifies a gap within a period.
const KEY: [&str; 5] = ["scope_code", "indicator", "dimension", "a", "b"];

/// Numerator and denominator by stratum.
type Held = BTreeMap<Vec<Option<String>>, (f64, f64)>;

/// Both sides of each gap that has a value, by period and key.
#[derive(Default)]
pub(super) struct Sides(BTreeMap<(String, String), [Held; 2]>);

impl Sides {
    /// Adds those of a period, whose gaps are `gaps`.
    pub(super) fn add<'r>(&mut self, scene: &Scene<'_>, gaps: impl Iterator<Item = &'r Row>) {
        let known = gaps.filter(|row| row["gap"].number().is_some());
        for row in known {
            let indicator = scene.world.indicator(row);
            let [a, b] = ["a", "b"].map(|side| {
                let strata: Strata = scene.strata_of(row, side);
                let parts = |sum| scene.decimal(indicator, sum);
                strata
                    .iter()
                    .map(|(stratum, sum)| (stratum.clone(), parts(sum)))
                    .collect()
            });
            self.0
                .insert((scene.period.to_string(), joined(row, &KEY, " ")), [a, b]);
        }
    }

    /// Checks the table; returns how many of its rows are split, and how many of these by mix effects of both sides.
    pub(super) fn check(&self, world: &World) -> (usize, usize) {
        let gaps: BTreeMap<(String, String), Row> = table(&world.output, "gaps")
            .into_iter()
            .map(|row| ((joined(&row, &["period"], ""), joined(&row, &KEY, " ")), row))
            .collect();
        let rows = table(&world.output, "gap_changes");
        let periods: Vec<String> = world.pipeline.periods.iter().map(ToString::to_string).collect();
        let found: BTreeSet<String> = (rows.iter())
            .map(|row| joined(row, &[&["earlier", "later"], &KEY[..]].concat(), " "))
            .collect();
        assert_eq!(found.len(), rows.len());
        assert_eq!(found, pairs(&periods, &gaps), "rows of gap_changes");
        let (mut split, mut mixed) = (0, 0);
        for row in &rows {
            let key = joined(row, &KEY, " ");
            let [earlier, later] = ["earlier", "later"].map(|period| (joined(row, &[period], ""), key.clone()));
            check_change(row, [gaps.get(&earlier), gaps.get(&later)]);
            let sides = self.0.get(&earlier).zip(self.0.get(&later));
            let factor = world.pipeline.indicators[world.indicator(row)].factor;
            let effects = sides.map(|(earlier, later)| {
                let [a, b] = [0, 1].map(|side| kitagawa(&earlier[side], &later[side]));
                [a.0, a.1, -b.0, -b.1].map(|effect| effect * factor)
            });
            let scale = gaps.get(&later).and_then(|gap| gap["value_a"].number()).unwrap_or(1.0);
            let columns = ["mix_effect_a", "rate_effect_a", "mix_effect_b", "rate_effect_b"];
            for (at, column) in columns.into_iter().enumerate() {
                close(row, column, effects.map(|effects| effects[at]), scale);
            }
            if let Some([mix_a, _, mix_b, _]) = effects {
                let (earlier, later) = sides.unwrap();
                let counts = [0, 1].map(|side| counted(&earlier[side], &later[side]));
                assert_eq!(
                    row["n_strata"].number(),
                    Some((counts[0].0 + counts[1].0) as f64),
                    "{row:?}"
                );
                assert_eq!(
                    row["n_borrowed"].number(),
                    Some((counts[0].1 + counts[1].1) as f64),
                    "{row:?}"
                );
                split += 1;
                mixed += usize::from(mix_a.abs() > 1e-6 && mix_b.abs() > 1e-6);
            }
        }
        (split, mixed)
    }
}

/// Each period with the one before it and with the first, for every gap of either, of the periods that have gaps of its indicator and dimension.
fn pairs(periods: &[String], gaps: &BTreeMap<(String, String), Row>) -> BTreeSet<String> {
    let mut having: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for ((period, _), row) in gaps {
        let own = having.entry(joined(row, &["indicator", "dimension"], " ")).or_default();
        own.insert(period);
    }
    let mut all = BTreeSet::new();
    for ((_, key), row) in gaps {
        let own = &having[&joined(row, &["indicator", "dimension"], " ")];
        let own: Vec<&String> = periods.iter().filter(|period| own.contains(period.as_str())).collect();
        for (at, later) in own.iter().enumerate().skip(1) {
            for earlier in [own[0], own[at - 1]] {
                let is_there = |period: &String| gaps.contains_key(&(period.clone(), key.clone()));
                if is_there(earlier) || is_there(later) {
                    all.insert(format!("{earlier} {later} {key}"));
                }
            }
        }
    }
    all
}

/// All that follows from the two rows of `gaps`.
fn check_change(row: &Row, gaps: [Option<&Row>; 2]) {
    let of = |column: &str| gaps.map(|gap| gap.and_then(|gap| gap[column].number()));
    let difference = |column: &str| {
        let [earlier, later] = of(column);
        earlier.zip(later).map(|(earlier, later)| later - earlier)
    };
    let [gap_earlier, gap_later] = of("gap");
    assert_eq!(row["gap_earlier"].number(), gap_earlier, "{row:?}");
    assert_eq!(row["gap_later"].number(), gap_later, "{row:?}");
    for (column, source) in [
        ("gap_change", "gap"),
        ("ratio_change", "ratio"),
        ("change_a", "value_a"),
        ("change_b", "value_b"),
    ] {
        assert_eq!(row[column].number(), difference(source), "{column} of {row:?}");
    }
    let bounds = of("lower").into_iter().zip(of("upper"));
    let bounds: Option<Vec<(f64, f64)>> = bounds.map(|(lower, upper)| lower.zip(upper)).collect();
    let bounds = bounds.map(|of| (of[1].0 - of[0].1, of[1].1 - of[0].0));
    assert_eq!(row["lower"].number(), bounds.map(|of| of.0), "{row:?}");
    assert_eq!(row["upper"].number(), bounds.map(|of| of.1), "{row:?}");
    let change = row["gap_change"].number();
    let sign = bounds.map_or(Published::Null, |(lower, upper)| {
        let rises = lower > 0.0 && change.is_none_or(|change| change > 0.0);
        let falls = upper < 0.0 && change.is_none_or(|change| change < 0.0);
        Published::Boolean(rises || falls)
    });
    assert_eq!(row["sign_identified"], sign, "{row:?}");
}

/// Mix and rate of the change of one side; a stratum that one period lacks borrows the ratio of the other.
fn kitagawa(earlier: &Held, later: &Held) -> (f64, f64) {
    let whole = |held: &Held| held.values().map(|of| of.1).sum::<f64>();
    let (whole_earlier, whole_later) = (whole(earlier), whole(later));
    let (mut mix, mut rate) = (0.0, 0.0);
    for stratum in earlier.keys().chain(later.keys()).collect::<BTreeSet<_>>() {
        let of = |held: &Held| held.get(stratum).copied().filter(|of| of.1 != 0.0);
        let ratio = |held: &Held| of(held).map(|of| of.0 / of.1);
        let (Some(before), Some(after)) = (
            ratio(earlier).or_else(|| ratio(later)),
            ratio(later).or_else(|| ratio(earlier)),
        ) else {
            continue;
        };
        let share = |held: &Held, whole: f64| of(held).map_or(0.0, |of| of.1) / whole;
        let (p, q) = (share(earlier, whole_earlier), share(later, whole_later));
        mix += (q - p) * (after + before) / 2.0;
        rate += (after - before) * (q + p) / 2.0;
    }
    (mix, rate)
}

/// Strata with a denominator in either period, and in one alone.
fn counted(earlier: &Held, later: &Held) -> (usize, usize) {
    let having = |held: &Held| -> BTreeSet<Vec<Option<String>>> {
        let own = held.iter().filter(|(_, of)| of.1 != 0.0);
        own.map(|(stratum, _)| stratum.clone()).collect()
    };
    let (earlier, later) = (having(earlier), having(later));
    (
        earlier.union(&later).count(),
        earlier.symmetric_difference(&later).count(),
    )
}

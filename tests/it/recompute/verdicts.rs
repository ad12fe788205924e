//! The table `verdicts`: every verdict that missing data could turn has its smallest set, and no other has one.

use std::collections::{BTreeMap, BTreeSet};

use huizong::pipeline::{Better, DimensionLevel};

use super::records::Record;
use super::{Scene, close};
use crate::support::{Published, Row};

/// Area, indicator, dimension, a and b.
type Judged = [Option<String>; 5];

fn text(row: &Row, column: &str) -> Option<String> {
    row.get(column).and_then(|value| value.text()).map(str::to_owned)
}

fn judged(row: &Row, area: &str) -> Judged {
    [area, "indicator", "dimension", "a", "b"].map(|column| text(row, column))
}

impl Scene<'_> {
    /// Checks the rows of a period; returns how many sets of figures and of gaps there are.
    pub(super) fn check_verdicts(&self, indicators: &[&Row], gaps: &[&Row], verdicts: &[&Row]) -> (usize, usize) {
        let mut sets: BTreeMap<Judged, Vec<&Row>> = BTreeMap::new();
        for row in verdicts {
            sets.entry(judged(row, "area_code")).or_default().push(row);
        }
        for set in sets.values_mut() {
            set.sort_by_key(|row| row["position"].number().unwrap() as i64);
        }
        let is_open = |row: &Row, column: &str| row[column] == Published::Boolean(false);
        let open_figures: Vec<&&Row> = indicators.iter().filter(|row| is_open(row, "verdict_robust")).collect();
        let has_sign = |row: &Row| row["gap"].number().is_some_and(|gap| gap != 0.0);
        let is_open_gap = |row: &&&Row| is_open(row, "sign_identified") && has_sign(row);
        let open_gaps: Vec<&&Row> = gaps.iter().filter(is_open_gap).collect();
        let expected: BTreeSet<Judged> = (open_figures.iter().map(|row| {
            let [area, indicator, ..] = judged(row, "area_code");
            [area, indicator, None, None, None]
        }))
        .chain(open_gaps.iter().map(|row| judged(row, "scope_code")))
        .collect();
        assert_eq!(sets.keys().cloned().collect::<BTreeSet<_>>(), expected);
        for row in &open_figures {
            let [area, indicator, ..] = judged(row, "area_code");
            self.check_set(row, &sets[&[area, indicator, None, None, None]]);
        }
        for row in &open_gaps {
            self.check_set_of_gap(row, &sets[&judged(row, "scope_code")]);
        }
        (open_figures.len(), open_gaps.len())
    }

    /// The areas with the most missing are the set, and with one fewer the verdict would stand.
    fn check_set(&self, figure: &Row, set: &[&Row]) {
        let at = self.world.indicator(figure);
        let indicator = &self.world.pipeline.indicators[at];
        let area = figure["area_code"].text().unwrap();
        let lacking = self.reporters[at].iter().filter_map(|(code, reporter)| {
            let lack = reporter.lack.most()?;
            (lack > 0.0 && self.chain(code).contains(&area)).then_some((code, lack))
        });
        let mut lacking: Vec<(&String, f64)> = lacking.collect();
        lacking.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(b.0)));
        let number = |column: &str| figure[column].number().unwrap();
        let target = number("target");
        let meets = |value: f64| match indicator.better {
            Better::Lower => value <= target,
            _ => value >= target,
        };
        let met = meets(number("value"));
        let (low, high) = indicator.plausible.unwrap();
        let worst = if indicator.better == Better::Lower { high } else { low };
        let best = low + high - worst;
        let extreme = if met { worst } else { best };
        let with = |count: usize| {
            let missing: f64 = lacking[..count].iter().map(|(_, lack)| lack).sum();
            match missing {
                // Nobody knows how much, and nothing limits it.
                f64::INFINITY => extreme,
                _ => (number("numerator") * indicator.factor + extreme * missing) / (number("denominator") + missing),
            }
        };
        let needed_areas = (1..=lacking.len()).find(|&count| meets(with(count)) != met).unwrap();
        assert_eq!(set.len(), needed_areas, "{figure:?}");
        for (position, (row, (code, lack))) in set.iter().zip(&lacking).enumerate() {
            assert_eq!(row["missing_code"].text(), Some(code.as_str()), "{row:?}");
            assert_eq!(row["n_missing"].number(), Some(needed_areas as f64), "{row:?}");
            assert_eq!(row["threshold"].number(), Some(target), "{row:?}");
            assert_eq!(row["verdict"], figure["verdict"], "{row:?}");
            close(row, "missing_denominator", told(*lack), 1.0);
            self.check_rows(row, at, code);
            close(row, "value_then", Some(with(position + 1)), target);
            // With so much of it and all of the others, the value is the target.
            let needed = row["denominator_needed"].number();
            assert_eq!(needed.is_none(), extreme == target, "{row:?}");
            if let Some(needed) = needed {
                let others = lacking[..needed_areas]
                    .iter()
                    .enumerate()
                    .filter(|(at, _)| *at != position);
                let others: f64 = others.map(|(_, (_, lack))| lack).sum();
                let missing = others + needed;
                let then =
                    (number("numerator") * indicator.factor + extreme * missing) / (number("denominator") + missing);
                assert!((then - target).abs() < 1e-9 * target.abs().max(1.0), "{then} {row:?}");
                assert!(needed <= lack * (1.0 + 1e-12), "{row:?}");
            }
        }
    }

    /// The counts of rows, of an indicator of one form.
    fn check_rows(&self, row: &Row, at: usize, code: &str) {
        let indicator = &self.world.pipeline.indicators[at];
        if self.world.pipeline.has_two_forms(indicator) {
            assert_eq!(row["n_rows_blank"], Published::Null, "{row:?}");
            return;
        }
        let of_form = |record: &&Record| record.form == self.world.form_of(at) && record.areas[0] == code;
        let own: Vec<&Record> = self.records.iter().filter(of_form).collect();
        let quarantined = own.iter().filter(|record| !record.accepted).count();
        let blank = own.iter().filter(|record| record.accepted && record.blank[at]).count();
        assert_eq!(row["n_rows_quarantined"].number(), Some(quarantined as f64), "{row:?}");
        assert_eq!(row["n_rows_blank"].number(), Some(blank as f64), "{row:?}");
    }

    /// The last of the set turns the gap, those before it do not, and nobody is missing twice on one side.
    fn check_set_of_gap(&self, gap: &Row, set: &[&Row]) {
        let at = self.world.indicator(gap);
        let ahead = gap["gap"].number().unwrap() > 0.0;
        let is_turned = |row: &Row| {
            let then = row["value_then"].number().unwrap();
            if ahead { then <= 0.0 } else { then >= 0.0 }
        };
        let (last, before) = set.split_last().unwrap();
        assert!(is_turned(last), "{last:?}");
        assert!(!before.iter().any(|row| is_turned(row)), "{set:?}");
        let mut seen = BTreeSet::new();
        for row in set {
            let code = text(row, "missing_code").unwrap();
            let chain: Vec<String> = self.chain(&code).into_iter().map(Into::into).collect();
            assert!(
                chain.iter().any(|area| Some(area.as_str()) == gap["scope_code"].text()),
                "{row:?}"
            );
            let name = gap["dimension"].text().unwrap();
            let dimension = self
                .world
                .pipeline
                .dimensions
                .iter()
                .position(|of| of.id == name)
                .unwrap();
            let is_of_areas = matches!(
                self.world.pipeline.dimensions[dimension].level,
                DimensionLevel::Area { .. }
            );
            let lack = self.reporters[at][&code].lack;
            if is_of_areas {
                assert_eq!(
                    self.member_of_area(dimension, &chain),
                    text(row, "missing_member"),
                    "{row:?}"
                );
                close(row, "missing_denominator", told(lack.most().unwrap()), 1.0);
                self.check_rows(row, at, &code);
            }
            let missing = row["missing_denominator"].number().unwrap_or(f64::INFINITY);
            let is_within = lack
                .most()
                .is_some_and(|lack| missing > 0.0 && missing <= lack * (1.0 + 1e-12));
            assert!(is_within, "{missing} of {lack:?}: {row:?}");
            assert_eq!(row["n_missing"].number(), Some(set.len() as f64), "{row:?}");
            assert!(seen.insert((code, text(row, "missing_member"))), "{row:?}");
        }
    }
}

/// What a row says of it.
fn told(lack: f64) -> Option<f64> {
    Some(lack).filter(|lack| lack.is_finite())
}

//! The table `indicators`: what each area has reached, how sure that is, and against which target.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::judgement::Yardstick;
use super::{Coverage, Reason, share};
use crate::domain::exact::figure;
use crate::domain::{Expected, FormCoverage, IndicatorLevels, Lang, Read, Received, Sums};
use crate::pipeline::{DimensionLevel, Indicator, Pipeline};
use crate::registry::{Areas, Registry};
use crate::tables::{IndicatorRow, Table};

/// `indicators`: a row per period, area and indicator, for every area with an expected or accepted reporter of the
/// indicator's form at or below it. `levels` are the roll-up's sums, one entry a period and indicator.
pub fn indicators(pipeline: &Pipeline, registry: &Registry, levels: &[IndicatorLevels], coverage: &Coverage) -> Table {
    let nobody = FormCoverage::default();
    let of_one = |sums: &IndicatorLevels| {
        let mut table = Table::of::<IndicatorRow>();
        let form = pipeline.measures[pipeline.indicators[sums.indicator].denominator].form;
        let areas = registry.of_form(&pipeline.forms[form], sums.period);
        let scene = Scene {
            period: sums.period.to_string(),
            pipeline,
            indicator: &pipeline.indicators[sums.indicator],
            areas: &areas,
            sums,
            coverage: coverage.get(&(sums.period, form)).unwrap_or(&nobody),
        };
        let tallies = scene.tallies();
        table.reserve(tallies.len());
        for (code, tally) in tallies {
            table.push(scene.row(code, &tally));
        }
        table
    };
    let parts: Vec<Table> = levels.par_iter().map(of_one).collect();
    Table::joined::<IndicatorRow>(parts)
}

/// One indicator in one period.
struct Scene<'a> {
    /// Of the sums, as text.
    period: String,
    pipeline: &'a Pipeline,
    indicator: &'a Indicator,
    areas: &'a Areas,
    sums: &'a IndicatorLevels,
    coverage: &'a FormCoverage,
}

/// What is known of the reporters at or below an area.
#[derive(Clone, Copy, Debug)]
struct Tally {
    expected: i64,
    reported: i64,
    quarantined: i64,
    /// Accepted rows with a corrected cell in a column that the indicator reads.
    corrected: i64,
    /// Reporters of which something is not in the figures.
    partial: i64,
    /// The denominator of what is not in the figures, in its own unit.
    missing: Result<f64, Reason>,
}

impl Default for Tally {
    fn default() -> Tally {
        Tally {
            expected: 0,
            reported: 0,
            quarantined: 0,
            corrected: 0,
            partial: 0,
            missing: Ok(0.0),
        }
    }
}

impl Tally {
    fn plus(&self, other: &Tally) -> Tally {
        Tally {
            expected: self.expected + other.expected,
            reported: self.reported + other.reported,
            quarantined: self.quarantined + other.quarantined,
            corrected: self.corrected + other.corrected,
            partial: self.partial + other.partial,
            missing: self.missing.and_then(|mine| other.missing.map(|others| mine + others)),
        }
    }
}

/// What is published of an area's ratio.
struct Figures {
    numerator: Option<f64>,
    denominator: Option<f64>,
    value: Option<f64>,
    status: &'static str,
    /// Why there is neither numerator nor denominator.
    no_sums: Option<Reason>,
    /// Why there is no value.
    no_value: Option<Reason>,
}

impl<'a> Scene<'a> {
    /// Tallies by area, for every area with something to say.
    fn tallies(&self) -> BTreeMap<&'a str, Tally> {
        let mut all: BTreeMap<&str, Tally> = BTreeMap::new();
        let nothing = Received::default();
        let FormCoverage { expected, received } = self.coverage;
        let owing = expected.iter().map(|(code, owed)| {
            let got = received.get(code).unwrap_or(&nothing);
            (code.as_str(), self.reporter(code, owed, got))
        });
        let uninvited = received
            .iter()
            .filter(|(code, got)| got.rows_accepted > 0 && !expected.contains_key(*code));
        let uninvited = uninvited.map(|(code, got)| (code.as_str(), self.uninvited(code, got)));
        for (code, one) in owing.chain(uninvited).filter(|(code, _)| self.concerns(code)) {
            for area in self.areas.ancestors(code) {
                let there = all.entry(area.code.as_str()).or_default();
                *there = there.plus(&one);
            }
        }
        all
    }

    /// Whether an area exists on the day its form is judged on and can have rows for which the indicator's `where` holds.
    fn concerns(&self, code: &str) -> bool {
        self.areas.get(code).is_some()
            && self.indicator.filter.iter().all(|(dimension, allowed)| {
                let spec = &self.pipeline.dimensions[*dimension];
                match spec.level {
                    DimensionLevel::Row { .. } => true,
                    DimensionLevel::Area { .. } => {
                        let member = self
                            .areas
                            .member(*dimension, code)
                            .and_then(|at| spec.members.get(usize::from(at)));
                        member.is_some_and(|member| allowed.contains(&member.id))
                    }
                }
            })
    }

    fn sums_of(&self, code: &str) -> Sums {
        self.sums.areas.get(code).copied().unwrap_or_default()
    }

    /// An area that owes the form.
    fn reporter(&self, code: &str, owed: &Expected, got: &Received) -> Tally {
        let own = self.sums_of(code);
        let unsent = owed
            .rows
            .is_some_and(|rows| got.rows_accepted + got.rows_quarantined < rows);
        let reported = got.rows_accepted > 0;
        let read = Read {
            known: self.denominator(own.denominator),
            rest: self.denominator(own.rest),
            unknown: own.unknown,
        };
        let whole = reported && !got.holds_back() && !unsent && own.rest == 0 && own.unknown == 0;
        Tally {
            expected: 1,
            reported: i64::from(reported),
            quarantined: i64::from(got.holds_back()),
            corrected: self.corrected(got),
            partial: i64::from(!whole),
            missing: owed
                .missing(got, self.indicator.register.as_deref(), read)
                .denominator
                .map_err(Reason::from),
        }
    }

    /// An area that owes nothing, yet has accepted rows. Of what it did not send nothing is missing.
    fn uninvited(&self, code: &str, got: &Received) -> Tally {
        let own = self.sums_of(code);
        let whole = !got.holds_back() && own.rest == 0 && own.unknown == 0;
        Tally {
            quarantined: i64::from(got.holds_back()),
            corrected: self.corrected(got),
            partial: i64::from(!whole),
            missing: known(self.denominator(own.rest)),
            ..Tally::default()
        }
    }

    /// Accepted rows whose corrected cells are behind the figure, or decide whether the row is.
    fn corrected(&self, got: &Received) -> i64 {
        if got.corrected.is_empty() {
            return 0;
        }
        let measures = [self.indicator.numerator, self.indicator.denominator].map(|at| &self.pipeline.measures[at]);
        let form = &self.pipeline.forms[measures[0].form];
        let mut read: BTreeSet<usize> = measures
            .iter()
            .flat_map(|measure| &measure.value.columns)
            .copied()
            .collect();
        for (dimension, _) in &self.indicator.filter {
            if let DimensionLevel::Row { column, .. } = &self.pipeline.dimensions[*dimension].level {
                read.extend(form.column(column));
            }
        }
        let rows = got.corrected.iter().filter(|columns| !columns.is_disjoint(&read));
        rows.count() as i64
    }

    /// In its own unit; NaN where the sum leaves 128 bits.
    fn numerator(&self, sum: i128) -> f64 {
        figure(sum, self.sums.numerator_scale)
    }

    fn denominator(&self, sum: i128) -> f64 {
        figure(sum, self.sums.denominator_scale)
    }

    fn figures(&self, sums: &Sums, tally: &Tally) -> Figures {
        let nothing = |reason| Figures {
            numerator: None,
            denominator: None,
            value: None,
            status: "O",
            no_sums: Some(reason),
            no_value: Some(reason),
        };
        let complete = tally.partial == 0;
        let exists = sums.denominator != 0;
        let cannot_exist = !exists && (complete || tally.missing == Ok(0.0));
        if !exists && !cannot_exist && sums.rows == 0 {
            let anybody = tally.reported > 0 || tally.expected == 0;
            return nothing(if anybody {
                Reason::NothingKnown
            } else {
                Reason::NotReported
            });
        }
        let (numerator, denominator) = (self.numerator(sums.numerator), self.denominator(sums.denominator));
        if numerator.is_nan() || denominator.is_nan() {
            return nothing(Reason::TooLarge);
        }
        Figures {
            numerator: Some(numerator),
            denominator: Some(denominator),
            value: exists.then(|| numerator / denominator * self.indicator.factor),
            status: match (exists, complete) {
                (true, true) => "A",
                (true, false) => "P",
                (false, _) if cannot_exist => "M",
                (false, _) => "O",
            },
            no_sums: None,
            no_value: (!exists).then_some(Reason::DenominatorZero),
        }
    }

    /// The value if all that is missing were as low, and as high, as is plausible (Manski's worst case).
    fn bounds(&self, sums: &Sums, tally: &Tally, value: Option<f64>) -> Result<(f64, f64), Reason> {
        let missing = tally.missing?;
        if self.numerator(sums.numerator).is_nan() || self.denominator(sums.denominator).is_nan() {
            return Err(Reason::TooLarge);
        }
        if missing == 0.0 {
            return value.map(|value| (value, value)).ok_or(Reason::DenominatorZero);
        }
        let (low, high) = self.indicator.plausible.ok_or(Reason::NoPlausible)?;
        let whole = self.denominator(sums.denominator) + missing;
        if whole <= 0.0 {
            return Err(Reason::DenominatorZero);
        }
        let known = self.numerator(sums.numerator) * self.indicator.factor;
        Ok(((known + low * missing) / whole, (known + high * missing) / whole))
    }

    fn row<'r>(&'r self, code: &'r str, tally: &Tally) -> IndicatorRow<'r> {
        let sums = self.sums_of(code);
        let area = self.areas.get(code);
        let level = area.map(|area| area.level);
        let title = |lang: Lang| self.indicator.title.0.get(lang.tag()).map(String::as_str);
        let figures = self.figures(&sums, tally);
        let bounds = self.bounds(&sums, tally, figures.value);
        let yardstick = Yardstick::new(self.indicator, self.sums.period, level);
        let (verdict, robust) = yardstick.verdict(self.indicator.better, figures.value, bounds.ok());
        let known = self.denominator(sums.denominator);
        IndicatorRow {
            period: &self.period,
            area_code: code,
            area_name: area.map(|area| area.name.as_str()),
            indicator: &self.indicator.id,
            indicator_title_zh: title(Lang::Zh),
            indicator_title_en: title(Lang::En),
            level: level.map_or("", |level| self.pipeline.registry.levels[level].as_str()),
            numerator: figures.numerator,
            denominator: figures.denominator,
            value: figures.value,
            unit: &self.indicator.unit,
            obs_status: figures.status,
            n_expected: tally.expected,
            n_reported: tally.reported,
            n_quarantined: tally.quarantined,
            n_corrected: tally.corrected,
            reported_weight_share: tally.missing.ok().and_then(|missing| share(known, known + missing)),
            lower: bounds.ok().map(|bounds| bounds.0),
            upper: bounds.ok().map(|bounds| bounds.1),
            baseline: yardstick.baseline,
            target: yardstick.target,
            attainment_share: yardstick.attainment(figures.value),
            verdict,
            verdict_robust: robust,
            null_reason: figures.no_value.map(Reason::token),
            sums_null_reason: figures.no_sums.map(Reason::token),
            bounds_null_reason: bounds.err().map(Reason::token),
        }
    }
}

/// A sum; why not, where it leaves 128 bits.
fn known(sum: f64) -> Result<f64, Reason> {
    if sum.is_nan() { Err(Reason::TooLarge) } else { Ok(sum) }
}

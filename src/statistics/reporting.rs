//! The table `reporting`: what each area owed and sent, form by form.

use std::collections::BTreeMap;

use super::coverage::{Coverage, share};
use crate::domain::{AreaCounts, Expected, FormCoverage, Lang};
use crate::pipeline::{Form, FormIndex, Pipeline};
use crate::registry::Registry;
use crate::tables::{ReportingRow, Table};

/// `reporting`: a row per period, form and area in force with an expected reporter at or below it; the root always.
/// Figures are sums over the expected reporters, so what nobody owed (a zone beside its county) raises no share. A sum
/// is null where one of its parts is unknown.
pub fn reporting(pipeline: &Pipeline, registry: &Registry, coverage: &Coverage) -> Table {
    let mut table = Table::of::<ReportingRow>();
    for (&(period, form), of_form) in coverage {
        let period_text = period.to_string();
        let areas = registry.of_form(&pipeline.forms[form], period);
        let weight = Weight::new(pipeline, form, of_form);
        let receipts = of_form.received.values().any(|got| got.on_time.is_some());
        let mut tallies: BTreeMap<&str, Tally> = BTreeMap::from([(areas.root().code.as_str(), Tally::default())]);
        for (code, owed) in of_form.expected.iter() {
            let one = Tally::of(owed, of_form.received.get(code), &weight, receipts);
            for area in areas.ancestors(code) {
                let there = tallies.entry(&area.code).or_default();
                *there = there.plus(&one);
            }
        }
        for (code, tally) in tallies {
            let area = areas.get(code);
            let level = area.map_or("", |area| &pipeline.registry.levels[area.level]);
            let about = About {
                period: &period_text,
                form: &pipeline.forms[form],
                code,
                name: area.map(|area| area.name.as_str()),
                level,
            };
            table.push(tally.row(&about));
        }
    }
    table.sort_by_key();
    table
}

/// Which register figure weighs reporters: the one column that the form's indicators name, where they name exactly
/// one, else the expected rows; the first of these that every expected reporter has. Columns in different units
/// (households, communities) cannot be one weight.
enum Weight {
    Column(String),
    Rows,
    Unknown,
}

impl Weight {
    fn new(pipeline: &Pipeline, form: FormIndex, coverage: &FormCoverage) -> Weight {
        let of_form = |measure: usize| pipeline.measures[measure].form == form;
        let mut named: Vec<&String> = pipeline
            .indicators
            .iter()
            .filter(|i| of_form(i.denominator))
            .filter_map(|i| i.register.as_ref())
            .collect();
        named.sort_unstable();
        named.dedup();
        let all = |test: &dyn Fn(&Expected) -> bool| coverage.expected.values().all(test);
        match named[..] {
            [column] if all(&|owed| owed.register.contains_key(column.as_str())) => Weight::Column(column.clone()),
            _ if all(&|owed| owed.rows.is_some()) => Weight::Rows,
            _ => Weight::Unknown,
        }
    }

    fn of(&self, owed: &Expected) -> Option<f64> {
        match self {
            Weight::Column(column) => owed.register.get(column.as_str()).copied(),
            Weight::Rows => owed.rows.map(|rows| rows as f64),
            Weight::Unknown => None,
        }
    }
}

/// What a row is about.
struct About<'a> {
    period: &'a str,
    form: &'a Form,
    code: &'a str,
    name: Option<&'a str>,
    level: &'a str,
}

/// Sums over expected reporters.
#[derive(Clone, Debug)]
struct Tally {
    expected: i64,
    received: i64,
    on_time: Option<i64>,
    usable: i64,
    rows_expected: Option<i64>,
    rows_accepted: i64,
    cells_due: i64,
    cells_answered: i64,
    /// Weight of all, and of those with an accepted row.
    weight: Option<(f64, f64)>,
    population: Option<f64>,
}

impl Default for Tally {
    fn default() -> Tally {
        Tally {
            expected: 0,
            received: 0,
            on_time: Some(0),
            usable: 0,
            rows_expected: Some(0),
            rows_accepted: 0,
            cells_due: 0,
            cells_answered: 0,
            weight: Some((0.0, 0.0)),
            population: Some(0.0),
        }
    }
}

impl Tally {
    /// One expected reporter. Without any receipt for the form, and for a submission without one, timeliness is
    /// unknown; who sent nothing was not on time.
    fn of(owed: &Expected, got: Option<&AreaCounts>, weight: &Weight, receipts: bool) -> Tally {
        let nothing = AreaCounts::default();
        let got = got.unwrap_or(&nothing);
        let received = got.submissions > 0;
        let usable = got.rows_accepted > 0;
        let on_time = if received {
            got.on_time.map(i64::from)
        } else {
            receipts.then_some(0)
        };
        Tally {
            expected: 1,
            received: i64::from(received),
            on_time,
            usable: i64::from(usable),
            rows_expected: owed.rows,
            rows_accepted: got.rows_accepted,
            cells_due: got.cells_due,
            cells_answered: got.cells_answered,
            weight: weight
                .of(owed)
                .map(|weight| (weight, if usable { weight } else { 0.0 })),
            population: owed.population,
        }
    }

    fn plus(&self, other: &Tally) -> Tally {
        let both = |a: Option<i64>, b: Option<i64>| Some(a? + b?);
        Tally {
            expected: self.expected + other.expected,
            received: self.received + other.received,
            on_time: both(self.on_time, other.on_time),
            usable: self.usable + other.usable,
            rows_expected: both(self.rows_expected, other.rows_expected),
            rows_accepted: self.rows_accepted + other.rows_accepted,
            cells_due: self.cells_due + other.cells_due,
            cells_answered: self.cells_answered + other.cells_answered,
            weight: self.weight.zip(other.weight).map(|(a, b)| (a.0 + b.0, a.1 + b.1)),
            population: self.population.zip(other.population).map(|(a, b)| a + b),
        }
    }

    fn row<'a>(&self, about: &About<'a>) -> ReportingRow<'a> {
        // A sum over nobody is no knowledge.
        let somebody = self.expected > 0;
        let on_time = self.on_time.filter(|_| somebody);
        let rows_expected = self.rows_expected.filter(|_| somebody);
        let expected = self.expected as f64;
        ReportingRow {
            period: about.period,
            form: &about.form.id,
            form_title_zh: about.form.title.own(Lang::Zh),
            form_title_en: about.form.title.own(Lang::En),
            area_code: about.code,
            area_name: about.name,
            level: about.level,
            expected: self.expected,
            received: self.received,
            on_time,
            usable: self.usable,
            reporting_share: share(self.received as f64, expected),
            usable_share: share(self.usable as f64, expected),
            timeliness_share: on_time.and_then(|on_time| share(on_time as f64, expected)),
            rows_expected,
            rows_accepted: self.rows_accepted,
            completeness_share: rows_expected.and_then(|rows| share(self.rows_accepted as f64, rows as f64)),
            item_response_share: share(self.cells_answered as f64, self.cells_due as f64),
            weighted_share: self.weight.and_then(|(all, reporters)| share(reporters, all)),
            population: self.population.filter(|_| somebody),
        }
    }
}

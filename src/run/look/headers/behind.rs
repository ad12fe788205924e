//! Who is behind an unknown layout: the areas that send it, and what the register says of them.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::Period;
use crate::pipeline::Pipeline;
use crate::registry::Areas;
use crate::report::{LayoutLine, People, Sender};
use crate::run::look::error::LookError;
use crate::run::look::names::name_of;
use crate::run::look::release::Release;
use crate::tables::{ReportingRow, SubmissionRow, columns};

/// Paths named beside a layout.
const EXAMPLES: usize = 3;

columns! {
    struct Sent<'a> of SubmissionRow {
        path: &'a str,
        form: Option<&'a str>,
        period: Option<&'a str>,
        area_code: Option<&'a str>,
        status: &'a str,
        layout: Option<&'a str>,
    }
}

columns! {
    struct Registered<'a> of ReportingRow {
        period: &'a str,
        form: &'a str,
        area_code: &'a str,
        rows_expected: Option<i64>,
        population: Option<f64>,
    }
}

/// What is known beside the layouts themselves.
pub(super) struct Behind {
    /// Layouts in use that are read whole.
    pub(super) known: usize,
    /// Areas that send unknown layouts, each once.
    pub(super) senders: usize,
    /// The people who live there.
    pub(super) people: People,
}

/// Form and period.
type Round = (String, String);

/// What the register says of those who owe a form for a period.
#[derive(Default)]
struct Register {
    /// Rows expected and people, by area.
    areas: BTreeMap<String, (Option<i64>, Option<f64>)>,
    /// People in all of them.
    whole: Option<f64>,
}

/// Puts behind each layout who sends it, whom no later revision replaces. A sender stands there once, with the last period
/// in which it used the layout.
pub(super) fn senders(
    pipeline: &Pipeline,
    release: &Release,
    layouts: &mut BTreeMap<String, LayoutLine>,
    form: Option<&str>,
) -> Result<Behind, LookError> {
    let registers = registers(release)?;
    let (periods, known) = latest(release, layouts, form)?;
    // Of a sender of several layouts or forms the last counts, so that nobody is counted twice.
    let mut all: BTreeMap<String, (Round, Option<f64>)> = BTreeMap::new();
    for (id, last) in periods {
        let Some(layout) = layouts.get_mut(&id) else { continue };
        for (code, period) in last {
            let areas = Period::parse_any(&period).map(|period| {
                let spec = pipeline.forms.iter().find(|form| form.id == layout.form);
                spec.map_or_else(
                    || release.registry.at(period),
                    |form| release.registry.of_form(form, period),
                )
            });
            let mut sender = sender(code, period, areas.as_deref());
            let round = (layout.form.clone(), sender.period.clone());
            let owed = registers.get(&round).and_then(|all| all.areas.get(&sender.area_code));
            (sender.rows_expected, sender.population) = owed.copied().unwrap_or_default();
            let seen = all
                .entry(sender.area_code.clone())
                .or_insert((round.clone(), sender.population));
            if seen.1.is_none() || seen.0.1 < round.1 && sender.population.is_some() {
                *seen = (round, sender.population);
            }
            layout.areas.push(sender);
        }
        layout.senders = layout.areas.len();
        let of_layout = layout.areas.iter();
        layout.rows_expected = of_layout.clone().map(|sender| sender.rows_expected).sum();
        let round = |sender: &Sender| (layout.form.clone(), sender.period.clone());
        layout.people = people(of_layout.map(|sender| (round(sender), sender.population)), &registers);
        layout.areas.sort_by(|a, b| {
            let size = |sender: &Sender| (sender.population.unwrap_or(0.0), sender.rows_expected);
            let ((a_people, a_rows), (b_people, b_rows)) = (size(a), size(b));
            let by_size = b_people.total_cmp(&a_people).then(b_rows.cmp(&a_rows));
            by_size.then_with(|| a.area_code.cmp(&b.area_code))
        });
    }
    Ok(Behind {
        known,
        senders: all.len(),
        people: people(all.into_values(), &registers),
    })
}

/// Layout → area → the last period in which it used the layout.
type Last = BTreeMap<String, BTreeMap<String, String>>;

/// Who used which unknown layout last when; and how many other layouts are in use.
fn latest(
    release: &Release,
    layouts: &mut BTreeMap<String, LayoutLine>,
    form: Option<&str>,
) -> Result<(Last, usize), LookError> {
    let submissions = release.table::<Sent>()?;
    let mut last = Last::new();
    let mut known: BTreeSet<&str> = BTreeSet::new();
    let in_use = submissions.rows::<Sent>().filter(|sent| sent.status != "superseded");
    for (sent, id) in in_use.filter_map(|sent| Some((sent, sent.layout?))) {
        let Some(layout) = layouts.get_mut(id) else {
            known.extend(Some(id).filter(|_| form.is_none_or(|form| Some(form) == sent.form)));
            continue;
        };
        layout.submissions += 1;
        if layout.paths.len() < EXAMPLES {
            layout.paths.push(sent.path.to_owned());
        }
        let of_layout = last.entry(id.to_owned()).or_default();
        let area = sent.area_code.unwrap_or_default();
        let period = of_layout.entry(area.to_owned()).or_default();
        let of = sent.period.unwrap_or_default();
        if period.as_str() < of {
            of.clone_into(period);
        }
    }
    Ok((last, known.len()))
}

fn sender(area_code: String, period: String, areas: Option<&Areas>) -> Sender {
    let parent = areas
        .and_then(|areas| areas.get(&area_code))
        .and_then(|area| area.parent_code.as_deref());
    Sender {
        area: areas.map_or_else(Default::default, |areas| name_of(areas, &area_code)),
        above: areas
            .zip(parent)
            .filter(|(areas, parent)| *parent != areas.root().code)
            .map(|(areas, parent)| name_of(areas, parent)),
        area_code,
        period,
        ..Sender::default()
    }
}

/// The register of each form and period, as `reporting` tells it.
fn registers(release: &Release) -> Result<BTreeMap<Round, Register>, LookError> {
    let reporting = release.table::<Registered>()?;
    let mut registers: BTreeMap<Round, Register> = BTreeMap::new();
    for row in reporting.rows::<Registered>() {
        let round = (row.form.to_owned(), row.period.to_owned());
        let register = registers.entry(round).or_default();
        if row.area_code == release.registry.root_code() {
            register.whole = row.population;
        }
        let area = row.area_code.to_owned();
        register.areas.insert(area, (row.rows_expected, row.population));
    }
    Ok(registers)
}

/// How many people are behind senders, and which part they are of all who live where the form is owed in that period. Senders of
/// several periods are each measured by their own.
fn people(senders: impl Iterator<Item = (Round, Option<f64>)>, registers: &BTreeMap<Round, Register>) -> People {
    let mut people = People {
        population_share: Some(0.0),
        ..People::default()
    };
    for (round, population) in senders {
        let Some(population) = population else {
            people.senders_without_population += 1;
            continue;
        };
        people.population = Some(people.population.unwrap_or(0.0) + population);
        let whole = registers.get(&round).and_then(|register| register.whole);
        let share = whole.filter(|whole| *whole > 0.0).map(|whole| population / whole);
        people.population_share = people.population_share.zip(share).map(|(all, own)| all + own);
    }
    people.population_share = people.population_share.filter(|_| people.population.is_some());
    people
}

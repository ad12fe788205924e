//! Header layouts that could not be read whole, who sends them, and the lines of the definition that would map them.

use std::collections::{BTreeMap, BTreeSet};

use super::{LookError, Release, nearest};
use crate::domain::{Table, Text};
use crate::pipeline::header::normalize_with;
use crate::pipeline::units::Units;
use crate::pipeline::{Form, Pipeline};
use crate::report::{HeaderLine, HeadersReport, LayoutLine, Mapping, NewColumn, Remedy};

/// Paths named beside a layout.
const EXAMPLES: usize = 3;

/// Looks, at the layouts of one form or of all.
///
/// # Errors
/// When there is no such form, or the release cannot be read.
pub fn headers(pipeline: &Pipeline, release: &Release, form: Option<&str>) -> Result<HeadersReport, LookError> {
    if let Some(given) = form.filter(|given| !pipeline.forms.iter().any(|form| form.id == *given)) {
        let ids = || pipeline.forms.iter().map(|form| form.id.as_str());
        let near = nearest(given, ids());
        return Err(LookError::Unknown {
            what: "form",
            given: given.into(),
            nearest: if near.is_empty() {
                ids().map(str::to_owned).collect()
            } else {
                near
            },
        });
    }
    let mut layouts = unknown_layouts(pipeline, release, form)?;
    let behind = senders(release, &mut layouts)?;
    let replaced = layouts.values().filter(|layout| layout.submissions == 0).count();
    let mut layouts: Vec<LayoutLine> = layouts.into_values().filter(|layout| layout.submissions > 0).collect();
    layouts.sort_by(|a, b| {
        let size = |layout: &LayoutLine| (layout.rows_expected.unwrap_or(0), layout.senders, layout.submissions);
        size(b).cmp(&size(a)).then_with(|| a.layout.cmp(&b.layout))
    });
    let plans: Vec<Plan<'_>> = pipeline
        .forms
        .iter()
        .map(|form| Plan::new(&pipeline.units, form, &layouts))
        .collect();
    let mappings: Vec<Mapping> = plans.iter().filter_map(Plan::mapping).collect();
    let remedy = |layout: &LayoutLine, header: &HeaderLine| {
        let plan = plans.iter().find(|plan| plan.form.id == layout.form);
        plan.map_or(Remedy::None, |plan| plan.remedy(header))
    };
    let of_layout = |layout: &LayoutLine| layout.headers.iter().map(|header| remedy(layout, header)).collect();
    let remedies: Vec<Vec<Remedy>> = layouts.iter().map(of_layout).collect();
    drop(plans);
    for (layout, remedies) in layouts.iter_mut().zip(remedies) {
        for (header, remedy) in layout.headers.iter_mut().zip(remedies) {
            header.remedy = remedy;
        }
    }
    Ok(HeadersReport {
        title: pipeline.title.clone(),
        source: release.source.clone(),
        known: behind,
        replaced,
        layouts,
        mappings,
    })
}

/// Every layout of unknown status, with what it lacks; nobody behind it yet.
fn unknown_layouts(
    pipeline: &Pipeline,
    release: &Release,
    form: Option<&str>,
) -> Result<BTreeMap<String, LayoutLine>, LookError> {
    let columns = [
        "layout",
        "position",
        "letter",
        "form",
        "header",
        "column",
        "unit",
        "nearest",
        "looks_like",
        "status",
    ];
    let table = release.table("layouts", &columns)?;
    let mut layouts: BTreeMap<String, LayoutLine> = BTreeMap::new();
    for row in 0..table.height() {
        let text = |column: &str| table.text(row, column).map(str::to_owned);
        let of = text("form").unwrap_or_default();
        if text("status").as_deref() != Some("unknown") || form.is_some_and(|form| form != of) {
            continue;
        }
        let id = text("layout").unwrap_or_default();
        let layout = layouts.entry(id.clone()).or_insert_with(|| LayoutLine {
            layout: id,
            form_title: title(pipeline, &of),
            form: of,
            ..LayoutLine::default()
        });
        let column = text("column");
        layout.columns.extend(column.clone());
        if column.is_none() {
            layout.headers.push(HeaderLine {
                position: table.number(row, "position").map_or(0, |at| at as i64),
                letter: text("letter").unwrap_or_default(),
                header: text("header").unwrap_or_default(),
                unit: text("unit"),
                nearest: text("nearest"),
                looks_like: text("looks_like"),
                remedy: Remedy::None,
            });
        }
    }
    for layout in layouts.values_mut() {
        let Some(form) = pipeline.forms.iter().find(|form| form.id == layout.form) else {
            continue;
        };
        let lacking = form
            .columns
            .iter()
            .filter(|column| column.required && !layout.columns.contains(&column.id));
        layout.lacking = lacking.map(|column| column.id.clone()).collect();
    }
    Ok(layouts)
}

fn title(pipeline: &Pipeline, form: &str) -> Text {
    let known = pipeline.forms.iter().find(|known| known.id == form);
    known.map_or_else(|| Text::new(form, form), |form| form.title.clone())
}

/// Puts behind each layout who sends it, whom no later revision replaces; gives back the number of other layouts in use.
fn senders(release: &Release, layouts: &mut BTreeMap<String, LayoutLine>) -> Result<usize, LookError> {
    let columns = ["path", "form", "period", "county_code", "status", "layout"];
    let submissions = release.table("submissions", &columns)?;
    let expected = rows_expected(&release.table("reporting", &["period", "form", "area_code", "rows_expected"])?);
    let mut behind: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    let mut known: BTreeSet<&str> = BTreeSet::new();
    for row in 0..submissions.height() {
        let text = |column: &str| submissions.text(row, column).unwrap_or_default();
        if text("status") == "superseded" {
            continue;
        }
        let Some(layout) = layouts.get_mut(text("layout")) else {
            known.extend(Some(text("layout")).filter(|id| !id.is_empty()));
            continue;
        };
        layout.submissions += 1;
        if layout.paths.len() < EXAMPLES {
            layout.paths.push(text("path").to_owned());
        }
        let last = behind
            .entry(text("layout").to_owned())
            .or_default()
            .entry(text("county_code").to_owned())
            .or_default();
        if last.as_str() < text("period") {
            *last = text("period").to_owned();
        }
    }
    for (id, senders) in behind {
        let Some(layout) = layouts.get_mut(&id) else { continue };
        layout.senders = senders.len();
        let rows = senders.iter().map(|(area, period)| {
            expected
                .get(&(period.clone(), layout.form.clone(), area.clone()))
                .copied()
        });
        layout.rows_expected = rows.sum();
    }
    Ok(known.len())
}

/// Rows that the register expects, by period, form and area.
fn rows_expected(reporting: &Table) -> BTreeMap<(String, String, String), i64> {
    let text = |row: usize, column: &str| reporting.text(row, column).unwrap_or_default().to_owned();
    let rows = (0..reporting.height()).filter_map(|row| {
        let key = (text(row, "period"), text(row, "form"), text(row, "area_code"));
        Some((key, reporting.number(row, "rows_expected")? as i64))
    });
    rows.collect()
}

/// What is done about each unknown header of a form: one decision for all layouts it stands in, so that the lines for
/// one do not spoil another.
struct Plan<'a> {
    form: &'a Form,
    units: &'a Units,
    /// The form's layouts, with the positions of their unknown headers by normalised text.
    layouts: Vec<(&'a LayoutLine, BTreeMap<String, Vec<usize>>)>,
    /// In order of the layouts.
    decided: Vec<Decision>,
    /// Position of the decision about a header, by normalised text.
    by_text: BTreeMap<String, usize>,
    /// Normalised texts that were given to a column.
    given: BTreeMap<String, Vec<String>>,
}

struct Decision {
    /// As first received.
    header: String,
    letter: String,
    unit: Option<String>,
    looks_like: Option<String>,
    remedy: Remedy,
}

impl<'a> Plan<'a> {
    fn new(units: &'a Units, form: &'a Form, layouts: &'a [LayoutLine]) -> Plan<'a> {
        let of_form = layouts.iter().filter(|layout| layout.form == form.id);
        let by_text = |layout: &LayoutLine| {
            let mut places: BTreeMap<String, Vec<usize>> = BTreeMap::new();
            for (at, header) in layout.headers.iter().enumerate() {
                places
                    .entry(normalize_with(&header.header, units).text)
                    .or_default()
                    .push(at);
            }
            places
        };
        let mut plan = Plan {
            form,
            units,
            layouts: of_form.map(|layout| (layout, by_text(layout))).collect(),
            decided: Vec::new(),
            by_text: BTreeMap::new(),
            given: BTreeMap::new(),
        };
        plan.decide();
        plan.name_new_columns();
        plan
    }

    fn decide(&mut self) {
        let own = self.form.columns.iter();
        let own = own.flat_map(|column| column.headers.iter().chain([&column.id]));
        let known: BTreeSet<String> = own.map(|header| normalize_with(header, self.units).text).collect();
        for (layout, places) in self.layouts.clone() {
            let mut texts: Vec<(usize, &String)> = places.iter().map(|(text, at)| (at[0], text)).collect();
            texts.sort_unstable();
            for (at, text) in texts {
                if text.is_empty() || self.by_text.contains_key(text) {
                    continue;
                }
                let header = &layout.headers[at];
                let remedy = if self.repeated(layout, header, text) {
                    Remedy::Repeated
                } else if known.contains(text) {
                    Remedy::Mapped
                } else {
                    self.column_for(text)
                        .map_or(Remedy::New(String::new()), Remedy::Existing)
                };
                if let Remedy::Existing(column) = &remedy {
                    self.given.entry(column.clone()).or_default().push(text.clone());
                }
                self.by_text.insert(text.clone(), self.decided.len());
                self.decided.push(Decision {
                    header: header.header.trim().to_owned(),
                    letter: header.letter.clone(),
                    unit: header.unit.clone().filter(|unit| self.units.find(unit).is_some()),
                    looks_like: header.looks_like.clone(),
                    remedy,
                });
            }
        }
    }

    /// No column is offered twice in a layout, but one that stands there twice is named twice.
    fn repeated(&self, layout: &LayoutLine, header: &HeaderLine, text: &str) -> bool {
        let twin = |other: &&HeaderLine| other.nearest == header.nearest;
        let twice = header.nearest.is_some() && layout.headers.iter().filter(twin).count() > 1;
        twice
            || self
                .layouts
                .iter()
                .any(|(_, places)| places.get(text).is_some_and(|at| at.len() > 1))
    }

    /// The first column offered that no layout with the header has already, in which no other header was given it.
    fn column_for(&self, text: &str) -> Option<String> {
        let with = || self.layouts.iter().filter(|(_, places)| places.contains_key(text));
        let offered = with().flat_map(|(layout, places)| places[text].iter().map(|at| &layout.headers[*at]));
        let mut offered = offered.filter_map(|header| header.nearest.as_ref());
        let given = |column: &str, places: &BTreeMap<String, Vec<usize>>| {
            let others = self.given.get(column).into_iter().flatten();
            others.into_iter().any(|other| places.contains_key(other))
        };
        let free = |column: &&String| {
            self.form.column(column).is_some()
                && !with().any(|(layout, places)| layout.columns.contains(column) || given(column, places))
        };
        offered.find(free).cloned()
    }

    /// `column_h`, after the letter of the first place it stands in.
    fn name_new_columns(&mut self) {
        let mut taken: BTreeSet<String> = self.form.columns.iter().map(|column| column.id.clone()).collect();
        for decision in &mut self.decided {
            if let Remedy::New(id) = &mut decision.remedy {
                let plain = format!("column_{}", decision.letter.to_lowercase());
                let mut numbered = (2..).map(|n| format!("{plain}_{n}"));
                *id = if taken.contains(&plain) {
                    numbered.find(|id| !taken.contains(id)).unwrap_or(plain)
                } else {
                    plain
                };
                taken.insert(id.clone());
            }
        }
    }

    /// What is done about a header.
    fn remedy(&self, header: &HeaderLine) -> Remedy {
        let decision = self.by_text.get(&normalize_with(&header.header, self.units).text);
        decision.map_or(Remedy::None, |at| self.decided[*at].remedy.clone())
    }

    /// The lines for the form; None where it needs none.
    fn mapping(&self) -> Option<Mapping> {
        let mut mapping = Mapping {
            form: self.form.id.clone(),
            ..Mapping::default()
        };
        for column in &self.form.columns {
            let added = (self.decided.iter())
                .filter(|decision| decision.remedy == Remedy::Existing(column.id.clone()))
                .map(|decision| decision.header.clone());
            let added: Vec<String> = added.collect();
            if !added.is_empty() {
                let headers = column.headers.iter().cloned().chain(added).collect();
                mapping.headers.push((column.id.clone(), headers));
            }
        }
        for decision in &self.decided {
            if let Remedy::New(id) = &decision.remedy {
                mapping.columns.push(NewColumn {
                    id: id.clone(),
                    looks_like: decision.looks_like.clone(),
                    unit: decision.unit.clone(),
                    header: decision.header.clone(),
                });
            }
        }
        (!mapping.headers.is_empty() || !mapping.columns.is_empty()).then_some(mapping)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::pipeline;

    fn layout(columns: &[&str], headers: &[(&str, Option<&str>)]) -> LayoutLine {
        let header = |(at, (text, nearest)): (usize, &(&str, Option<&str>))| HeaderLine {
            position: at as i64 + 1,
            letter: "H".into(),
            header: (*text).into(),
            unit: None,
            nearest: nearest.map(str::to_owned),
            looks_like: None,
            remedy: Remedy::None,
        };
        LayoutLine {
            form: "libraries".into(),
            columns: columns.iter().map(|column| (*column).to_owned()).collect(),
            headers: headers.iter().enumerate().map(header).collect(),
            ..LayoutLine::default()
        }
    }

    /// What is done about each header of the form of `docs/own-pipeline.md`.
    fn remedies(layouts: &[LayoutLine]) -> Vec<Remedy> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/plain-codes/pipeline");
        let pipeline = pipeline::load(&folder).unwrap();
        let plan = Plan::new(&pipeline.units, &pipeline.forms[0], layouts);
        let headers = layouts.iter().flat_map(|layout| &layout.headers);
        headers.map(|header| plan.remedy(header)).collect()
    }

    #[test]
    fn the_lines_for_one_layout_do_not_spoil_another() {
        let existing = |column: &str| Remedy::Existing(column.into());
        let new = |id: &str| Remedy::New(id.into());
        // The second layout has the column already that the first would give the header to.
        let both = [
            layout(&["state_code"], &[("Populations", Some("residents"))]),
            layout(&["state_code", "residents"], &[("populations", Some("libraries"))]),
        ];
        assert_eq!(remedies(&both), [existing("libraries"), existing("libraries")]);
        // Two headers of one layout cannot be one column; two of different layouts can.
        let both = [
            layout(&[], &[("Populations", Some("residents"))]),
            layout(
                &[],
                &[("Residenz", Some("residents")), ("Populations", Some("libraries"))],
            ),
        ];
        assert_eq!(
            remedies(&both),
            [existing("residents"), new("column_h"), existing("residents")]
        );
        let both = [
            layout(&[], &[("Populations", Some("residents"))]),
            layout(&[], &[("Residenz", Some("residents"))]),
        ];
        assert_eq!(remedies(&both), [existing("residents"), existing("residents")]);
    }

    #[test]
    fn what_stands_there_twice_or_is_known_by_now_gets_no_line() {
        let twice = [layout(
            &[],
            &[("Libraries", Some("libraries")), ("libraries", Some("libraries"))],
        )];
        assert_eq!(remedies(&twice), [Remedy::Repeated, Remedy::Repeated]);
        assert_eq!(remedies(&[layout(&[], &[("Population", None)])]), [Remedy::Mapped]);
        assert_eq!(
            remedies(&[layout(&[], &[("甲", None), ("甲", None)])]),
            [Remedy::Repeated, Remedy::Repeated]
        );
    }
}

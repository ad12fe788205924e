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
    let mappings = pipeline
        .forms
        .iter()
        .filter_map(|form| Plan::new(&pipeline.units, form, &layouts).mapping(&mut layouts));
    let mappings: Vec<Mapping> = mappings.collect();
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
    /// Normalised header → header as first received, and what is done about it. In order of the layouts.
    decided: Vec<(String, Decision)>,
}

struct Decision {
    header: String,
    letter: String,
    unit: Option<String>,
    looks_like: Option<String>,
    remedy: Remedy,
}

impl<'a> Plan<'a> {
    fn new(units: &'a Units, form: &'a Form, layouts: &[LayoutLine]) -> Plan<'a> {
        let normal = |header: &str| normalize_with(header, units).text;
        let known: BTreeSet<String> = form
            .columns
            .iter()
            .flat_map(|column| column.headers.iter().chain([&column.id]))
            .map(|header| normal(header))
            .collect();
        let of_form = || layouts.iter().filter(|layout| layout.form == form.id);
        let mut plan = Plan {
            form,
            units,
            decided: Vec::new(),
        };
        for layout in of_form() {
            for header in &layout.headers {
                let text = normal(&header.header);
                if text.is_empty() || plan.decided.iter().any(|(known, _)| *known == text) {
                    continue;
                }
                let stands = |layout: &&LayoutLine| layout.headers.iter().filter(|h| normal(&h.header) == text).count();
                // No column is offered twice, but one that stands there twice is named twice.
                let twin = |other: &&HeaderLine| other.nearest.is_some() && other.nearest == header.nearest;
                let repeated =
                    layout.headers.iter().filter(twin).count() > 1 || of_form().any(|layout| stands(&layout) > 1);
                let remedy = if repeated {
                    Remedy::Repeated
                } else if known.contains(&text) {
                    Remedy::Mapped
                } else {
                    plan.column_for(&text, &normal, of_form())
                        .map_or(Remedy::New(String::new()), Remedy::Existing)
                };
                plan.decided.push((
                    text,
                    Decision {
                        header: header.header.trim().to_owned(),
                        letter: header.letter.clone(),
                        unit: header.unit.clone().filter(|unit| units.find(unit).is_some()),
                        looks_like: header.looks_like.clone(),
                        remedy,
                    },
                ));
            }
        }
        plan.name_new_columns();
        plan
    }

    /// The first column offered that no layout with the header has already, in which no other header was given it.
    fn column_for<'l>(
        &self,
        header: &str,
        normal: &dyn Fn(&str) -> String,
        layouts: impl Iterator<Item = &'l LayoutLine>,
    ) -> Option<String> {
        let with: Vec<&LayoutLine> = layouts
            .filter(|layout| layout.headers.iter().any(|other| normal(&other.header) == header))
            .collect();
        let given = |column: &str, layout: &LayoutLine| {
            self.decided.iter().any(|(text, decision)| {
                decision.remedy == Remedy::Existing(column.to_owned())
                    && layout.headers.iter().any(|other| normal(&other.header) == *text)
            })
        };
        let offered = with
            .iter()
            .flat_map(|layout| &layout.headers)
            .filter(|other| normal(&other.header) == header);
        let mut offered = offered.filter_map(|other| other.nearest.as_deref());
        offered
            .find(|column| {
                self.form.column(column).is_some()
                    && !with
                        .iter()
                        .any(|layout| layout.columns.iter().any(|c| c == column) || given(column, layout))
            })
            .map(str::to_owned)
    }

    /// `column_h`, after the letter of the first place it stands in.
    fn name_new_columns(&mut self) {
        let mut taken: BTreeSet<String> = self.form.columns.iter().map(|column| column.id.clone()).collect();
        for (_, decision) in &mut self.decided {
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

    /// Tells the layouts what is done, and gives the lines for the form; None where it needs none.
    fn mapping(self, layouts: &mut [LayoutLine]) -> Option<Mapping> {
        let mut mapping = Mapping {
            form: self.form.id.clone(),
            ..Mapping::default()
        };
        for layout in layouts.iter_mut().filter(|layout| layout.form == self.form.id) {
            for header in &mut layout.headers {
                let text = normalize_with(&header.header, self.units).text;
                let found = self.decided.iter().find(|(known, _)| *known == text);
                header.remedy = found.map_or(Remedy::None, |(_, decision)| decision.remedy.clone());
            }
        }
        for column in &self.form.columns {
            let added = self
                .decided
                .iter()
                .filter(|(_, decision)| decision.remedy == Remedy::Existing(column.id.clone()));
            let added: Vec<String> = added.map(|(_, decision)| decision.header.clone()).collect();
            if !added.is_empty() {
                mapping
                    .headers
                    .push((column.id.clone(), column.headers.iter().cloned().chain(added).collect()));
            }
        }
        for (_, decision) in self.decided {
            if let Remedy::New(id) = decision.remedy {
                mapping.columns.push(NewColumn {
                    id,
                    looks_like: decision.looks_like,
                    unit: decision.unit,
                    header: decision.header,
                });
            }
        }
        (!mapping.headers.is_empty() || !mapping.columns.is_empty()).then_some(mapping)
    }
}

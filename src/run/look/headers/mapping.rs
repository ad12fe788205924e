//! What is done about headers that nobody knows, and the lines of the definition that would do it.

use std::collections::{BTreeMap, BTreeSet};

use crate::pipeline::Form;
use crate::pipeline::header::normalize_with;
use crate::pipeline::units::Units;
use crate::report::{HeaderLine, LayoutLine, Mapping, NewColumn, Remedy};

/// What is done about each unknown header of a form: one decision for all layouts it stands in, so that the lines for
/// one do not spoil another.
pub(super) struct Plan<'a> {
    pub(super) form: &'a Form,
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
    pub(super) fn new(units: &'a Units, form: &'a Form, layouts: &'a [LayoutLine]) -> Plan<'a> {
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
    pub(super) fn remedy(&self, header: &HeaderLine) -> Remedy {
        let decision = self.by_text.get(&normalize_with(&header.header, self.units).text);
        decision.map_or(Remedy::None, |at| self.decided[*at].remedy.clone())
    }

    /// The lines for the form; None where it needs none.
    pub(super) fn mapping(&self) -> Option<Mapping> {
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

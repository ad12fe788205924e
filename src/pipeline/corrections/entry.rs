//! One entry: every reference resolved, every part where its action needs it.

use std::collections::BTreeMap;
use std::ops::Range;

use jiff::civil::Date;

use super::correction::{Change, Correction};
use super::faults::Lines;
use super::region::Region;
use crate::domain::{Period, Text};
use crate::pipeline::definition::{ActionDef, CorrectionDef, CorrectionsFile, KeyDef, Located};
use crate::pipeline::faults::{Faults, Source};
use crate::pipeline::shape::first_line;
use crate::pipeline::units::Ratio;
use crate::pipeline::{ColumnKind, Form, Pipeline};

/// Every entry that can be read, with the byte on which it begins; faulty ones may be among them.
pub(super) fn resolve(
    pipeline: &Pipeline,
    skipped: &[Period],
    (content, regions): (&CorrectionsFile, &[Region]),
    source: &Source,
    faults: &mut Faults,
) -> Vec<(usize, Correction)> {
    let mut ids: BTreeMap<&str, Range<usize>> = BTreeMap::new();
    let mut places: BTreeMap<Place, (Range<usize>, String)> = BTreeMap::new();
    let mut found = Vec::new();
    let lines = Lines::of(&source.text);
    for written in &content.correction {
        let span = first_line(&source.text, written.span());
        if let Some(id) = &written.id {
            if let Some(earlier) = ids.get(id.trim()) {
                let message = format!("a second correction `{id}`");
                let earlier = (earlier.clone(), "the first");
                faults.add_related(source, "duplicate-id", id.span(), message, earlier, None);
            } else {
                ids.insert(id.trim(), id.span());
            }
        }
        let entry = Entry {
            pipeline,
            skipped,
            written,
            span: span.clone(),
            source,
            lines: &lines,
            region: Region::at(regions, written.span().start),
        };
        let Some(correction) = entry.resolve(faults) else {
            continue;
        };
        let place = place(&correction);
        if let Some((earlier, id)) = places.get(&place) {
            let message = format!("`{}` and `{id}` correct one place", correction.id);
            // Which one is meant is unknown, so neither holds: each is reported at its own line.
            faults.add_related(
                source,
                "cell-twice",
                span.clone(),
                message.clone(),
                (earlier.clone(), "the other"),
                None,
            );
            faults.add_related(
                source,
                "cell-twice",
                earlier.clone(),
                message,
                (span, "the other"),
                None,
            );
        } else {
            places.insert(place, (span, correction.id.clone()));
        }
        found.push((written.span().start, correction));
    }
    found
}

/// What a correction is about; two of the same place contradict each other.
type Place = (
    usize,
    Period,
    String,
    Option<Vec<String>>,
    Option<usize>,
    (Option<String>, Option<u32>, Option<String>),
);

fn place(correction: &Correction) -> Place {
    // A drop is about the row, whatever column its `expect` looks at. Two rows of one key are distinguished by `expect`.
    let row_only = correction.change == Change::Drop;
    (
        correction.form,
        correction.period,
        correction.area.clone(),
        correction.key.clone(),
        correction.column.filter(|_| !row_only),
        (
            correction.path.clone(),
            correction.revision,
            correction.expect.clone().filter(|_| correction.key.is_some()),
        ),
    )
}

struct Entry<'a> {
    pipeline: &'a Pipeline,
    skipped: &'a [Period],
    written: &'a CorrectionDef,
    /// Its first line.
    span: Range<usize>,
    source: &'a Source,
    lines: &'a Lines,
    region: Option<&'a Region>,
}

impl Entry<'_> {
    fn resolve(&self, faults: &mut Faults) -> Option<Correction> {
        let written = self.written;
        let period = self.period(faults);
        let reported = self.date(faults);
        self.words(faults);
        let form = self.form(faults);
        let Some(form) = form else {
            self.factor(faults);
            return None;
        };
        let spec = &self.pipeline.forms[form];
        let column = self.column(spec, faults);
        let key = self.key(spec, faults);
        self.parts(spec, faults);
        let change = self.change(column.and_then(|at| Some(&spec.columns.get(at)?.kind)), faults);
        Some(Correction {
            id: written.id.as_ref()?.trim().to_owned(),
            line: self.lines.of_byte(self.span.start),
            change: change?,
            form,
            period: period?,
            area: written.area.as_ref()?.trim().to_owned(),
            key,
            column,
            path: written.path.as_deref().map(|path| path.replace('\\', "/")),
            revision: written.revision,
            expect: written.expect.as_deref().cloned(),
            reason: written.reason.as_ref()?.text(),
            approved_by: written.approved_by.as_ref()?.trim().to_owned(),
            reported: reported?,
        })
    }

    fn add(&self, faults: &mut Faults, code: &'static str, span: Range<usize>, message: String, hint: Option<String>) {
        faults.add(self.source, code, span, message, hint);
    }

    fn period(&self, faults: &mut Faults) -> Option<Period> {
        let all = || self.pipeline.periods.iter().chain(self.skipped);
        let text = self.written.period.as_ref()?;
        let found = all().find(|period| period.to_string() == text.trim()).copied();
        if found.is_none() {
            let mut known: Vec<Period> = all().copied().collect();
            known.sort();
            let known: Vec<String> = known.iter().map(ToString::to_string).collect();
            let message = format!("`{text}` is no period of the pipeline");
            let hint = format!("known: {}", known.join(", "));
            self.add(faults, "unknown-period", text.span(), message, Some(hint));
        }
        found
    }

    fn date(&self, faults: &mut Faults) -> Option<Date> {
        let text = self.written.reported.as_ref()?;
        let day = text.trim().parse::<Date>().ok();
        let day = day.filter(|day| (1800..=2200).contains(&day.year()));
        if day.is_none() {
            let hint = "write it as \"2021-03-02\"".to_owned();
            self.add(
                faults,
                "bad-date",
                text.span(),
                format!("`{text}` is no date"),
                Some(hint),
            );
        }
        day
    }

    /// What a person must have written.
    fn words(&self, faults: &mut Faults) {
        let written = self.written;
        for (name, text) in [
            ("id", &written.id),
            ("area", &written.area),
            ("approved_by", &written.approved_by),
        ] {
            if let Some(text) = text.as_ref().filter(|text| text.trim().is_empty()) {
                self.add(faults, "blank", text.span(), format!("`{name}` is blank"), None);
            }
        }
        if let Some(reason) = &written.reason {
            let text: Text = reason.text();
            if text.0.values().all(|text| text.trim().is_empty()) {
                self.add(faults, "blank", reason.span(), "`reason` is blank".into(), None);
            }
        }
    }

    fn form(&self, faults: &mut Faults) -> Option<usize> {
        let forms = &self.pipeline.forms;
        let id = self.written.form.as_ref()?;
        let found = forms.iter().position(|form| form.id == **id);
        if found.is_none() {
            let known = forms.iter().map(|form| form.id.as_str());
            faults.unknown(self.source, "unknown-form", id, "form", known);
        }
        found
    }

    fn column(&self, form: &Form, faults: &mut Faults) -> Option<usize> {
        let id = self.written.column.as_ref()?;
        let found = form.column(id);
        if found.is_none() {
            let known = form.columns.iter().map(|column| column.id.as_str());
            faults.unknown(self.source, "unknown-column", id, "column", known);
        }
        found
    }

    /// Content of each key column, in the form's order.
    fn key(&self, form: &Form, faults: &mut Faults) -> Option<Vec<String>> {
        let written = self.written.key.as_ref()?;
        let names: Vec<&str> = form.key.iter().map(|&at| form.columns[at].id.as_str()).collect();
        let hint = format!("the key of `{}` is {}", form.id, names.join(", "));
        let mut wrong = |message: String, span: Range<usize>, hint: String| {
            self.add(faults, "key-unusable", span, message, Some(hint));
            None
        };
        match &**written {
            _ if names.is_empty() => wrong(
                format!("rows of `{}` have no key", form.id),
                written.span(),
                "a submission is one row: leave `key` out".to_owned(),
            ),
            KeyDef::One(text) if names.len() == 1 => Some(vec![text.clone()]),
            KeyDef::One(_) => wrong(
                "one text, where the key has several columns".into(),
                written.span(),
                hint,
            ),
            KeyDef::Columns(columns) => {
                let stray = columns.iter().find(|(name, _)| !names.contains(&name.as_str()));
                if let Some((name, text)) = stray {
                    return wrong(format!("`{name}` is no column of the key"), text.span(), hint);
                }
                let texts: Option<Vec<String>> = names
                    .iter()
                    .map(|name| columns.get(*name).map(|text| text.to_string()))
                    .collect();
                texts.or_else(|| wrong("the key lacks a column".into(), written.span(), hint))
            }
        }
    }

    /// Whether each part stands where its action needs it, and nowhere else.
    fn parts(&self, form: &Form, faults: &mut Faults) {
        let written = self.written;
        let Some(action) = written.action.as_deref().copied() else {
            return;
        };
        let word = match action {
            ActionDef::Drop => "drop",
            ActionDef::Override => "override",
            ActionDef::Scale => "scale",
        };
        let needs = |name: &'static str| (name, format!("`{word}` needs `{name}`"));
        let unused = |name: &str, text: &Option<Located<String>>| {
            let span = text.as_ref().map(Located::span)?;
            Some((span, format!("`{word}` has no use for `{name}`")))
        };
        let row_named = written.key.is_some() || form.key.is_empty();
        let (column, value, factor, expect) = (&written.column, &written.value, &written.factor, &written.expect);
        let mut missing = Vec::new();
        let mut misplaced = Vec::new();
        if action != ActionDef::Drop && column.is_none() {
            missing.push(needs("column"));
        }
        match action {
            ActionDef::Drop => {
                misplaced.extend(unused("value", value));
                misplaced.extend(unused("factor", factor));
                if expect.is_some() && written.key.is_none() {
                    misplaced.extend(unused("expect", expect));
                } else if expect.is_some() && column.is_none() {
                    missing.push(("column", "`expect` needs the `column` it looks at".to_owned()));
                } else if expect.is_none() {
                    misplaced.extend(unused("column", column));
                }
            }
            ActionDef::Override => {
                misplaced.extend(unused("factor", factor));
                if value.is_none() {
                    missing.push(needs("value"));
                }
                if !row_named {
                    missing.push(needs("key"));
                }
            }
            ActionDef::Scale => {
                misplaced.extend(unused("value", value));
                if factor.is_none() {
                    missing.push(needs("factor"));
                }
            }
        }
        // What is written and unsound is told as such.
        let is_written = |name: &str| self.region.is_some_and(|region| region.keys.contains(name));
        missing.retain(|(name, _)| !is_written(name));
        for (_, message) in missing {
            self.add(faults, "part-missing", self.span.clone(), message, None);
        }
        for (span, message) in misplaced {
            self.add(faults, "part-misplaced", span, message, None);
        }
    }

    fn change(&self, kind: Option<&ColumnKind>, faults: &mut Faults) -> Option<Change> {
        let written = self.written;
        match written.action.as_deref()? {
            ActionDef::Drop => Some(Change::Drop),
            ActionDef::Override => Some(Change::Override(written.value.as_deref()?.clone())),
            ActionDef::Scale => {
                let is_figure =
                    |kind: &ColumnKind| matches!(kind, ColumnKind::Integer { .. } | ColumnKind::Decimal { .. });
                if let (Some(column), Some(false)) = (&written.column, kind.map(is_figure)) {
                    let message = format!("`{column}` holds no figures");
                    self.add(faults, "no-figure", column.span(), message, None);
                }
                self.factor(faults).map(Change::Scale)
            }
        }
    }

    /// The factor of a scale, which needs no form to be checked.
    fn factor(&self, faults: &mut Faults) -> Option<Ratio> {
        let is_scale = self.written.action.as_deref() == Some(&ActionDef::Scale);
        let text = self.written.factor.as_ref().filter(|_| is_scale)?;
        let factor = Ratio::parse(text).filter(|factor| is_finite(*factor) && !factor.is_one());
        if factor.is_none() {
            let message = format!("`{text}` is no factor by which a figure can be multiplied exactly");
            let hint = "write it as \"10000\", \"0.1\" or \"1/10000\"; a third or a seventh has no finite decimal form";
            self.add(faults, "bad-factor", text.span(), message, Some(hint.to_owned()));
        }
        factor
    }
}

/// Whether products have a finite decimal form.
fn is_finite(factor: Ratio) -> bool {
    let mut rest = factor.den;
    for prime in [2, 5] {
        while rest % prime == 0 {
            rest /= prime;
        }
    }
    rest == 1
}

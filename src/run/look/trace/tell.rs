//! What was found, as it is told: level by level, then record by record.

use std::collections::BTreeMap;

use super::facts::{Found, Record, Sums};
use super::origin::Submissions;
use super::search::{Published, Search};
use crate::domain::exact::{minus, plus};
use crate::domain::{Lang, Text, a1};
use crate::report::{TraceArea, TraceCell, TraceLevel, TraceRecord, TraceReport, TraceRest, reason_title, unit_word};
use crate::run::look::error::LookError;
use crate::run::look::names::name_of;
use crate::run::reasons::null_reasons;
use crate::run::reference::{restriction, restriction_title};

impl Search<'_> {
    pub(super) fn report(&self, found: Found, published: &Published) -> Result<TraceReport, LookError> {
        let (pipeline, indicator) = (self.pipeline, self.indicator);
        let submissions = Submissions::read(self.release)?;
        let mut held = found.held.clone();
        held.reporters_expected = published.n_expected;
        held.reporters_reported = published.n_reported;
        held.denominator_of_these = self.denominator(found.denominator_of_these);
        (held.rows_quarantined, held.rows_quarantined_above) = submissions.quarantined(self);
        let [above, below] = pipeline.forms_of(indicator);
        let levels = self.area.level + 1..pipeline.registry.levels.len();
        let mut report = TraceReport {
            source: self.release.source.clone(),
            indicator: indicator.id.clone(),
            title: indicator.title.clone(),
            unit: indicator.unit.clone(),
            unit_title: unit_word(pipeline, &indicator.unit),
            factor: indicator.factor,
            numerator_formula: pipeline.measures[indicator.numerator].value.text.clone(),
            denominator_formula: pipeline.measures[indicator.denominator].value.text.clone(),
            numerator_title: pipeline.measures[indicator.numerator].title.clone(),
            denominator_title: pipeline.measures[indicator.denominator].title.clone(),
            restriction: restriction(pipeline, indicator),
            restriction_title: restriction_title(pipeline, indicator),
            numerator_form: (above != below).then(|| self.pipeline.forms[above].id.clone()),
            form: self.pipeline.forms[below].id.clone(),
            form_title: self.titles(),
            period: self.period.to_string(),
            area: TraceArea {
                value: published.value,
                ..self.part(&self.area.code, &found.whole, &found)
            },
            null_title: published.null_reason.map(|token| reason_title(&null_reasons(), token)),
            null_reason: published.null_reason.map(str::to_owned),
            rows: found.whole.rows,
            held,
            levels: levels.filter_map(|level| self.level(level, &found)).collect(),
            records: Vec::new(),
            records_rest: TraceRest::default(),
            files: Vec::new(),
        };
        let mut listed = Sums::default();
        let mut files: BTreeMap<String, usize> = BTreeMap::new();
        for record in &found.top {
            listed.add(record.numerator, record.denominator);
            let file = *files.entry(record.submission.clone()).or_insert_with(|| {
                report.files.push(submissions.file(&record.submission));
                report.files.len() - 1
            });
            report.records.push(self.record(record, file, &submissions, &found));
        }
        report.records_rest = self.rest(&found.whole, &listed, found.whole.rows - listed.rows);
        Ok(report)
    }

    /// The form as a person reads it, or both.
    fn titles(&self) -> Text {
        let [above, below] = self.pipeline.forms_of(self.indicator);
        let (one, other) = (&self.pipeline.forms[above].title, &self.pipeline.forms[below].title);
        if above == below {
            return other.clone();
        }
        let both = |lang: Lang, and: &str| format!("{}{and}{}", one.get(lang), other.get(lang));
        Text::new(both(Lang::Zh, "与"), both(Lang::En, " and "))
    }

    fn level(&self, level: usize, found: &Found) -> Option<TraceLevel> {
        let mut parts: BTreeMap<String, Sums> = BTreeMap::new();
        for (code, own) in &found.by_area {
            let above = self.areas.ancestors(code);
            let at = above
                .iter()
                .find(|area| area.level <= level)
                .map_or(code.as_str(), |area| &area.code);
            let part = parts.entry(at.to_owned()).or_default();
            part.numerator = plus(part.numerator, own.numerator);
            part.denominator = plus(part.denominator, own.denominator);
            part.rows += own.rows;
        }
        // A level that no area has says nothing that the one above does not.
        parts
            .keys()
            .find(|code| self.areas.get(code).is_some_and(|area| area.level == level))?;
        let mut parts: Vec<(String, Sums)> = parts.into_iter().collect();
        parts.sort_by(|a, b| b.1.numerator.cmp(&a.1.numerator).then_with(|| a.0.cmp(&b.0)));
        let hidden = parts.split_off(parts.len().min(self.top));
        let mut listed = Sums::default();
        for (_, own) in &parts {
            listed.numerator = plus(listed.numerator, own.numerator);
            listed.denominator = plus(listed.denominator, own.denominator);
        }
        Some(TraceLevel {
            level: self.pipeline.registry.levels[level].clone(),
            level_title: self.pipeline.registry.titles[level].clone(),
            areas: parts.iter().map(|(code, own)| self.part(code, own, found)).collect(),
            rest: self.rest(&found.whole, &listed, hidden.len() as i64),
        })
    }

    fn part(&self, code: &str, own: &Sums, found: &Found) -> TraceArea {
        let (numerator, denominator) = (self.numerator(own.numerator), self.denominator(own.denominator));
        let parent = self.areas.get(code).and_then(|area| area.parent_code.as_deref());
        TraceArea {
            code: code.to_owned(),
            name: name_of(self.areas, code),
            above: parent
                .filter(|parent| *parent != self.area.code && code != self.area.code)
                .map(|parent| name_of(self.areas, parent)),
            numerator,
            denominator,
            value: self.value(own.numerator, own.denominator),
            share: self.share(own.numerator, found),
        }
    }

    fn share(&self, numerator: i128, found: &Found) -> Option<f64> {
        (found.whole.numerator != 0).then(|| numerator as f64 / found.whole.numerator as f64)
    }

    fn rest(&self, whole: &Sums, listed: &Sums, count: i64) -> TraceRest {
        TraceRest {
            count,
            numerator: self.numerator(minus(whole.numerator, listed.numerator)),
            denominator: self.denominator(minus(whole.denominator, listed.denominator)),
        }
    }

    fn record(&self, record: &Record, file: usize, submissions: &Submissions, found: &Found) -> TraceRecord {
        let form = &self.pipeline.forms[record.form];
        let cell = |(column, value): &(String, Option<String>)| {
            let place = submissions.place(&record.submission, column);
            let of_form = form.column(column).map(|at| &form.columns[at]);
            TraceCell {
                column: column.clone(),
                column_title: of_form.map_or_else(|| Text::new(column, column), |column| column.title.clone()),
                header: place.as_ref().map(|(header, _)| header.clone()),
                cell: place.and_then(|(_, index)| Some(a1(index?, u32::try_from(record.row?).ok()?))),
                choice: of_form.and_then(|column| {
                    let choice = |lang| column.kind.choice(value.as_deref()?, lang);
                    Some(Text::new(choice(Lang::Zh)?, choice(Lang::En)?))
                }),
                value: value.clone(),
            }
        };
        TraceRecord {
            form: form.id.clone(),
            key: record.key.clone(),
            area_code: record.area_code.clone(),
            area: name_of(self.areas, &record.area_code),
            numerator: self.numerator(record.numerator),
            denominator: self.denominator(record.denominator),
            value: self.value(record.numerator, record.denominator),
            share: self.share(record.numerator, found),
            file,
            sheet: record.sheet.clone(),
            row: record.row,
            cells: record.values.iter().map(cell).collect(),
        }
    }
}

//! How much a finding matters: how far the cells that it is about move the published figures.
//!
//! This is selective editing: what is suspicious and moves a figure most is looked at first (de Waal, Pannekoek & Scholtus 2011,
//! chapter 6). Influence is exact: the figure is a ratio of sums, and the record's own part of both sums is taken out or put in.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::exact::{minus, plus};
use crate::domain::{Figures, Finding, IndicatorLevels, Influence, Period, Severity, visible};
use crate::partition::{Entry, Share, Shared, Shares};
use crate::pipeline::{ColumnKind, DimensionLevel, Form, FormIndex, Pipeline};
use crate::registry::Areas;
use crate::release::OpenInfluence;
use crate::rollup::Contribution;
use crate::statistics;

/// The sums of every indicator and period.
pub type AllSums<'a> = BTreeMap<(Period, usize), &'a IndicatorLevels>;

/// Says of each finding how far it moves the figures; `sums` are those of all periods. A submission of another period moves none.
pub fn settle(shared: &Shared<'_>, sums: &[IndicatorLevels], entries: &mut [Entry]) {
    let pipeline = shared.pipeline;
    let sums: AllSums<'_> = sums
        .iter()
        .map(|levels| ((levels.period, levels.indicator), levels))
        .collect();
    let periods: BTreeSet<Period> = sums.keys().map(|(period, _)| *period).collect();
    let of_form = |form| {
        let indicators = 0..pipeline.indicators.len();
        indicators.map(|at| columns_of(pipeline, at, form)).collect()
    };
    let reads: Vec<Vec<BTreeSet<&str>>> = (0..pipeline.forms.len()).map(of_form).collect();
    for entry in entries.iter_mut().filter(|entry| !entry.shares.is_empty()) {
        let Some(period) = entry.submission.period.filter(|period| periods.contains(period)) else {
            continue;
        };
        let areas = shared.areas(entry.submission.form, period);
        let scale = Scale {
            pipeline,
            areas: &areas,
            period,
            sums: &sums,
            reads: &reads[entry.submission.form],
            keys: keys(&pipeline.forms[entry.submission.form]),
        };
        let mut findings = std::mem::take(&mut entry.findings);
        for finding in findings.iter_mut().filter(|finding| finding.is_weighed()) {
            finding.influence = scale.weigh(finding, &entry.shares);
        }
        entry.findings = findings;
    }
}

/// Open explain findings whose records count and move a figure of the root, the most influential first.
pub fn open(entries: &[Entry]) -> Vec<OpenInfluence> {
    let of_entry = |entry: &Entry| {
        let findings = entry
            .findings
            .iter()
            .filter(|finding| finding.severity == Severity::Explain && finding.is_open());
        let told = findings.filter_map(|finding| told(entry, finding));
        told.collect::<Vec<_>>()
    };
    let mut all: Vec<OpenInfluence> = entries.iter().flat_map(of_entry).collect();
    all.sort_by(|a, b| b.share.total_cmp(&a.share).then_with(|| a.about.cmp(&b.about)));
    all
}

fn told(entry: &Entry, finding: &Finding) -> Option<OpenInfluence> {
    let of = finding.influence.as_ref().filter(|of| of.counts)?;
    let share = of.national.filter(|change| *change != 0.0)?.abs();
    let cell = finding
        .place
        .a1()
        .or_else(|| Some(finding.place.row?.to_string()))
        .or_else(|| finding.place.column.as_deref().map(str::to_owned))
        .unwrap_or_default();
    let sheet = finding
        .place
        .sheet
        .as_deref()
        .map_or(String::new(), |sheet| format!("[{sheet}]"));
    let raw = finding
        .raw
        .as_deref()
        .map_or(String::new(), |raw| format!(" “{}”", visible(raw)));
    let figure = |value: Option<f64>| value.map_or("–".to_owned(), |value| format!("{value:.4}"));
    Some(OpenInfluence {
        period: entry.submission.period?,
        form: entry.submission.form,
        about: format!(
            "{}: {}{sheet} {cell}{raw} ({}; {} → {})",
            of.indicator,
            entry.submission.path,
            finding.code,
            figure(of.compared()),
            figure(of.figures.with)
        ),
        share,
    })
}

/// Columns of a form that an indicator reads.
fn columns_of(pipeline: &Pipeline, indicator: usize, form: FormIndex) -> BTreeSet<&str> {
    let spec = &pipeline.indicators[indicator];
    let columns = &pipeline.forms[form].columns;
    let measured = [spec.numerator, spec.denominator].map(|at| &pipeline.measures[at]);
    let measured = measured.into_iter().filter(|measure| measure.form == form);
    let filtered = spec
        .filter
        .iter()
        .filter_map(|(at, _)| match &pipeline.dimensions[*at].level {
            DimensionLevel::Row { column, .. } => Some(column.as_str()),
            DimensionLevel::Area { .. } | DimensionLevel::Pairs(_) => None,
        });
    measured
        .flat_map(|measure| &measure.value.columns)
        .map(|&at| columns[at].id.as_str())
        .chain(filtered)
        .collect()
}

/// The key of a form, and its columns of areas.
fn keys(form: &Form) -> BTreeSet<&str> {
    let of_areas =
        |kind: &ColumnKind| matches!(kind, ColumnKind::DivisionCode { .. } | ColumnKind::DivisionName { .. });
    let columns = form.columns.iter().enumerate();
    let keys = columns.filter(|(at, column)| form.key.contains(at) || of_areas(&column.kind));
    keys.map(|(_, column)| column.id.as_str()).collect()
}

struct Scale<'a> {
    pipeline: &'a Pipeline,
    areas: &'a Areas,
    period: Period,
    sums: &'a AllSums<'a>,
    reads: &'a [BTreeSet<&'a str>],
    /// The columns that say which unit a record is about.
    keys: BTreeSet<&'a str>,
}

/// A part of numerator and denominator.
type Parts = (i128, i128);

impl Scale<'_> {
    /// The effect on the indicator that it moves most; None: no figure is moved.
    fn weigh(&self, finding: &Finding, shares: &Shares) -> Option<Influence> {
        let own: Vec<&Share> = finding.all_rows().filter_map(|row| shares.get(&row)).collect();
        let first = own.first()?;
        let columns: BTreeSet<&str> = finding
            .place
            .column
            .as_deref()
            .into_iter()
            .chain(
                finding
                    .cells
                    .iter()
                    .filter(|cell| cell.path.is_none())
                    .filter_map(|cell| cell.place.column.as_deref()),
            )
            .collect();
        let counts = first.counts;
        // A row that is held back is held back from every indicator, and one with a doubtful key may be no row of this area.
        let is_of_rows = !counts || columns.is_empty() || columns.iter().any(|column| self.keys.contains(column));
        let concerned =
            |indicator: &usize| is_of_rows || columns.iter().any(|column| self.reads[*indicator].contains(column));
        let mut indicators: BTreeSet<usize> = own
            .iter()
            .flat_map(|share| share.as_sent.iter().chain(share.mended.values().flatten()))
            .map(|adds| adds.indicator)
            .collect();
        indicators.retain(concerned);
        let area = self
            .areas
            .ancestor_at(&first.area_code, self.pipeline.registry.partition);
        let root = self.areas.root().code.as_str();
        // Of an area whose two forms do not match, no record counts; and what a quarantined one would change, the other form decides.
        let is_weighed = |indicator: &usize| {
            let has_two_forms = self.pipeline.has_two_forms(&self.pipeline.indicators[*indicator]);
            let levels = self.sums.get(&(self.period, *indicator));
            !has_two_forms || counts && levels.is_some_and(|of| !of.unmatched.contains(&first.area_code))
        };
        indicators.retain(is_weighed);
        let of = |indicator: usize| {
            let sent = own
                .iter()
                .filter(|share| share.counts == counts)
                .flat_map(|share| &share.as_sent);
            let sent = sum(sent, indicator);
            let mended = finding
                .place
                .column
                .as_deref()
                .and_then(|column| first.mended.get(column));
            let mended = mended.map(|adds| sum(adds.iter(), indicator));
            let national = self.figures(root, indicator, counts, sent, mended)?;
            let partition = area.and_then(|area| self.figures(&area.code, indicator, counts, sent, mended));
            Some(Influence {
                indicator: self.pipeline.indicators[indicator].id.clone(),
                counts,
                figures: national,
                national: national.change(counts),
                partition: partition.and_then(|figures| figures.change(counts)),
            })
        };
        let effects: Vec<Influence> = indicators.into_iter().filter_map(of).collect();
        effects
            .into_iter()
            .reduce(|most, next| if next.size() > most.size() { next } else { most })
    }

    fn figures(
        &self,
        area: &str,
        indicator: usize,
        counts: bool,
        sent: Parts,
        mended: Option<Parts>,
    ) -> Option<Figures> {
        let levels = self.sums.get(&(self.period, indicator))?;
        let sums = levels.areas.get(area).copied().unwrap_or_default();
        let now = (sums.numerator, sums.denominator);
        let both = |of: fn(i128, i128) -> i128, a: Parts, b: Parts| (of(a.0, b.0), of(a.1, b.1));
        let (with, without) = if counts {
            (now, both(minus, now, sent))
        } else {
            (both(plus, now, sent), now)
        };
        let scale = statistics::Scale::new(
            &self.pipeline.indicators[indicator],
            levels.numerator_scale,
            levels.denominator_scale,
        );
        let value = |(numerator, denominator): Parts| scale.value(numerator, denominator).ok();
        let mended = mended
            .map(|parts| both(plus, without, parts))
            .filter(|parts| *parts != with);
        (sent != (0, 0) || mended.is_some()).then(|| Figures {
            with: value(with),
            without: value(without),
            mended: mended.and_then(value),
        })
    }
}

fn sum<'a>(adds: impl Iterator<Item = &'a Contribution>, indicator: usize) -> Parts {
    let own = adds.filter(|adds| adds.indicator == indicator);
    own.fold((0, 0), |(numerator, denominator), adds| {
        (plus(numerator, adds.numerator), plus(denominator, adds.denominator))
    })
}

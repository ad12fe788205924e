//! From the tables of a release to the context of its summary.

use std::collections::{BTreeMap, BTreeSet};

use super::explain::without_placeholders;
use super::rules::rule_lines;
use super::summary::{
    Feedback, FindingLine, GapLine, GapSection, IndicatorLine, Outcome, ReportingLine, ReportingSection, RowAccount,
    Start, Summary,
};
use crate::domain::{Lang, Period, Severity, Table, Text, Value, catalog};
use crate::pipeline::{Better, Dimension, Indicator, Pipeline};

/// Gathers what a person wants to know of a run from its tables (`areas`, `submissions`, `findings`, `reporting`,
/// `indicators`, `gaps`; others are ignored).
pub fn summarise(pipeline: &Pipeline, tables: &[Table], outcome: Outcome) -> Summary {
    let areas = Areas::new(table(tables, "areas"), &pipeline.registry.levels[0]);
    let indicators = table(tables, "indicators");
    let submissions = table(tables, "submissions");
    let period = latest_period(pipeline, indicators, &areas.root);
    let lines = indicator_lines(pipeline, indicators, &areas.root, period);
    let (goals, others) = lines.into_iter().partition(|line| line.target.is_some());
    Summary {
        title: pipeline.title.clone(),
        synthetic: pipeline.synthetic,
        root: areas.name(&areas.root),
        partition_level: pipeline.registry.levels[pipeline.registry.partition].clone(),
        period: period.map(|p| p.to_string()),
        goals,
        others,
        gaps: gap_sections(pipeline, table(tables, "gaps"), &areas.root, period),
        reporting: reporting_sections(pipeline, table(tables, "reporting"), submissions, &areas, period),
        findings: finding_lines(pipeline, table(tables, "findings"), submissions),
        rules: rule_lines(tables.iter().find(|table| table.name == "rules")),
        returns: (pipeline.returns.write).then(|| returned(table(tables, "findings"), submissions)),
        feedback: feedback(table(tables, "findings"), table(tables, "corrections")),
        rows: row_account(submissions),
        outcome,
    }
}

fn table<'a>(tables: &'a [Table], name: &str) -> &'a Table {
    tables
        .iter()
        .find(|t| t.name == name)
        .expect("a release holds every table of tables.toml")
}

/// Names of areas and who lies in whom, by the latest entry of the registry.
struct Areas {
    root: String,
    by_code: BTreeMap<String, (Text, Option<String>)>,
}

impl Areas {
    fn new(table: &Table, root_level: &str) -> Areas {
        let mut root = String::new();
        let mut by_code = BTreeMap::new();
        for row in 0..table.height() {
            let code = table.text(row, "area_code").unwrap_or_default().to_owned();
            if table.text(row, "level") == Some(root_level) {
                root.clone_from(&code);
            }
            let name = table.text(row, "name").unwrap_or(&code).to_owned();
            let name_en = table.text(row, "name_en").unwrap_or(&name).to_owned();
            let parent = table.text(row, "parent_code").map(str::to_owned);
            by_code.insert(code, (Text::new(name, name_en), parent));
        }
        Areas { root, by_code }
    }

    fn name(&self, code: &str) -> Text {
        self.by_code
            .get(code)
            .map_or_else(|| Text::new(code, code), |(name, _)| name.clone())
    }

    /// The area and all that it lies in; a faulty registry cannot make it run for ever.
    fn with_ancestors<'a>(&'a self, code: &'a str) -> Vec<&'a str> {
        let mut line = vec![code];
        while let Some((_, Some(parent))) = self.by_code.get(line[line.len() - 1])
            && !line.contains(&parent.as_str())
        {
            line.push(parent);
        }
        line
    }
}

/// The last period of the pipeline for which the root area has any value.
fn latest_period(pipeline: &Pipeline, indicators: &Table, root: &str) -> Option<Period> {
    let with_values: BTreeSet<&str> = (0..indicators.height())
        .filter(|&row| indicators.text(row, "area_code") == Some(root))
        .filter(|&row| indicators.number(row, "value").is_some())
        .filter_map(|row| indicators.text(row, "period"))
        .collect();
    pipeline
        .periods
        .iter()
        .copied()
        .filter(|p| with_values.contains(p.to_string().as_str()))
        .max()
}

fn indicator_lines(pipeline: &Pipeline, indicators: &Table, root: &str, period: Option<Period>) -> Vec<IndicatorLine> {
    let Some(period) = period else { return Vec::new() };
    let now = period.to_string();
    let partition_level = pipeline.registry.levels[pipeline.registry.partition].as_str();
    let mut lines = Vec::new();
    for indicator in &pipeline.indicators {
        let rows: Vec<usize> = (0..indicators.height())
            .filter(|&r| indicators.text(r, "indicator") == Some(&indicator.id))
            .collect();
        let at_root = |row: &&usize| indicators.text(**row, "area_code") == Some(root);
        let Some(&row) = rows
            .iter()
            .filter(at_root)
            .find(|&&r| indicators.text(r, "period") == Some(&now))
        else {
            continue;
        };
        let number = |column: &str| indicators.number(row, column);
        let judged: Vec<&str> = rows
            .iter()
            .filter(|&&r| indicators.text(r, "period") == Some(&now))
            .filter(|&&r| pipeline.registry.partition > 0 && indicators.text(r, "level") == Some(partition_level))
            .filter_map(|&r| indicators.text(r, "verdict"))
            .filter(|verdict| ["met", "not_met"].contains(verdict))
            .collect();
        let met = judged.iter().filter(|verdict| **verdict == "met").count();
        let target = indicator
            .target
            .range(period..)
            .next()
            .or_else(|| indicator.target.last_key_value());
        lines.push(IndicatorLine {
            indicator: indicator.id.clone(),
            title: indicator.title.clone(),
            unit: unit_word(pipeline, &indicator.unit),
            start: start(
                indicator,
                indicators,
                rows.iter().copied().filter(|r| at_root(&r)),
                period,
            ),
            now: number("value"),
            bounds: number("lower").zip(number("upper")),
            target: target.map(|(period, value)| (period.to_string(), *value)),
            verdict: indicators.text(row, "verdict").unwrap_or("unknown").to_owned(),
            robust: flag(indicators, row, "verdict_robust"),
            areas_met: (!judged.is_empty()).then_some((met, judged.len())),
            null_reason: indicators.text(row, "null_reason").map(str::to_owned),
        });
    }
    lines
}

/// The published baseline; without one the run's own earliest value, if it is earlier than now.
fn start(indicator: &Indicator, table: &Table, rows: impl Iterator<Item = usize>, now: Period) -> Option<Start> {
    if let Some((period, value)) = indicator.baseline.first_key_value() {
        return Some(Start {
            period: period.to_string(),
            value: *value,
            published: true,
        });
    }
    rows.filter_map(|row| {
        Some((
            Period::parse_any(table.text(row, "period")?)?,
            table.number(row, "value")?,
        ))
    })
    .min_by_key(|(period, _)| *period)
    .filter(|(period, _)| *period < now)
    .map(|(period, value)| Start {
        period: period.to_string(),
        value,
        published: false,
    })
}

fn flag(table: &Table, row: usize, column: &str) -> Option<bool> {
    match table.get(row, column) {
        Value::Boolean(flag) => flag,
        _ => None,
    }
}

fn gap_sections(pipeline: &Pipeline, gaps: &Table, root: &str, period: Option<Period>) -> Vec<GapSection> {
    let Some(period) = period.map(|p| p.to_string()) else {
        return Vec::new();
    };
    let here: Vec<usize> = (0..gaps.height())
        .filter(|&row| gaps.text(row, "scope_code") == Some(root) && gaps.text(row, "period") == Some(&period))
        .collect();
    let mut sections = Vec::new();
    for dimension in &pipeline.dimensions {
        for (a, b) in &dimension.compare {
            let of_pair = |row: &usize| {
                gaps.text(*row, "dimension") == Some(&dimension.id)
                    && gaps.text(*row, "a") == Some(a)
                    && gaps.text(*row, "b") == Some(b)
            };
            let rows: BTreeMap<&str, usize> = here
                .iter()
                .copied()
                .filter(of_pair)
                .filter_map(|row| Some((gaps.text(row, "indicator")?, row)))
                .collect();
            if !rows.is_empty() {
                sections.push(gap_section(pipeline, gaps, dimension, (a, b), &rows));
            }
        }
    }
    sections
}

fn gap_section(
    pipeline: &Pipeline,
    gaps: &Table,
    dimension: &Dimension,
    (a, b): (&str, &str),
    rows: &BTreeMap<&str, usize>,
) -> GapSection {
    let (title_a, title_b) = (member_title(dimension, a), member_title(dimension, b));
    let mut ordered: Vec<&Indicator> = pipeline.indicators.iter().collect();
    ordered.sort_by_key(|indicator| indicator.target.is_empty());
    let mut lines = Vec::new();
    for indicator in ordered {
        let Some(&row) = rows.get(indicator.id.as_str()) else {
            continue;
        };
        let Some(gap) = gaps.number(row, "gap") else { continue };
        let a_is_ahead = if indicator.better == Better::Lower {
            gap < 0.0
        } else {
            gap > 0.0
        };
        let ahead = if a_is_ahead { &title_a } else { &title_b };
        lines.push(GapLine {
            indicator: indicator.id.clone(),
            title: indicator.title.clone(),
            unit: unit_word(pipeline, &indicator.unit),
            value_a: gaps.number(row, "value_a"),
            value_b: gaps.number(row, "value_b"),
            gap,
            ratio: gaps.number(row, "ratio"),
            ahead: (gap != 0.0).then(|| ahead.clone()),
            certain: flag(gaps, row, "sign_identified"),
        });
    }
    let unknown = rows.len() - lines.len();
    GapSection {
        dimension: dimension.title.clone(),
        a: title_a,
        b: title_b,
        lines,
        unknown,
    }
}

fn member_title(dimension: &Dimension, id: &str) -> Text {
    let member = dimension.members.iter().find(|m| m.id == id);
    member
        .map(|m| m.title.clone())
        .filter(|title| !title.is_empty())
        .unwrap_or_else(|| Text::new(id, id))
}

fn reporting_sections(
    pipeline: &Pipeline,
    reporting: &Table,
    submissions: &Table,
    areas: &Areas,
    period: Option<Period>,
) -> Vec<ReportingSection> {
    let known: BTreeSet<&str> = (0..reporting.height())
        .filter_map(|row| reporting.text(row, "period"))
        .collect();
    let last_asked = pipeline
        .periods
        .iter()
        .copied()
        .filter(|p| known.contains(p.to_string().as_str()))
        .max();
    let Some(period) = period.or(last_asked).map(|p| p.to_string()) else {
        return Vec::new();
    };
    let level = pipeline.registry.levels[pipeline.registry.partition].as_str();
    let mut sections = Vec::new();
    for form in &pipeline.forms {
        let quarantined = quarantined_rows(submissions, areas, &form.id, &period);
        let mut section = ReportingSection {
            period: period.clone(),
            form: form.id.clone(),
            title: form.title.clone(),
            total: None,
            areas: Vec::new(),
        };
        for row in 0..reporting.height() {
            if reporting.text(row, "form") != Some(&form.id) || reporting.text(row, "period") != Some(&period) {
                continue;
            }
            let line = reporting_line(reporting, row, areas, &quarantined);
            if line.area_code == areas.root {
                section.total = Some(line);
            } else if reporting.text(row, "level") == Some(level) {
                section.areas.push(line);
            }
        }
        sections.push(section);
    }
    sections
}

fn reporting_line(table: &Table, row: usize, areas: &Areas, quarantined: &BTreeMap<String, i64>) -> ReportingLine {
    let area_code = table.text(row, "area_code").unwrap_or_default().to_owned();
    ReportingLine {
        area: areas.name(&area_code),
        expected: integer(table, row, "expected").unwrap_or(0),
        received: integer(table, row, "received").unwrap_or(0),
        accepted: integer(table, row, "accepted").unwrap_or(0),
        on_time: integer(table, row, "on_time"),
        share: table.number(row, "reporting_share"),
        rows_accepted: integer(table, row, "rows_accepted").unwrap_or(0),
        rows_expected: integer(table, row, "rows_expected"),
        rows_quarantined: quarantined.get(&area_code).copied().unwrap_or(0),
        area_code,
    }
}

fn integer(table: &Table, row: usize, column: &str) -> Option<i64> {
    match table.get(row, column) {
        Value::Integer(number) => number,
        _ => None,
    }
}

/// Quarantined rows of a form and period by sender and every area it lies in.
fn quarantined_rows(submissions: &Table, areas: &Areas, form: &str, period: &str) -> BTreeMap<String, i64> {
    let mut by_area = BTreeMap::new();
    for row in 0..submissions.height() {
        if submissions.text(row, "form") != Some(form) || submissions.text(row, "period") != Some(period) {
            continue;
        }
        let rows = integer(submissions, row, "rows_quarantined").unwrap_or(0);
        let sender = submissions.text(row, "county_code").unwrap_or(&areas.root);
        for code in areas.with_ancestors(sender) {
            *by_area.entry(code.to_owned()).or_insert(0) += rows;
        }
    }
    by_area
}

fn finding_lines(pipeline: &Pipeline, findings: &Table, submissions: &Table) -> Vec<FindingLine> {
    let senders: BTreeMap<&str, &str> = (0..submissions.height())
        .filter_map(|row| {
            Some((
                submissions.text(row, "submission_id")?,
                submissions.text(row, "county_code")?,
            ))
        })
        .collect();
    let mut kinds: BTreeMap<(&str, &str), (i64, BTreeSet<&str>)> = BTreeMap::new();
    for row in 0..findings.height() {
        let (Some(severity), Some(code)) = (findings.text(row, "severity"), findings.text(row, "code")) else {
            continue;
        };
        let (count, from) = kinds.entry((severity, code)).or_default();
        *count += integer(findings, row, "count").unwrap_or(1);
        from.extend(findings.text(row, "submission_id").and_then(|id| senders.get(id)));
    }
    let mut lines: Vec<FindingLine> = kinds
        .into_iter()
        .map(|((severity, code), (count, from))| FindingLine {
            severity: severity_of(severity),
            code: code.to_owned(),
            title: finding_title(pipeline, code),
            count,
            senders: from.len(),
        })
        .collect();
    lines.sort_by(|x, y| (y.severity, y.count, &x.code).cmp(&(x.severity, x.count, &y.code)));
    lines
}

/// Submissions of a form with something open.
fn returned(findings: &Table, submissions: &Table) -> usize {
    let of_forms: BTreeSet<&str> = (0..submissions.height())
        .filter(|&row| submissions.text(row, "form").is_some())
        .filter_map(|row| submissions.text(row, "submission_id"))
        .collect();
    let open: BTreeSet<&str> = (0..findings.height())
        .filter(|&row| findings.text(row, "status") == Some("open"))
        .filter_map(|row| findings.text(row, "submission_id"))
        .collect();
    of_forms.intersection(&open).count()
}

fn severity_of(word: &str) -> Severity {
    [Severity::Info, Severity::Explain]
        .into_iter()
        .find(|s| s.as_str() == word)
        .unwrap_or(Severity::Hard)
}

fn shown(message: &Text) -> Text {
    let texts = message.0.iter();
    Text(
        texts
            .map(|(lang, text)| (lang.clone(), without_placeholders(text)))
            .collect(),
    )
}

fn finding_title(pipeline: &Pipeline, code: &str) -> Text {
    let of_rule = || {
        pipeline
            .rules
            .iter()
            .find(|rule| rule.id == code)
            .map(|rule| shown(&rule.message))
    };
    let of_catalog = catalog().get(code).map(|entry| entry.title.clone());
    of_catalog.or_else(of_rule).unwrap_or_else(|| Text::new(code, code))
}

fn feedback(findings: &Table, corrections: &Table) -> Feedback {
    let count = |table: &Table, column: &str, words: &[&str]| {
        let rows = (0..table.height()).filter(|&row| table.text(row, column).is_some_and(|word| words.contains(&word)));
        rows.count() as i64
    };
    let beside = ["correction-fault", "correction-stale", "correction-unmatched"];
    Feedback {
        explain: count(findings, "severity", &["explain"]),
        explained: count(findings, "status", &["explained"]),
        corrected: count(corrections, "status", &["applied"]),
        idle: count(findings, "code", &beside),
    }
}

fn row_account(submissions: &Table) -> RowAccount {
    let sum = |column: &str| {
        (0..submissions.height())
            .filter_map(|row| integer(submissions, row, column))
            .sum()
    };
    RowAccount {
        submissions: submissions.height(),
        read: sum("rows_read"),
        accepted: sum("rows_accepted"),
        quarantined: sum("rows_quarantined"),
        superseded: sum("rows_superseded"),
        set_aside: sum("rows_set_aside"),
    }
}

/// What stands behind a title. What comes after `_per_` is in every title; the column would have no room for it.
pub fn unit_word(pipeline: &Pipeline, unit: &str) -> Text {
    let word = |lang| match unit.split("_per_").next().unwrap_or_default() {
        "" | "1" => String::new(),
        quantity => pipeline.units.word(quantity, lang).unwrap_or_default(),
    };
    Text::new(word(Lang::Zh), word(Lang::En))
}

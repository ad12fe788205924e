//! Goals: from where, to where, and how far.

use super::progress::Paces;
use crate::domain::Text;
use crate::report::gather::Gathering;
use crate::report::number::{figure, figure_beside};
use crate::report::page::context::{Cell, Figure, GoalLine, Goals, Sheet, Strip};
use crate::report::page::draw::{MARGIN, STRIP, Scale};
use crate::report::summary::IndicatorLine;
use crate::report::words;
use crate::tables::{Columns, VerdictRow};

pub(super) fn goals(all: &Gathering<'_>, lines: &[&IndicatorLine]) -> Option<Goals> {
    if lines.is_empty() {
        return None;
    }
    let paces = Paces::new(all);
    let goals: Vec<GoalLine> = lines.iter().map(|line| goal(all, &paces, line)).collect();
    Some(Goals {
        about: about(all, lines),
        is_cut: goals
            .iter()
            .filter_map(|line| line.strip.as_ref())
            .any(|strip| strip.is_cut),
        lines: goals,
        progress: paces.table(),
    })
}

fn about(all: &Gathering<'_>, lines: &[&IndicatorLine]) -> Figure {
    let met = |line: &&&IndicatorLine| line.verdict == "met";
    let sure = |line: &&&IndicatorLine| line.robust == Some(true);
    let mut notes = vec![words::bounds_note()];
    if lines
        .iter()
        .any(|line| line.start.as_ref().is_some_and(|start| !start.published))
    {
        notes.push(Text::new(
            "* 没有公布的基期值，按本次上报的最早一期计算。",
            "* No published baseline: computed from the earliest period of these submissions.",
        ));
    }
    if lines.iter().any(|line| line.areas_met.is_some()) {
        notes.push(words::areas_met_note(&all.level_title(all.pipeline.registry.partition)));
    }
    Figure {
        id: "goals".to_owned(),
        headline: words::goals(
            lines.iter().filter(met).count(),
            lines.len(),
            lines.iter().filter(met).filter(sure).count(),
        ),
        subtitle: words::joined(&[
            Text::new("各指标从起点到目标的进度", "Each indicator’s way from start to target"),
            all.place_and_time(),
        ]),
        notes,
        table: Sheet {
            columns: vec![
                words::INDICATOR.text(),
                Text::new("起点", "Start"),
                Text::new("起点时期", "Start period"),
                Text::new("现值", "Now"),
                words::LOWER.text(),
                words::UPPER.text(),
                Text::new("目标", "Target"),
                Text::new("目标时期", "Target period"),
                words::VERDICT.text(),
                words::ROBUST.text(),
                Text::new("下级达标", "Areas met"),
            ],
            rows: lines.iter().map(|line| row(line)).collect(),
        },
    }
}

fn row(line: &IndicatorLine) -> Vec<Cell> {
    let target = line.target.as_ref().map(|(_, value)| *value);
    let met = line.areas_met.map(|(met, of)| Cell::code(&format!("{met}/{of}")));
    vec![
        Cell::text(title(line)),
        Cell::figure(line.start.as_ref().map(|start| start.value)),
        line.start
            .as_ref()
            .map_or_else(Cell::default, |start| Cell::code(&period(start))),
        now(line, target),
        Cell::beside(line.bounds.map(|(lower, _)| lower), target),
        Cell::beside(line.bounds.map(|(_, upper)| upper), target),
        Cell::figure(target),
        line.target
            .as_ref()
            .map_or_else(Cell::default, |(period, _)| Cell::code(period)),
        Cell::text(words::verdict(&line.verdict)),
        line.robust
            .map_or_else(Cell::default, |robust| Cell::text(words::yes_no(robust))),
        met.unwrap_or_default(),
    ]
}

/// The value, or why there is none.
fn now(line: &IndicatorLine, target: Option<f64>) -> Cell {
    match (&line.null_reason, line.now) {
        (Some(reason), None) => Cell::text(reason.clone()),
        (_, now) => Cell::beside(now, target),
    }
}

fn period(start: &crate::report::summary::Start) -> String {
    let mark = if start.published { "" } else { "*" };
    format!("{}{mark}", start.period)
}

fn title(line: &IndicatorLine) -> Text {
    words::with_unit(&line.title, &line.indicator, &line.unit)
}

fn goal(all: &Gathering<'_>, paces: &Paces<'_>, line: &IndicatorLine) -> GoalLine {
    let (target_period, target) = line.target.clone().unwrap_or_default();
    let beside = |value| figure_beside(value, Some(target));
    GoalLine {
        title: title(line),
        start: (line.start.as_ref()).map(|start| format!("{} ({})", figure(start.value), period(start))),
        now: line.now.map(beside),
        bounds: line
            .bounds
            .map(|(lower, upper)| words::range(&beside(lower), &beside(upper))),
        target: format!("{} ({target_period})", figure(target)),
        verdict: line.verdict.clone(),
        robust: line.robust,
        turned_by: turned_by(all, &line.indicator),
        pace: paces.line(&line.indicator),
        strip: strip(line, target),
    }
}

/// Areas that are named of a set.
const NAMED: usize = 3;

/// The areas whose missing reports could turn the verdict on an indicator of the whole.
fn turned_by(all: &Gathering<'_>, indicator: &str) -> Option<Text> {
    let period = all.period?.to_string();
    let verdicts = all.sources.table(VerdictRow::TABLE).rows::<VerdictRow>();
    let is_own = |row: &VerdictRow| {
        row.period == period && row.area_code == all.root() && row.indicator == indicator && row.dimension.is_none()
    };
    let codes: Vec<&str> = verdicts.filter(is_own).map(|row| row.missing_code).collect();
    let named: Vec<Text> = codes.iter().take(NAMED).map(|code| all.areas.name(code)).collect();
    (!codes.is_empty()).then(|| words::turned_by(&named, codes.len() - named.len()))
}

/// A line on which the way from start to target has the same length for every goal, with room beyond both. Without a start it begins
/// at 0.
fn strip(line: &IndicatorLine, target: f64) -> Option<Strip> {
    let start = line.start.as_ref().map_or(0.0, |start| start.value);
    let now = line.now.filter(|_| start != target)?;
    let way = target - start;
    let share = |value: f64| (value - start) / way;
    let scale = Scale::new((-0.25, 1.5), (MARGIN, STRIP - MARGIN));
    let at = |value: f64| scale.at(share(value));
    let bounds = line.bounds.filter(|(lower, upper)| lower != upper);
    Some(Strip {
        start: at(start),
        target: at(target),
        now: at(now),
        // Where less is better, the upper bound is the farther one.
        bounds: bounds.map(|(lower, upper)| (at(lower).min(at(upper)), at(lower).max(at(upper)))),
        is_cut: bounds.is_some_and(|(lower, upper)| scale.cuts(share(lower)) || scale.cuts(share(upper))),
    })
}

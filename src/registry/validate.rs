//! What the divisions must satisfy together. One function a law; all of them run.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::Area;
use super::faults::Faults;
use crate::pipeline::csv_table::{CsvTable, Record};
use crate::pipeline::{CodeScheme, RegistrySpec};

/// The rows of a table and how to find them.
struct Rows<'a> {
    rows: &'a [(Area, &'a Record)],
    by_code: BTreeMap<&'a str, Vec<usize>>,
    /// Rows whose level is not known, which is a fault told already.
    unplaced: BTreeSet<usize>,
    table: &'a CsvTable,
    spec: &'a RegistrySpec,
}

/// Every law over the rows of the divisions table.
pub(super) fn all(
    rows: &[(Area, &Record)],
    unplaced: BTreeSet<usize>,
    spec: &RegistrySpec,
    table: &CsvTable,
    faults: &mut Faults,
) {
    let mut by_code: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, (area, _)) in rows.iter().enumerate() {
        if !area.code.is_empty() {
            by_code.entry(&area.code).or_default().push(at);
        }
    }
    for ats in by_code.values_mut() {
        ats.sort_by_key(|&at| rows[at].0.first_day());
    }
    let rows = Rows {
        rows,
        by_code,
        unplaced,
        table,
        spec,
    };
    for law in [one_root, spans_in_order, once_at_a_time, parents, prefixes] {
        law(&rows, faults);
    }
}

/// Exactly one area has no parent; it is of the first level and always in force.
fn one_root(all: &Rows, faults: &mut Faults) {
    let roots: BTreeSet<&str> = all
        .rows
        .iter()
        .filter(|(area, _)| area.parent_code.is_none())
        .map(|(area, _)| area.code.as_str())
        .collect();
    let Some(&root) = roots.first() else {
        let hint = "the area that contains all others has a blank `parent_code`";
        return faults.hinted("no-root", 0..0, "every area has a parent, so none contains all", hint);
    };
    let first = &all.rows[all.by_code.get(root).map_or(0, |ats| ats[0])];
    if roots.len() > 1 {
        for code in roots.iter().skip(1) {
            let Some(ats) = all.by_code.get(code) else { continue };
            let fault = faults.add(
                "second-root",
                all.rows[ats[0]].1.span.clone(),
                format!("{code} has no parent either"),
            );
            fault.related = Some((first.1.span.clone(), format!("{root} has none")));
            fault.hint = Some("only the area that contains all others has no parent".into());
        }
    }
    if first.0.level != 0 {
        let message = format!("the root {root} is of level `{}`", all.spec.levels[first.0.level]);
        faults.hinted(
            "root-level",
            first.1.span.clone(),
            message,
            format!("it must be of level `{}`", all.spec.levels[0]),
        );
    }
    let always = Area {
        valid_from: None,
        valid_to: None,
        ..first.0.clone()
    };
    if all.gap_in(root, &always) {
        faults.add(
            "root-not-always",
            first.1.span.clone(),
            format!("the root {root} must be in force at all times"),
        );
    }
}

/// An area does not end before it begins.
fn spans_in_order(all: &Rows, faults: &mut Faults) {
    for (area, record) in all.rows {
        if area.last_day() < area.first_day() {
            let span = record.span_of(all.table.column("valid_to"));
            faults.add(
                "validity-reversed",
                span,
                format!("{} ends before it begins", area.code),
            );
        }
    }
}

/// A code means one area at a time.
fn once_at_a_time(all: &Rows, faults: &mut Faults) {
    for (code, ats) in &all.by_code {
        for pair in ats.windows(2) {
            let ((earlier, at), (later, here)) = (&all.rows[pair[0]], &all.rows[pair[1]]);
            let placed = !all.unplaced.contains(&pair[0]) && !all.unplaced.contains(&pair[1]);
            if earlier.overlaps(later) && placed && earlier.level != later.level {
                let levels = [earlier, later].map(|area| all.spec.levels[area.level].as_str());
                let message = format!(
                    "the code {code} stands for two areas: {} ({}) and {} ({})",
                    earlier.name, levels[0], later.name, levels[1]
                );
                let fault = faults.add("code-at-two-levels", here.span_of(all.table.column("code")), message);
                fault.related = Some((at.span.clone(), "the other area".into()));
                fault.hint = Some(format!(
                    "a code stands for one area, whatever its level; give each level codes of its own, such as `{}-{code}`",
                    levels[1]
                ));
            } else if earlier.overlaps(later) {
                let fault = faults.add(
                    "overlapping-validity",
                    here.span.clone(),
                    format!("{code} is in force twice at one time"),
                );
                fault.related = Some((at.span.clone(), "the other span".into()));
                fault.hint = Some("`valid_to` is the last day: the next span begins the day after".into());
            }
        }
    }
}

/// A parent exists, is of a higher level, and is in force as long as its child is.
fn parents(all: &Rows, faults: &mut Faults) {
    for (here, (area, record)) in all.rows.iter().enumerate() {
        let Some(parent) = area.parent_code.as_deref() else {
            continue;
        };
        let span = record.span_of(all.table.column("parent_code"));
        let Some(ats) = all.by_code.get(parent) else {
            faults.add(
                "unknown-parent",
                span,
                format!("the parent `{parent}` of {} is not in the table", area.code),
            );
            continue;
        };
        if all.gap_in(parent, area) {
            let fault = faults.add(
                "parent-not-valid",
                span.clone(),
                format!("{parent} is not in force as long as {} is", area.code),
            );
            fault.related = Some((all.rows[ats[0]].1.span.clone(), "the parent".into()));
        }
        let placed = |at: &usize| !all.unplaced.contains(at) && !all.unplaced.contains(&here);
        let wrong = |at: &&usize| placed(at) && all.rows[**at].0.overlaps(area) && all.rows[**at].0.level >= area.level;
        if let Some(&above) = ats.iter().find(wrong) {
            let levels = &all.spec.levels;
            let words = (&levels[area.level], &levels[all.rows[above].0.level]);
            let message = format!("{} ({}) cannot lie in {parent} ({})", area.code, words.0, words.1);
            faults.hinted(
                "level-not-below-parent",
                span,
                message,
                format!("levels from the root down: {}", levels.join(", ")),
            );
        }
    }
}

/// A beginning of codes leads to one area at a time.
fn prefixes(all: &Rows, faults: &mut Faults) {
    let mut seen: HashMap<&str, Vec<usize>> = HashMap::new();
    for (at, (area, record)) in all.rows.iter().enumerate() {
        for prefix in own_prefixes(area, all.spec.code_scheme, all.spec.leaf()) {
            let others = seen.entry(prefix).or_default();
            let other = others
                .iter()
                .find(|&&o| all.rows[o].0.code != area.code && all.rows[o].0.overlaps(area));
            if let Some(&other) = other {
                let message = format!(
                    "codes beginning with `{prefix}` would lie in {} and {}",
                    all.rows[other].0.code, area.code
                );
                let fault = faults.add(
                    "prefix-twice",
                    record.span_of(all.table.column("code_prefixes")),
                    message,
                );
                fault.related = Some((all.rows[other].1.span.clone(), "the other area".into()));
            }
            others.push(at);
        }
    }
}

/// Beginnings of the codes that lie in an area: those of its row, and its own code where codes nest by digits.
pub(super) fn own_prefixes(area: &Area, scheme: CodeScheme, leaf: usize) -> impl Iterator<Item = &str> {
    let own = (scheme == CodeScheme::Gb2260 && area.level == leaf).then_some(area.code.as_str());
    own.into_iter().chain(
        area.code_prefixes
            .iter()
            .map(String::as_str)
            .filter(move |prefix| Some(*prefix) != own),
    )
}

impl Rows<'_> {
    /// Whether there is a day within `span` on which no row of `code` is in force.
    fn gap_in(&self, code: &str, span: &Area) -> bool {
        let mut from = span.first_day();
        for &at in self.by_code.get(code).into_iter().flatten() {
            let area = &self.rows[at].0;
            if area.first_day() <= from && from <= area.last_day() {
                match area.last_day().tomorrow() {
                    Ok(next) if area.last_day() < span.last_day() => from = next,
                    _ => return false,
                }
            }
        }
        true
    }
}

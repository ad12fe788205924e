//! Lines of a sheet that state the sum of others: set aside and read, to be held against the rows they are the sum of.

use super::shared::Shared;
use crate::check::{StatedFigure, StatedRow};
use crate::domain::{Code, Finding, RawTable, SetAside};
use crate::intake::ReadSubmission;
use crate::normalize::{self, Context, Notations, figures};

/// Lines of totals in a sheet that are held against its rows: no form has more, and each is held against several sums.
const HELD: usize = 100;

/// Takes lines of totals and of wider areas out of a submission's records, says what they were, and reads their figures. `at` is its
/// place in the bundle's list.
pub fn set_aside(shared: &Shared<'_>, at: usize, read: &mut ReadSubmission) -> (Vec<Finding>, Vec<StatedRow>) {
    let submission = &read.submission;
    let Some(period) = submission
        .period
        .filter(|period| shared.pipeline.periods.contains(period))
    else {
        return Default::default();
    };
    let areas = shared.areas(submission.form, period);
    let context = shared.context(submission, &areas, at);
    let additive = &shared.additive[submission.form];
    let (mut told, mut stated) = (Vec::new(), Vec::new());
    let mut count = 0;
    if let Some(table) = &mut read.table {
        told.extend(normalize::named_totals(table, &context, additive));
        let wider = normalize::totals(table, &context);
        count += wider.len() as u64;
        // What holds the sender has rows in other submissions.
        let is_within = |(_, area): &&(u32, String)| areas.contains(&submission.area_code, area);
        let within: Vec<(u32, String)> = wider.iter().filter(is_within).cloned().collect();
        let mut lines = lines_of(table, &within);
        for (position, _) in wider.into_iter().rev() {
            let row = table.records.remove(position as usize);
            table.set_aside.push((row, SetAside::Subtotal));
        }
        table.set_aside.sort_unstable();
        lines.truncate(HELD);
        stated = read_lines(shared, table, &context, lines);
    }
    if count > 0 {
        told.push(Finding::new(Code::RowTotal).count(count));
    }
    (told, stated)
}

/// The figures of lines that were set aside.
fn read_lines(
    shared: &Shared<'_>,
    table: &mut RawTable,
    context: &Context<'_>,
    lines: Vec<(u32, Option<String>)>,
) -> Vec<StatedRow> {
    let additive = &shared.additive[context.form];
    if lines.is_empty() || additive.is_empty() || table.records.is_empty() {
        return Vec::new();
    }
    let notations = Notations::of(table, &shared.pipeline.forms[context.form]);
    let rows = lines.iter().map(|(row, _)| *row).collect();
    let records = std::mem::replace(&mut table.records, rows);
    let read = figures(table, context, additive, notations);
    table.records = records;
    let stated = lines.into_iter().enumerate().map(|(line, (row, area))| {
        let figure = |of: &normalize::Figures| {
            Some(StatedFigure {
                column: of.column,
                value: of.values[line]?,
                converted: of.converted,
            })
        };
        let (earlier, later) = neighbours(table, row);
        StatedRow {
            submission: context.submission,
            row: table.grid.number(row as usize),
            area,
            earlier,
            later,
            figures: read.iter().filter_map(figure).collect(),
        }
    });
    stated.collect()
}

/// The lines of a sheet whose figures can be held against rows, with the wider area that each is about: None for a line that is
/// the sum of all rows or of a section. Of several lines of one area it is not known which is the sum of what.
fn lines_of(table: &RawTable, wider: &[(u32, String)]) -> Vec<(u32, Option<String>)> {
    let totals = table.set_aside.iter();
    let totals = totals.filter(|(_, kind)| matches!(kind, SetAside::Total | SetAside::Section));
    let mut lines: Vec<(u32, Option<String>)> = totals.map(|(row, _)| (*row, None)).collect();
    let is_only = |area: &str| wider.iter().filter(|(_, of)| of == area).count() == 1;
    for (position, area) in wider.iter().filter(|(_, area)| is_only(area)) {
        lines.push((table.records[*position as usize], Some(area.clone())));
    }
    lines
}

/// The lines of totals above and below one, as the clerk counts: each the nearest, and the nearest of the same kind. Where there is
/// none below, the sheet's end.
fn neighbours(table: &RawTable, row: u32) -> (Vec<u32>, Vec<u32>) {
    let at = table.set_aside.partition_point(|(of, _)| *of < row);
    let kind = table.set_aside.get(at).map(|(_, kind)| *kind);
    let is_total = |(_, kind): &&(u32, SetAside)| kind.is_total();
    let number = |(row, _): &(u32, SetAside)| table.grid.number(*row as usize);
    let above = || table.set_aside[..at].iter().rev().filter(is_total);
    let below = || {
        table.set_aside[at..]
            .iter()
            .filter(is_total)
            .filter(|(of, _)| *of > row)
    };
    let alike = |(_, of): &&(u32, SetAside)| Some(*of) == kind;
    let (nearest, like) = (above().next().map(number), above().find(alike).map(number));
    let mut earlier: Vec<u32> = nearest.into_iter().chain(like).collect();
    let (nearest, like) = (below().next().map(number), below().find(alike).map(number));
    let mut later = vec![nearest.unwrap_or(u32::MAX), like.unwrap_or(u32::MAX)];
    earlier.dedup();
    later.dedup();
    (earlier, later)
}

//! From what was gathered of a release to its workbook in one language.

mod about;
mod as_published;
mod course;
mod gaps;
mod goals;
mod groups;
mod indicators;
mod on_boundaries;
mod quality;

use super::model::{Book, Sheet};
use super::names::Names;
use crate::report::gather::Gathering;

/// The workbook. Sheets without rows or charts are left out.
pub fn book<'a>(all: &'a Gathering<'a>, names: &'a Names<'a>) -> Book<'a> {
    let course = course::course(all, names);
    let gaps = gaps::gaps(all, names);
    let goal_charts = course::charts(all, names, &course);
    let gap_charts = gaps::charts(all, names, &gaps);
    let mut sheets: Vec<Sheet<'a>> = vec![
        goals::goals(all, names),
        goal_charts,
        course.sheet,
        indicators::wide(all, names),
        indicators::long(all, names),
        gaps.sheet,
        gap_charts,
        groups::groups(all, names),
        groups::inequality(all, names),
    ];
    sheets.extend(as_published::sheets(all, names));
    sheets.extend(on_boundaries::sheets(all, names));
    sheets.extend([
        quality::reporting(all, names),
        quality::reconciliation(all, names),
        quality::findings(all, names),
        quality::influence(all, names),
        about::definitions(all, names),
    ]);
    sheets.retain(|sheet| !sheet.rows.is_empty() || !sheet.charts.is_empty());
    let columns = about::columns(all, names, &sheets);
    sheets.push(columns);
    about::book(all, names, sheets)
}

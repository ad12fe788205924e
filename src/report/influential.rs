//! Open findings in the order of their influence: the few that move the figures are settled first.

use serde::{Deserialize, Serialize};
use unicode_width::UnicodeWidthStr;

use super::grid::{Column, Page};
use super::look::{brief, on_one_line};
use super::number::figure_beside;
use super::titles::{finding_title, indicator_title};
use crate::domain::Text;
use crate::pipeline::Pipeline;
use crate::tables::{FindingRow, NO_BASE, columns};

/// Findings of a list; all are in the table.
pub(super) const LINES: usize = 5;
/// Characters of a title that are shown.
const TITLE: usize = 60;

/// An open explain finding and what it does to a figure of the root.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InfluentialLine {
    /// Path of the submission below the input.
    pub path: String,
    /// A1 reference of the cell, or the row; None: a whole column.
    pub cell: Option<String>,
    /// Code of the finding.
    pub code: String,
    /// What a person calls it.
    pub title: Text,
    /// Id of the indicator that is moved most.
    pub indicator: String,
    /// What a person calls it.
    pub indicator_title: Text,
    /// The larger of (with − without) ÷ |without| and (with − mended) ÷ |mended|; infinite, and null in JSON, where the figure is
    /// compared with 0 or with none.
    pub change: f64,
    /// The figure without the records of the finding; None: undefined.
    pub without: Option<f64>,
    /// The figure with the cell as proposed; None: nothing is proposed.
    pub mended: Option<f64>,
    /// The figure with them.
    pub with: f64,
    /// Whether they count now: the published figure is `with`. Else they are quarantined, and it is `without`.
    pub counted: bool,
}

columns! {
    /// What is asked of a finding here.
    pub struct FindingInfluence<'a> of FindingRow {
        path: &'a str,
        cell: Option<&'a str>,
        row: Option<i64>,
        code: &'a str,
        severity: &'a str,
        status: &'a str,
        influence_indicator: Option<&'a str>,
        influence_root: Option<f64>,
        influence_root_null_reason: Option<&'a str>,
        influence_counted: Option<bool>,
        figure_without: Option<f64>,
        figure_with: Option<f64>,
        figure_mended: Option<f64>,
    }
}

/// The open explain findings that move a figure of the root most; of files for which `is_asked` holds.
pub fn influential<'a>(
    pipeline: &Pipeline,
    findings: impl Iterator<Item = FindingInfluence<'a>>,
    is_asked: impl Fn(&str) -> bool,
) -> Vec<InfluentialLine> {
    let mut lines = by_influence(pipeline, findings, is_asked);
    lines.truncate(LINES);
    lines
}

/// All of them, the largest change first.
pub(super) fn by_influence<'a>(
    pipeline: &Pipeline,
    findings: impl Iterator<Item = FindingInfluence<'a>>,
    is_asked: impl Fn(&str) -> bool,
) -> Vec<InfluentialLine> {
    let line = |finding: FindingInfluence| {
        let is_open = finding.severity == "explain" && finding.status == "open";
        (is_open && is_asked(finding.path)).then_some(())?;
        let cell = finding.cell.map(str::to_owned);
        let indicator = finding.influence_indicator?;
        let has_no_base = finding.influence_root_null_reason == Some(NO_BASE);
        let change = finding.influence_root.or(has_no_base.then_some(f64::INFINITY))?;
        Some(InfluentialLine {
            path: finding.path.to_owned(),
            cell: cell.or_else(|| finding.row.map(|row| row.to_string())),
            code: finding.code.to_owned(),
            title: finding_title(pipeline, finding.code),
            indicator: indicator.to_owned(),
            indicator_title: indicator_title(pipeline, indicator),
            change: Some(change).filter(|change| *change != 0.0)?,
            without: finding.figure_without,
            mended: finding.figure_mended,
            with: finding.figure_with?,
            counted: finding.influence_counted.unwrap_or(true),
        })
    };
    let mut lines: Vec<InfluentialLine> = findings.filter_map(line).collect();
    // Stable: equal ones stay in the order of the table.
    lines.sort_by(|a, b| b.change.abs().total_cmp(&a.change.abs()));
    lines
}

impl Page {
    /// The list; None: no open finding moves a figure.
    pub(super) fn influential(&self, lines: &[InfluentialLine]) -> Option<String> {
        if lines.is_empty() {
            return None;
        }
        // Few findings propose a figure.
        let is_mended = lines.iter().any(|line| line.mended.is_some());
        let mut columns = vec![
            Column::left(self.say("位置", "Where")),
            Column::left(self.say("问题", "Finding")),
            Column::left(self.say("指标", "Indicator")),
            Column::right(self.say("不计入", "Without")),
            Column::right(self.say("计入", "With")),
            Column::right(self.say("变动", "Change")),
        ];
        if is_mended {
            columns.insert(4, Column::right(self.say("更正后", "Mended")));
        }
        let mut grid = self.grid(&columns);
        for line in lines {
            let cell = line.cell.as_deref().map_or(String::new(), |cell| format!(" {cell}"));
            let beside =
                |other: Option<f64>| other.map_or("–".to_owned(), |value| figure_beside(value, Some(line.with)));
            let mut finding = format!("{}\n{}", brief(self.text(&line.title), TITLE), line.code);
            if !line.counted {
                finding += self.say("\n隔离中，现未计入，计入后会变动", "\nwould move it, not counted now");
            }
            let mut cells = vec![
                behind_its_folder(&on_one_line(&line.path)) + &on_one_line(&cell),
                finding,
                self.text(&line.indicator_title).to_owned(),
                beside(line.without),
                figure_beside(line.with, line.without),
                if line.change.is_finite() {
                    changed(line.change)
                } else {
                    self.say("全部", "all of it").to_owned()
                },
            ];
            if is_mended {
                cells.insert(4, beside(line.mended));
            }
            grid.push(cells);
        }
        let title = if lines.iter().all(|line| line.counted) {
            self.say(
                "影响总体数值最大的待说明问题",
                "Open findings that move an overall figure most",
            )
        } else {
            self.say(
                "影响（或计入后会影响）总体数值最大的待说明问题",
                "Open findings that move a figure most, or would if counted",
            )
        };
        Some(format!("{title}\n{}", grid.render()))
    }
}

/// Columns of a path that stands on one line.
const SHORT: usize = 24;

/// A path with its file on a line of its own, where it is long.
fn behind_its_folder(path: &str) -> String {
    match path.rsplit_once('/').filter(|_| path.width() > SHORT) {
        Some((folder, file)) => format!("{folder}/\n{file}"),
        None => path.to_owned(),
    }
}

/// A relative change as a percentage with its sign; `<0.1%` for one that would be shown as none.
fn changed(change: f64) -> String {
    let text = format!("{:+.1}%", change * 100.0);
    match text.as_str() {
        "+0.0%" => "<+0.1%".to_owned(),
        "-0.0%" => "<-0.1%".to_owned(),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Lang;

    #[test]
    fn a_small_change_is_not_shown_as_none() {
        for (change, text) in [
            (0.284, "+28.4%"),
            (-0.5, "-50.0%"),
            (0.001, "+0.1%"),
            (-0.0001, "<-0.1%"),
            (0.0001, "<+0.1%"),
        ] {
            assert_eq!(changed(change), text);
        }
    }

    #[test]
    fn the_most_influential_come_first_whatever_their_sign() {
        let line = |path: &str, change: f64| InfluentialLine {
            path: path.to_owned(),
            cell: Some("B2".to_owned()),
            code: "outlier".to_owned(),
            title: Text::new("偏离过大", "far off"),
            indicator: "fund".to_owned(),
            indicator_title: Text::new("基金", "Fund"),
            change,
            without: Some(1.8).filter(|_| change.is_finite()),
            mended: None,
            with: if change.is_finite() { 1.8 * (1.0 + change) } else { 14.2 },
            counted: true,
        };
        let text = Page::new(Lang::En)
            .influential(&[line("a.csv", 28.4), line("b.csv", -0.5)])
            .unwrap();
        assert!(text.contains("+2840.0%") && text.contains("-50.0%"), "{text}");
        let text = Page::new(Lang::En)
            .influential(&[line("a.csv", f64::INFINITY)])
            .unwrap();
        assert!(text.contains("all of it") && !text.contains("inf"), "{text}");
        assert!(!text.contains("Mended"), "{text}");
        let mended = InfluentialLine {
            mended: Some(18_250.0),
            ..line("a.csv", -0.5)
        };
        let text = Page::new(Lang::En).influential(&[mended]).unwrap();
        assert!(text.contains("Mended") && text.contains("18,250"), "{text}");
        assert!(!text.contains("would"), "{text}");
        let quarantined = InfluentialLine {
            counted: false,
            ..line("b.csv", 0.5)
        };
        let text = Page::new(Lang::En)
            .influential(&[line("a.csv", 0.7), quarantined])
            .unwrap();
        assert_eq!(text.matches("would move it, not counted now").count(), 1, "{text}");
        assert!(
            text.starts_with("Open findings that move a figure most, or would"),
            "{text}"
        );
        assert_eq!(Page::new(Lang::En).influential(&[]), None);
    }
}

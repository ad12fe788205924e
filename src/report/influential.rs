//! Open findings in the order of their influence: the few that move the figures are settled first.

use serde::Serialize;

use super::gather::{finding_title, indicator_title};
use super::grid::{Column, Page};
use super::look::{brief, visible};
use super::number::figure_beside;
use crate::domain::{Table, Text};
use crate::pipeline::Pipeline;

/// Findings of a list; all are in the table.
const LINES: usize = 5;
/// Characters of a title that are shown.
const TITLE: usize = 40;

/// An open explain finding and what it does to a figure of the root.
#[derive(Clone, Debug, PartialEq, Serialize)]
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
    /// (with − without) ÷ |without|.
    pub change: f64,
    /// The figure without the records of the finding.
    pub without: f64,
    /// The figure with them.
    pub with: f64,
}

/// Columns of the table `findings` that are read here.
pub const COLUMNS: [&str; 10] = [
    "path",
    "cell",
    "row",
    "code",
    "severity",
    "status",
    "influence_indicator",
    "influence_root",
    "figure_without",
    "figure_with",
];

/// The open explain findings that move a figure of the root most; of files for which `is_asked` holds.
pub fn influential(pipeline: &Pipeline, findings: &Table, is_asked: impl Fn(&str) -> bool) -> Vec<InfluentialLine> {
    let line = |row: usize| {
        let text = |column| findings.text(row, column);
        let is_open = text("severity") == Some("explain") && text("status") == Some("open");
        let path = text("path").filter(|path| is_open && is_asked(path))?;
        let cell = text("cell").map(str::to_owned);
        Some(InfluentialLine {
            path: path.to_owned(),
            cell: cell.or_else(|| findings.number(row, "row").map(|row| row.to_string())),
            code: text("code")?.to_owned(),
            title: finding_title(pipeline, text("code")?),
            indicator: text("influence_indicator")?.to_owned(),
            indicator_title: indicator_title(pipeline, text("influence_indicator")?),
            change: findings.number(row, "influence_root").filter(|change| *change != 0.0)?,
            without: findings.number(row, "figure_without")?,
            with: findings.number(row, "figure_with")?,
        })
    };
    let mut lines: Vec<InfluentialLine> = (0..findings.height()).filter_map(line).collect();
    // Stable: equal ones stay in the order of the table.
    lines.sort_by(|a, b| b.change.abs().total_cmp(&a.change.abs()));
    lines.truncate(LINES);
    lines
}

impl Page {
    /// The list; None: no open finding moves a figure.
    pub(super) fn influential(&self, lines: &[InfluentialLine]) -> Option<String> {
        if lines.is_empty() {
            return None;
        }
        let mut grid = self.grid(&[
            Column::left(self.say("位置", "Where")),
            Column::left(self.say("问题", "Finding")),
            Column::left(self.say("指标", "Indicator")),
            Column::right(self.say("不计入", "Without")),
            Column::right(self.say("计入", "With")),
            Column::right(self.say("变动", "Change")),
        ]);
        for line in lines {
            let cell = line.cell.as_deref().map_or(String::new(), |cell| format!(" {cell}"));
            grid.push(vec![
                visible(&format!("{}{cell}", line.path)),
                format!("{}\n{}", brief(self.text(&line.title), TITLE), line.code),
                self.text(&line.indicator_title).to_owned(),
                figure_beside(line.without, Some(line.with)),
                figure_beside(line.with, Some(line.without)),
                format!("{:+.1}%", line.change * 100.0),
            ]);
        }
        let title = self.say(
            "影响总体数值最大的待说明问题",
            "Open findings that move an overall figure most",
        );
        Some(format!("{title}\n{}", grid.render()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Lang;

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
            without: 1.8,
            with: 1.8 * (1.0 + change),
        };
        let text = Page::new(Lang::En)
            .influential(&[line("a.csv", 28.4), line("b.csv", -0.5)])
            .unwrap();
        assert!(text.contains("+2840.0%") && text.contains("-50.0%"), "{text}");
        assert_eq!(Page::new(Lang::En).influential(&[]), None);
    }
}

//! The summary as plain text: as wide as its page, no colour, East Asian widths respected.

mod findings;
mod gaps;
mod indicators;
mod outcome;
mod reporting;

use unicode_width::UnicodeWidthStr;

use super::grid::Page;
use super::summary::{Outcome, Summary};
use crate::domain::{Lang, Text};

/// Renders the summary of a run, and what became of it.
pub fn render(summary: &Summary, outcome: &Outcome, page: Page) -> String {
    let mut sections = vec![page.heading(summary, outcome)];
    // Without a row there is no figure: why not stands below, and the tables would be empty.
    if summary.rows.accepted > 0 {
        sections.extend(page.indicators(summary));
        sections.extend(page.moved(&summary.moved, &summary.root));
        sections.extend(page.gaps(&summary.gaps));
    }
    sections.extend(page.reporting(summary));
    sections.extend(page.not_due(summary, outcome.as_of));
    sections.push(page.findings(summary));
    sections.extend(page.rules(&summary.rules));
    sections.extend(page.unjudged(&summary.unjudged));
    sections.extend(page.influential(&summary.influential));
    sections.push(page.outcome(summary, outcome));
    sections.join("\n\n") + "\n"
}

impl Page {
    fn yes_no(&self, flag: Option<bool>) -> &'static str {
        match flag {
            Some(true) => self.say("是", "yes"),
            Some(false) => self.say("否", "no"),
            None => "-",
        }
    }

    fn heading(&self, summary: &Summary, outcome: &Outcome) -> String {
        let mut title = match &summary.period {
            Some(period) => format!(
                "{} · {} · {period}",
                self.text(&summary.title),
                self.text(&summary.root)
            ),
            None => format!("{} · {}", self.text(&summary.title), self.text(&summary.root)),
        };
        if summary.synthetic {
            title += self.say("（模拟数据，非真实统计）", "  (synthetic data, no real statistics)");
        }
        let line = "=".repeat(title.width().min(self.width.into()));
        let warning = self.unpublished(outcome);
        let warning = warning.map_or(String::new(), |warning| self.wrap(&warning) + "\n\n");
        let unjudged = self
            .unjudged_periods(summary, outcome.as_of)
            .map_or(String::new(), |told| format!("\n{told}"));
        format!("{warning}{title}\n{line}{unjudged}")
    }

    /// A title with the unit of its figures.
    fn with_unit(&self, title: &Text, unit: &Text) -> String {
        let (title, unit) = (self.text(title), self.text(unit));
        if unit.is_empty() || title.to_lowercase().contains(&unit.to_lowercase()) {
            return title.to_owned();
        }
        match self.lang {
            Lang::Zh => format!("{title}（{unit}）"),
            Lang::En => format!("{title} ({unit})"),
        }
    }
}

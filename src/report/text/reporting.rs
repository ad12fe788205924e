//! Who has reported.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::domain::{Lang, Period};
use crate::report::grid::{Column, Page};
use crate::report::number::{count, percent};
use crate::report::summary::{NotDueLine, ReportingLine, ReportingSection, Summary};

impl Page {
    pub(super) fn reporting(&self, summary: &Summary) -> Vec<String> {
        summary
            .reporting
            .iter()
            .map(|section| self.reporting_section(section, summary))
            .collect()
    }

    /// A line for each form that is not due yet, under what the gate has made of it.
    pub(super) fn not_due(&self, summary: &Summary, as_of: Date) -> Vec<String> {
        let section = |judged_as_sent: bool| {
            let lines = summary
                .not_due
                .iter()
                .filter(|line| line.judged_as_sent == judged_as_sent);
            let lines: Vec<String> = lines.map(|line| self.wrap(&self.not_due_line(line))).collect();
            let head = match (self.lang, judged_as_sent) {
                (Lang::Zh, false) => format!("截至 {as_of} 尚未到期，发布门槛暂不检查"),
                (Lang::En, false) => format!("Not due yet on {as_of}, so not judged by the gate"),
                (Lang::Zh, true) => format!("截至 {as_of} 尚未到期，发布门槛只检查已收到的上报"),
                (Lang::En, true) => format!("Not due yet on {as_of}, so the gate judges only what was sent"),
            };
            (!lines.is_empty()).then(|| format!("{}\n{}", self.wrap(&head), lines.join("\n")))
        };
        [true, false].into_iter().filter_map(section).collect()
    }

    fn not_due_line(&self, line: &NotDueLine) -> String {
        let (period, title, due) = (&line.period, self.text(&line.title), line.due);
        let [expected, received, usable] = [line.expected, line.received, line.usable].map(count);
        match self.lang {
            Lang::Zh => format!("- {period} {title}：{due} 到期；应报 {expected}，实报 {received}，可用 {usable}"),
            Lang::En => {
                format!("- {period} {title}: due on {due}; {usable} of {expected} usable so far, {received} received")
            }
        }
    }

    /// Which periods the gate has not judged, or only by what was sent, for the head of the summary; None: it has judged all.
    pub(super) fn unjudged_periods(&self, summary: &Summary, as_of: Date) -> Option<String> {
        let told = |judged_as_sent: bool| {
            let lines = summary
                .not_due
                .iter()
                .filter(|line| line.judged_as_sent == judged_as_sent);
            let periods: BTreeSet<Period> = lines.filter_map(|line| Period::parse_any(&line.period)).collect();
            let periods = Period::listed(&periods.into_iter().collect::<Vec<_>>());
            let text = match (self.lang, judged_as_sent) {
                (Lang::Zh, false) => format!("{periods}：截至 {as_of} 尚未到期的表式，发布门槛未作检查。"),
                (Lang::En, false) => format!("{periods}: forms not due on {as_of} were not judged by the gate."),
                (Lang::Zh, true) => {
                    format!("{periods}：截至 {as_of} 尚未到期的表式，发布门槛只检查已收到的上报。")
                }
                (Lang::En, true) => {
                    format!("{periods}: forms not due on {as_of} were judged only by what was sent.")
                }
            };
            (!periods.is_empty()).then(|| self.wrap(&text))
        };
        let lines: Vec<String> = [true, false].into_iter().filter_map(told).collect();
        (!lines.is_empty()).then(|| lines.join("\n"))
    }

    fn reporting_section(&self, section: &ReportingSection, summary: &Summary) -> String {
        let period = section.period.as_str();
        let title = format!(
            "{} · {} · {period}",
            self.say("上报情况", "Reporting"),
            self.text(&section.title)
        );
        let mut grid = self.grid(&[
            Column::left(self.say("地区", "Area")),
            Column::right(self.say("应报", "Expected")),
            Column::right(self.say("实报", "Received")),
            Column::right(self.say("可用", "Usable")),
            Column::right(self.say("可用率", "Share")),
            Column::right(self.say("按时", "On time")),
            Column::right(self.say("应报行", "Rows due")),
            Column::right(self.say("接受行", "Accepted")),
            Column::right(self.say("隔离行", "Quarantined")),
        ]);
        let (in_order, listed): (Vec<&ReportingLine>, Vec<_>) = section.areas.iter().partition(|line| line.in_order());
        for line in section.total.iter().chain(listed) {
            grid.push(vec![
                self.text(&line.area).to_owned(),
                count(line.expected),
                count(line.received),
                count(line.usable),
                line.share.map_or("-".to_owned(), percent),
                line.on_time.map_or("-".to_owned(), count),
                line.rows_expected.map_or("-".to_owned(), count),
                count(line.rows_accepted),
                count(line.rows_quarantined),
            ]);
        }
        let mut text = format!("{title}\n{}", grid.render());
        if !in_order.is_empty() {
            text += "\n";
            text += &self.wrap(&self.areas_in_order(&in_order, summary));
        }
        text
    }

    /// One line for all areas of which there is nothing to say; whether in time is known only with receipts.
    fn areas_in_order(&self, lines: &[&ReportingLine], summary: &Summary) -> String {
        let names: Vec<&str> = lines.iter().map(|line| self.text(&line.area)).collect();
        let timed = lines.iter().all(|line| line.on_time.is_some());
        let (level, n) = (self.text(&summary.partition_level), names.len());
        match self.lang {
            Lang::Zh => {
                let how = if timed { "按时上报" } else { "已上报" };
                format!("其余 {n} 个地区全部{how}、每行均被接受：{}", names.join("、"))
            }
            Lang::En => {
                let how = if timed { "Complete, in time" } else { "Complete" };
                format!("{how}, every row accepted ({level}, {n}): {}", names.join(", "))
            }
        }
    }
}

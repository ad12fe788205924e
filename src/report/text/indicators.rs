//! What each indicator has reached.

use crate::domain::{Lang, Text};
use crate::report::grid::{Column, Page};
use crate::report::look::verdict_word;
use crate::report::number::{figure, figure_beside};
use crate::report::summary::{IndicatorLine, Summary};

impl Page {
    pub(super) fn indicators(&self, summary: &Summary) -> Vec<String> {
        let mut sections = Vec::new();
        let mut lines = summary.goals.iter().chain(&summary.others);
        if lines.all(|line| line.now.is_none()) {
            sections.push(match &summary.period {
                Some(period) => self
                    .say("{}：没有任何指标有数据。", "{}: no indicator has any figure.")
                    .replace("{}", period),
                None => self
                    .say("没有任何指标有数据。", "No indicator has any figure.")
                    .to_owned(),
            });
        }
        if !summary.goals.is_empty() {
            let title = self.say("目标完成情况", "Goals");
            sections.push(format!(
                "{title}\n{}",
                self.goals(&summary.goals, &summary.partition_level)
            ));
        }
        if !summary.others.is_empty() {
            let title = if summary.goals.is_empty() {
                self.say("指标", "Indicators")
            } else {
                self.say("其他指标", "Further indicators")
            };
            let explained = !summary.goals.is_empty();
            sections.push(format!("{title}\n{}", self.others(&summary.others, explained)));
        }
        sections
    }

    fn goals(&self, lines: &[IndicatorLine], partition_level: &Text) -> String {
        let level = self.text(partition_level);
        let with_areas = lines.iter().any(|line| line.areas_met.is_some());
        let mut columns = vec![
            Column::left(self.say("指标", "Indicator")),
            Column::right(self.say("起点", "Start")),
            Column::right(self.say("现状", "Now")),
            Column::right(self.say("可能区间", "Bounds")),
            Column::right(self.say("目标", "Target")),
            Column::left(self.say("判定", "Verdict")),
            Column::left(self.say("稳健", "Robust")),
        ];
        if with_areas {
            columns.push(Column::right(self.say("下级达标", "Areas met")));
        }
        let mut grid = self.grid(&columns);
        for line in lines {
            let mut cells = vec![
                self.with_unit(&line.title, &line.unit),
                self.start(line),
                line.now.map_or("-".to_owned(), |now| {
                    figure_beside(now, line.target.as_ref().map(|t| t.1))
                }),
                self.bounds(line),
                line.target.as_ref().map_or("-".to_owned(), |(period, value)| {
                    format!("{} ({period})", figure(*value))
                }),
                self.verdict(line),
                self.yes_no(line.robust).to_owned(),
            ];
            if with_areas {
                cells.push(line.areas_met.map_or("-".to_owned(), |(met, of)| format!("{met}/{of}")));
            }
            grid.push(cells);
        }
        let mut text = grid.render();
        if lines.iter().any(|line| line.bounds.is_some()) {
            text += &format!("\n{}", self.bounds_note(lines));
        }
        if lines.iter().any(|line| line.robust.is_some()) {
            text += &format!(
                "\n{}",
                self.wrap(self.say(
                    "稳健：取可能区间内的任何值，判定都不变。",
                    "Robust: the verdict is the same anywhere within the bounds.",
                ))
            );
        }
        if with_areas {
            text += &match self.lang {
                Lang::Zh => format!("\n下级达标：“{level}”地区中达标数／判定数。"),
                Lang::En => format!("\nAreas met: of the areas of the level “{level}” that could be judged."),
            };
        }
        text + self.start_note(lines) + &self.reasons(lines)
    }

    /// Indicators without a target; `explained`: a table above says what bounds are.
    fn others(&self, lines: &[IndicatorLine], explained: bool) -> String {
        let mut grid = self.grid(&[
            Column::left(self.say("指标", "Indicator")),
            Column::right(self.say("起点", "Start")),
            Column::right(self.say("现状", "Now")),
            Column::right(self.say("可能区间", "Bounds")),
        ]);
        for line in lines {
            grid.push(vec![
                self.with_unit(&line.title, &line.unit),
                self.start(line),
                line.now.map_or("-".to_owned(), figure),
                self.bounds(line),
            ]);
        }
        let mut text = grid.render();
        if !explained && lines.iter().any(|line| line.bounds.is_some()) {
            text += &format!("\n{}", self.bounds_note(lines));
        }
        text + self.start_note(lines) + &self.reasons(lines)
    }

    /// What stands in the column of bounds.
    fn bounds_note(&self, lines: &[IndicatorLine]) -> String {
        let mut note = self
            .say(
                "可能区间：缺失的数据取合理值时，该指标可能的最低值和最高值。",
                "Bounds: the lowest and highest value that plausible figures for the missing data would give.",
            )
            .to_owned();
        if lines
            .iter()
            .any(|line| line.bounds.is_some_and(|(lower, upper)| lower == upper))
        {
            note += self.say("“=”表示与现值相同。", " `=`: the same as the value.");
        }
        self.wrap(&note)
    }

    /// Why figures are missing: a line a reason, with the indicators it concerns.
    fn reasons(&self, lines: &[IndicatorLine]) -> String {
        let mut by_reason: Vec<(&str, Vec<&str>)> = Vec::new();
        for line in lines.iter().filter(|line| line.now.is_none()) {
            let Some(reason) = line.null_reason.as_ref().map(|reason| self.text(reason)) else {
                continue;
            };
            let title = self.text(&line.title);
            match by_reason.iter_mut().find(|(known, _)| *known == reason) {
                Some((_, titles)) => titles.push(title),
                None => by_reason.push((reason, vec![title])),
            }
        }
        let (of, between) = (self.say("：", ": "), self.say("、", ", "));
        let line = |(reason, titles): (&str, Vec<&str>)| {
            format!("\n{}", self.wrap(&format!("- {reason}{of}{}", titles.join(between))))
        };
        by_reason.into_iter().map(line).collect()
    }

    fn start(&self, line: &IndicatorLine) -> String {
        line.start.as_ref().map_or("-".to_owned(), |start| {
            let mark = if start.published { "" } else { "*" };
            format!("{} ({}{mark})", figure(start.value), start.period)
        })
    }

    fn start_note(&self, lines: &[IndicatorLine]) -> &'static str {
        if lines
            .iter()
            .all(|line| line.start.as_ref().is_none_or(|start| start.published))
        {
            return "";
        }
        self.say(
            "\n* 没有公布的基期值，按本次上报的最早一期计算。",
            "\n* No published baseline: computed from the earliest period of these submissions.",
        )
    }

    fn bounds(&self, line: &IndicatorLine) -> String {
        match line.bounds {
            Some((lower, upper)) if lower == upper => "=".to_owned(),
            Some((lower, upper)) => {
                let target = line.target.as_ref().map(|(_, value)| *value);
                let to = self.say("～", "..");
                format!("{}{to}{}", figure_beside(lower, target), figure_beside(upper, target))
            }
            None => "-".to_owned(),
        }
    }

    fn verdict(&self, line: &IndicatorLine) -> String {
        verdict_word(&line.verdict, self.lang).to_owned()
    }
}

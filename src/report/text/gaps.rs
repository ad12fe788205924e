//! How far apart the groups are.

use crate::domain::{Lang, plural};
use crate::report::grid::{Column, Page};
use crate::report::number::{figure, signed};
use crate::report::summary::GapSection;

/// Pairs of groups that have a section, in the order of the definition; the rest is in the table.
const PAIRS: usize = 12;

/// Lines of a gap section; the rest is in the table.
const GAP_LINES: usize = 5;

impl Page {
    pub(super) fn gaps(&self, sections: &[GapSection]) -> Vec<String> {
        let shown = sections.iter().take(PAIRS);
        let mut texts: Vec<String> = shown.map(|section| self.gap_section(section)).collect();
        if let Some(first) = texts.first_mut() {
            *first += &format!("\n{}", self.robust_note());
        }
        let further = sections.len().saturating_sub(PAIRS);
        if further > 0 {
            texts.push(self.wrap(&match self.lang {
                Lang::Zh => format!("另有 {further} 对的差距，见 tables/gaps.parquet。"),
                Lang::En => format!("Gaps of {} in tables/gaps.parquet.", plural(further, "further pair")),
            }));
        }
        texts
    }

    /// What the last column of the sections says, told once.
    fn robust_note(&self) -> String {
        self.wrap(self.say(
            "稳健：在可能区间内，领先的一方不变；“-”表示没有可能区间。",
            "Robust: the same side is ahead anywhere within the bounds; `-`: no bounds are known.",
        ))
    }

    fn gap_section(&self, section: &GapSection) -> String {
        let (a, b) = (self.text(&section.a), self.text(&section.b));
        let dimension = self.text(&section.dimension);
        // `城市社区与农村社区` says already what is compared.
        let named = dimension.contains(a) && dimension.contains(b);
        let title = match self.lang {
            _ if named => format!("{} · {dimension}", self.say("差距", "Gap")),
            Lang::Zh => format!("差距 · {dimension}：{a}与{b}"),
            Lang::En => format!("Gap · {dimension}: {a} and {b}"),
        };
        let mut grid = self.grid(&[
            Column::left(self.say("指标", "Indicator")),
            Column::right(a),
            Column::right(b),
            Column::right(self.say("差距", "Gap")),
            Column::right(self.say("比率", "Ratio")),
            Column::left(self.say("较好（高）的一方", "Ahead")),
            Column::left(self.say("稳健", "Robust")),
        ]);
        for line in section.lines.iter().take(GAP_LINES) {
            grid.push(vec![
                self.with_unit(&line.title, &line.unit),
                line.value_a.map_or("-".to_owned(), figure),
                line.value_b.map_or("-".to_owned(), figure),
                signed(line.gap),
                line.ratio.map_or("-".to_owned(), figure),
                line.ahead
                    .as_ref()
                    .map_or(self.say("相同", "equal"), |title| self.text(title))
                    .to_owned(),
                self.yes_no(line.certain).to_owned(),
            ]);
        }
        let mut text = format!("{title}\n{}", grid.render());
        let further = section.lines.len().saturating_sub(GAP_LINES);
        if further > 0 {
            text += &match self.lang {
                Lang::Zh => format!("\n另有 {further} 项指标，见 tables/gaps.parquet。"),
                Lang::En => format!("\n{} in tables/gaps.parquet.", plural(further, "further indicator")),
            };
        }
        if section.unknown > 0 {
            text += &match self.lang {
                Lang::Zh => format!("\n{} 项指标的差距无法计算，原因见该表 null_reason。", section.unknown),
                Lang::En => format!(
                    "\nNo gap for {}; the table says why (null_reason).",
                    plural(section.unknown, "indicator")
                ),
            };
        }
        text
    }
}

//! The summary as plain text: at most 100 columns, no colour, East Asian widths respected.

use comfy_table::{Cell, CellAlignment, ContentArrangement, LineStyle, Table, TableStyle};
use unicode_width::UnicodeWidthStr;

use super::number::{count, figure, figure_beside, percent, signed};
use super::rules::{RuleLine, SUSPECT_SHARE};
use super::summary::{Feedback, GapSection, IndicatorLine, ReportingLine, ReportingSection, State, Summary};
use crate::domain::{Lang, Severity, Text};

pub(super) const WIDTH: u16 = 100;
/// Lines of a gap section; the rest is in the table.
const GAP_LINES: usize = 5;
/// Kinds of finding; the rest is in the table.
const FINDING_LINES: usize = 20;

/// Renders the summary for a person who reads `lang`.
pub fn render(summary: &Summary, lang: Lang) -> String {
    let page = Page { lang };
    let mut sections = vec![page.heading(summary)];
    sections.extend(page.indicators(summary));
    sections.extend(page.gaps(&summary.gaps));
    sections.extend(page.reporting(summary));
    sections.push(page.findings(summary));
    sections.extend(page.rules(&summary.rules));
    sections.push(page.outcome(summary));
    sections.join("\n\n") + "\n"
}

struct Page {
    lang: Lang,
}

impl Page {
    fn say<'a>(&self, zh: &'a str, en: &'a str) -> &'a str {
        match self.lang {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }

    fn text<'a>(&self, text: &'a Text) -> &'a str {
        text.get(self.lang)
    }

    fn yes_no(&self, flag: Option<bool>) -> &'static str {
        match flag {
            Some(true) => self.say("是", "yes"),
            Some(false) => self.say("否", "no"),
            None => "-",
        }
    }

    fn heading(&self, summary: &Summary) -> String {
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
        let line = "=".repeat(title.width().min(WIDTH.into()));
        format!("{title}\n{line}")
    }

    fn indicators(&self, summary: &Summary) -> Vec<String> {
        let mut sections = Vec::new();
        if summary.period.is_none() {
            sections.push(
                self.say("没有任何指标有数据。", "No indicator has any figure.")
                    .to_owned(),
            );
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
            sections.push(format!("{title}\n{}", self.others(&summary.others)));
        }
        sections
    }

    fn goals(&self, lines: &[IndicatorLine], partition_level: &str) -> String {
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
        let mut grid = Grid::new(&columns);
        for line in lines {
            let mut cells = vec![
                self.with_unit(&line.title, &line.unit),
                self.start(line),
                line.now.map_or("-".to_owned(), |now| {
                    figure_beside(now, line.target.as_ref().map(|t| t.1))
                }),
                bounds(line),
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
        let mut text = grid.render() + "\n";
        text += &wrap(self.say(
            "可能区间、稳健：未报地区取任何合理值时，该值所在范围，以及判定是否都不变。",
            "Bounds, robust: where the value lies, and whether the verdict stands, whatever the missing areas \
             would have sent.",
        ));
        if with_areas {
            text += &match self.lang {
                Lang::Zh => format!("\n下级达标：{partition_level} 级地区中达标数／判定数。"),
                Lang::En => format!("\nAreas met: of the areas of level {partition_level} that could be judged."),
            };
        }
        text + self.start_note(lines)
    }

    fn others(&self, lines: &[IndicatorLine]) -> String {
        let mut grid = Grid::new(&[
            Column::left(self.say("指标", "Indicator")),
            Column::right(self.say("起点", "Start")),
            Column::right(self.say("现状", "Now")),
            Column::right(self.say("可能区间", "Bounds")),
        ]);
        for line in lines {
            grid.push(vec![
                self.with_unit(&line.title, &line.unit),
                self.start(line),
                line.now.map_or_else(|| self.missing(line), figure),
                bounds(line),
            ]);
        }
        grid.render() + self.start_note(lines)
    }

    fn missing(&self, line: &IndicatorLine) -> String {
        line.null_reason
            .clone()
            .map_or("-".to_owned(), |reason| format!("- {reason}"))
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
            "\n* 按本次上报数据计算，并非公布的基期值。",
            "\n* Computed from these submissions, not a published baseline.",
        )
    }

    /// A title with the unit of its figures. Lines break between any two wide characters, so brackets are narrow.
    fn with_unit(&self, title: &Text, unit: &Text) -> String {
        let (title, unit) = (self.text(title), self.text(unit));
        if unit.is_empty() || title.to_lowercase().contains(&unit.to_lowercase()) {
            return title.to_owned();
        }
        format!("{title} ({unit})")
    }

    fn verdict(&self, line: &IndicatorLine) -> String {
        match line.verdict.as_str() {
            "met" => self.say("达标", "met").to_owned(),
            "not_met" => self.say("未达标", "not met").to_owned(),
            "no_target" => "-".to_owned(),
            _ => self.say("无法判定", "unknown").to_owned(),
        }
    }

    fn gaps(&self, sections: &[GapSection]) -> Vec<String> {
        sections.iter().map(|section| self.gap_section(section)).collect()
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
        let mut grid = Grid::new(&[
            Column::left(self.say("指标", "Indicator")),
            Column::right(a),
            Column::right(b),
            Column::right(self.say("差距", "Gap")),
            Column::right(self.say("比率", "Ratio")),
            Column::left(self.say("较好（高）的一方", "Ahead")),
            Column::left(self.say("方向确定", "Certain")),
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
                Lang::En => format!("\n{further} further indicators in tables/gaps.parquet."),
            };
        }
        if section.unknown > 0 {
            text += &match self.lang {
                Lang::Zh => format!("\n{} 项指标的差距无法计算，原因见该表 null_reason。", section.unknown),
                Lang::En => format!(
                    "\nNo gap for {} indicators; the table says why (null_reason).",
                    section.unknown
                ),
            };
        }
        text
    }

    fn reporting(&self, summary: &Summary) -> Vec<String> {
        summary
            .reporting
            .iter()
            .map(|section| self.reporting_section(section, summary))
            .collect()
    }

    fn reporting_section(&self, section: &ReportingSection, summary: &Summary) -> String {
        let period = section.period.as_str();
        let title = format!(
            "{} · {} · {period}",
            self.say("上报情况", "Reporting"),
            self.text(&section.title)
        );
        let mut grid = Grid::new(&[
            Column::left(self.say("地区", "Area")),
            Column::right(self.say("应报", "Expected")),
            Column::right(self.say("实报", "Received")),
            Column::right(self.say("上报率", "Share")),
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
            text += &wrap(&self.areas_in_order(&in_order, summary));
        }
        text
    }

    /// One line for all areas of which there is nothing to say; whether in time is known only with receipts.
    fn areas_in_order(&self, lines: &[&ReportingLine], summary: &Summary) -> String {
        let names: Vec<&str> = lines.iter().map(|line| self.text(&line.area)).collect();
        let timed = lines.iter().all(|line| line.on_time.is_some());
        let (level, n) = (&summary.partition_level, names.len());
        match self.lang {
            Lang::Zh => {
                let how = if timed { "按时上报" } else { "已上报" };
                format!("其余 {n} 个地区全部{how}、每行均被接受： {}", names.join(" "))
            }
            Lang::En => {
                let how = if timed { "Complete, in time" } else { "Complete" };
                format!("{how}, every row accepted ({level}, {n}): {}", names.join(", "))
            }
        }
    }

    fn findings(&self, summary: &Summary) -> String {
        let title = self.say("发现的问题（全部报告期）", "Findings (all periods)");
        if summary.findings.is_empty() {
            return format!("{title}\n{}", self.say("没有发现任何问题。", "None."));
        }
        let mut grid = Grid::new(&[
            Column::left(self.say("程度", "Severity")),
            Column::left(self.say("问题", "What")),
            Column::left(self.say("代码", "Code")),
            Column::right(self.say("处数", "Places")),
            Column::right(self.say("涉及单位", "Senders")),
        ]);
        for line in summary.findings.iter().take(FINDING_LINES) {
            grid.push(vec![
                self.severity(line.severity).to_owned(),
                self.text(&line.title).to_owned(),
                line.code.clone(),
                count(line.count),
                count(line.senders as i64),
            ]);
        }
        let mut text = format!("{title}\n{}", grid.render());
        let further = summary.findings.len().saturating_sub(FINDING_LINES);
        if further > 0 {
            text += &match self.lang {
                Lang::Zh => format!("\n另有 {further} 类，见 tables/findings.parquet。"),
                Lang::En => format!("\n{further} further kinds in tables/findings.parquet."),
            };
        }
        text += &self.feedback(summary.feedback);
        text += self.say(
            "\nhuizong explain 代码：查看含义、原因与改正办法。",
            "\nhuizong explain CODE tells what one means, why it matters and how to mend it.",
        );
        text
    }

    /// The rules that fire most, and a word on those that fire everywhere.
    fn rules(&self, lines: &[RuleLine]) -> Option<String> {
        if lines.is_empty() {
            return None;
        }
        let mut grid = Grid::new(&[
            Column::left(self.say("审核关系", "Rule")),
            Column::left(self.say("表式", "Form")),
            Column::right(self.say("判定", "Judged")),
            Column::right(self.say("触发", "Fired")),
            Column::right(self.say("触发率", "Share")),
        ]);
        for line in lines {
            grid.push(vec![
                line.rule.clone(),
                line.form.clone(),
                count(line.judged),
                count(line.fired),
                percent(line.share),
            ]);
        }
        let title = self.say("触发最多的审核关系（全部报告期）", "Rules that fire most (all periods)");
        let mut text = format!("{title}\n{}", grid.render());
        let suspect: Vec<&str> = lines
            .iter()
            .filter(|line| line.is_suspect())
            .map(|line| line.rule.as_str())
            .collect();
        if !suspect.is_empty() {
            let share = percent(SUSPECT_SHARE);
            let all = suspect.join(self.say("、", ", "));
            text += "\n";
            text += &wrap(&match self.lang {
                Lang::Zh => format!("注意：{all} 在判定的 {share} 以上触发，审核关系本身可能有误，请先核对规则。"),
                Lang::En => format!(
                    "Warning: {all} fired on more than {share} of what was judged, so the rule itself may be wrong. \
                     Check it before the counties are asked."
                ),
            });
        }
        Some(text)
    }

    /// What counties have explained and the ministry has corrected; nothing where nobody has said anything.
    fn feedback(&self, feedback: Feedback) -> String {
        let Feedback {
            explain,
            explained,
            corrected,
            idle,
        } = feedback;
        let mut text = String::new();
        if explained > 0 {
            text += &match self.lang {
                Lang::Zh => format!(
                    "\n核实性问题 {} 项，其中 {} 项县里已说明。",
                    count(explain),
                    count(explained)
                ),
                Lang::En => format!(
                    "\nOf {} explain findings {} are explained.",
                    count(explain),
                    count(explained)
                ),
            };
        }
        if corrected > 0 || idle > 0 {
            text += &match self.lang {
                Lang::Zh => format!(
                    "\n更正生效 {} 处，未生效 {} 条（tables/corrections.parquet）。",
                    count(corrected),
                    count(idle)
                ),
                Lang::En => format!(
                    "\nCorrections: {} in force, {} without effect (tables/corrections.parquet).",
                    count(corrected),
                    count(idle)
                ),
            };
        }
        text
    }

    fn severity(&self, severity: Severity) -> &'static str {
        match severity {
            Severity::Hard => self.say("强制", "hard"),
            Severity::Explain => self.say("核实", "explain"),
            Severity::Info => self.say("提示", "info"),
        }
    }

    fn outcome(&self, summary: &Summary) -> String {
        let rows = summary.rows;
        let account = match self.lang {
            Lang::Zh => format!(
                "{} 份上报共 {} 行 = 接受 {} + 隔离 {} + 被取代 {} + 搁置（表头、合计、说明、空行）{}",
                count(rows.submissions as i64),
                count(rows.read),
                count(rows.accepted),
                count(rows.quarantined),
                count(rows.superseded),
                count(rows.set_aside)
            ),
            Lang::En => format!(
                "{} submissions, {} rows = {} accepted + {} quarantined + {} superseded + {} set aside \
                 (headers, totals, notes, blanks)",
                count(rows.submissions as i64),
                count(rows.read),
                count(rows.accepted),
                count(rows.quarantined),
                count(rows.superseded),
                count(rows.set_aside)
            ),
        };
        let mut lines = vec![
            self.say("结果", "Outcome").to_owned(),
            wrap(&account),
            self.state(summary),
        ];
        lines.extend(self.places(summary));
        lines.join("\n")
    }

    fn state(&self, summary: &Summary) -> String {
        let release = summary.outcome.release.as_deref().unwrap_or("-");
        match &summary.outcome.state {
            State::Published => self.say("已发布：", "Published: ").to_owned() + release,
            State::Unchanged => {
                self.say("与已发布的完全相同，未重复发布：", "Nothing has changed since ")
                    .to_owned()
                    + release
            }
            State::Withheld(reasons) => {
                let mut text = self
                    .say("未通过发布门槛，暂不发布：", "Withheld by the gate:")
                    .to_owned();
                for reason in reasons {
                    text += &format!("\n{}", wrap(&format!("- {}", self.text(reason))));
                }
                match &summary.outcome.release {
                    Some(release) => {
                        text += self.say("\n此前发布的仍然有效：", "\nWhat was published before stays current: ");
                        text + release
                    }
                    None => text + self.say("\n此前没有发布过。", "\nNothing has been published before."),
                }
            }
        }
    }

    fn places(&self, summary: &Summary) -> Vec<String> {
        let folder = match summary.outcome.state {
            State::Withheld(_) => "withheld",
            State::Published | State::Unchanged => "current",
        };
        let folder = format!("{}/{folder}", summary.outcome.output.trim_end_matches('/'));
        let place = |zh: &str, en: &str, path: &'static str| (self.say(zh, en).to_owned(), path);
        let mut places = vec![
            place("统计表", "Tables", "tables/*.parquet"),
            place("逐行数据", "Rows", "facts/"),
            place("隔离的原始行", "Quarantined rows", "quarantine/"),
        ];
        if let Some(returns) = summary.returns.filter(|returns| *returns > 0) {
            let returns = count(returns as i64);
            let (zh, en) = (
                format!("退回县级改正（{returns} 份）"),
                format!("To be mended ({returns} returns)"),
            );
            places.push(place(&zh, &en, "returns/"));
        }
        places.extend([
            place("各列说明", "What each column means", "CODEBOOK.md"),
            place("清单与校验", "Inputs and hashes", "manifest.json"),
        ]);
        let widest = places.iter().map(|(what, _)| what.width()).max().unwrap_or(0);
        places
            .iter()
            .map(|(what, path)| format!("  {what}{}  {folder}/{path}", " ".repeat(widest - what.width())))
            .collect()
    }
}

fn bounds(line: &IndicatorLine) -> String {
    match line.bounds {
        Some((lower, upper)) if lower == upper => "=".to_owned(),
        Some((lower, upper)) => {
            let target = line.target.as_ref().map(|(_, value)| *value);
            format!("{}..{}", figure_beside(lower, target), figure_beside(upper, target))
        }
        None => "-".to_owned(),
    }
}

/// Breaks at spaces, and between any two wide characters, to at most [`WIDTH`] columns.
pub(super) fn wrap(text: &str) -> String {
    let mut table = Table::new();
    table
        .load_style(TableStyle::new())
        .set_width(WIDTH)
        .set_content_arrangement(ContentArrangement::Dynamic);
    table.add_row(vec![text]);
    if let Some(column) = table.column_mut(0) {
        column.set_padding((0, 0));
    }
    trimmed(&table)
}

pub(super) struct Column<'a> {
    title: &'a str,
    alignment: CellAlignment,
}

impl<'a> Column<'a> {
    pub(super) fn left(title: &'a str) -> Self {
        Column {
            title,
            alignment: CellAlignment::Left,
        }
    }

    pub(super) fn right(title: &'a str) -> Self {
        Column {
            title,
            alignment: CellAlignment::Right,
        }
    }
}

/// A table with a ruled header and nothing else: ASCII rules, since box characters are wide in some terminals.
pub(super) struct Grid {
    table: Table,
}

impl Grid {
    pub(super) fn new(columns: &[Column]) -> Grid {
        let mut table = Table::new();
        table
            .load_style(TableStyle::new().header_separator(LineStyle::none().fill('-').junction('-')))
            .set_width(WIDTH)
            .set_content_arrangement(ContentArrangement::Dynamic)
            .set_header(
                columns
                    .iter()
                    .map(|c| Cell::new(c.title).set_alignment(c.alignment))
                    .collect::<Vec<_>>(),
            );
        for (column, Column { alignment, .. }) in table.column_iter_mut().zip(columns) {
            column.set_cell_alignment(*alignment);
            column.set_padding((0, 1));
        }
        Grid { table }
    }

    pub(super) fn push(&mut self, cells: Vec<String>) {
        self.table.add_row(cells);
    }

    pub(super) fn render(&self) -> String {
        trimmed(&self.table)
    }
}

fn trimmed(table: &Table) -> String {
    table
        .lines()
        .map(|line| line.trim_end().to_owned())
        .collect::<Vec<_>>()
        .join("\n")
}

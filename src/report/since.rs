//! What is new since a release, as text, Markdown, or HTML for a mail.

use std::collections::BTreeMap;

use serde::Serialize;

use super::grid::Page;
use super::influential::InfluentialLine;
use super::look::{brief, on_one_line, say, verdict_word};
use super::moved::Moved;
use super::number::{count, percent};
use crate::domain::{Lang, Text, agreeing, plural};

/// Late reporters that are named.
const NAMED: usize = 10;

/// What is new since a release.
#[derive(Clone, Debug, Serialize)]
pub struct SinceReport {
    /// Title of the pipeline.
    pub title: Text,
    /// Id of the earlier release; None: there is none, and `state` says how the current one stands.
    pub since: Option<String>,
    /// Id of the current one.
    pub current: String,
    /// Figures are made up.
    pub synthetic: bool,
    /// Name of the root area.
    pub root: Text,
    /// How the release stands; empty where there is an earlier one to compare with.
    pub state: Vec<StateLine>,
    /// What moved.
    pub moved: Moved,
    /// Whether the causes are known: all releases in between have them.
    pub explained: bool,
    /// When a run was withheld after the current release, and why.
    pub withheld: Option<(String, Vec<Text>)>,
    /// Runs that came to no result since the earlier release, the latest first.
    pub stopped: Vec<StoppedRun>,
    /// Reporters that are late or missing now and were not then.
    pub late: Vec<LateLine>,
    /// Whether a form has a day on which it is due.
    #[serde(skip)]
    pub has_due: bool,
    /// Open findings that move a figure of the root most.
    pub influential: Vec<InfluentialLine>,
    /// The pipeline's folder, as a shell takes it.
    #[serde(skip)]
    pub folder: String,
}

/// A run that came to no result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StoppedRun {
    /// When it began, UTC, RFC 3339.
    pub started_at: String,
    /// `failed`, `interrupted` or `killed`.
    pub outcome: String,
    /// The error or the signal.
    pub why: String,
}

/// A form that should be there and has not come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LateLine {
    /// Its period.
    pub period: String,
    /// Title of the form.
    pub form: Text,
    /// Code of the reporter.
    pub area_code: String,
    /// Its name.
    pub area: Text,
    /// Whether the form has a day on which it is due. Without one nobody is late: the period has passed, and nothing came.
    pub is_late: bool,
}

/// One line on how a release stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum StateLine {
    /// What was sent.
    Sent(SentLine),
    /// Who has reported a form that was due.
    Reported(ReportedLine),
    /// How the goals are met.
    Goals(GoalsLine),
}

/// What was sent, over all periods.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SentLine {
    /// Submissions, and files that no form claims.
    pub submissions: i64,
    /// Those of which no row counts.
    pub rejected: i64,
    /// Rows read.
    pub rows_read: i64,
    /// Rows that count.
    pub rows_accepted: i64,
}

/// Who has reported one form of one period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReportedLine {
    /// The period.
    pub period: String,
    /// Title of the form.
    pub form: Text,
    /// Reporters that owe it.
    pub expected: i64,
    /// Those that sent it.
    pub received: i64,
    /// Those that sent at least one row that counts.
    pub usable: i64,
}

/// The verdicts on the goals of one period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GoalsLine {
    /// The period.
    pub period: String,
    /// Number of indicators, by verdict as in the table `indicators`.
    pub verdicts: BTreeMap<String, usize>,
}

impl StateLine {
    fn told(&self, lang: Lang) -> String {
        match (self, lang) {
            (StateLine::Sent(line), Lang::Zh) => format!(
                "共 {} 份上报，其中 {} 份没有可用数据；读取 {} 行，接受 {} 行",
                count(line.submissions),
                count(line.rejected),
                count(line.rows_read),
                count(line.rows_accepted)
            ),
            (StateLine::Sent(line), Lang::En) => format!(
                "{}, of which {} {} no usable row; {} read, {} accepted",
                plural(line.submissions, "submission"),
                count(line.rejected),
                agreeing(line.rejected, "has", "have"),
                plural(line.rows_read, "row"),
                count(line.rows_accepted)
            ),
            (StateLine::Reported(line), Lang::Zh) => format!(
                "{} {}：应报 {}，已报 {}，可用 {}",
                line.period,
                line.form.get(lang),
                count(line.expected),
                count(line.received),
                count(line.usable)
            ),
            (StateLine::Reported(line), Lang::En) => format!(
                "{} {}: {} expected, {} received, {} usable",
                line.period,
                line.form.get(lang),
                count(line.expected),
                count(line.received),
                count(line.usable)
            ),
            (StateLine::Goals(line), _) => {
                let each = line.verdicts.iter().map(|(verdict, number)| match lang {
                    Lang::Zh => format!("{} {}", verdict_word(verdict, lang), count(*number as i64)),
                    Lang::En => format!("{} {}", count(*number as i64), verdict_word(verdict, lang)),
                });
                let each: Vec<String> = each.collect();
                match lang {
                    Lang::Zh => format!("{} 目标：{}", line.period, each.join("、")),
                    Lang::En => format!("Goals of {}: {}", line.period, each.join(", ")),
                }
            }
        }
    }
}

/// A heading and what stands below it.
struct Section {
    heading: String,
    /// A sentence before the list, or in its place.
    intro: Option<String>,
    lines: Vec<String>,
}

impl SinceReport {
    fn title(&self, lang: Lang) -> String {
        let synthetic = match self.synthetic {
            true => say(
                lang,
                "（模拟数据，非真实统计）",
                " (synthetic data, no real statistics)",
            ),
            false => "",
        };
        let (title, current) = (self.title.get(lang), &self.current);
        match (lang, &self.since) {
            (Lang::Zh, Some(since)) => format!("{title}：自 {since} 至 {current}{synthetic}"),
            (Lang::En, Some(since)) => format!("{title}: from {since} to {current}{synthetic}"),
            (Lang::Zh, None) => format!("{title}：{current}，此前没有版本可比{synthetic}"),
            (Lang::En, None) => format!("{title}: {current}, no earlier release to compare with{synthetic}"),
        }
    }

    fn sections(&self, lang: Lang) -> Vec<Section> {
        let page = Page::new(lang);
        let intro = match (lang, self.moved.figures, self.moved.lines.is_empty()) {
            (Lang::Zh, 0, _) => "没有数值变化。".to_owned(),
            (Lang::En, 0, _) => "No figure moved.".to_owned(),
            _ => self.moved.counted(&self.root, lang),
        };
        let mut moved = self.moved.told(&page);
        if !self.explained && self.moved.figures > 0 {
            moved.push(
                say(
                    lang,
                    "其间有版本没有修订表，原因不明",
                    "A release in between has no table of revisions: the causes are not known",
                )
                .to_owned(),
            );
        }
        let (held, reasons) = match &self.withheld {
            None => {
                let none = say(lang, "此后没有未通过门槛的运行。", "No run was withheld since.");
                (none.to_owned(), Vec::new())
            }
            Some((at, reasons)) => {
                let at = minute(at);
                let first = match lang {
                    Lang::Zh => format!("{at} UTC 的运行未发布，当前版本不变："),
                    Lang::En => format!("The run of {at} UTC is not published, the current release stays:"),
                };
                (
                    first,
                    reasons.iter().map(|reason| reason.get(lang).to_owned()).collect(),
                )
            }
        };
        let findings = self.findings(lang);
        let none = say(lang, "没有。", "None.").to_owned();
        let section = |zh: &str, en: &str, intro: Option<String>, lines: Vec<String>| Section {
            heading: say(lang, zh, en).to_owned(),
            intro,
            lines,
        };
        let first = match self.since {
            Some(_) => section("数值变化", "What moved", Some(intro), moved),
            None => {
                let state = self.state.iter().map(|line| line.told(lang)).collect();
                section("现状", "State of the release", None, state)
            }
        };
        let mut sections = vec![
            first,
            section("未通过发布门槛", "What was withheld", Some(held), reasons),
        ];
        if !self.stopped.is_empty() {
            sections.push(section(
                "没有得出结果的运行",
                "Runs without a result",
                None,
                self.stopped_lines(lang),
            ));
        }
        sections.extend(self.late_sections(lang));
        sections.push(section(
            "影响最大的待核实问题",
            "Open findings that matter most",
            findings.is_empty().then_some(none),
            findings,
        ));
        sections
    }

    /// Who is late, and who has sent nothing of a form that is due on no day; one of them also where nobody is.
    fn late_sections(&self, lang: Lang) -> Vec<Section> {
        let section = |is_late: bool| {
            let (zh, en) = match (is_late, &self.since) {
                (true, Some(_)) => ("新逾期未报的单位", "Who is newly late"),
                (true, None) => ("逾期未报的单位", "Who is late"),
                (false, Some(_)) => ("新缺报的单位（未规定期限）", "Who is newly missing (no due day is set)"),
                (false, None) => ("缺报的单位（未规定期限）", "Who is missing (no due day is set)"),
            };
            let lines = self.late_lines(is_late, lang);
            Section {
                heading: say(lang, zh, en).to_owned(),
                intro: lines.is_empty().then(|| say(lang, "没有。", "Nobody.").to_owned()),
                lines,
            }
        };
        let kinds = [true, false].into_iter().filter(|is_late| match self.late.is_empty() {
            true => *is_late == self.has_due,
            false => self.late.iter().any(|line| line.is_late == *is_late),
        });
        kinds.map(section).collect()
    }

    fn stopped_lines(&self, lang: Lang) -> Vec<String> {
        let line = |run: &StoppedRun| {
            let (at, why) = (minute(&run.started_at), brief(&run.why, 200));
            match (run.outcome.as_str(), lang) {
                ("interrupted", Lang::Zh) => format!("{at} UTC 开始：被 {why} 中断"),
                ("interrupted", Lang::En) => format!("begun {at} UTC: stopped by {why}"),
                ("killed", Lang::Zh) => format!("{at} UTC 开始：被强行终止，或机器故障"),
                ("killed", Lang::En) => format!("begun {at} UTC: killed, or the machine failed"),
                (_, Lang::Zh) => format!("{at} UTC 开始：失败：{why}"),
                (_, Lang::En) => format!("begun {at} UTC: failed: {why}"),
            }
        };
        let mut lines: Vec<String> = self.stopped.iter().take(NAMED).map(line).collect();
        if let more @ 1.. = self.stopped.len().saturating_sub(NAMED) {
            lines.push(match lang {
                Lang::Zh => format!("另有 {more} 次，见 runs.parquet"),
                Lang::En => format!("{more} more: see runs.parquet"),
            });
        }
        lines
    }

    fn late_lines(&self, is_late: bool, lang: Lang) -> Vec<String> {
        let line = |late: &LateLine| {
            let (area, form) = (late.area.get(lang), late.form.get(lang));
            format!("{} {area} · {form} · {}", late.area_code, late.period)
        };
        let all: Vec<&LateLine> = self.late.iter().filter(|line| line.is_late == is_late).collect();
        let mut lines: Vec<String> = all.iter().take(NAMED).map(|late| line(late)).collect();
        if all.len() > NAMED {
            let more = count((all.len() - NAMED) as i64);
            lines.push(match lang {
                Lang::Zh => format!("另有 {more} 份，见 huizong status {} --counties", self.folder),
                Lang::En => format!("{more} more: see huizong status {} --counties", self.folder),
            });
        }
        lines
    }

    fn findings(&self, lang: Lang) -> Vec<String> {
        let line = |one: &InfluentialLine| {
            let change = match one.change.is_finite() {
                true => format!("{}{}", if one.change > 0.0 { "+" } else { "" }, percent(one.change)),
                false => say(lang, "从无到有", "from none").to_owned(),
            };
            let place = one.cell.as_ref().map_or(String::new(), |cell| format!(" {cell}"));
            format!(
                "{}{place} · {} · {} {change}",
                one.path,
                brief(one.title.get(lang), 60),
                one.indicator_title.get(lang)
            )
        };
        self.influential.iter().map(line).collect()
    }

    /// For a terminal or a plain mail.
    pub fn text(&self, page: Page) -> String {
        let mut parts = vec![page.wrap(&on_one_line(&self.title(page.lang)))];
        for section in self.sections(page.lang) {
            let indent = if section.intro.is_some() { "    " } else { "  " };
            let intro = section
                .intro
                .iter()
                .map(|intro| page.wrap(&format!("  {}", on_one_line(intro))));
            let lines = section
                .lines
                .iter()
                .map(|line| page.wrap(&format!("{indent}{}", on_one_line(line))));
            let all: Vec<String> = std::iter::once(section.heading.clone())
                .chain(intro)
                .chain(lines)
                .collect();
            parts.push(all.join("\n"));
        }
        parts.join("\n\n") + "\n"
    }

    /// For a forge or a wiki.
    pub fn markdown(&self, lang: Lang) -> String {
        let escaped = |text: &str| super::diff::escaped(&on_one_line(text));
        let mut parts = vec![format!("# {}", escaped(&self.title(lang)))];
        for section in self.sections(lang) {
            let lines: Vec<String> = section
                .lines
                .iter()
                .map(|line| format!("- {}", escaped(line)))
                .collect();
            parts.push(format!("## {}", escaped(&section.heading)));
            parts.extend(section.intro.iter().map(|intro| escaped(intro)));
            parts.extend((!lines.is_empty()).then(|| lines.join("\n")));
        }
        parts.join("\n\n") + "\n"
    }

    /// A piece of HTML without head and body, for a mail.
    pub fn html(&self, lang: Lang) -> String {
        let mut text = format!(
            "<div lang=\"{}\">\n<h1>{}</h1>\n",
            lang.tag(),
            in_html(&self.title(lang))
        );
        for section in self.sections(lang) {
            text += &format!("<h2>{}</h2>\n", in_html(&section.heading));
            if let Some(intro) = &section.intro {
                text += &format!("<p>{}</p>\n", in_html(intro));
            }
            if section.lines.is_empty() {
                continue;
            }
            text += "<ul>\n";
            for line in &section.lines {
                text += &format!("<li>{}</li>\n", in_html(line));
            }
            text += "</ul>\n";
        }
        text + "</div>\n"
    }
}

/// A time to the minute.
fn minute(time: &str) -> String {
    time.get(..16).unwrap_or(time).replace('T', " ")
}

/// Text of others in HTML: nothing in it is markup.
fn in_html(text: &str) -> String {
    let mut spelt = String::new();
    for c in on_one_line(text).chars() {
        match c {
            '&' => spelt.push_str("&amp;"),
            '<' => spelt.push_str("&lt;"),
            '>' => spelt.push_str("&gt;"),
            '"' => spelt.push_str("&quot;"),
            '\'' => spelt.push_str("&#39;"),
            c => spelt.push(c),
        }
    }
    spelt
}

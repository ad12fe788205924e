//! `huizong status`: who has not reported, who is late, who has something to mend.

use serde::Serialize;

use super::grid::{Column, Page};
use super::influential::InfluentialLine;
use super::look::{Look, Source, brief, note_on_withheld, on_one_line, say};
use super::moved::Moved;
use super::number::count;
use crate::domain::{Lang, Text, plural};

/// Where a period stands.
#[derive(Clone, Debug, Serialize)]
pub struct StatusReport {
    /// Title of the pipeline.
    pub title: Text,
    /// The release.
    #[serde(flatten)]
    pub source: Source,
    /// When a later run was withheld, UTC; None: none was.
    pub withheld_since: Option<String>,
    /// The period it is about.
    pub period: String,
    /// Name of the area it is about.
    pub area: Text,
    /// Titles of the forms that are counted together.
    pub forms: Vec<Text>,
    /// Areas of the partition level; of an area beneath it, that area.
    pub lines: Vec<StatusLine>,
    /// All of them.
    pub total: StatusLine,
    /// Of those owed, the ones of which nothing is asked.
    pub in_order: usize,
    /// Later periods, which were not due, of which something is asked already; empty where a period or an area was named.
    pub later: Vec<LaterLine>,
    /// Paths of files that no form claims, and of submissions of periods that nobody asked for; None where one area is looked at.
    pub unclaimed: Option<Vec<String>>,
    /// Files beside the submissions (registers, corrections, explanations) with open findings, by path; None where one area is
    /// looked at.
    pub beside: Option<Vec<BesideLine>>,
    /// What moved since the release before, most of all in the area that it is about, over all periods.
    pub moved: Moved,
    /// Open findings that move a figure of the root most.
    pub influential: Vec<InfluentialLine>,
    /// Reporters of whom something is asked, by code; None: not listed.
    pub reporters: Option<Vec<ReporterLine>>,
    /// The command that explains every code of the report in place of `CODE`; None: it shows no code.
    #[serde(skip)]
    pub explain: Option<String>,
}

/// Counts of submissions, each one form of one reporter.
#[derive(Clone, Debug, Default, Serialize)]
pub struct StatusLine {
    /// Code of the area.
    pub area_code: String,
    /// Its name.
    pub area: Text,
    /// Owed.
    pub expected: i64,
    /// Of them, received.
    pub received: i64,
    /// Of them, received after they were due; None: there are no receipts.
    pub late: Option<i64>,
    /// Of those owed, not received although they were due.
    pub missing: i64,
    /// Of those owed, not received and not due yet.
    pub not_due: i64,
    /// With a hard finding that stands.
    pub open_hard: i64,
    /// With a finding that has not been explained.
    pub open_explain: i64,
    /// Of which nothing counts.
    pub rejected: i64,
}

impl StatusLine {
    /// Of an area, nothing counted yet.
    pub fn new(area_code: &str, area: Text) -> StatusLine {
        StatusLine {
            area_code: area_code.to_owned(),
            area,
            late: Some(0),
            ..StatusLine::default()
        }
    }

    /// `has_not_due`: with what is not due yet, which most periods have no longer.
    fn cells(&self, has_not_due: bool) -> Vec<String> {
        let mut cells = vec![count(self.expected), count(self.received), count(self.missing)];
        cells.extend(has_not_due.then(|| count(self.not_due)));
        cells.push(self.late.map_or("-".to_owned(), count));
        cells.extend([self.rejected, self.open_hard, self.open_explain].map(count));
        cells
    }
}

/// A period that was not due, and of which something is asked already.
#[derive(Clone, Debug, Serialize)]
pub struct LaterLine {
    /// The period.
    pub period: String,
    /// Submissions with something to do.
    pub todo: usize,
}

impl LaterLine {
    fn told(&self, lang: Lang) -> String {
        let LaterLine { period, todo } = self;
        match lang {
            Lang::Zh => format!("{period} 尚未到期，已报的有 {todo} 份需要处理（--period {period} 查看）。"),
            Lang::En => {
                format!(
                    "{period} is not due yet; submissions that need action already: {todo} (see --period {period})."
                )
            }
        }
    }
}

/// A form of one reporter of whom something is asked.
#[derive(Clone, Debug, Serialize)]
pub struct ReporterLine {
    /// Code of the reporter.
    pub area_code: String,
    /// Its name.
    pub area: Text,
    /// Name of the area of the partition level it lies in.
    pub above: Option<Text>,
    /// Id of the form.
    pub form: String,
    /// What a person calls it.
    pub form_title: Text,
    /// It was not received.
    pub missing: bool,
    /// It was received after it was due.
    pub late: bool,
    /// By so many days.
    pub late_days: Option<i64>,
    /// Nothing of it counts.
    pub rejected: bool,
    /// Hard findings that stand, by code, the most frequent first.
    pub hard: Vec<CodeCount>,
    /// Findings to be explained, by code, the most frequent first.
    pub explain: Vec<CodeCount>,
    /// Paths of what was received, below the input.
    pub submissions: Vec<String>,
    /// The marked-up workbooks that go back, below the release.
    pub workbooks: Vec<String>,
}

/// A file beside the submissions, which whoever keeps it has to mend.
#[derive(Clone, Debug, Serialize)]
pub struct BesideLine {
    /// Below the input.
    pub path: String,
    /// Findings that stand.
    pub findings: i64,
}

/// How often a code was found.
#[derive(Clone, Debug, Serialize)]
pub struct CodeCount {
    /// The code.
    pub code: String,
    /// What a person calls it.
    pub title: Text,
    /// Findings.
    pub count: i64,
}

/// Codes named of a submission; the rest is counted.
const CODES: usize = 8;
/// Characters of a title that are shown.
const TITLE: usize = 60;
/// Paths of files that no form claims that are shown.
const PATHS: usize = 5;

impl Look for StatusReport {
    fn text(&self, page: Page) -> String {
        let lang = page.lang;
        let heading = [self.title.get(lang), self.area.get(lang), &self.period];
        let mut heading = self.source.heading(&heading, lang);
        if let Some(since) = &self.withheld_since {
            heading = format!("{heading}\n{}", page.wrap(&note_on_withheld(since, lang)));
        }
        let mut sections = vec![heading, self.table(page)];
        sections.extend(page.moved(&self.moved, &self.area));
        sections.extend(page.influential(&self.influential));
        sections.extend(self.reporters.as_ref().map(|reporters| self.list(reporters, lang)));
        sections.extend(self.explain.as_ref().map(|command| page.explained_by(command)));
        if self.reporters.is_none() && self.in_order < self.total.expected as usize {
            let which = self.source.place().1.map_or(String::new(), |asked| format!("{asked} "));
            sections.push(page.wrap(&match lang {
                Lang::Zh => format!("{which}--counties 逐个列出，{which}--area 代码 只看一个地区。"),
                Lang::En => {
                    format!("{which}--counties lists them one by one; {which}--area CODE looks at one area.")
                }
            }));
        }
        sections.join("\n\n") + "\n"
    }

    fn rows(&self, lang: Lang) -> Vec<Vec<String>> {
        match &self.reporters {
            Some(reporters) => reporter_rows(reporters, lang),
            None => self.line_rows(lang),
        }
    }
}

impl StatusReport {
    fn table(&self, page: Page) -> String {
        let lang = page.lang;
        let has_not_due = self.total.not_due > 0;
        let mut columns = vec![
            Column::left(say(lang, "地区", "Area")),
            Column::right(say(lang, "应报", "Expected")),
            Column::right(say(lang, "实报", "Received")),
            Column::right(say(lang, "未报", "Missing")),
            Column::right(say(lang, "迟报", "Late")),
            Column::right(say(lang, "整份退回", "Rejected")),
            Column::right(say(lang, "待改", "To fix")),
            Column::right(say(lang, "待说明", "To explain")),
        ];
        if has_not_due {
            columns.insert(4, Column::right(say(lang, "未到期", "Not due yet")));
        }
        let mut grid = page.grid(&columns);
        for line in &self.lines {
            grid.push([vec![on_one_line(line.area.get(lang))], line.cells(has_not_due)].concat());
        }
        let total = say(lang, "合计", "Total");
        grid.push([vec![total.to_owned()], self.total.cells(has_not_due)].concat());
        let forms: Vec<&str> = self.forms.iter().map(|form| form.get(lang)).collect();
        let forms = forms.join(say(lang, "、", ", "));
        let mut text = grid.render() + "\n";
        text += &page.wrap(&match lang {
            Lang::Zh => format!("单位：份（一个上报单位的一张表）；表式：{forms}。"),
            Lang::En => format!("Counted: one form of one reporter ({forms})."),
        });
        text += &match lang {
            Lang::Zh => format!(
                "\n应报的 {} 份中，{} 份无需处理。",
                count(self.total.expected),
                count(self.in_order as i64)
            ),
            Lang::En => format!(
                "\nExpected {}, of which no action is needed for {}.",
                count(self.total.expected),
                count(self.in_order as i64)
            ),
        };
        for line in &self.later {
            text += "\n";
            text += &page.wrap(&line.told(lang));
        }
        text += &self.unclaimed(page);
        let beside: Vec<String> = (self.beside.iter().flatten())
            .map(|file| format!("{} {}", on_one_line(&file.path), count(file.findings)))
            .collect();
        if !beside.is_empty() {
            let files = beside.join(say(lang, "、", ", "));
            text += "\n";
            text += &page.wrap(&match lang {
                Lang::Zh => format!("登记册、更正与说明文件中待改：{files}（处）。"),
                Lang::En => format!("To fix in the ministry's own files: {files}."),
            });
        }
        text
    }

    /// What belongs to nobody, by path.
    fn unclaimed(&self, page: Page) -> String {
        let paths = self.unclaimed.as_deref().unwrap_or_default();
        let files = paths.len();
        let said = match page.lang {
            _ if files == 0 => return String::new(),
            Lang::Zh => format!("另有 {files} 份没有表式认领，或不属于任何应报期："),
            Lang::En if files == 1 => {
                "In addition, 1 file that matches no form, or whose period is not asked for:".to_owned()
            }
            Lang::En => format!("In addition, {files} files that match no form, or whose periods are not asked for:"),
        };
        let mut text = format!("\n{}", page.wrap(&said));
        for path in paths.iter().take(PATHS) {
            text += &format!("\n  {}", on_one_line(path));
        }
        if files > PATHS {
            text += "\n  …";
        }
        text
    }

    fn list(&self, reporters: &[ReporterLine], lang: Lang) -> String {
        if reporters.is_empty() {
            return say(lang, "没有需要处理的上报单位。", "No reporter has to do anything.").to_owned();
        }
        let folder = self.source.place().0;
        let mut lines = Vec::new();
        for of_area in reporters.chunk_by(|a, b| a.area_code == b.area_code) {
            let first = &of_area[0];
            let above = first
                .above
                .as_ref()
                .map_or(String::new(), |above| format!(" · {}", above.get(lang)));
            lines.push(on_one_line(&format!(
                "{} {}{above}",
                first.area_code,
                first.area.get(lang)
            )));
            for line in of_area {
                lines.push(format!(
                    "  {}{}{}",
                    line.form_title.get(lang),
                    say(lang, "：", ": "),
                    line.what(lang)
                ));
                lines.extend(line.codes(lang));
                lines.extend(line.submissions.iter().map(|path| format!("    {}", on_one_line(path))));
                lines.extend(line.workbooks.iter().map(|path| {
                    format!(
                        "    {} {folder}/{}",
                        say(lang, "退回的工作簿", "return:"),
                        on_one_line(path)
                    )
                }));
            }
        }
        lines.join("\n")
    }

    fn line_rows(&self, lang: Lang) -> Vec<Vec<String>> {
        let head = [
            "area_code",
            "area",
            "expected",
            "received",
            "missing",
            "not_due",
            "late",
            "rejected",
            "open_hard",
            "open_explain",
        ];
        let mut rows = vec![head.map(str::to_owned).to_vec()];
        for (area, line) in self.lines.iter().map(|line| (line.area.get(lang), line)) {
            let late = line.late.map_or(String::new(), |late| late.to_string());
            let figures = [line.expected, line.received, line.missing, line.not_due].map(|n| n.to_string());
            let more = [line.rejected, line.open_hard, line.open_explain].map(|n| n.to_string());
            rows.push(
                [
                    vec![line.area_code.clone(), area.to_owned()],
                    figures.to_vec(),
                    vec![late],
                    more.to_vec(),
                ]
                .concat(),
            );
        }
        rows
    }
}

fn reporter_rows(reporters: &[ReporterLine], lang: Lang) -> Vec<Vec<String>> {
    let head = [
        "area_code",
        "area",
        "above",
        "form",
        "missing",
        "late",
        "late_days",
        "rejected",
        "open_hard",
        "open_explain",
        "codes",
        "submissions",
        "return",
    ];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    for line in reporters {
        let sum = |codes: &[CodeCount]| codes.iter().map(|code| code.count).sum::<i64>().to_string();
        let codes: Vec<String> = line
            .hard
            .iter()
            .chain(&line.explain)
            .map(|code| format!("{} {}", code.code, code.count))
            .collect();
        rows.push(vec![
            line.area_code.clone(),
            line.area.get(lang).to_owned(),
            line.above
                .as_ref()
                .map_or(String::new(), |above| above.get(lang).to_owned()),
            line.form.clone(),
            line.missing.to_string(),
            line.late.to_string(),
            line.late_days.map_or(String::new(), |days| days.to_string()),
            line.rejected.to_string(),
            sum(&line.hard),
            sum(&line.explain),
            codes.join("; "),
            line.submissions.join("; "),
            line.workbooks.join("; "),
        ]);
    }
    rows
}

impl ReporterLine {
    /// `not received`, or what is wrong with what was.
    fn what(&self, lang: Lang) -> String {
        let mut parts = Vec::new();
        if self.missing {
            parts.push(say(lang, "未报", "not received").to_owned());
        }
        match (self.late, self.late_days, lang) {
            (true, Some(days), Lang::Zh) => parts.push(format!("迟报 {days} 天")),
            (true, Some(days), Lang::En) => parts.push(plural(days, "day") + " late"),
            (true, None, _) => parts.push(say(lang, "迟报", "late").to_owned()),
            (false, ..) => {}
        }
        if self.rejected {
            parts.push(say(lang, "整份退回", "nothing of it counts").to_owned());
        }
        for (codes, zh, en) in [(&self.hard, "待改", "to fix"), (&self.explain, "待说明", "to explain")] {
            let all: i64 = codes.iter().map(|code| code.count).sum();
            match lang {
                _ if all == 0 => {}
                Lang::Zh => parts.push(format!("{zh} {all} 处")),
                Lang::En => parts.push(format!("{all} {en}")),
            }
        }
        parts.join(say(lang, "；", "; "))
    }

    /// `    2 × code-unknown  an unknown code`, one line for each code, hard findings first.
    fn codes(&self, lang: Lang) -> Vec<String> {
        let all: Vec<&CodeCount> = self.hard.iter().chain(&self.explain).collect();
        let named = all.iter().take(CODES);
        let mut lines: Vec<String> = named
            .map(|code| {
                let title = brief(code.title.get(lang), TITLE);
                format!("    {} × {}  {title}", code.count, brief(&code.code, TITLE))
            })
            .collect();
        if all.len() > CODES {
            let rest: i64 = all[CODES..].iter().map(|code| code.count).sum();
            lines.push(format!("    {rest} × {}", say(lang, "其他", "others")));
        }
        lines
    }
}

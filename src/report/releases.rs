//! What is said of releases: the list, what going back would change, what cleaning up would remove.

use serde::Serialize;

use super::grid::{Column, Page};
use super::look::{self, Look, note_on_withheld, on_one_line, say};
use super::number::{count, megabytes};
use crate::domain::Lang;

/// The releases of an output folder.
#[derive(Clone, Debug, Serialize)]
pub struct ReleasesReport {
    /// Since when runs publish nothing, because a release was withdrawn; None: they publish.
    pub on_hold_since: Option<String>,
    /// When a run was withheld after the current release, UTC; None: none was.
    pub withheld_since: Option<String>,
    /// In order.
    pub releases: Vec<ReleaseLine>,
}

/// A release. What its manifest does not say is absent.
#[derive(Clone, Debug, Serialize)]
pub struct ReleaseLine {
    /// Its id.
    pub id: String,
    /// Readers are given this one.
    pub current: bool,
    /// It was withdrawn: `current` was led back behind it.
    pub withdrawn: bool,
    /// When it was published, UTC.
    pub created_at: Option<String>,
    /// When a run last came to the same, UTC.
    pub confirmed_at: Option<String>,
    /// Date of the run that published or last confirmed it.
    pub as_of: Option<String>,
    /// Its periods.
    pub periods: Vec<String>,
    /// Submissions.
    pub submissions: Option<u64>,
    /// Of these, those of which nothing counts.
    pub submissions_rejected: Option<u64>,
    /// Rows that count.
    pub rows_accepted: Option<u64>,
    /// Rows that were held back.
    pub rows_quarantined: Option<u64>,
    /// Findings for which rows are held back.
    pub findings_hard: Option<u64>,
    /// Findings that ask for an explanation.
    pub findings_explain: Option<u64>,
    /// Questions of the gate.
    pub gate_checks: Option<usize>,
    /// Of these, those that did not pass.
    pub gate_failed: Option<usize>,
    /// Names that people have given it.
    pub tags: Vec<String>,
    /// Bytes of files that no other release has.
    pub bytes_alone: u64,
    /// Bytes of files that it shares with other releases or with what runs keep.
    pub bytes_shared: u64,
}

/// What leads `current` to another release, and what changes by it.
#[derive(Clone, Debug, Serialize)]
pub struct RollbackReport {
    /// The release that is current before; None: there is none.
    pub from: Option<String>,
    /// The one that is to be current.
    pub to: String,
    /// Whether it was done; else it is a plan.
    pub done: bool,
    /// Whether runs publish nothing afterwards, until a person says that they may.
    pub holds: bool,
    /// When the release was published, UTC.
    pub created_at: String,
    /// Periods that readers no longer have.
    pub periods_gone: Vec<String>,
    /// Periods that readers have again.
    pub periods_back: Vec<String>,
    /// Submissions before and after.
    pub submissions: [Option<u64>; 2],
    /// Rows that count before and after.
    pub rows_accepted: [Option<u64>; 2],
    /// Tables that differ.
    pub tables: Vec<String>,
    /// Files that differ, tables among them.
    pub files: usize,
}

/// What cleaning up removes and keeps.
#[derive(Clone, Debug, Serialize)]
pub struct GcReport {
    /// Whether it was done; else it is a plan.
    pub done: bool,
    /// Whether the pipeline says how long releases are kept.
    pub has_rules: bool,
    /// Bytes that are free afterwards.
    pub bytes_freed: u64,
    /// In order: releases, then what else there is.
    pub items: Vec<GcItem>,
}

/// Something that is removed or kept.
#[derive(Clone, Debug, Serialize)]
pub struct GcItem {
    /// `release`, `withheld`, `partial` or `state`.
    pub what: &'static str,
    /// Id of the release, or path within the output folder.
    pub name: String,
    /// When it was last published, confirmed or written, UTC.
    pub at: Option<String>,
    /// Whether it is removed.
    pub removed: bool,
    /// Why it is removed or kept.
    pub reason: &'static str,
    /// Bytes of its files.
    pub bytes: u64,
}

/// `2020-03-01 04:05` of a time in RFC 3339.
fn minute(at: Option<&String>) -> String {
    at.map_or_else(|| "-".to_owned(), |at| look::minute(at))
}

/// `2018–2020`, also where one between them is lacking: the other formats name each.
fn span(periods: &[String]) -> String {
    match periods {
        [] => "-".to_owned(),
        [only] => only.clone(),
        [first, .., last] => format!("{first}–{last}"),
    }
}

fn number(of: Option<u64>) -> String {
    of.map_or_else(
        || "-".to_owned(),
        |number| count(i64::try_from(number).unwrap_or(i64::MAX)),
    )
}

fn plain(of: Option<impl ToString>) -> String {
    of.map_or_else(String::new, |value| value.to_string())
}

impl ReleaseLine {
    fn state(&self, lang: Lang) -> &'static str {
        match (self.current, self.withdrawn) {
            (true, _) => say(lang, "当前", "current"),
            (false, true) => say(lang, "已撤下", "withdrawn"),
            (false, false) => "",
        }
    }

    /// What it is, then its tags.
    fn notes(&self, lang: Lang) -> Vec<&str> {
        let state = Some(self.state(lang)).filter(|state| !state.is_empty());
        state.into_iter().chain(self.tags.iter().map(String::as_str)).collect()
    }

    fn gate(&self, lang: Lang) -> String {
        match (self.gate_checks, self.gate_failed) {
            (Some(_), Some(0)) => say(lang, "通过", "passed").to_owned(),
            (Some(all), Some(failed)) => format!("{}/{all}", all - failed),
            _ => "-".to_owned(),
        }
    }
}

impl Look for ReleasesReport {
    fn text(&self, page: Page) -> String {
        let lang = page.lang;
        let mut sections = Vec::new();
        if let Some(since) = &self.on_hold_since {
            let since = minute(Some(since));
            let (zh, en) = (
                format!("自 {since}（UTC）起暂停发布：有版本被撤下。原因排除后，用 huizong rollback --lift 恢复发布。"),
                format!(
                    "On hold since {since} UTC: a release was withdrawn, and runs publish nothing until huizong rollback --lift says that they may."
                ),
            );
            sections.push(page.wrap(say(lang, &zh, &en)));
        }
        if let Some(since) = &self.withheld_since {
            sections.push(page.wrap(&note_on_withheld(since, lang)));
        }
        if self.releases.is_empty() {
            sections.push(say(lang, "没有已发布的版本。", "There is no release.").to_owned());
            return sections.join("\n\n") + "\n";
        }
        let columns = [
            Column::left(say(lang, "版本", "Release")),
            Column::left(say(lang, "发布日期", "Published")),
            Column::left(say(lang, "报告期", "Periods")),
            Column::right(say(lang, "上报", "Sent")),
            Column::right(say(lang, "计入行", "Rows")),
            Column::right(say(lang, "强制性问题", "Hard")),
            Column::left(say(lang, "门槛", "Gate")),
            Column::right(say(lang, "独占 MB", "MB alone")),
            Column::right(say(lang, "共享 MB", "MB shared")),
            Column::left(say(lang, "状态、标签", "State, tags")),
        ];
        let mut grid = page.grid(&columns);
        for line in &self.releases {
            grid.push(vec![
                on_one_line(&line.id),
                minute(line.created_at.as_ref()).chars().take(10).collect(),
                on_one_line(&span(&line.periods)),
                number(line.submissions),
                number(line.rows_accepted),
                number(line.findings_hard),
                line.gate(lang),
                megabytes(line.bytes_alone),
                megabytes(line.bytes_shared),
                on_one_line(&line.notes(lang).join(say(lang, "、", ", "))),
            ]);
        }
        sections.push(grid.render());
        sections.join("\n\n") + "\n"
    }

    fn rows(&self, _: Lang) -> Vec<Vec<String>> {
        let header = [
            "id",
            "current",
            "withdrawn",
            "created_at",
            "confirmed_at",
            "as_of",
            "periods",
            "submissions",
            "submissions_rejected",
            "rows_accepted",
            "rows_quarantined",
            "findings_hard",
            "findings_explain",
            "gate_checks",
            "gate_failed",
            "tags",
            "bytes_alone",
            "bytes_shared",
        ];
        let line = |line: &ReleaseLine| {
            vec![
                line.id.clone(),
                line.current.to_string(),
                line.withdrawn.to_string(),
                plain(line.created_at.as_ref()),
                plain(line.confirmed_at.as_ref()),
                plain(line.as_of.as_ref()),
                line.periods.join(";"),
                plain(line.submissions),
                plain(line.submissions_rejected),
                plain(line.rows_accepted),
                plain(line.rows_quarantined),
                plain(line.findings_hard),
                plain(line.findings_explain),
                plain(line.gate_checks),
                plain(line.gate_failed),
                line.tags.join(";"),
                line.bytes_alone.to_string(),
                line.bytes_shared.to_string(),
            ]
        };
        let header = header.map(str::to_owned).to_vec();
        [header].into_iter().chain(self.releases.iter().map(line)).collect()
    }
}

impl RollbackReport {
    fn head(&self, lang: Lang) -> String {
        let to = on_one_line(&self.to);
        let from = self.from.as_deref().map_or_else(|| "-".to_owned(), on_one_line);
        match (lang, self.done) {
            (Lang::Zh, false) => format!("将把当前版本由 {from} 改为 {to}；尚未更改。"),
            (Lang::En, false) => format!("Would make {to} current in place of {from}. Nothing has been changed."),
            (Lang::Zh, true) => format!("当前版本已由 {from} 改为 {to}。"),
            (Lang::En, true) => format!("{to} is current now, in place of {from}."),
        }
    }

    fn tail(&self, lang: Lang) -> String {
        let after = match (lang, self.holds) {
            (Lang::Zh, true) => {
                "此后的运行不再发布（退出码 1，结果在 withheld），直到用 huizong rollback --lift 恢复，以免被撤下的数据再次发布。"
            }
            (Lang::En, true) => {
                "Runs then publish nothing (exit code 1, their result is in withheld) until huizong rollback --lift, lest what was withdrawn be published again."
            }
            (Lang::Zh, false) => "它是最新的版本：此后的运行照常发布。",
            (Lang::En, false) => "It is the latest release: runs publish as usual.",
        };
        match (lang, self.done) {
            (_, true) => after.to_owned(),
            (Lang::Zh, false) => format!("{after}\n加 --yes 执行。"),
            (Lang::En, false) => format!("{after}\nAdd --yes to do it."),
        }
    }
}

impl Look for RollbackReport {
    fn text(&self, page: Page) -> String {
        let lang = page.lang;
        let pair = |pair: [Option<u64>; 2]| format!("{} → {}", number(pair[0]), number(pair[1]));
        let listed = |list: &[String]| on_one_line(&list.join(say(lang, "、", ", ")));
        let mut lines = vec![
            format!(
                "{}{}",
                say(lang, "发布时间（UTC）：", "Published (UTC): "),
                minute(Some(&self.created_at))
            ),
            format!("{}{}", say(lang, "上报：", "Submissions: "), pair(self.submissions)),
            format!(
                "{}{}",
                say(lang, "计入行：", "Rows that count: "),
                pair(self.rows_accepted)
            ),
        ];
        if !self.periods_gone.is_empty() {
            lines.push(
                say(lang, "不再包含的报告期：", "Periods no longer published: ").to_owned()
                    + &listed(&self.periods_gone),
            );
        }
        if !self.periods_back.is_empty() {
            lines.push(
                say(lang, "重新包含的报告期：", "Periods published again: ").to_owned() + &listed(&self.periods_back),
            );
        }
        let files = count(self.files as i64);
        lines.push(match (lang, self.tables.is_empty()) {
            (Lang::Zh, true) => format!("不同的文件：{files}，数据表均相同"),
            (Lang::En, true) => format!("Files that differ: {files}; no table among them"),
            (Lang::Zh, false) => format!("不同的文件：{files}，其中数据表：{}", listed(&self.tables)),
            (Lang::En, false) => format!("Files that differ: {files}; tables: {}", listed(&self.tables)),
        });
        let lines: Vec<String> = lines.iter().map(|line| page.wrap(line)).collect();
        let parts = [
            page.wrap(&self.head(lang)),
            lines.join("\n"),
            page.wrap(&self.tail(lang)),
        ];
        parts.join("\n\n") + "\n"
    }

    fn rows(&self, _: Lang) -> Vec<Vec<String>> {
        let [submissions, rows] = [self.submissions, self.rows_accepted].map(|pair| pair.map(plain));
        let fields: [(&str, String); 12] = [
            ("from", plain(self.from.as_ref())),
            ("to", self.to.clone()),
            ("done", self.done.to_string()),
            ("holds", self.holds.to_string()),
            ("created_at", self.created_at.clone()),
            ("periods_gone", self.periods_gone.join(";")),
            ("periods_back", self.periods_back.join(";")),
            ("submissions_before", submissions[0].clone()),
            ("submissions_after", submissions[1].clone()),
            ("rows_accepted_before", rows[0].clone()),
            ("rows_accepted_after", rows[1].clone()),
            ("tables", self.tables.join(";")),
        ];
        let (names, values) = fields.into_iter().map(|(name, value)| (name.to_owned(), value)).unzip();
        vec![names, values]
    }
}

impl GcItem {
    fn why(&self, lang: Lang) -> &'static str {
        let (zh, en) = match self.reason {
            "current" => ("当前版本", "it is current"),
            "latest" => ("最新版本", "it is the latest one"),
            "previous" => ("当前版本的上一版本", "it is the one before the current one"),
            "tagged" => ("有标签", "it has a tag"),
            "young" => ("不足 7 天", "younger than 7 days"),
            "keep_last" => ("按 keep_last 保留", "within keep_last"),
            "keep_days" => ("按 keep_days 保留", "within keep_days"),
            "no_rules" => ("未设 [releases]", "no [releases] in pipeline.toml"),
            "unreadable" => (
                "manifest.json 无法读取，请人工处理",
                "manifest.json cannot be read: look at it",
            ),
            "unused" => ("运行不再需要", "no run needs it"),
            _ => ("已过保留期", "older than what is kept"),
        };
        say(lang, zh, en)
    }

    fn kind(&self, lang: Lang) -> &'static str {
        let (zh, en) = match self.what {
            "release" => ("版本", "release"),
            "withheld" => ("未通过门槛的运行", "withheld run"),
            "partial" => ("部分报告期的运行", "partial run"),
            _ => ("沿用的结果", "kept results"),
        };
        say(lang, zh, en)
    }
}

impl Look for GcReport {
    fn text(&self, page: Page) -> String {
        let lang = page.lang;
        let removed = self.items.iter().filter(|item| item.removed).count();
        let (removed, freed) = (count(removed as i64), megabytes(self.bytes_freed));
        let (zh, en) = match self.done {
            true => (
                format!("已删除 {removed} 项，释放 {freed} MB。"),
                format!("Removed: {removed}; freed: {freed} MB."),
            ),
            false => (
                format!("将删除 {removed} 项，释放 {freed} MB；尚未删除，加 --yes 执行。"),
                format!(
                    "To be removed: {removed}; to be freed: {freed} MB. Nothing has been removed: add --yes to do it."
                ),
            ),
        };
        let mut sections = vec![page.wrap(say(lang, &zh, &en))];
        if !self.has_rules {
            let (zh, en) = (
                "pipeline.toml 没有 [releases] keep_days 或 keep_last，因此不删除任何版本。",
                "pipeline.toml has neither keep_days nor keep_last in [releases], so no release is removed.",
            );
            sections.push(page.wrap(say(lang, zh, en)));
        }
        if !self.items.is_empty() {
            let columns = [
                Column::left(""),
                Column::left(say(lang, "类别", "Kind")),
                Column::left(say(lang, "名称", "Name")),
                Column::left(say(lang, "时间（UTC）", "Time (UTC)")),
                Column::right("MB"),
                Column::left(say(lang, "原因", "Why")),
            ];
            let mut grid = page.grid(&columns);
            for item in &self.items {
                let fate = match (item.removed, self.done) {
                    (true, true) => say(lang, "已删除", "removed"),
                    (true, false) => say(lang, "删除", "remove"),
                    (false, _) => say(lang, "保留", "keep"),
                };
                grid.push(vec![
                    fate.to_owned(),
                    item.kind(lang).to_owned(),
                    on_one_line(&item.name),
                    minute(item.at.as_ref()),
                    megabytes(item.bytes),
                    item.why(lang).to_owned(),
                ]);
            }
            sections.push(grid.render());
        }
        sections.join("\n\n") + "\n"
    }

    fn rows(&self, _: Lang) -> Vec<Vec<String>> {
        let header = ["what", "name", "at", "removed", "reason", "bytes"]
            .map(str::to_owned)
            .to_vec();
        let row = |item: &GcItem| {
            vec![
                item.what.to_owned(),
                item.name.clone(),
                plain(item.at.as_ref()),
                item.removed.to_string(),
                item.reason.to_owned(),
                item.bytes.to_string(),
            ]
        };
        [header].into_iter().chain(self.items.iter().map(row)).collect()
    }
}

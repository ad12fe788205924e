//! What a run would compute again, and why.

use serde::Serialize;

use super::grid::{Column, Page};
use super::look::{Look, brief, on_one_line, say};
use super::number::count;
use crate::domain::{Lang, Text};

/// Causes of a partition that are named in the list.
const NAMED: usize = 2;
/// Characters of a path that are shown in the list.
const PATH: usize = 60;

/// The partitions that a run would compute.
#[derive(Clone, Debug, Serialize)]
pub struct PlanReport {
    /// Of the pipeline.
    pub title: Text,
    /// Partitions of a period in the input.
    pub partitions: usize,
    /// Whether every cause is named; else the first of each partition.
    #[serde(skip)]
    pub in_full: bool,
    /// Those that would be computed, by period and area; or those that were asked about.
    pub lines: Vec<PlanLine>,
}

/// A partition area in a period.
#[derive(Clone, Debug, Serialize)]
pub struct PlanLine {
    /// None: the paths do not tell.
    pub period: Option<String>,
    /// Code of the partition area.
    pub area_code: String,
    /// Its name.
    pub area: Text,
    /// Files of it.
    pub files: usize,
    /// Why it would be computed; empty: nothing in it has changed.
    pub causes: Vec<PlanCause>,
    /// An earlier period of it would be computed: it follows if rules that look back see other figures there.
    pub may_follow: bool,
}

/// Something that is not as it was when the result was kept.
#[derive(Clone, Debug, Serialize)]
pub struct PlanCause {
    /// What: `program`, `definition`, `file_changed` and the like.
    pub what: &'static str,
    /// Path of the file, where it is one.
    pub path: Option<String>,
}

impl PlanCause {
    /// A cause, with the path of a file.
    pub fn of(what: &'static str, path: Option<String>) -> PlanCause {
        PlanCause { what, path }
    }

    fn words(&self, lang: Lang) -> &'static str {
        words_of_cause(self.what, lang)
    }

    fn told(&self, lang: Lang, most: usize) -> String {
        match &self.path {
            Some(path) => format!("{} {}", self.words(lang), brief(path, most)),
            None => self.words(lang).to_owned(),
        }
    }
}

/// Why something is computed, in words.
pub(super) fn words_of_cause(what: &str, lang: Lang) -> &'static str {
    let (zh, en) = match what {
        "nothing_kept" => ("没有可沿用的结果", "no kept result"),
        "unreadable" => ("有文件无法打开", "a file cannot be opened"),
        "program" => ("程序版本不同", "another version of the program"),
        "definition" => ("流程定义或登记册已更改", "changed definition or registry"),
        "periods" => ("报告期范围不同", "other periods"),
        "unit_lists" => ("单位名单已更改", "changed list of units"),
        "reporters" => ("上报单位登记册已更改", "changed register of reporters"),
        "earlier_periods" => ("往期数据已变", "changed earlier period"),
        "corrections" => ("更正已更改", "changed corrections"),
        "explanations" => ("说明已更改", "changed explanations"),
        "file_added" => ("新增文件", "new file"),
        "file_gone" => ("文件已不存在", "file gone"),
        _ => ("文件已更改", "changed file"),
    };
    say(lang, zh, en)
}

impl PlanLine {
    fn why(&self, lang: Lang, most: usize) -> String {
        if self.may_follow {
            return say(lang, "视往期结果而定", "depends on an earlier period").to_owned();
        }
        let named: Vec<String> = self
            .causes
            .iter()
            .take(most)
            .map(|cause| cause.told(lang, PATH))
            .collect();
        let more = self.causes.len().saturating_sub(most);
        let rest = if more > 0 {
            format!(" … (+{more})")
        } else {
            String::new()
        };
        named.join(say(lang, "；", "; ")) + &rest
    }

    fn named(&self, lang: Lang) -> String {
        let name = on_one_line(self.area.get(lang));
        match self.area_code.as_str() {
            "" => say(lang, "全部", "all").to_owned(),
            code if code == name => name,
            code => format!("{} {name}", on_one_line(code)),
        }
    }
}

impl Look for PlanReport {
    fn text(&self, page: Page) -> String {
        let lang = page.lang;
        let title = self.title.get(lang).to_owned();
        if self.in_full {
            return title + "\n" + &self.in_detail(lang);
        }
        let again = self.lines.iter().filter(|line| !line.may_follow).count();
        let following = self.lines.len() - again;
        let (again, following) = (count(again as i64), count(following as i64));
        let all = count(self.partitions as i64);
        let head = match lang {
            Lang::Zh => format!(
                "分区（地区 × 报告期）{all} 个：需重新计算 {again} 个，视往期结果而定 {following} 个，其余沿用。"
            ),
            Lang::En => format!(
                "Partitions (area × period): {all}. To be computed: {again}. Depending on an earlier period: {following}. The others are kept."
            ),
        };
        let mut sections = vec![title + "\n" + &page.wrap(&head)];
        if !self.lines.is_empty() {
            let columns = [
                Column::left(say(lang, "报告期", "Period")),
                Column::left(say(lang, "地区", "Area")),
                Column::right(say(lang, "文件", "Files")),
                Column::left(say(lang, "原因", "Why")),
            ];
            let mut grid = page.grid(&columns);
            for line in &self.lines {
                grid.push(vec![
                    line.period.clone().unwrap_or_else(|| "-".to_owned()),
                    line.named(lang),
                    count(line.files as i64),
                    line.why(lang, NAMED),
                ]);
            }
            sections.push(grid.render());
            let hint = match lang {
                Lang::Zh => "--why 地区 列出某地区的全部原因。",
                Lang::En => "--why AREA names every cause of an area.",
            };
            sections.push(hint.to_owned());
        }
        sections.join("\n\n") + "\n"
    }

    fn rows(&self, lang: Lang) -> Vec<Vec<String>> {
        let header = ["period", "area_code", "area", "files", "cause", "path"]
            .map(str::to_owned)
            .to_vec();
        let mut rows = vec![header];
        for line in &self.lines {
            let begin = [
                line.period.clone().unwrap_or_default(),
                line.area_code.clone(),
                line.area.get(lang).to_owned(),
                line.files.to_string(),
            ];
            let follows = line.may_follow.then(|| PlanCause::of("may_follow", None));
            for cause in line.causes.iter().chain(&follows) {
                let end = [cause.what.to_owned(), cause.path.clone().unwrap_or_default()];
                rows.push([&begin[..], &end[..]].concat());
            }
        }
        rows
    }
}

impl PlanReport {
    /// Every cause of each partition, a line each.
    fn in_detail(&self, lang: Lang) -> String {
        let mut text = String::new();
        for line in &self.lines {
            let period = line.period.as_deref().unwrap_or("-");
            text += &format!("\n{period} {}\n", line.named(lang));
            let causes: Vec<String> = match (line.may_follow, line.causes.is_empty()) {
                (true, _) => vec![line.why(lang, 0)],
                (false, true) => vec![say(lang, "沿用，无变化", "kept, nothing has changed").to_owned()],
                (false, false) => line.causes.iter().map(|cause| cause.told(lang, usize::MAX)).collect(),
            };
            for cause in causes {
                text += &format!("  {cause}\n");
            }
        }
        text
    }
}

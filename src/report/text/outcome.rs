//! How the run ended, and where everything is.

use unicode_width::UnicodeWidthStr;

use crate::domain::{Lang, Text, agreeing, is_address, plural};
use crate::report::grid::Page;
use crate::report::number::count;
use crate::report::plan::words_of_cause;
use crate::report::summary::{DryRun, Outcome, State, Summary};
use crate::report::workbook::languages;

impl Page {
    pub(super) fn outcome(&self, summary: &Summary, outcome: &Outcome) -> String {
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
                "{}, {} = {} accepted + {} quarantined + {} superseded + {} set aside \
                 (headers, totals, notes, blanks)",
                plural(rows.submissions, "submission"),
                plural(rows.read, "row"),
                count(rows.accepted),
                count(rows.quarantined),
                count(rows.superseded),
                count(rows.set_aside)
            ),
        };
        let mut lines = vec![
            self.say("结果", "Outcome").to_owned(),
            self.wrap(&account),
            self.state(outcome),
        ];
        match &outcome.dry_run {
            Some(dry_run) => lines.push(self.wrap(&self.partitions(dry_run))),
            None => lines.extend(self.places(summary, outcome)),
        }
        lines.join("\n")
    }

    /// What a run that publishes nothing says before everything else; None: what it has made is published.
    pub(super) fn unpublished(&self, outcome: &Outcome) -> Option<String> {
        if outcome.dry_run.is_some() {
            return Some(self.rehearsed(outcome));
        }
        let release = outcome.release.as_deref();
        match (&outcome.state, self.lang) {
            (State::Published { .. } | State::Unchanged, _) => None,
            (State::Withheld(reasons), Lang::Zh) => {
                let none = if outcome.lost {
                    "current 不指向任何版本"
                } else {
                    "此前没有发布过"
                };
                let stays = release.map_or(none.to_owned(), |id| format!("此前发布的 {id} 仍然有效"));
                Some(format!("【未发布】{} 项发布门槛未达到；{stays}。", reasons.len()))
            }
            (State::Withheld(reasons), Lang::En) => {
                let none = if outcome.lost {
                    "the link current leads to no release"
                } else {
                    "nothing has been published yet"
                };
                let stays = release.map_or(none.to_owned(), |id| format!("{id} stays current"));
                let conditions = plural(reasons.len(), "condition");
                let are = agreeing(reasons.len(), "is", "are");
                Some(format!(
                    "WITHHELD, not published: {conditions} of the gate {are} not met; {stays}."
                ))
            }
            (State::Partial { lacking, .. }, Lang::Zh) => Some(match release {
                Some(release) => format!(
                    "【未发布】本次只汇总 {}；已发布的 {release} 另有 {lacking}，保持不变。",
                    outcome.periods
                ),
                None => format!(
                    "【未发布】本次只汇总 {}；current 不指向任何版本，无法确认 {lacking} 此前没有发布过。",
                    outcome.periods
                ),
            }),
            (State::Partial { lacking, .. }, Lang::En) => Some(match release {
                Some(release) => format!(
                    "PARTIAL RUN, not published: only {}. {release} also has {lacking}, and stays current.",
                    outcome.periods
                ),
                None => format!(
                    "PARTIAL RUN, not published: only {}. The link current leads to no release, so {lacking} may have been \
                     published before.",
                    outcome.periods
                ),
            }),
        }
    }

    /// What a dry run says before everything else.
    fn rehearsed(&self, outcome: &Outcome) -> String {
        let current = outcome.release.as_deref();
        let stays = match current {
            Some(id) => self.say("当前版本仍为 ", "the current release stays ").to_owned() + id,
            None => self.say("目前没有当前版本", "there is no current release").to_owned(),
        };
        let would = match (&outcome.state, self.lang) {
            (State::Published { .. }, Lang::Zh) => "正式运行将发布新版本".to_owned(),
            (State::Published { .. }, Lang::En) => "a run would publish a new release".to_owned(),
            (State::Unchanged, Lang::Zh) => "正式运行不会发布新版本，因为没有变化".to_owned(),
            (State::Unchanged, Lang::En) => "a run would publish nothing, since nothing has changed".to_owned(),
            (State::Withheld(reasons), Lang::Zh) => format!("正式运行将不予发布：{} 项发布门槛未达到", reasons.len()),
            (State::Withheld(reasons), Lang::En) => {
                format!(
                    "a run would be withheld: conditions of the gate that are not met: {}",
                    reasons.len()
                )
            }
            (State::Partial { lacking, .. }, Lang::Zh) => format!("正式运行不会发布，因为缺少 {lacking}"),
            (State::Partial { lacking, .. }, Lang::En) => {
                format!("a run would not be published, since it lacks {lacking}")
            }
        };
        match self.lang {
            Lang::Zh => format!("【试运行，未写入任何内容】{would}；{stays}。"),
            Lang::En => format!("DRY RUN, nothing was written: {would}; {stays}."),
        }
    }

    /// What a run would have to compute, and why.
    fn partitions(&self, dry_run: &DryRun) -> String {
        let because: Vec<String> = (dry_run.because.iter())
            .map(|(what, partitions)| format!("{} {}", words_of_cause(what, self.lang), count(*partitions as i64)))
            .collect();
        let (all, computed) = (count(dry_run.partitions as i64), count(dry_run.computed as i64));
        let text = match self.lang {
            Lang::Zh => format!("分区（地区 × 报告期）{all} 个，其中需要计算 {computed} 个"),
            Lang::En => format!("Partitions (area × period): {all}, of which to be computed: {computed}"),
        };
        match (because.is_empty(), self.lang) {
            (true, Lang::Zh) => text + "。",
            (true, Lang::En) => text + ".",
            (false, Lang::Zh) => format!("{text}：{}。", because.join("；")),
            (false, Lang::En) => format!("{text} ({}).", because.join("; ")),
        }
    }

    fn state(&self, outcome: &Outcome) -> String {
        let release = outcome.release.as_deref().unwrap_or("-");
        let mut text = match &outcome.state {
            State::Published { dropped } => {
                let text = match &outcome.dry_run {
                    Some(_) => self
                        .say("正式运行将发布新版本。", "A run would publish a new release.")
                        .to_owned(),
                    None => self.say("已发布：", "Published: ").to_owned() + release,
                };
                match dropped {
                    Some(dropped) => {
                        let told = self.say(
                            "\n定义中已没有、因而不再发布的报告期：",
                            "\nNo longer published, because the definition no longer has them: ",
                        );
                        text + told + dropped
                    }
                    None => text,
                }
            }
            State::Unchanged => {
                self.say("与已发布的完全相同，未重复发布：", "Nothing has changed since ")
                    .to_owned()
                    + release
            }
            State::Withheld(reasons) => {
                let head = self.say("未通过发布门槛，暂不发布：", "Withheld by the gate:");
                let text = self.gate_reasons(head, reasons);
                match &outcome.release {
                    Some(release) => {
                        text + self.say("\n此前发布的仍然有效：", "\nWhat was published before stays current: ")
                            + release
                    }
                    None if outcome.lost => {
                        text + self.say("\ncurrent 不指向任何版本。", "\nThe link current leads to no release.")
                    }
                    None => text + self.say("\n此前没有发布过。", "\nNothing has been published before."),
                }
            }
            State::Partial { lacking, reasons } => {
                let text = self.wrap(&match (self.lang, &outcome.release) {
                    (Lang::Zh, None) => "current 不指向任何版本；恢复该链接，或汇总全部报告期，才能发布。".to_owned(),
                    (Lang::En, None) => "The link current leads to no release: to publish, restore it or run all periods.".to_owned(),
                    (Lang::Zh, Some(_)) => format!("缺少 {lacking}，不能取代已发布的：{release} 保持不变。与以前报告期比较的规则看不到未汇总的报告期。要发布，请汇总全部报告期。"),
                    (Lang::En, Some(_)) => format!(
                        "Without {lacking} it cannot replace the published release: {release} stays current. \
                         Rules that compare with earlier periods could not use those left out. To publish, run all periods."
                    ),
                });
                match reasons.as_slice() {
                    [] => text,
                    reasons => {
                        let head = self.say("\n发布门槛也未达到：", "\nThe gate would withhold it as well:");
                        text + &self.gate_reasons(head, reasons)
                    }
                }
            }
        };
        if let (Some(left_out), false) = (&outcome.left_out, matches!(outcome.state, State::Partial { .. })) {
            text += self.say("\n本次未汇总的报告期：", "\nPeriods left out of this run: ");
            text += left_out;
        }
        text
    }

    fn gate_reasons(&self, head: &str, reasons: &[Text]) -> String {
        let lines = reasons
            .iter()
            .map(|reason| self.wrap(&format!("- {}", self.text(reason))));
        std::iter::once(head.to_owned())
            .chain(lines)
            .collect::<Vec<_>>()
            .join("\n")
    }

    fn places(&self, summary: &Summary, outcome: &Outcome) -> Vec<String> {
        let folder = match (&outcome.state, &outcome.release) {
            (State::Withheld(_), _) => "withheld".to_owned(),
            (State::Partial { .. }, _) => "partial".to_owned(),
            // An object store has no links: `current` is an object that names the release.
            (_, Some(release)) if is_address(&outcome.output) => format!("releases/{release}"),
            _ => "current".to_owned(),
        };
        let folder = format!("{}/{folder}", outcome.output.trim_end_matches('/'));
        let place = |zh: &str, en: &str, path: &'static str| (self.say(zh, en).to_owned(), path);
        // A pipeline with titles in one language has a workbook in that one alone.
        let workbooks = languages(&summary.title);
        let lang = match workbooks.contains(&self.lang) {
            true => self.lang,
            false => workbooks[0],
        };
        let workbook = match lang {
            Lang::Zh => "workbook.zh.xlsx",
            Lang::En => "workbook.en.xlsx",
        };
        let mut places = vec![
            place("报告（用浏览器打开）", "Report, for a browser", "report.html"),
            place("工作簿（用表格软件打开）", "Workbook, for a spreadsheet", workbook),
            place("统计表", "Tables", "tables/*.parquet"),
            place("逐行数据", "Rows", "facts/"),
            place("隔离的原始行", "Quarantined rows", "quarantine/"),
        ];
        if let Some(returns) = summary.returns.filter(|returns| *returns > 0) {
            let returns = count(returns as i64);
            let (zh, en) = (
                format!("退回改正（{returns} 份）"),
                format!("To be fixed (returns: {returns})"),
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

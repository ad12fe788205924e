//! What was found, and which rules fired most.

use crate::domain::{Lang, Severity, Unknown, plural};
use crate::report::grid::{Column, Page};
use crate::report::number::{count, percent};
use crate::report::rules::{RuleLine, SUSPECT_SHARE, UnjudgedLine};
use crate::report::summary::{Feedback, Summary};

/// Kinds of finding; the rest is in the table.
const FINDING_LINES: usize = 20;

impl Page {
    pub(super) fn findings(&self, summary: &Summary) -> String {
        let title = self.say("发现的问题（全部报告期）", "Findings (all periods)");
        if summary.findings.is_empty() {
            return format!("{title}\n{}", self.say("没有发现任何问题。", "None."));
        }
        let mut grid = self.grid(&[
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
                Lang::En => format!("\n{} in tables/findings.parquet.", plural(further, "further kind")),
            };
        }
        text += &self.feedback(summary.feedback);
        text + "\n" + &self.explained_by(&summary.explain)
    }

    /// The command that explains a code, on a line of its own so that it can be copied.
    pub(in crate::report) fn explained_by(&self, command: &str) -> String {
        let said = self.say(
            "查看某一代码（CODE）的含义、原因与改正办法：",
            "What a code means, why it matters and how to fix it:",
        );
        format!("{said}\n  {command}")
    }

    /// The rules that fire most, and a word on those that fire everywhere.
    pub(super) fn rules(&self, lines: &[RuleLine]) -> Option<String> {
        if lines.is_empty() {
            return None;
        }
        let mut grid = self.grid(&[
            Column::left(self.say("审核关系", "Rule")),
            Column::left(self.say("代码", "Code")),
            Column::right(self.say("判定", "Judged")),
            Column::right(self.say("触发", "Fired")),
            Column::right(self.say("触发率", "Share")),
        ]);
        for line in lines {
            grid.push(vec![
                self.text(&line.title).to_owned(),
                line.rule.clone(),
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
            text += &self.wrap(&match self.lang {
                Lang::Zh => format!("注意：{all} 在判定的 {share} 以上触发，审核关系本身可能有误，请先核对规则。"),
                Lang::En => format!(
                    "Warning: {all} fired on more than {share} of what was judged, so the rule itself may be wrong. \
                     Check it before senders are asked."
                ),
            });
        }
        Some(text)
    }

    /// Why rules could not judge.
    pub(super) fn unjudged(&self, lines: &[UnjudgedLine]) -> Option<String> {
        let reasons: Vec<String> = lines
            .iter()
            .filter_map(|line| Some((Unknown::find(&line.reason)?, line.count)))
            .map(|(reason, cases)| format!("{} {}", reason.title(self.lang), count(cases)))
            .collect();
        let all = reasons.join(self.say("；", "; "));
        let told = match self.lang {
            Lang::Zh => format!("审核关系无法判定（全部报告期）：{all}。各审核关系见 tables/unjudged.parquet。"),
            Lang::En => format!("Rules could not judge (all periods): {all}. Rule by rule in tables/unjudged.parquet."),
        };
        (!reasons.is_empty()).then(|| self.wrap(&told))
    }

    /// What senders have explained and the ministry has corrected; nothing where nobody has said anything.
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
                    "\n核实性问题 {} 项，其中 {} 项上报单位已说明。",
                    count(explain),
                    count(explained)
                ),
                Lang::En => format!(
                    "\nExplained: {} of {} that ask for an explanation.",
                    count(explained),
                    plural(explain, "finding")
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
}

//! How the run ended, and where everything is.

use unicode_width::UnicodeWidthStr;

use crate::domain::Lang;
use crate::report::grid::Page;
use crate::report::number::count;
use crate::report::summary::{State, Summary};

impl Page {
    pub(super) fn outcome(&self, summary: &Summary) -> String {
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
            self.wrap(&account),
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
                    text += &format!("\n{}", self.wrap(&format!("- {}", self.text(reason))));
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

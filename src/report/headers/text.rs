//! Unknown layouts as a person reads them.

use super::{HeaderLine, HeadersReport, LayoutLine, Remedy};
use crate::domain::Lang;
use crate::report::look::{brief, say, visible};
use crate::report::number::count;

/// Characters of a header that are shown in a list.
const SHOWN: usize = 60;
/// Headers of a layout that a person is shown, and new columns of a form: a sheet of something else has hundreds.
pub(super) const LISTED: usize = 40;

impl HeadersReport {
    pub(super) fn counts(&self, lang: Lang) -> String {
        let (unknown, known, replaced) = (self.layouts.len(), self.known, self.replaced);
        let mut text = match lang {
            Lang::Zh => format!("{unknown} 种版式未能完整识别，{known} 种已识别。"),
            Lang::En => format!("{unknown} not read whole, {known} read whole."),
        };
        if replaced > 0 {
            text += &match lang {
                Lang::Zh => format!("另有 {replaced} 种只见于已被取代的上报，未列出。"),
                Lang::En => format!(" {replaced} more only in submissions that were replaced, not listed."),
            };
        }
        text
    }

    /// The lines to be pasted, with what to do with them.
    pub(super) fn advice(&self, lang: Lang) -> String {
        let mut text = say(
            lang,
            "以下各行可抄入表式定义（先核对！）：headers 一行取代该列原有的一行，[[column]] 整段加在末尾。",
            "Lines for the definition of the form (read them first!): a line `headers` takes the place of the column's own,\n\
             a [[column]] goes to the end of the file.",
        )
        .to_owned();
        for mapping in &self.mappings {
            text += &format!("\n\n# forms/{}.toml", mapping.form);
            text += &mapping.toml(lang);
        }
        text
    }
}

impl LayoutLine {
    pub(super) fn text(&self, lang: Lang) -> String {
        let (form, submissions, senders) = (self.form_title.get(lang), self.submissions, self.senders);
        let mut line = match lang {
            Lang::Zh => format!("{} · {form} · {senders} 个上报单位，{submissions} 份", self.layout),
            Lang::En => {
                let (senders, submissions) = (plural(senders, "sender"), plural(submissions, "submission"));
                format!("{} · {form} · {senders}, {submissions}", self.layout)
            }
        };
        if let Some(rows) = self.rows_expected {
            line += &match lang {
                Lang::Zh => format!("，应报 {} 行", count(rows)),
                Lang::En => format!(", {} expected", plural(rows as usize, "row")),
            };
        }
        let mut lines = vec![line];
        lines.extend(self.paths.iter().map(|path| format!("  {}", visible(path))));
        if self.submissions > self.paths.len() {
            lines.push("  …".to_owned());
        }
        lines.extend(self.headers.iter().take(LISTED).map(|header| header.text(lang)));
        if self.headers.len() > LISTED {
            lines.push(format!("       {}", more(self.headers.len() - LISTED, lang)));
        }
        if !self.lacking.is_empty() {
            let label = say(lang, "  缺少必填列：", "  Required, and not there: ");
            lines.push(label.to_owned() + &self.lacking.join(say(lang, "、", ", ")));
        }
        lines.join("\n")
    }
}

impl HeaderLine {
    fn text(&self, lang: Lang) -> String {
        let what = match &self.remedy {
            Remedy::Existing(column) => format!("→ {column}"),
            Remedy::New(_) => say(lang, "→ 新列", "→ a new column").to_owned(),
            Remedy::Repeated => say(
                lang,
                "重复出现，须由上报单位更正",
                "stands there several times: the sender must mend it",
            )
            .to_owned(),
            Remedy::Mapped => say(
                lang,
                "当前定义已识别，重新运行即可",
                "the definition at hand has it: run again",
            )
            .to_owned(),
            Remedy::None => "-".to_owned(),
        };
        format!("  {:>3}  {}  {what}", self.letter, brief(&self.header, SHOWN))
    }
}

pub(super) fn more(n: usize, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("另有 {n} 个，见 --format json"),
        Lang::En => format!("{n} more, see --format json"),
    }
}

fn plural(n: usize, what: &str) -> String {
    format!("{} {what}{}", count(n as i64), if n == 1 { "" } else { "s" })
}

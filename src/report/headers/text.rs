//! Unknown layouts as a person reads them.

use super::{HeaderLine, HeadersReport, LayoutLine, People, Remedy, Sender};
use crate::domain::{Lang, Text, plural};
use crate::report::grid::Page;
use crate::report::look::{brief, on_one_line, say};
use crate::report::number::{count, exact, percent};

/// Characters of a header that are shown in a list.
const SHOWN: usize = 60;
/// Senders of a layout that a person is shown.
const AREAS: usize = 5;
/// Headers of a layout that a person is shown, and new columns of a form: a sheet of something else has hundreds.
pub(super) const LISTED: usize = 40;

impl HeadersReport {
    pub(super) fn counts(&self, page: Page) -> String {
        let lang = page.lang;
        let (unknown, known, replaced) = (self.layouts.len(), self.known, self.replaced);
        let mut text = match lang {
            Lang::Zh => format!("{unknown} 种版式未能完整识别，{known} 种已识别。"),
            Lang::En => format!("Header layouts not read completely: {unknown}; read completely: {known}."),
        };
        if replaced > 0 {
            text += &match lang {
                Lang::Zh => format!("另有 {replaced} 种只见于已被取代的上报，未列出。"),
                Lang::En => format!(" Only in superseded submissions, and not listed: {replaced} more."),
            };
        }
        let mut lines = vec![page.wrap(&text)];
        if unknown > 0 {
            lines.push(page.wrap(&self.behind(lang)));
        }
        lines.join("\n")
    }

    /// Who is behind all of them.
    fn behind(&self, lang: Lang) -> String {
        let people = if self.population_declared {
            self.people.text(lang)
        } else {
            let (zh, en) = (
                "人口不详（定义未指明登记册的人口列：[reporters] population）",
                "population unknown: the definition names no column of the register ([reporters] population)",
            );
            say(lang, zh, en).to_owned()
        };
        match lang {
            Lang::Zh => format!("涉及 {} 个上报单位，{people}。", self.senders),
            Lang::En => format!("They come from {}, {people}.", plural(self.senders, "sender")),
        }
    }

    /// The lines to be pasted, with what to do with them.
    pub(super) fn advice(&self, page: Page) -> String {
        let lang = page.lang;
        let mut text = page.wrap(page.say(
            "以下各行可抄入表式定义（先核对！）：headers 一行取代该列原有的一行，[[column]] 整段加在末尾。",
            "Lines for the definition of the form; check them before pasting. A line `headers` replaces that of the column, \
             a [[column]] goes to the end of the file.",
        ));
        for mapping in &self.mappings {
            text += &format!("\n\n# forms/{}.toml", mapping.form);
            text += &mapping.toml(lang);
        }
        text
    }
}

impl LayoutLine {
    pub(super) fn text(&self, declared: bool, page: Page) -> String {
        let lang = page.lang;
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
                Lang::En => format!(", {} expected", plural(rows, "row")),
            };
        }
        let mut lines = vec![page.wrap(&line)];
        if declared {
            lines.push(format!("  {}", self.people.text(lang)));
        }
        lines.extend(
            self.areas
                .iter()
                .take(AREAS)
                .map(|area| format!("  {}", area.text(self.senders > 1, lang))),
        );
        if self.areas.len() > AREAS {
            lines.push(format!("  {}", more(self.areas.len() - AREAS, lang)));
        }
        lines.extend(self.paths.iter().map(|path| format!("  {}", on_one_line(path))));
        if self.submissions > self.paths.len() {
            lines.push("  …".to_owned());
        }
        lines.extend(self.headers.iter().take(LISTED).map(|header| header.text(lang)));
        if self.headers.len() > LISTED {
            lines.push(format!("       {}", more(self.headers.len() - LISTED, lang)));
        }
        if !self.lacking.is_empty() {
            let label = say(lang, "  缺少必填列：", "  Required, and not there: ");
            let columns = self.lacking.iter().zip(&self.lacking_titles);
            let named = |(id, title): (&String, &Text)| match lang {
                Lang::Zh => format!("{}（{id}）", title.get(lang)),
                Lang::En => format!("{} ({id})", title.get(lang)),
            };
            let titles: Vec<String> = columns.map(named).collect();
            lines.push(label.to_owned() + &titles.join(say(lang, "、", ", ")));
        }
        lines.join("\n")
    }
}

impl LayoutLine {
    /// All its senders in a cell: `110117 平谷区; …`
    pub(super) fn areas(&self, lang: Lang) -> String {
        let named = |area: &Sender| format!("{} {}", area.area_code, area.area.get(lang));
        let all: Vec<String> = self.areas.iter().map(named).collect();
        all.join("; ")
    }
}

impl People {
    /// `population 40,258, 0.12% of those who owe it`, or what is not known of that.
    fn text(&self, lang: Lang) -> String {
        let Some(population) = self.population.map(exact) else {
            return say(
                lang,
                "人口不详（登记册未给出）",
                "population unknown: the register does not say",
            )
            .to_owned();
        };
        let some = self.senders_without_population;
        let mut text = match lang {
            Lang::Zh if some > 0 => format!("人口至少 {population}（{some} 个上报单位不详）"),
            Lang::Zh => format!("人口 {population}"),
            Lang::En if some > 0 => format!("population at least {population} ({} unknown)", plural(some, "sender")),
            Lang::En => format!("population {population}"),
        };
        text += &match (self.population_share.map(percent), lang) {
            (Some(share), Lang::Zh) => format!("，占全部应报地区的 {share}"),
            (Some(share), Lang::En) => format!(", {share} of all areas that owe it"),
            (None, Lang::Zh) => "，占比不详（登记册缺其他地区的人口）".to_owned(),
            (None, Lang::En) => ", share unknown: the register lacks other areas".to_owned(),
        };
        text
    }
}

impl Sender {
    /// `110117 平谷区 · 北京市（2015）`, with its people where they are known and do not stand above.
    fn text(&self, counted: bool, lang: Lang) -> String {
        if self.area_code.is_empty() {
            return say(lang, "上报单位不详", "sender unknown").to_owned();
        }
        let mut text = format!("{} {}", self.area_code, self.area.get(lang));
        if let Some(above) = &self.above {
            text += &format!(" · {}", above.get(lang));
        }
        if !self.period.is_empty() {
            text += &match lang {
                Lang::Zh => format!("（{}）", self.period),
                Lang::En => format!(" ({})", self.period),
            };
        }
        if let Some(population) = self.population.filter(|_| counted).map(exact) {
            text += &match lang {
                Lang::Zh => format!("，{population} 人"),
                Lang::En => format!(", {population} people"),
            };
        }
        on_one_line(&text)
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
                "occurs several times: the sender must fix it",
            )
            .to_owned(),
            Remedy::Mapped => say(
                lang,
                "当前定义已识别，重新运行即可",
                "the present definition knows it: run again",
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

//! What the commands that look at a release share: how it is named, and how text that others wrote is shown.

use serde::Serialize;

use super::grid::Page;
use crate::domain::{Lang, is_command, spell_out, visible};

/// Which release is looked at.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Source {
    /// Its id; None: the run was withheld, or covers some of the periods only.
    pub release: Option<String>,
    /// A run over some of the periods, not published.
    pub partial: bool,
    /// A release that is not the current one.
    #[serde(skip)]
    pub earlier: bool,
    /// The definition at hand is not the one it was made by.
    pub definition_changed: bool,
    /// Figures are made up.
    pub synthetic: bool,
}

/// Something that can be shown in every format.
pub trait Look: Serialize {
    /// As a person reads it.
    fn text(&self, page: Page) -> String;

    /// The rows of a CSV, the header first.
    fn rows(&self, lang: Lang) -> Vec<Vec<String>>;

    /// Comma-separated, UTF-8. A text that a spreadsheet would run as a formula is quoted with an apostrophe.
    fn csv(&self, lang: Lang) -> String {
        let mut writer = csv::Writer::from_writer(Vec::new());
        for row in self.rows(lang) {
            let cells = row.iter().map(|cell| csv_cell(cell));
            writer.write_record(cells).expect("writing to memory does not fail");
        }
        String::from_utf8(writer.into_inner().unwrap_or_default()).unwrap_or_default()
    }

    /// One JSON object.
    fn json(&self) -> String {
        json_text(&serde_json::to_string_pretty(self).unwrap_or_default()) + "\n"
    }
}

/// JSON in which whatever is not seen is written out.
pub(super) fn json_text(json: &str) -> String {
    // Outside texts JSON has no such characters, inside it may spell any of them out.
    let spell = |to: &mut String, c: char| match c {
        '\n' => to.push('\n'),
        c => (c.encode_utf16(&mut [0; 2]).iter()).for_each(|unit| to.push_str(&format!("\\u{unit:04x}"))),
    };
    spell_out(json, spell).into_owned()
}

/// A cell of CSV, which no spreadsheet runs.
pub(super) fn csv_cell(text: &str) -> String {
    guarded(&on_one_line(text))
}

fn guarded(cell: &str) -> String {
    if is_command(cell) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

/// Text that others wrote, on one line of a terminal: line breaks and tabs as blanks, whatever else is not seen written out.
pub(super) fn on_one_line(text: &str) -> String {
    let blank = |c: char| if matches!(c, '\n' | '\r' | '\t') { ' ' } else { c };
    visible(&text.chars().map(blank).collect::<String>()).into_owned()
}

/// The same, shortened to so many characters.
pub(super) fn brief(text: &str, most: usize) -> String {
    let shown = on_one_line(text);
    match shown.char_indices().nth(most) {
        Some((at, _)) => shown[..at].to_owned() + "…",
        None => shown,
    }
}

/// A figure in a CSV; empty: null.
pub(super) fn number(value: Option<f64>) -> String {
    value.map_or(String::new(), |value| value.to_string())
}

/// Words of one of the two languages.
pub(super) fn say<'a>(lang: Lang, zh: &'a str, en: &'a str) -> &'a str {
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }
}

/// What must be known of the current release where a later run was withheld.
pub fn note_on_withheld(since: &str, lang: Lang) -> String {
    let since = minute(since);
    match lang {
        Lang::Zh => {
            format!(
                "注意：此后 {since}（UTC）的一次运行未通过发布门槛；给 huizong status、show、trace 或 open 加上 --withheld 即可查看。"
            )
        }
        Lang::En => format!(
            "Note: the gate withheld a later run, of {since} UTC; this release is the one before it. Add --withheld to huizong status, show, trace or open to see it."
        ),
    }
}

/// `2020-03-01 04:05` of a time in RFC 3339.
pub(super) fn minute(at: &str) -> String {
    at.chars().take(16).collect::<String>().replace('T', " ")
}

impl Source {
    /// The folder of the output in which it lies, and the argument that asks for it; of the current release none.
    pub(super) fn place(&self) -> (String, Option<String>) {
        match (&self.release, self.partial) {
            (Some(id), _) if self.earlier => (format!("releases/{id}"), Some(format!("--as-of {id}"))),
            (Some(_), _) => ("current".to_owned(), None),
            (None, true) => ("partial".to_owned(), Some("--partial".to_owned())),
            (None, false) => ("withheld".to_owned(), Some("--withheld".to_owned())),
        }
    }

    /// What is looked at: `社区花名册 · 2020`, then the release and what must be known of it.
    pub(super) fn heading(&self, parts: &[&str], lang: Lang) -> String {
        let mut lines = vec![parts.join(" · ")];
        let synthetic = match lang {
            _ if !self.synthetic => "",
            Lang::Zh => "（模拟数据，非真实统计）",
            Lang::En => "  (synthetic data, no real statistics)",
        };
        lines.push(match (lang, &self.release) {
            (Lang::Zh, Some(release)) => format!("版本 {release}{synthetic}"),
            (Lang::En, Some(release)) => format!("Release {release}{synthetic}"),
            (Lang::Zh, None) if self.partial => format!("只含部分报告期的一次运行，未发布{synthetic}"),
            (Lang::En, None) if self.partial => format!("A run over some of the periods, not published{synthetic}"),
            (Lang::Zh, None) => format!("未通过发布门槛的一次运行，不得引用{synthetic}"),
            (Lang::En, None) => format!("A run that the gate withheld: never to be quoted{synthetic}"),
        });
        lines.extend(self.note_on_definition(lang).map(str::to_owned));
        lines.join("\n")
    }

    /// What must be known where the definition has changed since.
    pub fn note_on_definition(&self, lang: Lang) -> Option<&'static str> {
        let note = match lang {
            Lang::Zh => "注意：该版本由另一份定义生成，以下按当前定义解读。",
            Lang::En => "Note: the definition has changed since this release was made; it is read by the one at hand.",
        };
        self.definition_changed.then_some(note)
    }
}

/// A verdict of the table `indicators` as a person reads it.
pub(super) fn verdict_word(verdict: &str, lang: Lang) -> &'static str {
    match verdict {
        "met" => say(lang, "达标", "met"),
        "not_met" => say(lang, "未达标", "not met"),
        "no_target" => "-",
        _ => say(lang, "无法判定", "unknown"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::is_invisible;

    #[derive(Serialize)]
    struct Sample(&'static str);

    impl Look for Sample {
        fn text(&self, _: Page) -> String {
            on_one_line(self.0)
        }

        fn rows(&self, _: Lang) -> Vec<Vec<String>> {
            vec![vec![self.0.to_owned(), "-3".to_owned()]]
        }
    }

    #[test]
    fn nothing_that_others_wrote_reaches_the_terminal_as_a_command() {
        let nasty = Sample("=cmd|'x'\u{1b}[31m\u{9b}2J\u{202e}\u{7f}");
        for text in [nasty.text(Page::new(Lang::En)), nasty.csv(Lang::En), nasty.json()] {
            assert!(!text.trim_end().contains(is_invisible), "{text:?}");
        }
        assert!(nasty.csv(Lang::En).starts_with("'=cmd"), "{}", nasty.csv(Lang::En));
        assert!(nasty.csv(Lang::En).ends_with(",-3\n"));
        let back: String = serde_json::from_str(&nasty.json()).unwrap();
        assert_eq!(back, nasty.0);
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        assert_eq!(brief("社区代码", 2), "社区…");
        assert_eq!(brief("社区", 2), "社区");
    }
}

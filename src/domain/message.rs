//! What a person reads of a finding, in each language.

use std::borrow::Cow;

use super::finding::Finding;
use super::notation::{notation, separator};
use super::{Code, Lang, Text, is_invisible, join_to, visible};

impl Finding {
    /// The template of the message in `lang`.
    pub fn template(&self, lang: Lang) -> &str {
        match (&self.message, self.code.entry()) {
            (Some(own), _) => own.get(lang),
            (None, Some(entry)) => {
                let template = entry.message.get(lang);
                let lacks = |part: &Option<String>, name: &str| part.is_none() && template.contains(name);
                let bare = lacks(&self.raw, "{raw}") || lacks(&self.expected, "{expected}");
                let bare = entry.bare.as_ref().filter(|_| bare);
                bare.map_or(template, |bare| bare.get(lang))
            }
            (None, None) => self.code.as_str(),
        }
    }

    /// What was found, in words of `lang` where it is the engine's own and not what somebody sent.
    pub fn raw_in(&self, lang: Lang) -> Option<Cow<'_, str>> {
        Some(notation().raw(&self.code, self.raw.as_deref()?, lang))
    }

    /// What was expected, in words of `lang` where the definitions have a notation for it.
    pub fn expected_in(&self, lang: Lang) -> Option<Cow<'_, str>> {
        if let Some(words) = &self.expected_words {
            return Some(Cow::Borrowed(words.get(lang)));
        }
        let expected = self.expected.as_deref()?;
        Some(notation().expected(&self.code, expected, lang))
    }

    /// What was expected, where it stands alone: beside a message, and not within it. None: nothing that would help.
    pub fn wanted_in(&self, lang: Lang) -> Option<String> {
        let expected = self.expected_in(lang).filter(|expected| !expected.is_empty())?;
        let several = expected.contains('|');
        let expected = alternatives(&expected, lang);
        let wanted = self.code.entry().and_then(|entry| entry.wanted.as_ref());
        let words = match (wanted, several, lang) {
            (Some(wanted), ..) => fill(wanted.get(lang), |name| (name == "expected").then(|| expected.clone())),
            (None, true, Lang::Zh) => fill("{expected} 之一", |_| Some(expected.clone())),
            (None, true, Lang::En) => format!("one of {expected}"),
            (None, false, _) => expected,
        };
        (!words.is_empty()).then_some(words)
    }

    /// What a person reads, in `lang`; `column` is what a person calls the column, where the form knows it.
    pub fn message(&self, lang: Lang, column: Option<&str>) -> String {
        fill(self.template(lang), |name| match name {
            "raw" | "expected" | "mend" | "column" | "field" | "count" | "threshold" => self.part(name, lang, column),
            _ => Some(format!("{{{name}}}")),
        })
    }

    /// What a placeholder of the message stands for in `lang`; None: there is nothing to show, or no such placeholder.
    pub fn part(&self, name: &str, lang: Lang, column: Option<&str>) -> Option<String> {
        let field = self.place.column.as_deref();
        match name {
            "raw" => {
                let raw = self.raw.as_deref()?;
                Some(shorten(&notation().raw(&self.code, raw, lang)))
            }
            "expected" => self
                .expected_in(lang)
                .map(|text| visible(&alternatives(&text, lang)).into_owned()),
            "mend" => Some(visible(&self.mend_text()?).into_owned()),
            "column" => Some(visible(column.or(field).unwrap_or_default()).into_owned()),
            "field" => Some(visible(field.unwrap_or_default()).into_owned()),
            "count" => Some(self.count.to_string()),
            "threshold" => {
                let threshold = self.threshold.as_deref()?;
                Some(visible(&notation().range(threshold, lang)).into_owned())
            }
            _ => None,
        }
    }

    /// The same on a cell whose content a correction put there: `raw` stays what was received, the message tells what is wrong
    /// with the content that was read.
    pub fn of_corrected(self, content: &str, correction: &str) -> Finding {
        let told = Finding {
            raw: Some(content.to_owned()),
            ..self.clone()
        };
        // The column's title is not known here.
        let message = |lang: Lang| told.message(lang, Some("{column}"));
        let message = Text::new(
            format!("{}（内容来自更正 {correction}）", message(Lang::Zh)),
            format!("{} (content given by the correction {correction})", message(Lang::En)),
        );
        Finding {
            message: Some(message),
            ..self
        }
    }

    /// Says that corrections made it: id and line of those that are named, of `all` in the file `path`.
    pub fn attribute(&mut self, path: &str, named: &[(&str, u32)], all: usize) {
        let ids: Vec<&str> = named.iter().map(|(id, _)| *id).collect();
        let more = if all > named.len() { "; …" } else { "" };
        let zh: Vec<String> = named
            .iter()
            .map(|(id, line)| format!("“{id}”（第 {line} 行）"))
            .collect();
        let en: Vec<String> = named.iter().map(|(id, line)| format!("{id} (line {line})")).collect();
        // The column's title is not known here.
        let message = |lang: Lang| self.message(lang, Some("{column}"));
        self.message = Some(Text::new(
            format!(
                "{}；由 {path} 的更正{}{more}造成，不是上报单位的问题",
                message(Lang::Zh),
                zh.join("、")
            ),
            format!(
                "{}; made by corrections in {path}, not by the sender: {}{more}",
                message(Lang::En),
                en.join(", ")
            ),
        ));
        self.correction = Some(format!("{}{more}", ids.join("; ")));
    }

    /// Adds words to the end of the message.
    pub fn with_more(self, more: &Text) -> Finding {
        let message = Text::new(
            format!("{}{}", self.template(Lang::Zh), more.get(Lang::Zh)),
            format!("{}{}", self.template(Lang::En), more.get(Lang::En)),
        );
        Finding {
            message: Some(message),
            ..self
        }
    }

    /// The same with an area where the message has the code that stood there: `130102 长安区`.
    pub fn naming(self, area: &Text) -> Finding {
        // A name is no template.
        let area = |lang| area.get(lang).replace(['{', '}'], "");
        let message = |lang| self.template(lang).replace("{raw}", &area(lang));
        let message = Text::new(message(Lang::Zh), message(Lang::En));
        Finding {
            message: Some(message),
            ..self
        }
    }

    /// The same with the unit in what was expected as readers of each language write it; `word` gives a unit's word, by its code.
    pub fn with_unit_words(self, word: impl Fn(&str, Lang) -> Option<String>) -> Finding {
        let Some(expected) = self.expected.as_deref() else {
            return self;
        };
        let unit = match self.code.engine() {
            Some(Code::UnitConverted | Code::UnitUnknown | Code::MoneySignUnclear) => expected,
            Some(Code::TooPrecise) => expected.split_once(' ').map_or("", |(_, unit)| unit),
            _ => return self,
        };
        let words = |lang: Lang| {
            let text = format!("{}{}", expected.strip_suffix(unit)?, word(unit, lang)?);
            Some(notation().expected(&self.code, &text, lang).into_owned())
        };
        let expected_words = match (unit.is_empty(), words(Lang::Zh), words(Lang::En)) {
            (false, Some(zh), Some(en)) => Some(Text::new(zh, en)),
            _ => None,
        };
        Finding { expected_words, ..self }
    }

    /// The same with a unit behind the range or bound that was expected; `word` is how readers of a language write it. What is no
    /// range stays as it is.
    pub fn with_range_in_unit(self, word: impl Fn(Lang) -> Option<String>) -> Finding {
        let words = |lang: Lang| notation().range_in(self.expected.as_deref()?, &word(lang)?, lang);
        match (words(Lang::Zh), words(Lang::En)) {
            (Some(zh), Some(en)) => self.with_expected_words(zh, en),
            _ => self,
        }
    }
}

/// Texts that `|` separates as a list of the language.
fn alternatives(text: &str, lang: Lang) -> String {
    let all: Vec<&str> = text.split('|').map(str::trim).collect();
    all.join(separator(lang))
}

/// The template with its parts in place. A part may hold braces itself: what a county sent is not read as a template.
fn fill(template: &str, part: impl Fn(&str) -> Option<String>) -> String {
    let (mut filled, mut rest) = (String::new(), template);
    while let Some((before, name, behind)) = rest
        .split_once('{')
        .and_then(|(before, from)| from.split_once('}').map(|(name, behind)| (before, name, behind)))
    {
        join_to(&mut filled, before);
        join_to(&mut filled, &part(name).unwrap_or_default());
        rest = behind;
    }
    join_to(&mut filled, rest);
    filled
}

/// A cell's text for a message: line breaks as blanks, what shows nothing made visible, at most 60 characters.
fn shorten(raw: &str) -> String {
    let clean: String = raw
        .chars()
        .take(60)
        .map(|c| match c {
            '\t' | '\n' | '\r' => ' ',
            c if is_invisible(c) => '\u{fffd}',
            c if c.is_whitespace() => ' ',
            c => c,
        })
        .collect();
    if raw.chars().nth(60).is_some() {
        clean + "…"
    } else {
        clean
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_leave_out_what_they_lack() {
        let unknown = Finding::new(Code::ColumnUnknown).raw("满意\n度");
        assert_eq!(
            unknown.message(Lang::En, None),
            "header “满意 度” belongs to no column of the form, so the column was not read"
        );
        let near = unknown.expected("满意度").message(Lang::En, None);
        assert!(near.ends_with("; nearest: 满意度"), "{near}");
    }

    #[test]
    fn what_a_county_sent_is_no_template() {
        let unknown = Finding::new(Code::ColumnUnknown)
            .raw("{expected}{count}")
            .expected("满意度");
        let message = unknown.message(Lang::En, None);
        assert!(message.contains("“{expected}{count}”"), "{message}");
    }

    #[test]
    fn what_was_expected_can_be_read_alone_or_is_left_out() {
        for (code, expected, zh, en) in [
            (Code::RowConflict, "56", "每个代码只有一行", "one row for each key"),
            (
                Code::RevisionTied,
                "_r1",
                "正确的一份，文件名末尾加“_r1”",
                "the right one, with _r1 at the end of its name",
            ),
            (Code::RowsBeyondExpected, "58", "至多 58 行", "at most 58 rows"),
            (Code::NotABoolean, "是|否", "是、否之一", "one of 是, 否"),
            (
                Code::ColumnMissing,
                "人数 | 职工数",
                "表头应为下列之一：人数、职工数",
                "a header of 人数, 职工数",
            ),
            (
                Code::HeaderMerged,
                "U8:V8",
                "每列各写一个表头",
                "a header of its own for each column",
            ),
            (Code::NoteDoubtful, "1200", "", ""),
            (Code::OutOfRange, "0..15", "0～15", "0 to 15"),
            (Code::TotalDiffers, "820", "820", "820"),
            (
                Code::TextTooLong,
                "5000",
                "不超过 5000 个字符",
                "at most 5000 characters",
            ),
        ] {
            let finding = Finding::new(code).expected(expected);
            for (lang, words) in [(Lang::Zh, zh), (Lang::En, en)] {
                assert_eq!(finding.wanted_in(lang).unwrap_or_default(), words, "{code}");
            }
        }
        assert_eq!(Finding::new(Code::OutOfRange).wanted_in(Lang::En), None);
    }

    #[test]
    fn no_message_ends_where_something_agreed_would_stand() {
        for (code, agreed, bare) in [
            (Code::UnitConverted, "to m2", "to plain numbers"),
            (
                Code::SymbolUndeclared,
                "agreed are m2",
                "no symbol is agreed in this form",
            ),
            (Code::UnitUnknown, "to m2", "the column has no unit"),
        ] {
            let finding = Finding::new(code).raw("万个");
            assert!(finding.message(Lang::En, None).contains(bare), "{code}");
            assert!(
                finding.expected("m2").message(Lang::En, None).contains(agreed),
                "{code}"
            );
        }
    }
}

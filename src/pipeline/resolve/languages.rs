//! In which languages a pipeline speaks to the counties.

use super::sourced::SourcedForm;
use crate::domain::{Lang, Text};
use crate::pipeline::definition::{Located, OneOrMany};
use crate::pipeline::faults::{Faults, Source};

const KNOWN: [Lang; 2] = [Lang::Zh, Lang::En];

/// Languages as written, each once; a fault for each that is none, or where there is none at all.
pub(super) fn written(lang: &Located<OneOrMany>, source: &Source, faults: &mut Faults) -> Vec<Lang> {
    let mut all: Vec<Lang> = Vec::new();
    let words: Vec<(&str, std::ops::Range<usize>)> = match &**lang {
        OneOrMany::One(word) => vec![(word.as_str(), lang.span())],
        OneOrMany::Many(words) => words.iter().map(|word| (word.as_str(), word.span())).collect(),
    };
    if words.is_empty() {
        let hint = "`zh`, `en` or both; without the key it follows the titles".to_owned();
        faults.add(
            source,
            "wrong-value",
            lang.span(),
            "no language is named".to_owned(),
            hint,
        );
    }
    for (word, span) in words {
        match KNOWN.into_iter().find(|lang| lang.tag() == word) {
            Some(lang) if !all.contains(&lang) => all.push(lang),
            Some(_) => {}
            None => {
                let message = format!("unknown language `{word}`");
                faults.add(source, "unknown-language", span, message, "known: zh, en".to_owned());
            }
        }
    }
    all
}

/// Of the returns: as declared, by `[returns]` before `[pipeline]`; else the language of the titles, that of the pipeline among them; where no title names one, that of
/// the headers.
pub(super) fn of_returns(declared: [&Option<Vec<Lang>>; 2], title: &Text, forms: &[SourcedForm<'_>]) -> Vec<Lang> {
    let declared = declared.into_iter().flatten().find(|langs| !langs.is_empty());
    declared.cloned().unwrap_or_else(|| vec![of_titles(title, forms)])
}

fn of_titles(title: &Text, forms: &[SourcedForm<'_>]) -> Lang {
    let columns = || forms.iter().flat_map(|(form, _)| &form.columns);
    let titles = || {
        let of_forms = forms.iter().map(|(form, _)| &form.title);
        let of_columns = columns().map(|column| &column.title);
        std::iter::once(title).chain(of_forms).chain(of_columns)
    };
    let in_chinese = |text: &Text| text.0.contains_key(Lang::Zh.tag());
    if titles().any(in_chinese) {
        return Lang::Zh;
    }
    let headers = || columns().filter_map(|column| column.headers.first());
    let chinese = headers().filter(|header| header.chars().any(is_han)).count();
    if chinese * 2 > headers().count() {
        Lang::Zh
    } else {
        Lang::En
    }
}

fn is_han(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

//! Formulas as a person reads them: titles of columns, words and signs of the language.

use crate::domain::{Lang, Text, join_to};
use crate::pipeline::model::{ColumnKind, Form};

/// A formula over the rows of a form, in both languages: `如果面积 > 0，则有无设施为“是”`.
pub(super) fn in_words(formula: &str, form: &Form) -> Text {
    Text::new(told(formula, form, Lang::Zh), told(formula, form, Lang::En))
}

/// A statement without brackets, in which words can be looked for: its texts hold none of them.
fn is_plain(statement: &str) -> bool {
    let mut texts = statement.split('\'').skip(1).step_by(2);
    !statement.contains(['(', '"']) && !texts.any(|text| text.contains(' '))
}

/// The parts of `NOT condition OR consequence`, which says: where the one holds, the other must; None: it is no such statement.
fn implication(statement: &str) -> Option<(&str, &str)> {
    let negated = statement.strip_prefix("NOT ")?;
    let (condition, consequence) = negated.split_once(" OR ")?;
    let bare = condition.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    let condition = bare.unwrap_or(condition);
    // `NOT` binds more than `AND`: only what brackets hold together is negated as a whole.
    let is_whole = bare.is_some() || !condition.contains(" AND ");
    (is_whole && is_plain(condition) && is_plain(consequence) && !consequence.contains(" OR "))
        .then_some((condition, consequence))
}

fn told(formula: &str, form: &Form, lang: Lang) -> String {
    if let Some((condition, consequence)) = implication(formula) {
        let [condition, consequence] = [condition, consequence].map(|part| told(part, form, lang));
        return match lang {
            Lang::Zh => format!("如果{condition}，则{consequence}"),
            Lang::En => format!("if {condition}, then {consequence}"),
        };
    }
    let alone = form.column(formula).map(|column| &form.columns[column]);
    if let Some(column) = alone.filter(|column| matches!(column.kind, ColumnKind::Boolean { .. })) {
        let title = column.title.get(lang);
        return match lang {
            Lang::Zh => format!("{title}为“是”"),
            Lang::En => format!("{title} is yes"),
        };
    }
    if let Some((one, other)) = formula.split_once(" OR ").filter(|_| is_plain(formula)) {
        let [one, other] = [one, other].map(|part| told(part, form, lang));
        return match lang {
            Lang::Zh => format!("{one}，或{other}"),
            Lang::En => format!("{one} or {other}"),
        };
    }
    let phrases = [
        ("IS NOT NULL", "IS_NOT_NULL"),
        ("IS NULL", "IS_NULL"),
        ("NOT IN", "NOT_IN"),
    ];
    let joined = phrases
        .iter()
        .fold(formula.to_owned(), |text, (phrase, word)| text.replace(phrase, word));
    word_by_word(&joined, form, lang)
}

/// The formula with a title for each column, and a word for each word and sign that has one.
fn word_by_word(formula: &str, form: &Form, lang: Lang) -> String {
    let mut out = String::new();
    let mut rest = formula;
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    while let Some(c) = rest.chars().next() {
        let length = if c == '\'' {
            rest[1..].find('\'').map_or(rest.len(), |end| end + 2)
        } else if is_word(c) {
            rest.find(|c: char| !is_word(c)).unwrap_or(rest.len())
        } else if ["<=", ">=", "<>", "!="].iter().any(|sign| rest.starts_with(sign)) {
            2
        } else {
            c.len_utf8()
        };
        let part = &rest[..length];
        match form.column(part) {
            Some(column) => join_to(&mut out, form.columns[column].title.get(lang)),
            None if c == '\'' => join_to(&mut out, &literal(part.trim_matches('\''), formula, form, lang)),
            None => join_to(&mut out, word(part, lang).unwrap_or(part)),
        }
        rest = &rest[length..];
    }
    out
}

/// A text of a formula: where it is a member of a category that the formula reads, the word that a person fills in for it.
fn literal(text: &str, formula: &str, form: &Form, lang: Lang) -> String {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let read = formula.split(|c: char| !is_part(c)).filter_map(|id| form.column(id));
    let mut words = read.filter_map(|column| form.columns[column].kind.choice(text, lang));
    format!("“{}”", words.next().unwrap_or(text))
}

/// Words and signs of a formula.
fn word(part: &str, lang: Lang) -> Option<&'static str> {
    let known = [
        ("<=", "≤", "≤"),
        (">=", "≥", "≥"),
        ("<>", "≠", "≠"),
        ("!=", "≠", "≠"),
        ("*", "×", "×"),
        ("AND", "与", "and"),
        ("OR", "或", "or"),
        ("NOT", "并非", "not"),
        ("IS_NOT_NULL", "不为空", "is filled in"),
        ("IS_NULL", "为空", "is empty"),
        ("NOT_IN", "不属于", "not in"),
        ("IS", "为", "is"),
        ("NULL", "空", "empty"),
        ("IN", "属于", "in"),
        ("BETWEEN", "介于", "between"),
    ];
    let (_, zh, en) = known.into_iter().find(|(sign, ..)| sign.eq_ignore_ascii_case(part))?;
    Some(match lang {
        Lang::Zh => zh,
        Lang::En => en,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::testing::{column, form};
    use crate::pipeline::{Column, RowUnit};

    #[test]
    fn statements_read_as_sentences() {
        let titled = |id: &str, kind: ColumnKind, zh: &str, en: &str| Column {
            title: Text::new(zh, en),
            ..column(id, kind)
        };
        let columns = vec![
            titled(
                "has_facility",
                ColumnKind::Boolean {
                    yes: vec![],
                    no: vec![],
                },
                "有无设施",
                "has facility",
            ),
            titled("area", ColumnKind::Integer { unit: None }, "面积", "area"),
            titled("operator", ColumnKind::Text, "运营主体", "operator"),
            titled(
                "kind",
                ColumnKind::Category {
                    values: vec![("town".into(), vec!["城镇".into(), "Town".into()])],
                },
                "类别",
                "kind",
            ),
        ];
        let form = form("f", RowUnit::Below("village".to_owned()), columns);
        for (statement, zh, en) in [
            ("area <= 5 * area", "面积 ≤ 5 × 面积", "area ≤ 5 × area"),
            ("has_facility", "有无设施为“是”", "has facility is yes"),
            (
                "NOT (area > 0) OR has_facility",
                "如果面积 > 0，则有无设施为“是”",
                "if area > 0, then has facility is yes",
            ),
            (
                "NOT has_facility OR area > 0",
                "如果有无设施为“是”，则面积 > 0",
                "if has facility is yes, then area > 0",
            ),
            (
                "has_facility OR operator IS NULL",
                "有无设施为“是”，或运营主体为空",
                "has facility is yes or operator is empty",
            ),
            ("operator IS NOT NULL", "运营主体不为空", "operator is filled in"),
            (
                "has_facility OR kind <> 'town'",
                "有无设施为“是”，或类别 ≠ “城镇”",
                "has facility is yes or kind ≠ “Town”",
            ),
            // A word within a text is none of the formula, and a text of another column no member.
            (
                "operator = 'town OR x'",
                "运营主体 = “town OR x”",
                "operator = “town OR x”",
            ),
            ("operator <> 'town'", "运营主体 ≠ “town”", "operator ≠ “town”"),
            // What `NOT` concerns is not all before `OR`.
            (
                "NOT has_facility AND area > 0 OR area = 1",
                "并非有无设施与面积 > 0，或面积 = 1",
                "not has facility and area > 0 or area = 1",
            ),
        ] {
            assert_eq!(in_words(statement, &form), Text::new(zh, en), "{statement}");
        }
    }
}

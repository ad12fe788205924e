//! What a column of the published tables holds.

use super::statistic::statistics;
use super::words::labelled;
use crate::domain::{Lang, StatisticSpec, Text};
use crate::tables::{ColumnSpec, table_specs};

/// The column that `table.column` names. None: the table has none of this name, or there is no such table.
pub(super) fn column_of(name: &str) -> Option<&str> {
    let (table, column) = name.split_once('.')?;
    let spec = table_specs().get(table)?;
    spec.columns.iter().any(|own| own.name == column).then_some(column)
}

/// Explains the column of a name, of each table that has it. None: none has.
pub(super) fn explain_column(name: &str, lang: Lang) -> Option<String> {
    let of_tables = table_specs().iter().filter_map(|(table, spec)| {
        let column = spec.columns.iter().find(|column| column.name == name)?;
        Some((*table, column))
    });
    let of_tables: Vec<(&str, &ColumnSpec)> = of_tables.collect();
    let (_, first) = of_tables.first()?;
    let mut text = String::new();
    labelled(&mut text, name, first.title.get(lang), lang);
    text.push('\n');
    for (table, column) in &of_tables {
        labelled(&mut text, table, &held(column, lang), lang);
    }
    let tables: Vec<&str> = of_tables.iter().map(|(table, _)| *table).collect();
    let label = word(
        "同表的统计量（可用 explain 查看）",
        "Statistics beside it (`huizong explain NAME` tells more)",
        lang,
    );
    add_statistics(&mut text, label, &tables, lang);
    Some(text)
}

/// Adds the statistics that some tables have, under a label, and where their formulas stand.
pub(super) fn add_statistics(text: &mut String, label: &str, tables: &[&str], lang: Lang) {
    let is_there = |spec: &&StatisticSpec| spec.tables.iter().any(|table| tables.contains(&table.as_str()));
    let there: Vec<&str> = statistics().filter(is_there).map(|spec| spec.id.as_str()).collect();
    if !there.is_empty() {
        labelled(text, label, &there.join(", "), lang);
    }
    let label = word("公式与适用范围", "Formula and limits", lang);
    labelled(text, label, "docs/methods.md", lang);
}

/// Explains a value of the columns that hold codes: a reason for a null (`reasons`), or a word that a column lists. None: no column
/// holds it.
pub fn explain_value(value: &str, reasons: &[(&str, Text)], lang: Lang) -> Option<String> {
    let mut parts: Vec<(String, &str)> = Vec::new();
    if let Some((_, meaning)) = reasons.iter().find(|(token, _)| *token == value) {
        let label = word("值为空的原因", "Why a figure is null", lang);
        parts.push((label.to_owned(), meaning.get(lang)));
    }
    for (table, spec) in table_specs() {
        for column in &spec.columns {
            let listed = column.values.iter().any(|own| own == value);
            if let Some(meaning) = column.value_titles.get(value).filter(|_| listed) {
                parts.push((format!("{table}.{}", column.name), meaning.get(lang)));
            }
        }
    }
    let (_, first) = parts.first()?;
    let mut text = String::new();
    labelled(&mut text, value, first, lang);
    text.push('\n');
    for (label, meaning) in &parts {
        labelled(&mut text, label, meaning, lang);
    }
    Some(text)
}

/// Title, unit, the words that it holds, meaning of a null, and what it must not be used for.
pub(super) fn held(column: &ColumnSpec, lang: Lang) -> String {
    let said = |label: &str, text: &Text| format!("{label}{}", text.get(lang));
    let values = column.values.join(word("、", ", ", lang));
    let parts = [
        Some(column.title.get(lang).to_owned()),
        column
            .unit
            .as_ref()
            .map(|unit| format!("{}{unit}", word("单位 ", "unit: ", lang))),
        (!values.is_empty()).then(|| format!("{}{values}", word("取值：", "one of: ", lang))),
        column
            .null
            .as_ref()
            .map(|null| said(word("空值：", "null: ", lang), null)),
        column
            .caveat
            .as_ref()
            .map(|caveat| said(word("注意：", "take care: ", lang), caveat)),
    ];
    parts
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(word("；", "; ", lang))
}

pub(super) fn word(zh: &'static str, en: &'static str, lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_of_codes_names_them() {
        let text = explain_column("bounds_kind", Lang::En).unwrap();
        assert!(text.contains("one of: exact, outer"), "{text}");
    }

    #[test]
    fn every_column_of_every_table_is_explained_in_both_languages() {
        let is_chinese = |text: &str| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
        for (table, spec) in table_specs() {
            for column in &spec.columns {
                let name = format!("{table}.{}", column.name);
                let [zh, en] =
                    [Lang::Zh, Lang::En].map(|lang| super::super::explain(&name, None, lang).unwrap_or_default());
                // The first line says what it is.
                let [zh_head, en_head] = [&zh, &en].map(|text| text.lines().next().unwrap_or_default());
                assert!(zh_head.starts_with(&column.name) && is_chinese(zh_head), "{name}: {zh}");
                let words = en_head.strip_prefix(&format!("{}: ", column.name));
                assert!(
                    words.is_some_and(|words| words.len() > 2 && !is_chinese(words)),
                    "{name}: {en}"
                );
                assert!(!is_chinese(&en), "{name}: {en}");
            }
        }
    }

    #[test]
    fn all_effects_of_a_gap_have_their_formulas() {
        for effect in [
            "mix_effect_a",
            "rate_effect_a",
            "mix_effect_b",
            "rate_effect_b",
            "composition_effect_a",
            "composition_effect_b",
        ] {
            let [zh, en] = [Lang::Zh, Lang::En].map(|lang| super::super::explain(effect, None, lang).unwrap());
            assert!(en.contains("Formula: ") && en.contains("When it misleads: "), "{en}");
            assert!(zh.contains("Σ") && en.contains("Σ"), "{zh}");
        }
        // One of b falls where its value rises.
        assert!(
            super::super::explain("rate_effect_b", None, Lang::En)
                .unwrap()
                .contains("−Σ")
        );
    }

    #[test]
    fn a_column_may_be_named_with_its_table() {
        let told = |name: &str| super::super::explain(name, None, Lang::En);
        assert_eq!(told("gap_changes.mix_effect_b"), told("mix_effect_b"));
        assert_eq!((told("gaps.mix_effect_b"), told("nothing.mix_effect_b")), (None, None));
        let text = told("change_a").unwrap();
        // Once for the table as reported and once for that on constant boundaries.
        assert_eq!(text.matches("change_a_null_reason").count(), 2, "{text}");
    }

    #[test]
    fn a_value_is_told_with_the_columns_that_hold_it() {
        let reasons = [("zero_undefined", Text::new("对数无定义", "its logarithm is undefined"))];
        let told = |value: &str| explain_value(value, &reasons, Lang::En);
        let text = told("zero_undefined").unwrap();
        assert!(
            text.contains("Why a figure is null") && text.contains("logarithm"),
            "{text}"
        );
        for (value, column) in [("outer", "inequality.bounds_kind"), ("rejected", "submissions.status")] {
            let text = told(value).unwrap();
            assert!(text.contains(column), "{text}");
        }
        assert_eq!(told("no-such-value"), None);
    }

    #[test]
    fn a_column_is_told_with_its_tables_and_the_statistics_beside_it() {
        let text = explain_column("sigma_later", Lang::En).unwrap();
        for part in ["sigma_later: ", "convergence: ", "null: ", "beta", "docs/methods.md"] {
            assert!(text.contains(part), "{part}\n{text}");
        }
        assert_eq!(explain_column("sigma_latest", Lang::En), None);
    }
}

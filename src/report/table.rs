//! What a published table holds.

use super::column::{add_statistics, held, word};
use super::words::labelled;
use crate::domain::Lang;
use crate::tables::table_specs;

/// Explains the table of a name: its title, its key, the statistics in it, and each of its columns. None: there is no such table.
pub fn explain_table(name: &str, lang: Lang) -> Option<String> {
    let (name, spec) = table_specs().get_key_value(name)?;
    let mut text = String::new();
    labelled(&mut text, name, spec.title.get(lang), lang);
    text.push('\n');
    let label = word("主键（每组取值一行）", "Key (a row for each of its values)", lang);
    labelled(&mut text, label, &spec.key.join(", "), lang);
    let label = word(
        "其中的统计量（可用 explain 查看）",
        "Statistics in it (`huizong explain NAME` tells more)",
        lang,
    );
    add_statistics(&mut text, label, &[name], lang);
    text.push_str(word("\n各列：\n", "\nColumns:\n", lang));
    for column in &spec.columns {
        labelled(&mut text, &column.name, &held(column, lang), lang);
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_is_told_with_its_key_and_columns_in_both_languages() {
        for (table, spec) in table_specs() {
            let [zh, en] = [Lang::Zh, Lang::En].map(|lang| explain_table(table, lang).unwrap());
            assert!(
                en.starts_with(&format!("{table}: {}\n", spec.title.get(Lang::En))),
                "{en}"
            );
            assert!(
                zh.starts_with(&format!("{table}：{}\n", spec.title.get(Lang::Zh))),
                "{zh}"
            );
            let key = format!("Key (a row for each of its values): {}\n", spec.key.join(", "));
            assert!(en.contains(&key), "{en}");
            for column in &spec.columns {
                let [told_zh, told_en] = [Lang::Zh, Lang::En].map(|lang| column.title.get(lang).to_owned());
                assert!(en.contains(&format!("\n{}: {told_en}", column.name)), "{table}: {en}");
                assert!(zh.contains(&format!("\n{}：{told_zh}", column.name)), "{table}: {zh}");
            }
        }
        assert_eq!(explain_table("gap", Lang::En), None);
    }

    #[test]
    fn a_table_names_the_statistics_in_it() {
        let text = explain_table("inequality", Lang::En).unwrap();
        assert!(
            text.contains("Statistics in it (`huizong explain NAME` tells more): ") && text.contains("theil_t"),
            "{text}"
        );
    }
}

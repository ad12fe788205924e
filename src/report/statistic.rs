//! What a statistic is, how it is computed and when it misleads: one text for the terminal and for `docs/methods.md`.

use std::fmt::Write;

use super::words::labelled;
use crate::domain::{Lang, StatisticSpec, column_specs, index_specs};

/// Names of all statistics that can be explained.
pub fn statistics() -> impl Iterator<Item = &'static StatisticSpec> {
    column_specs().iter().chain(index_specs())
}

/// Explains the statistic of a name. None: there is none.
pub fn explain_statistic(id: &str, lang: Lang) -> Option<String> {
    let spec = statistics().find(|spec| spec.id == id)?;
    let tables = spec.tables.join(", ");
    let labels = match lang {
        Lang::Zh => ["所在的表", "公式", "符号", "说明", "取值", "何时会误导", "文献"],
        Lang::En => [
            "Tables",
            "Formula",
            "Symbols",
            "Notes",
            "Range",
            "When it misleads",
            "Source",
        ],
    };
    let symbols = symbols(&spec.formula, lang);
    let parts = [
        Some(tables.as_str()),
        Some(&spec.formula),
        Some(symbols.as_str()).filter(|symbols| !symbols.is_empty()),
        Some(spec.note.get(lang)),
        Some(spec.range.get(lang)),
        Some(spec.misleads.get(lang)),
        spec.source.as_deref(),
    ];
    let mut text = String::new();
    labelled(&mut text, &spec.id, spec.title.get(lang), lang);
    text.push('\n');
    for (label, part) in labels.into_iter().zip(parts) {
        if let Some(part) = part {
            labelled(&mut text, label, part, lang);
        }
    }
    Some(text)
}

/// The table of the inequality indices in `docs/methods.md`.
pub fn indices_table() -> String {
    let mut table = String::from("| index | formula | range | source |\n|---|---|---|---|\n");
    for spec in index_specs() {
        let formula = spec.formula.replace('|', "\\|");
        let source = spec.source.as_deref().unwrap_or_default();
        let (id, range) = (&spec.id, spec.range.get(Lang::En));
        let _ = writeln!(table, "| `{id}` | `{formula}` | {range} | {source} |");
    }
    table
}

/// A symbol of formulas, and what it stands for in Chinese and in English.
const SYMBOLS: [(&str, &str, &str); 27] = [
    ("num", "分子之和", "sum of the numerator"),
    ("den", "分母之和", "sum of the denominator"),
    (
        "missing",
        "应报而未计入的分母",
        "denominator of what is owed and not in the figure",
    ),
    (
        "lo",
        "指标合理区间的下限",
        "lower end of the indicator’s plausible range",
    ),
    (
        "hi",
        "指标合理区间的上限",
        "upper end of the indicator’s plausible range",
    ),
    (
        "x",
        "单元的比值 num ÷ den，不乘系数",
        "a unit’s ratio num ÷ den, without the factor",
    ),
    ("w", "单元分母所占份额", "a unit’s share of the denominators"),
    ("μ", "加权均值 Σ w x", "the weighted mean Σ w x"),
    (
        "F",
        "单元的中位次：比值更低者的份额加上相等者的一半",
        "a unit’s mid-rank: the share of units below it and half the share of those equal to it",
    ),
    ("p", "组的分母份额", "a group’s share of the denominators"),
    (
        "s",
        "组的分子份额 p μk ÷ μ",
        "a group’s share of the numerators, p μk ÷ μ",
    ),
    ("μk", "组的均值", "the mean of a group"),
    ("Gk", "组内基尼系数", "the Gini coefficient within a group"),
    ("G", "基尼系数", "the Gini coefficient"),
    (
        "best",
        "最高的 x；以低为优时为最低的",
        "the highest x, or the lowest where lower is better",
    ),
    ("μr", "参照成员的均值", "the mean of the reference member"),
    (
        "Rk",
        "成员按维度次序的中位次",
        "a member’s mid-rank along the order of the dimension",
    ),
    (
        "pa",
        "a 组一层的分母份额（pb 同理）",
        "a stratum’s share of the denominators of a, as pb of b",
    ),
    ("ra", "a 组一层的比值（rb 同理）", "a stratum’s ratio in a, as rb in b"),
    (
        "e",
        "合理区间中不利于该判定的一端",
        "the end of the plausible range that works against the verdict",
    ),
    ("factor", "指标的系数", "the indicator’s factor"),
    (
        "Gw",
        "组内部分（Gb 为组间部分）",
        "the part within groups, as Gb between them",
    ),
    ("x_0", "前期的比值", "a unit’s ratio in the earlier period"),
    ("x_T", "后期的比值", "a unit’s ratio in the later period"),
    ("T", "两期相隔年数", "years between the two periods"),
    ("b", "斜率 beta", "the slope, beta"),
    (
        "λ",
        "收敛速度 convergence_speed",
        "the speed of convergence, convergence_speed",
    ),
];

/// What the symbols of a formula stand for.
fn symbols(formula: &str, lang: Lang) -> String {
    let is_of_name = |c: char| c.is_alphanumeric() || c == '_';
    let words: Vec<&str> = formula.split(|c| !is_of_name(c)).collect();
    let found = SYMBOLS.iter().filter(|(symbol, ..)| words.contains(symbol));
    let told = found.map(|(symbol, zh, en)| match lang {
        Lang::Zh => format!("{symbol} {zh}"),
        Lang::En => format!("{symbol}: {en}"),
    });
    let separator = match lang {
        Lang::Zh => "；",
        Lang::En => "; ",
    };
    told.collect::<Vec<_>>().join(separator)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables::table_specs;

    #[test]
    fn a_statistic_is_a_column_of_the_tables_that_it_names() {
        for spec in column_specs() {
            for name in &spec.tables {
                let table = &table_specs()[name.as_str()];
                assert!(
                    table.columns.iter().any(|column| column.name == spec.id),
                    "{name} {}",
                    spec.id
                );
            }
        }
    }

    #[test]
    fn a_name_means_one_thing() {
        let mut names: Vec<&str> = statistics().map(|spec| spec.id.as_str()).collect();
        names.extend(crate::domain::Code::ALL.iter().map(|code| code.as_str()));
        names.sort_unstable();
        assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "{names:?}");
    }

    #[test]
    fn theil_is_explained_in_both_languages() {
        let en = explain_statistic("theil_t", Lang::En).unwrap();
        for part in [
            "Theil's T",
            "Σ w (x ÷ μ) ln(x ÷ μ)",
            "w: a unit’s share",
            "Theil 1967",
            "When it misleads: It is relative",
        ] {
            assert!(en.contains(part), "{part}\n{en}");
        }
        let zh = explain_statistic("theil_t", Lang::Zh).unwrap();
        assert!(zh.contains("泰尔") && zh.contains("何时会误导："), "{zh}");
        assert_eq!(explain_statistic("thiel_t", Lang::En), None);
    }
}

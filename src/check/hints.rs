//! What a difference looks like to the county that is to find its cause.

use crate::domain::{Lang, Text};

/// Rows that may be the one behind a difference: more of them are chance.
const SUSPECTS: usize = 3;

/// A row as the county knows it.
pub struct RowName {
    /// As its file counts the rows.
    pub row: String,
    /// Its file, where it is another one than that of the stated figure.
    pub path: Option<String>,
}

impl RowName {
    /// `第 3、7 行`, `a.csv 第 3 行、b.csv 第 7 行`, or the same in English: `row 3, 7`, `row 3 of a.csv, row 7 of b.csv`.
    fn several(rows: &[RowName], lang: Lang) -> String {
        let numbers = |joint: &str| {
            rows.iter()
                .map(|name| name.row.as_str())
                .collect::<Vec<_>>()
                .join(joint)
        };
        let placed = |name: &RowName| match (&name.path, lang) {
            (Some(path), Lang::Zh) => format!("{path} 第 {} 行", name.row),
            (Some(path), Lang::En) => format!("row {} of {path}", name.row),
            (None, Lang::Zh) => format!("第 {} 行", name.row),
            (None, Lang::En) => format!("row {}", name.row),
        };
        let is_bare = rows.iter().all(|name| name.path.is_none());
        match (is_bare, lang) {
            (true, Lang::Zh) => format!("第 {} 行", numbers("、")),
            (true, Lang::En) => format!("row {}", numbers(", ")),
            // Latin letters stand apart from Chinese ones.
            (false, Lang::Zh) => format!(" {}", rows.iter().map(placed).collect::<Vec<_>>().join("、")),
            (false, Lang::En) => rows.iter().map(placed).collect::<Vec<_>>().join(", "),
        }
    }
}

/// What a difference looks like, for the county: that one row is there twice or not at all, or a slip by a power of ten.
/// `rows` are the figures of the detailed rows as integers, with how the county knows them.
pub(super) fn hint(
    (left, right): (i128, i128),
    allowed: i128,
    rows: impl Iterator<Item = (i128, RowName)>,
) -> Option<Text> {
    let difference = left - right;
    for power in 1..=4 {
        let factor = 10_i128.pow(power);
        if right != 0 && (left - right * factor).abs() <= allowed * factor {
            return Some(Text::new(
                format!("填报数乘以 {factor} 即相符，请核对单位"),
                format!("the stated figure times {factor} would agree: check the unit"),
            ));
        }
        if left != 0 && (left * factor - right).abs() <= allowed {
            return Some(Text::new(
                format!("填报数除以 {factor} 即相符，请核对单位"),
                format!("the stated figure divided by {factor} would agree: check the unit"),
            ));
        }
    }
    let mut suspects: Vec<RowName> = Vec::new();
    for (_, name) in rows.filter(|(figure, _)| *figure != 0 && figure.abs() == difference.abs()) {
        suspects.push(name);
        if suspects.len() > SUSPECTS {
            return None;
        }
    }
    let [zh, en] = [Lang::Zh, Lang::En].map(|lang| RowName::several(&suspects, lang));
    (!suspects.is_empty()).then(|| {
        if difference > 0 {
            Text::new(
                format!("差额恰等于{zh}的数值，该行可能重复，或填报数漏计"),
                format!("the difference is exactly the figure of {en}: it may stand twice, or lack in the stated figure"),
            )
        } else {
            Text::new(
                format!("差额恰等于{zh}的数值，填报数可能重复计入该行，或另有一行漏报"),
                format!("the difference is exactly the figure of {en}: the stated figure may count it twice, or a row like it is missing"),
            )
        }
    })
}

/// A message with a hint behind it.
pub(super) fn with_hint(message: &Text, hint: Option<&Text>) -> Text {
    let Some(hint) = hint else { return message.clone() };
    let joined = |lang: Lang, joint: &str| format!("{}{joint}{}", message.get(lang), hint.get(lang));
    let mut all = message.clone();
    all.0.insert(Lang::Zh.tag().to_owned(), joined(Lang::Zh, "；"));
    all.0.insert(Lang::En.tag().to_owned(), joined(Lang::En, "; "));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(row: u32, path: Option<&str>) -> RowName {
        RowName {
            row: row.to_string(),
            path: path.map(str::to_owned),
        }
    }

    #[test]
    fn rows_of_other_files_are_named_with_their_files() {
        let says = |rows: &[(u32, &str)], lang| {
            let rows = rows.iter().map(|&(row, path)| (5, named(row, Some(path))));
            hint((30, 25), 0, rows).unwrap().get(lang).to_owned()
        };
        for (rows, zh, en) in [
            (
                &[(22, "2020/a.csv")][..],
                "等于 2020/a.csv 第 22 行的数值",
                "figure of row 22 of 2020/a.csv:",
            ),
            (
                &[(3, "a.csv"), (7, "b.csv")],
                "等于 a.csv 第 3 行、b.csv 第 7 行的数值",
                "figure of row 3 of a.csv, row 7 of b.csv:",
            ),
        ] {
            assert!(says(rows, Lang::Zh).contains(zh), "{}", says(rows, Lang::Zh));
            assert!(says(rows, Lang::En).contains(en), "{}", says(rows, Lang::En));
        }
    }

    fn hinted(left: i128, right: i128, rows: &[i128]) -> Option<String> {
        let rows = rows
            .iter()
            .zip(2..)
            .map(|(figure, row): (_, u32)| (*figure, named(row, None)));
        hint((left, right), 0, rows).map(|hint| hint.get(Lang::En).to_owned())
    }

    #[test]
    fn a_difference_of_a_power_of_ten_is_a_slip_of_the_unit() {
        for (left, right, says) in [
            (70, 7, Some("the stated figure times 10 would agree: check the unit")),
            (
                70_000,
                7,
                Some("the stated figure times 10000 would agree: check the unit"),
            ),
            (
                7,
                70_000,
                Some("the stated figure divided by 10000 would agree: check the unit"),
            ),
            (700_000, 7, None),
            (0, 7, None),
        ] {
            assert_eq!(hinted(left, right, &[]).as_deref(), says, "{left} {right}");
        }
    }

    #[test]
    fn a_difference_that_is_the_figure_of_a_few_rows_names_them() {
        let says = |rows: &[i128]| hinted(30, 25, rows).map(|hint| hint.split(':').next().unwrap().to_owned());
        let named = |rows: &str| Some(format!("the difference is exactly the figure of row {rows}"));
        assert_eq!(says(&[10, 5, 15]), named("3"));
        assert_eq!(says(&[5, -5, 5]), named("2, 3, 4"));
        assert_eq!(says(&[5, 5, 5, 5]), None, "many are chance");
        assert_eq!(says(&[10, 20]), None);
    }
}

//! What rules say where the definition does not: the usual messages, and the statements that must hold.

use crate::domain::{Lang, Text};
use crate::pipeline::definition::OutlierMethod;
use crate::pipeline::model::{
    Column, CoverRule, Dimension, Form, OutlierRule, ReconcileRule, Relation, SumRule, Tolerance,
};

pub(super) fn text(zh: impl Into<String>, en: impl Into<String>) -> Text {
    Text([("zh".to_owned(), zh.into()), ("en".to_owned(), en.into())].into())
}

fn zh(column: &Column) -> &str {
    column.title.get(Lang::Zh)
}

fn en(column: &Column) -> &str {
    column.title.get(Lang::En)
}

pub(super) fn sum(rule: &SumRule, columns: &[Column]) -> Text {
    let parts = |name: fn(&Column) -> &str, joint: &str| {
        let names: Vec<&str> = rule.parts.iter().map(|&at| name(&columns[at])).collect();
        names.join(joint)
    };
    let (zh_relation, en_relation) = match rule.relation {
        Relation::Equal => ("不等于", "is not"),
        Relation::AtLeast => ("小于", "is less than"),
        Relation::AtMost => ("大于", "is more than"),
    };
    let total = &columns[rule.total];
    text(
        format!("{}{zh_relation}各分项之和（{}）", zh(total), parts(zh, "＋")),
        format!(
            "{} {en_relation} the sum of its parts ({})",
            en(total),
            parts(en, " + ")
        ),
    )
}

pub(super) fn sum_statement(rule: &SumRule, columns: &[Column]) -> String {
    let parts: Vec<&str> = rule.parts.iter().map(|&at| columns[at].id.as_str()).collect();
    let relation = match rule.relation {
        Relation::Equal => "=",
        Relation::AtLeast => ">=",
        Relation::AtMost => "<=",
    };
    let total = &columns[rule.total].id;
    format!("{total} {relation} {}{}", parts.join(" + "), allowance(rule.tolerance))
}

/// ` ± max(1, 0.5 %)`, ` ± 1`, nothing where nothing is allowed.
fn allowance(tolerance: Tolerance) -> String {
    let parts: Vec<String> = [
        (tolerance.abs > 0.0).then(|| tolerance.abs.to_string()),
        (tolerance.rel > 0.0).then(|| format!("{} %", (tolerance.rel * 1e8).round() / 1e6)),
    ]
    .into_iter()
    .flatten()
    .collect();
    match parts.as_slice() {
        [] => String::new(),
        [one] => format!(" ± {one}"),
        both => format!(" ± max({})", both.join(", ")),
    }
}

/// What is allowed, behind a statement in words; nothing where nothing is.
fn allowance_in_words(tolerance: Tolerance) -> Text {
    let absolute = (tolerance.abs > 0.0).then(|| tolerance.abs.to_string());
    let percent = (tolerance.rel * 1e8).round() / 1e6;
    match (absolute, tolerance.rel > 0.0) {
        (None, false) => text("", ""),
        (Some(one), false) => text(format!("，允许相差 {one}"), format!(" (± {one})")),
        (None, true) => text(format!("，允许相差 {percent}%"), format!(" (± {percent} %)")),
        (Some(one), true) => text(
            format!("，允许相差 {one} 或 {percent}%，以大者为准"),
            format!(" (± {one} or {percent} %, whichever is larger)"),
        ),
    }
}

pub(super) fn sum_in_words(rule: &SumRule, columns: &[Column]) -> Text {
    let allowed = allowance_in_words(rule.tolerance);
    let relation = match rule.relation {
        Relation::Equal => "=",
        Relation::AtLeast => "≥",
        Relation::AtMost => "≤",
    };
    let told = |lang: Lang| {
        let parts: Vec<&str> = rule.parts.iter().map(|&at| columns[at].title.get(lang)).collect();
        let total = columns[rule.total].title.get(lang);
        format!("{total} {relation} {}{}", parts.join(" + "), allowed.get(lang))
    };
    text(told(Lang::Zh), told(Lang::En))
}

pub(super) fn history_in_words(column: &Column, (min, max): (f64, f64)) -> Text {
    text(
        format!("{}与上期之比在 {min}～{max} 之间", zh(column)),
        format!("the ratio of {} to its earlier value is {min} to {max}", en(column)),
    )
}

/// `by`: titles of the levels and dimensions that make peers.
pub(super) fn outlier_in_words(rule: &OutlierRule, columns: &[Column], by: &[Text]) -> Text {
    let (column, per) = (&columns[rule.column], rule.per.map(|at| &columns[at]));
    let threshold = rule.threshold;
    text(
        format!(
            "{}{}偏离同类（按{}划分）的程度（修正 z 值{}）不超过 {threshold}",
            zh(column),
            per.map_or(String::new(), |per| format!("与{}之比", zh(per))),
            Text::listed(by, Lang::Zh),
            if rule.log { "，按对数计算" } else { "" },
        ),
        format!(
            "{}{} lies at most {threshold} from its peers (same {}), as a modified z{}",
            en(column),
            per.map_or(String::new(), |per| format!(" per {}", en(per))),
            Text::listed(by, Lang::En),
            if rule.log { " of logarithms" } else { "" },
        ),
    )
}

pub(super) fn history() -> Text {
    text(
        "{column}与上期相比变动过大：{raw}，应在上期的 {threshold} 倍之间",
        "{column} changed too much since the earlier period: {raw}; expected {threshold} times the earlier value",
    )
}

pub(super) fn sum_title(rule: &SumRule, columns: &[Column]) -> Text {
    let (zh_relation, en_relation) = match rule.relation {
        Relation::Equal => ("不等于", "not"),
        Relation::AtLeast => ("小于", "less than"),
        Relation::AtMost => ("大于", "more than"),
    };
    let total = &columns[rule.total];
    text(
        format!("{}{zh_relation}各分项之和", zh(total)),
        format!("Total {en_relation} the sum of its parts: {}", en(total)),
    )
}

pub(super) fn history_title(column: &Column) -> Text {
    text(
        format!("{}与上期相比变动过大", zh(column)),
        format!("{} changed too much since the earlier period", en(column)),
    )
}

pub(super) fn outlier_title(rule: &OutlierRule, columns: &[Column]) -> Text {
    let column = &columns[rule.column];
    let per = rule.per.map(|at| &columns[at]);
    text(
        format!(
            "{}{}与同类相比异常",
            zh(column),
            per.map_or(String::new(), |per| format!("（按{}平均）", zh(per)))
        ),
        format!(
            "Unlike its peers: {}{}",
            en(column),
            per.map_or(String::new(), |per| format!(" per {}", en(per)))
        ),
    )
}

pub(super) fn cover_title(rule: &CoverRule) -> Text {
    match (rule.finds_new, rule.register.is_some()) {
        (false, true) => text("登记册中的单位未报", "Units of the register are missing"),
        (true, true) => text("所报单位不在登记册中", "Units are not in the register"),
        (false, false) => text("上期的单位本期未报", "Units of the earlier period are missing"),
        (true, false) => text("本期的单位上期未报", "Units were not reported in the earlier period"),
    }
}

/// Of the column that is stated.
pub(super) fn reconcile_title(column: &Column) -> Text {
    text(
        format!("{}与明细汇总数不符", zh(column)),
        format!("Stated figure unlike the rows behind it: {}", en(column)),
    )
}

pub(super) fn outlier(rule: &OutlierRule, columns: &[Column]) -> Text {
    let per = rule.per.map(|at| &columns[at]);
    text(
        format!(
            "{{column}}{}与同类相比异常：{{raw}}，同类一般为 {{expected}}",
            per.map_or(String::new(), |per| format!("（按{}平均）", zh(per)))
        ),
        format!(
            "{{column}}{} stands out among its peers: {{raw}}; usual: {{expected}}",
            per.map_or(String::new(), |per| format!(" per {}", en(per)))
        ),
    )
}

pub(super) fn outlier_statement(rule: &OutlierRule, method: OutlierMethod, columns: &[Column], by: &[&str]) -> String {
    let column = &columns[rule.column].id;
    let ratio = rule
        .per
        .map_or_else(|| column.clone(), |per| format!("{column} / {}", columns[per].id));
    let judged = if rule.log { format!("ln({ratio})") } else { ratio };
    let distance = match method {
        OutlierMethod::ModifiedZ => "modified z",
    };
    format!("{distance} of {judged} within {} <= {}", by.join(" × "), rule.threshold)
}

pub(super) fn cover(rule: &CoverRule) -> Text {
    match (rule.finds_new, rule.register.is_some()) {
        (false, true) => text(
            "登记册中的 {expected} 个单位有 {count} 个未报：{raw}",
            "units of the register are missing ({count} of {expected}): {raw}",
        ),
        (true, true) => text(
            "所报单位中有 {count} 个不在登记册（共 {expected} 个）中：{raw}",
            "units reported are not among the {expected} of the register (units: {count}): {raw}",
        ),
        (false, false) => text(
            "上期的 {expected} 个单位有 {count} 个本期未报：{raw}",
            "units of the earlier period are missing ({count} of {expected}): {raw}",
        ),
        (true, false) => text(
            "本期有 {count} 个单位上期（{expected} 个）未报：{raw}",
            "units reported were not among the {expected} of the earlier period (units: {count}): {raw}",
        ),
    }
}

pub(super) fn cover_statement(rule: &CoverRule, form: &str) -> String {
    let against = rule.register.as_deref().unwrap_or("the earlier period");
    let what = if rule.finds_new {
        format!("new units of {form} against {against}")
    } else {
        format!("units of {against} missing in {form}")
    };
    format!("{what} <= {} %", (rule.max_share * 1e8).round() / 1e6)
}

pub(super) fn cover_in_words(rule: &CoverRule, form: &Form) -> Text {
    let (register, title) = (rule.register.as_deref(), &form.title);
    let share = (rule.max_share * 1e8).round() / 1e6;
    let (zh_all, en_all) = match register {
        Some(path) => (
            format!("登记册“{path}”中的单位"),
            format!("the units of the register {path}"),
        ),
        None => ("上期的单位".to_owned(), "the units of the earlier period".to_owned()),
    };
    let (zh_form, en_form) = (title.get(Lang::Zh), title.get(Lang::En));
    match (rule.finds_new, share > 0.0) {
        (false, false) => text(
            format!("{zh_all}在“{zh_form}”中都有"),
            format!("all of {en_all} are in {en_form}"),
        ),
        (false, true) => text(
            format!("{zh_all}在“{zh_form}”中没有的不超过 {share}%"),
            format!("at most {share} % of {en_all} are missing in {en_form}"),
        ),
        (true, false) => text(
            format!("“{zh_form}”中的单位都是{zh_all}"),
            format!("all units in {en_form} are among {en_all}"),
        ),
        (true, true) => text(
            format!("“{zh_form}”中不属于{zh_all}的不超过 {share}%"),
            format!("the units in {en_form} that are not among {en_all} are at most {share} % of them"),
        ),
    }
}

/// `left`: the form that is summed; `right`: the one with the stated figure.
pub(super) fn reconcile_in_words(
    rule: &ReconcileRule,
    (left, right): (&Form, &Form),
    dimensions: &[Dimension],
) -> Text {
    let allowed = allowance_in_words(rule.tolerance);
    let told = |lang: Lang| {
        let (form, stated) = (left.title.get(lang), right.title.get(lang));
        let column = rule.left_column.map(|at| left.columns[at].title.get(lang));
        let figure = right.columns[rule.right_column].title.get(lang);
        let only: Vec<String> = rule
            .filter
            .iter()
            .map(|chosen| chosen_in(chosen, dimensions, lang))
            .collect();
        let allowed = allowed.get(lang);
        match lang {
            Lang::Zh => {
                let sum = column.map_or("行数".to_owned(), |column| format!("{column}合计"));
                let only = if only.is_empty() {
                    String::new()
                } else {
                    format!("（{}）", only.join("，"))
                };
                format!("“{form}”的{sum}{only} = “{stated}”的{figure}{allowed}")
            }
            Lang::En => {
                let sum = column.map_or("number of rows".to_owned(), |column| format!("sum of {column}"));
                let only = if only.is_empty() {
                    String::new()
                } else {
                    format!(" ({})", only.join(", "))
                };
                format!("{sum} in {form}{only} = {figure} in {stated}{allowed}")
            }
        }
    };
    text(told(Lang::Zh), told(Lang::En))
}

/// `社区类别：城市社区`
fn chosen_in((at, members): &(usize, Vec<String>), dimensions: &[Dimension], lang: Lang) -> String {
    let dimension = &dimensions[*at];
    let title = |id: &String| {
        let member = dimension.members.iter().find(|member| member.id == *id);
        member.map_or_else(|| text(id.as_str(), id.as_str()), |member| member.title.clone())
    };
    let members: Vec<Text> = members.iter().map(title).collect();
    let colon = if lang == Lang::Zh { "：" } else { ": " };
    format!("{}{colon}{}", dimension.title.get(lang), Text::listed(&members, lang))
}

pub(super) fn reconcile() -> Text {
    text(
        "{column}填报 {raw}，与明细汇总数 {expected} 不符（容许误差 {threshold}）",
        "{column} is stated as {raw}, but the rows behind it sum to {expected} (allowed: {threshold})",
    )
}

pub(super) fn reconcile_statement(left: &str, right: &str, rule: &ReconcileRule, dimensions: &[Dimension]) -> String {
    let filter: Vec<String> = rule
        .filter
        .iter()
        .map(|(at, members)| format!("{} = {}", dimensions[*at].id, members.join("|")))
        .collect();
    let filter = if filter.is_empty() {
        String::new()
    } else {
        format!(" where {}", filter.join(" and "))
    };
    format!("{left}{filter} = {right}{}", allowance(rule.tolerance))
}

//! What rules say where the definition does not: the usual messages, and the statements that must hold.

use crate::domain::Text;
use crate::pipeline::definition::OutlierMethod;
use crate::pipeline::model::{Column, CoverRule, Dimension, OutlierRule, ReconcileRule, Relation, SumRule, Tolerance};

pub(super) fn text(zh: impl Into<String>, en: impl Into<String>) -> Text {
    Text([("zh".to_owned(), zh.into()), ("en".to_owned(), en.into())].into())
}

fn zh(column: &Column) -> &str {
    column.title.get(crate::domain::Lang::Zh)
}

fn en(column: &Column) -> &str {
    column.title.get(crate::domain::Lang::En)
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
            "{count} of {expected} units of the register are missing: {raw}",
        ),
        (true, true) => text(
            "所报单位中有 {count} 个不在登记册（共 {expected} 个）中：{raw}",
            "of the units reported, {count} are not among the {expected} of the register: {raw}",
        ),
        (false, false) => text(
            "上期的 {expected} 个单位有 {count} 个本期未报：{raw}",
            "{count} of {expected} units of the earlier period are missing: {raw}",
        ),
        (true, false) => text(
            "本期有 {count} 个单位上期（{expected} 个）未报：{raw}",
            "of the units reported, {count} were not among the {expected} of the earlier period: {raw}",
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

//! The sentences that readers of a release are told, in both languages.

use std::fmt::Write;

use super::look::verdict_word;
use super::number::{count, figure_beside, percent};
use super::sources::Standing;
use crate::domain::{Lang, Period, Severity, Text, agreeing, plural};

/// A text that a table has as a column.
#[derive(Clone, Copy)]
pub struct Words(pub &'static str, pub &'static str);

impl Words {
    pub fn text(&self) -> Text {
        Text::new(self.0, self.1)
    }
}

pub const INDICATOR: Words = Words("指标", "Indicator");
pub const PERIOD: Words = Words("报告期", "Period");
pub const VALUE: Words = Words("数值", "Value");
pub const LOWER: Words = Words("下限", "Lower bound");
pub const UPPER: Words = Words("上限", "Upper bound");
pub const VERDICT: Words = Words("判定", "Verdict");
pub const ROBUST: Words = Words("稳健", "Robust");
pub const KNOWN: Words = Words("已知分母份额", "Share of the denominator known");
pub const REPORTED: Words = Words("已报单位", "Reporters with data");
pub const EXPECTED: Words = Words("应报单位", "Reporters expected");
pub const GAP: Words = Words("差距", "Gap");
pub const MIX: Words = Words("构成效应", "Mix effect");
pub const RATE: Words = Words("水平效应", "Rate effect");

pub const AGREE: Words = Words("一致", "Agree");
pub const DIFFER: Words = Words("不一致", "Differ");
pub const EXPLAINED: Words = Words("已说明", "Explained");
pub const NOT_COMPARABLE: Words = Words("无法比较", "Not comparable");

fn both(say: impl Fn(Lang) -> String) -> Text {
    Text::new(say(Lang::Zh), say(Lang::En))
}

/// A text that is the same in every language.
pub fn same(text: &str) -> Text {
    Text::new(text, text)
}

/// A title; the id of what has none.
pub fn named(title: &Text, id: &str) -> Text {
    if title.is_empty() { same(id) } else { title.clone() }
}

/// Parts with a dot between them; empty ones are left out.
pub fn joined(parts: &[Text]) -> Text {
    both(|lang| {
        let parts = parts.iter().map(|part| part.get(lang)).filter(|part| !part.is_empty());
        parts.collect::<Vec<_>>().join(" · ")
    })
}

/// A title with its unit, where the title does not say it.
pub fn with_unit(title: &Text, id: &str, unit: &Text) -> Text {
    let title = named(title, id);
    both(|lang| match (title.get(lang), unit.get(lang), lang) {
        (title, unit, _) if unit.is_empty() || title.contains(unit) => title.to_owned(),
        (title, unit, Lang::Zh) => format!("{title}（{unit}）"),
        (title, unit, Lang::En) => format!("{title} ({unit})"),
    })
}

/// A label and what it says.
pub fn labelled_text(label: &Text, said: &Text) -> Text {
    both(|lang| match (label.get(lang), said.get(lang), lang) {
        (label, said, Lang::Zh) => format!("{label}：{said}"),
        (label, said, Lang::En) => format!("{label}: {said}"),
    })
}

/// A title with the code that tells it from others.
pub fn with_code(title: &Text, code: &str) -> Text {
    both(|lang| match (title.get(lang), lang) {
        (title, _) if title == code => title.to_owned(),
        (title, Lang::Zh) => format!("{title}（{code}）"),
        (title, Lang::En) => format!("{title} ({code})"),
    })
}

pub fn range(from: &str, to: &str) -> String {
    // A minus sign beside a dash could be misread.
    match from.starts_with('-') || to.starts_with('-') {
        true => format!("{from} … {to}"),
        false => format!("{from}–{to}"),
    }
}

/// The areas whose missing reports could turn a verdict: some by name, and how many more.
pub fn turned_by(named: &[Text], more: usize) -> Text {
    both(|lang| {
        let names: Vec<&str> = named.iter().map(|name| name.get(lang)).collect();
        match (lang, more) {
            (Lang::Zh, 0) => format!("补报后可能改变判定：{}", names.join("、")),
            (Lang::Zh, more) => format!("补报后可能改变判定：{}等{}个地区", names.join("、"), names.len() + more),
            (Lang::En, 0) => format!("could be turned by what is missing of {}", names.join(", ")),
            (Lang::En, more) => format!(
                "could be turned by what is missing of {} and {more} more",
                names.join(", ")
            ),
        }
    })
}

pub fn yes_no(is: bool) -> Text {
    if is {
        Text::new("是", "yes")
    } else {
        Text::new("否", "no")
    }
}

pub fn verdict(verdict: &str) -> Text {
    both(|lang| verdict_word(verdict, lang).to_owned())
}

pub fn severity(severity: Severity) -> Text {
    match severity {
        Severity::Hard => Text::new("强制：须更正，不计入", "Hard: must be fixed, does not count"),
        Severity::Explain => Text::new(
            "核实：须更正或说明，计入",
            "Explain: must be fixed or explained, counts",
        ),
        Severity::Info => Text::new("提示：无须处理", "Info: nothing to do"),
    }
}

pub fn notice(standing: Standing) -> Option<Text> {
    match standing {
        Standing::Published => None,
        Standing::Withheld => Some(Text::new(
            "未通过发布门槛的一次运行，不得引用。",
            "A run that the gate withheld: never to be quoted.",
        )),
        Standing::Partial => Some(Text::new(
            "只含部分报告期的一次运行，未发布，不得引用。",
            "A run over some of the periods, not published: never to be quoted.",
        )),
    }
}

/// What a sheet has no room for.
pub fn left_out(rows: usize, columns: usize) -> Text {
    let named = [(rows, "行", "row"), (columns, "列", "column")];
    let named = || named.into_iter().filter(|(count, _, _)| *count > 0);
    let zh: Vec<String> = named().map(|(n, zh, _)| format!("{} {zh}", count(n as i64))).collect();
    let en: Vec<String> = named().map(|(n, _, en)| plural(n, en)).collect();
    Text::new(
        format!("另有 {}未列出，见 tables/。", zh.join("、")),
        format!("{} more are in tables/, not here.", en.join(" and ")),
    )
}

pub fn of(some: impl TryInto<i64>, all: impl TryInto<i64>) -> Text {
    let [some, all] = [some.try_into().unwrap_or(0), all.try_into().unwrap_or(0)].map(count);
    both(|lang| match lang {
        Lang::Zh => format!("{some}／{all}"),
        Lang::En => format!("{some} of {all}"),
    })
}

pub fn of_them_sure(sure: usize) -> Text {
    Text::new(format!("其中 {sure} 项稳健"), format!("{sure} of them robust"))
}

pub fn reporters_of(form: &Text) -> Text {
    both(|lang| match lang {
        Lang::Zh => format!("{}：有可用数据的单位", form.get(lang)),
        Lang::En => format!("{}: reporters with usable data", form.get(lang)),
    })
}

pub fn of_read(read: i64) -> Text {
    let read = count(read);
    Text::new(format!("共读入 {read} 行"), format!("of {read} read"))
}

pub fn bounds_note() -> Text {
    Text::new(
        "可能区间：缺失的数据取合理值时，该指标可能的最低值和最高值。",
        "Bounds: the lowest and highest value that plausible figures for the missing data would give.",
    )
}

pub fn areas_met_note(level: &Text) -> Text {
    both(|lang| match (lang, level.get(lang)) {
        (Lang::Zh, level) => format!("下级达标：“{level}”地区中达标数／判定数。"),
        (Lang::En, level) => format!("Areas met: of the areas of the level “{level}” that could be judged."),
    })
}

pub fn goals(met: usize, all: usize, sure: usize) -> Text {
    Text::new(
        format!("{all} 项目标中 {met} 项达标，其中 {sure} 项无论缺失数据如何都达标"),
        format!(
            "{met} of {} {} met, {sure} of them whatever is missing",
            plural(all, "goal"),
            agreeing(met, "is", "are")
        ),
    )
}

/// From the first to the last figure of an indicator.
pub fn course((first, from): (Period, f64), (last, to): (Period, f64)) -> Text {
    let (shown_from, shown_to) = (figure_beside(from, Some(to)), figure_beside(to, Some(from)));
    if first == last {
        return Text::new(format!("{last}：{shown_to}"), format!("{shown_to} in {last}"));
    }
    let (zh, en) = match from.total_cmp(&to) {
        std::cmp::Ordering::Less => ("升至", "Rose"),
        std::cmp::Ordering::Equal => ("未变", "Unchanged"),
        std::cmp::Ordering::Greater => ("降至", "Fell"),
    };
    if from == to {
        return Text::new(
            format!("{first} 与 {last} 均为 {shown_to}"),
            format!("{en}: {shown_to} in {first} and {last}"),
        );
    }
    Text::new(
        format!("从 {shown_from}（{first}）{zh} {shown_to}（{last}）"),
        format!("{en} from {shown_from} in {first} to {shown_to} in {last}"),
    )
}

pub fn span(first: Period, last: Period) -> Text {
    same(&if first == last {
        last.to_string()
    } else {
        format!("{first}–{last}")
    })
}

pub fn latest_periods(most: usize) -> Text {
    Text::new(
        format!("只列最近 {most} 期；全部见 tables/。"),
        format!("The latest {most} periods; all are in tables/."),
    )
}

pub fn by_area(level: &Text) -> Text {
    both(|lang| match lang {
        Lang::Zh => format!("按地区（{}）", level.get(lang)),
        Lang::En => format!("by area ({})", level.get(lang)),
    })
}

/// Where a figure is highest and where it is lowest.
pub fn extremes(highest: Option<(Text, f64)>, lowest: Option<(Text, f64)>) -> Text {
    let (Some((high, most)), Some((low, least))) = (highest, lowest) else {
        return Text::new("各地区均无数据", "No area has a figure");
    };
    let (shown_most, shown_least) = (figure_beside(most, Some(least)), figure_beside(least, Some(most)));
    if most == least {
        return Text::new(
            format!("各地区均为 {shown_most}"),
            format!("{shown_most} in every area that has a figure"),
        );
    }
    both(|lang| match (lang, high.get(lang), low.get(lang)) {
        (Lang::Zh, high, low) => format!("{high}最高（{shown_most}），{low}最低（{shown_least}）"),
        (Lang::En, high, low) => format!("Highest in {high} ({shown_most}), lowest in {low} ({shown_least})"),
    })
}

pub fn share_of(measure: &Text) -> Text {
    both(|lang| match lang {
        Lang::Zh => format!("{}的累计份额", measure.get(lang)),
        Lang::En => format!("Share of {}", measure.get(lang)),
    })
}

pub fn lower_half(share: &str, gini: &str) -> Text {
    Text::new(
        format!("数值最低的一半占总量的 {share}；基尼系数 {gini}"),
        format!("The half with the lowest values has {share} of the total; Gini coefficient {gini}"),
    )
}

pub fn areas_compared(areas: usize, level: &Text) -> Text {
    let areas = count(areas as i64);
    both(|lang| match lang {
        Lang::Zh => format!("{areas} 个地区（{}），以分母加权", level.get(lang)),
        Lang::En => format!("{areas} areas ({}), weighted by denominators", level.get(lang)),
    })
}

pub fn pair(dimension: &Text, id: &str, a: &Text, b: &Text) -> Text {
    let dimension = named(dimension, id);
    both(|lang| match (lang, dimension.get(lang), a.get(lang), b.get(lang)) {
        (Lang::Zh, dimension, a, b) => format!("{dimension}：{a}与{b}"),
        (Lang::En, dimension, a, b) => format!("{dimension}: {a} and {b}"),
    })
}

/// Indicators of which more is better, or worse.
fn judged_indicators(judged: usize) -> String {
    plural(judged, "indicator") + " with a direction"
}

/// In how many indicators a group is ahead.
pub fn leads(a: &Text, b: &Text, (leading, judged): (usize, usize), sure: usize) -> Text {
    both(|lang| match (lang, a.get(lang), b.get(lang)) {
        (Lang::Zh, a, b) => {
            format!("{judged} 项有优劣之分的指标中，{a}有 {leading} 项优于{b}，其中 {sure} 项无论缺失数据如何都成立")
        }
        (Lang::En, a, b) => format!(
            "{a} is ahead of {b} in {leading} of {}, in {sure} of them whatever is missing",
            judged_indicators(judged)
        ),
    })
}

/// How much of what is owed has come, and where the least has.
pub fn reported((usable, expected): (i64, i64), share: Option<f64>, least: Option<(Text, String)>) -> Text {
    let share = share.map_or("–".to_owned(), percent);
    let (usable, expected) = (count(usable), count(expected));
    both(|lang| {
        let whole = match lang {
            Lang::Zh => format!("{expected} 个应报单位中 {usable} 个有可用数据（{share}）"),
            Lang::En => format!("{usable} of {expected} reporters sent something usable ({share})"),
        };
        match (&least, lang) {
            (None, _) => whole,
            (Some((area, share)), Lang::Zh) => format!("{whole}；{}最低（{share}）", area.get(lang)),
            (Some((area, share)), Lang::En) => {
                format!("{whole}; the smallest share is that of {} ({share})", area.get(lang))
            }
        }
    })
}

pub fn in_period(what: &Text, period: &str) -> Text {
    both(|lang| match lang {
        Lang::Zh => format!("{}（{period}）", what.get(lang)),
        Lang::En => format!("{}, {period}", what.get(lang)),
    })
}

pub fn least_of(shown: usize, all: usize) -> Text {
    Text::new(
        format!("共 {all} 个地区，只列可用份额最低的 {shown} 个。"),
        format!("The {shown} of {all} areas with the smallest shares; all are in tables/reporting.parquet."),
    )
}

pub fn under_way(period: &str, received: i64, expected: i64) -> Text {
    let (received, expected) = (count(received), count(expected));
    Text::new(
        format!("{period} 正在上报：应报 {expected} 个单位中已收到 {received} 个。"),
        format!("{period} is under way: {received} of {expected} have been received."),
    )
}

pub fn rows(read: i64, accepted: i64, quarantined: i64) -> Text {
    let [read, accepted, quarantined] = [read, accepted, quarantined].map(count);
    Text::new(
        format!("读入 {read} 行，{accepted} 行计入，{quarantined} 行隔离"),
        format!("Of {read} rows read, {accepted} count and {quarantined} are quarantined"),
    )
}

pub fn submissions(n: usize) -> Text {
    let all = count(n as i64);
    Text::new(
        format!("{all} 件上报的全部行 · 全部报告期"),
        format!("All rows of {} · all periods", plural(n, "submission")),
    )
}

pub fn found(hard: i64, explain: i64) -> Text {
    Text::new(
        format!("{} 处须更正，{} 处须说明", count(hard), count(explain)),
        format!(
            "{} must be fixed, {} fixed or explained",
            plural(hard, "cell or row").replace("cell or rows", "cells or rows"),
            count(explain)
        ),
    )
}

pub fn influence(lines: usize) -> Text {
    Text::new(
        format!("最先要解决的 {lines} 个问题"),
        format!("{} to settle first", plural(lines, "finding")),
    )
}

pub fn agree(agreeing: i64, compared: i64) -> Text {
    if compared == 0 {
        return Text::new("没有可以比较的数值", "No figures could be compared");
    }
    let share = percent(agreeing as f64 / compared as f64);
    let (agreeing, compared) = (count(agreeing), count(compared));
    Text::new(
        format!("{compared} 项可比的数值中 {agreeing} 项一致（{share}）"),
        format!("{agreeing} of {compared} comparable figures agree ({share})"),
    )
}

pub fn moved(figures: usize, cause: &Text) -> Text {
    Text::new(
        format!(
            "{} 个数值有变化，主要原因：{}",
            count(figures as i64),
            cause.get(Lang::Zh)
        ),
        format!(
            "{} changed, mostly by {}",
            plural(figures, "figure"),
            cause.get(Lang::En)
        ),
    )
}

pub fn since(release: &str) -> Text {
    Text::new(format!("与版本 {release} 相比"), format!("since release {release}"))
}

/// A line of a label and what it says.
pub(super) fn labelled(text: &mut String, label: &str, part: &str, lang: Lang) {
    let colon = match lang {
        Lang::Zh => "：",
        Lang::En => ": ",
    };
    let _ = writeln!(text, "{label}{colon}{part}");
}

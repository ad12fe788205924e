//! Sentences of the page on periods, neighbours and estimates, in both languages.

use crate::domain::{Lang, Text, agreeing, plural};
use crate::report::number::{figure, percent, signed};
use crate::report::words::{labelled_text, range, same};

fn both(say: impl Fn(Lang) -> String) -> Text {
    Text::new(say(Lang::Zh), say(Lang::En))
}

/// `+41.8 … +55.2`.
pub(super) fn signed_range(lower: f64, upper: f64) -> String {
    format!("{} … {}", signed(lower), signed(upper))
}

/// An index with its bounds, or why it has none.
pub(super) fn index(title: &Text, value: Result<f64, Text>, bounds: Result<(f64, f64, bool), Text>) -> Text {
    let bounds = match bounds {
        Ok((lower, upper, true)) => {
            let range = range(&figure(lower), &figure(upper));
            Text::new(format!("可能区间 {range}"), format!("bounds {range}"))
        }
        Ok((lower, upper, false)) => {
            let range = range(&figure(lower), &figure(upper));
            Text::new(format!("不超出 {range}"), format!("certainly within {range}"))
        }
        Err(reason) => both(|lang| match lang {
            Lang::Zh => format!("无可能区间：{}", reason.get(lang)),
            Lang::En => format!("no bounds: {}", reason.get(lang)),
        }),
    };
    let value = value.map_or_else(
        |reason| labelled_text(&same("–"), &reason),
        |value| same(&figure(value)),
    );
    both(|lang| {
        let (title, value, bounds) = (title.get(lang), value.get(lang), bounds.get(lang));
        match lang {
            Lang::Zh => format!("{title} {value}（{bounds}）"),
            Lang::En => format!("{title} {value} ({bounds})"),
        }
    })
}

pub(super) fn bounded_indices(bounded: usize, all: usize) -> Text {
    Text::new(
        format!("{all} 个不平等指数中 {bounded} 个给出缺失数据下的可能区间"),
        format!("Bounds for what is missing are known of {bounded} of {all} indices of inequality"),
    )
}

/// Whether bounds can be reached, in a word for a cell.
pub(super) fn bounds_kind(kind: &str) -> Text {
    match kind {
        "exact" => Text::new("可达到", "can be reached"),
        "outer" => Text::new("不超出", "certainly within"),
        other => same(other),
    }
}

pub(super) fn needed(pace: f64) -> Text {
    let pace = signed(pace);
    Text::new(format!("每年需 {pace}"), format!("needed: {pace} a year"))
}

/// A pace with the period since which it is measured, or the number of values that a line is fitted to.
pub(super) fn seen(pace: f64, since: Option<&str>, fitted: Option<i64>) -> Text {
    let pace = signed(pace);
    match (since, fitted) {
        (_, Some(n)) => Text::new(
            format!("迄今每年 {pace}（{n} 期拟合）"),
            format!("pace so far: {pace} a year (fitted to {n} values)"),
        ),
        (Some(since), None) => Text::new(
            format!("迄今每年 {pace}（自 {since} 起）"),
            format!("pace so far: {pace} a year (since {since})"),
        ),
        (None, None) => Text::new(format!("迄今每年 {pace}"), format!("pace so far: {pace} a year")),
    }
}

/// Where a line is in the period of the target.
pub(super) fn projected(value: f64, period: &str, bounds: Option<(f64, f64)>, prediction: Option<(f64, f64)>) -> Text {
    let value = figure(value);
    let shown = |(lower, upper): (f64, f64)| range(&figure(lower), &figure(upper));
    let (bounds, prediction) = (bounds.map(shown), prediction.map(shown));
    both(|lang| {
        let mut parts = Vec::new();
        if let Some(bounds) = &bounds {
            parts.push(match lang {
                Lang::Zh => format!("可能区间 {bounds}"),
                Lang::En => format!("bounds {bounds}"),
            });
        }
        if let Some(prediction) = &prediction {
            parts.push(match lang {
                Lang::Zh => format!("95% 预测区间 {prediction}"),
                Lang::En => format!("95 % prediction interval {prediction}"),
            });
        }
        match (lang, parts.is_empty()) {
            (Lang::Zh, true) => format!("按此进度 {period} 为 {value}"),
            (Lang::Zh, false) => format!("按此进度 {period} 为 {value}（{}）", parts.join("，")),
            (Lang::En, true) => format!("{value} in {period} at this pace"),
            (Lang::En, false) => format!("{value} in {period} at this pace ({})", parts.join(", ")),
        }
    })
}

/// When the target is met, and the earliest and latest period by what is missing; None: not within a century, or nobody knows.
pub(super) fn reached(period: &str, [earliest, latest]: [Option<&str>; 2]) -> Text {
    let within = match (earliest, latest) {
        (Some(earliest), Some(latest)) if earliest != period || latest != period => Text::new(
            format!("（按缺报界限为 {earliest} 至 {latest}）"),
            format!(" ({earliest} to {latest} by what is missing)"),
        ),
        (Some(earliest), None) => Text::new(
            format!("（按缺报界限最早 {earliest}）"),
            format!(" ({earliest} at the earliest by what is missing)"),
        ),
        _ => Text::default(),
    };
    both(|lang| match lang {
        Lang::Zh => format!("{period} 达到目标{}", within.get(lang)),
        Lang::En => format!("target met by {period} at this pace{}", within.get(lang)),
    })
}

/// An outlook, and whether what is missing could turn it.
pub(super) fn outlook(meaning: &Text, robust: Option<bool>) -> Text {
    let Some(robust) = robust else { return meaning.clone() };
    both(|lang| match (lang, robust) {
        (Lang::Zh, true) => format!("{}（稳健）", meaning.get(lang)),
        (Lang::Zh, false) => format!("{}（不稳健）", meaning.get(lang)),
        (Lang::En, true) => format!("{} (robust)", meaning.get(lang)),
        (Lang::En, false) => format!("{} (not robust)", meaning.get(lang)),
    })
}

/// In how many goals the line through the values meets the target in time.
pub(super) fn paces(on_track: usize, off_track: usize, goals: usize) -> Text {
    if on_track + off_track == 0 {
        return Text::new(
            format!("{goals} 项目标迄今的进度"),
            format!("Pace so far of {}", plural(goals, "goal")),
        );
    }
    Text::new(
        format!(
            "按目前进度，{} 项目标中 {on_track} 项可如期达到，{off_track} 项不能",
            on_track + off_track
        ),
        format!(
            "At their pace {on_track} of {} would be met in time, {off_track} not",
            plural(on_track + off_track, "goal")
        ),
    )
}

/// How many indicators rose and fell, and of how many that holds whatever is missing.
pub(super) fn changes(earlier: &str, (risen, fallen): (usize, usize), known: usize, sure: usize) -> Text {
    Text::new(
        format!(
            "与 {earlier} 相比，{known} 项指标中 {risen} 项上升，{fallen} 项下降，其中 {sure} 项无论缺失数据如何都成立"
        ),
        format!(
            "Since {earlier}, {risen} of {} rose and {fallen} fell, {sure} of them whatever is missing",
            plural(known, "indicator")
        ),
    )
}

/// What became of a gap.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    Wider,
    Narrower,
    Reversed,
    Unchanged,
}

pub(super) fn turn(turn: Turn) -> Text {
    match turn {
        Turn::Wider => Text::new("扩大", "wider"),
        Turn::Narrower => Text::new("缩小", "narrower"),
        Turn::Reversed => Text::new("反转", "reversed"),
        Turn::Unchanged => Text::new("不变", "unchanged"),
    }
}

/// In how many indicators a gap has become wider, narrower or turned round, and how many of these changes are sure.
pub(super) fn gaps_changed(earlier: &str, [wider, narrower, reversed]: [usize; 3], known: usize, sure: usize) -> Text {
    Text::new(
        format!(
            "与 {earlier} 相比，{known} 项指标中 {wider} 项差距扩大，{narrower} 项缩小，{reversed} 项反转；其中 {sure} 项变化的方向无论缺失数据如何都成立"
        ),
        format!(
            "Since {earlier} the gap has widened in {wider} of {}, narrowed in {narrower} and reversed in {reversed}; {sure} of these changes {} the same sign whatever is missing",
            plural(known, "indicator"),
            agreeing(sure, "has", "have")
        ),
    )
}

/// How the effects of the second group of a gap are signed.
pub(super) fn second_group() -> Text {
    Text::new(
        "四项效应之和为差距的变化；后一组的效应为负，表示其数值因此上升。扩大与缩小就差距的绝对值而言。",
        "The four effects add up to the change. An effect of the second group is negative where it raises that group’s value. Wider and narrower are about the size of the gap, whichever group is ahead.",
    )
}

/// An effect as the Shapley value of its factor.
pub(super) fn shapley(effect: &Text) -> Text {
    both(|lang| match lang {
        Lang::Zh => format!("{}（沙普利）", effect.get(lang)),
        Lang::En => format!("{} (Shapley)", effect.get(lang)),
    })
}

/// What the table of the effects of a crossed dimension shows.
pub(super) fn two_compositions(first: &Text, second: &Text) -> Text {
    both(|lang| match (lang, first.get(lang), second.get(lang)) {
        (Lang::Zh, first, second) => format!("变化中由“{first}”构成与“{second}”构成引起的部分"),
        (Lang::En, first, second) => {
            format!("How much of each change is due to the composition by {first}, and by {second}")
        }
    })
}

pub(super) fn span(earlier: &str, later: &str) -> Text {
    same(&format!("{earlier} → {later}"))
}

/// Of changes since several periods: the one that all lead to.
pub(super) fn up_to(later: &str) -> Text {
    Text::new(format!("截至 {later} 的变化"), format!("changes up to {later}"))
}

/// A title of a column of a dimension.
pub(super) fn of_dimension(what: &Text, dimension: &Text) -> Text {
    both(|lang| match lang {
        Lang::Zh => format!("{}：{}", dimension.get(lang), what.get(lang)),
        Lang::En => format!("{}: {}", dimension.get(lang), what.get(lang)),
    })
}

/// How many rows a table has no room for.
pub(super) fn first_of(shown: usize, all: usize, table: &str) -> Text {
    Text::new(
        format!("只列前 {shown} 项指标（共 {all} 项），目标在先；全部见 tables/{table}.parquet。"),
        format!("The first {shown} of {all} indicators, goals first; all are in tables/{table}.parquet."),
    )
}

/// How many pairs of groups the page has no room for.
pub(super) fn first_pairs(shown: usize, all: usize, table: &str) -> Text {
    Text::new(
        format!("列表只有前 {shown} 对（共 {all} 对），以定义中的顺序为准；全部见 tables/{table}.parquet。"),
        format!(
            "The list has the first {shown} of {all} pairs, in the order of the definition; all are in tables/{table}.parquet."
        ),
    )
}

/// What a cell of crossed groups holds, where the groups are those of areas, of rows, or of either.
pub(super) fn cells_of((areas, rows): (bool, bool)) -> Text {
    match (areas, rows) {
        (_, false) => Text::new(
            "每格为同时属于两组的地区，其下为可能区间。两种分组中有一种未知的地区只列入表格。",
            "A cell has the areas that are in both groups, with bounds below. Areas of which either group is unknown are in the table alone.",
        ),
        (false, true) => Text::new(
            "每格为同时属于两组的行（记录），其下为可能区间。两种分组中有一种未知的行只列入表格。",
            "A cell has the rows (records) that are in both groups, with bounds below. Rows of which either group is unknown are in the table alone.",
        ),
        (true, true) => Text::new(
            "每格为同时属于两组的地区，其下为可能区间；分组中有一种按行（记录）划分的，每格为同时属于两组的行。两种分组中有一种未知的地区或行只列入表格。",
            "A cell has the areas that are in both groups, or, where one of the groupings is of rows (records), the rows in both; bounds are below. Areas and rows of which either group is unknown are in the table alone.",
        ),
    }
}

/// How many drawings of crossed groups the page has no room for.
pub(super) fn first_crosses(shown: usize, all: usize, table: &str) -> Text {
    Text::new(
        format!(
            "一项指标按一种交叉分组为一幅图；列表有 {all} 幅中的 {shown} 幅，目标在先；全部数值见 tables/{table}.parquet。"
        ),
        format!(
            "A drawing is one indicator by one cross. The list has {shown} of {all} drawings, goals first; the figures of all are in tables/{table}.parquet."
        ),
    )
}

/// Of how many indicators the page has no room for the areas.
pub(super) fn areas_of(shown: usize, all: usize, table: &str) -> Text {
    Text::new(
        format!("{all} 项指标中 {shown} 项列出各地区，目标在先；其余见 tables/{table}.parquet。"),
        format!("Areas are shown for {shown} of {all} indicators, goals first; all are in tables/{table}.parquet."),
    )
}

/// How many indicators are drawn, and how many the table below has. None: each has all.
pub(super) fn drawn_of(drawn: usize, listed: usize, all: usize, table: &str) -> Option<Text> {
    if drawn >= all && listed >= all {
        return None;
    }
    if drawn == listed {
        return Some(Text::new(
            format!("图和下表为 {all} 项指标中的 {drawn} 项，目标在先；全部见 tables/{table}.parquet。"),
            format!(
                "The drawing and the table below have {drawn} of {all} indicators, goals first; all are in tables/{table}.parquet."
            ),
        ));
    }
    let (listed_zh, listed_en) = if listed >= all {
        ("下表列全部指标。".to_owned(), "the table below has all.".to_owned())
    } else {
        (
            format!("下表列前 {listed} 项，全部见 tables/{table}.parquet。"),
            format!("the table below has {listed}, and tables/{table}.parquet has all."),
        )
    };
    Some(Text::new(
        format!("图中为 {all} 项指标中的 {drawn} 项，目标在先；{listed_zh}"),
        format!("The drawing has {drawn} of {all} indicators, goals first; {listed_en}"),
    ))
}

/// What the rate effect is beside two compositions.
pub(super) fn rate_beside_mixes() -> Text {
    Text::new(
        "与两项构成效应之和即变化（Kitagawa、Das Gupta）",
        "together with the two mix effects before it, it is the change (Kitagawa, Das Gupta)",
    )
}

/// What the parts of a mix effect are.
pub(super) fn parts_of_mix() -> Text {
    Text::new(
        "构成效应按分层的各个维度分解",
        "What each dimension of the strata adds to the mix effect",
    )
}

/// What the parts of the change of a product are.
pub(super) fn parts_of_products() -> Text {
    Text::new(
        "乘积型指标的变化按因子分解",
        "What each factor adds to the change of a product",
    )
}

/// In how many indicators areas have become more alike, and in how many those behind have grown faster.
pub(super) fn converged(earlier: &str, alike: usize, faster: usize, known: usize) -> Text {
    Text::new(
        format!("自 {earlier} 起，{known} 项指标中 {alike} 项的地区差异缩小（σ），{faster} 项低值地区增长更快（β）"),
        format!(
            "Since {earlier}, areas have become more alike in {alike} of {} (σ), and lower ones grew faster in {faster} (β)",
            plural(known, "indicator")
        ),
    )
}

/// The largest share of inequality that lies between groups.
pub(super) fn largest_between(largest: Option<(&Text, &Text, f64)>) -> Text {
    let Some((dimension, indicator, share)) = largest else {
        return Text::new("组间差异无法计算", "No share between groups could be computed");
    };
    let share = percent(share);
    both(|lang| match (lang, dimension.get(lang), indicator.get(lang)) {
        (Lang::Zh, dimension, indicator) => {
            format!("组间差异占比最高的是“{indicator}”按“{dimension}”分组：{share}")
        }
        (Lang::En, dimension, indicator) => {
            format!("The largest share between groups is {share}: {indicator}, by {dimension}")
        }
    })
}

/// In how many indicators neighbours are more alike, or less, than by chance.
pub(super) fn alike(alike: usize, unlike: usize, known: usize) -> Text {
    Text::new(
        format!("{known} 项指标中 {alike} 项相邻地区明显相近，{unlike} 项明显相异（p < 0.05）"),
        format!(
            "Neighbours are more alike than by chance in {alike} of {}, and less in {unlike} (p < 0.05)",
            plural(known, "indicator")
        ),
    )
}

/// Moran's I of an indicator.
pub(super) fn moran(title: &Text, index: f64, p: f64) -> Text {
    let (index, p) = (signed(index), figure(p));
    both(|lang| match lang {
        Lang::Zh => format!("{} {index}（p = {p}）", title.get(lang)),
        Lang::En => format!("{} {index} (p = {p})", title.get(lang)),
    })
}

/// A kind of cluster of which single areas may be spoken.
pub(super) fn certain(kind: &Text) -> Text {
    both(|lang| match lang {
        Lang::Zh => format!("{}（FDR 5%）", kind.get(lang)),
        Lang::En => format!("{} (FDR 5 %)", kind.get(lang)),
    })
}

/// How many figures are estimated, and how much of a denominator at most.
pub(super) fn estimated(estimated: usize, lacking: usize, most: Option<f64>) -> Text {
    let Some(most) = most.map(percent) else {
        return Text::new(
            format!("{lacking} 项有缺失的指标均无法估计"),
            format!(
                "None of {} that lack something can be estimated",
                plural(lacking, "figure")
            ),
        );
    };
    Text::new(
        format!("{lacking} 项有缺失的指标中 {estimated} 项有估计值，估计部分至多占分母的 {most}"),
        format!(
            "{estimated} of {} that {} something {} estimated; at most {most} of a denominator is",
            plural(lacking, "figure"),
            agreeing(lacking, "lacks", "lack"),
            agreeing(estimated, "is", "are")
        ),
    )
}

/// How methods are held against each other.
pub(super) fn errors(header: &Text) -> Text {
    labelled_text(
        header,
        &Text::new(
            "在各方法均可预测的单位上均方根误差最小的方法（表 estimate_errors）",
            "the method with the lowest root mean square error over the units that all methods can predict, from estimate_errors",
        ),
    )
}

/// The short name of a method of estimating; one without stands for itself.
pub(super) fn method(method: &str) -> Text {
    match method {
        "carried_forward" => Text::new("沿用上次", "Carried forward"),
        "hot_deck" => Text::new("热卡", "Hot deck"),
        "stratum_ratio" => Text::new("同层比率", "Stratum ratio"),
        other => same(other),
    }
}

//! Why the gate did not open, in words.

use crate::domain::{Lang, Text};
use crate::pipeline::Pipeline;
use crate::release::GateCheck;

/// Why the gate did not open, in words; `root`: name of the root area.
pub(super) fn reason(pipeline: &Pipeline, root: &Text, check: &GateCheck) -> Text {
    let [zh, en] = [Lang::Zh, Lang::En].map(|lang| about(pipeline, check, lang));
    let (root_zh, root_en) = (root.get(Lang::Zh), root.get(Lang::En));
    let share = |value: f64| format!("{:.1} %", value * 100.0);
    let value = check.value.map_or("–".to_string(), share);
    let threshold = share(check.threshold);
    match check.check {
        "hold" => {
            let withdrawn = check.about.as_deref().unwrap_or_default();
            Text::new(
                format!("版本 {withdrawn} 已撤下，暂停发布；原因排除后，用 huizong rollback --lift 恢复发布"),
                format!("{withdrawn} was withdrawn, and nothing is published until huizong rollback --lift says so"),
            )
        }
        "accepted_rows" => Text::new("没有任何一行被接受", "no row was accepted"),
        "figures" => Text::new(
            "虽有数据行被接受，但没有任何指标得出数值",
            "rows were accepted, but no indicator has any figure",
        ),
        "min_reporting_share" => Text::new(
            format!("{zh}：有可用数据的上报单位占 {value}，低于 {threshold}"),
            format!("{en}: {value} of the expected reporters sent something usable, below {threshold}"),
        ),
        "usable_reporters" => Text::new(
            format!("{zh}：已到期，但没有任何上报单位有可用数据；若允许，请在 [gate] 中写 min_reporting_share = 0"),
            format!(
                "{en}: due, but no expected reporter sent anything usable; `min_reporting_share = 0` in `[gate]` lets this pass"
            ),
        ),
        "min_usable_share_of_received" => Text::new(
            format!("{zh}：尚未到期；已上报的单位中有可用数据的占 {value}，低于 {threshold}"),
            format!(
                "{en}: not due yet; {value} of the reporters that sent something sent something usable, below {threshold}"
            ),
        ),
        "max_quarantined_row_share" => Text::new(
            format!("{zh}：{value} 的数据行被隔离或无法读取，高于 {threshold}"),
            format!("{en}: {value} of the rows are quarantined or in files that cannot be read, above {threshold}"),
        ),
        "max_open_influence" if check.value.is_none() => Text::new(
            format!(
                "{zh}：不计入该未说明的问题所涉及的数据，或按建议更正后，{root_zh}的数值为零或无意义；请更正或说明"
            ),
            format!(
                "{en}: without the cells of one open finding, or as it proposes, the figure of {root_en} is 0 or undefined; correct or explain it"
            ),
        ),
        "max_open_influence" => Text::new(
            format!("{zh}：一个未说明的问题使{root_zh}的数值变动 {value}，超过 {threshold}；请更正或说明"),
            format!(
                "{en}: one open finding moves the figure of {root_en} by {value}, above {threshold}; correct or explain it"
            ),
        ),
        _ => Text::new(
            format!("恒等式不成立：{zh}"),
            format!("an identity does not hold: {en}"),
        ),
    }
}

/// Period and form, finding or identity that a check is about; forms and indicators by their titles.
fn about(pipeline: &Pipeline, check: &GateCheck, lang: Lang) -> String {
    let titled = |about: &str| match check.check {
        "min_reporting_share" | "usable_reporters" | "min_usable_share_of_received" | "max_quarantined_row_share" => {
            let form = pipeline.forms.iter().find(|form| form.id == about);
            form.map_or(about, |form| form.title.get(lang)).to_owned()
        }
        "max_open_influence" => {
            let (id, place) = about.split_once(": ").unwrap_or((about, ""));
            let indicator = pipeline.indicators.iter().find(|indicator| indicator.id == id);
            let colon = if lang == Lang::Zh { "：" } else { ": " };
            indicator.map_or(about.to_owned(), |of| format!("{}{colon}{place}", of.title.get(lang)))
        }
        _ => about.to_owned(),
    };
    let of = check.about.as_deref().map(titled);
    check.period.clone().into_iter().chain(of).collect::<Vec<_>>().join(" ")
}

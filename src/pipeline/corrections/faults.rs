//! Faults of single entries, which are reported beside the findings.

use crate::domain::{Text, agreeing, plural};
use crate::pipeline::faults::{Faults, Source};

/// A fault of an entry, which is then not applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CorrectionFault {
    /// Line of the file, from 1.
    pub line: u32,
    /// What stands there.
    pub raw: String,
    /// What was expected, where that can be said.
    pub expected: Option<String>,
    /// What is wrong.
    pub message: Text,
}

/// Most faults that are listed; the others are counted.
const TOLD: usize = 1000;

/// All faults, in order of the file; the last one counts those that are not listed.
pub(super) fn told(source: &Source, faults: Faults) -> Vec<CorrectionFault> {
    let lines = Lines::of(&source.text);
    let one = |fault: crate::domain::Diagnostic| {
        let raw = source.text.get(fault.span.clone()).unwrap_or_default();
        let raw = raw.lines().next().unwrap_or_default().trim().to_owned();
        let earlier = fault.related.as_ref().map(|(span, _)| lines.of_byte(span.start));
        let chinese_hint = fault.in_chinese().hint;
        let hint = fault.hint.as_deref();
        // What is missing stands nowhere: the message names it last.
        let named = fault
            .message
            .rsplit('`')
            .nth(1)
            .filter(|_| fault.code.ends_with("missing") || fault.code == "missing-key");
        let about = named.unwrap_or(&raw);
        let message = Text::new(
            chinese(fault.code, about, earlier, chinese_hint.as_deref()),
            english(&fault.message, earlier, hint),
        );
        CorrectionFault {
            line: lines.of_byte(fault.span.start),
            raw,
            expected: fault.hint,
            message,
        }
    };
    let mut all = faults.into_sorted();
    let rest = all.split_off(all.len().min(TOLD));
    let rest = rest.first().map(|first| CorrectionFault {
        line: lines.of_byte(first.span.start),
        raw: String::new(),
        expected: None,
        message: Text::new(
            format!("自此行起另有 {} 处问题，不再逐一列出", rest.len()),
            format!(
                "from this line on {} {} not told one by one",
                plural(rest.len(), "more fault"),
                agreeing(rest.len(), "is", "are")
            ),
        ),
    });
    all.into_iter().map(one).chain(rest).collect()
}

/// The ends of a text's lines.
pub(super) struct Lines(Vec<usize>);

impl Lines {
    pub(super) fn of(text: &str) -> Lines {
        Lines(text.match_indices('\n').map(|(at, _)| at).collect())
    }

    /// The line of a byte, from 1.
    pub(super) fn of_byte(&self, at: usize) -> u32 {
        self.0.partition_point(|end| *end < at) as u32 + 1
    }
}

fn english(message: &str, earlier: Option<u32>, hint: Option<&str>) -> String {
    let earlier = earlier.map_or(String::new(), |line| format!(" (see line {line})"));
    let hint = hint.map_or(String::new(), |hint| format!("; {hint}"));
    format!("the correction is not applied: {message}{earlier}{hint}")
}

fn chinese(code: &str, about: &str, earlier: Option<u32>, hint: Option<&str>) -> String {
    let what = match code {
        "unknown-key" => "没有这样的键",
        "missing-key" => "缺少必需的键",
        "wrong-type" => "类型不对",
        "duplicate-id" => "编号重复",
        "unknown-form" => "没有这样的表式",
        "unknown-period" => "不是本方案的报告期",
        "unknown-column" => "表式没有这一列",
        "key-unusable" => "所指的行与表式的主键不符",
        "part-misplaced" => "这种更正不用此项",
        "part-missing" => "这种更正缺少必需的一项",
        "bad-factor" => "系数应为可精确表示的正数",
        "no-figure" => "该列不是数值，不能按系数换算",
        "bad-date" => "日期应写作 2021-03-02",
        "blank" => "内容为空",
        "cell-twice" => "同一处有两条更正，都未采用",
        _ => "取值不对",
    };
    let earlier = earlier.map_or(String::new(), |line| format!("（另见第 {line} 行）"));
    let hint = hint.map_or(String::new(), |hint| format!("；{hint}"));
    format!("该更正未采用：{what}：{about}{earlier}{hint}")
}

//! Goals: from where, to where, and how far.

use crate::report::gather::Gathering;
use crate::report::summary::IndicatorLine;
use crate::report::words::yes_no;
use crate::report::workbook::fields::{beside, count, figure, own, sheet, title};
use crate::report::workbook::model::{Cell, Sheet};
use crate::report::workbook::names::Names;
use crate::report::workbook::words::{self, Words};

pub(super) fn goals<'a>(all: &'a Gathering<'a>, names: &'a Names<'a>) -> Sheet<'a> {
    let about: [(Words, Words, Option<Words>); 14] = [
        (words::INDICATOR, Words("指标名称", "Title of the indicator"), None),
        (
            words::UNIT,
            Words("各数值的单位", "Unit of the values"),
            Some(Words("单位见名称", "the title says it")),
        ),
        (
            words::START,
            Words(
                "计划期开始时的值：公布的基期值；没有公布的，按最早一期的上报计算",
                "Value at the beginning of the plan: the published baseline, or else that of the earliest period of the submissions",
            ),
            Some(Words("均没有", "there is neither")),
        ),
        (
            words::START_PERIOD,
            Words("起点的时期", "Period of the start"),
            Some(Words("没有起点", "there is no start")),
        ),
        (
            words::START_PUBLISHED,
            Words(
                "起点是否为公布的基期值",
                "Whether the start is a published baseline, not one that is computed from the submissions",
            ),
            Some(Words("没有起点", "there is no start")),
        ),
        (
            words::NOW,
            Words(
                "最近一期的值；时期见标题",
                "Value in the latest period, which the title names",
            ),
            Some(Words("原因见该行末列", "see the last column")),
        ),
        (
            words::LOWER,
            Words(
                "缺失的数据取合理的最低值时的值",
                "Value if what is missing were as low as is plausible",
            ),
            Some(Words(
                "没有区间，原因见表 indicators",
                "there are none; the table indicators says why",
            )),
        ),
        (
            words::UPPER,
            Words(
                "缺失的数据取合理的最高值时的值",
                "Value if what is missing were as high as is plausible",
            ),
            Some(Words(
                "没有区间，原因见表 indicators",
                "there are none; the table indicators says why",
            )),
        ),
        (words::TARGET, Words("应达到的值", "Value to be reached"), None),
        (
            words::TARGET_PERIOD,
            Words("应在何时达到", "By when it is to be reached"),
            None,
        ),
        (
            words::VERDICT,
            Words("现值是否达到目标", "Whether the value now meets the target"),
            None,
        ),
        (
            words::ROBUST,
            Words(
                "无论缺失数据如何，判定不变",
                "Whether the verdict is the same anywhere within the bounds",
            ),
            Some(Words("没有上下限或无法判定", "no bounds, or no verdict")),
        ),
        (
            words::AREAS_MET,
            Words(
                "分区级地区中达标的个数",
                "Areas of the partition level that meet the target",
            ),
            Some(Words("没有可判定的地区", "no area could be judged")),
        ),
        (
            words::AREAS_JUDGED,
            Words("其中可以判定的个数", "Areas of that level that could be judged"),
            Some(Words("没有可判定的地区", "no area could be judged")),
        ),
    ];
    let why = (
        words::WHY,
        Words("没有现值的原因", "Why there is no value"),
        Some(Words("有数值", "there is a value")),
    );
    let columns = about.into_iter().chain([why]);
    let columns = columns.map(|(title, meaning, empty)| own(title, meaning, empty, names));
    let blank = sheet(words::GOALS, names);
    let place = names.text(&all.place_and_time());
    Sheet {
        title: format!("{} · {place}", blank.title),
        columns: columns.collect(),
        rows: all.goals().map(|line| row(line, names)).collect(),
        frozen: 1,
        ..blank
    }
}

fn row<'a>(line: &'a IndicatorLine, names: &'a Names<'a>) -> Vec<Cell<'a>> {
    let flag = |is: bool| title(&yes_no(is), names);
    let (target_period, target) = line
        .target
        .as_ref()
        .map_or(("", None), |(at, value)| (at.as_str(), Some(*value)));
    let start = line.start.as_ref();
    let unit = line.unit.get(names.lang);
    vec![
        Cell::text(names.indicator(&line.indicator)),
        Cell::maybe(Some(unit).filter(|unit| !unit.is_empty())),
        figure(start.map(|start| start.value)),
        Cell::maybe(start.map(|start| start.period.as_str())),
        start.map_or(Cell::Empty, |start| flag(start.published)),
        beside(line.now, target),
        beside(line.bounds.map(|(lower, _)| lower), target),
        beside(line.bounds.map(|(_, upper)| upper), target),
        figure(target),
        Cell::text(target_period),
        Cell::maybe(names.verdict(&line.verdict)),
        line.robust.map_or(Cell::Empty, flag),
        line.areas_met.map_or(Cell::Empty, |(met, _)| count(met as i64)),
        line.areas_met.map_or(Cell::Empty, |(_, judged)| count(judged as i64)),
        line.null_reason
            .as_ref()
            .map_or(Cell::Empty, |reason| title(reason, names)),
    ]
}

//! Who has reported, what was found, and which figures agree.

use crate::report::gather::{Gathering, reconciled_rules};
use crate::report::influential::InfluentialLine;
use crate::report::summary::FindingLine;
use crate::report::words::{AGREE, DIFFER, EXPLAINED, NOT_COMPARABLE, severity, yes_no};
use crate::report::workbook::fields::{
    Field, ROWS, Show, beside, count, difference_share, field, holds, latest_first, of_table, own, sheet, title,
};
use crate::report::workbook::model::{Cell, Column, LeftOut, Sheet};
use crate::report::workbook::names::Names;
use crate::report::workbook::words::{self, Words};
use crate::tables::{Columns, ReportingRow};

/// Findings that are told of one by one; all are in the tables.
const INFLUENTIAL: usize = 200;

const REPORTING: &[Field] = &[
    field(words::PERIOD, "period", Show::Plain),
    field(words::CODE, "area_code", Show::Plain),
    field(words::AREA, "area_code", Show::Area),
    field(words::FORM, "form", Show::Form),
    field(words::EXPECTED, "expected", Show::Figure),
    field(words::RECEIVED, "received", Show::Figure),
    field(words::ON_TIME, "on_time", Show::Figure),
    field(words::USABLE, "usable", Show::Figure),
    field(words::REPORTING_SHARE, "reporting_share", Show::Share),
    field(words::USABLE_SHARE, "usable_share", Show::Share),
    field(words::TIMELINESS, "timeliness_share", Show::Share),
    field(words::WEIGHTED, "weighted_share", Show::Share),
    field(words::ROWS_EXPECTED, "rows_expected", Show::Figure),
    field(words::ROWS_ACCEPTED, "rows_accepted", Show::Figure),
    field(words::COMPLETENESS, "completeness_share", Show::Share),
    field(words::ITEM_RESPONSE, "item_response_share", Show::Share),
];

/// The root and the areas of the partition level, where anything is owed or was sent.
pub(super) fn reporting<'a>(all: &'a Gathering<'a>, names: &'a Names<'a>) -> Sheet<'a> {
    let table = all.sources.table(ReportingRow::TABLE);
    let (of_root, of_level) = (
        holds(table, "area_code", all.root()),
        holds(table, "level", all.partition_level()),
    );
    let owed: Vec<bool> = table
        .rows::<ReportingRow>()
        .map(|row| row.expected > 0 || row.received > 0)
        .collect();
    let is_wanted = |row: usize| owed[row] && (of_root(row) || of_level(row));
    let rows = latest_first(table, is_wanted, &of_root);
    Sheet {
        frozen: 3,
        ..of_table(sheet(words::REPORTING, names), (table, &rows), REPORTING, names)
    }
}

pub(super) fn reconciliation<'a>(all: &'a Gathering<'a>, names: &'a Names<'a>) -> Sheet<'a> {
    let counted = |title: &crate::report::words::Words, meaning: Words| Column {
        title: names.text(&title.text()),
        ..own(words::CODE, meaning, None, names)
    };
    let columns = vec![
        own(words::RULE, Words("审核关系的名称", "Title of the rule"), None, names),
        own(words::CODE, Words("审核关系的代码", "Id of the rule"), None, names),
        counted(
            &AGREE,
            Words(
                "两处相同或在容许误差内",
                "Both are the same, or differ within the tolerance",
            ),
        ),
        counted(&DIFFER, Words("两处不同", "They differ by more")),
        counted(
            &EXPLAINED,
            Words("不同，且已有说明", "They differ, and the sender has said why"),
        ),
        counted(
            &NOT_COMPARABLE,
            Words(
                "缺少一处，或其中的数据存疑",
                "One of them is missing, or rows behind it are in doubt",
            ),
        ),
    ];
    let rows = reconciled_rules(all.sources.reconciled).into_iter().map(|rule| {
        let mut cells = vec![title(&rule.title, names), Cell::text(rule.id)];
        cells.extend(rule.counts.map(count));
        cells
    });
    Sheet {
        columns,
        rows: rows.collect(),
        frozen: 1,
        ..sheet(words::RECONCILIATION, names)
    }
}

pub(super) fn findings<'a>(all: &'a Gathering<'a>, names: &'a Names<'a>) -> Sheet<'a> {
    let columns = [
        (words::FINDING, Words("问题的名称", "Title of the finding")),
        (words::CODE, Words("问题的代码", "Its code")),
        (
            words::SEVERITY,
            Words("是否须更正，是否计入", "What must be done, and whether the rows count"),
        ),
        (
            words::AFFECTED,
            Words("涉及的单元格或行数", "Cells or rows that are concerned"),
        ),
        (words::SENDERS, Words("涉及的上报单位数", "Senders that are concerned")),
    ];
    let row = |line: &'a FindingLine| {
        vec![
            title(&line.title, names),
            Cell::text(line.code.as_str()),
            title(&severity(line.severity), names),
            count(line.count),
            count(line.senders as i64),
        ]
    };
    Sheet {
        columns: (columns.into_iter())
            .map(|(title, meaning)| own(title, meaning, None, names))
            .collect(),
        rows: all.findings.iter().take(ROWS).map(row).collect(),
        frozen: 1,
        left_out: LeftOut {
            rows: all.findings.len().saturating_sub(ROWS),
            columns: 0,
        },
        ..sheet(words::FINDINGS, names)
    }
}

pub(super) fn influence<'a>(all: &'a Gathering<'a>, names: &'a Names<'a>) -> Sheet<'a> {
    let undefined = Some(Words("无意义", "undefined"));
    let columns = [
        (words::WHERE, Words("上报文件", "File that was received"), None),
        (
            words::CELL,
            Words("单元格或行号", "Cell, or number of the row"),
            Some(Words("涉及整列", "it concerns a whole column")),
        ),
        (words::FINDING, Words("问题的名称", "Title of the finding"), None),
        (
            words::INDICATOR,
            Words("变动最大的总体指标", "Indicator of the whole that it moves most"),
            None,
        ),
        (
            words::WITHOUT,
            Words("不计入这些记录时的总体数值", "Figure of the whole without the records"),
            undefined,
        ),
        (
            words::WITH,
            Words("计入这些记录时的总体数值", "Figure of the whole with the records"),
            undefined,
        ),
        (
            words::CHANGE,
            Words(
                "变动的比例：与不计入、与按建议更正后两者相比，取较大的",
                "Relative change against the figure without the records, or as mended; the larger of both",
            ),
            Some(Words(
                "与之比较的数值为零或不存在，变动大于任何比例",
                "it is compared with 0 or with none, so that it is larger than any share",
            )),
        ),
        (
            words::COUNTED,
            Words("这些记录现在是否计入", "Whether the records count now"),
            None,
        ),
    ];
    let columns = columns.into_iter();
    Sheet {
        columns: columns
            .map(|(title, meaning, empty)| own(title, meaning, empty, names))
            .collect(),
        rows: (all.influential.iter().take(INFLUENTIAL))
            .map(|line| influence_row(line, names))
            .collect(),
        frozen: 2,
        left_out: LeftOut {
            rows: all.influential.len().saturating_sub(INFLUENTIAL),
            columns: 0,
        },
        ..sheet(words::INFLUENCE, names)
    }
}

fn influence_row<'a>(line: &'a InfluentialLine, names: &'a Names<'a>) -> Vec<Cell<'a>> {
    vec![
        Cell::text(line.path.as_str()),
        Cell::maybe(line.cell.as_deref()),
        title(&line.title, names),
        Cell::text(names.indicator(&line.indicator)),
        beside(line.without, Some(line.with)),
        beside(Some(line.with), line.without),
        difference_share(Some(line.change).filter(|change| change.is_finite())),
        title(&yes_no(line.counted), names),
    ]
}

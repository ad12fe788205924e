//! Tables over time and ranks for the areas of one day, as they are published: a sheet each, where the pipeline asks for them.

use super::as_published::{Kept, rows};
use crate::domain::Lang;
use crate::report::gather::Gathering;
use crate::report::workbook::fields::whole;
use crate::report::workbook::model::Sheet;
use crate::report::workbook::names::Names;
use crate::report::workbook::words::Words;
use crate::tables::{
    Columns, ConstantBetweenShareRow, ConstantChangeEffectRow, ConstantGapChangeMixRow, ConstantGapChangeRow,
    ConstantGapMixRow, ConstantProductEffectRow, ConstantRankRow,
};

/// Names of sheets, with their tables, in order.
const ALL: [(Words, &str, Kept); 7] = [
    (
        Words("排名（固定区划）", "Ranks (fixed areas)"),
        ConstantRankRow::TABLE,
        Kept::Latest,
    ),
    (
        Words("变化分解（固定区划）", "Changes (fixed areas)"),
        ConstantChangeEffectRow::TABLE,
        Kept::RootScope,
    ),
    (
        Words("差距变化（固定区划）", "Gap changes (fixed areas)"),
        ConstantGapChangeRow::TABLE,
        Kept::RootScope,
    ),
    (
        Words("差距构成分解（固定区划）", "Gap mixes (fixed areas)"),
        ConstantGapMixRow::TABLE,
        Kept::RootScope,
    ),
    (
        Words("差距变化构成分解（固定区划）", "Gap change mixes (fixed areas)"),
        ConstantGapChangeMixRow::TABLE,
        Kept::RootScope,
    ),
    (
        Words("乘积分解（固定区划）", "Products (fixed areas)"),
        ConstantProductEffectRow::TABLE,
        Kept::Root,
    ),
    (
        Words("组间占比（固定区划）", "Between groups (fixed areas)"),
        ConstantBetweenShareRow::TABLE,
        Kept::All,
    ),
];

/// The sheets; none where the pipeline has chosen no day.
pub(super) fn sheets<'a>(all: &'a Gathering<'a>, names: &'a Names<'a>) -> impl Iterator<Item = Sheet<'a>> {
    let day = all.pipeline.constant_boundaries;
    ALL.iter().filter_map(move |(name, table, kept)| {
        let (day, table) = (day?, all.sources.find(table)?);
        let empty = Sheet {
            name: name.get(names.lang),
            title: table.spec.title.get(names.lang).to_owned(),
            note: match names.lang {
                Lang::Zh => format!("所有报告期均按 {day} 的区划。"),
                Lang::En => format!("All periods have the areas of {day}."),
            },
            frozen: 2,
            ..Sheet::default()
        };
        Some(whole(empty, (table, &rows(all, table, *kept)), names))
    })
}

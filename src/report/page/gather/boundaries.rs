//! Which tables have the figures of every period for the areas of one day.

use crate::pipeline::RollUp;
use crate::report::gather::Gathering;
use crate::report::page::context::Boundaries;

/// Tables that the workbooks do not have for the areas of one day.
const OF_PERIODS: [RollUp; 4] = [RollUp::Groups, RollUp::Gaps, RollUp::Inequality, RollUp::Verdicts];

/// None: the pipeline has chosen no day.
pub(super) fn boundaries(all: &Gathering<'_>) -> Option<Boundaries> {
    let day = all.pipeline.constant_boundaries?;
    let asked = &all.pipeline.constant_tables;
    let is_published = |name: &str| {
        let Some(table) = name.strip_suffix("_constant_boundaries") else {
            return false;
        };
        table == "indicators"
            || asked.iter().any(|of| of.table() == table)
            || (table == "inequality_parts" && asked.contains(&RollUp::Inequality))
    };
    let heads = all.sources.heads.iter().filter(|head| is_published(head.name));
    Some(Boundaries {
        day: day.to_string(),
        tables: heads
            .map(|head| (format!("tables/{}.parquet", head.name), head.spec.title.clone()))
            .collect(),
        has_sheets: asked.iter().any(|table| !OF_PERIODS.contains(table)),
    })
}

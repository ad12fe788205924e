//! `[boundaries]` of `pipeline.toml`: the day whose areas figures of all periods are also published for, and in which tables.

use std::collections::BTreeSet;
use std::iter;

use jiff::civil::Date;

use crate::domain::Period;
use crate::pipeline::definition::BoundariesDef;
use crate::pipeline::definition::Located;
use crate::pipeline::faults::{Faults, Source};
use crate::pipeline::model::RollUp;
use crate::tables::{Columns, IndicatorRow, table_specs};

/// The last day of one of the pipeline's periods, or a day. `lacks_changes`: there is a registry, and it has no table of changes.
pub(super) fn resolve(
    written: &BoundariesDef,
    (periods, lacks_changes): (&[Period], bool),
    source: &Source,
    faults: &mut Faults,
) -> Option<Date> {
    let constant = &written.constant;
    if lacks_changes {
        let message = "constant boundaries need `changes` in [registry]".to_owned();
        let hint = "the table says what became of each area: old_code, new_code, date, kind, share".to_owned();
        faults.add(source, "missing-key", constant.span(), message, hint);
        return None;
    }
    let period = periods.first().and_then(|first| Period::parse(constant, first.kind()));
    let day = match period {
        Some(period) => periods.contains(&period).then(|| period.end()),
        None => constant.parse().ok().filter(|_| constant.len() == "2020-12-31".len()),
    };
    if let (Some(day), None) = (day, period)
        && !periods.iter().any(|of| *of == Period::containing(day, of.kind()))
    {
        let message = format!("the day `{constant}` of constant boundaries lies in no period of the pipeline");
        let hint = format!("periods: {}", Period::listed(periods));
        faults.warn(source, "stray-period", constant.span(), message, hint);
    }
    if day.is_none() {
        let message = format!("`{constant}` is neither a period of the pipeline nor a day");
        let latest = periods.last().map(ToString::to_string).unwrap_or_default();
        let hint = format!("such as \"{latest}\" or \"2020-12-31\"");
        faults.add(source, "bad-period", constant.span(), message, hint);
    }
    day
}

/// The tables beside the figures, with those that they are computed of. That of the figures may be named: it always is one of them.
pub(super) fn tables<'w>(
    written: impl Iterator<Item = &'w Located<String>>,
    source: &Source,
    faults: &mut Faults,
) -> BTreeSet<RollUp> {
    let known = || iter::once(IndicatorRow::TABLE).chain(RollUp::ALL.into_iter().map(RollUp::table));
    let mut found = BTreeSet::new();
    let mut named: Vec<&str> = Vec::new();
    for name in written {
        if named.contains(&name.as_str()) {
            let message = format!("`{name}` is among the tables twice");
            faults.add(source, "wrong-value", name.span(), message, "name it once".to_owned());
        }
        named.push(name);
        match RollUp::ALL.into_iter().find(|table| table.table() == name.as_str()) {
            Some(table) => found.extend(iter::successors(Some(table), |table| table.basis())),
            None if **name == IndicatorRow::TABLE => {}
            None if table_specs().contains_key(name.as_str()) => {
                let message = format!("`{name}` is not published on constant boundaries");
                let tables: Vec<String> = known().map(|table| format!("`{table}`")).collect();
                let hint = format!("tables that are: {}", tables.join(", "));
                faults.add(source, "wrong-value", name.span(), message, hint);
            }
            None => faults.unknown(source, "unknown-table", name, "table", known()),
        }
    }
    found
}

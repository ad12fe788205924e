//! The table `obligations`: who owes which form, as the register of reporters says.

use std::collections::{BTreeMap, BTreeSet};

use super::names::Names;
use crate::domain::{Lang, Text};
use crate::pipeline::Pipeline;
use crate::statistics::Coverage;
use crate::tables::{ColumnSpec, Columns, ObligationRow, Table, ValueKind};

/// A row a period, form and reporter, with the figures of the register. Every bound follows from these and the records.
pub fn obligations(pipeline: &Pipeline, names: &Names<'_>, coverage: &Coverage) -> Table {
    let all = coverage.values().flat_map(|owed| owed.expected.values());
    let figures: BTreeSet<&str> = all.flat_map(|owed| owed.register.keys().map(|name| &**name)).collect();
    let mut table = Table::with_more(ObligationRow::TABLE, figures.iter().map(|name| figure(name)));
    for (&(period, form), owed) in coverage {
        let (definition, name) = (&pipeline.forms[form], period.to_string());
        for (area_code, owed) in owed.expected.iter() {
            let area_name = names.of(form, Some(period), area_code);
            let row = ObligationRow {
                period: &name,
                form: &definition.id,
                form_title_zh: definition.title.own(Lang::Zh),
                form_title_en: definition.title.own(Lang::En),
                area_code,
                area_name,
                due: definition.due_on(period),
                rows_expected: owed.rows,
                population: owed.population,
            };
            table.push_with(row, figures.iter().map(|name| owed.register.get(*name).copied()));
        }
    }
    table.sort_by_key();
    table
}

/// A figure of the register as a column.
fn figure(name: &str) -> ColumnSpec {
    ColumnSpec {
        name: format!("register_{name}"),
        kind: ValueKind::Real,
        title: Text::new(format!("单位名录的 {name}"), format!("`{name}` of the register")),
        unit: None,
        null: Some(Text::new("单位名录未给出", "the register does not say")),
        null_in: None,
        values: Vec::new(),
        value_titles: BTreeMap::new(),
        values_of: None,
        caveat: None,
    }
}

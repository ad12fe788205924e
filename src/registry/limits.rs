//! Columns of the divisions that indicators name: the largest denominator that each area may have.

use std::collections::BTreeMap;

use super::faults::Faults;
use crate::domain::{Diagnostic, nearest};
use crate::pipeline::csv_table::{CsvTable, Record};
use crate::pipeline::{DivisionsColumn, MostDenominator, Pipeline};

/// Sums over all reporters of a nation stay far from what a double can hold.
const LARGEST: f64 = 1e15;

/// The columns that indicators name.
pub(super) struct Limits<'a> {
    table: &'a CsvTable,
    /// With the highest of the lowest denominators of the indicators that name it, and the indicator.
    columns: Vec<(&'a DivisionsColumn, f64, &'a str)>,
    /// Those that the table does not have, or that have a meaning of their own.
    unknown: Vec<&'a DivisionsColumn>,
}

impl<'a> Limits<'a> {
    /// `own`: columns that have a meaning of their own.
    pub(super) fn of(pipeline: &'a Pipeline, table: &'a CsvTable, own: &[&str]) -> Limits<'a> {
        let mut all: Vec<(&DivisionsColumn, f64, &str)> = Vec::new();
        for indicator in &pipeline.indicators {
            let range = indicator.plausible_denominator.as_ref();
            let Some((MostDenominator::Column(column), min)) = range.map(|range| (&range.max, range.min)) else {
                continue;
            };
            match all.iter_mut().find(|(known, ..)| known.name == column.name) {
                Some(known) if known.1 < min => *known = (known.0, min, &indicator.id),
                Some(_) => {}
                None => all.push((column, min, &indicator.id)),
            }
        }
        let is_further = |name: &str| table.column(name).is_some() && !is_among(own, name);
        let (columns, unknown): (Vec<_>, Vec<_>) = all.into_iter().partition(|(column, ..)| is_further(&column.name));
        Limits {
            table,
            columns,
            unknown: unknown.into_iter().map(|(column, ..)| column).collect(),
        }
    }

    /// The limits of a row; a blank cell is none.
    pub(super) fn read(&self, record: &Record, faults: &mut Faults) -> BTreeMap<String, f64> {
        let mut found = BTreeMap::new();
        for (column, min, indicator) in &self.columns {
            let place = self.table.column(&column.name);
            let cell = record.cell(place);
            if cell.is_empty() {
                continue;
            }
            let number = cell.parse().ok().filter(|number| (0.0..=LARGEST).contains(number));
            match number {
                Some(limit) if limit >= *min => drop(found.insert(column.name.clone(), limit)),
                Some(limit) => {
                    let message = format!("{limit} lies below {min}, the lowest denominator of `{indicator}`");
                    let hint = "correct the cell, or lower `min` of `plausible_denominator`";
                    faults.hinted("bad-limit", record.span_of(place), message, hint);
                }
                None => {
                    let message = format!("`{cell}` is no largest denominator");
                    let hint = "a number from 0 to 10^15 without separators of thousands, such as 1200; blank where nobody knows it";
                    faults.hinted("bad-limit", record.span_of(place), message, hint);
                }
            }
        }
        found
    }

    /// Where the definition names a column that there is not.
    pub(super) fn unknown(&self, own: &[&str]) -> Vec<Diagnostic> {
        let further = self.table.columns().iter().map(String::as_str);
        let further: Vec<&str> = further
            .filter(|name| !name.is_empty() && !is_among(own, name))
            .collect();
        let hint = |name: &str| match nearest(name, further.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None if further.is_empty() => {
                "add a column to the divisions, with the largest denominator of each area".to_owned()
            }
            None => format!("columns: {}", further.join(", ")),
        };
        let told = self.unknown.iter().map(|column| Diagnostic {
            code: "unknown-column",
            message: format!("the divisions have no column `{}` of largest denominators", column.name),
            file: column.file.clone(),
            span: column.span.clone(),
            related: None,
            hint: Some(hint(&column.name)),
        });
        told.collect()
    }
}

fn is_among(names: &[&str], name: &str) -> bool {
    names.iter().any(|one| one.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::domain::Diagnostic;
    use crate::pipeline::testing::indicator;
    use crate::pipeline::{CodeScheme, DenominatorRange, DivisionsColumn, MostDenominator};
    use crate::registry::Registry;
    use crate::registry::testing::{World, excerpt, year};

    /// An indicator whose denominators go from 10 to the column of the divisions.
    fn world(column: &str, divisions: &str) -> World {
        let mut world = World::new(&["nation", "state"], CodeScheme::Plain);
        world.divisions(divisions);
        let file = world.input_dir().join("indicators.toml");
        world.input("indicators.toml", &format!("max = {column}\n"));
        let max = MostDenominator::Column(DivisionsColumn {
            name: column.into(),
            file,
            span: 6..6 + column.len(),
        });
        let mut own = indicator("staffed");
        own.plausible_denominator = Some(DenominatorRange { min: 10.0, max });
        world.pipeline.indicators.push(own);
        world
    }

    #[test]
    fn each_row_has_its_own_limit_and_a_blank_cell_has_none() {
        let divisions = "code,name,parent_code,valid_from,valid_to,beds\n0,root,,,,\nA,a,0,,2019-12-30,10\nA,a,0,2019-12-31,,12.5\nB,b,0,,,\n";
        let registry = Registry::load(&world("beds", divisions).pipeline).unwrap();
        let limit = |code: &str, period: &str| registry.at(year(period)).get(code).unwrap().limits.get("beds").copied();
        assert_eq!(limit("A", "2018"), Some(10.0));
        assert_eq!(limit("A", "2020"), Some(12.5));
        assert_eq!([limit("B", "2020"), limit("0", "2020")], [None, None]);
        // Figures depend on it, and results of jobs do not.
        let other = Registry::load(&world("beds", &divisions.replace("12.5", "13")).pipeline).unwrap();
        let day = "2020-12-31".parse().unwrap();
        assert_ne!(registry.slices().limits(), other.slices().limits());
        assert_eq!(registry.slices().on(day), other.slices().on(day));
    }

    #[test]
    fn each_fault_names_its_file_and_place() {
        let told = |column: &str, cell: &str| -> Vec<(&'static str, String, String)> {
            let divisions = format!("code,name,parent_code,beds\n0,root,,\nA,a,0,{cell}\n");
            let world = world(column, &divisions);
            let faults: Vec<Diagnostic> = Registry::load(&world.pipeline).err().unwrap_or_default();
            assert!(
                faults.iter().all(|one| one.hint.is_some() && one.has_chinese()),
                "{faults:?}"
            );
            let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
            let shown = faults
                .iter()
                .map(|one| (one.code, name(&one.file), excerpt(&one.file, one.span.clone())));
            shown.collect()
        };
        for cell in ["many", "-1", "NaN", "1e16", "9.5", "inf"] {
            assert_eq!(
                told("beds", cell),
                [("bad-limit", "divisions.csv".to_owned(), cell.to_owned())]
            );
        }
        assert_eq!(told("beds", "10"), []);
        for column in ["bed", "rooms", "code"] {
            let expected = ("unknown-column", "indicators.toml".to_owned(), column.to_owned());
            assert_eq!(told(column, "10"), [expected]);
        }
    }
}

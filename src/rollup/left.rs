//! Sums that are left to an engine beside huizong: what it is asked, and how far its answer is believed.

use std::collections::{BTreeMap, BTreeSet};

use super::cube::{CubeCells, FormShape, Group, PairSums};
use super::sql::{AREA, Lists, RECORDS, Width, cube_columns, portable_cube_sql};
use crate::domain::{Period, RowState};
use crate::lake::{SumsColumns, SumsTable};
use crate::pipeline::sql::{literal, quoted};
use crate::pipeline::{FormIndex, Pipeline};

const PERIOD: &str = "period";

/// The sums of a form's records over all periods, in one query.
pub struct LeftSums {
    lists: Lists,
    shape: FormShape,
    /// Columns of the records that sums are made of.
    columns: BTreeSet<String>,
}

impl LeftSums {
    /// Those of a form.
    pub fn new(pipeline: &Pipeline, form: FormIndex) -> LeftSums {
        let own = cube_columns(pipeline, form).into_iter();
        LeftSums {
            lists: Lists::new(pipeline, form, Width::Digits, &[PERIOD]),
            shape: FormShape::new(pipeline, form),
            columns: own.chain([PERIOD, AREA]).map(str::to_owned).collect(),
        }
    }

    /// The query. `facts` and `uncounted` are what stands behind `FROM` for the files of accepted and of other records; None: there are
    /// no such files. Names stand in double quotes, and decimals without an exponent are doubles.
    pub fn sql(&self, facts: Option<&str>, uncounted: Option<&str>) -> String {
        let columns: Vec<String> = self.columns.iter().map(|name| quoted(name)).collect();
        let columns = columns.join(", ");
        let facts = facts.map(|files| format!("SELECT {columns}, TRUE AS accepted FROM {files}"));
        let uncounted = uncounted.map(|files| {
            let superseded = literal(RowState::Superseded.as_str());
            format!("SELECT {columns}, FALSE AS accepted FROM {files} WHERE \"row_status\" <> {superseded}")
        });
        let records: Vec<String> = facts.into_iter().chain(uncounted).collect();
        portable_cube_sql(
            &self.lists,
            &format!("(\n{}\n) AS records", records.join("\nUNION ALL\n")),
        )
    }

    /// The columns of the answer.
    pub fn columns(&self) -> SumsColumns {
        let mut columns = SumsColumns {
            texts: [PERIOD, AREA].map(str::to_owned).into(),
            integers: self.shape.member_columns.clone(),
            decimals: Vec::new(),
        };
        columns.integers.push(RECORDS.to_owned());
        for [numerator, denominator, rest, rows, unknown] in self.shape.sum_columns() {
            columns
                .decimals
                .extend([numerator, denominator, rest].map(String::clone));
            columns.integers.extend([rows, unknown].map(String::clone));
        }
        columns
    }

    /// The sums by period. `records`: how many records of each period there are.
    ///
    /// # Errors
    /// When they cannot be those of these records; what is wrong with them.
    pub fn cells(
        &self,
        answer: &SumsTable,
        records: &BTreeMap<Period, u64>,
    ) -> Result<BTreeMap<Period, CubeCells>, String> {
        let periods: BTreeMap<String, Period> = records.keys().map(|period| (period.to_string(), *period)).collect();
        let mut all: BTreeMap<Period, BTreeMap<_, Group>> = records.keys().map(|of| (*of, BTreeMap::new())).collect();
        for row in 0..answer.height {
            let (period, area) = (&answer.texts[0][row], &answer.texts[1][row]);
            let Some(groups) = periods.get(period).and_then(|period| all.get_mut(period)) else {
                return Err(format!("they are of a period `{period}`"));
            };
            let (members, group) = self.group(answer, row)?;
            if groups.insert((area.clone(), members), group).is_some() {
                return Err(format!("a group of `{area}` in {period} is there twice"));
            }
        }
        for (period, groups) in &all {
            let counted: i128 = groups.values().map(|group| i128::from(group.records)).sum();
            if counted != i128::from(records[period]) {
                return Err(format!(
                    "they are of {counted} records of {period}, of which there are {}",
                    records[period]
                ));
            }
        }
        let encoded = all.into_iter();
        Ok(encoded
            .map(|(period, groups)| (period, CubeCells::of(&groups.into_iter().collect::<Vec<_>>())))
            .collect())
    }

    /// Members and sums of a row of the answer.
    fn group(&self, answer: &SumsTable, row: usize) -> Result<(Vec<u16>, Group), String> {
        let mut integers = answer.integers.iter().map(|column| column[row]);
        let members = integers.by_ref().take(self.shape.member_columns.len());
        let members: Result<Vec<u16>, _> = members.map(u16::try_from).collect();
        let members = members.map_err(|_| "a member has no such number".to_owned())?;
        let mut count = |most: i64| {
            let count = integers.next().unwrap_or_default();
            let is_possible = (0..=most).contains(&count);
            is_possible
                .then_some(count)
                .ok_or(format!("{count} is no number of records"))
        };
        let records = count(i64::MAX)?;
        let mut pairs = Vec::with_capacity(answer.decimals.len() / 3);
        for sums in answer.decimals.chunks(3) {
            pairs.push(PairSums {
                numerator: sums[0][row],
                denominator: sums[1][row],
                rest: sums[2][row],
                rows: count(records)?,
                unknown: count(records)?,
            });
        }
        Ok((members, Group { records, pairs }))
    }
}

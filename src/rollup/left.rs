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
    /// By member column: numbers of members from here on stand for none.
    beyond: Vec<i64>,
    /// Columns of the records that sums are made of.
    columns: BTreeSet<String>,
}

impl LeftSums {
    /// Those of a form.
    pub fn new(pipeline: &Pipeline, form: FormIndex) -> LeftSums {
        let own = cube_columns(pipeline, form).into_iter();
        let shape = FormShape::new(pipeline, form);
        let beyond = |&dimension: &usize| {
            let of = &pipeline.dimensions[dimension];
            of.members.len().max(of.unknown() + 1) as i64
        };
        LeftSums {
            beyond: shape.dimensions.iter().map(beyond).collect(),
            lists: Lists::new(pipeline, form, Width::Digits, &[PERIOD]),
            shape,
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
        // In this order, since a pair takes from the first before it looks at the second.
        let members = self.beyond.iter().zip(integers.by_ref()).map(|(&beyond, member)| {
            let is_member = (0..beyond).contains(&member);
            let known = is_member.then(|| u16::try_from(member).ok()).flatten();
            known.ok_or(format!("no member has the number {member}"))
        });
        let members: Vec<u16> = members.collect::<Result<_, String>>()?;
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

#[cfg(test)]
mod tests {
    use super::super::cube::Cube;
    use super::super::plan::Plan;
    use super::super::testing::{Record, areas, frame, period, pipeline};
    use super::*;

    fn asked() -> LeftSums {
        LeftSums::new(&pipeline(), 0)
    }

    /// Two groups of an area: three records and one.
    fn answer() -> SumsTable {
        let columns = asked().columns();
        let counts = |name: &String| match name.as_str() {
            "records" => vec![3, 1],
            name if name.ends_with(" rows") => vec![2, 1],
            name if name.ends_with(" member") => vec![0, 1],
            _ => vec![1, 0],
        };
        SumsTable {
            height: 2,
            texts: vec![vec!["2020".into(); 2], vec!["a1".into(); 2]],
            integers: columns.integers.iter().map(counts).collect(),
            decimals: columns.decimals.iter().map(|_| vec![10_i128.pow(30), -5]).collect(),
        }
    }

    fn cells(answer: &SumsTable) -> Result<BTreeMap<Period, CubeCells>, String> {
        asked().cells(answer, &BTreeMap::from([(period(), 4)]))
    }

    #[test]
    fn an_answer_becomes_the_cells_of_its_periods() {
        let all = cells(&answer()).unwrap();
        let mut cube = Cube::new(&pipeline());
        cube.add(0, period(), &all[&period()]);
        let found = cube.indicator(&pipeline(), &areas(), (period(), 2), &|_, _| None);
        let sums: Vec<_> = found
            .cells
            .iter()
            .map(|cell| (cell.numerator, cell.rest, cell.rows))
            .collect();
        assert_eq!(sums, [(10_i128.pow(30), 10_i128.pow(30), 2), (-5, -5, 1)]);
        // A period of which nothing is left has an empty part, as from a job.
        let none = asked().cells(&SumsTable::default(), &BTreeMap::from([(period(), 0)]));
        assert_eq!(none.unwrap().len(), 1);
    }

    #[test]
    fn what_cannot_be_right_is_refused() {
        type Change = fn(&mut SumsTable);
        let columns = asked().columns().integers;
        assert_eq!(columns.iter().position(|name| name == "records"), Some(2));
        let changes: [(Change, &str); 7] = [
            (|table| table.texts[0][1] = "2019".into(), "a period `2019`"),
            (
                |table| table.integers[..2].iter_mut().for_each(|of| of[1] = 0),
                "there twice",
            ),
            (|table| table.integers[0][0] = -1, "number -1"),
            (|table| table.integers[1][0] = 100, "number 100"),
            (
                |table| table.integers[2][1] = 2,
                "of 5 records of 2020, of which there are 4",
            ),
            (|table| table.integers[3][1] = 2, "2 is no number of records"),
            (|table| table.integers[4][0] = -1, "-1 is no number of records"),
        ];
        for (change, fault) in changes {
            let mut table = answer();
            change(&mut table);
            let told = cells(&table).unwrap_err();
            assert!(told.contains(fault), "{told}");
        }
    }

    #[test]
    fn the_query_reads_the_columns_that_it_needs_and_sums_digits() {
        let sql = asked().sql(Some("facts"), Some("uncounted"));
        for part in [
            "TRUE AS accepted FROM facts\nUNION ALL\nSELECT",
            "FROM uncounted WHERE \"row_status\" <> 'superseded'",
            "CAST(CAST(ROUND((\"area_m2\") * 100) AS BIGINT) AS DECIMAL(38, 0)) AS \"area measure\"",
            "CAST(COALESCE(SUM(\"area/households numerator\"), 0) AS DECIMAL(38, 0)) AS \"area/households numerator\"",
            "GROUP BY \"period\", \"area_code\", ",
        ] {
            assert!(sql.contains(part), "{part} in {sql}");
        }
        assert!(!asked().sql(Some("facts"), None).contains("UNION"));
    }

    #[test]
    fn only_records_whose_sums_and_intermediate_results_fit_are_left() {
        let record = |households: i64| Record {
            area: "a".into(),
            accepted: true,
            code: None,
            class: None,
            has_room: None,
            households: Some(households),
            area_m2: Some(1),
        };
        let plan = Plan::new(&pipeline(), 0).unwrap();
        let left = |all: &[i64], keep: &[bool]| {
            let records: Vec<Record> = all.iter().map(|households| record(*households)).collect();
            plan.leaves(&frame(&records).drop("accepted").unwrap(), keep).unwrap()
        };
        assert_eq!(left(&[1, 2, 3], &[true, false, true]), Some(2));
        assert_eq!(left(&[], &[]), Some(0));
        // households × 3 + 2, in tenths, times two records.
        assert_eq!(left(&[1 << 55, 1], &[true; 2]), Some(2));
        assert_eq!(left(&[1 << 57, 1], &[true; 2]), None);
    }
}

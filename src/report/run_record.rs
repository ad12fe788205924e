//! What is said of a run to programs. The fields of `run.json` and of the last event of the log are the columns of the table of runs.

use crate::tables::{RunRow, Table, Value};

/// A run: one row of the table of runs.
#[derive(Clone, Debug)]
pub struct RunRecord {
    table: Table,
    /// Of a dry run that came to a result: what a run would have come to.
    would_be: Option<String>,
}

impl RunRecord {
    /// Of a row.
    pub fn of(row: RunRow<'_>) -> RunRecord {
        let mut table = Table::of::<RunRow>();
        table.push(row);
        let would_be = None;
        RunRecord { table, would_be }
    }

    /// The same of a dry run, which has published nothing.
    pub fn of_dry_run(&self) -> RunRecord {
        let row = self.row();
        let came_to_a_result = row.rows_read.is_some();
        if !came_to_a_result {
            return self.clone();
        }
        let release = row.release.filter(|_| row.outcome == "unchanged");
        let outcome = "dry_run";
        RunRecord {
            would_be: Some(row.outcome.to_owned()),
            ..RunRecord::of(RunRow {
                outcome,
                release,
                ..row
            })
        }
    }

    /// The row.
    pub fn row(&self) -> RunRow<'_> {
        self.table.row(0).expect("a record has one row")
    }

    /// What the run came to, as in the column `outcome`.
    pub fn outcome(&self) -> &str {
        self.row().outcome
    }

    /// The exit code, as in the column `exit`.
    pub fn row_exit(&self) -> Option<i64> {
        self.row().exit
    }

    /// The fields that have a value, as members of a JSON object without its braces: `"outcome":"published","exit":0`.
    pub fn members(&self) -> String {
        let known = self.fields().filter(|(_, value)| value != NULL);
        let would_be = self
            .would_be
            .iter()
            .map(|token| ("would_be", json(Value::Text(Some(token)))));
        let members = known.chain(would_be).map(|(name, value)| format!("\"{name}\":{value}"));
        members.collect::<Vec<_>>().join(",")
    }

    /// The text of `run.json`: an object with every field, a line each; null where there is no value.
    pub fn json(&self) -> String {
        let members: Vec<String> = self
            .fields()
            .map(|(name, value)| format!("  \"{name}\": {value}"))
            .collect();
        format!("{{\n{}\n}}\n", members.join(",\n"))
    }

    /// Seconds of each stage, in order; None: the run did not get to it, or did not need it.
    pub(super) fn seconds_of_stages(&self) -> Vec<(String, Option<f64>)> {
        let columns = self.table.spec.columns.iter().zip(self.table.columns());
        let seconds = |value: Value<'_>| match value {
            Value::Real(seconds) => seconds,
            _ => None,
        };
        let stages = columns.filter_map(|(spec, values)| Some((spec.name.strip_prefix("seconds_")?, values)));
        stages
            .map(|(stage, values)| (stage.to_owned(), seconds(values.get(0))))
            .collect()
    }

    /// Names and values of all fields, in order, the values as JSON.
    fn fields(&self) -> impl Iterator<Item = (&str, String)> {
        let columns = self.table.spec.columns.iter().zip(self.table.columns());
        columns.map(|(spec, values)| (spec.name.as_str(), json(values.get(0))))
    }
}

/// What a field such as `computed_because` counts: `definition 12; file_changed 3`.
pub(super) fn counted(field: Option<&str>) -> Vec<(&str, i64)> {
    let each = field.unwrap_or_default().split("; ");
    each.filter_map(|one| {
        one.rsplit_once(' ')
            .and_then(|(what, count)| Some((what, count.parse().ok()?)))
    })
    .collect()
}

const NULL: &str = "null";

fn json(value: Value<'_>) -> String {
    let value = match value {
        Value::Text(text) => text.map(serde_json::Value::from),
        Value::Integer(number) => number.map(serde_json::Value::from),
        Value::Real(number) => number.map(serde_json::Value::from),
        Value::Boolean(flag) => flag.map(serde_json::Value::from),
        Value::Date(day) => day.map(|day| day.to_string().into()),
    };
    value.map_or_else(|| NULL.to_owned(), |value| value.to_string())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn every_field_is_in_the_file_and_those_with_a_value_in_the_event() {
        let record = RunRecord::of(RunRow {
            outcome: "withheld",
            exit: Some(1),
            seconds: Some(0.25),
            reasons: Some("2020 \"人口\": a\nb"),
            ..RunRow::running("2021-01-02T03:04:05Z", None, date(2021, 1, 2))
        });
        let event: serde_json::Value = serde_json::from_str(&format!("{{{}}}", record.members())).unwrap();
        let file: serde_json::Value = serde_json::from_str(&record.json()).unwrap();
        assert_eq!(event["reasons"], "2020 \"人口\": a\nb");
        assert_eq!(
            (&event["exit"], &event["seconds"], &event["as_of"]),
            (&1.into(), &0.25.into(), &"2021-01-02".into())
        );
        assert!(event.get("release").is_none() && file["release"].is_null());
        for (name, value) in file.as_object().unwrap() {
            assert!(value.is_null() || event[name] == *value, "{name}");
        }
        assert!(
            record
                .members()
                .starts_with("\"started_at\":\"2021-01-02T03:04:05Z\",\"outcome\":")
        );
    }
}

//! What a run reads and writes, as OpenLineage has it: the forms and periods of the input, the tables and rows of the release.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::exports::Exports;
use super::outcome::{Ending, Outcome, RunOptions};
use super::reference::{AREAS, classifications};
use crate::domain::Text;
use crate::lake::{Output, TableFile, read_table};
use crate::pipeline::Pipeline;
use crate::release::Record;
use crate::report::{LineageCounts, LineageEvent, LineageInput, LineageOutput, LineageState, RunRecord, facts_columns};
use crate::tables::{SubmissionRow, columns, table_specs};

/// The run as a job of a catalogue; owned, so that the thread that a signal starts can speak of it.
#[derive(Clone, Debug)]
pub struct Lineage {
    exports: Exports,
    namespace: String,
    job: String,
    inputs: Vec<LineageInput>,
}

/// Namespace of the job where the environment gives none.
const NAMESPACE: &str = "huizong";

impl Lineage {
    /// Of a run that begins; None: nobody asks for it.
    pub fn of(pipeline: &Pipeline, options: &RunOptions) -> Option<Lineage> {
        options.exports.openlineage.as_ref()?;
        let given = std::env::var("OPENLINEAGE_NAMESPACE").ok();
        let address = options.stores.input.as_ref().map(|input| input.address.clone());
        let folder = address.unwrap_or_else(|| absolute(&options.input).display().to_string());
        let of_period = |period| {
            let forms = pipeline.forms.iter();
            forms.map(move |form| (form.id.clone(), period))
        };
        let inputs = pipeline.periods.iter().flat_map(of_period);
        Some(Lineage {
            exports: options.exports.clone(),
            namespace: given
                .filter(|name| !name.is_empty())
                .unwrap_or_else(|| NAMESPACE.to_owned()),
            job: pipeline.name.clone(),
            inputs: inputs
                .map(|(form, period)| LineageInput {
                    name: format!("{folder}?form={form}&period={period}"),
                    counts: None,
                })
                .collect(),
        })
    }

    /// Says that the run has begun.
    pub fn start(&self, run_id: &str, time: &str) {
        self.say(LineageState::Start, (run_id, time), None, (&self.inputs, &[]));
    }

    /// Says how a run ended, of which the record has all that is known.
    pub fn end(&self, record: &RunRecord, time: &str) {
        let row = record.row();
        let state = match row.outcome {
            "interrupted" | "killed" => LineageState::Abort,
            _ => LineageState::Fail,
        };
        let signal = row.signal.map(|signal| format!("stopped by {signal}"));
        let error = row.error.or(signal.as_deref());
        self.say(
            state,
            (row.run_id.unwrap_or_default(), time),
            error,
            (&self.inputs, &[]),
        );
    }

    /// Says what a run came to.
    pub fn result(&self, record: &RunRecord, time: &str, (pipeline, output): (&Pipeline, &Output), outcome: &Outcome) {
        let run = (record.row().run_id.unwrap_or_default(), time);
        let (folder, version) = match &outcome.ending {
            Ending::Withheld => {
                let reasons = record.row().reasons.map(|reasons| format!("withheld: {reasons}"));
                let inputs = self.counted(pipeline, &output.withheld());
                return self.say(LineageState::Fail, run, reasons.as_deref(), (&inputs, &[]));
            }
            Ending::Partial { .. } => (output.partial(), None),
            Ending::Published { .. } | Ending::Unchanged => (output.current(), outcome.current.clone()),
        };
        let inputs = self.counted(pipeline, &folder);
        let outputs = outputs(pipeline, &folder, version.as_deref());
        self.say(LineageState::Complete, run, None, (&inputs, &outputs));
    }

    fn say(
        &self,
        state: LineageState,
        (run_id, time): (&str, &str),
        error: Option<&str>,
        (inputs, outputs): (&[LineageInput], &[LineageOutput]),
    ) {
        let event = LineageEvent {
            state,
            time,
            run_id,
            namespace: &self.namespace,
            job: &self.job,
            error,
            inputs,
            outputs,
        };
        self.exports.add_event(&event.line());
    }

    /// The inputs with the submissions and rows that came, by the tables in a folder.
    fn counted(&self, pipeline: &Pipeline, folder: &Path) -> Vec<LineageInput> {
        let mut counts: BTreeMap<(String, String), LineageCounts> = BTreeMap::new();
        let table = read_table::<Sent>(&folder.join("tables/submissions.parquet")).ok();
        for row in table.iter().flat_map(|table| table.rows::<Sent>()) {
            if let (Some(period), Some(form)) = (row.period, row.form) {
                let of = counts.entry((period.to_owned(), form.to_owned())).or_default();
                of.files += 1;
                of.rows += row.rows_read.unsigned_abs();
            }
        }
        let keys = pipeline.periods.iter().flat_map(|period| {
            let forms = pipeline.forms.iter();
            forms.map(move |form| (period.to_string(), form.id.clone()))
        });
        let inputs = self.inputs.iter().zip(keys);
        inputs
            .map(|(input, key)| LineageInput {
                counts: Some(counts.get(&key).copied().unwrap_or_default()),
                ..input.clone()
            })
            .collect()
    }
}

columns! {
    struct Sent<'a> of SubmissionRow {
        form: Option<&'a str>,
        period: Option<&'a str>,
        rows_read: i64,
    }
}

/// The tables and the rows of each form, as the manifest of a folder has them.
fn outputs(pipeline: &Pipeline, folder: &Path, version: Option<&str>) -> Vec<LineageOutput> {
    let Some(record) = Record::read(folder) else {
        return Vec::new();
    };
    let count = |is_of: &dyn Fn(&str) -> bool| {
        let files = record.outputs.iter().filter(|file| is_of(&file.path));
        files.fold(LineageCounts::default(), |all, file| LineageCounts {
            files: all.files + 1,
            rows: all.rows + file.rows.unwrap_or(0),
            bytes: all.bytes + file.bytes,
        })
    };
    let output = |place: &str, columns, counts, nulls| LineageOutput {
        name: absolute(folder).join(place).display().to_string(),
        version: version.map(str::to_owned),
        columns,
        counts,
        nulls,
    };
    let of_forms = pipeline.forms.iter().map(|form| {
        let place = format!("facts/{}", form.id);
        let counts = count(&|path| path.strip_prefix(&place).is_some_and(|rest| rest.starts_with('/')));
        output(&place, facts_columns(pipeline, form), counts, BTreeMap::new())
    });
    let of_tables = table_specs().iter().filter_map(|(name, spec)| {
        let place = format!("tables/{name}.parquet");
        let counts = count(&|path| path == place);
        if counts.files == 0 {
            return None;
        }
        let file = TableFile::open(&folder.join(&place)).ok()?;
        let mut columns = spec.columns.clone();
        if AREAS.contains(name) {
            columns.extend(classifications(pipeline, &Text::default()));
        }
        Some(output(&place, columns, counts, file.null_counts()))
    });
    of_forms.chain(of_tables).collect()
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

use std::path::Path;

use jiff::civil::Date;

use super::register::{self, Error, RegisterFile};
use crate::domain::{Code, Period};
use crate::pipeline::csv_table::{CsvTable, Record};
use crate::pipeline::{Form, FormIndex, Pipeline, plain};

/// What a county says of explain findings, kept beside the submissions: it holds for every revision, since it names rows by
/// their key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// Line of the file.
    pub line: u32,
    /// Form of the submission.
    pub form: FormIndex,
    /// Period of the submission.
    pub period: Period,
    /// Code of the sender.
    pub area: String,
    /// Content of each key column of the form, in its order; empty: findings that concern no single row.
    pub key: Vec<String>,
    /// Column id; None: any.
    pub column: Option<String>,
    /// Rule or code; None: every explain finding there.
    pub code: Option<String>,
    /// Content as received that it was written for; None: any.
    pub raw: Option<String>,
    /// The words alone.
    pub words: String,
    /// The words, with who said them and when, where that is known.
    pub text: String,
}

/// All of them.
#[derive(Debug, Default)]
pub struct Explanations {
    /// Path below the input, as the pipeline has it.
    pub path: String,
    /// In order of the file.
    pub list: Vec<Explanation>,
}

impl Explanations {
    /// Reads the table from the input folder; none where there is no such file. `skipped` are periods that this run leaves
    /// out.
    ///
    /// # Errors
    /// The system fails to read the table.
    pub fn load(
        pipeline: &Pipeline,
        skipped: &[Period],
        input: &Path,
    ) -> Result<(Explanations, Vec<RegisterFile>), Error> {
        let path = pipeline.feedback.explanations.clone();
        let mut found = Explanations {
            path: path.clone(),
            list: Vec::new(),
        };
        if plain::is_absent(&input.join(&path)) {
            return Ok((found, Vec::new()));
        }
        let mut faults = RegisterFile::of(&path);
        let Some(table) = register::read(input, &pipeline.limits, &mut faults)? else {
            return Ok((found, vec![faults]));
        };
        let columns = match Columns::of(&table) {
            Ok(columns) => columns,
            Err(missing) => {
                faults.lacks(&table, &missing, "说明未用", "no explanation is used");
                return Ok((found, vec![faults]));
            }
        };
        let mut reading = Reading {
            pipeline,
            skipped,
            columns,
            faults: &mut faults,
        };
        found.list = table.records.iter().filter_map(|record| reading.row(record)).collect();
        Ok((found, vec![faults]))
    }
}

/// Where the columns of the table stand.
struct Columns {
    form: usize,
    period: usize,
    area: usize,
    explanation: usize,
    key: Option<usize>,
    column: Option<usize>,
    code: Option<usize>,
    raw: Option<usize>,
    by: Option<usize>,
    date: Option<usize>,
}

impl Columns {
    /// # Errors
    /// The columns that are missing.
    fn of(table: &CsvTable) -> Result<Columns, Vec<&'static str>> {
        let form = table.column("form");
        let period = table.column("period");
        let area = table.column("area_code").or_else(|| table.column("county_code"));
        let explanation = table.column("explanation");
        let (Some(form), Some(period), Some(area), Some(explanation)) = (form, period, area, explanation) else {
            let all = [
                ("form", form),
                ("period", period),
                ("area_code", area),
                ("explanation", explanation),
            ];
            let missing = all.iter().filter(|(_, at)| at.is_none());
            return Err(missing.map(|(name, _)| *name).collect());
        };
        Ok(Columns {
            form,
            period,
            area,
            explanation,
            key: table.column("key"),
            column: table.column("column"),
            code: table.column("code"),
            raw: table.column("raw"),
            by: table.column("explained_by"),
            date: table.column("date"),
        })
    }
}

/// The table under way.
struct Reading<'a, 'f> {
    pipeline: &'a Pipeline,
    skipped: &'a [Period],
    columns: Columns,
    faults: &'f mut RegisterFile,
}

impl Reading<'_, '_> {
    /// None: the row cannot be used, which is told.
    fn row(&mut self, record: &Record) -> Option<Explanation> {
        let cell = |at: usize| record.cell(Some(at)).to_owned();
        let Some(form) = self
            .pipeline
            .forms
            .iter()
            .position(|form| form.id == cell(self.columns.form))
        else {
            let column = Some(("form", self.columns.form));
            self.faults.cell(
                record,
                column,
                "没有该表式，该说明未用",
                "no such form; the explanation is not used",
            );
            return None;
        };
        let mut periods = self.pipeline.periods.iter().chain(self.skipped);
        let Some(&period) = periods.find(|period| period.to_string() == cell(self.columns.period)) else {
            let column = Some(("period", self.columns.period));
            self.faults.cell(
                record,
                column,
                "不是本方案的报告期，该说明未用",
                "no period of the pipeline; the explanation is not used",
            );
            return None;
        };
        let text = cell(self.columns.explanation);
        if !text.chars().any(char::is_alphanumeric) {
            let column = Some(("explanation", self.columns.explanation));
            self.faults.cell(
                record,
                column,
                "没有说明内容，该行未用",
                "it explains nothing; the row is not used",
            );
            return None;
        }
        let spec = &self.pipeline.forms[form];
        let key = self.key(record, spec)?;
        let column = self.column(record, spec)?;
        let code = self.code(record)?;
        Some(Explanation {
            line: record.line,
            form,
            period,
            area: cell(self.columns.area),
            key,
            column,
            code,
            raw: Some(record.cell(self.columns.raw))
                .filter(|raw| !raw.is_empty())
                .map(str::to_owned),
            words: text.clone(),
            text: self.signed(record, text),
        })
    }

    /// The words with who said them, and when.
    fn signed(&mut self, record: &Record, text: String) -> String {
        let by = record.cell(self.columns.by).to_owned();
        let date = record.cell(self.columns.date);
        let day = date.parse::<Date>().ok();
        if let (None, false, Some(at)) = (day, date.is_empty(), self.columns.date) {
            self.faults.cell(
                record,
                Some(("date", at)),
                "不是日期（应写作 2021-01-31），日期未用",
                "no date (write it as 2021-01-31); it is left out",
            );
        }
        let parts: Vec<String> = Some(by)
            .filter(|by| !by.is_empty())
            .into_iter()
            .chain(day.map(|day| day.to_string()))
            .collect();
        if parts.is_empty() {
            text
        } else {
            format!("{text} ({})", parts.join(", "))
        }
    }

    /// `a`, or `a;b` for a key of several columns, or `column=a;other=b` in any order.
    fn key(&mut self, record: &Record, form: &Form) -> Option<Vec<String>> {
        let text = record.cell(self.columns.key);
        if text.is_empty() {
            return Some(Vec::new());
        }
        let names: Vec<&str> = form.key.iter().map(|&at| form.columns[at].id.as_str()).collect();
        let found = split_key(text, &names);
        if let (None, Some(at)) = (&found, self.columns.key) {
            self.faults.cell(
                record,
                Some(("key", at)),
                "与表式的主键不符，该说明未用",
                "it does not fit the key of the form; the explanation is not used",
            );
        }
        found
    }

    fn column(&mut self, record: &Record, form: &Form) -> Option<Option<String>> {
        let id = record.cell(self.columns.column);
        if id.is_empty() || form.column(id).is_some() {
            return Some((!id.is_empty()).then(|| id.to_owned()));
        }
        let by_title = form.columns.iter().find(|column| {
            column.title.0.values().any(|title| title == id) || column.headers.iter().any(|header| header == id)
        });
        let column = self.columns.column.map(|at| ("column", at));
        match by_title {
            Some(found) => Some(Some(found.id.clone())),
            None => {
                self.faults.cell(
                    record,
                    column,
                    "表式没有这一列，该说明未用",
                    "the form has no such column; the explanation is not used",
                );
                None
            }
        }
    }

    fn code(&mut self, record: &Record) -> Option<Option<String>> {
        let code = record.cell(self.columns.code);
        let known = Code::named(code).is_some() || self.pipeline.rules.iter().any(|rule| rule.id == code);
        if code.is_empty() || known {
            return Some((!code.is_empty()).then(|| code.to_owned()));
        }
        self.faults.cell(
            record,
            self.columns.code.map(|at| ("code", at)),
            "没有这样的审核关系或问题代码，该说明未用",
            "no such rule or code; the explanation is not used",
        );
        None
    }
}

/// The parts of a key in the order of its columns; None where they are others, or too many or few.
fn split_key(text: &str, names: &[&str]) -> Option<Vec<String>> {
    if let [_] = names
        && !text.contains('=')
    {
        return Some(vec![text.to_owned()]);
    }
    let parts: Vec<&str> = text.split([';', '；']).map(str::trim).collect();
    if parts.len() != names.len() {
        return None;
    }
    let named: Option<Vec<(&str, &str)>> = parts.iter().map(|part| part.split_once('=')).collect();
    let Some(named) = named else {
        return Some(parts.into_iter().map(str::to_owned).collect());
    };
    let content = |name: &&str| {
        let (_, content) = named.iter().find(|(column, _)| column.trim() == *name)?;
        Some(content.trim().to_owned())
    };
    names.iter().map(content).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_its_content_or_names_its_columns() {
        let split = |text: &str, names: &[&str]| split_key(text, names).map(|parts| parts.join("|"));
        assert_eq!(split("130102001001", &["code"]).unwrap(), "130102001001");
        assert_eq!(split("code=130102001001", &["code"]).unwrap(), "130102001001");
        assert_eq!(split("甲;x", &["county", "item"]).unwrap(), "甲|x");
        assert_eq!(split("item=x； county = 甲", &["county", "item"]).unwrap(), "甲|x");
        for (text, names) in [
            ("x", &["a", "b"][..]),
            ("a=1;c=2", &["a", "b"]),
            ("x", &[]),
            ("a;b;c", &["a", "b"]),
        ] {
            assert_eq!(split(text, names), None, "{text}");
        }
    }
}

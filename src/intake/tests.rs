//! Whole files through discovery and reading.

mod columns;
mod files;
mod workbooks;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use encoding_rs::GB18030;

use super::*;
use crate::domain::{Finding, RawTable, SetAside};
use crate::pipeline::Pipeline;

const ROSTER: &str =
    "社区代码,社区名称,常住户数,服务设施面积,社会组织数,社会组织/养老\n130102001001,和平社区,820,120.5,3,1\n";
const SUMMARY: &str = "县级代码,中央经费,填报日期\n130102,1.5,2021-01-08\n";

/// An input folder with these files, and what was found and read there.
struct Case {
    folder: tempfile::TempDir,
    pipeline: Pipeline,
}

impl Case {
    fn new(files: &[(&str, &[u8])]) -> Case {
        let case = Case {
            folder: tempfile::tempdir().unwrap(),
            pipeline: fixture::pipeline(),
        };
        for (path, bytes) in files {
            let path = case.folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        case
    }

    fn found(&self) -> Found {
        Intake::new(&self.pipeline, self.folder.path(), "000000")
            .discover()
            .unwrap()
    }

    fn read(&self) -> Vec<FileRead> {
        read_all(&self.pipeline, self.folder.path())
    }
}

fn read_all(pipeline: &Pipeline, input: &Path) -> Vec<FileRead> {
    let intake = Intake::new(pipeline, input, "000000");
    intake
        .discover()
        .unwrap()
        .files
        .iter()
        .map(|file| intake.read(file).unwrap())
        .collect()
}

/// The one submission of a file at the roster's usual path.
fn roster(bytes: &[u8]) -> ReadSubmission {
    let mut read = Case::new(&[("2020/130000/130102_communities.csv", bytes)]).read();
    assert_eq!((read.len(), read[0].submissions.len()), (1, 1));
    read.remove(0).submissions.remove(0)
}

/// Findings as `code column-or-raw`, in order.
fn findings(submission: &ReadSubmission) -> Vec<String> {
    let text = |finding: &Finding| {
        let about = finding
            .place
            .column
            .as_deref()
            .or(finding.raw.as_deref())
            .unwrap_or_default();
        format!("{} {about}", finding.code).trim_end().to_owned()
    };
    submission.findings.iter().map(text).collect()
}

/// Known columns and records of a table, cell by cell.
fn records(table: &RawTable) -> Vec<Vec<String>> {
    let cell = |row: u32, index: u32| table.grid.cell(row as usize, index as usize).to_owned();
    let record = |row: &u32| table.columns.iter().map(|column| cell(*row, column.index)).collect();
    table.records.iter().map(record).collect()
}

fn counts(table: &RawTable) -> BTreeMap<SetAside, usize> {
    let mut counts = BTreeMap::new();
    for (_, kind) in &table.set_aside {
        *counts.entry(*kind).or_default() += 1;
    }
    counts
}

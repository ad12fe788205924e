//! `huizong init NAME --sample`: the shipped pipeline with its sample, for whoever has the program and no clone of the repository.

use std::path::{Path, PathBuf};

use super::super::exit::{complain, say};
use super::super::{Exit, diagnostics};
use super::files::put;
use crate::domain::{Lang, plural, shell_word};
use crate::pipeline;
use crate::registry::Registry;
use crate::sample::{Counties, Options, generate};

/// Files of the shipped pipeline, by their paths in its folder.
macro_rules! shipped {
    ($($path:literal)*) => {
        &[$(($path, include_str!(concat!("../../../pipelines/community-services/", $path)))),*]
    };
}

const FILES: &[(&str, &str)] = shipped!(
    "pipeline.toml" "checks.toml" "dimensions.toml" "indicators.toml" "measures.toml" "sample.toml"
    "forms/communities.toml" "forms/county_summaries.toml"
    "registry/README.md" "registry/changes.csv" "registry/divisions.csv" "registry/neighbours.csv" "registry/regions.csv" "registry/terrain.csv" "registry/tiles.csv");

/// In the repository submissions and releases stand beside the pipelines, here within the one folder.
const MOVED: [(&str, &str); 2] = [
    ("\"../../sample_data/submissions\"", "\"submissions\""),
    ("\"../../output\"", "\"output\""),
];

/// Writes the pipeline and makes its submissions, and says what to do with them.
pub fn write(folder: &Path, lang: Lang) -> Exit {
    let moved = |text: &str| {
        MOVED
            .iter()
            .fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
    };
    if let Err(exit) = put(folder, FILES, moved) {
        return exit;
    }
    let (pipeline, registry) = match loaded(folder) {
        Ok(both) => both,
        Err(exit) => return exit,
    };
    match generate(&pipeline, &registry, &options(folder.to_owned())) {
        Ok(made) => {
            // The files exist, whether or not this can be written.
            let _ = say(&done(folder, made.files, lang));
            Exit::Success
        }
        Err(error) => {
            complain(&error, None);
            Exit::Machine
        }
    }
}

fn loaded(folder: &Path) -> Result<(pipeline::Pipeline, Registry), Exit> {
    let pipeline = pipeline::load(folder).map_err(|faults| diagnostics::refuse(&faults))?;
    let registry = Registry::load(&pipeline).map_err(|faults| diagnostics::refuse(&faults))?;
    Ok((pipeline, registry))
}

/// Those of `sample_data/` in the repository: two counties of each province, and so many faults that every kind is there.
fn options(output: PathBuf) -> Options {
    Options {
        output,
        counties: Counties::Some(2),
        periods: Vec::new(),
        formats: Vec::new(),
        encodings: Vec::new(),
        communities: Some(50.0),
        fault_rate: 0.0228,
        quirk_rate: 1.0,
        seed: None,
    }
}

fn done(folder: &Path, files: usize, lang: Lang) -> String {
    let word = shell_word(&folder.to_string_lossy());
    match lang {
        Lang::Zh => format!(
            "已在 {word} 写入示例流程和 {files} 个模拟上报文件（并非真实统计）。接下来：\n\n  \
             huizong run {word}      读取 submissions/，发布 output/current/\n  \
             huizong open {word}     在浏览器中打开报告\n  \
             huizong status {word}   查看哪些单位有问题待改\n\n\
             各数据的真值（不含植入的错误）见 {word}/truth。\n"
        ),
        Lang::En => format!(
            "{word} has the sample pipeline and {} of submissions, all synthetic: never quote them as statistics. Next:\n\n  \
             huizong run {word}      reads submissions/, publishes output/current/\n  \
             huizong open {word}     shows the report in the browser\n  \
             huizong status {word}   shows who has something to fix\n\n\
             The figures without any planted fault are in {word}/truth.\n",
            plural(files, "file")
        ),
    }
}

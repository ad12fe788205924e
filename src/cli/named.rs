//! Which pipeline a command is about: the one that is named, else the only one there is.

use std::path::{Path, PathBuf};

use clap::Args;

use super::exit::usage;
use super::{Exit, default_lang, diagnostics};
use crate::domain::Text;
use crate::lake;
use crate::pipeline::{self, Pipeline};

/// Which pipeline is meant: the last argument of every command about one, or an option.
#[derive(Debug, Args)]
pub struct PipelineArgs {
    /// Folder of the pipeline [default: the current folder, or the only one in pipelines/, or the only one there that has published]
    #[arg(value_name = "PIPELINE")]
    dir: Option<PathBuf>,
    /// Same as the PIPELINE argument
    #[arg(long, value_name = "PIPELINE", conflicts_with = "dir")]
    pipeline: Option<PathBuf>,
}

impl PipelineArgs {
    /// The folder that was named; None: the usual one.
    pub fn named(&self) -> Option<&Path> {
        self.dir.as_deref().or(self.pipeline.as_deref())
    }

    /// The folder that was named, else the only one there is.
    ///
    /// # Errors
    /// When none was named, and there is none or more than one.
    pub fn folder(&self) -> Result<PathBuf, NotNamed> {
        folder(self.named())
    }

    /// Takes a word before PIPELINE that may be left out, where it names the folder of a pipeline and no other word does: `diff DIR`.
    pub fn or_folder(&mut self, word: &mut Option<String>) {
        if self.named().is_none() {
            let folder = word.take_if(|word| is_pipeline(Path::new(word)));
            self.dir = folder.map(PathBuf::from);
        }
    }

    /// Takes a word before PIPELINE for the pipeline, where an option has made that word needless: `rollback --lift DIR`.
    ///
    /// # Errors
    /// The word, if a pipeline was named already.
    pub fn or_word(&mut self, word: Option<String>) -> Result<(), String> {
        match word {
            Some(word) if self.named().is_some() => Err(word),
            Some(word) => {
                self.dir = Some(word.into());
                Ok(())
            }
            None => Ok(()),
        }
    }
}

/// No pipeline was named, and the current folder does not say which one is meant.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NotNamed {
    /// Those of which one may be meant, in order; empty: there is none.
    several: Vec<PathBuf>,
}

impl NotNamed {
    pub(super) fn message(&self) -> Text {
        match self.several.len() {
            0 => Text::new(
                "未指明流程：当前文件夹不是流程，pipelines/ 下也没有流程",
                "no pipeline given, and neither the current folder nor pipelines/ contains one",
            ),
            n => Text::new(
                format!("未指明流程：pipelines/ 下有 {n} 个"),
                format!("no pipeline given, and pipelines/ contains {n}"),
            ),
        }
    }

    pub(super) fn hint(&self) -> Text {
        let listed = |between: &str| {
            let all = self.several.iter().map(|path| path.display().to_string());
            all.collect::<Vec<_>>().join(between)
        };
        if self.several.is_empty() {
            return Text::new(
                "请给出流程定义所在的文件夹，或用 huizong init NAME 新建一个流程",
                "give its folder as the last argument, or make a pipeline with huizong init NAME",
            );
        }
        Text::new(
            format!("请给出其中一个：{}", listed("、")),
            format!("give one of them as the last argument: {}", listed(", ")),
        )
    }

    /// Tells of it.
    pub(super) fn refuse(&self) -> Exit {
        let lang = default_lang();
        usage(self.message().get(lang), Some(self.hint().get(lang)))
    }
}

/// The folder of the pipeline that is named, else of the only one there is.
///
/// # Errors
/// When none is named, and there is none or more than one.
pub(super) fn folder(named: Option<&Path>) -> Result<PathBuf, NotNamed> {
    named.map_or_else(|| usual(Path::new("")), |dir| Ok(dir.to_owned()))
}

/// Loads the pipeline that is named, else the only one there is. What fails has been told.
///
/// # Errors
/// The exit code, where there is none, or the definition has faults.
pub(super) fn loaded(named: Option<&Path>) -> Result<Pipeline, Exit> {
    let dir = folder(named).map_err(|unnamed| unnamed.refuse())?;
    pipeline::load(&dir).map_err(|faults| diagnostics::refuse(&faults))
}

/// The pipeline that is meant where none is named: the folder itself, or the only one in its `pipelines/`; of several, the only one
/// that has published.
fn usual(current: &Path) -> Result<PathBuf, NotNamed> {
    if is_pipeline(current) {
        return Ok(current.join("."));
    }
    let listed = std::fs::read_dir(current.join("pipelines"));
    let mut several: Vec<PathBuf> = listed
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| is_pipeline(path))
        .collect();
    several.sort();
    if let [only] = several.as_slice() {
        return Ok(only.clone());
    }
    let published: Vec<&PathBuf> = several.iter().filter(|dir| has_published(dir)).collect();
    match published.as_slice() {
        [only] => Ok((*only).clone()),
        _ => Err(NotNamed { several }),
    }
}

/// Whether there is a current release where a pipeline publishes.
fn has_published(dir: &Path) -> bool {
    let output = pipeline::load(dir).ok().and_then(|pipeline| pipeline.output);
    output.is_some_and(|output| lake::Output::at(&output).current().exists())
}

/// Whether a folder holds the definition of a pipeline.
fn is_pipeline(folder: &Path) -> bool {
    folder.join("pipeline.toml").is_file()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_pipeline_is_the_only_one() {
        let folder = tempfile::tempdir().unwrap();
        let make = |path: &str| {
            let dir = folder.path().join(path);
            std::fs::create_dir_all(&dir).unwrap();
            std::fs::write(dir.join("pipeline.toml"), "").unwrap();
            dir
        };
        let none = NotNamed { several: Vec::new() };
        assert_eq!(usual(folder.path()), Err(none));
        let two = make("pipelines/two");
        std::fs::create_dir(folder.path().join("pipelines/schema")).unwrap();
        assert_eq!(usual(folder.path()), Ok(two.clone()));
        let one = make("pipelines/one");
        assert_eq!(
            usual(folder.path()),
            Err(NotNamed {
                several: vec![one, two.clone()]
            })
        );
        let text = "[pipeline]\nname = \"two\"\nperiod = \"year\"\nperiods = [\"2020\"]\noutput = \"../../published\"\n\
                    [registry]\ndivisions = \"areas.csv\"\nlevels = [\"nation\"]\npartition = \"nation\"\n";
        let form = "[form]\nid = \"roster\"\nunit = \"nation\"\nfiles = [\"{period}.csv\"]\n\
                    [[column]]\nid = \"n\"\ntype = \"integer\"\nheaders = [\"n\"]\n";
        std::fs::create_dir(two.join("forms")).unwrap();
        for (file, text) in [
            ("pipeline.toml", text),
            ("areas.csv", "code,name,parent_code\n"),
            ("forms/roster.toml", form),
        ] {
            std::fs::write(two.join(file), text).unwrap();
        }
        assert!(usual(folder.path()).is_err(), "it has not published");
        std::fs::create_dir_all(folder.path().join("published/current")).unwrap();
        assert_eq!(usual(folder.path()), Ok(two));
        make(".");
        assert_eq!(usual(folder.path()), Ok(folder.path().join(".")));
    }
}

//! What `huizong headers`, `status` and `trace` have in common: the pipeline and release they look at, and how they answer.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use clap::Args;

use super::choice::{Choices, LANGS, choice};
use super::exit::{complain, say};
use super::locale::page;
use super::{Exit, default_lang, diagnostics};
use crate::domain::Lang;
use crate::pipeline::{self, Pipeline};
use crate::report::Look;
use crate::run::look::{LookError, Release, Which};

/// How an answer is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For a person.
    Table,
    /// Comma-separated.
    Csv,
    /// One object.
    Json,
}

const FORMATS: &Choices<Format> = &[
    ("table", "Text for a person", Format::Table),
    ("csv", "Comma-separated, UTF-8", Format::Csv),
    ("json", "One JSON object, with everything", Format::Json),
];

/// Arguments that all of them take.
#[derive(Debug, Args)]
pub struct LookArgs {
    /// Folder of the pipeline's definition; default: this folder, or the only one in pipelines/
    #[arg(value_name = "PIPELINE")]
    dir: Option<PathBuf>,
    /// The same by name
    #[arg(long, value_name = "PIPELINE", conflicts_with = "dir")]
    pipeline: Option<PathBuf>,
    /// Folder of the releases; default: what pipeline.toml says
    #[arg(long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// Look at the run that the gate withheld last, instead of the current release
    #[arg(long, conflicts_with = "partial")]
    withheld: bool,
    /// Look at the last run with fewer periods than the current release has, instead of the current release
    #[arg(long)]
    partial: bool,
    /// How the answer is written
    #[arg(long, default_value = "table", value_parser = choice(FORMATS))]
    format: Format,
    /// Language of what is printed; default: the locale's
    #[arg(long, value_parser = choice(LANGS))]
    lang: Option<Lang>,
}

impl LookArgs {
    /// Loads the pipeline, opens its current release, asks `question` and prints the answer.
    pub fn answer<L: Look>(&self, question: impl FnOnce(&Pipeline, &Release) -> Result<L, LookError>) -> Exit {
        let named = self.dir.clone().or_else(|| self.pipeline.clone());
        let Some(dir) = named.or_else(|| usual_pipeline(Path::new("."))) else {
            eprintln!("error: which pipeline? Neither this folder nor pipelines/ holds just one");
            eprintln!("  hint: name the folder of its definition (see --help)");
            return Exit::Usage;
        };
        let mut pipeline = match pipeline::load(&dir) {
            Ok(pipeline) => pipeline,
            Err(faults) => {
                eprint!("{}", diagnostics::render(&faults, std::io::stderr().is_terminal()));
                return Exit::Usage;
            }
        };
        let Some(output) = self.output.clone().or_else(|| pipeline.output.clone()) else {
            eprintln!("error: neither --output nor `output` in pipeline.toml says where the releases are");
            return Exit::Usage;
        };
        let which = match (self.withheld, self.partial) {
            (true, _) => Which::Withheld,
            (false, true) => Which::Partial,
            (false, false) => Which::Current,
        };
        let opened = Release::open(&output, &mut pipeline, which);
        let answer = opened.and_then(|release| question(&pipeline, &release));
        match answer {
            Ok(answer) => say(&self.written(&answer)).map_or_else(|failed| failed, |()| Exit::Success),
            Err(error) => fail(&error),
        }
    }

    fn written(&self, answer: &impl Look) -> String {
        let lang = self.lang.unwrap_or_else(default_lang);
        match self.format {
            Format::Table => answer.text(page(lang)),
            Format::Csv => answer.csv(lang),
            Format::Json => answer.json(),
        }
    }
}

/// The pipeline that is meant where none is named: the folder itself, or the only one in its `pipelines/`.
fn usual_pipeline(folder: &Path) -> Option<PathBuf> {
    let holds = |folder: &Path| folder.join("pipeline.toml").is_file();
    if holds(folder) {
        return Some(folder.into());
    }
    let all = std::fs::read_dir(folder.join("pipelines")).ok()?;
    let mut all = all
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| holds(path));
    all.next().filter(|_| all.next().is_none())
}

fn fail(error: &LookError) -> Exit {
    match error {
        LookError::Definition(faults) => {
            eprint!("{}", diagnostics::render(faults, std::io::stderr().is_terminal()));
            Exit::Usage
        }
        LookError::NoRelease { unpublished, .. } => {
            let hint = match unpublished {
                Some(Which::Withheld) => "the gate withheld the last run: --withheld looks at it",
                Some(Which::Partial) => "a run over some of the periods is there: --partial looks at it",
                _ => "publish one with huizong run, or name another folder with --output",
            };
            complain(error, Some(hint));
            Exit::Usage
        }
        LookError::Unknown { nearest, .. } if !nearest.is_empty() => {
            complain(error, Some(&format!("did you mean {}?", nearest.join(", "))));
            Exit::Usage
        }
        LookError::Ambiguous { areas, .. } => {
            complain(error, Some(&format!("give its code: {}", areas.join(", "))));
            Exit::Usage
        }
        LookError::Unknown { .. } | LookError::NoFigure { .. } => {
            complain(error, None);
            Exit::Usage
        }
        LookError::OtherDefinition { .. } | LookError::Mismatch { changed: true, .. } => {
            complain(
                error,
                Some("use the definition the release was made by, or run again with this one"),
            );
            Exit::Usage
        }
        _ => {
            complain(error, None);
            Exit::Machine
        }
    }
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
        assert_eq!(usual_pipeline(folder.path()), None);
        let one = make("pipelines/one");
        std::fs::create_dir(folder.path().join("pipelines/schema")).unwrap();
        assert_eq!(usual_pipeline(folder.path()), Some(one));
        make("pipelines/two");
        assert_eq!(usual_pipeline(folder.path()), None);
        make(".");
        assert_eq!(usual_pipeline(folder.path()), Some(folder.path().into()));
    }
}

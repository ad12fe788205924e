//! Common to the commands about releases: which pipeline and release they read, and how they print the answer.

use std::path::{Path, PathBuf};

use clap::Args;

use super::choice::{Choices, LANGS, choice};
use super::exit::{complain, complain_of, note, say, told, usage};
use super::locale::page;
use super::named::{PipelineArgs, loaded};
use super::stores::{self, Releases};
use super::{Exit, default_lang, diagnostics};
use crate::domain::Lang;
use crate::lake;
use crate::pipeline::Pipeline;
use crate::remote::Needed;
use crate::report::{Look, note_on_withheld};
use crate::run::look::{LookError, NotGiven, Offer, Release, Which};

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

pub(super) const FORMATS: &Choices<Format> = &[
    ("table", "Plain text", Format::Table),
    ("csv", "CSV in UTF-8", Format::Csv),
    ("json", "One JSON object with all details", Format::Json),
];

/// Which release is read.
#[derive(Debug, Args)]
pub struct PlaceArgs {
    #[command(flatten)]
    pipeline: PipelineArgs,
    /// Folder of the releases, or its address in an object store [default: `output` in pipeline.toml]
    #[arg(long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// Read the last run that the gate withheld, instead of the current release
    #[arg(long, conflicts_with = "partial")]
    withheld: bool,
    /// Read the last run over fewer periods than the current release has, instead of the current release
    #[arg(long)]
    partial: bool,
    /// Read an earlier release: the latest one at the end of that day, or the one with that id, number or tag
    #[arg(long = "as-of", value_name = "DATE|ID|TAG", conflicts_with_all = ["withheld", "partial"])]
    release: Option<String>,
}

/// Arguments of those whose answer has several formats.
#[derive(Debug, Args)]
pub struct LookArgs {
    #[command(flatten)]
    place: PlaceArgs,
    /// Output format
    #[arg(long, default_value = "table", value_parser = choice(FORMATS))]
    format: Format,
    /// Language of the output [default: that of the locale]
    #[arg(long, value_parser = choice(LANGS))]
    lang: Option<Lang>,
}

impl PlaceArgs {
    /// Takes a word before PIPELINE that may be left out for the pipeline, where it names one.
    pub fn or_folder(&mut self, word: &mut Option<String>) {
        self.pipeline.or_folder(word);
    }

    /// Loads the pipeline, opens its release and asks `question`. What fails has been told.
    ///
    /// # Errors
    /// The exit code, where there is no answer.
    pub fn ask<T>(&self, question: impl FnOnce(&Pipeline, &Release) -> Result<T, LookError>) -> Result<T, Exit> {
        self.ask_of(Needed::Data, question)
    }

    /// The same of what of the current release is needed.
    ///
    /// # Errors
    /// As [`ask`](Self::ask).
    pub fn ask_of<T>(
        &self,
        needed: Needed,
        question: impl FnOnce(&Pipeline, &Release) -> Result<T, LookError>,
    ) -> Result<T, Exit> {
        let (mut pipeline, releases) = opened(self.pipeline.named(), self.output.clone(), needed)?;
        let named = match (self.withheld || self.partial, &self.release) {
            (true, _) => Some("withheld"),
            (false, named) => named.as_deref(),
        };
        if let Some(word) = named {
            releases.fetch(word).map_err(|error| stores::fail(&error))?;
        }
        let output = &releases.folder;
        let which = match (self.withheld, self.partial) {
            (true, _) => Which::Withheld,
            (false, true) => Which::Partial,
            (false, false) => Which::Current,
        };
        let opened = match &self.release {
            Some(word) => Release::named(output, &mut pipeline, word),
            None => Release::open(output, &mut pipeline, which),
        };
        opened
            .and_then(|release| question(&pipeline, &release))
            .map_err(|error| fail_at(&releases, error))
    }
}

/// The pipeline that is named or usual, and the folder of its releases. What fails has been told.
///
/// # Errors
/// The exit code, where there is none of them, or the definition has faults.
pub(super) fn opened(
    named: Option<&Path>,
    output: Option<PathBuf>,
    needed: Needed,
) -> Result<(Pipeline, Releases), Exit> {
    let pipeline = loaded(named)?;
    let Some(output) = output.or_else(|| pipeline.output.clone()) else {
        return Err(usage(
            told(
                "--output 和 pipeline.toml 的 output 都没有说明发布版本在哪里",
                "no folder of releases: neither --output nor `output` in pipeline.toml is set",
            ),
            Some(told("请用 --output 指明", "name it with --output")),
        ));
    };
    let releases = Releases::to_read(output, needed).map_err(|error| stores::fail(&error))?;
    Ok((pipeline, releases))
}

impl LookArgs {
    /// Takes a word before PIPELINE that may be left out for the pipeline, where it names one.
    pub fn or_folder(&mut self, word: &mut Option<String>) {
        self.place.or_folder(word);
    }

    /// Asks `question` and prints the answer.
    pub fn answer<L: Look>(&self, question: impl FnOnce(&Pipeline, &Release) -> Result<L, LookError>) -> Exit {
        let lang = self.lang.unwrap_or_else(default_lang);
        let answer = (self.place.ask(question)).and_then(|answer| say(&written(&answer, self.format, lang)));
        answer.map_or_else(|failed| failed, |()| Exit::Success)
    }

    /// The same for an answer that does not tell itself of a run that was withheld since.
    pub fn answer_with_note<L: Look>(
        &self,
        question: impl FnOnce(&Pipeline, &Release) -> Result<L, LookError>,
    ) -> Exit {
        let mut withheld = None;
        let ended = self.answer(|pipeline, release| {
            let answer = question(pipeline, release)?;
            withheld = release.withheld_since().map(str::to_owned);
            Ok(answer)
        });
        note_if_withheld(withheld.as_deref(), self.lang);
        ended
    }
}

/// Tells on standard error that a run was withheld after the release that was read: its figures may be old.
pub(super) fn note_if_withheld(since: Option<&str>, lang: Option<Lang>) {
    if let Some(since) = since {
        note(&format!(
            "{}\n",
            note_on_withheld(since, lang.unwrap_or_else(default_lang))
        ));
    }
}

/// An answer in a format.
pub(super) fn written(answer: &impl Look, format: Format, lang: Lang) -> String {
    match format {
        Format::Table => answer.text(page(lang)),
        Format::Csv => answer.csv(lang),
        Format::Json => answer.json(),
    }
}

/// Refuses a command line with a word that no argument takes.
pub(super) fn one_too_many(word: &str) -> Exit {
    let (zh, en) = (format!("多余的参数：{word}"), format!("unexpected argument {word}"));
    usage(
        told(&zh, &en),
        Some(told("用法见 --help", "see --help for the arguments")),
    )
}

/// Prints why a question has no answer. Releases in a store are named by their address, and not by the folder of their working copy.
pub(super) fn fail_at(releases: &Releases, mut error: LookError) -> Exit {
    if let (LookError::NoRelease { path, .. }, Some(session)) = (&mut error, &releases.session) {
        *path = session.address().into();
    }
    fail(&error)
}

/// Prints why a question has no answer.
pub(super) fn fail(error: &LookError) -> Exit {
    match error {
        LookError::Definition(faults) => diagnostics::refuse(faults),
        LookError::NoRelease { unpublished, .. } => {
            let hint = match unpublished {
                Some(Which::Withheld) => told(
                    "有一次运行未通过发布门槛：用 --withheld 查看",
                    "the gate withheld a run: use --withheld to read it",
                ),
                Some(Which::Partial) => told(
                    "有一次只含部分报告期的运行：用 --partial 查看",
                    "there is a run over some of the periods: use --partial to read it",
                ),
                _ => told(
                    "用 huizong run 发布，或用 --output 给出另一个文件夹",
                    "publish one with huizong run, or name another folder with --output",
                ),
            };
            told_of(error, Some(hint));
            Exit::Usage
        }
        LookError::NoLink { link, newest } => {
            let command = format!("ln -sfn releases/{newest} {}", link.display());
            let (zh, en) = (
                format!("用 {command} 恢复最新的版本，或用 huizong run 重新发布"),
                format!("restore the latest release with {command}, or publish a new one with huizong run"),
            );
            told_of(error, Some(told(&zh, &en)));
            Exit::Usage
        }
        LookError::NoneBy { first, published, .. } => {
            let (zh, en) = (
                format!("第一个版本 {first} 发布于 {published}"),
                format!("the first release, {first}, is of {published}"),
            );
            told_of(error, Some(told(&zh, &en)));
            Exit::Usage
        }
        LookError::Unknown { what, offer, .. } => {
            told_of(error, Some(&offered(what, offer)));
            Exit::Usage
        }
        LookError::Filter { text, faults } => diagnostics::refuse_text(text, faults),
        LookError::NotWide { table } => {
            let (zh, en) = (
                format!("请用 huizong show {table} --wide"),
                format!("use huizong show {table} --wide"),
            );
            told_of(error, Some(told(&zh, &en)));
            Exit::Usage
        }
        LookError::NoReport { .. } => {
            let hint = told("用 huizong run 重新发布", "publish a new release with huizong run");
            told_of(error, Some(hint));
            Exit::Usage
        }
        LookError::NotGiven(all) => {
            let each = |one: &NotGiven| match one.known.as_slice() {
                [] => one.argument.to_owned(),
                known => match default_lang() {
                    Lang::Zh => format!("{}：{}", one.argument, known.join("、")),
                    Lang::En => format!("{}: {}", one.argument, known.join(", ")),
                },
            };
            told_of(
                error,
                Some(&all.iter().map(each).collect::<Vec<_>>().join("\n        ")),
            );
            Exit::Usage
        }
        LookError::Ambiguous { areas, .. } => {
            let (zh, en) = (
                format!("请给出代码：{}", areas.join("、")),
                format!("give its code: {}", areas.join(", ")),
            );
            told_of(error, Some(told(&zh, &en)));
            Exit::Usage
        }
        LookError::Lake(lake::Error::NoLink { .. }) => {
            let (zh, en) = no_link();
            told_of(error, Some(told(zh, en)));
            Exit::Machine
        }
        LookError::Manifest { .. } => {
            let (zh, en) = damaged();
            told_of(error, Some(told(zh, en)));
            Exit::Machine
        }
        LookError::NoFigure { .. } | LookError::NoRows { .. } => {
            told_of(error, None);
            Exit::Usage
        }
        LookError::OtherDefinition { .. } | LookError::OtherType { .. } | LookError::Mismatch { changed: true, .. } => {
            told_of(
                error,
                Some(told(
                    "请用生成该版本的定义，或用当前定义重新运行",
                    "use the definition that made the release, or run again with this one",
                )),
            );
            Exit::Usage
        }
        _ => {
            told_of(error, None);
            Exit::Machine
        }
    }
}

/// What to do where a folder or a file lies in the place of the link to the current release.
pub(super) fn no_link() -> (&'static str, &'static str) {
    (
        "请将它移走或改名后运行 huizong run，即会重新建立该链接；发布的版本仍在 releases 中。用 cp 复制输出文件夹时，加 -a 才会保留链接",
        "move or rename it, and let huizong run make the link anew; the releases are still in releases/. \
         A copy of an output folder keeps the link if it is made with cp -a",
    )
}

/// What to do where the manifest of a release is damaged.
pub(super) fn damaged() -> (&'static str, &'static str) {
    (
        "用 huizong run 重新发布，或用 huizong rollback 回到先前的版本",
        "publish it anew with huizong run, or go back to the release before with huizong rollback",
    )
}

/// What may be written in place of an unknown name.
fn offered(what: &str, offer: &Offer) -> String {
    match offer {
        Offer::Near(names) => match default_lang() {
            Lang::Zh => format!("是否应为 {}？", names.join("、")),
            Lang::En => format!("did you mean {}?", names.join(", ")),
        },
        Offer::Known(names) if names.is_empty() => match default_lang() {
            Lang::Zh => format!("全部列在该版本的 tables/{what}s.parquet"),
            Lang::En => format!("all are listed in tables/{what}s.parquet of the release"),
        },
        Offer::Known(names) => match default_lang() {
            Lang::Zh => format!("可用：{}", names.join("、")),
            Lang::En => format!("known: {}", names.join(", ")),
        },
    }
}

/// Prints an error, in the language of this command line.
fn told_of(error: &LookError, hint: Option<&str>) {
    match chinese(error).filter(|_| default_lang() == Lang::Zh) {
        Some(message) => complain_of(&message, std::error::Error::source(error), hint),
        None => complain(error, hint),
    }
}

/// An error in Chinese; None: it is told by what caused it.
fn chinese(error: &LookError) -> Option<String> {
    Some(match error {
        LookError::NoRelease { path, .. } => format!("{} 下没有已发布的版本", path.display()),
        LookError::NoLink { link, .. } => format!("链接 {} 不指向任何版本", link.display()),
        LookError::Lake(lake::Error::NoLink { path }) => {
            format!("{} 应为指向发布版本的链接，却是文件或文件夹", path.display())
        }
        LookError::NoneBy { day, .. } => format!("截至 {day} 尚未发布任何版本"),
        LookError::Unknown { what, given, .. } => {
            let what = match *what {
                "indicator" => "指标",
                "area" => "地区",
                "period" => "报告期",
                "form" => "表式",
                "release" => "版本",
                "table" => "数据表",
                "column" => "列",
                other => other,
            };
            format!("没有这个{what}：{given}")
        }
        LookError::NoReport { path } => format!("该版本没有报告：{} 不存在", path.display()),
        LookError::NotGiven(all) => {
            let all: Vec<&str> = all.iter().map(|one| one.argument).collect();
            format!("缺少参数：{}", all.join("、"))
        }
        LookError::Ambiguous { given, areas } => format!("有 {} 个地区叫{given}", areas.len()),
        LookError::NoFigure {
            indicator,
            area,
            period,
        } => format!("该版本没有 {area} {period} 的 {indicator}：那里没有单位应报该表，或被 where 排除"),
        LookError::NoRows { form } => format!("该版本没有表式 {form} 的任何行"),
        LookError::OtherDefinition { form, column } => {
            format!("该版本由另一份定义生成：其 {form} 的逐行数据没有 {column} 列")
        }
        LookError::OtherType {
            form,
            column,
            found,
            expected,
        } => {
            format!("该版本由另一份定义生成：其 {form} 的 {column} 列为 {found} 类型，当前定义为 {expected}")
        }
        LookError::Mismatch { found, published, .. } => {
            format!("该版本各行合计为 {found}，而发布的是 {published}")
        }
        LookError::Filter { faults, .. } => format!("条件有 {} 处错误", faults.len()),
        LookError::NotWide { table } => format!("只有数据表 {table} 有宽表形式"),
        LookError::Manifest { path, .. } => format!("该版本已损坏：{} 缺失或无法读懂", path.display()),
        LookError::Definition(_) | LookError::Lake(_) | LookError::Rollup(_) => return None,
    })
}

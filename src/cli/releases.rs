//! `huizong releases`, `rollback`, `tag` and `gc`: what is done with releases that are there.

use std::path::PathBuf;

use clap::Args;

use super::choice::{LANGS, choice};
use super::exit::{complain, complain_of, say, told, usage};
use super::failure::locked;
use super::look::{FORMATS, Format, no_link, one_too_many, written};
use super::named::{PipelineArgs, loaded};
use super::stores::{self, Releases};
use super::{Exit, default_lang, signals};
use crate::domain::Lang;
use crate::lake;
use crate::pipeline::Pipeline;
use crate::remote::Needed;
use crate::report::Look;
use crate::run::{self, ReleasesError};

/// Where the releases are.
#[derive(Debug, Args)]
struct OutputArgs {
    #[command(flatten)]
    pipeline: PipelineArgs,
    /// Folder of the releases, or its address in an object store [default: `output` in pipeline.toml]. With it, no pipeline is read
    #[arg(long, value_name = "DIR")]
    output: Option<PathBuf>,
}

/// How an answer is printed.
#[derive(Debug, Args)]
struct PrintArgs {
    /// Output format
    #[arg(long, default_value = "table", value_parser = choice(FORMATS))]
    format: Format,
    /// Language of the output [default: that of the locale]
    #[arg(long, value_parser = choice(LANGS))]
    lang: Option<Lang>,
}

/// Arguments of `huizong releases`.
#[derive(Debug, Args)]
pub struct ReleasesArgs {
    #[command(flatten)]
    place: OutputArgs,
    #[command(flatten)]
    print: PrintArgs,
}

/// Arguments of `huizong rollback`.
#[derive(Debug, Args)]
pub struct RollbackArgs {
    /// The release: its id or number, a tag, or `previous`
    #[arg(value_name = "RELEASE", required_unless_present = "lift")]
    release: Option<String>,
    /// Let runs publish again after a release was withdrawn
    #[arg(long, conflicts_with_all = ["yes", "dry_run"])]
    lift: bool,
    /// Do it; without it, only the plan is shown
    #[arg(long, conflicts_with = "dry_run")]
    yes: bool,
    /// Only show the plan
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    place: OutputArgs,
    #[command(flatten)]
    print: PrintArgs,
}

/// Arguments of `huizong tag`.
#[derive(Debug, Args)]
pub struct TagArgs {
    /// The release: its id or number, a tag that it has, or `current`
    #[arg(value_name = "RELEASE", required_unless_present = "delete")]
    release: Option<String>,
    /// Name of the tag: letters, digits, `-`, `_` and `.`
    #[arg(value_name = "NAME", required_unless_present = "delete")]
    name: Option<String>,
    /// Remove this tag; the release stays
    #[arg(long, value_name = "NAME", conflicts_with = "name")]
    delete: Option<String>,
    #[command(flatten)]
    place: OutputArgs,
    /// Language of the output [default: that of the locale]
    #[arg(long, value_parser = choice(LANGS))]
    lang: Option<Lang>,
}

/// Arguments of `huizong gc`.
#[derive(Debug, Args)]
pub struct GcArgs {
    /// Do it; without it, only the plan is shown
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    pipeline: PipelineArgs,
    /// Folder of the releases, or its address in an object store [default: `output` in pipeline.toml]
    #[arg(long, value_name = "DIR")]
    output: Option<PathBuf>,
    #[command(flatten)]
    print: PrintArgs,
}

/// Lists the releases.
pub fn releases(args: ReleasesArgs) -> Exit {
    let place = args.place.to_read(Needed::Manifests);
    let listed = place.and_then(|place| run::releases(&place.folder).map_err(fail));
    ended(listed.and_then(|report| args.print.print(&report)))
}

/// Makes an earlier release current again, or shows what that would change.
pub fn rollback(mut args: RollbackArgs) -> Exit {
    // With --lift there is no release, and the only word names the pipeline.
    let word = args.release.take_if(|_| args.lift);
    if let Err(word) = args.place.pipeline.or_word(word) {
        return one_too_many(&word);
    }
    let writes = args.yes || args.release.is_none();
    let place = match writes {
        true => args.place.to_write(Needed::Manifests),
        false => args.place.to_read(Needed::Manifests),
    };
    let done = place.and_then(|place| match &args.release {
        None => {
            let hold = run::lift(&place.folder).map_err(fail)?;
            place.send().map_err(|error| stores::fail(&error))?;
            let (zh, en) = (
                format!("此后的运行恢复发布；撤下过的版本：{}\n", hold.withdrawn),
                format!("runs publish again; what was withdrawn: {}\n", hold.withdrawn),
            );
            say(told(&zh, &en))
        }
        Some(release) => {
            place.fetch(release).map_err(|error| stores::fail(&error))?;
            let report = run::rollback(&place.folder, release, args.yes).map_err(fail)?;
            if writes {
                place.send().map_err(|error| stores::fail(&error))?;
            }
            args.print.print(&report)
        }
    });
    ended(done)
}

/// Gives a release a name, or takes it away.
pub fn tag(mut args: TagArgs) -> Exit {
    // With --delete there is no release, and the only word names the pipeline.
    let word = args.release.take_if(|_| args.delete.is_some());
    if let Err(word) = args.place.pipeline.or_word(word) {
        return one_too_many(&word);
    }
    let done = args.place.to_write(Needed::Manifests).and_then(|place| {
        let root = &place.folder;
        let (zh, en) = match (&args.delete, &args.release, &args.name) {
            (None, Some(release), Some(name)) => {
                let id = run::tag(root, release, name).map_err(fail)?;
                (format!("{id} 的标签：{name}\n"), format!("{id} has the tag {name}\n"))
            }
            (delete, ..) => {
                let name = delete.as_deref().unwrap_or_default();
                let id = run::untag(root, name).map_err(fail)?;
                (
                    format!("{id} 不再有标签 {name}\n"),
                    format!("{id} no longer has the tag {name}\n"),
                )
            }
        };
        place.send().map_err(|error| stores::fail(&error))?;
        say(told(&zh, &en))
    });
    ended(done)
}

/// Removes what no rule keeps, or shows what that would be.
pub fn gc(args: GcArgs) -> Exit {
    let pipeline = loaded(args.pipeline.named());
    let done = pipeline.and_then(|pipeline| {
        let output = output_of(&pipeline, args.output.as_ref())?;
        let place = match args.yes {
            true => to_write(output, Needed::State),
            false => Releases::to_read(output, Needed::State).map_err(|error| stores::fail(&error)),
        };
        let place = place?;
        let report = run::gc(&place.folder, pipeline.retention, args.yes).map_err(fail)?;
        if args.yes {
            place.send().map_err(|error| stores::fail(&error))?;
        }
        args.print.print(&report)
    });
    ended(done)
}

fn ended(done: Result<(), Exit>) -> Exit {
    // What fails while a signal stops the command is no failure of its own.
    drop(lake::stop::going_on());
    done.map_or_else(|failed| failed, |()| Exit::Success)
}

impl PrintArgs {
    fn print(&self, answer: &impl Look) -> Result<(), Exit> {
        say(&written(answer, self.format, self.lang.unwrap_or_else(default_lang)))
    }
}

impl OutputArgs {
    /// A definition with errors must not keep anybody from going back to an earlier release: it is not read where it is not needed.
    fn root(&self) -> Result<PathBuf, Exit> {
        match &self.output {
            Some(output) => Ok(output.clone()),
            None => output_of(&loaded(self.pipeline.named())?, None),
        }
    }

    fn to_read(&self, needed: Needed) -> Result<Releases, Exit> {
        Releases::to_read(self.root()?, needed).map_err(|error| stores::fail(&error))
    }

    fn to_write(&self, needed: Needed) -> Result<Releases, Exit> {
        to_write(self.root()?, needed)
    }
}

/// Opens releases to change them. A signal ends the command, and gives back the lock of an object store.
fn to_write(output: PathBuf, needed: Needed) -> Result<Releases, Exit> {
    signals::watch(|stopped| {
        stopped.print(
            "操作尚未完成；再次执行该命令即可",
            "the command had not come to its end; give it again",
        );
    });
    Releases::to_write(output, needed).map_err(|error| stores::fail(&error))
}

fn output_of(pipeline: &Pipeline, given: Option<&PathBuf>) -> Result<PathBuf, Exit> {
    given.or(pipeline.output.as_ref()).cloned().ok_or_else(|| {
        usage(
            told(
                "--output 和 pipeline.toml 的 output 都没有说明发布版本在哪里",
                "no folder of releases: neither --output nor `output` in pipeline.toml is set",
            ),
            Some(told("请用 --output 指明", "name it with --output")),
        )
    })
}

/// Prints why nothing was done.
fn fail(error: ReleasesError) -> Exit {
    let listed = |known: &[String]| known.join(told("、", ", "));
    let (zh, hint, exit) = match &error {
        ReleasesError::NoOutput { path } => {
            let hint = told("用 --output 指明", "name it with --output").to_owned();
            (format!("没有输出文件夹 {}", path.display()), Some(hint), Exit::Usage)
        }
        ReleasesError::NoSuchRelease { given, known } => {
            let hint = (!known.is_empty()).then(|| format!("{}{}", told("可用：", "known: "), listed(known)));
            (format!("没有版本 {given}"), hint, Exit::Usage)
        }
        ReleasesError::AlreadyCurrent { id } => (format!("{id} 已是当前版本"), None, Exit::Usage),
        ReleasesError::Damaged { id, file } => {
            let hint = told("请选择另一个版本", "choose another release").to_owned();
            let said = format!("版本 {id} 已损坏：{file} 缺失，或不是当时发布的文件");
            (said, Some(hint), Exit::Machine)
        }
        ReleasesError::BadTag { given } => {
            let hint = told(
                "以字母或数字开头，只含字母、数字、“-”、“_”和“.”，最长 100 字节；不能是版本号、current 或 previous",
                "letters, digits, `-`, `_` and `.`, beginning with a letter or digit, at most 100 bytes; no number or id of a \
                 release, and neither `current` nor `previous`",
            );
            (format!("“{given}”不能作标签"), Some(hint.to_owned()), Exit::Usage)
        }
        ReleasesError::TagTaken { name, id } => {
            let hint = told(
                "先用 huizong tag --delete 删除",
                "remove it first with huizong tag --delete",
            )
            .to_owned();
            (format!("标签 {name} 已用于 {id}"), Some(hint), Exit::Usage)
        }
        ReleasesError::NoSuchTag { name, known } => {
            let hint = (!known.is_empty()).then(|| format!("{}{}", told("可用：", "known: "), listed(known)));
            (format!("没有标签 {name}"), hint, Exit::Usage)
        }
        ReleasesError::NotOnHold => ("没有撤下的版本：运行照常发布".to_owned(), None, Exit::Usage),
        ReleasesError::Lake(error) => return machine(error),
    };
    match default_lang() {
        Lang::Zh => complain_of(&zh, None, hint.as_deref()),
        Lang::En => complain(&error, hint.as_deref()),
    }
    exit
}

fn machine(error: &lake::Error) -> Exit {
    match error {
        lake::Error::Locked { path, owner } => {
            let (zh, hint) = locked(path, owner.as_ref());
            match default_lang() {
                Lang::Zh => complain_of(&zh, None, Some(told(hint.0, hint.1))),
                Lang::En => complain(error, Some(told(hint.0, hint.1))),
            }
            Exit::Locked
        }
        lake::Error::NoLink { .. } => {
            let (zh, en) = no_link();
            complain(error, Some(told(zh, en)));
            Exit::Machine
        }
        _ => {
            complain(error, None);
            Exit::Machine
        }
    }
}

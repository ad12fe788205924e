//! Why a run did not come to an end: for a person, for a collector, and as an exit code.

use std::path::Path;
use std::time::Instant;

use super::exit::{complain, complain_of, told, usage, with_causes};
use super::log::{self, ENDING, seconds};
use super::look::{damaged, no_link};
use super::named::NotNamed;
use super::{Exit, default_lang, diagnostics, engines, keys, stores};
use crate::domain::{Diagnostic, Lang, Text, plural};
use crate::lake;
use crate::release::KeyError;
use crate::report::RunRecord;
use crate::run::{RunError, listed};

/// Why a run came to no end.
pub(super) enum Failure {
    Definition(Vec<Diagnostic>),
    Usage { message: Text, hint: Text },
    Key(KeyError),
    Run(RunError),
}

impl From<KeyError> for Failure {
    fn from(error: KeyError) -> Failure {
        Failure::Key(error)
    }
}

impl From<NotNamed> for Failure {
    fn from(unnamed: NotNamed) -> Failure {
        Failure::Usage {
            message: unnamed.message(),
            hint: unnamed.hint(),
        }
    }
}

impl From<RunError> for Failure {
    fn from(error: RunError) -> Failure {
        match error {
            RunError::Definition(faults) | RunError::Corrections(faults) => Failure::Definition(faults),
            error => Failure::Run(error),
        }
    }
}

impl Failure {
    pub(super) fn exit(&self) -> Exit {
        match self {
            Failure::Definition(_) | Failure::Usage { .. } => Exit::Usage,
            Failure::Key(error) => keys::exit_after(error),
            Failure::Run(error) => exit_after(error),
        }
    }

    /// For a person.
    pub(super) fn print(&self) {
        match self {
            Failure::Definition(faults) => {
                diagnostics::refuse(faults);
            }
            Failure::Usage { message, hint } => {
                usage(message.get(default_lang()), Some(hint.get(default_lang())));
            }
            Failure::Key(error) => keys::print(error),
            Failure::Run(error) => told_of(error, hint(error).map(|(zh, en)| told(zh, en))),
        }
    }

    /// For a collector, in English: an event for each fault of a definition, and one at the end. `record`: what is noted of the run,
    /// if it has begun.
    pub(super) fn log(&self, record: Option<&RunRecord>, clock: Instant) {
        let error = match self {
            Failure::Definition(faults) => {
                for fault in faults {
                    let file = fault.file.display();
                    tracing::error!(%file, code = fault.code, hint = fault.hint.as_deref(), "{}", fault.message);
                }
                format!("the definition has {}", plural(faults.len(), "fault"))
            }
            Failure::Usage { message, .. } => message.get(Lang::En).to_owned(),
            Failure::Key(error) => error.to_string(),
            Failure::Run(error) => with_causes(error),
        };
        if let Some(record) = record {
            return log::ended(record);
        }
        let hint = match self {
            Failure::Run(error) => hint(error).map(|(_, en)| en),
            Failure::Key(error) => keys::hint(error).map(|(_, en)| en),
            Failure::Usage { hint, .. } => Some(hint.get(Lang::En)),
            Failure::Definition(_) => None,
        };
        let (exit, seconds) = (self.exit().code(), seconds(clock));
        tracing::error!(target: ENDING, outcome = "failed", exit, seconds, error, hint, "ended");
    }
}

pub(super) fn exit_after(error: &RunError) -> Exit {
    match error {
        RunError::Definition(_)
        | RunError::Corrections(_)
        | RunError::OutputInInput { .. }
        | RunError::FileInInput { .. }
        | RunError::NoInput { .. }
        | RunError::Misplaced { .. }
        | RunError::NoSuchPeriod { .. }
        | RunError::NoSuchPartition { .. }
        | RunError::NoRelease { .. }
        | RunError::NotGathered { .. }
        | RunError::NotBegun { .. } => Exit::Usage,
        // As of any release that cannot be verified.
        RunError::DamagedRelease { .. } => Exit::Withheld,
        RunError::Lake(lake::Error::Locked { .. }) => Exit::Locked,
        RunError::Remote(error) => stores::exit_after(error),
        _ => Exit::Machine,
    }
}

/// That another process holds an output folder, in Chinese; and what to do, in Chinese and English.
pub(super) fn locked(path: &Path, owner: Option<&lake::LockOwner>) -> (String, (&'static str, &'static str)) {
    let owner = owner.map(|owner| {
        let lake::LockOwner { pid, host, started } = owner;
        format!("：主机 {host} 上的进程 {pid}，始于 {started}")
    });
    let said = format!("另一次运行正占用 {}{}", path.display(), owner.unwrap_or_default());
    let hint = (
        "请等它结束；即使它中途崩溃，锁也会自动释放",
        "wait for it to end; the lock is released automatically, even after a crash",
    );
    (said, hint)
}

/// Whether something in what runs keep for each other is a folder that should be a file, or the other way round.
fn is_misshapen(path: &Path, source: &std::io::Error) -> bool {
    use std::io::ErrorKind::{AlreadyExists, DirectoryNotEmpty, IsADirectory, NotADirectory};
    let is_kept = path.components().any(|part| part.as_os_str() == "state");
    is_kept
        && matches!(
            source.kind(),
            AlreadyExists | DirectoryNotEmpty | IsADirectory | NotADirectory
        )
}

/// Whether the output cannot be written because of what it is: a file, or closed to this user.
fn is_refused(source: &std::io::Error) -> bool {
    use std::io::ErrorKind::{AlreadyExists, NotADirectory, PermissionDenied, ReadOnlyFilesystem};
    matches!(
        source.kind(),
        PermissionDenied | ReadOnlyFilesystem | NotADirectory | AlreadyExists
    )
}

/// What to do, in Chinese and English.
pub(super) fn hint(error: &RunError) -> Option<(&'static str, &'static str)> {
    Some(match error {
        RunError::OutputInInput { .. } => (
            "请用 --output 给出不在上报文件夹之内的位置",
            "choose an --output outside the folder of submissions",
        ),
        RunError::FileInInput { .. } => (
            "请把该文件放在上报文件夹之外",
            "choose a place outside the folder of submissions",
        ),
        RunError::Misplaced { .. } => (
            "用 --input 指明该文件夹，或写在 pipeline.toml 的 input",
            "name that folder with --input, or under `input` in pipeline.toml",
        ),
        RunError::NoInput { .. } => (
            "用 --input 指明，或写在 pipeline.toml 的 input",
            "name it with --input, or under `input` in pipeline.toml",
        ),
        RunError::NotBegun { .. } => (
            "请用 --as-of 给出第一个报告期开始之后的日期，或更改 pipeline.toml 中 periods 的 from",
            "give a later date with --as-of, or an earlier period as `from` of `periods` in pipeline.toml",
        ),
        RunError::DamagedRelease { .. } => damaged(),
        RunError::Lake(lake::Error::Locked { path, owner }) => locked(path, owner.as_ref()).1,
        RunError::Lake(lake::Error::NoLink { .. }) => no_link(),
        RunError::Remote(error) => return stores::hint(error),
        RunError::Engine(error) => engines::hint(error),
        RunError::Lake(lake::Error::Io { path, source, .. }) if is_misshapen(path, source) => (
            "请删除输出文件夹中的 state：其中只有下次运行可省去的工作，删除只多花时间",
            "delete the folder state of the output folder: it only saves work, so that nothing but time is lost",
        ),
        RunError::Lake(lake::Error::Io { action, source, .. }) if !action.starts_with("read") && is_refused(source) => {
            (
                "请给当前用户写入输出文件夹的权限，或用 --output 给出另一个文件夹",
                "let this user write to the output folder, or name another one with --output",
            )
        }
        RunError::InputChanged { .. } => (
            "请在没有文件正在写入时再次运行",
            "run again when no file of the input is being written",
        ),
        RunError::NotGathered { .. } => (
            "请运行 huizong jobs plan 和其中的任务，或不加 --only-gathered，由本次运行计算",
            "run huizong jobs plan and its jobs, or leave out --only-gathered to have them computed now",
        ),
        RunError::Unbalanced { .. } | RunError::FactsDiffer { .. } => (
            "这是程序的错误：请保留这些上报文件并报告该问题",
            "this is a fault of the program: keep the submissions and report it",
        ),
        _ => return None,
    })
}

/// Prints an error, in the language of this command line.
fn told_of(error: &RunError, hint: Option<&str>) {
    let message = match error {
        RunError::NoInput { path, .. } => format!("没有上报文件夹 {}", path.display()),
        RunError::Misplaced {
            path,
            files,
            better,
            matching,
        } => format!(
            "{} 中的 {files} 个文件都不符合任何表式的路径；若以 {} 为上报文件夹，则有 {matching} 个符合",
            path.display(),
            better.display()
        ),
        RunError::OutputInInput { path, .. } => format!("输出文件夹 {} 位于上报文件夹之内", path.display()),
        RunError::FileInInput { path } => format!("文件 {} 位于上报文件夹之内", path.display()),
        RunError::NotBegun { as_of, first } => format!("截至 {as_of} 没有任何报告期已经开始；第一个报告期是 {first}"),
        RunError::NoRelease { path } => format!("{} 中没有发布版本", path.display()),
        RunError::DamagedRelease { id } => format!("版本 {id} 已损坏：其 manifest.json 缺失或无法读懂"),
        RunError::NotGathered { missing } => {
            let named = listed(missing, "、", "另有", "个");
            format!("{} 个分区尚未计算：{named}；未发布任何内容", missing.len())
        }
        RunError::NoSuchPartition { given } => format!("没有这个分区地区的上报文件：{given}"),
        RunError::NoSuchPeriod { given, known } => format!("--period {given} 不是流程的报告期：{known}"),
        RunError::Lake(lake::Error::NoLink { path }) => {
            format!("{} 应为指向发布版本的链接，却是文件或文件夹", path.display())
        }
        RunError::Lake(lake::Error::Locked { path, owner }) => locked(path, owner.as_ref()).0,
        RunError::InputChanged { path } => format!("文件 {path} 在运行读取时被改动；未发布任何内容"),
        RunError::Unbalanced { path, .. } => {
            format!("{path} 的行数不平衡：读取的行不等于接受、隔离、被取代与搁置之和；未发布任何内容")
        }
        RunError::FactsDiffer { accepted, facts } => {
            format!("接受 {accepted} 行，而逐行数据有 {facts} 行；未发布任何内容")
        }
        RunError::Engine(engine) => engines::chinese(engine),
        RunError::Remote(remote) => match stores::chinese(remote) {
            Some(message) => message,
            None => return complain(error, hint),
        },
        _ => return complain(error, hint),
    };
    match default_lang() {
        Lang::Zh => complain_of(&message, std::error::Error::source(error), hint),
        Lang::En => complain(error, hint),
    }
}

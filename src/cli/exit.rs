use std::io::Write;
use std::process::ExitCode;

use super::locale::default_lang;
use crate::domain::{Lang, visible_lines};

/// How a command ended; the codes are part of the contract with the scheduler that starts huizong at night.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Published, or nothing had changed, or a run over some of the periods that the gate would publish; for other commands: done.
    Success,
    /// Ran, whether over all periods or some, but a condition of the gate is not met.
    Withheld,
    /// The definition or the command line is wrong.
    Usage,
    /// The machine failed: I/O, disk full.
    Machine,
    /// Another run holds the lock.
    Locked,
}

impl Exit {
    /// The number that the scheduler sees.
    pub fn code(self) -> u8 {
        match self {
            Exit::Success => 0,
            Exit::Withheld => 1,
            Exit::Usage => 2,
            Exit::Machine => 3,
            Exit::Locked => 4,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit.code())
    }
}

/// Prints what a command has to say to standard output. A reader that has gone away is no failure; a full disk is.
pub fn say(text: &str) -> Result<(), Exit> {
    let mut out = std::io::stdout().lock();
    said(out.write_all(text.as_bytes()).and_then(|()| out.flush()))
}

/// Whether standard output could be written; tells if not.
pub fn said(written: std::io::Result<()>) -> Result<(), Exit> {
    match written {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            let said = told("无法写到标准输出", "cannot write to standard output");
            complain_of(said, Some(&error), None);
            Err(Exit::Machine)
        }
        _ => Ok(()),
    }
}

/// Prints lines to standard error. A full log disk or a reader that has gone away stops nothing: the exit code tells the outcome.
pub fn note(lines: &str) {
    let mut to = std::io::stderr().lock();
    let _ = to.write_all(lines.as_bytes()).and_then(|()| to.flush());
}

/// Prints an error with its chain of causes to standard error, in one style for every command. A path in it may be of a
/// received file, and says nothing to the terminal.
pub fn complain(error: &dyn std::error::Error, hint: Option<&str>) {
    complain_of(&error.to_string(), error.source(), hint);
}

/// A cause in `lang`. The system tells its own errors in English; the common kinds are told in Chinese, too.
fn cause_in(cause: &(dyn std::error::Error + 'static), lang: Lang) -> String {
    use std::io::ErrorKind;

    let of_system = cause
        .downcast_ref::<std::io::Error>()
        .filter(|error| error.raw_os_error().is_some());
    let words = match (lang, of_system.map(std::io::Error::kind)) {
        (Lang::Zh, Some(ErrorKind::AlreadyExists)) => Some("已存在"),
        (Lang::Zh, Some(ErrorKind::NotFound)) => Some("文件或文件夹不存在"),
        (Lang::Zh, Some(ErrorKind::PermissionDenied)) => Some("没有权限"),
        (Lang::Zh, Some(ErrorKind::StorageFull)) => Some("磁盘空间已满"),
        (Lang::Zh, Some(ErrorKind::NotADirectory)) => Some("路径中有一段不是文件夹"),
        (Lang::Zh, Some(ErrorKind::IsADirectory)) => Some("是文件夹，不是文件"),
        (Lang::Zh, Some(ErrorKind::ReadOnlyFilesystem)) => Some("文件系统只读"),
        _ => None,
    };
    words.map_or_else(|| cause.to_string(), str::to_owned)
}

/// The same of an error that is told in other words than its own.
pub fn complain_of(message: &str, mut cause: Option<&(dyn std::error::Error + 'static)>, hint: Option<&str>) {
    let mut said = format!("{}{message}", label(Label::Error));
    while let Some(inner) = cause {
        said.push_str(&format!("\n{}{}", label(Label::Cause), cause_in(inner, default_lang())));
        cause = inner.source();
    }
    if let Some(hint) = hint {
        said.push_str(&format!("\n{}{hint}", label(Label::Hint)));
    }
    note(&format!("{}\n", visible_lines(&said)));
}

/// An error and its chain of causes, a line each, as programs read them: in English.
pub fn with_causes(error: &dyn std::error::Error) -> String {
    let mut said = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        said.push_str(&format!("\n  because: {inner}"));
        cause = inner.source();
    }
    said
}

/// Prints what is wrong with the arguments, and what to do.
pub fn usage(message: &str, hint: Option<&str>) -> Exit {
    complain_of(message, None, hint);
    Exit::Usage
}

/// Words of the language of this command line.
pub fn told<'a>(zh: &'a str, en: &'a str) -> &'a str {
    match default_lang() {
        Lang::Zh => zh,
        Lang::En => en,
    }
}

#[derive(Clone, Copy)]
enum Label {
    Error,
    Cause,
    Hint,
}

fn label(label: Label) -> &'static str {
    match label {
        Label::Error => told("错误：", "error: "),
        Label::Cause => told("  原因：", "  because: "),
        Label::Hint => told("  提示：", "  hint: "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Error;

    #[test]
    fn errors_of_the_system_are_told_in_the_language_of_the_reader() {
        for (number, zh) in [(17, "已存在"), (2, "不存在"), (13, "没有权限"), (28, "已满")] {
            let error = Error::from_raw_os_error(number);
            assert!(cause_in(&error, Lang::Zh).contains(zh), "{error}");
            assert_eq!(cause_in(&error, Lang::En), error.to_string());
        }
        // What the program says itself stays as it is.
        let own = Error::new(std::io::ErrorKind::NotFound, "no such part");
        assert_eq!(cause_in(&own, Lang::Zh), "no such part");
    }
}

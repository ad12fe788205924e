use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use super::chinese;
use super::locale::default_lang;
use crate::domain::{Lang, system_error_in_chinese, visible_lines};

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
    say_more(text).map(drop)
}

/// The same of a part of it; false: the reader has gone away, and there is no need for the rest.
pub fn say_more(text: &str) -> Result<bool, Exit> {
    let mut out = std::io::stdout().lock();
    let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    let is_read = written.is_ok();
    said(written).map(|()| is_read)
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
    let own = error.to_string();
    let message = (default_lang() == Lang::Zh).then(|| chinese::failure(&own)).flatten();
    complain_of(&message.unwrap_or(own), error.source(), hint);
}

/// An error or a cause in `lang`: errors of the system, and what the machine could not do.
fn said_in(error: &(dyn std::error::Error + 'static), lang: Lang) -> String {
    let own = || error.to_string();
    if lang == Lang::En {
        return own();
    }
    match error.downcast_ref().and_then(system_error_in_chinese) {
        Some(words) => words.into_owned(),
        None => chinese::failure(&own()).unwrap_or_else(own),
    }
}

/// The same of an error that is told in other words than its own.
pub fn complain_of(message: &str, mut cause: Option<&(dyn std::error::Error + 'static)>, hint: Option<&str>) {
    let mut said = format!("{}{message}", label(Label::Error));
    while let Some(inner) = cause {
        said.push_str(&format!("\n{}{}", label(Label::Cause), said_in(inner, default_lang())));
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

/// Writes a file that must not be there yet: what is there may have been filled in or corrected by hand.
pub fn create_new(path: &Path, bytes: &[u8]) -> Result<(), Exit> {
    let created = fs::File::create_new(path).and_then(|mut file| file.write_all(bytes));
    created.map_err(|error| {
        let shown = path.display();
        let (zh, en) = (format!("无法写入 {shown}"), format!("cannot write {shown}"));
        let exists = error.kind() == io::ErrorKind::AlreadyExists;
        let hint = exists.then(|| told("请用 --output 给出另一个文件", "name another file with --output"));
        complain_of(told(&zh, &en), Some(&error), hint);
        if exists { Exit::Usage } else { Exit::Machine }
    })
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

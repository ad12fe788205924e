use std::io::Write;
use std::process::ExitCode;

use crate::domain::visible_lines;

/// How a command ended; the codes are part of the contract with the scheduler that starts huizong at night.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Published, or nothing had changed; for other commands: done.
    Success,
    /// Ran, but a condition of the gate is not met.
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
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            eprintln!("error: cannot write to standard output\n  because: {error}");
            Err(Exit::Machine)
        }
        _ => Ok(()),
    }
}

/// Prints an error with its chain of causes to standard error, in one style for every command. A path in it may be of a
/// received file, and says nothing to the terminal.
pub fn complain(error: &dyn std::error::Error, hint: Option<&str>) {
    let mut said = format!("error: {}", with_causes(error));
    if let Some(hint) = hint {
        said.push_str(&format!("\n  hint: {hint}"));
    }
    eprintln!("{}", visible_lines(&said));
}

/// An error and its chain of causes, a line each.
pub fn with_causes(error: &dyn std::error::Error) -> String {
    let mut said = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        said.push_str(&format!("\n  because: {inner}"));
        cause = inner.source();
    }
    said
}

//! Servers of the set-up, which end with the tests.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Arc, Mutex};

use super::root;

/// The interpreter that has what the tests need.
pub fn python() -> PathBuf {
    let python = std::env::var_os("HUIZONG_PYTHON")
        .expect("HUIZONG_PYTHON is not set: run tests/run, which makes the Python environment that this test needs");
    python.into()
}

/// A process that ends when its standard input does: at the latest with the tests.
pub struct Started {
    /// Taken when it is to end.
    stdin: Option<ChildStdin>,
    child: Child,
    /// What it has printed since it told its port.
    lines: Arc<Mutex<Vec<String>>>,
}

impl Started {
    /// Lines that it has printed, with this at their beginning.
    pub fn count(&self, start: &str) -> usize {
        let lines = self.lines.lock().unwrap();
        lines.iter().filter(|line| line.starts_with(start)).count()
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        // Killed, it could not end what it has started in its turn.
        drop(self.stdin.take());
        let _ = self.child.wait();
    }
}

/// Starts a program of the set-up, which prints its port first.
pub fn started(script: &str, args: &[&str]) -> (Started, u16) {
    let mut command = Command::new(python());
    command.arg(root().join(script)).args(args);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let stdin = child.stdin.take().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    lines.read_line(&mut line).unwrap();
    let port = line
        .trim()
        .parse()
        .unwrap_or_else(|_| panic!("{script} {args:?}: {line}"));
    // Whoever prints must not wait for a reader.
    let printed = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&printed);
    std::thread::spawn(move || {
        for line in lines.lines().map_while(Result::ok) {
            kept.lock().unwrap().push(line);
        }
    });
    let started = Started {
        stdin: Some(stdin),
        child,
        lines: printed,
    };
    (started, port)
}

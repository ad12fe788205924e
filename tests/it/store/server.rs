//! An object store on loopback, which ends with the tests.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Arc, LazyLock, Mutex};

use super::python;
use crate::support::root;

/// A server, and its port.
pub struct Server {
    pub port: u16,
    _dir: tempfile::TempDir,
    _child: Started,
}

/// A process that ends when its standard input does: at the latest with the tests.
pub struct Started {
    _stdin: ChildStdin,
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
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// SeaweedFS: conditional writes hold under races.
pub fn seaweedfs() -> &'static Server {
    static SERVER: LazyLock<Server> = LazyLock::new(|| Server::start("seaweedfs"));
    &SERVER
}

/// moto, which imitates Amazon S3.
pub fn moto() -> &'static Server {
    static SERVER: LazyLock<Server> = LazyLock::new(|| Server::start("moto"));
    &SERVER
}

impl Server {
    fn start(kind: &str) -> Server {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().to_str().unwrap();
        let (child, port) = started("tests/setup/store_server.py", &[kind, folder]);
        Server {
            port,
            _dir: dir,
            _child: child,
        }
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
        _stdin: stdin,
        child,
        lines: printed,
    };
    (started, port)
}

//! The client of an engine: a Python program that connects, runs each query and writes each answer as a file.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::lake::SumsColumns;
use crate::pipeline::ExternalEngine;
use crate::run::engine_error::EngineError;

/// The program, which is no part of any package: whatever Python runs it, it is that of this version.
const PROGRAM: &str = include_str!("client.py");
/// The interpreter.
const PYTHON: &str = "HUIZONG_PYTHON";
/// Seconds after which nobody is believed to answer.
const CONNECT_SECONDS: &str = "HUIZONG_ENGINE_CONNECT_SECONDS";
/// A cluster may have to be woken.
const USUAL_CONNECT_SECONDS: u64 = 60;
/// How long a client may take to end its session with the engine, and how long is waited for the end of what it says.
const PARTING: Duration = Duration::from_secs(5);
/// How often is looked whether a client that says nothing still runs.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Variables with what a client proves itself by to its engine.
const TOKENS: [&str; 2] = ["HUIZONG_ENGINE_TOKEN", "SPARK_CONNECT_AUTHENTICATE_TOKEN"];
/// Bytes of what a client says that are repeated.
const LONGEST_REASON: usize = 600;

/// A query, and where its answer goes.
#[derive(Debug)]
pub(super) struct Query {
    /// Id of the form.
    pub(super) form: String,
    /// In the dialect of the engine.
    pub(super) sql: String,
    /// Of the answer.
    pub(super) columns: SumsColumns,
    /// The file of the answer.
    pub(super) result: PathBuf,
}

/// What the client is told.
#[derive(Serialize)]
struct Job<'a> {
    engine: &'a str,
    address: &'a str,
    connect_seconds: u64,
    queries: Vec<JobQuery<'a>>,
}

#[derive(Serialize)]
struct JobQuery<'a> {
    sql: &'a str,
    texts: &'a [String],
    integers: &'a [String],
    decimals: &'a [String],
    result: &'a std::path::Path,
}

/// What the client says, a line each.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Said {
    Connected,
    Answered(usize),
    NoPackage(String),
    Unreachable(String),
    Refused(usize, String),
}

/// An engine as it is shown: without what may stand behind its address.
pub(super) fn shown(engine: &ExternalEngine) -> String {
    let plain = |address: &str| {
        let (scheme, rest) = address.split_once("://").unwrap_or_default();
        format!("{scheme}://{}", rest.split(['/', ';']).next().unwrap_or_default())
    };
    match engine {
        ExternalEngine::DuckDb => "DuckDB".to_owned(),
        ExternalEngine::SparkConnect(address) => format!("Spark Connect at {}", plain(address)),
        ExternalEngine::FlightSql(address) => format!("Flight SQL at {}", plain(address)),
    }
}

/// A client that is still to be started.
pub(super) struct Client<'e> {
    engine: &'e ExternalEngine,
    minutes: u64,
    python: String,
    connect: Duration,
}

impl<'e> Client<'e> {
    pub(super) fn new(engine: &'e ExternalEngine, minutes: u64) -> Client<'e> {
        let given = std::env::var(PYTHON).ok().filter(|python| !python.is_empty());
        let seconds = std::env::var(CONNECT_SECONDS)
            .ok()
            .and_then(|seconds| seconds.parse().ok());
        Client {
            engine,
            minutes,
            python: given.unwrap_or_else(interpreter),
            connect: Duration::from_secs(seconds.unwrap_or(USUAL_CONNECT_SECONDS)),
        }
    }

    /// Runs the queries one after the other, and waits for the answers.
    ///
    /// # Errors
    /// When one of them is not answered.
    pub(super) fn run(&self, queries: &[&Query]) -> Result<(), EngineError> {
        let begun = Instant::now();
        let mut running = self.start(queries)?;
        let mut until = begun + self.connect;
        let mut has_connected = false;
        let mut answered = 0;
        while answered < queries.len() {
            match running.next_line(until).map(|line| serde_json::from_str(&line)) {
                Ok(Ok(Said::Connected)) => {
                    has_connected = true;
                    until = begun + Duration::from_secs(self.minutes * 60);
                }
                Ok(Ok(Said::Answered(at))) if at == answered => answered += 1,
                Ok(Ok(fault)) => return Err(self.fault(fault, queries)),
                Err(RecvTimeoutError::Timeout) if has_connected => return Err(self.late()),
                Err(RecvTimeoutError::Timeout) => {
                    return Err(self.unreachable(format!("no answer within {} seconds", self.connect.as_secs())));
                }
                Ok(Err(_)) | Err(RecvTimeoutError::Disconnected) => return Err(self.ended(running.last_words())),
            }
        }
        Ok(())
    }

    fn start(&self, queries: &[&Query]) -> Result<Running, EngineError> {
        let (name, address) = match self.engine {
            ExternalEngine::DuckDb => ("duckdb", ""),
            ExternalEngine::SparkConnect(address) => ("spark_connect", address.as_str()),
            ExternalEngine::FlightSql(address) => ("flight_sql", address.as_str()),
        };
        let job = Job {
            engine: name,
            address,
            connect_seconds: self.connect.as_secs(),
            queries: (queries.iter())
                .map(|query| JobQuery {
                    sql: &query.sql,
                    texts: &query.columns.texts,
                    integers: &query.columns.integers,
                    decimals: &query.columns.decimals,
                    result: &query.result,
                })
                .collect(),
        };
        let job = serde_json::to_string(&job).expect("texts and numbers are JSON");
        let mut command = Command::new(&self.python);
        command.args(["-c", PROGRAM]).env("PYTHONUTF8", "1");
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().map_err(|source| EngineError::NoPython {
            engine: shown(self.engine),
            python: self.python.clone(),
            source,
        })?;
        let mut stdin = child.stdin.take().expect("it is piped");
        let (sender, lines) = channel();
        let stdout = child.stdout.take().expect("it is piped");
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        let mut stderr = child.stderr.take().expect("it is piped");
        let errors = Arc::new(Mutex::new(Vec::new()));
        let all = Arc::clone(&errors);
        let listener = std::thread::spawn(move || {
            let mut some = [0; 4096];
            while let Ok(length @ 1..) = stderr.read(&mut some) {
                all.lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .extend_from_slice(&some[..length]);
            }
        });
        // An interpreter that reads nothing must not hold up the run; one that has ended already is told of by its last words.
        let teller = std::thread::spawn(move || {
            let _ = writeln!(stdin, "{job}").and_then(|()| stdin.flush());
            stdin
        });
        Ok(Running {
            child,
            teller: Some(teller),
            lines,
            errors,
            listener,
        })
    }

    fn fault(&self, said: Said, queries: &[&Query]) -> EngineError {
        match said {
            Said::NoPackage(package) => EngineError::NoPackage {
                engine: shown(self.engine),
                python: self.python.clone(),
                package: repeated(&package),
            },
            Said::Refused(at, reason) => EngineError::Refused {
                engine: shown(self.engine),
                form: queries.get(at).map_or_else(String::new, |query| query.form.clone()),
                reason: repeated(&reason),
            },
            Said::Unreachable(reason) => self.unreachable(repeated(&reason)),
            Said::Connected | Said::Answered(_) => self.ended(String::new()),
        }
    }

    fn unreachable(&self, reason: String) -> EngineError {
        EngineError::Unreachable {
            engine: shown(self.engine),
            reason,
        }
    }

    fn late(&self) -> EngineError {
        EngineError::Late {
            engine: shown(self.engine),
            minutes: self.minutes,
        }
    }

    fn ended(&self, reason: String) -> EngineError {
        EngineError::Ended {
            engine: shown(self.engine),
            reason,
        }
    }
}

/// A client at work. It ends when its standard input does, so that it does not outlive a run that is killed.
struct Running {
    child: Child,
    /// Writes the job, and then has the standard input.
    teller: Option<JoinHandle<ChildStdin>>,
    lines: Receiver<String>,
    /// What was written to standard error so far.
    errors: Arc<Mutex<Vec<u8>>>,
    listener: JoinHandle<()>,
}

impl Running {
    /// The next thing it says. A client that has ended says no more, also where a process that it has started holds its output open.
    fn next_line(&mut self, until: Instant) -> Result<String, RecvTimeoutError> {
        loop {
            let has_ended = !matches!(self.child.try_wait(), Ok(None));
            let left = until.saturating_duration_since(Instant::now());
            match self.lines.recv_timeout(left.min(LOOK_EVERY)) {
                Err(RecvTimeoutError::Timeout) if has_ended => return Err(RecvTimeoutError::Disconnected),
                Err(RecvTimeoutError::Timeout) if left > LOOK_EVERY => {}
                said => return said,
            }
        }
    }

    /// The end of what it wrote to standard error. A process that it has started may still hold that open.
    fn last_words(&mut self) -> String {
        let _ = self.child.kill();
        wait(|| self.listener.is_finished());
        let errors = self.errors.lock().unwrap_or_else(PoisonError::into_inner);
        let errors = String::from_utf8_lossy(&errors);
        let last = errors.trim().lines().last().unwrap_or("it said nothing");
        repeated(last)
    }
}

impl Drop for Running {
    /// A client whose standard input ends stops what it has asked of the engine, and ends.
    fn drop(&mut self) {
        if let Some(teller) = self.teller.take_if(|teller| teller.is_finished()) {
            drop(teller.join());
            wait(|| !matches!(self.child.try_wait(), Ok(None)));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Waits until something has happened, but not long.
fn wait(mut has_happened: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !has_happened() && begun.elapsed() < PARTING {
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Who does not name one means that of the environment into which huizong is installed, whether that is activated or not; else any.
fn interpreter() -> String {
    let program = std::env::current_exe().ok();
    let of_environment = program.as_deref().and_then(beside);
    of_environment.unwrap_or_else(|| "python3".to_owned())
}

/// The interpreter of the virtual environment that a program is part of. A folder of system programs is none.
fn beside(program: &Path) -> Option<String> {
    let folder = program.parent()?;
    let python = folder.join("python3");
    let is_environment = folder.parent()?.join("pyvenv.cfg").is_file();
    (is_environment && python.is_file()).then(|| python.to_str().map(str::to_owned))?
}

/// What a client says, as it is told to people: the beginning of a long text, without tokens.
fn repeated(text: &str) -> String {
    let tokens = TOKENS.iter().filter_map(|name| std::env::var(name).ok());
    let text = tokens.fold(text.to_owned(), |text, token| match token.trim() {
        "" => text,
        token => text.replace(token, "…"),
    });
    let text = text.trim();
    let mut end = text.len().min(LONGEST_REASON);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text[..end].to_owned()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn the_interpreter_of_the_environment_is_taken_and_no_other() {
        let dir = tempfile::tempdir().unwrap();
        let at = |path: &str| dir.path().join(path);
        fs::create_dir(at("bin")).unwrap();
        let program = at("bin/huizong");
        assert_eq!(beside(&program), None);
        fs::write(at("bin/python3"), "").unwrap();
        assert_eq!(beside(&program), None, "not of an environment");
        fs::write(at("pyvenv.cfg"), "").unwrap();
        assert_eq!(beside(&program), at("bin/python3").to_str().map(str::to_owned));
    }
}

//! The stages of a run, and how long each takes: in the log, in `run.json` and in the table of runs.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use tracing::span::EnteredSpan;

/// A stage of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Reads the registers and finds the submissions.
    Prepare,
    /// Finds out whether anything has changed since the last run; if not, checks the files of the current release.
    Compare,
    /// Reads and checks the submissions, or takes over what an earlier run has kept of them.
    Read,
    /// Computes the tables.
    Figures,
    /// Writes the tables.
    Tables,
    /// Marks the workbooks that go back.
    Returns,
    /// Publishes the release, withholds it or sets it apart.
    Publish,
}

impl Stage {
    /// The word in logs, and in the names of fields: `seconds_read`.
    pub fn token(self) -> &'static str {
        match self {
            Stage::Prepare => "prepare",
            Stage::Compare => "compare",
            Stage::Read => "read",
            Stage::Figures => "figures",
            Stage::Tables => "tables",
            Stage::Returns => "returns",
            Stage::Publish => "publish",
        }
    }
}

/// How long the stages of a run have taken so far.
#[derive(Debug, Default)]
pub struct Stages {
    begun: Mutex<Vec<Timed>>,
}

#[derive(Clone, Copy, Debug)]
struct Timed {
    stage: Stage,
    since: Instant,
    /// None: it is still going on.
    took: Option<Duration>,
}

/// Ends its stage when it is dropped.
#[must_use]
pub struct InStage<'s> {
    stages: &'s Stages,
    stage: Stage,
    _span: EnteredSpan,
}

impl Stages {
    /// Begins a stage: log lines of this thread are within it until the guard is dropped.
    pub fn enter(&self, stage: Stage) -> InStage<'_> {
        let span = tracing::info_span!("stage", stage = stage.token());
        self.all().push(Timed {
            stage,
            since: Instant::now(),
            took: None,
        });
        InStage {
            stages: self,
            stage,
            _span: span.entered(),
        }
    }

    /// Seconds of a stage, to the millisecond, of one that is going on until now; None: the run did not get to it.
    pub fn seconds(&self, stage: Stage) -> Option<f64> {
        let all = self.all();
        let mut of_stage = all.iter().filter(|timed| timed.stage == stage).peekable();
        of_stage.peek()?;
        let took: Duration = of_stage
            .map(|timed| timed.took.unwrap_or_else(|| timed.since.elapsed()))
            .sum();
        Some(seconds(took))
    }

    fn all(&self) -> std::sync::MutexGuard<'_, Vec<Timed>> {
        self.begun.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for InStage<'_> {
    fn drop(&mut self) {
        let mut all = self.stages.all();
        let last = all.iter_mut().rev().find(|timed| timed.stage == self.stage);
        let took = last.map_or(Duration::ZERO, |timed| *timed.took.insert(timed.since.elapsed()));
        drop(all);
        tracing::info!(stage = self.stage.token(), seconds = seconds(took), "stage ended");
    }
}

/// Seconds, to the millisecond.
pub fn seconds(took: Duration) -> f64 {
    (took.as_secs_f64() * 1e3).round() / 1e3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stage_has_a_time_as_soon_as_it_has_begun() {
        let stages = Stages::default();
        assert_eq!(stages.seconds(Stage::Read), None);
        let read = stages.enter(Stage::Read);
        std::thread::sleep(Duration::from_millis(3));
        assert!(stages.seconds(Stage::Read) >= Some(0.003));
        drop(read);
        let done = stages.seconds(Stage::Read);
        std::thread::sleep(Duration::from_millis(3));
        assert_eq!(stages.seconds(Stage::Read), done);
        assert_eq!(stages.seconds(Stage::Publish), None);
    }
}

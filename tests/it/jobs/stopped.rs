//! Jobs that are killed.

use std::thread::sleep;
use std::time::{Duration, Instant};

use super::*;

/// Kills a job (SIGKILL) as soon as it has kept one more result.
fn killed_at_the_next_result(night: &Divided, job: &Path) {
    let (before, clock) = (night.keys(), Instant::now());
    let mut child = begun(job);
    while night.keys() == before {
        assert!(clock.elapsed() < Duration::from_secs(120));
        assert!(child.try_wait().unwrap().is_none(), "it ended before it was killed");
        sleep(Duration::from_millis(1));
    }
    child.kill().unwrap();
    assert_eq!(child.wait().unwrap().code(), None);
}

#[test]
fn a_job_that_was_killed_goes_on_where_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let night = Divided::sample(folder.path());
    let date = as_of_the_sample();
    let jobs = night.plan(1, &["--as-of", &date]);
    for _ in 0..3 {
        killed_at_the_next_result(&night, &jobs[0]);
    }
    // What a job left that was killed while it wrote.
    let torn = night.output.join("state/results/.tmp-torn");
    fs::write(&torn, "torn").unwrap();
    let told = ended(begun(&jobs[0]));
    assert!(told["kept"].as_u64() >= Some(3), "{told}");
    assert!(told["computed"].as_u64() >= Some(1), "{told}");
    night.gather(&["--as-of", &date]);
    assert_eq!(undated(&night.output), undated(&shipped().output));
    assert!(!torn.exists(), "the run clears it away");
}

#[test]
fn a_signal_ends_a_job_and_says_how_to_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let night = Divided::sample(folder.path());
    let jobs = night.plan(1, &[]);
    let child = begun(&jobs[0]);
    while night.keys() == 0 {
        sleep(Duration::from_millis(1));
    }
    let (code, told, took) = crate::night::stopped::stopped(child, "TERM");
    assert_eq!(code, Some(143), "{told}");
    assert!(took < Duration::from_secs(2), "{took:?}");
    let kept = "the results of the partitions that were done are kept; run the job again to go on";
    assert_eq!(told, format!("interrupted by SIGTERM: {kept}\n"));
}

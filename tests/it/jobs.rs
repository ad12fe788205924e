//! Partition jobs: whoever computes them, however often and in whatever state they end, a run publishes what it would have published
//! without them.

mod refused;
mod scaling;
mod stopped;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

use crate::night::incremental::history_world;
use crate::night::small::Sent;
use crate::support::{World, community_services, contents, published, root, said, shipped};

/// A run that is divided into jobs.
struct Divided {
    pipeline: PathBuf,
    input: PathBuf,
    output: PathBuf,
    jobs: PathBuf,
}

impl Divided {
    fn of(world: &World) -> Divided {
        Divided {
            pipeline: world.path("pipeline"),
            input: world.path("input"),
            output: world.output(),
            jobs: world.path("jobs"),
        }
    }

    /// The shipped sample, published below a folder.
    fn sample(folder: &Path) -> Divided {
        Divided {
            pipeline: community_services(),
            input: root().join("sample_data/submissions"),
            output: folder.join("output"),
            jobs: folder.join("jobs"),
        }
    }

    fn command(&self, command: &[&str], more: &[&str]) -> Command {
        let mut all = huizong();
        all.args(command).arg(&self.pipeline).arg("--input").arg(&self.input);
        all.arg("--output").arg(&self.output).args(more);
        all
    }

    fn planning(&self, more: &[&str]) -> Output {
        let mut command = self.command(&["jobs", "plan"], more);
        command.arg("--jobs").arg(&self.jobs).output().unwrap()
    }

    /// Plans at most so many jobs; their files.
    fn plan(&self, parts: usize, more: &[&str]) -> Vec<PathBuf> {
        let ended = self.planning(&[&["--parts", &parts.to_string(), "--format", "json"], more].concat());
        assert_eq!(ended.status.code(), Some(0), "{}", said(&ended));
        let report: Value = serde_json::from_slice(&ended.stdout).unwrap();
        let names = report["jobs"].as_array().unwrap().iter();
        let files: Vec<PathBuf> = names.map(|job| self.jobs.join(job["file"].as_str().unwrap())).collect();
        assert_eq!(contents(&self.jobs).len(), files.len());
        files
    }

    fn publish(&self, more: &[&str]) -> (Option<i32>, String) {
        let ended = self.command(&["publish"], more).output().unwrap();
        (ended.status.code(), said(&ended))
    }

    /// Publishes what jobs have computed, which must be all.
    fn gather(&self, more: &[&str]) {
        let (code, said) = self.publish(&[&["--only-gathered"], more].concat());
        assert_eq!(code, Some(0), "{said}");
        let run: Value = serde_json::from_slice(&fs::read(self.output.join("run.json")).unwrap()).unwrap();
        assert_eq!(run["partitions"], run["partitions_reused"], "{run}");
    }

    /// How many results are kept, while others may be writing.
    fn keys(&self) -> usize {
        let all = walkdir::WalkDir::new(self.output.join("state/keys"))
            .into_iter()
            .flatten();
        let is_key = |entry: &walkdir::DirEntry| {
            entry.file_type().is_file() && !entry.file_name().to_string_lossy().starts_with('.')
        };
        all.filter(is_key).count()
    }
}

fn huizong() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_huizong"));
    command.env("LC_ALL", "C").env_remove("COLUMNS");
    command
}

/// A job under way.
fn begun(job: &Path) -> Child {
    let mut command = huizong();
    command
        .args(["jobs", "run", "--format", "json", "--threads", "1"])
        .arg(job);
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// What a job that must succeed says.
fn ended(child: Child) -> Value {
    let ended = child.wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(0), "{}", said(&ended));
    serde_json::from_slice(&ended.stdout).unwrap()
}

/// Runs jobs side by side; how many partitions each has computed.
fn side_by_side(jobs: &[PathBuf]) -> Vec<u64> {
    let under_way: Vec<Child> = jobs.iter().map(|job| begun(job)).collect();
    let told = under_way.into_iter().map(ended);
    told.map(|told| told["computed"].as_u64().unwrap()).collect()
}

/// Every file of the current release that does not say when it was made.
fn undated(output: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = contents(&fs::canonicalize(output.join("current")).unwrap());
    for dated in ["manifest.json", "datapackage.json", "croissant.json", "CITATION.cff"] {
        files.remove(dated).unwrap();
    }
    files
}

#[test]
fn two_processes_side_by_side_give_what_one_run_gives() {
    let world = history_world();
    let night = Divided::of(&world);
    let jobs = night.plan(2, &[]);
    assert_eq!(jobs.len(), 2);
    assert_eq!(side_by_side(&jobs), [3, 3]);
    // A job leaves results and nothing else: no lock, no release, no note of a run, no index of the input.
    let left = fs::read_dir(&night.output)
        .unwrap()
        .map(|entry| entry.unwrap().file_name());
    assert_eq!(left.collect::<Vec<_>>(), ["state"]);
    assert!(!night.output.join("state/files").exists());
    night.gather(&[]);
    let alone = world.publish_into("alone", &[]);
    assert_eq!(undated(&night.output), undated(&alone));
    assert_eq!(
        fs::read_link(night.output.join("current")).unwrap(),
        fs::read_link(alone.join("current")).unwrap()
    );
}

#[test]
fn four_processes_publish_the_sample() {
    let folder = tempfile::tempdir().unwrap();
    let night = Divided::sample(folder.path());
    let jobs = night.plan(4, &["--as-of", &as_of_the_sample()]);
    assert_eq!(jobs.len(), 4);
    assert!(side_by_side(&jobs).iter().all(|&computed| computed > 0));
    night.gather(&["--as-of", &as_of_the_sample()]);
    assert_eq!(undated(&night.output), undated(&shipped().output));
}

/// The date on which the sample was published for all tests.
fn as_of_the_sample() -> String {
    let manifest = fs::read(shipped().output.join("current/manifest.json")).unwrap();
    let manifest: Value = serde_json::from_slice(&manifest).unwrap();
    manifest["as_of"].as_str().unwrap().to_owned()
}

#[test]
fn a_job_started_twice_at_once_or_again_does_no_harm() {
    let world = history_world();
    let night = Divided::of(&world);
    let jobs = night.plan(1, &[]);
    let twice = [jobs[0].clone(), jobs[0].clone(), jobs[0].clone()];
    side_by_side(&twice);
    let kept = contents(&night.output);
    let again = huizong().args(["jobs", "run"]).arg(&jobs[0]).output().unwrap();
    let told = said(&again);
    assert!(
        told.contains("job-0.json: nothing to do, the results of 6 partitions are there"),
        "{told}"
    );
    assert_eq!(contents(&night.output), kept);
    night.gather(&[]);
    assert_eq!(undated(&night.output), undated(&world.publish_into("alone", &[])));
}

#[test]
fn what_is_sent_after_the_plan_is_counted_all_the_same() {
    let world = history_world();
    let night = Divided::of(&world);
    let jobs = night.plan(2, &[]);
    // Between plan and job: the job computes what it finds.
    let world = world.county("2019", "130102", "333", &["2"]);
    fs::remove_file(world.path("input/2018/140106_people.csv")).unwrap();
    fs::remove_file(world.path("input/2018/140106_houses.csv")).unwrap();
    side_by_side(&jobs);
    night.gather(&[]);
    assert_eq!(undated(&night.output), undated(&world.publish_into("alone", &[])));

    // Between job and run: what the job has computed of other files is not used.
    let second = Divided {
        output: world.path("second"),
        ..Divided::of(&world)
    };
    side_by_side(&second.plan(2, &[]));
    let world = world.county("2018", "140105", "77", &["6", "7"]);
    let (code, said) = second.publish(&["--only-gathered"]);
    assert_eq!(code, Some(2), "{said}");
    // The years after it may follow.
    assert!(
        said.contains("3 partitions are not computed: 2018 140000; 2019 140000; 2020 140000\n"),
        "{said}"
    );
    assert!(said.contains("hint: run huizong jobs plan"), "{said}");
    assert!(!second.output.join("current").exists());
    let (code, said) = second.publish(&[]);
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(
        undated(&second.output),
        undated(&world.publish_into("alone-again", &[]))
    );
}

#[test]
fn a_later_plan_has_only_what_has_changed() {
    let world = history_world();
    let night = Divided::of(&world);
    side_by_side(&night.plan(2, &[]));
    night.gather(&[]);
    assert_eq!(
        night.plan(8, &[]),
        [] as [PathBuf; 0],
        "those of the plan before are gone"
    );
    let told = said(&night.planning(&[]));
    assert!(told.contains("there is no job to run"), "{told}");
    let world = world.county("2019", "140105", "88", &["1"]);
    let jobs = night.plan(8, &[]);
    assert_eq!(jobs.len(), 1);
    let job: Value = serde_json::from_slice(&fs::read(&jobs[0]).unwrap()).unwrap();
    let area = serde_json::json!([{ "area": "140000", "periods": ["2019", "2020"] }]);
    assert_eq!(job["partitions"], area);
    assert_eq!(job["files"], 8);
    let told = ended(begun(&jobs[0]));
    assert_eq!(
        (told["partitions"].as_u64(), told["kept"].as_u64()),
        (Some(3), Some(1)),
        "{told}"
    );
    night.gather(&[]);
    assert_eq!(published(&night.output), published(&world.publish_into("alone", &[])));
}

#[test]
fn a_job_mends_results_that_are_damaged() {
    let world = history_world();
    let night = Divided::of(&world);
    side_by_side(&night.plan(1, &[]));
    let object = fs::read_dir(night.output.join("state/objects"))
        .unwrap()
        .next()
        .unwrap();
    fs::remove_file(object.unwrap().path()).unwrap();
    let jobs = night.plan(1, &[]);
    let (code, said) = night.publish(&["--only-gathered"]);
    assert_eq!(code, Some(2), "{said}");
    assert!(side_by_side(&jobs)[0] > 0);
    night.gather(&[]);
    assert_eq!(undated(&night.output), undated(&world.publish_into("alone", &[])));
}

#[test]
fn jobs_of_some_periods_and_another_date_are_those_of_that_run() {
    let world = history_world();
    let night = Divided::of(&world);
    let which = ["--period", "2018", "--period", "2019", "--as-of", "2020-06-30"];
    let jobs = night.plan(1, &which);
    assert_eq!(side_by_side(&jobs), [4]);
    night.gather(&which);
    assert_eq!(undated(&night.output), undated(&world.publish_into("alone", &which)));
}

#[test]
fn relative_paths_begin_where_a_job_is_started() {
    let world = history_world();
    let folder = world.path("");
    let at = |folder: &Path, args: &[&str]| huizong().args(args).current_dir(folder).output().unwrap();
    let place = ["pipeline", "--input", "input", "--output", "output"];
    let planned = at(
        &folder,
        &[&["jobs", "plan"], &place[..], &["--jobs", "jobs", "--parts", "1"]].concat(),
    );
    assert_eq!(planned.status.code(), Some(0), "{}", said(&planned));
    let job: Value = serde_json::from_slice(&fs::read(world.path("jobs/job-0.json")).unwrap()).unwrap();
    let folders = serde_json::json!({ "pipeline": "pipeline", "input": "input", "output": "output" });
    assert_eq!(job["folders"], folders);
    let elsewhere = at(&world.path("jobs"), &["jobs", "run", "job-0.json"]);
    assert_eq!(elsewhere.status.code(), Some(2));
    let told = said(&elsewhere);
    assert!(
        told.contains("job-0.json is for the pipeline pipeline, and there is none"),
        "{told}"
    );
    assert!(told.contains("relative paths of a job begin at the folder"), "{told}");
    // On another machine the same tree lies elsewhere.
    let other = tempfile::tempdir().unwrap();
    crate::support::copy_folder(&folder, other.path());
    fs::create_dir_all(other.path().join("output/state")).unwrap();
    let done = at(other.path(), &["jobs", "run", "jobs/job-0.json"]);
    assert_eq!(done.status.code(), Some(0), "{}", said(&done));
    let told = said(&done);
    assert!(
        told.contains("6 of 6 partitions computed, 0 kept before; 24 files read"),
        "{told}"
    );
    crate::support::copy_folder(&other.path().join("output"), &world.output());
    Divided::of(&world).gather(&[]);
}

//! Each change that a run makes on disk fails once: the run says so, `current` is whole, and the next run publishes what it would
//! have published.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use jiff::civil::date;
use tempfile::TempDir;

use super::Exit;
use super::exit::with_causes;
use super::failure::Failure;
use super::run::Where;
use crate::lake::disk::faults;
use crate::lake::disk::{Change, TEMPORARY};
use crate::report::JobReport;
use crate::run::{self, Ending, Folders, Job, JobsQuery, Outcome, Told, Watch};

/// No space left on device.
const FULL: i32 = 28;
/// Input/output error.
const BROKEN: i32 = 5;

const PLAN: &str = "\
[pipeline]
name = 'small'
period = 'year'
periods = ['2019', '2020']
[registry]
divisions = 'divisions.csv'
levels = ['nation', 'province', 'county']
partition = 'province'
code_scheme = 'gb2260'
[gate]
min_reporting_share = 0
max_quarantined_row_share = 0.6
[[extract]]
table = 'findings'
formats = ['csv']
";

const AREAS: &str = "\
code,name,level,kind,parent_code
000000,全国,nation,nation,
130000,河北省,province,province,000000
130102,长安区,county,county,130000
140000,山西省,province,province,000000
140105,小店区,county,county,140000
";

const FORM: &str = "\
[form]
id = 'people'
unit = 'county'
key = ['area']
files = ['{period}/{county}.csv']
[[column]]
id = 'area'
type = 'division_code'
headers = ['代码']
level = 'county'
required = true
[[column]]
id = 'people'
type = 'integer'
headers = ['人数']
required = true
";

struct World {
    dir: TempDir,
}

impl World {
    fn new() -> World {
        let world = World {
            dir: tempfile::tempdir().unwrap(),
        };
        world.put("pipeline/pipeline.toml", PLAN);
        world.put("pipeline/divisions.csv", AREAS);
        world.put("pipeline/forms/people.toml", FORM);
        for period in ["2019", "2020"] {
            world.sends(period, "130102", "100");
            world.sends(period, "140105", "200");
        }
        world
    }

    fn put(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn sends(&self, period: &str, county: &str, people: &str) {
        self.put(
            &format!("input/{period}/{county}.csv"),
            &format!("代码,人数\n{county},{people}\n"),
        );
    }

    fn path(&self, path: &str) -> PathBuf {
        self.dir.path().join(path)
    }

    fn run(&self, output: &str) -> Result<Outcome, Failure> {
        let (dir, input, output) = (self.path("pipeline"), self.path("input"), self.path(output));
        let place = Where {
            writes: true,
            dir: &dir,
            input: Some(&input),
            output: Some(&output),
            periods: &[],
            as_of: Some(date(2021, 6, 30)),
            rehash: false,
        };
        let (pipeline, scope, options) = place.opened()?;
        let watch = Watch {
            progress: &|_| {},
            told: &|_| Told::default(),
        };
        Ok(run::run(&pipeline, &scope, &options, &watch)?.outcome?)
    }

    /// Plans one job of all that is to be computed, and gives its file.
    fn plan(&self, output: &str) -> PathBuf {
        let folders = Folders {
            pipeline: self.path("pipeline"),
            input: self.path("input"),
            output: self.path(output),
        };
        let place = Where {
            writes: false,
            dir: &folders.pipeline,
            input: Some(&folders.input),
            output: Some(&folders.output),
            periods: &[],
            as_of: Some(date(2021, 6, 30)),
            rehash: false,
        };
        let opened = place.opened();
        let (pipeline, scope, options) = opened.unwrap_or_else(|_| panic!("the world is sound"));
        let query = JobsQuery {
            folders,
            periods: Vec::new(),
            folder: self.path("jobs"),
            most: 1,
        };
        run::plan_jobs(&pipeline, &scope, &options, &query).unwrap();
        self.path("jobs/job-0.json")
    }

    /// A copy of an output folder, in a folder of this name.
    fn copied(&self, from: &str, to: &str) -> PathBuf {
        let (from, to) = (self.path(from), self.path(to));
        if to.exists() {
            fs::remove_dir_all(&to).unwrap();
        }
        copy(&from, &to);
        to
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let (path, to) = (entry.as_ref().unwrap().path(), to.join(entry.unwrap().file_name()));
        if path.is_symlink() {
            symlink(fs::read_link(path).unwrap(), to).unwrap();
        } else if path.is_dir() {
            copy(&path, &to);
        } else {
            fs::copy(path, to).unwrap();
        }
    }
}

fn current(output: &Path) -> Option<PathBuf> {
    fs::read_link(output.join("current")).ok()
}

/// The files below a folder, without those that have a clock time in them.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let all = walkdir::WalkDir::new(folder).into_iter().map(|entry| entry.unwrap());
    let plain = all.filter(|entry| entry.file_type().is_file());
    let timed = ["manifest.json", "datapackage.json", "croissant.json", "CITATION.cff"];
    plain
        .filter(|entry| !timed.iter().any(|name| entry.file_name() == *name))
        .map(|entry| {
            let relative = entry.path().strip_prefix(folder).unwrap().to_owned();
            (relative, fs::read(entry.path()).unwrap())
        })
        .collect()
}

/// The files of a release, which `current` leads to. Everything that its manifest names is there and whole.
fn whole(output: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let folder = fs::canonicalize(output.join("current")).unwrap();
    let record = crate::release::Record::read(&folder).expect("a manifest");
    assert_eq!(record.damaged(&folder), [] as [&str; 0]);
    assert!(folder.ends_with(&record.release));
    files(&folder)
}

/// Names of what a run makes for itself and removes again.
fn leftovers(output: &Path) -> Vec<PathBuf> {
    let all = walkdir::WalkDir::new(output)
        .into_iter()
        .map(|entry| entry.unwrap().into_path());
    let is_left = |path: &PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        path != output && name.starts_with('.')
    };
    all.filter(is_left).collect()
}

/// What the runs of a test come to, with no fault.
struct Expected {
    before: PathBuf,
    after: PathBuf,
    files: BTreeMap<PathBuf, Vec<u8>>,
    changes: usize,
    /// How many of them come before `current` moves.
    until_current: usize,
}

/// A world after a first run, whose second one is still to come.
fn between_two_runs() -> (World, Expected) {
    let world = World::new();
    world.run("first").unwrap_or_else(|_| panic!("the first run"));
    world.sends("2019", "130102", "x");
    world.sends("2020", "140105", "250");
    let output = world.copied("first", "second");
    faults::arrange(&output, None);
    let done = world.run("second").unwrap_or_else(|_| panic!("the second run"));
    assert!(matches!(done.ending, Ending::Published { .. }));
    let met = faults::met(&output);
    for kind in [
        Change::Folder,
        Change::Write,
        Change::Link,
        Change::Rename,
        Change::Remove,
        Change::Sync,
    ] {
        assert!(met.iter().any(|(met, _)| *met == kind), "{kind:?} is never met");
    }
    let moves = |(kind, path): &(Change, PathBuf)| *kind == Change::Rename && path.ends_with("current");
    let expected = Expected {
        before: current(&world.path("first")).unwrap(),
        after: current(&output).unwrap(),
        files: whole(&output),
        changes: met.len(),
        until_current: met.iter().position(moves).unwrap(),
    };
    assert!(expected.files.keys().any(|path| path.starts_with("returns")));
    (world, expected)
}

#[test]
fn whatever_fails_is_told_and_the_next_run_mends_it() {
    let (world, expected) = between_two_runs();
    let mut failed = 0;
    for at in 0..expected.changes {
        let error = if at % 2 == 0 { FULL } else { BROKEN };
        let output = world.copied("first", "trial");
        faults::arrange(&output, Some((at, error)));
        let ended = world.run("trial");
        let met = faults::met(&output);
        let what = format!("change {at}, {:?}", met.get(at));
        match ended {
            Err(failure) => {
                failed += 1;
                assert_eq!(failure.exit(), Exit::Machine, "{what}");
                let Failure::Run(error) = &failure else {
                    panic!("{what}")
                };
                let told = with_causes(error);
                assert!(told.contains("cannot ") && told.contains("because: "), "{what}: {told}");
                assert_eq!(current(&output).as_ref(), Some(&expected.before), "{what}");
                assert!(at <= expected.until_current, "{what}");
            }
            // A link that cannot be made becomes a copy, and what is kept for the next run is no part of this one.
            Ok(_) => assert_eq!(current(&output).as_ref(), Some(&expected.after), "{what}"),
        }
        whole(&output);
        world.run("trial").unwrap_or_else(|_| panic!("the run after {what}"));
        assert_eq!(current(&output).as_ref(), Some(&expected.after), "{what}");
        assert!(whole(&output) == expected.files, "{what}");
        assert_eq!(fs::read_dir(output.join("releases")).unwrap().count(), 2, "{what}");
        assert_eq!(leftovers(&output), [] as [PathBuf; 0], "{what}");
    }
    assert!(failed * 2 > expected.changes, "{failed} of {}", expected.changes);
}

#[test]
fn a_withheld_run_that_fails_leaves_current_alone() {
    let world = World::new();
    world.run("first").unwrap_or_else(|_| panic!("the first run"));
    for county in ["130102", "140105"] {
        world.sends("2019", county, "x");
    }
    // What was withheld before is in the way.
    world.run("first").unwrap_or_else(|_| panic!("a withheld run"));
    let before = current(&world.path("first"));
    world.sends("2020", "140105", "250");
    let output = world.copied("first", "second");
    faults::arrange(&output, None);
    let done = world.run("second").unwrap_or_else(|_| panic!("the second run"));
    assert_eq!(done.ending, Ending::Withheld);
    let withheld = files(&output.join("withheld"));
    let all = faults::met(&output);
    // What comes last notes the run: its folder, then the file. A failure there is none of the run.
    let noted = all.iter().position(|(_, path)| path.ends_with("runs.parquet"));
    let last = noted.expect("the run is noted") - 1;
    for (at, change) in all.iter().enumerate().take(last).skip(last - 8) {
        let output = world.copied("first", "trial");
        faults::arrange(&output, Some((at, FULL)));
        let ended = world.run("trial");
        faults::met(&output);
        assert!(ended.is_err(), "{change:?}");
        assert_eq!(current(&output), before);
        world
            .run("trial")
            .unwrap_or_else(|_| panic!("the run after {change:?}"));
        assert!(files(&output.join("withheld")) == withheld, "{change:?}");
        assert_eq!(leftovers(&output), [] as [PathBuf; 0], "{change:?}");
    }
}

#[test]
fn a_killed_publication_is_taken_back_by_the_next_run() {
    let (world, expected) = between_two_runs();
    let before = || world.copied("first", "trial");
    // Killed before the folder moved, after it, and by a program that left temporary files everywhere.
    let kills: [&dyn Fn(&Path); 3] = [
        &|output| symlink(&expected.after, output.join(".publishing")).unwrap(),
        &|output| {
            symlink(&expected.after, output.join(".publishing")).unwrap();
            copy(&output.join(&expected.before), &output.join(&expected.after));
        },
        &|output| {
            for folder in ["", "state", "state/results", "state/results/2019", "current"] {
                fs::write(output.join(folder).join(format!("{TEMPORARY}x")), "left").unwrap();
            }
            fs::create_dir_all(output.join(".staging-x/tables")).unwrap();
            fs::write(output.join("lock"), "pid = 1").unwrap();
        },
    ];
    for (at, kill) in kills.iter().enumerate() {
        let output = before();
        kill(&output);
        world.run("trial").unwrap_or_else(|_| panic!("{at}"));
        assert_eq!(current(&output).as_ref(), Some(&expected.after), "{at}");
        assert!(whole(&output) == expected.files, "{at}");
        assert_eq!(leftovers(&output), [] as [PathBuf; 0], "{at}");
    }
    // A link that was left although the release is current takes nothing back.
    let output = world.path("trial");
    symlink(&expected.after, output.join(".publishing")).unwrap();
    world.run("trial").unwrap_or_else(|_| panic!("unchanged"));
    assert_eq!(current(&output).as_ref(), Some(&expected.after));
    assert_eq!(leftovers(&output), [] as [PathBuf; 0]);
}

/// Computes a job.
fn computed(file: &Path) -> Result<JobReport, Failure> {
    super::jobs::compute(&Job::read(file)?, |_| {})
}

#[test]
fn a_job_that_fails_leaves_what_the_same_job_mends() {
    let world = World::new();
    let job = world.plan("output");
    let output = world.path("output");
    faults::arrange(&output, None);
    computed(&job).unwrap_or_else(|_| panic!("the job"));
    let changes = faults::met(&output).len();
    let kept = files(&output);
    assert!(changes > 20 && kept.len() > 10, "{changes} {}", kept.len());
    let mut failed = 0;
    for at in 0..changes {
        fs::remove_dir_all(output.join("state")).unwrap();
        fs::create_dir(output.join("state")).unwrap();
        faults::arrange(&output, Some((at, FULL)));
        let ended = computed(&job);
        let met = faults::met(&output);
        let what = format!("change {at}, {:?}", met.get(at));
        if let Err(failure) = ended {
            failed += 1;
            assert_eq!(failure.exit(), Exit::Machine, "{what}");
        }
        computed(&job).unwrap_or_else(|_| panic!("the job after {what}"));
        assert!(files(&output) == kept, "{what}");
        assert_eq!(leftovers(&output), [] as [PathBuf; 0], "{what}");
    }
    assert!(failed * 2 > changes, "{failed} of {changes}");
    let done = world.run("output").unwrap_or_else(|_| panic!("the run"));
    assert_eq!((done.partitions.all, done.partitions.reused), (4, 4));
    world.run("alone").unwrap_or_else(|_| panic!("a run alone"));
    assert!(whole(&output) == whole(&world.path("alone")));
}

//! The page on scaling: what it shows divides a run.

use std::os::unix::fs::symlink;

use super::*;
use crate::support::{program, shout};

fn scaling(file: &str) -> PathBuf {
    root().join("docs/scaling").join(file)
}

/// A world whose jobs are planned in its folder, with relative paths; and the `PATH` with the program.
fn planned(parts: &str) -> (World, String) {
    let world = history_world();
    fs::create_dir(world.path("bin")).unwrap();
    symlink(env!("CARGO_BIN_EXE_huizong"), world.path("bin/huizong")).unwrap();
    let place = ["pipeline", "--input", "input", "--output", "output"];
    let mut command = huizong();
    command
        .args(["jobs", "plan"])
        .args(place)
        .args(["--jobs", "jobs", "--parts", parts]);
    let ended = command.current_dir(world.path("")).output().unwrap();
    assert_eq!(ended.status.code(), Some(0), "{}", said(&ended));
    let path = format!("{}:{}", world.path("bin").display(), std::env::var("PATH").unwrap());
    (world, path)
}

/// A command in the folder of a world, which must succeed; what it says.
fn in_folder(world: &World, path: &str, command: &mut Command) -> String {
    command.current_dir(world.path("")).env("PATH", path).env("LC_ALL", "C");
    let ended = command.output().unwrap();
    assert!(ended.status.success(), "{}", said(&ended));
    said(&ended)
}

fn python() -> PathBuf {
    let python = std::env::var_os("HUIZONG_PYTHON");
    python.expect("HUIZONG_PYTHON is not set: run tests/run").into()
}

#[test]
fn the_page_shows_the_files_beside_it() {
    let page = fs::read_to_string(root().join("docs/scaling.md")).unwrap();
    for (language, file) in [
        ("sh", "slurm.sbatch"),
        ("yaml", "kubernetes.yaml"),
        ("python", "spark_jobs.py"),
    ] {
        let block = format!("\n```{language}\n{}```\n", fs::read_to_string(scaling(file)).unwrap());
        assert!(page.contains(&block), "docs/scaling.md does not show {file} as it is");
    }
}

#[test]
fn xargs_starts_the_jobs_of_a_plan() {
    let (world, path) = planned("2");
    let page = fs::read_to_string(root().join("docs/scaling.md")).unwrap();
    let line = page.lines().find(|line| line.contains("xargs")).unwrap();
    in_folder(&world, &path, Command::new("sh").args(["-c", line]));
    Divided::of(&world).gather(&[]);
}

#[test]
fn the_array_of_slurm_computes_a_job_a_task() {
    let (world, path) = planned("2");
    for task in ["0", "1", "2"] {
        let mut command = Command::new("sh");
        command.arg(scaling("slurm.sbatch")).env("SLURM_CPUS_PER_TASK", "1");
        in_folder(&world, &path, command.env("SLURM_ARRAY_TASK_ID", task));
    }
    Divided::of(&world).gather(&[]);
}

#[test]
fn the_manifest_of_kubernetes_computes_a_job_a_pod() {
    let (world, path) = planned("2");
    let script = "import json, sys, yaml\nprint(json.dumps(yaml.safe_load(open(sys.argv[1], encoding='utf-8'))))";
    let read = Command::new(python())
        .args(["-c", script])
        .arg(scaling("kubernetes.yaml"))
        .output();
    let read = read.unwrap();
    assert!(read.status.success(), "{}", said(&read));
    let manifest: Value = serde_json::from_slice(&read.stdout).unwrap();
    assert_eq!(
        (&manifest["apiVersion"], &manifest["kind"]),
        (&"batch/v1".into(), &"Job".into())
    );
    let spec = &manifest["spec"];
    assert_eq!(spec["completionMode"], "Indexed");
    assert!(spec["completions"].as_u64() >= spec["parallelism"].as_u64(), "{spec}");
    let pod = &spec["template"]["spec"];
    assert_eq!(pod["restartPolicy"], "Never", "backoffLimitPerIndex asks for it");
    let container = &pod["containers"][0];
    let mounts = container["volumeMounts"].as_array().unwrap();
    let volumes = pod["volumes"].as_array().unwrap();
    assert!(
        mounts
            .iter()
            .all(|mount| volumes.iter().any(|volume| volume["name"] == mount["name"]))
    );
    // The image works in the folder that is mounted, as a user that is not root.
    let image = fs::read_to_string(root().join("Containerfile")).unwrap();
    let folder = mounts[0]["mountPath"].as_str().unwrap();
    assert!(image.contains(&format!("WORKDIR {folder}\n")), "{folder}");
    let user = pod["securityContext"]["runAsUser"].as_u64().unwrap();
    assert!(image.contains(&format!("USER {user}:")), "{user}");
    let args: Vec<&str> = container["args"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(Value::as_str)
        .collect();
    for index in ["0", "1"] {
        let args = args.iter().map(|arg| arg.replace("$(JOB_COMPLETION_INDEX)", index));
        in_folder(&world, &path, Command::new("huizong").args(args));
    }
    Divided::of(&world).gather(&[]);
}

/// Something that has the few methods of Spark which the script calls, and runs its tasks one after the other.
const STAND_IN: &str = "\
class Session:
    @property
    def builder(self): return self
    @property
    def sparkContext(self): return self
    def appName(self, name): return self
    def getOrCreate(self): return self
    def stop(self): pass
    def parallelize(self, tasks, slices):
        assert slices == len(tasks)
        self.tasks = tasks
        return self
    def foreach(self, run):
        for task in self.tasks: run(task)
SparkSession = Session()
";

#[test]
fn the_script_for_spark_computes_a_job_a_task() {
    let (world, path) = planned("2");
    world.put("stand-in/pyspark/__init__.py", "");
    world.put("stand-in/pyspark/sql.py", STAND_IN);
    let mut command = Command::new(python());
    command.arg(scaling("spark_jobs.py")).arg("jobs");
    in_folder(&world, &path, command.env("PYTHONPATH", world.path("stand-in")));
    Divided::of(&world).gather(&[]);
    // A task that fails fails the whole.
    let (world, path) = planned("2");
    fs::remove_dir_all(world.path("input")).unwrap();
    let mut command = Command::new(python());
    command.arg(scaling("spark_jobs.py")).arg("jobs");
    command.current_dir(world.path("")).env("PATH", path);
    let ended = command.env("PYTHONPATH", world.path("stand-in")).output().unwrap();
    assert!(!ended.status.success());
    assert!(said(&ended).contains("no folder of submissions"), "{}", said(&ended));
}

#[test]
fn spark_computes_a_job_a_task() {
    if program("HUIZONG_JAVA", "java").is_none() {
        return shout("no job was a task of Apache Spark: there is no java");
    }
    let (world, path) = planned("2");
    let scratch = world.path("spark");
    fs::create_dir(&scratch).unwrap();
    let mut command = Command::new(python());
    command.arg(scaling("spark_jobs.py")).arg("jobs");
    command
        .env("PYSPARK_PYTHON", python())
        .env("SPARK_LOCAL_IP", "127.0.0.1")
        .env("SPARK_LOCAL_DIRS", scratch);
    let asked = "--master local[2] --conf spark.ui.enabled=false pyspark-shell";
    in_folder(&world, &path, command.env("PYSPARK_SUBMIT_ARGS", asked));
    Divided::of(&world).gather(&[]);
}

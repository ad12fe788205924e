//! Partition jobs from store to store.

use serde_json::Value;

use super::*;
use crate::night::incremental::history_world;

#[test]
fn jobs_of_several_machines_meet_in_the_store() {
    let (bucket, world) = (Bucket::new(seaweedfs(), "jobs"), history_world());
    bucket.send(&world.path("input"), "in");
    let (input, output) = (bucket.address("in"), bucket.address("out"));
    let (pipeline, jobs) = (world.path("pipeline"), world.path("jobs"));
    let (pipeline, folder) = (pipeline.to_str().unwrap(), jobs.to_str().unwrap());
    let place = [pipeline, "--input", &input, "--output", &output];
    let planned = [&["jobs", "plan"], &place[..], &["--jobs", folder, "--parts", "2"]].concat();
    let coordinator = Machine::new();
    coordinator.done(&bucket, &planned);
    let job = |machine: &Machine, number: usize| -> Value {
        let file = format!("{folder}/job-{number}.json");
        let told = machine.done(&bucket, &["jobs", "run", &file, "--format", "json"]);
        assert_eq!(
            std::fs::read_dir(machine.cache.path()).unwrap().count(),
            0,
            "nothing stays on the machine"
        );
        serde_json::from_str(&told).unwrap()
    };
    let machines = [Machine::new(), Machine::new()];
    let told: Vec<Value> = std::thread::scope(|scope| {
        let under_way = [0, 1].map(|number| {
            let (machine, job) = (&machines[number], &job);
            scope.spawn(move || job(machine, number))
        });
        under_way.map(|one| one.join().unwrap()).into()
    });
    for one in &told {
        // Only the files of its own areas are fetched: nothing else is there to be read.
        let counted = ["partitions", "computed", "files_read"].map(|field| one[field].as_u64().unwrap());
        assert_eq!(counted, [3, 3, 12], "{one}");
    }
    let objects = bucket.objects("out");
    assert!(
        objects.keys().all(|path| path.starts_with("state/")),
        "{:?}",
        objects.keys()
    );
    // The second machine finds what the first has kept.
    let again = job(&machines[1], 0);
    assert_eq!((again["computed"].as_u64(), again["kept"].as_u64()), (Some(0), Some(3)));
    let publish = [&["publish"], &place[..], &["--only-gathered"]].concat();
    coordinator.done(&bucket, &publish);
    let local = world.publish_into("alone", &[]);
    let files = contents(&std::fs::canonicalize(local.join("current")).unwrap());
    assert_eq!(undated(bucket.current().1), undated(files));

    // A night on which one county sends another figure.
    world.put("input/2019/140105_people.csv", "代码,人数,贫困人数\n140105,88,10\n");
    bucket.send(&world.path("input"), "in");
    assert!(coordinator.done(&bucket, &planned).contains("in jobs: 1,"));
    let next = job(&machines[0], 0);
    assert_eq!(
        (next["computed"].as_u64(), next["kept"].as_u64()),
        (Some(2), Some(1)),
        "{next}"
    );
    coordinator.done(&bucket, &publish);
    let fresh = world.publish_into("fresh", &[]);
    let tables = |files: BTreeMap<String, Vec<u8>>| -> BTreeMap<String, Vec<u8>> {
        let mut files = undated(files);
        files.retain(|path, _| path.ends_with(".parquet") && !path.ends_with("/revisions.parquet"));
        files
    };
    let files = contents(&std::fs::canonicalize(fresh.join("current")).unwrap());
    assert_eq!(tables(bucket.current().1), tables(files));
}

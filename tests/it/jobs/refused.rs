//! Jobs that are not computed, and why.

use super::*;

/// Exit code and what is said of a job.
fn refused(job: &Path) -> (Option<i32>, String) {
    let ended = huizong().args(["jobs", "run"]).arg(job).output().unwrap();
    (ended.status.code(), said(&ended))
}

#[test]
fn a_job_of_another_definition_or_program_is_refused() {
    let world = history_world();
    let night = Divided::of(&world);
    let jobs = night.plan(1, &[]);
    let text = fs::read_to_string(&jobs[0]).unwrap();
    let rules = fs::read_to_string(world.path("pipeline/checks.toml")).unwrap();
    world.put("pipeline/checks.toml", rules.replace("rooms < 9", "rooms < 4"));
    let (code, told) = refused(&jobs[0]);
    assert_eq!(code, Some(2), "{told}");
    assert!(
        told.contains("has changed since") && told.contains("job-0.json was planned"),
        "{told}"
    );
    assert!(told.contains("hint: run huizong jobs plan again"), "{told}");
    assert_eq!(night.keys(), 0);
    // A register belongs to the definition, too.
    world.put("pipeline/checks.toml", &rules);
    let areas = fs::read_to_string(world.path("pipeline/divisions.csv")).unwrap();
    world.put("pipeline/divisions.csv", areas.replace("长安区", "长安新区"));
    assert_eq!(refused(&jobs[0]).0, Some(2));
    world.put("pipeline/divisions.csv", areas);

    let program = format!("\"program\": \"{}", env!("CARGO_PKG_VERSION"));
    assert!(text.contains(&program), "{text}");
    fs::write(&jobs[0], text.replace(&program, "\"program\": \"0.0.1")).unwrap();
    let (code, told) = refused(&jobs[0]);
    assert_eq!(code, Some(2), "{told}");
    assert!(
        told.contains("was planned by another version of huizong: 0.0.1"),
        "{told}"
    );
    fs::write(&jobs[0], text).unwrap();
    assert_eq!(refused(&jobs[0]).0, Some(0));
}

#[test]
fn a_damaged_file_is_no_job() {
    let world = history_world();
    let jobs = Divided::of(&world).plan(1, &[]);
    let text = fs::read_to_string(&jobs[0]).unwrap();
    let half = &text[..text.len() / 2];
    for (content, reason) in [
        ("", "EOF"),
        (half, "EOF"),
        ("[]", "invalid length 0"),
        ("{}", "missing field `format`"),
        (
            &text.replace("\"format\": 1", "\"format\": 2"),
            "its format is 2, not 1",
        ),
        (&text.replace("\"2019\"", "\"2019Q9\""), "it names the period 2019Q9"),
        (&text.replace("\"rehash\"", "\"refresh\""), "unknown field `refresh`"),
    ] {
        fs::write(&jobs[0], content).unwrap();
        let (code, told) = refused(&jobs[0]);
        assert_eq!(code, Some(2), "{content}: {told}");
        assert!(
            told.contains("job-0.json is no job of this version of huizong") && told.contains(reason),
            "{told}"
        );
    }
    let (code, told) = refused(&world.path("jobs/job-7.json"));
    assert_eq!(code, Some(2), "{told}");
    assert!(
        told.contains("cannot read the job") && told.contains("No such file"),
        "{told}"
    );
}

#[test]
fn a_job_without_its_folders_says_which_is_lacking() {
    let world = history_world();
    let jobs = Divided::of(&world).plan(1, &[]);
    for (folder, reason) in [
        ("output", "and there is no such folder"),
        ("input", "there is no folder of submissions at"),
        ("pipeline", "and there is none"),
    ] {
        fs::rename(world.path(folder), world.path("elsewhere")).unwrap();
        let (code, told) = refused(&jobs[0]);
        assert_eq!(code, Some(2), "{folder}: {told}");
        assert!(told.contains(reason) && told.contains("hint: "), "{told}");
        assert!(!world.path(folder).exists(), "{folder} is not made anew");
        fs::rename(world.path("elsewhere"), world.path(folder)).unwrap();
    }
    assert_eq!(refused(&jobs[0]).0, Some(0));
}

#[test]
fn jobs_are_not_planned_among_the_submissions() {
    let world = history_world();
    let night = Divided {
        jobs: world.path("input/jobs"),
        ..Divided::of(&world)
    };
    let ended = night.planning(&[]);
    assert_eq!(ended.status.code(), Some(2), "{}", said(&ended));
    assert!(
        said(&ended).contains("lies in the folder of submissions"),
        "{}",
        said(&ended)
    );
    assert!(!night.jobs.exists());
    let parts = Divided::of(&world).planning(&["--parts", "0"]);
    assert_eq!(parts.status.code(), Some(2), "{}", said(&parts));
}

#[test]
fn a_file_that_cannot_be_opened_is_left_to_the_run() {
    use std::os::unix::fs::PermissionsExt;
    let world = history_world();
    let night = Divided::of(&world);
    let jobs = night.plan(1, &[]);
    let file = world.path("input/2020/130102_people.csv");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read(&file).is_ok() {
        return crate::support::shout("permissions keep nobody from reading here");
    }
    let told = ended(begun(&jobs[0]));
    assert_eq!(told["unkept"], 1, "{told}");
    let (code, told) = night.publish(&["--only-gathered"]);
    assert_eq!(code, Some(2), "{told}");
    assert!(told.contains("1 partition is not computed: 2020 130000"), "{told}");
    assert_eq!(night.publish(&[]).0, Some(0));
    assert_eq!(undated(&night.output), undated(&world.publish_into("alone", &[])));
}

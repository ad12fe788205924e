use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use crate::night::ending::{complete, events};
use crate::night::small::unwrapped;
use crate::support::World;

/// Content, or target of a link, and time of the last change of everything below a folder.
fn all(folder: &Path) -> BTreeMap<PathBuf, (Vec<u8>, i64, i64)> {
    let entries = walkdir::WalkDir::new(folder).into_iter().map(|entry| entry.unwrap());
    let each = |entry: walkdir::DirEntry| {
        let path = entry.path().to_owned();
        let kind = entry.file_type();
        let content = if kind.is_symlink() {
            fs::read_link(&path).unwrap().into_os_string().into_encoded_bytes()
        } else if kind.is_file() {
            fs::read(&path).unwrap()
        } else {
            Vec::new()
        };
        let found = fs::symlink_metadata(&path).unwrap();
        (path, (content, found.mtime(), found.mtime_nsec()))
    };
    entries.map(each).collect()
}

/// The exit code and what was said of a dry run, which leaves the output folder as it was, and nothing in the temporary one.
fn dry(world: &World, more: &[&str]) -> (i32, String) {
    let before = world.output().exists().then(|| all(&world.output()));
    let told = world.run(&[&["--dry-run"], more].concat());
    let after = world.output().exists().then(|| all(&world.output()));
    assert!(before == after, "the output folder has changed");
    (told.0, unwrapped(&told.1))
}

#[test]
fn a_dry_run_says_what_a_run_would_do_and_leaves_the_output_as_it_was() {
    let world = complete();
    let (code, text) = dry(&world, &[]);
    assert!(
        code == 0
            && text.starts_with(
                "DRY RUN, nothing was written: a run would publish a new release; there is no current release."
            ),
        "{text}"
    );
    assert!(!world.output().exists() && !text.contains("manifest.json"), "{text}");
    world.publish(&[]);

    let (code, text) = dry(&world, &[]);
    assert!(
        code == 0
            && text
                .contains("a run would publish nothing, since nothing has changed; the current release stays 000001-"),
        "{text}"
    );

    world.put("input/2020/130102_houses.csv", "代码,间数\n130102001001,3\n");
    let (code, text) = dry(&world, &[]);
    assert!(
        code == 0 && text.contains("a run would publish a new release; the current release stays 000001-"),
        "{text}"
    );
    assert!(
        text.contains("Partitions (area × period): 1, of which to be computed: 1 (changed file 1)."),
        "{text}"
    );
    // It is what the run then does.
    let would_be: Vec<&str> = text
        .split(" rows = ")
        .nth(1)
        .unwrap()
        .split(" set aside")
        .take(1)
        .collect();
    let (_, real) = world.run(&[]);
    assert!(unwrapped(&real).contains(would_be[0]), "{real}");
    assert!(
        fs::read_link(world.output().join("current"))
            .unwrap()
            .to_string_lossy()
            .contains("000002-")
    );

    world.put("input/2020/130104_people.csv", "");
    let (code, text) = dry(&world, &["--lang", "zh"]);
    assert!(
        code == 1
            && text
                .starts_with("【试运行，未写入任何内容】正式运行将不予发布：1 项发布门槛未达到；当前版本仍为 000002-"),
        "{text}"
    );
    assert!(text.contains("需要计算 1 个：文件已更改 1。"), "{text}");
    assert!(!world.output().join("withheld").exists());
}

#[test]
fn a_dry_run_is_told_apart_by_programs() {
    let world = complete().published();
    let (code, told) = events(&world, &["--quiet", "--dry-run"]);
    let fields = &told[0]["fields"];
    assert_eq!((code, told.len(), told[0]["level"].as_str()), (0, 1, Some("INFO")));
    assert_eq!(
        (fields["outcome"].as_str(), fields["would_be"].as_str()),
        (Some("dry_run"), Some("unchanged"))
    );
    assert_eq!(fields["rows_read"], 9);
    world.put("input/2020/130104_people.csv", "");
    let before = all(&world.output());
    let (code, told) = events(&world, &["--quiet", "--dry-run"]);
    let fields = &told[0]["fields"];
    assert_eq!((code, told[0]["level"].as_str()), (1, Some("WARN")));
    assert_eq!(
        (fields["would_be"].as_str(), fields["exit"].as_i64()),
        (Some("withheld"), Some(1))
    );
    assert!(fields["release"].is_null() && fields["current"].is_string() && fields["reasons"].is_string());
    assert!(before == all(&world.output()));
    // Nobody is told of something that has not happened.
    for option in ["--metrics", "--openlineage"] {
        let (code, text) = world.run(&["--dry-run", option, "x"]);
        assert!(code == 2 && text.contains("cannot be used with"), "{text}");
    }
}

#[test]
fn a_dry_run_respects_a_hold_and_needs_no_lock() {
    let world = complete().published();
    world.put("input/2020/130102_houses.csv", "代码,间数\n130102001001,3\n");
    world.publish(&[]);
    let output = world.output();
    let back = crate::support::huizong(["rollback", "previous", "--yes", "--output", output.to_str().unwrap()]);
    assert_eq!(back.status.code(), Some(0));
    let lock = fs::File::open(output.join("lock")).unwrap();
    lock.try_lock().unwrap();
    let (code, text) = dry(&world, &[]);
    assert!(
        code == 1 && text.contains("a run would be withheld") && text.contains("withdrawn"),
        "{text}"
    );
}

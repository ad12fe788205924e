use std::fs;

use super::*;

/// A machine: it has a working copy of its own.
struct Machine {
    dir: tempfile::TempDir,
    store: Store,
}

impl Machine {
    fn of(store: &Store) -> Machine {
        Machine {
            dir: tempfile::tempdir().unwrap(),
            store: store.clone(),
        }
    }

    fn writing(&self) -> Result<Session, Error> {
        Session::writing(self.store.clone(), self.dir.path(), Needed::State)
    }

    fn reading(&self) -> Session {
        Session::reading(self.store.clone(), self.dir.path(), Needed::Current).unwrap()
    }
}

/// What a run leaves in an output folder: a release with these files, which is current.
fn publish(session: &Session, id: &str, files: &[(&str, &str)]) {
    let output = Output::at(session.output());
    let hash = |text: &str| {
        use sha2::{Digest, Sha256};
        crate::domain::hex(&Sha256::digest(text))
    };
    let outputs: Vec<_> = files
        .iter()
        .map(|(path, text)| serde_json::json!({"path": path, "sha256": hash(text), "bytes": text.len()}))
        .collect();
    for (path, text) in files {
        disk::write(&output.release(id).join(path), text.as_bytes()).unwrap();
    }
    let manifest = serde_json::json!({
        "release": id, "created_at": "2026-01-01T00:00:00Z", "as_of": "2026-01-01", "periods": [], "huizong_version": "0",
        "definition_sha256": "", "inputs": [], "outputs": outputs,
    });
    disk::write(&output.release(id).join(MANIFEST), manifest.to_string().as_bytes()).unwrap();
    output.point_current(id).unwrap();
}

/// The release that a machine reads, and one of its files.
fn read(machine: &Machine, file: &str) -> (Option<String>, Option<String>) {
    let session = machine.reading();
    let output = Output::at(session.output());
    let current = output.current_release().unwrap();
    let text = fs::read_to_string(output.current().join(file)).ok();
    (current, text)
}

#[test]
fn what_one_machine_publishes_another_reads() {
    let store = Store::in_memory();
    let (one, other) = (Machine::of(&store), Machine::of(&store));
    assert_eq!(read(&other, "tables/a"), (None, None));
    let session = one.writing().unwrap();
    publish(&session, "000001-a", &[("tables/a", "one"), ("facts/f", "rows")]);
    disk::write(&session.output().join("state/x/kept"), b"kept").unwrap();
    session.send().unwrap();
    drop(session);
    assert_eq!(read(&other, "tables/a"), (Some("000001-a".into()), Some("one".into())));

    // The other one goes on from there.
    let session = other.writing().unwrap();
    assert_eq!(fs::read(session.output().join("state/x/kept")).unwrap(), b"kept");
    publish(&session, "000002-b", &[("tables/a", "two"), ("facts/f", "rows")]);
    disk::remove_file(&session.output().join("state/x/kept")).unwrap();
    session.send().unwrap();
    drop(session);
    assert_eq!(read(&one, "tables/a"), (Some("000002-b".into()), Some("two".into())));
    let objects = store.list("").unwrap();
    assert!(!objects.contains_key("state/x/kept") && !objects.contains_key("publishing/000002-b"));
    assert!(
        objects.contains_key("releases/000002-b/facts/f"),
        "copied in the store, or sent"
    );

    // A release that is no longer current is fetched where somebody asks for it.
    let session = one.reading();
    let old = Output::at(session.output()).release("000001-a");
    assert!(old.join(MANIFEST).is_file());
    session.fetch_release("000001-a").unwrap();
    assert_eq!(fs::read(old.join("tables/a")).unwrap(), b"one");
}

#[test]
fn a_second_run_waits_and_one_that_was_overtaken_publishes_nothing() {
    let store = Store::in_memory();
    let (one, other) = (Machine::of(&store), Machine::of(&store));
    let first = one.writing().unwrap();
    publish(&first, "000001-a", &[("tables/a", "one")]);
    assert!(matches!(other.writing(), Err(Error::Locked { .. })));
    first.send().unwrap();
    publish(&first, "000002-b", &[("tables/a", "two")]);
    // The first one sleeps so long that its lock ends.
    let (bytes, version) = store.read("lock").unwrap().unwrap();
    let ended = String::from_utf8(bytes).unwrap();
    let mut note: serde_json::Value = serde_json::from_str(&ended).unwrap();
    note["until"] = "2000-01-01T00:00:00Z".into();
    store
        .swap("lock", note.to_string().as_bytes(), Some(&version))
        .unwrap()
        .unwrap();
    let second = other.writing().unwrap();
    assert!(
        matches!(first.send(), Err(Error::Overtaken { .. })),
        "it is fenced off, though nobody has published since"
    );
    // Both have read the same submissions, so both call their release the same.
    publish(&second, "000002-b", &[("tables/a", "two")]);
    second.send().unwrap();
    assert!(matches!(first.send(), Err(Error::Overtaken { .. })));
    assert!(matches!(first.send_journal(), Err(Error::Overtaken { .. })));
    drop((first, second));
    for machine in [&one, &other, &Machine::of(&store)] {
        assert_eq!(read(machine, "tables/a"), (Some("000002-b".into()), Some("two".into())));
        machine.writing().unwrap().send().unwrap();
    }
}

#[test]
fn what_others_have_put_there_stays() {
    let store = Store::in_memory();
    let machine = Machine::of(&store);
    let theirs = [
        "releases/archive/manifest.json",
        "tags/README",
        "state/note",
        "notes.txt",
        "withheld/x",
    ];
    for path in theirs {
        store.put(path, b"theirs".to_vec()).unwrap();
    }
    for id in ["000001-a", "000002-b"] {
        let session = machine.writing().unwrap();
        publish(&session, id, &[("tables/a", id)]);
        session.send().unwrap();
    }
    let objects = store.list("").unwrap();
    for path in theirs {
        assert!(objects.contains_key(path), "{path}");
    }
}

#[test]
fn who_took_the_lock_first_publishes_first_even_where_nothing_was_published() {
    let store = Store::in_memory();
    let (one, other) = (Machine::of(&store), Machine::of(&store));
    let first = one.writing().unwrap();
    publish(&first, "000001-a", &[("tables/a", "one")]);
    let before = Read::of(&store).unwrap();
    let (bytes, version) = store.read("lock").unwrap().unwrap();
    let mut note: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
    note["until"] = "2000-01-01T00:00:00Z".into();
    store
        .swap("lock", note.to_string().as_bytes(), Some(&version))
        .unwrap()
        .unwrap();
    drop(other.writing().unwrap());
    // It goes on where it had been stopped: between the question for the lock and the answer.
    let pointer = Pointer {
        release: Some("000001-a".into()),
        fence: 1,
    };
    assert!(matches!(before.moved_to(&store, pointer), Err(Error::Overtaken { .. })));
    drop(first);
    assert_eq!(read(&one, "tables/a"), (None, None));
}

#[test]
fn a_release_that_was_not_sent_whole_is_none() {
    let store = Store::in_memory();
    let (one, other) = (Machine::of(&store), Machine::of(&store));
    let session = one.writing().unwrap();
    publish(&session, "000001-a", &[("tables/a", "one")]);
    session.send().unwrap();
    drop(session);
    // A run was killed before, and another one after its manifest had arrived.
    store.put("releases/000002-b/tables/a", b"two".to_vec()).unwrap();
    assert_eq!(read(&other, "tables/a"), (Some("000001-a".into()), Some("one".into())));
    assert!(!releases(&store.list("").unwrap()).contains("000002-b"));
    store.put("releases/000002-b/manifest.json", b"{}".to_vec()).unwrap();
    store.put("publishing/000002-b", Vec::new()).unwrap();
    let session = other.writing().unwrap();
    drop(session);
    let left = store.list("releases/000002-b").unwrap();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn who_holds_the_lock_replaces_what_a_run_that_lost_it_has_left() {
    let store = Store::in_memory();
    let machine = Machine::of(&store);
    let session = machine.writing().unwrap();
    let left = ["tables/a", "facts/long", MANIFEST].map(|path| format!("releases/000001-a/{path}"));
    for path in &left {
        store.put(path, b"left".to_vec()).unwrap();
    }
    let long = "line\n".repeat(2 << 20);
    publish(&session, "000001-a", &[("tables/a", "one"), ("facts/long", &long)]);
    session.send().unwrap();
    for path in &left {
        let (found, _) = store.read(path).unwrap().unwrap();
        assert!(found == fs::read(session.output().join(path)).unwrap(), "{path}");
    }
}

#[test]
fn what_is_removed_here_is_removed_there() {
    let store = Store::in_memory();
    let machine = Machine::of(&store);
    let session = machine.writing().unwrap();
    for (id, text) in [("000001-a", "one"), ("000002-b", "two")] {
        publish(&session, id, &[("tables/a", text)]);
        session.send().unwrap();
    }
    let output = Output::at(session.output());
    disk::create_folders(&output.tags_folder()).unwrap();
    disk::point(&output.tags_folder().join("year"), Path::new("../releases/000002-b")).unwrap();
    disk::write(&session.output().join("hold"), b"held").unwrap();
    session.send().unwrap();
    drop(session);
    let session = machine.writing().unwrap();
    assert_eq!(output.tags().unwrap()["year"], "000002-b");
    disk::remove_folder(&output.release("000001-a")).unwrap();
    disk::remove_file(&output.tags_folder().join("year")).unwrap();
    disk::remove_file(&session.output().join("hold")).unwrap();
    session.send().unwrap();
    let objects = store.list("").unwrap();
    let left: Vec<&String> = objects
        .keys()
        .filter(|path| !path.starts_with("releases/000002-b/"))
        .collect();
    assert_eq!(left, ["current", "lock"]);
}

#[test]
fn what_another_machine_removed_of_the_state_is_sent_again_where_it_is_kept() {
    let store = Store::in_memory();
    let (one, other) = (Machine::of(&store), Machine::of(&store));
    let kept = |session: &Session| session.output().join("state/x/kept");
    let session = one.writing().unwrap();
    disk::write(&kept(&session), b"kept").unwrap();
    session.send().unwrap();
    drop(session);
    let session = other.writing().unwrap();
    disk::remove_file(&kept(&session)).unwrap();
    session.send().unwrap();
    drop(session);
    assert!(!store.list("").unwrap().contains_key("state/x/kept"));
    one.writing().unwrap().send().unwrap();
    let session = other.writing().unwrap();
    assert_eq!(fs::read(kept(&session)).unwrap(), b"kept");
}

#[test]
fn a_long_file_is_sent_in_parts_and_arrives_whole() {
    let store = Store::in_memory();
    let (one, other) = (Machine::of(&store), Machine::of(&store));
    let long: String = (0..3_000_000).map(|line| format!("{line}\n")).collect();
    assert!(long.len() > 20 << 20);
    let session = one.writing().unwrap();
    publish(&session, "000001-a", &[("facts/long", &long)]);
    session.send().unwrap();
    let (_, read) = read(&other, "facts/long");
    assert!(read.is_some_and(|read| read == long));
}

#[test]
fn what_readers_fetched_of_an_earlier_release_goes_after_a_day() {
    let store = Store::in_memory();
    let (one, other) = (Machine::of(&store), Machine::of(&store));
    let session = one.writing().unwrap();
    for id in ["000001-a", "000002-b"] {
        publish(&session, id, &[("tables/a", id)]);
        session.send().unwrap();
    }
    drop(session);
    let fetched = || {
        let session = other.reading();
        session.fetch_release("000001-a").unwrap();
        let output = Output::at(session.output());
        ["000001-a", "000002-b"].map(|id| output.release(id))
    };
    let [earlier, current] = fetched();
    drop(other.reading());
    assert!(earlier.join("tables/a").is_file(), "it may be read again");
    let days_ago = std::time::SystemTime::now() - Duration::from_secs(2 * 24 * 60 * 60);
    for folder in [&earlier, &current] {
        fs::File::open(folder).unwrap().set_modified(days_ago).unwrap();
    }
    drop(other.reading());
    assert!(!earlier.join("tables").exists() && earlier.join(MANIFEST).is_file());
    assert!(current.join("tables/a").is_file());
    assert_eq!(fs::read(fetched()[0].join("tables/a")).unwrap(), b"000001-a");
}

#[test]
fn what_the_store_no_longer_has_of_a_release_goes_too() {
    let store = Store::in_memory();
    let (one, other) = (Machine::of(&store), Machine::of(&store));
    let session = one.writing().unwrap();
    publish(&session, "000001-a", &[("tables/a", "one")]);
    session.send().unwrap();
    drop(session);
    assert_eq!(read(&other, "tables/a").1, Some("one".into()));
    store.remove(&["releases/000001-a/tables/a".into()]).unwrap();
    assert_eq!(read(&other, "tables/a"), (Some("000001-a".into()), None));
}

#[test]
fn who_asks_for_data_fetches_nothing_that_was_made_of_it() {
    let store = Store::in_memory();
    let (one, other) = (Machine::of(&store), Machine::of(&store));
    let session = one.writing().unwrap();
    let for_people = [
        "returns/2020/x.xlsx",
        "extracts/a.csv",
        "report.html",
        "workbook.zh.xlsx",
    ];
    let data = ["tables/a", "facts/f", "datapackage.json"];
    let files: Vec<(&str, &str)> = for_people.iter().chain(&data).map(|path| (*path, "text")).collect();
    publish(&session, "000001-a", &files);
    session.send().unwrap();
    let session = Session::reading(store.clone(), other.dir.path(), Needed::Data).unwrap();
    let has = |path: &&str| Output::at(session.output()).current().join(path).is_file();
    assert!(data.iter().all(has) && has(&MANIFEST));
    assert!(!for_people.iter().any(has));
    drop(session);
    let whole = other.reading();
    let is_there = |path: &&str| Output::at(whole.output()).current().join(path).is_file();
    assert!(for_people.iter().all(is_there));
}

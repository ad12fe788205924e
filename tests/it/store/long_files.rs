//! A file that is sent in parts, where some of that fails.

use super::faults::failing;
use super::*;

#[test]
fn the_content_decides_whether_a_long_file_has_arrived() {
    let (bucket, world, machine) = (Bucket::new(moto(), "long"), small(), Machine::new());
    bucket.send(&world.path("input"), "in");
    let ended = machine.run(&bucket, &world.path("pipeline"), &[]);
    assert_eq!(ended.status.code(), Some(0), "{}", said(&ended));
    let file = machine.state().join("long");
    let out = bucket.address("out");
    // Whatever has changed in the working copy is sent with a tag; each content has the length of the others.
    let sent = |bucket: &Bucket, letter: &str| {
        std::fs::write(&file, letter.repeat(9 << 20)).unwrap();
        let ended = machine.huizong(bucket, &["tag", "current", letter, "--output", &out]);
        (ended.status.code(), said(&ended))
    };
    let there = || char::from(bucket.objects("out")["state/long"][0]).to_string();
    let (code, told) = sent(&bucket, "a");
    assert_eq!((code, there()), (Some(0), "a".to_owned()), "{told}");

    let lost = r#"[{"fault": "lose", "method": "POST", "path": "uploadId=", "times": 1}]"#;
    let (proxy, through) = failing(&bucket, lost);
    let (code, told) = sent(&through, "b");
    assert_eq!((code, there()), (Some(0), "b".to_owned()), "{told}");
    assert_eq!(proxy.count("fault lose"), 1);

    for plan in [
        r#"[{"fault": "503", "method": "PUT", "path": "partNumber=", "times": 100000}]"#,
        r#"[{"fault": "503", "method": "POST", "path": "uploadId=", "times": 100000}]"#,
    ] {
        let (_proxy, through) = failing(&bucket, plan);
        let (code, told) = sent(&through, "c");
        assert_eq!((code, there()), (Some(3), "b".to_owned()), "{told}");
        assert!(told.contains("cannot write"), "{told}");
    }
    machine.done(&bucket, &["tag", "current", "again", "--output", &out]);
    assert_eq!(there(), "c");
}

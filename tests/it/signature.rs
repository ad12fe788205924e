//! Signed releases: who has the public key can tell a release of the ministry from every other.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::{World, contents, copy_folder, measures, program, said, shout};

/// The key of RFC 8032, 7.1, test 1.
const PRIVATE: &str = "-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g
-----END PRIVATE KEY-----
";
const PUBLIC: &str = "-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=
-----END PUBLIC KEY-----
";
/// That of test 2.
const OTHER: &str = "-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAPUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw=
-----END PUBLIC KEY-----
";
const RSA: &str = "-----BEGIN PUBLIC KEY-----
MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAKj34GkxFhD90vcNLYLInFEX6Ppy1tPf
9Cnzj4p4WGeKLs1Pt8QuKUpRKfFLfRYC9AIKjbJTWit+CqvjWYzvQwECAwEAAQ==
-----END PUBLIC KEY-----
";
const MANIFEST: &str = "output/current/manifest.json";
const SIGNATURE: &str = "output/current/manifest.json.sig";

fn world() -> World {
    let world = World::counties(&["2020"])
        .form(
            "roster",
            "unit = 'county'\nkey = ['area']\nfiles = ['{period}/{county}.csv']",
            "area | division_code | Area | level = 'county'; required = true\nn | integer | N",
        )
        .defined("measures.toml", measures("n | roster | n"))
        .sent("2020/130102.csv", "Area,N\n130102,1\n")
        .sent("2020/130104.csv", "Area,N\n130104,2\n");
    for (name, key) in [
        ("key.pem", PRIVATE),
        ("pub.pem", PUBLIC),
        ("other.pem", OTHER),
        ("rsa.pem", RSA),
    ] {
        world.put(name, key);
        fs::set_permissions(world.path(name), fs::Permissions::from_mode(0o600)).unwrap();
    }
    world
}

fn path(world: &World, relative: &str) -> String {
    world.path(relative).to_str().unwrap().to_owned()
}

fn signed(world: &World) -> String {
    let (code, told) = world.run(&["--sign", &path(world, "key.pem")]);
    assert_eq!(code, 0, "{told}");
    told
}

/// What `verify --signature` says of a folder, and its exit code.
fn verified_of(world: &World, output: &str, key: &str, more: &[&str]) -> (i32, String) {
    let (output, key) = (path(world, output), path(world, key));
    let args = ["verify", "--output", &output, "--signature", &key];
    let ended = crate::support::huizong([&args, more].concat());
    (ended.status.code().unwrap(), said(&ended))
}

fn verified(world: &World, key: &str) -> (i32, String) {
    verified_of(world, "output", key, &[])
}

/// The folder of the release that is current.
fn release(world: &World) -> PathBuf {
    fs::canonicalize(world.path("output/current")).unwrap()
}

#[test]
fn a_signed_release_is_verified_with_the_public_key_alone() {
    let world = world();
    signed(&world);
    let (code, told) = verified(&world, "pub.pem");
    assert_eq!(code, 0, "{told}");
    assert!(told.contains("has a valid signature"), "{told}");
    let (code, told) = verified_of(&world, "output/current", "pub.pem", &[]);
    assert_eq!(code, 0, "through the link: {told}");
    // A copy of the release alone is enough.
    copy_folder(&release(&world), &world.path("copy"));
    let (code, told) = verified_of(&world, "copy", "pub.pem", &["--format", "json"]);
    assert_eq!(code, 0, "{told}");
    let report: serde_json::Value = serde_json::from_str(&told).unwrap();
    assert_eq!(
        (&report["signature"], &report["signed_by"]),
        (&"valid".into(), &report["key"])
    );
    let manifest: serde_json::Value = serde_json::from_slice(&fs::read(world.path(MANIFEST)).unwrap()).unwrap();
    assert_eq!(manifest["signed_by"], report["key"]);

    // Nothing else in the output knows the key.
    let secret = PRIVATE.lines().nth(1).unwrap();
    for (path, bytes) in contents(&world.output()) {
        assert!(!String::from_utf8_lossy(&bytes).contains(secret), "{path}");
    }
}

#[test]
fn what_the_verified_manifest_lists_counts_and_not_what_takes_its_place() {
    let world = world();
    signed(&world);
    let copy = world.path("copy");
    copy_folder(&release(&world), &copy);
    let manifest = copy.join("manifest.json");
    let genuine = fs::read_to_string(&manifest).unwrap();
    // Somebody changes a file, and the manifest right after its signature was verified.
    let citation = copy.join("CITATION.cff");
    let text = fs::read_to_string(&citation).unwrap();
    fs::write(&citation, text.replacen("title", "TITLE", 1)).unwrap();
    let mut forged: serde_json::Value = serde_json::from_str(&genuine).unwrap();
    forged["outputs"].as_array_mut().unwrap().clear();
    fs::remove_file(&manifest).unwrap();
    assert!(Command::new("mkfifo").arg(&manifest).status().unwrap().success());
    std::thread::spawn(move || {
        for text in [genuine, forged.to_string()] {
            // Opening waits for whoever reads.
            let _ = fs::write(&manifest, text);
            std::thread::sleep(std::time::Duration::from_millis(200));
        }
    });
    let (code, told) = verified_of(&world, "copy", "pub.pem", &["--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&told).unwrap();
    assert_eq!((code, &report["signature"]), (1, &"valid".into()), "{told}");
    assert_eq!(report["damaged"], serde_json::json!(["CITATION.cff"]), "{told}");
}

#[test]
fn what_was_changed_since_is_told() {
    let world = world();
    signed(&world);
    copy_folder(&release(&world), &world.path("signed"));
    let tampered = |change: &dyn Fn(&Path), said: &str| {
        let _ = fs::remove_dir_all(world.path("copy"));
        copy_folder(&world.path("signed"), &world.path("copy"));
        change(&world.path("copy"));
        let (code, told) = verified_of(&world, "copy", "pub.pem", &[]);
        assert!(code == 1 && told.contains(said), "{said}: {code} {told}");
        let (_, zh) = verified_of(&world, "copy", "pub.pem", &["--lang", "zh"]);
        assert!(zh.contains("公钥") && !zh.contains("signature"), "{zh}");
        let (code, csv) = verified_of(&world, "copy", "pub.pem", &["--format", "csv"]);
        assert!(code == 1 && csv.lines().count() == 2, "{csv}");
    };
    let replaced = |file: &'static str, from: &'static str, to: &'static str| {
        move |folder: &Path| {
            let text = fs::read_to_string(folder.join(file)).unwrap();
            assert!(text.contains(from));
            fs::write(folder.join(file), text.replacen(from, to, 1)).unwrap();
        }
    };
    tampered(
        &replaced("manifest.json", "\"accepted\": 2", "\"accepted\": 3"),
        "was changed since",
    );
    tampered(&replaced("manifest.json", "{", ""), "was changed since");
    let flipped = |folder: &Path| {
        let mut bytes = fs::read(folder.join("manifest.json.sig")).unwrap();
        bytes[7] ^= 1;
        fs::write(folder.join("manifest.json.sig"), bytes).unwrap();
    };
    tampered(&flipped, "was changed since");
    tampered(
        &|folder| fs::write(folder.join("manifest.json.sig"), "cut").unwrap(),
        "64 bytes",
    );
    tampered(
        &|folder| fs::remove_file(folder.join("manifest.json.sig")).unwrap(),
        "is not signed",
    );
    tampered(
        &|folder| fs::write(folder.join("tables/areas.parquet"), "forged").unwrap(),
        "Damaged (gone or changed) (1): tables/areas.parquet",
    );
    tampered(
        &|folder| fs::write(folder.join("tables/more.parquet"), "forged").unwrap(),
        "Not in the manifest (1): tables/more.parquet",
    );
    let (code, told) = verified(&world, "other.pem");
    assert!(code == 1 && told.contains("its manifest names another one"), "{told}");
}

#[test]
fn a_key_that_cannot_be_used_is_told_before_anything_is_done() {
    let world = world();
    world.put("damaged.pem", PUBLIC.replace("11qY", "1"));
    world.put("damaged-key.pem", PRIVATE.replace("J1hs", "J1"));
    let unsigned = |key: &str, said: &str| {
        let (code, told) = world.run(&["--sign", &path(&world, key)]);
        assert!(code == 2 && told.contains(said), "{key}: {code} {told}");
        assert!(!world.output().exists());
    };
    unsigned("pub.pem", "it is a public key");
    unsigned("damaged-key.pem", "it is damaged");
    unsigned("no.pem", "cannot read the key");
    unsigned("pipeline/pipeline.toml", "no key in PEM format");
    signed(&world);
    for (key, said) in [
        ("key.pem", "it is a private key, and a public one is needed"),
        ("rsa.pem", "it is of the algorithm RSA, and not of Ed25519"),
        ("damaged.pem", "it is damaged"),
        ("no.pem", "cannot read the key"),
    ] {
        let (code, told) = verified(&world, key);
        assert!(code == 2 && told.contains(said), "{key}: {code} {told}");
        let (output, key) = (path(&world, "output"), path(&world, key));
        let mut chinese = Command::new(env!("CARGO_BIN_EXE_huizong"));
        chinese.args(["verify", "--output", &output, "--signature", &key]);
        let told = said_of(chinese.env("LC_ALL", "zh_CN.UTF-8"));
        assert!(told.contains("密钥") && !told.contains(" key"), "{told}");
    }
    let (code, told) = verified_of(&world, "nothing", "pub.pem", &[]);
    assert!(code == 2 && told.contains("there is no release"), "{told}");
}

fn said_of(command: &mut Command) -> String {
    said(&command.output().unwrap())
}

#[test]
fn a_release_stays_signed_through_the_nights() {
    let world = world();
    let key = path(&world, "key.pem");
    // What was published before anybody signed is published anew.
    world.publish(&[]);
    let told = signed(&world);
    assert!(told.contains("does not have a signature of the key"), "{told}");
    let first = release(&world);
    assert!(first.file_name().unwrap().to_str().unwrap().starts_with("000002-"));
    let nothing_new = |more: &[&str]| {
        let (code, told) = world.run(&[&["--sign", &key], more].concat());
        assert!(code == 0 && told.contains("Nothing has changed"), "{told}");
        assert_eq!(release(&world), first);
        assert_eq!(verified(&world, "pub.pem").0, 0);
    };
    let before = fs::read(world.path(SIGNATURE)).unwrap();
    nothing_new(&[]);
    nothing_new(&["--rehash"]);
    assert_ne!(
        fs::read(world.path(SIGNATURE)).unwrap(),
        before,
        "the manifest tells of these runs"
    );
    // Someone runs it without the key.
    let (code, told) = world.run(&[]);
    assert!(code == 0 && told.contains("the manifest stays as it is"), "{told}");
    assert_eq!(verified(&world, "pub.pem").0, 0);
    // A run that was killed between manifest and signature.
    fs::write(world.path(SIGNATURE), &before).unwrap();
    signed(&world);
    assert_ne!(release(&world), first);
    assert_eq!(verified(&world, "pub.pem").0, 0);

    // What is done with releases neither needs nor breaks their signatures.
    world.put("input/2020/130102.csv", "Area,N\n130102,9\n");
    signed(&world);
    let output = path(&world, "output");
    let done = |args: &[&str], code: i32| {
        let ended = crate::support::huizong([args, &["--output", &output]].concat());
        assert_eq!(ended.status.code(), Some(code), "{args:?}: {}", said(&ended));
    };
    let pipeline = path(&world, "pipeline");
    done(&["diff", &pipeline], 1);
    done(&["verify", &pipeline, "--input", &path(&world, "input")], 0);
    done(&["gc", &pipeline, "--yes"], 0);
    done(&["rollback", "previous", "--yes"], 0);
    assert_eq!(verified(&world, "pub.pem").0, 0);
    let (code, told) = world.run(&["--sign", &key]);
    assert_eq!(code, 1, "{told}");
    assert!(
        !world.path("output/withheld/manifest.json.sig").exists(),
        "a run that was withheld is not signed"
    );
}

#[test]
fn the_environment_may_name_the_key() {
    let world = world();
    fs::set_permissions(world.path("key.pem"), fs::Permissions::from_mode(0o644)).unwrap();
    let run = |key: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_huizong"));
        command.args(["run", &path(&world, "pipeline"), "--input", &path(&world, "input")]);
        command.args(["--output", &path(&world, "output")]);
        said_of(command.env("HUIZONG_SIGN_KEY", key).env("LC_ALL", "C"))
    };
    let told = run("");
    assert_eq!(verified(&world, "pub.pem").0, 1, "{told}");
    let told = run(&path(&world, "key.pem"));
    assert!(told.contains("everyone on this machine can read"), "{told}");
    assert_eq!(verified(&world, "pub.pem").0, 0);
}

#[test]
fn openssl_makes_the_keys_and_verifies_the_signature() {
    let Some(openssl) = program("HUIZONG_OPENSSL", "openssl") else {
        shout("signatures were not verified by another program: there is no openssl");
        return;
    };
    let world = world();
    let openssl = |args: &[&str]| {
        let ended = Command::new(&openssl)
            .args(args)
            .current_dir(world.path(""))
            .output()
            .unwrap();
        (ended.status.success(), said(&ended))
    };
    let done = |args: &[&str]| {
        let (is_done, told) = openssl(args);
        assert!(is_done, "{args:?}: {told}");
    };
    done(&["genpkey", "-algorithm", "ed25519", "-out", "key.pem"]);
    done(&["pkey", "-in", "key.pem", "-pubout", "-out", "pub.pem"]);
    signed(&world);
    assert_eq!(verified(&world, "pub.pem").0, 0);
    let verify = [
        "pkeyutl", "-verify", "-pubin", "-inkey", "pub.pem", "-rawin", "-in", MANIFEST, "-sigfile", SIGNATURE,
    ];
    done(&verify);
    // The other way round: what openssl has signed.
    done(&[
        "pkeyutl",
        "-sign",
        "-inkey",
        "key.pem",
        "-rawin",
        "-in",
        MANIFEST,
        "-out",
        "again.sig",
    ]);
    assert_eq!(
        fs::read(world.path("again.sig")).unwrap(),
        fs::read(world.path(SIGNATURE)).unwrap()
    );
    fs::write(world.path(SIGNATURE), [0; 64]).unwrap();
    assert!(!openssl(&verify).0);
    // Keys of another kind.
    done(&[
        "genpkey",
        "-algorithm",
        "RSA",
        "-pkeyopt",
        "rsa_keygen_bits:2048",
        "-out",
        "rsa-key.pem",
    ]);
    done(&[
        "genpkey",
        "-algorithm",
        "EC",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-out",
        "ec-key.pem",
    ]);
    done(&["genpkey", "-algorithm", "ed448", "-out", "ed448-key.pem"]);
    done(&[
        "pkey",
        "-in",
        "key.pem",
        "-aes256",
        "-passout",
        "pass:x",
        "-out",
        "encrypted-key.pem",
    ]);
    for (key, word) in [
        ("rsa-key.pem", "algorithm RSA"),
        ("ec-key.pem", "algorithm EC"),
        ("ed448-key.pem", "algorithm Ed448"),
        ("encrypted-key.pem", "it is encrypted"),
    ] {
        let (code, told) = world.run(&["--sign", &path(&world, key)]);
        assert!(code == 2 && told.contains(word), "{key}: {told}");
    }
}

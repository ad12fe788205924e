//! What lies beside the submissions is as untrusted as they are: nothing there is followed, waited for or read without end.

use super::*;

/// A file of each kind, in a world whose pipeline reads it.
const REGISTERS: [&str; 4] = ["explanations.csv", "reporters.csv", "receipts.csv", "list.csv"];

fn with_registers() -> World {
    let reporters = "[reporters]\nfile = \"reporters.csv\"\nreceipts = \"receipts.csv\"\n";
    let cover = "[[cover]]\nid = \"known\"\nform = \"roster\"\nagainst = \"register\"\nregister = \"list.csv\"\nfind = \"missing\"\n\
                 severity = \"explain\"\nmissing = \"pass\"\nmessage = { zh = \"缺\", en = \"missing\" }\n";
    ministry()
        .sent("2020/130102_roster.csv", GOOD)
        .extended("pipeline.toml", reporters)
        .extended("checks.toml", cover)
        .beside("reporters.csv", "area_code,form\n130102,roster\n130104,roster\n")
        .beside("receipts.csv", "path,received_at\n2020/130102_roster.csv,2021-01-31\n")
        .beside("list.csv", "代码\n130102001001\n")
        .beside("explanations.csv", "form,period,area_code,explanation\n")
}

/// The messages on a file beside the submissions.
fn told_of(world: &World, file: &str) -> Vec<String> {
    let findings = world.table("findings");
    let own = findings.iter().filter(|row| shown(row, "path") == file);
    own.map(|row| format!("{}: {}", shown(row, "code"), shown(row, "message_en")))
        .collect()
}

#[test]
fn registers_that_are_sound_are_told_of_nothing() {
    let world = with_registers().published();
    for file in REGISTERS {
        assert_eq!(told_of(&world, file), Vec::<String>::new(), "{file}");
    }
}

#[test]
#[cfg(unix)]
fn a_link_is_not_followed_even_where_it_leads_nowhere() {
    for target in ["/nonexistent/away.csv", "/dev/zero", "outside.csv"] {
        let world = with_registers();
        world.put("outside.csv", "form,period,area_code,explanation\n");
        let target = if target.starts_with('/') {
            PathBuf::from(target)
        } else {
            world.path(target)
        };
        for file in REGISTERS {
            let path = world.path("input").join(file);
            fs::remove_file(&path).unwrap();
            std::os::unix::fs::symlink(&target, &path).unwrap();
        }
        let world = world.published();
        for file in REGISTERS {
            let told = told_of(&world, file);
            assert!(
                told.len() == 1 && told[0].starts_with("register-fault"),
                "{file}: {told:?}"
            );
            assert!(told[0].contains("no plain file"), "{told:?}");
        }
    }
}

#[test]
#[cfg(unix)]
fn corrections_that_are_no_plain_file_stop_the_run() {
    let world = with_registers();
    let path = world.path("input/corrections.toml");
    for target in ["/nonexistent/away.toml", "/dev/zero", "/etc/hostname"] {
        std::os::unix::fs::symlink(target, &path).unwrap();
        let (code, said) = world.run(&[]);
        assert_eq!(code, 2, "{said}");
        assert!(said.contains("corrections.toml: it is no plain file"), "{said}");
        fs::remove_file(&path).unwrap();
    }
    let made = std::process::Command::new("mkfifo").arg(&path).status().unwrap();
    assert!(made.success());
    let (code, said) = world.run(&[]);
    assert!(code == 2 && said.contains("it is no plain file"), "{said}");
    assert!(!world.path("output/current").exists());
}

#[test]
fn corrections_beyond_the_limit_stop_the_run() {
    let world = with_registers().extended("pipeline.toml", "[limits]\ncorrections_bytes = 99\n");
    let world = world.beside("corrections.toml", "#".repeat(99)).published();
    let world = world.beside("corrections.toml", "#".repeat(100));
    let (code, said) = world.run(&[]);
    assert!(code == 2 && said.contains("more than 99 bytes"), "{said}");
}

/// One line of commas below the limit of bytes would cost many times its size.
#[test]
fn a_line_of_commas_is_refused_before_it_becomes_cells() {
    let commas = ",".repeat(20 << 20);
    let mut world = with_registers();
    for file in REGISTERS {
        world = world.beside(file, format!("form\n{commas}\n"));
    }
    let world = world.published();
    for file in REGISTERS {
        let told = told_of(&world, file);
        assert!(
            told.len() == 1 && told[0].starts_with("register-fault"),
            "{file}: {told:?}"
        );
        assert!(told[0].contains("more than 4096 columns in record 2"), "{told:?}");
    }
}

/// Registers, corrections and explanations lie beside the submissions and are none, sound or faulty.
#[test]
fn what_lies_beside_the_submissions_is_an_input_and_no_submission() {
    let inputs = |world: &World| {
        let manifest = fs::read(world.path("output/current/manifest.json")).unwrap();
        let manifest: serde_json::Value = serde_json::from_slice(&manifest).unwrap();
        let inputs = manifest["inputs"].as_array().unwrap().clone();
        let by_path = inputs
            .into_iter()
            .map(|input| (input["path"].as_str().unwrap().to_owned(), input));
        (by_path.collect::<std::collections::BTreeMap<_, _>>(), manifest)
    };
    let digest = |world: &World, file: &str| {
        let bytes = fs::read(world.path("input").join(file)).unwrap();
        huizong::domain::hex(&<sha2::Sha256 as sha2::Digest>::digest(&bytes))
    };
    let sound = with_registers().published();
    let count = sound.table("submissions").len();
    let (of_sound, manifest) = inputs(&sound);
    let counted: u64 = manifest["submissions"]
        .as_object()
        .unwrap()
        .values()
        .map(|n| n.as_u64().unwrap())
        .sum();
    assert_eq!(counted as usize, count);
    let faulty = with_registers()
        .beside(
            "reporters.csv",
            "area_code,form\n130102,roster\n130104,roster\n999999,roster\n",
        )
        .beside("receipts.csv", "path,received_at\n2020/130102_roster.csv,soon\n")
        .beside(
            "explanations.csv",
            "form,period,area_code,explanation\nnone,2020,130102,why\n",
        )
        .beside("corrections.toml", "[[correction]]\nid = \"lame\"\n")
        .published();
    let (of_faulty, manifest) = inputs(&faulty);
    for (world, files) in [(&sound, &of_sound), (&faulty, &of_faulty)] {
        for file in REGISTERS {
            assert_eq!(
                files[file]["sha256"].as_str(),
                Some(digest(world, file).as_str()),
                "{file}"
            );
        }
    }
    assert_eq!(
        of_faulty["corrections.toml"]["sha256"].as_str().unwrap(),
        digest(&faulty, "corrections.toml")
    );
    assert!(!of_sound.contains_key("corrections.toml"), "there is none");
    let submissions = faulty.table("submissions");
    assert_eq!(submissions.len(), count, "a fault makes no submission");
    let known = |path: &str| submissions.iter().any(|row| shown(row, "path") == path);
    for file in REGISTERS.into_iter().chain(["corrections.toml"]) {
        assert!(!known(file), "{file}");
    }
    let rows = &manifest["rows"];
    let sum: u64 = ["accepted", "quarantined", "superseded", "set_aside"]
        .iter()
        .map(|part| rows[part].as_u64().unwrap())
        .sum();
    assert_eq!(rows["read"].as_u64().unwrap(), sum);
    let findings = faulty.table("findings");
    let beside: Vec<_> = findings
        .iter()
        .filter(|row| row["submission_id"].text().is_none())
        .collect();
    let mut by_path: std::collections::BTreeMap<String, usize> = std::collections::BTreeMap::new();
    beside
        .iter()
        .for_each(|row| *by_path.entry(shown(row, "path")).or_default() += 1);
    assert_eq!(by_path.len(), 4, "{beside:?}");
    assert!(beside.iter().all(|row| !known(&shown(row, "path"))));
    let told = &manifest["findings"];
    let all: u64 = told.as_object().unwrap().values().map(|n| n.as_u64().unwrap()).sum();
    assert_eq!(all as usize, findings.len(), "each is counted");
    assert!(findings.iter().all(|row| row["code"].text() != Some("file-unclaimed")));
    let pipeline = faulty.path("pipeline");
    let output = faulty.path("output");
    let status = |format: &str| {
        let args = [
            "status",
            pipeline.to_str().unwrap(),
            "--output",
            output.to_str().unwrap(),
            "--format",
            format,
        ];
        said(&huizong(args))
    };
    let json: serde_json::Value = serde_json::from_str(&status("json")).unwrap();
    assert_eq!(json["unclaimed"], serde_json::json!([]), "{json}");
    let text = status("table").replace('\n', " ");
    let told: Vec<String> = by_path.iter().map(|(path, count)| format!("{path} {count}")).collect();
    assert!(text.contains(&told.join(", ")), "{text}");
}

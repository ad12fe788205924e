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
    let submissions = world.table("submissions");
    let ids: Vec<String> = (submissions.iter().filter(|row| shown(row, "path") == file))
        .map(|row| shown(row, "submission_id"))
        .collect();
    let findings = world.table("findings");
    let own = findings.iter().filter(|row| ids.contains(&shown(row, "submission_id")));
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

//! What makes the command line comfortable: completions, manual pages, and no colour where nobody wants it.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::support::{community_services, huizong, program, said, shout};

fn printed(args: &[&str]) -> String {
    let ended = huizong(args);
    assert_eq!(ended.status.code(), Some(0), "{}", said(&ended));
    String::from_utf8(ended.stdout).unwrap()
}

/// Commands, as `--help` lists them: `run`, `jobs`, `jobs-plan`.
fn commands() -> BTreeSet<String> {
    let below = |above: &[&str]| -> Vec<String> {
        let help = printed(&[above, &["--help"]].concat());
        let listed = help.split("Commands:\n").nth(1).unwrap_or_default();
        let lines = listed.split("\n\n").next().unwrap().lines();
        let names = lines.filter_map(|line| line.strip_prefix("  "));
        let names = names.filter(|line| !line.starts_with(' '));
        names.map(|line| line.split(' ').next().unwrap().to_owned()).collect()
    };
    let mut all = BTreeSet::new();
    for name in below(&[]) {
        all.extend(below(&[&name]).iter().map(|inner| format!("{name}-{inner}")));
        all.insert(name);
    }
    all
}

/// What a program says when it reads a text; it must succeed.
fn read_by(program: &Path, args: &[&str], text: &str) -> String {
    let mut child = Command::new(program)
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let ended = child.wait_with_output().unwrap();
    assert!(ended.status.success() && ended.stderr.is_empty(), "{}", said(&ended));
    String::from_utf8_lossy(&ended.stdout).into_owned()
}

#[test]
fn each_shell_completes_every_command() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = printed(&["completions", shell]);
        for command in commands() {
            let last = command.split('-').next_back().unwrap();
            assert!(script.contains(last), "{command} is not in the script for {shell}");
        }
        assert!(script.contains("--where") || script.contains("-l where"), "{shell}");
        match program(&format!("HUIZONG_{}", shell.to_uppercase()), shell) {
            Some(program) if ["bash", "zsh", "fish"].contains(&shell) => drop(read_by(&program, &["-n"], &script)),
            _ => shout(&format!("no {shell} reads its script")),
        }
    }
    let bash = program("HUIZONG_BASH", "bash").expect("bash is everywhere the tests run");
    let script = printed(&["completions", "bash"]);
    let ask = "\nCOMP_WORDS=(huizong sho); COMP_CWORD=1; _huizong huizong sho huizong; echo \"${COMPREPLY[@]}\"\n\
               COMP_WORDS=(huizong show --form); COMP_CWORD=2; _huizong huizong --form show; echo \"${COMPREPLY[@]}\"\n";
    assert_eq!(read_by(&bash, &["-s"], &(script + ask)), "show\n--format\n");
    let refused = huizong(["completions", "csh"]);
    assert_eq!(refused.status.code(), Some(2), "{}", said(&refused));
}

#[test]
fn every_command_has_a_manual_page() {
    let folder = tempfile::tempdir().unwrap();
    let pages = folder.path().join("man/man1");
    printed(&["man", "--output", pages.to_str().unwrap()]);
    let written = fs::read_dir(&pages).unwrap();
    let written: BTreeSet<String> = written
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let expected = commands().into_iter().map(|command| format!("huizong-{command}.1"));
    assert_eq!(written, expected.chain(["huizong.1".to_owned()]).collect());
    let groff = program("HUIZONG_GROFF", "groff");
    if groff.is_none() {
        shout("no groff reads the manual pages");
    }
    for name in &written {
        let page = fs::read_to_string(pages.join(name)).unwrap();
        for part in [
            ".TH huizong",
            ".SH NAME",
            ".SH SYNOPSIS",
            ".SH DESCRIPTION",
            ".SH OPTIONS",
        ] {
            assert!(page.contains(part), "{part} is not in {name}");
        }
        if let Some(groff) = &groff {
            // -ww: whatever groff does not understand is an error here.
            let shown = read_by(groff, &["-man", "-Tutf8", "-Kutf8", "-ww"], &page);
            assert!(shown.contains("General Commands Manual"), "{shown}");
        }
    }
    let show = fs::read_to_string(pages.join("huizong-show.1")).unwrap();
    assert!(
        show.contains("\\fB\\-\\-where\\fR") && show.contains("as many columns") || show.contains("As many columns"),
        "{show}"
    );
    let one = printed(&["man"]);
    assert_eq!(one, fs::read_to_string(pages.join("huizong.1")).unwrap());
    // A folder that cannot be made is the machine's fault.
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let failed = huizong(["man", "--output", file.join("man").to_str().unwrap()]);
    assert_eq!(failed.status.code(), Some(3), "{}", said(&failed));
}

#[test]
fn the_manual_is_in_the_language_of_the_locale() {
    let folder = tempfile::tempdir().unwrap();
    let chinese = |args: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_huizong"));
        let ended = command.args(args).env("LC_ALL", "zh_CN.UTF-8").output().unwrap();
        assert!(ended.status.success(), "{}", said(&ended));
        String::from_utf8(ended.stdout).unwrap()
    };
    let page = chinese(&["man"]);
    assert!(page.contains("读取上报文件，发布一个版本"), "{page}");
    assert!(page.contains("\n.SH 名称\nhuizong \\- "), "{page}");
    chinese(&["man", "--output", folder.path().to_str().unwrap()]);
    let mut pages = 0;
    for entry in fs::read_dir(folder.path()).unwrap() {
        let page = fs::read_to_string(entry.unwrap().path()).unwrap();
        let headings = page.lines().filter(|line| line.starts_with(".SH "));
        let english: Vec<&str> = headings.filter(|line| line.is_ascii()).collect();
        assert!(
            english.is_empty() && !page.contains("Possible values"),
            "{english:?} {page}"
        );
        pages += 1;
    }
    assert_eq!(pages, commands().len() + 1);
}

/// What a command prints in a terminal, which `script` pretends to be.
fn in_terminal(script: &Path, no_colour: Option<&str>) -> String {
    let folder = tempfile::tempdir().unwrap();
    crate::support::copy_folder(&community_services(), folder.path());
    let plan = folder.path().join("pipeline.toml");
    let text = fs::read_to_string(&plan).unwrap();
    fs::write(&plan, text + "\nno_such_key = 1\n").unwrap();
    let line = format!(
        "stty cols 77; {} check {}",
        env!("CARGO_BIN_EXE_huizong"),
        folder.path().display()
    );
    let mut command = Command::new(script);
    command
        .args(["-qec", &line, "/dev/null"])
        .env("LC_ALL", "C")
        .env("TERM", "xterm")
        .env_remove("NO_COLOR");
    if let Some(value) = no_colour {
        command.env("NO_COLOR", value);
    }
    let ended = command.stdin(Stdio::null()).output().unwrap();
    let said = said(&ended);
    assert!(said.contains("no_such_key"), "{said}");
    said
}

#[test]
fn colours_are_for_a_terminal_that_wants_them() {
    let Some(script) = program("HUIZONG_SCRIPT", "script") else {
        return shout("no `script` pretends to be a terminal");
    };
    let is_coloured = |said: &str| said.contains("\u{1b}[");
    assert!(is_coloured(&in_terminal(&script, None)));
    assert!(
        is_coloured(&in_terminal(&script, Some(""))),
        "an empty value asks for nothing"
    );
    assert!(!is_coloured(&in_terminal(&script, Some("1"))));
}

//! What is refused or not known says what to do.

use std::fs;

use super::incremental::history_world;
use super::small::{Sent, nation, unwrapped};
use crate::support::{World, huizong, said, within};

fn asked(world: &World, args: &[&str]) -> (i32, String) {
    let ended = within(&world.path(""), args);
    (ended.status.code().unwrap(), unwrapped(&said(&ended)))
}

#[test]
fn an_address_with_one_slash_is_no_folder() {
    let world = history_world();
    for (place, meant) in [
        ("s3:/bucket/x", "s3://bucket/x"),
        ("gs:/bucket/x", "gs://bucket/x"),
        ("az:bucket", "az://bucket"),
    ] {
        for args in [
            ["run", "pipeline", "--input", "input", "--output", place],
            ["run", "pipeline", "--input", place, "--output", "output"],
            ["verify", "pipeline", "--input", "input", "--output", place],
        ] {
            let (code, text) = asked(&world, &args);
            let expected = format!("{place} looks like an address; did you mean {meant}?");
            assert!(code == 2 && text.contains(&expected), "{args:?}: {code} {text}");
        }
    }
    assert!(!world.path("s3:").exists() && !world.path("gs:").exists());
}

#[test]
fn an_output_that_cannot_be_written_says_where_else_it_may_be() {
    let world = history_world();
    world.put("taken", "a file");
    let args = ["run", "pipeline", "--input", "input", "--output", "taken", "--quiet"];
    let (code, text) = asked(&world, &args);
    assert!(
        code == 3 && text.contains("taken") && text.contains("--output"),
        "{code} {text}"
    );
}

#[test]
fn a_key_that_is_not_there_says_which_argument_names_it() {
    let world = history_world();
    for args in [
        &[
            "run", "pipeline", "--input", "input", "--output", "output", "--sign", "none.pem",
        ][..],
        &["verify", "pipeline", "--output", "output", "--signature", "none.pem"],
    ] {
        let (code, text) = asked(&world, args);
        assert!(code == 2 && text.contains("none.pem"), "{args:?}: {code} {text}");
        assert!(text.contains("--signature") && text.contains("openssl"), "{text}");
    }
}

#[test]
fn a_definition_in_another_encoding_says_how_to_save_it() {
    let world = history_world();
    fs::write(world.path("pipeline/checks.toml"), b"# \xc4\xe3\n").unwrap();
    let (code, text) = asked(&world, &["check", "pipeline"]);
    assert!(code == 2 && text.contains("save it as UTF-8"), "{code} {text}");
}

#[test]
fn a_later_run_that_was_withheld_is_told_with_the_release_before_it() {
    let gate = "[gate]\nmax_quarantined_row_share = 0.1\n";
    let world = nation("['2020']", "year", gate).county("2020", "130102", "100", &["3"]);
    world.publish(&[]);
    let paths = ["pipeline", "output"].map(|place| world.path(place).display().to_string());
    let told = |command: &str, lang: &str| {
        let ended = huizong([command, &paths[0], "--output", &paths[1], "--lang", lang]);
        assert!(ended.status.success(), "{}", said(&ended));
        unwrapped(&said(&ended))
    };
    for command in ["status", "releases"] {
        assert!(!told(command, "en").contains("withheld"), "{command}");
    }
    world.put("input/2020/130102_people.csv", "代码,人数,贫困人数\n130102,x,10\n");
    let (code, text) = world.run(&["--quiet"]);
    assert_eq!(code, 1, "{text}");
    for command in ["status", "releases"] {
        let text = told(command, "en");
        assert!(
            text.contains("the gate withheld a later run") && text.contains("Add --withheld to huizong status"),
            "{text}"
        );
        assert!(told(command, "zh").contains("未通过发布门槛"), "{command}");
    }
    let opened = huizong(["open", &paths[0], "--output", &paths[1]]);
    let (page, note) = (opened.stdout, String::from_utf8(opened.stderr).unwrap());
    assert!(page.ends_with(b"report.html\n"));
    assert!(note.contains("the gate withheld a later run"), "{note}");
}

#[test]
fn a_folder_of_releases_is_no_pipeline_and_the_option_for_it_is_named() {
    let world = nation("['2020']", "year", "").county("2020", "130102", "100", &["3"]);
    world.publish(&[]);
    let (code, text) = asked(&world, &["status", "output"]);
    assert!(code == 2 && text.contains("name it with --output"), "{code} {text}");
}

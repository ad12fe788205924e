//! `huizong init`: a new user's first pipeline runs at once, in either language.

use std::fs;
use std::path::Path;

use crate::support::{contents, done, huizong, root, said, shipped, table, within};

#[test]
fn a_new_pipeline_is_sound_and_publishes_with_one_finding() {
    for (lang, rule) in [
        ("en", "more computers with internet than there are"),
        ("zh", "能上网的计算机多于计算机总数"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let here = folder.path();
        let next = done(here, &["init", "my-survey", "--lang", lang]);
        for command in ["run", "check", "status"] {
            assert!(next.contains(&format!("huizong {command} my-survey")), "{next}");
        }
        let checked = done(here, &["check", "my-survey"]);
        assert!(
            checked.starts_with("my-survey has no errors: 1 form, 4 columns, 1 rule"),
            "{checked}"
        );
        let summary = done(here, &["run", "my-survey", "--lang", lang, "--quiet"]);
        assert_eq!(summary, "");
        let output = here.join("my-survey/output");
        let findings = table(&output, "findings");
        let codes: Vec<_> = findings.iter().map(|row| row["code"].text().unwrap()).collect();
        assert_eq!(codes, ["online-within-computers"]);
        let message = findings[0][&format!("message_{lang}")].text().unwrap();
        assert!(message.contains(rule), "{message}");
        assert_eq!(findings[0]["path"].text(), Some("2025/south.csv"));
        // North 47 of 56, South without the quarantined row 33 of 38, West 4 of 8: 84 of 102.
        let indicators = table(&output, "indicators");
        let whole = indicators
            .iter()
            .find(|row| row["area_code"].text() == Some("LL"))
            .unwrap();
        assert_eq!(
            (whole["numerator"].number(), whole["denominator"].number()),
            (Some(84.0), Some(102.0))
        );
        assert_eq!(whole["verdict"].text(), Some("met"));
    }
}

#[test]
fn an_earlier_release_is_read_by_its_tag() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    done(here, &["init", "first"]);
    done(here, &["run", "first", "--quiet"]);
    done(here, &["tag", "1", "annual", "first"]);
    let by = |word: &str| {
        done(here, &["show", "indicators", "first", "--as-of", word])
            + &done(here, &["status", "first", "--as-of", word])
            + &done(here, &["open", "first", "--as-of", word])
    };
    assert_eq!(by("annual"), by("1"));
    assert!(done(here, &["diff", "annual", "current", "first"]).contains("000001-"));
    let refused = |word: &str| {
        let ended = within(here, &["show", "indicators", "first", "--as-of", word]);
        assert_eq!(ended.status.code(), Some(2), "{}", said(&ended));
        said(&ended)
    };
    assert!(
        refused("anual").contains("did you mean annual?"),
        "{}",
        refused("anual")
    );
    let early = refused("2001-01-01");
    assert!(early.contains("nothing had been published by 2001-01-01"), "{early}");
    assert!(early.contains("hint: the first release, 000001-"), "{early}");
}

#[test]
fn the_first_run_tells_what_is_wrong_in_words() {
    let folder = tempfile::tempdir().unwrap();
    done(folder.path(), &["init", "first"]);
    let summary = done(folder.path(), &["run", "first"]);
    for part in [
        "synthetic data, no real statistics",
        "Computers with internet (%)",
        "Town",
        "1 quarantined",
        "online-within-computers",
        "Published: 000001-",
    ] {
        assert!(summary.contains(part), "{part} is not in\n{summary}");
    }
    // What the comment in checks.toml advises.
    let sheet = folder.path().join("first/submissions/2025/south.csv");
    let text = fs::read_to_string(&sheet).unwrap();
    fs::write(&sheet, text.replace("10,15", "15,10")).unwrap();
    let summary = done(folder.path(), &["run", "first"]);
    assert!(
        summary.contains("9 accepted") && summary.contains("Published: 000002-"),
        "{summary}"
    );
}

#[test]
fn both_languages_define_the_same() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/cli/init");
    let keys = |lang: &str, file: &str| {
        let text = fs::read_to_string(folder.join(lang).join(file)).unwrap();
        let keys = text
            .lines()
            .map(|line| line.split(['=', '#']).next().unwrap().trim().to_owned());
        keys.filter(|key| !key.is_empty()).collect::<Vec<_>>()
    };
    for file in [
        "pipeline.toml",
        "forms/libraries.toml",
        "checks.toml",
        "measures.toml",
        "indicators.toml",
        "dimensions.toml",
    ] {
        assert_eq!(keys("en", file), keys("zh", file), "{file}");
    }
}

#[test]
fn nothing_that_is_there_is_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    fs::create_dir(here.join("empty")).unwrap();
    done(here, &["init", "empty"]);
    fs::create_dir(here.join("full")).unwrap();
    fs::write(here.join("full/notes.txt"), "mine").unwrap();
    fs::write(here.join("file"), "mine").unwrap();
    for (name, why) in [
        ("full", "is not empty"),
        ("empty", "is not empty"),
        ("file", "is no folder"),
    ] {
        let refused = within(here, &["init", name]);
        assert_eq!(refused.status.code(), Some(2), "{}", said(&refused));
        assert!(
            said(&refused).contains(why) && said(&refused).contains("hint: "),
            "{}",
            said(&refused)
        );
    }
    assert_eq!(fs::read_dir(here.join("full")).unwrap().count(), 1);
    assert_eq!(fs::read_to_string(here.join("file")).unwrap(), "mine");
    // A folder whose name no pipeline can have.
    done(here, &["init", "My Survey 图书馆"]);
    let checked = done(here, &["check", "My Survey 图书馆"]);
    assert!(checked.starts_with("libraries has no errors"), "{checked}");
    assert_eq!(huizong(["init"]).status.code(), Some(2));
}

#[test]
fn a_pipeline_need_not_be_named_where_there_is_one() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    // Every command that is about a pipeline, with what it needs beside.
    let commands: &[&[&str]] = &[
        &["run", "--quiet"],
        &["check"],
        &["plan"],
        &["verify", "--quiet"],
        &["status"],
        &["summary"],
        &["show", "indicators"],
        &["headers"],
        &["releases"],
        &["gc"],
        &["open"],
        &["trace", "online_share", "--area", "LL", "--period", "2025"],
        &["sql", "cube", "--form", "libraries"],
        &["tag", "current", "first"],
        &["explain", "online-within-computers"],
    ];
    for args in commands.iter().filter(|args| args[0] != "explain") {
        let none = within(here, args);
        assert_eq!(none.status.code(), Some(2), "{args:?}: {}", said(&none));
        assert!(
            said(&none).contains("neither the current folder nor pipelines/ contains one")
                && said(&none).contains("hint: "),
            "{args:?}: {}",
            said(&none)
        );
    }
    done(here, &["init", "pipelines/one"]);
    for args in commands {
        done(here, args);
        done(&here.join("pipelines/one"), args);
    }
    done(here, &["init", "pipelines/two"]);
    done(here, &["status"]); // of two, the one that has published
    done(here, &["run", "pipelines/two", "--quiet"]);
    for args in commands.iter().filter(|args| args[0] != "explain") {
        let several = within(here, args);
        assert_eq!(several.status.code(), Some(2), "{args:?}: {}", said(&several));
        assert!(
            said(&several).contains("pipelines/one, pipelines/two"),
            "{args:?}: {}",
            said(&several)
        );
        let one = "pipelines/one";
        done(here, &[args, &["--pipeline", one][..]].concat());
        done(here, &[args, &[one][..]].concat());
        let both = within(here, &[args, &[one, "--pipeline", one][..]].concat());
        assert_eq!(both.status.code(), Some(2), "{args:?}: {}", said(&both));
    }
    for args in [
        ["explain", "online-within-computers", "pipelines/two"],
        ["show", "indicators", "pipelines/one"],
    ] {
        done(here, &args);
    }
    assert!(done(here, &["explain", "pipelines/one"]).contains("online-within-computers"));
    // Without a table, all are listed, and so on.
    for (args, listed) in [
        (["show", "pipelines/one"], "indicators"),
        (["trace", "pipelines/one"], "online_share"),
    ] {
        let asked = within(here, &args);
        assert_eq!(asked.status.code(), Some(2), "{args:?}: {}", said(&asked));
        assert!(said(&asked).contains(listed), "{args:?}: {}", said(&asked));
    }
    done(here, &["tag", "--delete", "first", "pipelines/one"]);
    let template = done(
        here,
        &["template", "libraries", "pipelines/one", "--output", "blank.xlsx"],
    );
    assert!(template.contains("blank.xlsx"), "{template}");
    let said_zh = within(here, &["check", "--lang", "zh"]);
    assert!(
        said(&said_zh).contains("请给出其中一个：pipelines/one、pipelines/two"),
        "{}",
        said(&said_zh)
    );
    // Programs are told as well.
    let json = within(here, &["run", "--log-format", "json"]);
    assert!(said(&json).contains("pipelines/one, pipelines/two"), "{}", said(&json));
}

/// Whoever has no clone gets the pipeline and the submissions of the repository, and so its release.
#[test]
fn the_sample_is_that_of_the_repository() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let next = done(here, &["init", "demo", "--sample", "--lang", "zh"]);
    assert!(next.contains("huizong run demo") && next.contains("模拟"), "{next}");
    let kept = root().join("pipelines/community-services");
    let within_here = contents(&here.join("demo"));
    for (path, bytes) in contents(&kept) {
        let made = within_here.get(&path);
        match path.as_str() {
            "pipeline.toml" => {
                let made = String::from_utf8(made.unwrap().clone()).unwrap();
                assert!(
                    made.contains("input = \"submissions\"\noutput = \"output\"\n"),
                    "{made}"
                );
                let back = made
                    .replace("\"submissions\"", "\"../../sample_data/submissions\"")
                    .replace("\"output\"", "\"../../output\"");
                assert_eq!(back.into_bytes(), bytes);
            }
            // Makes the registry; a pipeline does not need it.
            path if path.starts_with("registry/build/") => assert_eq!(made, None, "{path}"),
            path => assert_eq!(made, Some(&bytes), "{path}"),
        }
    }
    for part in ["submissions", "truth"] {
        let names = |at: &Path| contents(&at.join(part)).into_keys().collect::<Vec<_>>();
        assert_eq!(names(&here.join("demo")), names(&root().join("sample_data")), "{part}");
    }
    done(here, &["run", "demo", "--quiet"]);
    let id = |output: &Path| {
        fs::canonicalize(output.join("current"))
            .unwrap()
            .file_name()
            .unwrap()
            .to_owned()
    };
    assert_eq!(id(&here.join("demo/output")), id(&shipped().output));
}

//! What a run says at its end to a scheduler and its log collector.

use serde_json::Value;

use super::small::{Sent, nation};
use crate::support::{World, huizong};

/// Runs as a scheduler does, which must print nothing but events, and gives the exit code and these.
pub fn events(world: &World, more: &[&str]) -> (i32, Vec<Value>) {
    let (pipeline, input, output) = (world.path("pipeline"), world.path("input"), world.output());
    let paths = [&pipeline, &input, &output].map(|path| path.to_str().unwrap());
    let args = [
        "run",
        paths[0],
        "--input",
        paths[1],
        "--output",
        paths[2],
        "--log-format",
        "json",
    ];
    let ended = huizong(args.iter().chain(more));
    if more.contains(&"--quiet") {
        assert!(ended.stdout.is_empty());
    }
    let lines = String::from_utf8(ended.stderr).unwrap();
    let events = lines.lines().map(|line| serde_json::from_str(line).expect(line));
    (ended.status.code().unwrap(), events.collect())
}

pub fn complete() -> World {
    nation("['2020']", "year", "[gate]\nmin_reporting_share = 0.9\n")
        .county("2020", "130102", "100", &["3", "x"])
        .county("2020", "130104", "200", &["5"])
}

#[test]
fn a_quiet_run_says_one_event_at_its_end() {
    let world = complete();
    let (code, events_of_first) = events(&world, &["--quiet"]);
    assert_eq!((code, events_of_first.len()), (0, 1), "{events_of_first:?}");
    let event = &events_of_first[0];
    let fields = &event["fields"];
    assert_eq!(
        (event["level"].as_str(), fields["outcome"].as_str()),
        (Some("INFO"), Some("published"))
    );
    assert!(fields["release"].as_str().unwrap().starts_with("000001-"));
    let counts = [
        "submissions",
        "rows_read",
        "rows_accepted",
        "rows_quarantined",
        "findings_hard",
        "exit",
    ];
    assert_eq!(
        counts.map(|name| fields[name].as_u64()),
        [4, 9, 4, 1, 1, 0].map(Some),
        "{fields}"
    );
    assert!(fields["seconds"].as_f64().is_some_and(|seconds| seconds > 0.0));
    assert!(fields["reasons"].is_null());

    let (code, again) = events(&world, &["--quiet"]);
    assert_eq!((code, again.len()), (0, 1));
    assert_eq!(again[0]["fields"]["outcome"], "unchanged");
    assert_eq!(again[0]["fields"]["release"], fields["release"]);
}

#[test]
fn a_withheld_run_says_why_in_its_event_and_in_its_first_line() {
    let world = complete().sent("2020/130104_people.csv", "");
    let (code, events_of_run) = events(&world, &["--quiet"]);
    assert_eq!((code, events_of_run.len()), (1, 1), "{events_of_run:?}");
    let fields = &events_of_run[0]["fields"];
    assert_eq!(
        (fields["outcome"].as_str(), fields["exit"].as_u64()),
        (Some("withheld"), Some(1))
    );
    let reasons = fields["reasons"].as_str().unwrap();
    assert!(
        reasons.contains("2020 people: 50.0 % of the expected reporters"),
        "{reasons}"
    );
    assert!(fields["release"].is_null(), "nothing is current");

    let (_, text) = world.run(&[]);
    assert_eq!(
        text.lines().next(),
        Some("WITHHELD, not published: 1 condition of the gate is not met; nothing has been published yet.")
    );
    let (_, text) = world.run(&["--lang", "zh"]);
    assert_eq!(
        text.lines().next(),
        Some("【未发布】1 项发布门槛未达到；此前没有发布过。")
    );
}

#[test]
fn what_was_not_published_is_no_release_in_the_event() {
    let world = nation("['2018', '2020']", "year", "[gate]\nmin_reporting_share = 0.9\n");
    let both = ["2018", "2020"].into_iter().fold(world, |world, period| {
        world
            .county(period, "130102", "100", &["3", "4"])
            .county(period, "130104", "200", &["5"])
    });
    let (_, first) = events(&both, &["--quiet"]);
    let published = &first[0]["fields"];
    assert!(published["release"].is_string() && published["release"] == published["current"]);
    // A partial run that the gate would publish is a success.
    let (code, partial) = events(&both, &["--quiet", "--period", "2020"]);
    let withheld = both.sent("2020/130104_people.csv", "");
    let (withheld_code, withheld) = events(&withheld, &["--quiet"]);
    assert_eq!((code, withheld_code), (0, 1));
    for (event, outcome) in [(&partial[0], "partial"), (&withheld[0], "withheld")] {
        let fields = &event["fields"];
        assert_eq!(fields["outcome"], outcome);
        assert!(fields["release"].is_null(), "{fields}");
        assert_eq!(fields["current"], published["release"]);
    }
}

#[test]
fn a_run_that_fails_says_so_as_an_event() {
    let world = complete();
    let (code, events_of_run) = events(&world, &["--quiet", "--period", "1999"]);
    assert_eq!((code, events_of_run.len()), (2, 1), "{events_of_run:?}");
    let fields = &events_of_run[0]["fields"];
    assert_eq!(fields["outcome"], "failed");
    assert_eq!(fields["error"], "the pipeline has no period 1999; it has 2020");

    let broken = complete().extended(
        "measures.toml",
        "\n[[measure]]\nid = 'x'\nform = 'nowhere'\nvalue = '1'\n",
    );
    let (code, events_of_run) = events(&broken, &["--quiet"]);
    assert_eq!((code, events_of_run.len()), (2, 2), "{events_of_run:?}");
    assert_eq!(events_of_run[0]["fields"]["code"], "unknown-form");
    assert_eq!(events_of_run[1]["fields"]["outcome"], "failed");
}

#[test]
fn the_event_names_the_periods_of_the_run() {
    let years = |periods: &str| {
        let world = nation(periods, "year", "");
        ["2018", "2020"].into_iter().fold(world, |world, period| {
            world
                .county(period, "130102", "100", &["3"])
                .county(period, "130104", "200", &["5"])
        })
    };
    let both = years("['2018', '2020']");
    let fields_of = |events: &[Value]| {
        let fields = events.last().unwrap()["fields"].clone();
        ["outcome", "periods", "left_out", "lacking", "dropped"]
            .map(|name| fields[name].as_str().unwrap_or("-").to_owned())
    };
    let (_, first) = events(&both, &["--quiet"]);
    assert_eq!(fields_of(&first), ["published", "2018; 2020", "-", "-", "-"]);
    let (_, partial) = events(&both, &["--quiet", "--period", "2020"]);
    assert_eq!(fields_of(&partial), ["partial", "2020", "2018", "2018", "-"]);
    let plan = std::fs::read_to_string(both.path("pipeline/pipeline.toml")).unwrap();
    let fewer = both.defined("pipeline.toml", plan.replace("['2018', '2020']", "['2020']"));
    let (code, dropped) = events(&fewer, &["--quiet"]);
    assert_eq!(
        (code, fields_of(&dropped)),
        (0, ["published", "2020", "-", "-", "2018"].map(str::to_owned))
    );
}

#[test]
fn a_command_line_that_cannot_be_read_is_an_event_in_english() {
    let run = |args: &[&str]| {
        let ended = huizong(args);
        assert!(ended.stdout.is_empty());
        (ended.status.code(), String::from_utf8(ended.stderr).unwrap())
    };
    for lang in ["zh", "en"] {
        let (code, said) = run(&["run", "p", "--quite", "--log-format", "json", "--lang", lang]);
        let event: Value = serde_json::from_str(said.trim()).expect(&said);
        let fields = &event["fields"];
        assert_eq!(
            (code, fields["outcome"].as_str(), fields["exit"].as_u64()),
            (Some(2), Some("failed"), Some(2))
        );
        assert_eq!(fields["error"], "unexpected argument '--quite' found", "{said}");
        assert_eq!(fields["hint"], "a similar argument exists: '--quiet'", "{said}");
        // What is wrong with a definition, or with the folder, is told in English as well.
        let (code, said) = run(&["run", "nowhere", "--log-format=json", "--lang", lang]);
        assert_eq!(code, Some(2));
        assert!(
            said.is_ascii() && said.lines().all(|line| serde_json::from_str::<Value>(line).is_ok()),
            "{said}"
        );
    }
    let (code, said) = run(&["run", "p", "--quite", "--lang", "zh"]);
    assert_eq!(code, Some(2));
    assert!(said.starts_with("错误：没有这个参数：--quite"), "{said}");
}

#[test]
fn events_are_english_and_lines_of_text_in_the_language_asked_for() {
    let world = complete();
    let output = world.publish(&[]);
    let damage = || {
        let current = std::fs::canonicalize(output.join("current")).unwrap();
        std::fs::remove_file(current.join("CODEBOOK.md")).unwrap();
    };
    damage();
    let (code, told) = events(&world, &["--quiet", "--lang", "zh"]);
    assert_eq!((code, told.len()), (0, 2), "{told:?}");
    let said = told[0]["fields"]["message"].as_str().unwrap();
    assert!(said.starts_with("the current release is damaged"), "{said}");
    damage();
    let (_, said) = world.run(&["--quiet", "--lang", "zh"]);
    assert!(
        said.contains(" 警告 当前发布已损坏：") && said.contains("CODEBOOK.md"),
        "{said}"
    );
    let missing = complete();
    std::fs::remove_dir_all(missing.path("input")).unwrap();
    let (code, told) = events(&missing, &["--lang", "zh"]);
    let last = told.last().unwrap()["fields"].to_string();
    assert!(code == 2 && last.contains("name it with --input"), "{last}");
}

#[test]
fn the_event_names_what_the_gate_has_not_judged() {
    let years = || nation("['2018', '2020']", "year", "").county("2018", "130102", "100", &["3"]);
    let (_, told) = events(&years(), &["--quiet", "--as-of", "2020-06-30"]);
    assert_eq!(told[0]["fields"]["not_judged"], "2020 houses; 2020 people");
    assert!(told[0]["fields"]["judged_as_sent"].is_null());
    let (_, told) = events(&years(), &["--quiet", "--as-of", "2018-06-30"]);
    let fields = &told[0]["fields"];
    assert_eq!(
        fields["judged_as_sent"],
        "2018 houses; 2018 people; 2020 houses; 2020 people"
    );
    assert!(fields["not_judged"].is_null());
}

#[test]
fn a_loud_run_ends_with_the_same_event() {
    let (_, events) = events(&complete(), &[]);
    let last = events.last().unwrap();
    assert_eq!(
        (last["fields"]["outcome"].as_str(), last["target"].as_str()),
        (Some("published"), Some("huizong::ending"))
    );
    assert!(events.len() > 2, "{events:?}");
}

use std::fs;

use super::world;
use crate::night::small::unwrapped;
use crate::support::{World, huizong, said};

fn look(world: &World, command: &str, more: &[&str]) -> (i32, String) {
    let paths = ["pipeline", "output"].map(|place| world.path(place).display().to_string());
    let told = huizong([command, &paths[0], "--output", &paths[1]].iter().chain(more));
    (told.status.code().unwrap(), said(&told))
}

/// Three releases: a county sends again, then another has gone.
fn three() -> World {
    let world = world().published();
    world.put("input/2020/130102_people.csv", "代码,人数,贫困人数\n130102,110,32\n");
    let world = world.published();
    fs::remove_file(world.path("input/2020/130104_people.csv")).unwrap();
    world.published()
}

/// Takes the day from the form on which it is due; returns the form as it was.
fn without_due(world: &World) -> String {
    let form = fs::read_to_string(world.path("pipeline/forms/people.toml")).unwrap();
    let open = form.replace("due = '10 days'\n", "");
    assert_ne!(open, form);
    world.put("pipeline/forms/people.toml", open);
    form
}

#[test]
fn a_summary_says_what_is_new_since_a_release() {
    let world = three();
    let (code, text) = look(&world, "summary", &[]);
    assert_eq!(code, 0, "{text}");
    for part in [
        "figures; of 全国 most:",
        "2020 poverty (%): 13.1 → 29.1 (+16): resubmissions",
        "No run was withheld since.",
        "Who is newly late\n  130104 桥西区 · people · 2020",
        "None.",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    // Without a day on which the form is due, nobody is late.
    let form = without_due(&world);
    let (_, open) = look(&world, "summary", &[]);
    assert!(
        open.contains("Who is newly missing (no due day is set)\n  130104 桥西区 · people · 2020")
            && !open.contains("late\n"),
        "{open}"
    );
    world.put("pipeline/forms/people.toml", form);
    // Over both releases in between.
    let (_, text) = look(&world, "summary", &["--since", "1"]);
    assert!(
        text.contains("2020 poverty (%): 6.25 → 29.1 (+22.8): resubmissions"),
        "{text}"
    );
    // One in between is gone: what moved is known, why is not.
    let second = fs::read_dir(world.output().join("releases")).unwrap();
    let second = second.map(|entry| entry.unwrap().path());
    let second = second
        .into_iter()
        .find(|path| path.to_string_lossy().contains("000002-"))
        .unwrap();
    fs::rename(&second, world.path("second")).unwrap();
    let (_, text) = look(&world, "summary", &["--since", "1"]);
    assert!(
        text.contains("6.25 → 29.1 (+22.8)") && text.contains("the causes are not known"),
        "{text}"
    );
    let (code, text) = look(&world, "summary", &["--since", "7"]);
    assert!(code == 2 && text.contains("there is no release 7"), "{text}");
}

#[test]
fn a_summary_says_why_a_run_was_withheld() {
    let world = three();
    let plan = fs::read_to_string(world.path("pipeline/pipeline.toml")).unwrap();
    let world = world.defined(
        "pipeline.toml",
        plan.replace("min_reporting_share = 0", "min_reporting_share = 1"),
    );
    world.put("input/2019/130102_people.csv", "代码,人数,贫困人数\n130102,110,32\n");
    assert_eq!(world.run(&[]).0, 1);
    let (_, text) = look(&world, "summary", &[]);
    let text = unwrapped(&text);
    assert!(text.contains("is not published, the current release stays:"), "{text}");
    assert!(
        text.contains("of the expected reporters sent something usable, below 100.0 %"),
        "{text}"
    );
    let (_, html) = look(&world, "summary", &["--format", "html", "--lang", "zh"]);
    assert!(
        html.starts_with("<div lang=\"zh\">\n<h1>") && html.contains("<h2>新逾期未报的单位</h2>"),
        "{html}"
    );
    assert_eq!(html.matches("<ul>").count(), html.matches("</ul>").count());
    assert!(!html.contains("<script") && html.contains("未发布"), "{html}");
    assert!(
        html.contains("UTC 的运行未发布，当前版本不变：</p>\n<ul>\n<li>") && html.contains("<p>没有。</p>"),
        "{html}"
    );
    assert!(!html.contains("没有得出结果的运行"), "{html}");
    let (_, markdown) = look(&world, "summary", &["--format", "markdown"]);
    assert!(
        markdown.contains("## Who is newly late\n\n- 130104 桥西区 · people · 2020"),
        "{markdown}"
    );
}

#[test]
fn a_summary_names_runs_that_came_to_no_result() {
    let world = three();
    let output = world.output();
    // A run that cannot put its result in its place fails.
    world.put("input/2020/130102_people.csv", "代码,人数,贫困人数\n130102,111,32\n");
    fs::write(output.join("partial"), "in the way").unwrap();
    assert_eq!(world.run(&["--period", "2020"]).0, 3);
    let running = fs::read_to_string(output.join("run.json")).unwrap();
    fs::write(
        output.join("run.json"),
        running
            .replace("\"failed\"", "\"running\"")
            .replace("\"started_at\": \"2", "\"started_at\": \"3"),
    )
    .unwrap();
    fs::remove_file(output.join("partial")).unwrap();
    world.run(&["--period", "2020"]);
    let (_, text) = look(&world, "summary", &[]);
    let told = unwrapped(&text);
    assert!(
        told.contains("Runs without a result begun 3") && told.contains("UTC: killed, or the machine failed"),
        "{text}"
    );
    assert!(
        told.contains("UTC: failed: cannot ") && told.contains("partial"),
        "{text}"
    );
    let (_, html) = look(&world, "summary", &["--format", "html", "--lang", "zh"]);
    assert!(
        html.contains("<h2>没有得出结果的运行</h2>\n<ul>\n<li>3") && html.contains("开始：失败："),
        "{html}"
    );
}

#[test]
fn readers_can_look_at_an_earlier_release() {
    let world = three();
    let poverty = |more: &[&str]| {
        let args = ["--area", "000000", "--period", "2020"];
        let paths = ["pipeline", "output"].map(|place| world.path(place).display().to_string());
        let told = huizong(
            ["trace", "poverty", &paths[0], "--output", &paths[1]]
                .iter()
                .copied()
                .chain(args)
                .chain(more.iter().copied()),
        );
        (told.status.code().unwrap(), said(&told))
    };
    for (more, sums) in [
        (&[][..], "32 ÷ 110 × 100"),
        (&["--as-of", "2"], "42 ÷ 320 × 100"),
        (&["--as-of", "1"], "20 ÷ 320 × 100"),
        (&["--as-of", "previous"], "42 ÷ 320 × 100"),
    ] {
        let (code, text) = poverty(more);
        assert!(code == 0 && text.contains(sums), "{more:?}: {text}");
    }
    let (_, text) = look(&world, "status", &["--as-of", "1", "--counties"]);
    assert!(text.contains("Release 000001-"), "{text}");
    let paths = ["pipeline", "output"].map(|place| world.path(place).display().to_string());
    let sql = huizong([
        "sql", "cube", "--form", "people", &paths[0], "--output", &paths[1], "--as-of", "1",
    ]);
    assert!(said(&sql).contains("/releases/000001-"), "{}", said(&sql));
    // All three were published today.
    let today = jiff::ZonedDateTime::now().date().to_string();
    assert!(poverty(&["--as-of", &today]).1.contains("32 ÷ 110"));
    for (more, told) in [
        (
            &["--as-of", "2001-01-01"][..],
            "nothing had been published by 2001-01-01",
        ),
        (&["--as-of", "1", "--withheld"], "cannot be used with"),
    ] {
        let (code, text) = poverty(more);
        assert!(code == 2 && text.contains(told), "{more:?}: {text}");
    }
}

#[test]
fn a_summary_of_the_first_release_says_how_it_stands() {
    let world = world().published();
    let (code, text) = look(&world, "summary", &["--since", "previous"]);
    assert_eq!(code, 0, "{text}");
    for part in [
        "no earlier release to compare with",
        "State of the release\n  8 submissions, of which 0 have no usable row; 20 rows read, 12 accepted",
        "2020 people: 2 expected, 2 received, 2 usable",
        "Who is late\n  Nobody.",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!text.contains("What moved"), "{text}");
    without_due(&world);
    let (_, open) = look(&world, "summary", &[]);
    assert!(open.contains("Who is missing (no due day is set)\n  Nobody."), "{open}");
    let (_, text) = look(&world, "summary", &["--lang", "zh"]);
    assert!(
        text.contains("此前没有版本可比") && text.contains("2020 people：应报 2，已报 2，可用 2"),
        "{text}"
    );
    // A release that does not exist is still an error.
    let (code, text) = look(&world, "summary", &["--since", "7"]);
    assert!(code == 2 && text.contains("there is no release 7"), "{text}");
}

#[test]
fn whoever_reads_the_release_is_told_that_a_later_run_was_withheld() {
    let world = three();
    let figure = ["poverty", "--area", "130102", "--period", "2020"];
    let commands: [(&str, &[&str]); 3] = [("show", &["indicators"]), ("trace", &figure), ("open", &[])];
    // The word of a command stands before the pipeline.
    let ask = |command: &str, words: &[&str], more: &[&str]| {
        let paths = ["pipeline", "output"].map(|place| world.path(place).display().to_string());
        let mut args = vec![command];
        args.extend(words);
        args.extend([paths[0].as_str(), "--output", paths[1].as_str()]);
        args.extend(more);
        huizong(args)
    };
    for (command, words) in commands {
        let ended = ask(command, words, &[]);
        assert!(
            ended.status.success() && ended.stderr.is_empty(),
            "{command}: {}",
            said(&ended)
        );
    }
    let plan = fs::read_to_string(world.path("pipeline/pipeline.toml")).unwrap();
    fs::write(
        world.path("pipeline/pipeline.toml"),
        plan.replace("min_reporting_share = 0", "min_reporting_share = 1"),
    )
    .unwrap();
    assert_eq!(world.run(&[]).0, 1);
    for (command, words) in commands {
        for (lang, expected) in [("en", "the gate withheld a later run"), ("zh", "未通过发布门槛")] {
            let ended = ask(command, words, &["--lang", lang]);
            let told = String::from_utf8(ended.stderr.clone()).unwrap();
            assert!(
                ended.status.success() && told.contains(expected) && told.lines().count() == 1,
                "{command}: {}",
                said(&ended)
            );
        }
        let ended = ask(command, words, &["--withheld"]);
        assert!(
            ended.status.success() && ended.stderr.is_empty(),
            "{command}: {}",
            said(&ended)
        );
    }
}

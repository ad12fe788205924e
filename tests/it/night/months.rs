//! A monthly pipeline without a last month: the gate judges what is due.

use super::small::{Sent, manifest, nation, texts, unwrapped};
use crate::support::{World, huizong, said};

/// January and February are complete; of March one form has come, in which one of two rows cannot count.
fn months() -> World {
    let gate = "[gate]\nmin_reporting_share = 0.9\nmax_quarantined_row_share = 0.05\n";
    let mut world = nation("{ from = '2020-01' }", "month", gate);
    for month in ["2020-01", "2020-02"] {
        world = world
            .county(month, "130102", "100", &["3"])
            .county(month, "130104", "200", &["5"]);
    }
    world
        .sent("2020-03/130102_people.csv", "代码,人数,贫困人数\n130102,约五百,10\n")
        .sent("2020-03/130104_people.csv", "代码,人数,贫困人数\n130104,210,10\n")
}

#[test]
fn a_month_that_is_not_due_withholds_nothing() {
    let world = months();
    let (code, text) = world.run(&["--as-of", "2020-03-20"]);
    assert_eq!(code, 0, "{text}");
    let text = unwrapped(&text);
    for part in [
        "small · 全国 · 2020-02",
        "Not due yet on 2020-03-20, so not judged by the gate",
        "- 2020-03 people: due on 2020-04-10; 1 of 2 usable so far, 2 received",
        "2020-03: forms not due on 2020-03-20 were not judged by the gate.",
        "- 2020-03 houses: due on 2020-03-31; 0 of 2 usable so far",
    ] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
    let read = manifest(&world, "current");
    assert_eq!(read["as_of"], "2020-03-20");
    assert_eq!(texts(&read["periods"]), ["2020-01", "2020-02", "2020-03"]);
    let waiting = read["gate_not_due"].as_array().unwrap();
    let waiting: Vec<_> = waiting
        .iter()
        .map(|one| format!("{} {}", one["form"], one["due"]))
        .collect();
    assert_eq!(waiting, [r#""houses" "2020-03-31""#, r#""people" "2020-04-10""#]);
    let judged = read["gate"].as_array().unwrap();
    assert!(judged.iter().all(|check| check["period"] != "2020-03"), "{judged:?}");
    // 2 shares × 2 forms × 2 months.
    assert_eq!(
        judged.iter().filter(|check| !check["period"].is_null()).count(),
        8,
        "{judged:?}"
    );
}

#[test]
fn a_form_is_judged_on_the_day_after_it_was_due() {
    let cases = [
        // Of `houses`, which names no date, nobody has sent March by the end of the month.
        ("2020-03-31", 0, ""),
        ("2020-04-01", 1, "2020-03 houses: 0.0 % of the expected reporters"),
        ("2020-04-10", 1, "2020-03 houses: 0.0 % of the expected reporters"),
        ("2020-04-11", 1, "2020-03 people: 50.0 % of the expected reporters"),
        ("2020-04-11", 1, "2020-03 people: 50.0 % of the rows are quarantined"),
    ];
    for (as_of, expected, reason) in cases {
        let world = months();
        let (code, text) = world.run(&["--as-of", as_of]);
        assert_eq!(code, expected, "{as_of}: {text}");
        assert!(unwrapped(&text).contains(reason), "{as_of}: {reason} is not in {text}");
        let of_people = text.contains("2020-03 people: 50.0 %");
        assert_eq!(of_people, as_of == "2020-04-11", "{as_of}: {text}");
    }
}

#[test]
fn an_earlier_date_never_takes_months_away() {
    let world = months();
    world.publish(&["--as-of", "2020-03-20"]);
    let before = std::fs::read_link(world.output().join("current")).unwrap();
    let (code, text) = world.run(&["--as-of", "2020-02-20"]);
    assert_eq!(code, 0, "{text}");
    let first = text.lines().next().unwrap();
    assert!(
        first.starts_with("PARTIAL RUN, not published: only 2020-01, 2020-02."),
        "{first}"
    );
    assert_eq!(std::fs::read_link(world.output().join("current")).unwrap(), before);
    // Files of later months are left out, and are no findings.
    assert_eq!(manifest(&world, "partial")["findings"]["hard"], 0);
}

#[test]
fn without_a_date_the_run_is_of_today() {
    let world = months();
    let (code, text) = world.run(&[]);
    let today = jiff::ZonedDateTime::now().date();
    assert_eq!(code, 1, "{text}");
    let read = manifest(&world, "withheld");
    assert_eq!(read["as_of"], today.to_string());
    let periods = texts(&read["periods"]);
    assert_eq!(periods.last().copied(), Some(&today.to_string()[..7]));
    assert_eq!(periods[..3], ["2020-01", "2020-02", "2020-03"]);
}

/// A run of a date to come, and one of today after it: the world, and what the two said.
fn to_come(next_month_is_sent: bool) -> (World, String, (i32, String)) {
    let today = jiff::ZonedDateTime::now().date();
    let (month, later) = (&today.to_string()[..7], today.last_of_month().tomorrow().unwrap());
    let mut world = nation(&format!("{{ from = '{month}' }}"), "month", "").county(month, "130102", "100", &["3"]);
    if next_month_is_sent {
        world = world.county(&later.to_string()[..7], "130102", "110", &["4"]);
    }
    let (code, first) = world.run(&["--as-of", &later.to_string()]);
    assert_eq!(code, 0, "{first}");
    assert_eq!(texts(&manifest(&world, "current")["periods"]).len(), 2);
    let second = world.run(&[]);
    (world, first, second)
}

/// Nor does today, after a run of a later date.
#[test]
fn months_to_come_that_were_sent_stay() {
    let (world, _, (code, text)) = to_come(true);
    assert_eq!(
        (code, text.starts_with("PARTIAL RUN, not published")),
        (0, true),
        "{text}"
    );
    assert_eq!(texts(&manifest(&world, "current")["periods"]).len(), 2);
}

/// A slip in the date must not stop the nights that follow.
#[test]
fn months_to_come_for_which_nobody_sent_anything_hold_nothing_up() {
    let (world, first, (code, text)) = to_come(false);
    let today = jiff::ZonedDateTime::now().date();
    assert!(first.contains(&format!("is after today, {today}")), "{first}");
    assert_eq!((code, text.contains("Published: 000002-")), (0, true), "{text}");
    for not_told in ["is after today", "PARTIAL", "No longer published"] {
        assert!(!text.contains(not_told), "{not_told} is in {text}");
    }
    assert_eq!(texts(&manifest(&world, "current")["periods"]).len(), 1);
    let (_, text) = world.run(&["--lang", "zh", "--as-of", &today.tomorrow().unwrap().to_string()]);
    assert!(text.contains(&format!("晚于今天（{today}）")), "{text}");
}

#[test]
fn the_date_decides_for_periods_with_an_end_as_well() {
    let gate = "[gate]\nmin_reporting_share = 0.9\n";
    let world = nation("['2018', '2020']", "year", gate)
        .county("2018", "130102", "100", &["3"])
        .county("2018", "130104", "200", &["5"]);
    let (code, text) = world.run(&["--as-of", "2020-12-01"]);
    assert_eq!(code, 0, "{text}");
    assert_eq!(texts(&manifest(&world, "current")["periods"]), ["2018", "2020"]);
    let (code, text) = world.run(&["--as-of", "2021-01-11"]);
    assert_eq!(code, 1, "{text}");
}

fn status(world: &World, more: &[&str]) -> String {
    let (pipeline, output) = (world.path("pipeline"), world.output());
    let args = [
        "status".as_ref(),
        pipeline.as_os_str(),
        "--output".as_ref(),
        output.as_os_str(),
    ];
    let told = huizong(args.into_iter().chain(more.iter().map(|arg| arg.as_ref())));
    assert_eq!(told.status.code(), Some(0), "{}", said(&told));
    said(&told)
}

#[test]
fn status_shows_the_latest_month_that_is_due() {
    let world = months();
    world.publish(&["--as-of", "2020-03-20"]);
    let text = status(&world, &[]);
    assert!(text.lines().next().unwrap().contains("2020-02"), "{text}");
    assert!(!text.contains("Not due yet"), "{text}");
    let later = "2020-03 is not due yet; submissions that need action already: 1 (see --period 2020-03).";
    assert!(unwrapped(&text).contains(later), "{text}");
    assert!(status(&world, &["--lang", "zh"]).contains("2020-03 尚未到期，已报的有 1 份需要处理"));
    // Nobody is missing in a month that is not due.
    let running = ["--period", "2020-03", "--format", "json", "--counties"];
    let told: serde_json::Value = serde_json::from_str(&status(&world, &running)).unwrap();
    let total = |name: &str| told["total"][name].as_i64().unwrap();
    assert_eq!(
        ["expected", "received", "missing", "not_due"].map(total),
        [4, 2, 0, 2],
        "{told}"
    );
    let listed = told["reporters"].as_array().unwrap();
    assert_eq!(listed.len(), 1, "the row that is quarantined: {told}");
    assert!(status(&world, &running[..2]).contains("Not due yet"));
    // On 1 April the houses of March are due, the people are not.
    world.run(&["--as-of", "2020-04-01"]);
    let told = status(&world, &["--withheld", "--format", "json"]);
    let told: serde_json::Value = serde_json::from_str(&told).unwrap();
    assert_eq!(told["period"], "2020-03");
    let total = |name: &str| told["total"][name].as_i64().unwrap();
    assert_eq!(
        ["expected", "received", "missing", "not_due"].map(total),
        [4, 2, 2, 0],
        "{told}"
    );
    // Where no month is due yet, the latest of which anything has come.
    let world = nation("{ from = '2020-01' }", "month", "").county("2020-01", "130102", "100", &["3"]);
    world.publish(&["--as-of", "2020-01-20"]);
    let text = status(&world, &[]);
    assert!(
        text.lines().next().unwrap().contains("2020-01") && text.contains("Not due yet"),
        "{text}"
    );
}

/// A day before the first month: nothing has begun, and nothing is published.
#[test]
fn a_date_before_the_first_open_ended_period_is_refused() {
    let world = months();
    let (code, text) = world.run(&["--as-of", "2019-12-31"]);
    assert_eq!(code, 2, "{text}");
    let message = "no period of the pipeline has begun on 2019-12-31; the first is 2020-01";
    assert!(text.contains(message) && text.contains("--as-of"), "{text}");
    assert!(!world.output().exists());
    world.publish(&["--as-of", "2020-01-01"]);
}

#[test]
fn what_is_no_date_and_no_sound_range_is_refused() {
    let (code, text) = months().run(&["--as-of", "March"]);
    assert_eq!(
        (code, text.contains("expected a date such as 2021-03-01")),
        (2, true),
        "{text}"
    );
    let cases = [
        ("{ from = '1020-01' }", "more than 1200"),
        ("{ from = '2020-01', until = '2020-03' }", "until"),
        ("{ to = '2020-03' }", "from"),
    ];
    for (periods, part) in cases {
        let (code, text) = nation(periods, "month", "").run(&[]);
        assert_eq!((code, text.contains(part)), (2, true), "{periods}: {text}");
    }
}

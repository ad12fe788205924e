//! `report.html`: what it says, that nothing in it runs but its own script, and how a real browser shows it.

mod browser;
mod compared;
mod numbers;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::support::{
    World, huizong, indicators, measures, plan, program, published, root, said, shipped, shout, table,
};

const HOSTILE: &str = "<script>alert(1)</script>";

/// A country of two provinces, of which one has a name that would run.
fn small() -> World {
    let areas = format!(
        "code,name,name_en,level,parent_code\nX,全国,Land,country,\nN,{HOSTILE},,state,X\nS,南,South,state,X\n\
         A,甲,Ash,district,N\nB,乙,Bay,district,N\nC,丙,Cove,district,S\n"
    );
    let settings = "title = { zh = '公园', en = 'Parks' }\nunit = 'park'\nkey = ['park']\nfiles = ['{period}/{district}_*']\n\
                    missing = { '' = 'missing' }";
    World::new(&plan("plain", &["country", "state", "district"], &["2019", "2020"]), &areas)
        .form("parks", settings, "park | text | Park | required = true\n trees | integer | Trees | required = true")
        .defined("measures.toml", measures("trees | parks | trees\n parks | parks | 1"))
        .defined(
            "indicators.toml",
            indicators("trees_per_park | trees | parks | unit = '1'; better = 'higher'; target = { '2020' = 10.0 }; plausible = { min = 0.0, max = 50.0 }"),
        )
        .sent("2019/A_1.csv", "Park,Trees\nP1,4\n")
        .sent("2019/C_1.csv", "Park,Trees\nP1,8\n")
        .sent("2020/A_1.csv", "Park,Trees\nP1,6\n")
        .sent("2020/C_1.csv", "Park,Trees\nP1,18\nP2,12\n")
}

fn page(output: &Path) -> String {
    fs::read_to_string(output.join("current/report.html")).unwrap()
}

/// The part of a page in a language.
fn edition<'a>(page: &'a str, tag: &str) -> &'a str {
    let (_, after) = page.split_once(&format!("data-edition=\"{tag}\"")).unwrap();
    after.split("data-edition=\"").next().unwrap()
}

#[test]
fn a_release_is_told_in_both_languages() {
    let world = small().published();
    let page = page(&world.output());
    for (tag, expected) in [
        (
            "en",
            [
                "1 of 1 goal is met, 0 of them whatever is missing",
                "Rose from 6 in 2019 to 12 in 2020",
                "Highest in South (15)",
                "The half with the lowest values has 37.5% of the total",
                "2 of 3 reporters sent something usable (66.7%)",
                "This is the first release",
            ],
        ),
        (
            "zh",
            [
                "1 项目标中 1 项达标",
                "从 6（2019）升至 12（2020）",
                "南最高（15）",
                "占总量的 37.5%",
                "3 个应报单位中 2 个有可用数据（66.7%）",
                "这是第一个版本",
            ],
        ),
    ] {
        let edition = edition(&page, tag);
        for text in expected {
            assert!(edition.contains(text), "{text} is not in the edition {tag}");
        }
    }
    assert_eq!(page.matches("<script").count(), 1, "only its own");
    assert!(!page.contains(HOSTILE) && page.contains("&lt;script&gt;alert(1)"));
    for outside in ["http:", "https:", "src=", "@import", "url(h"] {
        assert!(!page.contains(outside), "the page needs no network, but has {outside}");
    }
}

/// Figures of the page are those of the tables.
#[test]
fn the_page_has_the_figures_of_the_tables() {
    let page = page(&shipped().output);
    let english = edition(&page, "en");
    let goals = table(&shipped().output, "indicators");
    let mut seen = 0;
    for row in goals
        .iter()
        .filter(|row| row["area_code"].text() == Some("000000") && row["period"].text() == Some("2020"))
    {
        let (Some(title), Some(value)) = (row["indicator_title_en"].text(), row["value"].number()) else {
            continue;
        };
        let six: f64 = format!("{value:.5e}").parse().unwrap();
        let id = row["indicator"].text().unwrap();
        let last = numbers::table(&page, &format!("trend-{id}")).pop().unwrap();
        assert!(
            last.cells.contains(&Some(six)),
            "{title}: {six} is not in {:?}",
            last.cells
        );
        seen += 1;
    }
    assert!(seen > 30, "{seen}");
    let gini = table(&shipped().output, "inequality").into_iter().find(|row| {
        row["scope_code"].text() == Some("000000")
            && row["period"].text() == Some("2020")
            && row["indicator"].text() == Some("rural_facility_coverage")
            && row["dimension"].text().is_none()
            && row["inequality_index"].text() == Some("gini")
    });
    let gini = gini.unwrap()["value"].number().unwrap();
    let (_, lorenz) = english.split_once("id=\"lorenz-rural_facility_coverage-en\">").unwrap();
    let headline = lorenz.split("</h5>").next().unwrap();
    assert!(
        headline.ends_with(&format!("Gini coefficient {gini:.3}")),
        "{headline} {gini}"
    );
    let bytes = page.len();
    assert!(bytes < 2_000_000, "a page that is mailed has less than 2 MB: {bytes}");
}

#[test]
fn the_page_is_the_same_however_often_and_by_however_many_threads_it_is_made() {
    let world = small();
    let one = page(&world.publish_into("one", &["--threads", "1"]));
    let other = page(&world.publish_into("other", &["--threads", "3", "--as-of", "2030-01-01"]));
    assert!(one == other);
    // It follows from the release before, and is no part of the id.
    let ids = |output: &str| fs::read_link(world.path(output).join("current")).unwrap();
    assert_eq!(ids("one"), ids("other"));
}

#[test]
fn what_came_late_is_told_with_its_cause_and_the_release_is_proved_with_its_page() {
    let world = small().published();
    let first = fs::read_link(world.output().join("current")).unwrap();
    let first = first.file_name().unwrap().to_str().unwrap().to_owned();
    world.put("input/2020/B_1.csv", "Park,Trees\nP1,24\n");
    world.publish(&[]);
    let page = page(&world.output());
    let english = edition(&page, "en");
    assert!(english.contains(&format!("since release {first}")));
    assert!(
        english.contains("changed, mostly by late submissions"),
        "{}",
        english.split("revisions-en").last().unwrap()
    );
    let verify = || {
        let (pipeline, input) = (world.path("pipeline"), world.path("input"));
        let args = [
            "verify".into(),
            pipeline,
            "--input".into(),
            input,
            "--output".into(),
            world.output(),
        ];
        huizong(args)
    };
    let ended = verify();
    assert_eq!(ended.status.code(), Some(0), "{}", said(&ended));
    // Without the release before neither the table nor the page can be computed again, and nothing else is doubted.
    fs::remove_dir_all(world.output().join("releases").join(first)).unwrap();
    let ended = verify();
    let told = said(&ended).split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        ended.status.success() && told.contains("report.html could not be computed again"),
        "{}",
        said(&ended)
    );
}

#[test]
fn a_run_that_is_withheld_says_so_on_its_page() {
    let world = small().extended("pipeline.toml", "");
    let text = fs::read_to_string(world.path("pipeline/pipeline.toml")).unwrap();
    let world = world.defined(
        "pipeline.toml",
        text.replace("gate.min_reporting_share = 0\n", "gate.min_reporting_share = 0.9\n"),
    );
    let (code, said) = world.run(&[]);
    assert_eq!(code, 1, "{said}");
    let page = fs::read_to_string(world.output().join("withheld/report.html")).unwrap();
    assert!(page.contains("A run that the gate withheld: never to be quoted."));
    assert!(!self::page(&small().published().output()).contains("withheld"));
}

#[test]
fn a_foreign_country_with_plain_codes_has_a_good_page() {
    let case = root().join("docs/own-pipeline.md");
    assert!(case.exists());
    let world = small().extended("pipeline.toml", "");
    let plain: BTreeMap<&str, &str> = [("title = { zh = '公园', en = 'Parks' }", "title = { fr = 'Parcs' }")].into();
    let mut form = fs::read_to_string(world.path("pipeline/forms/parks.toml")).unwrap();
    for (from, to) in plain {
        form = form.replace(from, to);
    }
    let world = world.defined("forms/parks.toml", form).published();
    let page = page(&world.output());
    assert!(
        page.contains("<html lang=\"en\">"),
        "a title without Chinese: English leads"
    );
    for tag in ["zh", "en"] {
        assert!(edition(&page, tag).contains("Parcs"), "{tag}");
    }
    assert!(!published(&world.output()).is_empty());
}

#[cfg(target_os = "linux")]
#[test]
fn the_page_is_opened_where_there_is_a_screen_and_its_path_is_printed() {
    use std::os::unix::fs::PermissionsExt;
    use std::process::Command;

    let world = small().published();
    world.put(
        "bin/xdg-open",
        format!("#!/bin/sh\necho \"$1\" > '{}'\n", world.path("opened").display()),
    );
    fs::set_permissions(world.path("bin/xdg-open"), fs::Permissions::from_mode(0o755)).unwrap();
    let open = |display: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_huizong"));
        command
            .arg("open")
            .arg(world.path("pipeline"))
            .arg("--output")
            .arg(world.output());
        command.env("PATH", format!("{}:/usr/bin:/bin", world.path("bin").display()));
        command
            .env("DISPLAY", display)
            .env_remove("WAYLAND_DISPLAY")
            .env("LC_ALL", "C");
        command.output().unwrap()
    };
    let ended = open("");
    let path = String::from_utf8(ended.stdout.clone()).unwrap();
    assert!(
        ended.status.success() && path.ends_with("/report.html\n"),
        "{}",
        said(&ended)
    );
    assert!(Path::new(path.trim_end()).is_file() && !world.path("opened").exists());
    assert_eq!(open(":7").stdout, ended.stdout);
    let opened = || fs::read_to_string(world.path("opened")).unwrap_or_default();
    for _ in 0..100 {
        if opened() == path {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    assert_eq!(opened(), path);
    fs::remove_file(path.trim_end()).unwrap();
    let ended = open("");
    assert_eq!(ended.status.code(), Some(2));
    assert!(said(&ended).contains("the release has no report"), "{}", said(&ended));
}

#[test]
fn a_browser_shows_the_page_without_an_error_and_in_the_language_that_is_asked_for() {
    let Some(chromium) = program("HUIZONG_CHROMIUM", "chromium") else {
        shout("report.html was not opened in Chromium: chromium was not found (tests/run installs it)");
        return;
    };
    let world = small().published();
    for output in [world.output(), shipped().output.clone()] {
        let path = fs::canonicalize(output.join("current/report.html")).unwrap();
        for (asked, expected) in [("zh-CN", "zh-CN"), ("en-GB", "en")] {
            let seen = browser::opened(&chromium, &path, asked);
            assert_eq!(seen.complaints, Vec::<String>::new(), "{}", path.display());
            assert!(seen.page.contains(&format!("<html lang=\"{expected}\">")), "{asked}");
            assert!(
                seen.page.contains("下载 CSV") && seen.page.contains("Download CSV"),
                "its script ran"
            );
        }
    }
    browser::used(&chromium, &page(&world.output()), &world.path("used"));
    browser::used(&chromium, &page(&shipped().output), &world.path("used-shipped"));
}

#[test]
fn what_only_the_page_shows_makes_a_new_release_when_it_changes() {
    let world = small().published();
    assert!(!page(&world.output()).contains("grid-area:3/2"));
    world.put("pipeline/places.csv", "code,row,column,label_en\nN,3,2,NO\n");
    let world = world
        .extended("pipeline.toml", "\n[report]\ntiles = 'places.csv'\n")
        .published();
    let placed = page(&world.output());
    assert!(placed.contains(".p3-2{grid-area:3/2}"), "{placed}");
    assert!(edition(&placed, "en").contains(" p3-2\">"), "{placed}");
    let args = [
        "verify".into(),
        world.path("pipeline"),
        "--input".into(),
        world.path("input"),
        "--output".into(),
        world.output(),
    ];
    let proved = huizong(args);
    assert_eq!(proved.status.code(), Some(0), "{}", said(&proved));
}

//! What `check` says of a definition that is sound, and hardly meant.

use crate::support::{World, huizong, indicators, measures, said};

fn checked(world: &World, lang: &str) -> String {
    let ended = huizong(["check", world.path("pipeline").to_str().unwrap(), "--lang", lang]);
    assert_eq!(ended.status.code(), Some(0), "{}", said(&ended));
    said(&ended)
}

fn world(column: &str, plan: &str) -> World {
    World::counties(&["2015", "2018", "2020"])
        .form(
            "f",
            "unit = 'county'\nkey = ['county']\nfiles = ['{period}.csv']",
            &format!(
                "county | division_code | County | level = 'county'; required = true\n{column} | integer | Figure"
            ),
        )
        .defined("measures.toml", measures(&format!("sum | f | {column}\nrows | f | 1")))
        .defined(
            "indicators.toml",
            indicators(&format!("mean | sum | rows | unit = '1'; better = 'higher'{plan}")),
        )
}

#[test]
fn ids_that_need_quotes_are_told() {
    for (id, english, chinese) in [
        ("window", "is a reserved word of SQL", "是 SQL 的保留字"),
        ("median", "is an attribute of a pandas frame", "是 pandas 数据框的属性"),
        (
            "any",
            "of SQL and an attribute of a pandas frame",
            "SQL 的保留字，也是 pandas",
        ),
    ] {
        let world = world(id, "");
        let text = checked(&world, "en");
        assert!(text.contains("warning[awkward-id]") && text.contains(english), "{text}");
        assert!(
            text.contains(&format!("the column `{id}`")) && text.contains("1 warning\n"),
            "{text}"
        );
        let text = checked(&world, "zh");
        assert!(text.contains(chinese) && text.contains("共 1 处警告"), "{text}");
    }
    for id in ["figure", "windows", "medians", "name_en"] {
        let text = checked(&world(id, ""), "en");
        assert!(!text.contains("warning"), "{id}: {text}");
    }
}

#[test]
fn targets_and_baselines_of_no_period_are_told() {
    let told = |plan: &str| {
        let text = checked(&world("figure", &format!("; {plan}")), "en");
        let lines = text
            .lines()
            .filter_map(|line| line.strip_prefix("warning[stray-period]: "));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(
        told("target = { '2019' = 5 }"),
        ["the target of `2019`, which is no period of the pipeline, counts for 2018"]
    );
    assert_eq!(
        told("target = { '2012' = 5, '2020' = 6 }"),
        ["the target of `2012` counts for no period: it lies before the first"]
    );
    assert_eq!(
        told("baseline = { '2021' = 5 }"),
        ["the baseline of `2021` counts for no period: it lies after the last"]
    );
    // A plan goes on, and begins before the first period.
    assert!(told("target = { '2020' = 5, '2025' = 6 }; baseline = { '2010' = 1, '2018' = 2 }").is_empty());
    let text = checked(&world("figure", "; target = { '2019' = 5 }"), "zh");
    assert!(
        text.contains("目标值所写的 `2019` 不是流程的报告期，实际用于 2018"),
        "{text}"
    );
}

/// What a run prints leads to its output without a way back through the folder of the pipeline.
#[test]
fn places_are_told_without_going_back_and_forth() {
    let world = world("figure", "").sent("2015.csv", "County,Figure\n130102,5\n");
    let plan = std::fs::read_to_string(world.path("pipeline/pipeline.toml")).unwrap();
    let folders = "[pipeline]\ninput = '../input'\noutput = '../output'";
    let world = world.defined("pipeline.toml", plan.replace("[pipeline]", folders));
    let text = said(&huizong(["run", world.path("pipeline").to_str().unwrap()]));
    let output = world.path("output");
    assert!(text.contains(&format!("{}/current/tables", output.display())), "{text}");
    assert!(!text.contains(".."), "{text}");
}

//! What `check` says of a definition that is sound, but probably not what was meant.

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

/// The warnings of a code, with those that read in Chinese.
fn told(world: &World, code: &str) -> Vec<String> {
    let text = checked(world, "en");
    let head = format!("warning[{code}]: ");
    let lines = text.lines().filter_map(|line| line.strip_prefix(&head));
    let lines: Vec<String> = lines.map(str::to_owned).collect();
    let chinese = checked(world, "zh");
    let own = chinese
        .lines()
        .filter(|line| line.starts_with(&format!("警告[{code}]: ")));
    let is_chinese = |line: &&str| {
        line.chars()
            .any(|letter| ('一'..='龥').contains(&letter) && letter != '警' && letter != '告')
    };
    assert_eq!(own.filter(is_chinese).count(), lines.len(), "{chinese}");
    lines
}

#[test]
fn products_that_do_not_come_down_to_the_indicator_are_told() {
    let product = |factors: &str, settings: &str| {
        let lines = format!(
            "sums | sum | rows | unit = '1'\nrows_of_halves | rows | halves | unit = '1'\nhalves_of_rows | halves | rows | unit = '1'\n\
             sum_of_halves | sum | again | unit = '1'\nthe_product | sum | rows | unit = '1'; product_of = [{factors}]{settings}"
        );
        let world = world("figure", "").defined(
            "measures.toml",
            // The same sum under another name is the same sum.
            measures("sum | f | figure\nrows | f | 1\nhalves | f | figure + 1\nagain | f | figure  +  1"),
        );
        let dimension = "[[dimension]]\nid = 'home'\nlevel = 'province'\nsource = 'registry'\n";
        let world = world.defined("dimensions.toml", dimension);
        told(&world.defined("indicators.toml", indicators(&lines)), "product-differs")
    };
    assert!(product("'sum_of_halves', 'halves_of_rows'", "").is_empty());
    assert_eq!(
        product("'sums', 'halves_of_rows'", ""),
        ["the product of the factors is `the_product` times `halves` ÷ `rows`"]
    );
    assert_eq!(
        product("'sum_of_halves', 'sums'", ""),
        ["the product of the factors is `the_product` times `sum` ÷ `again`"]
    );
    assert_eq!(
        product(
            "'halves_of_rows', 'once_more'",
            "\nonce_more | halves | rows | unit = '1'"
        ),
        ["the product of the factors is `the_product` times `halves`^2 ÷ (`sum` × `rows`)"]
    );
    assert!(product("'sums', 'rows_of_halves', 'halves_of_rows'", "").is_empty());
    // Members may be written in any order.
    let places = |order: [&str; 2]| format!("; where = {{ home = ['{}', '{}'] }}", order[0], order[1]);
    let factors = format!(
        "one | sum | again | unit = '1'{}\ntwo | again | rows | unit = '1'{}",
        places(["130000", "unknown"]),
        places(["unknown", "130000"])
    );
    let settings = format!("{}\n{factors}", places(["130000", "unknown"]));
    assert!(product("'one', 'two'", &settings).is_empty());
    // The factors are of all rows, the product of some.
    let of_some = product("'sum_of_halves', 'halves_of_rows'", "; where = { home = '130000' }");
    assert_eq!(
        of_some,
        [
            "the product of the factors is `the_product` times `sum` × `rows` where `home = 130000` ÷ (`sum` where `home = 130000` × `rows`)"
        ]
    );
}

/// Counties with eleven columns of two members each; the first compares its members by the strata of `strata`.
fn with_strata(strata: &str, compare: &str) -> World {
    let columns = (0..11).map(|at| format!("\nc{at} | category | C{at} | values = {{ x = ['x'], y = ['y'] }}"));
    let dimensions = (0..11).map(|at| {
        let first = if at == 0 {
            format!("{compare}\n{strata}\n")
        } else {
            String::new()
        };
        format!("[[dimension]]\nid = 'd{at}'\nlevel = 'county'\ncolumn = 'c{at}'\n{first}\n")
    });
    let dimensions: String = dimensions.collect();
    World::counties(&["2020"])
        .form(
            "f",
            "unit = 'county'\nkey = ['county']\nfiles = ['{period}.csv']",
            &format!(
                "county | division_code | County | level = 'county'; required = true\nfigure | integer | Figure{}",
                columns.collect::<String>()
            ),
        )
        .defined("measures.toml", measures("sum | f | figure\nrows | f | 1"))
        .defined("indicators.toml", indicators("mean | sum | rows | unit = '1'"))
        .defined("dimensions.toml", dimensions)
}

#[test]
fn more_strata_than_a_mix_is_split_over_are_told() {
    let named = |count: usize| {
        let names: Vec<String> = (1..=count).map(|at| format!("'d{at}'")).collect();
        format!("strata = [{}]", names.join(", "))
    };
    let gap = "compare = [['x', 'y']]";
    let of = |strata: &str, compare: &str| told(&with_strata(strata, compare), "too-many-strata");
    assert_eq!(
        of(&named(9), gap),
        ["gaps of `d0` have up to 9 dimensions of strata: the tables of mixes have no rows of a gap with more than 8"]
    );
    // All other dimensions of rows are its strata where none are named.
    assert_eq!(
        of("", gap),
        ["gaps of `d0` have up to 10 dimensions of strata: the tables of mixes have no rows of a gap with more than 8"]
    );
    assert!(of(&named(8), gap).is_empty() && of(&named(9), "").is_empty());
}

#[test]
fn pairs_compared_in_both_directions_are_told() {
    let both = with_strata("strata = []", "compare = [['x', 'y'], ['y', 'x']]");
    assert_eq!(
        told(&both, "compared-both-ways"),
        ["`y` and `x` are compared the other way round, too"]
    );
    assert!(
        told(
            &with_strata("strata = []", "compare = [['x', 'y']]"),
            "compared-both-ways"
        )
        .is_empty()
    );
}

#[test]
fn a_constant_day_in_no_period_is_told() {
    let of = |day: &str| {
        let changes = "old_code,new_code,date,kind\n";
        let world = world("figure", "").defined("changes.csv", changes);
        let plan = std::fs::read_to_string(world.path("pipeline/pipeline.toml")).unwrap();
        let plan = plan.replace("[registry]", "[registry]\nchanges = 'changes.csv'")
            + &format!("[boundaries]\nconstant = '{day}'\n");
        told(&world.defined("pipeline.toml", plan), "stray-period")
    };
    for day in ["2014-12-31", "2016-06-30", "2021-01-01"] {
        let expected = format!("the day `{day}` of constant boundaries lies in no period of the pipeline");
        assert_eq!(of(day), [expected]);
    }
    for day in ["2015-01-01", "2020-12-31", "2018"] {
        assert!(of(day).is_empty(), "{day}");
    }
}

/// What a definition has that changes nothing is a note, and no warning.
#[test]
fn changes_before_the_first_period_are_noted() {
    let changes = "old_code,new_code,date,kind\n130102,130104,2012-12-31,transfer\n";
    let world = world("figure", "").defined("changes.csv", changes);
    let plan = std::fs::read_to_string(world.path("pipeline/pipeline.toml")).unwrap();
    let world = world.defined(
        "pipeline.toml",
        plan.replace("[registry]", "[registry]\nchanges = 'changes.csv'"),
    );
    for (lang, parts) in [
        (
            "en",
            [
                "note[change-without-effect]: the change `transfer` of 2012-12-31 has no effect",
                "changes.csv:2:1",
                "1 note\n",
            ],
        ),
        (
            "zh",
            [
                "说明[change-without-effect]: 2012-12-31 的变更（`transfer`）不起作用",
                "changes.csv:2:1",
                "共 1 处说明",
            ],
        ),
    ] {
        let text = checked(&world, lang);
        assert!(parts.iter().all(|part| text.contains(part)), "{text}");
        assert!(!text.contains("warning") && !text.contains("警告"), "{text}");
    }
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

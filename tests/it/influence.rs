//! How far a finding moves the figures: recomputed by plain loops, and asked by the gate.

use std::collections::BTreeMap;

use crate::support::{Row, World, indicators, joined, measures, plan, shown};

const ROSTER: &str = "code | division_code | 代码 | level = 'community'; required = true\n\
                      households | integer | 户数 | required = true\n\
                      fund | decimal | 基金 | scale = 1";

/// An explain rule on each column, and a hard one.
const CHECKS: &str = r#"
[[row]]
id = "fund-is-plausible"
form = "roster"
assert = "fund <= 100"
severity = "explain"
missing = "pass"
message = { zh = "基金过大", en = "a very large fund" }
[[row]]
id = "households-are-plausible"
form = "roster"
assert = "households <= 5000"
severity = "explain"
missing = "pass"
message = { zh = "户数过多", en = "many households" }
[[row]]
id = "somebody-lives-there"
form = "roster"
assert = "households > 0 OR fund = 0"
severity = "hard"
missing = "pass"
message = { zh = "无人居住", en = "nobody lives there" }
"#;

/// Two counties of five communities each; `fund` is the fund of the third one of 130102.
fn world(limit: &str, fund: &str) -> World {
    world_of("全国", limit, fund)
}

/// The same in a nation of some name.
fn world_of(nation: &str, limit: &str, fund: &str) -> World {
    let plan = plan("gb2260", &["nation", "province", "county"], &["2020"]).replace("max_open_influence = 1000", limit);
    let areas = format!(
        "code,name,level,kind,parent_code\n000000,{nation},nation,nation,\n\
         130000,河北省,province,province,000000\n130102,长安区,county,county,130000\n\
         140000,山西省,province,province,000000\n140105,小店区,county,county,140000\n"
    );
    let sheet = |county: &str, third: &str, fifth: &str| {
        format!(
            "代码,户数,基金\n{county}001001,900,2\n{county}001002,7000,1.5\n{county}001003,800,{third}\n\
             {county}001004,1100,\n{county}001005,{fifth}\n"
        )
    };
    World::new(&plan, &areas)
        .form(
            "roster",
            "unit = 'community'\nkey = ['code']\nfiles = ['{county}_{period}*']",
            ROSTER,
        )
        .defined("checks.toml", CHECKS)
        .defined(
            "measures.toml",
            measures("communities | roster | 1\nhouseholds | roster | households\nfund | roster | fund | scale = 1"),
        )
        .defined(
            "indicators.toml",
            indicators(
                "fund_per_community | fund | communities | unit = '万元'; better = 'higher'\n\
                 households_per_community | households | communities | unit = '户'; better = 'higher'\n\
                 fund_per_household | fund | households | unit = '元'; better = 'higher'; factor = 10000",
            ),
        )
        .sent("130102_2020.csv", sheet("130102", fund, "1000,4"))
        .sent("140105_2020.csv", sheet("140105", "3", "0,5"))
}

/// What a row adds to an indicator: numerator, denominator.
fn adds(row: &Row, indicator: &str) -> Option<(f64, f64)> {
    let fund = row["fund"].number();
    let households = row["households"].number();
    match indicator {
        "fund_per_community" => Some((fund?, 1.0)),
        "households_per_community" => Some((households?, 1.0)),
        _ => Some((fund? * 10_000.0, households?)),
    }
}

const INDICATORS: [&str; 3] = ["fund_per_community", "fund_per_household", "households_per_community"];

fn ratio<'a>(rows: impl Iterator<Item = &'a Row>, indicator: &str) -> f64 {
    let parts = rows.filter_map(|row| adds(row, indicator));
    let (numerator, denominator) = parts.fold((0.0, 0.0), |(n, d), (a, b)| (n + a, d + b));
    numerator / denominator
}

/// Relative change, figure with, figure without: of the indicator that is moved most.
fn expected(accepted: &[Row], own: &Row, counts: bool, reads: &[&str]) -> (String, f64, f64, f64) {
    let is_own = |row: &Row| row["submission_id"] == own["submission_id"] && row["row"] == own["row"];
    let effect = |indicator: &&str| {
        let without = ratio(accepted.iter().filter(|row| !is_own(row)), indicator);
        let with = ratio(accepted.iter().filter(|row| !is_own(row)).chain([own]), indicator);
        let with = if counts {
            ratio(accepted.iter(), indicator)
        } else {
            with
        };
        ((*indicator).to_owned(), (with - without) / without, with, without)
    };
    let effects = reads
        .iter()
        .filter(|indicator| adds(own, indicator).is_some())
        .map(effect);
    effects.max_by(|a, b| a.1.abs().total_cmp(&b.1.abs())).unwrap()
}

#[test]
fn influence_is_what_plain_loops_give() {
    let world = world("max_open_influence = 1000", "9300.5").published();
    let accepted = world.facts("roster", "2020");
    let mut checked = BTreeMap::new();
    for finding in world.table("findings") {
        let code = shown(&finding, "code");
        let reads: &[&str] = match code.as_str() {
            "fund-is-plausible" => &["fund_per_community", "fund_per_household"],
            "households-are-plausible" => &["households_per_community", "fund_per_household"],
            "somebody-lives-there" => &INDICATORS,
            other => panic!("{other} is not expected"),
        };
        let own = accepted
            .iter()
            .find(|row| row["submission_id"] == finding["submission_id"] && row["row"] == finding["row"]);
        // The row that is held back, as it was sent.
        let held = Row::from([
            ("submission_id".to_owned(), finding["submission_id"].clone()),
            ("row".to_owned(), finding["row"].clone()),
            ("households".to_owned(), crate::support::Published::Integer(0)),
            ("fund".to_owned(), crate::support::Published::Real(5.0)),
        ]);
        let (indicator, change, with, without) = expected(&accepted, own.unwrap_or(&held), own.is_some(), reads);
        assert_eq!(shown(&finding, "influence_indicator"), indicator, "{code}");
        for (column, value) in [
            ("influence_root", change),
            ("figure_with", with),
            ("figure_without", without),
        ] {
            let found = finding[column].number().unwrap();
            assert!(
                (found - value).abs() <= 1e-9 * value.abs(),
                "{code} {column}: {found} {value}"
            );
        }
        *checked.entry(code).or_insert(0) += 1;
    }
    let checked: Vec<(String, i32)> = checked.into_iter().collect();
    let all = [
        ("fund-is-plausible", 1),
        ("households-are-plausible", 2),
        ("somebody-lives-there", 1),
    ];
    assert_eq!(checked, all.map(|(code, count)| (code.to_owned(), count)));
}

/// Every influence is a number or has its reason, and names period, form and sender.
#[test]
fn an_influence_that_no_share_expresses_is_null_with_its_reason() {
    // One province has sent a single record.
    let world = world("max_open_influence = 1000", "9300.5")
        .sent("140105_2020.csv", "代码,户数,基金\n140105001001,9000,3\n")
        .published();
    let mut reasons = std::collections::BTreeSet::new();
    for finding in world.table("findings") {
        for column in ["influence_root", "influence_partition"] {
            let reason = finding[&format!("{column}_null_reason")].text();
            match finding[column].number() {
                Some(share) => assert!(share.is_finite() && reason.is_none(), "{share} {reason:?}"),
                None => assert!(reason.is_some(), "{column}"),
            }
            reasons.extend(reason.map(|reason| format!("{column} {reason}")));
        }
        assert_eq!(joined(&finding, &["period", "form"], " "), "2020 roster");
        let sender = shown(&finding, "area_code");
        assert!(shown(&finding, "path").contains(&sender), "{sender}");
    }
    assert_eq!(reasons.into_iter().collect::<Vec<_>>(), ["influence_partition no_base"]);
}

#[test]
fn one_cell_that_moves_a_national_figure_withholds_the_release_until_it_is_settled() {
    let wrong = || world("max_open_influence = 0.5", "93000");
    let of_nation = |world: &World| {
        let rows = world.table("indicators");
        let is_asked =
            |row: &&Row| shown(row, "indicator") == "fund_per_community" && shown(row, "area_code") == "000000";
        rows.iter().find(is_asked).unwrap()["value"].number().unwrap()
    };
    let withheld = wrong();
    let (code, said) = withheld.run(&[]);
    assert_eq!(code, 1, "{said}");
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in [
        "fund_per_household: 130102_2020.csv C4 “fund=93000”",
        "fund-is-plausible",
        "correct or explain it",
    ] {
        assert!(said.contains(part), "{part} is not in {said}");
    }
    assert!(!withheld.output().join("current").exists());

    let explained = wrong().beside(
        "explanations.csv",
        "form,period,area_code,key,column,code,explanation\n\
         roster,2020,130102,130102001003,fund,fund-is-plausible,捐赠，已核实\n",
    );
    assert!(of_nation(&explained.published()) > 10_000.0);

    let corrected = wrong().beside(
        "corrections.toml",
        "[[correction]]\nid = \"unit\"\naction = \"override\"\nform = \"roster\"\nperiod = \"2020\"\narea = \"130102\"\n\
         key = \"130102001003\"\ncolumn = \"fund\"\nvalue = \"9.3\"\nexpect = \"93000\"\nreason = \"按元填报\"\n\
         approved_by = \"统计处\"\nreported = \"2021-03-02\"\n",
    );
    let value = of_nation(&corrected.published());
    assert!((value - 23.3 / 7.0).abs() < 1e-12, "{value}");

    // The same with a limit that nobody has set: a tenth. A large but likely fund stays below it.
    let (code, said) = world("max_quarantined_row_share = 1", "93000").run(&[]);
    assert_eq!(
        (code, said.contains("above 10.0 %") || said.contains("above\n10.0 %")),
        (1, true),
        "{said}"
    );
    // The area that the figure is of has its own name, whatever the root is.
    let (_, said) = world_of("Ruritania", "max_quarantined_row_share = 1", "93000").run(&["--lang", "zh"]);
    let said: String = said.split_whitespace().collect();
    assert!(
        said.contains("使Ruritania的数值变动") && !said.contains("全国"),
        "{said}"
    );
}

#[test]
fn the_most_influential_findings_are_named_first() {
    let world = world("max_open_influence = 1000", "9300");
    let (code, said) = world.run(&[]);
    assert_eq!(code, 0, "{said}");
    let list = said
        .split("Open findings that move an overall figure most")
        .nth(1)
        .unwrap();
    assert!(
        list.find("fund-is-plausible") < list.find("households-are-plausible"),
        "{list}"
    );
    let status = crate::support::huizong([
        "status".as_ref(),
        world.path("pipeline").as_os_str(),
        "--output".as_ref(),
        world.output().as_os_str(),
    ]);
    let status = crate::support::said(&status);
    assert!(
        status.contains("Open findings that move an overall figure most"),
        "{status}"
    );
}

/// A row that breaks a hard rule as well does not count: its figure is not "with" it.
#[test]
fn what_does_not_count_is_said_to_move_nothing_now() {
    let rows = "130102001001,900,2\n130102001003,0,9300\n130102001004,1100,3\n";
    let world = small(rows).published();
    let findings = world.table("findings");
    let counted = |code: &str| {
        let mut of = findings.iter().filter(|row| row["code"].text() == Some(code));
        shown(of.next().unwrap(), "influence_counted")
    };
    assert_eq!(counted("fund-is-plausible"), "false");
    let (_, said) = outcome(&world);
    let head = "Open findings that move a figure most, or would if counted";
    assert!(
        said.contains(head) && said.contains("would move it, not counted now"),
        "{said}"
    );
    let (_, chinese) = world.run(&["--lang", "zh"]);
    let chinese: String = chinese.split_whitespace().collect();
    assert!(
        chinese.contains("影响（或计入后会影响）总体数值最大的待说明问题"),
        "{chinese}"
    );
    assert!(chinese.contains("现未计入"), "{chinese}");
    // Those that count are as before.
    let (_, said) = outcome(&small("130102001001,900,2\n130102001003,700,9300\n"));
    assert!(!said.contains("would"), "{said}");
}

/// What a run says, in one line, and its exit code.
fn outcome(world: &World) -> (i32, String) {
    let (code, said) = world.run(&[]);
    (code, said.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// A roster of one county with explain rules, and a default gate.
fn small(rows: &str) -> World {
    world("max_quarantined_row_share = 1", "1")
        .sent("130102_2020.csv", format!("代码,户数,基金\n{rows}"))
        .sent("140105_2020.csv", "代码,户数,基金\n")
}

#[test]
fn a_figure_that_one_cell_makes_alone_withholds_the_release() {
    // All others have none, and no other counts.
    for (rows, figure) in [
        (
            "130102001001,900,0\n130102001002,900,0\n130102001003,900,500\n",
            "fund_per_community",
        ),
        (
            "130102001001,900,\n130102001002,900,\n130102001003,900,500\n",
            "fund_per_community",
        ),
    ] {
        let world = small(rows);
        let (code, said) = outcome(&world);
        assert_eq!(code, 1, "{said}");
        for part in [figure, "130102_2020.csv C4", "is 0 or undefined", "all of it"] {
            assert!(said.contains(part), "{part} is not in {said}");
        }
        assert!(!said.contains("inf"), "{said}");
    }
    // One of which nothing need be said.
    let (code, said) = outcome(&small("130102001001,900,0\n130102001003,900,50\n"));
    assert_eq!(code, 0, "{said}");
}

#[test]
fn what_a_mend_would_change_counts_too() {
    let sum = "[[sum]]\nform = 'roster'\ntotal = 'fund'\nparts = ['first', 'second']\nseverity = 'explain'\n";
    let with_parts = |third: &str| {
        let columns = format!("{ROSTER}\nfirst | decimal | 甲 | scale = 1\nsecond | decimal | 乙 | scale = 1");
        world("max_quarantined_row_share = 1", "1")
            .form(
                "roster",
                "unit = 'community'\nkey = ['code']\nfiles = ['{county}_{period}*']",
                &columns,
            )
            .defined("checks.toml", sum)
            .sent(
                "130102_2020.csv",
                format!(
                    "代码,户数,基金,甲,乙\n130102001001,900,10,5,5\n130102001002,900,10,5,5\n130102001003,900,{third}\n"
                ),
            )
            .sent("140105_2020.csv", "代码,户数,基金,甲,乙\n140105001001,900,10,5,5\n")
    };
    // Left out, 9.4 is little less than 10; mended, it is 700.
    let world = with_parts("9.4,355,345");
    let (code, said) = outcome(&world);
    assert_eq!(code, 1, "{said}");
    std::fs::rename(world.output().join("withheld"), world.output().join("current")).unwrap();
    let findings = world.table("findings");
    let finding = findings
        .iter()
        .find(|row| row["figure_mended"].number().is_some())
        .unwrap();
    let (change, with, mended) = (
        finding["influence_root"].number().unwrap(),
        finding["figure_with"].number().unwrap(),
        finding["figure_mended"].number().unwrap(),
    );
    assert!(
        (change - (with - mended) / mended).abs() < 1e-12 && change < -0.9,
        "{finding:?}"
    );
    assert!(said.contains(&format!("{mended:.4} → {with:.4}")), "{said}");
    // A mend of little weight.
    let (code, said) = outcome(&with_parts("9.8,5,5"));
    assert_eq!(code, 0, "{said}");
}

#[test]
fn one_influential_cell_is_found_among_more_than_twenty_thousand_findings() {
    let mut rows = String::new();
    for at in 0..30_000 {
        let households = match at {
            7 => 50_000_000,
            _ if at % 10 < 7 => 6000,
            _ => 4000,
        };
        rows += &format!("130102{:03}{:03},{households},1\n", 1 + at / 100, 1 + at % 100);
    }
    let (code, said) = outcome(&small(&rows));
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("B9 “households=50000000”"), "{said}");
}

#[test]
fn cells_read_by_assumption_have_an_influence() {
    // Two decimal commas in a file where nothing else has any.
    let comma = small("130102001001,900,\"12,5\"\n130102001002,900,\"90,5\"\n130102001003,900,3\n");
    let (code, said) = outcome(&comma);
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("decimal-comma-assumed"), "{said}");

    let areas = "code,name,level,parent_code\nZZ,Zedland,country,\n01001,Arden,county,ZZ\n1001,Eden,county,ZZ\n06037,Cole,county,ZZ\n";
    let zeros = |first: &str| {
        World::new(
            &plan("plain", &["country", "county"], &["2020"])
                .replace("max_open_influence = 1000", "max_quarantined_row_share = 1")
                .replace("'county'\ncode", "'country'\ncode"),
            areas,
        )
        .form(
            "clinics",
            "unit = 'county'\nkey = ['code']\nfiles = ['clinics_{period}*']",
            "code | division_code | Code | level = 'county'; required = true\nclinics | integer | Clinics",
        )
        .defined(
            "measures.toml",
            measures("counties | clinics | 1\nclinics | clinics | clinics"),
        )
        .defined(
            "indicators.toml",
            indicators("clinics_per_county | clinics | counties | unit = 'count'; better = 'higher'"),
        )
        .sent("clinics_2020.csv", format!("Code,Clinics\n{first},900\n06037,2\n"))
    };
    let (code, said) = outcome(&zeros("1001"));
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("code-zeros-lost"), "{said}");
    let (code, said) = outcome(&zeros("01001"));
    assert_eq!(code, 0, "{said}");
}

#[test]
fn rows_without_any_figure_are_not_published() {
    let fund = indicators("fund_per_community | fund | communities | unit = '万元'; better = 'higher'");
    let only_fund = |third: &str| {
        let rows = format!("130102001001,900,不详\n130102001002,900,不详\n130102001003,900,{third}\n");
        small(&rows).defined("indicators.toml", &fund)
    };
    let (code, said) = outcome(&only_fund("不详"));
    assert_eq!(code, 1, "{said}");
    assert!(
        said.contains("rows were accepted, but no indicator has any figure"),
        "{said}"
    );
    let (code, said) = outcome(&only_fund("5"));
    assert_eq!(code, 0, "{said}");
}

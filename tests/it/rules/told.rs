//! What rules say of themselves: in words, with titles, in either language.

use crate::support::{World, huizong, plan, said};

const PEOPLE: &str = "
title = { zh = '花名册', en = 'Roster' }
unit = 'house'
key = ['house']
files = ['{period}/{town}_people*']
";
const SUMMARY: &str = "
title = { zh = '汇总表', en = 'Summary' }
unit = 'town'
key = []
files = ['{period}/{town}_summary*']
";
const COLUMNS: &str = "
    house  | text    | House  | required = true; title = { zh = '户', en = 'House' }
    people | integer | People | title = { zh = '人数', en = 'People' }
    men    | integer | Men    | title = { zh = '男', en = 'Men' }
    women  | integer | Women  | title = { zh = '女', en = 'Women' }
    town_house | boolean | Kind | values = { yes = ['是', 'yes'], no = ['否', 'no'] }
";
const DIMENSION: &str = "
[[dimension]]
id = 'kind'
title = { zh = '类别', en = 'Kind' }
level = 'house'
column = 'town_house'
map = { town = ['true'], village = ['false'] }
[dimension.titles]
town = { zh = '城镇', en = 'Town' }
village = { zh = '乡村', en = 'Village' }
";

/// A rule of each kind, and of each way in which it can be worded: settings, and what `explain` says in Chinese and in English.
const RULES: &[(&str, &str, &str)] = &[
    (
        "[[row]]\nid = 'r'\nform = 'people'\nassert = 'men + women <= people'\nseverity = 'hard'\nmessage = { zh = '人数 {raw}', en = '{raw} people' }",
        "男 + 女 ≤ 人数",
        "Men + Women ≤ People",
    ),
    (
        "[[sum]]\nid = 'r'\nform = 'people'\ntotal = 'people'\nparts = ['men', 'women']",
        "人数 = 男 + 女",
        "People = Men + Women",
    ),
    (
        "[[sum]]\nid = 'r'\nform = 'people'\ntotal = 'people'\nparts = ['men', 'women']\nrelation = 'at_least'\n\
         tolerance = { abs = 1, rel = 0.005 }",
        "人数 ≥ 男 + 女，允许相差 1 或 0.5%，以大者为准",
        "People ≥ Men + Women (± 1 or 0.5 %, whichever is larger)",
    ),
    (
        "[[sum]]\nid = 'r'\nform = 'people'\ntotal = 'people'\nparts = ['men', 'women']\ntolerance = { rel = 0.01 }",
        "人数 = 男 + 女，允许相差 1%",
        "People = Men + Women (± 1 %)",
    ),
    (
        "[[history]]\nid = 'r'\nform = 'people'\ncolumn = 'people'\nratio = { min = 0.5, max = 2.0 }",
        "人数与上期之比在 0.5～2 之间",
        "the ratio of People to its earlier value is 0.5 to 2",
    ),
    (
        "[[outlier]]\nid = 'r'\nform = 'people'\ncolumn = 'men'\nper = 'people'\nlog = true\nmethod = 'modified_z'\n\
         threshold = 9\nby = ['state', 'kind']",
        "男与人数之比偏离同类（按省份、类别划分）的程度（修正 z 值，按对数计算）不超过 9",
        "Men per People lies at most 9 from its peers (same State, Kind), as a modified z of logarithms",
    ),
    (
        "[[cover]]\nid = 'r'\nform = 'people'\nagainst = 'previous'\nfind = 'missing'",
        "上期的单位在“花名册”中都有",
        "all of the units of the earlier period are in Roster",
    ),
    (
        "[[cover]]\nid = 'r'\nform = 'people'\nagainst = 'register'\nregister = 'houses.csv'\nfind = 'missing'\nmax_share = 0.1",
        "登记册“houses.csv”中的单位在“花名册”中没有的不超过 10%",
        "at most 10 % of the units of the register houses.csv are missing in Roster",
    ),
    (
        "[[cover]]\nid = 'r'\nform = 'people'\nagainst = 'register'\nregister = 'houses.csv'\nfind = 'new'",
        "“花名册”中的单位都是登记册“houses.csv”中的单位",
        "all units in Roster are among the units of the register houses.csv",
    ),
    (
        "[[cover]]\nid = 'r'\nform = 'people'\nagainst = 'previous'\nfind = 'new'\nmax_share = 0.25",
        "“花名册”中不属于上期的单位的不超过 25%",
        "the units in Roster that are not among the units of the earlier period are at most 25 % of them",
    ),
    (
        "[[reconcile]]\nid = 'r'\nleft = 'COUNT(people)'\nright = 'summary.houses'\nby = 'town'",
        "“花名册”的行数 = “汇总表”的户数",
        "number of rows in Roster = Houses in Summary",
    ),
    (
        "[[reconcile]]\nid = 'r'\nleft = 'SUM(people.people)'\nright = 'summary.houses'\nby = 'town'\n\
         where = { kind = 'town' }\ntolerance = { abs = 2 }",
        "“花名册”的人数合计（类别：城镇） = “汇总表”的户数，允许相差 2",
        "sum of People in Roster (Kind: Town) = Houses in Summary (± 2)",
    ),
];

fn world(rule: &str) -> World {
    let plan = plan("plain", &["nation", "state", "town"], &["2019", "2020"]);
    let titles = "\n[registry.titles]\nstate = { zh = '省份', en = 'State' }\n";
    World::new(&(plan + titles), "code,name,parent_code\nN,Nation,\nA,Alpha,N\nA1,Ash,A\n")
        .form("people", PEOPLE, COLUMNS)
        .form(
            "summary",
            SUMMARY,
            "town | division_code | Town | level = 'town'\nhouses | integer | Houses | title = { zh = '户数', en = 'Houses' }",
        )
        .defined("dimensions.toml", DIMENSION)
        .defined("checks.toml", rule)
}

#[test]
fn explain_words_every_kind_of_rule_with_the_titles_of_columns_and_forms() {
    for (rule, zh, en) in RULES {
        let world = world(rule);
        let pipeline = world.path("pipeline");
        for (lang, label, words) in [("zh", "规则：", zh), ("en", "Rule: ", en)] {
            let made = huizong(["explain", "r", "--pipeline", pipeline.to_str().unwrap(), "--lang", lang]);
            let text = said(&made);
            let told = text.lines().find_map(|line| line.strip_prefix(label));
            assert_eq!(told, Some(*words), "{rule}\n{text}");
        }
    }
}

//! Findings that stand for many rows or units, explained one by one.

use super::*;

const LINES: &str = "form,period,area_code,key,column,code,explanation\n";

/// Units of a list that were not sent, in a form whose key names its area and in one whose key does not.
fn with_lists() -> World {
    let cover = |form: &str| {
        format!(
            "[[cover]]\nid = \"known-{form}\"\nform = \"{form}\"\nagainst = \"register\"\nregister = \"{form}.csv\"\n\
             find = \"missing\"\nseverity = \"explain\"\nmissing = \"pass\"\nmessage = {{ zh = \"缺\", en = \"missing\" }}\n"
        )
    };
    let stock = "unit = 'county'\nkey = ['item']\nfiles = ['{period}/{county}_stock*']\n";
    let columns = "
        item   | text    | 项目 | required = true
        number | integer | 数量 | unit = '个'
    ";
    ministry()
        .form("stock", stock, columns)
        .extended("checks.toml", &(cover("roster") + &cover("stock")))
        .sent("2020/130102_roster.csv", GOOD)
        .sent("2020/130102_stock.csv", "项目,数量\n床,3\n椅,4\n")
        .beside(
            "roster.csv",
            "代码\n130102001001\n130102001004\n130102001005\n130102001006\n",
        )
        .beside("stock.csv", "area_code,项目\n130102,床\n130102,桌\n130102,灯\n")
}

fn told(lines: &[&str]) -> Vec<String> {
    let lines: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let world = with_lists()
        .beside("explanations.csv", format!("{LINES}{lines}"))
        .published();
    found(&world)
}

#[test]
fn units_that_are_missing_are_explained_one_by_one_or_all_at_once() {
    let roster = |key: &str, why: &str| format!("roster,2020,130102,{key},,known-roster,{why}");
    let open = [
        "130102_roster - known-roster open -",
        "130102_stock - known-stock open -",
    ];
    assert_eq!(told(&[]), open);
    let (four, five) = (roster("130102001004", "撤并"), roster("130102００1005", "未建成"));
    let six = roster("code=130102001006", "撤并");
    // While one is left, the finding stays open; those that speak of the others speak of something.
    assert_eq!(told(&[&four, &five]), open);
    assert_eq!(
        told(&[
            &four,
            &five,
            &six,
            "stock,2020,130102,桌,,,报废",
            "stock,2020,130102,灯,,,报废"
        ]),
        [
            "130102_roster - known-roster explained 撤并; 未建成",
            "130102_stock - known-stock explained 报废",
        ]
    );
    assert_eq!(
        told(&[
            &roster("", "全部撤并"),
            "stock,2020,130102,床,,,在册",
            "stock,2020,130102,桌,,,报废"
        ]),
        [
            "130102_roster - known-roster explained 全部撤并",
            "130102_stock - known-stock open -",
            "explanations 3 explanation-unmatched info -",
        ]
    );
}

#[test]
fn rows_that_have_one_cause_are_explained_one_by_one_or_all_at_once() {
    let row = |n: u32| format!("13010200{n:04}");
    let rows: String = (1001..1013).map(|n| format!("{},100,约3,\n", row(n))).collect();
    let told = |explained: std::ops::Range<u32>, more: &str| {
        let lines: String = explained
            .map(|n| format!("roster,2020,130102,{},经费,not-a-number,约数\n", row(n)))
            .collect();
        let world = ministry()
            .sent("2020/130102_roster.csv", format!("代码,户数,经费,说明\n{rows}"))
            .beside("explanations.csv", format!("{LINES}{lines}{more}"))
            .published();
        found(&world)
    };
    let open = ["130102_roster - not-a-number open -"];
    let explained = ["130102_roster - not-a-number explained 约数"];
    assert_eq!(told(1001..1001, ""), open);
    assert_eq!(told(1001..1012, ""), open);
    assert_eq!(told(1001..1013, ""), explained);
    assert_eq!(told(1001..1001, "roster,2020,130102,,money,,约数\n"), explained);
}

#[test]
fn of_many_explanations_of_one_cause_the_first_few_are_shown() {
    let row = |n: u32| format!("13010200{n:04}");
    let rows: String = (1001..1013).map(|n| format!("{},100,约3,\n", row(n))).collect();
    let lines: String = (1001..1013)
        .map(|n| format!("roster,2020,130102,{},经费,,原因{n}\n", row(n)))
        .collect();
    let world = ministry()
        .sent("2020/130102_roster.csv", format!("代码,户数,经费,说明\n{rows}"))
        .beside("explanations.csv", format!("{LINES}{lines}"))
        .published();
    let shown = "原因1001; 原因1002; 原因1003; 原因1004; 原因1005 … (+7)";
    assert_eq!(
        found(&world),
        [format!("130102_roster - not-a-number explained {shown}")]
    );
}

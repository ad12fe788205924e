//! What a county says of its findings: a column of its own, and lines beside the input.

use super::*;

#[test]
fn a_remark_explains_its_row_and_a_sign_for_nothing_does_not() {
    let world = ministry()
        .sent("2020/130102_roster.csv", odd(["大型居住区", " 无 ", "已核实"]))
        .sent("2020/130102_summary.csv", "人员,备注\n120,\"含 临聘\"\n")
        .published();
    assert_eq!(
        found(&world),
        [
            "130102_roster 2 large explained 大型居住区",
            "130102_roster 3 large open -",
            "130102_roster 4 poor open -",
            "130102_roster 5 not-a-number open -",
            "130102_summary 2 crowded explained 含 临聘",
        ]
    );
    let submission = world.submission("2020/130102_roster.csv");
    assert_eq!(
        line(&submission, &["findings_hard", "findings_explain", "findings_open"]),
        "1 3 3"
    );
    for sign in ["", "—", "/", "N/A", "……"] {
        let world = ministry()
            .sent("2020/130102_roster.csv", odd([sign, sign, sign]))
            .published();
        assert!(found(&world).contains(&"130102_roster 2 large open -".into()), "{sign}");
    }
}

#[test]
fn a_file_that_cannot_be_the_explanations_is_told_what_is_read() {
    let world = ministry()
        .sent("2020/130102_roster.csv", odd(["", "", ""]))
        .sent("explanations.xlsx", "PK")
        .sent("2020/Explanations (1).csv", "form\n")
        .sent("reports.csv", "a\n")
        .sent(
            "explanations.csv",
            "form,period,key,explanations\nroster,2020,130102001001,words\n",
        )
        .published();
    let findings = world.table("findings");
    let told = |path: &str| {
        let row = findings.iter().find(|row| row["path"].text() == Some(path)).unwrap();
        joined(row, &["code", "message_en"], " | ")
    };
    for path in ["explanations.xlsx", "2020/Explanations (1).csv"] {
        let said = told(path);
        assert!(
            said.starts_with("file-unclaimed | this file was not read: it looks like explanations.csv"),
            "{said}"
        );
    }
    assert!(
        told("reports.csv").contains("no form claims this file"),
        "{}",
        told("reports.csv")
    );
    assert_eq!(
        told("explanations.csv"),
        "register-fault | the columns area_code, explanation are missing; no explanation is used"
    );
}

#[test]
fn explanations_beside_the_input_hold_by_key_for_every_revision() {
    let lines = "form,period,area_code,key,column,code,explanation,explained_by,date\n\
                 roster,2020,130102,１３０１０２001001,,large,大型居住区,县民政局统计员,2021-03-01\n\
                 roster,2020,130102,130102001003,,poor,确实很少,,\n\
                 roster,2020,130102,130102001004,经费,,约数,,\n\
                 roster,2020,130102,130102001009,,,查无此行,,\n\
                 roster,2019,130102,130102001001,,,去年的,,\n\
                 summary,2020,130102,,,,含临聘,,\n\
                 roster,2020,130102,130102001002,,lrage,写错,,\n\
                 roster,2020,130102,130102001002,,,—,,\n\
                 rooster,2020,130102,x,,,y,,\n\
                 roster,2020,130102,130102001002,nothing,,y,,\n\
                 roster,2021,130102,130102001002,,,y,,\n\
                 roster,2020,130102,a;b,,,y,,\n";
    let expected = [
        "130102_roster_r1 2 poor open 确实很少",
        "130102_roster_r1 3 large explained 大型居住区 (县民政局统计员, 2021-03-01)",
        "130102_roster_r1 4 large open -",
        "130102_roster_r1 5 not-a-number explained 约数",
        "130102_summary 2 crowded explained 含临聘",
        "explanations 11 register-fault open -",
        "explanations 12 register-fault open -",
        "explanations 13 explanation-unmatched info -",
        "explanations 3 explanation-unmatched info -",
        "explanations 5 explanation-unmatched info -",
        "explanations 6 explanation-unmatched info -",
        "explanations 8 register-fault open -",
        "explanations 9 register-fault open -",
        "explanations 10 register-fault open -",
    ];
    // The second revision puts the rows into another order.
    let first = odd(["", "", ""]);
    let mut rows: Vec<&str> = first.lines().collect();
    rows.swap(1, 3);
    rows.swap(2, 3);
    let second = rows.join("\n");
    let encodings: [(&str, Vec<u8>); 3] = [
        ("utf-8", lines.into()),
        (
            "utf-8 with a mark, other line ends",
            format!("\u{feff}{}", lines.replace('\n', "\r\n")).into(),
        ),
        ("gbk, tabs", GB18030.encode(&lines.replace(',', "\t")).0.into_owned()),
    ];
    for (what, content) in encodings {
        let world = ministry()
            .sent("2020/130102_roster.csv", &first)
            .sent("2020/130102_roster_r1.csv", &second)
            .sent("2020/130102_summary.csv", "人员,备注\n120,\n")
            .beside("explanations.csv", content)
            .published();
        let mut expected = expected.to_vec();
        expected.sort_unstable();
        assert_eq!(found(&world), expected, "{what}");
    }
}

#[test]
fn an_explanation_without_a_key_concerns_no_single_row() {
    let whole = "form,period,area_code,explanation\nroster,2020,130102,本表由新系统导出\n";
    let sheet = "随手记,代码,户数,说明\nx,130102001001,9000,\n";
    let world = ministry()
        .sent("2020/130102_roster.csv", sheet)
        .beside("explanations.csv", whole)
        .published();
    assert_eq!(
        found(&world),
        [
            "130102_roster - column-absent explained 本表由新系统导出",
            "130102_roster 1 column-unknown explained 本表由新系统导出",
            "130102_roster 2 large open -",
        ]
    );
}

#[test]
fn an_explanation_may_name_the_content_it_holds_for() {
    let lines = "form,period,area_code,key,column,code,raw,explanation\n\
                 roster,2020,130102,130102001001,,large,９000,大型居住区\n";
    let sent = |households: u32| {
        let sheet = format!("代码,户数,说明\n130102001001,{households},\n130102001002,5,\n");
        let world = ministry().sent("2020/130102_roster.csv", sheet);
        found(&world.beside("explanations.csv", lines).published())
    };
    let large = |found: &[String]| found.iter().find(|told| told.contains(" large ")).cloned();
    assert_eq!(
        large(&sent(9000)).as_deref(),
        Some("130102_roster 2 large explained 大型居住区")
    );
    let changed = sent(9001);
    assert_eq!(large(&changed).as_deref(), Some("130102_roster 2 large open -"));
    assert!(
        changed.contains(&"explanations 2 explanation-unmatched info -".into()),
        "{changed:?}"
    );
}

const LINES: &str = "form,period,area_code,key,column,code,explanation\n";

#[test]
fn an_explanation_of_one_code_says_nothing_of_another() {
    let world = ministry()
        .sent("2020/130102_roster.csv", odd(["", "", ""]))
        .beside(
            "explanations.csv",
            format!("{LINES}roster,2020,130102,130102001004,,large,约数\n"),
        )
        .published();
    let found = found(&world);
    assert!(
        found.contains(&"130102_roster 5 not-a-number open -".into()),
        "{found:?}"
    );
    assert!(
        found.contains(&"explanations 2 explanation-unmatched info -".into()),
        "{found:?}"
    );
}

#[test]
fn what_was_replaced_needs_no_explanation() {
    let world = ministry()
        .sent("2020/130102_roster.csv", GOOD.replace("1001,100", "1001,9000"))
        .sent("2020/130102_roster_r1.csv", GOOD)
        .beside(
            "explanations.csv",
            format!("{LINES}roster,2020,130102,130102001001,,large,大型居住区\n"),
        )
        .published();
    let found = found(&world);
    assert!(
        found.contains(&"explanations 2 explanation-unmatched info -".into()),
        "{found:?}"
    );
    assert!(found.iter().all(|line| !line.contains(" large explained")), "{found:?}");
}

#[test]
fn a_period_left_out_of_the_run_is_not_asked_for() {
    let world = ministry().sent("2020/130102_roster.csv", GOOD).beside(
        "explanations.csv",
        format!("{LINES}roster,2019,130102,130102001001,,large,去年的\n"),
    );
    world.publish(&["--period", "2020"]);
    assert_eq!(found(&world), [] as [&str; 0]);
    world.publish(&[]);
    assert_eq!(found(&world), ["explanations 2 explanation-unmatched info -"]);
}

#[test]
fn of_an_area_with_several_rows_none_is_explained_by_a_line_without_a_key() {
    let told = |rows: &str| {
        let world = ministry()
            .sent("2020/130102_roster.csv", GOOD)
            .sent("2020/items.csv", format!("县,项目,数量\n{rows}"))
            .beside("explanations.csv", format!("{LINES}items,2020,000000,,,,约数\n"))
            .published();
        let mut lines = found(&world);
        lines.retain(|line| line.starts_with("items"));
        lines
    };
    assert_eq!(told("130102,甲,约3\n"), ["items 2 not-an-integer explained 约数"]);
    assert_eq!(told("130102,甲,约3\n130102,乙,4\n"), ["items 2 not-an-integer open -"]);
}

#[test]
fn a_line_without_a_key_for_a_finding_on_a_row_is_asked_for_the_key() {
    let world = ministry()
        .sent("2020/130102_roster.csv", odd(["", "", ""]))
        .beside(
            "explanations.csv",
            format!("{LINES}roster,2020,130102,,,large,确有九千户\n"),
        )
        .published();
    let table = world.table("findings");
    let told = table
        .iter()
        .find(|row| row["code"].text() == Some("explanation-unmatched"));
    let message = told.unwrap()["message_en"].text().unwrap();
    assert!(message.contains("give the key of that row"), "{message}");
}

#[test]
fn words_that_give_no_reason_explain_nothing_and_of_several_lines_all_are_kept() {
    for words in ["无", "x", "0", "N/A", "同上"] {
        let world = ministry()
            .sent("2020/130102_roster.csv", odd(["", "", ""]))
            .beside(
                "explanations.csv",
                format!("{LINES}roster,2020,130102,130102001001,,large,{words}\n"),
            )
            .published();
        let found = found(&world);
        assert!(
            found.contains(&"130102_roster 2 large open -".into()),
            "{words}: {found:?}"
        );
        assert!(
            found.iter().any(|line| line.starts_with("explanations 2 ")),
            "{words}: {found:?}"
        );
    }
    let world = ministry()
        .sent("2020/130102_roster.csv", "代码,户数,说明\n130102001001,9000,\n")
        .beside(
            "explanations.csv",
            format!("{LINES}roster,2020,130102,130102001001,,large,大型居住区\nroster,2020,130102,130102001001,,large,已核实\n"),
        )
        .published();
    let found = found(&world);
    let large = found.iter().find(|line| line.contains(" large ")).unwrap();
    assert!(large.ends_with("explained 大型居住区; 已核实"), "{large}");
}

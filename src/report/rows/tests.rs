use super::super::look::Source;
use super::*;
use crate::domain::Text;
use crate::tables::{ColumnSpec, ValueKind, Values, table_specs};

fn column(name: &str, kind: ValueKind, title: &str) -> ColumnSpec {
    ColumnSpec {
        name: name.into(),
        kind,
        title: Text::new(format!("{title}（中）"), title),
        unit: None,
        null: Some(Text::default()),
        null_in: None,
        values: Vec::new(),
        values_of: None,
        caveat: None,
        value_titles: Default::default(),
    }
}

fn head(columns: Vec<ColumnSpec>) -> RowsHead {
    RowsHead {
        source: Source::default(),
        title: Text::new("表", "Table"),
        columns,
        chosen: false,
        key: vec!["code".into()],
        fixed: Vec::new(),
        listed: 2,
        selected: 3,
        total: 1_500,
    }
}

/// Two rows: a code, names in two languages, a figure with its reason, a column without any value.
fn sample() -> (RowsHead, Frame) {
    let mut figure = column("value", ValueKind::Real, "Value, in the unit of the indicator");
    figure.null_in = Some("null_reason".into());
    let columns = vec![
        column("code", ValueKind::Text, "Code"),
        column("code_title_zh", ValueKind::Text, "Chinese title"),
        column("code_title_en", ValueKind::Text, "English title"),
        column("note", ValueKind::Text, "Note"),
        figure,
        column("empty", ValueKind::Integer, "Empty"),
        column("null_reason", ValueKind::Text, "Why"),
    ];
    let text = |texts: &[Option<&str>]| Values::Text(texts.iter().copied().collect());
    let values = [
        text(&[Some("=a|b"), Some("b")]),
        text(&[Some("甲"), Some("乙")]),
        text(&[Some("A <b>"), Some("B")]),
        text(&[Some("a long note that has no room at all\u{1b}[31m"), None]),
        Values::Real([Some(-1_234.567_891), None].into_iter().collect()),
        Values::Integer([None, None].into_iter().collect()),
        text(&[None, Some("not_reported")]),
    ];
    let names = columns.iter().map(|column: &ColumnSpec| column.name.clone());
    let frame = Frame {
        columns: names.zip(values).collect(),
        height: 2,
    };
    (head(columns), frame)
}

fn written(head: &RowsHead, rows: &Frame, format: RowsFormat, page: Page) -> String {
    let mut writer = RowsWriter::new(head, format, page);
    writer.begin() + &writer.piece(rows) + &writer.end()
}

#[test]
fn a_terminal_has_the_columns_that_fit_and_the_names_of_all() {
    let (head, rows) = sample();
    let text = written(
        &head,
        &rows,
        RowsFormat::Table,
        Page {
            lang: Lang::En,
            width: 60,
        },
    );
    let lines: Vec<&str> = text.lines().skip(3).collect();
    assert_eq!(
        lines,
        [
            "      English",
            "Code  title               Value  Why",
            "---------------------------------------------",
            "=a|b  A <b>         -1,234.5679",
            "b     B                          not_reported",
            "",
            "2 of 3 rows (--limit 0 lists all); the table has 1,500",
            "Columns: code, code_title_en, value, null_reason",
            "Not shown: code_title_zh, note, empty",
        ],
        "{text}"
    );
    let text = written(
        &head,
        &rows,
        RowsFormat::Table,
        Page {
            lang: Lang::Zh,
            width: 60,
        },
    );
    assert!(text.contains("甲") && !text.contains("A <b>"), "{text}");
    assert!(
        text.contains("共 3 行，列出 2 行（--limit 0 列出全部）；该表共 1,500 行"),
        "{text}"
    );
}

#[test]
fn columns_that_were_asked_for_stand_in_their_order_and_long_texts_are_cut() {
    let (mut head, rows) = sample();
    head.chosen = true;
    head.columns.swap(0, 3);
    head.columns.truncate(4);
    let text = |head: &RowsHead, width| {
        let lang = Lang::En;
        written(head, &rows, RowsFormat::Table, Page { lang, width })
    };
    let wide = text(&head, 80);
    assert!(wide.contains("a long note that has no room at all"), "{wide}");
    // All four have room, once the longest is cut.
    let narrow = text(&head, 60);
    assert!(
        narrow.contains("Columns: note, code_title_zh, code_title_en, code\n"),
        "{narrow}"
    );
    assert!(narrow.contains("\na long note that has no…"), "{narrow}");
    let narrowest = text(&head, 20);
    assert!(narrowest.contains("\na long note tha…\n"), "{narrowest}");
    assert!(
        narrowest.contains("Columns: note\nNot shown:\ncode_title_zh,"),
        "{narrowest}"
    );
    assert!(!wide.contains('\u{1b}'), "{wide:?}");
}

#[test]
fn what_the_condition_fixes_is_not_repeated() {
    let (mut head, rows) = sample();
    head.fixed = vec!["code".into()];
    let text = written(
        &head,
        &rows,
        RowsFormat::Table,
        Page {
            lang: Lang::En,
            width: 60,
        },
    );
    assert!(text.contains("Not shown: code, "), "{text}");
}

#[test]
fn programs_get_every_column_and_digit() {
    let (head, rows) = sample();
    let page = Page::new(Lang::En);
    let csv = written(&head, &rows, RowsFormat::Csv, page);
    let lines: Vec<&str> = csv.lines().collect();
    assert_eq!(
        lines[0],
        "code,code_title_zh,code_title_en,note,value,empty,null_reason"
    );
    assert!(
        lines[1].starts_with("'=a|b,甲,A <b>,a long note") && lines[1].ends_with(",-1234.567891,,"),
        "{csv}"
    );
    assert_eq!(lines[2], "b,乙,B,,,,not_reported");
    let json = written(&head, &rows, RowsFormat::Json, page);
    let lines: Vec<&str> = json.lines().collect();
    assert!(!json.contains('\u{1b}'));
    assert_eq!(
        lines[1],
        "{\"code\":\"b\",\"code_title_zh\":\"乙\",\"code_title_en\":\"B\",\"note\":null,\"value\":null,\"empty\":null,\"null_reason\":\"not_reported\"}"
    );
    let first: serde_json::Value = serde_json::from_str(lines[0]).unwrap();
    assert_eq!(
        (first["value"].as_f64(), first["code"].as_str()),
        (Some(-1_234.567_891), Some("=a|b"))
    );
    let markdown = written(&head, &rows, RowsFormat::Markdown, page);
    assert!(
        markdown.starts_with("| Code | Chinese title | English title | Note | Value, "),
        "{markdown}"
    );
    assert!(
        markdown.contains("| --- | --- | --- | --- | ---: | ---: | --- |\n| =a\\|b | 甲 | A &lt;b> |"),
        "{markdown}"
    );
    assert!(
        markdown.ends_with("\n2 of 3 rows (--limit 0 lists all); the table has 1,500\n"),
        "{markdown}"
    );
}

#[test]
fn every_published_table_has_room_for_what_tells_its_rows_apart_and_for_its_value() {
    let empty = Frame::default();
    for (name, spec) in table_specs() {
        let head = RowsHead {
            key: spec.key.clone(),
            ..head(spec.columns.clone())
        };
        let text = written(&head, &empty, RowsFormat::Table, Page::new(Lang::En));
        let (_, shown) = text.split_once("Columns: ").unwrap();
        let shown = shown.split("Not shown").next().unwrap();
        let shown: Vec<&str> = shown.split([',', '\n', ' ']).collect();
        let key = spec.key.iter().filter(|key| !key.ends_with("_id"));
        let is_value = |column: &&ColumnSpec| column.name == "value" && column.kind.is_number();
        for column in key.chain(spec.columns.iter().find(is_value).map(|column| &column.name)) {
            assert!(shown.contains(&column.as_str()), "{name}: {column} in {shown:?}");
        }
    }
}

/// Where there is room for little, the figure and what tells the rows apart stand before keys that are the same in all rows.
#[test]
fn the_figure_and_its_bounds_have_room_before_what_is_the_same_in_all_rows() {
    let null_in = |name: &str, reason: &str| ColumnSpec {
        null_in: Some(reason.into()),
        ..column(name, ValueKind::Real, name)
    };
    let columns = vec![
        column("period", ValueKind::Text, "Reporting period"),
        column("code", ValueKind::Text, "Code"),
        column("code_name", ValueKind::Text, "Name"),
        null_in("part", "part_null_reason"),
        null_in("value", "null_reason"),
        null_in("lower", "bounds_null_reason"),
        null_in("upper", "bounds_null_reason"),
    ];
    let text = |texts: [&str; 2]| Values::Text(texts.iter().copied().map(Some).collect());
    let reals = || Values::Real([Some(1.25), Some(2.5)].into_iter().collect());
    let values = [
        text(["2020", "2020"]),
        text(["a", "b"]),
        text(["a long name of an area", "another"]),
        reals(),
        reals(),
        reals(),
        reals(),
    ];
    let names = columns.iter().map(|column: &ColumnSpec| column.name.clone());
    let rows = Frame {
        columns: names.zip(values).collect(),
        height: 2,
    };
    let mut head = head(columns);
    head.key = vec!["period".into(), "code".into()];
    let shown = |head: &RowsHead, width: u16| {
        let page = Page { lang: Lang::En, width };
        let text = written(head, &rows, RowsFormat::Table, page);
        let (_, names) = text.split_once("Columns: ").unwrap();
        let (names, _) = names.split_once("Not shown").unwrap();
        names.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    // More rows are to come, which may be of another period.
    head.listed = 3;
    assert_eq!(shown(&head, 30), "code, value, lower, upper");
    assert_eq!(shown(&head, 40), "period, code, value, lower, upper");
    // A key that a run has made says nothing to a person.
    head.key = vec!["code_id".into()];
    head.columns[0].name = "path".into();
    let rows = Frame {
        columns: rows
            .columns
            .iter()
            .map(|(name, values)| (name.replace("period", "path"), values.clone()))
            .collect(),
        height: 2,
    };
    let page = Page {
        lang: Lang::En,
        width: 30,
    };
    let text = written(&head, &rows, RowsFormat::Table, page);
    assert!(text.contains("Columns: path, value"), "{text}");
}

#[test]
fn keys_that_all_rows_share_stand_above_them() {
    let text = |texts: [&str; 2]| Values::Text(texts.iter().copied().map(Some).collect());
    let columns = [
        "period",
        "scope_code",
        "scope_name",
        "area",
        "indicator",
        "indicator_title_zh",
        "indicator_title_en",
    ];
    let columns = columns.map(|name| column(name, ValueKind::Text, name));
    let values = [
        text(["2020", "2020"]),
        text(["11", "11"]),
        text(["北京市", "北京市"]),
        text(["1101", "1102"]),
        text(["served", "served"]),
        text(["覆盖", "覆盖"]),
        text(["Served", "Served"]),
    ];
    let names = columns.iter().map(|column| column.name.clone());
    let rows = Frame {
        columns: names.zip(values).collect(),
        height: 2,
    };
    let mut head = head(columns.to_vec());
    head.key = ["period", "scope_code", "area", "indicator"]
        .map(str::to_owned)
        .to_vec();
    // What the condition fixes is known.
    head.fixed = vec!["period".into()];
    let page = |lang| Page { lang, width: 80 };
    let english = written(&head, &rows, RowsFormat::Table, page(Lang::En));
    let above = "\n\nIn these rows: scope_code = 11 (北京市), indicator = served (Served)\n\narea\n----";
    assert!(english.contains(above), "{english}");
    assert!(english.contains("Columns: area\n"), "{english}");
    assert!(
        english.ends_with("Not shown: period, indicator_title_zh\n"),
        "{english}"
    );
    let chinese = written(&head, &rows, RowsFormat::Table, page(Lang::Zh));
    let above = "\n\n以下各行相同：scope_code = 11（北京市）；indicator = served（覆盖）\n\narea（中）\n----";
    assert!(chinese.contains(above), "{chinese}");
    // An area that has had two names keeps the column of its names.
    let columns = rows.columns.into_iter().map(|(name, values)| match name.as_str() {
        "scope_name" => (name, text(["北京市", "北平市"])),
        _ => (name, values),
    });
    let rows = Frame {
        columns: columns.collect(),
        height: 2,
    };
    let english = written(&head, &rows, RowsFormat::Table, page(Lang::En));
    assert!(
        english.contains("In these rows: scope_code = 11, indicator"),
        "{english}"
    );
    assert!(english.contains("Columns: scope_name, area\n"), "{english}");
    head.chosen = true;
    let chosen = written(&head, &rows, RowsFormat::Table, page(Lang::En));
    assert!(
        !chosen.contains("In these rows") && chosen.contains("Columns: period, scope_code"),
        "{chosen}"
    );
}

#[test]
fn a_number_without_room_is_in_scientific_notation_and_never_cut() {
    let columns = vec![
        column("code", ValueKind::Text, "Code"),
        column("sum", ValueKind::Integer, "Sum"),
        column("square", ValueKind::Real, "Square"),
    ];
    let values = [
        Values::Text([Some("a"), Some("b")].into_iter().collect()),
        Values::Integer(
            [Some(-9_223_372_036_854_775_807), Some(9_007_199_254_740_993)]
                .into_iter()
                .collect(),
        ),
        Values::Real([Some(1.234_567_89e30), Some(-0.5)].into_iter().collect()),
    ];
    let names = columns.iter().map(|column: &ColumnSpec| column.name.clone());
    let frame = Frame {
        columns: names.zip(values).collect(),
        height: 2,
    };
    let page = |width| Page {
        width,
        ..Page::new(crate::domain::Lang::En)
    };
    let row = |width: u16, code: &str| {
        let head = RowsHead {
            chosen: true,
            ..head(columns.clone())
        };
        let text = written(&head, &frame, RowsFormat::Table, page(width));
        let line = text.lines().find(|line| line.starts_with(code)).unwrap().to_owned();
        line.split_whitespace().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(row(40, "a "), ["a", "-9.2233720369e18", "1.23456789e30"]);
    // 9,007,199,254,740,993 is no double: its last digits are left out, not changed.
    assert_eq!(row(40, "b "), ["b", "9.00719925474e15", "-0.5"]);
    // There is room for every digit of the one.
    assert_eq!(row(120, "a ")[1], "-9,223,372,036,854,775,807");
}

//! Sheets of a few rows, and what each row of them is.

use super::super::fixture;
use super::*;

fn kinds(rows: &[&[&str]]) -> String {
    let pipeline = fixture::pipeline();
    let book = Book::new(&pipeline.forms[0], &pipeline.units);
    let sheet = fixture::sheet(rows);
    let header = book.find(&sheet).unwrap();
    let body = classify(&book, &sheet.grid, &header, None);
    let mut all: Vec<(u32, String)> = body
        .set_aside
        .iter()
        .map(|(row, kind)| (*row, format!("{kind:?}")))
        .collect();
    let named = |row: &u32| body.named_totals.iter().find(|(named, _)| named == row);
    let record = |row: &u32| named(row).map_or("-".to_owned(), |(_, kind)| format!("{kind:?}?"));
    all.extend(body.records.iter().map(|row| (*row, record(row))));
    all.sort();
    assert!(
        all.iter().enumerate().all(|(at, (row, _))| at == *row as usize),
        "every row once: {all:?}"
    );
    let units: String = body
        .units
        .iter()
        .map(|(index, unit)| format!(" {index}={unit}"))
        .collect();
    all.into_iter().map(|(_, kind)| kind).collect::<Vec<_>>().join(" ") + &units
}

const HEADER: &[&str] = &["社区代码", "社区名称", "常住户数"];
const RECORD: &[&str] = &["130102001001", "和平社区", "820"];
const WIDE: &[&str] = &["社区代码", "社区名称", "常住户数", "服务设施面积"];
const DATA: &[&str] = &["130102001001", "和平社区", "820", "120"];

#[test]
fn rows_around_the_records() {
    for (rows, expected) in [
        (&[HEADER, RECORD][..], "Header -"),
        (
            &[&["表"], &[], HEADER, &["甲", "乙", "1"], RECORD],
            "Title Blank Header HeaderNote -",
        ),
        (&[HEADER, &["—", "—", "户"], RECORD], "Header HeaderNote - 2=户"),
        (
            &[
                &["社区代码", "常住户数", "服务设施面积"],
                &["", "万户", "w米"],
                &["130102001001", "2", "3"],
            ],
            "Header HeaderNote - 1=万户 2=w米",
        ),
        (
            &[
                &["社区代码", "常住户数", "服务设施面积"],
                &["计量单位：", "万户", "亩"],
                &["130102001001", "2", "3"],
            ],
            "Header HeaderNote - 1=万户 2=亩",
        ),
        (
            &[
                &["社区代码", "常住户数", "服务设施面积"],
                &["Unit of measure", "百户", "w米"],
                &["130102001001", "2", "3"],
            ],
            "Header HeaderNote - 1=百户 2=w米",
        ),
        (
            &[
                &["社区代码", "常住户数", "服务设施面积"],
                &["单位", "万户", "3"],
                &["130102001001", "2", "3"],
            ],
            "Header - -",
        ),
        (
            &[
                &["社区代码", "常住户数", "服务设施面积"],
                &["单位", "不详", "不详"],
                &["130102001001", "2", "3"],
            ],
            "Header - -",
        ),
        (
            &[&["社区代码", "常住户数", "服务设施面积"], &["130102001001", "户", "亩"]],
            "Header -",
        ),
        (
            &[&["社区代码", "常住户数", "服务设施面积"], &["1", "户", "w米"]],
            "Header -",
        ),
        (
            &[&["社区代码", "常住户数", "服务设施面积"], &["", "户", "30"]],
            "Header -",
        ),
        // Rows with keys are no titles of a wider header below them.
        (
            &[&["社区代码", "常住户数"], &["130102001001", "820"], HEADER, RECORD],
            "Header - Header -",
        ),
        (&[&["社区代码", "常住户数"], HEADER, RECORD], "Title Header -"),
        (
            &[&["社区代码", "常住户数"], &["合计", "820"], HEADER, RECORD],
            "Title Title Header -",
        ),
        (&[HEADER, RECORD, &["合计", "", "820"]], "Header - Total"),
        (&[HEADER, &["", "合　计", "820"], RECORD], "Header Total -"),
        (&[HEADER, &["", "小计", "820"], RECORD], "Header Section -"),
        (&[HEADER, &["—", "合计 Total", "820"], RECORD], "Header Total -"),
        (
            &[HEADER, RECORD, &["注：x"], &["合计", "", "820"]],
            "Header - Footer Total",
        ),
        (&[HEADER, RECORD, &["注：不含小计"]], "Header - Footer"),
        // A row with a key may be a record whatever its name is.
        (&[HEADER, &["130102000000", "小计", "820"], RECORD], "Header Section? -"),
        (&[HEADER, RECORD, &["130102001002", "Total", "9"]], "Header - Total?"),
        (&[HEADER, RECORD, &["", "和平街道合计", "820"]], "Header - Subtotal"),
        // Averages and the like are no sums.
        (&[HEADER, RECORD, &["", "平均", "820"]], "Header - Subtotal"),
        (&[HEADER, RECORD, &["", "Median", "820"]], "Header - Subtotal"),
        (&[HEADER, RECORD, &["", "全县总数", "820"]], "Header - Total"),
        (&[HEADER, RECORD, &["130102001002", "平均", "9"]], "Header - Subtotal?"),
        (&[HEADER, RECORD, &["130102001002", "平均村", "9"]], "Header - -"),
        (&[HEADER, RECORD, &["", "  其中：城市", "400"]], "Header - Subtotal"),
        (&[HEADER, RECORD, &["", " ", "\u{3000}"], RECORD], "Header - Blank -"),
        (
            &[HEADER, RECORD, &["注：本表"], &["2.含开发区"], &[]],
            "Header - Footer Footer Blank",
        ),
        (&[HEADER, RECORD, &["", "", "单位负责人：张"]], "Header - Footer"),
        (&[HEADER, RECORD, &["填表人："], RECORD], "Header - Footer -"),
        // A line below the table may fill several cells.
        (
            &[HEADER, RECORD, &["单位负责人：张三", "", "填表人：李四"]],
            "Header - Footer",
        ),
        (
            &[HEADER, RECORD, &["单位负责人：张三", "填表人：李四"]],
            "Header - Footer",
        ),
        (&[HEADER, RECORD, &["填报单位：x", "", "2020-12-31"]], "Header - Footer"),
        // Lines of units are no records, wherever they stand.
        (&[HEADER, RECORD, &["单位：万元"]], "Header - HeaderNote"),
        (&[HEADER, RECORD, &["", "", "单位：万元"]], "Header - HeaderNote"),
        (&[HEADER, &["Unit: thousand yuan"], RECORD], "Header HeaderNote -"),
        (&[HEADER, &["", "", "（万户）"], RECORD], "Header HeaderNote - 2=万户"),
        (&[HEADER, &["（万户）"], RECORD], "Header HeaderNote -"),
        (&[HEADER, RECORD, &["单位：万元"], RECORD], "Header - HeaderNote -"),
        (&[HEADER, RECORD, &["", "万源社区", ""]], "Header - -"),
        (
            &[HEADER, RECORD, &["联系电话：", "电话：", "87654321"]],
            "Header - Footer",
        ),
        (&[HEADER, RECORD, &["注：", "含农村"]], "Header - Footer"),
        (
            &[HEADER, RECORD, &["注：x"], &["科室：规划科", "", "日期：2020年"]],
            "Header - Footer Footer",
        ),
        (
            &[HEADER, RECORD, &["某县民政局", "", "2020年12月31日"]],
            "Header - Footer",
        ),
        (
            &[HEADER, RECORD, &["", "Office of Statistics", "2020-12-31"]],
            "Header - Footer",
        ),
        (&[HEADER, RECORD, &["注：", "和平社区", "820"]], "Header - -"),
        (&[HEADER, RECORD, &["130102001002", "填表人：李", "9"]], "Header - -"),
        (&[HEADER, RECORD, &["130102001002", "", "2020-12-31"]], "Header - -"),
        (&[HEADER, RECORD, &["", "和平社区", "2020-12-31"]], "Header - -"),
        (&[HEADER, RECORD, &["某县", "", "12"]], "Header - -"),
        (&[HEADER, RECORD, HEADER, RECORD], "Header - Header -"),
        (
            &[HEADER, RECORD, &["续表 1"], HEADER, RECORD],
            "Header - Header Header -",
        ),
        (
            &[HEADER, &["", "", "(10 000 x)"], RECORD],
            "Header HeaderNote - 2=10000x",
        ),
        (
            &[
                &["社区代码", "社会组织", ""],
                &["", "总数", "其中：养老"],
                &["1", "2", "x"],
                &["社区代码", "社会组织", ""],
                &["", "总数", "其中：养老"],
            ],
            "Header Header - Header Header",
        ),
        (&[HEADER, &["", "和平社区", "820"]], "Header -"),
        (&[HEADER, &["130102001001", "注水村", ""]], "Header -"),
        (&[HEADER, &["x", "", ""]], "Header -"),
        // Remarks without an agreed word.
        (
            &[HEADER, RECORD, &[], &["International Statistics Office, October 2020"]],
            "Header - Blank Footer",
        ),
        (&[HEADER, RECORD, &["https://example.org/table"]], "Header - Footer"),
        (
            &[HEADER, RECORD, &["=HYPERLINK(\"x\",\"Open data\")"]],
            "Header - Footer",
        ),
        (
            &[HEADER, RECORD, &["1/ Including islands"], &["2/ Estimate"]],
            "Header - Footer Footer",
        ),
        (&[HEADER, RECORD, &["", "* provisional"]], "Header - Footer"),
        (
            &[HEADER, RECORD, &["(1) 含开发区"], &["及新区"]],
            "Header - Footer Footer",
        ),
        (&[HEADER, RECORD, &["① 含开发区"]], "Header - Footer"),
        (
            &[HEADER, RECORD, &["* 2020 figures are provisional"]],
            "Header - Footer",
        ),
        (&[HEADER, RECORD, &["†provisional"]], "Header - Footer"),
        (&[HEADER, RECORD, &["注 本表为初步数"]], "Header - Footer"),
        (&[HEADER, RECORD, &["Note provisional figures"]], "Header - Footer"),
        (&[HEADER, RECORD, &["provisional"]], "Header - Footer"),
        (&[HEADER, &["---", ":---:", "---:"], RECORD], "Header HeaderNote -"),
        (&[HEADER, RECORD, &[], &["石家庄市民政局", "", ""]], "Header - Blank -"),
        (&[HEADER, RECORD, &["石家庄市民政局 2021年1月"]], "Header - Footer"),
        (&[HEADER, &["石家庄市民政局 2021年"]], "Header Footer"),
        // A record with most cells blank, and a record whose name begins with such a word, stay records.
        (&[HEADER, RECORD, &["130102001002", "", ""]], "Header - -"),
        (&[HEADER, RECORD, &["", "和平社区", ""]], "Header - -"),
        (&[HEADER, RECORD, &["", "", "12"]], "Header - -"),
        (&[HEADER, RECORD, &["130102001002", "注：水村", ""]], "Header - -"),
        (&[HEADER, RECORD, &["", "Note Island", ""]], "Header - -"),
        (&[HEADER, RECORD, &["NA", "", ""]], "Header - -"),
        (&[HEADER, &["注水村", "", "12"]], "Header -"),
        (&[HEADER, RECORD, &["---", "---", "---"]], "Header - -"),
        (&[HEADER, &["---", "", "---"], RECORD], "Header - -"),
        (&[HEADER, RECORD, &["", "Notes", "12"]], "Header - -"),
        (
            &[HEADER, &["", "1) a", "1"], &["", "2) b", "2"], &["", "3) c", ""]],
            "Header - - -",
        ),
        // A record below a footer.
        (
            &[
                HEADER,
                RECORD,
                &["填表说明：x"],
                &["130102001002", "东风社区", ""],
                &["2.含开发区", "", ""],
            ],
            "Header - Footer - Footer",
        ),
        // So are a figure without a key, and a code alone.
        (
            &[
                HEADER,
                RECORD,
                &["注：x"],
                &["", "东风社区", "9"],
                &["", "", "5000"],
                &["130102001002"],
            ],
            "Header - Footer - - -",
        ),
        (
            &[
                HEADER,
                RECORD,
                &["注：x"],
                &["某县民政局", "", "2021"],
                &["2021-03-04"],
                &["", "", "8765-4321"],
                &["电话：", "", "87654321"],
            ],
            "Header - Footer Footer Footer Footer Footer",
        ),
        // The header of another table, and words that stand in place of figures.
        (
            &[WIDE, DATA, &["代码", "名称", "医生", "护士"], DATA],
            "Header - Header -",
        ),
        (
            &[WIDE, DATA, &["表二"], &["代码", "名称", "2018", "2019"], DATA],
            "Header - Heading? Header -",
        ),
        (
            &[
                WIDE,
                DATA,
                &["注：x"],
                &["表二"],
                &["代码", "名称", "医生", "护士"],
                DATA,
            ],
            "Header - Footer Footer Header -",
        ),
        (&[WIDE, DATA, &["代码", "名称", "医生", "护士"]], "Header - -"),
        (
            &[WIDE, DATA, &["130102001002", "和平社区", "不详", "未报"], DATA],
            "Header - - -",
        ),
        (&[WIDE, DATA, &["", "和平社区", "不详", "未报"], DATA], "Header - - -"),
        (&[WIDE, DATA, &["x", "和平社区", "不详", "不详"], DATA], "Header - - -"),
        (&[WIDE, DATA, &["x", "和平社区", "12户", "3亩"], DATA], "Header - - -"),
        (&[WIDE, DATA, &["x", "和平社区", "不详", "3"], DATA], "Header - - -"),
        (&[WIDE, DATA, &["合计", "", "不详", "未报"], DATA], "Header - Total -"),
        // The second row of a header that reaches over several columns.
        (
            &[
                &["社区代码", "社区名称", "常住户数", "", "服务设施面积"],
                &["", "", "男", "女"],
                &["130102001001", "和平社区", "1", "2", "3"],
            ],
            "Header Header -",
        ),
        (
            &[
                &["社区代码", "社区名称", "常住户数", "", "服务设施面积"],
                &["", "", "不详", "", "未报"],
                &["130102001001", "和平社区", "1", "2", "3"],
            ],
            "Header - -",
        ),
    ] {
        assert_eq!(kinds(rows), expected, "{rows:?}");
    }
}

proptest::proptest! {
    #[test]
    fn every_row_is_one_thing(rows in proptest::collection::vec(proptest::collection::vec(
        proptest::sample::select(vec!["", " ", "合计", "注：", "1", "2", "甲", "社区代码", "x", "单位：户", "户", "130102001001"]), 0..5), 0..12)) {
        let rows: Vec<&[&str]> = std::iter::once(HEADER).chain(rows.iter().map(Vec::as_slice)).collect();
        kinds(&rows);
    }
}

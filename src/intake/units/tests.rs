use super::*;

fn shown(said: &Said) -> String {
    let unclear = said.unclear.iter().map(|named| format!("?{}", named.unit));
    let units = said.units.iter().map(|named| named.unit.clone());
    units.chain(unclear).collect::<Vec<_>>().join(" ")
}

fn with_labels(said: &Said) -> String {
    let units = said.units.iter().map(|named| ("", named));
    let all = units.chain(said.unclear.iter().map(|named| ("?", named)));
    let shown = all.map(|(mark, named)| format!("{mark}{}={}", named.of, named.unit));
    shown.collect::<Vec<_>>().join(" ")
}

#[test]
fn lines_that_say_of_what_a_unit_is() {
    for (cell, expected) in [
        ("Budget figures are in millions", "budget figures are=millions"),
        ("Schools in thousands", "schools=thousands"),
        (
            "Population in thousands, budget in US$ million",
            "population=thousands budget=us$ million",
        ),
        (
            "Population (in thousands) and budget (in millions of dollars)",
            "population=thousands budget=millions of dollars",
        ),
        ("Budget and population, in thousands", "budget and population=thousands"),
        ("Area in hectares", "area=hectares"),
        (
            "Notes: Budget in US$ million; area in hectares.",
            "budget=us$ million area=hectares",
        ),
        ("[Dollar amounts in millions]", "dollar amounts=millions"),
        ("All figures in thousands except residents", "?all figures=thousands"),
        ("Figures in thousands except where noted", "figures=thousands"),
        ("Currency: US$; scale: millions", "currency=millions us$"),
        ("基金单位：亿", "基金=亿"),
        ("户数、人数单位：万", "户数、人数=万"),
        ("备注：人口单位为万人，面积单位为亩", "人口=万人 面积=亩"),
        ("单位：万元（人口为千人）", "=万元 人口=千人"),
        ("面积以公顷计，金额以亿元计", "面积=公顷 金额=亿元"),
        ("说明：金额单位千元", "金额=千元"),
        ("以千元计", "=千元"),
        ("单位：千人 千户 亩 千元", "=千人 =千户 =亩 =千元"),
        ("单位：万 元", "=万元"),
    ] {
        assert_eq!(with_labels(&of_line(cell, Units::built_in())), expected, "{cell}");
    }
}

#[test]
fn lines_that_name_a_multiple_in_other_words() {
    for (cell, expected) in [
        ("$m", "?$m"),
        ("USDm", "?usdm"),
        ("USD m", "?usd m"),
        ("MUSD", "?musd"),
        ("€ million", "?€million"),
        ("Millions of national currency", "?millions of national currency"),
        ("(in thsd. USD)", "thsd. usd"),
        ("x 1,000", "thousands"),
        ("×1000", "thousands"),
        ("Scale: Millions", "millions"),
        ("in 1000s", "thousands"),
        ("000s", "thousands"),
        ("'000", "thousands"),
        ("Lakhs", "?lakhs"),
        ("Rs. crore", "?rs. crore"),
        ("Unit: 10^3 persons", "thousand persons"),
        ("Unit: 10³ persons", "thousand persons"),
        ("Residents in 10³", "thousand"),
        ("acres", "acres"),
        ("kilograms", "kilograms"),
        ("Waste in kilotonnes", "kilotonnes"),
        ("Thousand persons | US$ million", "us$ million"),
        // Numbers and groups are no units.
        ("Figures rounded to the nearest thousand", ""),
        ("Schools per 1,000 residents", ""),
        ("Cities with more than 1 million residents", ""),
        ("Survey of one million households", ""),
        ("Note: 1 ha = 0.01 km²", ""),
        ("Note: Budget excludes grants of 3 million US$", ""),
        ("1000", ""),
        ("Table 4", ""),
    ] {
        assert_eq!(shown(&of_title(cell, Units::built_in())), expected, "{cell}");
    }
}

#[test]
fn lines_that_name_units() {
    for (cell, expected) in [
        ("单位：万元", "万元"),
        ("计量单位：人、平方米", "人 平方米"),
        ("填报单位：长安区   单位：万元", "万元"),
        ("单位：万元 填报单位：长安区", "万元"),
        ("计 量 单 位：万元", "万元"),
        ("单位 ：万元", "万元"),
        ("（单位：㎡）", "m2"),
        ("Unit: km", "km"),
        ("Unit: thousand yuan", "thousand yuan"),
        ("Unit: 10,000 yuan", "10,000 yuan"),
        ("Unit of measure: thousands of persons", "thousands of persons"),
        ("(in thousands)", "thousands"),
        ("in million yuan", "million yuan"),
        ("Expenditure, in thousands of yuan, by county", "thousands of yuan"),
        ("Population in thousands 2020", "thousands"),
        ("Amounts in RMB'000", "rmb thousands"),
        ("金额：万元", "万元"),
        ("注：金额单位为万元", "万元"),
        ("注：本表以万元为单位。", "万元"),
        ("注：1.经费单位为万元；2.面积单位为平方米。", "万元 平方米"),
        ("财政支出表（单位：千元）", "千元"),
        ("单位：万元（人民币）", "万元"),
        ("单位：千户；万元", "千户 万元"),
        // What stands around it is no part of it.
        ("单位：元  2020年", "元"),
        ("2020年 单位：千元 第1页", "千元"),
        ("金额单位：人民币元  2020年12月31日", "人民币元"),
        ("单位：元 共2页", "元"),
        ("单位：元2020年度", "元"),
        ("单位：元 二〇二〇年十二月", "元"),
        ("单位：元 （2020）", "元"),
        ("单位：元 某县统计局", "元"),
        ("Unit: yuan. 2020", "yuan"),
        ("Unit: thousand yuan, page 1 of 3", "thousand yuan"),
        ("【单位：元】", "元"),
        ("《单位：元》", "元"),
        ("单位-元", "元"),
        ("计量单位—千人", "千人"),
        ("单位：角", "角"),
        ("Units of 1000", "thousands"),
        ("Values in units of 1,000", "in thousands"),
        ("Units of 1,000,000", "millions"),
        ("Unit: тыс. чел.", "тыс.чел"),
        ("单位：万 美金", "?万美金"),
        ("单位：元 每人", "?元"),
        ("单位：元★", "?元"),
        ("填报单位：长安区 2020年", ""),
        ("单位-某局", ""),
        ("单位：2020年", ""),
        ("单位：第3中学", ""),
        // What names a unit and is not understood is asked about.
        ("单位：万元/人", "?万元/人"),
        ("单位：元/人", "?元/人"),
        ("单位：百万日元", "?百万日元"),
        ("单位：万株", "?万株"),
        ("单位：百户", "?百户"),
        ("Unit: mil. yuan", "?mil. yuan"),
        ("Unit: million yen", "?million yen"),
        ("Unit: yen", "?yen"),
        ("in thousand euros", "?thousand euros"),
        ("注：第5列单位：万元", "?万元"),
        // Organisations and texts are no units.
        ("填报单位：长安区", ""),
        ("填报单位：万源市民政局", ""),
        ("单位：某局", ""),
        ("单位：千山区", ""),
        ("单位：万宁市民政局", ""),
        ("单位：元氏县", ""),
        ("统计单位：百善镇", ""),
        ("单位负责人：", ""),
        ("Unit: Planning Department", ""),
        ("Reporting unit: Million Oaks", ""),
        ("万寿路社区统计表", ""),
        ("注：每户补助1000元", ""),
        ("备注：百年老店", ""),
        ("说明：含中央拨款500万元", ""),
        ("Funds in millionaire rows", ""),
        ("", ""),
    ] {
        assert_eq!(shown(&of_line(cell, Units::built_in())), expected, "{cell}");
    }
}

#[test]
fn titles_may_end_in_a_unit_or_be_one() {
    for (cell, expected) in [
        ("万元", "万元"),
        ("в тысячах", "втысячах"),
        ("тыс. чел.", "тыс.чел"),
        ("Tausend", "tausend"),
        ("（万元）", "万元"),
        ("2020年财政支出（万元）", "万元"),
        ("Expenditure (million yuan)", "million yuan"),
        ("Expenditure (US$ thousand)", "us$ thousand"),
        ("百万日元", "?百万日元"),
        ("Sales (yen million)", "?yen million"),
        ("面积统计表（亩）", "亩"),
        ("年", ""),
        ("月报表（月）", ""),
        ("万源市统计表", ""),
        ("万达", ""),
        ("万元户统计表", ""),
        ("万元户", ""),
        ("（续表）", ""),
        ("单位：万元", "万元"),
    ] {
        assert_eq!(shown(&of_title(cell, Units::built_in())), expected, "{cell}");
    }
}

#[test]
fn a_lone_cell_is_a_line_of_units_or_a_name() {
    for (cell, expected) in [
        ("单位：万元", true),
        ("Unit: thousand yuan", true),
        ("(in thousands)", true),
        ("万元", true),
        ("单位：某局", false),
        ("填报单位：长安区", false),
        ("万源", false),
        ("人", false),
        ("Clinics in thousand oaks", false),
        ("Mountain in millions", false),
    ] {
        assert_eq!(is_line(cell, Units::built_in()), expected, "{cell}");
    }
}

#[test]
fn raised_units_are_no_notes() {
    for (run, expected) in [
        ("万元", Some("万元")),
        ("（㎡）", Some("m2")),
        ("百万日元", Some("百万日元")),
        ("1", None),
        ("h", None),
        ("注", None),
        ("a)", None),
    ] {
        assert_eq!(of_run(run, Units::built_in()).as_deref(), expected, "{run}");
    }
}

#[test]
fn rows_of_units() {
    let row = |cells: &[&str]| {
        let mut grid = Grid::new(false);
        cells.iter().for_each(|cell| grid.push_text(cell));
        grid.end_row(1);
        of_row(&grid, 0, Units::built_in())
    };
    assert_eq!(
        row(&["—", "", "（人）", "万元"]),
        Some(vec![(2, "人".into()), (3, "万元".into())])
    );
    assert_eq!(row(&["", "(10 000 beds)"]), Some(vec![(1, "10000beds".into())]));
    assert_eq!(row(&["x", "(10 000 beds)"]), None);
    assert_eq!(row(&["—", "人", "12"]), None);
    assert_eq!(row(&["10000", "人"]), None);
    assert_eq!(row(&["", ""]), None);
}

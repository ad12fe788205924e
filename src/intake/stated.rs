//! The period that a title block states: `2019年`, `二〇一九年度`, `2020年第三季度`, `2020年上半年`, `2020年3月`.

use super::words::words;
use crate::domain::{Period, fold};

/// Months of a period as the title has it, counted from year 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stated {
    first_month: i32,
    last_month: i32,
}

/// The periods stated in a cell of the title block; dates, validity notes and document numbers are none.
pub(super) fn stated(cell: &str) -> Vec<Stated> {
    if cell.len() < 4 {
        return Vec::new();
    }
    let (words, folded) = (words(), fold(cell));
    if words.tells_no_period(&folded) {
        return Vec::new();
    }
    let bare = |year: &str| folded == year;
    let mut all: Vec<Stated> = words
        .period
        .captures_iter(&folded)
        .filter_map(|found| of_match(&found))
        .collect();
    if let Some(year) = folded
        .parse::<i32>()
        .ok()
        .filter(|year| (1900..2100).contains(year) && bare(&year.to_string()))
    {
        all.push(span(year, 1, 12));
    }
    all
}

fn of_match(found: &regex::Captures<'_>) -> Option<Stated> {
    if found.name("other").is_some() || found.name("other_day").is_some() {
        return None;
    }
    let words = words();
    let number = |name: &str| found.name(name).and_then(|text| words.number(text.as_str()));
    let year = number("year")?;
    if let Some(quarter) = number("quarter").or_else(|| number("quarter_en")) {
        return Some(span(year, quarter * 3 - 2, quarter * 3));
    }
    if let Some(month) = number("month") {
        return Some(span(year, month, month));
    }
    if let Some(half) = found.name("half").or_else(|| found.name("half_en")) {
        let first = words.is_first_half(half.as_str());
        return Some(if first { span(year, 1, 6) } else { span(year, 7, 12) });
    }
    Some(span(year, 1, 12))
}

fn span(year: i32, first: i32, last: i32) -> Stated {
    Stated {
        first_month: year * 12 + first,
        last_month: year * 12 + last,
    }
}

impl Stated {
    /// Whether a submission for `period` may bear this title: the two share a month.
    pub(super) fn fits(&self, period: Period) -> bool {
        let months = 12 / period.kind().per_year();
        let last = i32::from(period.year()) * 12 + i32::from(period.part()) * months;
        self.first_month <= last && last - months < self.last_month
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(cell: &str, period: &str) -> Option<bool> {
        let period = Period::parse_any(period).unwrap();
        let all = stated(cell);
        (!all.is_empty()).then(|| all.iter().any(|one| one.fits(period)))
    }

    #[test]
    fn titles_that_state_a_period() {
        for (cell, period, expected) in [
            ("2019年城乡社区服务体系统计表", "2020", Some(false)),
            ("2020年城乡社区服务体系统计表", "2020", Some(true)),
            ("（２０２０年度）", "2020", Some(true)),
            ("二〇一九年", "2020", Some(false)),
            ("二〇二〇年度", "2020", Some(true)),
            ("2020", "2020", Some(true)),
            ("2018", "2020", Some(false)),
            ("2020年第三季度", "2020Q3", Some(true)),
            ("2020年三季度", "2020Q1", Some(false)),
            ("2020年上半年", "2020H1", Some(true)),
            ("2020年下半年", "2020H1", Some(false)),
            ("2020年3月", "2020-03", Some(true)),
            ("2020年十二月", "2020-03", Some(false)),
            ("2020年12月", "2020", Some(true)),
            ("2020年", "2020Q2", Some(true)),
            ("2020Q3", "2020Q3", Some(true)),
        ] {
            assert_eq!(fits(cell, period), expected, "{cell} for {period}");
        }
    }

    #[test]
    fn other_times_are_no_period() {
        for cell in [
            "",
            "表号：民社1表",
            "填报日期：2021年1月8日",
            "2021年1月8日",
            "有效期至：2021年12月",
            "国统制〔2019〕120号",
            "“十三五”规划（2016—2020年）",
            "2016-2020年",
            "填报单位：石家庄市长安区",
            "2019年修订",
            "13010200",
        ] {
            assert_eq!(stated(cell), [], "{cell}");
        }
    }
}

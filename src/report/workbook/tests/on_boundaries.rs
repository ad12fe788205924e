//! Sheets for the areas of one day.

use super::*;

#[test]
fn tables_for_the_areas_of_one_day_have_sheets_where_a_day_is_chosen() {
    let mut tables = all_tables();
    let mut ranks = Table::of::<ConstantRankRow>();
    let mut changes = Table::of::<ConstantGapChangeRow>();
    let day = jiff::civil::date(2020, 12, 31);
    let own = RankRow {
        period: "2020",
        indicator: "rural_facility_coverage",
        area_code: "650000",
        rank_by_value: Some(1),
        ..RankRow::default()
    };
    ranks.push(ConstantRankRow::new(own, day, "A"));
    ranks.push(ConstantRankRow::new(RankRow { period: "2015", ..own }, day, "A"));
    let own = GapChangeRow {
        earlier: "2015",
        later: "2020",
        scope_code: "000000",
        indicator: "rural_facility_coverage",
        dimension: "macro_region",
        a: "east",
        b: "west",
        ..GapChangeRow::default()
    };
    changes.push(ConstantGapChangeRow::new(own, day, "E"));
    let elsewhere = GapChangeRow {
        scope_code: "110000",
        ..own
    };
    changes.push(ConstantGapChangeRow::new(elsewhere, day, "E"));
    tables.extend([ranks, changes]);
    let names_of = |book: &Book<'_>| -> Vec<String> {
        let fixed = book.sheets.iter().filter(|sheet| sheet.name.contains("fixed areas"));
        fixed
            .map(|sheet| format!("{}: {}, {}", sheet.name, sheet.note, sheet.rows.len()))
            .collect()
    };
    let mut chosen = pipeline();
    chosen.constant_boundaries = Some(day);
    gathered(&chosen, &tables, Standing::Published, |all| {
        let names = Names::new(all, Lang::En);
        assert_eq!(
            names_of(&gather::book(all, &names)),
            [
                "Ranks (fixed areas): All periods have the areas of 2020-12-31., 1",
                "Gap changes (fixed areas): All periods have the areas of 2020-12-31., 1",
            ]
        );
    });
    gathered(&pipeline(), &tables, Standing::Published, |all| {
        let names = Names::new(all, Lang::En);
        assert_eq!(names_of(&gather::book(all, &names)), Vec::<String>::new());
    });
}

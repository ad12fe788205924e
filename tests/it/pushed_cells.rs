//! Separators within values, and headers too many: no figure is counted in the column beside its own.

use crate::support::{World, indicators, joined, measures, plan, shown};

fn world(content: &str) -> World {
    let codes = ["01001", "01002", "01003", "01004", "01005", "01006"];
    let areas: String = codes
        .iter()
        .map(|code| format!("{code},Area {code},district,01\n"))
        .collect();
    let areas = format!(
        "code,name,level,parent_code\nXX,Examplia,country,\n01,State 01,state,XX\n02,State 02,state,XX\n02001,Zell,district,02\n{areas}"
    );
    World::new(&plan("plain", &["country", "state", "district"], &["2022"]), &areas)
        .form(
            "stats",
            "title.en = 'Stats'\nunit = 'district'\nkey = ['code']\nfiles = ['{period}/{state}_*']",
            "code | division_code | Code | level = 'district'; required = true
             name | text | District
             residents | integer | Residents | unit = 'person'
             area | decimal | Area | unit = 'km2'; scale = 2
             remark | text | Remark",
        )
        .defined(
            "measures.toml",
            measures("residents | stats | residents\narea | stats | area | scale = 2"),
        )
        .defined(
            "indicators.toml",
            indicators("density | residents | area | unit = 'person'"),
        )
        .sent("2022/01_a.csv", content)
        .sent("2022/02_b.csv", "Code,District,Residents,Area\n02001,Zell,5,1\n")
}

/// `severity code` of the findings but for absent columns, each once, and `code residents area` of the records that count.
fn read(content: &str) -> (Vec<String>, Vec<String>) {
    let world = world(content).published();
    let findings = world.table("findings");
    let mut said: Vec<String> = findings
        .iter()
        .filter(|finding| shown(finding, "code") != "column-absent")
        .map(|finding| joined(finding, &["severity", "code"], " "))
        .collect();
    said.sort();
    said.dedup();
    let facts = world.facts("stats", "2022");
    let facts = facts.iter().filter(|fact| shown(fact, "code") != "02001");
    let facts = facts.map(|fact| joined(fact, &["code", "residents", "area"], " "));
    (said, facts.collect())
}

#[test]
fn separators_within_values_count_nowhere() {
    for (content, count) in [
        // Thousands in every row, in most, and in half of them.
        (
            "Code,District,Residents,Area\n01001,Ash,12,500,8\n01002,Bow,20,000,9\n01003,Cam,30,000,12\n01004,Dee,1,000,1\n",
            0,
        ),
        (
            "Code,District,Residents,Area\n01001,Ash,12,500,8\n01002,Bow,20,000,9\n01003,Cam,30,000,12\n01004,Dee,900,1\n",
            1,
        ),
        (
            "Code,District,Residents,Area\n01001,Ash,12,500,8\n01002,Bow,200,9\n01003,Cam,30,000,12\n01004,Dee,900,1\n",
            2,
        ),
        // A decimal comma, in the last column and before it.
        ("Code,Residents,Area\n01001,12,3,5\n01002,20,4,25\n01003,30,1,0\n", 0),
        ("Code,Area,Residents\n01001,3,5,12\n01002,4,25,20\n01003,1,0,30\n", 0),
        // Both, and a semicolon.
        (
            "Code,Residents,Area\n01001,1,200,3,5\n01002,2,000,4,25\n01003,3,000,1,0\n",
            0,
        ),
        ("Code;Residents;Area\n01001;1;200;3\n01002;2;000;4\n01003;3;000;1\n", 0),
        // A name with a comma, and a remark behind figures with one.
        (
            "Code,District,Residents,Area\n01001,Ash, North,500,8\n01002,Bow, East,700,9\n",
            0,
        ),
        (
            "Code,Residents,Area,Remark\n01001,12,500,8,revised\n01002,20,000,9,revised\n01003,30,000,12,revised\n",
            0,
        ),
    ] {
        let (said, facts) = read(content);
        assert!(said.contains(&"hard row-ragged".to_owned()), "{content}: {said:?}");
        assert_eq!(facts.len(), count, "{content}: {facts:?}");
    }
}

#[test]
fn a_header_too_many_shifts_the_columns() {
    for content in [
        "Code,,District,Residents,Area\n01001,Ash,500,8\n01002,Bow,700,9\n01003,Cam,900,12\n",
        "Code,,Residents,Area\n01001,500,8\n01002,700,9\n01003,900,12\n",
        "Code,Old name,District,Residents,Area\n01001,Ash,500,8\n01002,Bow,700,9\n01003,Cam,900,12\n",
        "Code,District,Residents,Area\n01001,500,8\n01002,700,9\n01003,900,12\n",
    ] {
        let (said, facts) = read(content);
        assert!(said.contains(&"hard columns-shifted".to_owned()), "{content}: {said:?}");
        assert!(facts.is_empty(), "{content}: {facts:?}");
    }
}

#[test]
fn whole_rows_stay_as_they_are() {
    for (content, expected) in [
        (
            "Code,District,Residents,Area\n01001,Ash,500,8\n01002,Bow,700,9\n",
            &[][..],
        ),
        (
            "Code,District,Residents,Area\n01001,Ash,\"12,500\",8\n01002,Bow,\"20,000\",9\n",
            &[],
        ),
        (
            "Code,District,Residents,Area,\n01001,Ash,500,8,\n01002,Bow,700,9,\n",
            &[],
        ),
        (
            "Code,District,Residents,Area\n01001,Ash,500,8,,\n01002,Bow,700,9,,\n",
            &[],
        ),
        (
            "Code;District;Residents;Area\n01001;Ash;500;8,5\n01002;Bow;700;9,25\n",
            &[],
        ),
        // Remarks that nobody wrote, and whose separators a program left out.
        (
            "Code,District,Residents,Area,Remark\n01001,Ash,500,8\n01002,Bow,700,9\n",
            &[],
        ),
        ("Code,,Residents,Area\n01001,,500,8\n01002,,700,9\n", &[]),
        // Words behind the last column of figures are a column of their own.
        (
            "Code,District,Residents,Area\n01001,Ash,500,8,checked\n01002,Bow,700,9,checked\n",
            &["explain column-unknown"],
        ),
        (
            "Code,Note,District,Residents,Area\n01001,x,Ash,500,8\n01002,y,Bow,700,9\n",
            &["explain column-unknown"],
        ),
        (
            "Code,,District,Residents,Area\n01001,x,Ash,500,8\n01002,y,Bow,700,9\n",
            &["explain column-unknown"],
        ),
    ] {
        let (said, facts) = read(content);
        assert_eq!(said, expected, "{content}");
        assert_eq!(facts.len(), 2, "{content}");
        assert!(
            facts[0].starts_with("01001 500 8") || facts[0].starts_with("01001 12500 8"),
            "{facts:?}"
        );
    }
}

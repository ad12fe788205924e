//! A small nation with two forms, so that a test shows all that it judges.

use serde_json::Value;

use crate::support::{World, indicators, measures, plan};

/// Two counties that owe `people`, a row each, and the roster `houses` below them.
pub fn nation(periods: &str, period: &str, gate: &str) -> World {
    let plan = plan("gb2260", &["nation", "province", "county"], &["X"])
        .replace("periods = [\"X\"]", &format!("periods = {periods}"))
        .replace("period = 'year'", &format!("period = '{period}'"))
        .replace("gate.max_open_influence = 1000\ngate.min_reporting_share = 0\n", "");
    let mut open = "[gate]\nmax_open_influence = 1000\n".to_owned();
    if !gate.contains("min_reporting_share") {
        open += "min_reporting_share = 0\n";
    }
    let gate = if gate.contains("[gate]\n") {
        gate.replacen("[gate]\n", &open, 1)
    } else {
        format!("{gate}{open}")
    };
    let areas = "code,name,level,kind,parent_code\n000000,全国,nation,nation,\n\
                 130000,河北省,province,province,000000\n130102,长安区,county,county,130000\n\
                 130104,桥西区,county,county,130000\n";
    World::new(&plan, areas)
        .extended("pipeline.toml", &gate)
        .form(
            "people",
            "unit = 'county'\nkey = ['area']\nfiles = ['{period}/{county}_people*', '{period}/{province}_all_people*']\ndue = '10 days'",
            "area | division_code | 代码 | level = 'county'; required = true\n\
             people | integer | 人数 | required = true\n\
             poor | integer | 贫困人数",
        )
        .form(
            "houses",
            "unit = 'community'\nkey = ['house']\nfiles = ['{period}/{county}_houses*']",
            "house | division_code | 代码 | level = 'community'; required = true\n\
             rooms | integer | 间数 | required = true",
        )
        .defined(
            "measures.toml",
            measures("people | people | people\npoor | people | poor\nhouses | houses | 1\nrooms | houses | rooms"),
        )
        .defined(
            "indicators.toml",
            indicators(
                "poverty | poor | people | unit = 'percent'; factor = 100\n\
                 rooms_per_house | rooms | houses | unit = '1'",
            ),
        )
}

/// What a county sends of both forms; `people` and `rooms` as in the cells.
pub trait Sent {
    /// Both forms of a county.
    fn county(self, period: &str, county: &str, people: &str, rooms: &[&str]) -> Self;
}

impl Sent for World {
    fn county(self, period: &str, county: &str, people: &str, rooms: &[&str]) -> World {
        let mut houses = "代码,间数\n".to_owned();
        for (at, rooms) in rooms.iter().enumerate() {
            houses += &format!("{county}001{:03},{rooms}\n", at + 1);
        }
        self.sent(
            &format!("{period}/{county}_people.csv"),
            format!("代码,人数,贫困人数\n{county},{people},10\n"),
        )
        .sent(&format!("{period}/{county}_houses.csv"), houses)
    }
}

/// `manifest.json` of a folder of the output.
pub fn manifest(world: &World, place: &str) -> Value {
    let path = world.output().join(place).join("manifest.json");
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// A list of texts in a manifest.
pub fn texts(value: &Value) -> Vec<&str> {
    value
        .as_array()
        .unwrap()
        .iter()
        .map(|text| text.as_str().unwrap())
        .collect()
}

/// What is said, on one line: it is wrapped for a terminal.
pub fn unwrapped(said: &str) -> String {
    said.split_whitespace().collect::<Vec<_>>().join(" ")
}

//! A small country for tests of the stages between sheet and facts: three forms, a dozen areas, sheets written as rows of text.

use std::sync::Arc;

use huizong::domain::{Grid, MatchedColumn, Period, PeriodKind, RawTable};
use huizong::normalize::{Context, Normalized, normalize};
use huizong::pipeline::Pipeline;
use huizong::registry::{Areas, Registry};

use crate::support::{World, plan};

const DIVISIONS: &str = "code,name,level,kind,parent_code,code_prefixes,aliases
000000,全国,nation,nation,,,
130000,河北省,province,province,000000,,河北
130102,长安区,county,county,130000,,
130104,桥西区,county,county,130000,,
650000,新疆维吾尔自治区,province,province,000000,,新疆
650102,天山区,county,county,650000,,
659001,石河子市,county,county,650000,,
660000,新疆生产建设兵团,county,corps,650000,66;6590,
";

const ROSTER: &str = r#"
unit = "community"
key = ["code"]
files = ["{period}/{county}_roster*"]
missing = { "−" = "missing", "—" = "not_applicable", "无" = "zero", "..." = "below_unit" }
"#;

const PROVINCES: &str = r#"
unit = "province"
key = ["province"]
files = ["{period}/provinces*"]
"#;

const SUMMARY: &str = r#"
unit = "county"
key = []
files = ["{period}/{county}_summary*"]
"#;

/// Rules in both modes of unknown results and all severities.
const CHECKS: &str = r#"
[[row]]
id = "area-needs-room"
form = "roster"
assert = "NOT (area > 0) OR has_room"
severity = "hard"
missing = "pass"
message = { zh = "有面积而无设施", en = "area without a room" }
[[row]]
id = "room-is-known"
form = "roster"
assert = "has_room OR NOT has_room"
severity = "explain"
missing = "fail"
message = { zh = "有无设施不明", en = "room unknown" }
[[row]]
id = "households-per-area"
form = "roster"
assert = "area / households < 100"
severity = "info"
missing = "pass"
message = { zh = "户均面积偏大", en = "much room a household" }
"#;

/// The pipeline with the areas in force at the end of 2020.
pub struct Roster {
    pub pipeline: Pipeline,
    pub period: Period,
    pub areas: Arc<Areas>,
    _world: World,
}

impl Roster {
    pub fn new() -> Roster {
        let roster = "
            code       | division_code | 代码 | level = 'community'; required = true
            name       | text          | 名称
            households | integer       | 户数 | unit = '户'; required = true; range = { min = 1, max = 100000 }
            area       | decimal       | 面积 | scale = 2; unit = 'm2'; range = { min = 0, max = 200000 }
            has_room   | boolean       | 有无
            operator   | category      | 主体 | values = { government = ['政府'], social = ['社会组织'] }
            filled     | date          | 日期
        ";
        let provinces = "
            province | division_name | 地区 | level = 'province'; required = true
            money    | decimal       | 经费 | scale = 1; unit = '万元'
            share    | decimal       | 比重 | scale = 1; percent = true; unit = '%'
        ";
        let world = World::new(&plan("gb2260", &["nation", "province", "county"], &["2020"]), DIVISIONS)
            .form("roster", ROSTER, roster)
            .form("provinces", PROVINCES, provinces)
            .form("summary", SUMMARY, "staff | integer | 人员")
            .defined("checks.toml", CHECKS);
        let pipeline = world.pipeline();
        let registry = Registry::load(&pipeline).unwrap();
        let period = Period::parse("2020", PeriodKind::Year).unwrap();
        let areas = registry.at(period);
        Roster {
            pipeline,
            period,
            areas,
            _world: world,
        }
    }

    pub fn form(&self, id: &str) -> usize {
        self.pipeline.forms.iter().position(|form| form.id == id).unwrap()
    }

    /// The columns of a sheet that has all of the form's, in its order.
    pub fn columns(&self, form: &str) -> Vec<MatchedColumn> {
        let count = self.pipeline.forms[self.form(form)].columns.len();
        (0..count)
            .map(|column| MatchedColumn {
                column,
                index: column as u32,
                unit: None,
            })
            .collect()
    }

    /// A sheet of the form with these records, cells separated by `|`, from row 2 on.
    pub fn sheet(&self, form: &str, records: &[&str]) -> RawTable {
        let columns = self.columns(form);
        let mut grid = Grid::new(false);
        grid.end_row(1);
        for (at, record) in records.iter().enumerate() {
            record.split('|').for_each(|cell| grid.push_text(cell));
            grid.end_row(at as u32 + 2);
        }
        RawTable {
            width: columns.len() as u32,
            ..RawTable::plain(grid, columns, (1..=records.len() as u32).collect())
        }
    }

    pub fn normalize(&self, form: &str, sender: &str, table: &RawTable) -> Normalized {
        self.normalize_as(form, sender, table, 0)
    }

    pub fn normalize_as(&self, form: &str, sender: &str, table: &RawTable, submission: u32) -> Normalized {
        let context = Context {
            pipeline: &self.pipeline,
            form: self.form(form),
            areas: &self.areas,
            sender,
            submission,
        };
        normalize(table, &context)
    }
}

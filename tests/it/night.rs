//! Nights on hand-made input: what goes wrong is named, the rest goes on, and nothing depends on order or threads.

mod bounds;
mod bytes;
mod damaged;
pub(crate) mod ending;
mod files;
mod forged;
mod gate;
mod identical;
pub(crate) mod incremental;
mod months;
mod partial;
mod refused;
mod releases;
mod revisions;
mod senders;
mod slices;
pub(crate) mod small;
mod standing;
pub(crate) mod stopped;

use std::fs;

use crate::support::{Row, World, community_services, run};

const HEADER: &str =
    "社区代码,社区名称,城乡分类,常住户数,常住人口,有无综合服务设施,服务设施面积,是否接入公共服务综合信息平台";

/// A night of the shipped pipeline, without its gate: these nights are small.
struct Night {
    world: World,
    reporters: String,
}

impl Night {
    fn new() -> Night {
        let world = World::of(&community_services());
        let text = fs::read_to_string(world.path("pipeline/pipeline.toml")).unwrap();
        let kept = text.lines().filter(|line| !line.starts_with("max_quarantined"));
        let open = kept.map(|line| {
            if line.starts_with("min_reporting_share") {
                "min_reporting_share = 0"
            } else {
                line
            }
        });
        Night {
            world: world.defined("pipeline.toml", open.collect::<Vec<_>>().join("\n")),
            reporters: "area_code,form,period,expected_rows\n".into(),
        }
    }

    fn owes(mut self, area: &str, rows: usize) -> Night {
        self.reporters += &format!("{area},communities,,{rows}\n");
        self.world.put("input/reporters.csv", &self.reporters);
        self
    }

    fn file(self, path: &str, content: impl AsRef<[u8]>) -> Night {
        self.world.put(&format!("input/{path}"), content);
        self
    }

    fn run(&self, more: &[&str]) -> (i32, String) {
        self.world.run(&[&["--period", "2020"], more].concat())
    }

    fn published(&self) -> &Night {
        self.world.publish(&["--period", "2020"]);
        self
    }

    fn submission(&self, path: &str) -> Row {
        self.world.submission(path)
    }

    /// Codes found in a file, hard and explain, without optional columns that these small files do not have.
    fn codes(&self, path: &str) -> Vec<String> {
        let id = self.submission(path)["submission_id"].text().unwrap().to_string();
        let findings = self.world.table("findings");
        let of_file = findings.iter().filter(|row| row["submission_id"].text() == Some(&id));
        let grave = of_file.filter(|row| row["severity"].text() != Some("info"));
        let mut codes: Vec<String> = grave.map(|row| row["code"].text().unwrap().to_string()).collect();
        codes.retain(|code| code != "column-absent");
        codes.sort();
        codes
    }

    fn figure(&self, area: &str, indicator: &str) -> Option<f64> {
        let rows = self.world.table("indicators");
        let wanted = |row: &&Row| row["area_code"].text() == Some(area) && row["indicator"].text() == Some(indicator);
        rows.iter().find(wanted).and_then(|row| row["denominator"].number())
    }
}

/// A roster of `count` communities whose codes begin with `county`.
fn roster(county: &str, count: usize) -> String {
    let line = |n: usize| {
        format!(
            "{county}001{:03},社区{n},111,{},{},是,300.5,是\n",
            n + 1,
            500 + n,
            1500 + n
        )
    };
    format!("{HEADER}\n") + &(0..count).map(line).collect::<String>()
}

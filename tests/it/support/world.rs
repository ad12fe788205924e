//! A small world in a folder of its own: a pipeline, what was sent, and what a run published from it.

use std::fs;
use std::path::{Path, PathBuf};

use huizong::pipeline::{self, Pipeline};
use tempfile::TempDir;

use super::pieces::{columns, plan};
use super::tables::{self, Row, copy_folder};

/// The folders `pipeline`, `input` and `output`, gone with the value.
pub struct World {
    dir: TempDir,
}

impl World {
    /// A pipeline with this `pipeline.toml` and these areas, which is to be filled, and nothing sent yet.
    pub fn new(plan: &str, divisions: &str) -> World {
        World::empty()
            .defined("pipeline.toml", plan)
            .defined("divisions.csv", divisions)
    }

    /// A copy of a whole pipeline.
    pub fn of(pipeline: &Path) -> World {
        let world = World::empty();
        copy_folder(pipeline, &world.path("pipeline"));
        world
    }

    fn empty() -> World {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("input")).unwrap();
        World { dir }
    }

    /// One province with two counties, 130102 and 130104, in these years.
    pub fn counties(periods: &[&str]) -> World {
        let areas = "code,name,level,kind,parent_code\n000000,全国,nation,nation,\n\
                     130000,河北省,province,province,000000\n130102,长安区,county,county,130000\n\
                     130104,桥西区,county,county,130000\n";
        World::new(&plan("gb2260", &["nation", "province", "county"], periods), areas)
    }

    /// A file anywhere in the world.
    pub fn put(&self, path: &str, content: impl AsRef<[u8]>) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    /// A file of the pipeline, in the place of the one that was there.
    pub fn defined(self, file: &str, text: impl AsRef<[u8]>) -> World {
        self.put(&format!("pipeline/{file}"), text);
        self
    }

    /// More text at the end of a file of the pipeline.
    pub fn extended(self, file: &str, text: &str) -> World {
        let all = fs::read_to_string(self.path("pipeline").join(file)).unwrap() + text;
        self.defined(file, all)
    }

    /// A form: its settings, and its columns as [`columns`] takes them.
    pub fn form(self, id: &str, settings: &str, lines: &str) -> World {
        let text = format!("[form]\nid = '{id}'\n{settings}\n{}", columns(lines));
        self.defined(&format!("forms/{id}.toml"), text)
    }

    /// A file of the input.
    pub fn sent(self, file: &str, content: impl AsRef<[u8]>) -> World {
        self.put(&format!("input/{file}"), content);
        self
    }

    /// A file beside the submissions: corrections, explanations, registers.
    pub fn beside(self, file: &str, content: impl AsRef<[u8]>) -> World {
        self.sent(file, content)
    }

    pub fn path(&self, relative: &str) -> PathBuf {
        self.dir.path().join(relative)
    }

    pub fn output(&self) -> PathBuf {
        self.path("output")
    }

    /// The pipeline as the engine reads it; it must have no fault.
    pub fn pipeline(&self) -> Pipeline {
        pipeline::load(&self.path("pipeline")).unwrap_or_else(|faults| panic!("{faults:#?}"))
    }

    /// Runs the pipeline on what was sent; gives the exit code and what was said.
    pub fn run(&self, more: &[&str]) -> (i32, String) {
        super::run(&self.path("pipeline"), &self.path("input"), &self.output(), more)
    }

    /// Runs it, which must publish.
    pub fn published(self) -> World {
        self.publish(&[]);
        self
    }

    /// Runs it, which must publish, and gives the output.
    pub fn publish(&self, more: &[&str]) -> PathBuf {
        self.publish_into("output", more)
    }

    /// The same into another folder.
    pub fn publish_into(&self, output: &str, more: &[&str]) -> PathBuf {
        let output = self.path(output);
        let (code, said) = super::run(&self.path("pipeline"), &self.path("input"), &output, more);
        assert_eq!(code, 0, "{said}");
        output
    }

    /// A table of the current release.
    pub fn table(&self, name: &str) -> Vec<Row> {
        tables::table(&self.output(), name)
    }

    pub fn facts(&self, form: &str, period: &str) -> Vec<Row> {
        tables::facts(&self.output(), form, period)
    }

    pub fn uncounted(&self, form: &str, period: &str) -> Vec<Row> {
        tables::uncounted(&self.output(), form, period)
    }

    pub fn quarantined(&self, form: &str, period: &str) -> Vec<Row> {
        tables::quarantined(&self.output(), form, period)
    }

    /// What the release says of a file of the input.
    pub fn submission(&self, path: &str) -> Row {
        let mut rows = self.table("submissions").into_iter();
        rows.find(|row| row["path"].text() == Some(path))
            .unwrap_or_else(|| panic!("{path} is not listed"))
    }
}

//! A small world for tests: a pipeline in a folder of its own.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::domain::{Period, PeriodKind, Text};
use crate::pipeline::testing;
use crate::pipeline::*;

/// Folder and pipeline; the folder goes when this goes.
pub(super) struct World {
    dir: TempDir,
    pub pipeline: Pipeline,
}

impl World {
    /// Nation and state under plain codes, one form of states, years 2019 and 2020.
    pub fn plain() -> World {
        let mut world = World::new(&["nation", "state"], CodeScheme::Plain);
        world.divisions("code,name,parent_code\nUS,United States,\nUS-AK,Alaska,US\nUS-TX,Texas,US\n");
        world.pipeline.forms.push(form("states", RowUnit::Area(1)));
        world
    }

    /// Any levels and scheme; divisions are still to be written.
    pub fn new(levels: &[&str], code_scheme: CodeScheme) -> World {
        let dir = TempDir::new().unwrap();
        fs::create_dir(dir.path().join("input")).unwrap();
        let registry = RegistrySpec {
            changes: None,
            neighbours: None,
            nearest: None,
            divisions: dir.path().join("divisions.csv"),
            levels: levels.iter().map(ToString::to_string).collect(),
            titles: levels.iter().map(|level| Text::new(*level, *level)).collect(),
            partition: 1,
            code_scheme,
        };
        let pipeline = Pipeline {
            dir: dir.path().to_path_buf(),
            name: "test".into(),
            title: Text::default(),
            synthetic: false,
            licence: None,
            credit: Credit::default(),
            period_kind: PeriodKind::Year,
            periods: ["2019", "2020"].map(year).to_vec(),
            open_ended: false,
            input: None,
            output: None,
            registry,
            reporters: Some(ReportersSpec {
                file: "reporters.csv".into(),
                receipts: Some("receipts.csv".into()),
                population: None,
            }),
            gate: Gate::default(),
            limits: Limits::default(),
            report: Default::default(),
            constant_boundaries: None,
            constant_tables: Default::default(),
            retention: Default::default(),
            engine: Default::default(),
            returns: crate::pipeline::Returns::default(),
            extracts: Vec::new(),
            units: Default::default(),
            forms: Vec::new(),
            rules: Vec::new(),
            feedback: crate::pipeline::Feedback::default(),
            measures: Vec::new(),
            indicators: Vec::new(),
            dimensions: Vec::new(),
            digest: String::new(),
            rules_digest: String::new(),
        };
        World { dir, pipeline }
    }

    pub fn divisions(&self, text: &str) {
        fs::write(&self.pipeline.registry.divisions, text).unwrap();
    }

    /// Gives the registry a table of changes.
    pub fn changes(&mut self, text: &str) {
        let path = self.dir.path().join("changes.csv");
        fs::write(&path, text).unwrap();
        self.pipeline.registry.changes = Some(path);
    }

    /// Gives the registry a table of neighbours.
    pub fn neighbours(&mut self, text: &str) {
        let path = self.dir.path().join("neighbours.csv");
        fs::write(&path, text).unwrap();
        self.pipeline.registry.neighbours = Some(path);
    }

    pub fn input_dir(&self) -> PathBuf {
        self.dir.path().join("input")
    }

    pub fn input(&self, name: &str, text: &str) {
        fs::write(self.input_dir().join(name), text).unwrap();
    }

    /// Adds an area dimension and its lookup table.
    pub fn dimension(&mut self, id: &str, level: LevelIndex, members: &[&str], table: &str) {
        let source = self.dir.path().join(format!("{id}.csv"));
        fs::write(&source, table).unwrap();
        let member = |id: &&str| Member {
            id: id.to_string(),
            title: Text::default(),
        };
        self.pipeline.dimensions.push(Dimension {
            id: id.into(),
            title: Text::default(),
            level: DimensionLevel::Area {
                level,
                source: AreaSource::Table(source),
            },
            members: members.iter().map(member).collect(),
            ordered: false,
            order_basis: Text::default(),
            compare: Vec::new(),
            reference: None,
            strata: Vec::new(),
        });
    }
}

pub(super) fn year(text: &str) -> Period {
    Period::parse(text, PeriodKind::Year).unwrap()
}

pub(super) fn form(id: &str, unit: RowUnit) -> Form {
    testing::form(id, unit, Vec::new())
}

/// The text of a file at a span, for tests of diagnostics.
pub(super) fn excerpt(file: &Path, span: std::ops::Range<usize>) -> String {
    fs::read_to_string(file).unwrap()[span].to_owned()
}

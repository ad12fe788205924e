use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use huizong::cli::diagnostics;
use huizong::domain::Period;
use huizong::intake::Intake;
use huizong::normalize::Context;
use huizong::pipeline::{self, Pipeline};
use huizong::registry::{Areas, Registry};

/// A pipeline with all that reading a file needs.
pub struct World {
    /// The definitions.
    pub pipeline: Pipeline,
    /// Areas in force in its last period.
    pub areas: Arc<Areas>,
    /// All areas of all times.
    pub registry: Registry,
    root_code: String,
}

/// The county that sends.
pub const SENDER: &str = "130102";

impl World {
    fn load(folder: &Path) -> World {
        let shown = |faults: Vec<_>| diagnostics::render(&faults, false);
        let pipeline = pipeline::load(folder).map_err(shown).expect("the definition is sound");
        let registry = Registry::load(&pipeline).map_err(shown).expect("the registry is sound");
        let last: Period = *pipeline.periods.last().expect("a sound pipeline has a period");
        World {
            areas: registry.at(last),
            root_code: registry.root_code().to_owned(),
            registry,
            pipeline,
        }
    }

    /// A new reader, which knows no layout yet.
    pub fn intake(&self) -> Intake<'_> {
        Intake::new(&self.pipeline, Path::new("input"), &self.root_code)
    }

    /// What a sheet of [`SENDER`] is normalised against.
    pub fn context(&self, form: usize) -> Context<'_> {
        Context {
            pipeline: &self.pipeline,
            form,
            areas: &self.areas,
            sender: SENDER,
            submission: 0,
        }
    }
}

/// The repository.
pub fn root() -> &'static Path {
    static ROOT: LazyLock<PathBuf> = LazyLock::new(|| {
        let package = Path::new(env!("CARGO_MANIFEST_DIR"));
        let is_ours = package.join("fuzz_targets").is_dir();
        let root = if is_ours { package.parent() } else { Some(package) };
        root.unwrap_or(package).to_owned()
    });
    &ROOT
}

/// The shipped pipeline.
pub fn shipped() -> &'static World {
    static SHIPPED: LazyLock<World> = LazyLock::new(|| World::load(&root().join("pipelines/community-services")));
    &SHIPPED
}

/// A reader of the shipped pipeline that remembers layouts, as in a night.
pub fn shipped_intake() -> &'static Intake<'static> {
    static INTAKE: LazyLock<Intake<'static>> = LazyLock::new(|| shipped().intake());
    &INTAKE
}

/// The pipeline with every kind of column.
pub fn cells() -> &'static World {
    static CELLS: LazyLock<World> = LazyLock::new(|| World::load(&root().join("fuzz/pipeline")));
    &CELLS
}

//! Releases as they are looked at, and the words that name them.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use jiff::civil::Date;

use super::error::LookError;
use super::offer::Offer;
use super::which::Which;
use crate::domain::Period;
use crate::lake::{self, Output};
use crate::pipeline::Pipeline;
use crate::registry::Registry;
use crate::release::{self, Found, REPORT};
use crate::report::Source;
use crate::tables::{Columns, Table};

/// A release, held on to: a run that publishes meanwhile changes nothing here.
pub struct Release {
    pub(super) folder: PathBuf,
    pub(super) registry: Registry,
    pub(super) source: Source,
    /// Date of its run; None: its manifest does not say.
    pub(super) as_of: Option<Date>,
    /// When a later run was withheld, where this is the current release; None: none was.
    pub(super) withheld_since: Option<String>,
}

/// What is read of `manifest.json`.
#[derive(serde::Deserialize)]
struct Manifest {
    release: String,
    definition_sha256: String,
    #[serde(default)]
    synthetic: bool,
    #[serde(default)]
    periods: Vec<String>,
    as_of: Option<String>,
}

impl Release {
    /// Path of its report.
    ///
    /// # Errors
    /// When it has none.
    pub fn report(&self) -> Result<PathBuf, LookError> {
        let path = self.folder.join(REPORT);
        match path.is_file() {
            true => Ok(path),
            false => Err(LookError::NoReport { path }),
        }
    }

    /// Opens a release or a run that is not published, to be read by a pipeline, whose open-ended periods become those of the
    /// release.
    ///
    /// # Errors
    /// When there is none, or it cannot be read.
    pub fn open(output: &Path, pipeline: &mut Pipeline, which: Which) -> Result<Release, LookError> {
        let places = Output::at(output);
        let none = || LookError::NoRelease {
            path: output.into(),
            unpublished: [Which::Withheld, Which::Partial]
                .into_iter()
                .find(|other| *other != which && other.place(&places).is_dir()),
        };
        let lost = match which {
            Which::Current => places.lost()?,
            Which::Withheld | Which::Partial => None,
        };
        if let Some(newest) = lost.and_then(|lost| lost.newest) {
            let link = places.current();
            return Err(LookError::NoLink { link, newest });
        }
        let folder = fs::canonicalize(which.place(&places)).map_err(|_| none())?;
        let withheld = release::withheld_since(&places, &folder).filter(|_| which == Which::Current);
        let mut release = Release::read(folder, pipeline, which)?;
        release.withheld_since = withheld.map(|at| at.to_string());
        Ok(release)
    }

    /// Opens the release that a word means, likewise: its id or number, a date, or `previous`.
    ///
    /// # Errors
    /// When there is none, or it cannot be read.
    pub fn named(output: &Path, pipeline: &mut Pipeline, word: &str) -> Result<Release, LookError> {
        let places = Output::at(output);
        let found = find(&places, word)?;
        let is_current = places.current_release()?.is_some_and(|current| current == found.name);
        let which = match word {
            "withheld" => Which::Withheld,
            "partial" => Which::Partial,
            _ => Which::Current,
        };
        let mut release = Release::read(found.folder, pipeline, which)?;
        release.source.earlier = which == Which::Current && !is_current;
        Ok(release)
    }

    fn read(folder: PathBuf, pipeline: &mut Pipeline, which: Which) -> Result<Release, LookError> {
        let path = folder.join("manifest.json");
        let text = match fs::read(&path) {
            Err(source) if source.kind() == ErrorKind::NotFound => return Err(LookError::Manifest { path, source }),
            text => text.map_err(lake::Error::io("read", &path))?,
        };
        let understood: Result<Manifest, serde_json::Error> = serde_json::from_slice(&text);
        let manifest = understood.map_err(|error| LookError::Manifest {
            path,
            source: error.into(),
        })?;
        let source = Source {
            release: Some(manifest.release).filter(|_| which == Which::Current),
            partial: which == Which::Partial,
            earlier: false,
            definition_changed: manifest.definition_sha256 != pipeline.digest,
            synthetic: manifest.synthetic,
        };
        let kind = pipeline.period_kind;
        let read: Vec<Period> = (manifest.periods.iter())
            .filter_map(|period| Period::parse(period, kind))
            .collect();
        if pipeline.open_ended && !read.is_empty() {
            pipeline.periods = read;
        }
        Ok(Release {
            folder,
            registry: Registry::load(pipeline).map_err(LookError::Definition)?,
            source,
            as_of: manifest.as_of.and_then(|date| date.parse().ok()),
            withheld_since: None,
        })
    }

    /// When a later run was withheld, where this is the current release, RFC 3339; None: none was.
    pub fn withheld_since(&self) -> Option<&str> {
        self.withheld_since.as_deref()
    }

    /// Code of the root area.
    pub fn root_code(&self) -> &str {
        self.registry.root_code()
    }

    /// Columns of a table.
    pub(super) fn table<'a, R: Columns<'a>>(&self) -> Result<Table, LookError> {
        let path = self.folder.join("tables").join(format!("{}.parquet", R::TABLE));
        Ok(lake::read_table::<R>(&path)?)
    }
}

/// The release that a word means: see `release::found`.
///
/// # Errors
/// When there is no such.
pub(super) fn find(output: &Output, word: &str) -> Result<Found, LookError> {
    if let Some(found) = release::found(output, word)? {
        return Ok(found);
    }
    let ids = release::listed(output)?;
    if ids.is_empty() {
        return Err(LookError::NoRelease {
            path: output.root().into(),
            unpublished: None,
        });
    }
    if let Ok(day) = word.parse::<Date>()
        && let Some((first, published)) = release::first(output)?
    {
        return Err(LookError::NoneBy { day, first, published });
    }
    // Of the words only those are offered that mean something here.
    let means = |other: &&str| *other != word && matches!(release::found(output, other), Ok(Some(_)));
    let words = ["current", "previous", "withheld", "partial"].into_iter().filter(means);
    let tags = output.tags()?;
    Err(LookError::Unknown {
        what: "release",
        given: word.to_owned(),
        offer: Offer::new(word, words.chain(tags.keys().chain(&ids).map(String::as_str))),
    })
}

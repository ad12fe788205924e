//! Looking at what is published: what `huizong diff`, `headers`, `sql`, `status` and `trace` say. Only releases are read, all but
//! `diff` read one, and nothing is written.

mod diff;
mod headers;
mod sql;
mod status;
mod trace;

use std::fs;
use std::path::{Path, PathBuf};

use jiff::civil::Date;

use crate::domain::{Diagnostic, Period, Text, near_names, plural};
use crate::lake::{self, Output};
use crate::pipeline::Pipeline;
use crate::registry::{Area, Areas, Registry};
use crate::release::REPORT;
use crate::report::Source;
use crate::rollup;
use crate::tables::{Columns, Table};

pub use diff::{DiffQuery, diff};
pub use headers::headers;
pub use sql::{Query, sql};
pub use status::{StatusQuery, since, status};
pub use trace::{TraceQuery, trace};

/// Why there is nothing to show.
#[derive(Debug, thiserror::Error)]
pub enum LookError {
    /// Nothing has been published there.
    #[error("there is no release in {}", path.display())]
    NoRelease {
        /// The output folder.
        path: PathBuf,
        /// What a run has left there that is not published.
        unpublished: Option<Which>,
    },
    /// There are releases, but `current` leads to none of them.
    #[error("the link {} leads to no release", link.display())]
    NoLink {
        /// The link that is missing or points elsewhere.
        link: PathBuf,
        /// Id of the latest release.
        newest: String,
    },
    /// The registry is faulty.
    #[error("the registry has {}", plural(.0.len(), "fault"))]
    Definition(Vec<Diagnostic>),
    /// A name that the definition or the release does not know.
    #[error("there is no {what} {given}")]
    Unknown {
        /// `indicator`, `area`, `period`, `form`, `release`, `table`.
        what: &'static str,
        /// As the user wrote it.
        given: String,
        /// What may have been meant, or what there is.
        offer: Offer,
    },
    /// It was made before there were reports.
    #[error("the release has no report: there is no {}", path.display())]
    NoReport {
        /// Where it would be.
        path: PathBuf,
    },
    /// Arguments that the question needs.
    #[error("not given: {}", .0.iter().map(|one| one.argument).collect::<Vec<_>>().join(", "))]
    NotGiven(Vec<NotGiven>),
    /// A name of several areas.
    #[error("{} areas are called {given}", areas.len())]
    Ambiguous {
        /// As the user wrote it.
        given: String,
        /// Code, name and the area above, of each.
        areas: Vec<String>,
    },
    /// The release has no such figure.
    #[error(
        "the release has no figure of {indicator} for {area} in {period}: nobody there owes the form, or `where` excludes it"
    )]
    NoFigure {
        /// The indicator.
        indicator: String,
        /// The area's code.
        area: String,
        /// The period.
        period: String,
    },
    /// No row of a form was judged.
    #[error("the release has no row of the form {form}")]
    NoRows {
        /// The form.
        form: String,
    },
    /// The facts were made by another definition.
    #[error("the release was made by another definition: its facts of {form} lack the column {column}")]
    OtherDefinition {
        /// The form.
        form: String,
        /// What the facts lack.
        column: String,
    },
    /// The facts were made by another definition, in which a column has another type.
    #[error(
        "the release was made by another definition: the column {column} of {form} is {found} in its files, and {expected} now"
    )]
    OtherType {
        /// The form.
        form: String,
        /// The column.
        column: String,
        /// Type in the files, as SQL calls it.
        found: &'static str,
        /// Type by the definition.
        expected: &'static str,
    },
    /// The sums of the facts are not what is published.
    #[error("the rows of the release add up to {found}, but {published} is published")]
    Mismatch {
        /// Numerator and denominator as added up.
        found: String,
        /// As published.
        published: String,
        /// Whether the definition has changed since.
        changed: bool,
    },
    /// `manifest.json` cannot be understood.
    #[error("cannot understand {}", path.display())]
    Manifest {
        /// The file.
        path: PathBuf,
        /// Why.
        source: serde_json::Error,
    },
    /// Something could not be read.
    #[error(transparent)]
    Lake(#[from] lake::Error),
    /// Sums could not be made.
    #[error(transparent)]
    Rollup(#[from] rollup::Error),
}

/// A release, held on to: a run that publishes meanwhile changes nothing here.
pub struct Release {
    folder: PathBuf,
    registry: Registry,
    source: Source,
    /// Date of its run; None: its manifest does not say.
    as_of: Option<Date>,
}

/// What is looked at in an output folder.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Which {
    /// The current release.
    #[default]
    Current,
    /// The run that the gate withheld last.
    Withheld,
    /// The last run over fewer periods than those of the current release.
    Partial,
}

impl Which {
    /// Its folder or link in the output folder.
    fn place(self, output: &Output) -> PathBuf {
        match self {
            Which::Current => output.current(),
            Which::Withheld => output.withheld(),
            Which::Partial => output.partial(),
        }
    }
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
        Release::read(folder, pipeline, which)
    }

    /// Opens the release that a word means, likewise: its id or number, a date, or `previous`.
    ///
    /// # Errors
    /// When there is none, or it cannot be read.
    pub fn named(output: &Path, pipeline: &mut Pipeline, word: &str) -> Result<Release, LookError> {
        let places = Output::at(output);
        let found = diff::find(&places, word)?;
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
        let text = fs::read(&path).map_err(lake::Error::io("read", &path))?;
        let manifest: Manifest =
            serde_json::from_slice(&text).map_err(|source| LookError::Manifest { path, source })?;
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
        })
    }

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

    /// Columns of a table.
    fn table<'a, R: Columns<'a>>(&self) -> Result<Table, LookError> {
        let path = self.folder.join("tables").join(format!("{}.parquet", R::TABLE));
        Ok(lake::read_table::<R>(&path)?)
    }
}

/// An argument that was left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotGiven {
    /// As it is written: `--form`.
    pub argument: &'static str,
    /// What may stand there; none: too much to be listed.
    pub known: Vec<String>,
}

impl NotGiven {
    /// Names that are listed, at most.
    const MOST: usize = 100;

    /// For `argument`, which may be one of these.
    pub fn new<'a>(argument: &'static str, known: impl IntoIterator<Item = &'a str>) -> NotGiven {
        let known: Vec<String> = known.into_iter().map(str::to_owned).collect();
        NotGiven {
            argument,
            known: if known.len() > NotGiven::MOST {
                Vec::new()
            } else {
                known
            },
        }
    }

    /// The forms of a pipeline.
    pub fn form(pipeline: &Pipeline) -> NotGiven {
        NotGiven::new("--form", pipeline.forms.iter().map(|form| form.id.as_str()))
    }

    /// The indicators of a pipeline.
    pub fn indicator(pipeline: &Pipeline) -> NotGiven {
        let ids = pipeline.indicators.iter().map(|indicator| indicator.id.as_str());
        NotGiven::new("INDICATOR", ids)
    }

    /// The periods of a pipeline.
    pub fn period(pipeline: &Pipeline) -> NotGiven {
        let periods: Vec<String> = pipeline.periods.iter().map(ToString::to_string).collect();
        NotGiven::new("--period", periods.iter().map(String::as_str))
    }

    /// The areas of a release, of which only the root is named.
    pub fn area(release: &Release) -> NotGiven {
        NotGiven::new("--area", [release.registry.root_code(), "…"])
    }
}

/// What is offered in place of an unknown name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Offer {
    /// The names that look like it, the best first.
    Near(Vec<String>),
    /// None looks like it: all there are; none where they are too many to read.
    Known(Vec<String>),
}

impl Offer {
    /// Names that look alike, and names that are listed, at most.
    const MOST: (usize, usize) = (3, 12);

    pub(in crate::run) fn new<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> Offer {
        let known: Vec<&str> = known.into_iter().collect();
        let names = |names: Vec<&str>| names.into_iter().map(str::to_owned).collect();
        let mut near = near_names(given, known.iter().copied());
        if near.is_empty() {
            let is_short = known.len() <= Offer::MOST.1;
            return Offer::Known(if is_short { names(known) } else { Vec::new() });
        }
        near.truncate(Offer::MOST.0);
        Offer::Near(names(near))
    }

    /// The same with each name told in another way.
    fn map(self, told: impl Fn(String) -> String) -> Offer {
        let all = |names: Vec<String>| {
            let mut told: Vec<String> = names.into_iter().map(&told).collect();
            told.dedup();
            told
        };
        match self {
            Offer::Near(names) => Offer::Near(all(names)),
            Offer::Known(names) => Offer::Known(all(names)),
        }
    }
}

fn period(given: &str, pipeline: &Pipeline) -> Result<Period, LookError> {
    let found = pipeline.periods.iter().find(|period| period.to_string() == given);
    found.copied().ok_or_else(|| LookError::Unknown {
        what: "period",
        given: given.into(),
        offer: Offer::Known(pipeline.periods.iter().map(ToString::to_string).collect()),
    })
}

/// The area in force with a code, or with a name that only one area has.
pub(in crate::run) fn area<'a>(given: &str, areas: &'a Areas) -> Result<&'a Area, LookError> {
    if let Some(area) = areas.get(given) {
        return Ok(area);
    }
    let is = |area: &&Area| area.name == given || area.name_en.as_deref() == Some(given);
    let named: Vec<&Area> = areas.iter().filter(is).collect();
    if named.len() > 1 {
        return Err(LookError::Ambiguous {
            given: given.into(),
            areas: named.iter().map(|area| placed(area, areas)).collect(),
        });
    }
    named.into_iter().next().ok_or_else(|| {
        let names = areas.iter().flat_map(|area| {
            [
                Some(area.code.as_str()),
                Some(area.name.as_str()),
                area.name_en.as_deref(),
            ]
        });
        // Whoever writes English names is offered these.
        let described = |name: String| {
            let is = |area: &&Area| area.code == name || area.name == name || area.name_en.as_deref() == Some(&name);
            match areas.iter().find(is) {
                Some(area) if area.name_en.as_deref() == Some(&name) => format!("{} {name}", area.code),
                Some(area) => format!("{} {}", area.code, area.name),
                None => name,
            }
        };
        LookError::Unknown {
            what: "area",
            given: given.into(),
            offer: Offer::new(given, names.flatten()).map(described),
        }
    })
}

/// `110105 朝阳区 (北京市)`: what tells areas of one name apart.
fn placed(area: &Area, areas: &Areas) -> String {
    let above = area.parent_code.as_deref().and_then(|parent| areas.get(parent));
    let above = above.map_or(String::new(), |above| format!(" ({})", above.name));
    format!("{} {}{above}", area.code, area.name)
}

/// What a person calls an area; its code where the registry does not know it.
fn name_of(areas: &Areas, code: &str) -> Text {
    areas.get(code).map_or_else(|| Text::new(code, code), Area::title)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_near_is_offered_else_a_short_list() {
        let offer = |given: &str, known: &[&str]| Offer::new(given, known.iter().copied());
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let known = ["households", "area"];
        assert_eq!(offer("housholds", &known), Offer::Near(names(&["households"])));
        assert_eq!(offer("nope", &known), Offer::Known(names(&known)));
        let codes: Vec<String> = (110_101..110_200).map(|code| code.to_string()).collect();
        let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
        assert_eq!(offer("x", &codes), Offer::Known(Vec::new()));
    }
}

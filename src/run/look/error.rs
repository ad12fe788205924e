//! Why there is nothing to show.

use std::collections::BTreeSet;
use std::path::PathBuf;

use jiff::civil::Date;

use super::offer::Offer;
use super::which::Which;
use crate::domain::{Diagnostic, plural};
use crate::pipeline::Pipeline;
use crate::{lake, rollup};

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
    /// A day before the first release.
    #[error("nothing had been published by {day}")]
    NoneBy {
        /// The day that was given.
        day: Date,
        /// Id of the first release.
        first: String,
        /// When that was published, where the machine is.
        published: Date,
    },
    /// The registry is faulty.
    #[error("the registry has {}", plural(.0.len(), "fault"))]
    Definition(Vec<Diagnostic>),
    /// A name that the definition or the release does not know.
    #[error("there is no {what} {given}")]
    Unknown {
        /// `indicator`, `area`, `period`, `form`, `release`, `table`, `column`.
        what: &'static str,
        /// As the user wrote it.
        given: String,
        /// What may have been meant, or what there is.
        offer: Offer,
    },
    /// The condition on rows is faulty.
    #[error("the condition has {}", plural(faults.len(), "fault"))]
    Filter {
        /// As given.
        text: String,
        /// What is wrong, each with its place in the text.
        faults: Vec<Diagnostic>,
    },
    /// A table that cannot be spread over a column an indicator.
    #[error("only the table {table} has a wide form")]
    NotWide {
        /// The table that can.
        table: &'static str,
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
    /// `manifest.json` is gone or cannot be understood.
    #[error("the release is damaged: {} is gone or cannot be understood", path.display())]
    Manifest {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Something could not be read.
    #[error(transparent)]
    Lake(#[from] lake::Error),
    /// Sums could not be made.
    #[error(transparent)]
    Rollup(#[from] rollup::Error),
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

    /// The tables of a release.
    pub fn table(names: &BTreeSet<String>) -> NotGiven {
        NotGiven::new("TABLE", names.iter().map(String::as_str))
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
    pub fn area(root: &str) -> NotGiven {
        NotGiven::new("--area", [root, "…"])
    }
}

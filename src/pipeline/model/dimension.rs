//! Ways to group areas and rows.

use std::path::PathBuf;

use crate::domain::Text;
use crate::pipeline::index::{DimensionIndex, LevelIndex};

/// `[[dimension]]`
#[derive(Debug)]
pub struct Dimension {
    /// Name.
    pub id: String,
    /// Title.
    pub title: Text,
    /// What it groups.
    pub level: DimensionLevel,
    /// Members in order, `other` and `unknown` last where they occur.
    pub members: Vec<Member>,
    /// Whether the order means something (for slope indices).
    pub ordered: bool,
    /// What the order rests on, and how sure it is; empty where nobody says.
    pub order_basis: Text,
    /// Reference pairs for gaps, as members.
    pub compare: Vec<(String, String)>,
    /// The member with which all are compared: the first of the written pairs.
    pub reference: Option<String>,
    /// Dimensions whose strata split a gap into mix and rate; default: all of another level, and the other community ones.
    pub strata: Vec<DimensionIndex>,
}

impl Dimension {
    /// Name of a member in tables; [`UNKNOWN`] beyond the declared ones.
    pub fn member_id(&self, member: usize) -> &str {
        self.members.get(member).map_or(UNKNOWN, |m| m.id.as_str())
    }

    /// Column of facts with the member of each row, where the dimension groups rows.
    pub fn fact_column(&self) -> String {
        fact_column(&self.id)
    }

    /// Index of a member; that of [`UNKNOWN`] where there is none.
    pub fn member_of(&self, entry: Option<u16>) -> usize {
        let known = entry.map(usize::from).filter(|&member| member < self.members.len());
        known.unwrap_or_else(|| self.unknown())
    }

    /// Index of [`UNKNOWN`]; one past the last where it is not declared.
    pub fn unknown(&self) -> usize {
        self.declared_unknown().map_or(self.members.len(), usize::from)
    }

    /// Members that have a place in the order, which `unknown` and `other` have not.
    pub fn placed_members(&self) -> Vec<usize> {
        let other = match &self.level {
            DimensionLevel::Row { other, .. } => other.as_deref(),
            DimensionLevel::Area { .. } => None,
        };
        let is_placed = |id: &str| id != UNKNOWN && Some(id) != other;
        (0..self.members.len())
            .filter(|&member| is_placed(&self.members[member].id))
            .collect()
    }

    /// Index of [`UNKNOWN`], where it is declared.
    pub fn declared_unknown(&self) -> Option<u16> {
        let declared = self.members.iter().position(|m| m.id == UNKNOWN);
        declared.and_then(|at| u16::try_from(at).ok())
    }
}

/// A member of a dimension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Name in tables.
    pub id: String,
    /// Title.
    pub title: Text,
}

/// What a dimension groups, and how a member is found.
#[derive(Debug)]
pub enum DimensionLevel {
    /// Areas of a level and all below them.
    Area {
        /// Level of the areas.
        level: LevelIndex,
        /// What says of which member an area is.
        source: AreaSource,
    },
    /// Rows of every form that has the column.
    Row {
        /// Column id.
        column: String,
        /// First and last character, from 1; None: the whole value.
        slice: Option<(usize, usize)>,
        /// Values or inclusive ranges of values of equal length → member.
        map: Vec<(ValueRange, String)>,
        /// Member of a known value that the map does not name; None: `unknown`.
        other: Option<String>,
    },
}

/// What says of which member an area is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AreaSource {
    /// A lookup table `code,<dimension id>[,source]` (resolved path).
    Table(PathBuf),
    /// The registry: each area of the level is a member, under its code.
    Registry,
    /// Two other dimensions of areas: each pair of their members is a member, with the id of [`crossed_id`].
    Cross([DimensionIndex; 2]),
}

/// A value, or a range between two of equal length (compared as text).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueRange {
    /// First value.
    pub from: String,
    /// Last value, included.
    pub to: String,
}

impl ValueRange {
    /// Whether a value lies in the range.
    pub fn contains(&self, value: &str) -> bool {
        value.len() == self.from.len() && self.from.as_str() <= value && value <= self.to.as_str()
    }
}

/// The members of a cross: the id of each pair of known members, and their places, in the order of the first dimension and then of the second.
pub fn crossed_members<'d>(
    first: &'d Dimension,
    second: &'d Dimension,
) -> impl Iterator<Item = (String, [usize; 2])> + 'd {
    let known = |of: &'d Dimension| of.members.iter().enumerate().filter(|(_, member)| member.id != UNKNOWN);
    known(first).flat_map(move |(a, one)| known(second).map(move |(b, other)| (crossed_id(&one.id, &other.id), [a, b])))
}

/// Member of a cross, by the members that it is made of.
fn crossed_id(a: &str, b: &str) -> String {
    format!("{a}_{b}")
}

/// Column of facts with the members of a dimension of rows, by its id.
pub fn fact_column(dimension: &str) -> String {
    format!("{dimension}_member")
}

/// The member of areas or rows for which a dimension has no entry.
pub const UNKNOWN: &str = "unknown";

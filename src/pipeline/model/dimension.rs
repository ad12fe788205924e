//! Ways to group areas and rows.

use std::collections::BTreeMap;
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
    /// Dimensions whose strata split a gap into mix and rate.
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
        let rest = self.level.rest();
        let is_placed = |id: &str| id != UNKNOWN && !rest.iter().any(|of_rest| of_rest == id);
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
    /// Rows of every form that has both of two dimensions, at least one of which groups rows.
    Pairs(Pairs),
}

impl DimensionLevel {
    /// The two dimensions that a cross is made of; None: it is no cross.
    pub fn crossed(&self) -> Option<[DimensionIndex; 2]> {
        match self {
            DimensionLevel::Area {
                source: AreaSource::Cross(of),
                ..
            } => Some(*of),
            DimensionLevel::Pairs(pairs) => Some(pairs.of),
            DimensionLevel::Area { .. } | DimensionLevel::Row { .. } => None,
        }
    }

    /// Members for values that no other member names: `other` of a dimension of rows, and every pair with such a member.
    pub fn rest(&self) -> &[String] {
        match self {
            DimensionLevel::Area { .. } => &[],
            DimensionLevel::Row { other, .. } => other.as_slice(),
            DimensionLevel::Pairs(pairs) => &pairs.rest,
        }
    }
}

/// The members of a cross that groups rows. A row has the member of its pair: the members of its area, as of the day that the form is judged
/// on, and of the row itself.
#[derive(Debug)]
pub struct Pairs {
    /// The two dimensions.
    pub of: [DimensionIndex; 2],
    /// Pairs whose member of either dimension is its `other`.
    pub rest: Vec<String>,
    /// By member of the first dimension, then of the second: the member of the pair; None where one of both is [`UNKNOWN`].
    by_pair: Vec<Vec<Option<usize>>>,
    /// By member: its pair; None: that of [`UNKNOWN`], which is of no single pair.
    by_member: Vec<Option<[usize; 2]>>,
}

impl Pairs {
    /// `members`: ids of all pairs, in the order in which they are members.
    pub fn new(of: [DimensionIndex; 2], [first, second]: [&Dimension; 2], members: &[String]) -> Pairs {
        let places: BTreeMap<&str, usize> = members.iter().map(String::as_str).zip(0..).collect();
        let mut pairs = Pairs {
            of,
            rest: Vec::new(),
            by_pair: vec![vec![None; second.members.len()]; first.members.len()],
            by_member: vec![None; members.len()],
        };
        let is_rest = |dimension: &Dimension, at: usize| dimension.level.rest().contains(&dimension.members[at].id);
        for (id, [a, b]) in crossed_members(first, second) {
            if let Some(&place) = places.get(id.as_str()) {
                pairs.by_pair[a][b] = Some(place);
                pairs.by_member[place] = Some([a, b]);
            }
            if is_rest(first, a) || is_rest(second, b) {
                pairs.rest.push(id);
            }
        }
        pairs
    }

    /// The member of a pair; None where one of both is [`UNKNOWN`].
    pub fn member(&self, [first, second]: [usize; 2]) -> Option<usize> {
        *self.by_pair.get(first)?.get(second)?
    }

    /// The pair of a member; None for [`UNKNOWN`].
    pub fn pair(&self, member: usize) -> Option<[usize; 2]> {
        *self.by_member.get(member)?
    }
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

/// Most dimensions of strata that the mix of a gap is split over: the work doubles with each.
pub const MOST_SPLIT_STRATA: usize = 8;

/// The member of areas or rows for which a dimension has no entry.
pub const UNKNOWN: &str = "unknown";

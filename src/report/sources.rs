//! What the readers of a release are told from.

use crate::domain::{Lorenz, Reconciled};
use crate::tables::{Table, TableHead};

/// Tables, curves, and what stands in none of them.
#[derive(Clone, Copy, Debug)]
pub struct Sources<'a> {
    /// The tables of the release; of tables of figures at least the rows of the root, and of `indicators` and `spatial_clusters` those of
    /// the areas of the partition level.
    pub tables: &'a [&'a Table],
    /// Name and columns of every table of the release.
    pub heads: &'a [TableHead<'a>],
    /// How the comparisons of each rule ended.
    pub reconciled: &'a [Reconciled],
    /// Curves over the areas of the root.
    pub lorenz: &'a [Lorenz],
    /// With what the table `revisions` compares.
    pub earlier: &'a Earlier,
    /// What becomes of the run.
    pub standing: Standing,
}

/// What becomes of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is published.
    Published,
    /// The gate withholds it.
    Withheld,
    /// It covers some of the periods only.
    Partial,
}

/// The release with which figures are compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Earlier {
    /// Its id; None: there is none.
    pub release: Option<String>,
    /// Whether it could be compared.
    pub state: EarlierState,
}

/// Whether a release could be compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EarlierState {
    /// There is none.
    None,
    /// It was compared.
    Compared,
    /// It is damaged, or has other columns.
    Unfit,
}

impl<'a> Sources<'a> {
    /// A table by its name.
    pub(in crate::report) fn table(&self, name: &str) -> &'a Table {
        self.find(name).expect("a release holds every table of tables.toml")
    }

    /// The same; None where nobody has given it.
    pub(in crate::report) fn find(&self, name: &str) -> Option<&'a Table> {
        self.tables.iter().find(|table| table.name == name).copied()
    }
}
